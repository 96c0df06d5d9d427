"""Ruled tables page by page → one grid a table, rows and merged cells that run over pages put together again."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from hengji.reading.grid import Grid, Merge
from hengji.reading.lattice import Table
from hengji.reading.level_words import flat, is_level1, is_level2
from hengji.reading.money import amount
from hengji.reading.pdf_page import Char
from hengji.reading.pdf_text import CellText, cell_text, glue

_NEAR = 3.0  # points: edges so near are one column
_SIDE = 1.0  # points at the side of a cell
_SAME = 8.0  # points by which the sides of a table may differ from page to page
_FULL = 1.0  # characters that a wrapped line may have left beyond the next word
_WIDE = 0.6  # of the table: a cell so wide holds no text that a merged cell could have lost
_ENDS = ("。", "；", ";")
_FIRST_ROWS = 10  # in which the headings that a page repeats stand
_HEADING = re.compile("指标|项目名称|序号|绩效目标")
_NEW_FORM = re.compile("(?:一级)?(?:专项|政策|转移支付)?(?:项目|专项|政策)(?:（[^）]*）)?名称")


@dataclass(slots=True)
class Cell:
    """A cell of a table over several pages; `above` and `below` tell whether the edge of its page's part is ruled."""

    top: int
    bottom: int
    left: float
    right: float
    said: CellText
    above: bool
    below: bool

    @property
    def text(self) -> str:
        """Its text."""
        return self.said.text


@dataclass(slots=True)
class Piece:
    """The part of a table that stands on one page, or on several after `follow`."""

    cells: list[Cell]
    rows: list[tuple[int, int]]

    @property
    def sides(self) -> tuple[float, float]:
        """Where the table begins and ends."""
        return min(c.left for c in self.cells), max(c.right for c in self.cells)

    def signature(self, row: int) -> tuple[str, ...]:
        """The texts that begin in a row."""
        return tuple(flat(c.text) for c in sorted(self.cells, key=lambda c: c.left) if c.top == row and c.text)


def piece_of(table: Table, chars: Sequence[Char], page: int) -> Piece:
    """The cells of a table on a page with their text."""
    owner: dict[tuple[int, int], int] = {}
    for k, area in enumerate(table.areas):
        for r in range(area.top, area.bottom + 1):
            for c in range(area.left, area.right + 1):
                owner[r, c] = k
    inside: dict[int, list[Char]] = defaultdict(list)
    for char in chars:
        r = bisect_left(table.ys, (char.top + char.bottom) / 2) - 1
        c = bisect_left(table.xs, (char.left + char.right) / 2) - 1
        if (r, c) in owner:
            inside[owner[r, c]].append(char)
    cells = []
    for k, area in enumerate(table.areas):
        left, right = table.xs[area.left], table.xs[area.right + 1]
        columns = range(area.left, area.right + 1)
        cells.append(
            Cell(
                area.top, area.bottom, left, right, cell_text(inside[k], left, right),
                area.top > 0 or all(c in table.top_ruled for c in columns),
                area.bottom < len(table.ys) - 2 or all(c in table.bottom_ruled for c in columns),
            )
        )  # fmt: skip
    return Piece(cells, [(page, r + 1) for r in range(len(table.ys) - 1)])


def adopt(piece: Piece, lines: Sequence[Sequence[Char]], at_top: bool) -> set[int]:
    """Give text printed beyond the edge of a page's part to the empty cells it belongs to; the characters taken, by id.

    A spreadsheet prints the text of a merged cell at its middle, be it beyond the rows of the page.
    """
    edge = 0 if at_top else len(piece.rows) - 1
    left, right = piece.sides
    cells = [c for c in piece.cells if (c.top if at_top else c.bottom) == edge]
    taken: dict[int, list[Char]] = defaultdict(list)
    for line in lines:
        for part in _by_cells([c for c in line if not c.text.isspace()], cells):
            for j, cell in enumerate(cells):
                within = cell.left - _NEAR <= part[0].left and part[-1].right <= cell.right + _NEAR
                if within and not cell.text and cell.right - cell.left < _WIDE * (right - left):
                    taken[j] += part
    for j, own in taken.items():
        cells[j].said = cell_text(own, cells[j].left, cells[j].right)
    return {id(c) for own in taken.values() for c in own}


def _by_cells(line: Sequence[Char], cells: Sequence[Cell]) -> list[list[Char]]:
    """A line cut where a gap lies over the side of a cell."""
    parts: list[list[Char]] = []
    for char in line:
        last = parts[-1][-1] if parts else None
        if last is None or (
            char.left - last.right > _SIDE and any(last.right - _SIDE <= c.left <= char.left + _SIDE for c in cells)
        ):
            parts.append([])
        parts[-1].append(char)
    return parts


def follow(table: Piece, piece: Piece) -> bool:
    """Put the part of the next page behind a table; False (and nothing done) where it is another table."""
    _widen(table, piece)
    if not _same_sides(table.sides, piece.sides):
        return False
    repeated = _repeated(table, piece)
    if not repeated and any(_NEW_FORM.fullmatch(flat(c.text)) for c in piece.cells if c.top == 0):
        return False
    cells = [c for c in piece.cells if c.top >= repeated]
    if not cells:
        return True
    last = len(table.rows) - 1
    pairs = _pairs([c for c in table.cells if c.bottom == last], [c for c in cells if c.top == repeated])
    going_on = _row_goes_on(pairs, len([c for c in cells if c.top == repeated]))
    shift = len(table.rows) - repeated - going_on
    mixed = len({upper.below and lower.above for upper, lower in pairs}) > 1
    fresh = any(is_level1(flat(lower.text)) for _, lower in pairs)
    for cell in cells:
        cell.top += shift
        cell.bottom += shift
    absorbed = []
    for upper, lower in pairs:
        own = upper.top == last and lower.top == lower.bottom
        if going_on or (not own and _merged_on(upper, lower, mixed, fresh)) or (own and _level_on(upper, lower, mixed)):
            upper.said = _joined(upper, lower)
            upper.bottom, upper.below = lower.bottom, lower.below
            absorbed.append(id(lower))
    table.cells += [c for c in cells if id(c) not in absorbed]
    table.rows += piece.rows[repeated + going_on :]
    return True


def _widen(table: Piece, piece: Piece) -> None:
    """Give the part of the next page the columns on its left whose merged cells drew no line there.

    Where all of a page lies within merged cells of the first columns, some programs rule only the columns behind them.
    """
    (first, last), (left, right) = table.sides, piece.sides
    edges = sorted({c.left for c in table.cells if c.left < left - _SAME})
    if abs(last - right) > _SAME or left <= first + _SAME or not any(abs(c.left - left) <= _SAME for c in table.cells):
        return
    bottom = len(piece.rows) - 1
    for edge, following in pairwise([*_apart(edges), left]):
        piece.cells.append(Cell(0, bottom, edge, following, CellText(""), above=False, below=False))


def _apart(edges: Sequence[float]) -> list[float]:
    return [e for k, e in enumerate(edges) if not k or e - edges[k - 1] > _NEAR]


def _same_sides(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return abs(one[0] - other[0]) <= _SAME and abs(one[1] - other[1]) <= _SAME


def _repeated(table: Piece, piece: Piece) -> int:
    """How many rows at the top of a page repeat rows from the top of the table."""
    first = [table.signature(r) for r in range(min(_FIRST_ROWS, len(table.rows)))]
    own = [piece.signature(r) for r in range(min(_FIRST_ROWS, len(piece.rows)))]
    best = 0
    for start in range(len(first)):
        count = 0
        while count < len(own) and start + count < len(first) and own[count] == first[start + count] and own[count]:
            count += 1
        words = {text for row in own[:count] for text in row}
        if count > best and len(words) >= 3 and any(_HEADING.search(text) for text in words):
            best = count
    while best and any(c.top < best <= c.bottom for c in piece.cells):
        best += 1  # a heading merged downwards belongs to the headings
    return min(best, len(piece.rows))


def _pairs(above: Sequence[Cell], below: Sequence[Cell]) -> list[tuple[Cell, Cell]]:
    """Cells on both sides of a page's end that stand in the same columns."""
    found = []
    for lower in below:
        for upper in above:
            if abs(upper.left - lower.left) <= _SAME and abs(upper.right - lower.right) <= _SAME:
                found.append((upper, lower))
                break
    return found


def _row_goes_on(pairs: Sequence[tuple[Cell, Cell]], below: int) -> int:
    """1 where the first row of a page is the rest of the last row before it, else 0."""
    if not pairs or len(pairs) < below:
        return 0
    if any(_is_level(u.text) and _is_level(d.text) for u, d in pairs):
        return 0
    if not any(upper.below or lower.above for upper, lower in pairs):
        return 1  # no line at all between them
    last = max(upper.bottom for upper, _ in pairs)
    own = [(u, d) for u, d in pairs if u.top == last and d.top == d.bottom]
    if not own or not any(u.text for u, _ in own):
        return 0
    both = [(u, d) for u, d in own if u.text and d.text]
    one_sided = len(both) < sum(bool(u.text or d.text) for u, d in own)
    if any(not _is_full(u, d) or (amount(u.text) and amount(d.text)) for u, d in both):
        return 0
    # A level that stands on one side only is a merged cell, and no sign that the row goes on.
    levels = [(u, d) for u, d in own if _is_level(u.text) or _is_level(d.text)]
    if len(levels) + len(both) == sum(bool(u.text or d.text) for u, d in own) and len(both) > 1:
        return 0
    return int(one_sided or not any(d.text for _, d in own))


def _merged_on(upper: Cell, lower: Cell, mixed: bool, fresh: bool) -> bool:
    """Whether a merged cell runs over the end of the page; `fresh` tells that a branch of indicators begins there."""
    if mixed:
        return not (upper.below and lower.above)
    if not fresh and upper.text and lower.text and not _is_level(upper.text) and _is_full(upper, lower):
        return True
    return not (upper.text and lower.text) or upper.text == lower.text or _is_torn(upper.text, lower.text)


def _level_on(upper: Cell, lower: Cell, mixed: bool) -> bool:
    """Whether a level of one row on each side is one merged cell."""
    if mixed:
        return not (upper.below and lower.above)
    if upper.text and lower.text:
        return _is_torn(upper.text, lower.text)
    return _is_level(upper.text or lower.text)


def _is_level(text: str) -> bool:
    words = flat(text)
    return is_level1(words) or is_level2(words)


def _is_torn(upper: str, lower: str) -> bool:
    """Whether the words of one label stand on both pages."""
    return not _is_level(upper) and not _is_level(lower) and _is_level(upper + lower)


def _is_full(upper: Cell, lower: Cell) -> bool:
    """Whether the upper cell has no room for the first word of the lower one, or ended a sentence."""
    one, other = upper.said, lower.said
    return one.text.endswith(_ENDS) or one.left <= other.need + _FULL * max(one.size, other.size)


def _joined(upper: Cell, lower: Cell) -> CellText:
    """The text of both parts, with what the last line of it has left."""
    one, other = upper.said, lower.said
    if not one.text or not other.text or one.text == other.text:
        return one if one.text else other
    between = (
        ""
        if _is_torn(one.text, other.text)
        else glue(one.text, other.text, one.left, other.need, max(one.size, other.size))
    )
    return CellText(one.text + between + other.text, other.left, one.need, max(one.size, other.size))


def grid_of(piece: Piece) -> Grid:
    """The grid of a table whose parts were put together."""
    edges: list[float] = []
    for edge in sorted({e for c in piece.cells for e in (c.left, c.right)}):
        if not edges or edge - edges[-1] > _NEAR:
            edges.append(edge)

    def column(edge: float) -> int:
        k = bisect_left(edges, edge)
        near = [j for j in (k - 1, k) if 0 <= j < len(edges)]
        return min(near, key=lambda j: abs(edges[j] - edge))

    width = max(1, len(edges) - 1)
    rows = [[""] * width for _ in piece.rows]
    merges = []
    for cell in piece.cells:
        left, right = column(cell.left), column(cell.right) - 1
        rows[cell.top][left] = cell.text
        if cell.bottom > cell.top or right > left:
            merges.append(Merge(cell.top, left, cell.bottom, max(left, right)))
    return Grid(rows, tuple(sorted(merges)), pages=piece.rows)

"""The rows of a list of projects, put together again from lines: what a page wrapped is joined, heads are set apart.

In office files and HTML a row is a row. In text a row may run over several lines: a line that begins no row (no amount
behind its first cell) continues the one before, or is the beginning of the next name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from hengji.reading.cells import Cell, cell_of, cells_of, joined_all
from hengji.reading.grid import Document, Grid, Paragraph
from hengji.reading.headings import MONEY, is_listing, role_of
from hengji.reading.heads import is_head, read_heads
from hengji.reading.item_heads import heads_of
from hengji.reading.money import amount, is_formula, is_nothing
from hengji.reading.packed import looks_packed

_NOTE = re.compile(r"(?:备注|附注|说明|注)\s*[0-9]?\s*[:：.]|(?:填表|填报|制表|审核|联系|负责)人|附件\s*[0-9:：]")
_SENTENCE_END = "。；;：:！？!?"
_LIST_MARK = re.compile(
    r"\s*(?:[0-9]{1,2}\s*[.．、)）]|[（(][0-9一二三四五六七八九十]{1,3}[)）]|[一二三四五六七八九十]{1,3}、|[①-⑳])"
)
_NONE: Mapping[int, Cell] = MappingProxyType({})
_TOKEN = re.compile(r"\S+")
_WORD_LINE = 400


@dataclass(slots=True)
class Line:
    """One line of a document: its cells.

    `wrapped` where lines are lines of text, which a page may have wrapped; `apart` for a paragraph outside any table of
    a format that has tables; `covered` has, by column, the merged cells that reach down into this line from above.
    """

    cells: list[Cell]
    wrapped: bool
    apart: bool = False
    covered: Mapping[int, Cell] = field(default_factory=dict)


@dataclass(slots=True)
class Listing:
    """One list of projects: the lines above it, its heading cells with their roles, its rows, what fits nowhere."""

    heads: list[list[Cell]]
    headings: list[Cell]
    roles: list[str | None]
    by_words: bool
    rows: list[list[Cell]] = field(default_factory=list)
    left: list[Cell] = field(default_factory=list)


def listings(document: Document) -> tuple[list[Listing], list[Cell]]:
    """The lists of a document in order, and the cells of other lines that stand behind or between them."""
    if not any(map(_may_hold_headings, document.blocks)):
        return [], []
    lines = list(_lines(document))
    found: list[Listing] = []
    above: list[list[Cell]] = []
    rows: _Rows | None = None
    at = 0
    while at < len(lines):
        heading = _heading(lines, at)
        if heading is not None:
            listing, used = heading
            at += used
            if rows is not None and _same(rows.listing, listing, above):
                above = []
                continue
            listing.heads, above = above, []
            if rows is not None:
                rows.close()
            found.append(listing)
            rows = _Rows(listing)
            continue
        line = lines[at]
        at += 1
        if rows is None or line.apart or all(is_head(c.text) for c in line.cells if c.text):
            above.append(line.cells)
        else:
            if any(c.text for c in line.cells):
                rows.add(line)
    if rows is not None:
        rows.close()
    return found, [c for cells in above for c in cells if c.text] if found else []


def _may_hold_headings(block: Paragraph | Grid) -> bool:
    """Whether a block may hold the headings of a list: asked before a cell is made of each of a sheet's texts."""
    if isinstance(block, Paragraph):
        return "指标" in block.text
    for r in block.rows_with("绩"):  # what every heading of a list holds, as _heading has it
        row = block.rows[r]
        about = [t for t in row if "指标" in t]
        # A line that was not cut into cells may hold all headings in one.
        if about and (any(role_of(t) == "indicators" for t in about) or sum(map(bool, row)) == 1):
            return True
    return False


def _lines(document: Document) -> Iterator[Line]:
    text_lines = (
        any(isinstance(b, Grid) and b.lines for b in document.blocks) or document.source.media_type == "text/plain"
    )
    for block in document.blocks:
        if isinstance(block, Grid):
            covered = _covered(block)
            for row in range(len(block.rows)):
                yield Line(cells_of(block, row), block.lines, False, covered.get(row, _NONE))
        else:
            yield Line([cell_of(block)], text_lines, not text_lines)


def _covered(grid: Grid) -> dict[int, dict[int, Cell]]:
    """Row → column → the merged cell above that covers it."""
    covered: dict[int, dict[int, Cell]] = {}
    for merge in grid.merges:
        if merge.bottom > merge.top and merge.left < len(grid.rows[merge.top]):
            cell = cells_of(grid, merge.top)[merge.left]
            for row in range(merge.top + 1, merge.bottom + 1):
                covered.setdefault(row, {})[merge.left] = cell
    return covered


def _heading(lines: Sequence[Line], at: int) -> tuple[Listing, int] | None:
    """The list that begins with the heading row at this line, and how many lines its headings take."""
    cells = lines[at].cells
    if not any("绩" in c.text and len(c.text) < _WORD_LINE for c in cells):
        return None  # what every heading of indicators holds; asked of every row, so it must cost next to nothing
    by_words = False
    filled = [c for c in cells if c.text]
    if len(filled) == 1 and lines[at].wrapped and len(filled[0].text) < _WORD_LINE:
        cell = filled[0]
        cells = [cell.part(*m.span()) for m in _TOKEN.finditer(cell.text)]
        by_words = True
    if len(cells) < 3 or any(len(c.text) > 80 for c in cells):
        return None
    roles = [role_of(c.text) for c in cells]
    if "indicators" not in roles:
        return None
    if not by_words and at + 1 < len(lines) and (two := _two_rows(cells, roles, lines[at + 1].cells)):
        cells, roles = two
        return (Listing([], cells, roles, False), 2) if is_listing(roles) else None
    return (Listing([], cells, roles, by_words), 1) if is_listing(roles) else None


def _two_rows(
    upper: list[Cell], roles: list[str | None], lower: list[Cell]
) -> tuple[list[Cell], list[str | None]] | None:
    """Headings in two rows: the lower one names the kinds of money under one upper word."""
    named = [(k, c, role_of(c.text)) for k, c in enumerate(lower) if c.text]
    if len(named) < 2 or any(role not in MONEY for _, _, role in named):
        return None
    cells, both = list(upper), list(roles)
    if len(lower) == len(upper) and all(both[k] in (None, "total") for k, _, _ in named):
        for k, cell, role in named:
            cells[k], both[k] = cell, role
        return cells, both
    # Text that lost the empty cells: the names go in place of the one word above them.
    groups = [
        k
        for k, role in enumerate(both)
        if role == "total" or (role is None and re.search("资金|预算|金额", upper[k].text))
    ]
    if len(groups) != 1:
        return None
    k = groups[0]
    after = k + 1
    while after < len(both) and both[after] is None and not cells[after].text:
        after += 1
    cells[k:after] = [c for _, c, _ in named]
    both[k:after] = [role for _, _, role in named]
    return cells, both


def _same(current: Listing, again: Listing, above: list[list[Cell]]) -> bool:
    """Whether a heading row is the current one repeated on a new page, not that of another table."""
    if [c.text for c in current.headings] != [c.text for c in again.headings]:
        return False
    before, now = read_heads(current.heads), read_heads(above)
    return all(b in (None, a) for a, b in ((before.department, now.department), (before.title, now.title)))


def begins_row(cells: Sequence[Cell]) -> bool:
    """Whether a line of text begins a row: something named, and an amount next to it."""
    rest = [c for c in cells[1:] if c.text]
    return bool(cells[0].text) and bool(rest) and any(_is_money(c.text) for c in rest[:3])


def _is_money(text: str) -> bool:
    return amount(text) is not None or is_formula(text)


class _Rows:
    """Puts rows together from lines. An open cell is a list of pieces, so that long wraps stay linear."""

    def __init__(self, listing: Listing) -> None:
        self.listing = listing
        self._name = listing.roles.index("name") if "name" in listing.roles else 0
        self._units = [k for k, role in enumerate(listing.roles) if role in ("fund_user", "supervising_department")]
        self._open: list[list[Cell]] = []
        self._glue: list[list[str]] = []
        self._held: list[Cell] = []  # lines that may be the beginning of the next name
        self._packed = False  # the open row has come to its indicators
        self._wordy = False  # the open row has words behind its name

    def add(self, line: Line) -> None:
        cells = line.cells
        if self.listing.by_words and len(cells) == 1:
            cells = _by_content(cells[0])
        if not line.wrapped:
            name = self._name if self._name < len(cells) else 0
            if not cells[name].text and self._open and len(cells) == len(self._open) and not _has_money(cells):
                self._merge(cells)
            else:
                for k, cell in line.covered.items():
                    # "Same as above" holds for the unit of a project; anything else of a project is its own.
                    if k < len(cells) and k in self._units and not cells[k].text:
                        cells[k] = cell
                self._begin(cells, False)
        elif begins_row(cells):
            cells[0] = self._with_held(cells[0])
            self._begin(cells, any(looks_packed(c.text) for c in cells[1:]))
        elif not cells[0].text and len(cells) == len(self._open):
            self._merge(cells)
        elif len(cells) > 1 and self._whole_row(cells):
            cells[0] = self._with_held(cells[0])
            self._begin(cells, any(looks_packed(c.text) for c in cells[1:]))
        else:
            self._continue(cells)

    def close(self) -> None:
        """No more lines: what is held belongs to no row."""
        self._flush()
        self.listing.left += self._held
        self._held = []

    def _whole_row(self, cells: list[Cell]) -> bool:
        """A row without money: as many cells as headings, and the row before has come to its end."""
        return len(cells) >= len(self.listing.roles) and (self._packed or not self._open) and bool(cells[0].text)

    def _continue(self, cells: list[Cell]) -> None:
        first = cells[0]
        if _NOTE.match(first.text) and len(cells) == 1:
            self.listing.left.append(first)
            return
        tail = self._open[-1][-1].text if self._open else ""
        packed = looks_packed(first.text) or "指标值" in first.text[:400]
        finished = not self._open or (self._packed and tail.endswith(("。", "；", ";")))
        bare = bool(self._open) and not self._packed and not self._wordy
        if self._open and (packed or len(cells) > 1 or not (finished or bare)):
            for held in self._held:
                self._append(held)
            self._held = []
            self._append(first)
            for cell in cells[1:]:
                self._open.append([cell])
                self._glue.append([])
            self._wordy = self._wordy or any(map(_is_wordy, cells[1:]))
            self._packed = self._packed or any(looks_packed(c.text) for c in cells)
        else:
            self._held.append(first)

    def _append(self, cell: Cell) -> None:
        """A wrapped piece at the end of the open row. A line break stays where a sentence ended and a list goes on."""
        if not cell.text:
            return
        pieces = self._open[-1]
        stays = not self._packed and pieces[-1].text.endswith(tuple(_SENTENCE_END)) and _LIST_MARK.match(cell.text)
        if len(pieces) == 1 and not pieces[0].text:
            pieces[0] = cell
            self._wordy = self._wordy or _is_wordy(cell)
            return
        pieces.append(cell)
        self._glue[-1].append("\n" if stays else "")

    def _merge(self, cells: list[Cell]) -> None:
        """The rest of a row that a page cut, cell by cell."""
        for k, cell in enumerate(cells):
            if not cell.text:
                continue
            if self._open[k][0].text:
                self._open[k].append(cell)
                self._glue[k].append("")
            else:
                self._open[k] = [cell]

    def _begin(self, cells: list[Cell], packed: bool) -> None:
        self._flush()
        self._open = [[c] for c in cells]
        self._glue = [[] for _ in cells]
        self._packed = packed
        self._wordy = any(map(_is_wordy, cells[1:]))

    def _flush(self) -> None:
        if self._open:
            self.listing.rows.append(
                [p[0] if len(p) == 1 else joined_all(p, g) for p, g in zip(self._open, self._glue, strict=True)]
            )
        self._open, self._glue, self._packed = [], [], False

    def _with_held(self, name: Cell) -> Cell:
        if not self._held:
            return name
        pieces, self._held = [*self._held, name], []
        return joined_all(pieces, [""] * (len(pieces) - 1))


def _is_wordy(cell: Cell) -> bool:
    return len(cell.text) > 12 and not _is_money(cell.text)


def _has_money(cells: Sequence[Cell]) -> bool:
    return any(_is_money(c.text) for c in cells)


def _by_content(cell: Cell) -> list[Cell]:
    """A line whose columns only single blanks part: name, amounts, objective, packed indicators, told by content."""
    text = cell.text
    tokens = []
    for token in _TOKEN.finditer(text):
        tokens.append(token)
        if len(tokens) > 40:
            break
    first = next((k for k, t in enumerate(tokens) if k and _is_money(t[0])), None)
    if first is None:
        return [cell]
    last = first
    while last + 1 < len(tokens) and (_is_money(tokens[last + 1][0]) or is_nothing(tokens[last + 1][0])):
        last += 1
    cells = [cell.part(0, tokens[first].start()), *(cell.part(*t.span()) for t in tokens[first : last + 1])]
    rest = cell.part(tokens[last].end(), len(text))
    heads = heads_of(rest.text)
    start = heads[0].start if heads else len(rest.text)
    return [*cells, *(c for c in (rest.part(0, start), rest.part(start, len(rest.text))) if c.text)]

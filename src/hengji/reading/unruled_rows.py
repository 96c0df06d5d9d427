"""Rows of a table without ruling lines: which lines of a column are one cell, and over which rows a merged cell runs.

A line that has no room for the first word of the next one was wrapped; one that had room ended its cell. Where that
cannot be told, a cell begins where another column certainly begins one. What stays in doubt is marked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from hengji.reading.level_words import flat, is_level1, is_level2
from hengji.reading.pdf_page import Char
from hengji.reading.pdf_text import first_word, line_text, lines_of

_APART = 1.12  # of the pitch of wrapped lines: from here on two lines are two cells
_FAR = 2.2  # of the size of a character: lines farther apart say nothing of the pitch
_SLACK = 0.4  # of the size of a character, by which a full line may fall short
_MARGIN = 1.5  # of the size of a character: white between two columns at most, where a line is full
_GOES_ON = frozenset("，,。、；;）)%％")  # no cell begins with these
_OPENS = frozenset("（(")  # a name may go on with a bracket that is not parted
# A quantity that lacks nothing: two of them below each other are two values.
_WHOLE = re.compile("[≥≤＞＜><=＝═≧≦]{0,2}[0-9][0-9,.]*(?:[%％]|(?![年月日])[\u4e00-\u9fff/·]{0,5})")
_BEGINS = re.compile("[★☆*]{1,3}|[★☆*]*指标[0-9]{1,2}[:：.、]")  # the signs with which a name begins
_NAME_END = re.compile(
    "(?:率|量|额|度|性|支出|投入|收入|人数|次数|户数|天数|场次|人次|台数|时间|时限|情况|水平|周期|成本|标准|面积|长度|比例|规模|期限|满意度|[(（][^（()）]*[)）])$"
)
_SHORT = 4  # characters: a shorter rest of a name is no name
_SAME = 0.25  # of the pitch: lines so near stand on one height


class Line(NamedTuple):
    """A line of text in one column."""

    text: str
    left: float
    right: float
    top: float
    bottom: float
    need: float  # points that its first word takes

    @property
    def middle(self) -> float:
        """The height at which it stands."""
        return (self.top + self.bottom) / 2

    @property
    def width(self) -> float:
        """How many points it takes."""
        return self.right - self.left


@dataclass(slots=True)
class Block:
    """The lines of one cell. `joints` are those of its lines that may also begin a cell of their own."""

    lines: list[Line]
    joints: set[int] = field(default_factory=set)

    @property
    def top(self) -> float:
        """Where its first line begins."""
        return self.lines[0].top

    @property
    def bottom(self) -> float:
        """Where its last line ends."""
        return self.lines[-1].bottom

    @property
    def middle(self) -> float:
        """The height of its middle."""
        return (self.lines[0].middle + self.lines[-1].middle) / 2

    @property
    def text(self) -> str:
        """Its text, wrapped lines joined."""
        out = ""
        for line in self.lines:
            blank = out[-1:].isascii() and out[-1:].isalpha() and line.text[:1].isascii() and line.text[:1].isalpha()
            out += (" " if blank else "") + line.text
        return out


@dataclass(slots=True)
class Row:
    """A row: its cells by column, where it begins and ends, and whether its bounds are in doubt."""

    cells: dict[int, list[Block]]
    top: float
    bottom: float
    doubtful: bool = False

    def text(self, column: int) -> str:
        """The text of a cell."""
        return "".join(b.text for b in self.cells.get(column, ()))


def lines_in(chars: Sequence[Char]) -> list[Line]:
    """The lines of the characters of one column, from top to bottom."""
    found = []
    for line in lines_of(chars):
        inked = [c for c in line if not c.text.isspace()]
        text = line_text(line)
        if inked:
            found.append(
                Line(
                    text, inked[0].left, max(c.right for c in inked), min(c.top for c in inked),
                    max(c.bottom for c in inked), first_word(inked, text),
                )
            )  # fmt: skip
    return found


def pitch_of(columns: Sequence[Sequence[Line]], size: float) -> float:
    """The distance of two lines of one cell: the smallest that occurs."""
    steps = sorted(
        step
        for lines in columns
        for a, b in pairwise(lines)
        if 0.8 * size < (step := b.middle - a.middle) < _FAR * size
    )
    return steps[len(steps) // 20] if steps else 1.5 * size


def rows_of(
    columns: dict[int, list[Line]], keys: Sequence[int], size: float, edges: dict[int, float], pitch: float
) -> list[Row]:
    """The rows that the columns `keys`, which every row fills, make; without the cells of other columns.

    `edges` tells for each column how far right its text may run: to where the next column's text begins.
    """
    if _is_plain(columns, keys, pitch):
        return _rows({k: [Block([line]) for line in columns[k]] for k in keys})
    labels = [[n for n in columns[k] if _is_label(flat(n.text))] for k in columns if k not in keys]
    widest = {k: max((line.width for line in columns[k]), default=0.0) for k in keys}
    starts: dict[int, list[str]] = {}
    for k in keys:
        starts[k] = []
        for j, line in enumerate(columns[k]):
            before = columns[k][j - 1] if j else None
            if before is None or line.middle - before.middle > _APART * pitch:
                starts[k].append("sure")
            elif line.text[0] in _GOES_ON:
                starts[k].append("rest")
            elif (
                _BEGINS.match(line.text)
                or (_WHOLE.fullmatch(before.text) and _WHOLE.fullmatch(line.text))
                or any(_labelled(before, own, pitch) and _labelled(line, own, pitch) for own in labels)
            ):
                starts[k].append("sure")
            elif line.text[0] in _OPENS or (
                before.width + line.need > widest[k] - _SLACK * size
                and (_is_centred(columns[k]) or edges[k] - before.right < line.need + _MARGIN * size)
            ):
                starts[k].append("open")
            else:
                starts[k].append("sure")
    blocks = {k: _blocks(k, columns, starts, pitch) for k in keys}
    return _balanced(_rows(blocks), keys)


def _is_plain(columns: dict[int, list[Line]], keys: Sequence[int], pitch: float) -> bool:
    """Whether every line is a row: level names stand beside each of them."""
    heights = [line.middle for line in columns[keys[0]]]
    labels = [
        lines
        for k, lines in columns.items()
        if k not in keys and len(lines) > 2 and all(map(_is_label, map(_words, lines)))
    ]
    return any(
        len(lines) == len(heights)
        and all(abs(a.middle - b) < _SAME * pitch for a, b in zip(lines, heights, strict=True))
        for lines in labels
    ) and all(len(columns[k]) == len(heights) for k in keys)


def _is_label(words: str) -> bool:
    return is_level1(words) or is_level2(words)


def _labelled(line: Line, labels: Sequence[Line], pitch: float) -> bool:
    """Whether a whole level name of one column stands at the height of a line."""
    return any(abs(label.middle - line.middle) < _SAME * pitch for label in labels)


def _words(line: Line) -> str:
    return flat(line.text)


def _is_centred(lines: Sequence[Line]) -> bool:
    """Whether lines of different widths have their middles, not their beginnings, below each other."""
    lefts, middles = [line.left for line in lines], [(line.left + line.right) / 2 for line in lines]
    return max(lefts) - min(lefts) > max(middles) - min(middles) + 0.5


def _blocks(k: int, columns: dict[int, list[Line]], starts: dict[int, list[str]], pitch: float) -> list[Block]:
    found: list[Block] = []
    for j, line in enumerate(columns[k]):
        sure = starts[k][j] == "sure" or not found
        if sure or _begun_beside(k, line, found[-1].top, columns, starts, pitch):
            found.append(Block([line]))
        else:
            found[-1].joints.add(len(found[-1].lines))
            found[-1].lines.append(line)
    return found


def _begun_beside(
    k: int, line: Line, since: float, columns: dict[int, list[Line]], starts: dict[int, list[str]], pitch: float
) -> bool:
    """Whether another column certainly begins a cell at this height, after one that stands beside the block before."""
    for other, lines in columns.items():
        if other == k or other not in starts:
            continue
        for j, own in enumerate(lines):
            if starts[other][j] == "sure" and abs(own.middle - line.middle) < _SAME * pitch:
                return bool(j) and lines[j - 1].middle > since
    return False


def _rows(blocks: dict[int, list[Block]]) -> list[Row]:
    """Cells that stand beside each other, as rows."""
    rows: list[Row] = []
    for k, block in sorted(((k, b) for k, own in blocks.items() for b in own), key=lambda kb: kb[1].top):
        margin = 0.15 * (block.lines[0].bottom - block.lines[0].top)
        if rows and block.top + margin < rows[-1].bottom - margin:
            rows[-1].bottom = max(rows[-1].bottom, block.bottom)
        else:
            rows.append(Row({}, block.top, block.bottom))
        rows[-1].cells.setdefault(k, []).append(block)
    return rows


def _balanced(rows: list[Row], keys: Sequence[int]) -> list[Row]:
    """Rows, those cut in two in which one column holds several cells and the others lines that may begin one."""
    found: list[Row] = []
    for row in _parted(rows, keys):
        most = max(len(row.cells.get(k, ())) for k in keys)
        if most < 2:
            found.append(row)
            continue
        parts = _cut(row, keys, most)
        if parts is None:
            row.doubtful = True
            parts = [row]
        found += parts
    return found


def _parted(rows: Sequence[Row], keys: Sequence[int]) -> list[Row]:
    """Rows, those cut in two whose columns all may begin a cell at one height, the names being whole on both sides."""
    found: list[Row] = []
    for row in rows:
        blocks = [row.cells[k][0] for k in keys if len(row.cells.get(k, ())) == 1]
        name = blocks[0] if len(blocks) == len(keys) > 1 else Block([])
        for at in sorted(name.joints):
            height = name.lines[at].middle
            others = [
                [j for j in b.joints if abs(b.lines[j].middle - height) < _SAME * (b.bottom - b.lines[-1].top)]
                for b in blocks[1:]
            ]
            above, below = Block(name.lines[:at]).text, Block(name.lines[at:]).text
            if not all(others) or not _NAME_END.search(above) or len(below) <= _SHORT:
                continue
            if not _NAME_END.search(below):
                row.doubtful = True
            else:
                parts = [at, *(own[0] for own in others)]
                both: list[dict[int, list[Block]]] = [{}, {}]
                for k, block, j in zip(keys, blocks, parts, strict=True):
                    both[0][k], both[1][k] = [Block(block.lines[:j])], [Block(block.lines[j:])]
                found.append(Row(both[0], row.top, max(b[0].bottom for b in both[0].values())))
                row = Row(both[1], min(b[0].top for b in both[1].values()), row.bottom)
                break
        found.append(row)
    return found


def _cut(row: Row, keys: Sequence[int], most: int) -> list[Row] | None:
    cells: dict[int, list[Block]] = {}
    bounds = next(own for k in keys if len(own := row.cells.get(k, [])) == most)
    middles = [(a.bottom + b.top) / 2 for a, b in pairwise(bounds)]
    for k in keys:
        blocks = row.cells.get(k, [])
        for middle in middles if len(blocks) < most else ():
            for n, block in enumerate(blocks):
                near = [j for j in block.joints if abs(block.lines[j].top - middle) < block.lines[0].bottom - block.top]
                if near:
                    at = min(near, key=lambda j: abs(block.lines[j].top - middle))
                    first = Block(block.lines[:at], {j for j in block.joints if j < at})
                    second = Block(block.lines[at:], {j - at for j in block.joints if j > at})
                    blocks = [*blocks[:n], first, second, *blocks[n + 1 :]]
                    break
        cells[k] = blocks
    if any(len(cells[k]) not in (0, most) for k in keys):
        return None
    parts = []
    for n in range(most):
        own_cells = {k: [cells[k][n]] for k in keys if cells[k]}
        all_blocks = [b for bs in own_cells.values() for b in bs]
        parts.append(Row(own_cells, min(b.top for b in all_blocks), max(b.bottom for b in all_blocks)))
    return parts


def labels_of(lines: Sequence[Line], pitch: float, size: float) -> list[Block]:
    """The cells of a column whose cells may run over several rows; every whole level name is one."""
    found: list[Block] = []
    widest = max((line.width for line in lines), default=0.0)
    for line in lines:
        last = found[-1] if found else None
        before = last.lines[-1] if last else None
        if (
            last is None
            or before is None
            or line.middle - before.middle > _APART * pitch
            or before.width + line.need < widest - _SLACK * size
            or _is_whole(last, line)
        ):
            found.append(Block([line]))
        else:
            last.lines.append(line)
    return found


def _is_whole(block: Block, line: Line) -> bool:
    words = flat(block.text)
    return _is_label(words) and not _is_label(words + flat(line.text))


def spans_of(blocks: Sequence[Block], rows: Sequence[Row], going_on: bool, starts: Sequence[int] = ()) -> list[int]:
    """For each block the first of the rows over which it runs, up to the next one's; rows before the first are open.

    The text of a merged cell stands at its top or at its middle; whichever explains all of them better is taken.
    `going_on` tells that the first rows may belong to a cell of the page before, `starts` limits the rows to choose from.
    """
    count, most = len(rows), len(blocks)
    own = [next((r for r, row in enumerate(rows) if row.top - 1 <= b.middle <= row.bottom + 1), None) for b in blocks]
    if most == count and own == list(range(count)):
        return list(range(count))
    gaps = [(a.bottom + b.top) / 2 for a, b in pairwise(rows)]
    half = median((b.top - a.bottom) / 2 for a, b in pairwise(rows)) if count > 1 else 0.0
    bounds = [rows[0].top - half, *gaps, rows[-1].bottom + half]
    allowed = set(starts) or set(range(count))
    best: tuple[float, list[int]] = (float("inf"), [])
    for at_top in (False, True):
        cost = _cheapest(blocks, rows, bounds, allowed | {0}, going_on, at_top)
        best = min(best, cost)
    return best[1]


def _cheapest(
    blocks: Sequence[Block],
    rows: Sequence[Row],
    bounds: Sequence[float],
    allowed: set[int],
    going_on: bool,
    at_top: bool,
) -> tuple[float, list[int]]:
    count, most = len(rows), len(blocks)
    endless = float("inf")
    # price[b][r]: the least cost of the blocks from b on, the first of them beginning at row r.
    price = [[endless] * (count + 1) for _ in range(most + 1)]
    price[most][count] = 0.0
    then = [[0] * (count + 1) for _ in range(most)]
    for b in range(most - 1, -1, -1):
        block = blocks[b]
        for r in range(count):
            if r not in allowed:
                continue
            for end in range(r + 1, count + 1):
                rest = price[b + 1][end]
                if rest == endless:
                    continue
                if at_top:
                    off = abs(block.top - rows[r].top)
                else:
                    off = abs(block.middle - (bounds[r] + bounds[end]) / 2)
                if off + rest < price[b][r]:
                    price[b][r], then[b][r] = off + rest, end
    open_rows = range(count) if going_on else range(1)
    first = min(open_rows, key=lambda r: (price[0][r] + 0.5 * r, r), default=0)
    if not most or price[0][first] == endless:
        return endless, []
    chosen, r = [], first
    for b in range(most):
        chosen.append(r)
        r = then[b][r]
    return price[0][first], chosen

"""What a PDF prints above a table without lines: labels and their contents, as rows of cells."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from hengji.reading.level_words import flat
from hengji.reading.money import amount, is_nothing
from hengji.reading.pdf_page import Char
from hengji.reading.stream_labels import is_label
from hengji.reading.unruled_rows import Block, Line, lines_in, pitch_of

_GAP = 0.45  # of the size of a character: white that parts two cells
_HAIR = 0.08  # of the size of a character: white that parts a label from what stands behind it
_SLACK = 2.0  # of the size of a character, by which a full line may fall short of the widest
_SHORTEST = 4  # characters of a label that is known by its words
_LABEL = 16  # characters of a label, at most
_LOOSE = 1.15  # of the pitch
_BRACKETED = re.compile("[（(][^（）()]{1,12}[)）]")
_MONEY_LABEL = re.compile("\\s*.{0,8}(?:资金|金额|总额|预算|拨款).{0,6}[）):：]\\s*")
_FIGURES = re.compile(
    "年初预算数?|全年(?:调整)?预算数?|预算数|(?:全年|预算)?执行数?|(?:预算)?执行率|分值(?:权重)?|权重|得分|支出数"
)
_MARKS = re.compile("[（(][^（）()]*[)）]")


@dataclass(slots=True)
class _Cell:
    block: Block
    left: float
    right: float
    limit: float  # where the text beside it begins


def head_rows(chars: Sequence[Char]) -> list[list[str]]:
    """The rows above a table, cells from left to right; figures stand under the headings they belong to."""
    inked = [c for c in chars if not c.text.isspace()]
    if not inked:
        return []
    size = median(c.right - c.left for c in inked)
    segments = _segments(inked, size)
    pitch = pitch_of([_column(segments)], size)
    cells = _cells(segments, pitch, size)
    rows = _rows([c for c in cells if not _leads(c, cells, size)])
    for cell in (c for c in cells if _leads(c, cells, size)):
        # A label merged downwards stands beside the middle of its rows.
        near = min(rows, key=lambda r: max(_top(r) - cell.block.middle, cell.block.middle - _bottom(r), 0.0))
        near.append(cell)
    return _aligned([sorted(row, key=lambda c: c.left) for row in rows])


def _leads(cell: _Cell, cells: Sequence[_Cell], size: float) -> bool:
    """Whether a cell is a label at the left of others."""
    left = min(c.left for c in cells)
    beside = any(
        c.left > cell.right and c.block.top < cell.block.bottom and cell.block.top < c.block.bottom for c in cells
    )
    return (
        beside
        and len(flat(cell.block.text)) <= _LABEL
        and cell.left - left < 6 * size
        and not any(
            c.right < cell.left and c.block.top < cell.block.bottom and cell.block.top < c.block.bottom for c in cells
        )
    )


def _rows(cells: Sequence[_Cell]) -> list[list[_Cell]]:
    """Cells that stand beside each other."""
    rows: list[list[_Cell]] = []
    bottom = 0.0
    for cell in sorted(cells, key=lambda c: c.block.top):
        margin = 0.2 * (cell.block.lines[0].bottom - cell.block.lines[0].top)
        if rows and cell.block.top + margin < bottom - margin:
            rows[-1].append(cell)
            bottom = max(bottom, cell.block.bottom)
        else:
            rows.append([cell])
            bottom = cell.block.bottom
    return rows


def _top(row: Sequence[_Cell]) -> float:
    return min(c.block.top for c in row)


def _bottom(row: Sequence[_Cell]) -> float:
    return max(c.block.bottom for c in row)


def _column(segments: Sequence[Line]) -> list[Line]:
    left = min(s.left for s in segments)
    return sorted((s for s in segments if s.left > left + 1), key=lambda s: s.middle)


def _segments(chars: Sequence[Char], size: float) -> list[Line]:
    """The pieces of all lines, parted by white."""
    found: list[Line] = []
    for line in _lines(chars):
        part: list[Char] = []
        for char in line:
            white = char.left - part[-1].right if part else 0.0
            words = "".join(c.text for c in part)
            label = len(words) >= _SHORTEST and is_label(words)
            figure = char.text.isdigit() and (_MONEY_LABEL.fullmatch(words) or label)
            if part and (white > _GAP * size or figure or (white > _HAIR * size and label)):
                found += lines_in(part)
                part = []
            part.append(char)
        found += lines_in(part)
    return found


def _lines(chars: Sequence[Char]) -> list[list[Char]]:
    """Characters line by line; lines that overlap a little are kept apart."""
    lines: list[list[Char]] = []
    for char in sorted(chars, key=lambda c: (c.top + c.bottom) / 2):
        middle = (char.top + char.bottom) / 2
        reach = 0.3 if char.text.isalnum() else 0.6  # a point may have a box of its own, below the middle
        if lines and middle - _middle(lines[-1]) < reach * max(
            char.bottom - char.top, lines[-1][0].bottom - lines[-1][0].top
        ):
            lines[-1].append(char)
        else:
            lines.append([char])
    return [sorted(line, key=lambda c: c.left) for line in lines]


def _middle(line: Sequence[Char]) -> float:
    return (line[0].top + line[0].bottom) / 2


def _cells(segments: Sequence[Line], pitch: float, size: float) -> list[_Cell]:
    """Pieces that go on in the next line put together."""
    widest = max(line.right for line in segments)
    found: list[_Cell] = []
    for line in segments:
        for cell in reversed(found):
            last = cell.block.lines[-1]
            step = line.middle - last.middle
            if not 0 < step <= max(_LOOSE * pitch, 1.8 * size) or not (
                line.left < cell.right and cell.left < line.right
            ):
                continue
            if (step <= _LOOSE * pitch and _goes_on(cell, line, segments, size, widest)) or _is_bracket(cell, line):
                cell.block.lines.append(line)
                cell.left, cell.right = min(cell.left, line.left), max(cell.right, line.right)
                break
        else:
            found.append(_Cell(Block([line]), line.left, line.right, widest))
    return found


def _is_bracket(cell: _Cell, line: Line) -> bool:
    return bool(_BRACKETED.fullmatch(flat(line.text))) or _closes(cell.block.text, line.text)


def _goes_on(cell: _Cell, line: Line, segments: Sequence[Line], size: float, widest: float) -> bool:
    """Whether a cell had no room for the first word of the line below it."""
    last = cell.block.lines[-1]
    reach = 1.2 * (line.middle - last.middle)
    beside = [
        s.left for s in segments
        if s.left > max(last.right, line.right) and last.middle - reach < s.middle < line.middle + reach
    ]  # fmt: skip
    limit = min([cell.limit, *beside])
    if not cell.left - _SLACK * size <= line.left < limit or last.right + line.need < limit - _SLACK * size:
        return False
    words, below = flat(cell.block.text), flat(line.text)
    if is_label(below) or (is_label(words) and not is_label(words + below)):
        return False
    cell.limit = limit
    return True


def _closes(above: str, below: str) -> bool:
    """Whether a bracket that the lines above left open is closed by a short piece below."""
    opened = above.count("（") + above.count("(") > above.count("）") + above.count(")")
    return opened and len(below) <= 8 and below.endswith(("）", ")", "：", ":"))


def _aligned(rows: Sequence[Sequence[_Cell]]) -> list[list[str]]:
    """The texts of rows; below a row of headings of money each figure in the place of its heading."""
    found: list[list[str]] = []
    headings: list[tuple[int, float]] = []
    for row in rows:
        texts = [c.block.text for c in row]
        named = [k for k, t in enumerate(texts) if _FIGURES.fullmatch(_MARKS.sub("", flat(t)))]
        if len(named) > 1:
            first = 2  # before them a label merged downwards, and the labels of the lines
            headings = [(first + n, (row[k].left + row[k].right) / 2) for n, k in enumerate(named)]
            lead = [t for k, t in enumerate(texts) if k not in named][:first]
            found.append([*lead, *[""] * (first - len(lead)), *(texts[k] for k in named)])
            continue
        figures = [k for k, t in enumerate(texts) if k and (amount(t.rstrip("%％")) or is_nothing(t))]
        if headings and figures and figures[0] == len(texts) - len(figures):
            cells = [""] * (headings[-1][0] + 1)
            for k in figures:
                middle = (row[k].left + row[k].right) / 2
                cells[min(headings, key=lambda h: abs(h[1] - middle))[0]] = texts[k]
            labels = texts[: figures[0]][-2:]
            cells[2 - len(labels) : 2] = labels
            found.append(cells)
            continue
        if headings and len(texts) > 1:
            headings = []
        found.append(texts)
    return found

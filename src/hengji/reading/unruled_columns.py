"""The headings of a table without lines down, and the columns that the white below them makes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from hengji.reading.level_words import flat, is_level1, is_level2
from hengji.reading.pdf_page import Char
from hengji.reading.pdf_text import line_text, lines_of
from hengji.reading.stream_roles import stream_role
from hengji.reading.unruled_rows import lines_in

_SEED = re.compile("[一二三]级(?:绩效)?指标|指标(?:名称|内容|值)|目标值")
_END = re.compile(
    "(?:总\\s*分|合\\s*计|总\\s*计|自评总分|小\\s*计)(?:[:：].*|[0-9.]*分?)?|(?:注|说明|填报说明|备注)[:：].*|填[报表]人.*|制表人.*|审核人.*|联系电话.*|项目负责人[:：].*"
    "|财政(?:部门|资金).*(?:意见|[)）])|.{2,20}[（(]盖章[)）].*"
)
_NEXT = re.compile(
    r"(?:转移支付|专项)?(?:[（(]项目[)）])?项?目?名称|主管部门.{0,6}|\S{0,60}绩效\S{0,12}表(?:[（(].{0,12}[)）])?"
)
_REST = re.compile(
    "[一二三级指标值分析得完成情况及措施原因数率说明质性位度量称号符改进拟采取偏差未年度实际计划单位备注（）()ABab/%×权重的]{1,36}"
)  # of a wrapped heading
_SET_APART = 0.2  # of a character: white between two headings
_TIGHT = 0.6  # points of white that part two columns, at least
_FRAME = 4.0  # points of white behind a label that runs down beside the whole table, at least
SUM = re.compile("总分|合计|总计|自评总分|小计")


@dataclass(slots=True)
class Column:
    """A column: how far its text runs, its heading and what that names (None: not known)."""

    left: float
    right: float
    heading: str
    role: str | None


class Headings(NamedTuple):
    """Headings of a table: their first line, the first line below, the columns, the characters they are made of."""

    first: int
    stop: int
    columns: list[Column]
    band: list[Char]


def header_at(lines: Sequence[list[Char]], k: int) -> Headings | None:
    """The headings around a line; None where it holds none."""
    if len(_SEED.findall(flat(line_text(lines[k])))) < 2 or _is_row(lines[k]):
        return None
    first, stop = k, k + 1
    while first and _is_rest(lines[first - 1], lines[first]):
        first -= 1
    while stop < len(lines) and _is_rest(lines[stop], lines[stop - 1]):
        stop += 1
    found = [h for a, b in ((k, k + 1), (first, k + 1), (k, stop), (first, stop)) if (h := _of(lines, a, b))]
    return max(found, key=lambda h: (_known(h.columns), h.stop - h.first), default=None)


def _of(lines: Sequence[list[Char]], first: int, stop: int) -> Headings | None:
    """The headings in these lines; None where they do not make a table of indicators."""
    band = between(lines[first:stop])
    columns = columns_of(band, between(lines[stop : end_of(lines, stop, len(lines))]))
    roles = {c.role for c in columns}
    known = _known(columns)
    named = "name" in roles and roles & {"annual_target", "whole_term_target"}
    if named and known >= 3 and known >= len([c for c in columns if c.heading]) - 2:
        return Headings(first, stop, columns, band)
    return None


def _is_rest(line: Sequence[Char], beside: Sequence[Char]) -> bool:
    """Whether a line beside another is part of wrapped headings."""
    height = max(c.bottom - c.top for c in beside)
    step = abs(line[0].top + line[0].bottom - beside[0].top - beside[0].bottom) / 2
    return step < 2 * height and not _is_row(line) and bool(_REST.fullmatch(flat(line_text(line))))


def _known(columns: Sequence[Column]) -> int:
    return sum(c.role is not None for c in columns)


def _is_row(line: Sequence[Char]) -> bool:
    lead = flat(line_text(lead_of(line)))
    return is_level1(lead) or is_level2(lead)


def columns_of(band: Sequence[Char], body: Sequence[Char]) -> list[Column]:
    """The columns below these headings, by the white that runs through headings and body."""
    inked = [c for c in (*band, *body) if not c.text.isspace()]
    groups: list[list[float]] = []
    for char in sorted(inked, key=lambda c: c.left):
        if groups and char.left - groups[-1][1] < _TIGHT:
            groups[-1][1] = max(groups[-1][1], char.right)
        else:
            groups.append([char.left, char.right])
    found: list[Column] = []
    for left, right in groups:
        own = [c for c in band if left <= (c.left + c.right) / 2 <= right]
        heading = "".join(line.text for line in lines_in(own))
        found += _split(left, right, heading, own, body)
    return _joined(found)


def _split(left: float, right: float, heading: str, own: Sequence[Char], body: Sequence[Char]) -> list[Column]:
    """One column, or where its heading is several headings set apart, one for each of them."""
    line = [c for c in sorted(own, key=lambda c: c.left) if not c.text.isspace()]
    if len(line) < 4 or len(lines_of(own)) > 1:
        return [Column(left, right, heading, stream_role(flat(heading)))]
    found: list[Column] = []
    start, low = 0, left
    for k in range(2, len(line) - 1):
        first, rest = ("".join(c.text for c in part) for part in (line[start:k], line[k:]))
        white = line[k].left - line[k - 1].right
        if white > _SET_APART * (line[k].right - line[k].left) and stream_role(first) and stream_role(rest):
            cut = _thinnest(body, line[k - 1].right, line[k].left)
            found.append(Column(low, cut, first, stream_role(first)))
            start, low = k, cut
    last = "".join(c.text for c in line[start:]) if found else heading
    return [*found, Column(low, right, last, stream_role(flat(last)))]


def _thinnest(body: Sequence[Char], low: float, high: float) -> float:
    """The place between two headings that the fewest characters cross."""
    places = [low + (high - low) * n / 20 for n in range(21)]
    return min(places, key=lambda x: (sum(c.left < x - 0.2 and x + 0.2 < c.right for c in body), abs(x - high)))


def _joined(columns: list[Column]) -> list[Column]:
    """The columns, those whose heading was spread by blanks put together again."""
    found: list[Column] = []
    k = 0
    while k < len(columns):
        count = 1
        if columns[k].role is None and columns[k].heading:
            for n in range(2, 7):
                if any(c.role for c in columns[k : k + n]):
                    break
                if k + n <= len(columns) and stream_role(flat("".join(c.heading for c in columns[k : k + n]))):
                    count = n
                    break
        part = columns[k : k + count]
        heading = "".join(c.heading for c in part)
        found.append(Column(part[0].left, part[-1].right, heading, stream_role(flat(heading))))
        k += count
    return _headed(found)


def _headed(columns: list[Column]) -> list[Column]:
    """The columns, pieces of text without a heading given to the nearer column beside them; a frame before them stays."""
    found: list[Column] = []
    for k, column in enumerate(columns):
        last = found[-1] if found else None
        after = next((c for c in columns[k + 1 :] if c.heading), None)
        if column.heading or last is None or not last.heading:
            if last is not None and not last.heading and column.heading and column.left - last.right < _FRAME:
                last.right, last.heading, last.role = column.right, column.heading, column.role
                continue
            found.append(column)
        elif after is None or column.left - last.right <= after.left - column.right:
            last.right = column.right
        else:
            after.left = column.left
    return found


def between(lines: Iterable[Sequence[Char]]) -> list[Char]:
    """All characters of some lines."""
    return [c for line in lines for c in line]


def end_of(lines: Sequence[Sequence[Char]], first: int, stop: int) -> int:
    """Where the rows that begin at a line end: at a sum, a note, the head of the next form."""
    for k in range(first, stop):
        words = flat(line_text(lines[k]))
        lead = flat(line_text(lead_of(lines[k])))
        if _END.fullmatch(words) or SUM.fullmatch(lead) or _NEXT.fullmatch(lead):
            return k
    return stop


def lead_of(line: Sequence[Char]) -> list[Char]:
    """The first words of a line, up to a gap."""
    found: list[Char] = []
    for char in line:
        if char.text.isspace():
            continue
        if found and char.left - found[-1].right > 0.8 * (char.right - char.left):
            break
        found.append(char)
    return found

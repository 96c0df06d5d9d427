"""Where the headings of an indicator table stand in a stream of cells, and which columns they name in which order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from hengji.reading.level_words import flat, is_level1, is_level2
from hengji.reading.stream_cells import Token
from hengji.reading.stream_roles import GRADES, stream_role

_FRAME = re.compile("(?:(?:本|全)?年度)?绩效(?:项目)?指标(?:完成情况|表)?(?:[（(].*[)）])?")
_FIGURES = re.compile(r"[0-9]{1,3}(?:\.[0-9]+)?分?")
_PLACES = 40  # most columns of places
_UNKNOWN = 2  # headings of unknown words in a row
_TREE_HEADS = ("项目", "项目名称", "项目及指标", "指标", "指标名称")
_LEADS = ("level1", "level2", "name", "project", "fund_user")
_SUBHEADS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile("优|良|中|差"), "(?:评价标准|评分标准|评价等级)(?!.*依据)"),
    (re.compile("20\\d\\d年?度?实际.{0,4}值|预期.{0,10}值|20\\d\\d年?度?(?:预期|目标|预计).{0,4}值"), "指标值|目标值"),
    (re.compile("(?:经费|制度|人员|硬件条件)保障|其他|原因说明"), "偏差原因"),
    (re.compile("确定能|有可能|完全不可能"), "可能性"),
)  # fmt: skip


class Heading(NamedTuple):
    """A column: what it holds, its words, and the token they stand in."""

    role: str
    text: str
    token: Token


class StreamHeader(NamedTuple):
    """The headings of a table: its columns in the order in which a row is written, the tokens they fill."""

    first: int
    stop: int
    columns: tuple[Heading, ...]


def stream_headers(tokens: Sequence[Token]) -> list[StreamHeader]:
    """The headings of all tables of indicators in a stream, in order."""
    found: list[StreamHeader] = []
    k = 0
    while k < len(tokens):
        role = stream_role(tokens[k].text)
        leads = role in _LEADS or _is_frame(tokens[k])
        header = _header(tokens, k) if leads else None
        if header is None:
            k += 1
            continue
        found.append(header)
        k = header.stop
    return found


def _is_frame(token: Token) -> bool:
    return _FRAME.fullmatch(flat(token.text)) is not None


def _header(tokens: Sequence[Token], first: int) -> StreamHeader | None:
    """The header that begins at a token; None where what follows is no row of headings."""
    headings: list[Heading] = []
    k = last = first
    unknown = 0
    frame = None
    while k < len(tokens) and len(headings) < 60:
        words = flat(tokens[k].text)
        framed = _is_frame(tokens[k])
        role = None if framed else stream_role(words)
        if framed:
            frame = tokens[k] if not headings or headings[-1].role == "level1" else frame
            if frame is tokens[k] and headings:
                headings.append(Heading("frame", words, tokens[k]))
            k += 1
            continue
        if role is None and headings and headings[-1].role == "other" and _is_subhead(words):
            break
        if role is None:
            unknown += 1
            levels = any(h.role in ("level1", "level2", "name") for h in headings)
            if unknown > _UNKNOWN or not levels or len(words) > 14 or is_level1(words) or is_level2(words):
                break
            headings.append(Heading("other", words, tokens[k]))
        else:
            unknown = 0
            headings.append(Heading(role, words, tokens[k]))
            last = k + 1
        k += 1
    while headings and headings[-1].token is not tokens[last - 1]:
        headings.pop()
    if not any(h.role == "name" for h in headings):
        headings = [h._replace(role="name") if h.role == "frame" else h for h in headings]
    headings = [h for h in headings if h.role != "frame"]
    if tree := _tree(headings, tokens, last):
        return StreamHeader(first, last, tree)
    if not any(h.role == "name" for h in headings) or len(headings) < 3:
        return None
    headings, last = _with_subheads(tokens, headings, last)
    headings, last = _with_places(tokens, headings, last)
    headings = _in_order(headings)
    if not any(h.role in ("annual_target", "whole_term_target", "place") for h in headings):
        return None
    if last < len(tokens) and not any(h.role == "points" for h in headings):
        words = flat(tokens[last].text)
        if _FIGURES.fullmatch(words) and any(h.role == "actual" for h in headings):
            headings.append(Heading("points", words, tokens[last]))  # a column headed by the points of all its rows
            last += 1
    return StreamHeader(first, last, tuple(_halves(headings)))


def _tree(headings: Sequence[Heading], tokens: Sequence[Token], last: int) -> tuple[Heading, ...]:
    """The columns of a tree: project, levels and names stand in one column (项目), values and amounts beside them."""
    words = [h.text for h in headings]
    if not words or words[0] not in _TREE_HEADS or not 2 <= len(words) <= 4 or "name" in {h.role for h in headings[1:]}:
        return ()
    if not any(h.role == "annual_target" for h in headings) or not any(
        is_level1(flat(t.text)) for t in tokens[last : last + 6]
    ):
        return ()
    roles = ("fund_user", "project", "total", "level1", "level2", "name", "annual_target")
    return tuple(Heading(role, headings[0].text, headings[0].token) for role in roles)


def _is_subhead(words: str) -> bool:
    return any(pattern.fullmatch(words) for pattern, _ in _SUBHEADS)


def _with_subheads(tokens: Sequence[Token], headings: list[Heading], last: int) -> tuple[list[Heading], int]:
    """Headings of a second row in place of the one above them."""
    while last < len(tokens):
        words = flat(tokens[last].text)
        known = next(((p, group) for p, group in _SUBHEADS if p.fullmatch(words)), None)
        if known is None:
            break
        pattern, group = known
        inner: list[Heading] = []
        while last < len(tokens) and pattern.fullmatch(words := flat(tokens[last].text)):
            role = "grade" if words in GRADES else stream_role(words) or "mark"
            inner.append(Heading("annual_target" if words == GRADES[0] else role, words, tokens[last]))
            last += 1
        at = next((i for i, h in enumerate(headings) if re.search(group, h.text)), None)
        if at is not None:
            headings = [*headings[:at], *inner, *headings[at + 1 :]]
    return _own_subheads(headings), last


def _own_subheads(headings: list[Heading]) -> list[Heading]:
    """Second-row headings that were taken for headings of the first row, put below their own."""
    for pattern, group in _SUBHEADS:
        inner = [h for h in headings if pattern.fullmatch(h.text)]
        at = next((i for i, h in enumerate(headings) if re.search(group, h.text) and h not in inner), None)
        if inner and at is not None and at + 1 != headings.index(inner[0]):
            rest = [h for h in headings if h not in inner]
            at = rest.index(headings[at])
            headings = [*rest[:at], *inner, *rest[at + 1 :]]
        elif inner and at is not None:
            headings = [h for i, h in enumerate(headings) if i != at]
    return headings


def _with_places(tokens: Sequence[Token], headings: list[Heading], last: int) -> tuple[list[Heading], int]:
    """Columns headed by the names of places, in a table without any heading for a value."""
    if any(h.role in ("annual_target", "whole_term_target", "actual") for h in headings):
        return headings, last
    places: list[Heading] = []
    k = last
    while k < len(tokens) and len(places) < _PLACES:
        words = flat(tokens[k].text)
        if is_level1(words) or is_level2(words) or len(words) > 12 or re.search("[0-9]", words):
            break
        places.append(Heading("place", words, tokens[k]))
        k += 1
    return ([*headings, *places], k) if len(places) > 1 else (headings, last)


def _in_order(headings: list[Heading]) -> list[Heading]:
    """Headings in the order of a row: those below a group that was written before level 1 come first in its place."""
    at = next((i for i, h in enumerate(headings) if h.role == "level1"), 0)
    front, back = headings[:at], headings[at:]
    values = ("annual_target", "actual", "max_points", "points")
    if any(h.role in values for h in front):
        own = any(h.role == "annual_target" for h in back)
        return [*back, *(h for h in front if not (own and h.role == "annual_target"))]
    return headings


def _halves(headings: list[Heading]) -> list[Heading]:
    """Headings with those of a left half marked: the whole term stands left, the year right."""
    names = [i for i, h in enumerate(headings) if h.role == "name"]
    if len(names) != 2:
        return headings
    second = names[1]
    while second and headings[second - 1].role in ("level1", "level2"):
        second -= 1
    left = [
        h._replace(
            role={"annual_target": "whole_term_target", "name": "left_name", "level2": "left_level2"}.get(
                h.role, h.role
            )
        )
        for h in headings[:second]
    ]
    return [*left, *headings[second:]]

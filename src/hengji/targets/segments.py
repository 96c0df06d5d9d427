"""Where one value holds several conditions: numbered lists, sentences, commas between complete parts, 、 between counts.

A border is taken only where both sides say something of their own; 、 is one only between two amounts (一批、三次), else
it is a list inside an object.
"""

from __future__ import annotations

import itertools
import re

from hengji.targets.lexicon import PURPOSE
from hengji.targets.piece import Amount, Date

_LIST = re.compile(r"(?:^|(?<=[\s;。,]))\s*(?:[(]\d{1,2}[)]|[①-⑳]|\d{1,2}[.、)](?!\d))\s*|\(\d{1,2}\)\s*")
_WEAK = re.compile("、|及|以及|和|与|并|且|或者?|\\s|,")
_ANY_MARK = re.compile("[;。,!?\\n)①-⑳]|\\d[.、]")
_OPEN, _CLOSE = "([《“「【", ")]》”」】"


def marks(text: str, start: int, end: int, amounts: list[Amount]) -> list[tuple[int, int, str]]:
    """Borders as (start, end, kind) with kind list, sentence or comma; none inside brackets and quotes."""
    if not _ANY_MARK.search(text, start, end):
        return []
    found = [(m.start(), m.end(), "list") for m in _LIST.finditer(text, start, end)]
    if len(found) == 1 and found[0][0] > start:
        found = []  # a lone (1) inside a text numbers nothing
    depth = 0
    for at in range(start, end):
        c = text[at]
        if c in _OPEN:
            depth += 1
        elif c in _CLOSE:
            depth = max(0, depth - 1)
        elif depth == 0:
            if c in ";。\n!?":
                found.append((at, at + 1, "sentence"))
            elif c == "," and not any(x.start < at < x.end for x in amounts):
                found.append((at, at + 1, "comma"))
    return sorted(found)


def stretches(text: str, start: int, end: int, amounts: list[Amount], dates: list[Date]) -> list[tuple[int, int, int]]:
    """The parts of `text[start:end]` that are read on their own: (start, end, where the border before it began)."""
    parts: list[tuple[int, int, int]] = []
    at, border = start, start
    pending = marks(text, start, end, amounts)
    for k, (a, b, kind) in enumerate(pending):
        if a < at:
            continue
        if kind == "comma":
            following = next((m[0] for m in pending[k + 1 :]), end)
            if not _is_border(text, at, a, b, following, amounts, dates):
                continue
        if text[at:a].strip():
            parts.append((at, a, border))
        border, at = a, b
    if text[at:end].strip():
        parts.append((at, end, border))
    return [piece for part in parts for piece in _between_amounts(text, part, amounts, dates)]


def _is_border(text: str, start: int, a: int, b: int, end: int, amounts: list[Amount], dates: list[Date]) -> bool:
    """Whether a comma parts two conditions: each side has a figure, or one has and the other is a sentence of its own."""
    if PURPOSE.match(text[b:end].strip()):
        return False
    figures = [(a.start, a.end) for a in amounts] + [(d.start, d.end) for d in dates]
    left = any(start <= s and e <= a for s, e in figures)
    right = any(b <= s and e <= end for s, e in figures)
    if left and right:
        return True
    if not left and not right:
        return False
    bare = text[start:a] if right else text[b:end]
    # A short lead such as 全年 or 在全区范围内 belongs to the figure behind it.
    return len(bare.strip()) >= 4 and not re.search("(?:内|中|上|下|时|后|前|的)$", bare.strip())


def _between_amounts(
    text: str, part: tuple[int, int, int], amounts: list[Amount], dates: list[Date]
) -> list[tuple[int, int, int]]:
    """A part cut between its amounts, where 、 及 或 or a blank stands directly behind the first of two."""
    start, end, border = part
    mine = [x for x in amounts if start <= x.start and x.end <= end]
    if len(mine) < 2:
        return [part]
    cuts: list[tuple[int, int]] = []
    for one, other in itertools.pairwise(mine):
        gap = _WEAK.search(text, one.end, other.start)
        if gap is None or (one.number2 is None and one.unit is None):
            continue
        if "(" in text[one.end : gap.start()]:
            continue
        cuts.append(gap.span())
    parts = []
    at = start
    for a, b in cuts:
        parts.append((at, a, border))
        at, border = b, a
    parts.append((at, end, border))
    return parts

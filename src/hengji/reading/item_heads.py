"""The heads of packed items, `3、1-产出指标；12-质量指标；`, and which of the texts that look like one are real.

One forward scan with bounded patterns finds candidates. Where their numbers run 1, 2, 3 … and each has a label of its
own, all are real. Otherwise the number that must come next, the mark that closes the item before, and the labels
decide; each candidate is looked at once.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

# Words up to a separator; level names are short, so nothing here can run away.
_WORD = r"[^；;:：。、\n]{1,30}+"
_CODE = r"\s{0,4}+[-－–—－_.．]\s{0,4}+"
_LEVELS = (
    rf"(?=\s{{0,8}}+(?:([0-9０-９]){_CODE})?({_WORD})[；;]"
    rf"(?:\s{{0,8}}+(?:([0-9０-９]{{2,3}}){_CODE})?({_WORD})(?=[；;]))?)"
)  # fmt: skip
# Groups: 1 number, 2 code and 3 name of level 1, 4 code and 5 name of level 2. The levels are only looked at, so that
# a look-alike never hides the real head inside it.
_NUMBERED = re.compile(rf"[（(]?([0-9０-９]{{1,7}})\s{{0,4}}+[、.．)）,，]{_LEVELS}")
_BARE = re.compile(rf"(?:(?<=[。；;\n])|\A)(\s{{0,4}}+[、.．]?+){_LEVELS}")
_LEVEL1 = re.compile(
    r"(?:产出|效益|效果|社会效应|满意度?|服务对象满意度|成本|投入|过程|决策|管理)类?(?:指标)?(?:[（(].{0,12}[)）])?"
)
_LEVEL2 = re.compile(
    r"(?:数量|质量|时效|成本|经济|社会|生态|环境|可持续|服务对象|公众|受益|满意).{0,12}|.{1,12}(?:指标|效益|影响|满意度|成本)"
)  # fmt: skip
_CLOSING = "。；;.\n"
_new = tuple.__new__


class Head(NamedTuple):
    """The head of an item: where it starts and ends, its printed number, the code and the spans of its levels."""

    start: int
    end: int
    number: int | None
    code: str | None
    level1: tuple[int, int] | None
    level2: tuple[int, int] | None


def heads_of(text: str, labels: Sequence[int] = ()) -> list[Head]:
    """The real heads in a packed cell, in order. `labels` are the offsets of the labels of values in it."""
    found = list(_scan(_NUMBERED, text))
    if not found:
        return list(_scan(_BARE, text))
    expected = found[0].number or 1
    at = 0
    for k, head in enumerate(found):
        stop = found[k + 1].start if k + 1 < len(found) else len(text)
        count = bisect_left(labels, stop, at) - at
        at += count
        if head.number != expected or count == 0 or count > 2:
            return _with_unnumbered(text, _real(text, found, labels), labels)
        expected += 1
    return found


def has_head(text: str) -> bool:
    """Whether anything in a text looks like the head of an item."""
    return ("；" in text or ";" in text) and any(True for pattern in (_NUMBERED, _BARE) for _ in _scan(pattern, text))


def _scan(pattern: re.Pattern[str], text: str) -> Iterator[Head]:
    numbered = pattern is _NUMBERED
    for match in pattern.finditer(text):
        spans = match.regs
        level1, level2 = spans[3], spans[5]
        if spans[2][0] < 0 or spans[4][0] < 0:
            if head := _by_words(match):
                yield head
            continue
        end = level2[1] + 1
        if text[level1[1] - 1].isspace() or text[end - 2].isspace():
            level1, level2 = _stripped(text, *level1), _stripped(text, *level2)
        # tuple.__new__ and not Head(…): asked for every indicator of a province.
        if numbered:
            yield _new(Head, (spans[0][0], end, int(match[1]), match[4], level1, level2))
        else:
            yield _new(Head, (spans[0][1], end, None, match[4], level1, level2))


def _by_words(match: re.Match[str]) -> Head | None:
    """A head that lacks codes: its levels are known by their words."""
    text, spans = match.string, match.regs
    level1, level2 = _stripped(text, *spans[3]), _stripped(text, *spans[5])
    is_level2 = level2[1] > level2[0] and (match[4] is not None or _LEVEL2.fullmatch(text, *level2) is not None)
    is_level1 = match[2] is not None or _LEVEL1.fullmatch(text, *level1) is not None
    start, number = spans[0][1], None
    if match.re is _NUMBERED:
        start, number = spans[0][0], int(match[1])
    if is_level1 and is_level2:
        return Head(start, spans[5][1] + 1, number, match[4], level1, level2)
    if is_level1:
        return Head(start, spans[3][1] + 1, number, None, level1, None)
    if _LEVEL2.fullmatch(text, *level1) and text.endswith("指标", *level1):
        return Head(start, spans[3][1] + 1, number, None, None, level1)
    return None


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _real(text: str, found: list[Head], labels: Sequence[int]) -> list[Head]:
    """Of candidates whose numbers do not simply run on, those that begin an item."""
    count = len(found)
    stops = [h.start for h in found[1:]] + [len(text)]
    own = [bisect_left(labels, stop) - bisect_left(labels, head.start) for head, stop in zip(found, stops, strict=True)]
    full = max(own, default=0)
    closed = [_closed(text, head.start) for head in found]
    # Where the same number comes again behind a closed item before the next number comes: that one is meant.
    again = [False] * count
    last: dict[int, tuple[int, bool]] = {}
    for k in range(count - 1, -1, -1):
        number = found[k].number or 0
        same, following = last.get(number), last.get(number + 1)
        again[k] = same is not None and same[1] and (following is None or same[0] < following[0])
        last[number] = (k, closed[k])
    later = [False] * count  # whether the number that was due still comes, is decided by the last place of each number
    final = {head.number or 0: k for k, head in enumerate(found)}
    real: list[Head] = []
    since = 0  # labels since the last real head
    due = 1
    for k, head in enumerate(found):
        number = head.number or 0
        later[k] = final.get(due, -1) > k
        if number == due:
            whole = closed[k] and full > 0 and own[k] >= full
            take = (closed[k] or own[k] > 0) and (whole or not (again[k] and (not closed[k] or since < full)))
        elif not real:
            take = closed[k] and own[k] > 0 and not later[k]
        elif not closed[k] and own[k] > 0 and str(number).endswith(str(due)) and number > due:
            # The mark between a value and the next number was lost: 年度指标值:12、1-产出指标.
            shift = len(str(number)) - len(str(due))
            head, take, number = head._replace(start=head.start + shift, number=due), True, due
        else:
            broken = since < full and own[k] < full  # a head inside a value splits the labels of one item
            take = closed[k] and own[k] > 0 and not broken and not (number > due and later[k])
        if take:
            real.append(head)
            since = 0
            due = number + 1
        since += own[k]
    return real


def _closed(text: str, at: int) -> bool:
    """Whether what stands before `at` ends there: a closing mark, a line break, or nothing at all."""
    while at > 0 and text[at - 1] in " \t\r\n\u3000\xa0":
        if text[at - 1] == "\n":
            return True
        at -= 1
    return at == 0 or text[at - 1] in _CLOSING


def _with_unnumbered(text: str, heads: list[Head], labels: Sequence[int]) -> list[Head]:
    """Heads, and between them those of items whose number is missing, where labels show more than one item."""
    typical = min(2, sorted(_counts(text, heads, labels))[len(heads) // 2]) if heads else 0
    result: list[Head] = []
    for head, stop, count in zip(heads, _stops(text, heads), _counts(text, heads, labels), strict=True):
        result.append(head)
        if typical and count >= 2 * typical:
            inner = [
                h._replace(number=None)
                for h in _scan(_BARE, text[head.end : stop])
                if h.level1 is not None and h.level2 is not None
            ]
            result += [_moved(h, head.end) for h in inner]
    return result


def _stops(text: str, heads: list[Head]) -> list[int]:
    return [*(h.start for h in heads[1:]), len(text)] if heads else []


def _counts(text: str, heads: list[Head], labels: Sequence[int]) -> list[int]:
    stops = _stops(text, heads)
    return [bisect_left(labels, stop) - bisect_left(labels, h.start) for h, stop in zip(heads, stops, strict=True)]


def _moved(head: Head, by: int) -> Head:
    level1 = (head.level1[0] + by, head.level1[1] + by) if head.level1 else None
    level2 = (head.level2[0] + by, head.level2[1] + by) if head.level2 else None
    return head._replace(start=head.start + by, end=head.end + by, level1=level1, level2=level2)

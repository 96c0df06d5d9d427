"""A target value → a reading: fold, find dates and amounts, part into stretches, read each, account for every character."""

from __future__ import annotations

import re
from typing import Any

from hengji.model.target import Checkable, Clause, Span, TargetKind, TargetReading
from hengji.model.units import PERIODS
from hengji.targets import lexicon as words
from hengji.targets.amounts import amount_at, amounts_in
from hengji.targets.damage import damage, damaged_digits
from hengji.targets.dated import dated
from hengji.targets.dates import dates_in
from hengji.targets.fold import fold
from hengji.targets.hints import Hints, hints_of
from hengji.targets.numeric import HUNDRED, lone, numeric
from hengji.targets.piece import Amount, Found, Piece, clause
from hengji.targets.plain import plain
from hengji.targets.segments import stretches
from hengji.targets.wording import unread, wording

_OUTER = " \t\r\n。;,、.:!\"“”'‘’"
_HAS_NUMBER = re.compile("[0-9零〇一二两三四五六七八九十]|百分之")
_MAYBE_DATE = re.compile(r"[年月季旬]|(?:19|20)\d\d(?:[./-]\d|\d{4})")
_NOISE = frozenset(" \t\r\n。;,、.:()[]\"“”'‘’!?|-~")
_BORDERS = re.compile("[,;。、]|\\d{1,2}[.)、]|[①-⑳]")
# Figures inside these are part of a name: 《…2020年…》, GB 3838-2002, 财预〔2020〕10号, 7×24小时.
_NAMED = re.compile(
    r"《[^》]*》|(?:GB|HJ|DB|JGJ|CJJ|SL|NY|ISO|YY|WS|T/)[A-Z/]{0,4}\s*\d+(?:\.\d+)*(?:-\d{2,4})?(?:\s*[IVⅠⅡⅢⅣⅤ]{1,3}类)?|[〔\[(]\d{4}[〕\])]\s*\d+号|7\s*[×xX*]\s*24\s*小时|每个?(?:月|季度|年)\d{1,2}[日号](?:之?前|以前)?"
)
_NAMED_BY = frozenset("《〔[(GHDJCSNIYWT×xX*每")
_FIGURE = re.compile("\\d")
_ORDINAL = re.compile("[第前]\\d|\\d+[号方热]|[A-Za-z]\\d")
# The usual value begins with a digit or a comparator.
_BEGINS = frozenset("0123456789≥≤><=约±-不至大小超达最高低近少多")
_YEARS = ("年", "月", "日", "年度")
_NUMERIC = frozenset((TargetKind.THRESHOLD, TargetKind.COUNT, TargetKind.APPROX, TargetKind.FREQUENCY))
_WORDED = ("scope", "metric", "object", "action", "trigger", "term", "state", "event", "ref", "condition", "purpose")
_RANK = {Checkable.YES: 0, Checkable.PARTLY: 1, Checkable.NO: 2}


def read_target(text: str, name: str | None = None, year: int | None = None) -> TargetReading:
    """A target value as a checkable condition. Never raises: what no production explains is `leftover`.

    `name` is the indicator's name, which may hold the unit (亩), the sign (≥**%) or what a bare word means; `year` the
    budget year, for dates that name none. Kinds, fields and decisions are those of the target-value reference.
    """
    folded = fold(text)
    start, end = 0, len(folded)
    while (
        start < end
        and folded[start] in _OUTER
        and not (folded[start] == "." and folded[start + 1 : start + 2].isdigit())
    ):
        start += 1
    while end > start and folded[end - 1] in _OUTER:
        end -= 1
    hints = hints_of(name)
    usual = plain(folded, start, end) if hints.op is None else None
    if usual is not None:
        return _lone(text, usual, hints, [], Span(start, end, "amount"))
    piece = Piece(folded, start, end, hints, year)
    first = amount_at(folded, start, end) if start < end and folded[start] in _BEGINS else None
    if (
        first is not None
        and first.end == end
        and not (first.op is None and (first.unit in _YEARS or _MAYBE_DATE.search(folded, start, end)))
    ):
        broken = damaged_digits(first, piece)
        if broken is None:
            return _usual(text, piece, first)
    else:
        broken = damage(piece)
    if broken is not None:
        return TargetReading(
            text, TargetKind.MALFORMED, Checkable.NO, (broken,), warnings=(broken.reason or "",),
            spans=(Span(0, len(text), "malformed"),),
        )  # fmt: skip
    answer = words.YES_NO.get(folded[start:end])
    if answer is not None:
        found = Found([clause(TargetKind.BOOLEAN)], [Span(start, end, "boolean")])
        found.clauses[0] = Clause(TargetKind.BOOLEAN, value=answer)
        return _reading(text, piece, found)
    if not _HAS_NUMBER.search(folded, start, end) and not _MAYBE_DATE.search(folded, start, end):
        return _reading(text, piece, _alternatives(piece) or _all_words(piece))
    if _MAYBE_DATE.search(folded, start, end):
        piece.dates = dates_in(folded, start, end, year)
    taken = [(d.start, d.end) for d in piece.dates]
    if not _NAMED_BY.isdisjoint(folded):
        taken += [m.span() for m in _NAMED.finditer(folded, start, end)]
    piece.amounts = amounts_in(folded, start, end, taken)
    return _reading(text, piece, _parts(piece))


def _usual(raw: str, piece: Piece, amount: Amount) -> TargetReading:
    """The reading of one amount and nothing else."""
    warnings: list[str] = []
    done = lone(amount, piece.hints, warnings)
    return _lone(raw, done, piece.hints, warnings, Span(amount.start, amount.end, "amount"))


def _lone(raw: str, done: Clause, hints: Hints, warnings: list[str], span: Span) -> TargetReading:
    if hints.name:
        _compare(warnings, done, hints)
    return TargetReading(raw, done.kind, _checkable(done), (done,), None, "", tuple(warnings), (span,))


def _parts(piece: Piece) -> Found:
    """All stretches of a value, joined."""
    between = _between(piece)
    if between is not None:
        return between
    parts = stretches(piece.text, piece.start, piece.end, piece.amounts, piece.dates)
    if len(parts) < 2:
        return _stretch(piece)
    whole = Found([], [])
    for start, end, border in parts:
        if border < start:
            whole.spans.append(Span(border, start, "border"))
        found = _stretch(_part(piece, start, end))
        whole.clauses += found.clauses
        whole.spans += found.spans
        whole.warnings += [w for w in found.warnings if w not in whole.warnings]
    whole.join = _join(piece, parts, whole.clauses)
    return whole


def _all_words(piece: Piece) -> Found:
    """A value without figures: parted at sentences only, since a comma in prose parts nothing that could be checked."""
    parts = stretches(piece.text, piece.start, piece.end, [], [])
    if len(parts) < 2:
        return wording(piece)
    whole = Found([], [], "and")
    for start, end, border in parts:
        whole.spans.append(Span(border, start, "border"))
        found = wording(Piece(piece.text, start, end, piece.hints, piece.year))
        whole.clauses += found.clauses
        whole.spans += found.spans
    return whole


def _part(whole: Piece, start: int, end: int) -> Piece:
    return Piece(
        whole.text, start, end, whole.hints, whole.year,
        [a for a in whole.amounts if start <= a.start < end], [d for d in whole.dates if start <= d.start < end],
    )  # fmt: skip


def _stretch(piece: Piece) -> Found:
    """One stretch: a date, an amount, both, or words."""
    if piece.dates:
        return dated(piece)
    cycle = _cycle(piece)
    if cycle is not None:
        return cycle
    return numeric(piece) or _words_or_unread(piece)


def _words_or_unread(piece: Piece) -> Found:
    """Words; but a figure among them that is no part of a name must not vanish in a term."""
    found = wording(piece)
    bare = _NAMED.sub("", piece.words)
    if (
        (_FIGURE.search(bare) or words.FRACTION.search(bare))
        and all(c.kind is TargetKind.QUALITATIVE for c in found.clauses)
        and not _ORDINAL.search(bare)
    ):
        return unread(piece)
    return found


def _cycle(piece: Piece) -> Found | None:
    """1天1次, 三年一次: so many times in so long."""
    if len(piece.amounts) != 2:
        return None
    long, times = piece.amounts
    if long.op or long.suffix or times.start != long.end or times.unit not in ("次", "场", "期", "轮", "回"):
        return None
    unit = (long.unit or "").removeprefix("个")
    if unit not in PERIODS or long.number != long.number.to_integral_value():
        return None
    inner = Piece(
        piece.text,
        times.start,
        piece.end,
        piece.hints,
        piece.year,
        [times._replace(per=(int(long.number), PERIODS[unit]))],
    )
    found = numeric(inner)
    if found is not None:
        found.spans.append(Span(piece.start, times.start, "period"))
    return found


def _between(piece: Piece) -> Found | None:
    """不超过X且不低于Y: two comparators that close in one range."""
    if len(piece.amounts) != 2 or piece.dates:
        return None
    one, other = piece.amounts
    if one.op is None or other.op is None or {one.op[0], other.op[0]} != {">", "<"}:
        return None
    if (one.unit and other.unit and one.unit != other.unit) or len(
        piece.text[one.end : other.start].strip(" ,且并而及;、")
    ) > 0:
        return None
    low, high = (one, other) if one.op[0] == ">" else (other, one)
    merged = low._replace(
        op=None, number2=high.number, unit=low.unit or high.unit, start=one.start, end=other.end, suffix="",
        unit_known=low.unit_known or high.unit_known, scale=low.scale or high.scale,
    )  # fmt: skip
    inner = Piece(piece.text, piece.start, piece.end, piece.hints, piece.year, [merged])
    return numeric(inner)


def _alternatives(piece: Piece) -> Found | None:
    """A或B, both of them directions: one of the two is enough."""
    text = piece.words
    if text.count("或") != 1 or "或者" in text or len(text) > 60:
        return None
    if not all(side.strip() for side in text.split("或")):
        return None
    at = piece.start + text.index("或")
    sides = [
        wording(Piece(piece.text, a, b, piece.hints, piece.year)) for a, b in ((piece.start, at), (at + 1, piece.end))
    ]
    moving = (TargetKind.TREND, TargetKind.QUALITATIVE)
    if not all(len(s.clauses) == 1 and s.clauses[0].kind in moving and s.clauses[0].direction for s in sides):
        return None
    one, other = sides
    return Found([*one.clauses, *other.clauses], [*one.spans, Span(at, at + 1, "or"), *other.spans], "or")


def _join(piece: Piece, parts: list[tuple[int, int, int]], clauses: list[Clause]) -> str | None:
    if len(clauses) < 2:
        return None
    bands = [words.BANDS.match(piece.text, start, end) for start, end, _ in parts]
    if len(bands) > 1 and all(bands) and all(c.number is not None for c in clauses):
        return "grade"
    borders = [piece.text[border:start] for start, _, border in parts[1:]]
    return "or" if borders and all("或" in b for b in borders) else "and"


def _reading(raw: str, piece: Piece, found: Found) -> TargetReading:
    """The reading of what was found: kind, how far it can be checked, and what no span covers."""
    spans = tuple(sorted(s for s in found.spans if s.end > s.start))
    leftover = _leftover(raw, spans)
    clauses = tuple(found.clauses)
    if piece.text != raw:
        clauses = tuple(_as_written(c, raw, piece.text) for c in clauses)
    if piece.hints.name:
        for done in clauses:
            _compare(found.warnings, done, piece.hints)
    kind = clauses[0].kind if len(clauses) == 1 else TargetKind.COMPOUND
    checkable = max((_checkable(c) for c in clauses), key=_RANK.__getitem__)
    if leftover:
        found.warnings.append(f"有未读懂的文字“{leftover}” / not understood: {leftover}")
        if checkable is Checkable.YES:
            checkable = Checkable.PARTLY
    join = (found.join or "and") if len(clauses) > 1 else None
    return TargetReading(raw, kind, checkable, clauses, join, leftover, tuple(found.warnings), spans)


def _as_written(done: Clause, raw: str, folded: str) -> Clause:
    """The clause with its words as the document wrote them, not as they were folded for reading."""
    written: dict[str, Any] = {}
    for name in _WORDED:
        words_ = getattr(done, name)
        at = folded.find(words_) if words_ else -1
        if at >= 0:
            written[name] = raw[at : at + len(words_)]
    return done._replace(**written)


def _leftover(raw: str, spans: tuple[Span, ...]) -> str:
    """What no span covers, marks and blanks left out; several pieces are joined by a blank."""
    pieces: list[str] = []
    at = 0
    for start, end, _ in (*spans, Span(len(raw), len(raw), "")):
        if start > at:
            piece = raw[at:start]
            if any(c not in _NOISE for c in fold(piece)):
                pieces.append(piece.strip())
        at = max(at, end)
    return " ".join(pieces)


def _compare(warnings: list[str], done: Clause, hints: Hints) -> None:
    """Notes that need the name beside the clause."""
    if done.number is None or not (done.unit or hints.stated):
        return
    percent = done.unit == "%"
    if percent and hints.stated is not None and hints.stated != done.number and not hints.op:
        warnings.append(f"名称写“{hints.stated}%”，与指标值不同 / the name says {hints.stated}%")
    if percent and done.number > HUNDRED and done.op in (">=", ">", "=="):
        warnings.append("超过100% / above 100 %")
    if percent and hints.bare.endswith(("数", "数量", "次数", "天数", "个数")):
        warnings.append("名称是数量，指标值是百分比 / the name counts, the value is a percentage")
    if (
        hints.money
        and done.unit
        and not done.unit.endswith("元")
        and "元" not in done.unit
        and not percent
        and done.dim == "count"
    ):
        warnings.append("名称是金额，指标值的单位不是 / the name is money, the unit is not")
    if hints.rate and done.unit and not percent and done.dim in ("count", "money"):
        warnings.append("名称是比率，指标值的单位不是 / the name is a rate, the unit is not")


def _checkable(c: Clause) -> Checkable:
    """Whether records alone can decide a clause."""
    if c.kind in _NUMERIC:
        bare = c.unit is None or c.unit.startswith("人/")
        return Checkable.PARTLY if bare else Checkable.YES
    match c.kind:
        case TargetKind.RANGE:
            return Checkable.PARTLY if c.unit is None or c.base else Checkable.YES
        case TargetKind.DEADLINE:
            return Checkable.YES if c.by or c.number is not None else Checkable.PARTLY
        case TargetKind.DELIVERABLE:
            return Checkable.YES
        case TargetKind.REFERENCE:
            return Checkable.NO if c.deferred else Checkable.YES if c.op else Checkable.PARTLY
        case TargetKind.QUALITATIVE:
            graded = c.term is not None and (
                c.term in words.GRADES or bool(words.ACHIEVED.fullmatch(c.term) or words.SCALE_STEP.fullmatch(c.term))
            )
            return Checkable.PARTLY if graded else Checkable.NO
        case TargetKind.MALFORMED:
            return Checkable.NO
        case _:
            return Checkable.PARTLY

"""Which points a reported actual value can earn: every reading of it, every rule that a pack leaves open.

A form may have been filled under a rule or with a precision that it does not show. So a line is given all shares of its
points that some honest reading earns; only points outside all of them are objected to.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from hengji.model.predicate import Predicate, Verdict
from hengji.model.table import Indicator
from hengji.model.target import Clause, TargetKind, TargetReading
from hengji.scoring.reported import Reported, Value, value_in
from hengji.scoring.rules import HUNDRED, Rules
from hengji.scoring.self_limits import Limits
from hengji.scoring.weights import part_of

_ZERO, _ONE = Decimal(0), Decimal(1)
_WORDS = ("reached", "partly", "missed")
_YES_NO = (TargetKind.BOOLEAN, TargetKind.DELIVERABLE)
_NUMERIC = (TargetKind.COUNT, TargetKind.THRESHOLD, TargetKind.APPROX, TargetKind.RANGE, TargetKind.DEADLINE)


class Span(NamedTuple):
    """Shares of the points, from and to, both included."""

    low: Decimal
    high: Decimal


class Fair(NamedTuple):
    """What a line may earn, and whether the target is met (None: that cannot be said).

    `over` is how much of the target was done, in percent, where more was done than asked; `wrong_way` what it would
    earn if an indicator of which less is better were scored the other way; `band` the place (0, 1, 2) of the words.
    """

    spans: tuple[Span, ...]
    met: bool | None
    formula: str = ""
    over: Decimal | None = None
    wrong_way: Decimal | None = None
    band: int | None = None
    at_the_limit: bool = False


def fair(
    indicator: Indicator, target: TargetReading, actual: Reported, rules: Rules, limits: Limits, *, tolerance: Decimal
) -> Fair | None:
    """What an indicator may earn for what is reported; None where no rule can tell.

    `tolerance` is how far below “about so many” still counts as reached, a share.
    """
    if actual.copied:
        low = _band(rules, 0).low if _words_only(target) else _ONE
        return Fair((Span(low, _ONE),), True, "实际完成值与指标值相同")
    if actual.word in _WORDS:
        place = _WORDS.index(actual.word)
        return Fair((_band(rules, place),), place == 0, "按定性分档", band=place)
    if target.leftover or actual.reading.leftover or not target.clauses:
        return None
    if len(target.clauses) > 1:
        return _several(target, actual, indicator, rules, limits, tolerance)
    clause = target.clauses[0]
    if clause.kind in _YES_NO:
        return _answered(clause, actual)
    if clause.kind is TargetKind.DEADLINE and clause.number is None:
        return _by_day(clause, actual)
    number = _number_of(actual, clause)
    if number is None or clause.kind not in _NUMERIC or clause.number is None or clause.per or clause.metric:
        return None
    values = _values(clause, number, actual)
    found = [_measured(clause, v, indicator, rules, limits, tolerance) for v in values]
    if not found:
        return None
    best, steps = _any_of(found), _by_steps(indicator, values[0], clause, rules)
    return best if steps is None else best._replace(spans=(*best.spans, steps))


def _several(
    target: TargetReading, actual: Reported, indicator: Indicator, rules: Rules, limits: Limits, tolerance: Decimal
) -> Fair | None:
    """Conditions that all hold, each with its own number; anything between the worst and the best share is fair."""
    numbers = actual.numbers
    if target.join != "and" or len(numbers) != len(target.clauses):
        return None
    each = []
    for clause, number in zip(target.clauses, numbers, strict=True):
        if clause.kind not in _NUMERIC or clause.number is None or clause.per:
            return None
        found = [_measured(clause, v, indicator, rules, limits, tolerance) for v in value_in(clause, number)]
        if not found:
            return None
        each.append(_any_of(found))
    spans = [s for one in each for s in one.spans]
    verdicts = [one.met for one in each]
    met = False if False in verdicts else (None if None in verdicts else True)
    return Fair((Span(min(s.low for s in spans), max(s.high for s in spans)),), met, "多个条件，按各条件计分")


def _number_of(actual: Reported, clause: Clause) -> Clause | None:
    """The number reported; none is nothing happened where the target is zero."""
    if clause.number == 0 and actual.text.strip("。") in ("无", "未发生", "没有发生", "零"):
        return Clause(TargetKind.COUNT, "==", number=_ZERO)
    return actual.clause


def _values(clause: Clause, number: Clause, actual: Reported) -> Sequence[Value]:
    """The numbers it may mean; a bound is a value only if it points the way the target does."""
    if actual.with_sign and (number.op in ("<", "<=")) != (clause.op in ("<", "<=")) and clause.op != "==":
        return ()
    return value_in(clause, number)


def _measured(
    clause: Clause, value: Value, indicator: Indicator, rules: Rules, limits: Limits, tolerance: Decimal
) -> Fair:
    wanted = clause.number
    assert wanted is not None  # callers ask for clauses with a number only
    if wanted < 0:
        return Fair((Span(_ZERO, _ONE),), None)  # a ratio of negative numbers says nothing
    if clause.op == "in":
        return _between(clause, value.number)
    if clause.op in ("<", "<="):
        return _at_most(clause.op == "<", value, wanted)
    if wanted == 0:
        if clause.op == "==":
            return Fair((Span(_ONE, _ONE),), True) if value.number <= 0 else _nothing("指标值为0，超过不得分")
        return Fair((Span(_ZERO, _ONE),), None)
    less = clause.op == "==" and limits.says("less_is_better", f"{indicator.level2 or ''}{indicator.name}")
    least = wanted * (1 - tolerance) if clause.op == "~" else wanted
    ratio = _ratio(value, wanted)
    if less:
        # “=580元/人” for a cost: neither more nor less is plainly better, so the ratio either way and all are fair.
        return Fair((Span(min(ratio.low, wanted / max(value.number, wanted)), _ONE),), value.number == wanted or None,
                    wrong_way=_ONE if value.number > wanted else None)  # fmt: skip
    if value.number >= least:
        over = value.number / wanted * HUNDRED
        # Far above the target: points may be cut as far as the target was too low.
        low = _ZERO if over > limits.numbers["over_achievement_percent"] else _ONE
        limit = clause.op == ">" and value.number == wanted
        return Fair((Span(low, _ONE),), True, "达到指标值得满分", over if over > HUNDRED else None, at_the_limit=limit)
    spans = [ratio]
    if limits.pass_line is not None:
        line = limits.pass_line
        share = max((value.number / wanted * HUNDRED - line) / (HUNDRED - line), _ZERO)
        spans.append(Span(share, share))
    return Fair(tuple(spans), False, "实际完成值÷指标值×分值")


def _by_steps(indicator: Indicator, value: Value, target: Clause, rules: Rules) -> Span | None:
    """What a satisfaction earns where the pack scores it by steps."""
    if not rules.satisfaction_steps or target.unit != "%" or part_of(indicator, rules) != "satisfaction":
        return None
    share = next((s for least, s in rules.satisfaction_steps if value.number >= least), _ZERO) / 10
    return Span(share, share)


def _at_most(strict: bool, value: Value, wanted: Decimal) -> Fair:
    """Less is better: full up to the limit; above it by the excess or by the inverse ratio, whichever a unit uses."""
    number, slack = value
    if strict and number == wanted <= 0:
        return Fair((Span(_ZERO, _ONE),), None)
    if number <= wanted:
        wrong = number / wanted if wanted > 0 and 0 <= number < wanted else None
        return Fair((Span(_ONE, _ONE),), True, "不超过指标值得满分", wrong_way=wrong,
                    at_the_limit=strict and number == wanted)  # fmt: skip
    if wanted <= 0:
        return _nothing("指标值为0，超过不得分")
    least, most = max(number - slack, wanted), number + slack
    linear = Span(max(1 - (most - wanted) / wanted, _ZERO), max(1 - (least - wanted) / wanted, _ZERO))
    return Fair((linear, Span(wanted / most, wanted / least)), False, "超过部分按规则扣分", wrong_way=_ONE)


def _between(clause: Clause, number: Decimal) -> Fair:
    low, high = clause.number, clause.number2
    if low is None or high is None or clause.base == "plan":
        return Fair((Span(_ZERO, _ONE),), None)
    if low <= number <= high:
        return Fair((Span(_ONE, _ONE),), True, "在区间内得满分")
    return Fair((Span(_ZERO, _ONE),), False, "不在区间内，不得满分")


def _answered(clause: Clause, actual: Reported) -> Fair | None:
    """Yes or no in full or not at all."""
    said = actual.reading.clauses[0] if len(actual.reading.clauses) == 1 else None
    if said is None or said.kind is not TargetKind.BOOLEAN or said.value is None:
        return None
    met = said.value is (clause.value is not False)
    return Fair((Span(_ONE, _ONE),), True, "是/否") if met else _nothing("是/否：没有达到，不得分")


def _by_day(clause: Clause, actual: Reported) -> Fair | None:
    """On or before the day in full; how much a late one earns is for the pack, but not all."""
    said = actual.reading.clauses[0] if len(actual.reading.clauses) == 1 else None
    by = said.by if said is not None and said.number is None else None
    if by is None or by.startswith("--") or clause.by is None or clause.by.startswith("--"):
        return None
    verdict = Predicate(clause._replace(start=None)).judge(datetime.date.fromisoformat(by)).verdict
    if verdict is Verdict.MET:
        return Fair((Span(_ONE, _ONE),), True, "按期")
    # “2019年12月” says no day: late only if the whole month is.
    late = verdict is Verdict.NOT_MET and (by[:7] > clause.by[:7] or "日" in actual.text or "号" in actual.text)
    return Fair((Span(_ZERO, _ONE),), False, "晚于期限，不得满分") if late else None


def _ratio(value: Value, wanted: Decimal) -> Span:
    number, slack = value
    return Span(max(number - slack, _ZERO) / wanted, min((number + slack) / wanted, _ONE))


def _any_of(found: Sequence[Fair]) -> Fair:
    """Several readings of one text: fair is what any of them earns, met is said only where all agree."""
    if len(found) == 1:
        return found[0]
    best = min(found, key=lambda one: (one.met is not True, one.over or _ZERO))
    verdicts = {one.met for one in found}
    # 14 against 18万: as it stands or as 14万. A reading that misses by a thousand is not the one that was meant.
    likely = [one for one in found if max(s.high for s in one.spans) > Decimal("0.01")]
    if len(verdicts) > 1 or not likely:
        return Fair(tuple(s for one in found for s in one.spans), best.met, best.formula, best.over)
    return likely[0]._replace(spans=tuple(s for one in likely for s in one.spans))


def _words_only(target: TargetReading) -> bool:
    return all(c.number is None and c.by is None for c in target.clauses)


def _band(rules: Rules, place: int) -> Span:
    """The shares of a band; its upper end belongs to it, since a form's 80 % is read either way."""
    high, low = list(rules.bands.values())[min(place, len(rules.bands) - 1)]
    return Span(low / HUNDRED, high / HUNDRED)


def _nothing(formula: str) -> Fair:
    return Fair((Span(_ZERO, _ZERO),), False, formula)


def within(points: Decimal, whole: Decimal, spans: Iterable[Span], slack: Decimal) -> bool:
    """Whether points are what some span earns, up to `slack` points."""
    return any(span.low * whole - slack <= points <= span.high * whole + slack for span in spans)

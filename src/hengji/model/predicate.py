"""A clause as a question to an actual value: met, not met and by how much, or not decidable and why.

Three-valued (Kleene) where conditions are joined: one that is not decidable does not hide another that is not met.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from hengji.model.target import Clause, TargetKind, TargetReading

# What an actual value may be: a number in the clause's unit, an answer, a day, numbers by member or by period.
Actual: TypeAlias = (
    Decimal | bool | datetime.date | Sequence[Decimal] | Mapping[str, "Decimal | Sequence[Decimal]"] | None
)
HUNDRED = Decimal(100)


class Verdict(StrEnum):
    """What an actual value makes of a promise."""

    MET = "met"
    NOT_MET = "not_met"
    UNDECIDABLE = "undecidable"

    @property
    def zh(self) -> str:
        """The word on screen."""
        return {"met": "达到", "not_met": "未达到", "undecidable": "不能判定"}[self.value]


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict, how much is missing (in the clause's unit; days for a date), and why it cannot be decided (zh, en)."""

    verdict: Verdict
    shortfall: Decimal | None = None
    zh: str = ""
    en: str = ""


_MET = Judgement(Verdict.MET)


def _undecided(zh: str, en: str) -> Judgement:
    return Judgement(Verdict.UNDECIDABLE, None, zh, en)


@dataclass(frozen=True, slots=True)
class Predicate:
    """One clause with what the text leaves open: the tolerance of “about”, the baseline, the planned value.

    `tolerance` is a share (0.1 for ten per cent), a setting of the pack; `baseline` and `plan` are figures in the
    clause's unit. None of them is ever invented.
    """

    clause: Clause
    tolerance: Decimal | None = None
    baseline: Decimal | None = None
    plan: Decimal | None = None

    def judge(self, actual: Actual) -> Judgement:
        """What an actual value makes of the clause; no value is never taken for zero or for a hundred per cent."""
        if actual is None:
            return _undecided("没有实际值", "there is no actual value")
        kind = self.clause.kind
        if kind in (TargetKind.QUALITATIVE, TargetKind.REFERENCE, TargetKind.MALFORMED, TargetKind.STATE):
            return self._answered(actual) if kind is not TargetKind.MALFORMED else _undecided(
                "指标值本身不成立", "the target itself cannot be read"
            )  # fmt: skip
        if kind in (TargetKind.BOOLEAN, TargetKind.DELIVERABLE):
            return self._answered(actual)
        if kind is TargetKind.DEADLINE and self.clause.number is None:
            return self._by_day(actual)
        if isinstance(actual, (bool, datetime.date)):
            return _undecided("实际值应是数", "the actual value should be a number")
        if isinstance(actual, Mapping):
            return joined([self._each(v) for v in actual.values()], "and")
        return self._each(actual)

    def _each(self, actual: Decimal | Sequence[Decimal]) -> Judgement:
        """Numbers one by one: every period of a frequency, every member, every case of a deadline."""
        if isinstance(actual, Decimal):
            return self._number(actual)
        return (
            joined([self._number(a) for a in actual], "and") if actual else _undecided("没有实际值", "no actual values")
        )

    def _answered(self, actual: Actual) -> Judgement:
        """Yes or no, or how many of the one thing there are."""
        wanted = self.clause.value is not False
        if isinstance(actual, bool):
            if self.clause.kind in (TargetKind.BOOLEAN, TargetKind.DELIVERABLE, TargetKind.STATE):
                return _MET if actual is wanted else Judgement(Verdict.NOT_MET)
            return _undecided("定性或引用的目标要由人判定", "words and references are for a person to judge")
        if isinstance(actual, Decimal) and self.clause.kind is TargetKind.DELIVERABLE:
            return _MET if actual >= 1 else Judgement(Verdict.NOT_MET, 1 - actual)
        return _undecided("记录不能判定这类目标", "records cannot decide a target of this kind")

    def _by_day(self, actual: Actual) -> Judgement:
        by, start = _day(self.clause.by), _day(self.clause.start)
        if by is None:
            return _undecided("没有写明期限", "no term is named")
        if not isinstance(actual, datetime.date):
            return _undecided("实际值应是日期", "the actual value should be a date")
        if actual > by:
            return Judgement(Verdict.NOT_MET, Decimal((actual - by).days))
        if start is not None and actual < start:
            return Judgement(Verdict.NOT_MET, Decimal((start - actual).days))
        return _MET

    def _number(self, actual: Decimal) -> Judgement:
        clause = self.clause
        if clause.kind is TargetKind.TREND:
            return self._against_baseline(actual)
        number = clause.number
        if number is None:
            return _undecided("指标值里没有数", "the target has no number")
        if clause.op == "in":
            return self._between(actual)
        if clause.op == "~":
            if self.tolerance is None:
                return _undecided("“约”的容差没有设定", "no tolerance is set for “about”")
            # More than “about so many” is no failure; whether it is too many is looked at when scoring.
            return _at_least(actual, number * (1 - self.tolerance))
        if clause.op == "==" and clause.dim == "ratio" and number == HUNDRED:
            return _at_least(actual, number)  # a share of a whole cannot be more than all of it
        if clause.op == "==" and clause.op_implicit and number != 0 and clause.kind is not TargetKind.THRESHOLD:
            return _at_least(actual, number)  # 60人 without a sign: more is not a failure, scoring looks at the excess
        return _compare(clause.op or "==", actual, number)

    def _between(self, actual: Decimal) -> Judgement:
        low, high = self.clause.number, self.clause.number2
        if low is None or high is None:
            return _undecided("区间缺一端", "the range lacks an end")
        if self.clause.base == "plan":
            if self.plan is None:
                return _undecided("没有计划数", "there is no planned figure")
            share = HUNDRED if self.clause.dim == "ratio" else None
            low, high = (self.plan * (1 + low / share), self.plan * (1 + high / share)) if share else (
                self.plan + low, self.plan + high
            )  # fmt: skip
        return _within(actual, low, high)

    def _against_baseline(self, actual: Decimal) -> Judgement:
        if self.baseline is None:
            return _undecided("没有基期数", "there is no baseline figure")
        clause = self.clause
        if clause.number is None:
            op = clause.op or {"up": ">", "down": "<"}.get(clause.direction or "", ">=")
            return _compare(op, actual, self.baseline)
        step = self.baseline * clause.number / HUNDRED if clause.unit == "%" else clause.number
        goal = self.baseline + step if clause.direction == "up" else self.baseline - step
        return _compare(">=" if clause.direction == "up" else "<=", actual, goal)


def judge(predicates: Sequence[Predicate], actuals: Sequence[Actual], join: str | None = "and") -> Judgement:
    """What actual values, one a clause, make of a whole reading; grades are met by the lowest grade that is met."""
    return joined([p.judge(a) for p, a in zip(predicates, actuals, strict=True)], "or" if join == "grade" else join)


def predicates_of(reading: TargetReading, tolerance: Decimal | None = None) -> tuple[Predicate, ...]:
    """The clauses of a reading as questions."""
    return tuple(Predicate(c, tolerance) for c in reading.clauses)


def joined(judgements: Sequence[Judgement], join: str | None) -> Judgement:
    """Kleene's and/or over judgements; the shortfall is the largest of those that decide."""
    if join == "or":
        if any(j.verdict is Verdict.MET for j in judgements):
            return _MET
        decisive = Verdict.UNDECIDABLE if any(j.verdict is Verdict.UNDECIDABLE for j in judgements) else Verdict.NOT_MET
    elif any(j.verdict is Verdict.NOT_MET for j in judgements):
        decisive = Verdict.NOT_MET
    elif any(j.verdict is Verdict.UNDECIDABLE for j in judgements):
        decisive = Verdict.UNDECIDABLE
    else:
        return _MET
    mine = [j for j in judgements if j.verdict is decisive]
    short = [j.shortfall for j in mine if j.shortfall is not None]
    first = mine[0]
    return Judgement(decisive, max(short) if short else None, first.zh, first.en)


def _compare(op: str, actual: Decimal, number: Decimal) -> Judgement:
    met = {
        ">=": actual >= number, ">": actual > number, "<=": actual <= number, "<": actual < number, "==": actual == number,
    }[op]  # fmt: skip
    return _MET if met else Judgement(Verdict.NOT_MET, abs(actual - number))


def _at_least(actual: Decimal, number: Decimal) -> Judgement:
    return _compare(">=", actual, number)


def _within(actual: Decimal, low: Decimal, high: Decimal) -> Judgement:
    if actual < low:
        return Judgement(Verdict.NOT_MET, low - actual)
    return _MET if actual <= high else Judgement(Verdict.NOT_MET, actual - high)


def _day(text: str | None) -> datetime.date | None:
    """A full ISO date; None for one whose year is still unknown."""
    return datetime.date.fromisoformat(text) if text and not text.startswith("--") else None

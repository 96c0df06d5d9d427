"""What would fail (预判): last year's actual values held against next year's targets, before anything is signed.

Each target of the new table is asked whether it can be measured at all, whether last year would have missed it, and
whether last year was so far beyond it that it asks for nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from hengji.model.binding import Actual
from hengji.model.predicate import Verdict, judge, predicates_of
from hengji.model.table import Indicator, TargetTable
from hengji.model.target import Clause, TargetReading
from hengji.targets import read_target


class Prospect(StrEnum):
    """What last year's records say of a target."""

    ACHIEVABLE = "achievable"
    OUT_OF_REACH = "out_of_reach"
    TOO_SOFT = "too_soft"
    UNMEASURABLE = "unmeasurable"
    UNKNOWN = "unknown"

    @property
    def zh(self) -> str:
        """The word on screen."""
        return _ZH[self.value]


_ZH = {
    "achievable": "可以达到", "out_of_reach": "恐难达到", "too_soft": "偏低", "unmeasurable": "无法衡量",
    "unknown": "没有可比的上年数",
}  # fmt: skip


class Outlook(NamedTuple):
    """One indicator of the new table: last year's value, what that says of the new target, and why."""

    project: str
    number: int
    name: str
    target: str | None
    last: Actual | None
    prospect: Prospect
    zh: str
    en: str


class Margins(NamedTuple):
    """From when on a target is too soft: last year lay so many points (rates) or so large a share (counts) beyond it."""

    points: Decimal = Decimal(5)
    share: Decimal = Decimal("0.3")


def outlook(
    actuals: Sequence[Actual], table: TargetTable, *, tolerance: Decimal, margins: Margins | None = None
) -> tuple[Outlook, ...]:
    """Every indicator of next year's table in its order; last year's is that of the same project and name."""
    by_name = {(a.project, a.name): a for a in actuals}
    return tuple(
        _one(project.name, indicator, by_name, table, tolerance, margins or Margins())
        for project in table.projects
        for indicator in project.indicators
    )


def _one(
    project: str, indicator: Indicator, by_name: Mapping[tuple[str, str], Actual], table: TargetTable, tolerance: Decimal,
    margins: Margins,
) -> Outlook:  # fmt: skip
    text = indicator.annual_target or indicator.whole_term_target
    last = by_name.get((project, indicator.name))

    def said(prospect: Prospect, zh: str, en: str) -> Outlook:
        return Outlook(project, indicator.number, indicator.name, text, last, prospect, zh, en)

    if text is None:
        return said(Prospect.UNMEASURABLE, "没有指标值", "there is no target value")
    # A value that is a rule and not a number was replaced when it was bound; what was judged last year is judged again.
    judged = last.instead if last is not None and last.instead else text
    reading = read_target(judged, indicator.name, table.fiscal_year)
    if reading.checkable == "no":
        return said(
            Prospect.UNMEASURABLE, "指标值不能核查，记录再全也判定不了，请改为可核查的写法",
            "the target cannot be checked, whatever the records; word it so that it can",
        )  # fmt: skip
    if last is None:
        return said(Prospect.UNKNOWN, "上年没有同名指标", "last year had no indicator of this name")
    if not isinstance(last.value, Decimal):
        return said(Prospect.UNKNOWN, f"上年{last.status.zh}，没有数值", "last year gave no number")
    if any((c.dim == "ratio") != (last.unit == "%") for c in reading.clauses if c.number is not None and c.dim):
        return said(Prospect.UNKNOWN, "上年的数与指标值单位不同", "last year's number has another unit")
    predicates = predicates_of(reading, tolerance)
    found = judge(predicates, [last.value] * len(predicates), reading.join)
    value = f"{last.value:f}{last.unit or ''}"
    if found.verdict is Verdict.UNDECIDABLE:
        if not any(c.number is not None for c in reading.clauses):
            return said(Prospect.UNMEASURABLE, f"{found.zh}，请改为可核查的写法", f"{found.en}; word it so that it can")
        return said(Prospect.UNKNOWN, f"上年为 {value}，{found.zh}", f"last year was {value}; {found.en}")
    if found.verdict is Verdict.NOT_MET:
        return said(
            Prospect.OUT_OF_REACH, f"上年为 {value}，照此达不到；请说明凭什么能做到，或调整",
            f"last year was {value}, which would miss it; say what makes it possible, or adjust it",
        )  # fmt: skip
    if _soft(reading, last.value, margins):
        return said(
            Prospect.TOO_SOFT, f"上年已做到 {value}，明显高于这个值；请参照上年提高",
            f"last year reached {value}, well beyond it; raise it",
        )  # fmt: skip
    return said(Prospect.ACHIEVABLE, f"上年为 {value}", f"last year was {value}")


def _soft(reading: TargetReading, value: Decimal, margins: Margins) -> bool:
    """Whether every number of the target was left far behind."""
    numbered = [c for c in reading.clauses if c.number is not None]
    return bool(numbered) and all(_beyond(c, value, margins) for c in numbered)


def _beyond(clause: Clause, value: Decimal, margins: Margins) -> bool:
    assert clause.number is not None
    down = clause.op in ("<", "<=")
    ahead = clause.number - value if down else value - clause.number
    if clause.op == "in" or (clause.dim == "ratio" and clause.number >= 100):
        return False
    if clause.dim == "ratio":
        return ahead >= margins.points
    return clause.number > 0 and ahead >= clause.number * margins.share


def as_json(seen: Sequence[Outlook]) -> dict[str, object]:
    """hengji.outlook/1: counts and indicators."""
    return {
        "format": "hengji.outlook/1",
        "counts": {p.value: sum(o.prospect is p for o in seen) for p in Prospect},
        "indicators": [
            {
                "project": o.project, "number": o.number, "name": o.name, "target": o.target,
                "last": None if o.last is None or o.last.value is None else str(o.last.value),
                "prospect": o.prospect.value, "zh": o.zh, "en": o.en,
            }
            for o in seen
        ],
    }  # fmt: skip

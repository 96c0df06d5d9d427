"""How an indicator is answered from records, and the answer: period, binding, actual value.

Measures and registers are named as in the manual; a binding names one measure with its parameters, an actual value keeps
numerator, denominator and what was left out, so that anyone can compute it again.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple


class Period(NamedTuple):
    """The evaluated part of a budget year: from 1 January to `as_of`, both included."""

    year: int
    as_of: datetime.date

    @property
    def start(self) -> datetime.date:
        """The first day."""
        return datetime.date(self.year, 1, 1)

    @property
    def days(self) -> int:
        """How many days there are."""
        return (self.as_of - self.start).days + 1

    def before(self) -> Period:
        """The same days of the year before; 29 February ends on the 28th."""
        as_of = self.as_of
        last = 28 if (as_of.month, as_of.day) == (2, 29) else as_of.day
        return Period(self.year - 1, as_of.replace(year=as_of.year - 1, day=last))


class Automatic(StrEnum):
    """How far records alone answer an indicator."""

    FULLY = "fully"
    PARTLY = "partly"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True)
class Binding:
    """Which measure answers an indicator (挂接), with the reading chosen and those not chosen.

    `target` replaces the table's value for judging where that value is a rule and not a number; `same_as` (project,
    indicator) takes the answer of another indicator, so that one thing is answered once. A binding that nobody
    confirmed is a proposal and is not computed.
    """

    project: str
    indicator: int
    measure: str | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    unit: str | None = None
    target: str | None = None
    automatic: Automatic = Automatic.FULLY
    reading: str = ""
    alternatives: tuple[str, ...] = ()
    same_as: tuple[str, int] | None = None
    confirmed_by: str | None = None
    confirmed_on: datetime.date | None = None

    @property
    def confirmed(self) -> bool:
        """Whether a person stands behind it."""
        return self.confirmed_by is not None


class ActualStatus(StrEnum):
    """How an actual value came about, or why there is none."""

    OK = "ok"
    PARTLY = "partly"
    ATTESTED = "attested"
    NOT_APPLICABLE = "not_applicable"
    INSUFFICIENT = "insufficient"
    PROVISIONAL = "provisional"
    UNDECIDABLE = "undecidable"

    @property
    def zh(self) -> str:
        """The word on screen."""
        return _STATUS[self.value][0]

    @property
    def en(self) -> str:
        """The word in English."""
        return _STATUS[self.value][1]


_STATUS = {
    "ok": ("已算出", "computed"), "partly": ("部分算出", "partly computed"), "attested": ("人工佐证", "attested"),
    "not_applicable": ("不适用", "not applicable"), "insufficient": ("记录不足", "records missing"),
    "provisional": ("暂定", "provisional"), "undecidable": ("不能判定", "undecidable"),
}  # fmt: skip


class Excluded(NamedTuple):
    """How many cases were left out for one reason."""

    reason: str
    cases: int


class Interval(NamedTuple):
    """A 95 % interval of a share, in percent."""

    low: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class Actual:
    """The actual value (实际完成值) of an indicator, with its parts.

    `value` is a Decimal in `unit`, or 是/否 or a grade as text; numerator and denominator are the engine's additive
    parts (denominator None for a count); `rows` counts the cases they were made of; `judgement` is met, not_met,
    undecidable or None and
    `shortfall` how much is missing, in the unit of the target; `instead` is the text
    that was judged where the binding replaces the value of the table; `extras` are figures printed beside it (both bases, strict share, response rate …).
    """

    project: str
    number: int
    name: str
    measure: str | None
    status: ActualStatus
    value: Decimal | str | None = None
    unit: str | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    rows: int = 0
    excluded: tuple[Excluded, ...] = ()
    interval: Interval | None = None
    extras: Mapping[str, str] = field(default_factory=dict)
    judgement: str | None = None
    shortfall: Decimal | None = None
    instead: str | None = None
    reading: str = ""
    note: str = ""

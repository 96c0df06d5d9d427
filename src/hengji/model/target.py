"""A target value (指标值) as a checkable condition: clauses, what joins them, what was not understood."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple


class TargetKind(StrEnum):
    """The fourteen kinds of target value."""

    THRESHOLD = "threshold"
    COUNT = "count"
    APPROX = "approx"
    RANGE = "range"
    FREQUENCY = "frequency"
    DEADLINE = "deadline"
    BOOLEAN = "boolean"
    DELIVERABLE = "deliverable"
    STATE = "state"
    TREND = "trend"
    REFERENCE = "reference"
    QUALITATIVE = "qualitative"
    COMPOUND = "compound"
    MALFORMED = "malformed"


class Checkable(StrEnum):
    """Whether records alone can decide the promise."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


class Per(NamedTuple):
    """The period of a frequency: every n of day, week, month, quarter, half_year, year, hour or time."""

    n: int
    unit: str


class Clause(NamedTuple):
    """One condition of a target value. Fields that the text does not speak of keep their default.

    A NamedTuple, not a dataclass: a province has millions of them (docs/decisions/0003-records.md).

    `op` is one of ">=" ">" "<=" "<" "==" "~" "in". Dates are ISO text, "--MM-DD" while the year is unknown.
    """

    kind: TargetKind
    op: str | None = None
    op_implicit: bool = False
    op_from_name: bool = False
    number: Decimal | None = None
    number2: Decimal | None = None
    number_implicit: bool = False
    scale: str | None = None
    base: str | None = None
    unit: str | None = None
    unit_known: bool = True
    unit_inferred: str | None = None
    dim: str | None = None
    per: Per | None = None
    each: bool = False
    scope: str | None = None
    metric: str | None = None
    object: str | None = None
    action: str | None = None
    trigger: str | None = None
    mode: str | None = None
    by: str | None = None
    start: str | None = None
    value: bool | None = None
    term: str | None = None
    direction: str | None = None
    degree: str | None = None
    baseline: str | None = None
    state: str | None = None
    coverage: str | None = None
    event: str | None = None
    event_type: str | None = None
    ref: str | None = None
    ref_type: str | None = None
    deferred: bool = False
    condition: str | None = None
    purpose: str | None = None
    candidates: tuple[str, ...] = ()
    reason: str | None = None


class Span(NamedTuple):
    """A piece of the raw text and the production that read it; what no span covers is leftover."""

    start: int
    end: int
    production: str


class TargetReading(NamedTuple):
    """A target value as read: one clause, or several in a compound joined by and, or, grade."""

    raw: str
    kind: TargetKind
    checkable: Checkable
    clauses: tuple[Clause, ...]
    join: str | None = None
    leftover: str = ""
    warnings: tuple[str, ...] = ()
    spans: tuple[Span, ...] = ()

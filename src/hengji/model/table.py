"""The published table as data: source, table, project, money, indicator.

Text is the document's text; amounts are the printed digits as Decimal (scale kept, so "36.00" prints as it was read),
absent is None and never 0. Field names are those of the public contract.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from hengji.model.finding import Finding, Place


class TableKind(StrEnum):
    """What sort of official document was read."""

    TARGETS = "targets"
    SELF_EVALUATION = "self_evaluation"
    MONITORING = "monitoring"
    EVALUATION = "evaluation"
    DEPARTMENT_TARGETS = "department_targets"
    TRANSFER_TARGETS = "transfer_targets"


class Status(StrEnum):
    """How far a document could be read: all of it, part of it (findings say what is missing), not at all."""

    READ = "read"
    PARTLY = "partly"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Source:
    """The bytes a table was read from: file name, SHA-256 (hex), media type, and the encoding for text."""

    file: str
    sha256: str
    media_type: str
    encoding: str | None = None


@dataclass(frozen=True, slots=True)
class Funds:
    """Money of a project or of the whole table, in the table's unit; a self-evaluation fills the lower fields too."""

    total: Decimal | None = None
    fiscal_appropriation: Decimal | None = None
    special_account: Decimal | None = None
    other_funds: Decimal | None = None
    carry_over: Decimal | None = None
    original_budget: Decimal | None = None
    final_budget: Decimal | None = None
    outturn: Decimal | None = None
    execution_rate: Decimal | None = None
    max_points: Decimal | None = None
    points: Decimal | None = None

    @property
    def sources(self) -> tuple[Decimal, ...]:
        """The printed parts that make up the total (absent ones left out)."""
        parts = (self.fiscal_appropriation, self.special_account, self.other_funds, self.carry_over)
        return tuple(p for p in parts if p is not None)


class PrintedFunds(NamedTuple):
    """A line of money as printed: its label and its figures, untouched."""

    label: str
    values: tuple[str, ...]


class Indicator(NamedTuple):
    """One promise (绩效指标) of a project.

    A NamedTuple, not a dataclass: a province has millions, and a frozen dataclass costs five times as much to make
    (docs/decisions/0003-records.md). `field_places` holds (field name, Place) for the fields whose own place is
    known, and in it only what differs from the indicator's place, so that the rows of a sheet share one tuple; ask
    `place_of`.
    """

    number: int
    name: str
    level1: str | None = None
    level2: str | None = None
    code: str | None = None
    whole_term_target: str | None = None
    annual_target: str | None = None
    actual: str | None = None
    max_points: str | None = None
    points: str | None = None
    forecast: str | None = None
    deviation_causes: tuple[str, ...] = ()
    likelihood: str | None = None
    variance_reason: str | None = None
    remark: str | None = None
    place: Place = Place()
    confidence: str = "high"
    field_places: tuple[tuple[str, Place], ...] = ()

    def place_of(self, field: str) -> Place:
        """The place of one field; what its own place leaves open (sheet, row …) is that of the indicator."""
        for name, own in self.field_places:
            if name == field:
                return own.within(self.place)
        return self.place


@dataclass(frozen=True, slots=True)
class Project:
    """One project (项目): its money, its objective in words and its indicators, in the order printed."""

    name: str
    indicators: tuple[Indicator, ...] = ()
    code: str | None = None
    fund_user: str | None = None
    supervising_department: str | None = None
    kind: TableKind | None = None
    money_unit: str | None = None
    funds: Funds = Funds()
    printed_funds: tuple[PrintedFunds, ...] = ()
    objective: str | None = None
    whole_term_objective: str | None = None
    objective_actual: str | None = None
    total_points: str | None = None
    place: Place = Place()
    field_places: tuple[tuple[str, Place], ...] = ()

    def place_of(self, field: str) -> Place:
        """The place of one field, or of the whole project where the field has none of its own."""
        return next((place for name, place in self.field_places if name == field), self.place)


@dataclass(frozen=True, slots=True)
class TargetTable:
    """A document as read. A refused one has no projects and one error finding."""

    source: Source
    status: Status = Status.READ
    kind: TableKind = TableKind.TARGETS
    title: str | None = None
    department: str | None = None
    fiscal_year: int | None = None
    money_unit: str | None = None
    printed_totals: Funds = Funds()
    projects: tuple[Project, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def indicator_count(self) -> int:
        """How many indicators all projects have together."""
        return sum(len(p.indicators) for p in self.projects)

    def in_year(self, year: int | None, unit: str | None = None) -> TargetTable:
        """The same table with a year and a unit that a person gave: the year always, the unit where none is printed."""
        return replace(self, fiscal_year=self.fiscal_year if year is None else year, department=self.department or unit)

"""What a review of targets hands back: findings, what could not be checked, the eight-item form as a proposal.

The eight items and their points are those of the official 项目支出绩效目标审核表 (财预〔2015〕88号, annex 3).
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from hengji.model.finding import Finding


class Grade(StrEnum):
    """优良中差."""

    EXCELLENT = "优"
    GOOD = "良"
    FAIR = "中"
    POOR = "差"


class Method(StrEnum):
    """Which of the two official ways of grading is meant: 一般性项目 or 重点项目."""

    GENERAL = "general"
    KEY = "key"


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """One of the eight items of the review form, filled as a proposal.

    `proposed_grade` is None where only a person can judge; `because` lists the codes of the findings it rests on;
    `to_judge` is the question left to the person (zh), None where nothing is left.
    """

    item: str
    dimension: str
    max_points: Decimal
    proposed_grade: Grade | None
    proposed_points: Decimal | None
    because: tuple[str, ...]
    to_judge: str | None = None


class Office(StrEnum):
    """Who reviews targets and grades the eight items, in the order of their desks; never the unit itself."""

    SUPERVISING = "主管部门"
    FISCAL = "财政部门"


@dataclass(frozen=True, slots=True)
class Judged:
    """The grade that a reviewer gave to an item: with points by the method of 重点项目, without by the other.

    `changed_since`: the targets of the project were changed after the grade was given.
    """

    office: Office
    item: str
    method: Method
    grade: Grade
    points: Decimal | None
    words: str
    by: str
    on: datetime.date
    changed_since: bool = False


@dataclass(frozen=True, slots=True)
class JudgedTotal:
    """The overall grade by what an office gave to all items; `missing` items make it None, `points` are by 重点项目."""

    office: Office
    method: Method
    grade: Grade | None
    points: Decimal | None
    missing: tuple[str, ...]
    changed_since: bool = False


@dataclass(frozen=True, slots=True)
class NotChecked:
    """A rule that could not run, and what it needs (last year's figures, weights, evidence …)."""

    code: str
    needs: str
    needs_en: str


@dataclass(frozen=True, slots=True)
class Waiver:
    """A finding that a person decided to let stand: why, who, when. Matches by code, project and indicator.

    `indicator` None waives the code for the whole project, `project` None for the whole table.
    """

    code: str
    project: str | None
    indicator: int | None
    reason: str
    by: str
    on: datetime.date


@dataclass(frozen=True, slots=True)
class ProjectReview:
    """The form of one project: the eight items and the overall grade by both methods (None: left to a person).

    The ranges say what is still reachable, worst first: a grade is given only where both ends are the same. Empty
    where no form is in force on the date. `judged` and `totals` are what reviewers gave, beside the proposal.
    """

    name: str
    items: tuple[ReviewItem, ...]
    general: Grade | None
    key: Grade | None
    key_points: Decimal | None
    general_range: tuple[Grade, ...] = ()
    key_range: tuple[Grade, ...] = ()
    key_points_range: tuple[Decimal, ...] = ()
    judged: tuple[Judged, ...] = ()
    totals: tuple[JudgedTotal, ...] = ()

    @property
    def settled(self) -> JudgedTotal | None:
        """The overall grade of the last office on the way that graded all items of the targets as they are now."""
        return next((t for t in reversed(self.totals) if t.grade is not None and not t.changed_since), None)


@dataclass(frozen=True, slots=True)
class Review:
    """A reviewed table. `findings` are the open ones; `waived` pairs each waived finding with its waiver.

    `method` is the form the unit uses; the proposals by the other one are there as well.
    """

    findings: tuple[Finding, ...]
    waived: tuple[tuple[Finding, Waiver], ...]
    not_checked: tuple[NotChecked, ...]
    projects: tuple[ProjectReview, ...]
    method: Method = Method.GENERAL

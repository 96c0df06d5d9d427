"""What monitoring and self-evaluation come to: lines with points and lights, totals, grades, and how each was worked out."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from hengji.model.action import CorrectiveAction
from hengji.model.execution import BySource
from hengji.model.finding import Citation, Finding
from hengji.model.review import Grade
from hengji.model.table import Funds


class Stage(StrEnum):
    """绩效运行监控 and 单位自评 of the projects; 整体自评 of the unit; 部门评价 and 财政评价 of one project."""

    MONITORING = "monitoring"
    SELF_EVALUATION = "self_evaluation"
    DEPARTMENT_SELF_EVALUATION = "department_self_evaluation"
    DEPARTMENTAL_EVALUATION = "departmental_evaluation"
    FISCAL_EVALUATION = "fiscal_evaluation"


class Light(StrEnum):
    """How far an indicator is along: on its way, behind, far behind, far ahead."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    BLUE = "blue"

    @property
    def zh(self) -> str:
        """The word on screen."""
        return {"green": "绿", "yellow": "黄", "red": "红", "blue": "蓝"}[self.value]


class Likelihood(StrEnum):
    """完成目标可能性."""

    CERTAIN = "确定能"
    POSSIBLE = "有可能"
    IMPOSSIBLE = "完全不可能"


@dataclass(frozen=True, slots=True)
class Working:
    """One step of a calculation: what is done (zh), the formula, its inputs as printed, the result, and what says so."""

    step: str
    formula: str
    inputs: Mapping[str, str]
    result: str
    cites: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One indicator, scored or watched.

    `actual` is printed text (None: there is none); `points` is None where it could not be scored, never an assumed
    figure; `not_applicable` leaves the line out of the total. `corrective_action` is what will be done about a
    deviation, `remark` the last column of a monitoring form; both are only what people wrote.
    """

    number: int
    code: str | None
    name: str
    level1: str | None
    level2: str | None
    target: str | None
    actual: str | None
    max_points: Decimal
    points: Decimal | None = None
    not_applicable: bool = False
    over_percent: Decimal | None = None
    light: Light | None = None
    forecast: str | None = None
    likelihood: Likelihood | None = None
    deviation_causes: tuple[str, ...] = ()
    variance_reason: str | None = None
    evidence: str | None = None
    workings: tuple[Working, ...] = ()
    corrective_action: str | None = None
    remark: str | None = None


@dataclass(frozen=True, slots=True)
class ExecutionScore:
    """The money of a project with its points. Amounts in the table's unit, the rate in percent.

    `reason` is what people wrote about money not spent; `sources` splits the adjusted budget and what was paid.
    """

    original_budget: Decimal | None
    final_budget: Decimal | None
    outturn: Decimal | None
    execution_rate: Decimal | None
    max_points: Decimal
    points: Decimal | None
    light: Light | None = None
    forecast: Decimal | None = None
    workings: tuple[Working, ...] = ()
    reason: str | None = None
    sources: tuple[BySource, ...] = ()


@dataclass(frozen=True, slots=True)
class Head:
    """What stands at the head of a project's form besides its name, as its table had it: units of people, money."""

    fund_user: str | None = None
    supervising_department: str | None = None
    money_unit: str | None = None
    funds: Funds = Funds()


@dataclass(frozen=True, slots=True)
class ProjectEvaluation:
    """One project. `total_points` and `grade` are None while a line lacks its points; `unrounded` is the exact sum.

    `head` is None in an evaluation that was frozen without it.
    """

    name: str
    execution: ExecutionScore
    lines: tuple[Line, ...]
    total_points: Decimal | None = None
    unrounded: Decimal | None = None
    grade: Grade | None = None
    light: Light | None = None
    objective: str | None = None
    objective_actual: str | None = None
    workings: tuple[Working, ...] = ()
    head: Head | None = None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All projects of a table at one stage as of a day, under one rule pack.

    `inputs_digest` is the SHA-256 of everything the figures were made of (hex). Department, year and unit of money
    are those of the table; `actions` are the corrective actions on record.
    """

    stage: Stage
    as_of: datetime.date
    pack: str
    inputs_digest: str
    projects: tuple[ProjectEvaluation, ...]
    findings: tuple[Finding, ...] = ()
    simulated: bool = False
    unverified: tuple[Citation, ...] = field(default=())
    department: str | None = None
    fiscal_year: int | None = None
    money_unit: str | None = None
    actions: tuple[CorrectiveAction, ...] = ()

"""What the forms of monitoring and self-evaluation are printed from, and the words and figures that several share."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from typing import NamedTuple

from hengji.model.evaluation import Evaluation, Line, ProjectEvaluation, Stage, Working
from hengji.model.execution import BySource, Execution
from hengji.model.finding import Citation
from hengji.model.review import Grade
from hengji.model.table import Project, TargetTable

SIMULATED = "模拟数据"
UNFINISHED = "有指标未计分，不能报送"
FISCAL, SPECIAL, OTHER = "财政拨款", "财政专户拨款", "其他资金"
STAGES = {
    Stage.MONITORING: "绩效运行监控",
    Stage.SELF_EVALUATION: "单位自评",
    Stage.DEPARTMENT_SELF_EVALUATION: "部门整体支出绩效自评",
    Stage.DEPARTMENTAL_EVALUATION: "部门评价",
    Stage.FISCAL_EVALUATION: "财政评价",
}
ROUNDING = {"half_even": ROUND_HALF_EVEN, "half_up": ROUND_HALF_UP}
_CENT = Decimal("0.01")
_MONEY = ("original_budget", "final_budget", "outturn")


class Origin(NamedTuple):
    """What an actual value rests on: measure in words, the reading chosen and those not chosen, registers, files.

    `files` are (title, SHA-256) of what people attached.
    """

    measure: str = ""
    reading: str = ""
    alternatives: tuple[str, ...] = ()
    registers: tuple[str, ...] = ()
    files: tuple[tuple[str, str], ...] = ()


class Batch(NamedTuple):
    """A delivery of records: register, the file or query it came from and its SHA-256, day, rows."""

    register: str
    source: str
    sha256: str
    at: str
    rows: int


@dataclass(frozen=True, slots=True)
class Material:
    """An evaluation with the table it belongs to.

    `table` has the projects of the evaluation in the same order. `pack` is the rule pack in words; `money` splits the
    budget by source (empty: unknown, those cells stay empty); `origins` by project and indicator; `frozen` names the
    stored evaluation; `rounding` is how the pack rounds what is printed with fewer places.

    Raises:
        ValueError: table and evaluation have not the same number of projects.
    """

    table: TargetTable
    evaluation: Evaluation
    pack: str
    money: Sequence[Execution] = ()
    origins: Mapping[tuple[str, int], Origin] = field(default_factory=dict)
    batches: Sequence[Batch] = ()
    frozen: str | None = None
    rounding: str = "half_even"

    def __post_init__(self) -> None:
        if len(self.table.projects) != len(self.evaluation.projects):
            raise ValueError(f"{len(self.table.projects)} projects, {len(self.evaluation.projects)} evaluated")

    def of(self, n: int) -> tuple[Project, ProjectEvaluation]:
        """The n-th project (from 1) and its evaluation.

        Raises:
            IndexError: there is no such project.
        """
        if not 1 <= n <= len(self.table.projects):
            raise IndexError(f"no project {n} in a table of {len(self.table.projects)}")
        return self.table.projects[n - 1], self.evaluation.projects[n - 1]

    def source(self, n: int, name: str) -> BySource | None:
        """Budget and payments of the n-th project from one source; None where that is not known or nothing."""
        found = next((s for s in self.money[n - 1].sources if s.source == name), None) if self.money else None
        return found if found and (found.budget or found.paid) else None

    def unit(self, project: Project) -> str:
        """The unit of a project's money."""
        return project.money_unit or self.table.money_unit or "万元"

    def money_shown(self, amount: Decimal | None) -> Decimal | None:
        """Money as this form prints it: two decimals, rounded as the pack rounds."""
        return shown(amount, ROUNDING[self.rounding])

    def origin(self, n: int, line: Line) -> Origin:
        """What the actual value of an indicator rests on; empty where that is not known."""
        return self.origins.get((self.evaluation.projects[n - 1].name, line.number), Origin())

    def header(self, one: ProjectEvaluation | None = None) -> str:
        """What must stand above every page: that records are generated, that the form is not complete."""
        said = [SIMULATED] if self.evaluation.simulated else []
        stage, projects = self.evaluation.stage, self.evaluation.projects if one is None else (one,)
        if stage is Stage.DEPARTMENT_SELF_EVALUATION:
            projects = projects[:1]  # the unit; its tasks have no points of their own
        if stage is not Stage.MONITORING and any(p.total_points is None for p in projects):
            said.append(UNFINISHED)
        return "　".join(said)

    def sheet_name(self, name: str) -> str:
        """The name of a sheet; of generated records it says so, because a page header is not seen on a screen."""
        return f"{name}（{SIMULATED}）" if self.evaluation.simulated else name

    @property
    def months(self) -> str:
        """The months that monitoring covers: 1—7月."""
        as_of = self.evaluation.as_of
        whole = as_of.day == calendar.monthrange(as_of.year, as_of.month)[1]
        if whole:
            return f"1—{as_of.month}月" if as_of.month > 1 else "1月"
        return f"1月1日—{as_of.month}月{as_of.day}日"

    @property
    def year(self) -> str:
        """The year of the form as it stands under its title."""
        return f"（{self.table.fiscal_year or self.evaluation.as_of.year}年度）"


def shown(amount: Decimal | None, rounding: str = ROUND_HALF_EVEN) -> Decimal | None:
    """Money as the official forms print it: two decimals; the account behind a form has the figures as they are."""
    return None if amount is None else amount.quantize(_CENT, rounding)


def points(number: Decimal | None) -> Decimal | None:
    """Points with two decimals."""
    return None if number is None else number.quantize(Decimal("0.01"), ROUND_HALF_EVEN)


def rate(percent: Decimal | None) -> str | None:
    """A rate with two decimals and its sign."""
    return None if percent is None else f"{percent.quantize(Decimal('0.01'), ROUND_HALF_EVEN):f}%"


def earned(line: Line) -> Decimal | str | None:
    """The points of a line; a word where it does not apply, nothing where it was not scored."""
    return "不适用" if line.not_applicable else points(line.points)


def reason_of(line: Line) -> str | None:
    """Why a target was not reached and what will be done about it, as people wrote it; None where they wrote nothing."""
    measures = f"改进措施：{line.corrective_action}" if line.corrective_action else None
    said = [text for text in (line.variance_reason, measures) if text]
    return "\n".join(said) or None


def whole_points(one: ProjectEvaluation) -> Decimal:
    """The most a project can earn."""
    return sum((line.max_points for line in one.lines), one.execution.max_points)


def grade_zh(grade: Grade | None) -> str:
    """A grade, or a dash while there is none."""
    return grade.value if grade else "—"


def short_of(one: ProjectEvaluation) -> list[Line]:
    """Lines with fewer points than they could have."""
    return [line for line in one.lines if line.points is not None and line.points < line.max_points]


def unscored(one: ProjectEvaluation) -> list[Line]:
    """Lines without points, that would need them."""
    return [line for line in one.lines if line.points is None and not line.not_applicable]


def objective_actual(one: ProjectEvaluation) -> str:
    """How far the objective was reached: what people wrote, else the figures in a sentence."""
    if one.objective_actual:
        return one.objective_actual
    short, open_ = short_of(one), unscored(one)
    full = [line for line in one.lines if line.points is not None and line.points >= line.max_points]
    said = [f"{len(one.lines)}项绩效指标中，{len(full)}项得满分"]
    if short:
        each = "；".join(f"{line.name} {line.actual or ''}".strip() for line in short)
        said.append(f"{len(short)}项未得满分（{each}）")
    if open_:
        said.append(f"{len(open_)}项尚无实际完成值")
    if excluded := sum(line.not_applicable for line in one.lines):
        said.append(f"{excluded}项不适用")
    if one.execution.execution_rate is not None:
        said.append(f"预算执行率{rate(one.execution.execution_rate)}")
    return "，".join(said) + "。"


def inputs_of(line: Line) -> Mapping[str, str]:
    """The inputs of a line's calculation, as its working names them: 分子, 分母, 记录数, 口径."""
    return line.workings[-1].inputs if line.workings else {}


def cited(evaluation: Evaluation) -> list[Citation]:
    """What the figures rest on, each once: documents in order, practice without a paper last."""
    every = set(evaluation.unverified)
    for one in evaluation.projects:
        steps: Iterable[Working] = [
            *one.workings,
            *one.execution.workings,
            *(w for li in one.lines for w in li.workings),
        ]
        every |= {c for w in steps for c in w.cites}
    return sorted(every, key=lambda c: (not c.document, c.document, c.title, c.topic, c.verified))


def total_of(projects: Sequence[ProjectEvaluation], name: str) -> Decimal | None:
    """The sum of an amount of money over all projects; None where one lacks it."""
    if name not in _MONEY:
        raise ValueError(name)
    amounts = [getattr(p.execution, name) for p in projects]
    return None if any(a is None for a in amounts) else sum(amounts, Decimal(0))


def as_of_zh(on: datetime.date) -> str:
    """The last day that counts, in words."""
    return f"截至{on.year}年{on.month}月{on.day}日"

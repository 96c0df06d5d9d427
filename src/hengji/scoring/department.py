"""部门(单位)整体支出绩效自评: tasks and money from the unit's projects, indicators from its own table or from a frame.

Money adds up and ties out to the fen; nothing of it is estimated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from hengji.model.binding import Actual
from hengji.model.evaluation import ExecutionScore, ProjectEvaluation
from hengji.model.execution import BySource, Execution
from hengji.model.finding import Finding, Severity
from hengji.model.table import Project
from hengji.scoring.frames_faults import found
from hengji.scoring.frames_score import Framed, money_of
from hengji.scoring.rules import Rules
from hengji.scoring.self_evaluation import evaluate_project

_NOTHING = Decimal(0)


def tasks_of(projects: Sequence[ProjectEvaluation]) -> tuple[ProjectEvaluation, ...]:
    """The unit's tasks of the year (年度主要任务): its projects with objective and money, without indicators and points."""
    return tuple(
        replace(p, execution=_plain_money(p.execution), lines=(), total_points=None, unrounded=None, grade=None,
                light=None, workings=())
        for p in projects
    )  # fmt: skip


def together(tasks: Sequence[ProjectEvaluation]) -> ExecutionScore:
    """The money of all tasks, by source too; a figure that one task lacks is None."""
    sums: dict[str, list[Decimal]] = {}
    for task in tasks:
        for source in task.execution.sources:
            both = sums.setdefault(source.source, [_NOTHING, _NOTHING])
            both[0] += source.budget
            both[1] += source.paid
    sources = tuple(BySource(name, budget, paid) for name, (budget, paid) in sorted(sums.items()))
    return replace(money_of(tasks), sources=sources)


def ties(tasks: Sequence[ProjectEvaluation], printed: Decimal | None, unit: str) -> tuple[Finding, ...]:
    """Where the money of the tasks does not add up: to the printed total of the table, or a task's sources to the task.

    Args:
        tasks: as `tasks_of` makes them.
        printed: the total that the published table prints for all projects; None where it prints none.
        unit: of money.
    """
    said = []
    first = money_of(tasks).original_budget
    if printed is not None and first is not None and first != printed:
        said.append(found(
            "F09", f"各任务年初预算合计 {first:f} {unit}，目标表的合计是 {printed:f} {unit}，相差 {first - printed:f}。请核对预算批复和目标表。",
            f"The first budgets of all tasks add up to {first:f}, the table prints {printed:f}. Check the approval and the table.",
        ))  # fmt: skip
    for number, task in enumerate(tasks, 1):
        money = task.execution
        for name, whole, parts in (
            ("全年预算", money.final_budget, [s.budget for s in money.sources]),
            ("全年执行", money.outturn, [s.paid for s in money.sources]),
        ):
            if whole is not None and parts and sum(parts) != whole:
                said.append(found(
                    "F09", f"任务{number}“{task.name}”的{name}是 {whole:f} {unit}，按来源合计 {sum(parts):f} {unit}。请核对台账。",
                    f"Task {number} has {whole:f}, its sources add up to {sum(parts):f}. Check the register.", project=number,
                ))  # fmt: skip
    return tuple(said)


def by_own_table(
    own: Project, actuals: Mapping[tuple[str, int], Actual], tasks: Sequence[ProjectEvaluation], rules: Rules, *,
    tolerance: Decimal, year: int | None,
) -> Framed:  # fmt: skip
    """The unit scored by its own table of targets, as a project is; while a line has no value there is no total.

    Args:
        own: the unit's table as one project.
        actuals: by (name of `own`, number of the indicator).
        tasks: whose money is the unit's.
        rules: the law of scoring.
        tolerance: of “about so many”, a share.
        year: the budget year.
    """
    money = together(tasks)
    known = money.final_budget is not None and money.outturn is not None
    execution = Execution(
        own.name, money.original_budget or _NOTHING, money.final_budget or _NOTHING, money.outturn or _NOTHING,
        money.execution_rate, money.sources, (), known,
    )  # fmt: skip
    one = evaluate_project(own, actuals, execution, rules, tolerance=tolerance, year=year)
    said = [
        found(
            "F01", f"第{line.number}项“{line.name}”没有得分：{line.workings[-1].formula}。请填实际完成值并写明佐证：hengji record 年度文件夹 "
            f"department_actual --set line={line.number} --set actual=… --set evidence=…；补齐之前没有总分和等级。",
            f"Indicator {line.number} has no points: give its actual value with evidence (hengji record … department_actual).",
            line=line.number,
        )
        for line in one.lines
        if line.points is None and not line.not_applicable
    ]  # fmt: skip
    if not known:
        said.append(no_money(tasks))
    return Framed(one, tuple(said))


def no_money(tasks: Sequence[ProjectEvaluation]) -> Finding:
    """Tasks without a budget on record."""
    without = [t.name for t in tasks if t.execution.final_budget is None]
    names = "、".join(f"“{n}”" for n in without[:5]) + ("等" if len(without) > 5 else "")
    return found(
        "F08", f"{len(without)} 个任务没有预算记录：{names}，整体的预算执行率不能计算。请把预算批复登入“budget”台账。",
        f"{len(without)} tasks have no budget on record, so the unit's execution cannot be computed; enter the approvals.",
    )  # fmt: skip


def blocked(findings: Sequence[Finding]) -> bool:
    """Whether anything keeps the evaluation from being handed in."""
    return any(f.severity is Severity.ERROR for f in findings)


def _plain_money(money: ExecutionScore) -> ExecutionScore:
    known = money.final_budget is not None
    return ExecutionScore(
        money.original_budget, money.final_budget, money.outturn if known else None,
        money.execution_rate if known else None, _NOTHING, None, sources=money.sources,
    )  # fmt: skip

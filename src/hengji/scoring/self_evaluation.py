"""单位自评: every indicator scored, the money scored, totals and grades."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from hengji.model.binding import Actual, ActualStatus
from hengji.model.evaluation import Evaluation, ExecutionScore, Head, Line, ProjectEvaluation, Stage, Working
from hengji.model.execution import Execution
from hengji.model.finding import Finding, Place
from hengji.model.review import Grade
from hengji.model.table import Indicator, Project, TargetTable
from hengji.model.target import TargetReading
from hengji.scoring.figures import rounded
from hengji.scoring.given import Given, GivenLine
from hengji.scoring.line import Scored, score
from hengji.scoring.rules import HUNDRED, Rules
from hengji.scoring.self_faults import FAULTS
from hengji.scoring.weights import part_of, weights_of
from hengji.targets import read_target

_GRADES = (("excellent", Grade.EXCELLENT), ("good", Grade.GOOD), ("fair", Grade.FAIR))
_PLACES = 2  # of a printed actual value that has more
_NOTHING = Decimal(0)
_NOBODY = Given()


def self_evaluation(
    table: TargetTable,
    actuals: Sequence[Actual],
    money: Sequence[Execution],
    rules: Rules,
    *,
    as_of: datetime.date,
    tolerance: Decimal,
    inputs_digest: str,
    simulated: bool = False,
    given: Given | None = None,
) -> Evaluation:
    """The self-evaluation of all projects of a table, in its order.

    Args:
        table: the table in force.
        actuals: one for each indicator.
        money: one for each project, in the table's unit.
        rules: the law of scoring.
        as_of: the last day that counts.
        tolerance: of “about so many”, a share.
        inputs_digest: SHA-256 of everything the figures are made of.
        simulated: whether records behind them are generated.
        given: what people wrote: reasons, measures taken, how far the objectives were reached.
    """
    by_key = {(a.project, a.number): a for a in actuals}
    projects: list[ProjectEvaluation] = []
    findings: list[Finding] = []
    for number, (project, execution) in enumerate(zip(table.projects, money, strict=True), 1):
        one = evaluate_project(
            project, by_key, execution, rules, tolerance=tolerance, year=table.fiscal_year, given=given or _NOBODY
        )
        projects.append(one)
        findings += _blocks(number, one)
    return Evaluation(
        Stage.SELF_EVALUATION,
        as_of,
        rules.pack,
        inputs_digest,
        tuple(projects),
        tuple(findings),
        simulated,
        rules.unverified,
        table.department,
        table.fiscal_year,
        table.money_unit,
    )


def evaluate_project(
    project: Project, actuals: Mapping[tuple[str, int], Actual], execution: Execution, rules: Rules, *, tolerance: Decimal,
    year: int | None, given: Given = _NOBODY,
) -> ProjectEvaluation:  # fmt: skip
    """One project scored; its total and grade are None while a line lacks its points."""
    weights, how = weights_of(project, rules)
    scored: list[Scored] = []
    lines = []
    for indicator, points in zip(project.indicators, weights, strict=True):
        actual = actuals.get((project.name, indicator.number)) or Actual(
            project.name, indicator.number, indicator.name, None, ActualStatus.INSUFFICIENT
        )
        reading = reading_of(indicator, actual, year)
        found = score(
            reading, actual, points, rules, tolerance=tolerance,
            satisfaction=part_of(indicator, rules) == "satisfaction",
        )  # fmt: skip
        scored.append(found)
        lines.append(_line(indicator, actual, points, found, given.line(project.name, indicator.number)))
    money = replace(score_execution(execution, rules), reason=given.of_money(project.name).reason)
    paid, _, _ = exact_execution(execution, rules)
    total, exact, step = _total(money, paid, scored, weights, rules)
    return ProjectEvaluation(
        project.name, money, tuple(lines), total, exact, grade_of(total, rules) if total is not None else None, None,
        project.objective, given.objectives.get(project.name) or project.objective_actual, (how, step), head_of(project),
    )  # fmt: skip


def head_of(project: Project) -> Head:
    """The head of a project's form."""
    return Head(project.fund_user, project.supervising_department, project.money_unit, project.funds)


def reading_of(indicator: Indicator, actual: Actual, year: int | None) -> TargetReading | None:
    """The target as it is judged: what the binding puts in its place, or the year's value."""
    text = actual.instead or indicator.annual_target or indicator.whole_term_target
    return None if text is None else read_target(text, indicator.name, year)


def score_execution(execution: Execution, rules: Rules) -> ExecutionScore:
    """The points of the budget's execution: paid over the budget as adjusted, at most all of them."""
    base = _base(execution, rules)
    exact, formula, key = exact_execution(execution, rules)
    whole = rules.weights["weights"].get("execution", _NOTHING)
    points = None if exact is None else rules.rounded(exact)
    inputs = {"全年执行数": f"{execution.outturn:f}", "预算数": f"{base:f}", "分值": f"{whole:f}"}
    step = Working("执行率得分", formula, inputs, "—" if points is None else f"{points:f}", rules.cites(key))
    rate = _six(execution.outturn / base * HUNDRED) if base > 0 else None
    known = execution.recorded
    return ExecutionScore(
        execution.original_budget if known else None, execution.final_budget if known else None, execution.outturn, rate,
        whole, points, workings=(step,), sources=execution.sources,
    )  # fmt: skip


def exact_execution(execution: Execution, rules: Rules) -> tuple[Decimal | None, str, str]:
    """The points of execution before rounding (None: does not apply), by what formula, by which entry of the law."""
    whole, base = rules.weights["weights"].get("execution", _NOTHING), _base(execution, rules)
    if not whole:
        return None, "规则包没有预算执行率的分值，不适用", "weights"
    if not execution.recorded:
        return None, "没有预算记录，不计分，不得报送", "execution"
    if base <= 0:
        return None, "预算为零，不适用", "execution"
    if rules.execution_steps and execution.outturn < base:
        rate = execution.outturn / base * HUNDRED
        points_of_ten = next((p for least, p in rules.execution_steps if rate >= least), _NOTHING)
        return whole * points_of_ten / 10, "未执行完，按区间赋分", "execution_steps"
    exact = min(whole, max(whole * execution.outturn / base, _NOTHING))
    return exact, f"min({whole:f}，{whole:f}×全年执行数÷预算数)", "execution"


def _base(execution: Execution, rules: Rules) -> Decimal:
    return execution.final_budget if rules.execution_base == "final_budget" else execution.original_budget


def grade_of(total: Decimal, rules: Rules) -> Grade:
    """优良中差 of a total, by the pack's cut-offs."""
    return next((grade for name, grade in _GRADES if total >= rules.cut_offs[name]), Grade.POOR)


def _line(indicator: Indicator, actual: Actual, points: Decimal, found: Scored, said: GivenLine) -> Line:
    return Line(
        indicator.number, indicator.code, indicator.name, indicator.level1, indicator.level2,
        indicator.annual_target or indicator.whole_term_target, actual_text(actual), points, found.points,
        found.not_applicable, None if found.over_percent is None else _six(found.over_percent),
        variance_reason=said.reason or indicator.variance_reason,
        evidence=f"{actual.measure}，{actual.rows} 条记录" if actual.measure else None, workings=(found.working,),
        corrective_action=said.corrective_action, remark=said.remark,
    )  # fmt: skip


def actual_text(actual: Actual) -> str | None:
    """The actual value as a form prints it: rates with two places, whole numbers as they are."""
    if actual.value is None:
        return None
    if isinstance(actual.value, str):
        return actual.value
    long = actual.unit == "%" or -int(actual.value.as_tuple().exponent) > _PLACES
    return f"{actual.value:.{_PLACES}f}{actual.unit or ''}" if long else f"{actual.value:f}{actual.unit or ''}"


def _total(
    money: ExecutionScore, paid: Decimal | None, scored: Sequence[Scored], weights: Sequence[Decimal], rules: Rules
) -> tuple[Decimal | None, Decimal | None, Working]:
    """Printed points added up; what does not apply is left out and the rest put on a scale of 100.

    `paid` is the exact figure behind the points of execution.
    """
    if any(s.points is None and not s.not_applicable for s in scored):
        open_ = sum(s.points is None and not s.not_applicable for s in scored)
        return None, None, Working("总分", "有指标未计分，不能合计", {"未计分": str(open_)}, "—")
    if money.final_budget is None and money.max_points:
        return None, None, Working("总分", "没有预算记录，不能合计", {}, "—")
    own = money.points or _NOTHING
    printed = sum((s.points for s in scored if s.points is not None), own)
    exact = sum((s.exact for s in scored if s.exact is not None), paid or _NOTHING)
    applies = sum((w for s, w in zip(scored, weights, strict=True) if not s.not_applicable), _NOTHING)
    whole = applies + (money.max_points if money.points is not None else 0)
    every = sum(weights, money.max_points)
    inputs = {"指标得分": f"{printed - own:f}", "执行率得分": f"{own:f}"}
    if not applies:
        return None, None, Working("总分", "没有适用的指标", inputs, "—")
    if whole == every:
        total = rules.rounded(min(printed, HUNDRED))
        return total, exact, Working("总分", "各项得分相加，最高 100", inputs, f"{total:f}")
    total = rules.rounded(min(printed * every / whole, HUNDRED))
    inputs["适用分值"] = f"{whole:f}"
    return total, exact * every / whole, Working("总分", f"不适用的除外，其余换算为 {every:f} 分", inputs, f"{total:f}")


def _blocks(number: int, one: ProjectEvaluation) -> Iterator[Finding]:
    """What keeps a self-evaluation from being handed in."""
    if one.execution.final_budget is None and one.execution.max_points > 0:
        yield FAULTS["S00"].at(
            Place(),
            f"项目{number}“{one.name}”没有预算记录，执行率不能计分。请把预算批复登入“budget”台账，补齐之前不能报送。",
            f"Project {number} has no budget on record, so its execution has no points; enter the approved budget first.",
            on=(number, None),
        )  # fmt: skip
    for line in one.lines:
        if line.points is None and not line.not_applicable:
            yield FAULTS["S00"].at(
                Place(), f"项目{number}第{line.number}项“{line.name}”没有得分：{line.workings[-1].formula}。补齐之前不能报送。",
                f"Indicator {line.number} of project {number} has no points; the evaluation cannot be handed in before it has.",
                on=(number, line.number),
            )  # fmt: skip


def _six(number: Decimal) -> Decimal:
    return rounded(number, 6)

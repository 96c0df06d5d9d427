"""绩效运行监控: lights for money and results, forecasts to the end of the year, deviation causes, likelihood."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from hengji.model.binding import Actual, ActualStatus
from hengji.model.evaluation import Evaluation, ExecutionScore, Light, Line, ProjectEvaluation, Stage
from hengji.model.execution import Execution
from hengji.model.table import Indicator, Project, TargetTable
from hengji.scoring.forecast import Earlier, forecast_of, forecast_of_money, likelihood_of
from hengji.scoring.given import Given, GivenLine, GivenMoney, given_in
from hengji.scoring.lights import Nature, Sight, light_of, light_of_money, sight_of, worst
from hengji.scoring.monitoring_checks import Watched, WatchedProject, checked, number_in
from hengji.scoring.monitoring_law import Elapsed, MonitoringLaw, decimal, monitoring_law, months_at, percent, plain
from hengji.scoring.rules import Rules
from hengji.scoring.self_evaluation import actual_text, head_of, reading_of
from hengji.scoring.weights import part_of, weights_of

_DEVIATING = (Light.YELLOW, Light.RED, Light.BLUE)


def monitoring(
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
    previous: Evaluation | None = None,
) -> Evaluation:
    """The monitoring of all projects of a table as of a day; arguments as in `self_evaluation`.

    `given` is what people wrote (a monitoring form that was read brings its own), `previous` the monitoring before of
    the same year; checks that need them are named in M00 where they are missing.

    Raises:
        LawError: the pack does not say what monitoring needs.
    """
    law, elapsed = monitoring_law(rules.pack, rules.on), Elapsed(as_of)
    given = given or given_in(table)
    earlier = _earlier(previous, elapsed)
    by_key = {(a.project, a.number): a for a in actuals}
    watched = [
        _project(number, project, by_key, execution, rules, law, elapsed, tolerance, table.fiscal_year, given, earlier)
        for number, (project, execution) in enumerate(zip(table.projects, money, strict=True), 1)
    ]
    return Evaluation(
        Stage.MONITORING,
        as_of,
        rules.pack,
        inputs_digest,
        tuple(w.evaluation for w in watched),
        checked(watched, given, earlier, law, elapsed),
        simulated,
        law.unverified,
        table.department,
        table.fiscal_year,
        table.money_unit,
    )


def _earlier(previous: Evaluation | None, elapsed: Elapsed) -> Evaluation | None:
    """The monitoring before, if it is one of the same year and of an earlier day."""
    if previous is None or previous.stage is not Stage.MONITORING or previous.as_of >= elapsed.as_of:
        return None
    return previous if previous.as_of.year == elapsed.as_of.year else None


def _project(
    number: int, project: Project, actuals: Mapping[tuple[str, int], Actual], execution: Execution, rules: Rules,
    law: MonitoringLaw, elapsed: Elapsed, tolerance: Decimal, year: int | None, given: Given | None,
    previous: Evaluation | None,
) -> WatchedProject:  # fmt: skip
    weights, how = weights_of(project, rules)
    before = _values_before(project.name, previous)
    lines = []
    for indicator, points in zip(project.indicators, weights, strict=True):
        actual = actuals.get((project.name, indicator.number)) or Actual(
            project.name, indicator.number, indicator.name, None, ActualStatus.INSUFFICIENT
        )
        sight = sight_of(reading_of(indicator, actual, year), actual, tolerance)
        said = given.line(project.name, indicator.number) if given else GivenLine()
        line = _line(indicator, actual, sight, points, said, law, elapsed, before.get(indicator.number))
        lines.append(Watched(line, sight, actual, part_of(indicator, rules) == "output"))
    budget = execution.final_budget if rules.execution_base == "final_budget" else execution.original_budget
    said_of = given.of_money(project.name) if given else GivenMoney()
    light, seen = light_of_money(execution, budget, law, elapsed)
    foreseen = forecast_of_money(execution, budget, law, elapsed)
    rate = decimal(Fraction(execution.outturn) / Fraction(budget) * 100, 6) if budget > 0 else None
    score = ExecutionScore(
        execution.original_budget, execution.final_budget, execution.outturn, rate, rules.execution_points, None, light,
        foreseen.amount if said_of.forecast is None else said_of.forecast, (seen, foreseen.working), said_of.reason,
        execution.sources,
    )  # fmt: skip
    evaluation = ProjectEvaluation(
        project.name,
        score,
        tuple(w.line for w in lines),
        light=worst([light, *(w.line.light for w in lines)]),
        objective=project.objective,
        objective_actual=project.objective_actual,
        workings=(how,),
        head=head_of(project),
    )
    return WatchedProject(number, project, evaluation, tuple(lines), foreseen)


def _values_before(project: str, previous: Evaluation | None) -> dict[int, Earlier]:
    """What the lines of a project had reached at the monitoring before."""
    if previous is None:
        return {}
    months = months_at(previous.as_of)
    lines = next((p.lines for p in previous.projects if p.name == project), ())
    values = ((line.number, number_in(line.actual)) for line in lines)
    return {number: Earlier(value, months) for number, value in values if value is not None}


def _line(
    indicator: Indicator, actual: Actual, sight: Sight, points: Decimal, said: GivenLine, law: MonitoringLaw,
    elapsed: Elapsed, before: Earlier | None,
) -> Line:  # fmt: skip
    light, seen = light_of(sight, actual, law, elapsed)
    text = actual_text(actual)
    foreseen = forecast_of(sight, actual, text, law, elapsed, before)
    ticked = (said.likelihood or "").strip()
    likelihood, chance = likelihood_of(sight, actual, light, foreseen, law, elapsed, ticked)
    return Line(
        indicator.number, indicator.code, indicator.name, indicator.level1, indicator.level2,
        indicator.annual_target or indicator.whole_term_target, text, points,
        light=light,
        forecast=said.forecast or foreseen.text,
        likelihood=law.likelihoods.get(ticked, likelihood),
        deviation_causes=said.causes,
        variance_reason=said.reason or (drafted(sight, actual, text, elapsed) if light in _DEVIATING else None),
        evidence=f"{actual.measure}，{actual.rows} 条记录" if actual.measure else None,
        workings=(seen, foreseen.working, chance),
        remark=_remark(said),
    )  # fmt: skip


def _remark(said: GivenLine) -> str | None:
    """The last column: what people wrote, and that they asked for another target."""
    return "；".join(part for part in (said.remark, "已申请调整目标" if said.adjustment else None) if part) or None


def drafted(sight: Sight, actual: Actual, text: str | None, elapsed: Elapsed) -> str:
    """The facts of a deviation as a first sentence of 原因说明; why it is so is for a person to write."""
    start, unit = f"截至{elapsed.zh}", actual.unit or ""
    if sight.value is None or not sight.goals:
        return (
            f"{start}，评定为“{text}”，未达到指标值。"
            if sight.nature is Nature.WORDS
            else f"{start}，未达到指标值（{text}）。"
        )
    goal = max(sight.goals, key=lambda g: g.needed) if not sight.either else min(sight.goals, key=lambda g: g.needed)
    target, value = f"{plain(goal.target)}{unit}", sight.value
    if goal.way in ("down", "zero"):
        return f"{start}为{text}，超过指标值{target}。"
    if goal.target <= 0:
        return f"{start}为{text}，指标值为{target}。"
    share = percent(Fraction(value) / Fraction(goal.target))
    if goal.met(value):
        return f"{start}已达{text}，为指标值{target}的{share}。"
    if goal.high is not None and value > goal.high:
        return f"{start}为{text}，超出指标值上限{plain(goal.high)}{unit}。"
    if sight.nature is Nature.CUMULATIVE:
        return f"{start}完成{text}，为指标值{target}的{share}，时间进度为{percent(elapsed.share)}。"
    if sight.nature is Nature.ONE_OFF:
        return f"{start}尚未完成（指标值{target}，已完成{text}）。"
    if unit == "%":
        short = decimal(Fraction(goal.target) - Fraction(value))
        return f"{start}为{text}{_parts(actual, value)}，比指标值{target}低{short:f}个百分点。"
    return f"{start}为{text}，为指标值{target}的{share}。"


def _parts(actual: Actual, value: Decimal) -> str:
    """Numerator and denominator in brackets, where the value is their quotient (a composed share is not)."""
    num, den = actual.numerator, actual.denominator
    if num is None or not den or decimal(Fraction(num) / Fraction(den) * 100) != decimal(Fraction(value)):
        return ""
    return f"（{plain(num)}÷{plain(den)}）"

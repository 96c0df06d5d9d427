"""Our own self-evaluation looked at before it is handed in: S03 to S21 where computed figures can show them.

Points and totals are ours and need no recomputation; what is looked at is what a reader would ask about: deviations
without a word, values that cannot be, surveys and attestations behind the figures, one result used twice.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from hengji.model.binding import Actual, ActualStatus, Binding
from hengji.model.evaluation import Evaluation, Line, ProjectEvaluation
from hengji.model.finding import Finding, Place, Severity
from hengji.model.review import Grade, NotChecked
from hengji.model.table import Indicator, TargetTable
from hengji.model.target import TargetReading
from hengji.model.units import Dimension, dimension_of
from hengji.scoring.drafts import drafted, missed
from hengji.scoring.rules import HUNDRED, Rules
from hengji.scoring.self_approved import against_approved
from hengji.scoring.self_faults import FAULTS
from hengji.scoring.self_faults import not_checked as _not_checked
from hengji.scoring.self_limits import Limits, limits_of
from hengji.scoring.self_words import conclusion, same_text, says
from hengji.scoring.weights import part_of
from hengji.targets import read_target

_COUNTS = ("count_records", "count_distinct", "delivered_count", "zero_events")
# More may be spent than was approved, and trends have no whole: only these are parts of one.
_NO_SHARE = ("budget_execution", "cost_control", "trend_direction", "composite_index_change", "met_normalised_change")
_ATTESTED = ("yes_no_attested", "qualitative_graded")
_GRADES = ("优", "良", "中", "差")
_BAND_OF = {"优": 0, "良": 0, "中": 1, "差": 2}


class _Own(NamedTuple):
    """One line with what it was made of; `on` is its project and number."""

    on: tuple[int, int]
    line: Line
    indicator: Indicator
    actual: Actual
    target: TargetReading | None

    @property
    def zh(self) -> str:
        return f"项目{self.on[0]}第{self.on[1]}项“{self.line.name}”："

    @property
    def en(self) -> str:
        return f"Project {self.on[0]}, indicator {self.on[1]}"


def check_own(
    evaluation: Evaluation, table: TargetTable, actuals: Sequence[Actual], rules: Rules,
    bindings: Sequence[Binding] = (), approved: TargetTable | None = None,
) -> tuple[Finding, ...]:  # fmt: skip
    """What a reader of our self-evaluation would object to, project by project, then what several lines show together.

    Args:
        evaluation: the self-evaluation as computed.
        table: the table in force that it was computed from, in the same order.
        actuals: the actual values behind it.
        rules: the law it was scored by.
        bindings: which measure and parameters answered which indicator; without them S20 is not looked at.
        approved: the table as approved, with its approved changes; without it S12 is not looked at.
    """
    limits = limits_of(rules)
    lines = _lines(evaluation, table, actuals)
    found: list[Finding] = []
    for number, one in enumerate(evaluation.projects, 1):
        for own in lines:
            if own.on[0] == number:
                found += _line(own, rules, limits)
        found += _money(number, one, limits)
        missing = [own.line for own in lines if own.on[0] == number and missed(own.line, own.actual)]
        found += conclusion(number, one, missing, limits)
    if approved is not None:
        found += against_approved(table, approved, actuals)
    found += _all_excellent(evaluation, rules, limits)
    found += _one_attachment(lines)
    found += _reused(lines, bindings)
    found += same_text(evaluation, limits)
    return tuple(found)


def own_not_checked() -> tuple[NotChecked, ...]:
    """What our own figures cannot tell."""
    return _not_checked("S11", "S17", "S18")


def _lines(evaluation: Evaluation, table: TargetTable, actuals: Sequence[Actual]) -> list[_Own]:
    by_key = {(a.project, a.number): a for a in actuals}
    found = []
    for number, (one, project) in enumerate(zip(evaluation.projects, table.projects, strict=True), 1):
        for line, indicator in zip(one.lines, project.indicators, strict=True):
            actual = by_key.get((project.name, indicator.number))
            if actual is None:
                continue
            text = actual.instead or indicator.annual_target or indicator.whole_term_target
            target = read_target(text, indicator.name, table.fiscal_year) if text else None
            found.append(_Own((number, indicator.number), line, indicator, actual, target))
    return found


def _line(own: _Own, rules: Rules, limits: Limits) -> Iterator[Finding]:
    yield from _reason(own, rules, limits)
    yield from _strict(own)
    yield from _band(own, rules)
    yield from _survey(own, rules, limits)
    yield from _impossible(own)
    if own.actual.status is ActualStatus.NOT_APPLICABLE:
        yield FAULTS["S21"].at(
            own.indicator.place, f"{own.zh}本年度不适用，不计分，其余按比例换算到100分。请在说明中写明不适用的原因。",
            f"{own.en} does not apply; it is left out and the rest is rescaled to 100.",
            severity=Severity.INFO, on=own.on,
        )  # fmt: skip


def _reason(own: _Own, rules: Rules, limits: Limits) -> Iterator[Finding]:
    """S06 and S07, with a draft from the records."""
    line, actual = own.line, own.actual
    if actual.value is None:
        return
    if says(line.variance_reason, limits):
        if (
            missed(line, actual)
            and not says(line.corrective_action, limits)
            and "措施" not in str(line.variance_reason)
        ):
            yield FAULTS["S07"].at(
                own.indicator.place, f"{own.zh}没有达到指标值，写了原因，还没有写改进措施。请登记整改措施、责任人和期限。",
                f"{own.en} missed its target; the reason is given, what will be done is not.",
                severity=Severity.INFO, on=own.on,
            )  # fmt: skip
        return
    if missed(line, actual):
        yield FAULTS["S07"].at(
            own.indicator.place,
            f"{own.zh}指标值“{line.target or '未填'}”，实际完成 {line.actual}，没有达到，还没有写偏差原因和改进措施。请在草稿上补写。",
            f"{own.en} missed its target ({line.actual}) and has no reason yet; complete the draft.",
            suggestion=drafted(line, actual), on=own.on,
        )  # fmt: skip
    elif line.over_percent is not None and line.over_percent > rules.over_percent:
        far = line.over_percent > limits.numbers["over_achievement_reason_percent"]
        yield FAULTS["S06"].at(
            own.indicator.place,
            f"{own.zh}指标值“{line.target or '未填'}”，实际完成 {line.actual}，为指标值的 {line.over_percent:.1f}%，没有说明。"
            "请说明原因；指标值明显偏低的，应按偏离程度调减得分，下年度合理设定。",
            f"{own.en}: {line.over_percent:.1f} % of the target was done and nothing explains it.",
            severity=None if far else Severity.INFO, suggestion=drafted(line, actual), on=own.on,
            cites=limits.cites("over_achievement_percent"),
        )  # fmt: skip


def _strict(own: _Own) -> Iterator[Finding]:
    if own.target is None or not isinstance(own.actual.value, Decimal):
        return
    if any(c.op in ("<", ">") and c.number == own.actual.value for c in own.target.clauses):
        yield FAULTS["S03"].at(
            own.indicator.place,
            f"{own.zh}实际完成值 {own.line.actual} 恰等于界限，严格说没有超过；已按比例计分。如本意包含界限，请改用“≥”或“≤”。",
            f"{own.en}: the actual value is exactly the limit of a strict sign; it was scored by the ratio.",
            severity=Severity.WARNING, on=own.on,
        )  # fmt: skip


def _band(own: _Own, rules: Rules) -> Iterator[Finding]:
    """S08: a grade needs a place in its band and something that supports it."""
    value, extras = own.actual.value, own.actual.extras
    if value not in _GRADES:
        return
    name, (high, low) = list(rules.bands.items())[min(_BAND_OF[str(value)], len(rules.bands) - 1)]
    band = extras.get("band")
    if band is not None and not low <= Decimal(band) <= high:
        yield FAULTS["S08"].at(
            own.indicator.place,
            f"{own.zh}认定为“{value}”，属“{name}”（{low:f}%–{high:f}%），评定的 {Decimal(band).normalize():f}% 不在这一档。请改正。",
            f"{own.en}: {Decimal(band).normalize():f} % is outside the band of the grade.",
            cites=rules.cites("qualitative_bands"), on=own.on,
        )  # fmt: skip
    if not extras.get("attachment"):
        yield FAULTS["S08"].at(
            own.indicator.place, f"{own.zh}认定为“{value}”，没有佐证材料。请补充附件并由两人签字。",
            f"{own.en}: the grade has no evidence attached.", severity=Severity.WARNING, on=own.on,
        )  # fmt: skip


def _survey(own: _Own, rules: Rules, limits: Limits) -> Iterator[Finding]:
    actual = own.actual
    if part_of(own.indicator, rules) != "satisfaction" or actual.value is None:
        return
    if actual.measure != "satisfaction" or actual.status is ActualStatus.ATTESTED:
        yield FAULTS["S09"].at(
            own.indicator.place,
            f"{own.zh}满意度不是由问卷记录算出的。请导入答卷，或附问卷样表、样本量、调查日期和结果。",
            f"{own.en}: this satisfaction was not computed from a survey.", on=own.on,
        )  # fmt: skip
    elif actual.denominator is not None and actual.denominator < limits.small_sample:
        yield FAULTS["S09"].at(
            own.indicator.place,
            f"{own.zh}只有 {actual.denominator:f} 份有效答卷，少于 {limits.small_sample:f} 份，结果不稳。请扩大调查或说明对象总数。",
            f"{own.en}: only {actual.denominator:f} valid answers.", on=own.on,
        )  # fmt: skip


def _impossible(own: _Own) -> Iterator[Finding]:
    """S13 and S05: what no record can honestly add up to."""
    actual = own.actual
    value = actual.value
    if not isinstance(value, Decimal):
        return
    share = actual.unit == "%" and actual.denominator is not None and actual.measure not in _NO_SHARE
    why = None
    if share and value > HUNDRED:
        why = ("比率超过100%", "a share of over 100 %")
    elif actual.measure in _COUNTS and value < 0:
        why = ("件数小于零", "a count below zero")
    elif actual.measure in ("count_distinct", "zero_events") and value != value.to_integral_value():
        why = ("件数不是整数", "a count that is not whole")
    if why is not None:
        yield FAULTS["S13"].at(
            own.indicator.place, f"{own.zh}算出的 {own.line.actual} 不可能：{why[0]}。请检查口径和台账记录。",
            f"{own.en}: the computed {own.line.actual} cannot be: {why[1]}.", on=own.on,
        )  # fmt: skip
    wanted = own.target.clauses[0] if own.target and len(own.target.clauses) == 1 else None
    pair = (dimension_of(wanted.unit if wanted else None), dimension_of(actual.unit))
    if Dimension.NONE not in pair and pair[0] is not pair[1]:
        yield FAULTS["S05"].at(
            own.indicator.place,
            f"{own.zh}指标值“{own.target.raw if own.target else ''}”与算出的 {own.line.actual} 计量单位不同。请核对挂接的口径。",
            f"{own.en}: target and computed value have different units; check the binding.", on=own.on,
        )  # fmt: skip


def _money(number: int, one: ProjectEvaluation, limits: Limits) -> Iterator[Finding]:
    money = one.execution
    rate, least = money.execution_rate, limits.numbers["execution_reason_below_percent"]
    if rate is None:
        return
    if rate > HUNDRED:
        yield FAULTS["S13"].at(
            Place(),
            f"项目{number}“{one.name}”全年执行数 {money.outturn:f} 超过全年预算数 {money.final_budget:f}。请核对预算调整和支付记录。",
            f"Project {number}: more was paid than the final budget.", on=(number, None),
        )  # fmt: skip
    if rate >= least or says(money.reason, limits):
        return
    outputs = [line for line in one.lines if line.points is not None and "产出" in (line.level1 or "")]
    done = bool(outputs) and all(line.points == line.max_points for line in outputs)
    yield FAULTS["S15"].at(
        Place(),
        f"项目{number}“{one.name}”预算执行率 {rate:.2f}%，低于 {least:f}%"
        + ("，产出却全部满分" if done else "")
        + "。请说明资金结余的原因。",
        f"Project {number}: {rate:.2f} % of the budget was spent; give the reason.",
        suggestion=f"执行率{rate:.2f}%，原因：【由经办人填写】", cites=limits.cites("execution_reason_below_percent"),
        on=(number, None),
    )  # fmt: skip


def _all_excellent(evaluation: Evaluation, rules: Rules, limits: Limits) -> Iterator[Finding]:
    count = len(evaluation.projects)
    if count < limits.numbers["all_excellent_at_least"]:
        return
    if all(one.grade is Grade.EXCELLENT for one in evaluation.projects):
        yield FAULTS["S16"].at(
            Place(), f"{count} 个项目全部为“优”，没有区分。请核对指标值是否定得过低。",
            f"All {count} projects are excellent. Check whether targets were too low.",
            severity=Severity.WARNING, cites=rules.cites("cut_offs"), on=(None, None),
        )  # fmt: skip


def _one_attachment(lines: Sequence[_Own]) -> Iterator[Finding]:
    """S10: one file that is to prove several things."""
    users: dict[str, list[_Own]] = defaultdict(list)
    for own in lines:
        if attachment := own.actual.extras.get("attachment"):
            users[attachment].append(own)
    for digest, mine in users.items():
        if len(mine) > 1:
            yield FAULTS["S10"].at(
                mine[0].indicator.place,
                f"同一份附件（{digest[:8]}）用作{_listed(mine)}的佐证。请确认它确能证明每一项，否则各附各的材料。",
                f"One attachment ({digest[:8]}) supports {len(mine)} indicators.", on=mine[0].on,
            )  # fmt: skip


def _reused(lines: Sequence[_Own], bindings: Sequence[Binding]) -> Iterator[Finding]:
    """S20: the same measure with the same parameters answers several indicators; one that says so is only told."""
    own_of = {(own.actual.project, own.indicator.number): own for own in lines}
    users: dict[str, list[Binding]] = defaultdict(list)
    by_key = {(b.project, b.indicator): b for b in bindings}
    for binding in bindings:
        source = _source(binding, by_key)
        if source.measure is not None and (binding.project, binding.indicator) in own_of:
            users[_fingerprint(source)].append(binding)
    for mine in users.values():
        scored = [b for b in mine if (own_of[b.project, b.indicator].line.points or 0) > 0]
        if len(scored) < 2:
            continue
        owns = [own_of[b.project, b.indicator] for b in scored]
        declared = sum(b.same_as is None for b in scored) <= 1
        what = "已在挂接中写明是同一结果" if declared else "没有写明是同一结果"
        yield FAULTS["S20"].at(
            owns[0].indicator.place,
            f"{_listed(owns)}由同一批记录、同一口径算出，各计一次分；{what}。"
            + ("请在自评报告中说明。" if declared else "请在挂接中用 same_as 写明，或区分记录范围，或合并指标。"),
            f"{len(owns)} indicators are answered by the same records and measure"
            + (", as their bindings say." if declared else " without saying so."),
            severity=Severity.INFO if declared else None, on=owns[0].on,
        )  # fmt: skip


def _source(binding: Binding, by_key: Mapping[tuple[str, int], Binding]) -> Binding:
    """The binding whose measure answers; a chain that leads nowhere or round in circles ends where it stands."""
    seen = set()
    while binding.same_as is not None and binding.same_as not in seen and binding.same_as in by_key:
        seen.add(binding.same_as)
        binding = by_key[binding.same_as]
    return binding


def _fingerprint(binding: Binding) -> str:
    """Measure and parameters; what people attest is attested for each indicator by itself."""
    alone = [binding.project, binding.indicator] if binding.measure in _ATTESTED else []
    said = [binding.measure, dict(binding.params), alone]
    return json.dumps(said, sort_keys=True, default=str, ensure_ascii=False)


def _listed(owns: Sequence[_Own]) -> str:
    return "、".join(f"项目{own.on[0]}第{own.on[1]}项" for own in owns)

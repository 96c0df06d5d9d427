"""What the figures of projects answer in a frame of indicators (资金到位率, 实际完成率 …), by parts and exact.

Each measure looks at one project or at all of a unit and gives the share of the points that is earned with the figure
it follows from, or says why records cannot answer. Nothing is assumed: a class without lines, a line without points,
money that nobody recorded leave the line to people.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from hengji.model.category import Level1, Level2, level1_of, level2_of
from hengji.model.evaluation import Line, ProjectEvaluation
from hengji.scoring.frames_parts import Done, decimal_of, done, number_of, rate_of
from hengji.targets import read_target

_ONE, _NOTHING = Fraction(1), Fraction(0)
_MONEY = ("元", "万元", "亿元", "千元")


@dataclass(frozen=True, slots=True)
class Basis:
    """The self-evaluations that a frame rests on, and money that really arrived (实际到位), in their unit of money."""

    projects: Sequence[ProjectEvaluation]
    received: Decimal | None = None
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The share of the points (None: records cannot answer, `formula` says why), the figure, its parts."""

    share: Fraction | None
    formula: str
    actual: str | None = None
    inputs: Mapping[str, str] = field(default_factory=dict)


Measure = Callable[[Basis], Answer]


def _open(why: str) -> Answer:
    return Answer(None, why)


def _percent(rate: Fraction) -> str:
    number = rate * 100
    return f"{Decimal(number.numerator) / Decimal(number.denominator):.2f}%"


def _of_money(top: Decimal, bottom: Decimal, names: tuple[str, str]) -> Answer:
    rate = Fraction(top) / Fraction(bottom)
    inputs = {names[0]: f"{top:f}", names[1]: f"{bottom:f}"}
    return Answer(max(min(rate, _ONE), _NOTHING), f"{names[0]}÷{names[1]}，不超过1，乘以分值", _percent(rate), inputs)


def _sum(basis: Basis, name: str) -> Decimal | None:
    """An amount of money over all projects; None where one lacks it."""
    amounts = [getattr(p.execution, name) for p in basis.projects]
    return None if not amounts or any(a is None for a in amounts) else sum(amounts, Decimal(0))


def _without(basis: Basis) -> Answer:
    names = "、".join(f"“{p.name}”" for p in basis.projects if p.execution.final_budget is None)
    return _open(f"没有预算记录：{names}" if names else "没有项目")


def budget_execution(basis: Basis) -> Answer:
    """Paid over the budget as adjusted."""
    final, paid = _sum(basis, "final_budget"), _sum(basis, "outturn")
    if final is None or paid is None:
        return _without(basis)
    if final <= 0:
        return _open("预算为零，执行率没有意义")
    return _of_money(paid, final, ("全年执行数", "全年预算数"))


def funds_received(basis: Basis) -> Answer:
    """Money that arrived over the budget."""
    final = _sum(basis, "final_budget")
    if final is None:
        return _without(basis)
    if final <= 0:
        return _open("预算为零，到位率没有意义")
    if basis.received is None:
        return _open("没有登记实际到位资金")
    return _of_money(basis.received, final, ("实际到位资金", "预算资金"))


def execution_of_received(basis: Basis) -> Answer:
    """Paid over the money that arrived; not the rate of the self-evaluation, which divides by the budget."""
    paid = _sum(basis, "outturn")
    if paid is None or _sum(basis, "final_budget") is None:
        return _without(basis)
    if basis.received is None:
        return _open("没有登记实际到位资金")
    if basis.received <= 0:
        return _open("实际到位资金为零，执行率没有意义")
    return _of_money(paid, basis.received, ("实际支出资金", "实际到位资金"))


def _lines(basis: Basis, *classes: Level2) -> list[Line] | Answer:
    """The lines of some classes that apply; an answer that is open where there are none, or one has no points."""
    found = [li for p in basis.projects for li in p.lines if _applies(li, classes)]
    names = "、".join(c.zh for c in classes)
    if not found:
        return _open(f"自评里没有适用的{names}")
    if unscored := [li for li in found if li.points is None]:
        listed = "、".join(f"“{li.name}”" for li in unscored[:3]) + ("等" if len(unscored) > 3 else "")
        return _open(f"自评里有 {len(unscored)} 项{names}没有得分：{listed}")
    return found


def _applies(line: Line, classes: Sequence[Level2]) -> bool:
    return class_of(line) in classes and not line.not_applicable and bool(line.max_points)


def class_of(line: Line) -> Level2 | None:
    """The class of a scored line."""
    return level2_of(line.level2, line.code)


def completion(basis: Basis) -> Answer:
    """实际完成率: how far quantities were reached; several of them weighted by their points, as they do not add up."""
    return _weighted(basis, Level2.QUANTITY_OUTPUT)


def timeliness(basis: Basis) -> Answer:
    """完成及时性: how far terms were kept."""
    return _weighted(basis, Level2.TIMELINESS)


def quality(basis: Basis) -> Answer:
    """质量达标率: rates from their own parts, other lines by how far they were reached; weighted by points."""
    lines = _lines(basis, Level2.QUALITY)
    if isinstance(lines, Answer):
        return lines
    shares, said = [], {}
    for line in lines:
        rate, fallback = rate_of(line), _done(line, basis)
        shares.append(fallback.share if rate is None else min(rate.numerator / rate.denominator, _ONE))
        parts = rate and f"{decimal_of(rate.numerator):f} ÷ {decimal_of(rate.denominator):f}"
        said[_named(line)] = parts or f"{fallback.said}（没有分子、分母）"
    return _mean(lines, shares, said, "各项达标率")


def satisfaction(basis: Basis) -> Answer:
    """满意度: surveys by numerator and denominator; the points as far as the promised degrees were reached."""
    lines = _lines(basis, Level2.RECIPIENT_SATISFACTION)
    if isinstance(lines, Answer):
        return lines
    found = _mean(lines, [_done(li, basis).share for li in lines], {}, "各项达到指标值的程度")
    rates = [rate_of(li) for li in lines]
    parts = [r for r in rates if r is not None]
    if len(parts) < len(lines):
        inputs = {"指标数": str(len(lines)), "没有分子、分母的指标": str(len(lines) - len(parts))}
        return Answer(found.share, found.formula, f"达到指标值的 {found.actual}", inputs)
    top, bottom = sum((r.numerator for r in parts), _NOTHING), sum((r.denominator for r in parts), _NOTHING)
    inputs = {"分子": f"{decimal_of(top):f}", "分母": f"{decimal_of(bottom):f}", "指标数": str(len(lines))}
    return Answer(found.share, found.formula, _percent(top / bottom), inputs)


def cost_saving(basis: Basis) -> Answer:
    """成本节约率: what less was spent than planned, over what was planned; all points where nothing was overspent."""
    lines = _lines(basis, Level2.COST)
    if isinstance(lines, Answer):
        return lines
    planned = spent = _NOTHING
    units = set()
    for line in lines:
        actual, reading = number_of(line), read_target(line.target or "", line.name, basis.year)
        plan = [c for c in reading.clauses if c.number is not None]
        if actual is None or len(plan) != 1 or plan[0].unit != actual.unit or actual.unit not in _MONEY:
            return _open(f"“{line.name}”的计划成本和实际成本不是同一单位的金额")
        units.add(actual.unit)
        planned += Fraction(plan[0].number or 0)
        spent += actual.value
    if len(units) > 1 or planned <= 0:
        return _open("各项成本的单位不一，或计划成本为零")
    saved = (planned - spent) / planned
    inputs = {"计划成本": f"{decimal_of(planned):f}", "实际成本": f"{decimal_of(spent):f}"}
    formula = "（计划成本−实际成本）÷计划成本；没有超支得满分，超支按比例扣分"
    return Answer(max(min(_ONE + saved, _ONE), _NOTHING), formula, _percent(saved), inputs)


def _weighted(basis: Basis, level: Level2) -> Answer:
    lines = _lines(basis, level)
    if isinstance(lines, Answer):
        return lines
    found = [_done(li, basis) for li in lines]
    said = {_named(li): one.said for li, one in zip(lines, found, strict=True)}
    return _mean(lines, [one.share for one in found], said, "各项完成程度")


def _done(line: Line, basis: Basis) -> Done:
    found = done(line, basis.year)
    assert found is not None  # `_lines` hands out scored lines only
    return found


def _named(line: Line) -> str:
    return f"{line.number}.{line.name}"


def _mean(lines: Sequence[Line], shares: Sequence[Fraction], said: Mapping[str, str], what: str) -> Answer:
    whole = sum((Fraction(li.max_points) for li in lines), _NOTHING)
    share = sum((s * Fraction(li.max_points) for s, li in zip(shares, lines, strict=True)), _NOTHING) / whole
    formula = what if len(lines) == 1 else f"{what}按分值加权平均"
    return Answer(share, f"{formula}，乘以分值", _percent(share), {"指标数": str(len(lines)), **said})


def reached(*classes: Level2) -> Measure:
    """The measure of how many indicators of some classes got all their points, of those that apply."""

    def measure(basis: Basis) -> Answer:
        lines = _lines(basis, *classes)
        if isinstance(lines, Answer):
            return lines
        full = sum(li.points == li.max_points for li in lines)
        rate = Fraction(full, len(lines))
        inputs = {"得满分的指标": str(full), "适用的指标": str(len(lines))}
        return Answer(rate, "得满分的指标数÷适用的指标数，乘以分值", _percent(rate), inputs)

    return measure


_OUTPUT, _OUTCOME = (
    tuple(c for c in Level2 if level1_of(None, c) is level) for level in (Level1.OUTPUT, Level1.OUTCOME)
)
MEASURES: Mapping[str, Measure] = {
    "budget_execution": budget_execution,
    "funds_received": funds_received,
    "execution_of_received": execution_of_received,
    "completion": completion,
    "quality": quality,
    "timeliness": timeliness,
    "cost_saving": cost_saving,
    "satisfaction": satisfaction,
    "reached.output": reached(*_OUTPUT),
    "reached.outcome": reached(*_OUTCOME),
    "reached.outcome_and_satisfaction": reached(*_OUTCOME, Level2.RECIPIENT_SATISFACTION),
    **{f"reached.{c.value}": reached(c) for c in Level2},
}

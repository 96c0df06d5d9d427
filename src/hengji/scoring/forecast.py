"""What the year is likely to come to: results and money carried on to its end, and whether the target can be reached.

What adds up is carried on at the pace so far, with a range; everything else is taken as it stands. 完全不可能 is only
said where it can be shown.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from math import isqrt
from typing import NamedTuple

from hengji.model.binding import Actual
from hengji.model.evaluation import Light, Likelihood, Working
from hengji.model.execution import Execution
from hengji.scoring.figures import rounded
from hengji.scoring.lights import Goal, Nature, Sight, reached
from hengji.scoring.monitoring_law import YEAR, Elapsed, MonitoringLaw, decimal, exact, plain

# What once came too late stays too late, so that a share of 100 % cannot come back.
_LOST_FOR_GOOD = ("ratio_within_deadline",)
_EVENTS = "zero_events"
_RANK = (Likelihood.IMPOSSIBLE, Likelihood.POSSIBLE, Likelihood.CERTAIN)


class Earlier(NamedTuple):
    """The value of an earlier monitoring of the same year, and the months gone by then."""

    value: Decimal
    months: Fraction


class Outlook(NamedTuple):
    """The year as foreseen: printed (None: a person has to say), lowest, highest, and the working."""

    text: str | None
    low: Decimal | None
    high: Decimal | None
    working: Working


def forecast_of(
    sight: Sight, actual: Actual, text: str | None, law: MonitoringLaw, elapsed: Elapsed, earlier: Earlier | None = None
) -> Outlook:
    """The forecast of a line; `text` is the actual value as a form prints it."""
    if sight.nature is Nature.NONE:
        return Outlook(None, None, None, _step("不预计：" + sight.why, {}, "—", law))
    if sight.nature is Nature.ONE_OFF and not reached(sight):
        return Outlook(None, None, None, _step("一次性成果尚未完成，不按进度外推，由责任人填写", {}, "—", law))
    inputs = {"截至": elapsed.zh, "实际完成值": text or "—"}
    rising = sight.nature is Nature.CUMULATIVE and all(g.way not in ("down", "zero") for g in sight.goals)
    if rising and not sight.value and not elapsed.over:
        return Outlook(None, None, None, _step("到目前为零，无从外推，由责任人填写", inputs, "—", law))
    if sight.nature is not Nature.CUMULATIVE or sight.value is None:
        low, high = (actual.interval.low, actual.interval.high) if actual.interval else (sight.value, sight.value)
        if actual.interval:
            inputs["范围"] = f"{actual.interval.low:.2f}%至{actual.interval.high:.2f}%（95%区间）"
        return Outlook(text, low, high, _step("不累计，按现状预计", inputs, text or "—", law))
    return _carried_on(sight, sight.value, actual, law, elapsed, earlier, inputs)


def _carried_on(
    sight: Sight, value: Decimal, actual: Actual, law: MonitoringLaw, elapsed: Elapsed, earlier: Earlier | None,
    inputs: dict[str, str],
) -> Outlook:  # fmt: skip
    left = YEAR - elapsed.months
    # Share of chance in a count of n: n ± z·√n; one more above, so that nothing counted yet still allows for some.
    cases = actual.rows or int(abs(value))
    spread = exact(law.z)
    worth = Fraction(value) / cases if cases else Fraction(1)
    slow = max(cases - spread * _root(cases), Fraction(0)) * worth / elapsed.months
    fast = (cases + 1 + spread * _root(cases + 1)) * worth / elapsed.months
    pace = Fraction(value) / elapsed.months
    said = f"{plain(value)}÷{elapsed.months_text}×{YEAR}"
    if earlier is not None and earlier.months < elapsed.months and earlier.value <= value:
        recent = (Fraction(value) - Fraction(earlier.value)) / (elapsed.months - earlier.months)
        slow, fast = min(slow, recent), max(fast, recent)
        inputs["上次监控以来每月"] = plain(decimal(recent))
    at_end, low, high = (Fraction(value) + rate * left for rate in (pace, slow, fast))
    if (cap := _cap(sight, value, actual)) is not None:
        at_end, low, high = (min(n, Fraction(cap)) for n in (at_end, low, high))
        said = f"min({said}，{plain(cap)})" if value < cap else "任务量固定且已完成，不再外推"
    places = 0 if value == value.to_integral_value() and actual.unit != "%" else 2
    point = _at(at_end, places, ROUND_HALF_EVEN)
    lowest, highest = _at(low, places, ROUND_FLOOR), _at(high, places, ROUND_CEILING)
    unit = actual.unit or ""
    inputs |= {
        "已过月数": elapsed.months_text,
        "范围": f"{plain(lowest)}至{plain(highest)}{unit}",
        "范围的依据": f"每月{plain(decimal(slow))}至{plain(decimal(fast))}{unit}：{cases}个计数的随机波动（{plain(law.z)}倍）"
        + ("和上次监控以来的快慢" if "上次监控以来每月" in inputs else ""),
    }
    if actual.measure == "count_distinct":
        inputs["注意"] = "不重复计数到后期会变慢，外推可能偏高"
    printed = f"{point:f}{unit}" if unit == "%" else f"{plain(point)}{unit}"
    return Outlook(printed, lowest, highest, _step(f"按目前进度外推：{said}", inputs, printed, law))


def _root(number: int) -> Fraction:
    """The square root to three places, the same on every machine."""
    return Fraction(isqrt(number * 1_000_000), 1000)


def _cap(sight: Sight, value: Decimal, actual: Actual) -> Decimal | None:
    """Where there is only so much to do: what was written without a sign, or all of a budget; never below the value."""
    fixed = [g.target for g in sight.goals if g.fixed]
    if not fixed or len(fixed) < len(sight.goals):
        return Decimal(100) if actual.unit == "%" and value <= 100 else None
    return max(*fixed, value)


def _at(number: Fraction, places: int, rounding: str) -> Decimal:
    return rounded(Decimal(number.numerator) / Decimal(number.denominator), places, rounding)


def _step(formula: str, inputs: dict[str, str], result: str, law: MonitoringLaw) -> Working:
    return Working("全年预计", formula, inputs, result, law.cites("forecast"))


def likelihood_of(
    sight: Sight,
    actual: Actual,
    light: Light | None,
    foreseen: Outlook,
    law: MonitoringLaw,
    elapsed: Elapsed,
    said: str | None = None,
) -> tuple[Likelihood | None, Working]:
    """Whether the target can be reached (完成目标可能性), as a proposal; None where there is no light.

    `said` is what people ticked: it stands beside the proposal, and a word that the form does not have is shown as such.
    """
    cites = law.cites("likelihood")
    inputs = (
        {} if not said else {"填报": said if said in law.likelihoods else f"{said}（不是表上的三档之一，没有采用）"}
    )
    if light is None:
        return None, Working("完成可能性", "没有预警灯，由责任人判断", inputs, "—", cites)
    if sight.goals and sight.value is not None:
        seen = [_of_goal(g, sight.value, sight, actual, foreseen, elapsed) for g in sight.goals]
        chosen = (max if sight.either else min)(seen, key=lambda pair: _RANK.index(pair[0]))
    elif sight.nature is Nature.WORDS:
        chosen = (Likelihood.CERTAIN, "已达成") if light is Light.GREEN else (Likelihood.POSSIBLE, "尚未达成")
        if light is not Light.GREEN and elapsed.over:
            chosen = (Likelihood.IMPOSSIBLE, "年度已结束，未达成")
    else:
        chosen = _unmet(sight, elapsed) if not sight.reached else (Likelihood.CERTAIN, "目前达到")
    return chosen[0], Working("完成可能性", f"系统建议，由责任人确定：{chosen[1]}", inputs, chosen[0].value, cites)


def _of_goal(
    goal: Goal, value: Decimal, sight: Sight, actual: Actual, foreseen: Outlook, elapsed: Elapsed
) -> tuple[Likelihood, str]:
    if not goal.met(value):
        return _of_missed(goal, value, sight, actual, foreseen, elapsed)
    if elapsed.over:
        return Likelihood.CERTAIN, "年度已结束，已达到"
    if sight.nature is Nature.CUMULATIVE and (goal.way in ("down", "zero") or goal.high is not None):
        limit = goal.target if goal.high is None else goal.high
        safe = foreseen.high is not None and goal._replace(target=limit, way="down").met(foreseen.high)
        return (Likelihood.CERTAIN, "按最快的进度也不超过") if safe else (Likelihood.POSSIBLE, "按目前进度可能超过")
    if sight.nature is Nature.STANDING and goal.way == "up" and actual.interval and actual.interval.low < goal.needed:
        return Likelihood.POSSIBLE, "目前达到，但情形少，95%区间的下端低于目标"
    return Likelihood.CERTAIN, "目前达到"


def _of_missed(
    goal: Goal, value: Decimal, sight: Sight, actual: Actual, foreseen: Outlook, elapsed: Elapsed
) -> tuple[Likelihood, str]:
    growing = sight.nature in (Nature.CUMULATIVE, Nature.ONE_OFF) or actual.measure == _EVENTS
    if growing and (goal.way in ("down", "zero") or (goal.high is not None and value > goal.high)):
        return Likelihood.IMPOSSIBLE, f"已经是{plain(value)}，超过的数不会再减少"
    num, den = actual.numerator, actual.denominator
    if actual.measure in _LOST_FOR_GOOD and goal.way == "up" and goal.needed >= 100 and num is not None and den:
        said = f"应计的{plain(den)}中已有{plain(den - num)}未按期，全年不可能再达到{plain(goal.needed)}%"
        return Likelihood.IMPOSSIBLE, said
    chance = _unmet(sight, elapsed)
    # The forecast is of the end of the year; a term inside it is a nearer goal.
    if chance[0] is Likelihood.POSSIBLE and growing and sight.due is None and goal.high is None:
        low = foreseen.low
        if low is not None and (low > goal.needed or (low == goal.needed and not goal.strict)):
            return Likelihood.CERTAIN, "按所列范围中最慢的进度也能完成"
    return chance


def _unmet(sight: Sight, elapsed: Elapsed) -> tuple[Likelihood, str]:
    if elapsed.over:
        return Likelihood.IMPOSSIBLE, "年度已结束，未达到"
    if sight.due is not None and sight.due <= elapsed.as_of and sight.nature is not Nature.STANDING:
        return Likelihood.IMPOSSIBLE, f"目标写明的期限{sight.due}已过，未达到"
    return Likelihood.POSSIBLE, "尚未达到，年内还有时间"


class MoneyOutlook(NamedTuple):
    """Spending foreseen at the end of the year, whether even the slowest pace goes beyond the budget, and the working."""

    amount: Decimal | None
    beyond: bool
    working: Working


def forecast_of_money(money: Execution, budget: Decimal, law: MonitoringLaw, elapsed: Elapsed) -> MoneyOutlook:
    """The outturn foreseen: on at the average pace, at most the budget unless even the slowest months lead beyond it."""
    cites = law.cites("forecast")
    inputs = {
        "截至": elapsed.zh,
        "执行数": plain(money.outturn),
        "预算数": plain(budget),
        "已过月数": elapsed.months_text,
    }
    if budget <= 0 and not money.outturn:
        return MoneyOutlook(None, False, Working("全年预计执行数", "没有预算和支付记录，不预计", inputs, "—", cites))
    if not money.outturn and not elapsed.over:
        said = "还没有支出，无从外推，由责任人填写"
        return MoneyOutlook(None, False, Working("全年预计执行数", said, inputs, "—", cites))
    straight = Fraction(money.outturn) / elapsed.months * YEAR
    slow, fast = _paces(money, law.window, elapsed)
    left = YEAR - elapsed.months
    low, high = Fraction(money.outturn) + slow * left, Fraction(money.outturn) + fast * left
    beyond = low > Fraction(budget) or money.outturn > budget
    amount, formula = straight, f"{plain(money.outturn)}÷{elapsed.months_text}×{YEAR}"
    if straight > Fraction(budget) and not beyond:
        amount, formula = Fraction(budget), f"min({formula}＝{plain(decimal(straight))}，预算数)"
    inputs["范围"] = f"{plain(decimal(min(low, amount)))}至{plain(decimal(max(high, amount)))}（不计预算上限）"
    inputs["范围的依据"] = f"连续{law.window}个月最慢每月{plain(decimal(slow))}、最快每月{plain(decimal(fast))}"
    printed = decimal(amount, 6)
    said = "按目前进度外推：" + formula
    return MoneyOutlook(printed, beyond, Working("全年预计执行数", said, inputs, plain(decimal(amount)), cites))


def _paces(money: Execution, window: int, elapsed: Elapsed) -> tuple[Fraction, Fraction]:
    """The slowest and the fastest monthly spending over so many whole months in a row; the average where there are fewer."""
    whole = int(elapsed.months)
    totals = [Fraction(0)] + [Fraction(paid) for month, paid in sorted(money.months) if month <= whole]
    size = min(window, len(totals) - 1)
    if size == 0:
        average = Fraction(money.outturn) / elapsed.months
        return Fraction(0), average
    paces = [(end - start) / size for start, end in zip(totals, totals[size:], strict=False)]
    return max(min(paces), Fraction(0)), max(paces)

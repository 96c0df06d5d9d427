"""Lights (监控预警): how a line has to be looked at before the year is over, and what colour that gives.

Only what adds up over the year is held against the part of the year that is gone; a rate, a stock, yes or no, a thing
done once and words are taken as they stand.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from hengji.model.binding import Actual, ActualStatus
from hengji.model.evaluation import Light, Working
from hengji.model.execution import Execution
from hengji.model.target import Clause, TargetKind, TargetReading
from hengji.scoring.monitoring_law import YEAR, Elapsed, MonitoringLaw, exact, months_at, months_text, percent, plain

# Measures whose value only grows as the year goes on; None is a value that people gave.
_GROWING = ("count_records", "count_distinct", "weighted_sum", "delivered_count", None)
_SPENDING = "budget_execution"  # a share of the year's budget, which grows like a count
_PERIODS = {"year": 1, "half_year": 2, "quarter": 4, "month": 12}
_NUMBERED = (TargetKind.COUNT, TargetKind.THRESHOLD, TargetKind.APPROX, TargetKind.RANGE, TargetKind.FREQUENCY)
_NOT_ADDED = ("ratio", "score", "index", "rank", "duration")
_WHOLE = Fraction(YEAR)
_RANK = (Light.RED, Light.YELLOW, Light.GREEN, Light.BLUE)


class Nature(StrEnum):
    """How a line is looked at; the values are the words in the workings."""

    CUMULATIVE = "累计数，按时间进度"
    ONE_OFF = "一次性成果，按现状"
    STANDING = "不累计，按现状"
    JUDGED = "按是否达到"
    WORDS = "定性，按等次"
    NONE = "不亮灯"


class Goal(NamedTuple):
    """One number to reach: `way` is up, down, zero or range; `needed` is what counts as reached (about: less than `target`).

    `fixed`: the number was written without a sign, so there is so much to do and no more.
    """

    way: str
    target: Decimal
    needed: Decimal
    strict: bool = False
    high: Decimal | None = None
    fixed: bool = False

    def met(self, value: Decimal) -> bool:
        """Whether a value reaches it."""
        if self.way == "zero":
            return value == 0
        if self.way == "down":
            return value < self.target or (value == self.target and not self.strict)
        if self.high is not None and value > self.high:
            return False
        return value > self.needed or (value == self.needed and not self.strict)

    @property
    def zh(self) -> str:
        """The number with its sign."""
        if self.high is not None:
            return f"{plain(self.target)}至{plain(self.high)}"
        sign = {"up": ">" if self.strict else "≥", "down": "<" if self.strict else "≤", "zero": "="}[self.way]
        return f"{sign}{plain(self.needed)}"


class Sight(NamedTuple):
    """How a line is looked at: its nature, what was reached so far, the goals, the term that the target names, and why not."""

    nature: Nature
    value: Decimal | None = None
    goals: tuple[Goal, ...] = ()
    either: bool = False
    due: datetime.date | None = None
    reached: bool | None = None
    why: str = ""


def sight_of(reading: TargetReading | None, actual: Actual, tolerance: Decimal) -> Sight:
    """How an indicator is looked at, from its target and its actual value; `tolerance` is that of “about”, a share."""
    if why := _not_due(actual):
        return Sight(Nature.NONE, why=why)
    clauses = reading.clauses if reading else ()
    due = min((d for c in clauses if (d := _day(c.by)) is not None), default=None)
    if isinstance(actual.value, str):
        reached = {"是": True, "否": False}.get(actual.value)
        if reached is None:
            return Sight(Nature.WORDS)
        return Sight(Nature.JUDGED, due=due, reached=_judged(actual, reached))
    numbered = [c for c in clauses if c.number is not None or c.kind is not TargetKind.DEADLINE]
    goals = [_goal(c, tolerance) for c in numbered]
    if not goals or None in goals or not _comparable(numbered, actual):
        reached = _judged(actual, None)
        if reached is None and [c.kind for c in numbered] == [TargetKind.DELIVERABLE] and actual.value is not None:
            reached = actual.value >= 1
        if reached is None:
            return Sight(Nature.NONE, why="实际完成值不能与指标值相比，须由人判断")
        return Sight(Nature.JUDGED, actual.value, due=due, reached=reached)
    found = tuple(g for g in goals if g)
    either = reading is not None and reading.join in ("or", "grade")
    nature = Nature.STANDING
    if _grows(numbered, actual):
        once = all(g.way == "up" and g.needed <= 1 for g in found)
        nature = Nature.ONE_OFF if once else Nature.CUMULATIVE
    return Sight(nature, actual.value, found, either, due)


def _not_due(actual: Actual) -> str:
    """Why there is nothing to look at yet; empty where there is."""
    status = actual.status
    if status is ActualStatus.NOT_APPLICABLE:
        return "到目前还没有应计的情形，不亮灯"
    if status is ActualStatus.UNDECIDABLE:
        return "现有记录不能判定，不亮灯"
    return "没有实际完成值，不亮灯" if status is ActualStatus.INSUFFICIENT or actual.value is None else ""


def _judged(actual: Actual, default: bool | None) -> bool | None:
    return {"met": True, "not_met": False}.get(actual.judgement or "", default)


def _day(text: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text and not text.startswith("--") else None


def _goal(clause: Clause, tolerance: Decimal) -> Goal | None:
    if clause.kind not in _NUMBERED or clause.number is None or clause.base is not None or clause.each:
        return None
    number = clause.number
    if clause.per is not None:
        if clause.per.unit not in _PERIODS:
            return None
        number = number * _PERIODS[clause.per.unit] / clause.per.n
    if clause.op == "in":
        return None if clause.number2 is None else Goal("range", number, number, high=clause.number2)
    if clause.op in ("<", "<="):
        return Goal("down", number, number, clause.op == "<")
    if clause.op in ("==", None) and number == 0:
        return Goal("zero", number, number)
    needed = number * (1 - tolerance) if clause.op == "~" else number
    return Goal("up", number, needed, clause.op == ">", fixed=clause.op == "==")


def _comparable(clauses: Sequence[Clause], actual: Actual) -> bool:
    """One number can only answer conditions in one unit, and a share only a share."""
    if len({c.unit for c in clauses if c.unit}) > 1:
        return False
    return not any((c.dim == "ratio") != (actual.unit == "%") for c in clauses if c.dim)


def _grows(clauses: Sequence[Clause], actual: Actual) -> bool:
    if actual.measure == _SPENDING:
        return True
    return actual.measure in _GROWING and actual.unit != "%" and not any(c.dim in _NOT_ADDED for c in clauses)


def light_of(sight: Sight, actual: Actual, law: MonitoringLaw, elapsed: Elapsed) -> tuple[Light | None, Working]:
    """The light of a line and how it came about; None where there is nothing to judge yet."""
    light, formula, key = _light(sight, actual, law, elapsed)
    value = f"{plain(actual.value)}" if isinstance(actual.value, Decimal) else str(actual.value or "")
    inputs = {"截至": elapsed.zh, "实际完成值": f"{value}{actual.unit or ''}" if value else actual.status.zh}
    if actual.status is ActualStatus.PROVISIONAL:
        inputs["状态"] = actual.status.zh
    if actual.numerator is not None and actual.denominator is not None:
        inputs["分子"], inputs["分母"] = plain(actual.numerator), plain(actual.denominator)
    if sight.goals:
        inputs["目标"] = ("或" if sight.either else "且").join(g.zh for g in sight.goals)
    if sight.nature is Nature.CUMULATIVE:
        inputs["已过月数"] = elapsed.months_text
    if actual.measure:
        inputs["口径"], inputs["记录数"] = actual.measure, str(actual.rows)
    said = formula if sight.nature is Nature.NONE else f"{sight.nature.value}：{formula}"
    return light, Working("预警", said, inputs, light.zh if light else "—", law.cites(*key))


def _light(
    sight: Sight, actual: Actual, law: MonitoringLaw, elapsed: Elapsed
) -> tuple[Light | None, str, tuple[str, ...]]:
    if sight.nature is Nature.NONE:
        return None, sight.why, ()
    if sight.nature is Nature.WORDS:
        light = law.words.get(str(actual.value))
        return light, f"评定为“{actual.value}”", ("lights_words",)
    if sight.nature in (Nature.JUDGED, Nature.ONE_OFF) and _waiting(sight, elapsed):
        return None, f"目标写明的期限是{sight.due}，还没有到，不亮灯", ("lights_standing",)
    if sight.nature is Nature.JUDGED:
        return (Light.GREEN, "达到", ("lights_words",)) if sight.reached else (Light.RED, "未达到", ("lights_words",))
    assert sight.value is not None
    seen = [_goal_light(g, sight.value, sight, law, elapsed) for g in sight.goals]
    choose = max if sight.either else min
    light = choose((one for one, _ in seen), key=_RANK.index)
    key = ("lights_cut_offs",) if sight.nature is Nature.CUMULATIVE else ("lights_cut_offs", "lights_standing")
    return light, "；".join(dict.fromkeys(said for _, said in seen)), key


def _waiting(sight: Sight, elapsed: Elapsed) -> bool:
    """Undone, and the day that the target itself names is still to come."""
    undone = not sight.reached if sight.nature is Nature.JUDGED else not reached(sight)
    return undone and sight.due is not None and sight.due > elapsed.as_of


def reached(sight: Sight) -> bool | None:
    """Whether the target of the whole year is reached as things stand; None where that cannot be said."""
    if sight.value is None or not sight.goals:
        return sight.reached
    found = [g.met(sight.value) for g in sight.goals]
    return any(found) if sight.either else all(found)


def _goal_light(goal: Goal, value: Decimal, sight: Sight, law: MonitoringLaw, elapsed: Elapsed) -> tuple[Light, str]:
    met, shown, needed = goal.met(value), plain(value), plain(goal.needed)
    if goal.way == "zero":
        return (Light.GREEN, f"{shown} 等于 {needed}") if met else (Light.RED, f"{shown} 不等于 {needed}")
    if goal.way == "down":
        return (Light.GREEN, f"{shown}{goal.zh}") if met else (Light.RED, f"{shown} 没有做到 {goal.zh}")
    if goal.high is not None and value > goal.high:
        return Light.RED, f"{shown} 超出区间上限 {plain(goal.high)}"
    if goal.needed <= 0:
        return (Light.GREEN, f"{shown} 达到 {needed}") if met else (Light.RED, f"{shown} 未达到 {needed}")
    if value <= 0:
        return (_undone(sight, law, elapsed) if sight.nature is Nature.ONE_OFF else Light.RED), "到目前为零"
    of_year = Fraction(value) / Fraction(goal.target)
    if met and goal.high is None and of_year * 100 >= exact(law.blue):
        return Light.BLUE, f"{shown}÷{plain(goal.target)}＝{percent(of_year)}，不低于{plain(law.blue)}%"
    if sight.nature is Nature.CUMULATIVE:
        return _pro_rata(goal, value, sight, law, elapsed)
    if met:
        return Light.GREEN, f"{shown} 达到 {needed}"
    share = Fraction(value) / Fraction(goal.needed)
    if sight.nature is Nature.ONE_OFF:
        return _undone(sight, law, elapsed), f"{shown} 未达到 {needed}"
    light = law.unmet_best if share * 100 >= exact(law.yellow) else Light.RED
    return light, f"{shown}÷{needed}＝{percent(share)}，未达到"


def _undone(sight: Sight, law: MonitoringLaw, elapsed: Elapsed) -> Light:
    """A thing to be done once that is not done: red when its time is over, before that what the pack says."""
    return Light.RED if elapsed.over or sight.due is not None else law.one_off_undone


def _pro_rata(goal: Goal, value: Decimal, sight: Sight, law: MonitoringLaw, elapsed: Elapsed) -> tuple[Light, str]:
    """What adds up, held against the part of the year (or of the term that the target names) that is gone."""
    term = _WHOLE if sight.due is None else min(months_at(sight.due), _WHOLE)
    if sight.due is not None and sight.due.year > elapsed.as_of.year:
        term = _WHOLE
    if sight.due is not None and sight.due <= elapsed.as_of and not goal.met(value):
        return Light.RED, f"目标写明的期限{sight.due}已过，完成{plain(value)}，未达到{plain(goal.needed)}"
    gone = min(elapsed.months, term)
    share = Fraction(value) / (Fraction(goal.needed) * gone / term)
    light = _by_cut_offs(share, law.green, law.yellow)
    formula = f"{plain(value)}÷({plain(goal.needed)}×{months_text(gone)}÷{months_text(term)})＝{percent(share)}"
    return light, f"{formula}，{_against(share, law.green, law.yellow)}"


def _by_cut_offs(share: Fraction, green: Decimal, yellow: Decimal) -> Light:
    if share * 100 >= exact(green):
        return Light.GREEN
    return Light.YELLOW if share * 100 >= exact(yellow) else Light.RED


def _against(share: Fraction, green: Decimal, yellow: Decimal) -> str:
    if share * 100 >= exact(green):
        return f"不低于{plain(green)}%"
    return f"低于{plain(green)}%" if share * 100 >= exact(yellow) else f"低于{plain(yellow)}%"


def light_of_money(
    money: Execution, budget: Decimal, law: MonitoringLaw, elapsed: Elapsed
) -> tuple[Light | None, Working]:
    """The light of the money: the share spent against the share of the year that is gone."""
    inputs = {
        "截至": elapsed.zh,
        "执行数": plain(money.outturn),
        "预算数": plain(budget),
        "已过月数": elapsed.months_text,
    }
    cites = law.cites("lights_execution_cut_offs")
    if budget <= 0 and not money.outturn:
        return None, Working("预算执行预警", "没有预算和支付记录，不亮灯", inputs, "—", cites)
    if budget <= 0:
        return Light.RED, Working("预算执行预警", "没有预算而有支出，按0%计", inputs, Light.RED.zh, cites)
    share = Fraction(money.outturn) / Fraction(budget) / elapsed.share
    light = _by_cut_offs(share, law.money_green, law.money_yellow)
    formula = (
        f"({plain(money.outturn)}÷{plain(budget)})÷({elapsed.months_text}÷{YEAR})＝{percent(share)}，"
        f"{_against(share, law.money_green, law.money_yellow)}"
    )
    return light, Working("预算执行预警", formula, inputs, light.zh, cites)


def worst(lights: Sequence[Light | None]) -> Light | None:
    """The worst light of several; None where there is none at all."""
    return min((one for one in lights if one is not None), key=_RANK.index, default=None)

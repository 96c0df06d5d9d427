"""Points of one indicator: what its actual value makes of its target, and the working that shows it.

Quantities by the ratio of what was reached (or by how far it is above a pass line, where the pack says so), less-is-better ones by how far they are over, yes or no in full or not at
all, words inside the band that people chose. Without an actual value there are no points, and none is assumed. Shares
are exact fractions: a third that was cut off after 28 digits can tip a half cent.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import NamedTuple

from hengji.model.binding import Actual, ActualStatus
from hengji.model.evaluation import Working
from hengji.model.target import Clause, TargetKind, TargetReading
from hengji.scoring.figures import rounded
from hengji.scoring.rules import Rules

_DOWN = ("<", "<=")
_BANDS_OF_GRADES = {"优": 0, "良": 0, "中": 1, "差": 2}
_YES = {"是": True, "否": False}
_ONE, _NOTHING = Fraction(1), Fraction(0)


class Scored(NamedTuple):
    """Points as printed (None: not scored), exactly, how far over the target in percent, and the working."""

    points: Decimal | None
    exact: Decimal | None
    over_percent: Decimal | None
    working: Working
    not_applicable: bool = False


class _Part(NamedTuple):
    """The share of the points that one condition earns (0 to 1), by what formula, the value in percent of the target."""

    share: Fraction
    formula: str
    over: Fraction | None = None


class _Asked(NamedTuple):
    """One indicator on its way through the rules."""

    reading: TargetReading | None
    actual: Actual
    points: Decimal
    rules: Rules

    def earned(self, part: _Part, key: str = "quantitative") -> Scored:
        """The points of a share, rounded once."""
        exact = decimal_of(min(part.share, _ONE) * Fraction(self.points))
        printed = self.rules.rounded(exact)
        over = None if part.over is None else decimal_of(part.over)
        return Scored(printed, exact, over, self._working(part.formula, f"{printed:f}", key))

    def unscored(self, why: str, key: str = "") -> Scored:
        """No points, and why not."""
        return Scored(None, None, None, self._working(why, "未计分", key))

    def left_out(self) -> Scored:
        """Does not apply."""
        return Scored(None, None, None, self._working("不适用，不计入总分，其余按比例换算", "—", ""), True)

    def _working(self, formula: str, result: str, key: str) -> Working:
        actual = self.actual
        value = f"{actual.value:f}" if isinstance(actual.value, Decimal) else str(actual.value or "")
        inputs = {"实际完成值": f"{value}{actual.unit or ''}" if value else actual.status.zh}
        if self.reading is not None:
            inputs["指标值"] = self.reading.raw
        inputs["分值"] = f"{self.points:f}"
        if actual.numerator is not None and actual.denominator is not None:
            inputs["分子"], inputs["分母"] = f"{actual.numerator:f}", f"{actual.denominator:f}"
        if actual.measure:
            inputs["口径"], inputs["记录数"] = actual.measure, str(actual.rows)
        also = ("pass_line_percent",) if key == "quantitative" else ()  # of the pack that has one
        return Working("得分", formula, inputs, result, self.rules.cites(key, *also) if key else ())


def score(
    reading: TargetReading | None, actual: Actual, points: Decimal, rules: Rules, *, tolerance: Decimal,
    satisfaction: bool = False,
) -> Scored:  # fmt: skip
    """The points of an indicator.

    Args:
        reading: the target as it is judged; None where the indicator has none.
        actual: its actual value.
        points: its points when reached (分值).
        rules: the law of scoring.
        tolerance: how far below “about so many” still counts as reached, a share.
        satisfaction: whether it asks how satisfied people are, which a pack may score by steps.
    """
    asked = _Asked(reading, actual, points, rules)
    if actual.status is ActualStatus.NOT_APPLICABLE:
        return asked.left_out()
    if actual.value is None or actual.status in (ActualStatus.INSUFFICIENT, ActualStatus.UNDECIDABLE):
        return asked.unscored("没有实际完成值，不计分，不得报送")
    if isinstance(actual.value, str):
        return _in_words(asked, actual.value)
    if declared := _declared(actual):
        return asked.earned(_shared(declared))
    if actual.judgement is not None and (reading is None or _only_judged(reading)):
        return _by_verdict(asked)
    if reading is None:
        return asked.unscored("没有指标值，不计分")
    if satisfaction and rules.satisfaction_steps and actual.unit == "%":
        share = next((s for least, s in rules.satisfaction_steps if actual.value >= least), Decimal(0))
        return asked.earned(_Part(Fraction(share) / 10, "满意度按区间赋分"), "satisfaction_steps")
    if len(reading.clauses) > 1 and reading.join not in ("or", "grade"):
        return asked.unscored("一项指标含几个目标，须逐个有实际完成值，不计分")
    if any(_of_another_kind(c, actual.unit) for c in reading.clauses):
        return asked.unscored("实际完成值与指标值单位不同，不计分")
    value = exact_value(actual.value, actual)
    parts = [_clause(c, value, rules, Fraction(tolerance)) for c in reading.clauses]
    if not parts or any(p is None for p in parts):
        return asked.unscored("指标值不能计分，须由人评定")
    return asked.earned(_best([p for p in parts if p]))


def decimal_of(number: Fraction) -> Decimal:
    """A fraction as a decimal, rounded once at 28 digits."""
    return Decimal(number.numerator) / Decimal(number.denominator)


def exact_value(value: Decimal, actual: Actual) -> Fraction:
    """A rate from its own parts, which were not rounded, where they make the value; else the value."""
    top, bottom = actual.numerator, actual.denominator
    if actual.unit == "%" and top is not None and bottom:
        rate = Fraction(top) / Fraction(bottom) * 100
        if rounded(decimal_of(rate), 6) == rounded(value, 6):
            return rate
    return Fraction(value)


def _only_judged(reading: TargetReading) -> bool:
    """Targets without a number of their own: trends, deliverables."""
    return all(c.number is None for c in reading.clauses)


def _of_another_kind(clause: Clause, unit: str | None) -> bool:
    """A rate in answer to a number of things, or the other way round: dividing one by the other means nothing."""
    return clause.number is not None and bool(clause.dim and unit) and (clause.dim == "ratio") != (unit == "%")


def _declared(actual: Actual) -> list[_Part]:
    """Several things promised by one indicator, each with its own figure beside the value: “done / promised”."""
    parts = []
    for name, said in actual.extras.items():
        if name.startswith("part:"):
            done, promised = (Fraction(figure) for figure in said.split(" / "))
            share = min(max(done, _NOTHING) / promised, _ONE) if promised > 0 else _ONE
            parts.append(_Part(share, f"{name.removeprefix('part:')} {said}"))
    return parts


def _shared(parts: Sequence[_Part]) -> _Part:
    """Several conditions share the points equally."""
    formulas = "；".join(p.formula for p in parts)
    return _Part(sum((p.share for p in parts), _NOTHING) / len(parts), f"{len(parts)} 个条件平分分值：{formulas}")


def _best(parts: Sequence[_Part]) -> _Part:
    """The only condition, or of alternatives and grades the best."""
    if len(parts) == 1:
        return parts[0]
    over = max((p.over for p in parts if p.over is not None), default=None)
    return _Part(max(p.share for p in parts), f"取其高：{'；'.join(p.formula for p in parts)}", over)


def _clause(clause: Clause, value: Fraction, rules: Rules, tolerance: Fraction) -> _Part | None:
    if clause.kind is TargetKind.DELIVERABLE and clause.number is None:
        return _Part(Fraction(value >= 1), "完成得满分，未完成不得分")
    if clause.number is None:
        return None
    number = Fraction(clause.number)
    if clause.op == "in":
        return _between(clause, value)
    if clause.op in _DOWN:
        return _at_most(clause.op == "<", value, number, rules)
    if clause.op == "==" and number == 0:
        return _Part(Fraction(value <= 0), "指标值为0：等于0得满分，否则不得分")
    if clause.op == "~" and value >= (least := number * (1 - tolerance)):
        return _Part(_ONE, f"约数：不低于 {decimal_of(least).normalize():f} 得满分", _over(value, number))
    if clause.op == ">" and value == number:
        # 10号 does not tell > from ≥; the ratio gives all points, but nothing is no more than nothing.
        said = "（等于界限，严格说未超过，已按得满分计并提示）" if number > 0 else "：不大于界限，不得分"
        return _Part(Fraction(number > 0), f"实际完成值÷指标值×分值{said}" if number > 0 else f"指标值为0{said}")
    if value >= number:
        return _Part(_ONE, "达到指标值得满分", _over(value, number))
    if number <= 0:
        return _Part(_NOTHING, "未达到，不得分")
    share, about = max(value, _NOTHING) / number, "约数：" if clause.op == "~" else ""
    if rules.pass_line is None:
        return _Part(share, f"{about}实际完成值÷指标值×分值")
    line = Fraction(rules.pass_line) / 100
    if share < line:
        return _Part(_NOTHING, f"{about}完成比例低于及格线 {rules.pass_line:f}%，不得分")
    said = f"（完成比例−{rules.pass_line:f}%）÷（1−{rules.pass_line:f}%）×分值"
    return _Part((share - line) / (1 - line), about + said)


def _over(value: Fraction, number: Fraction) -> Fraction | None:
    return value / number * 100 if number > 0 and value > number else None


def _at_most(strict: bool, value: Fraction, number: Fraction, rules: Rules) -> _Part:
    if value < number or (value == number and not strict):
        return _Part(_ONE, "不超过指标值得满分")
    if number <= 0:
        return _Part(_NOTHING, "指标值为0：未低于0不得分" if strict else "指标值为0：超过不得分")
    said = "（等于界限，严格说未低于，已按得满分计并提示）" if value == number else ""
    if rules.lower_is_better == "inverse_ratio":
        return _Part(number / value, f"指标值÷实际完成值×分值{said}")
    return _Part(max(1 - (value - number) / number, _NOTHING), f"（1−超出部分÷指标值）×分值，超出一倍不得分{said}")


def _between(clause: Clause, value: Fraction) -> _Part | None:
    if clause.number is None or clause.number2 is None or clause.base == "plan":
        return None
    low, high = Fraction(clause.number), Fraction(clause.number2)
    if low <= value <= high:
        return _Part(_ONE, "在区间内得满分")
    bound = low if value < low else high
    away = abs(value - bound) / abs(bound) if bound else _ONE
    return _Part(max(1 - away, _NOTHING), "（1−偏离÷界限）×分值")


def _in_words(asked: _Asked, value: str) -> Scored:
    """是 or 否 in full or not at all; a day on or after its term; a grade inside its band, at the place people chose."""
    if value in _YES:
        return _yes_or_no(asked, _YES[value])
    if (found := _on_day(asked, value)) is not None:
        return asked.earned(found)
    actual, bands, place = asked.actual, list(asked.rules.bands.items()), _BANDS_OF_GRADES.get(value)
    if place is None or place >= len(bands):
        return asked.unscored("实际完成值不能计分", "qualitative_bands")
    percent = _percent(actual.extras.get("band"))
    if percent is None:
        return asked.unscored("定性指标没有选定档内分值，不计分", "qualitative_bands")
    if not actual.extras.get("attachment"):
        return asked.unscored("定性指标没有佐证，不计分", "qualitative_bands")
    name, (high, low) = bands[place]
    said = f"{percent.normalize():f}%"
    if not low <= percent <= high or (place and percent == high):
        return asked.unscored(f"所选 {said} 不在“{name}”一档（{low:f}%–{high:f}%），不计分", "qualitative_bands")
    return asked.earned(_Part(Fraction(percent) / 100, f"“{name}”一档内评定 {said}"), "qualitative_bands")


def _percent(text: str | None) -> Decimal | None:
    try:
        number = Decimal(text or "")
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _yes_or_no(asked: _Asked, said: bool) -> Scored:
    judgement = asked.actual.judgement
    if judgement == "undecidable":
        return asked.unscored("不能判定，不计分")
    wanted = not (asked.reading and any(c.value is False for c in asked.reading.clauses))
    met = said is wanted if judgement is None else judgement == "met"
    return asked.earned(_Part(Fraction(met), "是/否：达到得满分，否则不得分"))


def _on_day(asked: _Asked, value: str) -> _Part | None:
    """A day against the term of the target; None where one of them is not a day."""
    clauses = asked.reading.clauses if asked.reading else ()
    try:
        day = datetime.date.fromisoformat(value)
        term = datetime.date.fromisoformat(clauses[0].by or "") if len(clauses) == 1 else None
    except ValueError:
        return None
    if term is None:
        return None
    if day <= term:
        return _Part(_ONE, "按期完成得满分")
    if asked.rules.late != "ratio":
        return _Part(_NOTHING, f"逾期 {(day - term).days} 天，不得分")
    start = datetime.date(term.year, 1, 1)
    share = Fraction((term - start).days + 1, (day - start).days + 1)
    return _Part(share, f"逾期 {(day - term).days} 天：年初至期限的天数÷年初至完成的天数×分值")


def _by_verdict(asked: _Asked) -> Scored:
    if asked.actual.judgement not in ("met", "not_met"):
        return asked.unscored("不能判定，不计分")
    return asked.earned(_Part(Fraction(asked.actual.judgement == "met"), "达到得满分，未达到不得分"))

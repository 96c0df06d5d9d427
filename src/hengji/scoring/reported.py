"""What a filled-in form reports: an actual value, points and rates as printed, read without giving the benefit of a guess.

The actual value is read with the grammar of target values: a number with its unit, a day, yes or no, or words such as
部分达成. Where a text can be meant in two ways both are kept; what can be meant in no way known is left alone.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import NamedTuple

from hengji.model.table import Indicator
from hengji.model.target import Clause, TargetKind, TargetReading
from hengji.model.units import Dimension, dimension_of
from hengji.scoring.rules import HUNDRED
from hengji.scoring.self_limits import Limits
from hengji.targets import read_target

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_SIGNS = (("大于等于", "≥"), ("小于等于", "≤"), (">=", "≥"), ("<=", "≤"), ("≧", "≥"), ("≦", "≤"), ("═", "="))
_NUMERIC = (TargetKind.COUNT, TargetKind.THRESHOLD, TargetKind.APPROX)
# Units of one measure as multiples of one of them; the part behind a stroke (元/人) has to be the same.
_SAME = (
    {"元": 1, "百元": 100, "千元": 1000, "万元": 10**4, "百万元": 10**6, "千万元": 10**7, "亿元": 10**8},
    {"秒": 1, "分钟": 60, "小时": 3600, "个小时": 3600, "天": 86400, "日": 86400},
    {"米": 1, "公里": 1000, "千米": 1000, "km": 1000, "m": 1},
    {"克": 1, "公斤": 1000, "千克": 1000, "kg": 1000, "吨": 10**6},
    {"平方米": 1, "㎡": 1, "公顷": 10**4, "平方公里": 10**6},
)

_SCALES = {"万": 10**4, "亿": 10**8}


class Value(NamedTuple):
    """A number in the unit of the target, and half a unit of its last printed digit (0 for things counted)."""

    number: Decimal
    slack: Decimal


class Reported(NamedTuple):
    """An actual value as reported: its text, how it reads, and whether it repeats the target (also with its sign)."""

    text: str
    reading: TargetReading
    copied: bool
    word: str | None

    @property
    def clause(self) -> Clause | None:
        """Its only number; None where there is none, or several."""
        found = self.numbers
        return found[0] if len(found) == 1 else None

    @property
    def numbers(self) -> tuple[Clause, ...]:
        """Its numbers that stand for one value each."""
        return tuple(c for c in self.reading.clauses if c.kind in _NUMERIC and c.number is not None)

    @property
    def with_sign(self) -> bool:
        """Whether it is a condition (≥6600次) and not a value."""
        return any(c.op in (">=", ">", "<=", "<", "in") and not c.op_implicit for c in self.reading.clauses)


def reported(indicator: Indicator, limits: Limits, year: int | None) -> Reported | None:
    """The actual value of an indicator as reported; None where the cell is empty."""
    text = indicator.actual
    if text is None or not text.strip():
        return None
    target = indicator.annual_target or indicator.whole_term_target
    copied = target is not None and folded(text) == folded(target)
    reading = read_target(text, "", year)
    return Reported(text, reading, copied, None if _digits(text) else word_of(text, limits))


def word_of(text: str, limits: Limits) -> str | None:
    """Which of the words of filled-in forms a text is: not_applicable, partly, missed or reached; None for others."""
    if limits.says("not_applicable", text):
        return "not_applicable"
    if limits.says("partly", text):
        return "partly"
    if limits.says("missed", text):
        return "missed"
    return "reached" if limits.says("reached", text) else None


def value_in(target: Clause, actual: Clause) -> tuple[Value, ...]:
    """The number of an actual value in the unit of the target: one, two where it can be meant so or so, none where not comparable."""
    number, unit = actual.number, actual.unit
    assert number is not None  # callers ask for numbers only
    exact = actual.dim == Dimension.COUNT or (unit is None and number == number.to_integral_value())
    slack = Decimal(0) if exact or actual.scale else last_half(number)
    plain = Value(number, slack)
    if unit is None:
        times = _SCALES.get(target.scale or "")
        if times:  # sign, number and unit in columns: the 万 stands in the unit's column and goes for both
            return plain, Value(number * times, slack * times)
        if target.unit == "%" and 0 < number <= 1 < (target.number or 0):
            return plain, Value(number * HUNDRED, slack * HUNDRED)
        return (plain,)
    if unit == target.unit or target.unit is None:
        return (plain,)
    factor = _factor(unit, target.unit)
    if factor is not None:
        return (Value(number * factor, slack * factor),)
    both = (dimension_of(unit), dimension_of(target.unit))
    return (plain,) if both == (Dimension.COUNT, Dimension.COUNT) else ()


def other_measure(target: Clause, actual: Clause) -> bool:
    """Whether two known units measure different things (件 and %)."""
    mine, theirs = dimension_of(target.unit), dimension_of(actual.unit)
    return Dimension.NONE not in (mine, theirs) and mine is not theirs


def folded(text: str) -> str:
    """A text without blanks and widths, with one way of writing a sign."""
    found = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).rstrip("。;,")
    for written, sign in _SIGNS:
        found = found.replace(written, sign)
    return found.removeprefix("=")


def printed(text: str | None) -> Decimal | None:
    """The number in a cell of points (10, 9.80, 94分), with its printed digits; None where there is none, or several."""
    if text is None:
        return None
    found = _NUMBER.findall(unicodedata.normalize("NFKC", text).replace(",", ""))
    return Decimal(found[0]) if len(found) == 1 else None


def last_half(number: Decimal) -> Decimal:
    """Half a unit of the last printed digit."""
    exponent = number.as_tuple().exponent
    return Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0) / 2


def _digits(text: str) -> bool:
    return any(c.isdigit() for c in text)


def _factor(unit: str, wanted: str) -> Decimal | None:
    mine, _, per = unit.partition("/")
    theirs, _, other = wanted.partition("/")
    for family in _SAME:
        if mine in family and theirs in family and per == other:
            return Decimal(family[mine]) / family[theirs]
    return None

"""The parts of a scored line, read back from its working: numerator and denominator of a rate, value and unit of a number."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import NamedTuple

from hengji.model.evaluation import Line
from hengji.targets import read_target

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_SIX = Decimal("0.000001")
_CENT = Fraction(1, 100)
_AT_LEAST = (">=", ">", "==")


class Rate(NamedTuple):
    """A rate by its parts."""

    numerator: Fraction
    denominator: Fraction


class Number(NamedTuple):
    """A number with its unit; `%` for a rate."""

    value: Fraction
    unit: str


def rate_of(line: Line) -> Rate | None:
    """Numerator and denominator of the actual value of a line; None where it is no rate, or has no parts.

    Parts that do not make the printed value (an index that only carries two figures beside it) are no rate.
    """
    number, inputs = number_of(line), _inputs(line)
    top, bottom = _decimal(inputs.get("分子")), _decimal(inputs.get("分母"))
    if number is None or number.unit != "%" or top is None or not bottom:
        return None
    rate = Fraction(top) / Fraction(bottom) * 100
    if _rounded(rate) != _rounded(number.value):
        return None
    return Rate(Fraction(top), Fraction(bottom))


def number_of(line: Line) -> Number | None:
    """The actual value of a line as a number with its unit; None where it is a word, a day, or not there."""
    said = _inputs(line).get("实际完成值") or line.actual or ""
    found = _NUMBER.match(said)
    if line.actual is None or found is None or said[found.end() :][:1] == "-":  # a day begins like a number
        return None
    return Number(Fraction(found.group()), said[found.end() :].strip())


class Done(NamedTuple):
    """How far a line was reached (0 to 1) and by what division."""

    share: Fraction
    said: str


def done(line: Line, year: int | None) -> Done | None:
    """How far a line was reached; None where it was not scored.

    A number against one “at least” is divided exactly; everything else by the points it earned, which were rounded.
    """
    if line.points is None or not line.max_points:
        return None
    actual, rate = number_of(line), rate_of(line)
    target = read_target(_inputs(line).get("指标值") or line.target or "", line.name, year)
    clauses = [c for c in target.clauses if c.number is not None]
    if (
        actual
        and len(target.clauses) == len(clauses) == 1
        and clauses[0].op in _AT_LEAST
        and (clauses[0].number or 0) > 0
    ):
        same = (clauses[0].unit or "") == actual.unit
        value = rate.numerator / rate.denominator * 100 if rate else actual.value
        share = max(min(value / Fraction(clauses[0].number or 1), Fraction(1)), Fraction(0))
        # Where the line was scored by another rule (steps, a pass line), its points stand.
        if same and abs(share * Fraction(line.max_points) - Fraction(line.points)) <= _CENT:
            return Done(share, f"实际 {line.actual} ÷ 指标值 {clauses[0].number:f}{actual.unit}")
    return Done(Fraction(line.points) / Fraction(line.max_points), f"得分 {line.points:f} ÷ 分值 {line.max_points:f}")


def decimal_of(number: Fraction) -> Decimal:
    """A fraction as a decimal with up to six places."""
    short = _rounded(number).normalize()
    return short.quantize(Decimal(1)) if short == short.to_integral_value() else short


def _rounded(number: Fraction) -> Decimal:
    return (Decimal(number.numerator) / Decimal(number.denominator)).quantize(_SIX)


def _inputs(line: Line) -> dict[str, str]:
    return dict(line.workings[-1].inputs) if line.workings else {}


def _decimal(text: str | None) -> Decimal | None:
    try:
        number = Decimal(text or "")
    except InvalidOperation:
        return None
    return number if number.is_finite() else None

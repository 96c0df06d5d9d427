"""One indicator of one unit as a part that adds up: numbers add, rates by numerator and denominator, words by distribution.

Parts form a sum: the order does not matter, and units one by one give what all of them give at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from hengji.model.evaluation import Line
from hengji.scoring.frames_parts import number_of, rate_of
from hengji.targets import read_target

BANDS = ("达成", "部分达成", "未达成")
_BAND_OF = {"优": 0, "良": 0, "中": 1, "差": 2, "是": 0, "否": 2}
_NOTHING = Fraction(0)


class Kind(StrEnum):
    """How a value adds up."""

    NUMBER = "number"
    RATE = "rate"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Part:
    """Figures of one indicator over some units; what one unit lacks is kept by the unit's name.

    `numerator` and `denominator` are sums over the units whose rate has parts, `by_money` and `money` over all that
    have a rate and a budget; `bands` counts units by BANDS; `targets` holds each text of a target with how many have
    it, `aims` the sum of the targets' numbers by (sign, unit).
    """

    number: int
    kinds: frozenset[tuple[Kind, str]] = frozenset()
    value: Fraction = _NOTHING
    numerator: Fraction = _NOTHING
    denominator: Fraction = _NOTHING
    by_money: Fraction = _NOTHING
    money: Fraction = _NOTHING
    bands: tuple[int, int, int] = (0, 0, 0)
    units: frozenset[str] = frozenset()
    without_parts: frozenset[str] = frozenset()
    without_money: frozenset[str] = frozenset()
    missing: frozenset[str] = frozenset()
    left_out: frozenset[str] = frozenset()
    targets: Mapping[str, int] = field(default_factory=dict)
    aims: Mapping[tuple[str, str], tuple[Fraction, int]] = field(default_factory=dict)

    def __add__(self, other: Part) -> Part:
        first, second, third = (a + b for a, b in zip(self.bands, other.bands, strict=True))
        return Part(
            min(self.number, other.number), self.kinds | other.kinds, self.value + other.value,
            self.numerator + other.numerator, self.denominator + other.denominator, self.by_money + other.by_money,
            self.money + other.money, (first, second, third), self.units | other.units,
            self.without_parts | other.without_parts, self.without_money | other.without_money,
            self.missing | other.missing, self.left_out | other.left_out,
            {t: self.targets.get(t, 0) + other.targets.get(t, 0) for t in (*self.targets, *other.targets)},
            {k: _both(self.aims.get(k), other.aims.get(k)) for k in (*self.aims, *other.aims)},
        )  # fmt: skip


def part_of(line: Line, unit: str, money: Fraction | None) -> Part:
    """The part of one unit's line; `money` is the unit's budget, by which a rate without parts is weighted."""
    target = line.target or ""
    blank = Part(line.number, units=frozenset((unit,)))
    if line.not_applicable:
        return Part(line.number, left_out=frozenset((unit,)))
    if line.actual is None or line.points is None:
        return Part(line.number, missing=frozenset((unit,)))
    known = Part(line.number, units=blank.units, targets={target: 1} if target else {}, aims=_aims(line))
    number, rate = number_of(line), rate_of(line)
    if number is None:
        band = _BAND_OF.get(line.actual, 0 if line.points == line.max_points else 2)
        counted = tuple(int(place == band) for place in range(len(BANDS)))
        return known + Part(line.number, frozenset(((Kind.WORDS, ""),)), bands=(counted[0], counted[1], counted[2]))
    if number.unit != "%":
        return known + Part(line.number, frozenset(((Kind.NUMBER, number.unit),)), number.value)
    exact = rate.numerator / rate.denominator * 100 if rate else number.value
    weight = money if money and money > 0 else None
    return known + Part(
        line.number,
        frozenset(((Kind.RATE, "%"),)),
        numerator=rate.numerator if rate else _NOTHING,
        denominator=rate.denominator if rate else _NOTHING,
        by_money=exact * weight if weight else _NOTHING,
        money=weight or _NOTHING,
        without_parts=frozenset() if rate else frozenset((unit,)),
        without_money=frozenset() if weight else frozenset((unit,)),
    )


def _aims(line: Line) -> dict[tuple[str, str], tuple[Fraction, int]]:
    clauses = read_target(line.target or "", line.name, None).clauses
    if len(clauses) != 1 or clauses[0].number is None:
        return {}
    return {(clauses[0].op or "", clauses[0].unit or ""): (Fraction(clauses[0].number), 1)}


def _both(one: tuple[Fraction, int] | None, other: tuple[Fraction, int] | None) -> tuple[Fraction, int]:
    (a, n), (b, m) = one or (_NOTHING, 0), other or (_NOTHING, 0)
    return a + b, n + m

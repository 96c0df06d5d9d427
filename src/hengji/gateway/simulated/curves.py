"""Values of an outlet minute by minute: a wandering level, the hours of the day, noise; and what tampering makes of them.

Everything follows from the outlet's name and the hour, so that data can be asked for again and come out the same.
"""

from __future__ import annotations

import datetime
import math
import random
from collections.abc import Sequence

from hengji.gateway.simulated.plan import HOUR, Factor, Moment, Outlet

EPOCH = datetime.datetime(2000, 1, 1)
KNOT_HOURS = 6
KEPT_HOURS = 4
O2_OF_STANDARD = 9.0
"""Reference oxygen of the conversion; an example."""
Minutes = list[float]


class Curves:
    """The values of one outlet."""

    def __init__(self, outlet: Outlet) -> None:
        self._outlet = outlet
        self._hours: dict[Moment, dict[str, Minutes]] = {}

    def hour(self, begin: Moment) -> dict[str, Minutes]:
        """Sixty values for each factor, as the device reports them; `begin` is a full hour."""
        if begin not in self._hours:
            if len(self._hours) >= KEPT_HOURS:
                del self._hours[next(iter(self._hours))]
            self._hours[begin] = self._tampered(begin)
        return self._hours[begin]

    def _true(self, begin: Moment) -> dict[str, Minutes]:
        found = {f.code: self._values(f, begin) for f in self._outlet.factors}
        if self._outlet.fault(begin + HOUR / 2, "F") is not None:
            for factor in self._outlet.factors:
                if factor.limit or factor.code == self._outlet.flow:
                    found[factor.code] = [0.0] * 60
                elif factor.code == self._outlet.oxygen:
                    found[factor.code] = [round(20.6 + 0.01 * n % 0.3, factor.places) for n in range(60)]
        return found

    def _values(self, factor: Factor, begin: Moment) -> Minutes:
        name = self._outlet.name
        chance = random.Random(f"{name}/{factor.code}/{begin:%Y%m%d%H}")
        load = 0.5 * self._level("load", begin) + 0.25 * math.sin(2 * math.pi * (begin.hour - 9) / 24)
        level = 0.6 * self._level(factor.code, begin) + (
            load if factor.limit or factor.code == self._outlet.flow else 0
        )
        if factor.held:  # an analyser that measures once an hour
            value = factor.median * math.exp(factor.sigma * (level + 0.35 * chance.gauss(0, 1)))
            return [round(value, factor.places)] * 60
        drift = chance.gauss(0, 0.2)
        return [
            round(
                factor.median * math.exp(factor.sigma * (level + drift * n / 60 + 0.3 * chance.gauss(0, 1))),
                factor.places,
            )
            for n in range(60)
        ]

    def _level(self, what: str, begin: Moment) -> float:
        hours = int((begin - EPOCH) / HOUR)
        knot, part = divmod(hours, KNOT_HOURS)
        one, two = (random.Random(f"{self._outlet.name}/{what}/knot/{n}").gauss(0, 1) for n in (knot, knot + 1))
        return one + (two - one) * part / KNOT_HOURS

    def _tampered(self, begin: Moment) -> dict[str, Minutes]:
        values = self._true(begin)
        for spell in self._outlet.tampering:
            if spell.covers(begin):
                factor = next((f for f in self._outlet.factors if f.code == spell.factor), None)
                if spell.kind == "stopped_running":
                    # Said to stand still, while flow and temperature go on.
                    for one in self._outlet.factors:
                        if one.limit:
                            values[one.code] = [0.0] * 60
                elif factor is not None:
                    values |= self._touched(spell.kind, spell.by, factor, spell.begin, begin, values)
        return values

    def _touched(
        self, kind: str, by: float, factor: Factor, since: Moment, begin: Moment, values: dict[str, Minutes]
    ) -> dict[str, Minutes]:
        code, own = factor.code, values[factor.code]
        if kind == "constant":
            return {code: [self._true(since)[code][0]] * 60}
        if kind == "smooth":
            base, chance = self._true(since)[code][0], random.Random(f"{self._outlet.name}/smooth/{begin:%Y%m%d%H}")
            return {code: [round(base * (1 + 0.004 * chance.gauss(0, 1)), factor.places)] * 60}
        if kind == "copied":
            days = (begin - since) // datetime.timedelta(days=1) + 1
            return {code: self._true(begin - days * 24 * HOUR)[code]}
        if kind == "near_limit":
            top = factor.limit or factor.median * 1.5
            chance = random.Random(f"{self._outlet.name}/near/{begin:%Y%m%d%H}")
            if factor.held:
                return {code: [round(top * chance.uniform(0.93, 0.99), factor.places)] * 60}
            return {code: [round(top * chance.uniform(0.93, 0.99), factor.places) for _ in own]}
        if kind == "oxygen_raised":
            oxygen = self._outlet.oxygen
            raised = [min(20.5, value + 5 + 2 * by) for value in values[oxygen]]
            thinned = {
                f.code: [round(v * (20.9 - new) / (20.9 - old), f.places)
                         for v, new, old in zip(values[f.code], raised, values[oxygen], strict=True)]
                for f in self._outlet.factors if f.limit
            }  # fmt: skip
            return {**thinned, oxygen: [round(value, 2) for value in raised]}
        return {code: [round(value * by, factor.places) for value in own]}  # parameter: slope set down


def mean(values: Sequence[float]) -> float:
    """The arithmetic mean."""
    return sum(values) / len(values)


def converted(value: float, oxygen: float) -> float:
    """A concentration converted to the reference oxygen."""
    return value * (21 - O2_OF_STANDARD) / max(21 - oxygen, 0.5)

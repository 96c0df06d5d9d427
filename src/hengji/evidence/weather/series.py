"""Daily air and weather as arrays, and the composite index of such days.

Everything here is a statistic: floats, unlike the official figures, which `standards.air` makes in exact numbers.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from hengji.evidence.standards import air

VARIABLES = ("temperature", "humidity", "pressure", "boundary_layer", "rain", "wind_speed", "wind_east", "wind_north")


@dataclass(frozen=True)
class Series:
    """Days with the six pollutants (in the order of `POLLUTANTS`) and the weather.

    `air` is days × 6 in the units of the standard, `weather` days × variables, both without gaps; `label` says where
    the series comes from, 模拟数据 where it was generated.
    """

    days: tuple[datetime.date, ...]
    air: Any
    weather: Any
    variables: tuple[str, ...] = VARIABLES
    label: str = ""

    def of(self, year: int) -> Series:
        """The days of one year."""
        return self.take([n for n, day in enumerate(self.days) if day.year == year])

    def take(self, places: Sequence[int] | Any) -> Series:
        """Some of the days."""
        days = tuple(self.days[n] for n in places)
        return Series(days, self.air[places], self.weather[places], self.variables, self.label)


def limits_of(on: datetime.date) -> Any:
    """The limits of the edition in force on a day, in the order of `POLLUTANTS`."""
    by = air.limits(on).by_pollutant
    return np.array([float(by[p]) for p in air.POLLUTANTS])


def index(daily: Any, limits: Any) -> float:
    """The composite index of days × 6: means, 95th percentile of CO, 90th of O3, each share rounded to two places."""
    levels = daily.mean(axis=0)
    for name, share in (("CO", 95), ("O3", 90)):
        place = air.POLLUTANTS.index(name)
        levels[place] = np.percentile(daily[:, place], share)
    return float(np.round(levels / limits, 2).sum())

"""Seeded chance: days that look like office days, long tails, shares that come out exactly."""

from __future__ import annotations

import datetime
import itertools
import math
import random
from collections.abc import Sequence
from decimal import Decimal
from functools import cache

import chinese_calendar

_ONE_DAY = datetime.timedelta(days=1)
_WEEKEND, _OFFICE_WEEKEND, _SEASON = 0.55, 0.0, 0.25


class Draw(random.Random):
    """A source of chance that is the same for the same name."""

    def on(self, year: int, pattern: str, months: tuple[int, int] = (1, 12)) -> datetime.date:
        """A day of the year: fewer at weekends and in winter, none of them for `workday`."""
        days, weights = _weighted_days(year, pattern, months)
        return self.choices(days, cum_weights=weights)[0]

    def tail(self, median: float, sigma: float) -> float:
        """A long-tailed length."""
        return median * math.exp(sigma * self.gauss(0, 1)) if sigma else median

    def at(self, on: datetime.date, hours: Sequence[int]) -> datetime.datetime:
        """A moment of the day between two hours."""
        return datetime.datetime.combine(on, datetime.time()) + datetime.timedelta(
            seconds=self.randrange(hours[0] * 3600, hours[1] * 3600)
        )

    def number(self, low: float, high: float, places: int = 0) -> Decimal:
        """A number between two others."""
        return rounded(self.uniform(low, high), places)

    def some(self, size: int, n: int) -> set[int]:
        """n different places among `size`."""
        return set(self.sample(range(size), min(n, size)))


def draw(*names: object) -> Draw:
    """A source of chance with a name; seeding by text is the same in every process."""
    return Draw("/".join(map(str, names)))


def rounded(number: float, places: int) -> Decimal:
    """A float as a Decimal of so many places."""
    return Decimal(f"{number:.{places}f}")


def is_workday(on: datetime.date) -> bool:
    """Whether offices are open; by weekday alone in years that the calendar of holidays does not know."""
    try:
        return bool(chinese_calendar.is_workday(on))
    except NotImplementedError:
        return on.weekday() < 5


@cache
def _weighted_days(year: int, pattern: str, months: tuple[int, int]) -> tuple[list[datetime.date], list[float]]:
    weekend = _OFFICE_WEEKEND if pattern == "workday" else _WEEKEND
    on, days, weights = datetime.date(year, 1, 1), [], []
    while on.year == year:
        if months[0] <= on.month <= months[1]:
            season = 1 - _SEASON * math.cos(2 * math.pi * (on.timetuple().tm_yday - 15) / 365)
            days.append(on)
            weights.append(season * (1 if is_workday(on) else weekend))
        on += _ONE_DAY
    return days, list(itertools.accumulate(weights))

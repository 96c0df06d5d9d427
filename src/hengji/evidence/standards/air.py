"""GB 3095 and HJ 663: valid days, percentiles and the composite index of the air, in exact numbers."""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

POLLUTANTS = ("PM2.5", "PM10", "SO2", "NO2", "CO", "O3")
DAY_HOURS = 20
"""Hours that a valid daily mean needs."""
YEAR_DAYS = 324
"""Valid days that a year needs."""
WINDOW_HOURS, WINDOWS = 6, 14
"""Hours that a running mean of eight needs, and how many such means a day needs."""


class Limits(NamedTuple):
    """By pollutant, what a concentration is divided by; the document, and whether its figures were checked."""

    by_pollutant: Mapping[str, Fraction]
    document: str
    verified: bool


@cache
def editions() -> tuple[dict[str, Any], ...]:
    """All editions, the oldest first."""
    return tuple(tomllib.loads(files(__package__).joinpath("air.toml").read_text("utf-8"))["edition"])


def limits(on: datetime.date) -> Limits:
    """The limits of the edition in force on a day; before the first one those of the first."""
    law = next((e for e in reversed(editions()) if e["from"] <= on), editions()[0])
    return Limits({name: Fraction(value) for name, value in law["limits"].items()}, law["document"], law["verified"])


def single_index(level: Fraction, limit: Fraction) -> Fraction:
    """A concentration over its limit, rounded half-even to two places; the composite index is the sum of these."""
    return Fraction(round(level / limit * 100), 100)  # round() of a Fraction is half-even


def percentile(values: Sequence[Fraction], share: Fraction) -> Fraction:
    """The value at place 1 + (n - 1)·share, linear between neighbours (HJ 663, appendix A)."""
    ordered = sorted(values)
    below, rest = divmod((len(ordered) - 1) * share, 1)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * rest


def level_of(pollutant: str, days: Sequence[Fraction]) -> Fraction:
    """The concentration that stands for a period: the mean, of CO the 95th, of O3 the 90th percentile of its days."""
    if pollutant in ("CO", "O3"):
        return percentile(days, Fraction(95 if pollutant == "CO" else 90, 100))
    return sum(days, Fraction(0)) / len(days)

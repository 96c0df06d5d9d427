"""GB 3095 and HJ 663: valid days, percentiles and the composite index of the air, in exact numbers."""

from __future__ import annotations

import datetime
import math
import tomllib
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

POLLUTANTS = ("PM2.5", "PM10", "SO2", "NO2", "CO", "O3")


class Limits(NamedTuple):
    """By pollutant, what a concentration is divided by; the document, and whether its figures were checked.

    `day` and `hour` are the limits of a day (O3: its greatest 8-hour mean) and of an hour, where there is one.
    """

    by_pollutant: Mapping[str, Fraction]
    document: str
    verified: bool
    day: Mapping[str, Fraction]
    hour: Mapping[str, Fraction]


_KEYS = {"PM2.5": "PM2.5", "PM10": "PM10", "NO2": "NO2", "SO2": "SO2", "O3_8h_p90": "O3", "CO_p95": "CO"}


class Aqi(int):
    """The air quality index of a day, with the pollutants that make it (none where it is 50 or less) and all IAQI."""

    primary: tuple[str, ...]
    by_item: Mapping[str, int]

    def __new__(cls, value: int, primary: tuple[str, ...], by_item: Mapping[str, int]) -> Aqi:
        """The index with its pollutants."""
        made = super().__new__(cls, value)
        made.primary, made.by_item = primary, by_item
        return made


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("air.toml").read_text("utf-8"))


@cache
def editions() -> tuple[dict[str, Any], ...]:
    """All editions of the limits, the oldest first."""
    return tuple(_data()["edition"])


def iaqi(item: str, concentration: Decimal, on: datetime.date) -> int | None:
    """The individual index of a concentration (µg/m³, CO mg/m³) by the edition in force on a day, rounded up.

    `item` is pollutant and mean: SO2_24h, SO2_1h, NO2_24h, NO2_1h, PM10_24h, PM25_24h, CO_24h, CO_1h, O3_1h, O3_8h.
    None above the table's reach, where the standard says not to report, and for a negative concentration.

    Raises:
        KeyError: there is no such item.
    """
    law = next((e for e in reversed(_data()["iaqi"]) if e["from"] <= on), _data()["iaqi"][0])
    row: list[int] = law["rows"][item]
    if law["whole"]:
        concentration = concentration.quantize(Decimal("0.1") if item.startswith("CO") else Decimal(1), ROUND_HALF_EVEN)
    if concentration < 0:
        return None
    for place in range(1, len(row)):
        low, high = row[place - 1], row[place]
        if concentration <= high:
            below, above = map(int, law["index"][place - 1 : place + 1])
            return math.ceil(Fraction(above - below, high - low) * (Fraction(concentration) - low) + below)
    beyond: int | None = law["beyond"].get(item)
    return beyond


def aqi(daily: Mapping[str, Decimal], on: datetime.date) -> Aqi | None:
    """The index of a day: the largest IAQI of its items, keyed as for `iaqi`; None where no item gives one."""
    found = {item: index for item, value in daily.items() if (index := iaqi(item, value, on)) is not None}
    if not found:
        return None
    worst = max(found.values())
    return Aqi(worst, tuple(i for i, v in found.items() if v == worst) if worst > 50 else (), found)


def composite_index(
    values: Mapping[str, Decimal], on: datetime.date, weights: Mapping[str, Decimal] | None = None
) -> Decimal:
    """The composite index of a period: each concentration over its limit, rounded half-even to two places, summed.

    `values` are keyed PM2.5, PM10, NO2, SO2 (means), O3_8h_p90 and CO_p95. `weights` by the same keys are 1 where none
    are given; others are said of the 2026 edition by secondary sources only.

    Raises:
        KeyError: an unknown key.
    """
    by = limits(on).by_pollutant
    total = sum(
        (single_index(Fraction(v), by[_KEYS[k]]) * Fraction((weights or {}).get(k, 1)) for k, v in values.items()),
        Fraction(0),
    )
    return Decimal(round(total * 100)).scaleb(-2)


def limits(on: datetime.date) -> Limits:
    """The limits of the edition in force on a day; before the first one those of the first."""
    law = next((e for e in reversed(editions()) if e["from"] <= on), editions()[0])
    year, day, hour = ({n: Fraction(v) for n, v in law[kind].items()} for kind in ("limits", "day", "hour"))
    return Limits(year, law["document"], law["verified"], day, hour)


def statistics(on: datetime.date) -> Mapping[str, Any]:
    """The row of HJ 663 in force on a day: hours and days that are needed, percentiles, places, `verified`."""
    rows: list[dict[str, Any]] = _data()["statistics"]
    return next((e for e in reversed(rows) if e["from"] <= on), rows[0])


def change(now: Decimal, before: Decimal) -> Decimal:
    """By how many percent an index rose (or fell, below zero), to one place, half-even.

    Raises:
        ZeroDivisionError: there was nothing before.
    """
    return Decimal(round(Fraction(now - before) / Fraction(before) * 1000)).scaleb(-1)


def ranks(indexes: Mapping[str, Decimal]) -> Mapping[str, int]:
    """The place of each district, the smallest index first; equal ones share a place and the next is left out.

    That places are left out after equals is custom, not checked in the ranking regulation.
    """
    return {name: 1 + sum(other < index for other in indexes.values()) for name, index in indexes.items()}


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

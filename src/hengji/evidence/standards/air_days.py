"""HJ 663: from hours to valid days, and from days to what is judged of a period, in exact numbers.

These work on one station (or one city) in memory; the measure asks the engine for the same by expressions.
"""

from __future__ import annotations

import calendar
import datetime
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from hengji.evidence.standards.air import level_of, limits, percentile, statistics

WINDOW = 8
UNITS = {"μg/m³": 1, "mg/m³": 1000}  # as the register writes them
FULL_YEAR = 365


class Hour(NamedTuple):
    """One reading: the hour of the day (0 to 23), its value, whether the station marked it valid."""

    hour: int
    value: Decimal | None
    valid: bool = True


class Assessment(NamedTuple):
    """A pollutant over a period: its level and percentile with their limits; `meets` is None where days lack.

    `short` names what lacks days: "year" or "YYYY-MM". `unverified` are the documents whose figures were not checked.
    """

    level: Fraction | None
    percentile: Fraction | None
    meets: bool | None
    days: int
    short: tuple[str, ...]
    unverified: tuple[str, ...]


def in_unit(pollutant: str, value: Decimal, unit: str) -> Decimal:
    """A concentration in the unit of the standard: mg/m³ for CO, µg/m³ for all others.

    Raises:
        KeyError: another unit.
    """
    unit = unit.replace("µ", "μ").replace("ug", "μg").replace("m3", "m³")  # micro sign and Greek mu are both written
    factor = Decimal(UNITS[unit]) / UNITS["mg/m³" if pollutant == "CO" else "μg/m³"]
    return value * factor


def usable(readings: Iterable[Hour]) -> tuple[dict[int, Fraction], Counter[str]]:
    """The values by hour, and how many readings were left out: `invalid`, `empty`, `negative` or `duplicate`.

    Zero counts: below detection is a measurement. Of an hour that is there twice the larger value counts.
    """
    values: dict[int, Fraction] = {}
    left: Counter[str] = Counter()
    for hour, value, valid in readings:
        if not valid or value is None or value < 0:
            left["invalid" if not valid else "empty" if value is None else "negative"] += 1
            continue
        if hour in values:
            left["duplicate"] += 1
        values[hour] = max(values.get(hour, Fraction(0)), Fraction(value))
    return values, left


def daily_mean(hours: Mapping[int, Fraction], on: datetime.date) -> Fraction | None:
    """The mean of a day; None with fewer hours than the edition of that day asks for."""
    if len(hours) < statistics(on)["day_hours"]:
        return None
    return sum(hours.values(), Fraction(0)) / len(hours)


def greatest_eight_hours(hours: Mapping[int, Fraction], on: datetime.date) -> Fraction | None:
    """The greatest of the day's 17 running means of eight hours (O3).

    None where too few of them are valid, unless one is above the limit of the day all the same.
    """
    law = statistics(on)
    means = []
    for start in range(24 - WINDOW + 1):
        inside = [hours[h] for h in range(start, start + WINDOW) if h in hours]
        if len(inside) >= law["window_hours"]:
            means.append(sum(inside, Fraction(0)) / len(inside))
    if not means or (len(means) < law["windows"] and max(means) <= limits(on).day["O3"]):
        return None
    return max(means)


def rounded(pollutant: str, value: Fraction, on: datetime.date) -> Decimal:
    """A daily value as it is published, half-even: whole µg/m³, CO to a tenth of mg/m³."""
    places: int = statistics(on)["places"][pollutant]
    return Decimal(round(value * 10**places)).scaleb(-places)


def short_of_days(days: Collection[datetime.date], first: datetime.date, last: datetime.date) -> tuple[str, ...]:
    """Which months that lie wholly in a period, and (for a full year) whether the year, have too few valid days."""
    found = []
    law = statistics(last)
    by_month = Counter((d.year, d.month) for d in days if first <= d <= last)
    year, month = first.year, first.month
    while (begin := datetime.date(year, month, 1)) <= last:
        end = begin.replace(day=calendar.monthrange(year, month)[1])
        need = law["february_days" if month == 2 else "month_days"]
        if first <= begin and end <= last and by_month[year, month] < need:
            found.append(f"{year}-{month:02d}")
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    if (last - first).days + 1 >= FULL_YEAR and by_month.total() < law["year_days"]:
        found.append("year")
    return tuple(found)


def without_dust(
    pollutant: str, daily: Mapping[datetime.date, Fraction], dust: Collection[datetime.date], on: datetime.date
) -> Mapping[datetime.date, Fraction]:
    """The days without those of sand-dust, for the pollutants that are adjusted; of others all days."""
    if pollutant not in statistics(on)["dust_items"]:
        return daily
    return {day: value for day, value in daily.items() if day not in dust}


def assess(
    pollutant: str, daily: Mapping[datetime.date, Fraction], first: datetime.date, last: datetime.date
) -> Assessment:
    """Judge a pollutant over a period by the edition of its last day.

    Its level is held against the annual limit, its percentile against that of a day. For CO and O3 the level is that percentile itself. A period that lacks days is not judged.
    """
    law, rule = limits(last), statistics(last)
    unverified = tuple(
        r for r, known in ((law.document, law.verified), (rule["document"], rule["verified"])) if not known
    )
    inside = {day: value for day, value in daily.items() if first <= day <= last}
    short = short_of_days(inside, first, last)
    if not inside:
        return Assessment(None, None, None, 0, short, unverified)
    values = list(inside.values())
    level = level_of(pollutant, values)
    high = percentile(values, Fraction(rule["percentile"][pollutant], 100))
    fits = level <= law.by_pollutant[pollutant] and high <= law.day[pollutant]
    return Assessment(level, high, None if short else fits, len(values), short, unverified)

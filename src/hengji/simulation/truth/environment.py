"""The environment itself: water within its class, the composite index of the air, the rank among districts."""

from __future__ import annotations

import datetime
import tomllib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any

from hengji.model.binding import ActualStatus, Period
from hengji.simulation.truth.answer import HUNDRED, Answer, nothing, rate
from hengji.simulation.truth.records import Records, Row, day, within

Params = Mapping[str, Any]
POLLUTANTS = ("PM2.5", "PM10", "SO2", "NO2", "CO", "O3")
_DAILY_HOURS, _YEAR_DAYS = 20, 324
_WINDOW_HOURS, _WINDOWS = 6, 14
_FULL_YEAR = 365


@cache
def standards() -> dict[str, Any]:
    """The limits that the truth is computed with."""
    return tomllib.loads(files("hengji.simulation.truth").joinpath("standards.toml").read_text("utf-8"))


def water_compliance_rate(records: Records, params: Params, period: Period) -> Answer:
    """Samplings within the class among samplings, by number, by volume, or sections always within it."""
    register = params["register"]
    date = params.get("date") or records.time(register)
    samplings: dict[tuple[str, datetime.date], list[Row]] = defaultdict(list)
    for row in records.fitting(register, params.get("filter")):
        if within(row.get(date), period):
            samplings[row["section"], day(row[date])].append(row)
    basis = params.get("basis", "times")
    cases: list[tuple[Fraction, Fraction]] = []
    sections: dict[str, bool] = {}
    short = False
    for (section, _), rows in samplings.items():
        fits = _sampling_fits(rows, params["items"], params.get("class", "Ⅲ"))
        if fits is None:
            short = True
            continue
        volume = next((Fraction(r["volume"]) for r in rows if r.get("volume") is not None), Fraction(0))
        size = volume if basis == "volume" else Fraction(1)
        cases.append((size if fits else Fraction(0), size))
        sections[section] = sections.get(section, True) and fits
    if basis == "section":
        cases = [(Fraction(fits), Fraction(1)) for fits in sections.values()]
    return rate(cases, records.held(register), short=short)


def _sampling_fits(rows: Sequence[Row], items: Sequence[str], wanted: str) -> bool | None:
    """Whether every item is within its limit; None where one is missing or its detection limit is too high to say."""
    law = standards()["surface_water"]
    answers = []
    for item in items:
        mine = [r for r in rows if r.get("item") == item]
        answers.append(
            None if not mine else _all([_value_fits(r, law["aliases"].get(item, item), wanted) for r in mine])
        )
    return _all(answers)


def _all(answers: Sequence[bool | None]) -> bool | None:
    return None if None in answers else all(answers)


def _value_fits(row: Row, item: str, wanted: str) -> bool | None:
    law = standards()["surface_water"]
    value, floor = row.get("value"), row.get("detection_limit")
    if item in law["range"]:
        low, high = (Fraction(x) for x in law["range"][item])
        return None if value is None else low <= Fraction(value) <= high
    place = law["classes"].index({"I": "Ⅰ", "II": "Ⅱ", "III": "Ⅲ", "IV": "Ⅳ", "V": "Ⅴ"}.get(wanted, wanted))
    limit = Fraction(law["limits"][item][place])
    if value is not None:
        return Fraction(value) >= limit if item in law["at_least"] else Fraction(value) <= limit
    if floor is None or item in law["at_least"]:
        return None
    return True if Fraction(floor) <= limit else None


def composite_index_change(records: Records, params: Params, period: Period) -> Answer:
    """Change of the composite index against the same days of the year before, in percent; rows are pollutant-days."""
    register = params.get("register", "air_quality")
    if not records.held(register):
        return nothing(ActualStatus.INSUFFICIENT)
    limits = _air_limits(period.as_of)
    rows = records.fitting(register, params.get("filter"))
    now, days_now = _index(rows, period, limits)
    then, days_then = _index(rows, period.before(), limits)
    if now is None or then is None:
        return nothing(ActualStatus.INSUFFICIENT)
    return Answer(ActualStatus.OK, HUNDRED * (now - then) / then, now - then, then, days_now + days_then)


def _air_limits(on: datetime.date) -> dict[str, Fraction]:
    edition = next(e for e in standards()["air"] if "until" not in e or on <= e["until"])
    return {name: Fraction(limit) for name, limit in edition["limits"].items()}


def _index(rows: Sequence[Row], period: Period, limits: Mapping[str, Fraction]) -> tuple[Fraction | None, int]:
    """Sum of the pollutants' shares of their limits, each rounded half-even to two places; None where days lack."""
    daily = _daily(rows, period)
    total, days = Fraction(0), 0
    for pollutant in POLLUTANTS:
        values = daily.get(pollutant, [])
        days += len(values)
        if not values or (period.days >= _FULL_YEAR and len(values) < _YEAR_DAYS):
            return None, days
        if pollutant == "CO":
            level = percentile(values, Fraction(95, 100))
        elif pollutant == "O3":
            level = percentile(values, Fraction(90, 100))
        else:
            level = sum(values, Fraction(0)) / len(values)
        total += Fraction(round(level / limits[pollutant] * 100), 100)  # round() of a Fraction is half-even
    return total, days


def percentile(values: Sequence[Fraction], share: Fraction) -> Fraction:
    """The value at place 1 + (n - 1)·share, linear between neighbours (HJ 663, appendix A)."""
    ordered = sorted(values)
    place = (len(ordered) - 1) * share
    below = place.numerator // place.denominator
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def _daily(rows: Sequence[Row], period: Period) -> dict[str, list[Fraction]]:
    """Valid daily values of the area by pollutant: each station's day, then the mean of the stations."""
    hourly: dict[tuple[str, str, datetime.date], dict[int, Fraction]] = defaultdict(dict)
    for row in rows:
        hour = row["hour"]
        if hour is not None and within(hour, period) and row["flag"] != "无效" and row["value"] is not None:
            hourly[row["pollutant"], row["station"], hour.date()][hour.hour] = row["value"]
    stations: dict[tuple[str, datetime.date], list[Fraction]] = defaultdict(list)
    for (pollutant, _, on), hours in hourly.items():
        value = _eight_hours(hours) if pollutant == "O3" else _mean_day(hours)
        if value is not None:
            stations[pollutant, on].append(value)
    daily: dict[str, list[Fraction]] = defaultdict(list)
    for (pollutant, _), values in stations.items():
        daily[pollutant].append(sum(values, Fraction(0)) / len(values))
    return daily


def _mean_day(hours: Mapping[int, Any]) -> Fraction | None:
    if len(hours) < _DAILY_HOURS:
        return None
    return Fraction(sum(hours.values())) / len(hours)


def _eight_hours(hours: Mapping[int, Any], limit: Fraction = Fraction(160)) -> Fraction | None:
    """Largest of the day's 17 running means of 8 hours; with too few of them only one above the limit counts."""
    means = []
    for start in range(17):
        window = [hours[h] for h in range(start, start + 8) if h in hours]
        if len(window) >= _WINDOW_HOURS:
            means.append(Fraction(sum(window)) / len(window))
    if not means:
        return None
    return max(means) if len(means) >= _WINDOWS or max(means) > limit else None


def met_normalised_change(records: Records, params: Params, period: Period) -> Answer:
    """Not decided from these records alone."""
    return nothing(ActualStatus.INSUFFICIENT)


def rank_change(records: Records, params: Params, period: Period) -> Answer:
    """Rank of the district less its rank a year before: below zero is better."""
    rows = [
        r
        for r in records.fitting("city_ranking", params.get("filter"))
        if r.get("district") == params["district"] and r.get("published_on") is not None
    ]
    ranks = {str(r["period"]): Fraction(r["rank"]) for r in rows}
    if params.get("period", "year") == "year":
        now, then = ranks.get(str(period.year)), ranks.get(str(period.year - 1))
    else:
        months = [f"{period.as_of.month - n:02d}" for n in range(period.as_of.month)]
        pairs = [(ranks.get(f"{period.year}-{m}"), ranks.get(f"{period.year - 1}-{m}")) for m in months]
        now, then = next((p for p in pairs if p[0] is not None and p[1] is not None), (None, None))
    if now is None or then is None:
        return nothing(ActualStatus.INSUFFICIENT)
    return Answer(ActualStatus.OK, now - then, now, then, 2)

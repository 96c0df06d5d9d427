"""The environment itself: water within its class, the composite index of the air, the rank among districts."""

from __future__ import annotations

import calendar
import datetime
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any

from hengji.model.binding import ActualStatus, Period
from hengji.simulation.truth.answer import HUNDRED, Answer, nothing, rate
from hengji.simulation.truth.records import Records, Row, day, within

Params = Mapping[str, Any]
POLLUTANTS = ("PM2.5", "PM10", "SO2", "NO2", "CO", "O3")
_DAILY_HOURS, _MONTH_DAYS, _FEBRUARY_DAYS, _YEAR_DAYS = 20, 27, 25, 324
_WINDOW_HOURS, _WINDOWS = 6, 14
_WEATHER_DAYS = 300
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
        fits = _sampling_fits(rows, items_of(params), params.get("class", "Ⅲ"))
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


def items_of(params: Params) -> Sequence[str]:
    """The items that are judged: those that are named, or those of the set that is."""
    named: Sequence[str] = params.get("items") or standards()["surface_water"]["item_sets"][params["item_set"]]
    return named


def water_class_kept(records: Records, params: Params, period: Period) -> Answer:
    """Sections whose class by the means of the year is not worse than a year before, among those that have both."""
    register = params["register"]
    date = params.get("date") or records.time(register)
    found: dict[str, dict[int, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in records.fitting(register, params.get("filter")):
        for cut in (period.before(), period):
            if within(row.get(date), cut):
                found[row["section"]][cut.year].append(row)
    cases, short = [], False
    for years in found.values():
        if len(years) < 2:
            continue
        before, now = (_class_of_means(years[year], items_of(params)) for year in (period.year - 1, period.year))
        short = short or before is None or now is None
        if before is not None and now is not None:
            cases.append((Fraction(now <= before), Fraction(1)))
    return rate(cases, records.held(register), short=short)


def _class_of_means(rows: Sequence[Row], items: Sequence[str]) -> int | None:
    """The place of the worst class, 0 for the first; None where an item was not measured."""
    law = standards()["surface_water"]
    places = []
    for item in items:
        mine = [r for r in rows if r["item"] == item]
        values = [Fraction(r["value"]) for r in mine if r.get("value") is not None]
        floors = [Fraction(r["detection_limit"]) for r in mine if r.get("value") is None and r.get("detection_limit")]
        if not values and not floors:
            return None
        mean = (sum(values, Fraction(0)) + sum(floors, Fraction(0)) / 2) / (len(values) + len(floors))
        name = law["aliases"].get(item, item)
        if not values:
            mean = max(floors) / 2
        if name in law["range"]:
            low, high = (Fraction(x) for x in law["range"][name])
            places.append(0 if low <= mean <= high else 5)
        else:
            limits = [Fraction(x) for x in law["limits"][name]]
            kept = [mean >= x if name in law["at_least"] else mean <= x for x in limits]
            places.append(kept.index(True) if True in kept else 5)
    return max(places)


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
        dated = daily.get(pollutant, {})
        values = list(dated.values())
        days += len(values)
        if not values or _thin(dated, period):
            return None, days
        if pollutant == "CO":
            level = percentile(values, Fraction(95, 100))
        elif pollutant == "O3":
            level = percentile(values, Fraction(90, 100))
        else:
            level = sum(values, Fraction(0)) / len(values)
        total += Fraction(round(level / limits[pollutant] * 100), 100)  # round() of a Fraction is half-even
    return total, days


def _thin(days: Iterable[datetime.date], period: Period) -> bool:
    """Whether a month that lies wholly in the period, or the whole year, has too few valid days."""
    found = [(d.year, d.month) for d in days]
    for month in range(1, period.as_of.month + 1):
        last = datetime.date(period.year, month, calendar.monthrange(period.year, month)[1])
        needed = _FEBRUARY_DAYS if month == 2 else _MONTH_DAYS
        if last <= period.as_of and found.count((period.year, month)) < needed:
            return True
    return period.days >= _FULL_YEAR and len(found) < _YEAR_DAYS


def percentile(values: Sequence[Fraction], share: Fraction) -> Fraction:
    """The value at place 1 + (n - 1)·share, linear between neighbours (HJ 663, appendix A)."""
    ordered = sorted(values)
    place = (len(ordered) - 1) * share
    below = place.numerator // place.denominator
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def _daily(rows: Sequence[Row], period: Period) -> dict[str, dict[datetime.date, Fraction]]:
    """Valid daily values of the area by pollutant: each station's day, then the mean of the stations."""
    hourly: dict[tuple[str, str, datetime.date], dict[int, Decimal]] = defaultdict(dict)
    for row in rows:
        hour = row["hour"]
        if (
            hour is None
            or not within(hour, period)
            or row["flag"] == "无效"
            or row["value"] is None
            or row["value"] < 0
        ):
            continue
        read, held = _in_own_unit(row), hourly[row["pollutant"], row["station"], hour.date()]
        held[hour.hour] = max(read, held.get(hour.hour, read))
    stations: dict[tuple[str, datetime.date], list[Fraction]] = defaultdict(list)
    for (pollutant, _, on), hours in hourly.items():
        value = _eight_hours(hours) if pollutant == "O3" else _mean_day(hours)
        if value is not None:
            stations[pollutant, on].append(value)
    daily: dict[str, dict[datetime.date, Fraction]] = defaultdict(dict)
    for (pollutant, on), values in stations.items():
        daily[pollutant][on] = sum(values, Fraction(0)) / len(values)
    return daily


def _in_own_unit(row: Row) -> Decimal:
    """The value in mg/m³ for CO, in μg/m³ for all others; without a unit it is in that already."""
    value, unit = Decimal(row["value"]), row.get("unit")
    if row["pollutant"] == "CO":
        return value / 1000 if unit == "μg/m³" else value
    return value * 1000 if unit == "mg/m³" else value


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
    """What was planted into the year: by how many percent its emissions differ from those of the year before.

    Nothing can be known of it with fewer than 300 days of all pollutants and weather in either year. The value is exact;
    a measure can only estimate it, so that its side of zero is what both must agree on.
    """
    register = params.get("register", "air_quality")
    rows, weather = (
        records.fitting(register, params.get("filter")),
        records.fitting("meteorology", params.get("weather")),
    )
    for cut in (period.before(), period):
        known = {r["hour"].date() for r in weather if r.get("hour") is not None and within(r["hour"], cut)}
        daily = _daily(rows, cut)
        if len(known.intersection(*(daily.get(p, {}) for p in POLLUTANTS))) < _WEATHER_DAYS:
            return nothing(ActualStatus.INSUFFICIENT)
    before, now = (records.emissions.get(year) for year in (period.year - 1, period.year))
    if before is None or now is None:
        return nothing(ActualStatus.INSUFFICIENT)
    return Answer(ActualStatus.OK, HUNDRED * (now / before - 1), None, None, 0)


def rank_change(records: Records, params: Params, period: Period) -> Answer:
    """Rank of the district less its rank a year before: below zero is better."""
    published = [r for r in records.fitting("city_ranking", params.get("filter")) if r.get("published_on") is not None]
    ranks = {}
    for row in (r for r in published if r.get("district") == params["district"]):
        place = Fraction(row["rank"])
        if params.get("by", "rank") == "index":
            peers = [r["index"] for r in published if r["period"] == row["period"]]
            place = Fraction(1 + sum(index < row["index"] for index in peers))
        ranks[str(row["period"])] = place
    if params.get("period", "year") == "year":
        now, then = ranks.get(str(period.year)), ranks.get(str(period.year - 1))
    else:
        months = [f"{period.as_of.month - n:02d}" for n in range(period.as_of.month)]
        pairs = [(ranks.get(f"{period.year}-{m}"), ranks.get(f"{period.year - 1}-{m}")) for m in months]
        now, then = next((p for p in pairs if p[0] is not None and p[1] is not None), (None, None))
    if now is None or then is None:
        return nothing(ActualStatus.INSUFFICIENT)
    return Answer(ActualStatus.OK, now - then, now, then, 2)

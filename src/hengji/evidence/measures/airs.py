"""The air: its composite index and the rank among districts."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import ibis
import ibis.expr.types as ir

from hengji.evidence.measures.base import (
    HUNDRED,
    NUMBER,
    Cases,
    Figure,
    Params,
    Scope,
    behind,
    fraction,
    insufficient,
    known,
    no_records,
    number,
    records,
    unchecked,
    within,
)  # fmt: skip
from hengji.evidence.standards import air, air_days
from hengji.model.binding import ActualStatus, Period

_PARTS = 212_520  # what 6 to 8 and 20 to 24 hours all divide
_ITEMS = {"PM2.5": "PM25_24h", "PM10": "PM10_24h", "SO2": "SO2_24h", "NO2": "NO2_24h", "CO": "CO_24h", "O3": "O3_8h"}


def composite_index_change(scope: Scope, params: Params) -> Cases | Figure:
    """Change of the composite index against the same days of the year before, in percent; cases are pollutant-days.

    Both years are divided by the limits that are in force at the end of the period (HJ 663-2013).
    """
    register = params.get("register", "air_quality")
    known(register)
    if not scope.engine.holds(register):
        return no_records(register)
    law, rule = air.limits(scope.period.as_of), air.statistics(scope.period.as_of)
    periods = (scope.period, scope.period.before())
    values = daily_levels(scope, params, register, periods)
    dust = {datetime.date.fromisoformat(str(d)) for d in params.get("dust_days") or ()}
    weights = {name: Fraction(str(w)) for name, w in (params.get("weights") or {}).items()}
    found = [_index(values[p.year], p, law, dust, weights) for p in periods]
    size = sum(days for _, days, _ in found)
    for period, (index, _, short) in zip(periods, found, strict=True):
        if index is None:
            zh, en = f"{period.year} 年有效监测天数不足", f"too few valid days in {period.year}"
            return insufficient(f"{zh}：{short}", f"{en}: {short}", size)
    now, then = (index or Fraction(0) for index, _, _ in found)
    extras = {
        "index": str(Decimal(round(now * 100)).scaleb(-2)), "index_before": str(Decimal(round(then * 100)).scaleb(-2)),
        "standard": law.document, "good_days": _good_days(values[scope.period.year]),
        "change": str(air.change(*(Decimal(round(index * 100)).scaleb(-2) for index in (now, then)))),
    }  # fmt: skip
    for pollutant in air.POLLUTANTS:
        days = values[scope.period.year][pollutant]
        judged = air_days.assess(pollutant, days, scope.period.start, scope.period.as_of)
        # A part of a year has no annual mean to be held against the limits of a year.
        if judged.meets is not None and scope.period.days >= air_days.FULL_YEAR:
            extras[f"meets:{pollutant}"] = "是" if judged.meets else "否"
    if dust:
        extras["dust_days"] = str(len(dust))
    unverified = [
        name for name, known in ((law.document, law.verified), (rule["document"], rule["verified"])) if not known
    ]
    if weights:
        unverified.append("权重 / weights")
    figure = Figure(ActualStatus.OK, HUNDRED * (now - then) / then, now - then, then, size, extras=extras)
    return unchecked(figure, unverified)


def _index(
    daily: Mapping[str, Mapping[datetime.date, Fraction]], period: Period, law: air.Limits,
    dust: Collection[datetime.date], weights: Mapping[str, Fraction],
) -> tuple[Fraction | None, int, str]:  # fmt: skip
    """The composite index of a period (None where days lack), how many days of pollutants there are, and what lacks."""
    total, size = Fraction(0), 0
    for pollutant in air.POLLUTANTS:
        valid = daily.get(pollutant, {})
        kept = air_days.without_dust(pollutant, valid, dust, period.as_of)
        size += len(kept)
        # A day of sand-dust is a valid day that was taken out, not one that is lacking.
        short = air_days.short_of_days(valid.keys(), period.start, period.as_of)
        if short or not kept:
            return None, size, " ".join((pollutant, *short))
        share = air.single_index(air.level_of(pollutant, list(kept.values())), law.by_pollutant[pollutant])
        total += share * weights.get(pollutant, 1)
    return total, size, ""


def _good_days(daily: Mapping[str, Mapping[datetime.date, Fraction]]) -> str:
    """Days with an air quality index up to 100 among days that have all six pollutants; sand-dust is not left out."""
    days = set.intersection(*(set(daily.get(p, {})) for p in air.POLLUTANTS))
    good = 0
    for day_ in days:
        items = {_ITEMS[p]: air_days.rounded(p, daily[p][day_], day_) for p in air.POLLUTANTS}
        index = air.aqi(items, day_)
        good += index is not None and index <= 100
    return f"{good} / {len(days)}"


def daily_levels(
    scope: Scope, params: Params, register: str, periods: tuple[Period, Period]
) -> Mapping[int, Mapping[str, Mapping[datetime.date, Fraction]]]:
    """By year, pollutant and valid day: the mean of the stations."""
    found: dict[int, dict[str, dict[datetime.date, Fraction]]] = {p.year: {} for p in periods}
    for row in scope.engine.run(_days(scope, params, register, periods)):
        value = fraction(row["parts"]) / (_PARTS * row["stations"])
        found[row["on"].year].setdefault(row["pollutant"], {})[row["on"]] = value
    return found


def _days(scope: Scope, params: Params, register: str, periods: tuple[Period, Period]) -> ir.Table:
    """Of each pollutant and valid day how many `stations` have a value, and these added up, in `parts` of a whole."""
    table = records(scope, register, params.get("filter"))
    inside = ibis.or_(*(within(table.hour, p) for p in periods))
    table = table.filter(~table.void & inside & (table.flag != "无效").fill_null(True) & (table.value >= 0))
    table = table.select(
        "station", "pollutant", value=_in_own_unit(table), on=table.hour.date(), h=table.hour.hour()
    )  # fmt: skip
    keys = ["station", "pollutant", "on"]
    # Of an hour that was recorded twice the value that was entered last cannot be told from here: one of them counts.
    table = table.group_by([*keys, "h"]).aggregate(value=table.value.max())
    need = air.statistics(scope.period.as_of)["day_hours"]
    plain = _means(table.filter(table.pollutant != "O3"), keys, range(need, 25))
    valid = plain.select("pollutant", "on", "parts").union(
        _eight_hours(table.filter(table.pollutant == "O3"), keys, periods)
    )
    return valid.group_by(["pollutant", "on"]).aggregate(parts=valid.parts.sum(), stations=valid.count())


def _in_own_unit(table: ir.Table) -> ir.Value:
    """The values in the units of the standard; those that name none are in them already."""
    if "unit" not in table.columns:  # batches that are older than this field
        return table.value
    factors = {(p, u): air_days.in_unit(p, Decimal(1), u) for p in air.POLLUTANTS for u in air_days.UNITS}
    others = [
        ((table.pollutant == p) & (table["unit"] == unit), (table.value * number(factor)).cast(NUMBER))
        for (p, unit), factor in factors.items()
        if factor != 1
    ]
    return ibis.cases(*others, else_=table.value)


def _means(table: ir.Table, keys: list[str], sizes: range) -> ir.Table:
    """The mean of hours by keys where there are so many of them, in `parts`: no quotient is made in the engine."""
    sums = table.group_by(keys).aggregate(total=table.value.sum(), hours=table.count())
    parts = ibis.cases(*((sums.hours == n, _PARTS // n) for n in sizes), else_=0)
    return sums.filter(sums.hours >= sizes.start).select(*keys, parts=sums.total * parts)


def _eight_hours(table: ir.Table, keys: list[str], periods: tuple[Period, Period]) -> ir.Table:
    """Largest of the day's 17 running means of 8 hours; with too few of them only one above the limit counts."""
    law = air.statistics(periods[0].as_of)
    starts = ibis.range(ibis.greatest(table.h - 7, 0), ibis.least(table.h, 16) + 1)
    windows = _means(
        table.select(*keys, "value", start=starts.unnest()), [*keys, "start"], range(law["window_hours"], 9)
    )
    best = windows.group_by(keys).aggregate(parts=windows.parts.max(), means=windows.count())
    now, then = (int(air.limits(p.as_of).day["O3"]) * _PARTS for p in periods)
    limit = ibis.literal(now) if now == then else (best.on >= ibis.literal(periods[0].start)).ifelse(now, then)
    return best.filter((best.means >= law["windows"]) | (best.parts > limit)).select("pollutant", "on", "parts")


def rank_change(scope: Scope, params: Params) -> Cases | Figure:
    """Rank of the district less its rank a year before: below zero is better."""
    if not scope.engine.holds("city_ranking"):
        return no_records("city_ranking")
    table = records(scope, "city_ranking", params.get("filter"))
    table = table.filter(table.published_on.notnull())
    live = scope.engine.run(table.filter(~table.void).select("period", "district", "index", "rank"))
    ranks = _ranks(live, params)
    year, last = scope.period.year, scope.period.as_of.month
    if params.get("period", "year") == "year":
        wanted = [(str(year), str(year - 1))]
    else:
        wanted = [(f"{year}-{m:02d}", f"{year - 1}-{m:02d}") for m in range(last, 0, -1)]
    pair = next(((ranks[a], ranks[b]) for a, b in wanted if a in ranks and b in ranks), None)
    if pair is None:
        return insufficient("没有可比的两期排名", "there are no two rankings to compare")
    if params.get("by", "rank") == "rank":
        table = table.filter(table.district == params["district"])
    told = behind("city_ranking", table, "period")
    return Figure(ActualStatus.OK, pair[0] - pair[1], pair[0], pair[1], 2, behind=told)


def _ranks(rows: Collection[Mapping[str, Any]], params: Params) -> dict[str, Fraction]:
    """By period the place of the district: as it was published, or by the published indexes, equal ones alike."""
    mine = {str(r["period"]): r for r in rows if r["district"] == params["district"]}
    if params.get("by", "rank") == "rank":
        return {period: Fraction(row["rank"]) for period, row in mine.items()}
    found = {}
    for period in mine:
        indexes = {r["district"]: r["index"] for r in rows if r["period"] == period and r["index"] is not None}
        if params["district"] in indexes:
            found[period] = Fraction(air.ranks(indexes)[params["district"]])
    return found

"""The environment itself: water within its class, the composite index of the air, the rank among districts."""

from __future__ import annotations

import datetime
from decimal import Decimal
from fractions import Fraction

import ibis
import ibis.expr.types as ir

from hengji.evidence.measures.base import (
    HUNDRED,
    NUMBER,
    ONE,
    Cases,
    Figure,
    Params,
    Scope,
    as_number,
    day,
    field_of,
    fraction,
    insufficient,
    known,
    no_records,
    records,
    time_of,
    within,
)  # fmt: skip
from hengji.evidence.standards import air, water
from hengji.model.binding import ActualStatus, Period

_FULL_YEAR = 365
_LOWEST, _HIGHEST = Decimal(-(10**13)), Decimal(10**13)  # no limit at this end


def water_compliance_rate(scope: Scope, params: Params) -> Cases | Figure:
    """Samplings within the class among samplings, by number, by volume, or sections always within it."""
    register = params["register"]
    known(register)
    if not scope.engine.holds(register):
        return no_records(register)
    table = records(scope, register, params.get("filter"))
    at = field_of(table, register, params.get("date") or time_of(register))
    table = table.filter(~table.void & within(at, scope.period)).mutate(on=day(at))
    each = _judged(scope, table, params)
    each = each.mutate(
        excluded=ibis.cases(
            (each.had < len(set(params["items"])), ibis.literal("missing_item")), (each.open > 0, ibis.literal("cannot_judge")),
            else_=ibis.null("string"),
        ),
        case=each.section.concat("|", each.on.cast("string")),
    )  # fmt: skip
    basis = params.get("basis", "times")
    blocking = ("missing_item", "cannot_judge")
    name = table.section if basis == "section" else table.section.concat("|", table.on.cast("string"))
    behind = ((register, table.select("record_id", case=name)),)
    if basis == "section":
        sections = each.group_by(case=each.section).aggregate(bad=each.bad.max(), excluded=each.excluded.max())
        return Cases(
            sections.select("case", "excluded", num=as_number(sections.bad == 0), den=ONE),
            None,
            blocking=blocking,
            behind=behind,
        )
    size = each.volume.fill_null(0) if basis == "volume" else ONE.cast(NUMBER)
    zero = ibis.literal(0).cast(NUMBER)
    return Cases(
        each.select("case", "excluded", num=(each.bad == 0).ifelse(size, zero), den=size),
        None,
        blocking=blocking,
        behind=behind,
    )


def _judged(scope: Scope, table: ir.Table, params: Params) -> ir.Table:
    """Of each sampling how many items it `had`, and whether a value breaks its limit (`bad`) or may (`open`)."""
    wanted = params.get("class", "Ⅲ")
    rows = []
    for item in dict.fromkeys(params["items"]):
        law = water.limit(item, wanted, scope.period.as_of)
        # No nulls among them: not every engine takes a table of values with empty decimals.
        rows.append({"name": item, "least": law.least if law.least is not None else _LOWEST,
                     "most": law.most if law.most is not None else _HIGHEST, "by_detection": law.by_detection})  # fmt: skip
    kinds = {"name": "string", "least": "decimal(20,6)", "most": "decimal(20,6)", "by_detection": "boolean"}
    limits = scope.engine.values(rows, kinds)
    joined = table.left_join(limits, table["item"] == limits.name)
    outside = (joined.value < joined.least) | (joined.value > joined.most)
    detected = (joined.by_detection & (joined.detection_limit <= joined.most)).fill_null(False)
    hidden = joined.name.notnull() & joined.value.isnull() & ~detected
    joined = joined.mutate(bad=as_number(outside), open=as_number(hidden))
    return joined.group_by(["section", "on"]).aggregate(
        volume=joined.volume.max(), had=joined.name.nunique(), bad=joined.bad.max(), open=joined.open.max()
    )


def composite_index_change(scope: Scope, params: Params) -> Cases | Figure:
    """Change of the composite index against the same days of the year before, in percent; cases are pollutant-days.

    Both years are divided by the limits that are in force at the end of the period (HJ 663-2013).
    """
    register = params.get("register", "air_quality")
    known(register)
    if not scope.engine.holds(register):
        return no_records(register)
    law = air.limits(scope.period.as_of)
    now, days_now = _index(scope, params, register, scope.period, law)
    then, days_then = _index(scope, params, register, scope.period.before(), law)
    if now is None or then is None:
        which = scope.period.year if now is None else scope.period.year - 1
        return insufficient(f"{which} 年有效监测天数不足", f"too few valid days in {which}", days_now + days_then)
    extras = {"index": f"{float(now):.2f}", "index_before": f"{float(then):.2f}", "standard": law.document}
    note = "" if law.verified else f"{law.document} 限值未经核对"
    return Figure(
        ActualStatus.OK, HUNDRED * (now - then) / then, now - then, then, days_now + days_then, extras=extras, note_zh=note,
        note_en="" if law.verified else f"limits of {law.document} were not checked",
    )  # fmt: skip


def _index(scope: Scope, params: Params, register: str, period: Period, law: air.Limits) -> tuple[Fraction | None, int]:
    daily: dict[str, list[Fraction]] = {}
    sums: dict[tuple[str, datetime.date], tuple[Fraction, int]] = {}
    for row in scope.engine.run(_days(scope, params, register, period)):
        means, stations = sums.get((row["pollutant"], row["on"]), (Fraction(0), 0))
        means += fraction(row["total"]) / row["hours"]
        sums[row["pollutant"], row["on"]] = means, stations + row["stations"]
    for (pollutant, _), (means, stations) in sums.items():
        daily.setdefault(pollutant, []).append(means / stations)
    total, size = Fraction(0), 0
    for pollutant in air.POLLUTANTS:
        values = daily.get(pollutant, [])
        size += len(values)
        if not values or (period.days >= _FULL_YEAR and len(values) < air.YEAR_DAYS):
            return None, size
        total += air.single_index(air.level_of(pollutant, values), law.by_pollutant[pollutant])
    return total, size


def _days(scope: Scope, params: Params, register: str, period: Period) -> ir.Table:
    """Of each pollutant and valid day, by how many hours make a station's value: their sum, and how many `stations`."""
    table = records(scope, register, params.get("filter"))
    table = table.filter(~table.void & within(table.hour, period) & (table.flag != "无效").fill_null(True))
    table = table.filter(table.value.notnull()).select(
        "station", "pollutant", "value", on=table.hour.date(), h=table.hour.hour()
    )
    keys = ["station", "pollutant", "on"]
    # Of an hour that was recorded twice the value that was entered last cannot be told from here: one of them counts.
    table = table.group_by([*keys, "h"]).aggregate(value=table.value.max())
    plain = (
        table.filter(table.pollutant != "O3").group_by(keys).aggregate(total=ibis._.value.sum(), hours=ibis._.count())
    )
    plain = plain.filter(plain.hours >= air.DAY_HOURS)
    ozone = _eight_hours(scope, table.filter(table.pollutant == "O3"), keys, period)
    valid = plain.select(*keys, "total", "hours").union(ozone)
    return valid.group_by(["pollutant", "on", "hours"]).aggregate(total=valid.total.sum(), stations=valid.count())


def _eight_hours(scope: Scope, table: ir.Table, keys: list[str], period: Period) -> ir.Table:
    """Largest of the day's 17 running means of 8 hours; with too few of them only one above the limit counts.

    No quotient is made in the engine: means of 6, 7 or 8 hours are compared by what each comes to in 168 parts.
    """
    starts = scope.engine.values([{"start": s} for s in range(17)], {"start": "int64"})
    windows = table.join(starts, [table.h >= starts.start, table.h < starts.start + 8])
    windows = windows.group_by([*keys, "start"]).aggregate(total=windows.value.sum(), hours=windows.count())
    windows = windows.filter(windows.hours >= air.WINDOW_HOURS)
    parts = ibis.cases((windows.hours == 8, 21), (windows.hours == 7, 24), else_=28)  # 168 / hours
    windows = windows.mutate(mean=windows.total * parts)
    order = ibis.window(group_by=[windows[k] for k in keys], order_by=[ibis.desc(windows.mean), windows.start])
    windows = windows.mutate(place=ibis.row_number().over(order))
    many = ibis.window(group_by=[windows[k] for k in keys])
    windows = windows.mutate(means=windows.start.count().over(many))
    best = windows.filter(windows.place == 0)
    limit = int(air.limits(period.as_of).by_pollutant["O3"]) * 168
    return best.filter((best.means >= air.WINDOWS) | (best.mean > limit)).select(*keys, "total", "hours")


def met_normalised_change(scope: Scope, params: Params) -> Cases | Figure:
    """Not decided from these records alone: the method that takes the weather out is not part of this version."""
    return insufficient(
        "同等气象条件下的变化要用扣除气象影响的方法计算，本版本还没有，不能判定",
        "the change under the same weather needs a method that takes the weather out, which this version lacks",
    )


def rank_change(scope: Scope, params: Params) -> Cases | Figure:
    """Rank of the district less its rank a year before: below zero is better."""
    if not scope.engine.holds("city_ranking"):
        return no_records("city_ranking")
    table = records(scope, "city_ranking", params.get("filter"))
    table = table.filter(~table.void & (table.district == params["district"]) & table.published_on.notnull())
    ranks = {str(r["period"]): Fraction(r["rank"]) for r in scope.engine.run(table.select("period", "rank"))}
    year, last = scope.period.year, scope.period.as_of.month
    if params.get("period", "year") == "year":
        wanted = [(str(year), str(year - 1))]
    else:
        wanted = [(f"{year}-{m:02d}", f"{year - 1}-{m:02d}") for m in range(last, 0, -1)]
    pair = next(((ranks[a], ranks[b]) for a, b in wanted if a in ranks and b in ranks), None)
    if pair is None:
        return insufficient("没有可比的两期排名", "there are no two rankings to compare")
    behind = (("city_ranking", table.select("record_id", case="period")),)
    return Figure(ActualStatus.OK, pair[0] - pair[1], pair[0], pair[1], 2, behind=behind)

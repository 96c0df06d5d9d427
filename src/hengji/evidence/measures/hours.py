"""Time as a quantity: hours of online data, and seconds of a service that should never stop."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import ibis
import ibis.expr.types as ir

from hengji.evidence.measures.base import (
    COUNTS,
    DAY_SECONDS,
    Cases,
    Figure,
    Params,
    Scope,
    as_number,
    behind,
    day,
    epoch,
    field_of,
    fraction,
    known,
    no_records,
    quotient,
    records,
    seconds,
    settled,
)  # fmt: skip

_HOUR = 3600
_FOREVER = epoch(datetime.date(2200, 1, 1))


def transmission_rate(scope: Scope, params: Params) -> Cases | Figure:
    """Hours received in time among hours due, by outlet and factor."""
    return _hours(scope, params, None)


def effective_transmission_rate(scope: Scope, params: Params) -> Cases | Figure:
    """Hours received in time with a valid flag among hours due."""
    return _hours(scope, params, list(params.get("valid_flags", ["N"])))


def _hours(scope: Scope, params: Params, flags: list[str] | None) -> Cases | Figure:
    for register in ("online_data", "outlet"):
        if not scope.engine.holds(register):
            return no_records(register)
    asked = params.get("filter") or params.get("outlets") or {"online_required": True}
    outlets = records(scope, "outlet", asked, live=True)
    due = _due_hours(scope, outlets)
    if (named := params.get("items")) is not None:
        split = scope.engine.values([{"item": i} for i in named], {"item": "string"})
        items = outlets.select("outlet_no").distinct().cross_join(split)
    else:
        split = outlets.mutate(part=outlets["items"].fill_null("").split(";")).select(
            "outlet_no", item=ibis._.part.unnest()
        )
        items = split.mutate(item=split.item.strip()).filter(lambda t: t.item != "").distinct()
    hours = due.group_by("outlet_no").aggregate(hours=due.count())
    asked = settled(items.join(hours, "outlet_no").select("outlet_no", "item", "hours"))
    data = records(scope, "online_data")
    late = (int(params.get("late_days", 10)) * 24 + 1) * _HOUR
    data = data.filter(seconds(data.received_at) <= seconds(data.data_time) + late)
    if flags is not None:
        data = data.filter(data.flag.isin(flags))
    data = data.select("record_id", "void", "outlet_no", "item", hour=seconds(data.data_time)).semi_join(
        due, ["outlet_no", "hour"]
    )
    told = behind("online_data", data, data.outlet_no.concat("|", data["item"]))
    data = data.filter(~data.void).select("outlet_no", "item", "hour").distinct()
    got = data.group_by(["outlet_no", "item"]).aggregate(had=data.count())
    got = got.rename(of_outlet="outlet_no", of_item="item")
    each = asked.left_join(got, [asked.outlet_no == got.of_outlet, asked.item == got.of_item])
    return Cases(
        each.select(case=each.outlet_no.concat("|", each.item), num=each.had.fill_null(0), den=each.hours,
                    excluded=COUNTS),
        None, behind=told,
    )  # fmt: skip


def _due_hours(scope: Scope, outlets: ir.Table) -> ir.Table:
    """For each outlet the hours of the period in its validity and outside of every filed stop, once each."""
    period = scope.period
    days = [{"on": period.start + datetime.timedelta(days=n)} for n in range(period.days)]
    calendar = scope.engine.values(days, {"on": "date"})
    clock = scope.engine.values([{"offset": h * _HOUR} for h in range(24)], {"offset": "int64"})
    valid = outlets.select("outlet_no", begins=day(outlets.valid_from), ends=day(outlets.valid_to)).join(
        calendar,
        [ibis._.begins.isnull() | (ibis._.begins <= calendar.on), ibis._.ends.isnull() | (ibis._.ends >= calendar.on)],
    )
    dates = valid.select("outlet_no", "on").distinct()
    due = settled(dates.cross_join(clock).select("outlet_no", hour=seconds(dates.on) + clock.offset))
    if not scope.engine.holds("stop_notice"):
        return due
    stops = records(scope, "stop_notice")
    stops = stops.filter(~stops.void & stops.from_at.notnull()).select(
        stopped="outlet_no", begin=seconds(stops.from_at), end=seconds(stops.to_at).fill_null(_FOREVER)
    )
    return due.anti_join(stops, [due.outlet_no == stops.stopped, stops.begin <= due.hour, due.hour < stops.end])


def continuous_service(scope: Scope, params: Params) -> Cases | Figure:
    """Minutes covered (or not down) among minutes agreed, by object where there are several."""
    register = params["register"]
    known(register)
    if not scope.engine.holds(register):
        return no_records(register)
    every = _spans(scope, params, register)
    table = every.filter(~every.void)
    agreed = _agreed(scope, params, table)
    # Cut to the time agreed, object by object.
    if params.get("objects"):
        cut = settled(table.join(agreed, table["object"] == agreed.of_object))
    else:
        cut = table.mutate(opens=_literal(_first(scope)), closes=_literal(_last(scope)))
    cut = cut.select(
        "object",
        "planned",
        begin=ibis.greatest(cut.begin, cut.opens),
        end=ibis.least(cut.end, cut.closes),
        opens="opens",
    )
    cut = cut.filter(cut.end > cut.begin)
    whole = agreed.group_by(case="of_object").aggregate(den=(agreed.closes - agreed.opens).sum())
    gap = int(60 * float(params.get("gap_minutes", 0)))
    if params.get("mode", "coverage") == "coverage":
        covered = _length(cut, gap).rename(of_case="object")
        each = whole.left_join(covered, whole.case == covered.of_case)
        cases = each.select("case", "den", num=each.length.fill_null(0), excluded=COUNTS)
    else:
        off = _length(cut.filter(cut.planned), 0).rename(off_case="object", off="length")
        down = _length(cut, 0).rename(down_case="object", down="length")
        each = settled(whole.left_join(off, whole.case == off.off_case).drop("off_case"))
        each = each.left_join(down, each.case == down.down_case)
        free = each.den - each.off.fill_null(0)
        cases = each.select("case", den=free, num=each.den - each.down.fill_null(0), excluded=COUNTS)
    return Cases(cases.filter(cases.den > 0), None, added=_minutes, behind=behind(register, every, "object"))


def _minutes(rows: list[Mapping[str, Any]]) -> Figure:
    num, den = (sum((fraction(r[part]) for r in rows), Fraction(0)) / 60 for part in ("num", "den"))
    return quotient(num, den, sum(r["cases"] for r in rows))


def _spans(scope: Scope, params: Params, register: str) -> ir.Table:
    table = records(scope, register, params.get("filter"))
    begins = field_of(table, register, params.get("from", "from_at"))
    ends = field_of(table, register, params.get("to", "to_at"))
    name, planned = params.get("object"), params.get("planned")
    thing = field_of(table, register, name).cast("string") if name else ibis.literal("")
    known_ = field_of(table, register, planned).fill_null(False) if planned else ibis.literal(False)
    return table.filter(begins.notnull()).select(
        "record_id", "void", object=thing, planned=known_, begin=seconds(begins), end=seconds(ends).fill_null(_FOREVER)
    )


def _agreed(scope: Scope, params: Params, table: ir.Table) -> ir.Table:
    """For each object the times its service was agreed, without overlap."""
    first, last = _first(scope), _last(scope)
    objects = params.get("objects")
    if not objects:
        things = table.select(of_object="object").distinct() if params.get("object") else None
        if things is None:
            things = scope.engine.values([{"of_object": ""}], {"of_object": "string"})
        return things.mutate(opens=_literal(first), closes=_literal(last))
    register = objects["register"]
    if not scope.engine.holds(register):
        return scope.engine.values([], {"of_object": "string", "opens": "int64", "closes": "int64"})
    master = records(scope, register, objects.get("filter"))
    begins = field_of(master, register, objects.get("from", "from_on"))
    ends = field_of(master, register, objects.get("to", "to_on"))
    closes = seconds(ends) + (0 if ends.type().is_timestamp() else DAY_SECONDS)
    spans = master.filter(~master.void & begins.notnull()).select(
        object=field_of(master, register, objects["key"]).cast("string"),
        begin=ibis.greatest(seconds(begins), first), end=ibis.least(closes.fill_null(_FOREVER), last),
    )  # fmt: skip
    islands = _islands(spans.filter(spans.end > spans.begin))
    return islands.select(of_object="object", opens="begin", closes="end")


def _first(scope: Scope) -> int:
    return epoch(scope.period.start)


def _last(scope: Scope) -> int:
    return epoch(scope.period.as_of) + DAY_SECONDS


def _literal(value: int) -> ir.IntegerValue:
    return ibis.literal(value, type="int64")


def _reached(spans: ir.Table, *keys: str) -> ir.Table:
    """With the latest end of all spans before each (`reached`; its own begin where it is the first)."""
    before = ibis.window(group_by=list(keys), order_by=["begin", "end"], preceding=(None, 1))
    return spans.mutate(reached=ibis.coalesce(spans.end.max().over(before), spans.begin))


def _islands(spans: ir.Table) -> ir.Table:
    """Spans that touch or overlap as one, by object."""
    spans = _reached(spans, "object")
    spans = spans.mutate(starts=as_number(spans.begin > spans.reached))
    upto = ibis.cumulative_window(group_by="object", order_by=["begin", "end"])
    spans = spans.mutate(island=spans.starts.sum().over(upto))
    return spans.group_by(["object", "island"]).aggregate(begin=spans.begin.min(), end=spans.end.max())


def _length(spans: ir.Table, gap: int) -> ir.Table:
    """The length of the union of spans of each object, in seconds; gaps of no more than `gap` seconds are in it."""
    spans = _reached(spans, "object", "opens")
    more = ibis.greatest(spans.end - ibis.greatest(spans.begin, spans.reached), 0)
    if gap:
        between = spans.begin - spans.reached
        more = more + ((between > 0) & (between <= gap)).ifelse(between, 0)
    return spans.group_by("object").aggregate(length=more.sum())

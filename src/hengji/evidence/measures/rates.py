"""Rates over records: done, passed, closed, in time, responded, published, updated, obligations, use, satisfaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

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
    amount_of,
    any_of,
    as_number,
    day,
    field_of,
    fraction,
    insufficient,
    known,
    no_records,
    number,
    only,
    passes,
    quotient,
    reason,
    records,
    settled,
    summed_once,
    time_of,
    within,
)  # fmt: skip
from hengji.evidence.measures.cells import spans
from hengji.evidence.measures.clocks import clock_fields, due_in_period, with_due, workdays
from hengji.evidence.measures.counts import dated


def _held(scope: Scope, register: str) -> Figure | None:
    known(register)
    return None if scope.engine.holds(register) else no_records(register)


def completion_rate(scope: Scope, params: Params) -> Cases | Figure:
    """Done among what was due in the period; cancelled for an accepted reason leaves both sides."""
    register = params["register"]
    if none := _held(scope, register):
        return none
    table = records(scope, register, params.get("filter"), params.get("due") or time_of(register))
    done = field_of(table, register, params.get("done", "done_on"))
    return Cases(
        table.select(case=table.record_id, num=as_number(done.notnull()), den=ONE,
                     excluded=reason(table.void, (any_of(table, register, params.get("cancelled")), "cancelled"))),
        register,
    )  # fmt: skip


def pass_rate(scope: Scope, params: Params) -> Cases | Figure:
    """Passed among those examined, by record or by an object's first or last result; overdue without result fails."""
    register = params["register"]
    if none := _held(scope, register):
        return none
    name = params.get("result", "result")
    table = records(scope, register, params.get("filter"))
    result = field_of(table, register, name)
    at = field_of(table, register, params.get("date") or time_of(register))
    inside = within(at, scope.period)
    late: ir.BooleanValue = ibis.literal(False)
    if params.get("overdue"):
        over = day(field_of(table, register, params["overdue"]))
        passed = (over <= ibis.literal(scope.period.as_of)).fill_null(False)
        late = result.isnull() & passed & (inside | (at.isnull() & within(over, scope.period)))
    good = as_number(passes(table, register, {name: list(params.get("passing", ["合格"]))}))
    thing = field_of(table, register, params["object"]) if params.get("object") else ibis.literal("")
    each = table.filter(inside | late).select(
        "record_id", "void", thing=thing, at=at, num=good, examined=result.notnull(), late=late
    )
    why = [(~(each.examined | each.late), "no_result")]
    short = None
    if params.get("object"):
        which = params.get("which", "first")
        counted = each.select("record_id", "thing", "at", "num", "examined", excluded=reason(each.void, *why))
        short = summed_once(
            counted, ["thing"], counted.examined & (counted.excluded == 0), _pick(counted, counted.num, which), den=True
        )
        order = [each["at"], each.record_id]
        order = [ibis.desc(column) for column in order] if which == "final" else order
        window = ibis.window(group_by=[each.thing, each.examined & ~each.void], order_by=order)
        why.append((each.examined & (ibis.row_number().over(window) > 0), "duplicate"))
    return Cases(
        each.select("num", case=each.record_id, den=ONE, excluded=reason(each.void, *why)),
        register,
        short=short,
        again="duplicate",
    )


def _pick(table: ir.Table, value: ir.Value, which: str) -> ir.Value:
    """The value of the first or the last record of a group."""
    order = ibis.struct({"at": table["at"], "record_id": table.record_id})
    return value.argmax(order) if which == "final" else value.argmin(order)


def closed_rate(scope: Scope, params: Params) -> Cases | Figure:
    """Closed among those due (or received) in the period; transferred and withdrawn ones are removed."""
    register = params.get("register", "petition")
    if none := _held(scope, register):
        return none
    table = records(scope, register, params.get("filter"))
    due = ibis.coalesce(
        day(field_of(table, register, params.get("extension", "extended_to"))),
        day(field_of(table, register, params.get("due", "due_on"))),
    )
    received = field_of(table, register, time_of(register))
    cohort = within(received, scope.period)
    if params.get("cohort", "due") == "due":
        cohort = within(due, scope.period) | (due.isnull() & cohort)
    table = table.filter(cohort)
    closed = field_of(table, register, params.get("closed", "closed_on"))
    removed = any_of(table, register, params.get("removed", {"outcome": ["转办", "撤回"]}))
    return Cases(
        table.select(case=table.record_id, num=as_number(closed.notnull()), den=ONE,
                     excluded=reason(table.void, (removed, "removed"), (due.isnull(), "missing_due"))),
        register, blocking=("missing_due",),
    )  # fmt: skip


def ratio_within_deadline(scope: Scope, params: Params) -> Cases | Figure:
    """Done by the effective deadline among those whose deadline lies in the period; undone and overdue fails."""
    register = params["register"]
    if none := _held(scope, register):
        return none
    start = params.get("start") or time_of(register)
    done = params.get("done", "done_on")
    amount = params.get("amount")
    table = only(records(scope, register, params.get("filter")), register, *clock_fields(params), start, done, amount)
    table = due_in_period(scope, table, register, params, start, done)
    size = amount_of(table, register, amount)
    return Cases(
        table.select(case=table.record_id, num=table.in_time.ifelse(size, ibis.literal(0).cast(size.type())), den=size,
                     excluded=reason(table.void, (table.due_day.isnull(), "missing_due"))),
        register, blocking=("missing_due",),
    )  # fmt: skip


def response_rate(scope: Scope, params: Params) -> Cases | Figure:
    """Responded (in time, where there is a limit) among events of the period; false alarms and those not due are out."""
    register = params["register"]
    if none := _held(scope, register):
        return none
    date = params.get("date") or time_of(register)
    false = params.get("false_alarm") or {}
    table = only(dated(scope, params, register), register, *clock_fields(params), *false, date, params["responded"])
    why = [(any_of(table, register, false), "false_alarm")] if false else []
    answer = field_of(table, register, params["responded"])
    done = answer.fill_null(False) if answer.type().is_boolean() else answer.notnull()
    if params.get("limit") or params.get("limits"):
        table = with_due(scope, table, register, params, date, params["responded"])
        answer, done = field_of(table, register, params["responded"]), table.in_time
        why = [(any_of(table, register, false), "false_alarm")] if false else []
        if limits := params.get("limits"):
            named = field_of(table, register, limits["field"]).isin(list(limits["values"])).fill_null(False)
            why.append((table.due_day.isnull() & ~named, "no_limit"))
        why += [
            (table.due_day.isnull(), "no_calendar"),
            (answer.isnull() & (table.due_day > ibis.literal(scope.period.as_of)), "not_due"),
        ]
    cases = table.select(case=table.record_id, num=as_number(done), den=ONE, excluded=reason(table.void, *why))
    return Cases(cases, register)


def disclosure_rate(scope: Scope, params: Params) -> Cases | Figure:
    """Published by the due day among what was due; what the law withholds is out."""
    register = params.get("register", "disclosure")
    if none := _held(scope, register):
        return none
    table = records(scope, register, params.get("filter"), "due_on")
    good = table.published_on <= table.due_on
    return Cases(
        table.select(case=table.record_id, num=as_number(good), den=ONE,
                     excluded=reason(table.void, (table.withheld, "withheld"))),
        register,
    )  # fmt: skip


def update_rate(scope: Scope, params: Params) -> Cases | Figure:
    """Updated by the due day, or checked by then and found unchanged, among data sets due."""
    register = params.get("register", "data_sync")
    if none := _held(scope, register):
        return none
    table = records(scope, register, params.get("filter"), "due_on")
    updated = (table.updated_on <= table.due_on).fill_null(False)
    checked = (table.no_change & (table.checked_on <= table.due_on)).fill_null(False)
    return Cases(
        table.select(case=table.record_id, num=as_number(updated | checked), den=ONE, excluded=reason(table.void)),
        register,
    )


def contract_obligations_met(scope: Scope, params: Params) -> Cases | Figure:
    """Weighted share of obligations due that were met, in part by quantity, else by a day with proof."""
    register = params.get("register", "obligation")
    if none := _held(scope, register):
        return none
    table = records(scope, register, params.get("filter"), "due_on")
    weight = table.weight.fill_null(1)
    counted = (table.quantity_required != 0).fill_null(False)
    met = as_number(table.done_on.notnull() & table.proof.fill_null(False))
    # The engine adds up weights by what was required and what was done; the quotients are made of these afterwards.
    cases = table.select(
        case=table.record_id, num=weight, den=weight, excluded=reason(table.void),
        required=counted.ifelse(table.quantity_required, number(1)),
        had=counted.ifelse(table.quantity_done.fill_null(0), met.cast(NUMBER)),
    )  # fmt: skip
    return Cases(cases, register, by=("required", "had"), added=_obligations)


def _obligations(rows: list[Mapping[str, Any]]) -> Figure:
    num = den = Fraction(0)
    for row in rows:
        weight = fraction(row["num"])
        num += weight * min(fraction(row["had"]) / fraction(row["required"]), Fraction(1))
        den += weight
    return quotient(num, den, sum(r["cases"] for r in rows))


def asset_utilisation(scope: Scope, params: Params) -> Cases | Figure:
    """a: assets used at all among those owned; b: working days used among working days since acceptance."""
    if none := _held(scope, "asset"):
        return none
    period = scope.period
    assets = records(scope, "asset", params.get("filter"))
    assets = assets.filter(assets.accepted_on.notnull() & (assets.state != "报废").fill_null(True))
    if not scope.engine.holds("vehicle_use_log"):
        return no_records("vehicle_use_log")
    logs = records(scope, "vehicle_use_log", dated="used_on", live=True)
    if params.get("reading", "a") == "a":
        used = logs.select("vehicle").distinct()
        joined = assets.left_join(used, assets.source_key == used.vehicle)
        return Cases(
            joined.select(
                case=joined.record_id, num=as_number(joined.vehicle.notnull()), den=ONE, excluded=reason(joined.void)
            ),
            "asset",
        )
    days = [d for d in workdays() if period.start <= d <= period.as_of]
    left = [{"first": d, "days": sum(on >= d for on in days)} for d, _ in spans(period, "day")]
    calendar = scope.engine.values([{"on": d} for d in days], {"on": "date"})
    used = logs.semi_join(calendar, logs.used_on == calendar.on).select("vehicle", "used_on").distinct()
    joined = assets.join(used, [assets.source_key == used.vehicle, assets.accepted_on <= used.used_on])
    used = joined.group_by(asset=joined.record_id).aggregate(used=joined.count())
    since = scope.engine.values([row for row in left if row["days"]], {"first": "date", "days": "int64"})
    assets = assets.select("record_id", "void", since=ibis.greatest(assets.accepted_on, ibis.literal(period.start)))
    each = settled(assets.join(since, assets.since == since["first"]))
    each = each.left_join(used, each.record_id == used.asset)
    return Cases(
        each.select(case=each.record_id, num=each.used.fill_null(0), den=each.days, excluded=reason(each.void)), "asset"
    )


def satisfaction(scope: Scope, params: Params) -> Cases | Figure:
    """Share of valid responses at or above the threshold (percent), or their mean score."""
    for register in ("survey_response", "survey"):
        if none := _held(scope, register):
            return none
    surveys = records(scope, "survey", params.get("filter"), live=True)
    table = only(
        records(scope, "survey_response", dated="answered_on"), "survey_response", "survey_no", "valid", "score"
    )
    table = table.semi_join(surveys.select("survey_no").distinct(), "survey_no")
    mean = params.get("stat", "share") == "mean"
    good = table.score if mean else as_number(table.score >= number(params["threshold"]))
    why = ((~table.valid.fill_null(False), "invalid"), (table.score.isnull(), "no_score"))
    return Cases(
        table.select(case=table.record_id, num=good, den=ONE, excluded=reason(table.void, *why)),
        "survey_response", scale=Fraction(1) if mean else HUNDRED,
        finish=lambda figure: _enough(figure, scope, surveys, int(params.get("minimum_n", 0))),
    )  # fmt: skip


def _enough(figure: Figure, scope: Scope, surveys: ir.Table, least: int) -> Figure:
    """The figure with how many of the forms sent came back; none where fewer valid ones did than are asked for."""
    if figure.cases < least:
        zh, en = f"有效答卷{figure.cases}份，少于起码的{least}份", f"{figure.cases} valid answers, fewer than {least}"
        return insufficient(zh, en, figure.cases, figure.excluded)
    back = figure.cases + sum(n for why, n in figure.excluded.items() if why != "void")
    sent = scope.engine.run(surveys.aggregate(sent=surveys.sent.sum(), unknown=surveys.sent.isnull().sum()))[0]
    known_ = sent["sent"] is not None and not sent["unknown"]
    return replace(figure, extras={"returned": f"{back} / {sent['sent']}" if known_ else str(back)})

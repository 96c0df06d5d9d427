"""Rates over records: done, passed, closed, in time, responded, published, updated, obligations, use, satisfaction."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import ibis
import ibis.expr.types as ir

from hengji.evidence.measures.base import (
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
    known,
    no_records,
    number,
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
from hengji.evidence.measures.clocks import with_due, workdays
from hengji.evidence.measures.counts import dated


def _held(scope: Scope, register: str) -> Figure | None:
    known(register)
    return None if scope.engine.holds(register) else no_records(register)


def completion_rate(scope: Scope, params: Params) -> Cases | Figure:
    """Done among what was due in the period; cancelled for an accepted reason leaves both sides."""
    register = params["register"]
    if none := _held(scope, register):
        return none
    table = records(scope, register, params.get("filter"))
    table = table.filter(within(field_of(table, register, params.get("due") or time_of(register)), scope.period))
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
    table = table.mutate(at=at, late=late, examined=result.notnull()).filter(inside | late)
    again: ir.BooleanValue = ibis.literal(False)
    good = passes(table, register, {name: list(params.get("passing", ["合格"]))})
    open_ = ~(table.examined | table.late)
    short = None
    if params.get("object"):
        thing = field_of(table, register, params["object"])
        order = [table.at, table.record_id]
        if params.get("which", "first") == "final":
            order = [ibis.desc(table.at), ibis.desc(table.record_id)]
        best = _pick(table, as_number(good), params.get("which", "first"))
        groups = table.group_by("examined", "late", "void", thing=thing).aggregate(size=table.count(), num=best)
        groups = groups.mutate(
            once=groups.examined & ~groups.void,
            excluded=reason(groups.void, (~(groups.examined | groups.late), "no_result")),
        )
        short = summed_once(scope, groups, "duplicate", den=True)
        window = ibis.window(group_by=[thing, table.examined & ~table.void], order_by=order)
        table = table.mutate(place=ibis.row_number().over(window))
        again = table.examined & (table.place > 0)
    return Cases(
        table.select(case=table.record_id, num=as_number(good), den=ONE,
                     excluded=reason(table.void, (open_, "no_result"), (again, "duplicate"))),
        register, short=short,
    )  # fmt: skip


def _pick(table: ir.Table, value: ir.Value, which: str) -> ir.Value:
    """The value of the first or the last record of a group."""
    order = ibis.struct({"at": table.at, "record_id": table.record_id})
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
    table = table.mutate(due_day=due).filter(cohort)
    closed = field_of(table, register, params.get("closed", "closed_on"))
    removed = any_of(table, register, params.get("removed", {"outcome": ["转办", "撤回"]}))
    return Cases(
        table.select(case=table.record_id, num=as_number(closed.notnull()), den=ONE,
                     excluded=reason(table.void, (removed, "removed"), (table.due_day.isnull(), "missing_due"))),
        register, blocking=("missing_due",),
    )  # fmt: skip


def ratio_within_deadline(scope: Scope, params: Params) -> Cases | Figure:
    """Done by the effective deadline among those whose deadline lies in the period; undone and overdue fails."""
    register = params["register"]
    if none := _held(scope, register):
        return none
    start = params.get("start") or time_of(register)
    done = params.get("done", "done_on")
    table = with_due(scope, records(scope, register, params.get("filter")), register, params, start, done)
    begun = within(field_of(table, register, start), scope.period)
    table = table.filter(within(table.due_day, scope.period) | (table.due_day.isnull() & begun))
    amount = params.get("amount")
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
    table = dated(scope, params, register)
    answer = field_of(table, register, params["responded"])
    done = answer.fill_null(False) if answer.type().is_boolean() else answer.notnull()
    waiting: ir.BooleanValue = ibis.literal(False)
    if params.get("limit") or params.get("limits"):
        table = with_due(scope, table, register, params, date, params["responded"])
        answer, done = field_of(table, register, params["responded"]), table.in_time
        open_ = answer.isnull() & (table.due_day > ibis.literal(scope.period.as_of))
        waiting = table.due_day.isnull() | open_
    return Cases(
        table.select(case=table.record_id, num=as_number(done), den=ONE,
                     excluded=reason(table.void, (any_of(table, register, params.get("false_alarm")), "false_alarm"),
                                     (waiting, "not_due"))),
        register,
    )  # fmt: skip


def disclosure_rate(scope: Scope, params: Params) -> Cases | Figure:
    """Published by the due day among what was due; what the law withholds is out."""
    register = params.get("register", "disclosure")
    if none := _held(scope, register):
        return none
    table = records(scope, register, params.get("filter"))
    table = table.filter(within(table.due_on, scope.period))
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
    table = records(scope, register, params.get("filter"))
    table = table.filter(within(table.due_on, scope.period))
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
    table = records(scope, register, params.get("filter"))
    table = table.filter(within(table.due_on, scope.period))
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
    logs = records(scope, "vehicle_use_log")
    logs = logs.filter(~logs.void & within(logs.used_on, period))
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
    surveys = records(scope, "survey", params.get("filter"))
    surveys = surveys.filter(~surveys.void).select("survey_no").distinct()
    table = records(scope, "survey_response")
    table = table.semi_join(surveys, "survey_no")
    table = table.filter(within(table.answered_on, scope.period) & table.valid.fill_null(False) & table.score.notnull())
    if params.get("stat", "share") == "mean":
        cases = table.select(case=table.record_id, num=table.score, den=ONE, excluded=reason(table.void))
        return Cases(cases, "survey_response", scale=Fraction(1))
    good = table.score >= number(params["threshold"])
    cases = table.select(case=table.record_id, num=as_number(good), den=ONE, excluded=reason(table.void))
    return Cases(cases, "survey_response")

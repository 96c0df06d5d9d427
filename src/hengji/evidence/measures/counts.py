"""Counts: records, distinct objects, weights, deliverables, parts of a composition, stock over time."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import ibis
import ibis.expr.types as ir

from hengji.evidence.measures.base import (
    HUNDRED,
    NUMBER,
    ONE,
    ZERO,
    Cases,
    Figure,
    Params,
    Scope,
    amount_of,
    as_number,
    day,
    field_of,
    fraction,
    known,
    no_records,
    number,
    passes,
    reason,
    records,
    summed_once,
    time_of,
    within,
)  # fmt: skip
from hengji.evidence.measures.cells import spans
from hengji.model.binding import ActualStatus

_NULL = ibis.null("int64")


def dated(scope: Scope, params: Params, register: str, extra: Params | None = None) -> ir.Table:
    """Records that pass the filter, are members where that is asked, and are dated in the period, as `at`."""
    wanted = {**(params.get("filter") or {}), **(extra or {})}
    table = records(scope, register, wanted)
    at = field_of(table, register, params.get("date") or time_of(register))
    table = table.filter(within(at, scope.period)).mutate(at=at)
    return _members(scope, table, params["member"]) if params.get("member") else table


def _members(scope: Scope, table: ir.Table, member: Params) -> ir.Table:
    """Records whose object has a fitting row in a master register on their day."""
    name = member["register"]
    known(name)
    if not scope.engine.holds(name):
        return table.filter(ibis.literal(False))
    master = records(scope, name, member.get("filter"))
    master = master.filter(~master.void).select(
        member_key=field_of(master, name, member["key"]), begins=master.valid_from, ends=master.valid_to
    )
    on = day(table.at)
    return table.semi_join(
        master,
        [
            table[member["on"]] == master.member_key,
            (master.begins.isnull() | (master.begins <= on)),
            (master.ends.isnull() | (master.ends >= on)),
        ],
    )


def count_records(scope: Scope, params: Params) -> Cases | Figure:
    """Records in the period (or the sum of a field), each once by its `dedupe` fields, none below its minimum."""
    register = params["register"]
    known(register)
    if not scope.engine.holds(register):
        return no_records(register)
    table = dated(scope, params, register)
    low: ir.BooleanValue = ibis.literal(False)
    for name, least in (params.get("minimum") or {}).items():
        low = low | ~(field_of(table, register, name) >= number(least)).fill_null(False)
    table = table.mutate(low=low)
    again: ir.BooleanValue = ibis.literal(False)
    total = params.get("sum")
    short = None
    if params.get("dedupe"):
        alike = [field_of(table, register, f) for f in params["dedupe"]]
        if not total:
            groups = table.group_by(*alike, "void", "low").aggregate(size=table.count())
            groups = groups.mutate(
                once=~(groups.void | groups.low), excluded=reason(groups.void, (groups.low, "below_minimum"))
            )
            short = summed_once(scope, groups.mutate(num=as_number(groups.once)), "duplicate")
        first = ibis.window(group_by=[*alike, table.void | table.low], order_by=[table.at, table.record_id])
        table = table.mutate(place=ibis.row_number().over(first))
        again = table.place > 0
    num = amount_of(table, register, total)
    return Cases(
        table.select(
            case=table.record_id, num=num, den=_NULL,
            excluded=reason(table.void, (table.low, "below_minimum"), (again, "duplicate")),
        ),
        register, rate=False, short=short,
    )  # fmt: skip


def count_distinct(scope: Scope, params: Params) -> Cases | Figure:
    """Different objects with at least one fitting record, improved in that record where improvement is asked."""
    register = params["register"]
    known(register)
    if not scope.engine.holds(register):
        return no_records(register)
    table = dated(scope, params, register)
    table = table.filter(~table.void)
    if params.get("improved"):
        before, after, direction = params["improved"]
        was, now = field_of(table, register, before), field_of(table, register, after)
        table = table.filter(((now > was) if direction == "up" else (now < was)).fill_null(False))
    table = table.mutate(object=field_of(table, register, params.get("object", "enterprise")))
    table = table.filter(table.object.notnull())
    return _each_once(register, table.select("record_id", case=table.object.cast("string")))


def _each_once(register: str, table: ir.Table) -> Cases:
    """A case for each different value of `case`."""
    values = table.select("case").distinct()
    return Cases(
        values.mutate(num=ONE, den=_NULL, excluded=ibis.null("string")), None, rate=False, behind=((register, table),)
    )


def weighted_sum(scope: Scope, params: Params) -> Cases | Figure:
    """Jobs weighted by their contract's table on the day of the job; a job without weight makes the sum unsayable."""
    register = params.get("register", "permit_service")
    known(register)
    if not scope.engine.holds(register):
        return no_records(register)
    table = dated(scope, params, register)
    table = table.mutate(job=field_of(table, register, params.get("by", "job_type")))
    if scope.engine.holds("workload_table"):
        weights = records(scope, "workload_table")
        weights = weights.filter(~weights.void).select(
            of_contract=weights.contract_no, of_job=weights.job_type, weight=weights.weight, begins=weights.valid_from,
            ends=weights.valid_to,
        )  # fmt: skip
        # The weight of each job on each day first: few rows, and the many jobs are then joined by equality alone.
        days = scope.engine.values([{"on": first} for first, _ in spans(scope.period, "day")], {"on": "date"})
        daily = weights.join(
            days,
            [
                (weights.begins.isnull() | (weights.begins <= days.on)),
                (weights.ends.isnull() | (weights.ends >= days.on)),
            ],
        )
        daily = daily.group_by(["of_contract", "of_job", "on"]).aggregate(weight=daily.weight.min())
        table = table.mutate(day_of_job=day(table.at))
        each = table.left_join(
            daily,
            [table.contract_no == daily.of_contract, table.job == daily.of_job, table.day_of_job == daily.on],
        ).select("record_id", "void", "weight")
    else:
        each = table.select("record_id", "void", weight=ibis.null(NUMBER))
    return Cases(
        each.select(case=each.record_id, num=each.weight, den=_NULL,
                    excluded=reason(each.void, (each.weight.isnull(), "no_weight"))),
        register, rate=False, blocking=("no_weight",),
    )  # fmt: skip


def delivered_count(scope: Scope, params: Params) -> Cases | Figure:
    """Deliverables in an accepted state, a file once; by distinct value, or complete sets of the kinds listed."""
    register = params.get("register", "deliverable")
    known(register)
    if not scope.engine.holds(register):
        return no_records(register)
    params = {"date": "submitted_on", **params} if register == "deliverable" else params
    table = dated(scope, params, register)
    if "state" in table.columns and (states := params.get("states", ["通过"])):
        table = table.filter(table.state.isin(states))
    again: ir.BooleanValue = ibis.literal(False)
    short = None
    if "sha256" in table.columns:
        groups = table.group_by("sha256", "void").aggregate(size=table.count())
        groups = groups.mutate(once=~groups.void & groups.sha256.notnull(), excluded=reason(groups.void))
        short = summed_once(scope, groups.mutate(num=groups.once.ifelse(ONE, groups["size"])), "identical_file")
        first = ibis.window(group_by=[table.sha256, table.void], order_by=[table.at, table.record_id])
        table = table.mutate(place=ibis.row_number().over(first))
        again = table.sha256.notnull() & (table.place > 0)
    table = table.mutate(excluded=reason(table.void, (again, "identical_file")))
    if kinds := params.get("sets"):
        table = table.filter(table.kind.isin(kinds))
        cases = table.select("excluded", "kind", case=table.record_id, num=ONE, den=_NULL)
        return Cases(cases, register, rate=False, by=("kind",), added=lambda rows: _sets(rows, kinds))
    if distinct := params.get("distinct"):
        table = table.mutate(value=field_of(table, register, distinct))
        table = table.filter(table.value.notnull() & table.excluded.isnull())
        return _each_once(register, table.select("record_id", case=table.value.cast("string")))
    cases = table.select("excluded", case=table.record_id, num=ONE, den=_NULL)
    return Cases(cases, register, rate=False, short=short)


def _sets(rows: list[Mapping[str, Any]], kinds: list[str]) -> Figure:
    """As many whole sets as there are deliverables of the rarest kind; the numerator is all files."""
    had = {kind: sum(r["cases"] for r in rows if r["kind"] == kind) for kind in kinds}
    files = sum(had.values())
    extras = {f"kind:{kind}": str(n) for kind, n in had.items()}
    return Figure(ActualStatus.OK, Fraction(min(had.values())), Fraction(files), None, files, extras=extras)


def composition_check(scope: Scope, params: Params) -> Cases | Figure:
    """How far each declared part is there, a part at most whole, as a mean in percent."""
    register = params.get("register", "procurement")
    known(register)
    if not scope.engine.holds(register):
        return no_records(register)
    parts = params["parts"]
    table = dated(scope, {**params, "filter": None}, register)
    table = table.mutate(excluded=reason(table.void))
    fits = [passes(table, register, {**(params.get("filter") or {}), **(part.get("filter") or {})}) for part in parts]
    table = table.filter(ibis.or_(*fits))
    for k, (fit, part) in enumerate(zip(fits, parts, strict=True)):
        table = table.mutate(**{f"fits{k}": fit, f"num{k}": amount_of(table, register, part.get("sum"))})
    marks = [table[f"fits{k}"] for k in range(len(parts))]
    tables = [
        table.filter(mark).select("excluded", case=table.record_id, num=table[f"num{k}"].cast(NUMBER), den=_NULL)
        for k, mark in enumerate(marks)
    ]
    # Read once: a record may count in several parts.
    sums = {f"num{k}": table[f"num{k}"].sum(where=mark) for k, mark in enumerate(marks)}
    counts = {f"cases{k}": table.count(where=mark) for k, mark in enumerate(marks)}
    short = table.group_by("excluded").aggregate(**counts, **sums)
    short = short.mutate(cases=sum((short[name] for name in counts), ZERO))
    return Cases(
        ibis.union(*tables) if len(tables) > 1 else tables[0], register, short=short,
        added=lambda rows: _composed(rows, parts),
    )  # fmt: skip


def _composed(rows: list[Mapping[str, Any]], parts: list[Params]) -> Figure:
    needs = [Fraction(str(part["required"])) for part in parts]
    has = [sum((fraction(r[f"num{place}"]) for r in rows), Fraction(0)) for place in range(len(parts))]
    if not needs or 0 in needs:
        return Figure(ActualStatus.NOT_APPLICABLE, note_zh="没有规定数量", note_en="nothing is required")
    share = sum((min(h / n, Fraction(1)) for h, n in zip(has, needs, strict=True)), Fraction(0)) / len(parts)
    extras = {
        f"part:{p.get('name', k + 1)}": f"{h} / {n}" for k, (p, h, n) in enumerate(zip(parts, has, needs, strict=True))
    }
    return Figure(
        ActualStatus.OK, HUNDRED * share, sum(has, Fraction(0)), sum(needs, Fraction(0)), len(parts), extras=extras
    )


def stock_level(scope: Scope, params: Params) -> Cases | Figure:
    """How many there were on an average day (or at least, or at the end); first and last day of each both count."""
    register = params["register"]
    known(register)
    if not scope.engine.holds(register):
        return no_records(register)
    period = scope.period
    table = records(scope, register, params.get("filter"))
    begins = day(field_of(table, register, params.get("from", "from_on")))
    ends = day(field_of(table, register, params.get("to", "to_on")))
    quantity = params.get("quantity")
    size = amount_of(table, register, quantity)
    first, last = ibis.literal(period.start), ibis.literal(period.as_of)
    table = table.mutate(
        first=ibis.greatest(begins, first),
        last=ibis.least(ends.fill_null(last), last),
        size=size,
        known_start=begins.notnull(),
    )
    table = table.filter(table.known_start & (table.first <= table.last))
    cases = table.select(
        "first", "last", case=table.record_id, num=table["size"], den=_NULL, excluded=reason(table.void)
    )
    # Of all the pairs of first and last days only what comes and what goes on each day is asked for.
    pairs = cases.group_by("excluded", "first", "last").aggregate(cases=cases.count(), num=cases.num.sum())
    coming = pairs.group_by("excluded", on=pairs["first"]).aggregate(cases=pairs.cases.sum(), num=pairs.num.sum())
    going = pairs.group_by("excluded", on=pairs["last"]).aggregate(num=pairs.num.sum())
    going = going.select("excluded", "on", cases=ZERO, num=-going.num, later=ONE)
    return Cases(
        cases.drop("first", "last"), register, short=coming.mutate(later=ZERO).union(going),
        added=lambda rows: _levels(rows, scope, params.get("stat", "mean")),
    )  # fmt: skip


def _levels(rows: list[Mapping[str, Any]], scope: Scope, stat: str) -> Figure:
    """Intervals added up: the engine gave how much came on which days, and how much stayed to which (`later` by one)."""
    days = scope.period.days
    change = [Fraction(0)] * (days + 1)
    cases = 0
    for row in rows:
        change[(row["on"] - scope.period.start).days + row["later"]] += fraction(row["num"])
        cases += row["cases"]
    levels, level = [], Fraction(0)
    for n in range(days):
        level += change[n]
        levels.append(level)
    total = sum(levels, Fraction(0))
    found = {"mean": total / days, "min": min(levels), "end": levels[-1]}
    extras = {name: str(value) if value.denominator == 1 else f"{float(value):.2f}" for name, value in found.items()}
    return Figure(ActualStatus.OK, found[stat], total, Fraction(days), cases, extras=extras)

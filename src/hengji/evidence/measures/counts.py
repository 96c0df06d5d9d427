"""Counts: records, distinct objects, weights, deliverables, parts of a composition, stock over time."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import ibis
import ibis.expr.types as ir

from hengji.evidence.measures.base import (
    COUNTS,
    HUNDRED,
    NUMBER,
    ONE,
    ZERO,
    Cases,
    Figure,
    Params,
    Scope,
    amount_of,
    day,
    field_of,
    first_of,
    fraction,
    known,
    no_records,
    number,
    passes,
    reason,
    records,
    settled,
    summed_once,
    time_of,
)  # fmt: skip
from hengji.model.binding import ActualStatus

_NULL = ibis.null("int64")
_BITS = 62
"""How many parts are marked in one column."""


def dated(scope: Scope, params: Params, register: str, extra: Params | None = None) -> ir.Table:
    """Records that pass the filter, are members where that is asked, and are dated in the period."""
    wanted = {**(params.get("filter") or {}), **(extra or {})}
    table = records(scope, register, wanted, _date(params, register))
    return _members(scope, table, params, register) if params.get("member") else table


def date_of(table: ir.Table, params: Params, register: str) -> ir.Value:
    """The field that dates a record: `date`, or the register's own."""
    return field_of(table, register, _date(params, register))


def _date(params: Params, register: str) -> str:
    return params.get("date") or time_of(register)


def _members(scope: Scope, table: ir.Table, params: Params, register: str) -> ir.Table:
    """Records whose object has a fitting row in a master register on their day."""
    member = params["member"]
    name = member["register"]
    known(name)
    if not scope.engine.holds(name):
        return table.filter(ibis.literal(False))
    master = records(scope, name, member.get("filter"), live=True)
    master = master.select(
        member_key=field_of(master, name, member["key"]), begins=master.valid_from, ends=master.valid_to
    )
    on = day(date_of(table, params, register))
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
    why = [(low, "below_minimum")] if params.get("minimum") else []
    total = params.get("sum")
    short = None
    if params.get("dedupe"):
        alike = [field_of(table, register, f) for f in params["dedupe"]]
        if not total:
            named = {f"alike{k}": column for k, column in enumerate(alike)}
            each = table.select(**named, excluded=reason(table.void, *why))
            short = summed_once(each, list(named), each.excluded == 0)
        order = [date_of(table, params, register), table.record_id]
        first = ibis.window(group_by=[*alike, table.void | low], order_by=order)
        why.append((ibis.row_number().over(first) > 0, "duplicate"))
    num = amount_of(table, register, total)
    return Cases(
        table.select(case=table.record_id, num=num, den=_NULL, excluded=reason(table.void, *why)),
        register, rate=False, short=short, again="duplicate",
    )  # fmt: skip


def count_distinct(scope: Scope, params: Params) -> Cases | Figure:
    """Different objects with at least one fitting record, improved in that record where improvement is asked."""
    register = params["register"]
    known(register)
    if not scope.engine.holds(register):
        return no_records(register)
    table = dated(scope, params, register)
    if params.get("improved"):
        before, after, direction = params["improved"]
        was, now = field_of(table, register, before), field_of(table, register, after)
        table = table.filter(((now > was) if direction == "up" else (now < was)).fill_null(False))
    thing = field_of(table, register, params.get("object", "enterprise"))
    table = table.filter(thing.notnull())
    return _each_once(register, table.select("record_id", case=thing.cast("string"), excluded=reason(table.void)))


def _each_once(register: str, table: ir.Table) -> Cases:
    """A case for each different value of `case` among records that count."""
    values = table.filter(table.excluded == 0).select("case").distinct()
    return Cases(values.mutate(num=ONE, den=_NULL, excluded=COUNTS), None, rate=False, behind=((register, table),))


def weighted_sum(scope: Scope, params: Params) -> Cases | Figure:
    """Jobs weighted by their contract's table on the day of the job; a job without weight makes the sum unsayable."""
    register = params.get("register", "permit_service")
    known(register)
    if not scope.engine.holds(register):
        return no_records(register)
    table = dated(scope, params, register)
    job = field_of(table, register, params.get("by", "job_type"))
    jobs = table.select("record_id", "void", "contract_no", job=job, on=day(date_of(table, params, register)))
    # Jobs alike first: they are few, and each kind is priced once.
    same = ["contract_no", "job", "on"]
    kinds = _priced(scope, jobs.group_by(*same).aggregate(size=jobs.count(), void=jobs.void.sum()))
    each = settled(jobs.left_join(kinds, same).select("record_id", "void", "weight"))
    live = kinds["size"] - kinds.void
    excluded = first_of((kinds.weight.isnull() & (live > 0), "no_weight"))
    sums = kinds.group_by(excluded=excluded).aggregate(
        cases=live.sum(), num=(kinds.weight * live).sum(), again=kinds.void.sum()
    )
    return Cases(
        each.select(case=each.record_id, num=each.weight, den=_NULL,
                    excluded=reason(each.void, (each.weight.isnull(), "no_weight"))),
        register, rate=False, blocking=("no_weight",), short=sums.mutate(den=_NULL), again="void",
    )  # fmt: skip


def _priced(scope: Scope, kinds: ir.Table) -> ir.Table:
    """Kinds of jobs with their `weight`: that of the table valid on the day, the least of several, null where there is none."""
    if not scope.engine.holds("workload_table"):
        return kinds.mutate(weight=ibis.null(NUMBER))
    weights = records(scope, "workload_table", live=True)
    weights = weights.select(
        of_contract="contract_no", of_job="job_type", weight="weight", begins="valid_from", ends="valid_to"
    )
    valid = kinds.left_join(
        weights,
        [
            kinds.contract_no == weights.of_contract, kinds.job == weights.of_job,
            weights.begins.isnull() | (weights.begins <= kinds.on), weights.ends.isnull() | (weights.ends >= kinds.on),
        ],
    )  # fmt: skip
    return valid.group_by(*kinds.columns).aggregate(weight=valid.weight.min())


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
    why = []
    short = None
    if "sha256" in table.columns:
        files = table.select("sha256", excluded=reason(table.void))
        short = summed_once(files, ["sha256"], (files.excluded == 0) & files.sha256.notnull())
        order = [date_of(table, params, register), table.record_id]
        first = ibis.window(group_by=[table.sha256, table.void], order_by=order)
        why = [(table.sha256.notnull() & (ibis.row_number().over(first) > 0), "identical_file")]
    excluded = reason(table.void, *why)
    if kinds := params.get("sets"):
        cases = table.select("kind", excluded=excluded, case=table.record_id, num=ONE, den=_NULL)
        cases = cases.filter(cases.kind.isin(kinds))
        return Cases(cases, register, rate=False, by=("kind",), added=lambda rows: _sets(rows, kinds))
    if distinct := params.get("distinct"):
        value = field_of(table, register, distinct).cast("string")
        values = table.select("record_id", excluded=excluded, case=value)
        return _each_once(register, values.filter(values.case.notnull()))
    cases = table.select(excluded=excluded, case=table.record_id, num=ONE, den=_NULL)
    return Cases(cases, register, rate=False, short=short, again="identical_file")


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
    fields = sorted({part["sum"] for part in parts if part.get("sum")})
    fits = {
        f"fits{k}": passes(table, register, {**(params.get("filter") or {}), **(part.get("filter") or {})})
        for k, part in enumerate(parts)
    }
    sums = {f"sum_{name}": amount_of(table, register, name) for name in fields}
    table = table.select("record_id", excluded=reason(table.void), **fits, **sums)
    tables = [
        table.filter(table[f"fits{k}"]).select(
            "excluded", case=table.record_id, num=(table[f"sum_{part['sum']}"] if part.get("sum") else ONE).cast(NUMBER),
            den=_NULL,
        )
        for k, part in enumerate(parts)
    ]  # fmt: skip
    # Read once: a record may count in several parts, so records are added up by which of them they fit: a bit for each part,
    # as one number costs the engine less to group by than a column for each.
    marks: dict[str, ir.IntegerValue] = {}
    for k in range(len(parts)):
        word, bit = _mark(k)
        marks[word] = marks.get(word, ZERO) + table[f"fits{k}"].ifelse(ibis.literal(bit, type="int64"), ZERO)
    short = table.group_by("excluded", **marks).aggregate(
        count=table.count(), **{name: table[name].sum() for name in sums}
    )
    fitting = [(short[word] & bit != 0).cast("int64") for word, bit in map(_mark, range(len(parts)))]
    short = short.mutate(cases=short["count"] * sum(fitting, ZERO)).filter(ibis._.cases > 0)
    return Cases(
        ibis.union(*tables) if len(tables) > 1 else tables[0], register, short=short,
        added=lambda rows: _composed(rows, parts),
    )  # fmt: skip


def _mark(part: int) -> tuple[str, int]:
    """The column and the bit in it that say whether records fit a part."""
    return f"fits{part // _BITS}", 1 << part % _BITS


def _composed(rows: list[Mapping[str, Any]], parts: list[Params]) -> Figure:
    needs = [Fraction(str(part["required"])) for part in parts]
    has = []
    for k, part in enumerate(parts):
        word, bit = _mark(k)
        name = f"sum_{part['sum']}" if part.get("sum") else "count"
        has.append(sum((fraction(r[name]) for r in rows if r[word] & bit), Fraction(0)))
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
    lasting = (begins <= last) & (ends.isnull() | ((ends >= first) & (ends >= begins)))
    table = table.filter(lasting).select(
        case="record_id", num=size, excluded=reason(table.void), first=ibis.greatest(begins, first),
        last=ibis.least(ends.fill_null(last), last),
    )  # fmt: skip
    # What comes and what goes on each day is all that is asked for.
    held = table.select("excluded", "num", "first", "last")
    coming = held.group_by("excluded", on=held["first"]).aggregate(cases=held.count(), num=held.num.sum())
    going = held.group_by("excluded", on=held["last"]).aggregate(num=held.num.sum())
    going = going.select("excluded", "on", cases=ZERO, num=-going.num, later=ONE)
    return Cases(
        table.select("case", "num", "excluded", den=_NULL), register, short=coming.mutate(later=ZERO).union(going),
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

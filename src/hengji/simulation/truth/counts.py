"""Counts: records, distinct objects, weights, deliverables, parts of a composition, stock over time."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from hengji.model.binding import ActualStatus, Period
from hengji.simulation.truth.answer import HUNDRED, Answer, count, nothing
from hengji.simulation.truth.records import Records, Row, day, record_id, within

Params = Mapping[str, Any]
_ONE_DAY = datetime.timedelta(days=1)


def dated_rows(records: Records, params: Params, period: Period, register: str | None = None) -> list[Row]:
    """Rows of the measure's register that pass its filter, are members where that is asked, and dated in the period."""
    register = register or params["register"]
    date = params.get("date") or records.time(register)
    rows = [r for r in records.fitting(register, params.get("filter")) if within(r.get(date), period)]
    member = params.get("member")
    return [r for r in rows if is_member(records, r, r[date], member)] if member else rows


def is_member(records: Records, row: Row, on: datetime.date, member: Params) -> bool:
    """Whether a master register has a fitting row for the record's object, in force on the record's day."""
    wanted = row.get(member["on"])
    if wanted is None:
        return False
    return any(
        m.get(member["key"]) == wanted and records.valid(m, day(on))
        for m in records.fitting(member["register"], member.get("filter"))
    )


def count_records(records: Records, params: Params, period: Period) -> Answer:
    """Records in the period (or the sum of a field), each once by its `dedupe` fields, none below its minimum."""
    register = params["register"]
    date = params.get("date") or records.time(register)
    minimum = params.get("minimum") or {}
    rows = [r for r in dated_rows(records, params, period) if _enough(r, minimum)]
    dedupe = params.get("dedupe")
    if dedupe:
        rows.sort(key=lambda r: (_moment(r[date]), record_id(register, r)))
        seen: dict[tuple[Any, ...], Row] = {}
        for row in rows:
            seen.setdefault(tuple(row.get(f) for f in dedupe), row)
        rows = list(seen.values())
    total = params.get("sum")
    return count((Fraction(r.get(total) or 0) if total else 1 for r in rows), records.held(register))


def _enough(row: Row, minimum: Params) -> bool:
    return all(row.get(f) is not None and Fraction(row[f]) >= Fraction(str(least)) for f, least in minimum.items())


def _moment(value: datetime.date) -> datetime.datetime:
    return value if isinstance(value, datetime.datetime) else datetime.datetime.combine(value, datetime.time())


def count_distinct(records: Records, params: Params, period: Period) -> Answer:
    """Different objects with at least one fitting record, improved in that record where improvement is asked."""
    rows = dated_rows(records, params, period)
    improved = params.get("improved")
    if improved:
        before, after, direction = improved
        known = [r for r in rows if r.get(before) is not None and r.get(after) is not None]
        rows = [r for r in known if (r[after] > r[before] if direction == "up" else r[after] < r[before])]
    name = params.get("object", "enterprise")
    objects = {r[name] for r in rows if r.get(name) is not None}
    return count((1 for _ in objects), records.held(params["register"]))


def weighted_sum(records: Records, params: Params, period: Period) -> Answer:
    """Jobs weighted by their contract's table on the day of the job; a job without weight makes the sum unsayable."""
    register = params.get("register", "permit_service")
    by = params.get("by", "job_type")
    date = params.get("date") or records.time(register)
    weights = []
    for row in dated_rows(records, params, period, register):
        table = [
            w
            for w in records.of("workload_table")
            if w.get("contract_no") == row.get("contract_no")
            and w.get("job_type") == row.get(by)
            and records.valid(w, day(row[date]))
        ]
        if not table:
            return nothing(ActualStatus.INSUFFICIENT)
        weights.append(Fraction(table[0]["weight"]))
    return count(weights, records.held(register))


def delivered_count(records: Records, params: Params, period: Period) -> Answer:
    """Deliverables in an accepted state, a file once; by distinct value, or complete sets of the kinds listed."""
    register = params.get("register", "deliverable")
    dated = {"date": "submitted_on", **params} if register == "deliverable" else params
    date = dated.get("date") or records.time(register)
    states = params.get("states", ["通过"]) if records.has(register, "state") else []
    rows = [r for r in dated_rows(records, dated, period, register) if not states or r.get("state") in states]
    rows.sort(key=lambda r: (_moment(r[date]), record_id(register, r)))
    files: set[str] = set()
    kept = []
    for row in rows:
        file = row.get("sha256")
        if file is not None and file in files:
            continue
        if file is not None:
            files.add(file)
        kept.append(row)
    held = records.held(register)
    if sets := params.get("sets"):
        kinds = [sum(1 for r in kept if r.get("kind") == kind) for kind in sets]
        answer = count((1 for r in kept if r.get("kind") in sets), held)
        if answer.status is not ActualStatus.OK:
            return answer
        return Answer(answer.status, Fraction(min(kinds)), answer.numerator, None, answer.rows)
    if distinct := params.get("distinct"):
        return count((1 for _ in {r[distinct] for r in kept if r.get(distinct) is not None}), held)
    return count((1 for _ in kept), held)


def composition_check(records: Records, params: Params, period: Period) -> Answer:
    """How far each declared part is there, a part at most whole, as a mean in percent."""
    register = params.get("register", "procurement")
    if not records.held(register):
        return nothing(ActualStatus.INSUFFICIENT)
    parts = []
    for part in params["parts"]:
        both = {**(params.get("filter") or {}), **(part.get("filter") or {})}
        rows = dated_rows(records, {**params, "filter": both}, period, register)
        total = part.get("sum")
        have = sum((Fraction(r.get(total) or 0) if total else Fraction(1) for r in rows), Fraction(0))
        parts.append((have, Fraction(str(part["required"]))))
    if not parts or any(need == 0 for _, need in parts):
        return nothing(ActualStatus.NOT_APPLICABLE)
    share = sum((min(have / need, Fraction(1)) for have, need in parts), Fraction(0)) / len(parts)
    have_all = sum((have for have, _ in parts), Fraction(0))
    need_all = sum((need for _, need in parts), Fraction(0))
    return Answer(ActualStatus.OK, HUNDRED * share, have_all, need_all, len(parts))


def stock_level(records: Records, params: Params, period: Period) -> Answer:
    """How many there were on an average day (or at least, or at the end); first and last day of each both count."""
    register = params["register"]
    if not records.held(register):
        return nothing(ActualStatus.INSUFFICIENT)
    start, end = params.get("from", "from_on"), params.get("to", "to_on")
    quantity = params.get("quantity")
    levels: dict[datetime.date, Fraction] = defaultdict(Fraction)
    rows = 0
    for row in records.fitting(register, params.get("filter")):
        begins, ends = row.get(start), row.get(end)
        if begins is None:
            continue
        first = max(day(begins), period.start)
        last = min(day(ends), period.as_of) if ends is not None else period.as_of
        if first > last:
            continue
        rows += 1
        amount = Fraction(row.get(quantity) or 0) if quantity else Fraction(1)
        while first <= last:
            levels[first] += amount
            first += _ONE_DAY
    days = [period.start + n * _ONE_DAY for n in range(period.days)]
    total = sum((levels[d] for d in days), Fraction(0))
    value = {
        "mean": total / period.days, "min": min(levels[d] for d in days), "end": levels[period.as_of],
    }[params.get("stat", "mean")]  # fmt: skip
    return Answer(ActualStatus.OK, value, total, Fraction(period.days), rows)

"""Deadlines: a due day or moment, or a limit in hours, days or working days from a start.

Working days are those of the State Council: its holidays are none, its make-up days are.
"""

from __future__ import annotations

import datetime
from functools import cache
from typing import Any

import chinese_calendar
import ibis
import ibis.expr.types as ir

from hengji.evidence.errors import EvidenceError
from hengji.evidence.measures.base import DAY_SECONDS, Params, Scope, day, field_of, settled, within

_DAY = datetime.timedelta(days=1)
_FIRST, _LAST = datetime.date(2004, 1, 1), datetime.date(max(d.year for d in chinese_calendar.holidays), 12, 31)


@cache
def workdays() -> tuple[datetime.date, ...]:
    """All working days of the years that the calendar knows, in order."""
    found, on = [], _FIRST
    while on <= _LAST:
        if chinese_calendar.is_workday(on):
            found.append(on)
        on += _DAY
    return tuple(found)


def clock_fields(params: Params) -> list[str | None]:
    """The fields that a due day is read from, beside the start."""
    return [params.get("due"), params.get("extension"), (params.get("limits") or {}).get("field")]


def with_due(scope: Scope, table: ir.Table, register: str, params: Params, start: str, done: str) -> ir.Table:
    """The records with `due_day` (the day on which they are due, or null) and `in_time`, whether they were done by then.

    The extension counts before the due field, that before the limit from the start. A day is in time to its end, a
    moment to the second; what was not done is not in time (or null).
    """
    table, due_day, in_time = _due(scope, table, register, params, start, done)
    return table.mutate(due_day=due_day, in_time=in_time)


def _due(
    scope: Scope, table: ir.Table, register: str, params: Params, start: str, done: str
) -> tuple[ir.Table, ir.DateValue, ir.BooleanValue]:
    if not params.get("due"):
        table = _limited(scope, table, register, params, start)
    names = [name for name in (params.get("extension"), params.get("due")) if name]
    dues = [field_of(table, register, name) for name in names]
    if not params.get("due"):
        dues.append(table.limit_due)
    finished = field_of(table, register, done)
    due_day = ibis.coalesce(*(day(due) for due in dues))
    if any(due.type().is_timestamp() for due in dues):
        in_time = _moment(finished) <= ibis.coalesce(*(_end(due) for due in dues))
    else:
        in_time = day(finished) <= due_day
    return table, due_day, in_time


def due_in_period(scope: Scope, table: ir.Table, register: str, params: Params, start: str, done: str) -> ir.Table:
    """As `with_due`, only the records whose due day lies in the period, and those begun in it that have none."""
    begins, limit = day(field_of(table, register, start)), params.get("limit")
    if limit and limit["unit"] == "workday" and not (params.get("due") or params.get("extension")):
        period = scope.period
        dues = {row["on"]: row["limit_due"] for row in _calendar((int(limit["n"]),))}
        if period.start in dues and period.as_of in dues:
            # Each day of the period has a due day: joined with the few days that lead into it, no more need be asked.
            days = [{"on": on, "due_day": due} for on, due in dues.items() if period.start <= due <= period.as_of]
            calendar = scope.engine.values(days, {"on": "date", "due_day": "date"})
            joined = settled(table.join(calendar, begins == calendar.on).drop("on"))
            return joined.mutate(in_time=day(field_of(joined, register, done)) <= joined.due_day)
    table, due_day, in_time = _due(scope, table, register, params, start, done)
    begun = within(field_of(table, register, start), scope.period)
    # Filtered first: the engine would else work out both for every record.
    inside = table.filter(within(due_day, scope.period) | (due_day.isnull() & begun))
    return inside.mutate(due_day=due_day, in_time=in_time)


def _moment(column: ir.Value) -> ir.TimestampValue:
    return column if column.type().is_timestamp() else column.cast("timestamp")


def _end(due: ir.Value) -> ir.TimestampValue:
    """The last second that is in time."""
    return due if due.type().is_timestamp() else due.cast("timestamp") + ibis.interval(seconds=DAY_SECONDS - 1)


def _limited(scope: Scope, table: ir.Table, register: str, params: Params, start: str) -> ir.Table:
    """The records with `limit_due`: a day, for a limit in hours a moment."""
    begins = field_of(table, register, start)
    sizes: list[tuple[ir.BooleanValue, int]]
    if limit := params.get("limit"):
        unit, sizes = limit["unit"], [(ibis.literal(True), int(limit["n"]))]
    elif limits := params.get("limits"):
        level = field_of(table, register, limits["field"])
        unit, sizes = limits["unit"], [(level == name, int(n)) for name, n in limits["values"].items()]
    else:
        return table.mutate(limit_due=ibis.null("date"))
    if unit == "workday":
        return _after_workdays(scope, table, day(begins), sizes)
    if unit == "hour":
        dues = [(test, _moment(begins) + ibis.interval(hours=n)) for test, n in sizes]
        return table.mutate(limit_due=ibis.cases(*dues, else_=ibis.null("timestamp")))
    if unit == "day":
        dues = [(test, (day(begins) + ibis.interval(days=n)).cast("date")) for test, n in sizes]
        return table.mutate(limit_due=ibis.cases(*dues, else_=ibis.null("date")))
    raise EvidenceError(f"时限单位“{unit}”不认识，可用 hour、day、workday", f"the unit {unit!r} of a limit is unknown")


def _after_workdays(
    scope: Scope, table: ir.Table, begins: ir.DateValue, sizes: list[tuple[ir.BooleanValue, int]]
) -> ir.Table:
    """The n-th working day after a day, by a calendar of each day and each n that is asked for."""
    dues = scope.engine.values(_calendar(tuple(sorted({n for _, n in sizes}))),
                               {"on": "date", "size": "int64", "limit_due": "date"})  # fmt: skip
    wanted = [(test, ibis.literal(n, type="int64")) for test, n in sizes]
    table = table.mutate(limit_start=begins, limit_size=ibis.cases(*wanted, else_=ibis.null("int64")))
    same = [table.limit_start == dues.on]
    if len(sizes) > 1:
        same.append(table.limit_size == dues["size"])
    joined = table.left_join(dues, same)
    return settled(joined.drop("on", "size", "limit_start", "limit_size"))


@cache
def _calendar(sizes: tuple[int, ...]) -> tuple[dict[str, Any], ...]:
    known, rows, place, on = workdays(), [], 0, _FIRST
    while on <= _LAST:
        if place < len(known) and known[place] == on:
            place += 1  # so many working days have passed by the end of this day
        rows += [{"on": on, "size": n, "limit_due": known[place + n - 1]} for n in sizes if 0 < place + n <= len(known)]
        on += _DAY
    return tuple(rows)

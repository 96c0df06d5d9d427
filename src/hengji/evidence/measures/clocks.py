"""Deadlines: a limit in hours, days or working days from a start, told as the first second that is too late.

Working days are those of the State Council: its holidays are none, its make-up days are.
"""

from __future__ import annotations

import datetime
from functools import cache

import chinese_calendar
import ibis
import ibis.expr.types as ir

from hengji.evidence.errors import EvidenceError
from hengji.evidence.measures.base import DAY_SECONDS, Params, Scope, day, epoch, field_of, seconds, settled

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


def with_due(scope: Scope, table: ir.Table, register: str, params: Params, start: str) -> ir.Table:
    """The records with `due_day` (the day on which they are due) and `too_late` (the first second after it), or null.

    The extension counts before the due field, that before the limit from the start. A day is in time to its end, a
    moment to the second.
    """
    dues: list[tuple[ir.Value, ir.Value]] = []
    for name in (params.get("extension"), params.get("due")):
        if name:
            column = field_of(table, register, name)
            over = seconds(column) + (1 if column.type().is_timestamp() else DAY_SECONDS)
            dues.append((day(column), over))
    if not params.get("due"):
        table = _limited(scope, table, register, params, start)
        dues.append((table.limit_day, table.limit_over))
    return table.mutate(due_day=ibis.coalesce(*(d for d, _ in dues)), too_late=ibis.coalesce(*(o for _, o in dues)))


def in_time(done: ir.Value, too_late: ir.Value) -> ir.BooleanValue:
    """Whether it was done by then; what was not done is not in time."""
    return (seconds(done) < too_late).fill_null(False)


def _limited(scope: Scope, table: ir.Table, register: str, params: Params, start: str) -> ir.Table:
    begins = field_of(table, register, start)
    if limit := params.get("limit"):
        size: ir.Value = ibis.literal(limit["n"], type="int64")
        unit = limit["unit"]
    elif limits := params.get("limits"):
        level = field_of(table, register, limits["field"])
        size = ibis.cases(*((level == name, ibis.literal(n, type="int64")) for name, n in limits["values"].items()),
                          else_=ibis.null("int64"))  # fmt: skip
        unit = limits["unit"]
    else:
        return table.mutate(limit_day=ibis.null("date"), limit_over=ibis.null("int64"))
    if unit == "hour":
        over = seconds(begins) + size * 3600 + 1
        return table.mutate(limit_over=over, limit_day=_day_of(over - 1))
    if unit == "day":
        over = seconds(day(begins)) + (size + 1) * DAY_SECONDS
        return table.mutate(limit_over=over, limit_day=_day_of(over - 1))
    if unit != "workday":
        raise EvidenceError(
            f"时限单位“{unit}”不认识，可用 hour、day、workday", f"the unit {unit!r} of a limit is unknown"
        )
    return _after_workdays(scope, table.mutate(limit_start=day(begins), limit_size=size))


def _day_of(moment: ir.Value) -> ir.DateValue:
    return moment.as_timestamp("s").date()


def _after_workdays(scope: Scope, table: ir.Table) -> ir.Table:
    """The n-th working day after a day: the calendar is joined twice, by day and by number."""
    every, place = [], 0
    known = workdays()
    on = _FIRST
    while on <= _LAST:
        if place < len(known) and known[place] == on:
            place += 1
        every.append({"on": on, "behind": place})  # so many working days have passed by the end of this day
        on += _DAY
    days = scope.engine.values(every, {"on": "date", "behind": "int64"})
    numbered = scope.engine.values(
        [{"nth": n, "limit_day": d, "limit_over": epoch(d) + DAY_SECONDS} for n, d in enumerate(known, 1)],
        {"nth": "int64", "limit_day": "date", "limit_over": "int64"},
    )
    table = settled(table.left_join(days, table.limit_start == days.on).drop("on"))
    table = table.mutate(wanted=table.behind + table.limit_size)
    return settled(table.left_join(numbered, table.wanted == numbered.nth).drop("nth", "wanted", "behind"))

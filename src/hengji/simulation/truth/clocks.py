"""Deadlines: a limit in hours, days or working days from a start, and whether something was in time."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

import chinese_calendar

from hengji.simulation.truth.records import Row, day

_ONE_DAY = datetime.timedelta(days=1)


def working(on: datetime.date) -> bool:
    """Whether a day is a working day by the State Council's holidays and make-up days."""
    return bool(chinese_calendar.is_workday(on))


def after_workdays(start: datetime.date, n: int) -> datetime.date:
    """The n-th working day after a day."""
    while n > 0:
        start += _ONE_DAY
        n -= working(start)
    return start


def due_after(start: datetime.date, n: Any, unit: str) -> datetime.date:
    """When a limit ends: a moment for hours, a day for days and working days."""
    if unit == "hour":
        moment = start if isinstance(start, datetime.datetime) else datetime.datetime.combine(start, datetime.time())
        return moment + datetime.timedelta(hours=float(n))
    if unit == "day":
        return day(start) + datetime.timedelta(days=int(n))
    if unit == "workday":
        return after_workdays(day(start), int(n))
    raise ValueError(f"unknown unit of a limit {unit!r}")


def due_of(row: Row, params: Mapping[str, Any], start: str) -> datetime.date | None:
    """When a record is due: its extension, its due field, or its start plus the limit; None where that is not known."""
    extended: datetime.date | None = row.get(params["extension"]) if params.get("extension") else None
    if extended is not None:
        return extended
    if params.get("due"):
        due: datetime.date | None = row.get(params["due"])
        return due
    begins = row.get(start)
    if begins is None:
        return None
    if limit := params.get("limit"):
        return due_after(begins, limit["n"], limit["unit"])
    limits = params["limits"]
    level = row.get(limits["field"])
    if level is None or level not in limits["values"]:
        return None
    return due_after(begins, limits["values"][level], limits["unit"])


def in_time(done: datetime.date | None, due: datetime.date) -> bool:
    """Whether it was done by then: a due day is in time to its end, a due moment to the second."""
    if done is None:
        return False
    if isinstance(due, datetime.datetime):
        return (
            done if isinstance(done, datetime.datetime) else datetime.datetime.combine(done, datetime.time())
        ) <= due
    return day(done) <= due

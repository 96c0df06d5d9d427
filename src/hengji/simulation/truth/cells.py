"""Rates over cells of unit and time: visits a day or month, tasks a quarter."""

from __future__ import annotations

import calendar
import datetime
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from hengji.model.binding import Period
from hengji.simulation.truth.answer import Answer, rate
from hengji.simulation.truth.records import Records, day

Params = Mapping[str, Any]
_ONE_DAY = datetime.timedelta(days=1)
_MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}


def spans(period: Period, cell: str) -> Iterator[tuple[datetime.date, datetime.date]]:
    """First and last day of every cell of the year that has ended by the last day of the period."""
    if cell == "day":
        for n in range(period.days):
            on = period.start + n * _ONE_DAY
            yield on, on
        return
    width = _MONTHS[cell]
    for month in range(1, 13, width):
        last_month = month + width - 1
        last = datetime.date(period.year, last_month, calendar.monthrange(period.year, last_month)[1])
        if last <= period.as_of:
            yield datetime.date(period.year, month, 1), last


def visit_frequency_compliance(records: Records, params: Params, period: Period) -> Answer:
    """Visits made among visits required, cell by cell; what one cell has too many does not fill another."""
    cases = [(min(made, needed), needed) for _, _, made, needed in visit_cells(records, params, period)]
    return rate(cases, records.held(params["units"]["register"]))


def visit_cells(
    records: Records, params: Params, period: Period
) -> Iterator[tuple[Any, datetime.date, Fraction, Fraction]]:
    """Unit, first day, visits made and visits required of every cell that is not wholly exempt."""
    units, visits, required = params["units"], params["visits"], params["required"]
    exempt = _exempting(records, params.get("exempt"))
    date = visits.get("date") or records.time(visits["register"])
    cells = list(spans(period, params["cell"]))
    first_day = {on: first for first, last in cells for on in _days(first, last)}
    made: Counter[tuple[Any, datetime.date]] = Counter()
    for visit in records.fitting(visits["register"], visits.get("filter")):
        on = visit.get(date)
        if on is not None and day(on) in first_day:
            made[visit.get(visits.get("unit", units["unit"])), first_day[day(on)]] += 1
    rows = defaultdict(list)
    for row in records.fitting(units["register"], units.get("filter")):
        rows[row.get(units["unit"])].append(row)
    for unit, masters in rows.items():
        for first, last in cells:
            levels = [m.get(units.get("level")) for m in masters if records.valid(m, first)]
            needs = [n for n in (_needed(required, level) for level in levels) if n is not None]
            if not needs or any(a <= _begin(first) and _begin(last + _ONE_DAY) <= b for a, b in exempt.get(unit, ())):
                continue
            yield unit, first, Fraction(made[unit, first]), max(needs)


def _needed(required: Any, level: Any) -> Fraction | None:
    number = required.get(level) if isinstance(required, Mapping) else required
    return None if number is None else Fraction(str(number))


def _exempting(records: Records, exempt: Params | None) -> dict[Any, list[tuple[datetime.datetime, datetime.datetime]]]:
    found = defaultdict(list)
    if exempt:
        for row in records.fitting(exempt["register"], exempt.get("filter")):
            begins, ends = row.get(exempt["from"]), row.get(exempt["to"])
            if begins is not None:
                found[row.get(exempt["unit"])].append((_begin(begins), _begin(ends) if ends else datetime.datetime.max))
    return found


def _begin(on: datetime.date) -> datetime.datetime:
    return on if isinstance(on, datetime.datetime) else datetime.datetime.combine(on, datetime.time())


def _days(first: datetime.date, last: datetime.date) -> Iterator[datetime.date]:
    while first <= last:
        yield first
        first += _ONE_DAY


def periodic_task_compliance(records: Records, params: Params, period: Period) -> Answer:
    """Units with a task in each quarter (or other span) among units and spans due; too near to the last is none."""
    units, tasks = params["units"], params["tasks"]
    date = tasks.get("date") or records.time(tasks["register"])
    gap = int(params.get("min_gap_days", 0))
    done = defaultdict(list)
    for task in records.fitting(tasks["register"], tasks.get("filter")):
        if task.get(date) is not None:
            done[task.get(tasks.get("unit", units["unit"]))].append(day(task[date]))
    counted: dict[Any, list[datetime.date]] = {}
    for unit, days in done.items():
        days.sort()
        counted[unit] = [d for n, d in enumerate(days) if n == 0 or (d - days[n - 1]).days >= gap]
    rows = defaultdict(list)
    for row in records.fitting(units["register"], units.get("filter")):
        rows[row.get(units["unit"])].append(row)
    cases = []
    for unit, masters in rows.items():
        for first, last in spans(period, params.get("period", "quarter")):
            if any(records.valid(m, first) for m in masters):
                cases.append((int(any(first <= d <= last for d in counted.get(unit, ()))), 1))
    return rate(cases, records.held(units["register"]))

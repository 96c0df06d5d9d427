"""Rates over cells of unit and time: visits a day or month, tasks a quarter."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import ibis
import ibis.expr.types as ir

from hengji.evidence.measures.base import (
    COUNTS,
    DAY_SECONDS,
    NUMBER,
    ONE,
    Behind,
    Cases,
    Figure,
    Params,
    Scope,
    as_number,
    behind,
    code,
    day,
    epoch,
    field_of,
    fraction,
    known,
    no_records,
    number,
    quotient,
    reason,
    records,
    seconds,
    settled,
    time_of,
)  # fmt: skip
from hengji.model.binding import Period

_DAY = datetime.timedelta(days=1)
_MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}


def spans(period: Period, cell: str) -> list[tuple[datetime.date, datetime.date]]:
    """First and last day of every cell of the year that has ended by the last day of the period."""
    if cell == "day":
        return [(period.start + n * _DAY, period.start + n * _DAY) for n in range(period.days)]
    width = _MONTHS[cell]
    ends = [m + width - 1 for m in range(1, 13, width)]
    last = [datetime.date(period.year, m, calendar.monthrange(period.year, m)[1]) for m in ends]
    return [(datetime.date(period.year, e.month - width + 1, 1), e) for e in last if e <= period.as_of]


def visit_frequency_compliance(scope: Scope, params: Params) -> Cases | Figure:
    """Visits made among visits required, cell by cell; what one cell has too many does not fill another."""
    units, visits = params["units"], params["visits"]
    for register in (units["register"], visits["register"]):
        known(register)
    if not scope.engine.holds(units["register"]):
        return no_records(units["register"])
    cells = _due_cells(scope, units, spans(scope.period, params["cell"]), params["required"])
    cells = cells.group_by(["unit", "first", "last"]).aggregate(need=cells.need.max())
    each = _visits(scope, visits, units, params["cell"])
    live = each.filter(~each.void)
    made = live.group_by(["of_unit", "of_cell"]).aggregate(made=live.count())
    cells = settled(cells.left_join(made, [cells.unit == made.of_unit, cells["first"] == made.of_cell]))
    cells = cells.mutate(made=cells.made.fill_null(0)).drop("of_unit", "of_cell")
    exempt = _exempt(scope, params.get("exempt"), cells)
    cells = cells.mutate(
        excluded=exempt.ifelse(code("exempt"), COUNTS),
        case=cells.unit.concat("|", cells["first"].cast("string")),
        full=as_number(cells.made >= cells.need),
    )
    cells = cells.mutate(num=ibis.least(cells.made.cast(NUMBER), cells.need), den=cells.need)
    return Cases(
        cells.select("case", "num", "den", "excluded", "full"), None, by=("full",), added=_frequency,
        behind=behind(visits["register"], each, each.of_unit.concat("|", each.of_cell.cast("string"))),
    )  # fmt: skip


def _frequency(rows: list[Mapping[str, Any]]) -> Figure:
    """The share of visits made, and beside it the stricter share of cells that had all of theirs."""
    cells = sum(r["cases"] for r in rows)
    num, den = (sum((fraction(r[part]) for r in rows), Fraction(0)) for part in ("num", "den"))
    found = quotient(num, den, cells)
    full = sum(r["cases"] for r in rows if r["full"])
    return replace(found, share=False, extras={"full_cells": f"{full} / {cells}"} if cells else {})


def _due_cells(
    scope: Scope, units: Params, cells: list[tuple[datetime.date, datetime.date]], required: Any
) -> ir.Table:
    """Every unit and cell in which a row of the units is valid on the first day, with what its level requires."""
    register = units["register"]
    table = records(scope, register, units.get("filter"), live=True)
    if isinstance(required, Mapping):
        level = field_of(table, register, units["level"])
        need = ibis.cases(*((level == name, number(n)) for name, n in required.items()), else_=ibis.null(NUMBER))
    else:
        need = number(required)
    begins, ends = _validity(table)
    table = table.select(
        unit=field_of(table, register, units["unit"]).cast("string"), need=need, begins=begins, ends=ends
    )
    grid = scope.engine.values([{"first": a, "last": b} for a, b in cells], {"first": "date", "last": "date"})
    joined = table.join(
        grid,
        [
            (table.begins.isnull() | (table.begins <= grid["first"])),
            (table.ends.isnull() | (table.ends >= grid["first"])),
        ],
    )
    return joined.filter(joined.need.notnull())


def _validity(table: ir.Table) -> tuple[ir.Value, ir.Value]:
    if "valid_from" not in table.columns:
        return ibis.null("date"), ibis.null("date")
    return day(table.valid_from), day(table.valid_to)


def _visits(scope: Scope, visits: Params, units: Params, cell: str) -> ir.Table:
    register = visits["register"]
    if not scope.engine.holds(register):
        return scope.engine.values(
            [], {"record_id": "string", "void": "boolean", "of_unit": "string", "of_cell": "date"}
        )
    date = visits.get("date") or time_of(register)
    table = records(scope, register, visits.get("filter"), date)
    at = day(field_of(table, register, date))
    first = at if cell == "day" else at.cast("timestamp").truncate("M").cast("date")
    unit = field_of(table, register, visits.get("unit", units["unit"])).cast("string")
    return table.select("record_id", "void", of_unit=unit, of_cell=first)


def _exempt(scope: Scope, exempt: Params | None, cells: ir.Table) -> ir.BooleanValue:
    """Whether one exempting interval covers the whole cell of the unit."""
    if not exempt or not scope.engine.holds(exempt["register"]):
        return ibis.literal(False)
    register = exempt["register"]
    table = records(scope, register, exempt.get("filter"))
    begins, ends = field_of(table, register, exempt["from"]), field_of(table, register, exempt["to"])
    table = table.filter(~table.void & begins.notnull()).select(
        stopped=field_of(table, register, exempt["unit"]).cast("string"), begin=seconds(begins),
        end=seconds(ends).fill_null(epoch(datetime.date(2200, 1, 1))),
    )  # fmt: skip
    covered = cells.join(
        table,
        [
            cells.unit == table.stopped,
            table.begin <= seconds(cells["first"]),
            table.end >= seconds(cells["last"]) + DAY_SECONDS,
        ],
    )
    names = covered.select(name=covered.unit.concat("|", covered["first"].cast("string"))).distinct()
    return cells.unit.concat("|", cells["first"].cast("string")).isin(names.name)


def periodic_task_compliance(scope: Scope, params: Params) -> Cases | Figure:
    """Units with a task in each quarter (or other span) among units and spans due; too near to the last is none."""
    units, tasks = params["units"], params["tasks"]
    for register in (units["register"], tasks["register"]):
        known(register)
    if not scope.engine.holds(units["register"]):
        return no_records(units["register"])
    told: Behind = ()
    ended = spans(scope.period, params.get("period", "quarter"))
    due = _due_cells(scope, units, ended, 1).select("unit", "first", "last").distinct()
    if scope.engine.holds(tasks["register"]):
        register = tasks["register"]
        table = records(scope, register, tasks.get("filter"))
        at = day(field_of(table, register, tasks.get("date") or time_of(register)))
        unit = field_of(table, register, tasks.get("unit", units["unit"])).cast("string")
        table = table.filter(at.notnull()).select("record_id", "void", of_unit=unit, at=at)
        near: ir.BooleanValue = ibis.literal(False)
        if gap := int(params.get("min_gap_days", 0)) * DAY_SECONDS:
            order = ibis.window(group_by=[table.of_unit, table.void], order_by=[table["at"], table.record_id])
            near = seconds(table["at"]) - seconds(table["at"]).lag().over(order) < gap
        table = table.select("record_id", "of_unit", "at", excluded=reason(table.void, (near, "too_near")))
        days = [{"on": a + n * _DAY, "of_cell": a} for a, b in ended for n in range((b - a).days + 1)]
        calendar = scope.engine.values(days, {"on": "date", "of_cell": "date"})
        table = settled(table.join(calendar, table["at"] == calendar.on))
        live = table.filter(table.excluded == 0)
        made = live.group_by(["of_unit", "of_cell"]).aggregate(tasks=live.count())
        each = due.left_join(made, [due.unit == made.of_unit, due["first"] == made.of_cell])
        table = table.semi_join(due, [table.of_unit == due.unit, table.of_cell == due["first"]])
        name = table.of_unit.concat("|", table.of_cell.cast("string"))
        told = ((register, table.select("record_id", "excluded", case=name)),)
    else:
        each = due.select("unit", "first", tasks=ibis.literal(0, type="int64"))
    return Cases(
        each.select(case=each.unit.concat("|", each["first"].cast("string")), num=as_number(each.tasks > 0), den=ONE,
                    excluded=COUNTS),
        None, behind=told,
    )  # fmt: skip

"""Bending records so that a measure finds what its target hints at, to the exact share."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from hengji.simulation.demands import Demand, wanted_share
from hengji.simulation.fields import typed
from hengji.simulation.fit import fit
from hengji.simulation.truth.clocks import due_of
from hengji.simulation.truth.records import day, passes
from hengji.simulation.world import Row, World

# What the planted facts are about is clean but for them: petitions close in time, comparison tests pass.
CLEAN = frozenset(("petition", "comparison_test"))
_FAILS = ("不合格", "不通过", "超标", "不达标")
_FALSE_ALARMS = 0.06
_LAST_LATE = (12, 10)  # what was due later than that is not late: it would be done next year
_ONE_DAY = datetime.timedelta(days=1)


def shape(world: World, demand: Demand, rows: Sequence[Row], year: int, done: set[str]) -> None:
    """Bend the rows of one year for one demand; a field that another demand has bent stays as it is."""
    if demand.measure in _SHAPES:
        _SHAPES[demand.measure](world, demand, rows, year, done)


def _failing(world: World, demand: Demand, rows: Sequence[Row], year: int) -> set[int]:
    """Which of the rows fail, so many that the target is just met or just missed."""
    if demand.register in CLEAN and year == world.year:
        return set()
    share = wanted_share(demand, world.seed, world.settings)
    missed = demand.missed
    if demand.both_years:
        share, missed = 0.99, False
        if year < world.year:
            share, missed = share - world.settings["last_year_points"] / 100, True
    spoiled = len(rows) * (1 - share)
    n = max(1, math.ceil(spoiled)) if missed else math.floor(spoiled + 1e-9)
    return world.draw(f"{demand.register} shapes").some(len(rows), n)


def _free(done: set[str], field: str) -> bool:
    """Whether a field is still to be bent; asking claims it."""
    if field in done:
        return False
    done.add(field)
    return True


def _in(rows: Sequence[Row], field: str, year: int) -> list[Row]:
    return [r for r in rows if r.get(field) is not None and r[field].year == year]


def _kind(world: World, register: str, field: str) -> Any:
    return next(f for f in world.registers[register].fields if f.name == field)


def _results(world: World, demand: Demand, rows: Sequence[Row], year: int, done: set[str]) -> None:
    field = demand.params.get("result", "result")
    if not _free(done, field):
        return
    date = demand.params.get("date") or world.registers[demand.register].time or ""
    passing = list(demand.params.get("passing", ["合格"]))
    kind = _kind(world, demand.register, field)
    failed = (
        not passing[0]
        if kind.type == "boolean"
        else next((w for w in [*(kind.enum or ()), *_FAILS] if w and w not in passing), "不合格")
    )
    examined = _in(rows, date, year)
    bad = _failing(world, demand, examined, year)
    for n, row in enumerate(examined):
        if n in bad or row.get(field) is None or not passes(row, {field: passing}):
            row[field] = failed if n in bad else passing[0]


def _deadlines(world: World, demand: Demand, rows: Sequence[Row], year: int, done: set[str]) -> None:
    params, register = demand.params, demand.register
    finished = params.get("done", "done_on")
    if (register in CLEAN and finished == "closed_on") or not _free(done, finished):
        return
    start = params.get("start") or world.registers[register].time or ""
    kind = _kind(world, register, finished).type
    chance = world.draw(f"{register} shapes")
    due_rows = []
    for row in rows:
        if params.get("limits"):
            limits = params["limits"]
            if row.get(limits["field"]) not in limits["values"]:
                row[limits["field"]] = next(iter(limits["values"]))
        elif params.get("due") and row.get(params["due"]) is None and row.get(start) is not None:
            field = _kind(world, register, params["due"])
            row[params["due"]] = typed(row[start] + datetime.timedelta(days=15), field.type)
        due = due_of(row, params, start)
        if due is not None and due.year == year:
            due_rows.append((row, due))
    due_rows.sort(key=lambda pair: day(pair[1]) > datetime.date(year, *_LAST_LATE))
    early = sum(day(due) <= datetime.date(year, *_LAST_LATE) for _, due in due_rows)
    bad = _failing(world, demand, [r for r, _ in due_rows], year)
    bad = {n if n < early else n % max(early, 1) for n in bad}
    for n, (row, due) in enumerate(due_rows):
        row[finished] = typed(_done(row.get(start), due, n in bad, chance), kind)


def _done(start: datetime.date | None, due: datetime.date, late: bool, chance: Any) -> datetime.date:
    """When something was done: a moment for a due moment, else a day, on the right side of the deadline."""
    if isinstance(due, datetime.datetime):
        begin = start if isinstance(start, datetime.datetime) else due - datetime.timedelta(hours=24)
        share = chance.uniform(1.05, 2.5) if late else min(chance.tail(0.35, 0.5), 0.97)
        return begin + datetime.timedelta(seconds=int((due - begin).total_seconds() * share))
    if late:
        end = datetime.date(due.year, 12, 31)
        return max(min(due + datetime.timedelta(days=1 + int(chance.tail(4, 0.7))), end), due + _ONE_DAY)
    first = max(day(start), due - datetime.timedelta(days=25)) if start is not None else due
    first = min(first, due) if first != due else due - datetime.timedelta(days=8)
    return first + datetime.timedelta(days=int((due - first).days * min(chance.tail(0.5, 0.5), 1)))


def _completed(world: World, demand: Demand, rows: Sequence[Row], year: int, done: set[str]) -> None:
    params, register = demand.params, demand.register
    finished = params.get("done", "done_on")
    due = params.get("due") or world.registers[register].time or ""
    chance = world.draw(f"{register} shapes")
    due_rows = _in(rows, due, year)
    if params.get("cancelled") and _free(done, "cancelled"):
        for n in chance.some(len(due_rows), len(due_rows) // 16):
            field, reasons = next(iter(params["cancelled"].items()))
            due_rows[n][field] = reasons[0] if isinstance(reasons, (list, tuple)) else reasons
            due_rows[n].pop(finished, None)
        due_rows = [r for r in due_rows if r.get(finished) is not None or not _cancelled(r, params["cancelled"])]
    if not _free(done, finished):
        return
    field = _kind(world, register, finished)
    bad = _failing(world, demand, due_rows, year)
    for n, row in enumerate(due_rows):
        if n in bad:
            row[finished] = None
        elif row.get(finished) is None or (field.type in ("date", "datetime") and row[finished].year != year):
            if field.type in ("date", "datetime"):
                done_on = min(
                    day(row[due]) + datetime.timedelta(days=chance.randint(0, 6)), datetime.date(year, 12, 31)
                )
                row[finished] = typed(done_on, field.type)
            else:
                fit(row, {finished: {"not_null": True}}, world.registers[register], chance)


def _cancelled(row: Row, conditions: Mapping[str, Any]) -> bool:
    return any(passes(row, {field: reasons}) for field, reasons in conditions.items())


def _responses(world: World, demand: Demand, rows: Sequence[Row], year: int, done: set[str]) -> None:
    params, register = demand.params, demand.register
    if params.get("limit") or params.get("limits"):
        _deadlines(world, Demand(demand.project, demand.number, "ratio_within_deadline", {**params, "done": params["responded"]}, demand.goal, demand.op, demand.missed), rows, year, done)  # fmt: skip
    elif _free(done, params["responded"]):
        bad = _failing(world, demand, rows, year)
        for n, row in enumerate(rows):
            if n in bad:
                row[params["responded"]] = None
            elif row.get(params["responded"]) in (None, False) or _after(row[params["responded"]], year):
                row[params["responded"]] = None
                fit(row, {params["responded"]: {"not_null": True}}, world.registers[register], world.draw(register))
    for field, values in (params.get("false_alarm") or {}).items():
        if _free(done, field):
            alarms = world.draw(f"{register} shapes").some(len(rows), round(len(rows) * _FALSE_ALARMS))
            for n in alarms:
                rows[n][field] = values[0]


def _after(value: Any, year: int) -> bool:
    return isinstance(value, datetime.date) and value.year > year


def _published(world: World, demand: Demand, rows: Sequence[Row], year: int, done: set[str]) -> None:
    """Disclosure and data updates: due days are fixed, what is done by then is bent."""
    finished = {"disclosure_rate": "published_on", "update_rate": "updated_on"}[demand.measure]
    if _free(done, finished):
        due = [r for r in _in(rows, "due_on", year) if r.get("withheld") is not True]
        for n in _failing(world, demand, due, year):
            due[n][finished] = due[n]["due_on"] + datetime.timedelta(days=3)
            if demand.measure == "update_rate":
                due[n]["checked_on"] = due[n][finished]


def _obligations(world: World, demand: Demand, rows: Sequence[Row], year: int, done: set[str]) -> None:
    if not _free(done, "quantity_done"):
        return
    due = _in(rows, "due_on", year)
    bad = _failing(world, demand, due, year)
    for n, row in enumerate(due):
        if n % 2 == 0:
            row["quantity_required"] = Decimal(4 + n % 9)
            row["quantity_done"] = row["quantity_required"] - (1 if n in bad else 0)
        elif n in bad:
            row["proof"] = False


_SHAPES = {
    "pass_rate": _results,
    "ratio_within_deadline": _deadlines,
    "completion_rate": _completed,
    "response_rate": _responses,
    "disclosure_rate": _published,
    "update_rate": _published,
    "contract_obligations_met": _obligations,
}

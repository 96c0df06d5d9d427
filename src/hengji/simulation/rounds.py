"""Visits day by day and month by month, tasks quarter by quarter: every cell of unit and time gets its due."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hengji.model.binding import Period
from hengji.simulation.batches import Batch
from hengji.simulation.demands import Demand
from hengji.simulation.fields import typed
from hengji.simulation.fit import fit
from hengji.simulation.truth.cells import spans
from hengji.simulation.world import Row, World

_ONE_DAY = datetime.timedelta(days=1)
_PATROL_HOURS = ((8, 10), (13, 15), (17, 19))


def make_rounds(world: World, asked: Sequence[Demand]) -> dict[str, list[Batch]]:
    """The visits and tasks that demands of frequency ask for, by register; the same ones answer the same demand."""
    made: dict[str, list[Batch]] = defaultdict(list)
    for demand in asked:
        if demand.measure == "visit_frequency_compliance":
            side, cell = demand.params["visits"], demand.params["cell"]
        elif demand.measure == "periodic_task_compliance":
            side, cell = demand.params["tasks"], demand.params.get("period", "quarter")
        else:
            continue
        register, wanted = side["register"], dict(side.get("filter") or {})
        if any(b.filter == wanted for b in made[register]):
            continue
        compared = any(d.both_years and d.register == register for d in asked)
        years = (world.year - 1, world.year) if compared else (world.year,)
        rows = {y: [world.add(register, row, y) for row in _rounds(world, demand, side, cell, y)] for y in years}
        made[register].append(Batch(register, wanted, made=rows))
    return made


def _rounds(world: World, demand: Demand, side: Mapping[str, Any], cell: str, in_year: int) -> Iterator[Row]:
    units = demand.params["units"]
    records = world.records()
    chance = world.draw(f"{side['register']} rounds")
    year = Period(in_year, datetime.date(in_year, 12, 31))
    for unit in records.fitting(units["register"], units.get("filter")):
        for first, last in spans(year, cell):
            if not records.valid(unit, first):
                continue
            n = _needed(demand.params.get("required", 1), unit.get(units.get("level")))
            if n and demand.measure == "visit_frequency_compliance":
                n += chance.random() < world.settings["patrol_extra"]
            for place in range(n):
                yield _visit(world, side, units, unit, _day(first, last, place, n, chance), place)


def _needed(required: Any, level: Any) -> int:
    return int(required.get(level, 0)) if isinstance(required, Mapping) else int(required)


def _day(first: datetime.date, last: datetime.date, place: int, n: int, chance: Any) -> datetime.date:
    """Well inside the cell, and apart from each other where there are several."""
    days = (last - first).days + 1
    if days == 1:
        return first
    width = days / n
    return first + int(width * place + width * chance.uniform(0.2, 0.8)) * _ONE_DAY


def _visit(
    world: World,
    side: Mapping[str, Any],
    units: Mapping[str, Any],
    unit: Mapping[str, Any],
    on: datetime.date,
    place: int,
) -> Row:
    register = side["register"]
    shape = world.registers[register]
    row = world.make(register, year=on.year, on=on)
    kinds = {f.name: f.type for f in shape.fields}
    date = str(side.get("date") or shape.time)
    if kinds[date] == "datetime":
        row[date] = world.draw(register).at(on, _PATROL_HOURS[place % len(_PATROL_HOURS)])
    else:
        row[date] = typed(on, kinds[date])
    row[side.get("unit", units["unit"])] = unit[units["unit"]]
    for name in ("outlet_no", "enterprise", "key_unit"):
        if name in kinds and unit.get(name) is not None:
            row[name] = unit[name]
    if "item" in kinds and unit.get("items"):
        row["item"] = unit["items"].split(";")[0]
    fit(row, side.get("filter"), shape, world.draw(register), place)
    return row

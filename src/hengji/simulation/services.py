"""Things that last: people, leases and systems over time, shifts without a gap, outages."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from hengji.simulation.batches import Batch
from hengji.simulation.demands import Demand
from hengji.simulation.fields import typed
from hengji.simulation.fit import fit
from hengji.simulation.world import Row, World

_HALF_DAY = datetime.timedelta(hours=12)
_HANDOVER = datetime.timedelta(minutes=10)
_TURNOVER_FROM, _TURNOVER = 10, 0.05
_PLANNED_A_YEAR = 4
_STOCKS = ("staff", "lease", "facility", "it_system")


def make_stocks(world: World, asked: Sequence[Demand]) -> dict[str, list[Batch]]:
    """Intervals of what there is to be so many of; the scenario's own where nothing is asked."""
    made: dict[str, list[Batch]] = defaultdict(list)
    for demand in (d for d in asked if d.measure == "stock_level"):
        if not any(b.filter == demand.filter for b in made[demand.register]):
            rows = list(_stock(world, demand))
            made[demand.register].append(Batch(demand.register, dict(demand.filter), made={world.year: rows}))
    for register in _STOCKS:
        if not world.rows[register]:
            size = world.profile(register)["rows"]
            list(_stock(world, Demand("", 0, "stock_level", {"register": register}, Decimal(size), ">=")))
    return made


def _stock(world: World, demand: Demand) -> Iterator[Row]:
    register, params = demand.register, demand.params
    shape, chance = world.registers[register], world.draw(demand.register)
    start, end = params.get("from", "from_on"), params.get("to", "to_on")
    quantity = params.get("quantity")
    level = int(demand.goal if demand.goal is not None else world.profile(register).get("rows", 5))
    size = 2 if quantity else level
    required = next(f.required for f in shape.fields if f.name == end)
    leaving = set() if size < _TURNOVER_FROM else chance.some(size, max(1, round(size * _TURNOVER)))
    if demand.missed:
        leaving = {0}
    for n in range(size):
        row = world.make(register)
        fit(row, demand.filter, shape, chance, n)
        row.setdefault("project", demand.project or None)
        row[start] = datetime.date(world.year - 1, 1 + n % 12, 1)
        if quantity:
            row[quantity] = typed(level // 2 if n else level - level // 2, "integer")
        if required:
            row[end] = datetime.date(world.year + 1, 12, 31)
        if n in leaving:
            row[end] = chance.on(world.year, "workday", (3, 10))
        yield world.add(register, row)
        if n in leaving and not demand.missed:
            again = world.make(register)
            fit(again, demand.filter, shape, chance, n)
            again.setdefault("project", row["project"])
            again[start] = row[end] + datetime.timedelta(days=1)
            yield world.add(register, again)


def make_services(world: World, asked: Sequence[Demand]) -> None:
    """Shifts that cover the year, or outages in it; the scenario's own where nothing is asked."""
    seen: list[tuple[Any, ...]] = []
    for demand in (d for d in asked if d.measure == "continuous_service"):
        mode = demand.params.get("mode", "coverage")
        if (demand.register, mode, dict(demand.filter)) in seen:
            continue
        seen.append((demand.register, mode, dict(demand.filter)))
        (_coverage if mode == "coverage" else _outages)(world, demand)
    for register, make in (("duty_log", _coverage), ("service_log", _outages), ("it_uptime", _outages)):
        if not world.rows[register]:
            params: dict[str, Any] = {"register": register, "planned": "planned"}
            if register == "it_uptime":
                params |= {"object": "system", "objects": {"register": "it_system", "key": "name"}}
            make(world, Demand("", 0, "continuous_service", params))


def _objects(world: World, demand: Demand) -> Sequence[Any]:
    objects = demand.params.get("objects")
    if objects:
        rows = world.records().fitting(objects["register"], objects.get("filter"))
        return list(dict.fromkeys(r[objects["key"]] for r in rows))
    named = demand.filter.get(demand.params.get("object") or "")
    return list(named) if isinstance(named, (list, tuple)) else [None]


def _row(world: World, demand: Demand, name: Any, n: int, spans: tuple[datetime.datetime, datetime.datetime]) -> Row:
    params, shape = demand.params, world.registers[demand.register]
    row = world.make(demand.register)
    row[params.get("from", "from_at")], row[params.get("to", "to_at")] = spans
    fit(row, demand.filter, shape, world.draw(demand.register), n)
    if name is not None:
        row[params.get("object") or "system"] = name
    return row


def _coverage(world: World, demand: Demand) -> None:
    """Shifts of twelve hours with a handover; where the target is to be missed, one shift begins late."""
    for name in _objects(world, demand):
        at = datetime.datetime(world.year - 1, 12, 31, 20)
        late = world.draw(demand.register).randrange(100, 600) if demand.missed else -1
        n = 0
        while at.year <= world.year:
            begin = at + datetime.timedelta(hours=3) if n == late else at - _HANDOVER
            world.add(demand.register, _row(world, demand, name, n, (begin, at + _HALF_DAY)))
            at += _HALF_DAY
            n += 1


def _outages(world: World, demand: Demand) -> None:
    """Planned nights, and an unplanned one where the target is to be missed."""
    register, field = demand.register, demand.params.get("planned")
    for place, name in enumerate(_objects(world, demand)):
        for n in range(_PLANNED_A_YEAR):
            on = datetime.datetime(world.year, 3 * n + 2, 8 + place % 20, 22)
            row = _row(world, demand, name, n, (on, on + datetime.timedelta(hours=2)))
            if field:
                row[field] = True
            else:  # without a field that says so, a planned one is what the filter leaves out
                _leave_out(row, demand.filter)
            world.add(register, row)
        if demand.missed:
            on = datetime.datetime(world.year, 5, 14, 10, 20)
            row = _row(world, demand, name, 0, (on, on + datetime.timedelta(hours=5)))
            world.add(register, row | ({field: False} if field else {}))


def _leave_out(row: Row, wanted: Mapping[str, Any]) -> None:
    for name, condition in wanted.items():
        if isinstance(condition, bool):
            row[name] = not condition
            return


def make_use(world: World) -> None:
    """Use of every asset in use, on most working days since it was accepted, and backups twice a week."""
    chance = world.draw("vehicle_use_log")
    for asset in world.rows["asset"]:
        accepted = asset.get("accepted_on")
        if accepted is None or accepted.year > world.year:
            continue
        for _ in range(60):
            on = chance.on(world.year, "workday")
            if on >= accepted:
                row = world.make("vehicle_use_log", on=on)
                world.add("vehicle_use_log", row | {"vehicle": asset["source_key"]})
    systems = [r["name"] for r in world.rows["it_system"]]
    if not world.rows["backup"]:
        for week in range(52):
            for name in systems:
                on = datetime.date(world.year, 1, 5) + datetime.timedelta(weeks=week)
                world.add(
                    "backup", world.make("backup", on=min(on, datetime.date(world.year, 12, 27))) | {"system": name}
                )

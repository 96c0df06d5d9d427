"""Records in batches: what bindings ask of one register with the same filter is answered by the same records."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any

from hengji.simulation.demands import RATES, Demand, wanted_count
from hengji.simulation.draw import is_workday
from hengji.simulation.fields import typed
from hengji.simulation.fit import fit
from hengji.simulation.masters import members
from hengji.simulation.shapes import shape
from hengji.simulation.world import Row, World

COUNTS = ("count_records", "count_distinct", "delivered_count")
BATCHED = (*COUNTS, *RATES, "composition_check", "asset_utilisation")
_ONE_DAY = datetime.timedelta(days=1)


@dataclass
class Batch:
    """Demands that the same records answer. `made`: the records where something else has made them, year by year."""

    register: str
    filter: dict[str, Any]
    member: Mapping[str, Any] | None = None
    demands: list[Demand] = field(default_factory=list)
    made: dict[int, list[Row]] = field(default_factory=dict)

    def takes(self, demand: Demand) -> bool:
        """Whether the demand asks for the same records: same fixed values, no condition at odds, same members."""
        mine, asked = _fixed(self.filter), _fixed(demand.filter)
        shared = self.filter.keys() & demand.filter.keys()
        return (
            mine == asked
            and all(self.filter[f] == demand.filter[f] for f in shared)
            and (self.made != {} or self.member == demand.params.get("member"))
        )

    def take(self, demand: Demand) -> None:
        """Answer this demand too."""
        self.demands.append(demand)
        self.filter |= demand.filter
        self.member = self.member or demand.params.get("member")


def _fixed(wanted: Mapping[str, Any]) -> dict[str, Any]:
    return {name: condition for name, condition in wanted.items() if not isinstance(condition, Mapping)}


def batches(register: str, asked: Sequence[Demand], made: Sequence[Batch]) -> list[Batch]:
    """The demands on a register in as few batches as can be; batches already made answer what they can."""
    found = list(made)
    for demand in asked:
        batch = next((b for b in found if b.takes(demand)), None)
        if batch is None:
            batch = Batch(register, {})
            found.append(batch)
        batch.take(demand)
    return found


def make_register(world: World, register: str, asked: Sequence[Demand], made: Sequence[Batch] = ()) -> None:
    """All records of a register: those that bindings ask for, or the scenario's own number where none does."""
    profile = world.profile(register)
    quiet = [d for d in asked if d.measure == "zero_events"]
    asked = [part for d in asked for part in _parts(d) if part.measure in BATCHED]
    # What last year is compared with this one comes first: it decides how both look.
    found = batches(register, sorted(asked, key=lambda d: not d.both_years), made)
    for batch in found:
        years = [world.year]
        if profile.get("last_year") or any(d.both_years for d in batch.demands):
            years = [world.year - 1, world.year]
        for year in years:
            rows = batch.made.get(year)
            if rows is None and profile.get("made_apart"):
                continue
            if rows is None:
                rows = _make(world, batch, year)
            else:
                ranges = {name: c for name, c in batch.filter.items() if isinstance(c, Mapping)}
                for row in rows:
                    fit(row, ranges, world.registers[register], world.draw(register))
            done: set[str] = set()
            for demand in batch.demands:
                shape(world, demand, rows, year, done)
    if quiet and not found:
        _make_events(world, register, quiet)
    elif not world.rows[register]:
        _make_own(world, register)


def _parts(demand: Demand) -> list[Demand]:
    """A composition is a count a part, a measure without register stands on its own."""
    if demand.measure != "composition_check":
        return [demand]
    whole = demand.params
    return [
        Demand(
            demand.project, demand.number, "count_records",
            {**{k: v for k, v in whole.items() if k in ("date",)}, **{k: part[k] for k in ("sum",) if k in part},
             "register": demand.register, "filter": {**demand.filter, **(part.get("filter") or {})}},
            Decimal(str(part["required"])), ">=",
        )
        for part in whole["parts"]
    ]  # fmt: skip


def _make_events(world: World, register: str, quiet: Sequence[Demand]) -> None:
    """No event where none should be; one where that is to be missed."""
    for demand in quiet:
        if demand.missed:
            row = world.make(register)
            fit(row, demand.filter, world.registers[register], world.draw(register))
            if demand.params.get("levels"):
                row["level"] = demand.params["levels"][0]
            world.add(register, row)


def _own_size(world: World, register: str, key: str) -> int:
    profile = world.profile(register)
    if "per_day" in profile:
        return int(profile["per_day"] * 365.25 * world.scale)
    return int(profile.get(key, profile.get("rows", 20)))


def _make_own(world: World, register: str) -> None:
    profile = world.profile(register)
    size = _own_size(world, register, "rows")
    for year, share in ((world.year - 1, profile.get("last_year", 0)), (world.year, 1)):
        for _ in range(round(size * share)):
            world.add(register, world.make(register, year=year), year)


def _make(world: World, batch: Batch, year: int) -> list[Row]:
    register, profile = batch.register, world.profile(batch.register)
    shape_of = world.registers[register]
    surplus = world.settings["surplus"]
    counts = [d for d in batch.demands if d.measure in COUNTS]
    distinct = _distinct(world, batch, counts, surplus)
    size = 0
    if any(d.measure not in COUNTS for d in batch.demands) or not counts:
        size = _own_size(world, register, "batch")
    for demand in counts:
        own = _own_size(world, register, "batch")
        n = wanted_count(demand, surplus, own) if not demand.params.get("sum") else own
        n *= max(len(demand.params.get("sets") or ()), 1)
        size = max(size, n)
    if distinct:
        size = max(size, max(distinct.values()))
        if any(d.measure == "count_distinct" for d in counts):
            size = max(size, round(max(distinct.values()) * (1 + world.settings["revisited"])))
    if year < world.year:
        size = round(size * profile.get("last_year", 1))
    pool = {batch.member["on"]: members(world, batch.member)} if batch.member else None
    rows: list[Row] = []
    goals = {d.params["sum"]: wanted_count(d, surplus, 0) for d in counts if d.params.get("sum")}
    sums = dict.fromkeys(goals, Decimal(0))
    while len(rows) < size or any(sums[f] < goals[f] for f in goals):
        n = len(rows)
        places = _places(world, register, distinct, n)
        row = world.make(register, year=year, on=_own_day(world, batch, distinct, n, year), places=places, pool=pool)
        fit(row, batch.filter, shape_of, world.draw(register), n)
        _fit_counts(world, row, counts, n, year)
        if profile.get("of_project") and "project" not in batch.filter and batch.demands:
            row["project"] = batch.demands[0].project
        for total in goals:
            if not row.get(total):
                row[total] = typed(1, next(f.type for f in shape_of.fields if f.name == total))
            sums[total] += Decimal(row[total])
        rows.append(world.add(register, row, year))
    _improve(batch, counts, distinct, rows)
    return rows


def _distinct(world: World, batch: Batch, counts: Sequence[Demand], surplus: float) -> dict[str, int]:
    """How many different objects a field names."""
    found: dict[str, int] = {}
    for demand in counts:
        if demand.measure == "count_distinct":
            name = demand.params.get("object", "enterprise")
        elif demand.params.get("distinct"):
            name = demand.params["distinct"]
        else:
            continue
        n = wanted_count(demand, surplus, _own_size(world, batch.register, "batch"))
        found[name] = max(found.get(name, 0), n)
    return found


def _places(world: World, register: str, distinct: Mapping[str, int], n: int) -> dict[str, int]:
    """The n-th object of every field that is to name so many; outlets stand for their enterprises."""
    places = {}
    profile = world.profile(register).get("fields", {})
    for name, size in distinct.items():
        place = n % size if size else n
        named = name if name in profile else next((f for f, s in profile.items() if name in s.get("fill", {})), name)
        places[named] = place if profile.get(named, {}).get("of") != "outlet" else n
    return places


def _fit_counts(world: World, row: Row, counts: Sequence[Demand], n: int, year: int) -> None:
    """What a count asks of a record besides its filter: a day in the year, a state, a kind of the set, a minimum."""
    if not counts:
        return
    register = world.registers[counts[0].register]
    kinds = {f.name: f.type for f in register.fields}
    for demand in counts:
        params = demand.params
        date = params.get("date") or ("submitted_on" if demand.measure == "delivered_count" else register.time) or ""
        if date not in kinds:
            date = register.time or ""
        if kinds.get(date) in ("date", "datetime") and (row.get(date) is None or row[date].year != year):
            row[date] = typed(world.draw(register.name).on(year, "workday"), kinds[date])
        if demand.measure == "delivered_count" and params.get("states", ["通过"]) and "state" in kinds:
            row["state"] = params.get("states", ["通过"])[0]
        if sets := params.get("sets"):
            row["kind"] = sets[n % len(sets)]
        for name, least in (params.get("minimum") or {}).items():
            if row.get(name) is None or row[name] < least:
                row[name] = typed(least, kinds[name])


@cache
def _workdays(year: int) -> tuple[datetime.date, ...]:
    days = (datetime.date(year, 1, 1) + n * _ONE_DAY for n in range(365))
    return tuple(on for on in days if is_workday(on))


def _own_day(world: World, batch: Batch, distinct: Mapping[str, int], n: int, year: int) -> datetime.date | None:
    """A working day of its own for each record where days are to differ (daily reports), spread over the year."""
    kinds = {f.name: f.type for f in world.registers[batch.register].fields}
    sizes = [size for name, size in distinct.items() if kinds.get(name) == "date"]
    if not sizes:
        return None
    days = _workdays(year)
    return days[n % sizes[0] * len(days) // sizes[0]]


def _improve(batch: Batch, counts: Sequence[Demand], distinct: Mapping[str, int], rows: Sequence[Row]) -> None:
    """Scores before and after: better for all objects of a count of the improved."""
    for demand in counts:
        if not demand.params.get("improved"):
            continue
        before, after, direction = demand.params["improved"]
        for row in rows:
            low, high = sorted((row.get(before) or Decimal(60), row.get(after) or Decimal(75)))
            high += 1 if low == high else 0
            row[before], row[after] = (low, high) if direction == "up" else (high, low)

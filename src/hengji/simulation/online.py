"""Hourly data of outlets (HJ 212): correlated levels, failures, flags, data sent late or twice, filed stops."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from hengji.simulation.demands import Demand
from hengji.simulation.series import chance_of, decimals, hours_of, moments, numbered, same, wandering
from hengji.simulation.tables import completed
from hengji.simulation.world import World

Moment = datetime.datetime
_LONGEST_FAILURE = 200  # hours; no failure may look like a month without data
_SILENT_STOPS = 0.5
_LATE_DAYS = 10


def make_stops(world: World) -> None:
    """Stops that some outlets have filed, by whole hours, none of a whole month."""
    chance, settings = world.draw("stop_notice"), world.settings["online"]
    outlets = list(dict.fromkeys(r["outlet_no"] for r in world.rows["outlet"]))
    for place in sorted(chance.some(len(outlets), max(1, round(len(outlets) * settings["stops"])))):
        begin = chance.on(world.year, "daily", (2, 11))
        start = Moment.combine(begin, datetime.time(chance.randint(6, 18)))
        end = start + datetime.timedelta(days=chance.randint(*settings["stop_days"]), hours=chance.randint(1, 9))
        row = world.make("stop_notice", on=start)
        for field in ("filed_on", "proof_on"):
            if isinstance(row.get(field), Moment):
                row[field] = row[field].date()
        world.add("stop_notice", row | {"outlet_no": outlets[place], "to_at": end})


def silent_month(world: World) -> list[tuple[str, int]]:
    """Outlets and months that are to be without any data: in force all year and never stopped."""
    stopped = {r["outlet_no"] for r in world.rows["stop_notice"]}
    begin = datetime.date(world.year, 1, 1)
    rows = [
        r
        for r in world.rows["outlet"]
        if r["outlet_no"] not in stopped and r["valid_from"] < begin and r.get("valid_to") is None
        and r.get("online_required")
    ]  # fmt: skip
    chance = world.draw("planted silent month")
    chosen = chance.sample(rows, min(world.settings["planted"]["month_without_data"], len(rows)))
    return [(r["outlet_no"], chance.randint(3, 11)) for r in chosen]


def online_table(world: World, asked: Sequence[Demand], silent: Sequence[tuple[str, int]]) -> Any:
    """The register online_data for the whole year."""
    columns: dict[str, list[Any]] = defaultdict(list)
    stops = defaultdict(list)
    for notice in world.rows["stop_notice"]:
        stops[notice["outlet_no"]].append((notice["from_at"], notice["to_at"]))
    more = {i for d in asked if "transmission" in d.measure for i in d.params.get("items") or ()}
    factors = {code: levels for group in world.settings["online"]["factors"].values() for code, levels in group.items()}
    for outlet, (items, hours) in _outlets(world).items():
        for item in sorted({*items, *more}):
            chance = chance_of(world.seed, world.year, outlet, item)
            levels = factors.get(item, [20, 0.4, 1])
            part = _series(world, chance, hours, levels, stops[outlet], [m for o, m in silent if o == outlet])
            size = len(part["data_time"])
            part |= {"outlet_no": same(outlet, size), "item": same(item, size)}
            for name, values in part.items():
                columns[name].append(values)
    joined = {name: pa.concat_arrays(parts) for name, parts in columns.items()}
    size = len(joined["data_time"]) if joined else 0
    joined["source_key"] = numbered(f"online_data-{world.year}-", size)
    joined["source_system"] = same(world.settings["source_system"], size)
    return completed(world.registers["online_data"], joined, size)


def _outlets(world: World) -> dict[str, tuple[list[str], Any]]:
    """For each outlet its factors and the hours in which it was in force, over all its rows."""
    begin, end = datetime.date(world.year, 1, 1), datetime.date(world.year, 12, 31)
    found: dict[str, tuple[list[str], Any]] = {}
    for row in world.rows["outlet"]:
        if not row.get("online_required"):
            continue
        hours = hours_of(max(row["valid_from"], begin), min(row.get("valid_to") or end, end))
        items, before = found.get(row["outlet_no"], ([], hours[:0]))
        found[row["outlet_no"]] = (items + row["items"].split(";"), np.union1d(before, hours))
    return found


def _series(
    world: World, chance: np.random.Generator, hours: Any, levels: Sequence[Any],
    stops: Sequence[tuple[Moment, Moment]], silent: Sequence[int],
) -> dict[str, Any]:  # fmt: skip
    settings: Mapping[str, Any] = world.settings["online"]
    median, sigma, places = levels
    size = len(hours)
    days = (hours - hours[0]).astype(int) // 24
    daily = wandering(chance, int(days[-1]) + 1)[days]
    clock = (hours - hours.astype("datetime64[D]")).astype(int)
    wave = 0.25 * np.sin(2 * np.pi * (clock - 9) / 24)
    values = median * np.exp(sigma * (0.7 * daily + 0.5 * chance.standard_normal(size)) + wave)

    sent = chance.random(size) < settings["received"]
    for _ in range(chance.poisson(settings["failures_a_year"])):
        length, spread = settings["failure_hours"]
        begin = int(chance.integers(size))
        sent[begin : begin + min(int(length * np.exp(spread * chance.standard_normal())) + 1, _LONGEST_FAILURE)] = False
    flags = np.full(size, "N", dtype="<U1")
    drawn, step = chance.random(size), 0.0
    for flag, share in settings["flags"].items():
        flags[(drawn >= step) & (drawn < step + share)] = flag
        step += share
    for start, end in stops:
        inside = (hours >= np.datetime64(start, "h")) & (hours < np.datetime64(end, "s"))
        if chance.random() < _SILENT_STOPS:
            sent[inside] = False
        flags[inside] = "F"
        values[inside] = 0
    for month in silent:
        sent[hours.astype("datetime64[M]").astype(int) % 12 + 1 == month] = False

    kept = np.flatnonzero(sent)
    again = kept[chance.random(len(kept)) < settings["twice"]]
    delay = np.full(len(kept), 3600) + chance.integers(20, 280, len(kept))
    drawn = chance.random(len(kept))
    soon, too_late = settings["supplemented"], settings["supplemented"] + settings["too_late"]
    delay += np.where(drawn < soon, chance.integers(1, _LATE_DAYS * 23, len(kept)) * 3600, 0)
    delay += np.where(
        (drawn >= soon) & (drawn < too_late), chance.integers(_LATE_DAYS * 24 + 12, 700, len(kept)) * 3600, 0
    )
    places_sent = np.concatenate([kept, again])
    delays = np.concatenate([delay, np.full(len(again), 7200 + 41)])
    repeated = np.concatenate([drawn < too_late, np.ones(len(again), dtype=bool)])
    shown = np.concatenate([values[kept], values[again] * 1.01 + 0.11])
    at = hours[places_sent].astype("datetime64[s]")
    return {
        "data_time": moments(at), "received_at": moments(at + delays), "value": decimals(shown, places),
        "flag": pa.array(flags[places_sent].tolist(), pa.string()), "supplement": pa.array(repeated),
    }  # fmt: skip

"""Hourly air and weather of two years: seasons, days, wandering weather that all pollutants share."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa

from hengji.simulation.demands import Demand
from hengji.simulation.series import chance_of, decimals, hours_of, moments, numbered, same, wandering
from hengji.simulation.tables import completed
from hengji.simulation.world import World

_HIGH_MISSED = Fraction(112, 100)  # this year's level over last year's where the index is to miss its target


def _stations(world: World, asked: Sequence[Demand]) -> list[str]:
    named: list[str] = []
    for demand in asked:
        if demand.register == "air_quality":
            station = demand.filter.get("station")
            named += [station] if isinstance(station, str) else station if isinstance(station, (list, tuple)) else []
    return list(dict.fromkeys(named)) or list(world.settings["stations"])


def emissions(world: World, asked: Sequence[Demand]) -> Mapping[int, Fraction]:
    """The level of all pollutants by year, this year's being 1 (more where the index is to miss its target)."""
    before = Fraction(str(world.settings["air"]["before"]))
    missed = any(d.missed for d in asked if d.measure == "composite_index_change")
    return {world.year - 1: before, world.year: _HIGH_MISSED * before if missed else Fraction(1)}


def air_tables(world: World, asked: Sequence[Demand]) -> dict[str, Any]:
    """The registers air_quality and meteorology, this year and the year before."""
    settings = world.settings["air"]
    levels = emissions(world, asked)
    air: dict[str, list[Any]] = defaultdict(list)
    weather: dict[str, list[Any]] = defaultdict(list)
    for station in _stations(world, asked):
        for year in (world.year - 1, world.year):
            hours = hours_of(datetime.date(year, 1, 1), datetime.date(year, 12, 31))
            chance = chance_of(world.seed, world.year, station, year)
            still = wandering(chance, len(hours) // 24, 0.7)[np.arange(len(hours)) // 24]
            _weather(weather, station, hours, still, chance)
            for pollutant, (mean, season, daily, noise, places) in settings["levels"].items():
                values = mean * float(levels[year]) * _shape(hours, still, season, daily, noise, chance)
                kept = chance.random(len(hours)) >= settings["missing"]
                flags = np.where(chance.random(len(hours)) < settings["invalid"], "无效", "N")[kept]
                size = int(kept.sum())
                part = {
                    "station": same(station, size), "pollutant": same(pollutant, size), "hour": moments(hours[kept]),
                    "value": decimals(np.maximum(values[kept], 10.0**-places), places),
                    "flag": pa.array(flags.tolist(), pa.string()),
                }  # fmt: skip
                for name, column in part.items():
                    air[name].append(column)
    return {name: _finished(world, name, columns) for name, columns in (("air_quality", air), ("meteorology", weather))}


def _finished(world: World, register: str, columns: dict[str, list[Any]]) -> Any:
    joined = {name: pa.concat_arrays(parts) for name, parts in columns.items()}
    size = len(joined["hour"])
    joined["source_key"] = numbered(f"{register}-{world.year}-", size)
    joined["source_system"] = same(world.settings["source_system"], size)
    return completed(world.registers[register], joined, size)


def _day_and_clock(hours: Any) -> tuple[Any, Any]:
    days = (hours.astype("datetime64[D]") - hours.astype("datetime64[Y]").astype("datetime64[D]")).astype(int)
    return days, (hours - hours.astype("datetime64[D]")).astype(int)


def _shape(hours: Any, still: Any, season: float, daily: float, noise: float, chance: np.random.Generator) -> Any:
    days, clock = _day_and_clock(hours)
    yearly = 1 + season * np.cos(2 * np.pi * (days - 10) / 365)
    by_hour = 1 + daily * (np.cos(2 * np.pi * (clock - 8) / 12) * 0.4 + np.cos(2 * np.pi * (clock - 2) / 24) * 0.6)
    own = chance.standard_normal(len(hours)) * noise * 0.4
    return yearly * by_hour * np.exp(noise * 0.7 * still + own - noise**2 * 0.3)


def _weather(columns: dict[str, list[Any]], station: str, hours: Any, still: Any, chance: np.random.Generator) -> None:
    days, clock = _day_and_clock(hours)
    size = len(hours)
    warm = 22.5 - 7.5 * np.cos(2 * np.pi * (days - 15) / 365) + 3 * np.sin(2 * np.pi * (clock - 9) / 24)
    wind = np.maximum(2.2 - 0.7 * still + chance.standard_normal(size) * 0.6, 0.1)
    rain = np.where(chance.random(size) < 0.06, chance.exponential(2.5, size), 0)
    part = {
        "station": same(station, size), "hour": moments(hours), "wind_speed": decimals(wind, 1),
        "wind_direction": decimals(chance.uniform(0, 360, size), 0),
        "temperature": decimals(warm + chance.standard_normal(size), 1),
        "humidity": decimals(np.clip(72 + 8 * still + chance.standard_normal(size) * 6, 20, 100), 0),
        "pressure": decimals(1010 + 6 * np.cos(2 * np.pi * days / 365) + chance.standard_normal(size), 1),
        "boundary_layer": decimals(np.clip(700 - 180 * still + 350 * np.sin(2 * np.pi * (clock - 8) / 24), 60, 2500), 0),
        "rain": decimals(rain, 1),
    }  # fmt: skip
    for name, column in part.items():
        columns[name].append(column)

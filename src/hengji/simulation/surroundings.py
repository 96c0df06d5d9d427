"""The environment by months: water samplings with all their items, and the ranking of districts."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from hengji.simulation.demands import Demand
from hengji.simulation.draw import rounded
from hengji.simulation.fit import fit
from hengji.simulation.truth.environment import items_of, standards
from hengji.simulation.world import World

_OF_WATER = ("water_compliance_rate", "water_class_kept")
_WATERS = ("source_water_quality", "surface_water_quality")
_DISTRICTS = 11
_TRACE = Decimal("0.01")  # a limit at or below this is for a trace metal, mostly not detected


def make_water(world: World, asked: Sequence[Demand]) -> None:
    """Monthly samplings of every section that demands name, with all items that any of them asks for."""
    for register in _WATERS:
        mine = [d for d in asked if d.measure in _OF_WATER and d.register == register]
        items = list(dict.fromkeys(i for d in mine for i in items_of(d.params))) or world.settings["water"]["items"]
        years = (
            [world.year - 1, world.year]
            if any(d.both_years or d.measure == "water_class_kept" for d in mine)
            else [world.year]
        )
        sections: dict[str, Mapping[str, Any]] = {}
        for demand in mine:
            for name in _sections(world, demand.filter):
                sections[name] = {**sections.get(name, {}), **demand.filter}
        for name in [] if sections else world.settings["water"]["sections"]:
            sections[name] = {}
        spoiled = next((d for d in mine if d.missed), None)
        for place, (name, wanted) in enumerate(sections.items()):
            for year in years:
                for month in range(1, 13):
                    bad = spoiled is not None and place == 0 and (year, month) == (world.year, 8)
                    _sampling(world, register, name, wanted, items, datetime.date(year, month, 1), spoilt=bad)


def _sections(world: World, wanted: Mapping[str, Any]) -> Sequence[str]:
    named = wanted.get("section")
    if isinstance(named, str):
        return [named]
    if isinstance(named, (list, tuple)):
        return named
    if isinstance(named, Mapping) and "contains" in named:
        return [f"{named['contains']}断面"]
    return list(world.settings["water"]["sections"])


def _sampling(
    world: World, register: str, section: str, wanted: Mapping[str, Any], items: Sequence[str], month: datetime.date,
    *, spoilt: bool,
) -> None:  # fmt: skip
    settings, chance = world.settings["water"], world.draw(register)
    on = month.replace(day=settings["day"] + chance.randint(0, 4))
    low, high = settings["volume"]
    volume = chance.number(low, high, 1)
    for n, item in enumerate(items):
        row = world.make(register, year=month.year, on=on)
        row |= {"section": section, "item": item, "volume": volume, "protection_area": False}
        row |= _level(item, chance, spoilt=spoilt and n == len(items) - 1)
        fit(row, {k: v for k, v in wanted.items() if k != "section"}, world.registers[register], chance)
        world.add(register, row, month.year)


def _level(item: str, chance: Any, *, spoilt: bool) -> dict[str, Any]:
    """A value within class Ⅲ, or one and a half times its limit."""
    law = standards()["surface_water"]
    name = law["aliases"].get(item, item)
    if name in law["range"]:
        return {"value": rounded(chance.uniform(9.2, 9.4) if spoilt else chance.uniform(6.8, 7.9), 2)}
    limit = Decimal(law["limits"][name][law["classes"].index("Ⅲ")])
    if name in law["at_least"]:
        return {"value": rounded(float(limit) * chance.uniform(*((0.5, 0.7) if spoilt else (1.1, 1.6))), 2)}
    if limit <= _TRACE and not spoilt:
        return {"value": None, "detection_limit": limit / 10}
    share = 1.5 if spoilt else chance.uniform(0.25, 0.8)
    return {"value": rounded(float(limit) * share, 5), "detection_limit": (limit / 50).quantize(Decimal("0.000001"))}


def make_ranking(world: World, asked: Sequence[Demand]) -> None:
    """Ranks of all districts by month and by year; the one asked for gains a rank, or keeps it where it misses."""
    demand = next((d for d in asked if d.measure == "rank_change"), None)
    own = demand.params["district"] if demand else "模拟一区"
    others = [f"模拟{n + 2}号区" for n in range(_DISTRICTS - 1)]
    chance = world.draw("city_ranking")
    rank = chance.randint(4, 9)
    for year in (world.year - 1, world.year):
        place = rank - (year == world.year and not (demand and demand.missed))
        for month in range(1, 12):
            _ranks(world, f"{year}-{month:02d}", datetime.date(year, month + 1, 12), own, others, place)
        _ranks(world, str(year), datetime.date(year, 12, 31), own, others, place)


def _ranks(world: World, period: str, on: datetime.date, own: str, others: Sequence[str], rank: int) -> None:
    chance = world.draw("city_ranking")
    order = list(others)
    chance.shuffle(order)
    order.insert(rank - 1, own)
    index = Decimal("2.60")
    for place, district in enumerate(order):
        index += chance.number(0.02, 0.12, 2)
        row = {"period": period, "district": district, "index": index, "rank": place + 1, "published_on": on}
        world.add("city_ranking", row, on.year)


def make_sources(world: World, asked: Sequence[Demand]) -> None:
    """The enterprises as two other systems write them: some without code, with other signs or another legal form.

    One in a hundred is updated late, and some are in no register of enterprises; where the update is to miss its
    target, one in ten is late.
    """
    chance = world.draw("source_unit")
    demand = next((d for d in asked if d.measure == "source_update_rate"), None)
    late = 0.1 if demand and demand.missed else 0.01
    for n, unit in enumerate(world.rows["enterprise"]):
        for system in ("许可系统", "执法系统"):
            due = datetime.date(world.year, 3 * (1 + n % 4), 28)
            written = chance.choice(
                [
                    unit["name"],
                    unit["name"].replace("有限公司", "有限责任公司"),
                    f"（{unit['name'][:2]}）{unit['name'][2:]}",
                ]
            )
            row = {
                "name": written, "uscc": unit["uscc"] if chance.random() < 0.7 else None, "address": unit["address"],
                "due_on": due, "updated_on": due + datetime.timedelta(days=9 if chance.random() < late else -chance.randint(1, 20)),
            }  # fmt: skip
            if n % 200 == 150:
                row |= {"name": f"{system}模拟散户{n}", "uscc": None}
            fit(row, demand.filter if demand else {}, world.registers["source_unit"], chance)
            world.add("source_unit", row)

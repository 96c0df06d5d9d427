"""Who and what the records are about: enterprises, outlets, the list of key units, and members of other lists."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from hengji.simulation.demands import Demand
from hengji.simulation.fit import fit
from hengji.simulation.truth.records import passes
from hengji.simulation.world import World

_LEVELS = ("国发", "市", "市", "区", "区")
_OTHER_LISTS = ("土壤", "环境风险", "地下水", "噪声")
_SHARED, _MINOR = 20, 15  # every 20th outlet shares an enterprise, every 15th enterprise is of the lesser level
_OFF_LINE_UNITS = 40


def make_masters(world: World, asked: Sequence[Demand]) -> None:
    """Enterprises, outlets with their levels in time, the key list, and members that demands name."""
    for n in range(int(world.settings["enterprises"])):
        world.add("enterprise", world.make("enterprise", places={"uscc": n}))
    _outlets(world)
    _key_units(world)
    _grades(world)
    for demand in asked:
        member = demand.params.get("member")
        if member:
            ensure_members(world, member, int(demand.goal or 20) + 3)


def _outlets(world: World) -> None:
    size = max(round(world.settings["outlets"] * world.scale), world.settings["outlets_least"])
    before, year = datetime.date(world.year - 1, 1, 1), world.year
    enterprise = -1
    for n in range(size):
        enterprise += n % _SHARED != _SHARED - 1
        medium = "气" if n % 3 == 2 else "水"
        factors = list(world.settings["online"]["factors"][medium])
        turn = world.settings["items_per_outlet"]
        row = world.make("outlet", places={"outlet_no": n})
        row |= {
            "enterprise": _uscc(world, enterprise), "medium": medium, "items": ";".join(factors[: turn[n % len(turn)]]),
            "platform_level": _LEVELS[n % len(_LEVELS)], "key_unit": not _minor(enterprise), "valid_from": before,
        }  # fmt: skip
        if n == size - 1:
            row["valid_from"] = datetime.date(year, 3, 1)
        world.add("outlet", row)
        if n == size - 2:  # its level rises in July: a second row for the same outlet
            row["platform_level"], row["valid_to"] = "区", datetime.date(year, 6, 30)
            again = {k: v for k, v in row.items() if k not in ("source_key", "valid_to")}
            world.add("outlet", again | {"platform_level": "市", "valid_from": datetime.date(year, 7, 1)})


def _uscc(world: World, place: int) -> str:
    rows = world.rows["enterprise"]
    return str(rows[place % len(rows)]["uscc"])


def _minor(enterprise: int) -> bool:
    return enterprise % _MINOR == _MINOR - 1


def _key_units(world: World) -> None:
    """Every enterprise with an outlet and some without, on one list each, all since last year but one that joins in June."""
    media: dict[str, str] = {}
    for outlet in world.rows["outlet"]:
        media.setdefault(outlet["enterprise"], "水" if outlet["medium"] == "水" else "大气")
    listed = [(uscc, medium, "其他" if _minor(n) else "市重点") for n, (uscc, medium) in enumerate(media.items())]
    for n in range(_OFF_LINE_UNITS):
        place = len(media) + n
        listed.append((_uscc(world, place), _OTHER_LISTS[n % len(_OTHER_LISTS)], "市重点" if n % 4 == 0 else "其他"))
    for uscc, list_type, level in listed:
        row = world.make("key_unit_list")
        world.add("key_unit_list", row | {"enterprise": uscc, "list_type": list_type, "level": level})
    chance = world.draw("planted")
    for n in range(world.settings["planted"]["joins_list_midyear"]):
        row = world.make("key_unit_list")
        row |= {"enterprise": _uscc(world, len(listed) + n), "list_type": "水", "level": "其他"}
        world.add("key_unit_list", row | {"valid_from": datetime.date(world.year, 6, chance.randint(2, 25))})


def _grades(world: World) -> None:
    """VOC grades for a block of enterprises that stand on no list."""
    start = len(world.rows["key_unit_list"]) + 10
    for n in range(world.profile("voc_grade")["rows"]):
        world.add("voc_grade", world.make("voc_grade", places={"enterprise": start + n}))


def members(world: World, member: Mapping[str, Any]) -> list[Any]:
    """Objects that were in a member register all through the year."""
    begin = datetime.date(world.year, 1, 1)
    rows = [
        r
        for r in world.rows[member["register"]]
        if passes(r, member.get("filter"))
        and (r.get("valid_from") or begin) <= begin
        and r.get("valid_to") is None
        and r.get(member["key"]) is not None
    ]
    return list(dict.fromkeys(r[member["key"]] for r in rows))


def ensure_members(world: World, member: Mapping[str, Any], n: int) -> None:
    """At least n objects that fit: enterprises of a fresh block are put on the list, or changed to fit."""
    register, shape = member["register"], world.registers[member["register"]]
    have = members(world, member)
    chance = world.draw("members")
    for place in _fresh(world, n - len(have)):
        if register == "enterprise":
            fit(world.rows["enterprise"][place], member.get("filter"), shape, chance, place)
        else:
            row = world.make(register) | {member["key"]: _uscc(world, place)}
            fit(row, member.get("filter"), shape, chance, place)
            row.setdefault("valid_from", datetime.date(world.year - 1, 1, 1))
            world.add(register, row)


def _fresh(world: World, n: int) -> Iterable[int]:
    """Enterprises, from the end of the register, that no list names yet."""
    named = {r["enterprise"] for name in ("key_unit_list", "voc_grade") for r in world.rows[name]}
    free = [p for p, r in enumerate(world.rows["enterprise"]) if r["uscc"] not in named and not r.get("park")]
    return free[len(free) - max(n, 0) :] if n > 0 else ()

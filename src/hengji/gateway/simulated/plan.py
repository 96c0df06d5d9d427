"""What each simulated outlet is, and what will happen to it: all of it drawn from the seed before anything is sent."""

from __future__ import annotations

import datetime
import math
import random
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from hengji.reception.devices import Device

Moment = datetime.datetime
HOUR = datetime.timedelta(hours=1)
OXYGEN_KINDS = frozenset({"oxygen_raised"})
DRIFT_SECONDS = (400, 4000)


class Factor(NamedTuple):
    """A factor of an outlet: its code in the device's edition, and how its values run."""

    code: str
    median: float
    sigma: float
    places: int
    limit: float
    held: bool


class Spell(NamedTuple):
    """Something between two moments: a fault, or tampering with a factor (empty: with all). `by` is its measure."""

    kind: str
    begin: Moment
    end: Moment
    factor: str = ""
    by: float = 0.0

    def covers(self, moment: Moment) -> bool:
        """Whether it is going on."""
        return self.begin <= moment < self.end


class Outlet(NamedTuple):
    """One outlet with its device. `main`, `flow` and `oxygen` are codes; `period_end`: DataTime is the end of a period."""

    device: Device
    kind: str
    factors: tuple[Factor, ...]
    main: str
    flow: str
    oxygen: str
    period_end: bool
    faults: tuple[Spell, ...]
    tampering: tuple[Spell, ...]
    name: str
    """Names its sources of chance."""

    def fault(self, moment: Moment, *kinds: str) -> Spell | None:
        """The fault of these kinds that is going on, if any."""
        return next((s for s in self.faults if s.kind in kinds and s.covers(moment)), None)


@cache
def kinds() -> dict[str, Any]:
    """The table of kinds and chances."""
    return tomllib.loads(files(__package__).joinpath("kinds.toml").read_text("utf-8"))


def plan(
    seed: str, outlets: int, begin: Moment, end: Moment, tampered: float, faults: float, realtime: int, minute: int
) -> list[Outlet]:
    """The outlets of a trial from `begin` to `end`; the same for the same arguments.

    `tampered` is the share of outlets that are tampered with, `faults` a factor on the rates of all faults, `realtime`
    and `minute` the intervals in seconds and minutes (0 for none).
    """
    return [_outlet(seed, n, begin, end, tampered, faults, realtime, minute) for n in range(1, outlets + 1)]


def _outlet(
    seed: str, number: int, begin: Moment, end: Moment, tampered: float, faults: float, realtime: int, minute: int
) -> Outlet:
    table, name = kinds(), f"{seed}/{number}"
    chance = random.Random(f"{name}/outlet")
    kind = chance.choices(table["kind"], [k["share"] for k in table["kind"]])[0]
    edition = chance.choices(list(table["editions"]), list(table["editions"].values()))[0]
    old = edition == "2005"
    codes = {f["code"]: f["old" if old else "code"] for f in kind["factors"]}
    level = math.exp(0.25 * chance.gauss(0, 1))
    factors = tuple(
        Factor(
            codes[f["code"]], f["median"] * (level if f["limit"] else 1), f["sigma"], f["places"], f["limit"], f["held"]
        )
        for f in kind["factors"]
    )
    mn = f"{88000000000000 + number:014d}" if old else f"5A{chance.getrandbits(64):016X}{number:06X}"
    device = Device(
        mn=mn, password=f"{chance.randrange(100000, 1000000)}", edition=edition, outlet=f"模拟-{kind['name']}-{number:05d}",
        st=kind["st"], factors=tuple(f.code for f in factors), realtime_seconds=realtime, minute_minutes=minute,
        simulated=True,
    )  # fmt: skip
    return Outlet(
        device, kind["name"], factors, codes[kind["main"]], codes[kind["flow"]], codes.get(kind.get("oxygen", ""), ""),
        chance.random() < table["habits"]["period_end"], _faults(name, begin, end, faults),
        _tampering(name, kind["name"], codes[kind["main"]], begin, end, tampered), name,
    )  # fmt: skip


def _faults(name: str, begin: Moment, end: Moment, rate: float) -> tuple[Spell, ...]:
    chance = random.Random(f"{name}/faults")
    found = []
    for fault in kinds()["fault"]:
        at, a_day = begin, fault["a_day"] * rate
        while a_day > 0:
            at += datetime.timedelta(days=chance.expovariate(a_day))
            if at >= end:
                break
            hours = max(0.2, fault["hours"] * math.exp(0.8 * chance.gauss(0, 1)))
            by = chance.choice((-1, 1)) * chance.uniform(*DRIFT_SECONDS) if fault["kind"] == "clock_drift" else 0.0
            found.append(Spell(fault["kind"], at, min(end, at + hours * HOUR), "", by))
            at += hours * HOUR
    return tuple(sorted(found, key=lambda spell: spell.begin))


def _tampering(name: str, kind: str, main: str, begin: Moment, end: Moment, share: float) -> tuple[Spell, ...]:
    chance = random.Random(f"{name}/tampering")
    if chance.random() >= share:
        return ()
    table = kinds()["tampering"]
    chosen = chance.choice([k for k in table if kind == "gas" or k not in OXYGEN_KINDS])
    hours = round(chance.uniform(*table[chosen]))
    room = (end - begin) // HOUR
    first = begin + chance.randrange(max(1, room - min(hours, room) + 1)) * HOUR
    by = {"parameter": chance.uniform(0.35, 0.65), "clock_back": chance.uniform(1200, 7200)}.get(
        chosen, chance.random()
    )
    factor = "" if chosen in ("stopped_running", "clock_back") else main
    return (Spell(chosen, first, min(end, first + hours * HOUR), factor, by),)

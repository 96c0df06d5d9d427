"""The last touches: nothing from after the year, nothing alike by chance, who entered it and when, a few void records."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from hengji.evidence.register import Register
from hengji.simulation.truth.records import day
from hengji.simulation.world import Row, World

_ENTERED = ("source_system", "source_key", "recorded_at", "recorded_by")
_VOID_IN = ("site_visit", "lab_report", "boat_voyage", "result")
_VOID_REASON = "录入错误，作废（模拟）"
_CLERKS = 14
_OFFICE = (9, 18)
_ONE_DAY = datetime.timedelta(days=1)


def tidy_petitions(world: World) -> None:
    """Petitions transferred or withdrawn are never closed; some are extended; all others close in time."""
    chance = world.draw("petition tidy")
    for row in world.rows["petition"]:
        if row.get("outcome") in ("转办", "撤回"):
            row |= {"closed_on": None, "replied_on": None, "satisfied": None}
            continue
        row["outcome"] = "办结"
        due = row["due_on"]
        if chance.random() < 0.03:
            row["extended_to"] = due + datetime.timedelta(days=30)
            row["closed_on"] = due + datetime.timedelta(days=chance.randint(1, 30))
        elif row.get("closed_on") is None or row["closed_on"] > due:
            row["closed_on"] = due - datetime.timedelta(days=chance.randint(0, 6))
        row["replied_on"] = row["closed_on"]


def tidy_issues(world: World) -> None:
    """An issue is closed after it was verified."""
    for row in world.rows["online_issue"]:
        verified, closed = row.get("verified_at"), row.get("closed_at")
        if verified is not None and closed is not None and closed < verified:
            row["closed_at"] = verified + datetime.timedelta(hours=3)


def cut_at_year_end(world: World) -> None:
    """What would happen only after the year has not happened yet; records that begin then are not there."""
    end = datetime.date(world.year, 12, 31)
    for name, register in world.registers.items():
        dated = [
            f for f in register.fields if f.type in ("date", "datetime") and not f.future and f.name not in _ENTERED
        ]
        kept = []
        for row in world.rows.get(name, ()):
            for field in dated:
                value = row.get(field.name)
                if value is not None and day(value) > end:
                    if field.required:
                        break
                    row[field.name] = None
            else:
                kept.append(row)
        if name in world.rows:
            world.rows[name] = kept
    for row in world.rows["petition"]:
        if row.get("closed_on") is None and row.get("outcome") == "办结":
            row |= {"outcome": None, "replied_on": None, "satisfied": None}


def drop_likes(world: World) -> None:
    """Of records that chance made alike in all they say only the first stays."""
    for name, register in world.registers.items():
        if name not in world.rows:
            continue
        seen: set[tuple[Any, ...]] = set()
        kept = []
        for row in world.rows[name]:
            content = content_of(register, row)
            if content not in seen:
                seen.add(content)
                kept.append(row)
        world.rows[name] = kept


def content_of(register: Register, row: Mapping[str, Any]) -> tuple[Any, ...]:
    """All that a record says, without its key and who entered it when."""
    return tuple(row.get(f.name) for f in register.fields if f.name not in _ENTERED)


def enter(world: World) -> None:
    """When and by whom records of events were entered: some days after they happened."""
    within = world.settings["recorded_within_days"]
    for name, register in world.registers.items():
        time = next((f for f in register.fields if f.name == register.time), None)
        if register.kind == "master" or time is None or time.future:
            continue
        chance = world.draw(f"{name} entered")
        for row in world.rows.get(name, ()):
            at = row.get(time.name)
            if at is None:
                continue
            days = min(int(chance.tail(0.8, 0.8)), within - 1)
            entered = chance.at(day(at) + days * _ONE_DAY, _OFFICE)
            late = isinstance(at, datetime.datetime) and entered < at  # it happened after the office had closed
            row["recorded_at"] = entered + _ONE_DAY if late else entered
            row["recorded_by"] = f"录入员{chance.randint(1, _CLERKS):02d}"


def void_some(world: World) -> None:
    """A few records that were entered by mistake and are void; they are like no other."""
    for name in _VOID_IN:
        register = world.registers[name]
        chance = world.draw(f"{name} void")
        rows = [r for r in world.rows[name] if register.time and r[register.time].year == world.year]
        for row in rows[:: max(round(1 / world.settings["void_share"]), 1)]:
            again: Row = {k: v for k, v in row.items() if k != "source_key"}
            moved = row[register.time or ""] - datetime.timedelta(days=chance.randint(1, 3))
            if moved.year == world.year:
                world.add(name, again | {register.time or "": moved, "void_reason": _VOID_REASON})

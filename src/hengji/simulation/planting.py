"""The facts that are planted, so that a check of the records can be checked itself.

What each fact is, and that nothing else in the year is like it, is said in `FACTS`; the tests hold it to that.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any, NamedTuple

from hengji.model.binding import Period
from hengji.simulation.demands import Demand
from hengji.simulation.truth.cells import visit_cells
from hengji.simulation.world import World

FACTS = {
    "E01": ("late_closing", "信访件超过有效期限办结，或期限已过仍未办结", "a petition closed after its effective due day, or still open after it"),
    "E02": ("missed_patrol", "单位某日巡查次数少于规定", "a unit with fewer patrols on a day than required"),
    "E03": ("failed_comparison", "比对监测不合格", "a comparison test that failed"),
    "E04": ("month_without_data", "排放口整月没有联网数据", "an outlet without online data for a whole month"),
    "E05": ("duplicate", "内容相同而编号不同的记录", "the same content under another key"),
    "E06": ("file_claimed_twice", "同一成果文件由两个项目申报", "one deliverable file claimed by two projects"),
    "E07": ("joins_list_midyear", "年中列入重点单位名录", "a unit that joins the key list in the middle of the year"),
    "E08": ("late_entry", "迟录：发生后超过期限才录入", "entered later after it happened than is allowed"),
}  # fmt: skip


class Fact(NamedTuple):
    """A planted fact: its code, the register it is seen in, the keys of the records (or cells) it is about."""

    code: str
    register: str
    keys: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """With its name in both languages."""
        name, zh, en = FACTS[self.code]
        return {"code": self.code, "name": name, "register": self.register, "keys": list(self.keys), "zh": zh, "en": en}


def plant(world: World, asked: Sequence[Demand], silent: Sequence[tuple[str, int]]) -> list[Fact]:
    """Change the finished records so that the facts are in them; in the order of their codes."""
    return [
        *_late_closings(world), *_missed_patrols(world, asked), *_failed_comparison(world),
        *(Fact("E04", "online_data", (outlet, f"{world.year}-{month:02d}")) for outlet, month in silent),
        *_duplicates(world), *_claimed_twice(world), *_joins(world), *_late_entries(world),
    ]  # fmt: skip


def _late_closings(world: World) -> list[Fact]:
    """Petitions closed some days late; the last of them stays open past its day."""
    chance, n = world.draw("planted late closings"), world.settings["planted"]["late_closing"]
    rows = [
        r
        for r in world.rows["petition"]
        if r["received_on"].year == world.year
        and r.get("closed_on") is not None
        and r.get("extended_to") is None
        and r["due_on"] <= datetime.date(world.year, 11, 20)
    ]
    chosen = chance.sample(rows, min(n, len(rows)))
    for place, row in enumerate(chosen):
        if place == n - 1:
            row |= {"closed_on": None, "replied_on": None, "outcome": None, "satisfied": None}
        else:
            row["closed_on"] = row["due_on"] + datetime.timedelta(days=chance.randint(2, 30))
            row["replied_on"] = row["closed_on"]
    return [Fact("E01", "petition", (r["source_key"],)) for r in chosen]


def _missed_patrols(world: World, asked: Sequence[Demand]) -> list[Fact]:
    """Days of units from which visits are taken away again, for the first frequency by the day that is asked."""
    demand = next((d for d in asked if d.measure == "visit_frequency_compliance" and d.params["cell"] == "day"), None)
    if demand is None:
        return []
    visits, units = demand.params["visits"], demand.params["units"]
    register, unit = visits["register"], visits.get("unit", units["unit"])
    date = visits.get("date") or world.registers[register].time or ""
    stopped = {r["outlet_no"] for r in world.rows["stop_notice"]}
    year = Period(world.year, datetime.date(world.year, 12, 31))
    cells = [(u, on) for u, on, _, _ in visit_cells(world.records(), demand.params, year) if u not in stopped]
    chosen = world.draw("planted missed patrols").sample(
        cells, min(world.settings["planted"]["missed_patrol"], len(cells))
    )
    gone = set(chosen)
    world.rows[register] = [r for r in world.rows[register] if (r[unit], _day(r[date])) not in gone]
    return [Fact("E02", register, (str(u), on.isoformat())) for u, on in sorted(chosen, key=str)]


def _day(value: datetime.date) -> datetime.date:
    return value.date() if isinstance(value, datetime.datetime) else value


def _failed_comparison(world: World) -> list[Fact]:
    rows = [r for r in world.rows["comparison_test"] if r["tested_on"].year == world.year]
    n = world.settings["planted"]["failed_comparison"]
    chosen = world.draw("planted comparison").sample(rows, min(n, len(rows)))
    for row in chosen:
        row["result"] = "不合格"
        row["error"] = row["limit"] + world.draw("planted comparison").number(2, 9, 2)
    return [Fact("E03", "comparison_test", (r["source_key"],)) for r in chosen]


def _duplicates(world: World) -> list[Fact]:
    """Records entered once more under another key a little later."""
    facts: list[Fact] = []
    chance = world.draw("planted duplicates")
    registers = world.settings["planted"]["duplicates_in"]
    for n in range(world.settings["planted"]["duplicate"]):
        register = registers[n % len(registers)]
        time = world.registers[register].time or ""
        rows = [r for r in world.rows[register] if r[time].year == world.year and not r.get("void_reason")]
        if register == "petition":
            rows = [r for r in rows if r.get("closed_on") and r["closed_on"] <= (r.get("extended_to") or r["due_on"])]
        if not rows:
            continue
        row = chance.choice(rows)
        key = row["source_key"]
        again = world.add(register, dict(row))
        facts.append(Fact("E05", register, (key, again["source_key"])))
    return facts


def _claimed_twice(world: World) -> list[Fact]:
    facts: list[Fact] = []
    chance = world.draw("planted file")
    for _ in range(world.settings["planted"]["file_claimed_twice"]):
        rows = [r for r in world.rows["deliverable"] if r.get("project") and r.get("sha256") and r["state"] == "通过"]
        projects = sorted({r["project"] for r in rows})
        if len(projects) < 2:
            return facts
        one, other = (chance.choice([r for r in rows if r["project"] == p]) for p in chance.sample(projects, 2))
        other["sha256"] = one["sha256"]
        facts.append(Fact("E06", "deliverable", tuple(sorted((one["source_key"], other["source_key"])))))
    return facts


def _joins(world: World) -> list[Fact]:
    begin = datetime.date(world.year, 1, 1)
    rows = [r for r in world.rows["key_unit_list"] if r["valid_from"] > begin]
    return [Fact("E07", "key_unit_list", (r["source_key"],)) for r in rows]


def _late_entries(world: World) -> list[Fact]:
    facts: list[Fact] = []
    chance, days = world.draw("planted late entries"), world.settings["late_recorded_days"]
    registers = world.settings["planted"]["late_entries_in"]
    for n in range(world.settings["planted"]["late_entry"]):
        register = registers[n % len(registers)]
        time = world.registers[register].time or ""
        rows = [
            r
            for r in world.rows[register]
            if r[time].year == world.year and r[time].month < 11 and r.get("recorded_at") and not r.get("void_reason")
        ]
        if rows:
            row = chance.choice(rows)
            # Later than the end of the last day that is still in time.
            row["recorded_at"] += datetime.timedelta(days=days + chance.randint(2, 30))
            facts.append(Fact("E08", register, (row["source_key"],)))
    return facts

"""The planted facts are in the records and nothing else of their kind is, by checks that know no planted list."""

from __future__ import annotations

import calendar
import datetime
from collections import Counter, defaultdict

import pytest
from tests.simulation.invented import SEED, YEAR, rows, truth_file, year

from hengji.evidence.register import registers

DAY = datetime.timedelta(days=1)
END = datetime.date(YEAR, 12, 31)
FIRST = datetime.date(YEAR, 1, 1)
SEEDS = (SEED, SEED + 1, SEED + 2)


def planted(code, seed):
    return sorted((f.register, f.keys) for f in year(seed).planted if f.code == code)


def live(name, seed):
    return [r for r in rows(seed)[name] if not r.get("void_reason")]


@pytest.mark.parametrize("seed", SEEDS)
def test_late_closings(seed):
    late = [
        r for r in live("petition", seed)
        if r.get("outcome") not in ("转办", "撤回")
        and (r.get("extended_to") or r["due_on"]) <= END
        and (r.get("closed_on") or END + DAY) > (r.get("extended_to") or r["due_on"])
    ]  # fmt: skip
    assert sorted(("petition", (r["source_key"],)) for r in late) == planted("E01", seed)
    assert len(late) == 7
    assert sum(r.get("closed_on") is None for r in late) == 1


@pytest.mark.parametrize("seed", SEEDS)
def test_missed_patrols(seed):
    seen = Counter((r["outlet_no"], r["patrolled_at"].date()) for r in live("system_patrol", seed))
    missed = []
    for outlet in live("outlet", seed):
        need = {"国发": 3, "市": 2, "区": 1}[outlet["platform_level"]]
        on = max(FIRST, outlet["valid_from"])
        while on <= min(END, outlet.get("valid_to") or END):
            if seen[outlet["outlet_no"], on] < need:
                missed.append(("system_patrol", (outlet["outlet_no"], on.isoformat())))
            on += DAY
    assert sorted(missed) == planted("E02", seed)
    assert len(missed) == 6


@pytest.mark.parametrize("seed", SEEDS)
def test_visits_by_the_month_are_all_made(seed):
    seen = Counter(
        (r["enterprise"], f"{r['visited_on']:%Y-%m}") for r in live("site_visit", seed) if r["kind"] == "巡查"
    )
    for unit in live("key_unit_list", seed):
        for month in range(1, 13):
            if unit["valid_from"] <= datetime.date(YEAR, month, 1):
                assert seen[unit["enterprise"], f"{YEAR}-{month:02d}"] >= {"市重点": 2, "其他": 1}[unit["level"]]


@pytest.mark.parametrize("seed", SEEDS)
def test_failed_comparison(seed):
    failed = [r for r in live("comparison_test", seed) if r["result"] == "不合格" and r["tested_on"].year == YEAR]
    assert [("comparison_test", (r["source_key"],)) for r in failed] == planted("E03", seed)
    assert [r for r in live("comparison_test", seed) if (r["error"] > r["limit"]) != (r["result"] == "不合格")
            and r["tested_on"].year == YEAR] == []  # fmt: skip


@pytest.mark.parametrize("seed", SEEDS)
def test_month_without_data(seed):
    months = defaultdict(set)
    for row in live("online_data", seed):
        months[row["outlet_no"], row["item"]].add(row["data_time"].month)
    silent = set()
    for outlet in live("outlet", seed):
        for item in outlet["items"].split(";"):
            for month in range(1, 13):
                last = datetime.date(YEAR, month, calendar.monthrange(YEAR, month)[1])
                inside = outlet["valid_from"] <= last and (outlet.get("valid_to") or END) >= datetime.date(
                    YEAR, month, 1
                )
                if inside and month not in months[outlet["outlet_no"], item]:
                    silent.add(("online_data", (outlet["outlet_no"], f"{YEAR}-{month:02d}")))
    assert sorted(silent) == planted("E04", seed)
    assert len(silent) == 1


@pytest.mark.parametrize("seed", SEEDS)
def test_duplicates(seed):
    found = []
    for name, register in registers().items():
        said = [f.name for f in register.fields if f.name not in ("source_system", "source_key", "recorded_at", "recorded_by")]  # fmt: skip
        groups = defaultdict(list)
        for row in live(name, seed):
            groups[tuple(row.get(f) for f in said)].append(row["source_key"])
        found += [(name, tuple(sorted(keys))) for keys in groups.values() if len(keys) > 1]
    assert sorted(found) == planted("E05", seed)
    assert len(found) == 3


@pytest.mark.parametrize("seed", SEEDS)
def test_one_file_claimed_by_two_projects(seed):
    claims = defaultdict(list)
    for row in live("deliverable", seed):
        if row.get("sha256"):
            claims[row["sha256"]].append(row)
    twice = [found for found in claims.values() if len(found) > 1]
    assert [("deliverable", tuple(sorted(r["source_key"] for r in found))) for found in twice] == planted("E06", seed)
    assert [len({r["project"] for r in found}) for found in twice] == [2]


@pytest.mark.parametrize("seed", SEEDS)
def test_joins_the_list_in_june(seed):
    joined = [r for r in live("key_unit_list", seed) if r["valid_from"] > FIRST]
    assert [("key_unit_list", (r["source_key"],)) for r in joined] == planted("E07", seed)
    assert [r["valid_from"].month for r in joined] == [6]
    assert all(r.get("valid_to") is None for r in live("key_unit_list", seed))


@pytest.mark.parametrize("seed", SEEDS)
def test_late_entries(seed):
    late = []
    for name, register in registers().items():
        for row in rows(seed)[name]:
            at, entered = row.get(register.time or ""), row.get("recorded_at")
            if at is None or entered is None:
                continue
            begin = at if isinstance(at, datetime.datetime) else datetime.datetime.combine(at, datetime.time())
            # None is near the limit, so that reading it by the day or by the minute makes no difference.
            assert not begin + 9 * DAY < entered < begin + 12 * DAY, (name, row)
            if entered > begin + 10 * DAY:
                late.append((name, (row["source_key"],)))
    assert sorted(late) == planted("E08", seed)
    assert len(late) == 5


def test_the_truth_file_lists_the_facts_in_both_languages():
    facts = truth_file()["planted"]
    assert {f["code"] for f in facts} == {f"E0{n}" for n in range(1, 9)}
    assert all(f["zh"] and f["en"] and f["keys"] and f["register"] in registers() for f in facts)

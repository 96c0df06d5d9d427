"""What a check of the records accuses of: small cases by hand, and all that a simulated year was planted with."""

from __future__ import annotations

import datetime
import json
import tomllib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.evidence.test_spark import MISSING

from hengji.evidence.bindings import read_bindings
from hengji.evidence.checks import CHECKS, Odd, as_json, check, not_checked
from hengji.evidence.engine import Engine, open_engine
from hengji.evidence.register import registers
from hengji.evidence.store import Store
from hengji.model.binding import Binding, Period
from hengji.model.finding import Severity
from hengji.reading import read
from hengji.simulation import Simulation, simulate
from hengji.simulation.tables import table_of

EXAMPLE = Path(__file__).parents[2] / "examples" / "panyu-2024"
CASES = Path(__file__).parent / "check_cases"
AT = datetime.datetime(2025, 1, 5, 9)
YEAR_END = datetime.date(2024, 12, 31)
FREQUENCY: dict[str, Any] = {
    "units": {"register": "outlet", "unit": "outlet_no", "level": "platform_level", "filter": {"online_required": True}},
    "visits": {"register": "system_patrol", "unit": "outlet_no", "date": "patrolled_at"},
    "required": {"国发": 3, "市": 2, "区": 1}, "cell": "day",
}  # fmt: skip
Rows = Sequence[Mapping[str, Any]]


def binding(params: Mapping[str, Any], measure: str = "visit_frequency_compliance", by: str | None = "甲") -> Binding:
    return Binding("巡查项目", 3, measure, params, confirmed_by=by)


PATROLS = (binding(FREQUENCY),)


def store_of(folder: Path, *batches: Mapping[str, Rows]) -> Store:
    """Records in a store, one batch after the other; what is required and not given is the descriptor's example."""
    store, size = Store(folder), 0
    for batch in batches:
        for name, rows in batch.items():
            register, made = registers()[name], []
            for row in rows:
                size += 1
                shown = {f.name: _typed(f.example, f.type) for f in register.fields if f.required}
                made.append(shown | {"source_key": f"{name}-{size}"} | dict(row))
            done = store.add_table(name, table_of(register, made), at=AT, source=f"{name}.xlsx")
            assert (done.written, done.rejected_count) == (len(rows), 0), done.rejected
    return store


def _typed(example: Any, kind: str) -> Any:
    if kind == "number":
        return Decimal(str(example))
    if kind in ("date", "datetime"):
        return (datetime.date if kind == "date" else datetime.datetime).fromisoformat(example)
    return example


def cases() -> list[Any]:
    return [
        pytest.param(file.stem, case, id=f"{file.stem} {case['name']}")
        for file in sorted(CASES.glob("*.toml"))
        for case in tomllib.loads(file.read_text("utf-8"))["case"]
    ]


@pytest.mark.parametrize(("code", "case"), cases())
def test_a_case_is_accused_of_what_it_says(code: str, case: Mapping[str, Any], tmp_path: Path) -> None:
    engine = open_engine(store_of(tmp_path, case["records"], case.get("later", {})))
    period = Period(2024, case.get("as_of", YEAR_END))
    odds = [o for o in check(engine, PATROLS, period, late_days=case.get("late_days", 10)) if o.code == code]
    assert [list(o.keys) for o in odds] == case["found"]
    assert all(case.get("says", "") in o.finding.zh for o in odds)


def test_every_code_has_cases_that_are_accused_and_cases_that_are_not() -> None:
    for code in CHECKS:
        found = [bool(c["found"]) for c in tomllib.loads((CASES / f"{code}.toml").read_text("utf-8"))["case"]]
        assert set(found) == {True, False}, code


OUTLET = {
    "outlet_no": "MN1",
    "platform_level": "市",
    "online_required": True,
    "valid_from": datetime.date(2024, 12, 31),
}
PATROL = {"outlet_no": "MN1", "patrolled_at": datetime.datetime(2024, 12, 31, 9)}


@pytest.mark.parametrize(
    ("bindings", "found"),
    [
        ((), 0),
        ((binding(FREQUENCY, by=None),), 0),
        ((binding({**FREQUENCY, "cell": "month"}),), 0),
        ((binding({"of": {"measure": "visit_frequency_compliance", "with": FREQUENCY}}, "trend_direction"),), 1),
        ((binding({"tree": {"all": [{"any": [
            {"measure": "visit_frequency_compliance", "with": FREQUENCY, "op": ">=", "number": 90}]}]}}, "yes_no_computed"),), 1),
        ((*PATROLS, *PATROLS), 1),
        ((binding({**FREQUENCY, "required": 1}),), 0),
    ],
    ids=["no binding", "not confirmed", "by the month", "inside a trend", "inside conditions", "asked twice", "fewer"],
)  # fmt: skip
def test_how_many_visits_a_day_needs_is_what_confirmed_bindings_say(
    bindings: Sequence[Binding], found: int, tmp_path: Path
) -> None:
    engine = open_engine(store_of(tmp_path, {"outlet": [OUTLET], "system_patrol": [PATROL]}))
    odds = check(engine, bindings, Period(2024, YEAR_END))
    assert [o.code for o in odds] == ["E02"] * found


@pytest.fixture
def small(tmp_path: Path) -> tuple[Odd, ...]:
    late = {"received_on": datetime.date(2024, 1, 8), "due_on": datetime.date(2024, 3, 8)}
    visit = {"enterprise": "甲厂", "visited_on": datetime.date(2024, 5, 6)}
    more = [{"source_key": f"V{n}", **visit} for n in (3, 1, 2)]
    file = {"sha256": "c" * 64, "submitted_on": datetime.date(2024, 6, 3)}
    given = {
        "deliverable": [{**file, "project": "甲项目", "kind": "月报"}, {**file, "project": "乙项目"}],
        "site_visit": more,
        "petition": [{"source_key": "P9", "channel": "来信", **late}, {"source_key": "P1", **late}],
        "outlet": [OUTLET], "system_patrol": [PATROL],
    }  # fmt: skip
    engine = open_engine(store_of(tmp_path, given))
    return check(engine, PATROLS, Period(2024, YEAR_END))


def test_findings_come_by_code_then_by_place(small: Sequence[Odd]) -> None:
    assert [(o.code, o.finding.place.row) for o in small] == [
        ("E01", 1), ("E01", 2), ("E02", None), ("E05", 1), ("E06", 1)
    ]  # fmt: skip


def test_a_sentence_says_where_what_why_and_what_to_do_in_both_languages(small: Sequence[Odd]) -> None:
    first = small[0].finding
    assert first.zh == (
        "《信访投诉》台账 P9（petition.xlsx 第1行）：应于2024-03-08办结，到2024-12-31仍未办结，已超过298天。按期办结率因此降低。"
        "请核对日期；已批准延期的补登延期日期，属实的在自评中说明原因和改进措施。"
    )
    assert first.en.startswith(
        "Petitions and complaints, P9 (petition.xlsx, line 1): due on 2024-03-08, still open on 2024-12-31, 298 days over."
    )
    assert "频次依据“巡查项目”第3项的挂接" in small[2].finding.zh


def test_only_a_file_claimed_twice_is_an_error(small: Sequence[Odd]) -> None:
    assert {o.code for o in small if o.finding.severity is Severity.ERROR} == {"E06"}
    assert {code: one.severity.value for code, one in CHECKS.items()} == {
        "E01": "warning", "E02": "warning", "E03": "warning", "E04": "warning", "E05": "warning", "E06": "error",
        "E07": "info", "E08": "info",
    }  # fmt: skip


def test_the_json_holds_register_keys_and_the_place_of_every_record(small: Sequence[Odd]) -> None:
    told = json.loads(json.dumps(as_json(small), ensure_ascii=False))
    assert told["format"] == "hengji.evidence_check/1"
    alike = next(f for f in told["findings"] if f["code"] == "E05")
    assert alike.keys() == {
        "code", "severity", "zh", "en", "place", "suggestion", "cites", "register", "keys", "records"
    }  # fmt: skip
    assert (alike["register"], alike["keys"]) == ("site_visit", ["V1", "V2", "V3"])
    assert alike["place"]["sheet"] == registers()["site_visit"].title
    assert [(r["source_key"], r["source"], r["line"]) for r in alike["records"]] == [
        ("V3", "site_visit.xlsx", 1), ("V1", "site_visit.xlsx", 2), ("V2", "site_visit.xlsx", 3)
    ]  # fmt: skip
    assert all(len(r["record_id"]) == 16 for r in alike["records"])


def test_many_alike_are_counted_and_not_all_named(tmp_path: Path) -> None:
    same = {"enterprise": "甲厂", "visited_on": datetime.date(2024, 5, 6)}
    engine = open_engine(store_of(tmp_path, {"site_visit": [same] * 30}))
    (odd,) = check(engine, (), Period(2024, YEAR_END))
    assert "等30条" in odd.finding.zh
    assert len(odd.keys) == len(odd.records) == 30


def test_what_had_nothing_to_look_at_is_named(tmp_path: Path) -> None:
    empty = open_engine(Store(tmp_path / "empty"))
    assert check(empty, PATROLS, Period(2024, YEAR_END)) == ()
    assert [n.code for n in not_checked(empty, ())] == ["E01", "E02", "E03", "E04", "E06", "E07"]
    engine = open_engine(store_of(tmp_path / "some", {"outlet": [OUTLET]}))
    needs = {n.code: n.needs for n in not_checked(engine, PATROLS)}
    assert needs["E02"] == "台账没有任何记录：在线系统巡查记录"
    assert needs["E04"] == "台账没有任何记录：在线监测小时数据"
    assert as_json((), not_checked(engine, PATROLS))["not_checked"][0]["code"] == "E01"


@pytest.mark.spark
@pytest.mark.skipif(bool(MISSING), reason=f"needs {' and '.join(MISSING)}, which this machine lacks")
def test_spark_accuses_of_what_duckdb_accuses_of_also_after_corrections(tmp_path: Path) -> None:
    wanted = {
        "E01": "an extension moves the day", "E02": "a day wholly in a stop notice is let off, a day partly in it is not",
        "E03": "a test of the year that failed", "E04": "stopped for the whole month by notices that meet is let off, an hour "
        "between them is not", "E05": "masters and plans too", "E06": "one file in two projects, all records of it",
        "E07": "a changed level goes on, another list or a gap begins",
        "E08": "a correction is later than the record was, a late record stays late",
    }  # fmt: skip
    taken = [p.values[1] for p in cases() if p.values[1]["name"] == wanted[p.values[0]]]
    records: dict[str, list[Any]] = {}
    for case in taken:
        for name, rows in case["records"].items():
            records.setdefault(name, []).extend(rows)
    store = store_of(tmp_path, records, taken[-1]["later"])
    period = Period(2024, YEAR_END)
    ours = check(open_engine(store), PATROLS, period)
    assert {o.code for o in ours} == set(CHECKS)
    assert check(open_engine(store, "local-cluster[2,1,1024]"), PATROLS, period) == ours


@pytest.fixture(scope="module", params=[3, 20240401, 77])
def year(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Simulation, Engine]:
    file = EXAMPLE / "table.txt"
    simulation = simulate(
        read(file.read_bytes(), file.name).in_year(2024), bound(), 2024, request.param, scale=0.02
    )  # fmt: skip
    store = Store(tmp_path_factory.mktemp("evidence"))
    for name, rows in simulation.tables.items():
        if rows.num_rows:
            store.add_table(name, rows, at=AT, source="模拟数据", simulated=True)
    return simulation, open_engine(store)


def bound() -> tuple[Binding, ...]:
    return read_bindings((EXAMPLE / "bindings.toml").read_text("utf-8"), "bindings.toml")


def accused(odds: Sequence[Odd]) -> list[tuple[str, str, tuple[str, ...]]]:
    return sorted((o.code, o.register, o.keys) for o in odds)


def test_all_that_was_planted_is_found_and_nothing_else_is_accused(year: tuple[Simulation, Engine]) -> None:
    simulation, engine = year
    odds = check(engine, bound(), Period(2024, YEAR_END))
    assert accused(odds) == sorted((f.code, f.register, f.keys) for f in simulation.planted)
    assert {o.code for o in odds} == set(CHECKS)


def test_in_the_middle_of_the_year_nothing_is_accused_that_was_not_planted(year: tuple[Simulation, Engine]) -> None:
    simulation, engine = year
    planted = {(f.code, f.register, f.keys) for f in simulation.planted}
    found = accused(check(engine, bound(), Period(2024, datetime.date(2024, 8, 15))))
    assert set(found) < planted
    assert ("E07", "key_unit_list") in {f[:2] for f in found}

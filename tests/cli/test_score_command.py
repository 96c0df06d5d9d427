"""`hengji score` and `verify`: points with workings, what blocks handing in, what was frozen recomputed."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pytest
from tests.cli.test_compute_command import BINDINGS, PROJECT, RECORDS, TABLE

from hengji.evidence.store import Store

GRADED = f"""
[[binding]]
project = "{PROJECT}"
indicator = 4
measure = "qualitative_graded"
automatic = "manual"
reading = "由业务科室认定"
confirmed_by = "张三"
confirmed_on = 2024-01-15
"""
MONEY = {
    "budget": f"source_system,source_key,approved_on,amount,kind,source,project\n预算,1,2024-01-20,100000,年初,财政拨款,{PROJECT}\n",
    "payment": f"source_system,source_key,voucher,paid_on,amount,source,project\n支付,1,V1,2024-03-05,95000,财政拨款,{PROJECT}\n",
}


@pytest.fixture
def year(run, tmp_path) -> Path:
    (tmp_path / "t.txt").write_text(TABLE, "utf-8")
    assert run("init", "t.txt", "year", "--year", 2024).code == 0
    folder = tmp_path / "year"
    (folder / "bindings.toml").write_text(BINDINGS + GRADED, "utf-8")
    store = Store(folder / "evidence")
    at = datetime.datetime(2024, 12, 31)
    store.add_file("petition", RECORDS.encode(), at=at, file="2024.csv")
    for register, rows in MONEY.items():
        assert store.add_file(register, rows.encode(), at=at, file=f"{register}.csv").written == 1
    return folder


def attest(run, year: Path, tmp_path: Path, grade: str = "良", band: str = "85") -> None:
    (tmp_path / "proof.pdf").write_bytes(b"%PDF-1.4")
    fields = (f"project={PROJECT}", "indicator=4", "statement=明显改善", "signer=王五", "co_signer=赵六", "file=proof.pdf",
              f"grade={grade}", f"band={band}", "signed_on=2024-12-20", "why=年终认定")  # fmt: skip
    assert run("record", year, "attestation", *(w for f in fields for w in ("--set", f)), "--by", "王五").code == 0


def test_without_an_actual_value_there_are_no_points_no_total_and_a_block(run, year):
    ran = run("score", year, "--json")
    assert ran.code == 1
    (project,) = ran.one["projects"]
    assert (project["lines"][3]["points"], project["total_points"], project["grade"]) == (None, None, None)
    assert [(f["code"], f["indicator"]) for f in ran.one["findings"] if f["severity"] == "error"] == [("S00", 4)]


def test_points_follow_from_weights_ratio_band_and_execution(run, year, tmp_path):
    attest(run, year, tmp_path)
    ran = run("score", year, "--json")
    assert ran.one["format"] == "hengji.evaluation/1"
    (project,) = ran.one["projects"]
    # Without 满意度: 执行率 10, 产出 50 shared by three indicators, 效益 40.
    assert [line["max_points"] for line in project["lines"]] == ["16.67", "16.67", "16.66", "40.00"]
    assert [line["points"] for line in project["lines"]] == ["12.35", "16.67", "13.88", "34.00"]
    assert (project["execution"]["execution_rate"], project["execution"]["points"]) == ("95", "9.50")
    assert (project["total_points"], project["grade"]) == ("86.40", "良")
    working = project["lines"][0]["workings"][0]
    assert (working["inputs"]["分子"], working["inputs"]["分母"]) == ("2", "3")
    assert working["cites"][0]["verified"] is False


def test_a_grade_outside_of_its_band_is_not_scored(run, year, tmp_path):
    attest(run, year, tmp_path, grade="中", band="85")
    ran = run("score", year, "--json")
    assert ran.code == 1
    assert ran.one["projects"][0]["lines"][3]["points"] is None


def test_what_was_frozen_verifies_and_a_changed_byte_is_named(run, year, tmp_path):
    attest(run, year, tmp_path)
    assert run("score", year, "--json").one["projects"][0]["total_points"] == "86.40"
    ran = run("verify", year, "--json")
    assert (ran.code, ran.one["ok"], ran.one["checked"], ran.one["differences"]) == (0, True, 1, [])
    (frozen,) = (year / "evaluations").glob("self_evaluation-2024-12-31-*.json")
    whole = frozen.read_bytes()
    stored = json.loads(whole)
    stored["figures"]["projects"][0]["total_points"] = "96.40"
    frozen.write_text(json.dumps(stored, ensure_ascii=False), "utf-8")
    ran = run("verify", year, "--json")
    assert ran.code == 1
    assert {"stored": "96.40", "recomputed": "86.40"}.items() <= next(
        d for d in ran.one["differences"] if d["what"].endswith("total_points")
    ).items()
    frozen.write_bytes(whole)
    frozen.rename(frozen.with_name("self_evaluation-2024-12-31-00000000.json"))
    ran = run("verify", year, "--json")
    assert {d["recomputed"] for d in ran.one["differences"]} == {"文件不见了", "不在链上"}


def test_records_that_came_later_are_told_and_what_was_frozen_still_verifies(run, year, tmp_path):
    attest(run, year, tmp_path)
    assert run("score", year).code == 0
    late = (
        "source_system,source_key,voucher,paid_on,amount,source,project\n支付,2,V2,2024-11-05,5000,财政拨款,"
        + PROJECT
        + "\n"
    )
    Store(year / "evidence").add_file("payment", late.encode(), at=datetime.datetime(2025, 1, 9), file="late.csv")
    reason = ("--set", f"project={PROJECT}", "--set", "indicator=1", "--set", "text=人手不足", "--set", "why=自评")
    assert run("record", year, "variance_reason", *reason).code == 0
    ran = run("verify", year, "--json")
    assert (ran.code, ran.one["differences"]) == (0, [])
    assert "冻结之后又有 1 批记录、1 条填报或更正" in ran.one["remarks"][0]
    money = run("score", year, "--json").one["projects"][0]["execution"]
    assert (money["execution_rate"], money["points"]) == ("100", "10.00")
    assert run("verify", year, "--json").one["checked"] == 2


def test_a_batch_that_was_altered_stops_verification_and_is_named(run, year, tmp_path):
    attest(run, year, tmp_path)
    assert run("score", year).code == 0
    batch = next((year / "evidence" / "petition").glob("*.parquet"))
    batch.write_bytes(batch.read_bytes()[:-1] + b"?")
    ran = run("verify", year, "--json")
    assert ran.code == 1
    assert "被改动过" in ran.one["differences"][0]["recomputed"]


def test_scoring_twice_freezes_once(run, year, tmp_path):
    attest(run, year, tmp_path)
    assert run("score", year).code == 0
    assert run("score", year).code == 0
    assert len(list((year / "evaluations").glob("*.json"))) == 1
    assert len((year / "evaluations" / "chain.jsonl").read_text("utf-8").splitlines()) == 1


def test_a_pack_that_does_not_exist_is_named(run, year):
    ran = run("score", year, "--pack", "nowhere")
    assert ran.code == 2
    assert "nowhere" in ran.err


def test_without_a_budget_on_record_there_is_no_total_and_a_block(run, year, tmp_path):
    attest(run, year, tmp_path)
    void = f"source_system,source_key,approved_on,amount,project,void_reason\n预算,1,2024-01-20,100000,{PROJECT},重录\n"
    Store(year / "evidence").add_file("budget", void.encode(), at=datetime.datetime(2025, 1, 2), file="v.csv")
    ran = run("score", year, "--json")
    assert ran.code == 1
    (project,) = ran.one["projects"]
    assert (project["execution"]["final_budget"], project["execution"]["points"]) == (None, None)
    assert project["total_points"] is None
    assert ("S00", None) in [(f["code"], f["indicator"]) for f in ran.one["findings"]]

"""`hengji exchange`, and the way back by `hengji read` and `hengji init`."""

from __future__ import annotations

import json

import pytest

CHANGED = ("source", "findings")  # of a package these are its own


def table_of(run, file):
    made = run("read", file, "--json").one
    for project in made["projects"]:
        for indicator in project["indicators"]:
            indicator.update(place=None, confidence=None)
    return {k: v for k, v in made.items() if k not in CHANGED}


def test_a_dossier_goes_out_as_a_package_and_csv_files_and_is_read_again_to_the_same_table(
    run, dossier, table, tmp_path
):
    ran = run("exchange", dossier, "--out", "out", "--json")
    assert ran.code == 0
    assert (ran.one["rows"]["PM_PERF_INDICATOR"], ran.one["rows"]["PM_SELF_EVAL_INDICATOR"]) == (139, 0)
    assert {"exchange.json", "fields.csv", "PM_PERF_INDICATOR.csv"} <= {p.name for p in (tmp_path / "out").iterdir()}
    before = {**table_of(run, table), "fiscal_year": 2024}
    assert table_of(run, "out/exchange.json") == before


def test_a_dossier_is_made_from_a_package(run, dossier, tmp_path):
    assert run("exchange", dossier, "--out", "out").code == 0
    ran = run("init", "out/exchange.json", "again", "--json")
    assert (ran.code, ran.one["projects"], ran.one["indicators"], ran.one["year"]) == (0, 13, 139, 2024)
    assert run("exchange", "again", "--out", "out2").code == 0
    assert (tmp_path / "out2" / "exchange.json").read_bytes() == (tmp_path / "out" / "exchange.json").read_bytes()


def test_a_frozen_self_evaluation_and_monitoring_are_in_the_package(run, dossier):
    assert run("score", dossier).code == 1
    assert run("monitor", dossier, "--as-of", "2024-07-31").code in (0, 1)
    rows = run("exchange", dossier, "--out", "out", "--json").one["rows"]
    assert (rows["PM_SELF_EVAL_INDICATOR"], rows["PAY_PERF_MONITOR_INFO"], rows["PM_PERF_SELF_EVAL"]) == (139, 139, 13)
    made = run("read", "out/exchange.json", "--json").one
    assert made["kind"] == "self_evaluation"
    assert made["projects"][0]["funds"]["max_points"] is not None


@pytest.mark.parametrize(("content", "words"), [("{}", "不是衡绩的交换包"), ('{"format":', "不是完整的 JSON")])
def test_a_bad_package_makes_no_dossier_and_the_reason_is_said(run, tmp_path, content, words):
    (tmp_path / "bad.json").write_text(content)
    ran = run("init", "bad.json", "again")
    assert ran.code == 2
    assert words in ran.err
    assert not (tmp_path / "again").exists()


def test_what_is_made_is_plain_json_with_the_national_names(run, dossier, tmp_path):
    assert run("exchange", dossier, "--out", "out").code == 0
    made = json.loads((tmp_path / "out" / "exchange.json").read_bytes())
    row = made["tables"]["PM_PERF_INDICATOR"][0]
    assert (row["kpi_val"], row["is_deleted"], row["yearflag"], row["mof_div_code"]) == ("车2台", "2", "0", None)

"""`hengji evidence`: templates out, records in, what is there."""

from __future__ import annotations

import csv
import sqlite3
from pathlib import Path

import pytest

from hengji.evidence.register import registers

PETITIONS = """来源系统,来源编号,渠道,收到日期,办结日期,录入时间,承办科室
信访系统,1,12345,2024-01-05,2024-02-01,2024-01-06,一科
信访系统,2,来信,2024-02-05,,2024-03-06,二科
信访系统,3,网上,2023-12-31,,2024-01-01,一科
"""


@pytest.fixture
def year(run, tmp_path, table):
    assert run("init", table, "year", "--year", 2024).code == 0
    (tmp_path / "good.csv").write_text(PETITIONS, "utf-8")
    (tmp_path / "bad.csv").write_text(PETITIONS.replace("2024-02-05", "2024/2/30"), "gb18030")
    return tmp_path / "year"


def test_a_template_goes_into_a_file_or_a_folder_by_name_or_title(run, tmp_path):
    assert run("evidence", "template", "信访投诉", "out/信访.xlsx").code == 0
    assert run("evidence", "template", "petition", "out").code == 0
    one, two = (tmp_path / "out" / name for name in ("信访.xlsx", "petition.xlsx"))
    assert one.read_bytes() == two.read_bytes()


def test_all_templates_go_into_a_folder(run, tmp_path):
    ran = run("evidence", "template", "all", "out", "--json")
    assert (ran.code, ran.one["format"]) == (0, "hengji.files/1")
    assert {p.name for p in (tmp_path / "out").iterdir()} == {f"{name}.xlsx" for name in registers()}
    assert run("evidence", "template", "all", "all.xlsx").code == 2


def test_an_unknown_register_is_named_with_those_that_there_are(run, year):
    for words in (("template", "信访件", "out"), ("add", year, "信访件", "good.csv")):
        ran = run("evidence", *words)
        assert ran.code == 2
        assert "没有名为“信访件”的台账" in ran.err
        assert "信访投诉(petition)" in ran.err


def test_a_template_filled_in_goes_straight_back(run, year, tmp_path):
    run("evidence", "template", "budget", "budget.xlsx")
    ran = run("evidence", "add", year, "budget", "budget.xlsx", "--json")
    assert (ran.code, ran.one["rows"], ran.one["unknown"]) == (0, 0, [])


def test_adding_tells_how_many_rows_were_what(run, year):
    ran = run("evidence", "add", year, "信访投诉", "good.csv", "--json")
    assert ran.code == 0
    one = ran.one
    assert (one["format"], one["register"], one["source"]) == ("hengji.evidence_import/1", "petition", "good.csv")
    assert (one["rows"], one["written"], one["new"], one["versions"], one["voids"]) == (3, 3, 3, 0, 0)
    assert (one["late"], one["outside"], one["rejected"], one["quarantine"]) == (1, 1, 0, None)
    assert one["unknown"] == ["承办科室"]
    again = run("evidence", "add", year, "petition", "good.csv", "--json")
    assert (again.code, again.one["written"], again.one["unchanged"]) == (0, 0, 3)


def test_rejected_rows_end_with_1_and_each_is_named_with_cell_and_reason(run, year):
    ran = run("evidence", "add", year, "petition", "bad.csv", "--json")
    assert ran.code == 1
    assert (ran.one["written"], ran.one["rejected"]) == (2, 1)
    assert ran.one["rejected_rows"] == [
        {
            "line": 3,
            "trouble": [
                {"field": "received_on", "value": "2024/2/30", "zh": "没有这一天", "en": "there is no such day"}
            ],
        }
    ]
    with Path(ran.one["quarantine"]).open(encoding="utf-8-sig", newline="") as file:
        assert [r["收到日期"] for r in csv.DictReader(file)] == ["2024/2/30"]
    shown = run("evidence", "add", year, "petition", "bad.csv")
    assert shown.code == 1
    assert "第 3 行 “收到日期”“2024/2/30”没有这一天" in shown.out
    assert "改正后可直接再导入" in shown.out


def test_a_person_is_told_of_late_outside_and_unknown(run, year):
    out = run("evidence", "add", year, "petition", "good.csv").out
    assert "新增 3" in out
    assert "迟录 1 行" in out
    assert "1 行的时间不在本年度" in out
    assert "承办科室" in out


@pytest.mark.parametrize("file", ["missing.csv", "year"])
def test_a_file_that_cannot_be_read_ends_with_2_and_changes_nothing(run, year, file):
    ran = run("evidence", "add", year, "petition", file)
    assert ran.code == 2
    assert "读不出来" in ran.err
    assert run("evidence", "list", year, "--json").one["registers"] == []


def test_records_come_from_a_database(run, year, tmp_path):
    with sqlite3.connect(tmp_path / "office.db") as database:
        database.execute("CREATE TABLE x (source_system, source_key, channel, received_on)")
        database.executemany("INSERT INTO x VALUES (?, ?, ?, ?)", [("库", n, "网上", "2024-05-05") for n in range(3)])
    database.close()
    url = f"sqlite:///{tmp_path / 'office.db'}"
    ran = run("evidence", "add", year, "petition", "--sql", url, "SELECT * FROM x", "--json")
    assert (ran.code, ran.one["new"]) == (0, 3)
    bad = run("evidence", "add", year, "petition", "--sql", url, "SELECT * FROM y")
    assert bad.code == 2
    assert "什么也没有导入" in bad.err


def test_a_file_and_a_query_at_once_or_neither_is_refused(run, year):
    assert run("evidence", "add", year, "petition").code == 2
    assert run("evidence", "add", year, "petition", "good.csv", "--sql", "sqlite://", "SELECT 1").code == 2


def test_a_list_tells_registers_batches_and_sources(run, year):
    assert "还没有任何记录" in run("evidence", "list", year).out
    run("evidence", "add", year, "petition", "good.csv")
    ran = run("evidence", "list", year, "--json")
    assert (ran.code, ran.one["format"], ran.one["simulated"]) == (0, "hengji.evidence_list/1", False)
    (one,) = ran.one["registers"]
    assert (one["register"], one["title"], one["new"], one["late"]) == ("petition", "信访投诉", 3, 1)
    (batch,) = one["batches"]
    assert (batch["source"], batch["intact"], batch["counts"]["new"]) == ("good.csv", True, 3)
    assert "信访投诉(petition)：记录 3" in run("evidence", "list", year).out


def test_a_list_names_a_batch_that_was_altered_and_ends_with_1(run, year):
    run("evidence", "add", year, "petition", "good.csv")
    (file,) = (year / "evidence" / "petition").iterdir()
    file.write_bytes(b"x")
    ran = run("evidence", "list", year)
    assert ran.code == 1
    assert "被改动过" in ran.out
    assert run("evidence", "list", year, "--json").one["registers"][0]["batches"][0]["intact"] is False


def test_a_manifest_that_was_altered_stops_every_command(run, year):
    for name in ("good.csv", "bad.csv"):
        run("evidence", "add", year, "petition", name)
    manifest = year / "evidence" / "manifest.jsonl"
    manifest.write_text(manifest.read_text("utf-8").replace("good.csv", "GOOD.csv"), "utf-8")
    for words in (("list", year), ("add", year, "petition", "good.csv")):
        ran = run("evidence", *words)
        assert ran.code == 2
        assert "记录被改动、删除或插入过" in ran.err


PATROLS = """来源系统,来源编号,排放口编号,巡查时间,巡查人员
巡查,1,DW001,2021-01-05 08:30,甲
巡查,2,DW001,2022-01-05 08:30,甲
"""


@pytest.fixture
def patrolled(run, year, tmp_path):
    (tmp_path / "patrols.csv").write_text(PATROLS, "utf-8")
    assert run("evidence", "add", year, "system_patrol", "patrols.csv").code == 0
    return year


def keys(year):
    return {p.name for p in (year / "evidence" / "keys").iterdir()}


def test_erasing_first_tells_what_would_go_and_changes_nothing(run, patrolled):
    ran = run("evidence", "erase", patrolled, "system_patrol", "--before", "2022-12-31")
    assert ran.code == 0
    assert "将删除 2021 年的个人信息" in ran.out  # 2022 ends on that day, not before it
    assert "--yes" in ran.out
    assert keys(patrolled) == {"system_patrol-2021", "system_patrol-2022"}


def test_erasing_with_yes_deletes_whole_years_and_every_digest_still_fits(run, patrolled):
    ran = run(
        "evidence", "erase", patrolled, "system_patrol", "--before", "2022-01-01", "--yes", "--by", "档案员", "--json"
    )
    assert (ran.code, ran.one["years"], ran.one["erased"]) == (0, [2021], True)
    assert keys(patrolled) == {"system_patrol-2022"}
    assert run("evidence", "list", patrolled).code == 0
    assert run("verify", patrolled, "--json").one["ok"] is True
    again = run("evidence", "erase", patrolled, "system_patrol", "--before", "2022-01-01", "--yes", "--json")
    assert (again.code, again.one["years"], again.one["erased"]) == (0, [], False)


def test_erasing_asks_for_a_date_and_a_register_that_exist(run, patrolled):
    assert run("evidence", "erase", patrolled, "system_patrol", "--before", "2022/13").code == 2
    assert run("evidence", "erase", patrolled, "巡查件", "--before", "2022-01-01").code == 2
    assert len(keys(patrolled)) == 2

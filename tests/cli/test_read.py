"""`hengji read`: one object a file, exit codes, and every stage shown on demand."""

from __future__ import annotations

import pytest


def test_the_table_is_one_object_of_the_contract(run, table):
    ran = run("read", table, "--json")
    assert ran.code == 0
    assert ran.one["format"] == "hengji.table/1"
    assert (len(ran.one["projects"]), sum(len(p["indicators"]) for p in ran.one["projects"])) == (13, 139)
    assert ran.one["printed_totals"]["total"] == "2243.96"


def test_a_refused_file_is_an_object_too_and_the_highest_exit_code_counts(run, table, tmp_path):
    (tmp_path / "empty.txt").write_bytes(b"")
    ran = run("read", "empty.txt", table, "--json")
    assert ran.code == 2
    refused, read = ran.objects
    assert (refused["status"], refused["projects"]) == ("refused", [])
    assert [f["code"] for f in refused["findings"]] == ["R10"]
    assert read["status"] == "read"
    assert "empty.txt：文件是空的" in ran.err


def test_a_file_that_is_not_there_is_said_and_the_others_are_still_read(run, table):
    ran = run("read", "nowhere.docx", table, "--json")
    assert ran.code == 2
    assert len(ran.objects) == 1
    assert "没有这个文件：nowhere.docx" in ran.err
    assert "No such file" in ran.err


def test_a_table_at_odds_with_itself_is_read_with_exit_code_1(run, table, tmp_path):
    text = table.read_text(encoding="utf-8").replace("购置经费\t36.00\t36.00", "购置经费\t36.00\t63.00")
    (tmp_path / "odd.txt").write_text(text, encoding="utf-8")
    ran = run("read", "odd.txt", "--json")
    assert ran.code == 1
    assert ran.one["status"] == "read"
    assert "R01" in [f["code"] for f in ran.one["findings"]]


def test_explain_shows_stages_roles_and_the_place_of_every_field(run, table):
    ran = run("read", "--explain", table)
    assert ran.code == 0
    for shown in ("一 文件", "二 版面", "三 栏目", "四 各项目", "五 问题", "“绩效指标” → indicators"):
        assert shown in ran.out
    text = table.read_text(encoding="utf-8")
    start = text.index("购置车辆数量")
    assert f"name  字{start}–{start + 6}  购置车辆数量" in ran.out


@pytest.mark.parametrize("heading", ["备注", "项目等级"])
def test_explain_shows_a_column_that_was_not_understood(run, tmp_path, heading):
    text = f"部门名称：某局\n单位：万元\n项目名称\t总计\t财政拨款\t绩效目标\t绩效指标\t{heading}\n路灯\t1\t1\t亮\t1、1-产出指标；11-数量指标；路灯；年度指标值:3盏。\t甲"
    (tmp_path / "t.txt").write_text(text, encoding="utf-8")
    ran = run("read", "--explain", "t.txt")
    assert f"“{heading}” → " in ran.out
    assert ("没有读懂" in ran.out) == (heading == "项目等级")

"""`hengji score --frame` and the forms of it: records answer, people give the rest with evidence, all is frozen."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from openpyxl import load_workbook
from tests.cli.test_compute_command import PROJECT
from tests.cli.test_score_command import attest, year  # noqa: F401

OWN = """部门整体支出绩效目标表
<table><tr><td>部门名称</td><td colspan="3">某局</td></tr>
<tr><td>一级指标</td><td>二级指标</td><td>三级指标</td><td>年度指标值</td></tr>
<tr><td>产出指标</td><td>数量指标</td><td>检查企业数</td><td>≥100家</td></tr>
<tr><td>效益指标</td><td>社会效益</td><td>投诉下降率</td><td>≥10%</td></tr></table>
"""


def give(run, folder, kind, **fields):
    words = (w for k, v in fields.items() for w in ("--set", f"{k}={v}"))
    return run("record", folder, kind, *words, "--by", "甲")


def give_all(run, folder, lines, **fields):
    for line in lines:
        if line["points"] is None:
            points = "不适用" if line["name"] in ("成本节约率", "满意度") else line["max_points"]
            more = {"line": line["number"], "points": points, "evidence": "会议纪要", "reason": "核查属实"}
            assert give(run, folder, "frame_line", **fields, **more).code == 0


def framed(run, folder, *words):
    return run("score", folder, "--frame", *words, "--json")


def test_lines_that_records_cannot_answer_wait_and_block(run, year):  # noqa: F811
    ran = framed(run, year, "departmental", "--project", 1)
    assert (ran.code, ran.one["format"], ran.one["stage"]) == (1, "hengji.evaluation/1", "departmental_evaluation")
    (one,) = ran.one["projects"]
    assert (one["total_points"], one["grade"]) == (None, None)
    assert {f["code"] for f in ran.one["findings"]} == {"F01"}
    assert all(line["points"] is None or line["workings"][0]["inputs"]["结果"] for line in one["lines"])


def test_with_every_line_given_there_is_a_total_it_verifies_and_prints(run, year, tmp_path):  # noqa: F811
    attest(run, year, tmp_path)
    assert give(run, year, "funds_received", project=1, amount=10, evidence="到账单", why="入账").code == 0
    lines = framed(run, year, "departmental", "--project", PROJECT).one["projects"][0]["lines"]
    by_name = {line["name"]: line for line in lines}
    # 10 of a budget of 10 arrived, 9.5 of them were paid.
    assert (by_name["资金到位率"]["points"], by_name["预算执行率"]["points"]) == ("4.00", "3.80")
    give_all(run, year, lines, project=1)
    ran = framed(run, year, "departmental", "--project", 1)
    assert (ran.code, ran.one["findings"]) == (0, [])
    one = ran.one["projects"][0]
    applies = sum(Decimal(li["max_points"]) for li in one["lines"] if not li["not_applicable"])
    earned = sum(Decimal(li["points"]) for li in one["lines"] if li["points"])
    assert Decimal(one["total_points"]) == (earned * 100 / applies).quantize(Decimal("0.01"))
    assert run("verify", year, "--json").one["differences"] == []
    assert run("forms", year, "--out", "out", "--kind", "evaluation").code == 0
    names = {p.name for p in (tmp_path / "out").iterdir()}
    assert names == {"1-evaluation.xlsx", "1-evaluation.docx", "1-evaluation.html"}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"points": 5, "evidence": "文件"}, "0 到 4"),
        ({"points": -1, "evidence": "文件"}, "不能为负"),
        ({"points": "四", "evidence": "文件"}, "应为数"),
        ({"points": 4}, "缺少 evidence"),
        ({"points": 4, "evidence": "文件", "grade": "差"}, "等级"),
        ({"points": 4, "evidence": "文件", "frame": "其他"}, "frame 应为"),
        ({"points": 4, "evidence": "文件", "line": 99}, "没有“99”"),
    ],
)
def test_what_does_not_fit_the_frame_is_not_recorded(run, year, fields, said):  # noqa: F811
    ran = give(run, year, "frame_line", project=1, **{"line": 1, "reason": "核查", **fields})
    assert ran.code == 2
    assert said in ran.err
    assert not (year / "changes.jsonl").exists()


def test_the_fiscal_evaluation_takes_no_points_of_the_departmental_one(run, year):  # noqa: F811
    assert give(run, year, "frame_line", project=1, line=1, points=4, evidence="批复", reason="有").code == 0
    first = {
        k: framed(run, year, k, "--project", 1).one["projects"][0]["lines"][0]["points"]
        for k in ("departmental", "fiscal")
    }
    assert first == {"departmental": "4.00", "fiscal": None}


def test_points_of_a_frame_are_editable_and_must_add_up(run, year):  # noqa: F811
    assert give(run, year, "frame_points", frame="departmental", line=1, points=14, why="本地要求").code == 0
    codes = {f["code"] for f in framed(run, year, "departmental", "--project", 1).one["findings"]}
    assert codes >= {"F03"}
    assert give(run, year, "frame_points", frame="departmental", line=16, points=10, why="本地要求").code == 0
    codes = {f["code"] for f in framed(run, year, "departmental", "--project", 1).one["findings"]}
    assert "F03" not in codes
    assert "F04" in codes


@pytest.mark.parametrize(
    "words",
    [
        ("departmental",),
        ("department", "--project", "1"),
        ("nothing",),
        ("department:nothing",),
        ("fiscal:x", "--project", "1"),
    ],
)
def test_a_frame_that_makes_no_sense_is_refused(run, year, words):  # noqa: F811
    assert framed(run, year, *words).code == 2


def test_the_whole_unit_is_evaluated_and_printed_with_its_tasks(run, year, tmp_path):  # noqa: F811
    attest(run, year, tmp_path)
    assert run("score", year).code == 0
    assert give(run, year, "department_objective", objective="环境质量改善", why="年初计划").code == 0
    assert run("forms", year, "--out", "out", "--kind", "department_self_evaluation").code == 0
    sheet = load_workbook(io.BytesIO((tmp_path / "out/0-department_self_evaluation.xlsx").read_bytes())).worksheets[0]
    cells = [c.value for row in sheet.iter_rows() for c in row if c.value is not None]
    for said in (
        "部门（单位）整体支出绩效自评表",
        "年度\n主要\n任务",
        PROJECT,
        "金额合计",
        "预期目标",
        "环境质量改善",
        "总分",
        "单位负责人（签字）：",
    ):
        assert said in cells
    assert cells.count(9.5) == 6  # paid: of the task, of all, in the money block; each whole and from 财政拨款
    assert run("verify", year, "--json").one["checked"] == 2


def test_the_units_own_table_is_scored_with_what_people_give(run, year, tmp_path):  # noqa: F811
    (tmp_path / "own.html").write_text(OWN, "utf-8")
    assert give(run, year, "department_targets", file="own.html", why="批复").code == 0
    ran = framed(run, year, "department")
    assert (ran.code, [f["code"] for f in ran.one["findings"]]) == (1, ["F01", "F01"])
    for line, actual in ((1, "90家"), (2, "12%")):
        assert (
            give(run, year, "department_actual", line=line, actual=actual, evidence="统计报表", reason="年报").code == 0
        )
    ran = framed(run, year, "department")
    unit, *tasks = ran.one["projects"]
    # Without 满意度: 执行率 10 (95 %), 产出 50 (90 %), 效益 40.
    assert [line["points"] for line in unit["lines"]] == ["45.00", "40.00"]
    assert (unit["execution"]["points"], unit["total_points"], unit["grade"]) == ("9.50", "94.50", "优")
    assert [t["name"] for t in tasks] == [PROJECT]
    assert run("verify", year, "--json").one["ok"]
    (own,) = (year / "attachments").glob("*.html")
    own.write_bytes(own.read_bytes() + b" ")
    ran = run("verify", year, "--json")
    assert "被改动过" in ran.one["differences"][0]["recomputed"]


def test_without_anything_frozen_the_forms_say_what_to_run(run, year):  # noqa: F811
    for kind in ("evaluation", "department_self_evaluation"):
        ran = run("forms", year, "--out", "out", "--kind", kind)
        assert (ran.code, "--frame department" in ran.err) == (2, True)


def test_a_form_older_than_what_was_given_says_so(run, year, tmp_path):  # noqa: F811
    assert framed(run, year, "departmental", "--project", 1).code == 1
    assert "重新评价" not in run("forms", year, "--out", "out", "--kind", "evaluation").err
    assert give(run, year, "frame_line", project=1, line=1, points=4, evidence="批复", reason="有").code == 0
    assert "重新评价" in run("forms", year, "--out", "out", "--kind", "evaluation").err

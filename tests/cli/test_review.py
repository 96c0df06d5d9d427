"""`hengji review`: findings, opinion, exit codes; a waiver counts from the moment it is recorded."""

from __future__ import annotations

import io

import docx


def test_a_review_is_one_object_with_findings_forms_and_what_was_not_checked(run, table):
    ran = run("review", table, "--json")
    assert ran.code == 1
    review = ran.one
    assert review["format"] == "hengji.review/1"
    assert {"T01", "T28", "T46"} & {f["code"] for f in review["findings"]} == {"T01", "T28"}
    assert [p["name"] for p in review["projects"]][:2] == ["购置经费", "机构运行辅助经费"]
    assert all(len(p["items"]) == 8 for p in review["projects"])
    assert {n["code"] for n in review["not_checked"]} >= {"T31", "T45"}


def test_the_opinion_is_written_where_it_was_asked_for(run, table, tmp_path):
    ran = run("review", table, "--brief", "--out", "opinion", "--method", "key")
    assert ran.code == 1
    made = {p.name for p in (tmp_path / "opinion").iterdir()}
    assert {"0-review_opinion.docx", "13-review_opinion.docx", "0-report.html"} <= made
    paper = docx.Document(io.BytesIO((tmp_path / "opinion" / "0-review_opinion.docx").read_bytes()))
    assert any("审核" in p.text for p in paper.paragraphs)


def test_a_refused_table_leaves_no_output(run, tmp_path):
    (tmp_path / "noise.docx").write_bytes(b"\x00\x01\x02" * 99)
    ran = run("review", "noise.docx", "--out", "opinion")
    assert ran.code == 2
    assert not (tmp_path / "opinion").exists()
    assert "noise.docx：" in ran.err


def test_a_waived_finding_is_no_longer_open_and_keeps_its_reason(run, dossier):
    before = run("review", dossier, "--json").one["findings"]
    mine = [f for f in before if f["code"] == "T28"]
    assert [(f["project"], f["indicator"]) for f in mine] == [("污染源在线管理专项经费", 10)]
    done = run("record", dossier, "waiver", "--set", "code=T28", "--set", "project=3", "--set", "indicator=10",
               "--set", "why=两项口径不同，合同已写明", "--by", "张三")  # fmt: skip
    assert done.code == 0
    after = run("review", dossier, "--json").one
    assert "T28" not in {f["code"] for f in after["findings"]}
    (waived,) = after["waived"]
    assert (waived["code"], waived["waiver"]["reason"], waived["waiver"]["by"]) == (
        "T28",
        "两项口径不同，合同已写明",
        "张三",
    )
    assert run("record", dossier, "waiver_withdrawn", "--set", "code=T28", "--set", "project=3", "--set",
               "indicator=10", "--set", "why=重新统一").code == 0  # fmt: skip
    assert "T28" in {f["code"] for f in run("review", dossier, "--json").one["findings"]}


def test_a_waiver_without_a_reason_or_for_nothing_in_the_table_is_not_kept(run, dossier):
    for words, said in (
        (["code=T28"], "理由"),
        (["code=T28", "why=x", "project=99"], "没有项目“99”"),
        (["code=T28", "why=x", "project=3", "indicator=99"], "没有第 99 项"),
        (["code=T28", "why=x", "colour=red"], "不是“豁免一条问题”的字段"),
    ):
        ran = run("record", dossier, "waiver", *(w for pair in words for w in ("--set", pair)))
        assert ran.code == 2
        assert said in ran.err
    assert not (dossier / "changes.jsonl").exists()


def test_last_years_table_lets_the_rules_run_that_need_it(run, table):
    asked = {n["code"] for n in run("review", table, "--json").one["not_checked"]}
    given = {n["code"] for n in run("review", table, "--prior", table, "--year", 2024, "--json").one["not_checked"]}
    assert "T47" in asked - given

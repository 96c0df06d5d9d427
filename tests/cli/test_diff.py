"""`hengji diff`: dossiers, frozen files, days and packs compared."""

from __future__ import annotations

import json
import shutil

import pytest


@pytest.fixture
def scored(run, dossier):
    """A dossier without a record, scored all the same."""
    assert run("score", dossier).code == 1
    return dossier


def frozen(dossier):
    (path,) = (dossier / "evaluations").glob("self_evaluation-*.json")
    return path


def test_a_dossier_does_not_differ_from_itself_nor_from_its_frozen_file(run, scored):
    for b in (scored, frozen(scored)):
        ran = run("diff", scored, b, "--json")
        assert ran.code == 0
        assert (ran.one["format"], ran.one["causes"], ran.one["projects"], ran.one["same"]) == (
            "hengji.diff/1",
            [],
            [],
            13,
        )


def test_an_entry_made_since_is_named_with_who_and_why_at_the_line_it_changed(run, scored):
    before = frozen(scored)
    assert run("record", scored, "target_change", "--set", "project=1", "--set", "indicator=2", "--set", "field=annual_target",
               "--set", "value=≥80%", "--set", "from=2024-06-01", "--set", "document=某财绩〔2024〕1号", "--set", "why=经批准下调", "--by", "张三").code == 0  # fmt: skip
    found = run("diff", before, f"{scored}@2024-12-31", "--json").one
    assert [c["input"] for c in found["causes"]] == ["changes"]
    (project,) = found["projects"]
    line = next(li for li in project["lines"] if li["number"] == 2)
    assert {"what": "指标值", "a": "100%", "b": "≥80%", "by": None} in line["changes"]
    assert line["because"] == ["changes"]
    assert (line["entries"][0]["by"], line["entries"][0]["why"]) == ("张三", "经批准下调")


def test_two_packs_are_compared_on_one_dossier_and_the_entries_that_differ_are_named(run, scored, tmp_path):
    ran = run("diff", scored, scored, "--pack-a", "national-2020", "--pack-b", "central-2021", "--out", "out")
    assert ran.code == 0
    assert "national-2020 → central-2021" in ran.out
    assert "pass_line_percent" in ran.out
    page = (tmp_path / "out" / "diff.html").read_text("utf-8")
    assert "pass_line_percent" in page
    assert "<script" not in page


def test_a_day_that_is_none_a_folder_that_is_none_and_nothing_frozen_are_said(run, dossier, tmp_path):
    for a, words in (
        (f"{dossier}@2024-13-45", "不是日期"),
        (tmp_path / "nowhere", "不是衡绩的年度文件夹"),
        (dossier, "hengji score"),
    ):
        ran = run("diff", a, a)
        assert ran.code == 2
        assert words in ran.err, ran.err


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[]", b"[" * 100_000, b"\xff\xfe", b'{"figures":{},"inputs":{},"figures_sha256":"x"}']
)
def test_a_file_that_is_no_evaluation_is_refused_in_a_sentence(run, dossier, tmp_path, content):
    (tmp_path / "x.json").write_bytes(content)
    ran = run("diff", "x.json", "x.json")
    assert ran.code == 2
    assert "不是冻结的评价文件" in ran.err


def test_an_altered_figure_is_not_compared(run, scored, tmp_path):
    content = json.loads(frozen(scored).read_bytes())
    content["figures"]["projects"][0]["execution"]["points"] = "10.00"
    (tmp_path / "copy.json").write_text(json.dumps(content))
    ran = run("diff", scored, "copy.json")
    assert ran.code == 2
    assert "被改动过" in ran.err


def test_a_frozen_file_is_compared_without_its_dossier(run, scored, tmp_path):
    shutil.copyfile(frozen(scored), tmp_path / "alone.json")
    ran = run("diff", "alone.json", scored, "--json")
    assert (ran.code, ran.one["projects"]) == (0, [])

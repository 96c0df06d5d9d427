"""`hengji init`, `forms`, `explain`: a folder for the year, what is printed from it, a figure unfolded."""

from __future__ import annotations

import tomllib


def test_init_keeps_the_document_untouched_and_says_what_it_made(run, table, tmp_path):
    ran = run("init", table, "year", "--year", 2024, "--json")
    assert ran.code == 0
    assert (ran.one["projects"], ran.one["indicators"], ran.one["year"]) == (13, 139, 2024)
    assert (tmp_path / "year" / "table.txt").read_bytes() == table.read_bytes()
    settings = tomllib.loads((tmp_path / "year" / "hengji.toml").read_text(encoding="utf-8"))
    assert settings == {"unit": "广州市生态环境局番禺分局", "year": 2024, "pack": "national-2020"}


def test_init_says_that_the_document_names_no_year(run, table):
    ran = run("init", table, "year")
    assert ran.code == 0
    assert "year = …" in ran.err


def test_init_never_writes_over_a_folder_that_holds_something(run, table, dossier):
    before = sorted((p.name, p.read_bytes()) for p in dossier.iterdir())
    ran = run("init", table, dossier)
    assert ran.code == 2
    assert "未作任何改动" in ran.err
    assert sorted((p.name, p.read_bytes()) for p in dossier.iterdir()) == before


def test_init_from_a_table_that_cannot_be_read_leaves_nothing(run, tmp_path):
    (tmp_path / "t.txt").write_text("没有表", encoding="utf-8")
    assert run("init", "t.txt", "year").code == 2
    assert not (tmp_path / "year").exists()


def test_forms_are_named_by_project_and_kind(run, dossier, tmp_path):
    ran = run("forms", dossier, "--out", "out", "--kind", "target_declaration", "--json")
    assert ran.code == 0
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == sorted(
        f"{n}-target_declaration.xlsx" for n in range(14)
    )


def test_explain_prints_a_rule_a_fault_a_kind_and_a_figure(run, dossier):
    assert "contradiction" in run("explain", "t28").out
    assert run("explain", "R03", "--json").one["code"] == "R03"
    assert "每季度一次" in run("explain", "frequency").out
    ran = run("explain", "3#10", "--in", dossier, "--json")
    assert ran.one["name"].startswith("自动监控设备")
    assert "T28" in {f["code"] for f in ran.one["findings"]}
    assert ran.one["targets"]["annual_target"]["clauses"][0]["number"] == "75"


def test_explain_says_what_it_does_not_know(run, dossier):
    for what, said in (("T99", "没有“T99”"), ("99#1", "没有项目“99”"), ("3#99", "没有第 99 项")):
        ran = run("explain", what, "--in", dossier)
        assert ran.code == 2
        assert said in ran.err


def test_a_folder_that_is_no_dossier_is_said_so(run, tmp_path):
    (tmp_path / "empty").mkdir()
    for words in (("review", "empty"), ("forms", "empty", "--out", "o"), ("record", "empty", "waiver")):
        ran = run(*words)
        assert ran.code == 2
        assert "hengji init" in ran.err
    assert not (tmp_path / "o").exists()

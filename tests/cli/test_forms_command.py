"""`hengji forms`: the forms of an evaluation come from what was frozen, and it is said where nothing was."""

from __future__ import annotations

import io
import shutil

import docx
import pytest

from hengji.reading import read

KINDS = {"self_evaluation": "hengji score", "evidence_list": "hengji score", "monitoring": "hengji monitor"}
ENDINGS = {"self_evaluation": ("xlsx", "docx", "html"), "evidence_list": ("xlsx", "html")}


@pytest.fixture
def scored(run, dossier):
    """A dossier without a record, scored all the same: every line lacks its points."""
    assert run("score", dossier).code == 1
    return dossier


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_asked_for_by_name_fails_and_says_what_to_run_where_nothing_is_frozen(run, dossier, tmp_path, kind):
    ran = run("forms", dossier, "--out", "out", "--kind", kind)
    assert ran.code == 2
    assert KINDS[kind] in ran.err
    assert not (tmp_path / "out").exists()


def test_all_forms_without_a_frozen_evaluation_are_those_of_the_review_and_the_rest_is_named(run, dossier, tmp_path):
    ran = run("forms", dossier, "--out", "out")
    assert ran.code == 0
    assert "没有冻结的单位自评" in ran.err
    assert "没有冻结的绩效运行监控" in ran.err
    names = {p.name for p in (tmp_path / "out").iterdir()}
    assert {"0-report.html", "13-review_opinion.docx", "13-target_declaration.xlsx"} <= names
    assert not any("evaluation" in name for name in names)


def test_the_forms_of_a_frozen_self_evaluation_are_named_by_project_and_kind(run, scored, tmp_path):
    for kind in ("self_evaluation", "evidence_list", "report"):
        assert run("forms", scored, "--out", "out", "--kind", kind).code == 0
    names = sorted(p.name for p in (tmp_path / "out").iterdir())
    whole = ["0-self_evaluation.xlsx", "0-self_evaluation.html", "0-report.docx", "0-report.html"]
    each = [f"{n}-{kind}.{e}" for n in range(1, 14) for kind, endings in ENDINGS.items() for e in endings]
    assert names == sorted([*whole, *each])


def test_the_report_is_given_without_a_frozen_self_evaluation_and_what_is_missing_of_it_is_said(run, dossier, tmp_path):
    ran = run("forms", dossier, "--out", "out", "--kind", "report")
    assert ran.code == 0
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["0-report.html"]
    assert "0-report.docx（自评报告） 没有打印" in ran.err
    assert "hengji score" in ran.err


def test_without_an_office_program_a_pdf_is_refused_in_a_sentence_and_nothing_is_written(
    run, dossier, tmp_path, monkeypatch
):
    monkeypatch.setattr("shutil.which", lambda *_: None)
    ran = run("forms", dossier, "--out", "out", "--kind", "report", "--pdf")
    assert ran.code == 2
    assert "LibreOffice" in ran.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("program", ["#!/bin/sh\nexit 0\n", "#!/bin/sh\nexit 1\n"])
def test_an_office_program_that_makes_no_pdf_is_named_and_nothing_is_written(
    run, scored, tmp_path, monkeypatch, program
):
    stub = tmp_path / "soffice"
    stub.write_text(program)
    stub.chmod(0o755)
    monkeypatch.setattr("shutil.which", lambda *_: str(stub))
    ran = run("forms", scored, "--out", "out", "--kind", "report", "--pdf")
    assert ran.code == 2
    assert "0-report.docx" in ran.err
    assert not (tmp_path / "out").exists()


def test_a_form_that_is_html_only_is_named_where_a_pdf_was_asked_for(run, dossier, tmp_path, monkeypatch):
    monkeypatch.setattr("shutil.which", lambda *_: "soffice")
    ran = run("forms", dossier, "--out", "out", "--kind", "report", "--pdf")
    assert ran.code == 0
    assert "0-report 只有 html" in ran.err
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["0-report.html"]


@pytest.mark.office
@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice (soffice) is not installed")
def test_each_form_has_one_pdf_however_many_office_files_it_has(run, scored, tmp_path):
    assert run("forms", scored, "--out", "out", "--kind", "self_evaluation", "--pdf").code == 0
    made = {p.name: p.read_bytes()[:5] for p in (tmp_path / "out").glob("*.pdf")}
    assert made == {f"{n}-self_evaluation.pdf": b"%PDF-" for n in range(14)}


def test_every_form_is_read_again_to_its_project_and_says_that_it_cannot_be_handed_in(run, scored, tmp_path, table):
    assert run("forms", scored, "--out", "out", "--kind", "self_evaluation").code == 0
    projects = read(table.read_bytes(), "t.txt").projects
    for n, project in enumerate(projects, 1):
        for ending in ("xlsx", "html", "docx"):
            data = (tmp_path / "out" / f"{n}-self_evaluation.{ending}").read_bytes()
            (found,) = read(data, f"f.{ending}").projects
            assert found.name == project.name
            assert found.objective == project.objective
            assert [(i.name, i.annual_target) for i in found.indicators] == [
                (i.name, i.annual_target) for i in project.indicators
            ]
        assert "不能报送" in docx.Document(io.BytesIO(data)).sections[0].header.paragraphs[0].text


def test_what_changed_since_it_was_frozen_is_said_and_the_frozen_figures_stand(run, scored):
    with (scored / "hengji.toml").open("a", encoding="utf-8") as settings:
        settings.write("# 改了一行\n")
    ran = run("forms", scored, "--out", "out", "--kind", "report")
    assert ran.code == 0
    assert "冻结之后有变动：设置" in ran.err


def test_an_altered_evaluation_is_not_printed(run, scored, tmp_path):
    (path,) = (scored / "evaluations").glob("self_evaluation-*.json")
    path.write_bytes(path.read_bytes() + b" ")
    ran = run("forms", scored, "--out", "out", "--kind", "self_evaluation")
    assert ran.code == 2
    assert "hengji verify" in ran.err
    assert not (tmp_path / "out").exists()

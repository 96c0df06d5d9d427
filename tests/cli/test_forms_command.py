"""`hengji forms`: the forms of an evaluation come from what was frozen, and it is said where nothing was."""

from __future__ import annotations

import io

import docx
import pytest

from hengji.reading import read

KINDS = {"self_evaluation": "hengji score", "evidence_list": "hengji score", "evaluation_report": "hengji score",
         "monitoring": "hengji monitor"}  # fmt: skip


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
    for kind in ("self_evaluation", "evidence_list", "evaluation_report"):
        assert run("forms", scored, "--out", "out", "--kind", kind).code == 0
    names = sorted(p.name for p in (tmp_path / "out").iterdir())
    assert names == sorted(
        ["0-self_evaluation.xlsx", "0-evaluation_report.docx", *(f"{n}-self_evaluation.{e}" for n in range(1, 14) for e in ("xlsx", "docx")),
         *(f"{n}-evidence_list.xlsx" for n in range(1, 14))]
    )  # fmt: skip


def test_every_form_is_read_again_to_its_project_and_says_that_it_cannot_be_handed_in(run, scored, tmp_path, table):
    assert run("forms", scored, "--out", "out", "--kind", "self_evaluation").code == 0
    projects = read(table.read_bytes(), "t.txt").projects
    for n, project in enumerate(projects, 1):
        for ending in ("xlsx", "docx"):
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
    ran = run("forms", scored, "--out", "out", "--kind", "evaluation_report")
    assert ran.code == 0
    assert "冻结之后有变动：设置" in ran.err


def test_an_altered_evaluation_is_not_printed(run, scored, tmp_path):
    (path,) = (scored / "evaluations").glob("self_evaluation-*.json")
    path.write_bytes(path.read_bytes() + b" ")
    ran = run("forms", scored, "--out", "out", "--kind", "self_evaluation")
    assert ran.code == 2
    assert "hengji verify" in ran.err
    assert not (tmp_path / "out").exists()

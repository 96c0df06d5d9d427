"""What people give reaches the evaluation, the checks, the forms; corrective actions are listed, followed, carried over."""

from __future__ import annotations

import re
import zipfile

import pytest
from tests.cli.test_score_command import TABLE, attest, year  # noqa: F401 - a fixture

from hengji.scoring.catalogue import CODES


@pytest.fixture
def give(run, year):  # noqa: F811
    def go(kind, **fields):
        fields.setdefault("why", "填报")
        return run("record", year, kind, *(w for k, v in fields.items() for w in ("--set", f"{k}={v}")), "--by", "王五")

    return go


def codes(ran):
    return {(f["code"], f["indicator"]) for f in ran.one["findings"]}


def test_causes_reason_likelihood_and_a_request_stand_in_the_monitoring_and_answer_its_checks(run, year, give):  # noqa: F811
    before = run("monitor", year, "--as-of", "2024-07-31", "--json")
    assert ("M03", 1) in codes(before)
    line = {"project": 1, "indicator": 1, "as_of": "2024-07-31"}
    assert give("monitoring_line", **line, causes="人员保障", likelihood="完全不可能").code == 0
    half = run("monitor", year, "--as-of", "2024-07-31", "--json")
    assert ("M03", 1) not in codes(half)
    assert {("M04", 1), ("M06", 1)} <= codes(half)
    assert (
        give("monitoring_line", **line, reason="两人离职", adjustment="是", remark="下半年招录", forecast="70%").code
        == 0
    )
    after = run("monitor", year, "--as-of", "2024-07-31", "--json")
    assert not {("M04", 1), ("M06", 1)} & codes(after)
    found = after.one["projects"][0]["lines"][0]
    assert (found["deviation_causes"], found["variance_reason"]) == (["人员保障"], "两人离职")
    assert (found["likelihood"], found["forecast"]) == ("完全不可能", "70%")
    assert found["remark"] == "下半年招录；已申请调整目标"
    assert after.one["inputs_digest"] != before.one["inputs_digest"]


def test_a_cause_that_is_none_of_the_five_is_no_cause(run, year, give):  # noqa: F811
    give("monitoring_line", project=1, indicator=1, as_of="2024-07-31", causes="天气", reason="下雨")
    found = run("monitor", year, "--as-of", "2024-07-31", "--json").one["findings"]
    assert "所填“天气”不在五类之中" in next(f["zh"] for f in found if f["code"] == "M03" and f["indicator"] == 1)


def test_the_second_monitoring_of_a_year_is_checked_against_the_first(run, year, give):  # noqa: F811
    first = run("monitor", year, "--as-of", "2024-06-30", "--json")
    assert any("M07" in f["zh"] for f in first.one["findings"] if f["code"] == "M00")
    second = run("monitor", year, "--as-of", "2024-07-31", "--json")
    assert not any("M07" in f["zh"] for f in second.one["findings"] if f["code"] == "M00")


def test_a_target_corrected_downwards_is_named_in_monitoring_and_self_evaluation(run, year, give, tmp_path):  # noqa: F811
    attest(run, year, tmp_path)
    give("correction", project=1, indicator=1, field="annual_target", value="≥50%", why="读错")
    score = run("score", year, "--json")
    assert ("S12", 1) in codes(score)
    assert score.code == 1
    assert ("M08", 1) in codes(run("monitor", year, "--as-of", "2024-07-31", "--json"))


def test_a_target_is_not_changed_after_approval_without_document_and_reason(run, year, give):  # noqa: F811
    change = {"project": 1, "indicator": 1, "value": "≥50%", "from": "2024-06-01"}
    assert give("target_change", **change).code == 2  # no document
    assert give("target_change", **change, document="批复1号", why=" ").code == 2
    assert give("target_change", **change, document="批复1号", why="人员编制核减").code == 0
    assert ("S12", 1) not in codes(run("score", year, "--json"))


def test_reason_measure_and_objective_stand_in_the_self_evaluation(run, year, give, tmp_path):  # noqa: F811
    attest(run, year, tmp_path)
    assert ("S07", 1) in codes(run("score", year, "--json"))
    give("variance_reason", project=1, indicator=1, text="两人离职，未及时补充")
    give("objective_actual", project=1, text="基本完成")
    give("corrective_action", project=1, indicator=1, action="补充人员", owner="人事科", due="2025-06-30")
    ran = run("score", year, "--json")
    assert ("S07", 1) not in codes(ran)
    project = ran.one["projects"][0]
    line = project["lines"][0]
    assert (line["variance_reason"], project["objective_actual"]) == ("两人离职，未及时补充", "基本完成")
    assert line["corrective_action"] == "补充人员（人事科，2025-06-30前）"
    assert [a["action"] for a in ran.one["actions"]] == ["补充人员"]
    assert run("forms", year, "--out", tmp_path / "out", "--kind", "report").code == 0
    with zipfile.ZipFile(tmp_path / "out" / "0-report.docx") as docx:
        text = re.sub("<[^>]+>", " ", docx.read("word/document.xml").decode())
    for word in ("补充人员", "人事科", "2025-06-30", "未办结"):
        assert word in text


def test_what_a_form_prints_is_frozen_with_it_and_needs_nothing_of_today(run, year, tmp_path):  # noqa: F811
    attest(run, year, tmp_path)
    assert run("score", year).code == 0
    assert run("forms", year, "--out", tmp_path / "before", "--kind", "self_evaluation").code == 0
    (year / "table.txt").write_text(TABLE.replace("10.00", "99.00").replace("及时办结信访件。", "别的目标。"), "utf-8")
    ran = run("forms", year, "--out", tmp_path / "after", "--kind", "self_evaluation")
    assert "目标表" in ran.err
    before, after = ((tmp_path / d / "1-self_evaluation.html").read_text("utf-8") for d in ("before", "after"))
    assert "10.00" in before
    assert "及时办结信访件" in after
    assert "99.00" not in after
    assert after == before


def test_actions_are_listed_followed_and_carried_into_the_next_year(run, year, give, tmp_path):  # noqa: F811
    assert run("actions", year).code == 0
    give("corrective_action", project=1, indicator=1, action="补充人员", owner="人事科", due="2025-06-30")
    give("corrective_action", project=1, action="修订办法", owner="办公室", due="2025-03-31", why="制度缺失")
    assert give("corrective_action_update", id=9, status="done").code == 2
    assert give("corrective_action_update", id=1, status="done", note="已到岗", on="2025-05-01").code == 0
    far = run("actions", year, "--as-of", "2099-01-01", "--json").one
    assert far["counts"] == {"open": 1, "done": 1, "dropped": 0, "overdue": 1}
    done, late = far["actions"]
    assert (done["status"], done["note"], done["overdue"]) == ("done", "已到岗", False)
    assert (late["indicator"], late["overdue"]) == (None, True)
    assert "逾期未办结" in run("actions", year, "--as-of", "2099-01-01").out
    (tmp_path / "n.txt").write_text(TABLE.replace("2024年度", "2025年度"), "utf-8")
    ran = run("init", "n.txt", "next", "--from", year, "--year", 2025, "--json")
    assert (ran.code, ran.one["actions"]) == (0, 1)
    (carried,) = run("actions", tmp_path / "next", "--as-of", "2099-01-01", "--json").one["actions"]
    assert (carried["action"], carried["carried_from"], carried["overdue"]) == ("修订办法", "2024#2", True)
    assert run("record", tmp_path / "next", "corrective_action_update", "--set", "id=1", "--set", "status=done",
               "--set", "why=已印发").code == 0  # fmt: skip
    assert run("actions", tmp_path / "next", "--as-of", "2099-01-01", "--json").one["counts"]["open"] == 0


@pytest.mark.parametrize("code", list(CODES))
def test_every_code_of_an_evaluation_is_explained(run, code):
    ran = run("explain", code.lower(), "--json")
    assert (ran.code, ran.one["code"], ran.one["title"]) == (0, code, CODES[code].title)
    assert CODES[code].zh in run("explain", code).out.replace("\n", "")


def test_a_code_that_does_not_exist_is_said(run):
    ran = run("explain", "S99")
    assert ran.code == 2
    assert "S01" in ran.err

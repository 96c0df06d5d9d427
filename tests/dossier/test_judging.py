"""The reviewer's grades in the change log: checked against the form in force, following a project that is renamed."""

from __future__ import annotations

import datetime
import json

import pytest
from tests.cli.test_compute_command import TABLE

from hengji.dossier import DossierError, GivenKind, create, entry, review_dossier
from hengji.dossier.judging import check_grade
from hengji.model.review import Grade
from hengji.review import review_json

DAY = datetime.date(2024, 3, 1)
NOW = datetime.datetime(2024, 3, 1, 9, tzinfo=datetime.UTC)
ITEMS = ("规范完整性", "明确清晰性", "目标相关性", "指标科学性", "绩效合理性", "资金匹配性", "实现可能性", "条件充分性")


@pytest.fixture
def folder(tmp_path):
    return create(TABLE.encode(), "table.txt", tmp_path / "year", year=2024)


def given(folder, **fields):
    made = entry(folder.table, GivenKind.REVIEW_GRADE, {"project": "1", "office": "主管部门", **fields}, DAY)
    check_grade(folder, made[2], DAY)
    return made


def record(folder, *entries):
    folder.changes.append(list(entries), by="李某", why="审核", at=NOW)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"item": "完整", "grade": "优"}, "没有“完整”这一项"),
        ({"item": "规范完整性", "grade": "甲"}, "优、良、中、差"),
        ({"item": "规范完整性", "grade": "优", "office": "本单位"}, "主管部门、财政部门"),
        ({"item": "规范完整性", "grade": "优", "points": "9"}, "只评等级"),
        ({"item": "规范完整性", "grade": "优", "method": "key"}, "points"),
        ({"item": "规范完整性", "grade": "差", "method": "key", "points": "10"}, "现为 10"),
    ],
)
def test_a_grade_that_makes_no_sense_is_refused_in_words(folder, fields, said):
    with pytest.raises(DossierError) as refused:
        given(folder, **fields)
    assert said in refused.value.zh


def test_all_eight_grades_give_the_overall_grade_and_seven_say_which_one_is_missing(folder):
    record(folder, *(given(folder, item=item, grade="优") for item in ITEMS[:7]))
    (total,) = review_dossier(folder, today=DAY).review.projects[0].totals
    assert (total.grade, total.missing) == (None, ("条件充分性",))
    record(folder, given(folder, item="条件充分性", grade="良"))
    assert review_dossier(folder, today=DAY).review.projects[0].settled.grade is Grade.EXCELLENT


def test_the_later_grade_of_an_office_stands_and_the_bureau_settles_after_the_department(folder):
    record(folder, *(given(folder, item=item, grade="优") for item in ITEMS))
    record(folder, *(given(folder, item=item, grade="差", office="财政部门") for item in ITEMS))
    record(folder, given(folder, item=ITEMS[0], grade="中"))
    one = review_dossier(folder, today=DAY).review.projects[0]
    assert [(t.office.value, t.grade) for t in one.totals] == [("主管部门", Grade.GOOD), ("财政部门", Grade.POOR)]
    assert one.settled.grade is Grade.POOR


def test_grades_follow_a_renamed_project_and_say_that_it_was_changed_since(folder):
    record(folder, given(folder, item=ITEMS[0], grade="优"))
    fields = {"project": "1", "field": "name", "value": "新名"}
    record(folder, entry(folder.table, GivenKind.CORRECTION, fields, DAY))
    reviewed = review_dossier(folder, today=DAY)
    (judged,) = reviewed.review.projects[0].judged
    assert judged.changed_since
    item = review_json(reviewed.review, reviewed.table)["projects"][0]["items"][0]
    assert json.dumps(item["judged"], ensure_ascii=False).count("李某") == 1

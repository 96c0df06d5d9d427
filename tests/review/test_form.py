import datetime
from decimal import Decimal

import pytest

from hengji.model.review import Grade, Method
from hengji.review import review
from hengji.review.examples import project, table
from hengji.review.form import FormLaw
from hengji.review.practice import Practice

ON = datetime.date(2024, 1, 1)
LAW = FormLaw(Practice("national-2020", ON))
E, G, F, P = Grade.EXCELLENT, Grade.GOOD, Grade.FAIR, Grade.POOR

SOUND = (
    ("11", "帮扶企业数量", "≥20家"),
    ("12", "帮扶企业整改合格率", "≥90%"),
    ("13", "帮扶完成时间", "2024年11月30日前"),
    ("14", "单个企业帮扶成本", "≤2万元/家"),
    ("22", "企业环境隐患整改率", "≥85%"),
    ("31", "受帮扶企业满意度", "≥88%"),
)


def form_of(*rows, **kinds):
    return review(table(project(*rows)), on=ON, **kinds).projects[0]


@pytest.mark.parametrize(
    ("grades", "overall"),
    [
        ([E] * 8, E),
        ([E] * 6 + [G] * 2, E),
        ([E] * 6 + [G, F], G),
        ([E] * 5 + [G] * 3, G),
        ([G] * 6 + [F] * 2, G),
        ([E] * 7 + [P], F),
        ([G] * 5 + [F] * 3, F),
        ([F] * 6 + [P] * 2, F),
        ([E] * 5 + [P] * 3, P),
    ],
)
def test_six_of_eight_decide_the_general_grade(grades, overall):
    assert LAW.general(grades) is overall


@pytest.mark.parametrize(
    ("points", "grade"),
    [("100", E), ("90", E), ("89.99", G), ("80", G), ("79.99", F), ("60", F), ("59.99", P), ("0", P)],
)
def test_points_decide_the_key_grade(points, grade):
    assert LAW.key(Decimal(points)) is grade


def test_points_run_down_the_band_with_the_load_and_stop_at_its_end():
    assert LAW.points(Decimal(15), G, Decimal(0)) == Decimal("13.35")
    assert LAW.points(Decimal(15), G, Decimal("0.5")) == Decimal("12.68")
    assert LAW.points(Decimal(15), G, Decimal(7)) == Decimal("12.00")


def test_a_sound_project_is_proposed_excellent_where_a_machine_can_tell():
    by_item = {i.item: i for i in form_of(*SOUND).items}
    assert by_item["明确清晰性"].proposed_grade is E
    assert by_item["明确清晰性"].proposed_points == Decimal("10.00")


def test_what_only_a_person_can_judge_is_left_open_with_the_question():
    form = form_of(*SOUND)
    open_items = [i for i in form.items if i.to_judge]
    assert [i.item for i in open_items] == ["目标相关性", "绩效合理性", "资金匹配性", "实现可能性", "条件充分性"]
    assert all(i.proposed_grade is None and i.proposed_points is None for i in open_items)
    assert form.general is None
    assert form.general_range == (P, E)


def test_an_error_limits_even_an_item_that_a_person_judges():
    form = form_of(*(r for r in SOUND if r[0] != "14"), ("14", "委托监测费用", "100%"))
    item = next(i for i in form.items if i.item == "资金匹配性")
    assert item.proposed_grade is F
    assert item.because == ("T18",)
    assert item.to_judge


def test_every_grade_is_traced_to_the_codes_it_rests_on():
    form = form_of(*SOUND, ("22", "公共服务水平", "有效提升"))
    item = next(i for i in form.items if i.item == "指标科学性")
    assert item.proposed_grade is F
    assert "T01" in item.because


def test_many_errors_are_poor():
    form = form_of(*SOUND[:3], ("22", "公共服务水平", "有效提升"), ("22", "企业环保意识", "得到提升"))
    assert next(i for i in form.items if i.item == "指标科学性").proposed_grade is P


def test_before_the_form_was_law_nothing_is_proposed():
    found = review(table(project(*SOUND)), on=datetime.date(2015, 1, 1))
    assert found.projects[0].items == ()
    assert found.projects[0].general is None
    assert "T" not in {n.code for n in found.not_checked}
    assert any("审核表" in n.needs for n in found.not_checked)


def test_the_review_remembers_the_method():
    assert review(table(project(*SOUND)), on=ON, method=Method.KEY).method is Method.KEY


def test_a_table_without_projects_has_no_forms():
    assert review(table(), on=ON).projects == ()

import datetime

import pytest

from hengji.model.category import Level2
from hengji.model.table import Indicator, Project, Source, TargetTable
from hengji.review.material import material_of, plain_name
from hengji.review.practice import Practice

PRACTICE = Practice("national-2020", datetime.date(2024, 1, 1))


def items(*indicators):
    table = TargetTable(Source("f", "", ""), projects=(Project("甲", indicators),))
    return list(material_of(table, PRACTICE).items)


@pytest.mark.parametrize(
    ("printed", "plain"),
    [("★指标1：培训次数", "培训次数"), ("1.日常巡查。", "日常巡查"), ("12、报告", "报告"), ("3.5米道路", "3.5米道路")],
)
def test_list_marks_and_closing_stops_are_not_part_of_a_name(printed, plain):
    assert plain_name(printed) == plain


def test_the_annual_value_comes_first_and_an_equal_whole_term_value_is_read_once():
    both, same = items(
        Indicator(1, "报告", annual_target="2份", whole_term_target="4份"),
        Indicator(2, "报告", annual_target="2份", whole_term_target="2份。"),
    )
    assert [t.field for t in both.targets] == ["annual_target", "whole_term_target"]
    assert [t.field for t in same.targets] == ["annual_target"]


def test_where_only_the_whole_term_is_printed_it_is_reviewed():
    (only,) = items(Indicator(1, "报告", whole_term_target="4份"))
    assert only.text == "4份"


def test_rows_of_an_evaluation_frame_are_no_targets():
    assert items(Indicator(1, "立项依据充分性", level1="决策", annual_target="充分")) == []


def test_satisfaction_and_cost_are_known_by_level_one_alone():
    satisfied, cost = items(Indicator(1, "学员评价", level1="满意度指标"), Indicator(2, "培训费", level1="成本指标"))
    assert (satisfied.level2, cost.level2) == (Level2.RECIPIENT_SATISFACTION, Level2.COST)


def test_a_form_without_level_three_has_no_name_to_judge():
    (unnamed,) = items(Indicator(1, "数量指标", level2="数量指标", annual_target="3次"))
    assert unnamed.unnamed

"""Cells that run together are cut where something tells so; what cannot be told is marked, never guessed."""

from __future__ import annotations

import pytest

from hengji.model.table import Indicator, TargetTable
from hengji.reading import read

EVALUATION = "项目支出绩效自评表（2024年度）项目名称河道保洁项目绩效指标一级指标二级指标三级指标分值年度指标值全年实际值得分未完成原因及拟采取的改进措施"


def of(text: str) -> TargetTable:
    return read(text.encode(), "form.txt")


def rows(text: str) -> list[Indicator]:
    return [i for p in of(text).projects for i in p.indicators]


def test_points_are_cut_off_the_value_before_them_by_the_full_points_of_the_row() -> None:
    found = rows(
        EVALUATION + "产出指标数量指标巡河次数8≥59次628保洁河道长度7≥37公里377质量指标水面洁净率10≥95%96%10总分10095"
    )
    assert [(i.max_points, i.annual_target, i.actual, i.points) for i in found] == [
        ("8", "≥59次", "62", "8"), ("7", "≥37公里", "37", "7"), ("10", "≥95%", "96%", "10"),
    ]  # fmt: skip
    assert [i.confidence for i in found] == ["low", "low", "high"]


def test_figures_of_several_columns_stay_together_and_are_reported() -> None:
    text = (
        "部门整体绩效自评表绩效指标指标名称计量单位指标性质指标值指标权重（分）全年完成值指标得分（分）说明"
        "巡河次数次108108水面洁净率%986986河道保洁长度公里28102810"
    )
    table = of(text)
    found = table.projects[0].indicators
    assert [(i.name, i.annual_target, i.actual, i.max_points, i.points) for i in found] == [
        ("巡河次数", "108108次", None, None, None), ("水面洁净率", "986986%", None, None, None),
        ("河道保洁长度", "28102810公里", None, None, None),
    ]  # fmt: skip
    assert [f.code for f in table.findings] == ["R07"] * 3


@pytest.mark.parametrize(("value", "candidate"), [("290%", "≥90%"), ("2100百分比", "≥100百分比")])
def test_a_sign_recognised_as_a_digit_is_kept_and_marked_with_what_it_may_have_been(value: str, candidate: str) -> None:
    text = f"项目支出绩效目标表一级指标二级指标三级指标指标值产出指标数量指标巡河次数≥59次质量指标水面洁净率{value}时效指标保洁完成时间2024年12月底前"
    table = of(text)
    damaged = table.projects[0].indicators[1]
    assert (damaged.annual_target, damaged.confidence) == (value, "low")
    assert [f.code for f in table.findings] == ["R07"]
    assert candidate in table.findings[0].zh


def test_four_grades_give_the_best_as_target_and_the_others_as_remark() -> None:
    text = (
        "1、关于保洁的绩效目标表绩效指标分类绩效指标绩效指标描述绩效指标评价标准评价标准确定依据优良中差"
        "产出指标巡河次数反映巡河次数的实际情况≥59次≥53次≥47次<47次年度工作计划水面洁净率反映水面洁净率的实际情况100%95%90%90%历年数据"
        "满意度指标居民满意度反映居民满意度的实际情况≥90%≥85%≥80%<80%历年数据"
    )
    assert [(i.level1, i.level2, i.name, i.annual_target) for i in rows(text)] == [
        ("产出指标", None, "巡河次数", "≥59次"), ("产出指标", None, "水面洁净率", "100%"), ("满意度指标", None, "居民满意度", "≥90%"),
    ]  # fmt: skip
    assert rows(text)[0].remark == "良：≥53次；中：≥47次；差：<47次"

"""What a document says of itself around its form: office, year, kind, project, money, in the spellings of web pages."""

from __future__ import annotations

import pytest

from hengji.model.table import TableKind, TargetTable
from hengji.reading import read

ROWS = """一级指标 | 二级指标 | 三级指标 | 指标值 | |
产出指标 | 数量指标 | 修剪行道树 | ≥3200株 | |
质量指标 | 苗木成活率 | ≥95% | ||
效益指标 | 生态效益指标 | 绿地景观 | 明显改善 | |
满意度指标 | 服务对象满意度指标 | 居民满意度 | ≥90% | |
"""


def of(head: str, rows: str = ROWS, tail: str = "") -> TargetTable:
    return read(f"{head}\n{rows}{tail}".encode(), "page.txt")


@pytest.mark.parametrize(
    ("head", "department"),
    [
        ("项目支出绩效目标表 | ||\n主管部门 | 青禾市园林局 | ||", "青禾市园林局"),
        ("项目支出绩效目标表 | ||\n主管部门\n及编码 | [108001]青禾市园林局 | ||", "青禾市园林局"),
        ("部门整体支出绩效目标表 | ||\n部门编码: | 681 | 部门名称: | 青禾市园林局 | ||", "青禾市园林局"),
        ("绩效目标表 | ||\n单位信息: | 469001-青禾市园林局 | ||", "青禾市园林局"),
        ("青禾市园林局2023年度项目支出绩效目标表", "青禾市园林局"),
        ("青禾市园林局\n项目支出绩效目标表\n（2023年）", "青禾市园林局"),
        ("发布时间：2023-05-10  |  发布单位：青禾市财政局\n项目支出绩效目标表", None),
        ("项目支出绩效目标表", None),
    ],
)
def test_the_department_is_the_office_that_the_form_its_title_or_a_line_above_names(
    head: str, department: str | None
) -> None:
    assert of(head).department == department


def test_who_signed_below_with_the_day_is_the_department() -> None:
    assert of("绩效目标设定表", tail="\n青禾市园林局\n2023年3月27日\n").department == "青禾市园林局"


def test_two_offices_in_titles_leave_the_department_open() -> None:
    head = "青禾市园林局2023年绩效目标表\n青禾市水务局2023年绩效目标表"
    assert of(head).department is None


@pytest.mark.parametrize(
    ("head", "year"),
    [
        ("项目支出绩效目标表\n（2023年度）", 2023),
        ("转移支付区域绩效目标自评表 (2023)", 2023),
        ("2023年度\n开始时间 | 2022年 | ||\n完成时间 | 2024年 | ||\n绩效目标表", 2023),
        ("青禾市园林局2023年度行道树修剪项目绩效公开", 2023),
        ("发布时间：2023-12-18\n绩效目标表", None),
        ("绩效目标表\n项目名称 | 2022年行道树修剪 | ||", None),
    ],
)
def test_the_year_is_that_of_the_title_not_of_the_page_or_a_beginning(head: str, year: int | None) -> None:
    assert of(head).fiscal_year == year


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("2023年行道树修剪资金区域绩效目标表", TableKind.TRANSFER_TARGETS),
        ("青禾市园林局2023年度部门整体支出绩效考核指标表", TableKind.DEPARTMENT_TARGETS),
        ("2023年度项目支出绩效自评报告", TableKind.SELF_EVALUATION),
        ("2023年行道树修剪项目绩效目标表", TableKind.TARGETS),
    ],
)
def test_the_kind_is_told_by_the_title_of_a_page_or_report(title: str, kind: TableKind) -> None:
    assert of(title).kind is kind


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("1、青财社〔2022〕18号提前下达2023年行道树修剪补助绩效目标表", "2023年行道树修剪补助"),
        ("青禾市园林局2023年度行道树修剪补助绩效自评工作报告", "行道树修剪补助"),
        ("2023年度项目支出绩效单位自评报告——（行道树修剪经费）", "行道树修剪经费"),
        ("青禾市园林局2023年部门预算项目绩效目标表", ""),
        ("项目支出绩效目标表", ""),
    ],
)
def test_a_form_without_the_name_of_its_project_has_the_one_its_title_names(title: str, name: str) -> None:
    assert of(title).projects[0].name == name


AIM, DONE = "年内修剪行道树3200株，改善绿地景观。", "已按计划完成，景观改善。"


@pytest.mark.parametrize(
    "head",
    [
        f"总体目标 | {AIM} | ||",
        f"总\n体\n目\n标 |\n{AIM} |",
        f"整体目标: | {AIM} | ||",
        f"年度总体目标 | 年初设定目标 | 全年实际完成情况 | ||\n{AIM} | {DONE} | ||",
        f"年度目标完成情况 | 预期目标 | 目标实际完成情况 | 20 | ||\n{AIM} | {DONE} | ||",
        f"中长期目标 | {AIM} | ||",
    ],
)
def test_the_only_objective_of_a_form_is_the_objective_whatever_it_is_called(head: str) -> None:
    project = of(f"绩效目标表 | ||\n{head}").projects[0]
    assert (project.objective, project.whole_term_objective) == (AIM, None)
    assert project.objective_actual == (DONE if DONE in head else None)


def test_objectives_printed_line_by_line_in_two_columns_are_put_together() -> None:
    lines = "\n".join(
        f"目标{n}：{what}。 |\n目标{n}：{what}。 |" for n, what in enumerate(("修剪行道树", "改善景观"), 1)
    )
    project = of(f"绩效目标自评表 | ||\n预期目标 | 目标实际完成情况 | 20 | ||\n{lines}").projects[0]
    assert project.objective == project.objective_actual == "目标1：修剪行道树。目标2：改善景观。"


def test_the_years_money_is_read_where_the_whole_terms_stands_before_it() -> None:
    head = (
        "中期资金总额： | 690.00 | 年度资金总额： | 230.00 | ||\n其中：财政拨款 | 690.00 | 其中：财政拨款 | 230.00 | ||"
    )
    funds = of(f"绩效目标表 | ||\n{head}").projects[0].funds
    assert (str(funds.total), str(funds.fiscal_appropriation)) == ("230.00", "230.00")


@pytest.mark.parametrize(
    ("head", "unit"),
    [
        ("项目金额 | 267.69万元 | ||", "万元"),
        ("预算数: | 130 | ||\n其中:中央补助 | 97.5  万元 | ||", "万元"),
        ("资金总额 | 391500.00 | ||", None),
    ],
)
def test_the_unit_of_money_is_the_one_printed_behind_amounts_above_the_indicators(head: str, unit: str | None) -> None:
    rows = ROWS.replace("≥3200株", "3200万元")
    assert of(f"绩效目标表 | ||\n{head}", rows).money_unit == unit

"""Forms with results: the block of money, the objective reached, the total; a head that is a table of its own."""

from __future__ import annotations

from decimal import Decimal

import pytest

from hengji.model.table import PrintedFunds
from hengji.reading import read

HEAD = """<tr><td>项目名称</td><td colspan="8">河道保洁</td></tr>
<tr><td>主管部门</td><td colspan="4">某区水务局</td><td>实施单位</td><td colspan="3">某区河道所</td></tr>"""
MONEY = """<tr><td rowspan="4">项目资金（万元）</td><td colspan="2"></td><td>年初预算数</td><td>全年预算数</td><td>全年执行数</td>
<td>分值</td><td>执行率</td><td>得分</td></tr>
<tr><td colspan="2">年度资金总额</td><td>100.00</td><td>1,120.50</td><td>84.00</td><td>10</td><td>75.00%</td><td>7.5</td></tr>
<tr><td colspan="2">其中：当年财政拨款</td><td>100.00</td><td>1,120.50</td><td>84.00</td><td>—</td><td>—</td><td>—</td></tr>
<tr><td colspan="2">其他资金</td><td></td><td></td><td></td><td>—</td><td>—</td><td>—</td></tr>"""
OBJECTIVE = """<tr><td rowspan="2">年度总体目标</td><td colspan="4">预期目标</td><td colspan="4">实际完成情况</td></tr>
<tr><td colspan="4">保持河道整洁。</td><td colspan="4">已完成。</td></tr>"""
ROWS = """<tr><td rowspan="2">绩效指标</td><td>一级指标</td><td>二级指标</td><td>三级指标</td><td>年度指标值</td><td>实际完成值</td>
<td>分值</td><td>得分</td><td>偏差原因分析及改进措施</td></tr>
<tr><td>产出指标</td><td>数量指标</td><td>巡河次数</td><td>≥12次</td><td>13次</td><td>90</td><td>90</td><td></td></tr>
<tr><td colspan="6">总分</td><td>100</td><td>97.5</td><td></td></tr>"""
TITLE = "<p>项目支出绩效自评表</p><p>（2024年度）</p>"


def one(*tables: str):
    body = "".join(f"<table>{rows}</table>" for rows in tables)
    (project,) = read(f"<html>{TITLE}{body}</html>".encode(), "f.html").projects
    return project


WHOLE = HEAD + MONEY + OBJECTIVE + ROWS


def test_money_is_read_by_its_headings_and_the_total_is_the_final_budget():
    funds = one(WHOLE).funds
    assert (funds.total, funds.fiscal_appropriation, funds.other_funds) == (
        Decimal("1120.50"),
        Decimal("1120.50"),
        None,
    )
    assert (funds.original_budget, funds.final_budget, funds.outturn) == (
        Decimal("100.00"), Decimal("1120.50"), Decimal("84.00"),
    )  # fmt: skip
    assert (funds.max_points, funds.execution_rate, funds.points) == (Decimal(10), Decimal("75.00"), Decimal("7.5"))


def test_the_lines_of_money_are_kept_as_printed():
    assert one(WHOLE).printed_funds[0] == PrintedFunds(
        "年度资金总额", ("100.00", "1,120.50", "84.00", "10", "75.00%", "7.5")
    )


def test_where_only_the_first_budget_is_printed_it_is_the_total():
    money = MONEY.replace("<td>全年预算数</td>", "<td></td>").replace("<td>1,120.50</td>", "<td></td>")
    funds = one(HEAD + money + OBJECTIVE + ROWS).funds
    assert (funds.total, funds.final_budget) == (Decimal("100.00"), None)


def test_the_objective_of_the_year_is_told_from_what_was_done_and_from_one_of_several_years():
    project = one(WHOLE)
    assert (project.objective, project.objective_actual, project.whole_term_objective) == (
        "保持河道整洁。",
        "已完成。",
        None,
    )


def test_the_total_under_the_indicators_is_no_indicator():
    project = one(WHOLE)
    assert project.total_points == "97.5"
    assert [i.name for i in project.indicators] == ["巡河次数"]


def test_a_form_without_a_total_has_none():
    assert one(HEAD + MONEY + ROWS.rsplit("<tr>", 1)[0]).total_points is None


@pytest.mark.parametrize("split", [(HEAD, MONEY + OBJECTIVE, ROWS), (HEAD + MONEY + OBJECTIVE, ROWS)])
def test_a_head_that_is_a_table_of_its_own_belongs_to_the_indicators_below(split):
    whole, parted = one(WHOLE), one(*split)
    assert (parted.name, parted.fund_user, parted.funds, parted.objective, parted.objective_actual) == (
        whole.name, whole.fund_user, whole.funds, whole.objective, whole.objective_actual,
    )  # fmt: skip


def test_the_head_of_one_form_is_not_taken_for_the_next():
    second = HEAD.replace("河道保洁", "泵站") + ROWS
    tables = "".join(f"<table>{rows}</table>" for rows in (HEAD + MONEY, ROWS, second))
    found = read(f"<html>{TITLE}{tables}</html>".encode(), "f.html").projects
    assert [p.name for p in found] == ["河道保洁", "泵站"]
    assert found[1].funds.total is None

"""The monitoring form of one project (xlsx, html): as golden text, its columns, ticks, months, and read again."""

from __future__ import annotations

import datetime
import io
from dataclasses import replace

import pytest
from openpyxl import load_workbook

from hengji.forms import as_html, as_xlsx
from hengji.forms import monitoring_form as form
from hengji.model.table import TableKind
from hengji.reading import read

from .dump import agrees, sheets_text
from .evaluated import monitored, small_material


def monitoring_form(material, n):
    return as_xlsx(form(material, n))


def form_of(evaluation=None):
    return load_workbook(io.BytesIO(monitoring_form(small_material(evaluation or monitored()), 1))).worksheets[0]


def texts_of(sheet):
    return {c.coordinate: str(c.value) for row in sheet.iter_rows() for c in row if c.value is not None}


def test_the_form_of_a_small_table_is_as_on_file():
    agrees(sheets_text(monitoring_form(small_material(monitored()), 1)), "monitoring-1")


def test_the_columns_stand_in_the_official_order_with_causes_and_likelihoods_under_their_headings():
    sheet = form_of()
    rows = [[str(c.value).replace("\n", "") for c in row if c.value is not None] for row in sheet.iter_rows()]
    upper = ["绩效指标", "一级指标", "二级指标", "三级指标", "年度指标值", "1—7月执行情况", "全年预计完成情况", "偏差原因分析",
             "完成目标可能性", "备注"]  # fmt: skip
    assert upper in rows
    assert rows[rows.index(upper) + 1] == [
        "经费保障", "制度保障", "人员保障", "硬件条件保障", "其他", "原因说明", "确定能", "有可能", "完全不可能",
    ]  # fmt: skip
    assert ["项目资金（万元）", "年初预算数", "1—7月执行数", "1—7月执行率", "全年预计执行数"] in rows


def test_causes_and_likelihood_are_ticked_under_their_own_headings():
    sheet = form_of()
    row = next(c.row for r in sheet.iter_rows() for c in r if c.value == "数据传输率")
    heading = next(c.row for r in sheet.iter_rows() for c in r if c.value == "经费保障")
    ticked = {sheet.cell(heading, c.column).value for c in sheet[row] if c.value == "√"}
    assert ticked == {"人员保障", "硬件条件保障", "有可能"}


@pytest.mark.parametrize(
    ("as_of", "months"),
    [((2024, 1, 31), "1月"), ((2024, 6, 30), "1—6月"), ((2024, 2, 29), "1—2月"), ((2024, 7, 15), "1月1日—7月15日")],
)
def test_the_months_are_those_of_the_day_it_was_monitored(as_of, months):
    assert f"{months}执行情况" in texts_of(form_of(replace(monitored(), as_of=datetime.date(*as_of)))).values()


@pytest.mark.parametrize(("ending", "made"), [("xlsx", as_xlsx), ("html", as_html)])
def test_a_monitored_project_is_read_again_with_its_money_and_its_figures_so_far(ending, made):
    back = read(made(form(small_material(monitored()), 1)), f"again.{ending}")
    (project,) = back.projects
    one = monitored().projects[0]
    assert back.kind is TableKind.MONITORING
    assert (project.name, project.funds.total, project.funds.outturn, project.funds.execution_rate) == (
        one.name, one.execution.original_budget, one.execution.outturn, one.execution.execution_rate,
    )  # fmt: skip
    assert [(i.name, i.annual_target, i.actual) for i in project.indicators] == [
        (line.name, line.target, line.actual) for line in one.lines
    ]


def test_both_rows_of_headings_are_repeated_on_each_page_of_a_landscape_sheet():
    sheet = form_of()
    first, last = (int(r) for r in sheet.print_title_rows.replace("$", "").split(":"))
    assert last == first + 1
    assert sheet.page_setup.orientation == "landscape"


def test_no_light_and_no_mark_of_unverified_law_stands_in_the_form():
    said = " ".join(texts_of(form_of()).values())
    for word in ("待核", "财预", "绿", "黄", "红"):
        assert word not in said


def test_generated_records_are_named_above_every_page():
    book = load_workbook(io.BytesIO(monitoring_form(small_material(monitored(simulated=True)), 1)))
    assert all("模拟数据" in sheet.oddHeader.right.text for sheet in book.worksheets)


def test_no_such_project_is_an_error():
    with pytest.raises(IndexError, match="no project 0"):
        monitoring_form(small_material(monitored()), 0)

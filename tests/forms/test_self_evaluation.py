"""The self-evaluation of one project (xlsx, docx, html): as golden texts, and read again to the same evaluation."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from decimal import Decimal

import docx
import pytest
from docx.oxml.ns import qn
from hypothesis import given, settings
from openpyxl import load_workbook

from hengji.forms import Material, as_docx, as_html, as_xlsx, self_evaluation_form
from hengji.model.table import TableKind
from hengji.reading import read

from .dump import agrees, paper_text, sheets_text
from .evaluated import materials, self_evaluation, small_material


def self_evaluation_sheet(material: Material, n: int) -> bytes:
    return as_xlsx(self_evaluation_form(material, n))


def self_evaluation_paper(material: Material, n: int) -> bytes:
    return as_docx(self_evaluation_form(material, n))


def self_evaluation_page(material: Material, n: int) -> bytes:
    return as_html(self_evaluation_form(material, n))


MADE = {"xlsx": self_evaluation_sheet, "docx": self_evaluation_paper, "html": self_evaluation_page}


BANNER = re.compile('<p class="banner" role="note">([^<]*)</p>')


def two(number: Decimal | None) -> str | None:
    return None if number is None else f"{number:.2f}"


def same_again(material: Material, n: int, ending: str) -> None:
    """Name, units, money, objective, every indicator with its figures, and the total come back as they were."""
    back = read(MADE[ending](material, n), f"again.{ending}")
    project, one = material.of(n)
    assert (back.kind, back.fiscal_year, back.money_unit) == (TableKind.SELF_EVALUATION, 2024, "万元")
    (found,) = back.projects
    assert (found.name, found.fund_user, found.supervising_department) == (
        one.name, project.fund_user, material.table.department,
    )  # fmt: skip
    money, printed = one.execution, found.funds
    assert (printed.original_budget, printed.final_budget, printed.outturn, printed.total) == tuple(
        material.money_shown(a) for a in (money.original_budget, money.final_budget, money.outturn, money.final_budget)
    )
    assert printed.max_points == money.max_points
    assert (two(printed.points), two(printed.execution_rate)) == (two(money.points), two(money.execution_rate))
    assert found.objective == project.objective
    assert found.total_points == two(one.total_points)
    assert [(i.level1, i.level2, i.name, i.annual_target, i.actual, i.max_points, i.points, i.variance_reason)
            for i in found.indicators] == [
        (line.level1, line.level2, line.name, line.target, line.actual, two(line.max_points),
         "不适用" if line.not_applicable else two(line.points), line.variance_reason)
        for line in one.lines
    ]  # fmt: skip


@pytest.mark.parametrize("n", [1, 2])
def test_the_sheet_of_a_small_table_is_as_on_file(n):
    agrees(sheets_text(self_evaluation_sheet(small_material(), n)), f"self_evaluation-{n}-sheet")


def test_the_document_of_a_small_table_is_as_on_file():
    agrees(paper_text(self_evaluation_paper(small_material(), 1)), "self_evaluation-1-paper")


@pytest.mark.parametrize("ending", MADE)
@pytest.mark.parametrize("n", [1, 2])
def test_a_small_table_is_read_again_to_the_same_evaluation(n, ending):
    same_again(small_material(), n, ending)


@pytest.mark.parametrize("ending", MADE)
@given(material=materials())
@settings(max_examples=25, deadline=None)
def test_any_evaluation_is_read_again_the_same(ending, material):
    for n in range(1, len(material.table.projects) + 1):
        same_again(material, n, ending)


def test_the_blocks_and_columns_stand_in_the_official_order():
    sheet = load_workbook(io.BytesIO(self_evaluation_sheet(small_material(), 1))).worksheets[0]
    rows = [[str(c.value).replace("\n", "") for c in row if c.value is not None] for row in sheet.iter_rows()]
    said = [text for row in rows for text in row]
    for row in (
        ["项目资金(万元)", "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"],
        ["年度总体目标", "预期目标", "实际完成情况"],
        [
            "绩效指标",
            "一级指标",
            "二级指标",
            "三级指标",
            "年度指标值",
            "实际完成值",
            "分值",
            "得分",
            "偏差原因分析及改进措施",
        ],
    ):
        assert row in rows, row
    heads = (
        "项目名称",
        "主管部门",
        "实施单位",
        "年度资金总额",
        "其中：当年财政拨款",
        "上年结转资金",
        "其他资金",
        "年度总体目标",
        "绩效指标",
        "总分",
    )
    places = [said.index(label) for label in heads]
    assert places == sorted(places)


def test_a_line_for_special_accounts_is_printed_only_where_there_is_such_money():
    material = small_material()
    plain = sheets_text(self_evaluation_sheet(material, 1))
    project = replace(
        material.table.projects[0], funds=replace(material.table.projects[0].funds, special_account=Decimal(7))
    )
    table = replace(material.table, projects=(project, *material.table.projects[1:]))
    assert "财政专户拨款" not in plain
    assert "财政专户拨款" in sheets_text(self_evaluation_sheet(replace(material, table=table), 1))


@pytest.mark.parametrize("ending", MADE)
def test_what_was_not_scored_has_no_points_and_no_total_and_the_page_says_it_cannot_be_handed_in(ending):
    data = MADE[ending](small_material(), 2)
    (found,) = read(data, f"again.{ending}").projects
    assert (found.indicators[0].points, found.total_points) == (None, None)
    assert "不能报送" in header_of(data, ending)[0]
    assert "不能报送" not in header_of(MADE[ending](small_material(), 1), ending)[0]


@pytest.mark.parametrize("ending", MADE)
def test_generated_records_are_named_above_every_page_of_every_sheet_and_real_ones_are_not(ending):
    simulated = header_of(MADE[ending](small_material(self_evaluation(simulated=True)), 1), ending)
    assert simulated
    assert all("模拟数据" in header for header in simulated)
    assert all("模拟数据" not in header for header in header_of(MADE[ending](small_material(), 1), ending))


def header_of(data: bytes, ending: str) -> list[str]:
    if ending == "html":
        return BANNER.findall(data.decode()) or [""]
    if ending == "docx":
        return [p.text for p in docx.Document(io.BytesIO(data)).sections[0].header.paragraphs]
    return [sheet.oddHeader.right.text or "" for sheet in load_workbook(io.BytesIO(data)).worksheets]


def test_a_form_of_generated_records_is_told_from_others_on_the_screen_too():
    data = self_evaluation_sheet(small_material(self_evaluation(simulated=True)), 1)
    assert "模拟数据" in load_workbook(io.BytesIO(data)).sheetnames[0]


def test_marks_of_unverified_law_stand_in_the_account_and_never_in_the_form():
    form, account = load_workbook(io.BytesIO(self_evaluation_sheet(small_material(), 1))).worksheets
    texts = [
        [str(c.value) for row in sheet.iter_rows() for c in row if c.value is not None] for sheet in (form, account)
    ]
    assert not any("待核" in t or "财预" in t for t in texts[0])
    assert account.title == "口径说明"
    assert "出处待核" in texts[1]
    paper = paper_text(self_evaluation_paper(small_material(), 1))
    assert "待核" not in paper[: paper.index("口径说明")]
    assert "待核" in paper[paper.index("口径说明") :]


def test_the_account_tells_the_reading_chosen_the_ones_not_chosen_and_the_arithmetic():
    text = sheets_text(self_evaluation_sheet(small_material(), 1))
    for words in (
        "记录计数：按巡查日期计，一次一条",
        "按小时计",
        "实际完成值÷指标值×分值 = 22.50",
        "全国办法（2020年起）",
        "cd" * 32,
    ):
        assert words in text, words


def test_a_text_that_looks_like_a_formula_stays_text():
    sheet = load_workbook(io.BytesIO(self_evaluation_sheet(small_material(), 1))).worksheets[0]
    cells = {c.value: c for row in sheet.iter_rows() for c in row if c.value is not None}
    assert {c.data_type for c in cells.values()} == {"s", "n"}
    assert cells["=雷击停电两周；已加装备用电源"].quotePrefix


def test_the_sheet_prints_on_a4_as_wide_as_the_page_with_the_headings_on_each_page():
    sheet = load_workbook(io.BytesIO(self_evaluation_sheet(small_material(), 1))).worksheets[0]
    assert int(sheet.page_setup.paperSize) == 9
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert int(sheet.page_setup.fitToHeight) == 0
    heading = int(sheet.print_title_rows.replace("$", "").split(":")[0])
    assert [c.value for c in sheet[heading]][1:4] == ["一级指标", "二级指标", "三级指标"]


def test_the_document_repeats_the_headings_of_the_indicators_on_each_page():
    tables = docx.Document(io.BytesIO(self_evaluation_paper(small_material(), 1))).tables
    table = next(t for t in tables if "三级指标" in [c.text for c in t.rows[1].cells])
    repeated = [row._tr.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None for row in table.rows]
    assert repeated == [True, True] + [False] * (len(table.rows) - 2)


def test_there_is_a_place_to_sign_and_to_seal():
    for text in (
        sheets_text(self_evaluation_sheet(small_material(), 1)),
        paper_text(self_evaluation_paper(small_material(), 1)),
    ):
        for words in ("项目负责人（签字）", "财务负责人（签字）", "单位（盖章）", "日期"):
            assert words in text, words


@pytest.mark.parametrize("ending", MADE)
def test_the_same_evaluation_gives_the_same_bytes(ending):
    assert MADE[ending](small_material(), 1) == MADE[ending](small_material(), 1)


@pytest.mark.parametrize("ending", MADE)
def test_no_such_project_is_an_error(ending):
    with pytest.raises(IndexError, match="no project 3"):
        MADE[ending](small_material(), 3)


def test_a_table_with_other_projects_than_the_evaluation_is_an_error():
    material = small_material()
    with pytest.raises(ValueError, match="1 projects, 2 evaluated"):
        replace(material, table=replace(material.table, projects=material.table.projects[:1]))

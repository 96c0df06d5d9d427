"""The published list (xlsx): as a golden text, and read again to the same table."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from hengji.forms import published_list
from hengji.model.table import Funds, Indicator, TargetTable
from hengji.reading import read

from .dump import agrees, sheet_of, sheet_text
from .material import core, published, small_table, tables


def again(table: TargetTable) -> TargetTable:
    return read(published_list(table), "again.xlsx")


def test_the_list_of_a_small_table_is_as_on_file():
    agrees(sheet_text(published_list(small_table())), "published_list")


def test_the_published_table_comes_back_the_same():
    table = published()
    back = again(table)
    assert [core(p) for p in back.projects] == [core(p) for p in table.projects]
    assert [p.fund_user for p in back.projects] == [p.fund_user for p in table.projects]
    for field in ("title", "department", "fiscal_year", "money_unit", "printed_totals", "kind"):
        assert getattr(back, field) == getattr(table, field), field
    assert back.findings == ()


def test_a_small_table_with_codes_and_gaps_comes_back_the_same():
    table = small_table()
    back = again(table)
    assert [core(p) for p in back.projects] == [core(p) for p in table.projects]
    assert (back.department, back.fiscal_year, back.money_unit) == ("某区生态环境局", 2024, "万元")


@given(tables())
@settings(max_examples=60, deadline=None)
def test_any_table_comes_back_the_same(table):
    back = again(table)
    assert [core(p) for p in back.projects] == [core(p) for p in table.projects]
    assert (back.department, back.fiscal_year, back.money_unit) == (
        table.department,
        table.fiscal_year,
        table.money_unit,
    )


@given(tables(long=True))
@settings(max_examples=10, deadline=None)
def test_texts_beyond_the_height_of_a_row_come_back_whole(table):
    assert [core(p) for p in again(table).projects] == [core(p) for p in table.projects]


def test_more_text_than_a_cell_can_hold_comes_back_whole():
    table = small_table()
    many = tuple(
        Indicator(n, f"第{n}类设备巡查情况", "产出指标", "数量指标", "11", "每月两次", "每月两次")
        for n in range(1, 1201)
    )
    one = replace(table.projects[0], indicators=many)
    assert core(again(replace(table, projects=(one,))).projects[0]) == core(one)


def test_the_same_table_gives_the_same_bytes():
    assert published_list(published()) == published_list(published())


def test_a_text_that_looks_like_a_formula_stays_text():
    table = small_table()
    cells = [c for row in sheet_of(published_list(table)).iter_rows() for c in row if c.value is not None]
    assert {c.data_type for c in cells} == {"s", "n"}
    named = next(c for c in cells if c.value == "=污水处理设施运行维护")
    assert named.data_type == "s"
    assert named.quotePrefix


def test_it_prints_on_a4_landscape_as_wide_as_the_page_with_headings_on_each_page():
    sheet = sheet_of(published_list(published()))
    setup = sheet.page_setup
    assert (int(setup.paperSize), setup.orientation) == (9, "landscape")
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert int(setup.fitToHeight) == 0  # as many pages as it takes; fitToWidth is 1 where it is not said
    assert setup.fitToWidth in (None, 1)
    headings = sheet.print_title_rows.replace("$", "").split(":")
    assert headings[0] == headings[1]
    assert sheet.cell(int(headings[0]), 1).value == "项目名称（资金使用单位）"
    assert "&P" in sheet.oddFooter.right.text
    assert "&N" in sheet.oddFooter.right.text
    assert sheet.print_area


def test_every_column_has_its_width_and_every_cell_its_font_by_name():
    sheet = sheet_of(published_list(published()))
    assert all(sheet.column_dimensions[c].customWidth for c in "ABCDEFG")
    fonts = {(c.font.name, c.font.scheme) for row in sheet.iter_rows() for c in row if c.value is not None}
    assert {font for font, _ in fonts} == {"宋体", "黑体"}
    assert {scheme for _, scheme in fonts} == {None}
    assert sheet.parent._fonts[0].scheme is None  # the font that column widths are counted in


@pytest.mark.parametrize("amount", ["2243.96", "123456789.00", "999999999.99"])
def test_a_column_of_money_is_as_wide_as_its_longest_sum(amount):
    table = small_table()
    table = replace(table, printed_totals=Funds(type(table.printed_totals.total)(amount)))
    sheet = sheet_of(published_list(table))
    heading = next(c for row in sheet.iter_rows() for c in row if c.value == "总计")
    assert sheet.column_dimensions[heading.column_letter].width > len(f"{float(amount):,.2f}")


def test_no_row_is_higher_than_a_spreadsheet_allows():
    sheet = sheet_of(published_list(published()))
    assert max(d.height for d in sheet.row_dimensions.values() if d.height) <= 409.5


@pytest.mark.parametrize("sign", ["=SUM(A1)", "#REF!", "+", "-"])
def test_the_rest_of_a_long_text_is_not_taken_for_a_row_of_its_own(sign):
    table = small_table()
    one = replace(table.projects[0], objective=f"{sign}按期巡查。" * 500)
    assert [core(p) for p in again(replace(table, projects=(one,))).projects] == [core(one)]

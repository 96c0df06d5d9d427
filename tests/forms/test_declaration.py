"""The declaration of targets of one project (xlsx): as a golden text, and read again to the same project."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

from hengji.forms import target_declaration
from hengji.model.table import TargetTable
from hengji.reading import read

from .dump import agrees, sheet_of, sheet_text
from .material import core, published, small_table, tables


def again(table: TargetTable, n: int) -> TargetTable:
    return read(target_declaration(table, n), "again.xlsx")


def same_again(table: TargetTable) -> None:
    for n, project in enumerate(table.projects, 1):
        back = again(table, n)
        assert [core(p) for p in back.projects] == [core(project)]
        assert back.projects[0].fund_user == project.fund_user
        assert back.projects[0].supervising_department == (project.supervising_department or table.department)
        assert (back.fiscal_year, back.money_unit) == (table.fiscal_year, project.money_unit or table.money_unit)


@pytest.mark.parametrize("n", [1, 2])
def test_the_declaration_of_a_small_table_is_as_on_file(n):
    agrees(sheet_text(target_declaration(small_table(), n)), f"declaration-{n}")


def test_every_project_of_the_published_table_comes_back_the_same():
    same_again(published())


def test_a_project_with_code_and_one_with_gaps_come_back_the_same():
    same_again(small_table())


@given(tables())
@settings(max_examples=60, deadline=None)
def test_any_project_comes_back_the_same(table):
    same_again(table)


@given(tables(long=True))
@settings(max_examples=10, deadline=None)
def test_texts_beyond_the_height_of_a_row_come_back_whole_and_in_one_cell(table):
    same_again(table)
    values = [str(c.value).strip() for row in sheet_of(target_declaration(table, 1)).iter_rows() for c in row]
    assert table.projects[0].objective in values


def test_a_project_in_its_own_unit_of_money_says_so():
    table = small_table()
    own = replace(table.projects[0], money_unit="元")
    assert "项目资金\n（元）" in [
        c.value for row in sheet_of(target_declaration(replace(table, projects=(own,)), 1)).iter_rows() for c in row
    ]


def test_the_same_table_gives_the_same_bytes():
    assert target_declaration(published(), 3) == target_declaration(published(), 3)


def test_no_such_project_is_an_error():
    with pytest.raises(IndexError, match="no project 3"):
        target_declaration(small_table(), 3)


def test_a_text_that_looks_like_a_formula_stays_text():
    sheet = sheet_of(target_declaration(small_table(), 1))
    cells = {c.value: c for row in sheet.iter_rows() for c in row if c.value is not None}
    assert {c.data_type for c in cells.values()} == {"s", "n"}
    assert cells["=污水处理设施运行维护"].quotePrefix
    assert cells["-群众满意度"].quotePrefix


def test_it_prints_on_a4_portrait_as_wide_as_the_page_with_headings_on_each_page():
    sheet = sheet_of(target_declaration(published(), 11))
    setup = sheet.page_setup
    assert int(setup.paperSize) == 9
    assert setup.orientation in (None, "portrait")
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert int(setup.fitToHeight) == 0  # as many pages as it takes; fitToWidth is 1 where it is not said
    assert setup.fitToWidth in (None, 1)
    heading = int(sheet.print_title_rows.replace("$", "").split(":")[0])
    assert [c.value for c in sheet[heading]][1:4] == ["一级指标", "二级指标", "三级指标"]
    assert "&P" in sheet.oddFooter.right.text
    assert "&N" in sheet.oddFooter.right.text


def test_every_column_has_its_width_and_every_cell_its_font_by_name():
    sheet = sheet_of(target_declaration(published(), 11))
    assert all(sheet.column_dimensions[c].customWidth for c in "ABCDEF")
    fonts = {(c.font.name, c.font.scheme) for row in sheet.iter_rows() for c in row if c.value is not None}
    assert {font for font, _ in fonts} == {"宋体", "黑体"}
    assert {scheme for _, scheme in fonts} == {None}


def test_a_level_of_one_indicator_has_room_for_its_name():
    sheet = sheet_of(target_declaration(published(), 11))
    cell = next(c for row in sheet.iter_rows() for c in row if c.value == "31-服务对象满意度")
    assert sheet.row_dimensions[cell.row].height >= 2 * 10.5 * 1.25

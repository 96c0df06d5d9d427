"""A sheet is read as a person sees it: numbers as printed, only what is visible, merged only where it is merged."""

from __future__ import annotations

import datetime
import io

import pytest
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from xlsxwriter import Workbook as OtherWorkbook

from hengji.model.table import Source
from hengji.reading import Grid, read
from hengji.reading.read import opened

from .broken import HEAD, ITEM, sheet_rows, workbook


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def first_cell(data: bytes) -> str:
    grid = opened(data, Source("x", "", "")).blocks[0]
    assert isinstance(grid, Grid)
    return grid.rows[0][0]


@pytest.mark.parametrize(
    ("value", "form", "shown"),
    [
        (36.0, "#,##0.00", "36.00"),
        (36, "General", "36"),
        (2243.96, "#,##0.00", "2,243.96"),
        (1234567, "#,##0", "1,234,567"),
        (0.9, "0%", "90%"),
        (0.955, "0.0%", "95.5%"),
        (0.1 + 0.2, "General", "0.3"),
        (2.675, "0.00", "2.68"),
        (1e20, "General", "100000000000000000000"),
        (-5, "0.0", "-5.0"),
        (12, '0"个"', "12个"),
        (0.95, '"≥"0%', "≥95%"),
        (True, "General", "TRUE"),
        (datetime.date(2024, 12, 31), 'yyyy"年"m"月"d"日"', "2024年12月31日"),
        (datetime.date(2024, 6, 1), "yyyy/m/d", "2024/6/1"),
        (datetime.date(2024, 6, 1), "yyyy-mm-dd", "2024-06-01"),
        (datetime.datetime(2024, 6, 1, 8, 5), "yyyy-m-d h:mm", "2024-6-1 8:05"),
        (datetime.date(2024, 6, 1), "mmmm d", "2024-06-01"),
        (" 前\n后 ", "General", "前\n后"),
        (CellRichText("前", TextBlock(InlineFont(b=True), "中 "), "后"), "General", "前中 后"),
    ],
)
def test_a_value_reads_as_it_is_printed(value: object, form: str, shown: str) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"] = value  # type: ignore[assignment]
    sheet["A1"].number_format = form
    assert first_cell(saved(book)) == shown


def test_the_same_is_read_from_a_workbook_with_shared_texts_written_by_another_program() -> None:
    out = io.BytesIO()
    with OtherWorkbook(out) as book:
        sheet = book.add_worksheet("表")
        money = book.add_format({"num_format": "#,##0.00"})
        for r, line in enumerate(HEAD.strip().split("\n")):
            sheet.write_row(r, 0, line.split("\t"))
        sheet.write_row(1, 0, ["道路养护", None, None, "保障通行", ITEM])
        sheet.write_number(1, 1, 36, money)
        sheet.write_formula(1, 2, "=B2", money, 36)
    project = read(out.getvalue(), "x").projects[0]
    assert [f.values[0] for f in project.printed_funds] == ["36.00", "36.00"]
    assert str(project.funds.total) == "36.00"
    assert project.indicators[0].name == "巡查次数"


def test_styles_are_found_however_the_attributes_of_a_cell_are_ordered() -> None:
    styles = (
        '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs>'
        '<xf numFmtId="0"/><xf numFmtId="9"/></cellXfs></styleSheet>'
    )
    links = (
        '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        + "".join(
            f'<Relationship Id="rId{k}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"'
            f' Target="{target}"/>'
            for k, (kind, target) in enumerate((("worksheet", "worksheets/sheet1.xml"), ("styles", "styles.xml")), 1)
        )
        + "</Relationships>"
    )
    for cell in ('r="A1" s="1"', 's="1" r="A1"', 'r="A1" t="n" s="1"', 'r="A1" cm="1" s="1"'):
        more: dict[str, bytes | str] = {"xl/styles.xml": styles, "xl/_rels/workbook.xml.rels": links}
        assert first_cell(workbook(f'<row r="1"><c {cell}><v>0.9</v></c></row>', **more)) == "90%"


def test_a_hidden_sheet_is_named_and_left_out_and_hidden_rows_are_read_and_named() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for line in (HEAD.strip(), f"道路养护\t36\t36\t保障通行\t{ITEM}", f"河道清淤\t5\t5\t畅通\t{ITEM}"):
        sheet.append(line.split("\t"))
    sheet.row_dimensions[3].hidden = True
    other = book.create_sheet("旧表")
    other.append(HEAD.strip().split("\t"))
    other.append(["旧项目", "1", "1", "旧目标", ITEM])
    other.sheet_state = "hidden"
    table = read(saved(book), "x")
    assert [p.name for p in table.projects] == ["道路养护", "河道清淤"]
    assert [f.code for f in table.findings] == ["R12", "R12"]
    assert "旧表" in "".join(f.zh for f in table.findings)
    assert "第3行" in "".join(f.zh for f in table.findings)


def test_an_empty_cell_is_the_same_as_above_only_where_the_document_merged_it() -> None:
    def units(merge: bool) -> list[str | None]:
        book = Workbook()
        sheet = book.active
        assert sheet is not None
        sheet.append(["实施单位", *HEAD.strip().split("\t")])
        sheet.append(["市政处", "道路养护", "36", "36", "保障通行", ITEM])
        sheet.append(["", "河道清淤", "5", "5", "畅通", ITEM])
        if merge:
            sheet.merge_cells("A2:A3")
        return [p.fund_user for p in read(saved(book), "x").projects]

    assert units(merge=True) == ["市政处", "市政处"]
    assert units(merge=False) == ["市政处", None]


def test_rows_below_a_merged_project_belong_to_it() -> None:
    data = workbook(
        sheet_rows(
            HEAD
            + f"道路养护\t36\t36\t保障通行\t{ITEM}\n\t\t\t\t{ITEM.replace('1、', '2、', 1)}\n河道清淤\t5\t5\t畅通\t{ITEM}"
        )
    )
    assert [(p.name, len(p.indicators)) for p in read(data, "x").projects] == [("道路养护", 2), ("河道清淤", 1)]

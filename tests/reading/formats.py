"""The 2024 table of the tests in other formats, built from its text by another way than the program's writer."""

from __future__ import annotations

import csv
import html
import io
import re

import docx
from openpyxl import Workbook

from hengji.model.table import Source
from hengji.reading.grid import Grid, Paragraph
from hengji.reading.open_text import open_text

HEADINGS = ["项目名称（资金使用单位）", "总计", "财政拨款", "财政专户拨款", "其他资金", "绩效目标", "绩效指标"]
TITLES = ["项目支出绩效目标表（含转移支付项目）", "部门名称：广州市生态环境局番禺分局", "单位：万元"]


def rows_of(text: str) -> list[list[str]]:
    """The rows of the list by its own headings; a row that lacks money columns gets them back."""
    blocks = open_text(text, Source("a.txt", "", "text/plain")).blocks
    rows = [row for b in blocks if isinstance(b, Grid) for row in b.rows if any(row)]
    assert not any(isinstance(b, Paragraph) and "指标值" in b.text for b in blocks)
    full = []
    for row in rows[1:]:
        texts = [c for c in row if c]
        money = [c for c in texts[1:4] if c.replace(",", "").replace(".", "").isdigit()]
        rest = [c for c in texts[1:] if c not in money]
        full.append([texts[0], *(money + [""] * 4)[:2], "", "", *[*rest, "", ""][:2]])
    return full


def as_csv(rows: list[list[str]], encoding: str, delimiter: str = ",") -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    for title in TITLES:
        writer.writerow([title])
    writer.writerow(HEADINGS)
    writer.writerows(rows)
    return out.getvalue().encode(encoding)


def as_xlsx(rows: list[list[str]]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for title in TITLES:
        sheet.append([title])
        sheet.merge_cells(start_row=sheet.max_row, end_row=sheet.max_row, start_column=1, end_column=7)
    sheet.append(HEADINGS)
    for row in rows:
        sheet.append(row)
        for column in range(2, 6):
            cell = sheet.cell(sheet.max_row, column)
            if cell.value:
                cell.value = float(str(cell.value).replace(",", ""))
                cell.number_format = "#,##0.00"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def pieces(packed: str, most: int = 4) -> list[str]:
    """A packed cell cut between its items into a few pieces, as a merged project has them in rows of their own."""
    items = re.split(r"(?<=。)(?=[0-9]{1,2}、[1-3]-)", packed)
    step = max(1, -(-len(items) // most))
    return ["".join(items[k : k + step]) for k in range(0, len(items), step)]


def as_merged_xlsx(rows: list[list[str]]) -> bytes:
    """The unit in a merged column of its own, name, money and objective of a project merged over its rows."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "绩效目标表"
    for title in TITLES:
        sheet.append([title])
        sheet.merge_cells(start_row=sheet.max_row, end_row=sheet.max_row, start_column=1, end_column=8)
    sheet.append(["资金使用单位", "项目名称", *HEADINGS[1:]])
    total, unit, *projects = rows
    sheet.append(["合计", "", *total[1:]])
    first = sheet.max_row + 1
    for project in projects:
        parts = pieces(project[-1])
        top = sheet.max_row + 1
        sheet.append([unit[0] if top == first else "", *project[:-1], parts[0]])
        for part in parts[1:]:
            sheet.append([""] * 7 + [part])
        for column in range(2, 8) if len(parts) > 1 else ():
            sheet.merge_cells(start_row=top, end_row=sheet.max_row, start_column=column, end_column=column)
        for column in range(3, 7):
            cell = sheet.cell(top, column)
            if cell.value:
                cell.value = float(str(cell.value).replace(",", ""))
                cell.number_format = "#,##0.00"
    sheet.merge_cells(start_row=first, end_row=sheet.max_row, start_column=1, end_column=1)
    book.create_sheet("填表说明").append(["一、项目名称按预算批复填写。"])
    hidden = book.create_sheet("代码表")
    hidden.sheet_state = "hidden"
    hidden.append(HEADINGS)
    hidden.append(["不公开的项目", "1.00", "1.00", "", "", "旧的目标", projects[0][-1]])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_paged_docx(rows: list[list[str]]) -> bytes:
    """A table a page, each with the headings again, and a page number between them."""
    document = docx.Document()
    for title in TITLES:
        document.add_paragraph(title)
    for page in range(0, len(rows), 5):
        table = document.add_table(rows=0, cols=7)
        for row in [HEADINGS, *rows[page : page + 5]]:
            for cell, text in zip(table.add_row().cells, row, strict=True):
                cell.text = text
        document.add_page_break()
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def as_docx(rows: list[list[str]]) -> bytes:
    document = docx.Document()
    for title in TITLES[:1]:
        document.add_paragraph(title)
    table = document.add_table(rows=0, cols=7)
    cells = table.add_row().cells
    cells[0].merge(cells[6]).text = TITLES[1]
    cells = table.add_row().cells
    cells[0].merge(cells[6]).text = TITLES[2]
    for row in [HEADINGS, *rows]:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def as_html(rows: list[list[str]], encoding: str = "utf-8") -> bytes:
    def line(cells: list[str], tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}>{html.escape(c)}</{tag}>" for c in cells) + "</tr>"

    titles = "".join(f"<tr><td colspan='7'>{t}</td></tr>" for t in TITLES)
    body = "".join(line(r, "td") for r in rows)
    page = f"<html><head><meta charset='{encoding}'></head><body><table>{titles}{line(HEADINGS, 'th')}{body}</table></body></html>"
    return page.encode(encoding)

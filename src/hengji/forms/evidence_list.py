"""The list of what each figure of an evaluation rests on (佐证材料目录) as xlsx."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from xlsxwriter import Workbook

from hengji.forms.evaluation_account import account_sheet
from hengji.forms.evaluation_material import Material, inputs_of
from hengji.forms.self_evaluation import put_signatures, put_title
from hengji.forms.sheet import Page, closed, new_book, rows_for

TITLE = "佐证材料目录"
_HEADINGS = (
    "序号", "二级指标", "三级指标", "年度指标值", "实际完成值", "计量口径", "分子", "分母", "记录数", "台账", "佐证材料（SHA-256 前16位）",
)  # fmt: skip
_WIDTHS = (5.0, 11.0, 22.0, 20.0, 12.0, 18.0, 10.0, 10.0, 8.0, 16.0, 28.0)
_BATCH_HEADINGS = ("台账", "来源文件或查询", "入库时间", "记录数", "来源 SHA-256")
_BATCH_WIDTHS = (22.0, 40.0, 20.0, 10.0, 68.0)
_HEADING: dict[str, Any] = {"align": "center", "bold": True, "bg_color": "#EDEDED"}
_CENTRED = (0, 1, 4, 6, 7, 8)
_DIGEST = 16


def evidence_list(material: Material, n: int) -> bytes:
    """The evidence of the n-th project (from 1): a line an indicator, the deliveries of records behind them, the account.

    Numerator, denominator and number of records are those of the evaluation; what is not known stays empty.

    Raises:
        IndexError: the table has no such project.
    """
    _, one = material.of(n)
    book, out = new_book(f"{TITLE} {one.name}")
    page = Page(book, material.sheet_name("佐证目录"), _WIDTHS, 9)
    row = put_title(page, TITLE, material.year, len(_WIDTHS))
    page.put(row, 0, f"项目名称：{one.name}", columns=len(_WIDTHS), border=0)
    page.height(row, 22)
    row += 1
    heading = row
    _headings(page, row, _HEADINGS)
    used: dict[str, None] = {}
    row += 1
    for line in one.lines:
        origin, inputs = material.origin(n, line), inputs_of(line)
        used |= dict.fromkeys(origin.registers)
        files = "\n".join(f"{title}（{digest[:_DIGEST]}）" for title, digest in origin.files)
        row = _put(page, row, (
            str(line.number), line.level2, line.name, line.target, line.actual, origin.measure or inputs.get("口径"),
            inputs.get("分子"), inputs.get("分母"), inputs.get("记录数"), "、".join(origin.registers), files,
        ), _CENTRED)  # fmt: skip
    row = put_signatures(page, row, (3, 8))
    page.sheet.freeze_panes(heading + 1, 0)
    page.printed(landscape=True, repeat=(heading, heading), footer=one.name, last_row=row - 1, header=material.header())
    _batches(book, material, tuple(used))
    account_sheet(book, material, n)
    return closed(book, out)


def _batches(book: Workbook, material: Material, registers: Sequence[str]) -> None:
    """The deliveries that filled the registers in use, so that each can be held against its file."""
    batches = [b for b in material.batches if b.register in registers]
    if not batches:
        return
    page = Page(book, "台账批次", _BATCH_WIDTHS, 9)
    _headings(page, 0, _BATCH_HEADINGS)
    row = 1
    for b in batches:
        row = _put(page, row, (b.register, b.source, b.at, str(b.rows), b.sha256), (3,))
    page.printed(landscape=True, repeat=(0, 0), footer="台账批次", last_row=row - 1, header=material.header())


def _headings(page: Page, row: int, headings: Sequence[str]) -> None:
    for column, text in enumerate(headings):
        page.put(row, column, text, **_HEADING)
    page.height(row, 28)


def _put(page: Page, row: int, texts: Sequence[str | None], centred: Collection[int]) -> int:
    high = max(20.0, *(page.needed(text, column) for column, text in enumerate(texts)))
    rows = rows_for(high)
    for column, text in enumerate(texts):
        page.put(row, column, text, rows=rows, align="center" if column in centred else "left")
    for r in range(row, row + rows):
        page.height(r, high / rows)
    return row + rows

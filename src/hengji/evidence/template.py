"""A workbook to fill in for a register: headings with units, drop-downs, notes, an example row, a sheet that explains.

Its headings are what the import knows, and its example row is one that the import passes over: the workbook as it
leaves here holds no records.
"""

from __future__ import annotations

import datetime
import io
from typing import Any, Final

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from hengji.evidence.import_xlsx import NOTES_SHEET
from hengji.evidence.register import COMMON, KEY, Field, Register
from hengji.evidence.sources import EXAMPLE

_LAST = 1_048_575
_UNDATED = datetime.datetime(1980, 1, 1)  # the same bytes whenever it is made
_FORMATS: Final = {
    "string": "@", "integer": "0", "number": "General", "boolean": "@", "date": "yyyy-mm-dd",
    "datetime": "yyyy-mm-dd hh:mm:ss",
}  # fmt: skip
_KINDS: Final = {
    "string": "文字", "integer": "整数", "number": "数字，小数最多六位", "boolean": "是 或 否", "date": "日期，如 2024-01-05",
    "datetime": "日期和时刻，如 2024-01-05 08:30",
}  # fmt: skip
_HOW: Final = (
    "填写说明",
    "1. 表头不要改动；标 * 的列必填。列的顺序可以改变，不用的选填列可以删去。",
    "2. 示例行(来源系统为“{example}”)导入时跳过，可以保留。",
    "3. 来源系统和来源编号一起确定一条记录。更正时用同一编号再填一次；作废时填写作废原因。旧版本都会保留。",
    "4. 日期可写 2024-01-05、2024/1/5、2024.1.5、2024年1月5日、20240105；24:00 是次日零时。只有年月(2024年3月)不能作为日期。",
    "5. 标有“只保存假名”的列，导入后只留假名，不保存原文。",
    "6. 有问题的行不会导入，逐行说明原因并另存，改正后可再次导入；同一文件重复导入不会改变任何内容。",
)
_COLUMNS: Final = (
    ("列名", 24), ("字段名", 18), ("必填", 6), ("格式", 30), ("单位", 14), ("可填的值", 40), ("说明", 50), ("示例", 22),
)  # fmt: skip


def template_workbook(register: Register) -> bytes:
    """The workbook of a register, as xlsx."""
    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False,
                          "strings_to_urls": False})  # fmt: skip
    book.set_properties({"title": f"{register.title}台账", "created": _UNDATED})
    fields = _in_order(register)
    _fill_in(book, register, fields)
    _explain(book, register, fields)
    book.close()
    return out.getvalue()


def heading_text(field: Field) -> str:
    """The heading of a column: title, unit, and a star where it must be filled in."""
    return field.title + (f"({field.unit})" if field.unit else "") + ("*" if field.required else "")


def _in_order(register: Register) -> list[Field]:
    """What names a record, then the register's own fields, then what every register has."""
    first = [f for f in register.fields if f.name in KEY]
    last = [f for f in register.fields if f.name in COMMON and f.name not in KEY]
    return [*first, *(f for f in register.fields if f not in first and f not in last), *last]


def _fill_in(book: Workbook, register: Register, fields: list[Field]) -> None:
    sheet = book.add_worksheet(register.title)
    look = {"bold": True, "text_wrap": True, "valign": "vcenter", "align": "center", "border": 1}
    must, may = book.add_format({**look, "bg_color": "#FCE4D6"}), book.add_format({**look, "bg_color": "#EDEDED"})
    sheet.freeze_panes(1, 0)
    sheet.set_row(0, 32)
    for column, field in enumerate(fields):
        heading = heading_text(field)
        # Key columns and all words are text, so that a spreadsheet drops no leading zero and makes no date of 1-2.
        plain = book.add_format({"num_format": _FORMATS[field.type]})
        shown = book.add_format({"num_format": _FORMATS[field.type], "italic": True, "font_color": "#7F7F7F"})
        sheet.set_column(column, column, max(12, min(2 * len(heading) + 2, 34)), plain)
        sheet.write_string(0, column, heading, must if field.required else may)
        sheet.write_comment(0, column, _note(field), {"x_scale": 2, "y_scale": 1.5})
        _allow(sheet, column, field)
        _example(sheet, column, field, shown)


def _example(sheet: Worksheet, column: int, field: Field, form: Any) -> None:
    value = EXAMPLE if field.name == "source_system" else field.example
    if value is None:
        sheet.write_blank(1, column, None, form)
    elif field.type == "date":
        sheet.write_datetime(1, column, datetime.date.fromisoformat(value), form)
    elif field.type == "datetime":
        sheet.write_datetime(1, column, datetime.datetime.fromisoformat(value), form)
    elif field.type in ("integer", "number"):
        sheet.write_number(1, column, value, form)
    else:
        sheet.write_string(1, column, _word(value), form)


def _allow(sheet: Worksheet, column: int, field: Field) -> None:
    """A drop-down or a limit for the cells below the example."""
    rule: dict[str, Any] | None = None
    if field.enum or field.type == "boolean":
        rule = {"validate": "list", "source": list(field.enum) or ["是", "否"]}
    elif field.type in ("integer", "number") and (field.minimum is not None or field.maximum is not None):
        kind = "integer" if field.type == "integer" else "decimal"
        if field.maximum is None:
            rule = {"validate": kind, "criteria": ">=", "value": field.minimum}
        elif field.minimum is None:
            rule = {"validate": kind, "criteria": "<=", "value": field.maximum}
        else:
            rule = {"validate": kind, "criteria": "between", "minimum": field.minimum, "maximum": field.maximum}
    if rule is not None:
        told = {"error_title": field.title[:32], "error_message": f"可填：{_allowed(field)}"[:255]}
        sheet.data_validation(2, column, _LAST, column, {**rule, **told})


def _explain(book: Workbook, register: Register, fields: list[Field]) -> None:
    sheet = book.add_worksheet(NOTES_SHEET)
    bold = book.add_format({"bold": True, "bg_color": "#EDEDED", "border": 1})
    cell = book.add_format({"text_wrap": True, "valign": "top", "border": 1})
    large = book.add_format({"bold": True, "font_size": 14})
    sheet.write_string(0, 0, f"{register.title} {register.title_en}({register.name})", large)
    said = [register.description, *(line.format(example=EXAMPLE) for line in _HOW)]
    if register.retention_years is not None:
        said.append(f"7. 个人信息保存 {register.retention_years} 年，期满删除。")
    for row, line in enumerate(said, 1):
        sheet.write_string(row, 0, line)
    top = len(said) + 2
    for column, (title, width) in enumerate(_COLUMNS):
        sheet.set_column(column, column, width)
        sheet.write_string(top, column, title, bold)
    for row, field in enumerate(fields, top + 1):
        cells = (
            field.title, field.name, "是" if field.required else "", _KINDS[field.type], field.unit or "",
            _allowed(field), _description(field), _word(field.example),
        )  # fmt: skip
        for column, text in enumerate(cells):
            sheet.write_string(row, column, text, cell)


def _note(field: Field) -> str:
    lines = [
        f"{field.title} {field.title_en}", "必填" if field.required else "选填", f"格式：{_KINDS[field.type]}",
        f"单位：{field.unit}" if field.unit else "", f"可填：{_allowed(field)}" if _allowed(field) else "",
        _description(field),
    ]  # fmt: skip
    return "\n".join(line for line in lines if line)


def _description(field: Field) -> str:
    if field.personal and "假名" not in field.description:
        return f"{field.description}只保存假名。"
    return field.description


def _allowed(field: Field) -> str:
    if field.enum:
        return "、".join(field.enum)
    if field.type == "boolean":
        return "是、否"
    least = f"不小于 {field.minimum}" if field.minimum is not None else ""
    most = f"不大于 {field.maximum}" if field.maximum is not None else ""
    return "，".join(part for part in (least, most) if part)


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return "" if value is None else str(value)

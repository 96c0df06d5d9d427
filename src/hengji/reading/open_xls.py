"""XLS (Excel 97–2003, and WPS .et) → one grid a sheet, values as a reader of the sheet sees them.

The library for new workbooks reads old ones too, but not how a number is printed: 0.95 under 0% is 95%.
"""

from __future__ import annotations

import datetime
import io
from typing import Any

import xlrd

from hengji.model.finding import Place
from hengji.model.table import Source
from hengji.reading.containers import damaged, encrypted
from hengji.reading.faults import cell_too_long, too_long, too_many_cells
from hengji.reading.grid import Document, Grid, Merge, Refused
from hengji.reading.limits import MAX_CELLS, MAX_COVERED
from hengji.reading.number_format import BUILT_IN, general, show_of
from hengji.reading.sheet_dates import DATES, shown_date
from hengji.reading.sheet_findings import formula_at, hidden_rows, hidden_sheet

BIFF = (b"\x09\x08\x10\x00", b"\x09\x08\x08\x00", b"\x09\x04\x06\x00", b"\x09\x02\x06\x00", b"\x09\x00\x04\x00")
"""How a workbook begins that is older than compound files."""
_CODES = {**BUILT_IN, **DATES}


def open_xls(data: bytes, source: Source) -> Document:
    """The visible sheets of an old workbook, each a grid with its merged cells.

    Raises:
        Refused: damaged or encrypted (R10), or over a limit (R11).
    """
    try:
        book = xlrd.open_workbook(
            file_contents=data, formatting_info=True, ragged_rows=True, logfile=io.StringIO(), on_demand=True
        )
    except Exception as error:  # of a damaged file the library raises whatever its parts meet
        raise Refused(encrypted() if "encrypt" in str(error) else damaged()) from None
    document = Document(source)
    count = 0
    for index, name in enumerate(book.sheet_names()):
        try:
            sheet = book.sheet_by_index(index)
        except Exception:  # as above; a sheet of charts is one of them
            raise Refused(damaged()) from None
        if sheet.visibility:
            hidden_sheet(name, document)
            continue
        count += sum(sheet.row_len(r) for r in range(sheet.nrows))
        if count > MAX_CELLS:
            raise Refused(too_many_cells(Place(sheet=name)))
        document.blocks.append(_grid(sheet, book, document))
        book.unload_sheet(index)
    return document


def _grid(sheet: Any, book: Any, document: Document) -> Grid:
    grid = Grid([], sheet=sheet.name)
    errors: list[tuple[int, int]] = []
    for r in range(sheet.nrows):
        row: list[str] = []
        for c in range(sheet.row_len(r)):
            if sheet.cell_type(r, c) == xlrd.XL_CELL_ERROR:
                errors.append((r, c))
            text = _shown(sheet, r, c, book).strip()
            if too_long(text):
                raise Refused(cell_too_long(Place(sheet=sheet.name, row=r + 1, column=c + 1)))
            row.append(text)
        grid.rows.append(row)
    for r, c in errors:
        shown = grid.rows[r][c]
        formula_at(grid, r, c, f"是公式错误“{shown}”", f"holds the formula error {shown}", document)
    grid.merges = _merges(sheet, grid)
    hidden_rows(grid, sorted(r + 1 for r, info in sheet.rowinfo_map.items() if info.hidden), document)
    return grid


def _shown(sheet: Any, row: int, column: int, book: Any) -> str:
    """A cell as its format prints it."""
    kind, value = sheet.cell_type(row, column), sheet.cell_value(row, column)
    if kind == xlrd.XL_CELL_ERROR:
        return str(xlrd.error_text_from_code.get(value, "#?"))
    if kind == xlrd.XL_CELL_BOOLEAN:
        return "TRUE" if value else "FALSE"
    if kind == xlrd.XL_CELL_DATE:
        return _date(value, _code(sheet, row, column, book), book.datemode)
    if kind == xlrd.XL_CELL_NUMBER:
        show = show_of(_code(sheet, row, column, book))
        return show(value) if show else general(value)
    return str(value)


def _date(value: float, code: str, mode: int) -> str:
    try:
        moment = xlrd.xldate.xldate_as_datetime(value, mode)
    except (ValueError, OverflowError):
        return general(value)
    shown: datetime.datetime | datetime.time = moment.time() if 0 <= value < 1 else moment
    return shown_date(shown, code) or general(value)


def _code(sheet: Any, row: int, column: int, book: Any) -> str:
    """The number format of a cell; "" where the file names none."""
    index = sheet.cell_xf_index(row, column)
    if not 0 <= index < len(book.xf_list):
        return ""
    key = book.xf_list[index].format_key
    if key in _CODES:
        return _CODES[key]
    form = book.format_map.get(key)
    return str(form.format_str) if form is not None else ""


def _merges(sheet: Any, grid: Grid) -> tuple[Merge, ...]:
    """The merged areas, cut to the rows and columns in use."""
    width = max(map(len, grid.rows), default=0)
    merges = []
    covered = 0
    for top, below, left, beside in sheet.merged_cells:
        bottom, right = min(below, len(grid.rows)) - 1, min(beside, width) - 1
        if top <= bottom and left <= right and (top, left) != (bottom, right):
            merges.append(Merge(top, left, bottom, right))
            covered += (bottom - top + 1) * (right - left + 1)
            if covered > MAX_COVERED:
                raise Refused(too_many_cells(Place(sheet=sheet.name)))
    return tuple(merges)

"""XLSX → one grid a sheet, values as a reader of the sheet sees them: 36.00, 95%, 2024年12月31日.

The cells come from a library in one pass, which is handed counted parts only; the sheet's XML is asked for what the
library does not tell: the number format of a cell, formula errors, formulas without a result, hidden rows. A hidden
sheet is not part of what is published: it is named and left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from typing import Any, NamedTuple

from lxml import etree
from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from hengji.model.finding import Place
from hengji.model.table import Source
from hengji.reading.containers import Container, damaged, encrypted, repacked, xml_of
from hengji.reading.faults import (
    UNOPENABLE,
    cell_too_long,
    too_long,
    too_many_cells,
    too_many_rows,
)
from hengji.reading.grid import Document, Grid, Merge, Refused
from hengji.reading.limits import MAX_CELL, MAX_CELLS, MAX_COVERED, MAX_ROWS
from hengji.reading.number_format import BUILT_IN, Show, general, show_of
from hengji.reading.sheet_area import strings_fit, used_area
from hengji.reading.sheet_dates import DATES, shown_date
from hengji.reading.sheet_findings import formula_at, hidden_rows, hidden_sheet

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
_REF = rb'<c\b[^<>]*?\sr="([A-Z]{1,3})(\d{1,7})"[^<>]*>'
_ERROR = re.compile(rb'<c\b(?=[^<>]*\st="e")[^<>]*?\sr="([A-Z]{1,3})(\d{1,7})"[^<>]*>(?:<f[^<>]*/>|<f\b[^<>]*>[^<>]*</f>)?'
                    rb"<v>([^<>]{1,20})</v>")  # fmt: skip
_UNCOMPUTED = re.compile(_REF + rb"<f\b(?:[^<>]*/>|[^<>]*>[^<>]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>")
_BLANKS = "".join(filter(str.isspace, map(chr, range(0x3001))))
_HIDDEN_ROW = re.compile(rb'<row\b(?=[^<>]*\shidden="(?:1|true)")[^<>]*?\sr="(\d{1,7})"')


class _Book(NamedTuple):
    """The counted parts of a workbook; the names of those with styles and shared texts; the part of each sheet."""

    parts: dict[str, bytes]
    styles: str
    texts: str
    sheets: dict[str, str]


class _Styles(NamedTuple):
    """Of the style numbers of a workbook: how those print numbers that change them, and the codes of dates."""

    numbers: dict[int, Show]
    dates: dict[int, str]


def open_xlsx(data: bytes, source: Source) -> Document:
    """The visible sheets of a workbook, each a grid with its merged cells.

    Raises:
        Refused: damaged or encrypted (R10), or over a limit (R11).
    """
    container = Container(data)
    book = _book(container, container.main_part("xl/workbook.xml"))
    styles = _styles(book.parts.get(book.styles))
    for name, part in book.sheets.items():
        area = used_area(book.parts[part])
        if area.rows > MAX_ROWS:
            raise Refused(too_many_rows(Place(sheet=name)))
        texts = book.parts.get(book.texts, b"")
        if area.rows * area.columns > MAX_CELLS or not strings_fit(book.parts[part], texts):
            raise Refused(too_many_cells(Place(sheet=name)))
    document = Document(source)
    try:
        opened = CalamineWorkbook.from_filelike(repacked(book.parts))
        count = 0
        for meta in opened.sheets_metadata:
            if meta.name not in book.sheets:
                continue  # a sheet of charts has no cells
            if meta.visible is not SheetVisibleEnum.Visible:
                hidden_sheet(meta.name, document)
                continue
            grid = _grid(opened, meta.name, book.parts[book.sheets[meta.name]], styles, document)
            count += sum(map(len, grid.rows))
            if count > MAX_CELLS:
                raise Refused(too_many_cells(Place(sheet=meta.name)))
            document.blocks.append(grid)
    except CalamineError as error:
        raise Refused(encrypted() if "assword" in str(error) else damaged()) from None
    return document


def _grid(opened: CalamineWorkbook, name: str, xml: bytes, styles: _Styles, document: Document) -> Grid:
    sheet = opened.get_sheet_by_name(name)
    values: list[list[Any]] = sheet.to_python(skip_empty_area=False)
    _print_numbers(values, xml, styles)
    grid = Grid(values, _merges(sheet.merged_cell_ranges or (), values, name), sheet=name)
    _errors(grid, xml, document)
    try:
        longest = grid.longest
    except TypeError:  # there are numbers, dates or empty cells
        for row in values:
            row[:] = [v if type(v) is str else _text(v) for v in row]
        longest = grid.longest
    if longest * 4 >= MAX_CELL and any(map(too_long, chain.from_iterable(values))):
        raise Refused(cell_too_long(Place(sheet=name)))
    for r in grid.rows_with(_BLANKS):
        values[r][:] = map(str.strip, values[r])
    if hidden := [int(m[1]) for m in _HIDDEN_ROW.finditer(xml)] if b"hidden=" in xml else []:
        hidden_rows(grid, hidden, document)
    return grid


def _text(value: object) -> str:
    """A cell that is no text, as a reader would see it without a format of its own."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return general(value)
    return shown_date(value, "") or str(value)


def _print_numbers(values: list[list[Any]], xml: bytes, styles: _Styles) -> None:
    """Put what is printed in place of the numbers and dates whose style changes them."""
    ids = "|".join(map(str, (*styles.numbers, *styles.dates))).encode()
    if not ids:
        return
    # Nearly every program writes the reference first and the style next; the rest is found the slow way.
    usual = re.findall(rb'<c r="([A-Z]{1,3})(\d{1,7})" s="(%s)"(?! t="s")' % ids, xml)
    others: list[tuple[bytes, bytes, bytes]] = []
    if xml.count(b"<c r=") != xml.count(b"<c ") or re.search(rb'<c r="[A-Z]+\d+" (?!s=)[^<>]*\ss="', xml):
        odd = rb'<c\b(?! r="[A-Z]+\d+" s=)(?=[^<>]*\ss="(%s)")[^<>]*?\sr="([A-Z]{1,3})(\d{1,7})"' % ids
        others = [(column, row, style) for style, column, row in re.findall(odd, xml)]
    columns: dict[bytes, int] = {}
    shows = {str(k).encode(): show for k, show in styles.numbers.items()}
    codes = {str(k).encode(): code for k, code in styles.dates.items()}
    for letters, line, style in (*usual, *others):
        c = columns.get(letters)
        if c is None:
            c = columns[letters] = _column(letters)
        r = int(line) - 1
        if r >= len(values) or c >= len(values[r]):
            continue
        value = values[r][c]
        if type(value) is float:
            if style in shows:
                values[r][c] = shows[style](value)
        elif type(value) is not str and style in codes:
            values[r][c] = shown_date(value, codes[style]) or value


def _merges(ranges: object, rows: list[list[Any]], name: str) -> tuple[Merge, ...]:
    """The merged areas, cut to the rows and columns in use."""
    width = max(map(len, rows), default=0)
    merges = []
    covered = 0
    for (top, left), (bottom, right) in ranges:  # type: ignore[attr-defined]
        bottom, right = min(bottom, len(rows) - 1), min(right, width - 1)
        if top <= bottom and left <= right and (top, left) != (bottom, right):
            merges.append(Merge(top, left, bottom, right))
            covered += (bottom - top + 1) * (right - left + 1)
            if covered > MAX_COVERED:
                raise Refused(too_many_cells(Place(sheet=name)))
    return tuple(merges)


def _errors(grid: Grid, xml: bytes, document: Document) -> None:
    """R05 for formula errors, which stay in their cells, and for formulas that were never computed."""
    if b't="e"' in xml:
        for match in _ERROR.finditer(xml):
            r, c, shown = int(match[2]) - 1, _column(match[1]), match[3].decode("utf-8", "replace")
            while len(grid.rows) <= r:
                grid.rows.append([])
            row = grid.rows[r]
            row += [""] * (c + 1 - len(row))
            row[c] = shown
            formula_at(grid, r, c, f"是公式错误“{shown}”", f"holds the formula error {shown}", document)
    if b"<f" in xml:
        for match in _UNCOMPUTED.finditer(xml):
            r, c = int(match[2]) - 1, _column(match[1])
            formula_at(grid, r, c, "是没有算出结果的公式", "holds a formula without a result", document)


def _book(container: Container, main: str) -> _Book:
    """The parts of a workbook that its cells need."""
    folder, _, name = main.rpartition("/")
    relations = f"{folder}/_rels/{name}.rels"
    parts = {n: data for n in ("_rels/.rels", main, relations) if (data := container.part(n)) is not None}
    if len(parts) < 3:
        raise Refused(
            UNOPENABLE.at(
                Place(), "工作簿里没有工作表，没有读取。请用办公软件重新保存。",
                "The workbook holds no sheets; not read. Save it again.",
            )
        )  # fmt: skip
    links = [r for r in xml_of(parts[relations]) if r.get("TargetMode") != "External"]
    targets = {str(r.get("Id")): _name(str(r.get("Target") or ""), folder) for r in links}
    kinds = {str(r.get("Type") or "").rpartition("/")[2]: _name(str(r.get("Target") or ""), folder) for r in links}
    sheets: dict[str, str] = {}
    for sheet in _all(xml_of(parts[main]), "sheet"):
        identity = next((str(v) for k, v in sheet.attrib.items() if str(k).endswith("}id")), "")
        if "worksheets/" in (target := targets.get(identity, "")) and target in container.names:
            sheets[str(sheet.get("name") or "")] = target
    styles, texts = kinds.get("styles", ""), kinds.get("sharedStrings", "")
    for part in (styles, texts, *sheets.values()):
        if (data := container.part(part)) is not None:
            parts[part] = data
    return _Book(parts, styles, texts, sheets)


def _name(target: str, folder: str) -> str:
    return target.lstrip("/") if target.startswith("/") else f"{folder}/{target}"


def _styles(data: bytes | None) -> _Styles:
    """How the styles of a workbook print numbers and dates."""
    numbers: dict[int, Show] = {}
    dates: dict[int, str] = {}
    if data is None:
        return _Styles(numbers, dates)
    root = xml_of(data)
    codes: dict[int, str] = {**BUILT_IN, **DATES}
    for form in _all(root, "numFmt"):
        codes[_whole(form.get("numFmtId"))] = str(form.get("formatCode") or "")
    for xfs in _all(root, "cellXfs"):
        for index, xf in enumerate(xfs):
            code = codes.get(_whole(xf.get("numFmtId")), "")
            if show := show_of(code):
                numbers[index] = show
            elif re.search("[ymdhs年月日]", code, re.IGNORECASE):
                dates[index] = code
    return _Styles(numbers, dates)


def _whole(text: object) -> int:
    said = str(text or "")
    return int(said) if said.isdigit() and len(said) < 10 else 0


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _all(root: etree._Element, name: str) -> Iterator[etree._Element]:
    yield from root.iter(f"{_MAIN}{name}", f"{_STRICT}{name}")

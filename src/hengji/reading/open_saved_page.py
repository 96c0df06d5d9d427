"""Pages and sheets that an office program saved under the name of a document: MHTML, and the XML of Excel 2003."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator

from lxml import etree

from hengji.model.finding import Place
from hengji.model.table import Source
from hengji.reading.containers import damaged, xml_of
from hengji.reading.faults import cell_too_long, too_long, too_many_cells, too_many_rows
from hengji.reading.grid import Document, Grid, Merge, Refused
from hengji.reading.limits import MAX_CELLS, MAX_ROWS
from hengji.reading.number_format import Show, general, show_of

_MIME = re.compile(rb"^(?:[A-Za-z-]+:[^\n]*\r?\n(?:[ \t][^\n]*\r?\n)*)*?MIME-Version:", re.IGNORECASE)
_SHEET = "{urn:schemas-microsoft-com:office:spreadsheet}"
_MOST_COLUMNS = 16_384
_SNIFFED = 4096
_NUMBER = re.compile(r"-?[0-9]{1,20}(?:\.[0-9]{1,20})?(?:E[+-]?[0-9]{1,2})?")
_NAMED = {"Percent": "0.00%", "Standard": "#,##0.00", "Fixed": "0.00"}
_ZERO_TIME = "T00:00:00.000"


def is_mhtml(data: bytes) -> bool:
    """Whether a page was saved with its pictures in one file, as office programs do."""
    return _MIME.match(data[:_SNIFFED]) is not None


def page_of(data: bytes) -> bytes:
    """The page in a MHTML file, in the encoding it has.

    Raises:
        Refused: there is none (R10).
    """
    message = email.message_from_bytes(data, policy=email.policy.compat32)
    for part in message.walk():
        if part.get_content_type() == "text/html":
            page = part.get_payload(decode=True)
            if isinstance(page, bytes) and page.strip() and _has_table(page):
                return page
    raise Refused(damaged())


def _has_table(page: bytes) -> bool:
    return b"<td" in page.lower().replace(b"\0", b"")


def is_sheet_xml(data: bytes) -> bool:
    """Whether this is a workbook saved as the XML of Excel 2003."""
    start = data[:_SNIFFED]
    return start.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<?xml") and b"office:spreadsheet" in start


def open_sheet_xml(data: bytes, source: Source) -> Document:
    """The sheets of such a workbook, each a grid with its merged cells.

    Raises:
        Refused: damaged (R10) or over a limit (R11).
    """
    document = Document(source)
    count = 0
    root = xml_of(data.lstrip())
    shows = _shows(root)
    for sheet in root.iter(f"{_SHEET}Worksheet"):
        name = str(sheet.get(f"{_SHEET}Name") or "")
        rows: list[list[str]] = []
        merges: list[Merge] = []
        for row in sheet.iter(f"{_SHEET}Row"):
            at = _index(row, len(rows))
            if at >= MAX_ROWS:
                raise Refused(too_many_rows(Place(sheet=name)))
            rows += [[] for _ in range(at - len(rows))]
            rows.append(_row(row, at, merges, name, shows))
            count += len(rows[-1])
            if count > MAX_CELLS:
                raise Refused(too_many_cells(Place(sheet=name)))
        real = tuple(m._replace(bottom=min(m.bottom, len(rows) - 1)) for m in merges)
        document.blocks.append(Grid(rows, real, sheet=name))
    return document


def _shows(root: etree._Element) -> dict[str, Show]:
    """How the styles of a workbook print numbers."""
    shows = {}
    for style in root.iter(f"{_SHEET}Style"):
        for form in style.iter(f"{_SHEET}NumberFormat"):
            code = str(form.get(f"{_SHEET}Format") or "")
            if show := show_of(_NAMED.get(code, code)):
                shows[str(style.get(f"{_SHEET}ID"))] = show
    return shows


def _row(row: etree._Element, at: int, merges: list[Merge], name: str, shows: dict[str, Show]) -> list[str]:
    texts: list[str] = []
    for cell in row.iter(f"{_SHEET}Cell"):
        left = _index(cell, len(texts))
        if left > _MOST_COLUMNS:
            raise Refused(too_many_cells(Place(sheet=name)))
        texts += [""] * (left - len(texts))
        across, down = _number(cell, "MergeAcross"), _number(cell, "MergeDown")
        text = "".join(_texts(cell, shows.get(str(cell.get(f"{_SHEET}StyleID"))))).strip()
        if too_long(text):
            raise Refused(cell_too_long(Place(sheet=name, row=at + 1, column=left + 1)))
        texts += [text, *[""] * min(across, _MOST_COLUMNS)]
        if across or down:
            merges.append(Merge(at, left, at + down, left + across))
    return texts


def _texts(cell: etree._Element, show: Show | None) -> Iterator[str]:
    for data in cell.iter(f"{_SHEET}Data"):
        text = "".join(str(t) for t in data.itertext())
        kind = data.get(f"{_SHEET}Type")
        if kind == "Number" and _NUMBER.fullmatch(text.strip()):
            yield show(float(text)) if show else general(float(text))
        else:
            yield text.removesuffix(_ZERO_TIME) if kind == "DateTime" else text


def _index(element: etree._Element, usual: int) -> int:
    said = _number(element, "Index")
    return max(said - 1, usual)


def _number(element: etree._Element, name: str) -> int:
    said = str(element.get(f"{_SHEET}{name}") or "")
    return int(said) if said.isdigit() and len(said) < 8 else 0

"""Forms as text that a person can read and a test can compare: a line a cell. Golden files hold such text.

`RENEW_GOLDEN=1 pytest tests/forms` writes the golden files anew; look at the difference before keeping it.
"""

from __future__ import annotations

import io
import os
from pathlib import Path

import docx
from docx.oxml.ns import qn
from openpyxl import load_workbook

GOLDEN = Path(__file__).parent / "golden"


def sheet_of(data: bytes):
    """The only sheet of a workbook."""
    book = load_workbook(io.BytesIO(data))
    assert len(book.worksheets) == 1
    return book.worksheets[0]


def sheet_text(data: bytes) -> str:
    """Each cell that is not empty of the only sheet: its area, what sort of content, the content."""
    return _cells(sheet_of(data))


def sheets_text(data: bytes) -> str:
    """The same of all sheets, each under its name."""
    return "".join(f"## {sheet.title}\n{_cells(sheet)}" for sheet in load_workbook(io.BytesIO(data)).worksheets)


def _cells(sheet) -> str:
    areas = {str(m).split(":")[0]: str(m) for m in sheet.merged_cells.ranges}
    lines = []
    for row in sheet.iter_rows():
        for cell in row:
            if cell.value is not None:
                shown = f"{cell.value!s} [{cell.number_format}]" if cell.data_type == "n" else repr(cell.value)
                lines.append(f"{areas.get(cell.coordinate, cell.coordinate)} {shown}")
    return "\n".join(lines) + "\n"


def paper_text(data: bytes) -> str:
    """Paragraphs as they are, each row of a table on a line that begins with |; merged-down cells are shown as ^."""
    lines = []
    for block in docx.Document(io.BytesIO(data)).element.body.iterchildren():
        if block.tag == qn("w:p"):
            if words := _words(block):
                lines.append(words)
        elif block.tag == qn("w:tbl"):
            for row in block.iter(qn("w:tr")):
                lines.append("".join(f"| {_cell(cell)} " for cell in row.iter(qn("w:tc"))) + "|")
            lines.append("")
    return "\n".join(lines) + "\n"


def _cell(cell) -> str:
    merge = cell.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
    if merge is not None and merge.get(qn("w:val")) == "continue":
        return "^"
    return " / ".join(w for p in cell.iter(qn("w:p")) if (w := _words(p)))


def _words(paragraph) -> str:
    shown = {qn("w:br"): "⏎", qn("w:tab"): "⇥"}
    return "".join(e.text or "" if e.tag == qn("w:t") else shown.get(e.tag, "") for e in paragraph.iter())


def agrees(text: str, name: str) -> None:
    """Fail where a text differs from its golden file."""
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("RENEW_GOLDEN"):
        path.write_text(text, "utf-8")
    assert text.splitlines() == path.read_text("utf-8").splitlines()

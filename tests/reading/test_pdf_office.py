"""PDF as LibreOffice prints it: the 2024 table has all its records, in whatever file it was."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import docx
import pytest
from docx.enum.section import WD_ORIENT
from tests.reading.formats import HEADINGS, TITLES, rows_of

from hengji.forms.published_list import published_list
from hengji.model.table import TargetTable
from hengji.reading import read

TEXT = Path(__file__).parents[1] / "data" / "panyu-2024.txt"
pytestmark = [
    pytest.mark.office,
    pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice (soffice) is not installed"),
]


def records(table: TargetTable) -> list[tuple[str | None, ...]]:
    return [
        (p.name, i.level1, i.level2, i.name, i.whole_term_target, i.annual_target)
        for p in table.projects
        for i in p.indicators
    ]


def as_ruled_docx(rows: list[list[str]]) -> bytes:
    """A landscape document whose rows, a project's indicators in one cell, run over pages."""
    document = docx.Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = section.page_height, section.page_width
    for title in TITLES:
        document.add_paragraph(title)
    table = document.add_table(rows=0, cols=7)
    table.style = "Table Grid"
    for row in [HEADINGS, *rows]:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_the_2024_table_as_pdf_has_all_its_records(tmp_path: Path) -> None:
    truth = read(TEXT.read_bytes(), "a.txt")
    (tmp_path / "list.xlsx").write_bytes(published_list(truth))
    (tmp_path / "rows.docx").write_bytes(as_ruled_docx(rows_of(TEXT.read_text("utf-8"))))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path)]
    files = [str(tmp_path / name) for name in ("list.xlsx", "rows.docx")]
    subprocess.run([*command, *files], check=True, capture_output=True, timeout=300)
    for name in ("list.pdf", "rows.pdf"):
        assert records(read((tmp_path / name).read_bytes(), name)) == records(truth), name

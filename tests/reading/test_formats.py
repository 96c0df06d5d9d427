"""The same table in every format gives the same result, whatever the format is called."""

from __future__ import annotations

from pathlib import Path

import pytest

from hengji.model.table import Status, TargetTable
from hengji.reading import read

from .formats import as_csv, as_docx, as_html, as_merged_xlsx, as_paged_docx, as_xlsx, rows_of

SEED = Path(__file__).parents[1] / "data" / "panyu-2024.txt"
TEXT = SEED.read_text(encoding="utf-8")
ROWS = rows_of(TEXT)
PLAIN = read(SEED.read_bytes(), SEED.name)
FILES = {
    "utf-8.csv": as_csv(ROWS, "utf-8-sig"),
    "gb18030.csv": as_csv(ROWS, "gb18030"),
    "utf-16.csv": as_csv(ROWS, "utf-16"),
    "unnamed-csv.txt": as_csv(ROWS, "utf-8"),
    "book.xlsx": as_xlsx(ROWS),
    "named-wrongly.docx": as_xlsx(ROWS),
    "paper.docx": as_docx(ROWS),
    "semicolons.csv": as_csv(ROWS, "utf-8", ";"),
    "tabs.csv": as_csv(ROWS, "utf-8", "\t"),
    "merged.xlsx": as_merged_xlsx(ROWS),
    "pages.docx": as_paged_docx(ROWS),
    "page.html": as_html(ROWS),
    "gb18030.html": as_html(ROWS, "gb18030"),
    "utf-16.html": as_html(ROWS, "utf-16"),
    "bom.txt": b"\xef\xbb\xbf" + SEED.read_bytes(),
    "gb.txt": TEXT.encode("gb18030"),
    "utf-16.txt": TEXT.encode("utf-16"),
}


def said(table: TargetTable) -> list[object]:
    return [
        (p.name, p.fund_user, p.funds, " ".join((p.objective or "").split()),
         [(i.number, i.code, i.level1, i.level2, i.name, i.whole_term_target, i.annual_target) for i in p.indicators])
        for p in table.projects
    ]  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_the_same_table_in_another_format_gives_the_same_result(name: str) -> None:
    table = read(FILES[name], name)
    assert table.status is Status.READ
    assert [f.zh for f in table.findings if f.code not in ("R12",)] == []
    assert (table.indicator_count, table.printed_totals) == (139, PLAIN.printed_totals)
    assert (table.title, table.department, table.money_unit) == (PLAIN.title, PLAIN.department, PLAIN.money_unit)
    for got, want in zip(said(table), said(PLAIN), strict=True):
        assert got == want


def test_every_indicator_of_an_office_file_knows_its_cell() -> None:
    book = read(FILES["book.xlsx"], "book.xlsx")
    first = book.projects[0].indicators[0].place
    assert (first.sheet, first.row, first.column) == ("Sheet", 7, 7)
    paper = read(FILES["paper.docx"], "paper.docx")
    assert paper.projects[0].indicators[0].place.column == 7
    text = FILES["gb18030.csv"].decode("gb18030")
    for project in read(FILES["gb18030.csv"], "a.csv").projects:
        for indicator in project.indicators:
            place = indicator.place_of("name")
            assert text[place.start : place.end] == indicator.name

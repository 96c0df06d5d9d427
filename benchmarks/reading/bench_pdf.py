"""Reading a ruled PDF, beside pdfplumber on the same file: pages a second, and records that are right.

Run: python benchmarks/reading/bench_pdf.py [FILE.pdf]. Without a file it prints the tests' 2024 table, as our own list in
xlsx, to PDF with LibreOffice. pdfplumber hands over rows of cells only, so its rows are read by the same layouts.
"""

from __future__ import annotations

import io
import logging
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pdfplumber

from hengji.forms.published_list import published_list
from hengji.model.table import Source, TargetTable
from hengji.reading import Grid, read
from hengji.reading.grid import Document
from hengji.reading.layout_form import read_forms
from hengji.reading.layout_list import read_list

TABLE = Path(__file__).parents[2] / "tests" / "data" / "panyu-2024.txt"


def printed(table: TargetTable) -> bytes:
    """The list of a table as xlsx, printed to PDF."""
    office = shutil.which("soffice")
    if office is None:
        print("skipped: LibreOffice (soffice) is not installed; name a PDF")
        raise SystemExit(0)
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "list.xlsx"
        path.write_bytes(published_list(table))
        profile = f"-env:UserInstallation={(Path(place) / 'profile').as_uri()}"
        subprocess.run(
            [office, profile, "--headless", "--convert-to", "pdf", "--outdir", place, str(path)],
            check=True, capture_output=True, timeout=300,
        )  # fmt: skip
        return path.with_suffix(".pdf").read_bytes()


def by_pdfplumber(data: bytes) -> set[tuple[str | None, ...]]:
    """The records that our layouts find in the rows of pdfplumber, a grid a table."""
    document = Document(Source("a.pdf", "", "application/pdf"))
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        for page in pdf.pages:
            for rows in page.extract_tables():
                cells = [[(cell or "").replace("\n", "") for cell in row] for row in rows]
                document.blocks.append(Grid(cells))
    reading = read_list(document) or read_forms(document)
    return records(reading.projects) if reading else set()


def records(projects: object) -> set[tuple[str | None, ...]]:
    return {
        (p.name, i.level1, i.level2, i.name, i.whole_term_target, i.annual_target)
        for p in projects  # type: ignore[attr-defined]
        for i in p.indicators
    }


def best(run: Callable[[], object], times: int) -> float:
    took = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        took.append(time.perf_counter() - start)
    return min(took)


def main() -> None:
    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    truth = read(TABLE.read_bytes(), "table.txt")
    data = Path(sys.argv[1]).read_bytes() if len(sys.argv) > 1 else printed(truth)
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        pages = len(pdf.pages)
    gold = records(truth.projects)
    ours, theirs = records(read(data, "a.pdf").projects), by_pdfplumber(data)
    fast, slow = best(lambda: read(data, "a.pdf"), 5), best(lambda: by_pdfplumber(data), 2)
    print(f"{pages} pages, {len(data) / 1e3:.0f} kB, {len(gold)} records")
    print(f"hengji     {pages / fast:7.1f} pages/s, {len(ours & gold)} right, {len(ours - gold)} wrong")
    print(f"pdfplumber {pages / slow:7.1f} pages/s, {len(theirs & gold)} right, {len(theirs - gold)} wrong")
    print(f"hengji is {slow / fast:.1f} times as fast")


if __name__ == "__main__":
    main()

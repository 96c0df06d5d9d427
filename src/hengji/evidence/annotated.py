"""The rows that an import did not take as a workbook: bad cells marked, each with the reason; corrected, it can be imported."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from xlsxwriter import Workbook

from hengji.evidence.headings import TROUBLE
from hengji.evidence.register import Register
from hengji.evidence.template import heading_text

MOST = 50_000
"""How many rows the workbook holds; all of them are in the CSV file that it is made from."""
_WHOLE = "整行"


def annotated_workbook(register: Register, quarantine: Path) -> bytes:
    """The rejected rows of a quarantine file as xlsx. Row number and reason stand in front, which an import passes over.

    Raises:
        OSError: the file cannot be read.
    """
    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False,
                          "strings_to_urls": False})  # fmt: skip
    sheet = book.add_worksheet(register.title[:31])
    head = book.add_format({"bold": True, "bg_color": "#EDEDED", "border": 1, "text_wrap": True})
    bad = book.add_format({"bg_color": "#F8CBAD", "border": 2, "border_color": "#C00000", "num_format": "@"})
    plain, why = book.add_format({"num_format": "@"}), book.add_format({"text_wrap": True, "font_color": "#C00000"})
    titles = [f.title for f in register.fields]
    for column, text in enumerate((*TROUBLE, *(heading_text(f) for f in register.fields))):
        sheet.write_string(0, column, text, head)
    sheet.set_column(0, 0, 7)
    sheet.set_column(1, 2, 16)
    sheet.set_column(3, 4, 40)
    sheet.set_column(len(TROUBLE), len(TROUBLE) + len(titles) - 1, 16)
    sheet.freeze_panes(1, 1)
    with quarantine.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file)
        next(rows, None)
        for at, row in enumerate(rows, 1):
            if at > MOST:
                sheet.write_string(
                    at, 0, f"只列出前 {MOST} 行，全部在 {quarantine.name} / the first {MOST} rows only", why
                )
                break
            about, cells = row[: len(TROUBLE)], row[len(TROUBLE) :]
            for column, text in enumerate(about):
                sheet.write_string(at, column, _bare(text), why if column in (3, 4) else plain)
            reasons = _by_title(about[1], about[3])
            for column, (title, text) in enumerate(zip(titles, cells, strict=True), len(TROUBLE)):
                sheet.write_string(at, column, _bare(text), bad if title in reasons else plain)
                if title in reasons:
                    sheet.write_comment(at, column, reasons[title], {"x_scale": 2})
    book.close()
    return out.getvalue()


def _by_title(about: str, reasons: str) -> dict[str, str]:
    """Column → why; where the reasons cannot be told apart each column gets all of them."""
    names: Sequence[str] = about.split("；")
    parts = reasons.split("；")
    each = parts if len(parts) == len(names) else [reasons] * len(names)
    return {name: reason for name, reason in zip(names, each, strict=True) if name != _WHOLE}


def _bare(text: str) -> str:
    """A cell without the mark that keeps a CSV from becoming a formula; here every cell is text anyway."""
    return text[1:] if text[:1] == "'" and text[1:2] in ("=", "+", "-", "@") else text

"""Scans and photos → paragraphs and grids: each page recognised, then put together as the pages of a PDF are.

A person has to check what a machine recognised: every indicator has low confidence, and what is doubtful is listed.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Any

from hengji.model.finding import Place, Severity
from hengji.model.table import Source
from hengji.reading.faults import DAMAGED, NO_TABLE, NOT_UNDERSTOOD
from hengji.reading.grid import Document, Grid, Refused
from hengji.reading.scan_image import image_pages, is_installed, not_installed

_LISTED = 60  # doubtful texts that get a finding of their own


def open_image(data: bytes, source: Source) -> Document:
    """The paragraphs and tables of a scan or photo in reading order.

    Raises:
        Refused: damaged, or text recognition is not installed (R10), without text (R09), over a limit (R11).
    """
    if not is_installed():
        raise Refused(not_installed("这是图片", "This is an image"))
    document = Document(source)
    for number, grey in enumerate(image_pages(data), 1):
        document.scans.append(recognise(grey, number))
    return document


def recognise(grey: Any, number: int) -> Any:
    """A recognised page (`scan_page.Scan`); what recognises is loaded here, because not everybody has it installed."""
    return importlib.import_module("hengji.reading.scan_page").recognised(grey, number)


def tell(document: Document) -> None:
    """Findings on what was recognised: all of it is to be checked, doubtful and unread places are listed."""
    if not any(scan.spots for scan in document.scans):
        raise Refused(
            NO_TABLE.at(
                Place(), "图片里没有识别出文字，没有读取。请确认选对了文件，或重新扫描。",
                "No text was recognised in the image. Check that it is the right one, or scan it again.",
            )
        )  # fmt: skip
    doubtful = [(scan, spot) for scan in document.scans for spot in scan.spots if spot.doubtful]
    count = sum(len(scan.spots) for scan in document.scans)
    document.findings.append(
        DAMAGED.at(
            Place(),
            f"文字由机器从图片识别（{len(document.scans)}页，{count}行文字，其中{len(doubtful)}行把握不大），没有自动改动；标点的全角、半角无法从图片分辨。请对照图片逐项核对后再用。",
            f"The text was recognised in images ({len(document.scans)} pages, {count} lines of text, {len(doubtful)} of "
            "them doubtful); nothing was corrected, and the width of punctuation cannot be told from an image. Check every item with the image before use.",
        )
    )
    for scan, spot in doubtful[:_LISTED]:
        place = _place(document.blocks, scan.page.number, spot.row, spot.text)
        perhaps = f"，可能是“{'”或“'.join(spot.candidates)}”" if spot.candidates else ""
        maybe = f"; perhaps {' or '.join(spot.candidates)}" if spot.candidates else ""
        document.findings.append(
            DAMAGED.at(
                place, f"{place.zh}识别为“{spot.text}”，把握 {spot.chance:.0%}{perhaps}，保留原样。请对照图片。",
                f"Recognised as {spot.text!r} ({spot.chance:.0%} sure){maybe}; kept as it stands. Check it with the image.",
            )
        )  # fmt: skip
    for scan in document.scans:
        for _, row in scan.unread:
            place = Place(page=scan.page.number, row=row or None)
            document.findings.append(
                NOT_UNDERSTOOD.at(
                    place, f"{place.zh}有一处笔迹没有识别出文字（也可能是污点）。请对照图片。",
                    "Ink in which no text was recognised (it may be dirt). Check it with the image.",
                    severity=Severity.WARNING if row else Severity.INFO,
                )
            )  # fmt: skip


def _place(blocks: Sequence[object], page: int, row: int, text: str) -> Place:
    """The cell with a text that was recognised in a row of a page; the row, where several cells or none have it."""
    found = []
    for grid in blocks if row else ():
        if isinstance(grid, Grid) and grid.pages is not None:
            for r, at in enumerate(grid.pages):
                if at == (page, row):
                    found += [grid.place(r, c) for c, cell in enumerate(grid.rows[r]) if text in cell.replace("\n", "")]
    return found[0] if len(found) == 1 else Place(page=page, row=row or None)

"""Bytes → table: sniff the format, open it, try the layouts. Pure: nothing is opened, fetched or executed."""

from __future__ import annotations

import gc
import hashlib
import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module
from typing import Any

from hengji.model.finding import Finding, Place
from hengji.model.table import Source, Status, TargetTable
from hengji.reading.encoding import decode
from hengji.reading.faults import NO_TABLE, ORDER, TOO_LARGE, UNOPENABLE
from hengji.reading.grid import Document, Grid, Reading, Refused
from hengji.reading.layout_list import read_list
from hengji.reading.limits import MAX_FILE
from hengji.reading.open_html import open_html
from hengji.reading.open_text import open_text
from hengji.reading.order import out_of_order

_HTML = re.compile(r"<\s*(?:!doctype\s+html|html|head|body|table|tr|td)\b", re.IGNORECASE)
_SNIFFED = 100_000
_OLE = b"\xd0\xcf\x11\xe0"
_MEDIA_TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
# Formats that are told by their first bytes and cannot be read.
_NOT_READ = (
    (b"%PDF", "application/pdf", "PDF"),
    (b"\x89PNG", "image/png", "PNG 图片"),
    (b"\xff\xd8\xff", "image/jpeg", "JPEG 图片"),
    (b"GIF8", "image/gif", "GIF 图片"),
    (b"II*\x00", "image/tiff", "TIFF 图片"),
    (b"{\\rtf", "application/rtf", "RTF"),
    (b"Rar!", "application/vnd.rar", "RAR 压缩包"),
    (b"7z\xbc\xaf", "application/x-7z-compressed", "7z 压缩包"),
    (b"\x1f\x8b", "application/gzip", "gzip 压缩包"),
)  # fmt: skip


def read(data: bytes, file: str) -> TargetTable:
    """The table in a document, read from its bytes; `file` is its name, used for messages and a hint of the format.

    Never raises for any bytes: what cannot be opened or holds no table comes back with status refused, no projects and
    one error finding (R08–R11). A table at odds with itself is read, with findings.
    """
    source = Source(file, hashlib.sha256(data).hexdigest(), "application/octet-stream")
    with _collector_paused():
        try:
            return _table(opened(data, source))
        except Refused as refused:
            return refused_table(source, refused.finding)


@contextmanager
def _collector_paused() -> Iterator[None]:
    """No garbage collection while a table is made.

    A listing makes a dozen small tuples an indicator and not one cycle; the collector would walk over all of them again
    and again, which took two thirds of the time at 100,000 indicators.
    """
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def opened(data: bytes, source: Source) -> Document:
    """The document behind some bytes, its format taken off; its source has the media type and the encoding.

    Raises:
        Refused: not opened (R10) or over a limit (R11).
    """
    if len(data) > MAX_FILE:
        raise Refused(
            TOO_LARGE.at(
                Place(),
                f"文件有 {len(data):,} 字节，上限 {MAX_FILE:,} 字节，没有读取。请拆分后再读。",
                f"The file has {len(data):,} bytes, over {MAX_FILE:,}; not read. Split it.",
            )
        )
    if not data.strip():
        raise Refused(
            UNOPENABLE.at(
                Place(),
                "文件是空的，没有内容可读。请确认选对了文件。",
                "The file is empty. Check that it is the right one.",
            )
        )
    for sign, media_type, name in _NOT_READ:
        if data.startswith(sign):
            raise Refused(
                UNOPENABLE.at(
                    Place(),
                    f"这是 {name} 文件，本版本读不了。请改用文本、HTML、CSV、XLSX 或 DOCX。",
                    f"This is a file of type {media_type}, which cannot be read. Use text, HTML, CSV, XLSX or DOCX.",
                )
            )
    office = _office(data, source)
    if office is not None:
        return office
    decoded = decode(data)
    html = bool(_HTML.search(decoded.text, 0, _SNIFFED))
    media_type = "text/html" if html else "text/plain"
    source = replace(source, media_type=media_type, encoding=decoded.encoding)
    document = open_html(decoded.text, source) if html else open_text(decoded.text, source)
    document.findings += decoded.findings
    return document


def _office(data: bytes, source: Source) -> Document | None:
    """The document of an office file or a CSV; None for text and HTML."""
    if data.startswith(b"PK"):
        names = _parts(data)
        kind = (
            "xlsx"
            if any(n.startswith("xl/") for n in names)
            else "docx"
            if any(n.startswith("word/") for n in names)
            else ""
        )
    else:
        kind = "csv" if source.file.lower().endswith(".csv") else "ole" if data.startswith(_OLE) else "text"
    if kind == "text":
        return None
    opener = _part_of_reading(f"open_{kind}", f"open_{kind}")
    if opener is None:
        raise Refused(
            UNOPENABLE.at(
                Place(),
                "这是旧版办公文件或压缩包，没有读取。请另存为 XLSX、DOCX、文本或 HTML。",
                "This is an old office file or an archive; not read. Save it as XLSX, DOCX, text or HTML.",
            )
        )
    document: Document = opener(data, replace(source, media_type=_MEDIA_TYPES[kind]))
    return document


def _parts(data: bytes) -> list[str]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return []


def _part_of_reading(module: str, function: str) -> Any:
    """A format or layout of this room that may not be there yet; None where it is not."""
    try:
        return getattr(import_module(f"hengji.reading.{module}"), function)
    except ModuleNotFoundError:
        return None


def refused_table(source: Source, finding: Finding) -> TargetTable:
    """The table of a document that was not read."""
    return TargetTable(source, Status.REFUSED, findings=(finding,))


def _table(document: Document) -> TargetTable:
    reading = read_list(document) or _other_layout(document)
    if reading is None or not any(p.indicators for p in reading.projects):
        raise Refused(_no_table(document, reading))
    findings = sorted(
        (*document.findings, *reading.findings), key=lambda f: f.place.start if f.place.start is not None else -1
    )
    return TargetTable(
        document.source, Status.READ, reading.kind, reading.title, reading.department, reading.fiscal_year,
        reading.money_unit, reading.printed_totals, tuple(reading.projects), tuple(findings),
    )  # fmt: skip


def _other_layout(document: Document) -> Reading | None:
    for module, function in (("layout_rows", "read_rows"), ("layout_form", "read_forms")):
        layout = _part_of_reading(module, function)
        reading: Reading | None = layout(document) if layout else None
        if reading:
            return reading
    return None


def _no_table(document: Document, reading: Reading | None) -> Finding:
    """Why nothing could be read: R08 for cells out of order, else R09."""
    words = "\n".join(
        "\n".join("\t".join(row) for row in block.rows) if isinstance(block, Grid) else block.text
        for block in document.blocks
    )
    if out_of_order(words):
        return ORDER.at(
            Place(),
            "文件里有绩效指标，但名称和指标值的先后次序已乱，无法判断哪个值属于哪项指标，没有读取。请用原始文件（而不是复制出来的文字）。",
            "There are indicators, but names and values come out of order, so nothing tells which belong together; not "
            "read. Use the original file, not text copied from it.",
        )
    if reading is not None:
        return NO_TABLE.at(
            Place(),
            "找到了绩效目标表的表头，但表里没有一项绩效指标，没有读取。请核对文件是否完整。",
            "The headings of a table of targets were found, but no indicator; not read. Check that the file is whole.",
        )
    return NO_TABLE.at(
        Place(),
        "文件能打开，但没有找到认得的绩效目标表，没有读取。请确认选对了文件；能读的是“一行一个项目、指标并在一栏”的公开表。",
        "The file opens, but no table of targets of a known layout was found. Check that it is the right one.",
    )

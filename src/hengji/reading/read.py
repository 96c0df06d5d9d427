"""Bytes → table: sniff the format, open it, try the layouts. Pure: nothing is opened, fetched or executed."""

from __future__ import annotations

import gc
import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import NamedTuple

from hengji.model.finding import Finding, Place
from hengji.model.table import Project, Source, Status, TargetTable
from hengji.reading.containers import kind_of
from hengji.reading.encoding import Decoded, decode
from hengji.reading.faults import NO_TABLE, TOO_LARGE, UNOPENABLE
from hengji.reading.front_matter import complete
from hengji.reading.grid import Document, Grid, Reading, Refused
from hengji.reading.layout_form import read_forms
from hengji.reading.layout_list import read_list
from hengji.reading.layout_sentences import read_sentences
from hengji.reading.layout_stream import read_stream
from hengji.reading.limits import MAX_FILE
from hengji.reading.ole import OLE
from hengji.reading.open_csv import looks_csv, open_csv
from hengji.reading.open_doc import MEDIA_TYPES as OLD_MEDIA_TYPES
from hengji.reading.open_doc import Convert, open_doc
from hengji.reading.open_docx import open_docx
from hengji.reading.open_exchange import looks_exchange, open_exchange
from hengji.reading.open_html import open_html
from hengji.reading.open_image import open_image
from hengji.reading.open_pdf import open_pdf, put_together
from hengji.reading.open_saved_page import is_mhtml, is_sheet_xml, open_sheet_xml, page_of
from hengji.reading.open_text import open_text
from hengji.reading.open_xls import BIFF, open_xls
from hengji.reading.open_xlsx import open_xlsx
from hengji.reading.order import cells_out_of_order, out_of_order
from hengji.reading.plain_text import plain_text
from hengji.reading.scan_image import SIGNS as IMAGES

_HTML = re.compile(r"<\s*(?:!doctype\s+html|html|head|body|table|tr|td)\b", re.IGNORECASE)
_SNIFFED = 100_000
_MEDIA_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xls": "application/vnd.ms-excel",
    **OLD_MEDIA_TYPES,
}
_RTF = b"{\\rtf"
_PDF, _PDF_WITHIN = b"%PDF-", 1024  # some programs write a few bytes before it
# Formats that are told by their first bytes and cannot be read.
_NOT_READ = (
    (b"Rar!", "application/vnd.rar", "RAR 压缩包"),
    (b"7z\xbc\xaf", "application/x-7z-compressed", "7z 压缩包"),
    (b"\x1f\x8b", "application/gzip", "gzip 压缩包"),
)  # fmt: skip


class Explained(NamedTuple):
    """A table and the stages it went through; a stage that was not reached is None."""

    table: TargetTable
    document: Document | None = None
    reading: Reading | None = None


def read(data: bytes, file: str, convert: Convert | None = None) -> TargetTable:
    """The table in a document, read from its bytes; `file` is its name, used for messages and a hint of the format.

    Never raises for any bytes: what cannot be opened or holds no table comes back with status refused, no projects and
    one error finding (R08–R11). A table at odds with itself is read, with findings. `convert` makes a DOCX of an old
    document, where the caller has a program that does.
    """
    return explained(data, file, convert).table


def explained(data: bytes, file: str, convert: Convert | None = None) -> Explained:
    """As `read`, with the document's blocks and what its columns were taken for, so that every stage can be looked at."""
    known = next(
        (kind for sign, kind, *_ in (*IMAGES, *_NOT_READ) if data.startswith(sign)), "application/octet-stream"
    )
    known = "application/pdf" if _PDF in data[:_PDF_WITHIN] else known
    source = Source(file, hashlib.sha256(data).hexdigest(), known)
    document = reading = None
    with _collector_paused():
        try:
            if looks_exchange(data, file):
                return Explained(open_exchange(data, source))
            document = opened(data, source, convert)
            source = document.source
            reading = read_list(document) or read_forms(document)
            if not _has_indicators(reading) and not _is_scrambled(document):
                reading = _read_text(document) or reading
            if reading is not None:
                complete(document, reading)
            return Explained(_table(document, reading), document, reading)
        except Refused as refused:
            return Explained(refused_table(source, refused.finding), document, reading)


def _read_text(document: Document) -> Reading | None:
    """The reading of a text that has no grid of its own, in the document's places; None where it holds no table."""
    if document.text is None:
        return None
    plain = plain_text(document.text)
    words = replace(document, text=plain.text)
    reading = read_stream(words) or read_sentences(words)
    return plain.restored(reading) if reading is not None else None


@contextmanager
def _collector_paused() -> Iterator[None]:
    """No garbage collection while a table is made.

    A listing makes a dozen small tuples an indicator and not one cycle; the collector would walk over all of them again
    and again, which took two thirds of the time at 100,000 indicators. What was made meanwhile is handed over to the
    oldest generation without a walk, unless the program keeps frozen objects of its own.
    """
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            if not gc.get_freeze_count():
                gc.freeze()
                gc.unfreeze()
            gc.enable()


def opened(data: bytes, source: Source, convert: Convert | None = None) -> Document:
    """The document behind some bytes, its format taken off; its source has the media type and the encoding.

    The bytes tell the format, not the name: a .docx may be a .doc, an .xls a page of HTML.

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
        raise Refused(_empty())
    for sign, media_type, name in _NOT_READ:
        if data.startswith(sign):
            raise Refused(
                UNOPENABLE.at(
                    Place(),
                    f"这是 {name}，本版本读不了，没有读取。请改用文本、HTML、CSV、XLSX、DOCX 或 PDF。",
                    f"This is a file of type {media_type}, which cannot be read. Use text, HTML, CSV, XLSX, DOCX or PDF.",
                )
            )
    for sign, media_type in IMAGES:
        if data.startswith(sign):
            document = open_image(data, replace(source, media_type=media_type))
            put_together([scan.page for scan in document.scans], document)
            return document
    if _PDF in data[:_PDF_WITHIN]:
        return open_pdf(data, replace(source, media_type="application/pdf"))
    if data.startswith((b"PK", OLE)):
        kind = kind_of(data)
        typed = replace(source, media_type=_MEDIA_TYPES[kind])
        if kind == "doc":
            return open_doc(data, typed, kind, convert)
        return {"xlsx": open_xlsx, "xls": open_xls, "docx": open_docx}[kind](data, typed)
    if data.startswith(BIFF):
        return open_xls(data, replace(source, media_type=_MEDIA_TYPES["xls"]))
    if data.startswith(_RTF):
        return open_doc(data, replace(source, media_type=_MEDIA_TYPES["rtf"]), "rtf", convert)
    if is_sheet_xml(data):
        return open_sheet_xml(data, replace(source, media_type=_MEDIA_TYPES["xls"]))
    return _of_text(decode(page_of(data) if is_mhtml(data) else data), source)


def _empty() -> Finding:
    return UNOPENABLE.at(
        Place(),
        "文件是空的，没有内容可读。请确认选对了文件。",
        "The file is empty. Check that it is the right one.",
    )


def _of_text(decoded: Decoded, source: Source) -> Document:
    if not decoded.text.strip():
        raise Refused(_empty())
    source = replace(source, encoding=decoded.encoding)
    if _HTML.search(decoded.text, 0, _SNIFFED):
        document = open_html(decoded.text, replace(source, media_type="text/html"))
    elif source.file.lower().endswith(".csv") or looks_csv(decoded.text):
        document = open_csv(decoded, replace(source, media_type="text/csv"))
    else:
        document = open_text(decoded.text, replace(source, media_type="text/plain"))
    document.findings += decoded.findings
    if document.source.media_type != "text/html":
        document.text = decoded.text
    return document


def refused_table(source: Source, finding: Finding) -> TargetTable:
    """The table of a document that was not read."""
    return TargetTable(source, Status.REFUSED, findings=(finding,))


def _table(document: Document, reading: Reading | None) -> TargetTable:
    if reading is None or not _has_indicators(reading):
        raise Refused(_no_table(document, reading))
    told = {(f.code, f.place) for f in reading.findings if f.place.row is not None}
    opening = [f for f in document.findings if (f.code, f.place) not in told]  # a layout says more of the same cell
    findings = sorted((*opening, *reading.findings), key=lambda f: f.place.start if f.place.start is not None else -1)
    return TargetTable(
        document.source, Status.PARTLY if reading.partly or document.partly else Status.READ, reading.kind, reading.title, reading.department, reading.fiscal_year,
        reading.money_unit, reading.printed_totals, tuple(_projects(document, reading)), tuple(findings),
    )  # fmt: skip


def _projects(document: Document, reading: Reading) -> list[Project]:
    """The projects; of indicators that stand on recognised pages none has high confidence."""
    pages = {scan.page.number for scan in document.scans}
    if not pages:
        return reading.projects
    projects = []
    for project in reading.projects:
        own = (i._replace(confidence="low") if i.place.page in {None, *pages} else i for i in project.indicators)
        projects.append(replace(project, indicators=tuple(own)))
    return projects


def _has_indicators(reading: Reading | None) -> bool:
    return reading is not None and any(p.indicators for p in reading.projects)


def _is_scrambled(document: Document) -> bool:
    words = "\n".join(
        "\n".join("\t".join(row) for row in block.rows) if isinstance(block, Grid) else block.text
        for block in document.blocks
    )
    return out_of_order(words)


def _no_table(document: Document, reading: Reading | None) -> Finding:
    """Why nothing could be read: R08 for cells out of order, else R09."""
    if _is_scrambled(document):
        return cells_out_of_order()
    if document.partly and document.findings:
        lost = document.findings[0]
        return NO_TABLE.at(
            lost.place, f"能读的部分里没有找到认得的绩效目标表，没有读取。{lost.zh}",
            f"No table of targets was found in what could be read; not read. {lost.en}",
        )  # fmt: skip
    if reading is not None:
        return NO_TABLE.at(
            Place(),
            "找到了绩效目标表的表头，但表里没有一项绩效指标，没有读取。请核对文件是否完整。",
            "The headings of a table of targets were found, but no indicator; not read. Check that the file is whole.",
        )
    return NO_TABLE.at(
        Place(),
        "文件能打开，但没有找到认得的绩效目标表，没有读取。请确认选对了文件；能读的是绩效目标、自评、监控的表格和逐条写明指标的报告。",
        "The file opens, but no table of targets of a known layout was found. Check that it is the right one.",
    )

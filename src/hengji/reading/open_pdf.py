"""PDF → paragraphs and grids: ruled tables by their lines, other text line by line. Nothing in a PDF is ever run.

A page that is only a picture, or whose text has no meaning, is told; where no page has text the document is refused.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from threading import Lock
from typing import Any

import pypdfium2

from hengji.model.finding import Finding, Place
from hengji.model.table import Source
from hengji.reading.faults import DAMAGED, NOT_UNDERSTOOD, TOO_LARGE, UNOPENABLE
from hengji.reading.grid import Document, Paragraph, Refused
from hengji.reading.lattice import Table, tables_of
from hengji.reading.limits import MAX_ON_PAGE, MAX_PAGES, MAX_SCANS
from hengji.reading.open_image import recognise, tell
from hengji.reading.open_text import is_page_number, open_text
from hengji.reading.pdf_page import Char, Page, content_of
from hengji.reading.pdf_tables import Piece, adopt, follow, grid_of, piece_of
from hengji.reading.pdf_text import line_text, lines_of
from hengji.reading.scan_image import LONG_SIDE, check_size, is_installed, not_installed, too_many_scans
from hengji.reading.unruled import read_unruled

_PASSWORD = 4  # the library's error codes
_STRANGE = 0.2  # the share of characters without a meaning from which text is not to be trusted
_FEWEST = 8  # characters that a page needs to count as one with text
_GAP = 1.5  # of the height: a gap that parts two texts on a line
_REACH = 40.0  # points beyond a table within which a merged cell may have printed its text
_SAME_HEIGHT = 6.0  # points
_FIGURES = re.compile("[0-9]+")
_BROWSER = re.compile(r"^[0-9]{1,4}/[0-9]{1,2}/[0-9]{1,4},? [0-9]{1,2}:[0-9]{2}|^(?:file|\ufb01le|https?)://\S+")
_DPI = 220  # of pages that are rendered to be recognised
_LOCK = Lock()  # the library may be called by one thread at a time


def open_pdf(data: bytes, source: Source) -> Document:
    """The paragraphs and tables of a PDF in reading order, tables over several pages in one.

    Raises:
        Refused: encrypted, damaged, without text, or text without meaning (R10), over a limit (R11).
    """
    with _LOCK:
        pages = _pages(data)
    document = Document(source)
    _recognise_pictures(data, pages, document)
    _check(pages, document)
    put_together(pages, document)
    return document


def put_together(pages: Sequence[Page], document: Document) -> None:
    """The blocks of a document from what stands on its pages."""
    read = [(page, tables_of(page.across, page.down)) for page in pages]
    if any(tables for _, tables in read):
        _ruled(read, document)
    else:
        _unruled(pages, document)
    for page in pages:
        if page.slanted.strip():
            document.furniture.append(Paragraph(page.slanted.strip(), Place(page=page.number)))
    if document.scans:
        tell(document)


def _recognise_pictures(data: bytes, pages: list[Page], document: Document) -> None:
    """Pages that are only pictures as recognised, where the packages for it are installed."""
    wanted = [k for k, page in enumerate(pages) if page.pictures and _count(page) < _FEWEST]
    if not wanted or not is_installed():
        return
    if len(wanted) > MAX_SCANS:
        raise Refused(too_many_scans(len(wanted)))
    for k in wanted:
        with _LOCK:
            grey = _rendered(data, k)
        scan = recognise(grey, pages[k].number)
        if scan.spots:
            document.scans.append(scan)
            pages[k] = scan.page


def _rendered(data: bytes, k: int) -> Any:
    """A page as grey pixels, as sharp as scans are; its pictures are measured before they are decoded."""
    pdf = pypdfium2.PdfDocument(data)
    try:
        page = pdf[k]
        for picture in page.get_objects(filter=(pypdfium2.raw.FPDF_PAGEOBJ_IMAGE,), max_depth=8):
            check_size(*picture.get_px_size())
        scale = LONG_SIDE / max(*page.get_size(), 1.0)
        pixels = page.render(scale=min(scale, _DPI / 72), grayscale=True).to_numpy()
        return pixels.reshape(pixels.shape[:2]).copy()
    finally:
        pdf.close()


def _pages(data: bytes) -> list[Page]:
    try:
        pdf = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise Refused(_encrypted() if getattr(error, "err_code", None) == _PASSWORD else _damaged()) from None
    try:
        count = len(pdf)
        if count > MAX_PAGES:
            raise Refused(
                TOO_LARGE.at(
                    Place(),
                    f"PDF 有 {count:,} 页，上限 {MAX_PAGES:,} 页，没有读取。请拆分后再读。",
                    f"The PDF has {count:,} pages, over {MAX_PAGES:,}; not read. Split it.",
                )
            )
        if not count:
            raise Refused(_damaged())
        pages = []
        for k in range(count):
            try:
                page = pdf[k]
            except pypdfium2.PdfiumError:
                pages.append(Page(k + 1))
                continue
            pages.append(content_of(page.raw, k + 1, MAX_ON_PAGE))
            page.close()
        return pages
    finally:
        pdf.close()


def _check(pages: Sequence[Page], document: Document) -> None:
    """Refuses a document without text that means something; a page without is a finding."""
    signs = sum(len(p.chars) for p in pages)
    strange = sum(p.strange for p in pages)
    if all(_count(p) < _FEWEST for p in pages):
        raise Refused(_of_pictures() if any(p.pictures for p in pages) or signs else _empty())
    if strange > _STRANGE * signs:
        raise Refused(_meaningless(strange, signs))
    for page in pages:
        if len(page.chars) >= MAX_ON_PAGE or len(page.across) + len(page.down) >= MAX_ON_PAGE:
            raise Refused(
                TOO_LARGE.at(
                    Place(page=page.number),
                    f"PDF 第{page.number}页有 {MAX_ON_PAGE:,} 个以上的字或线条，不像一张表，没有读取。请重新导出。",
                    f"Page {page.number} has over {MAX_ON_PAGE:,} characters or lines; that is no table, so it was "
                    "not read. Export it again.",
                )
            )
        if page.pictures and _count(page) < _FEWEST:
            document.partly = True
            document.findings.append(
                NOT_UNDERSTOOD.at(
                    Place(page=page.number),
                    f"第{page.number}页是图片，没有文字层，这一页没有读取。请找带文字的原件，或先作文字识别。",
                    f"Page {page.number} is a picture without text and was not read. Find the original with text, or "
                    "recognise its text first.",
                )
            )
        elif page.strange > _STRANGE * max(len(page.chars), 1):
            document.partly = True
            document.findings.append(
                NOT_UNDERSTOOD.at(
                    Place(page=page.number),
                    f"第{page.number}页的文字多数没有对应的字符（字体编码不对），读出的内容不可靠。请对照原件。",
                    f"Most text of page {page.number} has no meaning (wrong font encoding). Check it with the original.",
                )
            )


def _count(page: Page) -> int:
    return sum(not c.text.isspace() for c in page.chars)


@dataclass(slots=True)
class _State:
    """The blocks so far, and the table that the next page may go on with."""

    document: Document
    pages: int
    blocks: list[Paragraph | Piece] = field(default_factory=list)
    heads: set[str] = field(default_factory=set)  # what stands above the tables of the pages before


def _ruled(read: Sequence[tuple[Page, list[Table]]], document: Document) -> None:
    state = _State(document, len(read))
    outside = [_outside(page, tables) for page, tables in read]
    running = _running(read, outside)
    for (page, tables), lines in zip(read, outside, strict=True):
        _add_page(page, tables, lines, running, state)
    for block in state.blocks:
        if isinstance(block, Piece):
            grid = grid_of(block)
            if any(map(any, grid.rows)):
                document.blocks.append(grid)
        else:
            document.blocks.append(block)


def _add_page(page: Page, tables: list[Table], outside: list[list[Char]], running: set[str], state: _State) -> None:
    pieces = [(t.ys[0], piece_of(t, _within(page.chars, t), page.number)) for t in tables]
    texts = []
    if pieces and page.number > 1:
        outside = _adopted(outside, pieces[0][1], tables[0], page, True)
    if pieces and page.number < state.pages:
        outside = _adopted(outside, pieces[-1][1], tables[-1], page, False)
    for line in outside:
        text = line_text(line)
        if _dresses(line, page, running):
            state.document.furniture.append(Paragraph(text, Place(page=page.number)))
        elif text:
            texts.append((line[0].top, line))
    first = min((y for y, _ in pieces), default=None)
    above = [line_text(line) for y, line in texts if first is not None and y < first]
    if pieces and state.blocks and isinstance(state.blocks[-1], Piece) and set(above) <= state.heads:
        y, piece = min(pieces, key=lambda p: p[0])
        if follow(state.blocks[-1], piece):
            pieces.remove((y, piece))
            texts = [(at, line) for at, line in texts if at >= y]
            state.document.furniture += [Paragraph(text, Place(page=page.number)) for text in above]
    if first is not None:
        state.heads |= set(above)
    mixed: list[tuple[float, Piece | list[Char]]] = [*pieces, *texts]
    for _, block in sorted(mixed, key=lambda b: b[0]):
        if isinstance(block, Piece):
            state.blocks.append(block)
        else:
            state.blocks += [Paragraph(t, Place(page=page.number)) for t in _parts(block)]


def _adopted(lines: list[list[Char]], piece: Piece, table: Table, page: Page, at_top: bool) -> list[list[Char]]:
    """The lines without what a merged cell at the edge of the page printed beyond it, or off the paper."""
    if at_top:
        near = [k for k in lines if k[0].bottom < page.top or table.ys[0] - _REACH <= k[0].top < table.ys[0]]
    else:
        near = [k for k in lines if k[0].top > page.bottom or table.ys[-1] - 1 <= k[0].top < table.ys[-1] + _REACH]
    gone = adopt(piece, near, at_top)
    rest = ([c for c in line if id(c) not in gone] for line in lines)
    return [line for line in rest if any(not c.text.isspace() for c in line)]


def _outside(page: Page, tables: Sequence[Table]) -> list[list[Char]]:
    """The lines of text that stand in no table."""
    return lines_of(c for c in page.chars if not any(_holds(t, c) for t in tables))


def _running(read: Sequence[tuple[Page, list[Table]]], outside: Sequence[list[list[Char]]]) -> set[str]:
    """The lines that stand under the tables of several pages at one height, figures aside: page feet."""
    seen: Counter[tuple[str, int]] = Counter()
    for (_, tables), lines in zip(read, outside, strict=True):
        low = max((t.ys[-1] for t in tables), default=None)
        for line in lines[-1:] if low is None else [k for k in lines if k[0].top > low]:
            seen[_FIGURES.sub("#", line_text(line)), round(line[0].bottom / _SAME_HEIGHT)] += 1
    return {text for (text, _), count in seen.items() if count > 1}


def _dresses(line: Sequence[Char], page: Page, running: set[str]) -> bool:
    """Whether a line only dresses the page: its number, a foot, what a browser prints around a page."""
    text = line_text(line)
    at_edge = min(c.top for c in line) <= page.ink[0] + 1 or max(c.bottom for c in line) >= page.ink[1] - 1
    return is_page_number(text, at_edge) or (
        at_edge and (_FIGURES.sub("#", text) in running or bool(_BROWSER.search(text)))
    )


def _within(chars: Sequence[Char], table: Table) -> list[Char]:
    return [c for c in chars if _holds(table, c)]


def _holds(table: Table, char: Char) -> bool:
    return (
        table.xs[0] <= (char.left + char.right) / 2 <= table.xs[-1]
        and table.ys[0] <= (char.top + char.bottom) / 2 <= table.ys[-1]
    )


def _cut(line: Sequence[Char]) -> list[list[Char]]:
    """A line where wide gaps part it; a title spread over the line is one."""
    parts: list[list[Char]] = []
    last: Char | None = None
    for char in line:
        if char.text.isspace():
            if parts:
                parts[-1].append(char)
            continue
        if last is None or char.left - last.right > _GAP * (char.bottom - char.top):
            parts.append([])
        parts[-1].append(char)
        last = char
    if parts and median(sum(not c.text.isspace() for c in part) for part in parts) <= 1:
        return [list(line)]
    return parts


def _parts(line: Sequence[Char]) -> list[str]:
    return [text for part in _cut(line) if (text := line_text(part))]


def _unruled(pages: Sequence[Page], document: Document) -> None:
    """Text without ruled tables: tables by the white between their columns, else lines with their gaps, read as text is."""
    all_lines = [lines_of(page.chars) for page in pages]
    running = _running([(page, []) for page in pages], all_lines)
    kept: list[tuple[Page, list[Char]]] = []
    for page, lines in zip(pages, all_lines, strict=True):
        chars: list[Char] = []
        for line in lines:
            if _dresses(line, page, running):
                document.furniture.append(Paragraph(line_text(line), Place(page=page.number)))
            else:
                chars += line
        kept.append((page, chars))
    if made := read_unruled(kept):
        document.blocks += made.grids
        document.findings += made.findings
        document.partly = document.partly or bool(made.findings)
        document.findings.append(
            DAMAGED.at(
                Place(),
                "PDF 里的表没有竖线，行和列是按文字的位置分开的。请抽几项对照原件；要稳妥请索取 DOCX、XLSX。",
                "The PDF's tables have no lines down; rows and columns were told apart by where words stand. Check some "
                "with the original, or ask for the DOCX or XLSX to be sure.",
            )
        )
        return
    texts = []
    for lines in all_lines:
        texts.append("\n".join("    ".join(_parts(line)) for line in lines))
    text = "\n\f".join(texts)
    opened = open_text(text, document.source)
    document.blocks, document.text = opened.blocks, text
    document.furniture += opened.furniture
    document.findings.append(
        DAMAGED.at(
            Place(),
            "PDF 里的表没有表格线，只能按文字的位置逐行读取，换行的单元格可能读错。请对照原件，或索取 DOCX、XLSX。",
            "The PDF has no ruled table; it was read line by line by where words stand, and wrapped cells may be wrong. "
            "Check it with the original, or ask for the DOCX or XLSX.",
        )
    )


def _encrypted() -> Finding:
    return UNOPENABLE.at(
        Place(),
        "PDF 有密码保护，没有密码打不开，没有读取。请用阅读器输入密码打开，去掉密码后另存。",
        "The PDF is protected by a password; not read. Open it with the password and save it without.",
    )


def _damaged() -> Finding:
    return UNOPENABLE.at(
        Place(),
        "PDF 损坏或没有下载完整，打不开，没有读取。请重新下载，或用阅读器打开后另存。",
        "The PDF is damaged or was not downloaded completely; not read. Download it again, or open and save it.",
    )


def _empty() -> Finding:
    return UNOPENABLE.at(
        Place(),
        "PDF 里没有文字，没有读取。请确认选对了文件。",
        "The PDF holds no text; not read. Check that it is the right one.",
    )


def _of_pictures() -> Finding:
    """R10 for a scan: what to install, or that nothing was recognised."""
    if is_installed():
        return UNOPENABLE.at(
            Place(),
            "PDF 是扫描件，图片里没有识别出文字，没有读取。请确认选对了文件，或重新扫描。",
            "The PDF is a scan in which no text was recognised; not read. Check the file, or scan it again.",
        )
    return not_installed("PDF 是扫描件，只有图片，没有文字层", "The PDF is a scan: pictures without text")


def _meaningless(strange: int, signs: int) -> Finding:
    return UNOPENABLE.at(
        Place(),
        f"PDF 里 {signs:,} 个字有 {strange:,} 个没有对应的字符（字体编码不对），复制出来也是乱码，没有读取。请索取原件，或先作文字识别。",
        f"Of {signs:,} characters in the PDF {strange:,} have no meaning (wrong font encoding); not read. Ask for the "
        "original, or recognise its text first.",
    )

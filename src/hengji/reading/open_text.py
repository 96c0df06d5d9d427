"""Text as it comes out of a web page or a PDF copy → paragraphs, and grids whose rows are lines cut into cells.

A line is cut at tabs, at Markdown pipes, or at runs of blanks. Lines cut alike that follow each other are one grid,
empty lines between them or not. Ruled lines and page numbers are furniture. Which line only continues the one above
(a page wrapped it) is for the layout to say: it knows what a row holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from hengji.model.finding import Place
from hengji.model.table import Source
from hengji.reading.faults import cell_too_long, too_long, too_many_cells, too_many_rows
from hengji.reading.grid import Document, Grid, Paragraph, Refused
from hengji.reading.limits import MAX_CELL, MAX_CELLS, MAX_ROWS
from hengji.reading.markup import Clean, clean

_LINE = re.compile("[^\n\r\f\v\x1c-\x1e\x85\u2028\u2029]+")
_PIPE = re.compile(r"(?<!\\)[|｜│┃]")
_GAP = re.compile("[ \xa0\u2002\u2003]{2,}|[ \xa0]*\u3000[ \xa0\u3000]*")
_RULE = re.compile(r"[\s|｜│┃+:=*_\-—─━═┄]{3,}")
_PAGE = re.compile(
    r"[-—–－·]+\s*[0-9０-９]{1,4}\s*[-—–－·]+"
    r"|第?\s*[0-9０-９]{1,4}\s*页\s*[,，/／]?\s*(?:共\s*[0-9０-９]{1,4}\s*页)?|共\s*[0-9]{1,4}\s*页"
    r"|[-—–－·]*\s*(?:page|p\.)\s*[0-9]{1,4}(?:\s*(?:of|/)\s*[0-9]{1,4})?\s*[-—–－·]*",
    re.IGNORECASE,
)
_MARKS = re.compile(r"\s*#{1,6}\s+([^\n]*)|\s*\*\*([^*\n]+)\*\*\s*")
_PAGE_LINE = re.compile(rf"^[ \t]*(?:{_PAGE.pattern})[ \t\r]*$", re.IGNORECASE | re.MULTILINE)
_NUMBER = re.compile(r"[0-9]{1,4}(?:\s*[/／]\s*[0-9]{1,4})?")


def open_text(text: str, source: Source) -> Document:
    """The paragraphs and grids of decoded text, each with its code points.

    Raises:
        Refused: a cell or the number of cells is over the limit (R11).
    """
    document = Document(source)
    blocks = document.blocks
    kind = ""
    count = 0
    for start, end in _lines(text):
        raw = text[start:end]
        if not raw or raw.isspace():
            continue
        if len(raw) < 400 and _is_furniture(text, start, end):
            document.furniture.append(_paragraph(clean(text, start, end), start, end))
            continue
        before, (kind, cells) = kind, _cut(text, start, end, kind if blocks and isinstance(blocks[-1], Grid) else "")
        count += len(cells)
        _check(cells, end - start, count, start)
        if not kind:
            if cells[0].text:
                blocks.append(_paragraph(cells[0], start, end))
            continue
        last = blocks[-1] if blocks else None
        if kind != before or not isinstance(last, Grid) or last.maps is None:
            last = Grid([], maps=[], lines=True)
            blocks.append(last)
        if len(last.rows) >= MAX_ROWS:
            raise Refused(too_many_rows(Place(start, start)))
        last.rows.append([c.text for c in cells])
        if last.maps is not None:
            last.maps.append([c.map for c in cells])
    return document


def _lines(text: str) -> Iterator[tuple[int, int]]:
    for found in _LINE.finditer(text):
        yield found.span()


def _is_furniture(text: str, start: int, end: int) -> bool:
    """Whether a line is a rule or a page number; a bare number is one only beside a page break."""
    raw = text[start:end].strip()
    if _RULE.fullmatch(raw):
        return True
    if len(raw) > 40:
        return False
    beside_break = "\f" in text[max(0, start - 3) : start] or "\f" in text[end : end + 3]
    return is_page_number(raw, beside_break)


def is_page_number(line: str, at_edge: bool) -> bool:
    """Whether a line is the number of a page; a bare number is one only at the edge of a page."""
    return bool(_PAGE.fullmatch(line) or (at_edge and _NUMBER.fullmatch(line)))


def without_page_marks(text: str) -> str:
    """A text whose lines that only number a page are blanks, as many as they had characters: no place moves."""
    return _PAGE_LINE.sub(lambda m: " " * len(m[0]), text)


def _cut(text: str, start: int, end: int, before: str) -> tuple[str, list[Clean]]:
    """How a line is cut ("tab", "pipe", "blanks" or "" for not at all) and its cells."""
    raw = text[start:end]
    if "\t" in raw:
        return "tab", _at_tabs(text, raw, start)
    if _PIPE.search(raw):
        return "pipe", _at_pipes(text, start, end)
    cells = _at_blanks(text, start, end)
    single = all(len(c.text) <= 1 for c in cells)  # a title spread out: 绩  效  目  标  表
    if not single and (len(cells) > 2 or (len(cells) == 2 and before == "blanks")):
        return "blanks", cells
    return "", [_without_marks(text, start, end)]


def _at_tabs(text: str, raw: str, start: int) -> list[Clean]:
    cells = []
    for part in raw.split("\t"):
        cells.append(clean(text, start, start + len(part)))
        start += len(part) + 1
    return cells


def _at_pipes(text: str, start: int, end: int) -> list[Clean]:
    cuts = [m.start() for m in _PIPE.finditer(text, start, end)]
    # A row may begin and end with a pipe; those two part no cells.
    first = start
    if not text[start : cuts[0]].strip():
        first = cuts.pop(0) + 1
    if cuts and not text[cuts[-1] + 1 : end].strip():
        end = cuts.pop()
    edges = [first, *(c + 1 for c in cuts)]
    return [_without_marks(text, a, b) for a, b in zip(edges, [*cuts, end], strict=True)]


def _without_marks(text: str, start: int, end: int) -> Clean:
    """Clean text, without the marks of a Markdown heading or of bold print around all of it."""
    marks = _MARKS.fullmatch(text, start, end)
    return clean(text, *marks.span(marks.lastindex or 0)) if marks else clean(text, start, end)


def _at_blanks(text: str, start: int, end: int) -> list[Clean]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    cells = []
    for gap in _GAP.finditer(text, start, end):
        cells.append(clean(text, start, gap.start()))
        start = gap.end()
    cells.append(clean(text, start, end))
    return cells


def _paragraph(words: Clean, start: int, end: int) -> Paragraph:
    return Paragraph(words.text, Place(start, end), words.map)


def _check(cells: list[Clean], line: int, count: int, at: int) -> None:
    if line * 4 >= MAX_CELL and any(too_long(c.text) for c in cells):
        raise Refused(cell_too_long(Place(at, at)))
    if count > MAX_CELLS:
        raise Refused(too_many_cells(Place(at, at)))

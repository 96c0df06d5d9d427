"""DOCX → paragraphs, and one grid a table with its merged cells.

Deleted text of tracked changes is left out, inserted text kept; text boxes and content controls are read where they
stand; a table inside a cell becomes a grid of its own behind the outer one.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from hengji.model.finding import Place
from hengji.model.table import Source
from hengji.reading.containers import Container, xml_of
from hengji.reading.faults import UNOPENABLE, cell_too_long, too_long, too_many_cells, too_many_rows
from hengji.reading.grid import Document, Grid, Merge, Paragraph, Refused
from hengji.reading.limits import MAX_CELLS, MAX_ROWS

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_SKIPPED = frozenset(("del", "moveFrom", "instrText", "delText", "rPr", "pPr", "footnoteReference", "commentReference"))
_HOLDERS = frozenset(("sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag", "body", "tbl"))
_SYMBOLS = {"F0B3": "≥", "F0A3": "≤", "F0B1": "±", "F0B4": "×", "F0FE": "☑", "F0A8": "□", "F052": "☑", "F0FC": "√"}
_MOST_SPAN = 1000


def open_docx(data: bytes, source: Source) -> Document:
    """The paragraphs and tables of a text document in reading order.

    Raises:
        Refused: damaged or encrypted (R10), or over a limit (R11).
    """
    xml = Container(data).part("word/document.xml")
    if xml is None:
        raise Refused(
            UNOPENABLE.at(
                Place(), "文件里没有正文，没有读取。请用办公软件重新保存为 DOCX。",
                "The file has no text part; not read. Save it again as DOCX.",
            )
        )  # fmt: skip
    root = xml_of(xml)
    document = Document(source)
    body = next((child for child in root if _name(child) == "body"), root)
    for element in _blocks(body):
        if _name(element) == "p":
            text = _paragraph(element).strip()
            if text:
                document.blocks.append(Paragraph(text, Place()))
        else:
            _table(element, document)
    return document


def _name(element: etree._Element) -> str:
    tag = element.tag
    if not isinstance(tag, str) or not tag.startswith((_W, _STRICT)):
        return ""
    return tag[tag.index("}") + 1 :]


def _blocks(holder: etree._Element) -> Iterator[etree._Element]:
    """Paragraphs and tables below a holder, controls and insertions looked through."""
    for child in holder:
        name = _name(child)
        if name in ("p", "tbl"):
            yield child
        elif name in _HOLDERS:
            yield from _blocks(child)


def _paragraph(paragraph: etree._Element) -> str:
    pieces: list[str] = []
    _gather(paragraph, pieces)
    return "".join(pieces)


def _gather(element: etree._Element, pieces: list[str]) -> None:
    for child in element:
        if child.tag == _FALLBACK:
            continue
        name = _name(child)
        if name == "t":
            pieces.append(child.text or "")
        elif name == "tab":
            pieces.append("\t")
        elif name in ("br", "cr"):
            pieces.append("" if _attribute(child, "type") in ("page", "column") else "\n")
        elif name in ("noBreakHyphen", "softHyphen"):
            pieces.append("-" if name == "noBreakHyphen" else "")
        elif name == "sym":
            code = (_attribute(child, "char") or "").upper()
            pieces.append(_SYMBOLS.get(code) or (chr(int(code, 16)) if code else "\ufffd"))
        elif name == "txbxContent":
            pieces.append("\n".join(_paragraph(p) for p in _blocks(child) if _name(p) == "p"))
        elif name not in _SKIPPED:
            _gather(child, pieces)


def _table(table: etree._Element, document: Document) -> None:
    """The grid of a table, and behind it those of tables inside its cells."""
    rows: list[list[str]] = []
    merges: list[Merge] = []
    inner: list[etree._Element] = []
    open_above: dict[int, Merge] = {}  # column → the merged area that may go on below
    count = 0
    for row in _children(table, "tr"):
        texts: list[str] = [""] * _number(row, "trPr", "gridBefore")
        below: dict[int, Merge] = {}
        for cell in _children(row, "tc"):
            left, span = len(texts), min(max(_number(cell, "tcPr", "gridSpan") or 1, 1), _MOST_SPAN)
            merge = _vertical(cell)
            text = _cell(cell, inner)
            above = open_above.get(left)
            if merge == "continue" and above is not None and above.right == left + span - 1:
                below[left] = above._replace(bottom=len(rows))
                if text:
                    texts.append(text)  # what stands in a covered cell is not dropped
                    texts += [""] * (span - 1)
                else:
                    texts += [""] * span
                continue
            texts += [text, *[""] * (span - 1)]
            if merge == "restart" or span > 1:
                area = Merge(len(rows), left, len(rows), left + span - 1)
                if merge == "restart":
                    below[left] = area
                else:
                    merges.append(area)
        merges += [area for left, area in open_above.items() if left not in below or below[left].top != area.top]
        open_above = below
        count += len(texts)
        if count > MAX_CELLS:
            raise Refused(too_many_cells(Place()))
        if len(rows) >= MAX_ROWS:
            raise Refused(too_many_rows(Place()))
        rows.append(texts)
    merges += open_above.values()
    if any(any(r) for r in rows):
        real = tuple(sorted(m for m in merges if m.bottom > m.top or m.right > m.left))
        document.blocks.append(Grid(rows, real))
    for nested in inner:
        _table(nested, document)


def _cell(cell: etree._Element, inner: list[etree._Element]) -> str:
    lines: list[str] = []
    for block in _blocks(cell):
        if _name(block) == "tbl":
            inner.append(block)
        else:
            lines.append(_paragraph(block))
    text = "\n".join(lines).strip()
    if too_long(text):
        raise Refused(cell_too_long(Place()))
    return text


def _children(holder: etree._Element, name: str) -> Iterator[etree._Element]:
    for child in holder:
        found = _name(child)
        if found == name:
            yield child
        elif found in _HOLDERS - {"tbl"}:
            yield from _children(child, name)


def _property(element: etree._Element, holder: str, name: str) -> etree._Element | None:
    for child in element:
        if _name(child) == holder:
            return next((p for p in child if _name(p) == name), None)
    return None


def _number(element: etree._Element, holder: str, name: str) -> int:
    found = _property(element, holder, name)
    value = _attribute(found, "val") if found is not None else None
    return min(int(value), _MOST_SPAN) if value and value.isdigit() else 0


def _vertical(cell: etree._Element) -> str | None:
    found = _property(cell, "tcPr", "vMerge")
    return None if found is None else (_attribute(found, "val") or "continue")


def _attribute(element: etree._Element, name: str) -> str | None:
    return element.get(f"{_W}{name}") or element.get(f"{_STRICT}{name}")

"""Runs, paragraphs and tables as the XML of a docx.

Tables are written here and not by the library, because a width holds in Word, WPS and LibreOffice alike only where the
grid, every cell and the layout say it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from hengji.forms.text import printable
from hengji.forms.word_content import Cell, Paragraph, Row, Run

_TABLE_LINE = 264  # 1.1 lines, in 240ths


def element_of(tag: str, **attributes: object) -> Any:
    """An element of the main namespace with attributes of the same."""
    element = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), str(value))
    return element


def within(parent: Any, tag: str) -> Any:
    """The child with this tag, made as the first one where there is none."""
    found = parent.find(qn(f"w:{tag}"))
    if found is None:
        found = element_of(tag)
        parent.insert(0, found)
    return found


def paragraph_xml(paragraph: Paragraph, size: float | None, style: str | None = None, line: int = 0) -> Any:
    """A paragraph in a size (None: the style's), `line` is the height of its lines (0: the style's)."""
    element = element_of("p")
    if style:
        within(element, "pPr").append(element_of("pStyle", val=style))
    fill(element, paragraph, size, line)
    return element


def fill(element: Any, paragraph: Paragraph, size: float | None, line: int = 0) -> None:
    """Put runs into a paragraph; the order of properties is the schema's."""
    properties = within(element, "pPr")
    if paragraph.keep:
        properties.append(element_of("keepNext"))
    if size is not None:
        space = {"before": round(paragraph.before * 20), "after": round(paragraph.after * 20)}
        properties.append(element_of("spacing", **space, **({"line": line, "lineRule": "auto"} if line else {})))
    if paragraph.align:
        properties.append(element_of("jc", val=paragraph.align))
    for run in paragraph.runs:
        for made in _runs(run if run.size or size is None else replace(run, size=size)):
            element.append(made)


def _runs(run: Run) -> list[Any]:
    if run.field:
        parts: list[list[Any]] = [[element_of("fldChar", fldCharType="begin")], [element_of("instrText")],
                                  [element_of("fldChar", fldCharType="separate")], [element_of("t")],
                                  [element_of("fldChar", fldCharType="end")]]  # fmt: skip
        parts[1][0].text = run.field
        parts[3][0].text = run.text
    else:
        parts = [_words(run.text)]
    return [_run(run, part) for part in parts]


def _words(text: str) -> list[Any]:
    made: list[Any] = []
    for k, line in enumerate(printable(text).split("\n")):
        if k:
            made.append(element_of("br"))
        for j, words in enumerate(line.split("\t")):
            if j:
                made.append(element_of("tab"))
            if words:
                element = element_of("t")
                element.text = words
                element.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
                made.append(element)
    return made


def _run(run: Run, content: list[Any]) -> Any:
    element = element_of("r")
    properties = element_of("rPr")
    if run.font:
        properties.append(face(run.font))
    if run.bold:
        properties.append(element_of("b"))
    if run.colour:
        properties.append(element_of("color", val=run.colour))
    if run.size:
        properties.append(element_of("sz", val=round(run.size * 2)))
        properties.append(element_of("szCs", val=round(run.size * 2)))
    if len(properties):
        element.append(properties)
    element.extend(content)
    return element


def face(font: str) -> Any:
    """A font for all kinds of characters."""
    # The hint gives quotation marks and dashes their Chinese width.
    return element_of("rFonts", ascii=font, hAnsi=font, eastAsia=font, cs=font, hint="eastAsia")


def table_xml(name: str, grid: Sequence[int], rows: Iterable[Row], size: float) -> Any:
    """A table with fixed widths (twentieths of a point), its words in a size.

    Raises:
        ValueError: a row does not have as many columns as the grid.
    """
    element = element_of("tbl")
    properties = element_of("tblPr")
    properties.append(element_of("tblW", w=sum(grid), type="dxa"))
    properties.append(element_of("jc", val="center"))
    borders = element_of("tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        borders.append(element_of(side, val="single", sz=4, space=0, color="000000"))
    properties.append(borders)
    properties.append(element_of("tblLayout", type="fixed"))
    margins = element_of("tblCellMar")
    for side, space in (("top", 30), ("left", 80), ("bottom", 30), ("right", 80)):
        margins.append(element_of(side, w=space, type="dxa"))
    properties.append(margins)
    properties.append(element_of("tblLook", val="0020", firstRow=1))
    properties.append(element_of("tblCaption", val=printable(name)))
    columns = element_of("tblGrid")
    for each in grid:
        columns.append(element_of("gridCol", w=each))
    element.append(properties)
    element.append(columns)
    for row in rows:
        element.append(_row(row, grid, size))
    return element


def _row(row: Row, grid: Sequence[int], size: float) -> Any:
    element = element_of("tr")
    properties = element_of("trPr")
    if row.whole:
        properties.append(element_of("cantSplit"))
    if row.least:
        properties.append(element_of("trHeight", val=round(row.least * 1440 / 25.4), hRule="atLeast"))
    if row.head:
        properties.append(element_of("tblHeader"))
    element.append(properties)
    at = 0
    for each in row.cells:
        element.append(_cell(each, sum(grid[at : at + each.columns]), size))
        at += each.columns
    if at != len(grid):
        raise ValueError(f"a row of {at} columns in a table of {len(grid)}")
    return element


def _cell(content: Cell, wide: int, size: float) -> Any:
    element = element_of("tc")
    properties = element_of("tcPr")
    properties.append(element_of("tcW", w=wide, type="dxa"))
    if content.columns > 1:
        properties.append(element_of("gridSpan", val=content.columns))
    if content.down:
        properties.append(element_of("vMerge", val="restart" if content.down == "first" else "continue"))
    if content.shade:
        properties.append(element_of("shd", val="clear", color="auto", fill=content.shade))
    if content.middle:
        properties.append(element_of("vAlign", val="center"))
    element.append(properties)
    for paragraph in content.paragraphs:
        element.append(paragraph_xml(paragraph, size, line=_TABLE_LINE))
    return element

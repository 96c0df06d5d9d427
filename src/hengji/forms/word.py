"""Sheets of paper as docx: A4, fonts by name, tables with fixed widths and repeated heads, page n of m."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise
from typing import Any

from docx import Document
from docx.document import Document as DocxDocument
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Mm

from hengji.forms.text import printable
from hengji.forms.word_content import Row, Run, said
from hengji.forms.word_xml import element_of, face, fill, paragraph_xml, table_xml, within

FANGSONG, SONG, HEI = "仿宋", "宋体", "黑体"
# What may stand in where a font is missing: its Latin name, which is the same font under other systems.
_FONTS = (
    (FANGSONG, "FangSong", "modern", "02010609060101010101"),
    (SONG, "SimSun", "auto", "02010600030101010101"),
    (HEI, "SimHei", "modern", "02010609060101010101"),
)
_MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_MARGIN, _WIDTH, _WIDE = 24, 162, 249  # millimetres
# The same bytes for the same opinion: no clock in the properties, none in the archive.
_UNDATED = datetime.datetime(1980, 1, 1)
_ARCHIVED = (1980, 1, 1, 0, 0, 0)
_PAGE, _PAGES = Run("1", field="PAGE"), Run("1", field="NUMPAGES")


class Paper:
    """A document under construction; `header` stands above every page, where there is one to say."""

    def __init__(self, title: str, footer: str, header: str = "", *, landscape: bool = False) -> None:
        self._wide = _WIDE if landscape else _WIDTH
        self._document: DocxDocument = Document()
        properties = self._document.core_properties
        properties.title, properties.author, properties.comments = printable(title)[:200], "", ""
        properties.created = properties.modified = _UNDATED
        properties.language = "zh-CN"
        _set_page(self._document, landscape)
        _set_styles(self._document)
        _set_fonts(self._document)
        line = self._document.sections[0].footer.paragraphs[0]._p
        fill(line, said(f"{footer}　第 ", _PAGE, " 页 共 ", _PAGES, " 页", align="center"), 9)
        if header:
            fill(self._document.sections[0].header.paragraphs[0]._p, said(Run(header, True), align="right"), 10)
        self._body = self._document.element.body

    def title(self, text: str, *below: str) -> None:
        """The title in the middle, smaller lines under it."""
        element = paragraph_xml(said(Run(text, True, SONG, 18), align="center", after=2, keep=True), 18, "Title")
        self._add(element)
        for line in below:
            self._add(paragraph_xml(said(line, align="center", after=4, keep=True), 12))

    def heading(self, text: str, level: int = 1) -> None:
        """A heading that stays with what follows it."""
        self._add(paragraph_xml(said(text), None, f"Heading{level}"))

    def text(self, *parts: str | Run, align: str | None = None, size: float = 12, after: float = 4) -> None:
        """A paragraph of running text."""
        self._add(paragraph_xml(said(*parts, align=align, after=after), size))

    def page(self) -> None:
        """What follows begins a new page."""
        element = _thin()
        within(element, "pPr").insert(0, element_of("pageBreakBefore"))
        self._add(element)

    def table(self, name: str, widths: Sequence[float], rows: Iterable[Row], *, size: float = 10.5) -> None:
        """A ruled table. `widths` are shares of the page's width, `name` tells a screen reader what it is."""
        # Borders are rounded and not widths, so that the columns together are never wider than the page.
        scale = self._wide / sum(widths) * 1440 / 25.4
        borders = [int(width * scale) for width in accumulate(widths, initial=0)]
        grid = [right - left for left, right in pairwise(borders)]
        if len(self._body) > 1 and self._body[-2].tag == qn("w:tbl"):
            self._add(_thin())  # two tables that touch become one in Word
        self._add(table_xml(name, grid, rows, size))

    def bytes(self) -> bytes:
        """The finished document, the same for the same content."""
        raw = io.BytesIO()
        self._document.save(raw)
        out = io.BytesIO()
        with zipfile.ZipFile(raw) as made, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as sealed:
            for name in sorted(made.namelist(), key=lambda n: (n != "[Content_Types].xml", n)):
                member = zipfile.ZipInfo(name, _ARCHIVED)
                member.compress_type = zipfile.ZIP_DEFLATED
                member.create_system = 0
                sealed.writestr(member, made.read(name))
        return out.getvalue()

    def _add(self, element: Any) -> None:
        self._body.insert(len(self._body) - 1, element)  # the last one holds the page's set-up


def _thin() -> Any:
    """A paragraph of which nothing is seen, as high as two lines of a table are thick."""
    element = element_of("p")
    within(element, "pPr").append(element_of("spacing", before=0, after=0, line=40, lineRule="exact"))
    return element


def _set_page(document: DocxDocument, landscape: bool) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = (Mm(297), Mm(210)) if landscape else (Mm(210), Mm(297))
    if landscape:
        section.orientation = WD_ORIENT.LANDSCAPE
    section.left_margin = section.right_margin = Mm(_MARGIN)
    section.top_margin, section.bottom_margin = Mm(25), Mm(22)
    section.footer_distance = Mm(12)


def _set_styles(document: DocxDocument) -> None:
    """The styles' own fonts: the template's are those of a theme that knows no Chinese."""
    styles = document.styles.element
    defaults = styles.find(f".//{qn('w:rPrDefault')}/{qn('w:rPr')}")
    for child in list(defaults):
        if child.tag in (qn("w:rFonts"), qn("w:lang")):
            defaults.remove(child)
    defaults.insert(0, face(FANGSONG))
    defaults.append(element_of("lang", val="en-US", eastAsia="zh-CN", bidi="ar-SA"))
    for name, font, size, bold, before, after in (
        ("Normal", FANGSONG, 12, False, 0, 0),
        ("Title", SONG, 18, True, 0, 4),
        ("Heading 1", HEI, 14, False, 12, 6),
        ("Heading 2", HEI, 12, False, 9, 4),
        ("Footer", SONG, 9, False, 0, 0),
    ):
        style: Any = document.styles[name]
        for tag in ("rPr", "pPr"):
            for old in style.element.findall(qn(f"w:{tag}")):
                style.element.remove(old)
        style.font.size, style.font.bold = None, bold
        properties = style.element.get_or_add_rPr()
        properties.insert(0, face(font))
        properties.append(element_of("sz", val=size * 2))
        paragraph = style.element.get_or_add_pPr()
        if name.startswith("Heading"):
            paragraph.append(element_of("keepNext"))
        paragraph.append(element_of("spacing", before=before * 20, after=after * 20, line=300, lineRule="auto"))
        if name.startswith("Heading"):
            paragraph.append(element_of("outlineLvl", val=int(name[-1]) - 1))


def _set_fonts(document: DocxDocument) -> None:
    """The table of fonts: under which other name each is known, so that its stand-in is the same font."""
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:panose1 w:val="{panose}"/><w:charset w:val="86"/>'
        f'<w:family w:val="{family}"/><w:pitch w:val="variable"/></w:font>'
        for name, other, family, panose in _FONTS
    )
    table = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:fonts xmlns:w="{_MAIN}">{fonts}</w:fonts>'
    for relation in document.part.rels.values():
        if relation.reltype.endswith("/fontTable"):
            part: Any = relation.target_part
            part._blob = table.encode("utf-8")

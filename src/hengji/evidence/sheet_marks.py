"""What the library of workbooks does not tell of a sheet's cells: formula errors, formulas without a result, percent signs.

An error would come as an empty cell and 95% as 0.95, and both would be taken without a word.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from decimal import Decimal

from lxml import etree

from hengji.evidence.values import UNCOMPUTED
from hengji.reading.containers import xml_of

_BLOCK = 8 << 20
_PERCENT = {9, 10}  # of the built-in formats
_CELL = re.compile(rb"<c\b([^<>]*?)(?<!/)>(.*?)</c>", re.DOTALL)
_PLACE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_STYLE = re.compile(rb'\bs="(\d+)"')
_KIND = re.compile(rb'\bt="(\w+)"')
_RESULT = re.compile(rb"<v>([^<>]+)</v>")


def marked_cells(packed: zipfile.ZipFile, sheet: str) -> dict[tuple[int, int], str]:
    """The cells of a sheet that have to be read otherwise than the library reads them, by row and column from 0.

    An error is its sign (#REF!), a formula without a result is `UNCOMPUTED`, a number that is shown in percent is that.
    A workbook of an unusual build has none.
    """
    try:
        part = _part_of(packed, sheet)
        percent = _percent_styles(packed)
    except KeyError:
        return {}
    found: dict[tuple[int, int], str] = {}
    for attributes, inside in _cells(packed, part):
        place, style, kind = _PLACE.search(attributes), _STYLE.search(attributes), _KIND.search(attributes)
        if place is None:
            continue
        result = _RESULT.search(inside)
        shown: str | None = None
        if kind and kind[1] == b"e":
            shown = result[1].decode() if result else UNCOMPUTED
        elif b"<f" in inside and result is None and not (kind and kind[1] in (b"str", b"inlineStr")):
            shown = UNCOMPUTED
        elif result and style and int(style[1]) in percent and (kind is None or kind[1] == b"n"):
            # Fifteen digits are what a sheet holds; more are the noise of binary fractions.
            shown = f"{(Decimal(f'{float(result[1]):.15g}') * 100).normalize():f}%"
        if shown is not None:
            found[int(place[2]) - 1, _column(place[1])] = shown
    return found


def _part_of(packed: zipfile.ZipFile, sheet: str) -> str:
    book = xml_of(packed.read("xl/workbook.xml"))
    relations = xml_of(packed.read("xl/_rels/workbook.xml.rels"))
    targets = {r.get("Id"): str(r.get("Target")) for r in _all(relations, "Relationship")}
    for one in _all(book, "sheet"):
        if one.get("name") == sheet:
            key = next((v for k, v in one.attrib.items() if str(k).endswith("}id")), "")
            return posixpath.normpath(posixpath.join("/xl", targets[str(key)])).lstrip("/")
    raise KeyError(sheet)


def _percent_styles(packed: zipfile.ZipFile) -> set[int]:
    styles = xml_of(packed.read("xl/styles.xml"))
    own = {int(str(f.get("numFmtId"))) for f in _all(styles, "numFmt") if "%" in str(f.get("formatCode"))}
    cells = next(_all(styles, "cellXfs"), None)
    formats = [] if cells is None else [int(x.get("numFmtId") or 0) for x in _all(cells, "xf")]
    return {n for n, number in enumerate(formats) if number in _PERCENT | own}


def _cells(packed: zipfile.ZipFile, part: str) -> Iterator[tuple[bytes, bytes]]:
    """The attributes and the inside of each cell; a sheet is never whole in memory."""
    rest = b""
    with packed.open(part) as file:
        while block := file.read(_BLOCK):
            rest += block
            end = rest.rfind(b"</row>")
            for cell in _CELL.finditer(rest, 0, max(end, 0)):
                yield cell[1], cell[2]
            rest = rest[max(end, 0) :]
    for cell in _CELL.finditer(rest):
        yield cell[1], cell[2]


def _all(root: etree._Element, name: str) -> Iterator[etree._Element]:
    return root.iter("{*}" + name)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1

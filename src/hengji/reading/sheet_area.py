"""How much memory the XML of a sheet would take as a table, told before a library makes one.

A table of cells is as large as its farthest cell says: one cell at XFD1048576 would make 17 thousand million empty
ones. In the same way a long text that is stored once may be asked for by a million cells.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from hengji.reading.limits import MAX_CELLS, MAX_INFLATED, MAX_ROWS

_NOT_NEAR = re.compile(rb'<c(?! r="[A-Z]\d{1,5}")(?=[\s>/])')
_PLACE = re.compile(rb' r="([A-Z]{1,3})(\d{1,7})"')
_PREFIXED = re.compile(rb":c[\s>/]")
_FILLED = re.compile(rb"""<(?:\w+:)?c\b[^<>]*?\sr\s*=\s*["']\s*([A-Za-z]{1,4})(\d{1,10})[^<>]*(?<!/)>\s*<(?!/)""")
_ROW = re.compile(rb"<(?:\w+:)?row\b")
_CELL = re.compile(rb"<(?:\w+:)?c\b")
_PLACED = re.compile(rb"<(?:\w+:)?c\b[^<>]*?\sr\s*=")
_ROW_NUMBER = re.compile(rb"""<(?:\w+:)?row\b[^<>]*?\sr\s*=\s*["']\s*(\d{1,10})""")
_SHARED = re.compile(rb"""\st\s*=\s*["']s["'][^<>]*>\s*<(?:\w+:)?v>\s*(\d{1,9})""")
_ITEM = re.compile(rb"<(?:\w+:)?si\b")


class Area(NamedTuple):
    """The rows and columns that a sheet may fill; never too few."""

    rows: int
    columns: int


def used_area(xml: bytes) -> Area:
    """The area of a sheet's cells; exact only where it is large enough to matter."""
    columns, rows = 26, 99_999
    # Cells that do not name a place near by, the way all programs write it; in nearly all sheets there are few.
    for match in _NOT_NEAR.finditer(xml):
        place = _PLACE.match(xml, match.end())
        if place is None:
            return _exact(xml)
        columns, rows = max(columns, _number(place[1])), max(rows, int(place[2]))
    if _PREFIXED.search(xml) or rows > MAX_ROWS or rows * columns > MAX_CELLS:
        return _exact(xml)
    return Area(rows, columns)


def _exact(xml: bytes) -> Area:
    """The area of the cells that hold anything; cells that do not say where they stand are counted on."""
    columns = rows = 0
    for match in _FILLED.finditer(xml):
        columns, rows = max(columns, _number(match[1])), max(rows, int(match[2]))
    lines = _ROW.split(xml)[1:]
    without = [n for line in lines if (n := len(_CELL.findall(line))) > len(_PLACED.findall(line))]
    if without:
        columns = max(columns, *without)
        rows = max(rows, len(lines), *(int(m[1]) for m in _ROW_NUMBER.finditer(xml)))
    return Area(rows, columns)


def strings_fit(xml: bytes, shared: bytes) -> bool:
    """Whether all texts of a sheet together stay below what an office file may inflate to."""
    most = len(xml) // len('<c t="s"><v>0</v></c>')
    if most * len(shared) <= MAX_INFLATED or most * max(map(len, shared.split(b"<si"))) <= MAX_INFLATED:
        return True
    asked = xml.count(b't="s"') + xml.count(b"t='s'")
    lengths = [len(item) for item in _ITEM.split(shared)[1:]]
    if asked * max(lengths, default=0) <= MAX_INFLATED:
        return True
    return sum(lengths[k] for m in _SHARED.finditer(xml) if (k := int(m[1])) < len(lengths)) <= MAX_INFLATED


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number

"""What stands on a page of a PDF: characters with their boxes, ruled lines, pictures; turned so that text runs right.

Coordinates are points, x to the right and y downwards, whatever way the page or its content is turned.
"""

from __future__ import annotations

import ctypes
import math
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

_THIN = 3.0  # points: a filled rectangle not thicker than this is a line
_SKEW = 0.2  # sine of the angle from which text is written across the page
# Characters that a wrong ToUnicode table gives: private use, undefined, control.
_STRANGE = re.compile("[\x00-\x1f\x7f-\x9f\ue000-\uf8ff\ufffd\U000f0000-\U0010ffff]")
_DEPTH = 8  # forms within forms
_TURNS: dict[int, Callable[[float, float], tuple[float, float]]] = {
    0: lambda x, y: (x, -y),
    90: lambda x, y: (y, x),
    180: lambda x, y: (-x, y),
    270: lambda x, y: (-y, -x),
}


_new = tuple.__new__


class Char(NamedTuple):
    """A character and its box (of the font, not of the ink)."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


class Line(NamedTuple):
    """A horizontal (`at` is y) or vertical (`at` is x) line from `start` to `end`."""

    at: float
    start: float
    end: float


@dataclass(slots=True)
class Page:
    """The content of a page between `top` and `bottom`; beyond them it is off the paper.

    `slanted` is text written across the page, `strange` counts characters without a meaning.
    """

    number: int
    chars: list[Char] = field(default_factory=list)
    across: list[Line] = field(default_factory=list)
    down: list[Line] = field(default_factory=list)
    slanted: str = ""
    strange: int = 0
    pictures: int = 0
    top: float = -math.inf
    bottom: float = math.inf
    _ink: tuple[float, float] | None = field(default=None, repr=False, compare=False)

    @property
    def ink(self) -> tuple[float, float]:
        """Where the first and the last character stand; asked for when all are on the page."""
        if self._ink is None:
            self._ink = min(c.top for c in self.chars), max(c.bottom for c in self.chars)
        return self._ink


def content_of(page: Any, number: int, most: int) -> Page:
    """The content of a page that pdfium has loaded; not more than `most` characters and objects of it."""
    found = Page(number)
    turn = _characters(page, found, most)
    paper = pdfium.FS_RECTF()
    if pdfium.FPDF_GetPageBoundingBox(page, ctypes.byref(paper)):
        (_, y0), (_, y1) = turn(paper.left, paper.bottom), turn(paper.right, paper.top)
        found.top, found.bottom = min(y0, y1), max(y0, y1)
    _objects(page, found, turn, most)
    return found


def _characters(page: Any, found: Page, most: int) -> Callable[[float, float], tuple[float, float]]:
    """Puts the characters on the page; returns how coordinates are turned."""
    text = pdfium.FPDFText_LoadPage(page)
    if not text:
        return _TURNS[0]
    try:
        raw, ways = _raw_characters(text, min(pdfium.FPDFText_CountChars(text), most))
    finally:
        pdfium.FPDFText_ClosePage(text)
    way = max(ways, key=lambda w: (w >= 0, ways[w]), default=0)
    turn = _TURNS[max(way, 0)]
    if len(ways) == 1 and way == 0:
        # Nearly every page is like that; tuple.__new__ and not Char(…), nothing turned: half the time.
        found.chars = [_new(Char, (sign, left, -top, right, -low)) for sign, (left, low, right, top), _ in raw]
    else:
        for sign, box, own in raw:
            if own == way:
                (x0, y0), (x1, y1) = turn(box[0], box[1]), turn(box[2], box[3])
                found.chars.append(Char(sign, min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)))
        found.slanted = "".join(sign for sign, _, own in raw if own != way)
    found.strange = len(_STRANGE.findall("".join(c.text for c in found.chars)))
    return turn


def _raw_characters(text: Any, count: int) -> tuple[list[tuple[str, tuple[float, ...], int]], Counter[int]]:
    """Each character with its box and the way it runs (degrees, -1 for across), and how many run each way."""
    box, matrix = pdfium.FS_RECTF(), pdfium.FS_MATRIX()
    by_box, by_matrix = ctypes.byref(box), ctypes.byref(matrix)
    raw: list[tuple[str, tuple[float, ...], int]] = []
    ways: Counter[int] = Counter()
    for k in range(count):
        code = pdfium.FPDFText_GetUnicode(text, k)
        if code in (10, 13) or pdfium.FPDFText_IsGenerated(text, k) == 1:
            continue  # line ends and blanks that the library guesses
        if not pdfium.FPDFText_GetLooseCharBox(text, k, by_box):
            continue
        way = 0
        if pdfium.FPDFText_GetMatrix(text, k, by_matrix):
            way = _way(matrix.a, matrix.b)
        sign = chr(code) if code and not 0xD800 <= code < 0xE000 and code < 0x110000 else "\ufffd"
        raw.append((sign, (box.left, box.bottom, box.right, box.top), way))
        ways[way] += sign != " "
    return raw, ways


def _way(a: float, b: float) -> int:
    if not b and a > 0:
        return 0
    size = math.hypot(a, b) or 1.0
    if min(abs(a), abs(b)) > _SKEW * size:
        return -1
    if abs(a) >= abs(b):
        return 0 if a >= 0 else 180
    return 90 if b > 0 else 270


def _objects(page: Any, found: Page, turn: Callable[[float, float], tuple[float, float]], most: int) -> None:
    for k, (thing, matrix) in enumerate(_all_objects(page)):
        if k >= most:
            break
        kind = pdfium.FPDFPageObj_GetType(thing)
        if kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            found.pictures += 1
        elif kind == pdfium.FPDF_PAGEOBJ_PATH:
            _path(thing, matrix, found, turn)


_Matrix = tuple[float, float, float, float, float, float]
_ONE: _Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def _all_objects(page: Any) -> Iterator[tuple[Any, _Matrix]]:
    for k in range(pdfium.FPDFPage_CountObjects(page)):
        yield from _inner(pdfium.FPDFPage_GetObject(page, k), _ONE, 0)


def _inner(thing: Any, outer: _Matrix, depth: int) -> Iterator[tuple[Any, _Matrix]]:
    if pdfium.FPDFPageObj_GetType(thing) != pdfium.FPDF_PAGEOBJ_FORM:
        yield thing, outer
        return
    if depth < _DEPTH:
        matrix = _times(_matrix(thing), outer)
        for k in range(pdfium.FPDFFormObj_CountObjects(thing)):
            yield from _inner(pdfium.FPDFFormObj_GetObject(thing, k), matrix, depth + 1)


def _matrix(thing: Any) -> _Matrix:
    own = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(thing, ctypes.byref(own)):
        return _ONE
    return own.a, own.b, own.c, own.d, own.e, own.f


def _times(m: _Matrix, n: _Matrix) -> _Matrix:
    """First `m`, then `n`."""
    a, b, c, d, e, f = m
    g, h, i, j, k, o = n
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + o


def _path(thing: Any, outer: _Matrix, found: Page, turn: Callable[[float, float], tuple[float, float]]) -> None:
    """The lines of a path: straight strokes, and filled rectangles that are thin."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    if not pdfium.FPDFPath_GetDrawMode(thing, ctypes.byref(fill), ctypes.byref(stroke)):
        return
    matrix = _times(_matrix(thing), outer)
    for points in _subpaths(thing, matrix, turn):
        if stroke.value and not _is_thick(thing, matrix):
            for (x0, y0), (x1, y1) in pairwise(points):
                _line(x0, y0, x1, y1, found)
        elif fill.value:
            xs, ys = [x for x, _ in points], [y for _, y in points]
            x0, x1, y0, y1 = min(xs), max(xs), min(ys), max(ys)
            if min(x1 - x0, y1 - y0) > _THIN:
                continue
            if x1 - x0 >= y1 - y0:
                _line(x0, (y0 + y1) / 2, x1, (y0 + y1) / 2, found)
            else:
                _line((x0 + x1) / 2, y0, (x0 + x1) / 2, y1, found)


def _is_thick(thing: Any, matrix: _Matrix) -> bool:
    width = ctypes.c_float()
    pdfium.FPDFPageObj_GetStrokeWidth(thing, ctypes.byref(width))
    return width.value * math.hypot(matrix[0], matrix[1]) > 2 * _THIN


def _subpaths(
    thing: Any, matrix: _Matrix, turn: Callable[[float, float], tuple[float, float]]
) -> Iterator[list[tuple[float, float]]]:
    a, b, c, d, e, f = matrix
    x, y = ctypes.c_float(), ctypes.c_float()
    by_x, by_y = ctypes.byref(x), ctypes.byref(y)
    points: list[tuple[float, float]] = []
    for k in range(pdfium.FPDFPath_CountSegments(thing)):
        segment = pdfium.FPDFPath_GetPathSegment(thing, k)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        pdfium.FPDFPathSegment_GetPoint(segment, by_x, by_y)
        at = turn(a * x.value + c * y.value + e, b * x.value + d * y.value + f)
        if kind == pdfium.FPDF_SEGMENT_MOVETO and points:
            yield points
            points = []
        points.append(at)
        if pdfium.FPDFPathSegment_GetClose(segment):
            points.append(points[0])
    if points:
        yield points


def _line(x0: float, y0: float, x1: float, y1: float, found: Page) -> None:
    wide, high = abs(x1 - x0), abs(y1 - y0)
    if high <= 1.0 and wide > high:
        found.across.append(Line((y0 + y1) / 2, min(x0, x1), max(x0, x1)))
    elif wide <= 1.0 and high > wide:
        found.down.append(Line((x0 + x1) / 2, min(y0, y1), max(y0, y1)))

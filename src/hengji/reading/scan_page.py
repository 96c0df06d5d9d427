"""A grey page → what a PDF page is: characters with boxes and ruled lines, and how sure each text is.

Each ruled cell is recognised by itself, line by line, so that no text can run into the cell beside it; what stands
outside tables is found by the model of the package. Nothing recognised is corrected: what is doubtful is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

import cv2
import numpy as np

from hengji.reading.lattice import Area, Table, tables_of
from hengji.reading.pdf_page import Char, Line, Page
from hengji.reading.scan_lines import Ruled, ruled, upright
from hengji.reading.scan_text import Sign, boxes_of, signs_of

_LONG = 842.0  # points of the longer side of A4, which every page is taken for
_SURE = 0.85  # the least chance of a character that is not doubtful
_LIKELY = 0.8  # the middle chance below which a page may lie on its side or its head
_GAP = 2.5  # of the height of a character: a gap that parts two texts outside tables
_INSET = 2  # pixels inside the ruled lines of a cell
_MOST_LINES = 20_000  # texts on one page
# What ≥, ≤ and > look like to a machine, before a figure that would else be no share.
_SIGNED = re.compile(r"^([2Z5])(1?[0-9]{2}(?:\.[0-9]+)?%)$")
_MEANT = {"2": "≥", "Z": "≥", "5": "≤"}
_LATIN = re.compile("[A-Za-z]")


class Box(NamedTuple):
    """A rectangle in pixels."""

    left: int
    top: int
    right: int
    bottom: int


class Spot(NamedTuple):
    """A recognised line of text: its rectangle, and the row of its cell (0 outside tables).

    `chance` is that of its least sure character, `candidates` what the text may be instead.
    """

    text: str
    box: Box
    row: int
    chance: float
    candidates: tuple[str, ...]

    @property
    def doubtful(self) -> bool:
        """Whether a person must look at it first."""
        return self.chance < _SURE or bool(self.candidates)


@dataclass(slots=True)
class Scan:
    """A recognised page: the image as it was read (JPEG), its texts, and boxes with ink in which nothing was read."""

    page: Page
    image: bytes
    width: int
    height: int
    spots: list[Spot] = field(default_factory=list)
    unread: list[tuple[Box, int]] = field(default_factory=list)


def recognised(grey: Any, number: int) -> Scan:
    """The characters and lines of a page, which may be turned, or lie on its side or its head."""
    scan = _as_it_is(grey, number)
    if _mean([s.chance for s in scan.spots]) >= _LIKELY:
        return scan
    turns = _on_its_feet(grey)
    return _as_it_is(np.ascontiguousarray(np.rot90(grey, turns)), number) if turns else scan


def _as_it_is(grey: Any, number: int) -> Scan:
    view = ruled(upright(grey))
    scale = _LONG / max(view.grey.shape)
    page = Page(number, pictures=1)
    page.across = [Line(*(v * scale for v in line)) for line in view.across]
    page.down = [Line(*(v * scale for v in line)) for line in view.down]
    height, width = view.grey.shape
    scan = Scan(page, cv2.imencode(".jpg", view.grey, (cv2.IMWRITE_JPEG_QUALITY, 70))[1].tobytes(), width, height)
    places = list(_places(view, tables_of(page.across, page.down), scale))[:_MOST_LINES]
    for (box, row), signs in zip(places, signs_of([_crop(view.plain, box) for box, _ in places]), strict=True):
        if signs := _without_blanks(signs):
            scan.spots.append(_spot(signs, box, row))
            page.chars += _characters(signs, box, scale)
        else:
            scan.unread.append((box, row))
    return scan


def _on_its_feet(grey: Any) -> int:
    """By how many right angles, against the clock, a page has to be turned so that its text stands upright."""
    small = _at_most(grey, 1200)
    scale = max(grey.shape) / max(small.shape)
    boxes = [Box(*(int(v * scale) for v in found)) for found in boxes_of(small)]
    wide = sorted(boxes, key=lambda b: -max(b.right - b.left, b.bottom - b.top))[:12]
    tall = sum(b.bottom - b.top > 1.5 * (b.right - b.left) for b in wide)
    turns = (1, 3) if 2 * tall > len(wide) else (0, 2)
    crops = [crop for b in wide if (crop := grey[b.top : b.bottom, b.left : b.right]).size]
    return max(turns, key=lambda k: _chance([np.ascontiguousarray(np.rot90(c, k)) for c in crops]))


def _at_most(grey: Any, side: int) -> Any:
    scale = side / max(grey.shape)
    return grey if scale >= 1 else cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)


def _chance(crops: Sequence[Any]) -> float:
    return _mean([s.chance for signs in signs_of(crops) for s in signs])


def _mean(chances: Sequence[float]) -> float:
    return sum(chances) / len(chances) if chances else 0.0


def _places(view: Ruled, tables: Sequence[Table], scale: float) -> Iterator[tuple[Box, int]]:
    """The lines of text in the cells of tables, with their rows, and those outside."""
    size = _size(view.ink)
    outside = view.ink.copy()
    for table in tables:
        xs, ys = ([round(v / scale) for v in edges] for edges in (table.xs, table.ys))
        outside[ys[0] : ys[-1] + 1, xs[0] : xs[-1] + 1] = 0
        for area in table.areas:
            for line in _lines_in(view.ink, _inside(area, xs, ys), size):
                yield line, area.top + 1
    height, width = outside.shape
    if not tables:
        small = _at_most(view.plain, 1600)
        times = height / small.shape[0]
        for found in boxes_of(small):
            yield Box(*(int(v * times) for v in found)), 0
        return
    for line in _lines_in(outside, Box(0, 0, width, height), size):
        for part in _parts(outside, line, size):
            yield part, 0


def _parts(ink: Any, line: Box, size: int) -> Iterator[Box]:
    """A line where wide gaps part it."""
    filled = np.flatnonzero(ink[line.top : line.bottom, line.left : line.right].sum(axis=0) > 0)
    pad = max(2, size // 6)
    for run in np.split(filled, np.flatnonzero(np.diff(filled) > _GAP * size) + 1):
        if len(run) > 2:
            left, right = line.left + int(run[0]) - pad, line.left + int(run[-1]) + 1 + pad
            yield Box(max(0, left), line.top, min(ink.shape[1], right), line.bottom)


def _inside(area: Area, xs: Sequence[int], ys: Sequence[int]) -> Box:
    return Box(xs[area.left] + _INSET, ys[area.top] + _INSET, xs[area.right + 1] - _INSET, ys[area.bottom + 1] - _INSET)


def _size(ink: Any) -> int:
    """How high a character of the page is, in pixels."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    heights = stats[1:, cv2.CC_STAT_HEIGHT]
    real = heights[(heights > 8) & (heights < 120)]
    return int(np.percentile(real, 75)) if len(real) else 24


def _lines_in(ink: Any, box: Box, size: int) -> Iterator[Box]:
    """The lines of text in a cell, each with a margin: rows of ink, strokes of one character kept together."""
    cell = ink[box.top : box.bottom, box.left : box.right]
    if not cell.size or not cell.any():
        return
    filled = np.flatnonzero(cell.sum(axis=1) > 0)
    runs = np.split(filled, np.flatnonzero(np.diff(filled) > 1) + 1)
    lines: list[list[int]] = []
    for run in runs:
        top, bottom = int(run[0]), int(run[-1]) + 1
        if lines and (bottom - lines[-1][0] <= 1.2 * size or top - lines[-1][1] <= 1):
            lines[-1][1] = bottom
        else:
            lines.append([top, bottom])
    for top, bottom in lines:
        columns = np.flatnonzero(cell[top:bottom].sum(axis=0) > 0)
        if bottom - top < 3 and len(columns) < size // 3:
            continue  # a speck
        missing = max(0, size - (bottom - top)) // 2
        pad = max(2, size // 6)
        yield Box(
            max(box.left, box.left + int(columns[0]) - pad), max(box.top, box.top + top - missing - pad),
            min(box.right, box.left + int(columns[-1]) + 1 + pad), min(box.bottom, box.top + bottom + missing + pad),
        )  # fmt: skip


def _crop(grey: Any, box: Box) -> Any:
    """The pixels of a line; a narrow one gets paper beside, as the model knows words and not strokes."""
    crop = grey[box.top : box.bottom, box.left : box.right]
    if crop.shape[1] < crop.shape[0]:
        side = (crop.shape[0] - crop.shape[1]) // 2 + 2
        crop = cv2.copyMakeBorder(crop, 0, 0, side, side, cv2.BORDER_CONSTANT, value=int(np.percentile(crop, 90)))
    return crop


def _without_blanks(signs: list[Sign]) -> list[Sign]:
    """The characters without the blanks that the model sees between them, but those between Latin words."""
    kept = []
    for k, sign in enumerate(signs):
        if not sign.text.strip():
            inner = 0 < k < len(signs) - 1
            if not (inner and _LATIN.match(signs[k - 1].text) and _LATIN.match(signs[k + 1].text)):
                continue
        kept.append(sign)
    return kept


def _spot(signs: Sequence[Sign], box: Box, row: int) -> Spot:
    text = "".join(s.text for s in signs)
    candidates = []
    for k, sign in enumerate(signs):
        if sign.chance < _SURE:
            candidates += [text[:k] + other + text[k + 1 :] for other in sign.others[:2]]
    if meant := _SIGNED.match(text):
        candidates.insert(0, _MEANT[meant[1]] + meant[2])
    return Spot(text, box, row, min(s.chance for s in signs), tuple(dict.fromkeys(candidates))[:4])


def _characters(signs: Sequence[Sign], box: Box, scale: float) -> list[Char]:
    """The characters in points, each from the middle between its neighbours to the next."""
    width = box.right - box.left
    middles = [box.left + s.middle * width for s in signs]
    edges = [float(box.left), *((a + b) / 2 for a, b in pairwise(middles)), float(box.right)]
    high = (box.bottom - box.top) * 0.8
    out = []
    for k, (sign, middle) in enumerate(zip(signs, middles, strict=True)):
        left, right = max(edges[k], middle - high / 2), min(edges[k + 1], middle + high / 2)
        out.append(Char(sign.text, left * scale, box.top * scale, right * scale, box.bottom * scale))
    return out

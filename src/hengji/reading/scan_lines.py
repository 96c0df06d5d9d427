"""A grey page → upright page and its ruled lines. Nothing here knows of text."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import cv2
import numpy as np

from hengji.reading.pdf_page import Line

_MOST_SKEW = 12.0  # degrees to either side that a page may be turned
_PARTS = 45  # of the page's width: a stroke so long is a ruled line, no part of a character
_THICK = 0.006  # of the page's longer side: what is thicker is no line
_GAP = 0.012  # of the page's longer side: a gap of a broken line that is closed
_SPECK = 3e-6  # of the page's area: a dot so small is dirt


class Ruled(NamedTuple):
    """An upright page: its grey values, those without ruled lines, where ink is, and the lines in pixels."""

    grey: Any
    plain: Any
    ink: Any
    across: list[Line]
    down: list[Line]


def upright(grey: Any) -> Any:
    """The page turned so that its lines, or else its rows of text, run level."""
    angle = _skew(grey)
    turned = _turned(grey, angle) if abs(angle) > 0.05 else grey
    rest = _rest(turned)
    return _turned(grey, angle + rest) if abs(rest) > 0.01 else turned


def ruled(grey: Any) -> Ruled:
    """The ruled lines of an upright page, and the page without them."""
    ink = _ink(grey)
    size = max(grey.shape)
    across, mask_across = _lines(ink, max(24, grey.shape[1] // _PARTS), size, False)
    down, mask_down = _lines(ink, max(24, grey.shape[1] // _PARTS), size, True)
    mask = cv2.dilate(mask_across | mask_down, np.ones((3, 3), np.uint8))
    paper = int(np.median(grey[mask == 0])) if (mask == 0).any() else 255
    plain = grey.copy()
    plain[mask > 0] = paper
    ink[mask > 0] = 0
    return Ruled(grey, plain, _clean(ink, _SPECK * grey.size), across, down)


def _ink(grey: Any) -> Any:
    """Where a page is darker than the paper around, 255 there and 0 elsewhere."""
    window = max(15, max(grey.shape) // 60 | 1)
    near = cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, window, 15)
    return near


def _clean(ink: Any, least: float) -> Any:
    """Ink without specks of dirt."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    keep = np.ones(count, bool)
    keep[0] = False
    keep[1:] = stats[1:, cv2.CC_STAT_AREA] >= max(4.0, least)
    return np.where(keep[labels], 255, 0).astype(np.uint8)


def _lines(ink: Any, least: int, size: int, down: bool) -> tuple[list[Line], Any]:
    """The ruled lines across, or down, and the pixels they cover."""
    if down:
        found, mask = _lines(np.ascontiguousarray(ink.T), least, size, False)
        return found, np.ascontiguousarray(mask.T)
    thick = cv2.dilate(ink, np.ones((3, 1), np.uint8))  # a line that is not quite level steps up and down
    long = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((1, least), np.uint8))
    long = cv2.morphologyEx(long, cv2.MORPH_CLOSE, np.ones((1, max(3, int(_GAP * size))), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(long, connectivity=8)
    lines = []
    keep = np.zeros(count, bool)
    for k in range(1, count):
        x, y, width, height, area = (int(v) for v in stats[k])
        if area / max(width, 1) > max(8.0, _THICK * size) or width < 1.3 * least or height > 0.2 * width + 6:
            continue
        keep[k] = True
        lines.append(Line(y + height / 2, float(x), float(x + width)))
    return lines, np.where(keep[labels], 255, 0).astype(np.uint8)


def _skew(grey: Any) -> float:
    """By how many degrees the page is turned, roughly: by its long lines, else by where its rows of text are sharpest."""
    scale = min(1.0, 1000 / max(grey.shape))
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else grey
    ink = _clean(_ink(small), 40)  # characters and dirt are small, what is ruled hangs together
    found = cv2.HoughLinesP(ink, 1, math.pi / 720, 150, minLineLength=small.shape[1] // 6, maxLineGap=4)
    angles: list[tuple[float, float]] = []
    for x0, y0, x1, y1 in (found if found is not None else np.empty((0, 1, 4))).reshape(-1, 4):
        angle = math.degrees(math.atan2(float(y1 - y0), float(x1 - x0)))
        if abs(angle) <= _MOST_SKEW:
            angles.append((angle, math.hypot(x1 - x0, y1 - y0)))
    if sum(length for _, length in angles) > 2 * small.shape[1]:
        return _middle(angles)
    return _by_rows(_clean(_ink(small), 4))


def _rest(grey: Any) -> float:
    """By how many degrees lines that are nearly level still rise; 0 where there are none."""
    least = max(24, grey.shape[1] // _PARTS)
    long = cv2.morphologyEx(_ink(grey), cv2.MORPH_OPEN, np.ones((1, least), np.uint8))
    long = cv2.morphologyEx(long, cv2.MORPH_CLOSE, np.ones((5, least), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(long, connectivity=8)
    angles = []
    for k in range(1, count):
        x, y, width, height, _ = (int(v) for v in stats[k])
        if width > grey.shape[1] // 5:
            rows, columns = np.nonzero(labels[y : y + height, x : x + width] == k)
            slope = float(np.polyfit(columns, rows, 1)[0])
            angles.append((math.degrees(math.atan(slope)), float(width)))
    return _middle(angles)


def _middle(angles: list[tuple[float, float]]) -> float:
    """The middle angle, each counting as much as its line is long."""
    angles.sort()
    half, run = sum(length for _, length in angles) / 2, 0.0
    for angle, length in angles:
        run += length
        if run >= half:
            return angle
    return 0.0


def _by_rows(ink: Any) -> float:
    scale = min(1.0, 800 / max(ink.shape))
    small = cv2.resize(ink, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)

    def sharpness(angle: float) -> float:
        rows = _turned(small, angle, 0).sum(axis=1, dtype=np.float64)
        return float(np.square(np.diff(rows)).sum())

    best = max((a / 2 for a in range(-10, 11)), key=sharpness)
    return max((best + a / 10 for a in range(-4, 5)), key=sharpness)


def _turned(grey: Any, angle: float, fill: int | None = None) -> Any:
    height, width = grey.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    value = int(np.median(grey)) if fill is None else fill
    return cv2.warpAffine(grey, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=value)

"""Ruled lines → tables of cells: what crosses or touches is one table, what lies between lines is a cell.

Double lines count once, gaps of a hair are closed, a border that was not drawn is taken from the ends of the lines that
run up to it. Nothing here knows of text.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from hengji.reading.pdf_page import Line

_NEAR = 3.0  # points: lines so near are one (double lines, rounding)
_REACH = 4.0  # how far a line may end from the one it should touch
_OPEN = 12.0  # how far lines must stand out for a border to be missing
_COVER = 0.6  # the share of a cell's side that must be ruled
_ALONG, _BESIDE = (
    0.8,
    150.0,
)  # the share of its height along which, and points within which, a line stands beside a table
_MOST = 4000  # rows or columns of one table on a page


class Area(NamedTuple):
    """A cell by its first and last row and column in the table, both included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(slots=True)
class Table:
    """A ruled table: edges of columns and rows in points, its cells, and the columns ruled at its top and bottom edge."""

    xs: list[float]
    ys: list[float]
    areas: list[Area] = field(default_factory=list)
    top_ruled: frozenset[int] = frozenset()
    bottom_ruled: frozenset[int] = frozenset()


def tables_of(across: Sequence[Line], down: Sequence[Line]) -> list[Table]:
    """The tables that these lines rule, from top to bottom; a frame around everything is none."""
    across, down = merged_lines(across), merged_lines(down)
    found = []
    for lines, bars in _with_sides(_touching(across, down)):
        table = _table(lines, bars)
        if table is not None:
            found.append(table)
    return sorted(found, key=lambda t: (t.ys[0], t.xs[0]))


def merged_lines(lines: Sequence[Line]) -> list[Line]:
    """Lines side by side at one place as one, those that follow each other too."""
    groups: list[list[Line]] = []
    for line in sorted(lines):
        if groups and line.at - groups[-1][0].at <= _NEAR:
            groups[-1].append(line)
        else:
            groups.append([line])
    merged = []
    for group in groups:
        at = sum(line.at for line in group) / len(group)
        start = end = None
        for _, first, last in sorted(group, key=lambda line: line.start):
            if end is not None and first <= end + _NEAR:
                end = max(end, last)
                continue
            if start is not None and end is not None:
                merged.append(Line(at, start, end))
            start, end = first, last
        if start is not None and end is not None:
            merged.append(Line(at, start, end))
    return [line for line in merged if line.end - line.start > _NEAR]


def _touching(across: list[Line], down: list[Line]) -> list[tuple[list[Line], list[Line]]]:
    """Groups of lines that touch each other."""
    parent = list(range(len(across) + len(down)))

    def root(k: int) -> int:
        while parent[k] != k:
            parent[k] = parent[parent[k]]
            k = parent[k]
        return k

    heights = [line.at for line in across]
    for k, bar in enumerate(down):
        first = bisect_left(heights, bar.start - _REACH)
        last = bisect_right(heights, bar.end + _REACH)
        for j in range(first, last):
            if across[j].start - _REACH <= bar.at <= across[j].end + _REACH:
                parent[root(j)] = root(len(across) + k)
    groups: dict[int, tuple[list[Line], list[Line]]] = defaultdict(lambda: ([], []))
    for k, line in enumerate((*across, *down)):
        groups[root(k)][k >= len(across)].append(line)
    return list(groups.values())


def _with_sides(groups: list[tuple[list[Line], list[Line]]]) -> list[tuple[list[Line], list[Line]]]:
    """The groups, those of a lone line down given to the table beside it: the side of a merged cell as high as the page."""
    tables = [g for g in groups if g[0] and g[1]]
    for lines, bars in groups:
        for bar in () if lines else bars:
            for _, sides in tables:
                top, bottom = min(b.start for b in sides), max(b.end for b in sides)
                left, right = min(b.at for b in sides), max(b.at for b in sides)
                common = min(bar.end, bottom) - max(bar.start, top)
                if (
                    common >= _ALONG * max(bar.end - bar.start, bottom - top)
                    and left - _BESIDE <= bar.at <= right + _BESIDE
                ):
                    sides.append(bar)
                    break
    return tables


def _table(across: list[Line], down: list[Line]) -> Table | None:
    if not across or not down or len(across) + len(down) < 3:
        return None
    xs, ys = _edges(down), _edges(across)
    table = Table(xs, ys)
    left, right = min(a.start for a in across), max(a.end for a in across)
    top, bottom = min(d.start for d in down), max(d.end for d in down)
    # A border that was not drawn: the lines across stand out by a whole column, the lines down by a whole row.
    if left < xs[0] - _OPEN:
        xs.insert(0, left)
        down = [*down, Line(left, ys[0], ys[-1])]
    if right > xs[-1] + _OPEN:
        xs.append(right)
        down = [*down, Line(right, ys[0], ys[-1])]
    if top < ys[0] - _OPEN:
        ys.insert(0, top)
    if bottom > ys[-1] + _OPEN:
        ys.append(bottom)
    if len(xs) < 2 or len(ys) < 2 or len(xs) > _MOST or len(ys) > _MOST or (len(xs) == 2 and len(ys) == 2):
        return None
    below = _ruled(across, ys, xs)
    beside = _ruled(down, xs, ys)
    rows, columns = len(ys) - 1, len(xs) - 1
    table.top_ruled, table.bottom_ruled = frozenset(below.get(0, ())), frozenset(below.get(rows, ()))
    taken = [[False] * columns for _ in range(rows)]
    for r in range(rows):
        for c in range(columns):
            if taken[r][c]:
                continue
            right_end = c
            while right_end + 1 < columns and not taken[r][right_end + 1] and r not in beside.get(right_end + 1, ()):
                right_end += 1
            low = r
            while low + 1 < rows and not any(
                k in below.get(low + 1, ()) or taken[low + 1][k] for k in range(c, right_end + 1)
            ) and not any(low + 1 in beside.get(k, ()) for k in range(c + 1, right_end + 1)):  # fmt: skip
                low += 1
            for i in range(r, low + 1):
                taken[i][c : right_end + 1] = [True] * (right_end + 1 - c)
            table.areas.append(Area(r, c, low, right_end))
    return table


def _edges(lines: Sequence[Line]) -> list[float]:
    edges: list[float] = []
    for line in sorted(lines):
        if not edges or line.at - edges[-1] > _NEAR:
            edges.append(line.at)
    return edges


def _ruled(lines: Sequence[Line], edges: Sequence[float], spans: Sequence[float]) -> dict[int, set[int]]:
    """For each edge the gaps between `spans` along which it is ruled."""
    ruled: dict[int, set[int]] = defaultdict(set)
    for line in lines:
        k = _nearest(edges, line.at)
        for j in range(max(0, bisect_right(spans, line.start) - 1), len(spans) - 1):
            if spans[j] > line.end:
                break
            covered = min(line.end, spans[j + 1]) - max(line.start, spans[j])
            if covered >= _COVER * (spans[j + 1] - spans[j]):
                ruled[k].add(j)
    return ruled


def _nearest(edges: Sequence[float], at: float) -> int:
    k = bisect_left(edges, at)
    near = [j for j in (k - 1, k) if 0 <= j < len(edges)]
    return min(near, key=lambda j: abs(edges[j] - at))

"""A stream of cells → rows: each cell to a column, in the order of the columns, at the least cost.

A row may lack cells (merged levels, blanks that the text lost); what a cell looks like tells which. All ways to lay the
stream over the columns are weighed at once (dynamic programming, linear in the number of cells), so one odd cell spoils
one row and not those behind it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from hengji.reading.cell_fits import LACK, beside, misfit
from hengji.reading.stream_cells import Token, joined

_ROW = 0.8  # what a new row costs
_JOIN = {"|": 9.0, "\n": 2.5, " ": 4.0, "": 0.0}  # two pieces as one cell, by what parts them
_RUN_ON = 4
_RUN_ON_ROLES = ("sign", "max_points", "actual", "points")
_INFINITE = float("inf")


class Row(NamedTuple):
    """The cells of one row by column."""

    cells: dict[int, Token]


class Laid(NamedTuple):
    """Rows, and the cells that belong to none."""

    rows: list[Row]
    left: list[Token]
    cost: float


def lay(tokens: Sequence[Token], roles: Sequence[str], most_parts: int = 1) -> Laid:
    """Lay a stream over columns with these roles; a cell may be put together of up to `most_parts` pieces."""
    width, count = len(roles), len(tokens)
    if not count:
        return Laid([], [], 0.0)
    # Where figures of several columns run together without a mark, a row seems to lack all but the first of them.
    run_on = most_parts > _RUN_ON and {"unit", "max_points", "actual", "points"} <= set(roles)
    lacks = [0.4 if run_on and role in _RUN_ON_ROLES else LACK.get(role, 0.6) for role in roles]
    before = [0.0]
    for lack in lacks:
        before.append(before[-1] + lack)
    whole = before[-1]
    # best[t][c]: tokens[:t] are laid, the last cell stands in column c; column `width` is "before the first row".
    best = [[_INFINITE] * (width + 1) for _ in range(count + 1)]
    back: list[list[tuple[int, int, bool]]] = [[(-1, -1, False)] * (width + 1) for _ in range(count + 1)]
    best[0][width] = 0.0
    for t in range(count):
        row = best[t]
        least = min(row)
        if least == _INFINITE:
            continue
        ended, end_at = _INFINITE, width  # the cheapest way to have ended a row here
        for c in range(width + 1):
            cost = row[c] + (0.0 if c == width else whole - before[c + 1])
            if cost < ended:
                ended, end_at = cost, c
        enter: list[tuple[float, int, bool]] = []
        same, same_at = _INFINITE, -1
        for c in range(width):
            fresh = ended + _ROW + before[c]
            kept = same + before[c]
            enter.append((kept, same_at, False) if kept < fresh else (fresh, end_at, True))
            if row[c] - before[c + 1] < same:
                same, same_at = row[c] - before[c + 1], c
        cut = tokens[t].cut
        text, glue = "", 0.0
        for parts in range(1, most_parts + 1):
            if t + parts > count:
                break
            token = tokens[t + parts - 1]
            if parts > 1:
                glue += _JOIN[token.gap] + token.join
                if glue >= 9.0:
                    break
            text += token.text
            target, trace = best[t + parts], back[t + parts]
            for c in range(width):
                came, at, fresh_row = enter[c]
                cost = came + cut + glue + misfit(text, roles[c])
                if cost < target[c]:
                    target[c] = cost
                    trace[c] = (t, at, fresh_row)
        target, trace = best[t + 1], back[t + 1]
        out = cut + beside(tokens[t].text)
        for c in range(width + 1):
            if row[c] + out < target[c]:
                target[c] = row[c] + out
                trace[c] = (t, c, False)
    return _traced(tokens, best[-1], back, width, [whole - b for b in before[1:]])


def _traced(
    tokens: Sequence[Token], last: list[float], back: list[list[tuple[int, int, bool]]], width: int, tail: list[float]
) -> Laid:
    """The rows of the cheapest way."""
    costs = [last[c] + tail[c] for c in range(width)] + [last[width]]
    c = min(range(width + 1), key=costs.__getitem__)
    total = costs[c]
    t = len(tokens)
    rows: list[Row] = []
    left: list[Token] = []
    cells: dict[int, Token] = {}
    while t > 0:
        came, at, fresh = back[t][c]
        if at == c and not fresh:  # a row's own cells never come from their own column
            left.append(tokens[t - 1])
        else:
            cells[c] = joined(list(tokens[came:t]))
            if fresh:
                rows.append(Row(dict(sorted(cells.items()))))
                cells = {}
        t, c = came, at
    return Laid(rows[::-1], left[::-1], total)

"""A grid as a layout asks it: the text of merged areas in each of their cells, cells made only of the rows asked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property
from typing import overload

from hengji.reading.cells import Cell, cells_of
from hengji.reading.grid import Grid, Merge

_BLOCK = 64


class Sheet:
    """A grid with the text of merged areas in each of their cells; cells are made when a row is asked for."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self.width = max(map(len, grid.rows), default=0)
        self._made: dict[int, list[Cell]] = {}
        self.rows = _Rows(self)

    @cached_property
    def _blocks(self) -> dict[int, list[Merge]]:
        """The merged areas that lie in each block of rows: a large sheet has a hundred times as many rows as blocks."""
        found: dict[int, list[Merge]] = defaultdict(list)
        for merge in self.grid.merges:
            for block in range(merge.top // _BLOCK, merge.bottom // _BLOCK + 1):
                found[block].append(merge)
        return found

    def _merges(self, r: int) -> list[Merge]:
        return [m for m in self._blocks.get(r // _BLOCK, ()) if m.top <= r <= m.bottom]

    def top_left(self, r: int, c: int) -> tuple[int, int]:
        """The first cell of the merged area that a cell belongs to; the cell itself where it is not merged."""
        return next(((m.top, m.left) for m in self._merges(r) if m.left <= c <= m.right), (r, c))

    def is_covered(self, r: int, c: int) -> bool:
        """Whether a cell belongs to a merged area without being its first."""
        return self.top_left(r, c) != (r, c)

    def row(self, r: int) -> list[Cell]:
        """The cells of a row, as many as the sheet is wide."""
        made = self._made.get(r)
        if made is None:
            made = cells_of(self.grid, r)
            made += [Cell("", None)] * (self.width - len(made))
            self._made[r] = made
            for merge in self._merges(r):
                for c in range(merge.left, min(merge.right + 1, self.width)):
                    if not made[c].text and (r, c) != (merge.top, merge.left):
                        made[c] = self.row(merge.top)[merge.left]
        return made


class _Rows(Sequence[list[Cell]]):
    """The rows of a sheet, made one by one."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet

    def __len__(self) -> int:
        return len(self._sheet.grid.rows)

    @overload
    def __getitem__(self, at: int) -> list[Cell]: ...
    @overload
    def __getitem__(self, at: slice) -> list[list[Cell]]: ...
    def __getitem__(self, at: int | slice) -> list[Cell] | list[list[Cell]]:
        if isinstance(at, slice):
            return [self._sheet.row(r) for r in range(len(self))[at]]
        return self._sheet.row(at)

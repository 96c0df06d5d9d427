"""A grid as a layout asks it: the text of merged areas in each of their cells, cells made only of the rows asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import overload

from hengji.reading.cells import Cell, cells_of
from hengji.reading.grid import Grid
from hengji.reading.markup import is_plain


class Sheet:
    """A grid with the text of merged areas in each of their cells; cells are made when a row is asked for.

    `covered` tells for each cell of a merged area but its first where that first one is.
    """

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self.width = max(map(len, grid.rows), default=0)
        self.covered: dict[tuple[int, int], tuple[int, int]] = {}
        for merge in grid.merges:
            for r in range(merge.top, min(merge.bottom + 1, len(grid.rows))):
                for c in range(merge.left, min(merge.right + 1, self.width)):
                    if (r, c) != (merge.top, merge.left):
                        self.covered[r, c] = (merge.top, merge.left)
        self._covered_in: dict[int, list[int]] = {}
        for r, c in self.covered:
            self._covered_in.setdefault(r, []).append(c)
        self._made: dict[int, list[Cell]] = {}
        self.rows = _Rows(self)

    def row(self, r: int) -> list[Cell]:
        """The cells of a row, as many as the sheet is wide."""
        made = self._made.get(r)
        if made is None:
            made = cells_of(self.grid, r)
            made += [Cell("", None)] * (self.width - len(made))
            self._made[r] = made
            for c in self._covered_in.get(r, ()):
                if not made[c].text:
                    top, left = self.covered[r, c]
                    made[c] = self.row(top)[left]
        return made

    def plain_texts(self, r: int, kept: frozenset[int]) -> list[str] | None:
        """The texts of a row of an office file that needs no cells: no markup in it, none of the columns `kept` merged."""
        if self.grid.maps is not None:
            return None
        texts = self.grid.rows[r]
        covered = self._covered_in.get(r, ())
        if covered:
            if not kept.isdisjoint(covered):
                return None
            texts = [*texts, *[""] * (self.width - len(texts))]
            for c in covered:
                top, left = self.covered[r, c]
                texts[c] = texts[c] or self.grid.rows[top][left]
        return texts if len(texts) == self.width and is_plain("\t".join(texts)) else None


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

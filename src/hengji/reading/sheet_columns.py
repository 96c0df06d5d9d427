"""The rows of an office sheet column by column: how a sheet of 100,000 rows is read without a cell for each text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import count, repeat

from hengji.model.finding import Place
from hengji.reading.form_columns import BRACKETED, NOT_DATA, Header
from hengji.reading.form_indicator import FieldPlaces, in_column, put_together
from hengji.reading.markup import SPECIAL, is_plain
from hengji.reading.merged_sheet import Sheet
from hengji.reading.money import NOTHING

_SUM = re.compile(r"(小计|本页小计|本页合计)|合计|总计|总合计")
_OF_PROJECT = ("project", "project_code", "supervising_department", "fund_user", "total", "objective")
_OWN = -1  # not merged, or the first row of a merged area: the place is in the row itself


def printed_sum(lead: str) -> re.Match[str] | None:
    """A match where the first text of a row says that it is a sum, its first group that of a part of the table."""
    return _SUM.fullmatch(BRACKETED.sub("", lead)) if "计" in lead else None


class Columns:
    """The rows from below a heading up to `stop`, merged areas filled in; rows are counted from 0 at `first`.

    `odd` are those that need a closer look: with markup, with a merged area whose place counts for several columns,
    without a name, sums and notes.
    """

    def __init__(self, sheet: Sheet, header: Header, stop: int) -> None:
        self._sheet = sheet
        self._grid, self.first, self._half = sheet.grid, header.row + 1, header.halves[0]
        self._count = stop - self.first
        self._texts = list(map(list, zip(*sheet.grid.rows[self.first : stop], strict=True)))
        self._tops: dict[int, list[int]] = {}
        self._dashed = self._rows_with("".join(sorted(set("".join(NOTHING)))))
        self._values: dict[str, list[str | None]] = {}
        self.odd: set[int] = set()
        self._fill(stop)
        self._set_apart()

    def _fill(self, stop: int) -> None:
        name = self._half.columns["name"]
        kept = {c for _, c in self._half.fields}
        for merge in self._grid.merges:
            top, bottom = max(merge.top - self.first, 0), min(merge.bottom + 1, stop) - self.first
            if top >= bottom:
                continue
            text = self._grid.rows[merge.top][merge.left]
            if text in NOTHING or not is_plain(text):
                self.odd.update(range(top, bottom))
            for c in range(merge.left, merge.right + 1):
                self._texts[c][top:bottom] = [own or text for own in self._texts[c][top:bottom]]
                if c == name or (c in kept and c > merge.left):
                    self.odd.update(range(top, bottom))
                elif c in kept:
                    tops = self._tops.setdefault(c, [_OWN] * self._count)
                    begins = merge.top >= self.first
                    tops[top + begins : bottom] = [merge.top] * (bottom - top - begins)

    def _set_apart(self) -> None:
        self.odd.update(self._rows_with(SPECIAL))
        leads = self._texts[0]
        for column in self._texts[1:]:
            if "" in leads:
                leads = [a or b for a, b in zip(leads, column, strict=True)]
        if odd := {lead for lead in set(leads) if not lead or printed_sum(lead)}:
            self.odd.update(k for k, lead in enumerate(leads) if lead in odd)
        names = self.values("name")
        if None in names:
            self.odd.update(k for k, name in enumerate(names) if name is None)
        # The characters are in all words for sums and notes.
        self.odd.update(k for k in self._rows_with("计分注说填备") if NOT_DATA.search(names[k] or ""))

    def _rows_with(self, characters: str) -> list[int]:
        return [k for r in self._grid.rows_with(characters) if 0 <= (k := r - self.first) < self._count]

    def values(self, role: str) -> list[str | None]:
        """The texts of a column, None for what says that there is nothing; for a role that no column has, only None."""
        c = self._half.columns.get(role)
        if role not in self._values:
            values: list[str | None] = [None] * self._count if c is None else [t or None for t in self._texts[c]]
            for k in self._dashed:
                values[k] = None if values[k] in NOTHING else values[k]
            self._values[role] = values
        return self._values[role]

    def own(self, k: int) -> dict[str, str | None]:
        """What one row says of its project, by role."""
        return {role: self.values(role)[k] for role in _OF_PROJECT if role in self._half.columns}

    def targets(self) -> tuple[list[str | None], list[str | None]]:
        """The targets of the whole term and of the year, put together with sign and unit where these stand apart."""
        whole, annual = self.values("whole_term_target"), self.values("annual_target")
        if {"sign", "unit"} & self._half.columns.keys():
            signs, units = self.values("sign"), self.values("unit")
            whole, annual = (list(map(put_together, said, signs, units)) for said in (whole, annual))
        return whole, annual

    def place(self, k: int, role: str) -> Place:
        """The place of one field, that of its merged area where it has no text of its own."""
        r, c = self.first + k, self._half.columns[role]
        return self._grid.place(*((r, c) if self._grid.rows[r][c] else self._sheet.top_left(r, c)))

    def places(self, role: str) -> Iterator[Place]:
        """The places of a column, row by row."""
        column = repeat(self._grid.first_column + self._half.columns[role], self._count)
        rows: Iterable[int] = count(self._grid.first_row + self.first)
        none = repeat(None)
        # tuple.__new__ and not Place(…), as for indicators.
        return map(tuple.__new__, repeat(Place), zip(none, none, none, repeat(self._grid.sheet), rows, column))

    def field_places(self) -> list[FieldPlaces]:
        """The places of the filled fields of each row; rows of the same kind share them."""
        fields = self._half.fields
        full = (True,) * len(fields)
        columns = [self._texts[c] for _, c in fields]
        if not self._tops and not any("" in column for column in columns):
            return [self._places_of(full, ())] * self._count
        made: dict[tuple[tuple[bool, ...], tuple[int, ...]], FieldPlaces] = {}
        tops: Iterable[tuple[int, ...]] = zip(*self._tops.values(), strict=True) if self._tops else repeat(())
        found = []
        for key in zip((full if "" not in row else tuple(map(bool, row)) for row in zip(*columns, strict=True)), tops):  # noqa: B905
            if key not in made:
                made[key] = self._places_of(*key)
            found.append(made[key])
        return found

    def _places_of(self, filled: tuple[bool, ...], above: tuple[int, ...]) -> FieldPlaces:
        top = dict(zip(self._tops, above, strict=True))
        return tuple(
            (role, in_column(self._grid.first_column + c) if top.get(c, _OWN) == _OWN else self._grid.place(top[c], c))
            for (role, c), there in zip(self._half.fields, filled, strict=True)
            if there
        )

"""A table that names the project in every row, or once for a merged area of rows: an indicator a row.

A province's collection has such a sheet of 100,000 rows, so most rows must be read without a cell being made of each of
their texts: columns are taken as a whole, and only what is no plain indicator is looked at cell by cell.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import compress, count, islice, pairwise, repeat
from operator import ne
from typing import Any

from hengji.model.finding import Place, Severity
from hengji.model.table import Funds, Indicator, Project
from hengji.reading.faults import left_over
from hengji.reading.form_columns import NOT_DATA, Half, Header
from hengji.reading.form_indicator import level_of, one_of
from hengji.reading.grid import Reading
from hengji.reading.merged_sheet import Sheet
from hengji.reading.money import NOTHING, amount
from hengji.reading.sheet_columns import Columns, printed_sum
from hengji.reading.tie_out import check_rows

_new = tuple.__new__
_NO_FUNDS = Funds()


def read_rows(sheet: Sheet, header: Header, stop: int, reading: Reading) -> None:
    """The projects of the rows below a heading, up to `stop`, added to the reading; printed sums are tied out."""
    rows = _Rows(sheet, header.halves[0], reading)
    grid = sheet.grid
    if (
        grid.maps is None
        and grid.pages is None
        and {len(row) for row in grid.rows[header.row + 1 : stop]} == {sheet.width}
    ):
        _add_plain(rows, Columns(sheet, header, stop))
    else:
        for r in range(header.row + 1, stop):
            rows.add(r)
    rows.close()


class _Rows:
    """Makes projects of rows, one after another."""

    def __init__(self, sheet: Sheet, half: Half, reading: Reading) -> None:
        self._sheet, self._half, self._reading = sheet, half, reading
        self._columns = half.columns
        self._begun: list[tuple[dict[str, str | None], Funds, Place, list[Indicator]]] = []
        self._since = 0  # projects before the last subtotal
        self.named: tuple[str | None, str | None] | None = None
        self.open: list[Indicator] = []  # of the project that was begun last

    def add(self, r: int) -> None:
        """A row of any sort: an indicator, a sum, a note."""
        row = self._sheet.rows[r]
        lead = next((c for c in row if c.text), None)
        if lead is None:
            return
        if "计" in lead.text and (sums := printed_sum(lead.text)):
            self._tie_out(r, lead.place(), sums[1] is None)
            return
        own = {role: None if row[c].text in NOTHING else row[c].text for role, c in self._columns.items()}
        name = own.get("project")
        key = (name, own.get("project_code"))
        if name and key != self.named and not self.begin(name, own, row[self._columns["project"]].place()):
            return
        one = one_of(self._sheet, r, row, self._half, own, len(self.open) + 1)
        if one is not None and self.named:
            self.open.append(one)
        elif one is not None or not name:
            self._reading.findings.append(left_over(lead.text, lead.place(), "表中一行", Severity.WARNING))

    def begin(self, name: str, own: dict[str, str | None], place: Place) -> bool:
        """Begin the project that a row names, `own` its values by role; False where the name is that of a sum or note."""
        if NOT_DATA.search(name):
            return False
        said = amount(own.get("total") or "")
        self.open = []
        self._begun.append((own, Funds(total=said.value) if said else _NO_FUNDS, place, self.open))
        self.named = (name, own.get("project_code"))
        return True

    def close(self) -> None:
        """No more rows: the projects go to the reading."""
        self._reading.projects += [
            Project(
                own["project"] or "", tuple(indicators), own.get("project_code"), own.get("fund_user"),
                own.get("supervising_department"), funds=funds, objective=own.get("objective"), place=place,
            )
            for own, funds, place, indicators in self._begun
        ]  # fmt: skip

    def _tie_out(self, r: int, place: Place, whole: bool) -> None:
        column = self._columns.get("total")
        said = amount(self._sheet.rows[r][column].text) if column is not None else None
        printed = Funds(total=said.value if said else None)
        under = [funds for _, funds, _, _ in self._begun[0 if whole else self._since :]]
        self._reading.findings += check_rows(
            printed, under, place, "合计行" if whole else "小计", "The total row" if whole else "A subtotal"
        )
        self._since = len(self._begun)
        if whole:
            self._reading.printed_totals = printed


def _add_plain(rows: _Rows, columns: Columns) -> None:
    """The rows of an office sheet: plain indicators without cells, all others one by one.

    Indicators are made span by span, a span being plain rows of one project. tuple.__new__ and not Indicator(…): a
    sheet has 100,000, and this takes a third of the time.
    """
    names, codes, odd = columns.values("project"), columns.values("project_code"), columns.odd
    fields = _fields(columns)
    begins = (k for said in (names, codes) for k in compress(count(1), map(ne, said, said[1:])))
    breaks = sorted({0, *begins, *odd, *(k + 1 for k in odd), len(names)})
    for start, stop in pairwise(breaks):
        name, _ = key = names[start], codes[start]
        apart = start in odd or not (name or rows.named)
        if apart:
            for k in range(start, stop):
                rows.add(columns.first + k)
        elif name and key != rows.named:
            apart = not rows.begin(name, columns.own(start), columns.place(start, "project"))
        if apart:
            for field in fields:
                next(islice(field, stop - start - 1, None))
            continue
        number = len(rows.open) + 1
        # The numbers come first, so that the other fields are not asked for one more when the span ends.
        parts = zip(range(number, number + stop - start), *fields)  # noqa: B905
        rows.open += map(_new, repeat(Indicator), parts)


def _fields(columns: Columns) -> list[Iterator[Any]]:
    """The fields of an indicator behind its number, each row by row."""
    one, two = ({text: level_of(text) for text in set(columns.values(role))} for role in ("level1", "level2"))
    level1, level2 = ({text: name for text, (name, _) in said.items()} for said in (one, two))
    codes = {text: code for text, (_, code) in two.items()}
    said = [columns.values(role) for role in ("actual", "max_points", "points", "variance_reason", "remark")]
    actual, most, points, reason, remark = map(iter, said)
    return [
        iter(columns.values("name")), map(level1.__getitem__, columns.values("level1")),
        map(level2.__getitem__, columns.values("level2")), map(codes.__getitem__, columns.values("level2")), *map(iter, columns.targets()), actual, most, points,
        repeat(None), repeat(()), repeat(None), reason, remark, columns.places("name"), repeat("high"),
        iter(columns.field_places()),
    ]  # fmt: skip

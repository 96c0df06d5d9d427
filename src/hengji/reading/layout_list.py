"""The list of projects as published in Guangdong: one row a project, its indicators packed into one cell.

Columns are found by their headings. Rows without objective and indicators are sums: the 合计 row, and rows of a unit
whose projects follow. What adds up is checked, what was not understood is reported.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeVar

from hengji.model.finding import Place, Severity
from hengji.model.table import Funds, PrintedFunds, Project
from hengji.reading.faults import DAMAGED, FORMULA, LABEL, UNITS, left_over
from hengji.reading.grid import Column, Document, Reading
from hengji.reading.headings import MONEY
from hengji.reading.heads import Heads, kind_of, read_heads
from hengji.reading.list_columns import Row, read_row
from hengji.reading.list_rows import Listing, listings
from hengji.reading.money import amount, is_formula, is_nothing
from hengji.reading.packed import ANNUAL, WHOLE, label_missing, read_packed
from hengji.reading.tie_out import check_rows, check_sources

_TOTAL = re.compile(r"(?:总?合计|总计|共计|合计数)[:：]?")
_SUBTOTAL = re.compile(r"(?:小计|本页小计|本页合计|单位小计)[:：]?")
_UNIT_NAME = re.compile(
    r".*(?:局|委员会|委|办公室|办|中心|院|站|所|会|部|厅|处|队|馆|学校|小学|中学|幼儿园|大学|公司|政府|街道|镇|乡|社|园)"
    r"(?:[（(].{1,12}[)）]|本级|机关)*"
)
_SHOWN = 60
_LEADING = ("name", "fund_user", "supervising_department", "project_code", "number")
_KEPT = ("name", "project_code", "fund_user", "supervising_department", "objective", "whole_term_objective", *MONEY)
T = TypeVar("T")


@dataclass(slots=True)
class _Group:
    """A unit's row and the projects under it; `outer` is a department's row that stands over several units."""

    name: str | None = None
    funds: Funds = field(default_factory=Funds)
    place: Place = Place()
    outer: str | None = None
    rows: list[Funds] = field(default_factory=list)


def read_list(document: Document) -> Reading | None:
    """The projects of all lists in a document; None where it holds no list of this layout."""
    found, after = listings(document)
    if not found:
        return None
    reading = Reading([])
    heads = []
    totals: list[Funds] = []
    for listing in found:
        said = read_heads(listing.heads, listing.headings)
        heads.append(said)
        totals.append(_Table(listing, said, reading).read())
        reading.findings += [left_over(c.text, c.place(), "表外", Severity.INFO) for c in [*said.left, *listing.left]]
    reading.findings += [left_over(c.text, c.place(), "表外", Severity.INFO) for c in after]
    reading.title = heads[0].title
    reading.kind = kind_of(reading.title)
    reading.department = _same([h.department for h in heads])
    reading.money_unit = _same([h.money_unit for h in heads])
    reading.fiscal_year = _same([h.fiscal_year for h in heads])
    reading.printed_totals = totals[0] if len(totals) == 1 else Funds()
    return reading


def _same(values: Sequence[T | None]) -> T | None:
    """The one value that was said, or None where nobody said one or they differ."""
    said = {v for v in values if v is not None}
    return said.pop() if len(said) == 1 else None


class _Table:
    """One list while it is read into a `Reading`."""

    def __init__(self, listing: Listing, heads: Heads, reading: Reading) -> None:
        self.listing = listing
        self.heads = heads
        self.reading = reading
        self.findings = reading.findings
        self.totals = Funds()
        self._columns = [role for role in MONEY if role in listing.roles]
        self._headings = {role: c.text for role, c in zip(listing.roles, listing.headings, strict=True) if role}
        self._seen: list[tuple[int, int, list[int]]] = []  # index and number of a project, labels of its indicators

    def read(self) -> Funds:
        """Read all rows; returns the figures of the 合计 row."""
        if len({unit for unit, _ in self.heads.units}) > 1:
            one = self.heads.units[0][0]
            other, where = next((u, p) for u, p in self.heads.units if u != one)
            self._mixed_units(one, other, where, "表头")
        self.reading.columns += [
            Column(c.text, role, c.place())
            for c, role in zip(self.listing.headings, self.listing.roles, strict=True)
            if c.text
        ]
        printed = self._printed_columns()
        rows = [read_row(cells, self.listing.roles, self.listing.headings, printed) for cells in self.listing.rows]
        amounts = [self._money(row) for row in rows]
        group = _Group()
        groups = [group]
        total_at = Place()
        first = len(self.reading.projects)
        bares = [row.text("objective") is None and row.text("indicators") is None for row in rows]
        under = _sums_below(bares, amounts)
        for k, row in enumerate(rows):
            funds, bare = amounts[k], bares[k]
            # 合计 and the name of a unit may stand in any of the first columns.
            name = next((said for role in _LEADING if (said := row.text(role))), None) if bare else row.text("name")
            flat = re.sub(r"\s", "", name or "")
            if bare and _TOTAL.fullmatch(flat):
                if self.totals == Funds():
                    self.totals, total_at = funds, self._place(row)
            elif bare and _SUBTOTAL.fullmatch(flat):
                self.findings += check_rows(funds, group.rows, self._place(row), "小计", "Subtotal")
            elif bare and self._is_group(name or "", k, amounts, under):
                # A department's row stands directly over its first unit's row.
                outer = group.name if not group.rows and group.name else group.outer
                group = _Group(name, funds, self._place(row), outer)
                groups.append(group)
            elif bare and (name is None or funds == Funds()):
                self._unplaced(row)  # a note, not a project: nothing but words under the names
            else:
                self._project(row, funds, group)
        self._check(groups, self.reading.projects[first:], total_at)
        self._labels()
        return self.totals

    def _printed_columns(self) -> list[str]:
        """The money columns in which the 合计 row has a figure, where that row keeps all columns."""
        for cells in self.listing.rows:
            if cells and _TOTAL.fullmatch(re.sub(r"\s", "", cells[0].text)):
                row = read_row(cells, self.listing.roles, self.listing.headings, ())
                return [r for r in MONEY if (said := row.text(r)) is not None and amount(said)]
        return []

    def _is_group(self, name: str, k: int, amounts: list[Funds], under: list[Decimal | None]) -> bool:
        """Whether a row without objective and indicators is the sum of a unit, not a project nobody described."""
        total, following = amounts[k].total, under[k]
        ties = following is not None and total is not None and total == following
        over_units = following is None and k + 1 < len(amounts)
        known = name == self.heads.department or bool(_UNIT_NAME.fullmatch(name))
        return ties or (known and (following is not None or over_units))

    def _money(self, row: Row) -> Funds:
        found: dict[str, Decimal] = {}
        for role in self._columns:
            cell = row.cells.get(role)
            if cell is None or is_nothing(cell.text):
                continue
            said = amount(cell.text)
            if said is not None:
                found[role] = said.value
                if said.unit:
                    row.units.append((said.unit, cell.place(), len(found) == 1))
            elif is_formula(cell.text):
                self.findings.append(
                    FORMULA.at(
                        cell.place(),
                        f"“{row.text('name') or ''}”的金额栏里是“{cell.text[:_SHOWN]}”，是公式或公式错误，不是数。"
                        "金额读不到，按空白处理。请在原表中算出数值后重新导出。",
                        f"A money cell of {row.text('name') or ''!r} holds {cell.text[:_SHOWN]!r}, a formula. "
                        "The amount stays empty. Compute the figure and export again.",
                    )
                )
            else:
                row.left.append(("", cell))
        return Funds(**found)

    def _project(self, row: Row, funds: Funds, group: _Group) -> None:
        number = len(self.reading.projects) + 1
        # What the row says and where; a dash says nothing.
        texts = {role: cell.text for role in _KEPT if (cell := row.cells.get(role)) and not is_nothing(cell.text)}
        name = texts.get("name", "")
        packed = read_packed(row.cells["indicators"], number) if row.text("indicators") is not None else None
        if packed:
            self.findings += packed.findings
            self._seen.append((number - 1, number, packed.seen))
        place = self._place(row)
        self._report_row(row, number, name, place, bool(packed and packed.indicators))
        if finding := check_sources(funds, place, f"项目{number}“{name}”", f"project {number}", number):
            self.findings.append(finding)
        group.rows.append(funds)
        self.reading.projects.append(
            Project(
                name=name, indicators=tuple(packed.indicators) if packed else (), code=texts.get("project_code"),
                fund_user=texts.get("fund_user") or group.name,
                supervising_department=texts.get("supervising_department") or group.outer,
                money_unit=self._own_unit(row), funds=funds,
                printed_funds=tuple(
                    [PrintedFunds(self._headings[role], (texts[role],)) for role in self._columns if role in texts]
                ),
                objective=texts.get("objective"), whole_term_objective=texts.get("whole_term_objective"), place=place,
                field_places=tuple([(role, row.cells[role].place()) for role in texts]),
            )
        )  # fmt: skip

    def _own_unit(self, row: Row) -> str | None:
        """The unit printed beside the first amount of a row, which is its total, where it is not the table's."""
        return next((unit for unit, _, first in row.units if first and unit != self.heads.money_unit), None)

    def _report_row(self, row: Row, number: int, name: str, place: Place, full: bool) -> None:
        """What is odd about the row of a project."""
        usual = self.heads.money_unit or (row.units[0][0] if row.units else "")
        if other := next(((unit, at) for unit, at, _ in row.units if unit != usual), None):
            self._mixed_units(usual, *other, f"项目{number}", number)
        if not name:
            self.findings.append(
                LABEL.at(
                    place,
                    f"项目{number}没有项目名称。请补上名称。",
                    f"Project {number} has no name. Add it.",
                    on=(number, None),
                )
            )
        if not full:
            self.findings.append(
                LABEL.at(
                    place, f"项目{number}“{name}”没有绩效指标，只读入名称和金额。请对照原件。",
                    f"Project {number} {name!r} has no indicators; name and money were read. Check the original.",
                    severity=Severity.WARNING, on=(number, None),
                )
            )  # fmt: skip
        if row.unsure:
            self.findings.append(
                DAMAGED.at(
                    place, f"项目{number}“{name}”少了一栏金额，资金来源按先后次序归栏。请核对各项资金来源。",
                    f"The row of project {number} {name!r} lacks a money column; its sources were placed by "
                    "their order. Check them.",
                    severity=Severity.INFO, on=(number, None),
                )
            )  # fmt: skip
        self.findings += [
            left_over(
                c.text,
                c.place(),
                f"项目{number}“{heading}”栏" if heading else f"项目{number}",
                Severity.WARNING,
                number,
            )
            for heading, c in row.left
        ]

    def _mixed_units(self, one: str, other: str, place: Place, where: str, number: int | None = None) -> None:
        self.findings.append(
            UNITS.at(
                place,
                f"表内金额单位不一：有“{one}”，{where}又写“{other}”。合计无法直接相加。请统一单位。",
                f"Two units of money stand in one table: {one} and {other}. Sums cannot be compared. Use one.",
                on=(number, None),
            )
        )

    def _unplaced(self, row: Row) -> None:
        cells = [*row.cells.values(), *(c for _, c in row.left)]
        self.findings += [
            left_over(c.text, c.place(), "表中一行", Severity.WARNING) for c in cells if not is_nothing(c.text)
        ]

    def _place(self, row: Row) -> Place:
        cells = [c for c in (*row.cells.values(), *(c for _, c in row.left)) if c.text]
        if not cells:
            return Place()
        if cells[0].map is None:
            return (row.cells.get("name") or cells[0]).office
        starts = [c.map.raw[0] for c in cells if c.map is not None]
        ends = [c.map.end(len(c.text)) for c in cells if c.map is not None]
        return Place(min(starts), max(ends))

    def _check(self, groups: list[_Group], projects: list[Project], total_at: Place) -> None:
        units = {p.money_unit for p in projects}
        if len(units) > 1:
            return  # R04 was said; amounts in different units add up to nothing
        inner: dict[str | None, list[Funds]] = {}
        for group in groups:
            inner.setdefault(group.outer, []).extend(group.rows)
        for group in groups:
            if group.name is not None:
                rows = group.rows or inner.get(group.name, [])
                self.findings += check_rows(group.funds, rows, group.place, f"单位“{group.name}”", f"Unit {group.name}")
        self.findings += check_rows(self.totals, [p.funds for p in projects], total_at, "合计行", "The total row")

    def _labels(self) -> None:
        """R03 for each indicator that lacks a label which most indicators of the table have."""
        every = [s for _, _, seen in self._seen for s in seen]
        for kind in (WHOLE, ANNUAL):
            # Where hardly any indicator has a label, the annual target at least was due.
            having = sum(bool(s & kind) for s in every)
            due = (having and 2 * having >= len(every)) or (kind == ANNUAL and not any(every))
            if not due or all(s & kind for s in every):
                continue
            for index, number, seen in self._seen:
                indicators = list(self.reading.projects[index].indicators)
                for k, labels in enumerate(seen):
                    if not labels & kind:
                        self.findings.append(label_missing(number, indicators[k], kind))


def _sums_below(bares: Sequence[bool], amounts: Sequence[Funds]) -> list[Decimal | None]:
    """For each row the sum of the totals of the projects directly below it, up to the next bare row; None for none."""
    sums: list[Decimal | None] = [None] * len(bares)
    for k in range(len(bares) - 2, -1, -1):
        if not bares[k + 1]:
            sums[k] = (amounts[k + 1].total or Decimal(0)) + (sums[k + 1] or Decimal(0))
    return sums

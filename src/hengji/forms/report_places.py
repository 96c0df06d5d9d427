"""Which cell of the official table a finding stands at, and the number by which the page links to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from hengji.forms.findings import by_project, project_of
from hengji.model.finding import Finding, Place
from hengji.model.table import Indicator, Project, TargetTable

HEAD, NUMBER = "head", "number"
# Where fields share a cell of the document (a packed cell of a sheet) or have no place, what was found is taken to be
# about the value of the year: that is what nearly all findings on an indicator are about.
_FIELDS = (
    "annual_target", "whole_term_target", "name", "level2", "level1", "actual", "max_points", "points",
    "variance_reason", "remark",
)  # fmt: skip
_OF_PROJECT = (
    "objective", "whole_term_objective", "total", "fiscal_appropriation", "special_account", "other_funds", "carry_over",
)  # fmt: skip


class Placed(NamedTuple):
    """A finding at its cell: `row` counts the indicators of the project from 1, 0 is the project's head.

    `project` 0 is the whole table. `id` runs through the page.
    """

    id: int
    finding: Finding
    project: int
    row: int
    cell: str


def placed(table: TargetTable, findings: Iterable[Finding]) -> list[Placed]:
    """All findings in the order of the page: whole table, then project by project, row by row, the graver first."""
    found: list[tuple[int, int, str, Finding]] = []
    for mine in by_project(findings).values():
        for finding in mine:
            project = project_of(finding, table)
            row, cell = (0, HEAD) if project is None else _in_project(finding, project)
            found.append(((finding.project or 0) if project else 0, row, cell, finding))
    found.sort(key=lambda at: at[:2])
    return [Placed(n, finding, project, row, cell) for n, (project, row, cell, finding) in enumerate(found, 1)]


def at_rows(placed_: Iterable[Placed]) -> dict[tuple[int, int], list[Placed]]:
    """Findings under (project, row)."""
    rows: dict[tuple[int, int], list[Placed]] = {}
    for each in placed_:
        rows.setdefault((each.project, each.row), []).append(each)
    return rows


def row_of(finding: Finding, project: Project) -> int:
    """The row of the indicator a finding is about, from 1; 0 for the project. Of two with one number, by place."""
    rows = [n for n, i in enumerate(project.indicators, 1) if i.number == finding.indicator]
    if len(rows) > 1:
        near = [n for n in rows if _holds(project.indicators[n - 1].place, finding.place)]
        rows = near or rows
    return rows[0] if rows else 0


def _in_project(finding: Finding, project: Project) -> tuple[int, str]:
    row = row_of(finding, project)
    if row:
        return row, cell_of(finding.place, project.indicators[row - 1])
    return 0, head_cell_of(finding.place, project)


def cell_of(place: Place, indicator: Indicator) -> str:
    """The field of an indicator that a place is the place of, or lies in; `NUMBER` for the indicator as a whole."""
    told = [f for f in _FIELDS if getattr(indicator, f) or f == _FIELDS[0]]
    same = [f for f in told if indicator.place_of(f) == place]
    return same[0] if same else _around(place, indicator.field_places, indicator.place, _FIELDS) or NUMBER


def head_cell_of(place: Place, project: Project) -> str:
    """The field of a project's head that a place is the place of, or lies in; `HEAD` for the project as a whole."""
    return _around(place, project.field_places, project.place, _OF_PROJECT) or HEAD


def _around(place: Place, own: Sequence[tuple[str, Place]], outer: Place, fields: Sequence[str]) -> str | None:
    full = [(name, each.within(outer)) for name, each in own if name in fields]
    return next((n for n, p in full if p == place and p != outer), None) or next(
        (n for n, p in full if p != outer and _holds(p, place)), None
    )


def _holds(outer: Place, inner: Place) -> bool:
    if outer.start is None or outer.end is None or inner.start is None or inner.end is None:
        return outer == inner
    return outer.start <= inner.start and inner.end <= outer.end

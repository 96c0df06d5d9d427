"""What of everything people gave is in force: the table with corrections and approved changes, the waivers.

Entries are applied in the order they were given; each names its project as it was called at that moment.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from hengji.dossier import structure
from hengji.dossier.changes import Change
from hengji.dossier.given import PROJECT_MONEY, GivenKind
from hengji.model.review import Waiver
from hengji.model.table import Project, TargetTable

_CHANGING = (GivenKind.WEIGHT, GivenKind.CORRECTION, GivenKind.TARGET_CHANGE, *structure.KINDS)


def table_in_force(table: TargetTable, changes: Sequence[Change], on: datetime.date) -> TargetTable:
    """The table with all corrections, and with the changes of targets and the weights in force on a day.

    A correction is about reading and holds from the start; a change of a target holds from the day it names.
    """
    return _applied(table, [c for c in changes if c.kind in _CHANGING], on)


def approved_table(table: TargetTable, changes: Sequence[Change], on: datetime.date) -> TargetTable:
    """The table as approved: what was published, with the approved changes of targets in force on a day.

    Corrections are left out, but for the names of projects, under which later changes were given, and for what came or
    went with a corrected document before the table was approved.
    """
    approved = [
        c for c in changes
        if c.kind in (GivenKind.TARGET_CHANGE, *structure.KINDS) or (c.kind == GivenKind.CORRECTION and _names_project(c.new))
    ]  # fmt: skip
    return _applied(table, approved, on)


def _names_project(new: dict[str, Any]) -> bool:
    return new["indicator"] is None and new["field"] == "name"


def _applied(table: TargetTable, changes: Sequence[Change], on: datetime.date) -> TargetTable:
    for change in changes:
        if datetime.date.fromisoformat(change.new.get("from", "0001-01-01")) <= on:
            table = with_entry(table, change.kind, change.new)
    return table


def with_entry(table: TargetTable, kind: str, new: Mapping[str, Any]) -> TargetTable:
    """The table with one entry that changes it; the table itself where the entry changes something else."""
    if kind in structure.KINDS:
        return replace(table, projects=tuple(structure.applied(list(table.projects), kind, new)))
    if kind not in _CHANGING:
        return table
    field, value = ("max_points", new["points"]) if kind == GivenKind.WEIGHT else (new["field"], new["value"])
    projects = [_with(p, new["indicator"], field, value) if p.name == new["project"] else p for p in table.projects]
    return replace(table, projects=tuple(projects))


def removed(changes: Sequence[Change]) -> frozenset[tuple[str, int | None]]:
    """The indicators that went, by project and number; whole projects with None."""
    return frozenset(
        (c.new["project"], c.new.get("indicator"))
        for c in changes
        if c.kind in (GivenKind.INDICATOR_REMOVED, GivenKind.PROJECT_REMOVED)
    )


def waivers_in_force(changes: Sequence[Change]) -> tuple[Waiver, ...]:
    """The waivers that were recorded and not withdrawn, in the order they were given, under the names in force."""
    standing: dict[tuple[str, str | None, int | None], Waiver] = {}
    for change in changes:
        new = change.new
        if change.kind == GivenKind.CORRECTION and _names_project(new):
            standing = {
                (k[0], new["value"], k[2]) if k[1] == new["project"] else k: (
                    replace(w, project=new["value"]) if k[1] == new["project"] else w
                )
                for k, w in standing.items()
            }
        if change.kind not in (GivenKind.WAIVER, GivenKind.WAIVER_WITHDRAWN):
            continue
        key = (new["code"], new.get("project"), new.get("indicator"))
        standing.pop(key, None)
        if change.kind == GivenKind.WAIVER:
            standing[key] = Waiver(*key, reason=change.why, by=change.by, on=change.at.date())
    return tuple(standing.values())


def _with(project: Project, number: int | None, field: str, value: str) -> Project:
    changed: dict[str, Any] = {field: value}
    if number is not None:
        indicators = tuple(i._replace(**changed) if i.number == number else i for i in project.indicators)
        return replace(project, indicators=indicators)
    if field in PROJECT_MONEY:
        return replace(project, funds=replace(project.funds, **{field: Decimal(value)}))
    return replace(project, **changed)

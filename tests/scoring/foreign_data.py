"""Readings of filled-in self-evaluations as tables, for the tests.

`tests/data/foreign/*.json` are readings in the shape of the shared corpus (l1 l2 name target actual weight score), each
project with what its document prints besides: money, total, conclusion and reasons.
"""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

from hengji.model.table import Funds, Indicator, Project, Source, TableKind, TargetTable

FOLDER = Path(__file__).parent.parent / "data" / "foreign"
NAMES = tuple(sorted(path.stem for path in FOLDER.glob("*.json")))


def foreign(name: str, *, alone: bool = False) -> TargetTable:
    """A reading by its name; `alone` leaves out what the reading itself does not hold."""
    return table_of(json.loads((FOLDER / f"{name}.json").read_text("utf-8")), alone=alone)


def table_of(gold: dict, *, alone: bool = False) -> TargetTable:
    """A reading as a table."""
    return TargetTable(
        Source("gold.json", "0" * 64, "application/json"), kind=TableKind(gold["kind"]), department=gold["department"],
        fiscal_year=gold["fiscal_year"], money_unit=gold["money_unit"],
        projects=tuple(_project(p, alone) for p in gold["projects"]),
    )  # fmt: skip


def _project(gold: dict, alone: bool) -> Project:
    printed = {} if alone else gold["printed"]
    reasons = printed.get("variance_reasons", {})
    funds = {k: Decimal(v) for k, v in printed.get("funds", {}).items() if v is not None}
    total = gold.get("total")
    return Project(
        gold["name"] or "",
        tuple(
            Indicator(
                number, i["name"], i["l1"], i["l2"], None, i.get("period_target"), i["target"], i["actual"], i["weight"],
                i["score"], variance_reason=reasons.get(i["name"]),
            )
            for number, i in enumerate(gold["indicators"], 1)
        ),
        funds=Funds(total=Decimal(total) if total else None, **funds), objective=gold.get("goal"),
        objective_actual=printed.get("objective_actual"), total_points=printed.get("total_points"),
    )  # fmt: skip

"""What people wrote for an evaluation, out of the change log: for the monitoring of a day, or the self-evaluation."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from hengji.dossier.actions import actions_in
from hengji.dossier.changes import Change
from hengji.dossier.given import GivenKind
from hengji.dossier.in_force import approved_table, table_in_force
from hengji.dossier.writing import causes_of
from hengji.model.action import ActionStatus
from hengji.model.evaluation import Stage
from hengji.model.table import TargetTable
from hengji.scoring.given import Given, GivenLine, GivenMoney, Key

_SELF = (GivenKind.VARIANCE_REASON, GivenKind.OBJECTIVE_ACTUAL)
_MONITORING = (GivenKind.MONITORING_LINE, GivenKind.MONITORING_MONEY)


def given_for(table: TargetTable, changes: Sequence[Change], stage: Stage, on: datetime.date) -> Given:
    """What was written for an evaluation of a stage as of a day, with the targets as approved.

    Args:
        table: the published table.
        changes: the change log.
        stage: monitoring takes what was written for that very day, self-evaluation all that is meant for it.
        on: the day.
    """
    fields = _fields(changes, stage, on)
    approved, now = approved_table(table, changes, on), table_in_force(table, changes, on)
    targets = _targets(approved)
    corrected = frozenset(key for key, text in _targets(now).items() if targets.get(key) != text)
    measures = _measures(changes) if stage is Stage.SELF_EVALUATION else {}
    lines = {
        (name, number): GivenLine(
            None, causes_of(said.get("causes", "")), said.get("reason"), said.get("likelihood"), said.get("forecast"),
            bool(said.get("adjustment")), "；".join(measures.get((name, number), ())) or None, said.get("remark"),
        )
        for name, number, said in _each(fields, measures)
    }  # fmt: skip
    money = {
        name: GivenMoney(said.get("reason"), Decimal(said["forecast"]) if said.get("forecast") else None)
        for (name, number), said in fields.items()
        if number is None and ("reason" in said or "forecast" in said)
    }
    objectives = {name: said["objective"] for (name, _), said in fields.items() if said.get("objective")}
    return Given(lines, money, targets, objectives, corrected)


Fields = dict[tuple[str, int | None], dict[str, str]]


def _each(fields: Fields, measures: dict[Key, list[str]]) -> list[tuple[str, int, dict[str, str]]]:
    keys = dict.fromkeys([*fields, *measures])
    return [(name, number, fields.get((name, number), {})) for name, number in keys if number is not None]


def _fields(changes: Sequence[Change], stage: Stage, on: datetime.date) -> Fields:
    """What was said of each thing: later entries over earlier ones, under the names that projects have now."""
    kinds = _MONITORING if stage is Stage.MONITORING else _SELF
    found: Fields = defaultdict(dict)
    for change in changes:
        new = change.new
        if _renamed(change):
            found = defaultdict(
                dict, {((new["value"] if k == new["project"] else k), n): v for (k, n), v in found.items()}
            )
        if change.kind not in kinds or ("as_of" in new and new["as_of"] != on.isoformat()):
            continue
        key = (new["project"], new["indicator"])
        if change.kind == GivenKind.VARIANCE_REASON:
            found[key]["reason"] = new["text"]
        elif change.kind == GivenKind.OBJECTIVE_ACTUAL:
            found[key]["objective"] = new["text"]
        else:
            found[key] |= {k: v for k, v in new.items() if k not in ("project", "indicator", "as_of")}
    return {key: {k: v for k, v in said.items() if v} for key, said in found.items()}


def _renamed(change: Change) -> bool:
    return change.kind == GivenKind.CORRECTION and change.new["indicator"] is None and change.new["field"] == "name"


def _measures(changes: Sequence[Change]) -> dict[Key, list[str]]:
    """This year's corrective actions by indicator, as a form prints them; those of last year are not about this one."""
    found: dict[Key, list[str]] = {}
    for action in actions_in(changes):
        if action.indicator is None or action.carried_from or action.status is ActionStatus.DROPPED:
            continue
        found.setdefault((action.project, action.indicator), []).append(action.zh)
    return found


def _targets(table: TargetTable) -> dict[Key, str | None]:
    return {(p.name, i.number): i.annual_target or i.whole_term_target for p in table.projects for i in p.indicators}

"""What a new year takes over: bindings, masters in force, corrective actions still open; records of events stay behind."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from hengji.dossier.actions import actions_in
from hengji.dossier.computed import BINDINGS, EVIDENCE, bindings_of, store_of
from hengji.dossier.errors import DossierError
from hengji.dossier.folder import Dossier
from hengji.dossier.given import GivenKind
from hengji.dossier.in_force import table_in_force
from hengji.evidence.bindings import write_bindings
from hengji.evidence.engine import open_engine
from hengji.evidence.errors import EvidenceError
from hengji.evidence.register import registers
from hengji.evidence.store import Store
from hengji.model.action import ActionStatus
from hengji.model.binding import Binding
from hengji.model.table import TargetTable


def carry_over(made: Dossier, origin: Dossier, at: datetime.datetime) -> tuple[int, int, int]:
    """Bindings and masters of last year's dossier into a new one: how many bindings, how many still confirmed, masters.

    A binding follows its indicator by name, to another number where that changed; its confirmation stands only where
    name and target value are the same, because that is what was confirmed. One whose indicator is gone stays behind.

    Raises:
        DossierError: last year's bindings or records cannot be read.
    """
    bindings = carried(bindings_of(origin.folder), origin.table, made.table)
    if bindings:
        (made.folder / BINDINGS).write_text(write_bindings(bindings), "utf-8")
    try:
        masters = _masters(store_of(origin), made.folder, made.year or at.year, at)
    except EvidenceError as error:
        raise DossierError(error.zh, error.en) from None
    return len(bindings), sum(b.confirmed for b in bindings), masters


def carried(bindings: Sequence[Binding], old: TargetTable, new: TargetTable) -> tuple[Binding, ...]:
    """Last year's bindings as they stand for this year's table."""
    was = {(p.name, i.number): i for p in old.projects for i in p.indicators}
    now = {(p.name, i.name): i for p in new.projects for i in p.indicators}
    numbers: dict[tuple[str, int], int] = {}
    kept = []
    for binding in bindings:
        before = was.get((binding.project, binding.indicator))
        after = now.get((binding.project, before.name)) if before else None
        if before is None or after is None:
            continue
        numbers[binding.project, binding.indicator] = after.number
        same = before.annual_target == after.annual_target
        kept.append(
            replace(
                binding, indicator=after.number, confirmed_by=binding.confirmed_by if same else None,
                confirmed_on=binding.confirmed_on if same else None,
            )
        )  # fmt: skip
    return tuple(
        replace(b, same_as=(b.same_as[0], numbers.get(b.same_as, b.same_as[1]))) if b.same_as else b for b in kept
    )


def carry_actions(made: Dossier, origin: Dossier, at: datetime.datetime) -> int:
    """Last year's corrective actions that are still open, into the change log of the new dossier: how many.

    Each follows its indicator by name; where that is gone it is about the project. Who gave it and why stays.

    Raises:
        DossierError: last year's change log was altered.
    """
    changes = origin.changes.read()
    given = {change.seq: change for change in changes}
    old = table_in_force(origin.table, changes, at.date())
    names = {(p.name, i.number): i.name for p in old.projects for i in p.indicators}
    numbers = {(p.name, i.name): i.number for p in made.table.projects for i in p.indicators}
    still = [a for a in actions_in(changes) if a.status is ActionStatus.OPEN]
    for action in still:
        change = given[action.id]
        name = names.get((action.project, action.indicator or 0), "")
        new = {
            "action": action.action, "owner": action.owner, "due": action.due.isoformat(), "project": action.project,
            "indicator": numbers.get((action.project, name)),
            "carried_from": action.carried_from or f"{origin.year or '上年'}#{action.id}",
        }  # fmt: skip
        made.changes.append([(GivenKind.CORRECTIVE_ACTION.value, None, new)], by=change.by, why=change.why, at=at)
    return len(still)


def _masters(store: Store, folder: Path, year: int, at: datetime.datetime) -> int:
    """Current rows of masters that are in force on 1 January or later."""
    engine = open_engine(store)
    begin = datetime.date(year, 1, 1)
    target = Store(folder / EVIDENCE)
    count = 0
    for name, kind in registers().items():
        if kind.kind != "master" or not engine.holds(name):
            continue
        table = engine.current(name, begin)
        assert table is not None
        table = table.filter(~table.void)
        if "valid_to" in table.columns:
            table = table.filter(table.valid_to.isnull() | (table.valid_to >= begin))
        rows = engine.connection.to_pyarrow(table.select(*(f.name for f in kind.fields)))
        if rows.num_rows:
            simulated = any(b.simulated for b in store.batches(name))
            target.add_table(name, rows, at=at, source=f"{year - 1} 年主数据", simulated=simulated)
            count += rows.num_rows
    return count

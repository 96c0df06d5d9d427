"""evaluate(): a dossier as of a day, at one stage, under one pack; the whole product in one call."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from hengji.dossier.actions import actions_in
from hengji.dossier.changes import ChangeLog
from hengji.dossier.computed import Computed, computed, store_of
from hengji.dossier.errors import DossierError
from hengji.dossier.folder import Dossier
from hengji.dossier.in_force import approved_table
from hengji.dossier.stored import Stored, latest_before, named
from hengji.dossier.written import given_for
from hengji.legislation import LawError, PackError, pack_named
from hengji.model.evaluation import Evaluation, Stage
from hengji.scoring.as_json import canonical
from hengji.scoring.monitoring import monitoring
from hengji.scoring.rules import Rules, rules_of
from hengji.scoring.self_checks import check_own
from hengji.scoring.self_evaluation import self_evaluation


@dataclass(frozen=True)
class Evaluated:
    """An evaluation, what it was computed from, and the digests of its inputs."""

    dossier: Dossier
    computed: Computed
    evaluation: Evaluation
    inputs: Mapping[str, Any]


def evaluate(
    dossier: Dossier,
    stage: Stage,
    as_of: datetime.date | None = None,
    *,
    pack: str | None = None,
    engine: str = "duckdb",
    held: Mapping[str, Any] | None = None,
) -> Evaluated:
    """The evaluation of a dossier; the last day of the year where none is given.

    `held` are the inputs of an evaluation that was frozen: it is made again from what the dossier held then; entries
    and batches that came later do not count.

    Raises:
        DossierError: as `computed`, or a pack that does not exist or does not hold together, or the monitoring before
            was altered.
    """
    if held is not None:
        dossier = as_held(dossier, held)
    name = pack or dossier.pack
    try:
        found = computed(dossier, as_of, engine=engine)
        on = found.period.as_of
        before = _before(dossier, stage, on, held)
        rules = rules_of(name, on)
        inputs = inputs_of(dossier, name, stage, on, before)
        digest = hashlib.sha256(canonical(inputs)).hexdigest()
        evaluation = _evaluation(found, stage, rules, digest, before)
    except (LawError, PackError) as error:
        raise DossierError(f"规则包 {name} 用不了：{error}", f"The rule pack {name} cannot be used: {error}") from None
    return Evaluated(dossier, found, evaluation, inputs)


def _evaluation(found: Computed, stage: Stage, rules: Rules, digest: str, before: Stored | None) -> Evaluation:
    on, published, changes = found.period.as_of, found.dossier.table, found.dossier.changes.read()
    given = {
        "as_of": on, "tolerance": found.work.settings.tolerance, "inputs_digest": digest, "simulated": found.simulated,
        "given": given_for(published, changes, stage, on),
    }  # fmt: skip
    if stage is Stage.MONITORING:
        previous = before.evaluation if before else None
        made = monitoring(found.table, found.actuals, found.execution, rules, previous=previous, **given)  # type: ignore[arg-type]
        return replace(made, actions=actions_in(changes))
    made = self_evaluation(found.table, found.actuals, found.execution, rules, **given)  # type: ignore[arg-type]
    approved = approved_table(published, changes, on)
    own = check_own(made, found.table, found.actuals, rules, found.bindings, approved)
    return replace(made, findings=(*made.findings, *found.findings, *own), actions=actions_in(changes))


def _before(dossier: Dossier, stage: Stage, on: datetime.date, held: Mapping[str, Any] | None) -> Stored | None:
    """The monitoring before: of a frozen evaluation the one it names, else the newest of an earlier day of the year."""
    if stage is not Stage.MONITORING:
        return None
    if held is not None:
        said = held.get("previous")
        return named(dossier, said["file"], said["sha256"]) if said else None
    return latest_before(dossier, stage, on)


def as_held(dossier: Dossier, inputs: Mapping[str, Any]) -> Dossier:
    """The dossier with the entries and batches that an evaluation was frozen with, and none that came later."""
    changes, batches = inputs.get("changes"), inputs.get("batches")
    if not isinstance(changes, Mapping) or not isinstance(batches, list):
        return dossier
    log = ChangeLog(dossier.changes.path, int(changes["entries"]))
    return replace(dossier, changes=log, first_batches=len(batches))


def inputs_of(dossier: Dossier, pack: str, stage: Stage, on: datetime.date, before: Stored | None) -> dict[str, Any]:
    """Everything that the figures follow from, by digest; the code's version stands beside it, not in it."""
    return {
        "stage": stage.value,
        "as_of": on.isoformat(),
        "table": dossier.table.source.sha256,
        "changes": dossier.changes.state(),
        "bindings": _sha(dossier.folder / "bindings.toml"),
        "settings": _sha(dossier.folder / "hengji.toml"),
        "batches": [f"{b.register}/{b.sha256}" for b in store_of(dossier).batches()],
        "pack": {"name": pack, "files": dict(pack_named(pack).files)},
        "previous": {"file": before.file, "sha256": before.sha256} if before else None,
    }


def _sha(path: Path) -> str | None:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else None

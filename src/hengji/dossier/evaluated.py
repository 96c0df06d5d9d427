"""evaluate(): a dossier as of a day, at one stage, under one pack; the whole product in one call."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from hengji.dossier.computed import Computed, computed, store_of
from hengji.dossier.errors import DossierError
from hengji.dossier.folder import Dossier
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
) -> Evaluated:
    """The evaluation of a dossier; the last day of the year where none is given.

    Raises:
        DossierError: as `computed`, or a pack that does not exist or does not hold together.
    """
    found = computed(dossier, as_of, engine=engine)
    on = found.period.as_of
    name = pack or dossier.pack
    try:
        rules = rules_of(name, on)
        inputs = inputs_of(dossier, name, stage, on)
        digest = hashlib.sha256(canonical(inputs)).hexdigest()
        evaluation = _evaluation(found, stage, rules, digest)
    except (LawError, PackError) as error:
        raise DossierError(f"规则包 {name} 用不了：{error}", f"The rule pack {name} cannot be used: {error}") from None
    return Evaluated(dossier, found, evaluation, inputs)


def _evaluation(found: Computed, stage: Stage, rules: Rules, digest: str) -> Evaluation:
    given = {
        "as_of": found.period.as_of, "tolerance": found.work.settings.tolerance, "inputs_digest": digest,
        "simulated": found.simulated,
    }  # fmt: skip
    if stage is Stage.MONITORING:
        return monitoring(found.table, found.actuals, found.execution, rules, **given)  # type: ignore[arg-type]
    made = self_evaluation(found.table, found.actuals, found.execution, rules, **given)  # type: ignore[arg-type]
    own = check_own(made, found.table, found.actuals, rules, found.bindings)
    return replace(made, findings=(*made.findings, *found.findings, *own))


def inputs_of(dossier: Dossier, pack: str, stage: Stage, on: datetime.date) -> dict[str, Any]:
    """Everything that the figures follow from, by digest; the code's version stands beside it, not in it."""
    return {
        "stage": stage.value,
        "as_of": on.isoformat(),
        "table": dossier.table.source.sha256,
        "changes": _sha(dossier.folder / "changes.jsonl"),
        "bindings": _sha(dossier.folder / "bindings.toml"),
        "settings": _sha(dossier.folder / "hengji.toml"),
        "batches": [f"{b.register}/{b.sha256}" for b in store_of(dossier).batches()],
        "pack": {"name": pack, "edition": edition(pack)},
    }


def edition(name: str) -> str:
    """The digest of all that a pack says, its bases included."""
    layers, pack = [], pack_named(name)
    while pack is not None:
        layers.append([repr(e) for versions in pack.entries.values() for e in versions])
        pack = pack.base  # type: ignore[assignment]
    return hashlib.sha256(canonical({"layers": layers})).hexdigest()


def _sha(path: Path) -> str | None:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else None

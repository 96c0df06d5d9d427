"""A frozen evaluation read back: the newest of a stage, as values, and whether its inputs are still what they were."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from hengji.dossier.errors import DossierError
from hengji.dossier.folder import Dossier
from hengji.evidence.chain import ChainedLog
from hengji.evidence.errors import EvidenceError
from hengji.model.action import ActionStatus, CorrectiveAction
from hengji.model.evaluation import (
    Evaluation,
    ExecutionScore,
    Head,
    Light,
    Likelihood,
    Line,
    ProjectEvaluation,
    Stage,
    Working,
)
from hengji.model.execution import BySource
from hengji.model.finding import Citation, Finding, Place, Severity
from hengji.model.review import Grade
from hengji.model.table import Funds

FOLDER = "evaluations"
CHAIN = "chain.jsonl"


@dataclass(frozen=True)
class Stored:
    """A frozen evaluation, the name and the SHA-256 of its file, and the digests of what it was made of."""

    evaluation: Evaluation
    file: str
    inputs: Mapping[str, Any]
    sha256: str = ""


def newest(dossier: Dossier, stage: Stage) -> Stored | None:
    """The evaluation of a stage that was frozen last; None where there is none.

    Raises:
        DossierError: the chain or the file was altered, or the file is gone.
    """
    listed = _listed(dossier.folder, stage)
    return named(dossier, *listed[-1]) if listed else None


def newest_file(folder: Path, stage: Stage) -> str:
    """The name of the file that was frozen last in a dossier's folder; empty where there is none.

    Raises:
        DossierError: the chain was altered.
    """
    listed = _listed(folder, stage)
    return listed[-1][0] if listed else ""


def latest_before(dossier: Dossier, stage: Stage, on: datetime.date) -> Stored | None:
    """Of the frozen evaluations of a stage the one of the latest day before `on` in its year; None where there is none.

    Raises:
        DossierError: as `newest`.
    """
    earlier = [
        (_day(file, stage), place, file, sha) for place, (file, sha) in enumerate(_listed(dossier.folder, stage))
    ]
    earlier = [e for e in earlier if e[0] < on and e[0].year == on.year]
    return named(dossier, *max(earlier)[2:]) if earlier else None


def _listed(folder: Path, stage: Stage) -> list[tuple[str, str]]:
    log: ChainedLog[dict[str, Any]] = ChainedLog(folder / FOLDER / CHAIN, dict)
    try:
        return [(e["file"], e["sha256"]) for e in log.read() if str(e["file"]).startswith(f"{stage.value}-")]
    except EvidenceError as error:
        raise DossierError(error.zh, error.en) from None


def _day(file: str, stage: Stage) -> datetime.date:
    """The day in the name of a file: <stage>-<as_of>-<digest8>.json."""
    start = len(stage.value) + 1
    return datetime.date.fromisoformat(file[start : start + 10])


def named(dossier: Dossier, file: str, sha256: str) -> Stored:
    """A frozen evaluation by its file and the digest that the chain has for it.

    Raises:
        DossierError: the file is gone or was altered.
    """
    return _read(dossier.folder / FOLDER / file, sha256)


def _read(path: Path, digest: str) -> Stored:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DossierError(
            f"冻结的评价 {path} 读不出来：{error.strerror}。请从备份恢复，或重新计分。",
            f"The frozen evaluation {path} cannot be read: {error.strerror}. Restore it, or score again.",
        ) from None
    if hashlib.sha256(data).hexdigest() != digest:
        raise DossierError(
            f"冻结的评价 {path} 被改动过，与链条上的摘要不符，没有使用。请用 hengji verify 核对，从备份恢复。",
            f"The frozen evaluation {path} was altered: its digest is not that of the chain. See hengji verify.",
        )
    content = json.loads(data)
    return Stored(evaluation_from(content["figures"]), path.name, content["inputs"], digest)


def evaluation_from(figures: Mapping[str, Any]) -> Evaluation:
    """The evaluation in the JSON of the contract, as values.

    What was added to the contract since is empty where the figures lack it; unverified law is then taken from the
    citations of their workings.
    """
    projects = tuple(_project(p) for p in figures["projects"])
    unverified = _citations(figures["unverified"]) if "unverified" in figures else _unverified(projects)
    return Evaluation(
        Stage(figures["stage"]), datetime.date.fromisoformat(figures["as_of"]), figures["pack"],
        figures["inputs_digest"], projects, tuple(_finding(f) for f in figures["findings"]), figures["simulated"],
        unverified, figures.get("department"), figures.get("fiscal_year"), figures.get("money_unit"),
        tuple(_action(a) for a in figures.get("actions", ())),
    )  # fmt: skip


def _unverified(projects: Iterable[ProjectEvaluation]) -> tuple[Citation, ...]:
    steps = [
        w for p in projects for w in (*p.workings, *p.execution.workings, *(w for li in p.lines for w in li.workings))
    ]
    return tuple(dict.fromkeys(c for w in steps for c in w.cites if not c.verified))


def _action(a: Mapping[str, Any]) -> CorrectiveAction:
    return CorrectiveAction(
        a["id"], a["project"], a["indicator"], a["action"], a["owner"], datetime.date.fromisoformat(a["due"]),
        ActionStatus(a["status"]), a["note"], datetime.date.fromisoformat(a["on"]) if a["on"] else None, a["carried_from"],
    )  # fmt: skip


def _project(p: Mapping[str, Any]) -> ProjectEvaluation:
    return ProjectEvaluation(
        p["name"], _execution(p["execution"]), tuple(_line(line) for line in p["lines"]),
        _number(p["total_points"]), _number(p["unrounded"]), Grade(p["grade"]) if p["grade"] else None, _light(p),
        p.get("objective"), p.get("objective_actual"), _workings(p), _head(p["head"]) if p.get("head") else None,
    )  # fmt: skip


def _head(head: Mapping[str, Any]) -> Head:
    funds = Funds(**{name: _number(amount) for name, amount in head["funds"].items()})
    return Head(head["fund_user"], head["supervising_department"], head["money_unit"], funds)


def _execution(e: Mapping[str, Any]) -> ExecutionScore:
    return ExecutionScore(
        _number(e["original_budget"]), _number(e["final_budget"]), _number(e["outturn"]), _number(e["execution_rate"]),
        Decimal(e["max_points"]), _number(e["points"]), _light(e), _number(e["forecast"]), _workings(e), e.get("reason"),
        tuple(BySource(s["source"], Decimal(s["budget"]), Decimal(s["outturn"])) for s in e.get("sources", ())),
    )  # fmt: skip


def _line(line: Mapping[str, Any]) -> Line:
    return Line(
        line["number"], line["code"], line["name"], line["level1"], line["level2"], line["target"], line["actual"],
        Decimal(line["max_points"]), _number(line["points"]), line["not_applicable"], _number(line["over_percent"]),
        _light(line), line["forecast"], Likelihood(line["likelihood"]) if line["likelihood"] else None,
        tuple(line["deviation_causes"]), line["variance_reason"], line["evidence"], _workings(line),
        line.get("corrective_action"), line.get("remark"),
    )  # fmt: skip


def _workings(holder: Mapping[str, Any]) -> tuple[Working, ...]:
    return tuple(
        Working(w["step"], w["formula"], w["inputs"], w["result"], _citations(w["cites"])) for w in holder["workings"]
    )


def _finding(f: Mapping[str, Any]) -> Finding:
    return Finding(
        f["code"], Severity(f["severity"]), f["zh"], f["en"], Place(**f["place"]), f["suggestion"],
        _citations(f["cites"]), f["project"], f["indicator"],
    )  # fmt: skip


def _citations(cites: Iterable[Mapping[str, Any]]) -> tuple[Citation, ...]:
    return tuple(Citation(c["document"], c["title"], c["topic"], c["verified"]) for c in cites)


def _light(holder: Mapping[str, Any]) -> Light | None:
    return Light(holder["light"]) if holder["light"] else None


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)

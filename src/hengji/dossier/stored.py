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
from hengji.model.evaluation import (
    Evaluation,
    ExecutionScore,
    Light,
    Likelihood,
    Line,
    ProjectEvaluation,
    Stage,
    Working,
)
from hengji.model.finding import Citation, Finding, Place, Severity
from hengji.model.review import Grade

FOLDER = "evaluations"
CHAIN = "chain.jsonl"


@dataclass(frozen=True)
class Stored:
    """A frozen evaluation, the name of its file, and the digests of what it was made of."""

    evaluation: Evaluation
    file: str
    inputs: Mapping[str, Any]


def newest(dossier: Dossier, stage: Stage) -> Stored | None:
    """The evaluation of a stage that was frozen last; None where there is none.

    Raises:
        DossierError: the chain or the file was altered, or the file is gone.
    """
    folder = dossier.folder / FOLDER
    log: ChainedLog[dict[str, Any]] = ChainedLog(folder / CHAIN, dict)
    try:
        listed = [e for e in log.read() if str(e["file"]).startswith(f"{stage.value}-")]
    except EvidenceError as error:
        raise DossierError(error.zh, error.en) from None
    return _read(folder / listed[-1]["file"], listed[-1]["sha256"]) if listed else None


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
            f"冻结的评价 {path} 被改动过，与链条上的摘要不符，没有打印。请用 hengji verify 核对，从备份恢复。",
            f"The frozen evaluation {path} was altered: its digest is not that of the chain. See hengji verify.",
        )
    content = json.loads(data)
    return Stored(evaluation_from(content["figures"]), path.name, content["inputs"])


def evaluation_from(figures: Mapping[str, Any]) -> Evaluation:
    """The evaluation in the JSON of the contract, as values.

    What the figures say of unverified law is taken from the citations of their workings.
    """
    projects = tuple(_project(p) for p in figures["projects"])
    steps = [
        w for p in projects for w in (*p.workings, *p.execution.workings, *(w for li in p.lines for w in li.workings))
    ]
    return Evaluation(
        Stage(figures["stage"]), datetime.date.fromisoformat(figures["as_of"]), figures["pack"],
        figures["inputs_digest"], projects, tuple(_finding(f) for f in figures["findings"]), figures["simulated"],
        tuple(dict.fromkeys(c for w in steps for c in w.cites if not c.verified)),
    )  # fmt: skip


def _project(p: Mapping[str, Any]) -> ProjectEvaluation:
    return ProjectEvaluation(
        p["name"], _execution(p["execution"]), tuple(_line(line) for line in p["lines"]),
        _number(p["total_points"]), _number(p["unrounded"]), Grade(p["grade"]) if p["grade"] else None, _light(p),
        workings=_workings(p),
    )  # fmt: skip


def _execution(e: Mapping[str, Any]) -> ExecutionScore:
    return ExecutionScore(
        _number(e["original_budget"]), _number(e["final_budget"]), _number(e["outturn"]), _number(e["execution_rate"]),
        Decimal(e["max_points"]), _number(e["points"]), _light(e), _number(e["forecast"]), _workings(e),
    )  # fmt: skip


def _line(line: Mapping[str, Any]) -> Line:
    return Line(
        line["number"], line["code"], line["name"], line["level1"], line["level2"], line["target"], line["actual"],
        Decimal(line["max_points"]), _number(line["points"]), line["not_applicable"], _number(line["over_percent"]),
        _light(line), line["forecast"], Likelihood(line["likelihood"]) if line["likelihood"] else None,
        tuple(line["deviation_causes"]), line["variance_reason"], line["evidence"], _workings(line),
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

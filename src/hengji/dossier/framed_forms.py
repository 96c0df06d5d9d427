"""The forms of 部门整体支出绩效自评, 部门评价 and 财政评价, printed from what was frozen and from nothing else."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from hengji import forms
from hengji.dossier.computed import store_of
from hengji.dossier.department import evaluate_department
from hengji.dossier.errors import DossierError
from hengji.dossier.folder import Dossier
from hengji.dossier.framed import FRAMES
from hengji.dossier.frozen import freeze
from hengji.dossier.printing import FormKind
from hengji.dossier.stored import CHAIN, FOLDER, Stored, evaluation_from, newest
from hengji.evidence.chain import ChainedLog
from hengji.evidence.errors import EvidenceError
from hengji.forms import Material
from hengji.legislation import LawError, PackError, pack_named
from hengji.model.evaluation import Evaluation, Stage
from hengji.model.table import Project, Source, TargetTable
from hengji.scoring.rules import rules_of

_FILES = {Stage.DEPARTMENTAL_EVALUATION: "evaluation", Stage.FISCAL_EVALUATION: "fiscal_evaluation"}

_RENDERINGS = {"xlsx": forms.as_xlsx, "docx": forms.as_docx, "html": forms.as_html}


class Printed(NamedTuple):
    """File name → content, and the frozen files since which people gave something or records came."""

    files: dict[str, bytes]
    older: tuple[str, ...] = ()


def framed_forms(dossier: Dossier, kind: FormKind, now: datetime.datetime, only: str | None = None) -> Printed:
    """The forms of one of these kinds; none where nothing of it is frozen.

    `only` names the one file that is wanted. That of the whole unit is evaluated and frozen first where it is not yet, and a self-evaluation is.

    Raises:
        DossierError: the chain or a file was altered, or the dossier cannot be computed.
    """
    if kind is FormKind.DEPARTMENT_SELF_EVALUATION:
        stored = newest(dossier, Stage.DEPARTMENT_SELF_EVALUATION) or _frozen_now(dossier, now)
        if stored is None:
            return Printed({})
        form = forms.department_form(material_of(stored.evaluation, stored.file))
        return Printed(_rendered(f"0-{kind}", form, only), _older(dossier, [stored]))
    made: dict[str, bytes] = {}
    every: list[Stored] = []
    for stage in FRAMES.values():
        for n, stored in sorted(_newest_of_projects(dossier, stage).items()):
            every.append(stored)
            made |= _rendered(
                f"{n}-{_FILES[stage]}", forms.frame_form(material_of(stored.evaluation, stored.file)), only
            )
    return Printed(made, _older(dossier, every))


def _older(dossier: Dossier, stored: Sequence[Stored]) -> tuple[str, ...]:
    entries, batches = dossier.changes.state()["entries"], len(store_of(dossier).batches())
    return tuple(
        s.file for s in stored if s.inputs["changes"]["entries"] != entries or len(s.inputs["batches"]) != batches
    )


def _rendered(name: str, form: forms.Form, only: str | None) -> dict[str, bytes]:
    """One form in all its renderings, or in the one that is wanted."""
    return {f"{name}.{e}": content(form) for e, content in _RENDERINGS.items() if only in (None, f"{name}.{e}")}


def material_of(evaluation: Evaluation, frozen: str | None = None) -> Material:
    """What these forms are printed from: the evaluation with the heads of its projects.

    Raises:
        DossierError: its rule pack is not there any more.
    """
    projects = tuple(
        Project(p.name, (), None, p.head.fund_user, p.head.supervising_department, None, p.head.money_unit, p.head.funds)
        if p.head else Project(p.name)
        for p in evaluation.projects
    )  # fmt: skip
    table = TargetTable(
        Source("", "", ""), department=evaluation.department, fiscal_year=evaluation.fiscal_year,
        money_unit=evaluation.money_unit, projects=projects,
    )  # fmt: skip
    try:
        title = pack_named(evaluation.pack).title_zh
        rounding = rules_of(evaluation.pack, evaluation.as_of).rounding
    except (LawError, PackError) as error:
        raise DossierError(f"规则包 {evaluation.pack} 用不了：{error}", f"The pack cannot be used: {error}") from None
    return Material(table, evaluation, title, frozen=frozen, rounding=rounding)


def _frozen_now(dossier: Dossier, now: datetime.datetime) -> Stored | None:
    """The unit evaluated as of the self-evaluation that was frozen last, and frozen too; None without one."""
    basis = newest(dossier, Stage.SELF_EVALUATION)
    if basis is None:
        return None
    made = evaluate_department(dossier, basis.evaluation.as_of, pack=basis.evaluation.pack)
    path = freeze(made, now)
    return Stored(made.evaluation, path.name, made.inputs)


def _newest_of_projects(dossier: Dossier, stage: Stage) -> dict[int, Stored]:
    """The newest frozen evaluation of each project, by its number in the table."""
    folder = dossier.folder / FOLDER
    log: ChainedLog[dict[str, str]] = ChainedLog(folder / CHAIN, dict)
    try:
        listed = [e for e in log.read() if e["file"].startswith(f"{stage.value}-")]
    except EvidenceError as error:
        raise DossierError(error.zh, error.en) from None
    found = {}
    for entry in listed:
        content = json.loads(_unaltered(folder / entry["file"], entry["sha256"]))
        number = int(content["inputs"]["number"])
        found[number] = Stored(evaluation_from(content["figures"]), entry["file"], content["inputs"])
    return found


def _unaltered(path: Path, digest: str) -> bytes:
    data = path.read_bytes() if path.exists() else b""
    if hashlib.sha256(data).hexdigest() != digest:
        raise DossierError(
            f"冻结的评价 {path} 不见了或被改动过，没有打印。请用 hengji verify 核对，从备份恢复。",
            f"The frozen evaluation {path} is gone or was altered; see hengji verify.",
        )
    return data

"""What jobs do.

Each is safe to begin again: indexes are made anew, a frozen evaluation is written once, records twice imported change
nothing.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from hengji.dossier.attested import register_attestations
from hengji.dossier.computed import store_of
from hengji.dossier.department import evaluate_department
from hengji.dossier.errors import DossierError
from hengji.dossier.evaluated import evaluate
from hengji.dossier.framed import FRAMES, evaluate_frame
from hengji.dossier.frozen import freeze, verify
from hengji.dossier.office import office, pdfs
from hengji.evidence.errors import EvidenceError
from hengji.evidence.imported import import_json
from hengji.model.evaluation import Stage
from hengji.web.flow.models import Entry
from hengji.web.flow.trail import proved
from hengji.web.jobs.models import Job
from hengji.web.outlets.suspicions import make
from hengji.web.years.index import folder_of, index_actuals, index_evaluation
from hengji.web.years.months import index_month, month_ends
from hengji.web.years.printing import files_of

_KEPT = 24 * 3600
"""How many seconds a PDF is kept to be fetched; it can be made again."""


class Cancelled(Exception):
    """The person who asked for the job wants it no more."""


def _at(job: Job, done: int, total: int, zh: str, en: str) -> None:
    """Say how far the job is, and stop where that was asked for."""
    job.refresh_from_db(fields=["cancel"])
    if job.cancel:
        raise Cancelled
    _said(job, done, total, zh, en)


def _said(job: Job, done: int, total: int, zh: str, en: str) -> None:
    """Say how far the job is."""
    Job.objects.filter(pk=job.pk).update(done=done, total=total, said_zh=zh, said_en=en)
    job.done, job.total, job.said_zh, job.said_en = done, total, zh, en


def _compute(job: Job) -> dict[str, Any]:
    assert job.dossier is not None
    _at(job, 0, 1, "正在从台账计算各项指标", "computing from records")
    if job.arguments.get("attested"):
        register_attestations(folder_of(job.dossier), timezone.localtime().replace(tzinfo=None))
    counted = index_actuals(job.dossier, _day(job))
    _at(job, 1, 1, f"已计算 {counted} 项指标", f"{counted} indicators computed")
    return {"indicators": counted}


def _evaluate(job: Job) -> dict[str, Any]:
    assert job.dossier is not None
    stage = Stage(job.arguments["stage"])
    _at(job, 0, 3, "正在计算", "computing")
    of_project = stage in FRAMES.values()
    if of_project:
        found = evaluate_frame(folder_of(job.dossier), stage, job.arguments["project"], _day(job))
    elif stage is Stage.DEPARTMENT_SELF_EVALUATION:
        found = evaluate_department(folder_of(job.dossier), _day(job))
    else:
        found = evaluate(folder_of(job.dossier), stage, _day(job))
    _at(job, 1, 3, "正在冻结结果", "freezing")
    path = freeze(found, timezone.localtime().replace(tzinfo=None))
    if of_project or stage is Stage.DEPARTMENT_SELF_EVALUATION:
        _said(job, 3, 3, f"已冻结为 {path.name}", f"frozen as {path.name}")
        return {"file": path.name}
    index_evaluation(job.dossier, stage)
    _at(job, 2, 3, "正在更新目标表", "updating the table")
    index_actuals(job.dossier, _day(job))
    _at(job, 3, 3, f"已冻结为 {path.name}", f"frozen as {path.name}")
    return {"file": path.name}


def _import_records(job: Job) -> dict[str, Any]:
    """Records of an uploaded file into a register; the bad rows stay in the quarantine file, each with its reason."""
    assert job.dossier is not None
    register, path = job.arguments["register"], Path(job.arguments["path"])
    _at(job, 0, 2, "正在登记", "taking in records")
    folder = folder_of(job.dossier)
    try:
        added = store_of(folder).add_file(
            register, path, at=timezone.localtime(), year=folder.year, file=job.arguments["file"]
        )
    except EvidenceError as error:
        raise DossierError(error.zh, error.en) from None
    # The records are in: from here on there is nothing left to cancel.
    _said(job, 1, 2, "正在重新计算", "computing again")
    index_actuals(job.dossier)
    told = import_json(added)
    # Not the path on this machine: the name that the page of the faults is asked by.
    return {**told, "quarantine": added.quarantine.stem.rpartition("-")[2] if added.quarantine else ""}


def _verify(job: Job) -> dict[str, Any]:
    assert job.dossier is not None
    found = verify(folder_of(job.dossier))
    return {
        "checked": found.checked,
        "differences": [d._asdict() for d in found.differences],
        "remarks": list(found.remarks),
    }


def _trail(job: Job) -> dict[str, Any]:
    """Every act of the trail again."""
    total = Entry.objects.count()
    _at(job, 0, total, "正在核对留痕", "proving the trail")
    found = proved(lambda done: _at(job, done, total, f"已核对 {done} 条", f"{done} acts read"))
    _said(job, total, total, f"核对了 {found.checked} 条", f"{found.checked} acts read")
    return {"checked": found.checked, "digest": found.digest, "breaks": [b._asdict() for b in found.breaks],
            "remarks": [list(r) for r in found.remarks]}  # fmt: skip


def _pdf(job: Job) -> dict[str, Any]:
    """A form as PDF, kept under the number of the job for a day."""
    assert job.dossier is not None
    name, program = job.arguments["name"], office()
    if program is None:
        raise DossierError("这台服务器没有装 LibreOffice，不能转 PDF。", "LibreOffice is not installed on this server.")
    _at(job, 0, 2, "正在生成表式", "making the form")
    made_of = [f"{name}.{ending}" for ending in ("xlsx", "docx")]
    files = {n: c for only in made_of for n, c in files_of(job.dossier, job.arguments["form"], only).items()}
    _at(job, 1, 2, "正在转成 PDF", "converting")
    made = pdfs(files, program)
    if not made:
        raise DossierError(f"{name} 没有可以转成 PDF 的文件。", f"{name} has no office file to convert.")
    settings.PRINTS.mkdir(parents=True, exist_ok=True)
    for old in settings.PRINTS.glob("*.pdf"):
        if timezone.now().timestamp() - old.stat().st_mtime > _KEPT:
            old.unlink(missing_ok=True)
    (settings.PRINTS / f"{job.pk}.pdf").write_bytes(made[f"{name}.pdf"])
    _said(job, 2, 2, f"{name}.pdf 已生成", f"{name}.pdf is made")
    return {"download": f"{name}.pdf"}


def _months(job: Job) -> dict[str, Any]:
    """The year month by month, for the pictures; each month is there when it is done."""
    assert job.dossier is not None
    days = month_ends(job.dossier)
    for done, day in enumerate(days):
        _at(job, done, len(days), f"正在计算 {day:%m} 月", f"computing month {day:%m}")
        index_month(job.dossier, day)
    _said(job, len(days), len(days), f"已计算 {len(days)} 个月", f"{len(days)} months computed")
    return {}


def _suspect(job: Job) -> dict[str, Any]:
    """The list of suspicions of the unit's outlets, kept for the pages."""
    assert job.dossier is not None
    _at(job, 0, 1, "正在核查在线数据", "looking through online data")
    count = make(job.dossier)
    _said(job, 1, 1, f"疑似异常 {count} 条，需现场核实", f"{count} suspicions, which need site proof")
    return {"suspicions": count}


def _day(job: Job) -> datetime.date | None:
    said = job.arguments.get("as_of")
    return datetime.date.fromisoformat(said) if said else None


WORK: dict[str, Callable[[Job], dict[str, Any] | None]] = {
    "compute": _compute, "evaluate": _evaluate, "records": _import_records, "verify": _verify,
    "months": _months, "pdf": _pdf, "trail": _trail, "suspect": _suspect,
}  # fmt: skip

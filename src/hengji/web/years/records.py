"""Registers on screen: which there are and which indicators need them, templates to fill in, uploads, batches."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from hengji.dossier import DossierError
from hengji.dossier.computed import EVIDENCE, bindings_of, store_of
from hengji.dossier.locks import RECORDS, changing
from hengji.evidence.annotated import annotated_workbook
from hengji.evidence.errors import EvidenceError
from hengji.evidence.listing import Sought, found_in, page_of
from hengji.evidence.register import Register, registers
from hengji.evidence.suggest_params import used_registers
from hengji.evidence.template import template_workbook
from hengji.web.access import Act, needs
from hengji.web.flow.log import note
from hengji.web.jobs.run import ask
from hengji.web.people.scope import dossier_for
from hengji.web.templatetags.said import chinese
from hengji.web.years.files import sent
from hengji.web.years.index import folder_of
from hengji.web.years.models import Dossier
from hengji.web.years.tables import base, me, tell

ROWS = 100
"""How many records a page holds."""


@require_safe
@needs("registers")
def registers_of(request: HttpRequest, pk: int) -> HttpResponse:
    """All registers that the dossier's bindings read, what is in each, and which indicators wait for it."""
    dossier = dossier_for(me(request), pk, Act.VIEW)
    try:
        needed, counts = _needed(dossier), _counts(dossier)
    except (DossierError, EvidenceError) as error:
        tell(request, error)
        needed, counts = {}, {}
    names = [n for n in registers() if n in needed or n in counts] or list(registers())
    rows = [(registers()[n], counts.get(n, {}), needed.get(n, [])) for n in names]
    return render(request, "registers.html", {**base(request, dossier), "rows": rows})


@require_safe
@needs("register")
def register_page(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """One register: its fields, its batches, where to upload."""
    dossier, kind = dossier_for(me(request), pk, Act.VIEW), _register(name)
    try:
        batches = store_of(folder_of(dossier)).batches(name)
    except (DossierError, EvidenceError) as error:
        tell(request, error)
        batches = []
    given = {**base(request, dossier), "register": kind, "batches": list(reversed(batches)),
             "needed": _needed(dossier).get(name, [])}  # fmt: skip
    return render(request, "register.html", given)


@require_safe
@needs("register_rows")
def register_rows(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """The records of a register as they were recorded, every version, a page at a time, all or those that are sought.

    Personal values are pseudonyms.
    """
    dossier, kind = dossier_for(me(request), pk, Act.VIEW), _register(name)
    sought = _sought(request, kind)
    said = request.GET.get("from", "")
    start = int(said) if said.isdecimal() and len(said) < 12 else 0
    try:
        batches = store_of(folder_of(dossier)).batches(name)
        found = found_in(batches, kind, sought, start, ROWS) if sought else page_of(batches, start, ROWS)
    except OSError as error:
        raise DossierError(
            f"台账文件读不出来：{error}。请用“hengji evidence check”核对，从备份恢复。",
            f"A file of the register cannot be read: {error}. See `hengji evidence check`; restore it from a backup.",
        ) from None
    fields = [f for f in kind.fields if any(row.get(f.name) is not None for row in found.rows)]
    lines = [(start + n, row["batch_source"], [row.get(f.name) for f in fields]) for n, row in enumerate(found.rows, 1)]
    time = next((f for f in kind.fields if f.name == kind.time), None)
    given = {**base(request, dossier), "register": kind, "fields": fields, "lines": lines, "sought": sought, "time": time,
             "before": max(0, start - ROWS) if start else None, "next": start + ROWS if found.more else None}  # fmt: skip
    return render(request, "register_rows.html", given)


@require_safe
@needs("register_template")
def template(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """The workbook to fill in."""
    dossier_for(me(request), pk, Act.ANSWER)
    return sent(template_workbook(_register(name)), f"{name}.xlsx")


@require_safe
@needs("register_faults")
def faults(request: HttpRequest, pk: int, name: str, digest: str) -> HttpResponse:
    """The rows of an upload that were not taken, as a workbook with the bad cells marked; corrected, it is uploaded again."""
    dossier, kind = dossier_for(me(request), pk, Act.ANSWER), _register(name)
    path = dossier.folder / EVIDENCE / "quarantine" / f"{name}-{digest}.csv"
    if not path.is_file():
        raise Http404
    note(request, "export_faults", path.name, dossier=dossier)
    return sent(annotated_workbook(kind, path), f"{name}-{digest[:8]}-faults.xlsx")


@require_POST
@needs("register_upload")
def upload(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Records into a register, in the background; the job's page tells what was taken and what not."""
    dossier, kind = dossier_for(me(request), pk, Act.ANSWER), _register(name)
    file = request.FILES.get("file")
    if file is None or not file.name or (file.size or 0) > settings.UPLOAD_MAX:
        most = settings.UPLOAD_MAX // 1024 // 1024
        messages.error(
            request, f"请选择一个不超过 {most} MB 的文件。" if chinese() else f"Choose a file of at most {most} MB."
        )
        return redirect("register", pk=pk, name=name)
    try:
        with changing(dossier.folder, RECORDS):
            pass  # the job will look again; who uploads is told at once
    except DossierError as error:
        tell(request, error)
        return redirect("register", pk=pk, name=name)
    settings.UPLOADS.mkdir(parents=True, exist_ok=True)
    path = settings.UPLOADS / uuid.uuid4().hex
    try:
        with path.open("xb") as out:
            for chunk in file.chunks():
                out.write(chunk)
    except OSError:
        path.unlink(missing_ok=True)
        raise
    note(request, "upload", f"{kind.title} {file.name}", dossier=dossier)
    job = ask("records", dossier, me(request), register=name, path=str(path), file=str(file.name))
    return redirect("job", pk=job.pk)


def _register(name: str) -> Register:
    kind = registers().get(name)
    if kind is None:
        raise Http404
    return kind


def _sought(request: HttpRequest, kind: Register) -> Sought:
    """What the form of a register's page asks for; what makes no sense asks for nothing."""
    field = request.GET.get("field", "")
    days = []
    for name in ("first", "last"):
        try:
            days.append(datetime.date.fromisoformat(request.GET.get(name, "")) if kind.time else None)
        except ValueError:
            days.append(None)
    known = field if any(f.name == field for f in kind.fields) else ""
    return Sought(request.GET.get("q", "").strip()[:100], known, *days)


def _needed(dossier: Dossier) -> dict[str, list[tuple[str, int]]]:
    """The indicators (project, number) that read each register."""
    found: dict[str, list[tuple[str, int]]] = {}
    for binding in bindings_of(dossier.folder):
        if binding.measure is not None:
            for name in used_registers(binding.measure, binding.params):
                found.setdefault(name, []).append((binding.project, binding.indicator))
    return found


def _counts(dossier: Dossier) -> dict[str, dict[str, Any]]:
    """Records, corrections and voids of each register, and whether any are simulated."""
    found: dict[str, dict[str, Any]] = {}
    for batch in store_of(folder_of(dossier)).batches():
        one = found.setdefault(batch.register, {"new": 0, "versions": 0, "voids": 0, "late": 0, "simulated": False})
        for word in ("new", "versions", "voids", "late"):
            one[word] += batch.counts.get(word, 0)
        one["simulated"] = one["simulated"] or batch.simulated
    return found

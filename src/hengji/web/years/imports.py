"""Import with proof: the document on the left, what was read on the right, findings at their cells, confirm writes it."""

from __future__ import annotations

import shutil

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hengji.dossier import DossierError
from hengji.web.access import Act, needs
from hengji.web.flow.log import note
from hengji.web.flow.models import Subject
from hengji.web.flow.steps import case_of
from hengji.web.people.scope import dossier_for, units_of
from hengji.web.templatetags.said import chinese
from hengji.web.years.index import begin, folder_of
from hengji.web.years.proof import source_of
from hengji.web.years.tables import base, me


@require_http_methods(["GET", "HEAD", "POST"])
@needs("import")
def upload(request: HttpRequest) -> HttpResponse:
    """A published table of a unit; what is wrong with the file is said on this page and nothing is kept of it."""
    units, trouble = list(units_of(me(request), Act.MANAGE)), []
    if request.method == "POST":
        file = request.FILES.get("file")
        unit = next((u for u in units if str(u.pk) == request.POST.get("unit")), None)
        year = request.POST.get("year", "").strip()
        if unit is None:
            trouble.append(("unit", "请选择预算单位。", "Choose the budget unit."))
        if file is None or not file.name:
            trouble.append(("file", "请选择要导入的文件。", "Choose the document."))
        elif (file.size or 0) > settings.UPLOAD_MAX:
            trouble.append(
                ("file", f"文件超过 {settings.UPLOAD_MAX // 1024 // 1024} MB。", "The document is too large.")
            )
        if year and not (year.isdecimal() and 1990 <= int(year) <= 2100):
            trouble.append(("year", "年度应为四位数字，如 2024。", "The year has four digits, such as 2024."))
        if not trouble:
            assert file is not None
            assert unit is not None
            try:
                made = begin(unit, file.read(), str(file.name), int(year) if year else None)
            except DossierError as error:
                trouble.append(("file", error.zh, error.en))
            else:
                note(request, "import", str(file.name), dossier=made)
                return redirect("proof", pk=made.pk)
    given = {"units": units, "trouble": trouble, "posted": request.POST}
    return render(request, "import.html", given, status=422 if trouble else 200)


@require_safe
@needs("proof")
def proof(request: HttpRequest, pk: int) -> HttpResponse:
    """The document beside what was read of it; each side links to the other."""
    dossier = dossier_for(me(request), pk, Act.MANAGE)
    folder = folder_of(dossier)
    source = source_of(folder.table_file.read_bytes(), folder.table_file.name)
    found: dict[tuple[int, int], list[object]] = {}
    for finding in dossier.findings.all():
        found.setdefault((finding.project, finding.row), []).append(finding)
    projects = [
        (p, found.get((p.number, 0), ()), [(i, found.get((p.number, i.row), ())) for i in p.indicators.all()])
        for p in dossier.projects.prefetch_related("indicators")
    ]
    given = {**base(request, dossier), "blocks": source, "projects": projects, "whole": found.get((0, 0), ()),
             "file": folder.table_file.name}  # fmt: skip
    return render(request, "proof.html", given)


@require_POST
@needs("confirm")
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm what was read: from now on the table is there for everybody in its scope."""
    dossier = dossier_for(me(request), pk, Act.MANAGE)
    if dossier.confirmed_at is None:
        with transaction.atomic():
            dossier.confirmed_at = timezone.now()
            dossier.save(update_fields=["confirmed_at"])
            case_of(dossier, Subject.TARGETS)
            note(request, "confirm", dossier=dossier)
        messages.success(request, "已确认，目标表建立完成。" if chinese() else "Confirmed: the table is there.")
    return redirect("table", pk=pk)


@require_POST
@needs("discard")
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw away a table that was not confirmed yet."""
    dossier = dossier_for(me(request), pk, Act.MANAGE)
    if dossier.confirmed_at is not None:
        messages.error(request, "已确认的目标表不能放弃。" if chinese() else "A confirmed table cannot be discarded.")
        return redirect("table", pk=pk)
    folder = dossier.folder
    with transaction.atomic():
        note(request, "discard", str(dossier))
        dossier.delete()
    shutil.rmtree(folder, ignore_errors=True)
    return redirect("years")

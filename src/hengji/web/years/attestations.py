"""人工佐证 by page: where records cannot answer, two people sign a statement with a file; it becomes a record like any other."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from hengji.dossier import DossierError, GivenKind, entry, keep, table_in_force
from hengji.web.access import Act, needs
from hengji.web.flow.log import note
from hengji.web.flow.models import Subject
from hengji.web.flow.steps import locked
from hengji.web.jobs.run import ask
from hengji.web.people.scope import dossier_for
from hengji.web.years.index import folder_of
from hengji.web.years.models import Dossier, Indicator
from hengji.web.years.scans import KINDS, MOST
from hengji.web.years.tables import base, me

GRADES = ("优", "良", "中", "差", "是", "否")
_FIELDS = ("statement", "signer", "co_signer", "signed_on", "grade", "band")


@require_http_methods(["GET", "HEAD", "POST"])
@needs("attest")
def attest(request: HttpRequest, pk: int, project: int, row: int) -> HttpResponse:
    """The form of one attestation; POST keeps statement and file, and computes the indicator anew in the background."""
    dossier = dossier_for(me(request), pk, Act.ANSWER)
    one = (
        Indicator.objects.filter(project__dossier=dossier, project__number=project, row=row)
        .select_related("project")
        .first()
    )
    if one is None:
        raise Http404
    trouble: DossierError | None = None
    if request.method == "POST":
        try:
            with transaction.atomic():
                digest = _kept(request, dossier, one)
                job = ask("compute", dossier, me(request), attested=True)
        except DossierError as error:
            trouble = error
        else:
            note(request, "attestation", f"{project}-{row}", dossier=dossier, after=digest)
            return redirect("job", pk=job.pk)
    given = {**base(request, dossier), "one": one, "grades": GRADES, "posted": request.POST, "trouble": trouble,
             "locked": locked(dossier, Subject.SELF_EVALUATION), "today": timezone.localdate()}  # fmt: skip
    return render(request, "attest.html", given, status=422 if trouble else 200)


def _kept(request: HttpRequest, dossier: Dossier, one: Indicator) -> str:
    """Write the attestation down; its file first, so that the entry never names a file that is not there."""
    if locked(dossier, Subject.SELF_EVALUATION):
        raise DossierError(
            "单位自评已送审或已批复，不能再补佐证。请由审核人退回后再办。",
            "The self-evaluation is under way or approved, and locked.",
        )
    file, why = request.FILES.get("file"), request.POST.get("why", "").strip()
    data = file.read() if file is not None and (file.size or 0) <= MOST else b""
    if file is None or not any(data.startswith(head) for head in KINDS):
        raise DossierError(
            "佐证须附签字的扫描件：32 MB 以内的 PDF、PNG 或 JPG。没有记录。",
            "Attach the signed scan: a PDF, PNG or JPG of at most 32 MB. Nothing was recorded.",
        )
    if not why:
        raise DossierError(
            "请写明为什么没有记录可以证明，没有记录。", "Say why no records can show it; nothing was recorded."
        )
    said = {name: request.POST.get(name, "").strip() for name in _FIELDS}
    fields = {"project": one.project.name, "indicator": str(one.number), "file": str(file.name),
              **{name: text for name, text in said.items() if text}}  # fmt: skip
    folder, now = folder_of(dossier), timezone.localtime()
    table = table_in_force(folder.table, folder.changes.read(), now.date())
    kind, old, new = entry(table, GivenKind.ATTESTATION, fields, now.date())
    if new.get("grade") and new["grade"] not in GRADES:
        raise DossierError(f"等级应为 {'、'.join(GRADES)} 之一。", f"The grade is one of {', '.join(GRADES)}.")
    _day(new.get("signed_on"), dossier.year)
    new["attachment"] = keep(folder.folder, data, str(file.name))
    folder.changes.append([(kind, old, new)], by=str(me(request)), why=why, at=now)
    return str(new["attachment"])


def _day(said: str | None, year: int) -> None:
    try:
        ok = said is not None and datetime.date.fromisoformat(said).year == year
    except ValueError:
        ok = False
    if not ok:
        raise DossierError(
            f"签署日期应为 {year} 年内的日期，现为“{said or ''}”。", f"The day of signing lies in {year}, not {said!r}."
        )

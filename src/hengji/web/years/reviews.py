"""Findings beside their cells, what a person decides about each, and the opinion as a document."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from hengji.dossier import DossierError, FormKind, GivenKind, printed, review_dossier
from hengji.web.access import Act, needs
from hengji.web.flow.log import note
from hengji.web.people.scope import dossier_for
from hengji.web.years.files import sent
from hengji.web.years.given import give
from hengji.web.years.index import folder_of
from hengji.web.years.tables import base, me, tell

_DECISIONS = {"waive": GivenKind.WAIVER, "withdraw": GivenKind.WAIVER_WITHDRAWN, "answer": GivenKind.ANSWER}


@require_safe
@needs("findings")
def findings(request: HttpRequest, pk: int) -> HttpResponse:
    """All findings, by project; those let stand with who and why."""
    dossier = dossier_for(me(request), pk, Act.VIEW)
    found = dossier.findings.all()
    wanted = request.GET.get("severity", "")
    if wanted in ("error", "warning", "info"):
        found = found.filter(severity=wanted)
    projects = {p.number: p for p in dossier.projects.all()}
    rows = [(f, projects.get(f.project)) for f in found]
    return render(request, "findings.html", {**base(request, dossier), "rows": rows, "wanted": wanted})


@require_POST
@needs("decide")
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a finding stand, take that back, or answer it; each with its reason."""
    dossier = dossier_for(me(request), pk, Act.MANAGE)
    kind = _DECISIONS.get(request.POST.get("decision", ""))
    finding = dossier.findings.filter(pk=_number(request.POST.get("finding"))).first()
    if kind is None or finding is None:
        raise Http404
    fields = {"code": finding.code}
    if finding.project:
        fields["project"] = str(finding.project)
    if finding.indicator is not None:
        fields["indicator"] = str(finding.indicator)
    why = request.POST.get("why", "")
    if kind is GivenKind.ANSWER:
        fields["text"] = why
    try:
        give(dossier, kind, fields, by=me(request), why=why)
    except DossierError as error:
        tell(request, error)
    else:
        note(
            request,
            kind.value,
            f"{finding.code} {finding.project}#{finding.indicator or ''}",
            dossier=dossier,
            after=why,
        )
    return redirect("findings", pk=pk)


@require_safe
@needs("opinion")
def opinion(request: HttpRequest, pk: int, project: int) -> HttpResponse:
    """The review opinion of a project (0: of the whole table) as docx."""
    dossier = dossier_for(me(request), pk, Act.VIEW)
    try:
        name = f"{project}-{FormKind.REVIEW_OPINION}.docx"
        files = printed(review_dossier(folder_of(dossier), today=timezone.localdate()), FormKind.REVIEW_OPINION, name)
    except DossierError as error:
        tell(request, error)
        return redirect("findings", pk=pk)
    if name not in files:
        raise Http404
    note(request, "print", name, dossier=dossier)
    return sent(files[name], name)


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 12 else 0

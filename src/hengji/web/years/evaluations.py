"""Monitoring and self-evaluation in the shape of the official forms, their workings, and the forms to print."""

from __future__ import annotations

import datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from hengji.dossier import DossierError
from hengji.dossier.locks import changing
from hengji.dossier.stored import newest
from hengji.model.evaluation import Stage
from hengji.web.access import Act, needs
from hengji.web.flow.log import note
from hengji.web.flow.models import Subject
from hengji.web.jobs.run import ask
from hengji.web.people.scope import dossier_for
from hengji.web.templatetags.said import chinese
from hengji.web.years.index import folder_of
from hengji.web.years.models import Dossier
from hengji.web.years.scans import scans_of
from hengji.web.years.tables import base, me, tell

STAGES = {Stage.MONITORING.value: Subject.MONITORING, Stage.SELF_EVALUATION.value: Subject.SELF_EVALUATION}
WHOLE = Stage.DEPARTMENT_SELF_EVALUATION.value
"""The unit as a whole (部门整体支出绩效自评): computed on the self-evaluation and under its lock."""


@require_safe
@needs("evaluations")
def evaluations(request: HttpRequest, pk: int) -> HttpResponse:
    """Both moments of the year: what is frozen, each project with its lights and points, and the forms."""
    dossier = dossier_for(me(request), pk, Act.VIEW)
    given = {**base(request, dossier), "projects": dossier.projects.all(), "today": _default_day(dossier)}
    try:
        given["scans"] = scans_of(dossier)
    except DossierError as error:
        tell(request, error)
    return render(request, "evaluations.html", given)


@require_POST
@needs("evaluate")
def ask_evaluation(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for monitoring or self-evaluation as of a day, in the background."""
    dossier = dossier_for(me(request), pk, Act.MANAGE)
    stage, said = request.POST.get("stage", ""), request.POST.get("as_of", "")
    if stage not in STAGES and stage != WHOLE:
        raise Http404
    try:
        with changing(dossier.folder, stage if stage in STAGES else Stage.SELF_EVALUATION.value):
            pass  # the job will look again; who asks is told at once
    except DossierError as error:
        tell(request, error)
        return redirect("evaluations", pk=pk)
    try:
        day = datetime.date.fromisoformat(said) if said else None
    except ValueError:
        messages.error(request, f"截至日期“{said}”不是日期。" if chinese() else f"{said!r} is not a day.")
        return redirect("evaluations", pk=pk)
    note(request, f"evaluate_{stage}", said, dossier=dossier)
    job = ask("evaluate", dossier, me(request), stage=stage, as_of=day.isoformat() if day else None)
    return redirect("job", pk=job.pk)


@require_safe
@needs("evaluation")
def evaluation(request: HttpRequest, pk: int, stage: str, project: int) -> HttpResponse:
    """One project of a frozen evaluation: the official form with the workings of each line."""
    dossier = dossier_for(me(request), pk, Act.VIEW)
    if stage not in STAGES:
        raise Http404
    try:
        stored = newest(folder_of(dossier), Stage(stage))
    except DossierError as error:
        tell(request, error)
        return redirect("evaluations", pk=pk)
    if stored is None or not 1 <= project <= len(stored.evaluation.projects):
        raise Http404
    one = stored.evaluation.projects[project - 1]
    rows = {i.number: i.row for i in dossier.projects.get(number=project).indicators.all()}
    given = {
        **base(request, dossier), "stage": stage, "number": project, "one": one, "stored": stored,
        "lines": [(line, rows.get(line.number, 0)) for line in one.lines],
        "findings": [f for f in stored.evaluation.findings if f.project in (project, None)],
        "all": range(1, len(stored.evaluation.projects) + 1), "scored": stage == Stage.SELF_EVALUATION.value,
    }  # fmt: skip
    return render(request, "evaluation.html", given)


@require_POST
@needs("verify")
def ask_verification(request: HttpRequest, pk: int) -> HttpResponse:
    """Recompute what was frozen, in the background."""
    dossier = dossier_for(me(request), pk, Act.VERIFY)
    note(request, "verify", dossier=dossier)
    return redirect("job", pk=ask("verify", dossier, me(request)).pk)


def _default_day(dossier: Dossier) -> str:
    return (dossier.computed_as_of or datetime.date(dossier.year, 12, 31)).isoformat()

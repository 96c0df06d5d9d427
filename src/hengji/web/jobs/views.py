"""A job's page: how far it is, what came of it; it reloads its own part while the job runs."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from hengji.web.access import Act, needs
from hengji.web.jobs.models import Job, State
from hengji.web.people.scope import dossier_for
from hengji.web.years.tables import me


def _mine(request: HttpRequest, pk: int) -> Job:
    found = Job.objects.filter(pk=pk, by=request.user).select_related("dossier__organisation").first()  # type: ignore[misc]
    if found is None:
        raise Http404
    return found


@require_safe
@needs("job")
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """One job of the person's own."""
    part = request.htmx  # type: ignore[attr-defined]
    return render(request, "job_part.html" if part else "job.html", {"job": _mine(request, pk)})


@require_safe
@needs("job_file")
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """The file that a job of the person's own made."""
    found = _mine(request, pk)
    path = settings.PRINTS / f"{found.pk}.pdf"
    # What the person may do now counts, not what was allowed when the job was asked for.
    if found.dossier is None or "download" not in found.result or not path.exists():
        raise Http404
    dossier_for(me(request), found.dossier.pk, Act.VIEW)
    response = HttpResponse(path.read_bytes(), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{found.result["download"]}"'
    return response


@require_POST
@needs("job_cancel")
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a job to stop; one that waits stops at once, one that runs at its next step."""
    found = _mine(request, pk)
    Job.objects.filter(pk=found.pk, state=State.QUEUED).update(state=State.CANCELLED)
    Job.objects.filter(pk=found.pk, state=State.RUNNING).update(cancel=True)
    return redirect("job", pk=pk)

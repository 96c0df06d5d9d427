"""A job's page: how far it is, what came of it; it reloads its own part while the job runs."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from hengji.web.access import needs
from hengji.web.jobs.models import Job, State


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


@require_POST
@needs("job_cancel")
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a job to stop; one that waits stops at once, one that runs at its next step."""
    found = _mine(request, pk)
    Job.objects.filter(pk=found.pk, state=State.QUEUED).update(state=State.CANCELLED)
    Job.objects.filter(pk=found.pk, state=State.RUNNING).update(cancel=True)
    return redirect("job", pk=pk)

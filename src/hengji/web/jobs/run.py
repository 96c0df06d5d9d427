"""Asking for jobs and doing them."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from hengji.dossier import DossierError
from hengji.web.jobs.models import Job, State
from hengji.web.jobs.queue import huey
from hengji.web.jobs.work import WORK, Cancelled
from hengji.web.people.models import User
from hengji.web.years.models import Dossier

_log = logging.getLogger("hengji.jobs")


def ask(kind: str, dossier: Dossier | None, by: User, **arguments: Any) -> Job:
    """A new job, given to the worker once the row is safely there."""
    job = Job.objects.create(kind=kind, dossier=dossier, by=by, arguments=arguments)
    transaction.on_commit(lambda: perform(job.pk))
    return job


@huey.task()  # type: ignore[untyped-decorator]
def perform(job_id: int) -> None:
    """Do a job that is queued; what it says of itself is on its row when this returns."""
    if not Job.objects.filter(pk=job_id, state=State.QUEUED).update(state=State.RUNNING, started_at=timezone.now()):
        return
    job = Job.objects.select_related("dossier__organisation", "by").get(pk=job_id)
    try:
        job.result = WORK[job.kind](job) or {}
        job.state = State.DONE
    except Cancelled:
        job.state = State.CANCELLED
    except DossierError as error:
        job.state, job.said_zh, job.said_en = State.FAILED, error.zh, error.en
    except Exception:
        _log.exception("job %s (%s) failed", job.pk, job.kind)
        job.state = State.FAILED
        job.said_zh = "程序出错，没有完成，资料没有改动。请把任务编号告诉系统管理员。"
        job.said_en = (
            "A fault of the program; nothing was changed. Tell the system administrator the number of the job."
        )
    job.ended_at = timezone.now()
    job.save()
    # Only now: a job that was killed begins again and needs its upload.
    if "path" in job.arguments:
        Path(job.arguments["path"]).unlink(missing_ok=True)


@huey.on_startup()  # type: ignore[untyped-decorator]
def take_up() -> None:
    """Give the worker what a killed one left: jobs that were running begin again, those waiting are asked for again."""
    Job.objects.filter(state=State.RUNNING).update(state=State.QUEUED)
    for pk in Job.objects.filter(state=State.QUEUED).order_by("pk").values_list("pk", flat=True):
        perform(pk)

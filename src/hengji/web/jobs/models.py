"""A piece of background work and how far it is. The queue only wakes the worker; this row is what is believed."""

from __future__ import annotations

from django.db import models

from hengji.web.people.models import User
from hengji.web.years.models import Dossier


class State(models.TextChoices):
    """How far a job is."""

    QUEUED = "queued", "排队中"
    RUNNING = "running", "进行中"
    DONE = "done", "已完成"
    FAILED = "failed", "未完成"
    CANCELLED = "cancelled", "已取消"


class Job(models.Model):
    """One job. `arguments` are plain JSON; doing a job twice must come to the same, for a killed worker starts again."""

    kind = models.CharField(max_length=30)
    dossier = models.ForeignKey(Dossier, models.CASCADE, null=True, related_name="jobs")
    by = models.ForeignKey(User, models.PROTECT, related_name="jobs")
    arguments = models.JSONField(default=dict)
    state = models.CharField(max_length=20, choices=State.choices, default=State.QUEUED)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    said_zh = models.TextField(blank=True)
    said_en = models.TextField(blank=True)
    result = models.JSONField(default=dict)
    cancel = models.BooleanField(default=False)
    asked_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-asked_at", "-pk")

    @property
    def over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in (State.DONE, State.FAILED, State.CANCELLED)

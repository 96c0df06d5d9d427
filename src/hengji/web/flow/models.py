"""Cases (事项) on their way from desk to desk, every step kept, and the log of all acts."""

from __future__ import annotations

from django.db import models

from hengji.web.flow.chain import Words
from hengji.web.people.models import Organisation, User
from hengji.web.years.models import Dossier


class Subject(models.TextChoices):
    """What is submitted and approved."""

    TARGETS = "targets", "绩效目标"
    MONITORING = "monitoring", "绩效运行监控"
    SELF_EVALUATION = "self_evaluation", "单位自评"


class Desk(models.TextChoices):
    """Where a case lies, in the order of its way."""

    PREPARE = "prepare", "单位填报"
    HEAD = "head", "单位负责人审核"
    SUPERVISOR = "supervisor", "主管部门审核"
    FISCAL = "fiscal", "财政部门审核"
    DONE = "done", "已批复"


class Case(models.Model):
    """One subject of one dossier. `back_to` is the desk that returned it: it goes straight back there.

    `version` counts the steps, so that of two people who act at once the second is told.
    """

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="cases")
    subject = models.CharField(max_length=20, choices=Subject.choices)
    desk = models.CharField(max_length=20, choices=Desk.choices, default=Desk.PREPARE)
    back_to = models.CharField(max_length=20, choices=Desk.choices, blank=True)
    submitted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="submitted_cases")
    deadline = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=0)
    urged_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("deadline", "pk")
        constraints = (models.UniqueConstraint(fields=("dossier", "subject"), name="one_case_a_subject"),)

    def __str__(self) -> str:
        return f"{self.dossier} {self.get_subject_display()}"


class Step(models.Model):
    """One step of a case: who moved it from where to where, and why."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="steps")
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="steps")
    act = models.CharField(max_length=20)
    came_from = models.CharField(max_length=20, choices=Desk.choices)
    went_to = models.CharField(max_length=20, choices=Desk.choices)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ("pk",)  # the order in which they were made, whatever a clock that was set back says


class Entry(models.Model):
    """One act in the trail (留痕): who, when, from where, what, to which object, before and after.

    The words of `chain.Words` are what is shown and what is proved: they stay as they were when the person was renamed
    or the table discarded. The references beside them only find an act again. Rows are written by `log.append` alone.
    """

    seq = models.PositiveBigIntegerField(unique=True)
    digest = models.CharField(max_length=64)
    who = models.CharField(max_length=250, blank=True)
    about = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(db_index=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    address = models.CharField(max_length=60, blank=True)
    what = models.CharField(max_length=40, db_index=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    dossier = models.ForeignKey(Dossier, models.SET_NULL, null=True, related_name="entries")
    object = models.CharField(max_length=300, blank=True)
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)

    class Meta:
        ordering = ("-seq",)  # not by the clock, which may be set back

    @property
    def words(self) -> Words:
        """What is shown and proved of it."""
        return Words(*(getattr(self, field) for field in Words._fields))


class TrailEnd(models.Model):
    """The last act that was written: one row, and who holds it writes the next one."""

    seq = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64)

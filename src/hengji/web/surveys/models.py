"""A survey and its answers. An answer knows neither name nor address of who gave it."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

from django.db import models

from hengji.web.people.models import User
from hengji.web.years.models import Dossier

CHOICES = ((5, "很满意", "very satisfied"), (4, "满意", "satisfied"), (3, "一般", "fair"), (2, "不满意", "dissatisfied"),
           (1, "很不满意", "very dissatisfied"))  # fmt: skip
"""A five-point scale; each point is worth 20 of 100."""
_POINT = Decimal(20)


class Survey(models.Model):
    """One survey of a project's recipients. `questions` are texts; `population` and `sent` are people and forms."""

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="surveys")
    project = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    questions = models.JSONField(default=list)
    population = models.PositiveIntegerField()
    sent = models.PositiveIntegerField()
    token = models.CharField(max_length=40, unique=True)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    opened_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("-opened_on", "-pk")

    def __str__(self) -> str:
        return self.title

    @property
    def response_percent(self) -> str | None:
        """Answers over forms sent, in percent with two decimals; None where none was sent."""
        return f"{Decimal(self.answers.count() * 100) / self.sent:.2f}" if self.sent else None


class Answer(models.Model):
    """One filled-in form: a point from 1 to 5 for each question."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="answers")
    given_on = models.DateField()
    points = models.JSONField()
    paper = models.BooleanField(default=False)
    remark = models.TextField(blank=True)

    class Meta:
        ordering = ("pk",)

    @property
    def score(self) -> Decimal:
        """The mean of its points on a scale of 100, to six places."""
        mean = Decimal(sum(self.points)) * _POINT / len(self.points)
        return mean.quantize(Decimal("0.000001"), ROUND_HALF_EVEN)

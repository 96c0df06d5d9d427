"""The index of dossiers: what pages list, sort and count. The folders are the truth; all of this can be made anew."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db import models

from hengji.web.people.models import Organisation


class Dossier(models.Model):
    """A unit's year. `key` names its folder; until a person confirmed what was read, only the unit's finance sees it.

    From `budget` on it is what `counts.py` counts, money in 万元.
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="dossiers")
    year = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=300)
    money_unit = models.CharField(max_length=10, blank=True)
    total = models.DecimalField(max_digits=24, decimal_places=6, null=True, blank=True)
    pack = models.CharField(max_length=60)
    simulated = models.BooleanField(default=False)
    computed_as_of = models.DateField(null=True, blank=True)
    scored_file = models.CharField(max_length=120, blank=True)
    watched_file = models.CharField(max_length=120, blank=True)
    indexed_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    changes_seen = models.PositiveIntegerField(default=0)
    unfolded_from = models.CharField(max_length=64, blank=True)
    budget = models.DecimalField(max_digits=24, decimal_places=6, default=0)
    outturn = models.DecimalField(max_digits=24, decimal_places=6, default=0)
    indicators = models.PositiveIntegerField(default=0)
    met = models.PositiveIntegerField(default=0)
    missed = models.PositiveIntegerField(default=0)
    open = models.PositiveIntegerField(default=0)
    red = models.PositiveIntegerField(default=0)
    returns = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("-year", "organisation__path")
        constraints = (models.UniqueConstraint(fields=("organisation", "year"), name="one_dossier_a_year"),)

    def __str__(self) -> str:
        return f"{self.organisation} {self.year}"

    @property
    def folder(self) -> Path:
        """Where the dossier lies."""
        found: Path = settings.DOSSIERS / self.key
        return found


class Grant(models.Model):
    """A dossier that an organisation from outside (third party, audit) may read."""

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="grants")
    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="grants")
    given_by = models.ForeignKey("people.User", models.PROTECT)
    given_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("dossier", "organisation"), name="one_grant"),)


class Project(models.Model):
    """A project of the table in force."""

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="projects")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=500)
    objective = models.TextField(blank=True)
    total = models.DecimalField(max_digits=24, decimal_places=6, null=True, blank=True)
    fiscal_appropriation = models.DecimalField(max_digits=24, decimal_places=6, null=True, blank=True)
    special_account = models.DecimalField(max_digits=24, decimal_places=6, null=True, blank=True)
    other_funds = models.DecimalField(max_digits=24, decimal_places=6, null=True, blank=True)
    final_budget = models.DecimalField(max_digits=24, decimal_places=6, null=True, blank=True)
    outturn = models.DecimalField(max_digits=24, decimal_places=6, null=True, blank=True)
    execution_points = models.DecimalField(max_digits=24, decimal_places=6, null=True, blank=True)
    total_points = models.DecimalField(max_digits=24, decimal_places=6, null=True, blank=True)
    grade = models.CharField(max_length=4, blank=True)
    light = models.CharField(max_length=10, blank=True)

    class Meta:
        ordering = ("dossier", "number")
        constraints = (models.UniqueConstraint(fields=("dossier", "number"), name="one_project_number"),)

    @property
    def execution_percent(self) -> str | None:
        """The execution rate as printed: two decimals; None without budget or payments on record."""
        if not self.final_budget or self.outturn is None:
            return None
        return f"{self.outturn * 100 / self.final_budget:.2f}"


class Indicator(models.Model):
    """An indicator of the table in force with what is known of it. Figures are text as the contract prints them."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="indicators")
    row = models.PositiveIntegerField()
    number = models.IntegerField()
    code = models.CharField(max_length=20, blank=True)
    level1 = models.CharField(max_length=100, blank=True)
    level2 = models.CharField(max_length=100, blank=True)
    name = models.TextField()
    whole_term_target = models.TextField(blank=True)
    annual_target = models.TextField(blank=True)
    sentence_zh = models.TextField(blank=True)
    sentence_en = models.TextField(blank=True)
    checkable = models.CharField(max_length=10, blank=True)
    measure = models.CharField(max_length=60, blank=True)
    status = models.CharField(max_length=20, blank=True)
    value = models.CharField(max_length=60, blank=True)
    unit = models.CharField(max_length=40, blank=True)
    numerator = models.CharField(max_length=60, blank=True)
    denominator = models.CharField(max_length=60, blank=True)
    rows = models.PositiveBigIntegerField(default=0)
    judgement = models.CharField(max_length=20, blank=True)
    shortfall = models.CharField(max_length=60, blank=True)
    note = models.TextField(blank=True)
    max_points = models.DecimalField(max_digits=24, decimal_places=6, null=True, blank=True)
    points = models.DecimalField(max_digits=24, decimal_places=6, null=True, blank=True)
    light = models.CharField(max_length=10, blank=True)
    forecast = models.CharField(max_length=200, blank=True)
    errors = models.PositiveSmallIntegerField(default=0)
    warnings = models.PositiveSmallIntegerField(default=0)
    infos = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("project", "row")
        constraints = (models.UniqueConstraint(fields=("project", "row"), name="one_indicator_row"),)

    @property
    def actual(self) -> str:
        """The actual value with its unit; a yes or no has none to show."""
        return self.value if self.unit == "是/否" else f"{self.value}{self.unit}"


class Unfolding(models.Model):
    """What a figure unfolds to, kept from the computation that made the figure: its parts with their first rows, packed.

    It holds while `Dossier.unfolded_from` is the state of the records and bindings.
    """

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="unfoldings")
    project = models.CharField(max_length=500)
    indicator = models.IntegerField()
    packed = models.BinaryField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("dossier", "project", "indicator"), name="one_unfolding"),)


class Found(models.Model):
    """A finding of the review at its cell; `waived_because` is set where a person let it stand."""

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="findings")
    order = models.PositiveIntegerField()
    project = models.PositiveIntegerField(default=0)
    row = models.PositiveIntegerField(default=0)
    indicator = models.IntegerField(null=True)
    cell = models.CharField(max_length=30)
    code = models.CharField(max_length=8)
    severity = models.CharField(max_length=10)
    zh = models.TextField()
    en = models.TextField()
    suggestion = models.TextField(blank=True)
    cites = models.TextField(blank=True)
    waived_because = models.TextField(blank=True)
    waived_by = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ("dossier", "order")


class Month(models.Model):
    """A dossier as monitoring sees it on the last day of a month: money with its forecast, and how many indicators stand how."""

    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="months")
    as_of = models.DateField()
    budget = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    outturn = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    forecast = models.DecimalField(max_digits=24, decimal_places=6, null=True)
    met = models.PositiveIntegerField()
    not_met = models.PositiveIntegerField()
    open = models.PositiveIntegerField()
    green = models.PositiveIntegerField()
    yellow = models.PositiveIntegerField()
    red = models.PositiveIntegerField()
    blue = models.PositiveIntegerField()

    class Meta:
        ordering = ("dossier", "as_of")
        constraints = (models.UniqueConstraint(fields=("dossier", "as_of"), name="one_month"),)

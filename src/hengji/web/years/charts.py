"""Pictures of a year: money and results by month with the forecast, execution against results, points of each project.

A picture is a plain description (`Chart`); the page draws it and prints the same figures as a table beneath it.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from hengji.web.access import Act, needs
from hengji.web.flow.log import note
from hengji.web.frontend import CHARTS, installed
from hengji.web.jobs.run import ask
from hengji.web.people.scope import dossier_for
from hengji.web.templatetags.said import chinese
from hengji.web.years.models import Dossier, Month, Project
from hengji.web.years.tables import base, me


class Series(NamedTuple):
    """One row of figures; `kind` is bar or line, series of one `stack` stand on each other."""

    name: str
    kind: str
    figures: tuple[str | None, ...]
    stack: str = ""
    colour: str = ""


class Chart(NamedTuple):
    """A picture: what it is called, what stands along its foot, its series; `sideways` for long labels."""

    key: str
    title: str
    unit: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    remark: str = ""
    sideways: bool = False

    @property
    def rows(self) -> list[tuple[str, list[str | None]]]:
        """The same figures as a table: a label and its figures, series by series."""
        return [(label, [s.figures[n] for s in self.series]) for n, label in enumerate(self.labels)]

    @property
    def drawn(self) -> dict[str, Any]:
        """What the page hands to the drawing."""
        return {**self._asdict(), "series": [s._asdict() for s in self.series]}


@require_safe
@needs("charts")
def charts(request: HttpRequest, pk: int) -> HttpResponse:
    """All pictures that there are figures for, each with its table."""
    dossier = dossier_for(me(request), pk, Act.VIEW)
    months, projects = list(dossier.months.all()), _projects(dossier)
    found = [c for c in (_money(dossier, months), _results(months), _execution(projects), _points(projects)) if c]
    given = {**base(request, dossier), "charts": found, "drawn": [c.drawn for c in found], "months": months,
             "installed": installed(CHARTS)}  # fmt: skip
    return render(request, "charts.html", given)


@require_POST
@needs("months")
def ask_months(request: HttpRequest, pk: int) -> HttpResponse:
    """Compute the year month by month, in the background."""
    dossier = dossier_for(me(request), pk, Act.ANSWER)
    if dossier.computed_as_of is None:
        said = "还没有从台账算出实际值，先补台账。" if chinese() else "Nothing is computed from records yet."
        messages.error(request, said)
        return redirect("charts", pk=pk)
    note(request, "months", dossier=dossier)
    return redirect("job", pk=ask("months", dossier, me(request)).pk)


def _projects(dossier: Dossier) -> list[Project]:
    counted = dossier.projects.annotate(
        n=Count("indicators"), met=Count("indicators", filter=Q(indicators__judgement="met"))
    )
    return list(counted)


def _money(dossier: Dossier, months: Sequence[Month]) -> Chart | None:
    if not months:
        return None
    return Chart(
        "money", _("资金进度和全年预计", "Money by month, with the forecast of the year"), dossier.money_unit,
        tuple(f"{m.as_of:%Y-%m}" for m in months),
        (
            Series(_("累计执行数", "paid so far"), "bar", tuple(_amount(m.outturn) for m in months), colour="#2f6fa8"),
            Series(_("全年预计执行数", "forecast of the year"), "line", tuple(_amount(m.forecast) for m in months), colour="#b26a00"),
            Series(_("全年预算数", "budget of the year"), "line", tuple(_amount(m.budget) for m in months), colour="#444444"),
        ),
        _("各月末按运行监控的口径推算全年。", "Forecasts as monitoring makes them at the end of each month."),
    )  # fmt: skip


def _results(months: Sequence[Month]) -> Chart | None:
    if not months:
        return None
    parts = (
        ("met", "达到", "met", "#2e7d46"), ("not_met", "未达到", "not met", "#b3261e"), ("open", "说不清", "cannot be shown", "#8d99a6"),
    )  # fmt: skip
    return Chart(
        "results", _("指标完成进度", "Indicators by month"), _("项", "indicators"), tuple(f"{m.as_of:%Y-%m}" for m in months),
        tuple(
            Series(_(zh, en), "bar", tuple(str(getattr(m, name)) for m in months), "all", colour)
            for name, zh, en, colour in parts
        ),
        _("各月末的实际值与全年指标值相比。", "Actual values at the end of each month against the targets of the year."),
    )  # fmt: skip


def _execution(projects: Sequence[Project]) -> Chart | None:
    there = [p for p in projects if p.execution_percent is not None]
    if not there:
        return None
    return Chart(
        "execution", _("预算执行率与指标达到比例", "Execution against results"), "%", tuple(f"{p.number}. {p.name}" for p in there),
        (
            Series(_("预算执行率", "execution"), "bar", tuple(p.execution_percent for p in there), colour="#2f6fa8"),
            Series(_("指标达到比例", "share of indicators met"), "bar", tuple(_share(p) for p in there), colour="#b26a00"),
        ),
        sideways=True,
    )  # fmt: skip


def _points(projects: Sequence[Project]) -> Chart | None:
    there = [p for p in projects if p.total_points is not None]
    if not there:
        return None
    return Chart(
        "points", _("各项目自评得分", "Points of each project"), _("分", "points"), tuple(f"{p.number}. {p.name}" for p in there),
        (Series(_("自评总分", "points"), "bar", tuple(_amount(p.total_points) for p in there), colour="#2f6fa8"),),
        sideways=True,
    )  # fmt: skip


def _share(project: Any) -> str | None:
    return f"{Decimal(100 * project.met) / project.n:.2f}" if project.n else None


def _amount(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:.2f}"


def _(zh: str, en: str) -> str:
    return zh if chinese() else en

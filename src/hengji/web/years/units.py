"""All units that a person sees, added up by parts: money over money, indicators over indicators, never a mean of rates."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Count, Max, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hengji.web.access import needs
from hengji.web.people.scope import dossiers_of
from hengji.web.years.models import Dossier, Indicator, Project
from hengji.web.years.tables import me

PAGE = 200
_TO_WAN = {"元": Decimal(10_000), "万元": Decimal(1)}


class Row(NamedTuple):
    """A unit, or all of them: budget and outturn in 万元, indicators by verdict, findings that call for a return."""

    name: str
    pk: int | None
    budget: Decimal
    outturn: Decimal
    indicators: int
    met: int
    missed: int
    open: int
    red: int
    returns: int
    simulated: bool = False

    @property
    def execution(self) -> str | None:
        """Outturn over budget in percent; None where no budget is on record."""
        return f"{self.outturn * 100 / self.budget:.2f}" if self.budget else None

    @property
    def share_met(self) -> str | None:
        """Indicators met over those with a verdict, in percent; None where none has one."""
        decided = self.met + self.missed
        return f"{Decimal(self.met * 100) / decided:.2f}" if decided else None


@require_safe
@needs("units")
def units(request: HttpRequest) -> HttpResponse:
    """The units of a year, one a row, and their sum."""
    found = dossiers_of(me(request))
    newest = found.aggregate(year=Max("year"))["year"]
    said = request.GET.get("year", "")
    year = int(said) if said.isdecimal() and len(said) == 4 else newest
    listed = list(found.filter(year=year).order_by("organisation__path")[:PAGE])
    rows = rows_of(listed)
    total = _sum(rows)
    years = sorted(set(found.order_by().values_list("year", flat=True)), reverse=True)
    given = {"rows": rows, "total": total, "year": year, "years": years, "most": PAGE,
             "simulated": any(r.simulated for r in rows)}  # fmt: skip
    return render(request, "units.html", given)


def rows_of(listed: list[Dossier]) -> list[Row]:
    """One row a dossier, in three queries however many there are."""
    keys = [d.pk for d in listed]
    money: dict[Any, Any] = {
        m["dossier"]: m
        for m in Project.objects.filter(dossier__in=keys).order_by().values("dossier").annotate(
            budget=Sum("final_budget"), spent=Sum("outturn")
        )
    }  # fmt: skip
    counts: dict[Any, Any] = {
        c["project__dossier"]: c
        for c in Indicator.objects.filter(project__dossier__in=keys).order_by().values("project__dossier").annotate(
            indicators=Count("pk"), met=Count("pk", filter=Q(judgement="met")), missed=Count("pk", filter=Q(judgement="not_met")),
            opeindicators=Count("pk", filter=Q(judgement="undecidable") | Q(status__in=("insufficient", ""))),
            red=Count("pk", filter=Q(light="red")), returns=Sum("errors"),
        )
    }  # fmt: skip
    rows = []
    for d in listed:
        m: dict[str, Any] = money.get(d.pk, {})
        c: dict[str, Any] = counts.get(d.pk, {})
        unit = _TO_WAN.get(d.money_unit, Decimal(1))
        budget, spent = (m.get("budget") or Decimal(0)) / unit, (m.get("spent") or Decimal(0)) / unit
        counted = {name: int(c.get(name) or 0) for name in ("indicators", "met", "missed", "open", "red", "returns")}
        rows.append(Row(d.organisation.name, d.pk, budget, spent, **counted, simulated=d.simulated))
    return rows


def _sum(rows: list[Row]) -> Row:
    counted = {
        name: sum(getattr(r, name) for r in rows) for name in ("indicators", "met", "missed", "open", "red", "returns")
    }
    budget, outturn = sum((r.budget for r in rows), Decimal(0)), sum((r.outturn for r in rows), Decimal(0))
    return Row("", None, budget, outturn, **counted)

"""All units that a person sees, added up by parts: money over money, indicators over indicators, never a mean of rates."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from django.core.paginator import Paginator
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hengji.web.access import needs
from hengji.web.people.scope import dossiers_of
from hengji.web.years.counts import COUNTED
from hengji.web.years.tables import me

PAGE = 100
_FIELDS = ("organisation__name", "pk", *COUNTED, "simulated")


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
    """The units of a year, one a row, by page; their sum is of all of them."""
    found = dossiers_of(me(request))
    newest = found.aggregate(year=Max("year"))["year"]
    said = request.GET.get("year", "")
    year = int(said) if said.isdecimal() and len(said) == 4 else newest
    rows = [Row(*told) for told in found.filter(year=year).order_by("organisation__path").values_list(*_FIELDS)]
    years = sorted(set(found.order_by().values_list("year", flat=True)), reverse=True)
    given = {"page": Paginator(rows, PAGE).get_page(request.GET.get("page")), "total": _sum(rows), "year": year, "years": years,
             "simulated": any(r.simulated for r in rows)}  # fmt: skip
    return render(request, "units.html", given)


def _sum(rows: list[Row]) -> Row:
    counted = {
        name: sum(getattr(r, name) for r in rows) for name in ("indicators", "met", "missed", "open", "red", "returns")
    }
    budget, outturn = sum((r.budget for r in rows), Decimal(0)), sum((r.outturn for r in rows), Decimal(0))
    return Row("", None, budget, outturn, **counted)

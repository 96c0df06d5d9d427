"""A figure unfolded: value, formula, numerator and denominator, what was left out, the rows and where they come from."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hengji.dossier import DossierError
from hengji.dossier.computed import Computed, computed
from hengji.dossier.overview import shown_part
from hengji.evidence.catalogue import catalogue
from hengji.evidence.compute import answering
from hengji.evidence.unfold import Part, rows_csv, unfold
from hengji.web.access import Act, needs
from hengji.web.flow.log import note
from hengji.web.people.scope import dossier_for
from hengji.web.years.index import folder_of
from hengji.web.years.models import Dossier, Indicator
from hengji.web.years.scans import attested
from hengji.web.years.tables import base, me, tell
from hengji.web.years.unfoldings import SHOWN, kept


@require_safe
@needs("figure")
def figure(request: HttpRequest, pk: int, project: int, row: int) -> HttpResponse:
    """One indicator: how its target is read, its findings, its value down to the rows."""
    dossier = dossier_for(me(request), pk, Act.VIEW)
    one = _indicator(dossier, project, row)
    given: dict[str, Any] = {**base(request, dossier), "one": one}
    given["findings"] = dossier.findings.filter(project=project, row=row)
    try:
        given["attested"] = [
            a for a in attested(dossier) if (a["project"], a["indicator"]) == (one.project.name, one.number)
        ]
    except DossierError as error:
        tell(request, error)
    if one.measure:
        given["measure"] = catalogue().get(one.measure)
        try:
            given |= _unfolded(dossier, one)
        except DossierError as error:
            tell(request, error)
    return render(request, "figure.html", given)


@require_safe
@needs("figure_rows")
def rows(request: HttpRequest, pk: int, project: int, row: int) -> HttpResponse:
    """Exactly the rows of a figure as CSV."""
    dossier = dossier_for(me(request), pk, Act.VIEW)
    one = _indicator(dossier, project, row)
    if not one.measure:
        raise Http404
    content = rows_csv(_parts(_computed(dossier, one), one, None))
    note(request, "export_rows", f"{project}#{one.number}", dossier=dossier)
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="figure-{project}-{one.number}.csv"'
    return response


def _indicator(dossier: Dossier, project: int, row: int) -> Indicator:
    found = (
        Indicator.objects.filter(project__dossier=dossier, project__number=project, row=row)
        .select_related("project")
        .first()
    )
    if found is None:
        raise Http404
    return found


def _unfolded(dossier: Dossier, one: Indicator) -> dict[str, Any]:
    """The parts of a figure as they were kept when it was computed, or anew where records or bindings differ since."""
    known = kept(dossier, one)
    if known is not None:
        return {"reading": known.reading, "parts": known.parts}
    found = _computed(dossier, one)
    own = next((b for b in found.bindings if (b.project, b.indicator) == (one.project.name, one.number)), None)
    return {
        "reading": own.reading if own else "",
        "parts": [shown_part(p) for p in _parts(found, one, SHOWN)],
    }


def _computed(dossier: Dossier, one: Indicator) -> Computed:
    return computed(folder_of(dossier), dossier.computed_as_of, only=(str(one.project.number), str(one.number)))


def _parts(found: Computed, one: Indicator, limit: int | None) -> tuple[Part, ...]:
    bound = {(b.project, b.indicator): b for b in found.bindings}
    own = bound.get((one.project.name, one.number))
    source = answering(bound, own) if own is not None else None
    return tuple(unfold(found.work, source, limit)) if source is not None and source.confirmed else ()

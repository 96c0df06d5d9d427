"""Which organisations from outside (third-party evaluators, auditors) may read a dossier; given by those who review it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from hengji.web.access import Act, needs
from hengji.web.flow.log import note
from hengji.web.people.models import Kind, Organisation
from hengji.web.people.scope import dossier_for
from hengji.web.years.tables import base, me


@require_http_methods(["GET", "HEAD", "POST"])
@needs("grants")
def grants(request: HttpRequest, pk: int) -> HttpResponse:
    """Who from outside may read a dossier; POST lets an organisation in, or out again."""
    dossier = dossier_for(me(request), pk, Act.REVIEW)
    if request.method == "POST":
        said = request.POST.get("organisation", "")
        where = Organisation.objects.filter(
            kind=Kind.OUTSIDE, pk=int(said) if said.isdecimal() and len(said) < 12 else 0
        ).first()
        if where is None:
            raise Http404
        if request.POST.get("do") == "take":
            if dossier.grants.filter(organisation=where).delete()[0]:
                note(request, "grant_taken", where.name, dossier=dossier)
        elif dossier.grants.get_or_create(organisation=where, defaults={"given_by": me(request)})[1]:
            note(request, "grant_given", where.name, dossier=dossier)
        return redirect("grants", pk=pk)
    held = list(dossier.grants.select_related("organisation", "given_by"))
    others = Organisation.objects.filter(kind=Kind.OUTSIDE).exclude(pk__in=[g.organisation_id for g in held])
    return render(request, "grants.html", {**base(request, dossier), "held": held, "others": others})

"""Which measure answers which indicator: what is bound, three proposals with reasons where nothing is, a person confirms."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from hengji.dossier import DossierError, table_in_force
from hengji.dossier.bound import accept, called, confirm, proposed
from hengji.dossier.computed import bindings_of
from hengji.evidence.suggest import suggest
from hengji.web.access import Act, needs
from hengji.web.flow.log import note
from hengji.web.jobs.run import ask
from hengji.web.people.scope import acts_on, dossier_for
from hengji.web.templatetags.said import chinese
from hengji.web.years.index import folder_of
from hengji.web.years.tables import base, me, tell


@require_http_methods(["GET", "HEAD", "POST"])
@needs("bindings")
def bindings(request: HttpRequest, pk: int, project: int) -> HttpResponse:
    """The indicators of one project with their bindings; POST confirms what was chosen, all of it or nothing."""
    dossier = dossier_for(me(request), pk, Act.VIEW)
    folder = folder_of(dossier)
    table = table_in_force(folder.table, folder.changes.read(), timezone.localdate())
    if not 1 <= project <= len(table.projects):
        raise Http404
    one = table.projects[project - 1]
    try:
        bound = {b.indicator: b for b in bindings_of(folder.folder) if b.project == one.name}
    except DossierError as error:
        tell(request, error)
        bound = {}
    open_ = tuple(i for i in one.indicators if i.number not in bound)
    asked = replace(table, projects=(replace(one, indicators=open_),))
    found = {s.indicator: s for s in suggest(asked)} if open_ else {}
    if request.method == "POST":
        if Act.ANSWER not in acts_on(me(request), dossier):
            raise Http404
        chosen = [(n, _number(request.POST.get(f"choice-{n}"))) for n in found]
        new = [proposed(found[n], k) for n, k in chosen if k is not None and k < len(found[n].proposals)]
        kept = [(one.name, n) for n, b in bound.items() if not b.confirmed and request.POST.get(f"keep-{n}")]
        try:
            if kept:
                confirm(folder, kept, str(me(request)), timezone.localdate())
            accept(folder, new, str(me(request)), timezone.localdate())
        except DossierError as error:
            tell(request, error)
        else:
            said = (
                f"已确认 {len(new) + len(kept)} 条挂接。"
                if chinese()
                else f"{len(new) + len(kept)} bindings confirmed."
            )
            messages.success(request, said)
            if new or kept:
                note(
                    request, "bind", f"{project}: {[b.indicator for b in new] + [n for _, n in kept]}", dossier=dossier
                )
                ask("compute", dossier, me(request))
        return redirect("bindings", pk=pk, project=project)
    lines = [(i, bound.get(i.number), [(k, called(p), p) for k, p in enumerate(found[i.number].proposals)] if i.number in found else [])
             for i in one.indicators]  # fmt: skip
    given = {**base(request, dossier), "number": project, "one": one, "lines": lines, "all": range(1, len(table.projects) + 1),
             "open": len(open_), "waiting": sum(not b.confirmed for b in bound.values())}  # fmt: skip
    return render(request, "bindings.html", given)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 3 else None

"""The list of dossiers, the official table with its figures, and the page of a unit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count, F, Q, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from hengji.dossier import DossierError, GivenKind
from hengji.evidence.errors import EvidenceError
from hengji.web.access import Act, needs
from hengji.web.flow.log import note
from hengji.web.flow.models import Case, Subject
from hengji.web.flow.steps import locked
from hengji.web.people.models import User
from hengji.web.people.scope import acts_on, dossier_for, dossiers_of
from hengji.web.templatetags.said import chinese
from hengji.web.years.given import give
from hengji.web.years.models import Dossier, Indicator, Project

PAGE = 50
FIELDS = {
    "name": ("三级指标", "indicator"), "level1": ("一级指标", "level 1"), "level2": ("二级指标", "level 2"),
    "whole_term_target": ("实施周期指标值", "whole-term target"), "annual_target": ("年度指标值", "annual target"),
    "objective": ("绩效目标", "objective"), "total": ("总计", "total"),
}  # fmt: skip
_WORST = {"not_met": 0, "undecidable": 1, "": 2, "met": 3}


def me(request: HttpRequest) -> User:
    """The person who asks; every page but the sign-in page has one."""
    assert isinstance(request.user, User)
    return request.user


def base(request: HttpRequest, dossier: Dossier) -> dict[str, Any]:
    """What every page of a dossier shows: its head, what the person may do, where its cases lie."""
    return {
        "dossier": dossier,
        "may": {a.value: True for a in acts_on(me(request), dossier)},
        "cases": {c.subject: c for c in Case.objects.filter(dossier=dossier)},
        "subjects": Subject,
    }


@require_safe
@needs("years")
def years(request: HttpRequest) -> HttpResponse:
    """All dossiers that the person sees, by page, with search."""
    sought = request.GET.get("q", "").strip()[:100]
    found = dossiers_of(me(request))
    if sought:
        found = found.filter(Q(organisation__name__icontains=sought) | Q(title__icontains=sought))
    found = found.annotate(n=Count("projects")).order_by("-year", "organisation__path")
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return render(request, "years.html", {"page": page, "sought": sought})


@require_safe
@needs("table")
def table(request: HttpRequest, pk: int) -> HttpResponse:
    """The official table with actual value, gap and state of evidence; in its order, or the worst first."""
    dossier = dossier_for(me(request), pk, Act.VIEW)
    worst = request.GET.get("order") == "worst"
    projects = list(dossier.projects.prefetch_related("indicators"))
    lines = worst_first(projects) if worst else []
    given = {**base(request, dossier), "projects": projects, "worst": lines, "order": "worst" if worst else "table"}
    given["locked"] = locked(dossier, Subject.TARGETS)
    given["states"] = _states(dossier)
    return render(request, "table.html", given)


def worst_first(projects: Sequence[Project]) -> list[Indicator]:
    """All indicators, those not met and those that call for a return on top; each knows its project without asking."""
    found = []
    for project in projects:
        for one in project.indicators.all():
            one.project = project
            found.append(one)
    return sorted(found, key=lambda i: (_WORST[i.judgement], -i.errors, i.project.number, i.row))


def _states(dossier: Dossier) -> dict[str, int]:
    counted = Indicator.objects.filter(project__dossier=dossier).aggregate(
        all=Count("pk"), met=Count("pk", filter=Q(judgement="met")), not_met=Count("pk", filter=Q(judgement="not_met")),
        undecidable=Count("pk", filter=Q(judgement="undecidable")), attested=Count("pk", filter=Q(status="attested")),
        insufficient=Count("pk", filter=Q(status__in=("insufficient", ""))),
        errors=Sum("errors"), warnings=Sum("warnings"),
    )  # fmt: skip
    return {name: n or 0 for name, n in counted.items()}


@require_http_methods(["GET", "HEAD", "POST"])
@needs("cell")
def cell(request: HttpRequest, pk: int, project: int, row: int, field: str) -> HttpResponse:
    """One cell: a form to correct it (misread) or to change the target (approved), with old value, reason, document."""
    dossier = dossier_for(me(request), pk, Act.MANAGE)
    owner, old = _cell_of(dossier, project, row, field)
    lock = locked(dossier, Subject.TARGETS)
    trouble = ""
    if request.method == "POST":
        fields = {"project": owner.name if isinstance(owner, Project) else owner.project.name, "field": field,
                  "value": request.POST.get("value", "").strip()}  # fmt: skip
        if isinstance(owner, Indicator):
            fields["indicator"] = str(owner.number)
        kind = GivenKind.CORRECTION
        if request.POST.get("kind") == "target_change":
            kind, fields["document"] = GivenKind.TARGET_CHANGE, request.POST.get("document", "").strip()
        seen = request.POST.get("seen", "")
        try:
            # Looked at and changed in one: a writer holds the database until the change is in, so nobody comes between.
            with transaction.atomic():
                Dossier.objects.select_for_update().get(pk=dossier.pk)
                old = _cell_of(dossier, project, row, field)[1]
                if seen != old:
                    raise DossierError(
                        f"这一格刚刚被改成“{old}”，您看到的是“{seen}”，没有保存。请核对后再改。",
                        f"The cell was changed to {old!r} meanwhile; you saw {seen!r}. Nothing was saved.",
                    )
                give(dossier, kind, fields, by=me(request), why=request.POST.get("why", ""))
        except DossierError as error:
            trouble = error.zh if chinese() else error.en
        else:
            note(request, kind.value, f"{project}-{row} {field}", dossier=dossier, before=old, after=fields["value"])
            return redirect((request.POST.get("back") == "proof" and "proof") or "table", pk=pk)
    given = {**base(request, dossier), "owner": owner, "project": project, "row": row, "field": field, "old": old,
             "label": FIELDS[field], "locked": lock, "trouble": trouble, "posted": request.POST,
             "back": request.GET.get("back") or request.POST.get("back", "")}  # fmt: skip
    return render(request, "cell.html", given, status=422 if trouble else 200)


def _cell_of(dossier: Dossier, project: int, row: int, field: str) -> tuple[Project | Indicator, str]:
    if field not in FIELDS:
        raise Http404
    one = dossier.projects.filter(number=project).first()
    owner: Project | Indicator | None = one
    if row and one is not None:
        owner = one.indicators.select_related("project").filter(row=row).first()
    if owner is None or not hasattr(owner, field):
        raise Http404
    value = getattr(owner, field)
    return owner, "" if value is None else str(value.normalize() if field == "total" else value)


@require_safe
@needs("unit")
def unit(request: HttpRequest, pk: int) -> HttpResponse:
    """The workbench of a leader: money, promises, lights, what is late, what cannot be shown, on one page."""
    dossier = dossier_for(me(request), pk, Act.VIEW)
    projects = list(
        dossier.projects.annotate(
            n=Count("indicators"), met=Count("indicators", filter=Q(indicators__judgement="met")),
            missed=Count("indicators", filter=Q(indicators__judgement="not_met")),
            open=Count("indicators", filter=Q(indicators__judgement="undecidable") | Q(indicators__status="insufficient")),
            red=Count("indicators", filter=Q(indicators__light="red")),
            yellow=Count("indicators", filter=Q(indicators__light="yellow")),
        )
    )  # fmt: skip
    spent = dossier.projects.aggregate(budget=Sum("final_budget"), outturn=Sum("outturn"))
    rate = (
        f"{spent['outturn'] * 100 / spent['budget']:.2f}" if spent["budget"] and spent["outturn"] is not None else None
    )
    late = (
        Indicator.objects.filter(project__dossier=dossier, judgement="not_met")
        .select_related("project").annotate(p=F("project__number")).order_by("p", "row")
    )  # fmt: skip
    blind = (
        Indicator.objects.filter(project__dossier=dossier)
        .filter(Q(judgement="undecidable") | Q(status__in=("insufficient", "")))
        .select_related("project").order_by("project__number", "row")
    )  # fmt: skip
    given = {**base(request, dossier), "projects": projects, "spent": spent, "rate": rate, "late": late, "blind": blind,
             "states": _states(dossier)}  # fmt: skip
    return render(request, "unit.html", given)


def tell(request: HttpRequest, error: DossierError | EvidenceError) -> None:
    """Put what went wrong on the next page."""
    messages.error(request, error.zh if chinese() else error.en)

"""Home (待办、已办、我发起的), a case with its way, and the log of acts."""

from __future__ import annotations

import datetime
from typing import TypeVar

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from hengji.dossier import DossierError
from hengji.web.access import Act, needs
from hengji.web.flow.log import ASKED, note
from hengji.web.flow.models import Case, Desk, Entry, Step, Subject, TrailEnd
from hengji.web.flow.steps import (
    Move,
    StepError,
    at_desk_of,
    case_of,
    earlier,
    following,
    may_move,
    may_take_back,
    move,
)
from hengji.web.flow.trail import anchor_now
from hengji.web.flow.witness import anchored
from hengji.web.jobs.run import ask
from hengji.web.people.scope import dossier_for, dossiers_of
from hengji.web.templatetags.said import chinese
from hengji.web.years.tables import base, me

PAGE = 50
M = TypeVar("M", bound=Model)


@require_safe
@needs("home")
def home(request: HttpRequest) -> HttpResponse:
    """What waits for the person, what the person did, what the person began."""
    user, today = me(request), timezone.localdate()
    desk = _page(request, "desk", at_desk_of(user))
    for case_ in desk:
        case_.late = case_.deadline is not None and case_.deadline < today  # type: ignore[attr-defined]
    waiting = dossiers_of(user, Act.ANSWER).filter(open__gt=0).order_by("-year", "organisation__path")
    drafts = dossiers_of(user, Act.MANAGE).filter(confirmed_at=None)
    done = Step.objects.filter(by=user).select_related("case__dossier__organisation").order_by("-at", "-pk")
    begun = Case.objects.filter(submitted_by=user).select_related("dossier__organisation")
    given = {
        "desk": desk, "waiting": _page(request, "waiting", waiting), "drafts": drafts, "begun": _page(request, "begun", begun),
        "done": _page(request, "done", done),
    }  # fmt: skip
    return render(request, "home.html", given)


def _page(request: HttpRequest, name: str, found: QuerySet[M]) -> Page[M]:
    """The page of a list that the address names; each list of the desk is turned over by itself."""
    return Paginator(found, PAGE).get_page(request.GET.get(name))


@require_safe
@needs("case")
def case(request: HttpRequest, pk: int, subject: str) -> HttpResponse:
    """One subject of a dossier: where it lies, its whole way, and what the person can do with it."""
    dossier = dossier_for(me(request), pk, Act.VIEW)
    if subject not in Subject.values:
        raise Http404
    found = Case.objects.filter(dossier=dossier, subject=subject).select_related("submitted_by").first()
    if found is None:
        found = Case(dossier=dossier, subject=subject)
    shown = base(request, dossier)
    mine = may_move(found, me(request)) if found.pk else Act.MANAGE.value in shown["may"]
    back = bool(found.pk) and may_take_back(found, me(request))
    given = {
        **shown, "case": found, "mine": mine or back,
        "steps": found.steps.select_related("by") if found.pk else (),
        "earlier": [(d.value, d.label) for d in earlier(found)] if found.pk and (back or (mine and found.desk != Desk.PREPARE)) else (),
        "next": following(found).label if found.desk != Desk.DONE else "",
        "began": found.submitted_by_id == me(request).pk and found.desk not in (Desk.PREPARE, Desk.DONE),
        "errors": dossier.findings.filter(severity="error", waived_because="").count() if subject == Subject.TARGETS else 0,
    }  # fmt: skip
    return render(request, "case.html", given)


@require_POST
@needs("move")
def move_case(request: HttpRequest, pk: int, subject: str) -> HttpResponse:
    """Submit, approve, return or urge."""
    dossier, user = dossier_for(me(request), pk, Act.VIEW), me(request)
    what = request.POST.get("move", "")
    if subject not in Subject.values or what not in tuple(Move):
        raise Http404
    if not Case.objects.filter(dossier=dossier, subject=subject).exists():
        dossier_for(user, pk, Act.MANAGE)
        case_of(dossier, Subject(subject))
    found = Case.objects.get(dossier=dossier, subject=subject)
    to, version = request.POST.get("to", ""), request.POST.get("version", "")
    try:
        step = move(
            found.pk, user, Move(what), timezone.now(), version=int(version) if version.isdecimal() else -1,
            to=Desk(to) if to in Desk.values else None, reason=request.POST.get("reason", ""),
        )  # fmt: skip
    except (StepError, DossierError) as error:
        messages.error(request, error.zh if chinese() else error.en)
    else:
        note(
            request,
            f"case_{what}",
            str(found),
            dossier=dossier,
            before=step.came_from,
            after=f"{step.went_to} {step.reason}".strip(),
        )
        messages.success(request, f"已办理：{step.get_went_to_display()}" if chinese() else f"Done: {step.went_to}")
    return redirect("case", pk=pk, subject=subject)


@require_POST
@needs("deadline")
def set_deadline(request: HttpRequest, pk: int, subject: str) -> HttpResponse:
    """The day until which a case should be done; set by those who review."""
    dossier = dossier_for(me(request), pk, Act.REVIEW)
    if subject not in Subject.values:
        raise Http404
    said = request.POST.get("deadline", "")
    try:
        day = datetime.date.fromisoformat(said) if said else None
    except ValueError:
        messages.error(request, f"期限“{said}”不是日期，没有改动。" if chinese() else f"{said!r} is not a day.")
        return redirect("case", pk=pk, subject=subject)
    found = case_of(dossier, Subject(subject))
    before = str(found.deadline or "")
    Case.objects.filter(pk=found.pk).update(deadline=day)
    note(request, "deadline", str(found), dossier=dossier, before=before, after=str(day or ""))
    return redirect("case", pk=pk, subject=subject)


@require_safe
@needs("acts")
def acts(request: HttpRequest, pk: int) -> HttpResponse:
    """All acts on a dossier."""
    dossier = dossier_for(me(request), pk, Act.VIEW)
    found = Paginator(dossier.entries.select_related("by"), PAGE).get_page(request.GET.get("page"))
    return render(request, "acts.html", {**base(request, dossier), "page": found})


@require_safe
@needs("log")
def log(request: HttpRequest) -> HttpResponse:
    """All acts of all people, for the audit administrator; bare requests are left out unless asked for."""
    every = request.GET.get("all") == "1"
    rows = Entry.objects.all() if every else Entry.objects.exclude(what=ASKED)
    # Counting a million rows at every page would cost more than the page; the last number is how many there are.
    end = TrailEnd.objects.first()
    first = _number(request.GET.get("before"), (end.seq if end else 0) + 1)
    page = list(rows.filter(seq__lt=first)[: PAGE + 1])
    older = page[PAGE - 1].seq if len(page) > PAGE else None
    return render(request, "log.html", {"page": page[:PAGE], "older": older, "every": every, "end": end})


def _number(said: str | None, otherwise: int) -> int:
    return int(said) if said and said.isascii() and said.isdigit() and len(said) < 19 else otherwise


@require_POST
@needs("trail_proof")
def trail_proof(request: HttpRequest) -> HttpResponse:
    """Prove the whole trail, in the background."""
    note(request, "trail_proof")
    return redirect("job", pk=ask("trail", None, me(request)).pk)


@require_POST
@needs("trail_anchor")
def trail_anchor(request: HttpRequest) -> HttpResponse:
    """The last act as an anchor on paper, kept beside the database as well."""
    note(request, "trail_anchor")
    made = anchor_now(me(request).username, timezone.localtime())
    anchored(made)
    return render(request, "anchor.html", {"anchor": made})

"""Making a survey, answering it by link or paper, closing it into the registers of the dossier."""

from __future__ import annotations

import csv
import datetime
import io
import secrets

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hengji.dossier import DossierError
from hengji.dossier.computed import store_of
from hengji.evidence.errors import EvidenceError
from hengji.web.access import Act, needs
from hengji.web.flow.log import address_of, note
from hengji.web.jobs.run import ask
from hengji.web.people.attempts import too_often
from hengji.web.people.scope import acts_on, dossier_for
from hengji.web.surveys.models import CHOICES, Answer, Survey
from hengji.web.templatetags.said import chinese
from hengji.web.years.index import folder_of
from hengji.web.years.models import Dossier
from hengji.web.years.tables import base, me, tell

SOURCE = "网站满意度调查"
MOST_QUESTIONS, MOST_REMARK = 20, 500
MOST_AN_HOUR = 60
"""Answers from one address; many people of one office share one."""
DEFAULT = "您对服务的总体评价\n您对办理时效的评价\n您对工作人员态度的评价"


@require_http_methods(["GET", "HEAD", "POST"])
@needs("surveys")
def surveys(request: HttpRequest, pk: int) -> HttpResponse:
    """The surveys of a dossier; POST makes one."""
    dossier, trouble = dossier_for(me(request), pk, Act.VIEW), []
    if request.method == "POST":
        if Act.ANSWER not in acts_on(me(request), dossier):
            raise Http404
        asked = [q.strip()[:200] for q in request.POST.get("questions", "").splitlines() if q.strip()]
        title, project = request.POST.get("title", "").strip()[:200], request.POST.get("project", "")
        population, sent = (_number(request.POST.get(name)) for name in ("population", "sent"))
        if not title:
            trouble.append(("title", "请写调查名称。", "Give the survey a title."))
        if not dossier.projects.filter(number=_number(project) or 0).exists():
            trouble.append(("project", "请选择项目。", "Choose the project."))
        if not 1 <= len(asked) <= MOST_QUESTIONS:
            trouble.append(
                (
                    "questions",
                    f"问题应有 1 到 {MOST_QUESTIONS} 个，每行一个。",
                    "Between 1 and 20 questions, one a line.",
                )
            )
        if population is None or sent is None or sent > population:
            trouble.append(
                (
                    "sent",
                    "对象总数和发放份数应为整数，发放份数不超过对象总数。",
                    "Whole numbers; no more forms than people.",
                )
            )
        if not trouble:
            made = Survey.objects.create(
                dossier=dossier, project=int(project), title=title, questions=asked, population=population or 0,
                sent=sent or 0, token=secrets.token_urlsafe(24), made_by=me(request), opened_on=timezone.localdate(),
            )  # fmt: skip
            note(request, "survey", title, dossier=dossier)
            return redirect("survey", pk=pk, survey=made.pk)
    given = {**base(request, dossier), "surveys": dossier.surveys.all(), "projects": dossier.projects.all(),
             "posted": request.POST, "trouble": trouble, "default": DEFAULT}  # fmt: skip
    return render(request, "surveys.html", given, status=422 if trouble else 200)


@require_safe
@needs("survey")
def survey(request: HttpRequest, pk: int, survey: int) -> HttpResponse:
    """One survey: its link, how many answered, the mean so far, paper forms to type in."""
    dossier = dossier_for(me(request), pk, Act.VIEW)
    one = _survey(dossier, survey)
    scores = [a.score for a in one.answers.all()]
    mean = f"{sum(scores) / len(scores):.2f}" if scores else None
    link = request.build_absolute_uri(f"/s/{one.token}")
    given = {
        **base(request, dossier),
        "survey": one,
        "link": link,
        "count": len(scores),
        "mean": mean,
        "choices": CHOICES,
    }
    return render(request, "survey.html", given)


@require_POST
@needs("survey_paper")
def paper(request: HttpRequest, pk: int, survey: int) -> HttpResponse:
    """A paper form typed in by staff."""
    dossier = dossier_for(me(request), pk, Act.ANSWER)
    one = _survey(dossier, survey)
    if not _kept(request, one, paper=True):
        messages.error(
            request,
            "每个问题都要选，且答卷不超过发放份数，没有录入。"
            if chinese()
            else "Every question needs an answer, and there are no more answers than forms; nothing kept.",
        )
    else:
        note(request, "survey_paper", one.title, dossier=dossier)
    return redirect("survey", pk=pk, survey=survey)


@require_POST
@needs("survey_close")
def close(request: HttpRequest, pk: int, survey: int) -> HttpResponse:
    """Close a survey: what was sent and every answer become records of the registers; then all is computed again."""
    dossier = dossier_for(me(request), pk, Act.ANSWER)
    one = _survey(dossier, survey)
    if one.closed_on is None:
        try:
            _into_registers(dossier, one, timezone.localtime())
        except (DossierError, EvidenceError) as error:
            tell(request, error)
            return redirect("survey", pk=pk, survey=survey)
        # The records come first: closing again, after a kill in between, adds the same rows and so changes nothing.
        Survey.objects.filter(pk=one.pk).update(closed_on=timezone.localdate())
        note(request, "survey_close", one.title, dossier=dossier)
        ask("compute", dossier, me(request))
    return redirect("survey", pk=pk, survey=survey)


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """The questionnaire behind a link, for whoever holds it; no account, no name, once a browser."""
    one = Survey.objects.filter(token=token).first()
    if one is None:
        raise Http404
    mark = f"answered-{one.pk}"
    if request.method == "POST" and one.closed_on is None and _flooded(request, one):
        return render(request, "answer.html", {"survey": one, "choices": CHOICES, "state": "flooded"}, status=429)
    state = (
        "closed"
        if one.closed_on
        else "full"
        if _full(one)
        else "done"
        if request.get_signed_cookie(mark, default=None)
        else "open"
    )
    if request.method == "POST" and state == "open":
        if not _kept(request, one, paper=False):
            return render(request, "answer.html", {"survey": one, "choices": CHOICES, "state": "missing"}, status=422)
        response = render(request, "answer.html", {"survey": one, "state": "done"})
        response.set_signed_cookie(mark, "1", max_age=366 * 86_400, httponly=True, samesite="Lax")
        return response
    return render(request, "answer.html", {"survey": one, "choices": CHOICES, "state": state})


def _full(one: Survey) -> bool:
    return bool(one.sent) and one.answers.count() >= one.sent


def _survey(dossier: Dossier, pk: int) -> Survey:
    found = dossier.surveys.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _flooded(request: HttpRequest, one: Survey) -> bool:
    """Whether one address sends too many answers within an hour; of the address a keyed digest is kept, for that hour."""
    return too_often(f"answer-{one.pk}", address_of(request), MOST_AN_HOUR, 3600)


@transaction.atomic
def _kept(request: HttpRequest, one: Survey, *, paper: bool) -> bool:
    """Keep an answer if it is whole and the survey still open."""
    points = [_number(request.POST.get(f"q{n}")) for n in range(1, len(one.questions) + 1)]
    open_ = Survey.objects.select_for_update().filter(pk=one.pk, closed_on=None).exists()
    # No more answers than forms: a share of answers above 100 % would be no share.
    if not open_ or _full(one) or any(p is None or not 1 <= p <= 5 for p in points):
        return False
    remark = request.POST.get("remark", "").strip()[:MOST_REMARK]
    Answer.objects.create(survey=one, given_on=timezone.localdate(), points=points, paper=paper, remark=remark)
    return True


def _into_registers(dossier: Dossier, one: Survey, at: datetime.datetime) -> None:
    folder = folder_of(dossier)
    store, number = store_of(folder), f"WZ{dossier.year}-{one.pk}"
    project = dossier.projects.get(number=one.project).name
    head = {"source_system": SOURCE, "source_key": number, "survey_no": number, "title": one.title, "project": project,
            "held_on": one.opened_on.isoformat(), "population": one.population, "sent": one.sent}  # fmt: skip
    store.add_file("survey", _csv([head]), at=at, file=f"{number}.csv", year=folder.year)
    rows = [
        {"source_system": SOURCE, "source_key": f"{number}-{a.pk}", "survey_no": number, "respondent": f"第{n}份", "project": project,
         "answered_on": a.given_on.isoformat(), "score": a.score, "valid": "是"}
        for n, a in enumerate(one.answers.all(), 1)
    ]  # fmt: skip
    if rows:
        store.add_file("survey_response", _csv(rows), at=at, file=f"{number}-responses.csv", year=folder.year)


def _csv(rows: list[dict[str, object]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 9 else None

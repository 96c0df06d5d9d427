"""The eight-item form (绩效目标审核表): what hengji proposes, and beside it the grades that reviewers give."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from hengji.dossier import Dossier as Folder
from hengji.dossier import DossierError, GivenKind, Reviewed, entry, review_dossier
from hengji.dossier.judging import check_grade
from hengji.forms.findings import METHODS, key_points_zh, methods, proposal_zh
from hengji.model.finding import Finding
from hengji.model.review import Grade, Judged, Method, Office, ProjectReview, ReviewItem
from hengji.web.access import Act, needs
from hengji.web.flow.log import note
from hengji.web.flow.models import Case, Desk, Subject
from hengji.web.flow.steps import may_move
from hengji.web.people.models import User
from hengji.web.people.scope import acts_on, dossier_for
from hengji.web.templatetags.said import chinese
from hengji.web.years.given import give_all
from hengji.web.years.index import folder_of
from hengji.web.years.models import Dossier
from hengji.web.years.tables import base, me, tell

_OFFICES = {Desk.SUPERVISOR: Office.SUPERVISING, Desk.FISCAL: Office.FISCAL}
_OF_THE_UNIT = frozenset((Act.ANSWER, Act.MANAGE, Act.APPROVE))


class Shown(NamedTuple):
    """A row of the form: the item, the findings behind its proposal, what offices gave, and what stands in the fields."""

    item: ReviewItem
    because: list[Finding]
    given: list[Judged]
    said: dict[str, str]


@require_safe
@needs("review_form")
def review_form(request: HttpRequest, pk: int, project: int) -> HttpResponse:
    """The form of a project; whoever reviews it now has fields to grade in."""
    dossier = dossier_for(me(request), pk, Act.VIEW)
    try:
        reviewed = review_dossier(folder_of(dossier), today=timezone.localdate())
    except DossierError as error:
        tell(request, error)
        return redirect("findings", pk=pk)
    return _page(request, dossier, reviewed, project)


@require_POST
@needs("review_grades")
def review_grades(request: HttpRequest, pk: int, project: int) -> HttpResponse:
    """Keep the grades that differ from what the office gave before, all or none."""
    dossier = dossier_for(me(request), pk, Act.REVIEW)
    office = grading_office(dossier, me(request))
    try:
        folder = folder_of(dossier)
        reviewed = review_dossier(folder, today=timezone.localdate())
        if not 1 <= project <= len(reviewed.review.projects):
            raise Http404
        if office is None:
            raise DossierError(
                "绩效目标不在您的审核环节，或您属于填报单位，没有记录等级。等级由主管部门、财政部门在审核时评定。",
                "The targets do not lie on your desk, or you belong to the unit; no grade was recorded.",
            )
        wanted = _wanted(request.POST, reviewed, project, office)
        _check(folder, reviewed, wanted)
        give_all(dossier, [(GivenKind.REVIEW_GRADE, fields) for fields in wanted], by=me(request), why="审核评定")
    except DossierError as error:
        return _page(request, dossier, reviewed, project, trouble=error)
    said = "；".join(f"{f['item']}{f['grade']}" for f in wanted)
    note(request, "review_grade", f"{project} {office.value}", dossier=dossier, after=said)
    messages.success(request, f"已记录 {len(wanted)} 项等级。" if chinese() else f"{len(wanted)} grades recorded.")
    return redirect("review_form", pk=pk, project=project)


def grading_office(dossier: Dossier, user: User) -> Office | None:
    """The office for which the person grades the targets now: at its desk, and no part of the unit; None for others."""
    case = Case.objects.filter(dossier=dossier, subject=Subject.TARGETS).first()
    if case is None or acts_on(user, dossier) & _OF_THE_UNIT or not may_move(case, user):
        return None
    return _OFFICES.get(Desk(case.desk))


def _wanted(posted: QueryDict, reviewed: Reviewed, project: int, office: Office) -> list[dict[str, str]]:
    one, method = reviewed.review.projects[project - 1], posted.get("method", Method.GENERAL.value)
    found = []
    for n, item in enumerate(one.items):
        before = _said(_of(one, item, office))
        now = {field: posted.get(f"{field}-{n}", "").strip() for field in ("grade", "points", "text")}
        if method == Method.GENERAL and now["points"] == before["points"]:
            now["points"] = ""  # left over from the other method; others are refused by `check_grade`
        if not now["grade"]:
            if before["grade"] or now["points"] or now["text"]:
                raise DossierError(
                    f"“{item.item}”没有选等级。评定过的等级可以改，不能清空；没有记录。",
                    f"{item.item!r} has no grade. A grade that was given can be changed, not emptied.",
                )
        elif {**now, "method": method} != before:
            key = {"project": str(project), "item": item.item, "office": office.value, "method": method}
            found.append({**key, **{field: text for field, text in now.items() if text}})
    if not found:
        raise DossierError("没有改动，没有保存。", "Nothing differs; nothing was saved.")
    return found


def _check(folder: Folder, reviewed: Reviewed, wanted: list[dict[str, str]]) -> None:
    today = timezone.localdate()
    for fields in wanted:
        check_grade(folder, entry(reviewed.table, GivenKind.REVIEW_GRADE, fields, today)[2], today)


def _of(one: ProjectReview, item: ReviewItem, office: Office | None) -> Judged | None:
    return next((j for j in one.judged if (j.item, j.office) == (item.item, office) and not j.changed_since), None)


def _said(judged: Judged | None) -> dict[str, str]:
    if judged is None:
        return {"grade": "", "points": "", "text": "", "method": ""}
    points = "" if judged.points is None else f"{judged.points:f}"
    return {"grade": judged.grade.value, "points": points, "text": judged.words, "method": judged.method.value}


def _page(
    request: HttpRequest, dossier: Dossier, reviewed: Reviewed, project: int, trouble: DossierError | None = None
) -> HttpResponse:
    forms = reviewed.review.projects
    if not 1 <= project <= len(forms):
        raise Http404
    one, office = forms[project - 1], grading_office(dossier, me(request))
    mine = [f for f in reviewed.review.findings if f.project in (project, None)]
    rows = []
    for n, item in enumerate(one.items):
        said: dict[str, Any] = _said(_of(one, item, office))
        if trouble:
            said |= {field: request.POST.get(f"{field}-{n}", "") for field in ("grade", "points", "text")}
        given = [j for j in one.judged if j.item == item.item]
        rows.append(Shown(item, [f for f in mine if f.code in item.because], given, said))
    chosen = next((t.method for t in one.totals if t.office is office), Method.GENERAL).value
    shown = {
        **base(request, dossier), "number": project, "one": one, "all": range(1, len(forms) + 1), "items": rows,
        "office": office, "grades": [g.value for g in Grade], "method": request.POST.get("method", chosen),
        "methods": [(m.value, name) for m, name in METHODS.items()], "trouble": trouble,
        "overall": [
            (METHODS[m], proposal_zh(one, m), key_points_zh(one) if m is Method.KEY else "")
            for m in methods(reviewed.review, reviewed.method)
        ],
    }  # fmt: skip
    return render(request, "review_form.html", shown, status=422 if trouble else 200)

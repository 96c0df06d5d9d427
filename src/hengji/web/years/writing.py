"""What people write about an evaluation: reasons, causes, likelihoods, forecasts, what was reached, measures taken."""

from __future__ import annotations

from typing import NamedTuple

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from hengji.dossier import DossierError, GivenKind
from hengji.dossier.actions import actions_in
from hengji.dossier.stored import newest
from hengji.dossier.written import given_for
from hengji.forms.monitoring_form import CAUSES
from hengji.model.evaluation import Likelihood, Line, ProjectEvaluation, Stage
from hengji.scoring.given import Given, GivenMoney
from hengji.web.access import Act, needs
from hengji.web.flow.log import note
from hengji.web.flow.steps import locked
from hengji.web.people.scope import dossier_for
from hengji.web.templatetags.said import chinese
from hengji.web.years.evaluations import STAGES
from hengji.web.years.given import give_all
from hengji.web.years.index import folder_of
from hengji.web.years.tables import base, me, tell

Entries = list[tuple[GivenKind, dict[str, str]]]
_LINE = ("reason", "causes", "likelihood", "forecast", "remark")
_ACTION = ("action", "owner", "due")


class Written(NamedTuple):
    """A line with what was written about it (field → text)."""

    line: Line
    said: dict[str, str]


@require_http_methods(["GET", "HEAD", "POST"])
@needs("writing")
def writing(request: HttpRequest, pk: int, stage: str, project: int) -> HttpResponse:
    """All that a project's form asks of people, on one page; POST keeps what differs, all of it or nothing."""
    dossier = dossier_for(me(request), pk, Act.ANSWER)
    if stage not in STAGES:
        raise Http404
    try:
        folder = folder_of(dossier)
        stored, changes = newest(folder, Stage(stage)), folder.changes.read()
    except DossierError as error:
        tell(request, error)
        return redirect("evaluations", pk=pk)
    if stored is None:
        messages.error(
            request, "还没有计算，请先计算再填写。" if chinese() else "Nothing is computed yet; compute first."
        )
        return redirect("evaluations", pk=pk)
    if not 1 <= project <= len(stored.evaluation.projects):
        raise Http404
    one, day = stored.evaluation.projects[project - 1], stored.evaluation.as_of
    given = given_for(folder.table, changes, Stage(stage), day)
    lines = [Written(line, _said(given, one.name, line.number)) for line in one.lines]
    lock = locked(dossier, STAGES[stage])
    trouble: DossierError | None = None
    if request.method == "POST":
        try:
            if lock:
                raise DossierError(
                    "已送审或已批复，不能再填写。请由审核人退回后再改。",
                    "It is under way or approved, and locked; it must be returned first.",
                )
            entries = _entries(request.POST, Stage(stage), day.isoformat(), one, lines, given)
            if not entries:
                raise DossierError("没有改动，没有保存。", "Nothing differs; nothing was saved.")
            give_all(dossier, entries, by=me(request), why="监控填报" if stage == Stage.MONITORING else "自评填报")
        except DossierError as error:
            trouble = error
        else:
            note(request, "writing", f"{stage} {project}", dossier=dossier, after=str(len(entries)))
            messages.success(
                request,
                f"已保存 {len(entries)} 处；重新计算后进入表中。"
                if chinese()
                else f"{len(entries)} saved; compute again to have them in the form.",
            )
            return redirect("writing", pk=pk, stage=stage, project=project)
    money = given.money.get(one.name, GivenMoney())
    shown = {
        **base(request, dossier), "stage": stage, "number": project, "one": one, "locked": lock, "trouble": trouble,
        "lines": _posted(request.POST, lines) if trouble else lines, "scored": stage == Stage.SELF_EVALUATION,
        "causes": CAUSES, "likelihoods": [one.value for one in Likelihood], "as_of": day,
        "money_reason": request.POST.get("money-reason", money.reason or ""),
        "money_forecast": request.POST.get("money-forecast", "" if money.forecast is None else f"{money.forecast:f}"),
        "objective": request.POST.get("objective", given.objectives.get(one.name, "")),
        "all": range(1, len(stored.evaluation.projects) + 1),
        "actions": [a for a in actions_in(changes) if a.project == one.name],
    }  # fmt: skip
    return render(request, "writing.html", shown, status=422 if trouble else 200)


def _said(given: Given, project: str, number: int) -> dict[str, str]:
    line = given.line(project, number)
    return {"reason": line.reason or "", "causes": "、".join(line.causes), "likelihood": line.likelihood or "",
            "forecast": line.forecast or "", "remark": line.remark or ""}  # fmt: skip


def _of_line(posted: QueryDict, number: int) -> dict[str, str]:
    found = {field: posted.get(f"{field}-{number}", "").strip() for field in _LINE}
    return {**found, "causes": "、".join(c for c in posted.getlist(f"causes-{number}") if c in CAUSES)}


def _posted(posted: QueryDict, lines: list[Written]) -> list[Written]:
    """The lines with what the person just wrote, so that nothing has to be written twice."""
    return [
        Written(
            w.line, {**_of_line(posted, w.line.number), **{f: posted.get(f"{f}-{w.line.number}", "") for f in _ACTION}}
        )
        for w in lines
    ]


def _entries(
    posted: QueryDict, stage: Stage, as_of: str, one: ProjectEvaluation, lines: list[Written], given: Given
) -> Entries:  # fmt: skip
    """What differs from what was written before, as entries of the change log.

    Raises:
        DossierError: a reason that was written is emptied, or a measure lacks a field.
    """
    found: Entries = []
    money = given.money.get(one.name, GivenMoney())
    old_forecast = "" if money.forecast is None else f"{money.forecast:f}"
    said = {"reason": posted.get("money-reason", "").strip(), "forecast": posted.get("money-forecast", "").strip()}
    if stage is Stage.MONITORING:
        changed = {k: v for k, v in said.items() if v != {"reason": money.reason or "", "forecast": old_forecast}[k]}
        if changed:
            found.append((GivenKind.MONITORING_MONEY, {"project": one.name, "as_of": as_of, **changed}))
    else:
        found += _text(GivenKind.VARIANCE_REASON, {"project": one.name}, money.reason or "", said["reason"])
        objective = posted.get("objective", "").strip()
        found += _text(GivenKind.OBJECTIVE_ACTUAL, {"project": one.name}, given.objectives.get(one.name, ""), objective)
    for line, before in lines:
        key = {"project": one.name, "indicator": str(line.number)}
        now = _of_line(posted, line.number)
        if stage is Stage.MONITORING:
            changed = {field: now[field] for field in _LINE if now[field] != before[field]}
            if changed:
                found.append((GivenKind.MONITORING_LINE, {**key, "as_of": as_of, **changed}))
        else:
            found += _text(GivenKind.VARIANCE_REASON, key, before["reason"], now["reason"])
        action = {field: posted.get(f"{field}-{line.number}", "").strip() for field in _ACTION}
        if any(action.values()):
            if not all(action.values()):
                raise DossierError(
                    f"第 {line.number} 项的改进措施要同时写明措施、责任人和期限，没有保存。",
                    f"The measure of indicator {line.number} needs what, who and until when; nothing was saved.",
                )
            found.append((GivenKind.CORRECTIVE_ACTION, {**key, **action}))
    return found


def _text(kind: GivenKind, key: dict[str, str], before: str, now: str) -> Entries:
    if now == before:
        return []
    if not now:
        raise DossierError(
            f"写过的内容不能清空，请改写：“{before[:40]}”。没有保存。",
            f"What was written cannot be emptied; write it anew: {before[:40]!r}.",
        )
    return [(kind, {**key, "text": now})]

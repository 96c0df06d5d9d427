"""Evaluations by a frame of indicators (部门评价, 财政评价, 部门整体): people score the lines that records do not answer."""

from __future__ import annotations

import datetime
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from hengji.dossier import DossierError, GivenKind, table_in_force
from hengji.dossier.framed import FRAMES
from hengji.dossier.framed_given import DEPARTMENT, NOT_APPLICABLE, department_table, given_lines, given_points
from hengji.legislation import LawError, PackError
from hengji.model.evaluation import Stage
from hengji.scoring.frames import Frame, FrameLine, department_frame, project_frame
from hengji.scoring.frames_score import GivenLine, refused
from hengji.scoring.rules import rules_of
from hengji.web.access import Act, Role, needs
from hengji.web.flow.log import note
from hengji.web.jobs.run import ask
from hengji.web.people.models import User
from hengji.web.people.scope import acts_on, dossier_for
from hengji.web.templatetags.said import chinese
from hengji.web.years.given import give_all
from hengji.web.years.index import folder_of
from hengji.web.years.models import Dossier
from hengji.web.years.tables import base, me

TITLES = {"departmental": ("部门评价", "departmental evaluation"), "fiscal": ("财政评价", "fiscal evaluation"),
          DEPARTMENT: ("部门整体自评", "self-evaluation of the whole unit")}  # fmt: skip
_FORMS = {"departmental": "evaluation", "fiscal": "fiscal_evaluation", DEPARTMENT: "department_self_evaluation"}
_FIELDS = ("points", "evidence", "actual")


class Scored(NamedTuple):
    """A line of the frame with what stands in its fields."""

    line: FrameLine
    points: str = ""
    evidence: str = ""
    actual: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
@needs("frame")
def frame(request: HttpRequest, pk: int, kind: str, project: int) -> HttpResponse:
    """The lines of a frame for a project (0: the whole unit); POST keeps what differs, all of it or nothing, or computes."""
    dossier = dossier_for(me(request), pk, Act.VIEW)
    if kind not in TITLES or (kind == DEPARTMENT) != (project == 0):
        raise Http404
    may, folder = may_score(me(request), dossier, kind), folder_of(dossier)
    if request.method == "POST" and not may:
        raise Http404
    changes = folder.changes.read()
    table = table_in_force(folder.table, changes, datetime.date(dossier.year, 12, 31))
    if project > len(table.projects):
        raise Http404
    name = table.projects[project - 1].name if project else None
    used = _frame(dossier, kind, given_points(changes, kind))
    known = {g.line: g for g in given_lines(changes, kind, name)}
    lines = [_as_given(li, known.get(str(li.number)) or known.get(li.name)) for li in used.lines]
    trouble: DossierError | None = None
    if request.method == "POST" and request.POST.get("do") == "evaluate":
        stage = FRAMES.get(kind, Stage.DEPARTMENT_SELF_EVALUATION).value
        note(request, "evaluate_frame", f"{kind} {project}", dossier=dossier)
        job = ask("evaluate", dossier, me(request), stage=stage, project=str(project), as_of=None)
        return redirect("job", pk=job.pk)
    if request.method == "POST":
        said = [Scored(s.line, *(request.POST.get(f"{f}-{s.line.number}", "").strip() for f in _FIELDS)) for s in lines]
        try:
            entries = _entries(dossier, kind, project, lines, said)
            give_all(dossier, entries, by=me(request), why=TITLES[kind][0])
        except DossierError as error:
            trouble, lines = error, said
        else:
            note(request, "frame_line", f"{kind} {project}", dossier=dossier, after=str(len(entries)))
            messages.success(
                request, f"已保存 {len(entries)} 项评分。" if chinese() else f"{len(entries)} lines saved."
            )
            return redirect("frame", pk=pk, kind=kind, project=project)
    shown = {
        **base(request, dossier), "kind": kind, "title": TITLES[kind], "number": project, "name": name, "scored": lines, "total": used.points,
        "trouble": trouble, "may_score": may, "all": range(1, len(table.projects) + 1), "form": _FORMS[kind],
        "own_table": kind == DEPARTMENT and department_table(changes) is not None,
    }  # fmt: skip
    return render(request, "frame.html", shown, status=422 if trouble else 200)


def may_score(user: User, dossier: Dossier, kind: str) -> bool:
    """The unit scores itself, who reviews it scores its projects, and 财政评价 is the fiscal bureau's alone."""
    acts = acts_on(user, dossier)
    if kind == DEPARTMENT:
        return Act.MANAGE in acts
    if kind == "fiscal":
        return Act.REVIEW in acts and any(role is Role.FISCAL for role, _ in user.roles())
    return Act.REVIEW in acts


def _frame(dossier: Dossier, kind: str, points: dict[str, Decimal]) -> Frame:
    day = dossier.computed_as_of or datetime.date(dossier.year, 12, 31)
    try:
        if kind == DEPARTMENT:
            return department_frame(dossier.pack, day, None, points)
        return project_frame(FRAMES[kind], dossier.pack, day, points)
    except (LawError, PackError) as error:
        raise DossierError(
            f"规则包 {dossier.pack} 的评价指标体系用不了：{error}", f"The frame of the pack cannot be used: {error}"
        ) from None


def _as_given(line: FrameLine, known: GivenLine | None) -> Scored:
    if known is None:
        return Scored(line)
    points = NOT_APPLICABLE if known.points is None else f"{known.points:f}"
    return Scored(line, points, known.evidence, known.actual or "")


def _entries(
    dossier: Dossier, kind: str, project: int, before: list[Scored], said: list[Scored]
) -> list[tuple[GivenKind, dict[str, str]]]:  # fmt: skip
    """What differs from what was given before, as entries of the change log.

    Raises:
        DossierError: nothing differs, or a line has points that it cannot have, or no evidence.
    """
    rules = rules_of(dossier.pack, dossier.computed_as_of or datetime.date(dossier.year, 12, 31))
    found: list[tuple[GivenKind, dict[str, str]]] = []
    for old, now in zip(before, said, strict=True):
        if now == old:
            continue
        line, points = now.line, _points(now)
        wrong = refused(line, GivenLine(str(line.number), points, now.evidence), rules)
        if wrong is not None:
            raise DossierError(
                f"第{line.number}项“{line.name}”：{wrong[1]}。没有保存。",
                f"Line {line.number} {wrong[2]}; nothing was saved.",
            )
        fields = {"frame": kind, "line": str(line.number), "points": now.points, "evidence": now.evidence}
        fields |= ({"project": str(project)} if project else {}) | ({"actual": now.actual} if now.actual else {})
        found.append((GivenKind.FRAME_LINE, fields))
    if not found:
        raise DossierError("没有改动，没有保存。", "Nothing differs; nothing was saved.")
    return found


def _points(now: Scored) -> Decimal | None:
    if now.points == NOT_APPLICABLE:
        return None
    try:
        points = Decimal(now.points)
    except InvalidOperation:
        points = Decimal("NaN")
    if not points.is_finite():
        raise DossierError(
            f"第{now.line.number}项的得分“{now.points}”不是数。请写数或“{NOT_APPLICABLE}”，没有保存。",
            f"{now.points!r} of line {now.line.number} is no number; nothing was saved.",
        )
    return points

"""The table as a spreadsheet: edited by keyboard and by pasted blocks, looked at as differences, then written at once."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from hengji.dossier import DossierError, GivenKind
from hengji.web.access import Act, needs
from hengji.web.flow.log import note
from hengji.web.flow.models import Subject
from hengji.web.flow.steps import locked
from hengji.web.frontend import GRID, installed
from hengji.web.people.scope import dossier_for
from hengji.web.templatetags import said
from hengji.web.years.edits import FIELDS, as_text, judged, read_edits, write
from hengji.web.years.models import Dossier, Indicator
from hengji.web.years.tables import base, me, tell, worst_first

_COLUMNS = (
    ("number", "序号", "no.", 48), ("level1", "一级指标", "level 1", 84), ("level2", "二级指标", "level 2", 100),
    ("name", "三级指标", "indicator", 180), ("whole_term_target", "实施周期指标值", "whole-term target", 150),
    ("annual_target", "年度指标值", "annual target", 170), ("actual", "实际完成值", "actual", 110),
    ("gap", "差距", "gap", 84), ("verdict", "判定", "verdict", 90), ("state", "佐证", "evidence", 100),
    ("light", "灯", "light", 64), ("points", "得分/分值", "points", 96), ("findings", "审核", "findings", 96),
)  # fmt: skip
"""Field, title and width in pixels."""
_WORDS = {
    "readonly": ("“{0}”由程序算出或取自别处，不能改", "{0} is computed and cannot be edited"),
    "outside": ("粘贴的内容有 {0} 行 {1} 列，超出了表格，没有粘贴", "The block has {0} rows and {1} columns and does not fit; nothing was pasted"),
    "refused": ("没有粘贴，{0} 格不能写：", "Nothing was pasted; {0} cells cannot be written: "),
    "pasted": ("已粘贴 {0} 格，还没有写入", "{0} cells pasted, not written yet"),
    "restored": ("上次没有写完的 {0} 处改动还在", "{0} edits not written last time are still here"),
    "pending": ("{0} 处改动还没有写入", "{0} edits not written yet"),
    "was": ("原为：{0}", "was: {0}"), "project": ("项目", "project"), "empty": ("不能清空", "cannot be emptied"),
}  # fmt: skip


@require_safe
@needs("grid")
def grid(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole table in one grid with actual, gap and evidence; in its order or the worst first."""
    dossier = dossier_for(me(request), pk, Act.VIEW)
    worst = request.GET.get("order") == "worst"
    projects = list(dossier.projects.prefetch_related("indicators"))
    lines = worst_first(projects) if worst else [_with(i, p) for p in projects for i in p.indicators.all()]
    given = base(request, dossier)
    editable = "manage" in given["may"]
    given |= {
        "order": "worst" if worst else "table", "locked": locked(dossier, Subject.TARGETS), "editable": editable,
        "installed": installed(GRID),
        "setup": {
            "dossier": dossier.pk, "editable": editable, "grouped": not worst,
            "columns": [
                {"field": f, "title": zh if said.chinese() else en, "width": w, "editable": editable and f in FIELDS}
                for f, zh, en, w in _COLUMNS
            ],
            "words": {name: zh if said.chinese() else en for name, (zh, en) in _WORDS.items()},
            "rows": [_row(i) for i in lines],
        },
    }  # fmt: skip
    return render(request, "grid.html", given)


@require_POST
@needs("grid_check")
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Edits as differences, each with how it will be read or why it cannot be made; `write` writes them, all or none."""
    dossier, posted = dossier_for(me(request), pk, Act.MANAGE), request.POST
    lock = locked(dossier, Subject.TARGETS)
    kind = (
        GivenKind.TARGET_CHANGE
        if posted.get("kind", "target_change" if lock else "") == "target_change"
        else GivenKind.CORRECTION
    )
    why, document = posted.get("why", ""), posted.get("document", "")
    try:
        edits = read_edits(posted.get("edits", ""))
        if not edits:
            raise DossierError("没有改动。", "Nothing was edited.")
        found = judged(dossier, edits, kind)
        if "drop" in posted:
            found = [j for j in found if j.trouble is None]
    except DossierError as error:
        tell(request, error)
        return redirect("grid", pk=pk)
    trouble: DossierError | None = None
    if "write" in posted:
        try:
            made = write(dossier, [j.edit for j in found], kind, document=document, why=why, by=me(request))
        except DossierError as error:
            trouble = error
            found = judged(dossier, [j.edit for j in found], kind)
        else:
            _noted(request, dossier, kind, found)
            messages.success(request, f"已写入 {len(made)} 处。" if said.chinese() else f"{len(made)} cells written.")
            return redirect("grid", pk=pk)
    given = {
        **base(request, dossier), "found": found, "refused": sum(j.trouble is not None for j in found), "locked": lock,
        "edits": as_text(j.edit for j in found), "kind": kind.value, "why": why, "document": document, "trouble": trouble,
    }  # fmt: skip
    return render(request, "grid_check.html", given, status=422 if trouble else 200)


def _noted(request: HttpRequest, dossier: Dossier, kind: GivenKind, found: list[Any]) -> None:
    for j in found:
        note(
            request, kind.value, f"{j.edit.project}-{j.edit.row} {j.edit.field}", dossier=dossier, before=j.old,
            after=j.edit.value.strip(),
        )  # fmt: skip


def _with(one: Indicator, project: Any) -> Indicator:
    one.project = project
    return one


def _row(one: Indicator) -> dict[str, Any]:
    short = one.shortfall if one.judgement == "not_met" else ""
    counts = [f"{said.severity(word)} {n}" for word, n in (("error", one.errors), ("warning", one.warnings)) if n]
    scored = f"{said.points(one.points) or '—'}/{said.points(one.max_points)}" if one.max_points is not None else ""
    return {
        "key": f"{one.project.number}-{one.row}", "project": one.project.number, "row": one.row,
        "group": f"{one.project.number}. {one.project.name}", "number": one.number, "level1": one.level1,
        "level2": one.level2, "name": one.name, "whole_term_target": one.whole_term_target,
        "annual_target": one.annual_target, "actual": one.actual, "gap": short,
        "verdict": said.verdict(one.judgement), "judgement": one.judgement, "state": said.status(one.status),
        "light": said.light(one.light), "points": scored, "findings": " ".join(counts),
    }  # fmt: skip

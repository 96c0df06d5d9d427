"""Which official forms the site offers, and their files; what a page and a job both print from."""

from __future__ import annotations

from typing import NamedTuple

from django.http import Http404
from django.utils import timezone

from hengji.dossier import DossierError, FormKind, printed, review_dossier
from hengji.dossier.evaluation_forms import prepared, printed_evaluation
from hengji.dossier.framed_forms import framed_forms
from hengji.dossier.stored import newest
from hengji.model.evaluation import Stage
from hengji.web.years.index import folder_of
from hengji.web.years.models import Dossier

FISCAL = "fiscal_evaluation"
"""The evaluation of the fiscal bureau: printed like a departmental one, under a name of its own."""


class Offered(NamedTuple):
    """A form: its title, what it is printed from, its renderings for the whole unit and for one project."""

    kind: str
    zh: str
    en: str
    stage: Stage | None
    whole: tuple[str, ...] = ()
    each: tuple[str, ...] = ()


OFFERED = (
    Offered("target_declaration", "绩效目标申报表(全表为公开表)", "declaration of targets", None, ("xlsx",), ("xlsx",)),
    Offered("review_opinion", "绩效目标审核意见", "opinion of the review", None, ("docx",), ("docx",)),
    Offered("report", "核查报告(html)和自评报告(docx)", "report", None, ("html", "docx")),
    Offered("monitoring", "绩效目标执行监控表", "monitoring form", Stage.MONITORING, (), ("html", "xlsx")),
    Offered("self_evaluation", "项目支出绩效自评表(全表为汇总)", "self-evaluation form", Stage.SELF_EVALUATION, ("html", "xlsx"),
            ("html", "xlsx", "docx")),
    Offered("evidence_list", "佐证材料目录", "list of evidence", Stage.SELF_EVALUATION, (), ("html", "xlsx")),
    Offered("department_self_evaluation", "部门整体支出绩效自评表", "self-evaluation of the whole unit",
            Stage.DEPARTMENT_SELF_EVALUATION, ("html", "xlsx", "docx")),
    Offered("evaluation", "部门评价表", "departmental evaluation", Stage.DEPARTMENTAL_EVALUATION, (), ("html", "xlsx", "docx")),
    Offered(FISCAL, "财政评价表", "fiscal evaluation", Stage.FISCAL_EVALUATION, (), ("html", "xlsx", "docx")),
)  # fmt: skip


def files_of(dossier: Dossier, kind: str, only: str) -> dict[str, bytes]:
    """File name → content of the form of a kind that has this name; empty where there is none.

    Raises:
        DossierError: nothing is frozen to print from, or the folder cannot be read.
    """
    folder = folder_of(dossier)
    which = FormKind.EVALUATION if kind == FISCAL else FormKind(kind)
    form = offered(kind)
    if form.stage is None:
        files = printed(review_dossier(folder, today=timezone.localdate()), which, only)
        stored = newest(folder, Stage.SELF_EVALUATION) if which is FormKind.REPORT else None
        return files | (printed_evaluation(prepared(folder, stored).material, which, only) if stored else {})
    stored = newest(folder, form.stage)
    if stored is None:
        raise DossierError("还没有冻结的评价，没有可打印的表。请先计算。", "Nothing is frozen yet; compute first.")
    if form.stage in (Stage.MONITORING, Stage.SELF_EVALUATION):
        return printed_evaluation(prepared(folder, stored).material, which, only)
    return framed_forms(folder, which, timezone.localtime().replace(tzinfo=None), only).files


def offered(kind: str) -> Offered:
    """A form by its kind.

    Raises:
        Http404: there is none.
    """
    found = next((f for f in OFFERED if f.kind == kind), None)
    if found is None:
        raise Http404
    return found

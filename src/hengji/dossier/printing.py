"""The files of each form, named as the contract names them: `<project number>-<kind>.<ending>`, 0 for the whole table."""

from __future__ import annotations

from enum import StrEnum

from hengji import forms
from hengji.dossier.reviewed import Reviewed
from hengji.model.evaluation import Stage
from hengji.reading import FAULTS
from hengji.review import RULES
from hengji.targets import read_target


class FormKind(StrEnum):
    """Forms that can be printed: from the published table and its review, or from a frozen evaluation."""

    REVIEW_OPINION = "review_opinion"
    TARGET_DECLARATION = "target_declaration"
    REPORT = "report"
    MONITORING = "monitoring"
    SELF_EVALUATION = "self_evaluation"
    EVIDENCE_LIST = "evidence_list"
    DEPARTMENT_SELF_EVALUATION = "department_self_evaluation"
    EVALUATION = "evaluation"

    @property
    def stage(self) -> Stage | None:
        """The stage of the evaluation that a form shows; None for one of the table and its review."""
        return _STAGES.get(self)


_STAGES = {
    FormKind.MONITORING: Stage.MONITORING, FormKind.SELF_EVALUATION: Stage.SELF_EVALUATION,
    FormKind.EVIDENCE_LIST: Stage.SELF_EVALUATION,
    FormKind.DEPARTMENT_SELF_EVALUATION: Stage.DEPARTMENT_SELF_EVALUATION, FormKind.EVALUATION: Stage.DEPARTMENTAL_EVALUATION,
}  # fmt: skip


def printed(reviewed: Reviewed, kind: FormKind, only: str | None = None) -> dict[str, bytes]:
    """File name → content of one kind of form of a reviewed table (no `stage`), the whole table first, then each project.

    `only` names the one file that is wanted.
    """
    table = reviewed.table
    numbers = [n for n in range(len(table.projects) + 1) if only is None or only.startswith(f"{n}-")]
    if kind is FormKind.REPORT:
        return {f"0-{kind}.html": report(reviewed)}
    if kind is FormKind.TARGET_DECLARATION:
        return {
            f"{n}-{kind}.xlsx": forms.target_declaration(table, n) if n else forms.published_list(table)
            for n in numbers
        }
    return {
        f"{n}-{kind}.docx": forms.review_opinion(
            table, reviewed.review, project=n or None, method=reviewed.method, on=reviewed.on
        )
        for n in numbers
    }


def report(reviewed: Reviewed) -> bytes:
    """The official table with its findings at their cells, as one html file that needs nothing else."""
    table = reviewed.table
    readings = [
        [read_target(i.annual_target or "", i.name, table.fiscal_year) for i in project.indicators]
        for project in table.projects
    ]
    titles = {r.code: (r.title, r.title_en) for r in RULES} | {f.code: (f.title, "") for f in FAULTS}
    return forms.report(table, reviewed.review, readings, on=reviewed.on, pack=reviewed.pack, titles=titles)

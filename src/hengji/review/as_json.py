"""A review as the public JSON object (format hengji.review/1)."""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal
from typing import Any

from hengji.model.finding import Citation, Finding
from hengji.model.review import Grade, Judged, ProjectReview, Review, ReviewItem
from hengji.model.table import TargetTable


def review_json(review: Review, table: TargetTable) -> dict[str, Any]:
    """Plain objects for `hengji review --json`; figures are decimal strings, absent is null."""
    return {
        "format": "hengji.review/1",
        "method": review.method.value,
        "findings": [_finding(f, table) for f in review.findings],
        "waived": [
            {**_finding(f, table), "waiver": {"reason": w.reason, "by": w.by, "on": w.on.isoformat()}}
            for f, w in review.waived
        ],
        "not_checked": [{"code": n.code, "needs": n.needs, "needs_en": n.needs_en} for n in review.not_checked],
        "projects": [_project(p) for p in review.projects],
    }


def _finding(finding: Finding, table: TargetTable) -> dict[str, Any]:
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "project": table.projects[finding.project - 1].name if finding.project else None,
        "indicator": finding.indicator,
        "zh": finding.zh,
        "en": finding.en,
        "place": finding.place._asdict(),
        "suggestion": finding.suggestion,
        "cites": [_citation(c) for c in finding.cites],
    }


def _citation(citation: Citation) -> dict[str, Any]:
    return asdict(citation)


def _project(form: ProjectReview) -> dict[str, Any]:
    return {
        "name": form.name,
        "items": [{**_item(i), "judged": [_judged(j) for j in form.judged if j.item == i.item]} for i in form.items],
        "grades": {"general": _grade(form.general), "key": _grade(form.key)},
        "reachable": {
            "general": [g.value for g in form.general_range],
            "key": [g.value for g in form.key_range],
            "key_points": [str(p) for p in form.key_points_range],
        },
        "key_points": _figure(form.key_points),
        "judged_grades": [
            {"office": t.office.value, "method": t.method.value, "grade": _grade(t.grade), "points": _figure(t.points),
             "missing": list(t.missing), "changed_since": t.changed_since}
            for t in form.totals
        ],
    }  # fmt: skip


def _judged(judged: Judged) -> dict[str, Any]:
    return {
        "office": judged.office.value, "method": judged.method.value, "grade": judged.grade.value,
        "points": _figure(judged.points), "words": judged.words, "by": judged.by, "on": judged.on.isoformat(),
        "changed_since": judged.changed_since,
    }  # fmt: skip


def _item(item: ReviewItem) -> dict[str, Any]:
    return {
        "item": item.item,
        "dimension": item.dimension,
        "max_points": str(item.max_points),
        "proposed_grade": _grade(item.proposed_grade),
        "proposed_points": _figure(item.proposed_points),
        "because": list(item.because),
        "to_judge": item.to_judge,
    }


def _grade(grade: Grade | None) -> str | None:
    return grade.value if grade else None


def _figure(figure: Decimal | None) -> str | None:
    return str(figure) if figure is not None else None

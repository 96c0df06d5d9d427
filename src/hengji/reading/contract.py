"""A table as the JSON of the public contract (`hengji.table/1`): every key is present, absent is null."""

from __future__ import annotations

from typing import Any

from hengji.model.finding import Citation, Finding, Place
from hengji.model.table import Funds, Indicator, Project, TableKind, TargetTable
from hengji.reading.money import printed

FORMAT = "hengji.table/1"
_FUNDS = ("total", "fiscal_appropriation", "special_account", "other_funds", "carry_over")
_TOTALS = ("total", "fiscal_appropriation", "special_account", "other_funds")
_EVALUATED = ("original_budget", "final_budget", "outturn", "execution_rate", "max_points", "points")


def read_json(table: TargetTable) -> dict[str, Any]:
    """A table as read, as plain data for `json.dumps`."""
    return {
        "format": FORMAT,
        "status": table.status.value,
        "source": {"file": table.source.file, "sha256": table.source.sha256, "media_type": table.source.media_type},
        "kind": table.kind.value,
        "title": table.title,
        "department": table.department,
        "fiscal_year": table.fiscal_year,
        "money_unit": table.money_unit,
        "printed_totals": _amounts(table.printed_totals, _TOTALS),
        "projects": [_project(p, table.kind) for p in table.projects],
        "findings": [finding_json(f) for f in table.findings],
    }


def finding_json(finding: Finding) -> dict[str, Any]:
    """A finding as plain data."""
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "zh": finding.zh,
        "en": finding.en,
        "place": finding.place._asdict(),
        "suggestion": finding.suggestion,
        "cites": [_citation(c) for c in finding.cites],
    }


def _project(project: Project, kind: TableKind) -> dict[str, Any]:
    evaluated = (project.kind or kind) is TableKind.SELF_EVALUATION
    return {
        "name": project.name,
        "code": project.code,
        "fund_user": project.fund_user,
        "supervising_department": project.supervising_department,
        "kind": project.kind.value if project.kind else None,
        "money_unit": project.money_unit,
        "funds": _amounts(project.funds, _FUNDS + _EVALUATED if evaluated else _FUNDS),
        "printed_funds": [{"label": f.label, "values": list(f.values)} for f in project.printed_funds],
        "objective": project.objective,
        "whole_term_objective": project.whole_term_objective,
        "objective_actual": project.objective_actual,
        "total_points": project.total_points,
        "indicators": [_indicator(i) for i in project.indicators],
    }


def _indicator(indicator: Indicator) -> dict[str, Any]:
    return {
        "number": indicator.number,
        "code": indicator.code,
        "level1": indicator.level1,
        "level2": indicator.level2,
        "name": indicator.name,
        "whole_term_target": indicator.whole_term_target,
        "annual_target": indicator.annual_target,
        "actual": indicator.actual,
        "max_points": indicator.max_points,
        "points": indicator.points,
        "forecast": indicator.forecast,
        "deviation_causes": list(indicator.deviation_causes),
        "likelihood": indicator.likelihood,
        "variance_reason": indicator.variance_reason,
        "remark": indicator.remark,
        "place": _place(indicator.place),
        "confidence": indicator.confidence,
    }


def _place(place: Place) -> dict[str, Any]:
    return place._asdict()


def _amounts(funds: Funds, keys: tuple[str, ...]) -> dict[str, str | None]:
    return {key: printed(getattr(funds, key)) for key in keys}


def _citation(cite: Citation) -> dict[str, Any]:
    return {"document": cite.document, "title": cite.title, "topic": cite.topic, "verified": cite.verified}

"""hengji.evaluation/1: an evaluation as plain data, and its figures as canonical bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from hengji.model.action import CorrectiveAction
from hengji.model.evaluation import Evaluation, ExecutionScore, Head, Line, ProjectEvaluation, Working
from hengji.model.finding import Citation, Finding

FORMAT = "hengji.evaluation/1"
FUNDS = ("total", "fiscal_appropriation", "special_account", "other_funds", "carry_over")


def evaluation_json(evaluation: Evaluation) -> dict[str, Any]:
    """The evaluation in the shape of the contract; figures are decimal strings, points with two places."""
    return {
        "format": FORMAT,
        "stage": evaluation.stage.value,
        "as_of": evaluation.as_of.isoformat(),
        "pack": evaluation.pack,
        "inputs_digest": evaluation.inputs_digest,
        "simulated": evaluation.simulated,
        "department": evaluation.department,
        "fiscal_year": evaluation.fiscal_year,
        "money_unit": evaluation.money_unit,
        "projects": [_project(p) for p in evaluation.projects],
        "findings": [_finding(f) for f in evaluation.findings],
        "actions": [action_json(a) for a in evaluation.actions],
        "unverified": [_citation(c) for c in evaluation.unverified],
    }


def canonical(value: Mapping[str, Any]) -> bytes:
    """The bytes that a digest is made of: keys in order, no blanks, UTF-8."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _project(one: ProjectEvaluation) -> dict[str, Any]:
    return {
        "name": one.name,
        "execution": _execution(one.execution),
        "lines": [_line(line) for line in one.lines],
        "total_points": _points(one.total_points),
        "unrounded": None if one.unrounded is None else f"{one.unrounded:.6f}",
        "grade": one.grade.value if one.grade else None,
        "light": one.light.value if one.light else None,
        "objective": one.objective,
        "objective_actual": one.objective_actual,
        "head": _head(one.head) if one.head else None,
        "workings": [_working(w) for w in one.workings],
    }


def _head(head: Head) -> dict[str, Any]:
    return {
        "fund_user": head.fund_user, "supervising_department": head.supervising_department, "money_unit": head.money_unit,
        "funds": {name: _exactly(getattr(head.funds, name)) for name in FUNDS},
    }  # fmt: skip


def action_json(action: CorrectiveAction) -> dict[str, Any]:
    """A corrective action as plain data."""
    return {
        "id": action.id, "project": action.project, "indicator": action.indicator, "action": action.action,
        "owner": action.owner, "due": action.due.isoformat(), "status": action.status.value, "note": action.note,
        "on": action.on.isoformat() if action.on else None, "carried_from": action.carried_from,
    }  # fmt: skip


def _execution(money: ExecutionScore) -> dict[str, Any]:
    return {
        "original_budget": _plain(money.original_budget), "final_budget": _plain(money.final_budget),
        "outturn": _plain(money.outturn), "execution_rate": _plain(money.execution_rate),
        "max_points": _points(money.max_points), "points": _points(money.points),
        "light": money.light.value if money.light else None, "forecast": _plain(money.forecast),
        "reason": money.reason,
        "sources": [{"source": s.source, "budget": _plain(s.budget), "outturn": _plain(s.paid)} for s in money.sources],
        "workings": [_working(w) for w in money.workings],
    }  # fmt: skip


def _line(line: Line) -> dict[str, Any]:
    return {
        "number": line.number, "code": line.code, "name": line.name, "level1": line.level1, "level2": line.level2,
        "target": line.target, "actual": line.actual, "max_points": _points(line.max_points),
        "points": _points(line.points), "not_applicable": line.not_applicable,
        "over_percent": _plain(line.over_percent), "light": line.light.value if line.light else None,
        "forecast": line.forecast, "likelihood": line.likelihood.value if line.likelihood else None,
        "deviation_causes": list(line.deviation_causes), "variance_reason": line.variance_reason,
        "corrective_action": line.corrective_action, "remark": line.remark, "evidence": line.evidence,
        "workings": [_working(w) for w in line.workings],
    }  # fmt: skip


def _working(step: Working) -> dict[str, Any]:
    return {"step": step.step, "formula": step.formula, "inputs": dict(step.inputs), "result": step.result,
            "cites": [_citation(c) for c in step.cites]}  # fmt: skip


def _finding(found: Finding) -> dict[str, Any]:
    return {
        "code": found.code, "severity": found.severity.value, "zh": found.zh, "en": found.en, "place": found.place._asdict(),
        "suggestion": found.suggestion, "cites": [_citation(c) for c in found.cites], "project": found.project,
        "indicator": found.indicator,
    }  # fmt: skip


def _citation(cite: Citation) -> dict[str, Any]:
    return {"document": cite.document, "title": cite.title, "topic": cite.topic, "verified": cite.verified}


def _points(number: Decimal | None) -> str | None:
    return None if number is None else f"{number:.2f}"


def _exactly(number: Decimal | None) -> str | None:
    """With the digits that were printed."""
    return None if number is None else f"{number:f}"


def _plain(number: Decimal | None) -> str | None:
    """Without trailing zeros."""
    if number is None:
        return None
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text

"""What people give to a dossier, checked against its table before it is written into changes.jsonl.

One kind a sort of decision; each names its fields. What is given is never edited: a later entry stands instead.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from hengji.dossier import framed_given, structure, writing
from hengji.dossier.errors import DossierError
from hengji.dossier.values import day as _date
from hengji.dossier.values import number as _number
from hengji.model.table import Indicator, Project, TargetTable


class GivenKind(StrEnum):
    """What people can give."""

    WAIVER = "waiver"
    WAIVER_WITHDRAWN = "waiver_withdrawn"
    ANSWER = "answer"
    CORRECTION = "correction"
    TARGET_CHANGE = "target_change"
    WEIGHT = "weight"
    ATTESTATION = "attestation"
    ATTACHMENT = "attachment"
    MONITORING_LINE = "monitoring_line"
    MONITORING_MONEY = "monitoring_money"
    VARIANCE_REASON = "variance_reason"
    OBJECTIVE_ACTUAL = "objective_actual"
    CORRECTIVE_ACTION = "corrective_action"
    CORRECTIVE_ACTION_UPDATE = "corrective_action_update"
    INDICATOR_ADDED = "indicator_added"
    INDICATOR_REMOVED = "indicator_removed"
    PROJECT_ADDED = "project_added"
    PROJECT_REMOVED = "project_removed"
    FRAME_LINE = "frame_line"
    FRAME_POINTS = "frame_points"
    FUNDS_RECEIVED = "funds_received"
    DEPARTMENT_TARGETS = "department_targets"
    DEPARTMENT_ACTUAL = "department_actual"
    DEPARTMENT_OBJECTIVE = "department_objective"
    REVIEW_GRADE = "review_grade"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of entry: its title, the fields it must have and those it may have besides `why` and `by`."""

    title: str
    needed: tuple[str, ...]
    allowed: tuple[str, ...] = ()


KINDS: Mapping[GivenKind, Kind] = {
    GivenKind.WAIVER: Kind("豁免一条问题", ("code",), ("project", "indicator")),
    GivenKind.WAIVER_WITHDRAWN: Kind("撤回豁免", ("code",), ("project", "indicator")),
    GivenKind.ANSWER: Kind("答复一条问题", ("code", "text"), ("project", "indicator")),
    GivenKind.CORRECTION: Kind("更正读错的内容", ("project", "field", "value"), ("indicator",)),
    GivenKind.TARGET_CHANGE: Kind("经批准调整指标值", ("project", "indicator", "value", "document"), ("field", "from")),
    GivenKind.WEIGHT: Kind("指标分值", ("project", "indicator", "points")),
    GivenKind.ATTESTATION: Kind(
        "人工佐证", ("project", "indicator", "statement", "signer", "co_signer", "file"), ("grade", "band", "signed_on")
    ),
    GivenKind.ATTACHMENT: Kind("附件", ("file",), ("project", "indicator")),
    GivenKind.MONITORING_LINE: Kind(
        "监控填报指标", ("project", "indicator", "as_of"), writing.FIELDS["monitoring_line"]
    ),
    GivenKind.MONITORING_MONEY: Kind("监控填报资金", ("project", "as_of"), writing.FIELDS["monitoring_money"]),
    # Without an indicator it is the reason why money was left.
    GivenKind.VARIANCE_REASON: Kind("自评偏差原因", ("project", "text"), ("indicator",)),
    GivenKind.OBJECTIVE_ACTUAL: Kind("年度总体目标实际完成情况", ("project", "text")),
    GivenKind.CORRECTIVE_ACTION: Kind("改进措施", ("project", "action", "owner", "due"), ("indicator",)),
    GivenKind.CORRECTIVE_ACTION_UPDATE: Kind("改进措施办理情况", ("id", "status"), ("note", "on")),
    # Who reviews gives it, never the unit; checked against the form in force by `judging.check_grade`.
    GivenKind.REVIEW_GRADE: Kind(
        "审核表各项的评定等级", ("project", "item", "grade", "office"), ("method", "points", "text")
    ),
    **{GivenKind(name): Kind(*spec) for name, spec in (structure.KINDS | framed_given.KINDS).items()},
}
TARGETS = ("annual_target", "whole_term_target")
_INDICATOR_FIELDS = ("name", "level1", "level2", "code", *TARGETS)
_PROJECT_TEXTS = ("name", "code", "fund_user", "supervising_department", "objective", "whole_term_objective")
PROJECT_MONEY = ("total", "fiscal_appropriation", "special_account", "other_funds", "carry_over")


def entry(
    table: TargetTable, kind: GivenKind, fields: Mapping[str, str], on: datetime.date
) -> tuple[str, dict[str, Any] | None, dict[str, Any]]:
    """(kind, old, new) for the change log, from what a person wrote; `table` is the one in force on that day.

    Raises:
        DossierError: a field is missing, unknown or makes no sense, or names nothing in the table.
    """
    spec = KINDS[kind]
    _check_fields(kind, spec, fields)
    new: dict[str, Any] = {k: v for k, v in fields.items() if k not in ("project", "indicator")}
    project, indicator = scope(table, fields)
    if "project" in (*spec.needed, *spec.allowed):
        new["project"] = project.name if project else None
        new["indicator"] = indicator.number if indicator else None
    if "code" in spec.needed:
        new["code"] = new["code"].upper()
    old = None
    if kind is GivenKind.CORRECTION and project is not None:
        old = _corrected(project, indicator, new)
    elif kind is GivenKind.TARGET_CHANGE and indicator is not None:
        old = _changed(indicator, new, on)
    elif kind is GivenKind.WEIGHT and indicator is not None:
        old = {"points": indicator.max_points}
        new["points"] = str(_number(new["points"], "points"))
    elif kind is GivenKind.ATTESTATION:
        _attested(new)
    elif kind.value in structure.KINDS:
        old = structure.checked(table, kind.value, new)
    elif kind.value in framed_given.KINDS:
        framed_given.checked(kind.value, new)
    else:
        writing.checked(kind.value, new, on)
    return kind.value, old, new


def scope(table: TargetTable, fields: Mapping[str, str]) -> tuple[Project | None, Indicator | None]:
    """The project (by name, or number in the table) and the indicator (by number) that fields name.

    Raises:
        DossierError: there is no such project or indicator, or an indicator without its project.
    """
    said, number = fields.get("project"), fields.get("indicator")
    if said is None:
        if number is not None:
            raise DossierError(
                "指定了 indicator 却没有 project。请同时指定项目。", "indicator was given without project; give both."
            )
        return None, None
    project = next((p for n, p in enumerate(table.projects, 1) if said in (p.name, str(n))), None)
    if project is None:
        raise DossierError(
            f"目标表里没有项目“{said}”。请写项目名称，或 1 到 {len(table.projects)} 的序号。",
            f"The table has no project {said!r}. Give its name, or a number from 1 to {len(table.projects)}.",
        )
    if number is None:
        return project, None
    indicator = next((i for i in project.indicators if str(i.number) == number), None)
    if indicator is None:
        raise DossierError(
            f"项目“{project.name}”没有第 {number} 项指标，有 {len(project.indicators)} 项。",
            f"Project {project.name!r} has no indicator {number}; it has {len(project.indicators)}.",
        )
    return project, indicator


def _check_fields(kind: GivenKind, spec: Kind, fields: Mapping[str, str]) -> None:
    known = (*spec.needed, *spec.allowed)
    for name in fields:
        if name not in known:
            raise DossierError(
                f"“{name}”不是“{spec.title}”的字段；可用：{'、'.join(known)}。",
                f"{name!r} is not a field of {kind}; there are: {', '.join(known)}.",
            )
    missing = [name for name in spec.needed if not fields.get(name, "").strip()]
    if missing:
        raise DossierError(
            f"“{spec.title}”缺少 {'、'.join(missing)}。请用 --set 字段=值 补上。",
            f"{kind} needs {', '.join(missing)}. Give them with --set FIELD=VALUE.",
        )


def _corrected(project: Project, indicator: Indicator | None, new: dict[str, Any]) -> dict[str, Any]:
    field = new["field"]
    allowed = _INDICATOR_FIELDS if indicator else (*_PROJECT_TEXTS, *PROJECT_MONEY)
    if field not in allowed:
        raise DossierError(
            f"不能更正“{field}”；可更正：{'、'.join(allowed)}。",
            f"{field!r} cannot be corrected; {', '.join(allowed)} can.",
        )
    if indicator is None and field in PROJECT_MONEY:
        new["value"] = str(_number(new["value"], field))
        amount = getattr(project.funds, field)
        return {"value": None if amount is None else str(amount)}
    return {"value": getattr(indicator or project, field)}


def _changed(indicator: Indicator, new: dict[str, Any], on: datetime.date) -> dict[str, Any]:
    field = new.setdefault("field", "annual_target")
    if field not in TARGETS:
        raise DossierError(
            f"field 应为 {' 或 '.join(TARGETS)}，现为“{field}”。",
            f"field should be {' or '.join(TARGETS)}, not {field!r}.",
        )
    new["from"] = _date(new.get("from"), "from", on).isoformat()
    return {"value": getattr(indicator, field)}


def _attested(new: dict[str, Any]) -> None:
    if new["signer"].strip() == new["co_signer"].strip():
        raise DossierError(
            "签字人和复核人是同一人。人工佐证要有两个人签字，请写另一位复核人。",
            "signer and co_signer are the same person. An attestation needs two; name another.",
        )
    if "band" in new:
        band = _number(new["band"], "band")
        if not 0 <= band <= 100:
            raise DossierError(
                f"band 是完成程度(百分数)，应在 0 到 100 之间，现为 {band}。",
                f"band is a percentage from 0 to 100, not {band}.",
            )
        new["band"] = str(band)

"""What people give for an evaluation by a frame of indicators, and for a whole unit: checked, and read back.

A later entry for the same line stands instead of the earlier one. Whether a line exists and how many points it has
depends on the pack; that is looked at when the evaluation is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from hengji.dossier.errors import DossierError
from hengji.dossier.values import number
from hengji.model.review import Grade
from hengji.scoring.frames_score import GivenLine

if TYPE_CHECKING:
    from hengji.dossier.changes import Change

DEPARTMENT = "department"
FRAMES = ("departmental", "fiscal", DEPARTMENT)
NOT_APPLICABLE = "不适用"


class Kind(NamedTuple):
    """A kind of entry: its title, the fields it must have and those it may have."""

    title: str
    needed: tuple[str, ...]
    allowed: tuple[str, ...] = ()


KINDS = {
    "frame_line": Kind(
        "按评价指标体系评分", ("line", "points", "evidence"), ("project", "frame", "grade", "actual", "reason", "file")
    ),
    "frame_points": Kind("评价指标体系的分值", ("frame", "line", "points")),
    "funds_received": Kind("实际到位资金", ("project", "amount", "evidence"), ("file",)),
    "department_targets": Kind("部门整体绩效目标表", ("file",)),
    "department_actual": Kind("部门整体指标的实际完成值", ("line", "actual", "evidence"), ("band", "reason", "file")),
    "department_objective": Kind("部门年度总体目标", (), ("objective", "actual")),
}


class GivenActual(NamedTuple):
    """The actual value of an indicator of the whole unit, as a person wrote it."""

    actual: str
    evidence: str
    band: str | None
    attachment: str | None
    by: str
    reason: str


def checked(kind: str, new: dict[str, Any]) -> None:
    """Bring the fields of an entry into the form in which they are kept.

    Raises:
        DossierError: a field makes no sense.
    """
    if kind == "frame_line":
        frame = new.setdefault("frame", "departmental" if new["project"] else DEPARTMENT)
        _one_of("frame", frame, FRAMES)
        if (frame == DEPARTMENT) == bool(new["project"]):
            raise DossierError(
                "部门评价、财政评价要写 project，部门整体不写 project。请改正 frame 或 project。",
                "A departmental or fiscal evaluation needs a project, the whole unit has none; correct frame or project.",
            )
        if new["points"].strip() != NOT_APPLICABLE:
            new["points"] = str(_not_negative(new["points"], "points"))
        if "grade" in new:
            _one_of("grade", new["grade"], [g.value for g in Grade])
    elif kind == "frame_points":
        new["points"] = str(_not_negative(new["points"], "points"))
    elif kind == "funds_received":
        new["amount"] = str(_not_negative(new["amount"], "amount"))
    elif kind == "department_actual" and "band" in new:
        band = _not_negative(new["band"], "band")
        if band > 100:
            raise DossierError(
                f"band 是完成程度(百分数)，应在 0 到 100 之间，现为 {band}。",
                f"band is a percentage from 0 to 100, not {band}.",
            )
        new["band"] = str(band)
    elif kind == "department_objective" and not any(new.get(k) for k in ("objective", "actual")):
        raise DossierError("请写 objective(预期目标) 或 actual(实际完成情况)。", "Give objective or actual.")


def given_lines(changes: Iterable[Change], frame: str, project: str | None) -> tuple[GivenLine, ...]:
    """What was given for the lines of a frame, in the order given; `project` as it is called now."""
    return tuple(
        GivenLine(
            new["line"].strip(), None if new["points"] == NOT_APPLICABLE else Decimal(new["points"]), new["evidence"],
            new.get("reason") or change.why, change.by, new.get("grade"), new.get("actual"),
        )
        for change, new in _in_names_of_now(changes, "frame_line")
        if new["frame"] == frame and new["project"] == project
    )  # fmt: skip


def given_points(changes: Iterable[Change], frame: str) -> dict[str, Decimal]:
    """Points that stand instead of the pack's, by number or name of the line."""
    found = (c.new for c in changes if c.kind == "frame_points")
    return {new["line"].strip(): Decimal(new["points"]) for new in found if new["frame"] == frame}


def received(changes: Iterable[Change], project: str) -> Decimal | None:
    """The money that arrived for a project, in its unit of money; None where nobody said."""
    found = [new for _, new in _in_names_of_now(changes, "funds_received") if new["project"] == project]
    return Decimal(found[-1]["amount"]) if found else None


def department_table(changes: Sequence[Change]) -> tuple[str, str] | None:
    """Name and SHA-256 of the unit's own table of targets; None where none was recorded."""
    found = [c.new for c in changes if c.kind == "department_targets"]
    return (found[-1]["file"], found[-1]["attachment"]) if found else None


def department_actuals(changes: Iterable[Change]) -> dict[str, GivenActual]:
    """The actual values of the unit's own indicators, by number or name."""
    return {
        c.new["line"].strip(): GivenActual(
            c.new["actual"], c.new["evidence"], c.new.get("band"), c.new.get("attachment"), c.by,
            c.new.get("reason") or c.why,
        )
        for c in changes
        if c.kind == "department_actual"
    }  # fmt: skip


def department_objective(changes: Iterable[Change]) -> tuple[str | None, str | None]:
    """The unit's objective of the year and how far it was reached, as people wrote them."""
    objective = actual = None
    for change in changes:
        if change.kind == "department_objective":
            objective = change.new.get("objective") or objective
            actual = change.new.get("actual") or actual
    return objective, actual


def _in_names_of_now(changes: Iterable[Change], kind: str) -> list[tuple[Change, dict[str, Any]]]:
    """Entries of a kind, their projects under the names that later corrections gave them."""
    found: list[tuple[Change, dict[str, Any]]] = []
    for change in changes:
        new = change.new
        if change.kind == "correction" and new["indicator"] is None and new["field"] == "name":
            found = [
                (c, {**n, "project": new["value"]}) if n["project"] == new["project"] else (c, n) for c, n in found
            ]
        elif change.kind == kind:
            found.append((change, new))
    return found


def _not_negative(text: str, field: str) -> Decimal:
    found = number(text, field)
    if found < 0:
        raise DossierError(f"{field} 不能为负，现为 {found}。", f"{field} cannot be negative, it is {found}.")
    return found


def _one_of(field: str, value: str, known: Sequence[str]) -> None:
    if value not in known:
        raise DossierError(
            f"{field} 应为 {'、'.join(known)} 之一，现为“{value}”。",
            f"{field} should be one of {', '.join(known)}, not {value!r}.",
        )

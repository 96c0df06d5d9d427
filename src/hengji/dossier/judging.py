"""The reviewer's own grades at the eight items of the review form, given by 主管部门 or 财政部门: checked, and read back.

A later grade of the same office for the same item stands instead of the earlier one; all stay in the change log.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from hengji.dossier.errors import DossierError
from hengji.dossier.values import number
from hengji.model.review import Grade, Judged, Method, Office
from hengji.review.judged import band, form_law, most_points

if TYPE_CHECKING:
    from hengji.dossier.changes import Change
    from hengji.dossier.folder import Dossier

KIND = "review_grade"
_TARGETS = ("correction", "target_change", "indicator_added", "indicator_removed")


def check_grade(dossier: Dossier, new: dict[str, Any], today: datetime.date) -> None:
    """Bring a grade into the form in which it is kept: office, item, grade, method, and points by 重点项目.

    Raises:
        DossierError: no form is in force, or a field makes no sense under it.
    """
    form = form_law(dossier.pack, law_day(dossier, today))
    if form is None:
        raise DossierError("没有施行中的审核表，没有记录等级。", "No review form is in force; no grade was recorded.")
    most = most_points(form, new["item"])
    if most is None:
        listed = "、".join(str(row["item"]) for row in form.items)
        raise DossierError(
            f"审核表没有“{new['item']}”这一项；有：{listed}。",
            f"The review form has no item {new['item']!r}; it has {listed}.",
        )
    new.setdefault("method", Method.GENERAL.value)
    for field, allowed in (("office", Office), ("grade", Grade), ("method", Method)):
        if new[field] not in [one.value for one in allowed]:
            words = "、".join(one.value for one in allowed)
            raise DossierError(
                f"{field} 应为 {words} 之一，现为“{new[field]}”。没有记录。",
                f"{field} should be one of {words}, not {new[field]!r}; nothing was recorded.",
            )
    if new["method"] == Method.GENERAL:
        if new.pop("points", ""):
            raise DossierError(
                "一般性项目只评等级，不打分；打分请用 method=key（重点项目）。没有记录。",
                "By method general an item has a grade and no points; give points with method=key.",
            )
        return
    upper, lower = band(form, most, Grade(new["grade"]))
    points = number(new.get("points") or "", "points")
    if not lower <= points <= upper:
        raise DossierError(
            f"“{new['item']}”评为“{new['grade']}”时应打 {lower:f} 到 {upper:f} 分，现为 {points:f}。没有记录。",
            f"{new['item']!r} at grade {new['grade']} has {lower:f} to {upper:f} points, not {points:f}.",
        )
    new["points"] = f"{points:f}"


def law_day(dossier: Dossier, today: datetime.date) -> datetime.date:
    """The day whose law judges targets: when the budget year begins; without a year, today."""
    return datetime.date(dossier.year, 1, 1) if dossier.year else today


def grades_in_force(changes: Sequence[Change]) -> dict[str, tuple[Judged, ...]]:
    """The grades that stand, by the project's name in force, in the order they were given."""
    standing: dict[str, dict[tuple[Office, str], Judged]] = {}
    for change in changes:
        new = change.new
        mine = standing.get(str(new.get("project")), {})
        if change.kind == KIND:
            key = Office(new["office"]), str(new["item"])
            mine.pop(key, None)
            mine[key] = _judged(change)
            standing[new["project"]] = mine
        elif change.kind in _TARGETS and mine:
            standing[new["project"]] = {k: replace(j, changed_since=True) for k, j in mine.items()}
            if change.kind == "correction" and new["field"] == "name" and new["indicator"] is None:
                standing[new["value"]] = standing.pop(new["project"])
        elif change.kind == "project_removed":
            standing.pop(str(new["project"]), None)
    return {name: tuple(given.values()) for name, given in standing.items()}


def _judged(change: Change) -> Judged:
    new = change.new
    points = Decimal(new["points"]) if new.get("points") else None
    return Judged(Office(new["office"]), new["item"], Method(new["method"]), Grade(new["grade"]), points,
                  new.get("text", ""), change.by, change.at.date())  # fmt: skip

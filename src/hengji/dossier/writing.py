"""What people write about a monitoring or a self-evaluation, checked before it is kept: reasons, causes, forecasts.

A later entry about the same thing adds to the earlier one, field by field; an empty field takes back what it said.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from typing import Any

from hengji.dossier.errors import DossierError
from hengji.dossier.values import day, number
from hengji.model.action import ActionStatus
from hengji.model.evaluation import Likelihood

FIELDS = {
    "monitoring_line": ("causes", "reason", "likelihood", "forecast", "adjustment", "remark"),
    "monitoring_money": ("reason", "forecast"),
}
_JOINS = re.compile(r"[、,，;；]")
_YES = {"是": True, "yes": True, "true": True, "否": False, "no": False, "false": False, "": False}


def checked(kind: str, new: dict[str, Any], on: datetime.date) -> None:
    """Bring the fields of an entry into the form in which they are kept; `on` is the day it is given.

    Raises:
        DossierError: a field makes no sense, or the entry says nothing.
    """
    if kind in FIELDS:
        _monitoring(kind, new, on)
    elif kind == "corrective_action":
        new["due"] = day(new["due"], "due", on).isoformat()
    elif kind == "corrective_action_update":
        _one_of("status", new["status"], [s.value for s in ActionStatus])
        new["on"] = day(new.get("on"), "on", on).isoformat()
        if not new["id"].isdecimal():
            raise DossierError(
                f"id 应为改进措施的条号（hengji actions 列出），现为“{new['id']}”。",
                f"id should be the number of an action as `hengji actions` lists it, not {new['id']!r}.",
            )


def causes_of(text: str) -> tuple[str, ...]:
    """The causes in a text: 经费保障、其他."""
    return tuple(part.strip() for part in _JOINS.split(text) if part.strip())


def _monitoring(kind: str, new: dict[str, Any], on: datetime.date) -> None:
    if not any(field in new for field in FIELDS[kind]):
        raise DossierError(
            f"没有填报内容。请至少填一项：{'、'.join(FIELDS[kind])}。",
            f"Nothing was given. Give at least one of {', '.join(FIELDS[kind])}.",
        )
    new["as_of"] = day(new["as_of"], "as_of", on).isoformat()
    if new.get("likelihood"):
        _one_of("likelihood", new["likelihood"], [str(one.value) for one in Likelihood])
    if "adjustment" in new:
        _one_of("adjustment", new["adjustment"].lower(), _YES)
        new["adjustment"] = "是" if _YES[new["adjustment"].lower()] else ""
    if kind == "monitoring_money" and new.get("forecast"):
        amount = number(new["forecast"], "forecast")
        if amount < 0:
            raise DossierError(
                f"全年预计执行数不能小于零，现为 {amount}。", f"forecast cannot be below zero: {amount}."
            )
        new["forecast"] = str(amount)


def _one_of(field: str, said: str, allowed: Mapping[str, Any] | list[str]) -> None:
    if said not in allowed:
        listed = [one for one in allowed if one]
        raise DossierError(
            f"{field} 应为 {'、'.join(listed)} 之一，现为“{said}”。",
            f"{field} should be one of {', '.join(listed)}, not {said!r}.",
        )

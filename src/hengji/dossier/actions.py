"""Corrective actions out of the change log: what was promised, what became of it."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from hengji.dossier.changes import Change
from hengji.dossier.errors import DossierError
from hengji.dossier.given import GivenKind
from hengji.model.action import ActionStatus, CorrectiveAction


def actions_in(changes: Sequence[Change], as_of: datetime.date | None = None) -> tuple[CorrectiveAction, ...]:
    """All corrective actions in the order they were given, as they stand on a day (None: with all that was said)."""
    found: dict[int, CorrectiveAction] = {}
    for change in changes:
        new = change.new
        if change.kind == GivenKind.CORRECTION and new["indicator"] is None and new["field"] == "name":
            found = {
                k: replace(a, project=new["value"]) if a.project == new["project"] else a for k, a in found.items()
            }
        elif change.kind == GivenKind.CORRECTIVE_ACTION:
            if as_of is None or change.at.date() <= as_of:
                found[change.seq] = CorrectiveAction(
                    change.seq, new["project"], new["indicator"], new["action"], new["owner"],
                    datetime.date.fromisoformat(new["due"]), carried_from=new.get("carried_from"),
                )  # fmt: skip
        elif change.kind == GivenKind.CORRECTIVE_ACTION_UPDATE:
            on = datetime.date.fromisoformat(new["on"])
            action = found.get(int(new["id"]))
            if action is not None and (as_of is None or on <= as_of):
                found[action.id] = replace(action, status=ActionStatus(new["status"]), note=new.get("note"), on=on)
    return tuple(found.values())


def check_update(changes: Sequence[Change], new: dict[str, Any]) -> None:
    """Whether a follow-up names an action that is there.

    Raises:
        DossierError: it does not.
    """
    known = {change.seq: change for change in changes if change.kind == GivenKind.CORRECTIVE_ACTION}
    change = known.get(int(new["id"]))
    if change is None:
        listed = "、".join(map(str, known)) or "还没有"
        raise DossierError(
            f"没有第 {new['id']} 条改进措施；现有：{listed}。用 hengji actions 查看。",
            f"There is no corrective action {new['id']}; see `hengji actions`.",
        )

"""Projects and indicators that came or went with a corrected document: the kinds of entries, checked and applied.

An entry names the place (from 1) at which the document has what came, so that the table stands in its order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, NamedTuple

from hengji.dossier.errors import DossierError
from hengji.dossier.values import number
from hengji.model.table import Funds, Indicator, Project, TargetTable

INDICATOR_TEXTS = ("level1", "level2", "code", "whole_term_target", "annual_target")
PROJECT_TEXTS = ("code", "fund_user", "supervising_department", "objective", "whole_term_objective")
MONEY = ("total", "fiscal_appropriation", "special_account", "other_funds", "carry_over")


class Kind(NamedTuple):
    """A kind of entry: its title, the fields it must have and those it may have."""

    title: str
    needed: tuple[str, ...]
    allowed: tuple[str, ...] = ()


KINDS = {
    "indicator_removed": Kind("删去一项指标", ("project", "indicator")),
    "project_removed": Kind("删去一个项目", ("project",)),
    "project_added": Kind("增加一个项目", ("name", "place"), (*PROJECT_TEXTS, *MONEY)),
    "indicator_added": Kind("增加一项指标", ("project", "number", "name", "place"), INDICATOR_TEXTS),
}


def checked(table: TargetTable, kind: str, new: dict[str, Any]) -> dict[str, Any] | None:
    """Bring an entry into the form in which it is kept; returns what stands there before it.

    Raises:
        DossierError: a number that is none, or what is to come is there already.
    """
    for field in ("place", "number"):
        if field in new:
            new[field] = _whole(new[field], field)
    if kind == "project_added":
        if any(p.name == new["name"] for p in table.projects):
            raise _there(f"项目“{new['name']}”", f"project {new['name']!r}")
        for field in MONEY:
            if field in new:
                new[field] = str(number(new[field], field))
        return None
    one = next(p for p in table.projects if p.name == new["project"])
    if kind == "indicator_added":
        new.pop("indicator")
        if any(i.number == new["number"] for i in one.indicators):
            raise _there(f"项目“{one.name}”第 {new['number']} 项", f"indicator {new['number']} of {one.name!r}")
        return None
    if kind == "project_removed":
        new.pop("indicator")
        return {"name": one.name, "indicators": len(one.indicators)}
    gone = next(i for i in one.indicators if i.number == new["indicator"])
    return {field: getattr(gone, field) for field in ("name", *INDICATOR_TEXTS)}


def applied(projects: list[Project], kind: str, new: Mapping[str, Any]) -> list[Project]:
    """The projects of a table with an entry of one of these kinds."""
    if kind == "project_removed":
        return [p for p in projects if p.name != new["project"]]
    if kind == "project_added":
        funds = Funds(**{f: Decimal(new[f]) for f in MONEY if f in new})
        made = Project(new["name"], funds=funds, **{f: new[f] for f in PROJECT_TEXTS if f in new})
        return _inserted(projects, new["place"], made)
    return [_with(p, kind, new) if p.name == new["project"] else p for p in projects]


def _with(one: Project, kind: str, new: Mapping[str, Any]) -> Project:
    if kind == "indicator_removed":
        return replace(one, indicators=tuple(i for i in one.indicators if i.number != new["indicator"]))
    made = Indicator(new["number"], new["name"], **{f: new[f] for f in INDICATOR_TEXTS if f in new})
    return replace(one, indicators=tuple(_inserted(list(one.indicators), new["place"], made)))


def _inserted(rows: list[Any], place: int, made: Any) -> list[Any]:
    return [*rows[: place - 1], made, *rows[place - 1 :]]


def _whole(text: object, field: str) -> int:
    if not (str(text).isdecimal() and 1 <= int(str(text)) < 100_000):
        raise DossierError(f"{field} 应为从 1 起的序号，现为“{text}”。", f"{field} is a number from 1, not {text!r}.")
    return int(str(text))


def _there(zh: str, en: str) -> DossierError:
    return DossierError(f"{zh}已在目标表中，没有增加。", f"There is {en} already; nothing was added.")

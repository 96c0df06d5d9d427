"""A corrected document of a table that is there already: which cells differ, and what corrections cannot express."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from hengji.dossier.given import PROJECT_MONEY, TARGETS
from hengji.model.table import Indicator, Project, TargetTable

_LINE = ("name", "level1", "level2", "code", *TARGETS)
_PROJECT = ("name", "code", "fund_user", "supervising_department", "objective", "whole_term_objective")
TITLES = {
    "name": "名称", "level1": "一级指标", "level2": "二级指标", "code": "编码", "whole_term_target": "实施周期指标值",
    "annual_target": "年度指标值", "fund_user": "资金使用单位", "supervising_department": "主管部门", "objective": "绩效目标",
    "whole_term_objective": "实施期绩效目标", "total": "总计", "fiscal_appropriation": "财政拨款",
    "special_account": "财政专户拨款", "other_funds": "其他资金", "carry_over": "上年结转",
}  # fmt: skip


class Differing(NamedTuple):
    """A cell that the corrected document has otherwise; `indicator` is None for one of the project itself."""

    project: str
    indicator: int | None
    field: str
    old: str
    new: str

    @property
    def title(self) -> str:
        """The name of the field."""
        return TITLES[self.field]


class Redelivered(NamedTuple):
    """The cells that differ, and what is not a cell: projects and indicators that came or went, contents that are gone (zh, en)."""

    cells: tuple[Differing, ...]
    other: tuple[tuple[str, str], ...]


def compared_tables(now: TargetTable, new: TargetTable) -> Redelivered:
    """What a corrected document changes in the table in force.

    Projects are the same by name, else by place where nothing else could be meant; indicators by number, else by place.
    """
    cells: list[Differing] = []
    other: list[tuple[str, str]] = []
    left = [p for p in now.projects if p.name not in {q.name for q in new.projects}]
    came = [p for p in new.projects if p.name not in {q.name for q in now.projects}]
    same = {p.name: p for p in now.projects}
    # One that is called otherwise, at the same place and with as many indicators, was renamed.
    renamed = {
        id(q): p for p in left for q in came
        if now.projects.index(p) == new.projects.index(q) and len(p.indicators) == len(q.indicators)
    }  # fmt: skip
    for q in new.projects:
        p = renamed.get(id(q)) or same.get(q.name)
        if p is None:
            other.append((f"多了项目“{q.name}”", f"project {q.name!r} is new"))
            continue
        cells += _cells(p, None, p, q, _PROJECT, other)
        cells += _money(p, q, other)
        for a, b in _pairs(p, q, other):
            cells += _cells(p, a, a, b, _LINE, other)
    gone = [p for p in left if p not in renamed.values()]
    other += [(f"少了项目“{p.name}”", f"project {p.name!r} is gone") for p in gone]
    return Redelivered(tuple(cells), tuple(other))


def _pairs(p: Project, q: Project, other: list[tuple[str, str]]) -> Iterator[tuple[Indicator, Indicator]]:
    by_number = all(c == 1 for one in (p, q) for c in Counter(i.number for i in one.indicators).values())
    keys = [{i.number if by_number else n: i for n, i in enumerate(one.indicators, 1)} for one in (p, q)]
    for key, b in keys[1].items():
        if key in keys[0]:
            yield keys[0][key], b
        else:
            other.append((f"“{p.name}”多了第 {key} 项“{b.name}”", f"{p.name!r} has a new indicator {key}"))
    for key, a in keys[0].items():
        if key not in keys[1]:
            other.append((f"“{p.name}”少了第 {key} 项“{a.name}”", f"{p.name!r} lacks indicator {key}"))


def _cells(
    p: Project, one: Indicator | None, old: Project | Indicator, new: Project | Indicator, fields: tuple[str, ...],
    other: list[tuple[str, str]],
) -> Iterator[Differing]:  # fmt: skip
    number = one.number if one is not None else None
    for field in fields:
        before, after = getattr(old, field) or "", getattr(new, field) or ""
        if before == after:
            continue
        if after:
            yield Differing(p.name, number, field, before, after)
        else:
            where = f"“{p.name}”" + (f"第 {number} 项" if number is not None else "")
            other.append(
                (f"{where}的{TITLES[field]}没有了，原为“{before}”", f"{where}: {field} is gone, it was {before!r}")
            )


def _money(p: Project, q: Project, other: list[tuple[str, str]]) -> Iterator[Differing]:
    for field in PROJECT_MONEY:
        before: Decimal | None = getattr(p.funds, field)
        after: Decimal | None = getattr(q.funds, field)
        if before == after:
            continue
        if after is None:
            other.append(
                (f"“{p.name}”的{TITLES[field]}没有了，原为 {before}", f"{p.name!r}: {field} is gone, it was {before}")
            )
        else:
            yield Differing(p.name, None, field, "" if before is None else f"{before:f}", f"{after:f}")

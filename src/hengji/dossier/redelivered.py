"""A corrected document of a table that is there already: cells that differ, rows that came or went, what no entry can say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple

from hengji.dossier import structure
from hengji.dossier.given import PROJECT_MONEY, TARGETS, GivenKind
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

    @property
    def title_en(self) -> str:
        """The name of the field in English."""
        return self.field.replace("_", " ")


class Row(NamedTuple):
    """A project or an indicator that came or went: the kind of entry that says so, its fields, and a sentence."""

    kind: str
    fields: Mapping[str, str]
    zh: str
    en: str

    @property
    def contents(self) -> list[tuple[str, str, str]]:
        """What came with it beside its name: the title of each field in Chinese and English, and the text."""
        return [
            (TITLES[f], f.replace("_", " "), text) for f, text in self.fields.items() if f in TITLES and f != "name"
        ]


class Redelivered(NamedTuple):
    """The cells that differ, the rows that came or went, and what no entry can say: contents that are gone (zh, en).

    What went stands before what came, each in the order of its table.
    """

    cells: tuple[Differing, ...]
    rows: tuple[Row, ...]
    other: tuple[tuple[str, str], ...]


def compared_tables(now: TargetTable, new: TargetTable) -> Redelivered:
    """What a corrected document changes in the table in force.

    Projects are the same by name, else by place where nothing else could be meant; indicators by number, else by place.
    """
    cells: list[Differing] = []
    rows: list[Row] = []
    other: list[tuple[str, str]] = []
    left = [p for p in now.projects if p.name not in {q.name for q in new.projects}]
    came = [p for p in new.projects if p.name not in {q.name for q in now.projects}]
    same = {p.name: p for p in now.projects}
    # One that is called otherwise, at the same place and with as many indicators, was renamed.
    renamed = {
        id(q): p for p in left for q in came
        if now.projects.index(p) == new.projects.index(q) and len(p.indicators) == len(q.indicators)
    }  # fmt: skip
    matched = [now.projects.index(p) for q in new.projects if (p := renamed.get(id(q)) or same.get(q.name))]
    if matched != sorted(matched):  # renamed, some would have changed places too: then they came and went
        renamed = {}
    for place, q in enumerate(new.projects, 1):
        p = renamed.get(id(q)) or same.get(q.name)
        if p is None:
            rows += _came(q, place)
            continue
        cells += _cells(p, None, p, q, _PROJECT, other)
        cells += _money(p, q, other)
        for a, b in _pairs(p, q, rows, other):
            cells += _cells(p, a, a, b, _LINE, other)
    gone = [p for p in left if p not in renamed.values()]
    rows += [
        Row("project_removed", {"project": p.name}, f"少了项目“{p.name}”", f"project {p.name!r} is gone") for p in gone
    ]
    rows.sort(key=lambda row: not row.kind.endswith("removed"))
    return Redelivered(tuple(cells), tuple(rows), tuple(other))


def as_entries(found: Redelivered) -> list[tuple[GivenKind, dict[str, str]]]:
    """The entries that make the table in force read as the document does: what went, the cells, what came.

    Each names its project as it is called when the entries before it are in.
    """
    gone = [(GivenKind(r.kind), dict(r.fields)) for r in found.rows if r.kind.endswith("removed")]
    cells = [
        (
            GivenKind.CORRECTION,
            {"project": c.project, "field": c.field, "value": c.new}
            | ({} if c.indicator is None else {"indicator": str(c.indicator)}),
        )
        for c in sorted(found.cells, key=lambda c: c.indicator is None and c.field == "name")
    ]
    came = [(GivenKind(r.kind), dict(r.fields)) for r in found.rows if not r.kind.endswith("removed")]
    return [*gone, *cells, *came]


def _came(q: Project, place: int) -> Iterator[Row]:
    """A project that came, and its indicators."""
    texts = {f: getattr(q, f) for f in structure.PROJECT_TEXTS}
    money = {f: getattr(q.funds, f) for f in structure.MONEY}
    fields = {"name": q.name, "place": str(place), **_there(texts), **_there(money)}
    yield Row("project_added", fields, f"多了项目“{q.name}”", f"project {q.name!r} is new")
    for at, one in enumerate(q.indicators, 1):
        yield _new(q.name, one, at)


def _new(project: str, one: Indicator, place: int) -> Row:
    fields = {"project": project, "number": str(one.number), "name": one.name, "place": str(place)}
    fields |= _there({f: getattr(one, f) for f in structure.INDICATOR_TEXTS})
    zh, en = (
        f"“{project}”多了第 {one.number} 项“{one.name}”",
        f"{project!r} has a new indicator {one.number} {one.name!r}",
    )
    return Row("indicator_added", fields, zh, en)


def _there(fields: Mapping[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in fields.items() if value is not None and value != ""}


def _pairs(
    p: Project, q: Project, rows: list[Row], other: list[tuple[str, str]]
) -> Iterator[tuple[Indicator, Indicator]]:  # fmt: skip
    by_number = all(c == 1 for one in (p, q) for c in Counter(i.number for i in one.indicators).values())
    keys = [{i.number if by_number else n: i for n, i in enumerate(one.indicators, 1)} for one in (p, q)]
    for place, (key, b) in enumerate(keys[1].items(), 1):
        if key in keys[0]:
            yield keys[0][key], b
        elif by_number:
            rows.append(_new(q.name, b, place))
        else:  # entries name indicators by number, and here two have the same
            other.append((f"“{p.name}”多了第 {key} 项“{b.name}”", f"{p.name!r} has a new indicator {key}"))
    for key, a in keys[0].items():
        if key not in keys[1]:
            zh, en = f"“{p.name}”少了第 {key} 项“{a.name}”", f"{p.name!r} lacks indicator {key} {a.name!r}"
            if by_number:
                rows.append(Row("indicator_removed", {"project": p.name, "indicator": str(a.number)}, zh, en))
            else:
                other.append((zh, en))


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

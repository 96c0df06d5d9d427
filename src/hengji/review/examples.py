"""Mini tables for the examples of the rules."""

from __future__ import annotations

from decimal import Decimal

from hengji.model.category import Level2
from hengji.model.table import Funds, Indicator, Project, Source, TargetTable
from hengji.review.registry import Example

_LEVELS = {level.code: level for level in Level2}
_LEVEL1 = {"1": "产出指标", "2": "效益指标", "3": "满意度指标"}

# (code of the class or "", name, annual target[, whole-term target[, points]])
Row = tuple[str, ...]

OBJECTIVE = "通过开展技术服务，为企业提供帮扶，提高管理水平，减少环境安全隐患。"


def project(
    *rows: Row,
    name: str = "技术服务项目",
    objective: str | None = OBJECTIVE,
    money: str | None = "200.00",
    sources: tuple[str, ...] = (),
    whole_term_objective: str | None = None,
) -> Project:
    """A project with indicators numbered from 1."""
    indicators = tuple(_indicator(n, row) for n, row in enumerate(rows, 1))
    parts = [Decimal(s) for s in sources] + [None] * (3 - len(sources))
    funds = Funds(None if money is None else Decimal(money), *parts)
    return Project(
        name, indicators, funds=funds, objective=objective, whole_term_objective=whole_term_objective, money_unit=None
    )


def table(
    *projects: Project, year: int | None = 2024, unit: str | None = "万元", total: str | None = None
) -> TargetTable:
    """A table of projects."""
    printed = Funds(Decimal(total)) if total is not None else Funds()
    source = Source("example", "", "text/plain")
    return TargetTable(source, fiscal_year=year, money_unit=unit, printed_totals=printed, projects=projects)


def sheet(*rows: Row, name: str = "技术服务项目", objective: str | None = OBJECTIVE, money: str = "200.00") -> Example:
    """An example of one project."""
    return Example(table(project(*rows, name=name, objective=objective, money=money)))


def _indicator(number: int, row: Row) -> Indicator:
    code, name, annual, *more = row
    level = _LEVELS.get(code)
    return Indicator(
        number, name, _LEVEL1[code[0]] if level else None, level.zh if level else None, code or None,
        whole_term_target=more[0] if more else None, annual_target=annual or None,
        max_points=more[1] if len(more) > 1 else None,
    )  # fmt: skip

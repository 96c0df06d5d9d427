"""The list of projects in the layout in which it is published: one row a project, its indicators packed into a cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from itertools import groupby

from hengji.forms.sheet import HEI, Page, closed, new_book
from hengji.forms.text import money
from hengji.model.table import Funds, Indicator, Project, TargetTable

_MONEY = (
    ("total", "总计"),
    ("fiscal_appropriation", "财政拨款"),
    ("special_account", "财政专户拨款"),
    ("other_funds", "其他资金"),
    ("carry_over", "上年结转"),
)
_ALWAYS = frozenset(
    ("name", "total", "fiscal_appropriation", "special_account", "other_funds", "objective", "indicators")
)
_MONEY_KEYS = frozenset(key for key, _ in _MONEY)
_WIDTHS = {"name": 16.0, "objective": 34.0, "whole_term_objective": 34.0, "indicators": 62.0}
_OTHER_WIDTH = 10.5
_MONEY_WIDTH = 9.0
_SIZE = 9.0
# What a reader takes for "nothing" and yet begins a row: stands for the name of a project that has neither name nor money.
_NAMELESS = "—"


@dataclass(frozen=True, slots=True)
class _Column:
    key: str
    heading: str


def published_list(table: TargetTable) -> bytes:
    """The published list (项目支出绩效目标表) as xlsx; read again, it gives the same table.

    Columns as published: 项目名称（资金使用单位）, 总计, 财政拨款, 财政专户拨款, 其他资金, 绩效目标, 绩效指标; a column for
    codes, departments, carry-over or whole-term objectives only where a project has them. The row 合计 has the printed
    totals and is absent where none were printed; the row of a unit above its projects has their sums.

    A row of a sheet is at most 409 points high and a cell holds at most 32,767 characters. What needs more goes on in
    further rows under it, whose other cells are merged with the first: rows without a name continue the row above.
    """
    book, out = new_book(table.title or "项目支出绩效目标表")
    columns = _columns(table)
    page = Page(book, "绩效目标表", [_width(c, table) for c in columns], _SIZE)
    row = _head(page, table, len(columns))
    for k, column in enumerate(columns):
        page.put(row, k, column.heading, align="center", bold=True, bg_color="#EDEDED")
    page.height(row, 32)
    heading = row
    row += 1
    if table.printed_totals != Funds():
        row = _sum_row(page, row, columns, "合计", table.printed_totals, table)
    labels = _labels_due(table)
    for unit, projects in _by_unit(table, columns):
        if unit is not None:
            row = _sum_row(page, row, columns, unit, _sum([p.funds for p in projects]), table)
        for project in projects:
            row = _project_rows(page, row, columns, project, table, labels)
    page.sheet.freeze_panes(heading + 1, 1)
    footer = " ".join(t for t in (table.department, table.title) if t)
    page.printed(landscape=True, repeat=(heading, heading), footer=footer, last_row=row - 1)
    return closed(book, out)


def packed(indicators: Sequence[Indicator], *, whole: bool = True, annual: bool = True) -> str:
    """Indicators in one text as published: `1、1-产出指标；11-数量指标；名称；实施周期指标值:x；年度指标值:y。` repeated.

    `whole` and `annual` tell whether a value that is absent keeps its label with nothing behind it.
    """
    return "".join(_item(i, whole, annual) for i in indicators)


def coded_levels(indicator: Indicator) -> tuple[str | None, str | None]:
    """Both levels with their codes before them as published: 1-产出指标, 11-数量指标; as they are without a code."""
    code, level1, level2 = indicator.code, indicator.level1, indicator.level2
    return f"{code[:1]}-{level1}" if code and level1 else level1, f"{code}-{level2}" if code and level2 else level2


def _item(indicator: Indicator, whole: bool, annual: bool) -> str:
    said = [level for level in coded_levels(indicator) if level]
    said.append(indicator.name)
    if whole or indicator.whole_term_target is not None:
        said.append(f"实施周期指标值:{indicator.whole_term_target or ''}")
    if annual or indicator.annual_target is not None:
        said.append(f"年度指标值:{indicator.annual_target or ''}")
    return f"{indicator.number}、{'；'.join(said)}。"


def _labels_due(table: TargetTable) -> tuple[bool, bool]:
    """Whether the table has values of the whole term, and of the year."""
    every = [i for p in table.projects for i in p.indicators]
    return any(i.whole_term_target is not None for i in every), any(i.annual_target is not None for i in every)


def _columns(table: TargetTable) -> list[_Column]:
    projects = table.projects
    in_rows = _unit_rows(table)
    wanted = [
        ("project_code", "项目编码", any(p.code for p in projects)),
        ("name", "项目名称（资金使用单位）" if in_rows else "项目名称", True),
        ("supervising_department", "主管部门", any(p.supervising_department for p in projects)),
        ("fund_user", "资金使用单位", not in_rows and any(p.fund_user for p in projects)),
        *((key, heading, any(getattr(p.funds, key) is not None for p in projects)) for key, heading in _MONEY),
        ("whole_term_objective", "实施周期目标", any(p.whole_term_objective for p in projects)),
        ("objective", "绩效目标", True),
        ("indicators", "绩效指标", True),
    ]
    kept = [_Column(key, heading) for key, heading, used in wanted if used or key in _ALWAYS]
    # A row that begins with an empty cell continues the one above, so a code that some projects lack cannot come first.
    if kept[0].key == "project_code" and not all(p.code for p in projects):
        kept[0], kept[1] = kept[1], kept[0]
    return kept


def _width(column: _Column, table: TargetTable) -> float:
    """The width of a column, that of money wide enough for its sum: a number that does not fit is printed as ####."""
    if column.key not in _MONEY_KEYS:
        return _WIDTHS.get(column.key, _OTHER_WIDTH)
    sums = (_sum([p.funds for p in table.projects]), table.printed_totals)
    longest = max(len(money(getattr(funds, column.key))) for funds in sums)
    return max(_MONEY_WIDTH, longest + 1.0)


def _unit_rows(table: TargetTable) -> bool:
    """Whether units stand in rows of their own above their projects, as published.

    Only where such a row is told from a project by its sum, and no project follows it that belongs to nobody.
    """
    projects = table.projects
    first = next((k for k, p in enumerate(projects) if p.fund_user), None)
    if first is None:
        return True
    named = projects[first:]
    told = all(p.fund_user and p.funds.total is not None and (p.objective or p.indicators) for p in named)
    return told and all(sum((p.funds.total or Decimal(0) for p in group), Decimal(0)) for _, group in _runs(named))


def _runs(projects: Sequence[Project]) -> Iterator[tuple[str | None, list[Project]]]:
    for unit, group in groupby(projects, key=lambda p: p.fund_user):
        yield unit, list(group)


def _by_unit(table: TargetTable, columns: Sequence[_Column]) -> list[tuple[str | None, list[Project]]]:
    if any(c.key == "fund_user" for c in columns):
        return [(None, list(table.projects))]
    return list(_runs(table.projects))


def _sum(funds: Sequence[Funds]) -> Funds:
    """The sums of a unit's projects, column by column; None where no project has an amount."""
    sums = {}
    for field in fields(Funds):
        given = [v for f in funds if (v := getattr(f, field.name)) is not None]
        sums[field.name] = sum(given, Decimal(0)) if given else None
    return Funds(**sums)


def _head(page: Page, table: TargetTable, columns: int) -> int:
    """Title, department, year and unit of money above the list; returns the row of the headings."""
    row = 0
    if table.title:
        page.put(row, 0, table.title, columns=columns, border=0, align="center", font_name=HEI, font_size=16)
        page.height(row, page.needed(table.title, 0, columns, 16))
        row += 1
    said = [f"部门名称：{table.department}"] if table.department else []
    if table.fiscal_year and str(table.fiscal_year) not in (table.title or ""):
        said.append(f"预算年度：{table.fiscal_year}")
    unit = f"单位：{table.money_unit}" if table.money_unit else None
    for k, text in enumerate(said):
        last = k == len(said) - 1
        page.put(row, 0, text, columns=columns - 1 if last else columns, border=0)
        if last:
            page.put(row, columns - 1, unit, border=0, align="right")
        row += 1
    if not said and unit:
        page.put(row, 0, unit, columns=columns, border=0, align="right")
        row += 1
    return row


def _sum_row(page: Page, row: int, columns: Sequence[_Column], name: str, funds: Funds, table: TargetTable) -> int:
    for k, column in enumerate(columns):
        if column.key == "name":
            page.put(row, k, name, bold=True)
            page.height(row, page.needed(name, k))
        elif column.key in _MONEY_KEYS:
            page.amount(row, k, getattr(funds, column.key), bold=True)
        else:
            page.put(row, k, None)
    return row + 1


def _project_rows(
    page: Page, row: int, columns: Sequence[_Column], project: Project, table: TargetTable, labels: tuple[bool, bool]
) -> int:
    """One project in as many rows as its longest text needs; returns the row after them."""
    whole, annual = labels
    texts = {
        "project_code": project.code,
        "name": project.name or (None if project.funds.total is not None else _NAMELESS),
        "supervising_department": project.supervising_department,
        "fund_user": project.fund_user,
        "whole_term_objective": project.whole_term_objective,
        "objective": project.objective,
        "indicators": packed(project.indicators, whole=whole, annual=annual),
    }
    long = ("whole_term_objective", "objective", "indicators")
    parts = {k: page.parts(texts[c.key], k) for k, c in enumerate(columns) if c.key in long}
    rows = max(len(p) for p in parts.values())
    high = [max(page.needed(p[r], k) for k, p in parts.items() if r < len(p)) for r in range(rows)]
    names = [(c, k) for k, c in enumerate(columns) if c.key in texts and c.key not in long]
    high[-1] = max(high[-1], max(page.needed(texts[c.key], k) for c, k in names) - sum(high[:-1]))
    suffix = project.money_unit or "" if project.money_unit != table.money_unit else ""
    for k, column in enumerate(columns):
        if k in parts:
            for r in range(rows):
                page.put(row + r, k, parts[k][r] if r < len(parts[k]) else None, valign="top", **_inner(r, rows))
        elif column.key in _MONEY_KEYS:
            amount = getattr(project.funds, column.key)
            page.amount(row, k, amount, rows=rows, suffix=suffix, valign="top", grouped=_grouped(project, amount))
        else:
            page.put(row, k, texts[column.key], rows=rows, valign="top")
    for r, points in enumerate(high):
        page.height(row + r, points)
    return row + rows


def _inner(row: int, rows: int) -> dict[str, int]:
    """No line between the rows of one project."""
    return {"top": int(row == 0), "bottom": int(row == rows - 1)}


def _grouped(project: Project, amount: Decimal | None) -> bool:
    """Whether an amount was printed with thousands separators; yes where nothing is known of it."""
    if amount is None:
        return True
    bare = f"{amount:f}"
    return abs(amount) < 1000 or not any(bare in line.values for line in project.printed_funds)

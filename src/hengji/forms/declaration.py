"""The official form of one project's targets (项目支出绩效目标申报表)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hengji.forms.levels import put_levels
from hengji.forms.published_list import coded_levels
from hengji.forms.sheet import HEI, Page, closed, new_book, rows_for
from hengji.model.table import Indicator, Project, TargetTable

TITLE = "项目支出绩效目标申报表"
# Label of the block, level 1, level 2, name, whole term, year.
_WIDTHS = (4.0, 13.0, 14.0, 31.0, 25.0, 25.0)
_LABEL: dict[str, Any] = {"align": "center", "bg_color": "#F5F5F5"}
_HEADING: dict[str, Any] = {"align": "center", "bold": True, "bg_color": "#EDEDED"}
_MONEY = (
    ("年度资金总额", "total"),
    ("其中：财政拨款", "fiscal_appropriation"),
    ("财政专户拨款", "special_account"),
    ("其他资金", "other_funds"),
    ("上年结转资金", "carry_over"),
)


def target_declaration(table: TargetTable, n: int) -> bytes:
    """The declaration of targets of the n-th project (from 1) as xlsx.

    Head, money, objective of the whole term and of the year, indicators with both targets; levels that follow
    themselves stand in one merged cell. What the document does not say stays empty. A text that is higher than a row
    of a sheet can be stands in a cell merged over several.

    Raises:
        IndexError: the table has no such project.
    Source: 财预〔2015〕88号, annex 1; its wording is not checked.
    """
    if not 1 <= n <= len(table.projects):
        raise IndexError(f"no project {n} in a table of {len(table.projects)}")
    project = table.projects[n - 1]
    book, out = new_book(f"{TITLE} {project.name}")
    page = Page(book, "绩效目标申报表", _WIDTHS, 10.5)
    row = _title(page, table)
    row = _head(page, row, table, project)
    row = _money(page, row, table, project)
    row = _objectives(page, row, project)
    heading = row
    row = _indicators(page, row, project.indicators)
    page.printed(landscape=False, repeat=(heading, heading), footer=project.name, last_row=row - 1)
    return closed(book, out)


def _title(page: Page, table: TargetTable) -> int:
    page.put(0, 0, TITLE, columns=6, border=0, align="center", font_name=HEI, font_size=18)
    page.height(0, 34)
    if table.fiscal_year is None:
        return 1
    page.put(1, 0, f"（{table.fiscal_year}年度）", columns=6, border=0, align="center")
    return 2


def _head(page: Page, row: int, table: TargetTable, project: Project) -> int:
    department = project.supervising_department or table.department
    rows: list[tuple[tuple[str, str | None], ...]] = [(("项目名称", project.name),)]
    if project.code:
        rows.append((("项目编码", project.code),))
    rows.append((("主管部门", department), ("实施单位", project.fund_user)))
    for pairs in rows:
        first, rest = pairs[0], pairs[1:]
        span = 2 if rest else 4
        page.put(row, 0, first[0], columns=2, **_LABEL)
        page.put(row, 2, first[1], columns=span)
        high = page.needed(first[1], 2, span)
        for label, text in rest:
            page.put(row, 4, label, **_LABEL)
            page.put(row, 5, text)
            high = max(high, page.needed(text, 5))
        page.height(row, max(high, 24))
        row += 1
    return row


def _money(page: Page, row: int, table: TargetTable, project: Project) -> int:
    unit = project.money_unit or table.money_unit
    shown = [(label, getattr(project.funds, key)) for label, key in _MONEY]
    if shown[-1][1] is None:
        shown.pop()
    page.put(row, 0, f"项目资金\n（{unit}）" if unit else "项目资金", rows=len(shown), columns=2, **_LABEL)
    for label, amount in shown:
        page.put(row, 2, label, columns=2, indent=0 if label == _MONEY[0][0] else 2)
        page.amount(row, 4, amount, columns=2)
        page.height(row, 22)
        row += 1
    return row


def _objectives(page: Page, row: int, project: Project) -> int:
    halves = ((2, "实施周期目标", project.whole_term_objective), (4, "年度目标", project.objective))
    high = max(60.0, *(page.needed(text, column, 2) for column, _, text in halves))
    rows = rows_for(high)
    page.put(row, 0, "总体目标", rows=rows + 1, columns=2, **_LABEL)
    page.height(row, 22)
    for column, label, text in halves:
        page.put(row, column, label, columns=2, **_LABEL)
        page.put(row + 1, column, text, rows=rows, columns=2, valign="top")
    for r in range(rows):
        page.height(row + 1 + r, high / rows)
    return row + 1 + rows


def _indicators(page: Page, row: int, indicators: Sequence[Indicator]) -> int:
    for column, label in enumerate(("一级指标", "二级指标", "三级指标", "实施周期指标值", "年度指标值"), 1):
        page.put(row, column, label, **_HEADING)
    page.height(row, 24)
    first = row
    row += 1
    starts: list[int] = []
    heights: dict[int, float] = {}
    for indicator in indicators:
        starts.append(row)
        texts = (indicator.name, indicator.whole_term_target, indicator.annual_target)
        high = max(22.0, *(page.needed(text, column) for column, text in enumerate(texts, 3)))
        rows = rows_for(high)
        for column, text in enumerate(texts, 3):
            centred = "center" if column > 3 and len(text or "") <= 12 else "left"
            page.put(row, column, text, rows=rows, align=centred)
        heights |= dict.fromkeys(range(row, row + rows), high / rows)
        row += rows
    starts.append(row)
    levels = [coded_levels(i) for i in indicators]
    put_levels(page, 1, [(one,) for one, _ in levels], starts, heights)
    put_levels(page, 2, levels, starts, heights)
    for r, high in heights.items():
        page.height(r, high)
    page.put(first, 0, "绩\n效\n指\n标", rows=row - first, **_LABEL)
    return row

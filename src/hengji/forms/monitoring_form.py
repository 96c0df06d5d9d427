"""The official form of a project's monitoring (项目支出绩效目标执行监控表) as xlsx."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from hengji.forms.evaluation_account import account_sheet
from hengji.forms.evaluation_material import FISCAL, OTHER, SPECIAL, Material, rate, shown
from hengji.forms.levels import put_levels
from hengji.forms.self_evaluation import put_head, put_money, put_signatures, put_title
from hengji.forms.sheet import Page, closed, new_book, rows_for
from hengji.model.evaluation import Likelihood, Line
from hengji.model.table import Project

TITLE = "项目支出绩效目标执行监控表"
CAUSES = ("经费保障", "制度保障", "人员保障", "硬件条件保障", "其他")
TICK = "√"
# Label of the block, levels 1 and 2, name, target, so far, forecast, five causes and the reason, three likelihoods, remark.
_WIDTHS = (4.5, 8.0, 10.0, 20.0, 17.0, 12.0, 12.0, 5.0, 5.0, 5.0, 6.0, 5.0, 14.0, 6.0, 6.0, 7.0, 14.0)
_REASON, _LIKELY, _REMARK = 12, 13, 16
_LABEL: dict[str, Any] = {"align": "center", "bg_color": "#F5F5F5"}
_HEADING: dict[str, Any] = {"align": "center", "bold": True, "bg_color": "#EDEDED"}
# The columns of the money, each over several of the sheet.
_MONEY_AT = ((4, 2), (6, 4), (10, 3), (13, 4))


def monitoring_form(material: Material, n: int) -> bytes:
    """The monitoring of the n-th project (from 1): the official form, and the account of it on a second sheet.

    The causes and likelihoods that hold are ticked. The reason stands under 原因说明; under 备注 there is room for
    why a target cannot be reached and what will be done.

    Raises:
        IndexError: the table has no such project.
    Source: 财预〔2019〕136号, annexed form; its wording is not checked.
    """
    project, one = material.of(n)
    book, out = new_book(f"{TITLE} {one.name}")
    page = Page(book, material.sheet_name("监控表"), _WIDTHS, 10)
    row = put_title(page, TITLE, material.year, len(_WIDTHS))
    row = put_head(page, row, material, project, one, 7, wide=3)
    row = _money(page, row, material, n)
    text = one.objective or project.objective
    page.put(row, 0, "年度总体目标", columns=3, **_LABEL)
    high = max(40.0, page.needed(text, 3, len(_WIDTHS) - 3))
    rows = rows_for(high)
    for r in range(row, row + rows):
        page.height(r, high / rows)
    page.put(row, 3, text, rows=rows, columns=len(_WIDTHS) - 3)
    row += rows
    heading = row
    row = _indicators(page, row, one.lines, material.months)
    row = put_signatures(page, row, (4, 12))
    page.printed(
        landscape=True, repeat=(heading, heading + 1), footer=one.name, last_row=row - 1, header=material.header(one)
    )
    account_sheet(book, material, n)
    return closed(book, out)


def _money(page: Page, row: int, material: Material, n: int) -> int:
    project, _ = material.of(n)
    rows = _funds(material, project, n)
    months = material.months
    page.put(row, 0, f"项目资金\n（{material.unit(project)}）", rows=len(rows) + 1, columns=3, **_LABEL)
    page.put(row, 3, None, **_LABEL)
    headings = ("年初预算数", f"{months}执行数", f"{months}执行率", "全年预计执行数")
    for (column, wide), label in zip(_MONEY_AT, headings, strict=True):
        page.put(row, column, label, columns=wide, **_LABEL)
    page.height(row, 24)
    for label, original, outturn, percent, forecast in rows:
        row += 1
        page.put(row, 3, label)
        for (column, wide), figure in zip(_MONEY_AT, (original, outturn, percent, forecast), strict=True):
            if isinstance(figure, str):
                page.put(row, column, figure, columns=wide, align="center")
            else:
                put_money(page, row, column, shown(figure), wide)
        page.height(row, max(24.0, page.needed(label, 3)))
    return row + 1


def _funds(
    material: Material, project: Project, n: int
) -> list[tuple[str, Decimal | None, Decimal | None, str | None, Decimal | None]]:
    """Label, first budget, paid, rate, forecast of each line; a line for 财政专户 only where there is such money."""
    funds, money = project.funds, material.of(n)[1].execution
    rows = [("年度资金总额", money.original_budget, money.outturn, rate(money.execution_rate), money.forecast)]
    for label, original, name in (
        ("其中：本年一般公共预算拨款", funds.fiscal_appropriation, FISCAL),
        (SPECIAL, funds.special_account, SPECIAL),
        (OTHER, funds.other_funds, OTHER),
    ):
        source = material.source(n, name)
        if label == SPECIAL and source is None and not original:
            continue
        paid = source.paid if source else None
        percent = rate(source.paid / source.budget * 100) if source and source.budget else None
        rows.append((label, original, paid, percent, None))
    return rows


def _indicators(page: Page, row: int, lines: Sequence[Line], months: str) -> int:
    first = row
    single = ("一级指标", "二级指标", "三级指标", "年度指标值", f"{months}执行情况", "全年预计完成情况")
    for column, label in (*enumerate(single, 1), (_REMARK, "备注")):
        page.put(row, column, label, rows=2, **_HEADING)
    page.put(row, 7, "偏差原因分析", columns=6, **_HEADING)
    page.put(row, _LIKELY, "完成目标可能性", columns=3, **_HEADING)
    for column, label in enumerate((*CAUSES, "原因说明", *(p.value for p in Likelihood)), 7):
        page.put(row + 1, column, label, **_HEADING)
    page.height(row, 26)
    page.height(row + 1, 46)
    row += 2
    starts: list[int] = []
    heights: dict[int, float] = {}
    for line in lines:
        starts.append(row)
        texts = (
            (3, line.name),
            (4, line.target),
            (5, line.actual),
            (6, line.forecast),
            (_REASON, line.variance_reason),
        )
        high = max(24.0, *(page.needed(text, column) for column, text in texts))
        rows = rows_for(high)
        for column, text in texts:
            centred = "center" if column in (4, 5, 6) and len(text or "") <= 10 else "left"
            page.put(row, column, text, rows=rows, align=centred)
        for column, word in (*enumerate(CAUSES, 7), *enumerate(Likelihood, _LIKELY)):
            page.put(row, column, TICK if word in (*line.deviation_causes, line.likelihood) else None, rows=rows,
                     align="center")  # fmt: skip
        page.put(row, _REMARK, None, rows=rows)
        heights |= dict.fromkeys(range(row, row + rows), high / rows)
        row += rows
    starts.append(row)
    put_levels(page, 1, [(line.level1,) for line in lines], starts, heights)
    put_levels(page, 2, [(line.level1, line.level2) for line in lines], starts, heights)
    for r, high in heights.items():
        page.height(r, high)
    page.put(first, 0, "绩\n效\n指\n标", rows=row - first, **_LABEL)
    return row

"""The official form of a project's self-evaluation (项目支出绩效自评表) as xlsx."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from hengji.forms.evaluation_account import account_sheet
from hengji.forms.evaluation_material import (
    FISCAL,
    OTHER,
    SPECIAL,
    Material,
    earned,
    objective_actual,
    points,
    rate,
    shown,
    whole_points,
)
from hengji.forms.levels import put_levels
from hengji.forms.sheet import HEI, Page, closed, new_book, rows_for
from hengji.model.evaluation import Line, ProjectEvaluation
from hengji.model.table import Project

TITLE = "项目支出绩效自评表"
FUNDS = ("年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分")
INDICATORS = (
    "一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因分析及改进措施",
)  # fmt: skip
SIGNATURES = ("项目负责人（签字）：", "财务负责人（签字）：", "单位（盖章）：", "日期：　　　年　　月　　日")
NONE = "—"
# Label of the block, levels 1 and 2, name, target, actual, points that can be had, points, reason.
_WIDTHS = (7.0, 8.0, 10.0, 22.0, 17.0, 13.0, 7.0, 8.5, 16.0)
_LAST = len(_WIDTHS) - 1
_LABEL: dict[str, Any] = {"align": "center", "bg_color": "#F5F5F5"}
_HEADING: dict[str, Any] = {"align": "center", "bold": True, "bg_color": "#EDEDED"}


class FundsRow(NamedTuple):
    """A line of the money and its amounts: first budget, adjusted budget, paid."""

    label: str
    amounts: tuple[Decimal | None, ...]


def self_evaluation_sheet(material: Material, n: int) -> bytes:
    """The self-evaluation of the n-th project (from 1): the official form, and the account of it on a second sheet.

    Blocks: head, money, objective, indicators, total; below it the place to sign and seal. Levels that follow
    themselves stand in one merged cell; the headings of the indicators are repeated on each page.

    Raises:
        IndexError: the table has no such project.
    Source: 财预〔2020〕10号, annexed form; its wording is not checked.
    """
    project, one = material.of(n)
    book, out = new_book(f"{TITLE} {one.name}")
    page = Page(book, material.sheet_name("自评表"), _WIDTHS, 10)
    row = put_title(page, TITLE, material.year, len(_WIDTHS))
    row = put_head(page, row, material, project, one, 5)
    row = _money(page, row, material, n)
    row = _objective(page, row, project, one)
    heading = row
    row = _indicators(page, row, one.lines)
    row = _total(page, row, one)
    row = put_signatures(page, row, (4, 6))
    page.printed(
        landscape=False, repeat=(heading, heading), footer=one.name, last_row=row - 1, header=material.header(one)
    )
    account_sheet(book, material, n)
    return closed(book, out)


def put_title(page: Page, title: str, year: str, columns: int) -> int:
    """Title and year over all columns; the row below them."""
    page.put(0, 0, title, columns=columns, border=0, align="center", font_name=HEI, font_size=18)
    page.height(0, 34)
    page.put(1, 0, year, columns=columns, border=0, align="center")
    return 2


def put_head(
    page: Page, row: int, material: Material, project: Project, one: ProjectEvaluation, second: int, *, wide: int = 1
) -> int:
    """Name of the project, supervising department, unit; the second label stands over `wide` columns from `second`."""
    last = len(page.widths)
    page.put(row, 0, "项目名称", columns=3, **_LABEL)
    page.put(row, 3, one.name, columns=last - 3)
    page.height(row, max(24.0, page.needed(one.name, 3, last - 3)))
    row += 1
    department, user = project.supervising_department or material.table.department, project.fund_user
    page.put(row, 0, "主管部门", columns=3, **_LABEL)
    page.put(row, 3, department, columns=second - 3)
    page.put(row, second, "实施单位", columns=wide, **_LABEL)
    rest = second + wide
    page.put(row, rest, user, columns=last - rest)
    high = max(page.needed(department, 3, second - 3), page.needed(user, rest, last - rest))
    page.height(row, max(24.0, high))
    return row + 1


def put_money(page: Page, row: int, column: int, amount: Decimal | None, columns: int = 1) -> None:
    """An amount; as a text that breaks into lines where the cell is too narrow for a number."""
    given = shown(amount)
    if given is not None and len(f"{given:,f}") > page.columns_of(column, columns):
        page.put(row, column, f"{given:f}", columns=columns, align="right")
    else:
        page.amount(row, column, given, columns=columns)


def funds_rows(material: Material, n: int) -> list[FundsRow]:
    """The money of a project as the form wants it; a line for 财政专户 only where there is such money."""
    project, one = material.of(n)
    funds, money = project.funds, one.execution
    rows = [FundsRow("年度资金总额", (money.original_budget, money.final_budget, money.outturn))]
    for label, original, name in (
        ("其中：当年财政拨款", funds.fiscal_appropriation, FISCAL),
        ("上年结转资金", funds.carry_over, ""),
        (SPECIAL, funds.special_account, SPECIAL),
        (OTHER, funds.other_funds, OTHER),
    ):
        source = material.source(n, name)
        if label == SPECIAL and source is None and not original:
            continue
        spent = (source.budget, source.paid) if source else (None, None)
        rows.append(FundsRow(label, (original, *spent)))
    return rows


def _money(page: Page, row: int, material: Material, n: int) -> int:
    project, one = material.of(n)
    rows = funds_rows(material, n)
    page.put(row, 0, f"项目\n资金\n({material.unit(project)})", rows=len(rows) + 1, **_LABEL)
    page.put(row, 1, None, columns=2, **_LABEL)
    for column, label in enumerate(FUNDS, 3):
        page.put(row, column, label, **_LABEL)
    page.height(row, 24)
    for k, line in enumerate(rows):
        row += 1
        page.put(row, 1, line.label, columns=2)
        for column, amount in enumerate(line.amounts, 3):
            put_money(page, row, column, amount)
        if k:
            for column in (6, 7, 8):
                page.put(row, column, NONE, align="center")
        else:
            page.amount(row, 6, points(one.execution.max_points), align="center")
            page.put(row, 7, rate(one.execution.execution_rate), align="center")
            page.amount(row, 8, points(one.execution.points), align="center")
        texts = [(line.label, 1, 2), *((f"{shown(a):f}", c, 1) for c, a in enumerate(line.amounts, 3) if a is not None)]
        page.height(row, max(24.0, *(page.needed(t, c, w) for t, c, w in texts)))
    return row + 1


def _objective(page: Page, row: int, project: Project, one: ProjectEvaluation) -> int:
    halves = (
        (1, 4, "预期目标", one.objective or project.objective),
        (5, 4, "实际完成情况", objective_actual(one)),
    )  # fmt: skip
    high = max(60.0, *(page.needed(text, column, wide) for column, wide, _, text in halves))
    rows = rows_for(high)
    page.put(row, 0, "年度总体目标", rows=rows + 1, **_LABEL)
    page.height(row, 22)
    for column, wide, label, text in halves:
        page.put(row, column, label, columns=wide, **_LABEL)
        page.put(row + 1, column, text, rows=rows, columns=wide, valign="top")
    for r in range(rows):
        page.height(row + 1 + r, high / rows)
    return row + 1 + rows


def _indicators(page: Page, row: int, lines: Sequence[Line]) -> int:
    first = row
    for column, label in enumerate(INDICATORS, 1):
        page.put(row, column, label, **_HEADING)
    page.height(row, 30)
    row += 1
    starts: list[int] = []
    heights: dict[int, float] = {}
    for line in lines:
        starts.append(row)
        texts = ((3, line.name), (4, line.target), (5, line.actual), (8, line.variance_reason))
        high = max(24.0, *(page.needed(text, column) for column, text in texts))
        rows = rows_for(high)
        for column, text in texts:
            centred = "center" if column in (4, 5) and len(text or "") <= 10 else "left"
            page.put(row, column, text, rows=rows, align=centred)
        page.amount(row, 6, points(line.max_points), rows=rows, align="center")
        given = earned(line)
        if isinstance(given, Decimal):
            page.amount(row, 7, given, rows=rows, align="center")
        else:
            page.put(row, 7, given, rows=rows, align="center")
        heights |= dict.fromkeys(range(row, row + rows), high / rows)
        row += rows
    starts.append(row)
    put_levels(page, 1, [(line.level1,) for line in lines], starts, heights)
    put_levels(page, 2, [(line.level1, line.level2) for line in lines], starts, heights)
    for r, high in heights.items():
        page.height(r, high)
    page.put(first, 0, "绩\n效\n指\n标", rows=row - first, **_LABEL)
    return row


def _total(page: Page, row: int, one: ProjectEvaluation) -> int:
    page.put(row, 0, "总分", columns=6, **_HEADING)
    page.amount(row, 6, points(whole_points(one)), bold=True, align="center")
    page.amount(row, 7, points(one.total_points), bold=True, align="center")
    page.put(row, _LAST, None)
    page.height(row, 26)
    return row + 1


def put_signatures(page: Page, row: int, stops: tuple[int, int]) -> int:
    """The place to sign, to seal and to date, on one row without lines; `stops` are where the last two begin."""
    leader, accountant, seal, date = SIGNATURES
    labels = (leader, accountant, f"{seal}\n\n\n{date}")
    for label, first, stop in zip(labels, (0, *stops), (*stops, len(page.widths)), strict=True):
        page.put(row, first, label, columns=stop - first, border=0, valign="top")
    page.height(row, 78)
    return row + 1

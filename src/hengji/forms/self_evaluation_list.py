"""The self-evaluations of all projects of a table in one list (xlsx): execution, points, total, grade."""

from __future__ import annotations

from decimal import Decimal

from hengji.forms.evaluation_account import account_sheet
from hengji.forms.evaluation_material import Material, grade_zh, points, rate, short_of, total_of, unscored
from hengji.forms.self_evaluation import put_money, put_signatures, put_title
from hengji.forms.sheet import Page, closed, new_book
from hengji.model.review import Grade

TITLE = "项目支出绩效自评结果汇总表"
_HEADINGS = (
    "序号", "项目名称", "实施单位", "年初预算数", "全年预算数", "全年执行数", "执行率", "执行率得分", "指标得分", "总分", "评价等级",
    "未得满分的指标", "未计分的指标",
)  # fmt: skip
_WIDTHS = (5.0, 28.0, 25.0, 12.0, 12.0, 12.0, 9.0, 8.0, 8.0, 8.0, 7.0, 7.0, 7.0)
_GREY = "#EDEDED"


def self_evaluation_list(material: Material) -> bytes:
    """One line a project with its money, points, total and grade; the sums; how many there are of each grade.

    A project of which a line was not scored has neither total nor grade. Money adds up only where all projects have
    the table's unit.
    """
    book, out = new_book(TITLE)
    page = Page(book, material.sheet_name("自评汇总"), _WIDTHS, 10)
    row = put_title(page, TITLE, material.year, len(_WIDTHS))
    unit = f"单位：{material.table.money_unit or '万元'}、分"
    page.put(row, 0, f"部门名称：{material.table.department or ''}", columns=6, border=0)
    page.put(row, 6, unit, columns=len(_WIDTHS) - 6, border=0, align="right")
    row += 1
    heading = row
    for column, text in enumerate(_HEADINGS):
        page.put(row, column, text, align="center", bold=True, bg_color=_GREY)
    page.height(row, 44)
    page.sheet.freeze_panes(row + 1, 2)
    for n in range(1, len(material.table.projects) + 1):
        row += 1
        _project(page, row, material, n)
    row = _sums(page, row + 1, material)
    text = _counted(material)
    page.put(row, 0, text, columns=len(_WIDTHS), border=0)
    page.height(row, 26)
    row = put_signatures(page, row + 1, (3, 8))
    page.printed(landscape=True, repeat=(heading, heading), footer=TITLE, last_row=row - 1, header=material.header())
    account_sheet(book, material)
    return closed(book, out)


def _project(page: Page, row: int, material: Material, n: int) -> None:
    project, one = material.of(n)
    own = "" if project.money_unit in (None, material.table.money_unit) else f"（{project.money_unit}）"
    name = f"{one.name}{own}"
    page.put(row, 0, str(n), align="center")
    page.put(row, 1, name)
    page.put(row, 2, project.fund_user)
    money = one.execution
    for column, amount in enumerate((money.original_budget, money.final_budget, money.outturn), 3):
        put_money(page, row, column, amount)
    page.put(row, 6, rate(money.execution_rate), align="center")
    scored = [line.points for line in one.lines if line.points is not None]
    figures = (money.points, None if unscored(one) else sum(scored, Decimal(0)), one.total_points)
    for column, figure in enumerate(figures, 7):
        page.amount(row, column, points(figure), align="center")
    page.put(row, 10, grade_zh(one.grade), align="center")
    for column, lines in ((11, short_of(one)), (12, unscored(one))):
        page.put(row, column, str(len(lines)), align="center")
    page.height(row, max(24.0, page.needed(name, 1), page.needed(project.fund_user, 2)))


def _sums(page: Page, row: int, material: Material) -> int:
    projects = material.evaluation.projects
    page.put(row, 0, "合计", columns=3, align="center", bold=True, bg_color=_GREY)
    alike = all(p.money_unit in (None, material.table.money_unit) for p in material.table.projects)
    for column, key in enumerate(("original_budget", "final_budget", "outturn"), 3):
        put_money(page, row, column, total_of(projects, key) if alike else None)
    final, paid = total_of(projects, "final_budget"), total_of(projects, "outturn")
    whole = rate(paid / final * 100) if alike and final and paid is not None else None
    page.put(row, 6, whole, align="center")
    for column in range(7, 11):
        page.put(row, column, None)
    for column, count in ((11, sum(len(short_of(p)) for p in projects)), (12, sum(len(unscored(p)) for p in projects))):
        page.put(row, column, str(count), align="center", bold=True)
    page.height(row, 26)
    return row + 1


def _counted(material: Material) -> str:
    projects = material.evaluation.projects
    counts = "、".join(f"{g.value} {sum(p.grade is g for p in projects)} 个" for g in Grade)
    open_ = sum(p.grade is None for p in projects)
    return f"共 {len(projects)} 个项目：{counts}" + (f"；{open_} 个有指标未计分，等级未定" if open_ else "") + "。"

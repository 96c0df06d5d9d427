"""The self-evaluations of all projects of a table in one list: execution, points, total, grade."""

from __future__ import annotations

from decimal import Decimal

from hengji.forms.evaluation_material import Material, grade_zh, points, rate, short_of, total_of, unscored
from hengji.forms.layout import Box, Form, Listing, Look, Row, centred, figure, heading
from hengji.model.review import Grade

TITLE = "项目支出绩效自评结果汇总表"
_HEADINGS = (
    "序号", "项目名称", "实施单位", "年初预算数", "全年预算数", "全年执行数", "执行率", "执行率得分", "指标得分", "总分", "评价等级",
    "未得满分的指标", "未计分的指标",
)  # fmt: skip
_WIDTHS = (5.0, 28.0, 25.0, 12.0, 12.0, 12.0, 9.0, 8.0, 8.0, 8.0, 7.0, 7.0, 7.0)
_KEYS = ("original_budget", "final_budget", "outturn")


def self_evaluation_list(material: Material) -> Form:
    """One line a project with its money, points, total and grade; the sums; how many there are of each grade.

    A project of which a line was not scored has neither total nor grade. Money adds up only where all projects have
    the table's unit.
    """
    head = Row((
        Box(f"部门名称：{material.table.department or ''}", 6, look=Look.OPEN),
        Box(f"单位：{material.table.money_unit or '万元'}、分", len(_WIDTHS) - 6, look=Look.OPEN, align="right"),
    ), 20)  # fmt: skip
    rows = tuple(_project(material, n) for n in range(1, len(material.table.projects) + 1))
    return Form(
        material, None, "自评汇总", TITLE, _WIDTHS, (head,),
        Listing(TITLE, (Row(tuple(map(heading, _HEADINGS)), 44),), rows, (_sums(material),), freeze=2),
        (Row((Box(_counted(material), len(_WIDTHS), look=Look.OPEN),), 26),), stops=(3, 8),
    )  # fmt: skip


def _project(material: Material, n: int) -> Row:
    project, one = material.of(n)
    own = "" if project.money_unit in (None, material.table.money_unit) else f"（{project.money_unit}）"
    money = one.execution
    scored = [line.points for line in one.lines if line.points is not None]
    figures = (money.points, None if unscored(one) else sum(scored, Decimal(0)), one.total_points)
    return Row((
        centred(str(n)), Box(f"{one.name}{own}"), Box(project.fund_user),
        *(figure(material.money_shown(getattr(money, key))) for key in _KEYS), centred(rate(money.execution_rate)),
        *(centred(points(number)) for number in figures), centred(grade_zh(one.grade)),
        *(centred(str(len(lines))) for lines in (short_of(one), unscored(one))),
    ))  # fmt: skip


def _sums(material: Material) -> Row:
    projects = material.evaluation.projects
    alike = all(p.money_unit in (None, material.table.money_unit) for p in material.table.projects)
    sums = [material.money_shown(total_of(projects, key)) if alike else None for key in _KEYS]
    final, paid = total_of(projects, "final_budget"), total_of(projects, "outturn")
    whole = rate(paid / final * 100) if alike and final and paid is not None else None
    counts = (sum(len(short_of(p)) for p in projects), sum(len(unscored(p)) for p in projects))
    return Row((
        heading("合计", 3), *map(figure, sums), centred(whole), *(Box() for _ in range(4)),
        *(centred(str(count), bold=True) for count in counts),
    ), 26)  # fmt: skip


def _counted(material: Material) -> str:
    projects = material.evaluation.projects
    counts = "、".join(f"{g.value} {sum(p.grade is g for p in projects)} 个" for g in Grade)
    open_ = sum(p.grade is None for p in projects)
    return f"共 {len(projects)} 个项目：{counts}" + (f"；{open_} 个有指标未计分，等级未定" if open_ else "") + "。"

"""The official form of a project's self-evaluation (项目支出绩效自评表)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from hengji.forms.evaluation_material import (
    FISCAL,
    OTHER,
    SPECIAL,
    Material,
    earned,
    objective_actual,
    points,
    rate,
    reason_of,
    whole_points,
)
from hengji.forms.layout import (
    Box,
    Form,
    Listing,
    Row,
    centred,
    figure,
    heading,
    label,
    level_boxes,
    short_centred,
)
from hengji.model.evaluation import Line, ProjectEvaluation
from hengji.model.table import Project

TITLE = "项目支出绩效自评表"
FUNDS = ("年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分")
INDICATORS = (
    "一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因分析及改进措施",
)  # fmt: skip
NONE = "—"
SIDE = "绩\n效\n指\n标"
# Label of the block, levels 1 and 2, name, target, actual, points that can be had, points, reason.
_WIDTHS = (7.0, 8.0, 10.0, 19.0, 16.0, 13.0, 9.0, 10.5, 16.0)


class FundsRow(NamedTuple):
    """A line of the money and its amounts: first budget, adjusted budget, paid."""

    label: str
    amounts: tuple[Decimal | None, ...]


def self_evaluation_form(material: Material, n: int) -> Form:
    """The self-evaluation of the n-th project (from 1).

    Blocks: head, money, objective, indicators, total; below it the place to sign and seal. Levels that follow
    themselves stand in one box; the headings of the indicators are repeated on each page.

    Raises:
        IndexError: the table has no such project.
    Source: 财预〔2020〕10号, annexed form; its wording is not checked.
    """
    project, one = material.of(n)
    return Form(
        material, n, "自评表", TITLE, _WIDTHS,
        (*head_rows(material, n, 5, len(_WIDTHS)), *_money(material, n), *_objective(project, one)),
        Listing("绩效指标", (Row(tuple(map(heading, INDICATORS)), 30),), tuple(_indicators(one.lines)), (_total(one),), SIDE),
        landscape=False,
    )  # fmt: skip


def head_rows(material: Material, n: int, second: int, last: int, *, wide: int = 1) -> tuple[Row, ...]:
    """Name of the project, supervising department, unit.

    The second label stands over `wide` columns from `second`; `last` is how many columns there are.
    """
    project, one = material.of(n)
    department = project.supervising_department or material.table.department
    return (
        Row((label("项目名称", 3), Box(one.name, last - 3))),
        Row((
            label("主管部门", 3), Box(department, second - 3), label("实施单位", wide),
            Box(project.fund_user, last - second - wide),
        )),
    )  # fmt: skip


def funds_rows(material: Material, n: int) -> list[FundsRow]:
    """The money of a project as the form wants it; a line for 财政专户 only where there is such money."""
    project, one = material.of(n)
    funds, money = project.funds, one.execution
    rows = [FundsRow("年度资金总额", (money.original_budget, money.final_budget, money.outturn))]
    for name, original, source_name in (
        ("其中：当年财政拨款", funds.fiscal_appropriation, FISCAL),
        ("上年结转资金", funds.carry_over, ""),
        (SPECIAL, funds.special_account, SPECIAL),
        (OTHER, funds.other_funds, OTHER),
    ):
        source = material.source(n, source_name)
        if name == SPECIAL and source is None and not original:
            continue
        spent = (source.budget, source.paid) if source else (None, None)
        rows.append(FundsRow(name, (original, *spent)))
    return rows


def _money(material: Material, n: int) -> list[Row]:
    project, one = material.of(n)
    rows, money = funds_rows(material, n), one.execution
    unit = label(f"项目\n资金\n({material.unit(project)})", rows=len(rows) + 1)
    made = [Row((unit, label(None, 2), *map(label, FUNDS)))]
    for k, row in enumerate(rows):
        scored: tuple[Decimal | str | None, ...] = (NONE, NONE, NONE)
        if k == 0:
            scored = (points(money.max_points), rate(money.execution_rate), points(money.points))
        amounts = (figure(material.money_shown(a)) for a in row.amounts)
        made.append(Row((Box(row.label, 2), *amounts, *map(centred, scored))))
    return made


def _objective(project: Project, one: ProjectEvaluation) -> tuple[Row, ...]:
    return (
        Row((label("年度总体目标", rows=2), label("预期目标", 4), label("实际完成情况", 4)), 22),
        Row((Box(one.objective or project.objective, 4, top=True), Box(objective_actual(one), 4, top=True)), 60),
    )


def _indicators(lines: Sequence[Line]) -> list[Row]:
    first = level_boxes([(line.level1,) for line in lines])
    second = level_boxes([(line.level1, line.level2) for line in lines])
    return [
        Row((
            *(box for box in levels if box), Box(line.name), short_centred(line.target), short_centred(line.actual),
            centred(points(line.max_points)), centred(earned(line)), Box(reason_of(line)),
        ))
        for line, *levels in zip(lines, first, second, strict=True)
    ]  # fmt: skip


def _total(one: ProjectEvaluation) -> Row:
    figures = (centred(points(number), bold=True) for number in (whole_points(one), one.total_points))
    return Row((heading("总分", 5), *figures, Box()), 26)

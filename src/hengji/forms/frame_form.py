"""The evaluation of one project by 决策、过程、产出、效益 (部门评价, 财政评价): a line with its evidence each."""

from __future__ import annotations

from collections.abc import Sequence

from hengji.forms.evaluation_material import Material, earned, grade_zh, points, rate, whole_points
from hengji.forms.layout import (
    Box,
    Form,
    Listing,
    Row,
    centred,
    heading,
    label,
    level_boxes,
    short_centred,
)
from hengji.forms.self_evaluation import head_rows
from hengji.model.evaluation import Line, ProjectEvaluation, Stage

TITLES = {
    Stage.DEPARTMENTAL_EVALUATION: "项目支出绩效评价指标评分表（部门评价）",
    Stage.FISCAL_EVALUATION: "项目支出绩效评价指标评分表（财政评价）",
}
HEADINGS = ("一级指标", "二级指标", "三级指标", "评价要点", "实际情况", "分值", "得分", "佐证材料", "评分说明")
_WIDTHS = (9.0, 11.0, 17.0, 32.0, 13.0, 7.0, 8.0, 20.0, 22.0)


def frame_form(material: Material) -> Form:
    """The only project of a departmental or fiscal evaluation, line by line; total and grade below.

    Source: 财预〔2020〕10号, frame of indicators; it gives no points and no form, so the columns are a choice.
    """
    project, one = material.of(1)
    last = len(_WIDTHS)
    money = Row((label(f"项目资金（{material.unit(project)}）", 3), Box(_money(material, one), last - 3)))
    return Form(
        material, 1, "评分表", TITLES[material.evaluation.stage], _WIDTHS,
        (*head_rows(material, 1, 5, last, wide=2), money),
        Listing("评价指标", (Row(tuple(map(heading, HEADINGS)), 26),), tuple(_lines(one.lines)), closing=(_total(one),)),
        stops=(3, 6), size=9,
    )  # fmt: skip


def _money(material: Material, one: ProjectEvaluation) -> str:
    money = one.execution
    said = []
    for name, amount in (
        ("年初预算数", money.original_budget),
        ("全年预算数", money.final_budget),
        ("全年执行数", money.outturn),
    ):
        given = material.money_shown(amount)
        said.append(f"{name} {'—' if given is None else f'{given:,f}'}")
    return "　".join([*said, f"全年执行数÷全年预算数 {rate(money.execution_rate) or '—'}"])


def _lines(lines: Sequence[Line]) -> list[Row]:
    first = level_boxes([(line.level1,) for line in lines])
    second = level_boxes([(line.level1, line.level2) for line in lines])
    return [
        Row((
            *(box for box in levels if box), Box(line.name), Box(line.target), short_centred(line.actual),
            centred(points(line.max_points)), centred(earned(line)), Box(line.evidence), Box(_how(line)),
        ), 22)
        for line, *levels in zip(lines, first, second, strict=True)
    ]  # fmt: skip


def _how(line: Line) -> str | None:
    """The reason that a person gave, else the formula by which records answered."""
    if line.variance_reason or line.points is None or not line.workings:
        return line.variance_reason
    return line.workings[-1].formula


def _total(one: ProjectEvaluation) -> Row:
    figures = (points(whole_points(one)), points(one.total_points))
    return Row((
        label("合计", 5), *(centred(f, bold=True) for f in figures), label("评价等级"), centred(grade_zh(one.grade), bold=True),
    ))  # fmt: skip

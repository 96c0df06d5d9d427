"""The official form of a whole unit's self-evaluation (部门整体支出绩效自评表)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from hengji.forms.evaluation_material import FISCAL, Material, earned, objective_actual, points, rate, whole_points
from hengji.forms.layout import (
    SIGNATURES,
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
from hengji.model.evaluation import ExecutionScore, Line, ProjectEvaluation

TITLE = "部门（单位）整体支出绩效自评表"
SPLIT = ("总额", "财政拨款", "其他资金")
FUNDS = ("年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分")
SUM, TOTAL, NONE = "金额合计", "总分", "—"
# Label of the block; level 1, level 2, name, target over two, actual, points, earned, reason. The tasks use the same
# columns: name, content over two, and six amounts.
_WIDTHS = (5.0, 15.0, 16.0, 34.0, 11.0, 11.0, 12.0, 11.0, 11.0, 18.0)


def department_form(material: Material) -> Form:
    """The self-evaluation of a whole unit, the first project of its evaluation; the others are its tasks.

    Blocks: unit, tasks of the year with their money, money of all, objective, indicators, total; below them the place to
    sign and seal. The headings of the indicators are repeated on each page.

    Source: 财预〔2015〕88号, annex for whole units, with the columns of a self-evaluation; its wording is not checked.
    """
    one = material.evaluation.projects[0]
    return Form(
        material, 1, "整体自评表", TITLE, _WIDTHS,
        (
            Row((label("部门名称", 2), Box(one.name, len(_WIDTHS) - 2))),
            *_tasks(material), *_funds(material, one.execution), *_objective(one),
        ),
        Listing(
            "年度绩效指标", (_headings(),), tuple(_indicators(one.lines)), closing=(_total(one),), side="年度\n绩效\n指标"
        ),
        stops=(4, 7), size=9, signed=("单位负责人（签字）：", *SIGNATURES[1:]),
    )  # fmt: skip


def amounts_of(money: ExecutionScore) -> tuple[Decimal | None, ...]:
    """Budget and outturn, each whole, from 财政拨款 and from elsewhere; no parts where a record does not say its source."""
    known = bool(money.sources) and all(s.source for s in money.sources)
    found: list[Decimal | None] = []
    for whole, part in ((money.final_budget, "budget"), (money.outturn, "paid")):
        if whole is None or not known:
            found += [whole, None, None]
        else:
            fiscal = sum((getattr(s, part) for s in money.sources if s.source == FISCAL), Decimal(0))
            found += [whole, fiscal, whole - fiscal]
    return tuple(found)


def _tasks(material: Material) -> Iterator[Row]:
    whole, *tasks = material.evaluation.projects
    unit = material.evaluation.money_unit or "万元"
    yield Row((
        label("年度\n主要\n任务", rows=len(tasks) + 3), label("任务名称", rows=2), label("主要内容", 2, 2),
        label(f"预算数（{unit}）", 3), label(f"执行数（{unit}）", 3),
    ))  # fmt: skip
    yield Row(tuple(map(label, SPLIT * 2)))
    for task in tasks:
        yield Row((Box(task.name), Box(task.objective, 2, top=True), *_figures(material, amounts_of(task.execution))))
    yield Row((label(SUM, 3), *_figures(material, amounts_of(whole.execution))))


def _figures(material: Material, amounts: Sequence[Decimal | None]) -> list[Box]:
    return [figure(material.money_shown(a)) for a in amounts]


def _funds(material: Material, money: ExecutionScore) -> Iterator[Row]:
    """The points of execution stand here where it has its own, else in the line of the frame that asks for it."""
    scored: tuple[Decimal | str | None, ...] = (NONE, rate(money.execution_rate), NONE)
    if money.max_points:
        scored = (points(money.max_points), rate(money.execution_rate), points(money.points))
    amounts = amounts_of(money)
    yield Row((label("资金", rows=4), label(None, 3), *map(label, FUNDS)), 22)
    every = (money.original_budget, money.final_budget, money.outturn)
    yield Row((Box("年度资金总额", 3), *_figures(material, every), *map(centred, scored)), 22)
    for k, name in enumerate(("其中：财政拨款", "其他资金"), 1):
        yield Row(
            (Box(name, 3), *_figures(material, (None, amounts[k], amounts[3 + k])), *map(centred, (NONE,) * 3)), 22
        )


def _objective(one: ProjectEvaluation) -> tuple[Row, ...]:
    return (
        Row((label("年度\n总体\n目标", rows=2), label("预期目标", 4), label("实际完成情况", 5)), 22),
        Row((Box(one.objective, 4, top=True), Box(objective_actual(one), 5, top=True)), 48),
    )


def _headings() -> Row:
    texts = ("一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因分析及改进措施")
    return Row(tuple(heading(text, 2 if text == "年度指标值" else 1) for text in texts), 28)


def _indicators(lines: Sequence[Line]) -> list[Row]:
    first = level_boxes([(line.level1,) for line in lines])
    second = level_boxes([(line.level1, line.level2) for line in lines])
    return [
        Row((
            *(box for box in levels if box), Box(line.name), Box(line.target, 2), short_centred(line.actual),
            centred(points(line.max_points)), centred(earned(line)), Box(line.variance_reason),
        ), 22)
        for line, *levels in zip(lines, first, second, strict=True)
    ]  # fmt: skip


def _total(one: ProjectEvaluation) -> Row:
    figures = (points(whole_points(one)), points(one.total_points))
    return Row((label(TOTAL, 6), *(centred(f, bold=True) for f in figures), Box()))

"""The official form of a project's monitoring (项目支出绩效目标执行监控表)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from hengji.forms.evaluation_material import FISCAL, OTHER, SPECIAL, Material, rate
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
from hengji.forms.self_evaluation import SIDE, head_rows
from hengji.model.evaluation import Likelihood, Line

TITLE = "项目支出绩效目标执行监控表"
CAUSES = ("经费保障", "制度保障", "人员保障", "硬件条件保障", "其他")
TICK = "√"
# Label of the block, levels 1 and 2, name, target, so far, forecast, five causes and the reason, three likelihoods, remark.
_WIDTHS = (4.5, 8.0, 10.0, 20.0, 17.0, 12.0, 12.0, 5.0, 5.0, 5.0, 6.0, 5.0, 14.0, 6.0, 6.0, 7.0, 14.0)
# How many columns each column of the money takes.
_MONEY = (2, 4, 3, 4)


class FundsRow(NamedTuple):
    """A line of the money: first budget, paid so far, its rate in words, what will be paid by the end of the year."""

    label: str
    original: Decimal | None
    outturn: Decimal | None
    rate: str | None
    forecast: Decimal | None


def monitoring_form(material: Material, n: int) -> Form:
    """The monitoring of the n-th project (from 1).

    The causes and likelihoods that hold are ticked. The reason stands under 原因说明; under 备注 what people wrote there:
    why a target cannot be reached and what will be done.

    Raises:
        IndexError: the table has no such project.
    Source: 财预〔2019〕136号, annexed form; its wording is not checked.
    """
    project, one = material.of(n)
    wide = len(_WIDTHS)
    objective = Row((label("年度总体目标", 3), Box(one.objective or project.objective, wide - 3)), 40)
    return Form(
        material, n, "监控表", TITLE, _WIDTHS, (*head_rows(material, n, 7, wide, wide=3), *_money(material, n), objective),
        Listing("绩效指标", _headings(material.months), tuple(_indicators(one.lines)), side=SIDE), stops=(4, 12),
    )  # fmt: skip


def _money(material: Material, n: int) -> list[Row]:
    rows, months = funds_rows(material, n), material.months
    unit = label(f"项目资金\n（{material.unit(material.of(n)[0])}）", 3, len(rows) + 1)
    headings = ("年初预算数", f"{months}执行数", f"{months}执行率", "全年预计执行数")
    made = [Row((unit, label(None), *map(label, headings, _MONEY)))]
    for row in rows:
        first, paid, percent, forecast = _MONEY
        made.append(Row((
            Box(row.label), figure(material.money_shown(row.original), first), figure(material.money_shown(row.outturn), paid),
            centred(row.rate, percent), figure(material.money_shown(row.forecast), forecast),
        )))  # fmt: skip
    return made


def funds_rows(material: Material, n: int) -> list[FundsRow]:
    """The money of a project as the form wants it; a line for 财政专户 only where there is such money."""
    project, one = material.of(n)
    funds, money = project.funds, one.execution
    rows = [FundsRow("年度资金总额", money.original_budget, money.outturn, rate(money.execution_rate), money.forecast)]
    for name, original, source_name in (
        ("其中：本年一般公共预算拨款", funds.fiscal_appropriation, FISCAL),
        (SPECIAL, funds.special_account, SPECIAL),
        (OTHER, funds.other_funds, OTHER),
    ):
        source = material.source(n, source_name)
        if name == SPECIAL and source is None and not original:
            continue
        paid = source.paid if source else None
        percent = rate(source.paid / source.budget * 100) if source and source.budget else None
        rows.append(FundsRow(name, original, paid, percent, None))
    return rows


def _headings(months: str) -> tuple[Row, ...]:
    single = ("一级指标", "二级指标", "三级指标", "年度指标值", f"{months}执行情况", "全年预计完成情况")
    upper = (
        *(heading(text, rows=2) for text in single), heading("偏差原因分析", 6), heading("完成目标可能性", 3),
        heading("备注", rows=2),
    )  # fmt: skip
    lower = tuple(heading(text) for text in (*CAUSES, "原因说明", *(p.value for p in Likelihood)))
    return Row(upper, 26), Row(lower, 46)


def _indicators(lines: Sequence[Line]) -> list[Row]:
    first = level_boxes([(line.level1,) for line in lines])
    second = level_boxes([(line.level1, line.level2) for line in lines])
    return [
        Row((
            *(box for box in levels if box), Box(line.name),
            *(short_centred(text) for text in (line.target, line.actual, line.forecast)),
            *(_ticked(word in line.deviation_causes) for word in CAUSES), Box(line.variance_reason),
            *(_ticked(word is line.likelihood) for word in Likelihood), Box(line.remark),
        ))
        for line, *levels in zip(lines, first, second, strict=True)
    ]  # fmt: skip


def _ticked(holds: bool) -> Box:
    return centred(TICK if holds else None)

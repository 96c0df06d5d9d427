"""The overview: the official table with its actual values, worst first, every figure opening to the rows behind it."""

from __future__ import annotations

import base64
import datetime
import hashlib
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from hengji.forms.html import Html, both, el, joined
from hengji.forms.text import one_line
from hengji.model.binding import Actual, ActualStatus
from hengji.model.execution import Execution
from hengji.model.table import TargetTable


class ShownRow(NamedTuple):
    """A row behind a figure: its key, why it does not count ("" where it does), its shares, and where it comes from."""

    key: str
    excluded: str
    numerator: str
    denominator: str
    register: str
    source: str
    line: int | None
    digest: str
    late: bool


class ShownPart(NamedTuple):
    """One measure of a figure with its first rows; `total` counts all of them."""

    label: str
    measure: str
    numerator: Fraction | None
    denominator: Fraction | None
    cases: int
    excluded: tuple[tuple[str, int], ...]
    rows: tuple[ShownRow, ...]
    total: int


class Shown(NamedTuple):
    """An actual value with the parts that it unfolds to."""

    actual: Actual
    parts: tuple[ShownPart, ...]


_ORDER = {"not_met": 0, "undecidable": 1, None: 2, "met": 3}
_VERDICTS = {
    "met": ("达到", "met"), "not_met": ("未达到", "not met"), "undecidable": ("不能判定", "undecidable"),
    None: ("无判定", "no verdict"),
}  # fmt: skip


def overview(
    table: TargetTable, shown: Sequence[Shown], money: Sequence[Execution], as_of: datetime.date, *, engine: str,
    simulated: bool,
) -> bytes:  # fmt: skip
    """The page as UTF-8 html; it needs no script, fetches nothing, and may be printed.

    Args:
        table: the table in force.
        shown: one for each indicator of the table, in its order.
        money: the execution of each project's budget, in the table's unit.
        as_of: the last day that counts.
        engine: what the records were read with.
        simulated: whether any record is a generated one; the page then says so.
    """
    actuals = [s.actual for s in shown]
    notice = both("模拟数据：记录是生成的，不是真实情况", "Simulated data: the records are generated, not real")
    body = el(
        "body",
        el("p", notice, class_="sim") if simulated else None,
        el("h1", both("绩效指标实际完成值一览", "Actual values of the performance indicators")),
        el("p", one_line(" · ".join(t for t in (table.department, f"{as_of}", engine) if t))),
        _tiles(actuals),
        _worst(table, actuals),
        _money(table, money),
        *(_project(n, table, shown) for n in range(len(table.projects))),
    )
    style = files("hengji.forms").joinpath("overview.css").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", http_equiv="Content-Security-Policy", content=policy),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("title", one_line(f"实际完成值一览 {table.department or table.source.file} {as_of}")),
        el("style", Html(style)),
    )
    return joined((Html("<!DOCTYPE html>\n"), el("html", head, body, lang="zh-CN"), Html("\n"))).encode("utf-8")


def _tiles(actuals: Sequence[Actual]) -> Html:
    by_status = [(s, sum(a.status is s for a in actuals)) for s in ActualStatus]
    by_verdict = [(v, sum(a.judgement == v for a in actuals)) for v in _ORDER]
    tiles = [el("div", el("b", str(len(actuals))), both("项指标", "indicators"), class_="tile")]
    tiles += [el("div", el("b", str(n)), both(s.zh, s.en), class_="tile") for s, n in by_status if n]
    tiles += [el("div", el("b", str(n)), both(*_VERDICTS[v]), class_=f"tile {v or 'none'}") for v, n in by_verdict if n]
    return el("div", *tiles, class_="tiles")


def _worst(table: TargetTable, actuals: Sequence[Actual]) -> Html | None:
    """What is not met or cannot be said, the largest gap first."""
    numbers = {p.name: n for n, p in enumerate(table.projects, 1)}
    listed = sorted((a for a in actuals if a.judgement != "met" and a.status is not ActualStatus.ATTESTED), key=_rank)
    if not listed:
        return None
    rows = [
        el("li", el("a", one_line(f"{numbers[a.project]}-{a.number} {a.name}"), href=f"#i{numbers[a.project]}-{a.number}"),
           f" {value_of(a)} ", el("em", both(*_VERDICTS[a.judgement]), class_=a.judgement or "none"), _gap(a))
        for a in listed
    ]  # fmt: skip
    return el("section", el("h2", both("先看这些", "Look at these first")), el("ol", *rows), class_="worst")


def _money(table: TargetTable, money: Sequence[Execution]) -> Html | None:
    """Budget and payments of each project; the small columns are what was paid by the end of each month."""
    if not any(m.final_budget or m.outturn for m in money):
        return None
    heads = (("项目", "project"), ("年初预算", "first budget"), ("全年预算", "budget"), ("已支付", "paid"), ("执行率", "rate"),
             ("各月累计", "by month"))  # fmt: skip
    rows = [
        el("tr", el("td", f"{n}. {one_line(m.project)}"), *(el("td", f"{v:f}", class_="r") for v in m[1:4]),
           el("td", "—" if m.rate is None else f"{m.rate:.2f}%", class_="r"), el("td", _months(m)))
        for n, m in enumerate(money, 1)
    ]  # fmt: skip
    title = el("h2", both("预算执行", "Execution of the budget"), f"（{table.money_unit or '万元'}）")
    return el("section", title, el("table", el("tr", *(el("th", both(*h)) for h in heads)), *rows, class_="money"))


def _months(one: Execution) -> Html:
    whole = max(one.final_budget, one.outturn)
    parts = []
    for month, paid in one.months:
        height = int(paid / whole * 20) if whole else 0
        parts.append(el("rect", x=(month - 1) * 8, y=20 - height, width=6, height=height, class_="bar met"))
    return el("svg", *parts, width=len(one.months) * 8, height=20, role="img", aria_label="各月累计支付")


def _rank(actual: Actual) -> tuple[int, Decimal]:
    share = Decimal(0)
    if actual.shortfall is not None and isinstance(actual.value, Decimal):
        whole = actual.value + actual.shortfall
        share = actual.shortfall / whole if whole > 0 else Decimal(1)
    return _ORDER[actual.judgement], -share


def _gap(actual: Actual) -> str:
    if actual.shortfall is None:
        return ""
    short = f"{actual.shortfall:.2f}" if actual.unit == "%" else f"{actual.shortfall:f}"
    return f" 差 {short}{actual.unit or ''}"


def value_of(actual: Actual) -> str:
    """The value with its unit, rates with two places, or the word for why there is none."""
    if actual.value is None:
        return actual.status.zh
    if isinstance(actual.value, str):
        return actual.value
    text = f"{actual.value:.2f}" if actual.unit == "%" else f"{actual.value:f}"
    return f"{text}{actual.unit or ''}"


def _project(place: int, table: TargetTable, shown: Sequence[Shown]) -> Html:
    project = table.projects[place]
    mine = [s for s in shown if s.actual.project == project.name]
    heads = (("序号", "no."), ("一级", "level 1"), ("二级", "level 2"), ("三级指标", "indicator"), ("年度指标值", "target"),
             ("实际完成值", "actual"), ("依据", "evidence"), ("判定", "verdict"))  # fmt: skip
    rows = []
    for indicator, each in zip(project.indicators, mine, strict=True):
        actual = each.actual
        name = f"i{place + 1}-{indicator.number}"
        rows.append(
            el("tbody",
               el("tr", el("td", str(indicator.number)), el("td", indicator.level1), el("td", indicator.level2),
                  el("td", indicator.name), el("td", indicator.annual_target or indicator.whole_term_target),
                  el("td", el("b", value_of(actual))), el("td", both(actual.status.zh, actual.status.en)),
                  el("td", both(*_VERDICTS[actual.judgement]), class_=actual.judgement or "none")),
               el("tr", el("td", _unfolded(each), colspan=8, class_="more")), id=name)
        )  # fmt: skip
    title = el("h2", f"{place + 1}. ", one_line(project.name), " ", _bar([s.actual for s in mine]), id=f"p{place + 1}")
    return el("section", title, el("table", el("thead", el("tr", *(el("th", both(*h)) for h in heads))), *rows))


def _bar(actuals: Sequence[Actual]) -> Html:
    """How many of a project's indicators are met, as a small bar."""
    parts, left = [], 0
    for verdict in ("met", None, "undecidable", "not_met"):
        size = sum(a.judgement == verdict for a in actuals)
        parts.append(el("rect", x=left * 8, y=0, width=size * 8, height=10, class_=f"bar {verdict or 'none'}"))
        left += size
    met = sum(a.judgement == "met" for a in actuals)
    said = el("small", f" {met}/{len(actuals)}")
    return joined((el("svg", *parts, width=left * 8, height=10, role="img", aria_label=f"{met}/{len(actuals)}"), said))


def _unfolded(shown: Shown) -> Html:
    actual = shown.actual
    lines = [el("p", both("口径：", "reading: "), actual.reading)] if actual.reading else []
    if actual.note:
        lines.append(el("p", actual.note))
    if actual.interval:
        words = both("样本少，95%置信区间", "few cases, 95 % interval")
        lines.append(el("p", words, f" {actual.interval.low}%–{actual.interval.high}%"))
    lines += [el("p", f"{_word(key)}：{value}") for key, value in actual.extras.items()]
    lines += [_part(part) for part in shown.parts]
    num, den = actual.numerator, actual.denominator
    parts = "" if num is None else f"{num:f}" if den is None else f"{num:f} ÷ {den:f}"
    return el("details", el("summary", both("展开", "unfold"), f" {actual.measure or ''} {parts}"), *lines)


def _word(key: str) -> str:
    kind, _, name = key.partition(":")
    words = {"part": "组成", "kind": "种类", "leaf": "条件", "full_cells": "次数足够的格数", "index": "综合指数",
             "index_before": "上年综合指数", "standard": "标准", "statement": "认定意见", "attachment": "附件",
             "signed_on": "签署日期", "band": "分档", "change": "同比 % ", "good_days": "优良天数", "meets": "达标 ",
             "class": "水质类别 ", "answer": "结论", "reason": "理由", "interval": "区间", "methods": "各方法",
             "raw_change": "未扣气象的同比", "weather_outside": "超出上年气象范围的天数", "held_out": "按周留出检验",
             "placebo": "安慰剂检验", "year_before": "上年对前年", "normalised": "森林归一化（只作参考） ", "method": "方法",
             "limit": "筛选限值 ", "missing": "应列未列 ", "not_checked": "没有核对的条件"}  # fmt: skip
    if kind == "leaf" and ":" in name:  # what stands beside the figure of a condition
        number, _, beside = name.partition(":")
        return f"条件{number} {_word(beside)}"
    return f"{words.get(kind, kind)}{name}"


def _part(part: ShownPart) -> Html:
    said = [both("分子", "numerator"), f" {_exact(part.numerator)} ", both("分母", "denominator"),
            f" {_exact(part.denominator)} ", both("计入", "counted"), f" {part.cases}"]  # fmt: skip
    said += [f"；不计 {reason} {n}" for reason, n in part.excluded]
    rows = [
        el("tr", el("td", r.key), el("td", f"不计：{r.excluded}" if r.excluded else r.numerator), el("td", r.denominator),
           el("td", r.register), el("td", f"{r.source} 第{r.line}行" if r.line is not None else ""),
           el("td", el("code", r.digest[:16])), el("td", "迟录" if r.late else ""), class_="out" if r.excluded else "")
        for r in part.rows
    ]  # fmt: skip
    heads = (("编号", "key"), ("计", "counts"), ("母", "of"), ("台账", "register"), ("来源", "source"), ("来源摘要", "SHA-256"),
             ("", ""))  # fmt: skip
    listed = el("table", el("tr", *(el("th", both(*h)) for h in heads)), *rows, class_="rows") if rows else None
    rest = part.total - sum(bool(r.numerator) for r in part.rows)
    more = el("p", both(f"另有 {rest} 项", f"{rest} more")) if rest > 0 and rows else None
    return el("div", el("p", el("b", f"{part.label} {part.measure}"), " ", *said), listed, more)


@cache
def _exact(value: Fraction | None) -> str:
    if value is None:
        return "—"
    if value.denominator == 1:
        return str(value)
    return format(
        (Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal("0.000001")).normalize(), "f"
    )

"""The official table on the page: heads, money, objectives and indicators, each finding under the row of its cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from hengji.forms.findings import project_of, tie_out
from hengji.forms.html import Html, both, el, joined
from hengji.forms.report_findings import CELLS, full, marks, waived_mark, worst
from hengji.forms.report_places import HEAD, NUMBER, Placed, at_rows, cell_of, row_of
from hengji.forms.text import money
from hengji.model.finding import Finding
from hengji.model.review import Waiver
from hengji.model.table import Funds, Indicator, Project, TargetTable
from hengji.model.target import Checkable, TargetReading
from hengji.targets import sentence

_CHECKABLE = {
    Checkable.YES: ("可核查", "checkable"),
    Checkable.PARTLY: ("部分可核查", "partly checkable"),
    Checkable.NO: ("不可核查", "not checkable"),
}
_MONEY = ("total", "fiscal_appropriation", "special_account", "other_funds")
_EXECUTION = {
    "original_budget": ("年初预算", "original budget"),
    "final_budget": ("全年预算", "final budget"),
    "outturn": ("全年执行数", "outturn"),
    "execution_rate": ("执行率", "execution rate"),
    "max_points": ("分值", "points"),
    "points": ("得分", "points given"),
}
_COLUMNS = (
    NUMBER, "level1", "level2", "name", "whole_term_target", "annual_target", "actual", "max_points", "points",
    "variance_reason", "remark",
)  # fmt: skip
_ALWAYS = frozenset((NUMBER, "level1", "level2", "name", "annual_target"))
_HEADINGS = {**CELLS, NUMBER: ("序号", "no.")}


class Waived(NamedTuple):
    """A finding that a person let stand, by the number under which the page lists it."""

    number: int
    finding: Finding
    waiver: Waiver


def official_table(
    table: TargetTable,
    found: Sequence[Placed],
    readings: Sequence[Sequence[TargetReading]],
    waived: Sequence[Waived],
) -> Html:
    """The whole table; `readings` has the reading of each annual target, project by project."""
    rows = at_rows(found)
    let_stand: dict[tuple[int, int], list[Waived]] = {}
    for each in waived:
        project = project_of(each.finding, table)
        at = (each.finding.project or 0, row_of(each.finding, project)) if project else (0, 0)
        let_stand.setdefault(at, []).append(each)
    shown = [f for f in _COLUMNS if f in _ALWAYS or any(getattr(i, f) for p in table.projects for i in p.indicators)]
    return joined((
        _whole(table, rows.get((0, 0), ()), let_stand.get((0, 0), ())),
        *(
            _project(n, project, table, read, rows, let_stand, shown)
            for n, (project, read) in enumerate(zip(table.projects, readings, strict=True), 1)
        ),
    ))  # fmt: skip


def _whole(table: TargetTable, found: Sequence[Placed], waived: Sequence[Waived]) -> Html:
    department = el("p", both("部门名称", "department"), "：", table.department) if table.department else None
    year = el("p", both("年度", "year"), "：", str(table.fiscal_year)) if table.fiscal_year else None
    unit = el("p", both("单位", "unit"), "：", table.money_unit) if table.money_unit else None
    _, tied = tie_out(table)
    totals = table.printed_totals
    funds = _funds(totals, both("合计", "total of all projects"), None, (), both("核对", "tie-out"), tied)
    return el(
        "section",
        el("h2", table.title or "项目支出绩效目标表"),
        el("div", department, year, unit, class_="under"),
        el("div", funds, class_="head"),
        _below(found, waived),
        class_="p", id="p0", data_p="0",
    )  # fmt: skip


def _project(
    n: int, project: Project, table: TargetTable, readings: Sequence[TargetReading],
    rows: Mapping[tuple[int, int], Sequence[Placed]], let_stand: Mapping[tuple[int, int], Sequence[Waived]],
    shown: Sequence[str],
) -> Html:  # fmt: skip
    found = rows.get((n, 0), ())
    name = el("b", f"{n}. {project.name}", class_="nm")
    details = [el("span", both(*label), "：", text) for label, text in _details(project, table) if text]
    title = joined((name, el("div", *details, class_="by") if details else None, marks(found, HEAD)))
    objectives = [
        (field, text)
        for field, text in (
            ("whole_term_objective", project.whole_term_objective), ("objective", project.objective),
        )
        if text or field == "objective"
    ]  # fmt: skip
    funds = _funds(project.funds, title, worst(found, HEAD) or None, found)
    aims = el(
        "table",
        *(
            el("tr", el("th", both(*CELLS[field]), scope="row"),
               el("td", text, marks(found, field), class_=worst(found, field)))
            for field, text in objectives
        ),
        class_="aim",
    )  # fmt: skip
    heads = el("tr", *(el("th", both(*_HEADINGS[f]), scope="col") for f in shown))
    widths = el("colgroup", *(el("col", class_=f"c-{f[:2]}") for f in shown))
    caption = el("tr", el("th", f"{n}. {project.name}", colspan=len(shown), scope="colgroup"), class_="cap")
    bodies = (
        _indicator(f"i{n}-{row}", indicator, reading, rows.get((n, row), ()), let_stand.get((n, row), ()), shown)
        for row, (indicator, reading) in enumerate(zip(project.indicators, readings, strict=True), 1)
    )
    return el(
        "section",
        el("div", funds, aims, class_="head"),
        _below(found, let_stand.get((n, 0), ())),
        el("table", widths, el("thead", caption, heads), *bodies, class_="ind"),
        class_="p", id=f"p{n}", data_p=n,
    )  # fmt: skip


def _details(project: Project, table: TargetTable) -> Iterator[tuple[tuple[str, str], str | None]]:
    """What a project's head has beside name, money and objective, as (label zh and en, text)."""
    yield ("项目代码", "code"), project.code
    yield ("资金使用单位", "fund user"), project.fund_user if project.fund_user != table.department else None
    yield ("主管部门", "supervising department"), project.supervising_department
    yield ("单位", "unit"), project.money_unit if project.money_unit != table.money_unit else None
    for field, label in _EXECUTION.items():
        yield label, money(getattr(project.funds, field))
    if project.funds == Funds():
        for line in project.printed_funds:
            yield (line.label, line.label), " ".join(line.values)
    yield ("目标完成情况", "objective reached"), project.objective_actual
    yield ("总分", "total points"), project.total_points


def _funds(
    funds: Funds, title: Html, severity: str | None, found: Sequence[Placed], more: Html | None = None, said: str = ""
) -> Html:
    """One line of money under its headings; further columns only where there is money in them."""
    fields = [*_MONEY, *(f for f in ("carry_over",) if getattr(funds, f) is not None)]
    labels: list[Html] = [both("项目名称", "project"), *(both(*CELLS[f]) for f in fields)]
    cells = [el("td", title, class_=severity)]
    for field in fields:
        amount: Decimal | None = getattr(funds, field)
        cells.append(el("td", money(amount), marks(found, field), class_=f"r {worst(found, field)}".rstrip()))
    if more is not None:
        labels, cells = [*labels, more], [*cells, el("td", said)]
    return el(
        "table",
        el("thead", el("tr", *(el("th", label, scope="col") for label in labels))),
        el("tbody", el("tr", *cells)),
        class_="fund",
    )


def _indicator(
    anchor: str, indicator: Indicator, reading: TargetReading,
    found: Sequence[Placed], waived: Sequence[Waived], shown: Sequence[str],
) -> Html:  # fmt: skip
    cells = []
    for field in shown:
        inside: list[Html | None] = [_value(indicator, field)]
        if field == "annual_target":
            inside.append(_reading(reading, indicator.name))
        inside.append(marks(found, field))
        inside.append(_let_stand([w for w in waived if cell_of(w.finding.place, indicator) == field]))
        cells.append(el("td", *inside, class_=f"c-{field[:2]} {worst(found, field)}".rstrip()))
    below = el("tr", el("td", full(found), colspan=len(shown)), class_="d") if found else None
    return el("tbody", el("tr", *cells), below, id=anchor)


def _value(indicator: Indicator, field: str) -> Html:
    if field == NUMBER:
        return el("span", str(indicator.number))
    text: str | None = getattr(indicator, field)
    if field == "level2" and indicator.code:
        return joined((el("span", indicator.code, class_="code"), " ", el("span", text)))
    if field == "annual_target" and indicator.confidence != "high":
        note = el("small", both("读取时没有把握，请对照原件", "read with doubt, compare with the document"))
        return joined((el("span", text, class_="t"), note))
    return el("span", text, class_="t")


def _reading(reading: TargetReading, name: str) -> Html:
    """How the value is read, in words, and whether records can decide it."""
    zh, en = sentence(reading, name)
    how = both(*_CHECKABLE[reading.checkable])
    return el(
        "div",
        el("i", how, class_=f"q {reading.checkable.value}"),
        el("span", zh, lang="zh"), el("span", en, lang="en"),
        class_="rd",
    )  # fmt: skip


def _below(found: Sequence[Placed], waived: Sequence[Waived]) -> Html | None:
    if not found and not waived:
        return None
    return el("div", full(found), _let_stand(waived), class_="d")


def _let_stand(waived: Sequence[Waived]) -> Html | None:
    if not waived:
        return None
    return el("div", *(waived_mark(w.number, w.finding.code, w.waiver) for w in waived), class_="ks")

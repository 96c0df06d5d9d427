"""The official form of a project's self-evaluation (项目支出绩效自评表) as docx."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from hengji.forms.evaluation_account import account_pages
from hengji.forms.evaluation_material import Material, earned, objective_actual, points, rate, shown, whole_points
from hengji.forms.levels import down
from hengji.forms.self_evaluation import FUNDS, INDICATORS, NONE, SIGNATURES, TITLE, funds_rows
from hengji.forms.word import Paper
from hengji.forms.word_content import Cell, Row, Run, cell, label, said
from hengji.model.evaluation import Line, ProjectEvaluation
from hengji.model.table import Project

# A grid that the head, the money and the objective share, and the columns of the indicators.
_HEAD = (17, 31, 21, 21, 21, 13, 18, 20)
_WIDTHS = (16, 16, 28, 27, 21, 17, 17, 20)


def self_evaluation_paper(material: Material, n: int) -> bytes:
    """The self-evaluation of the n-th project (from 1) as docx: the official form, and the account of it behind.

    The indicators are a table of their own right under the head, because only the first rows of a table are repeated
    on each page.

    Raises:
        IndexError: the table has no such project.
    Source: 财预〔2020〕10号, annexed form; its wording is not checked.
    """
    project, one = material.of(n)
    footer = one.name if len(one.name) <= 40 else f"{one.name[:39]}…"
    paper = Paper(f"{TITLE} {one.name}", footer, material.header(one))
    paper.title(TITLE, material.year)
    paper.table("项目基本情况、项目资金和年度总体目标", _HEAD, _head(material, project, one, n), size=9)
    paper.table("绩效指标", _WIDTHS, [*_headings(), *_indicators(one.lines), _total(one)], size=9)
    paper.table("签字和盖章", (81, 81), _signatures(), size=9)
    account_pages(paper, material, n)
    return paper.bytes()


def _head(material: Material, project: Project, one: ProjectEvaluation, n: int) -> list[Row]:
    department = project.supervising_department or material.table.department or ""
    rows = [
        Row((label("项目名称"), cell(one.name, columns=7, middle=True)), least=7),
        Row((label("主管部门"), cell(department, columns=3, middle=True), label("实施单位"),
             cell(project.fund_user or "", columns=3, middle=True)), least=7),
        Row((_block(f"项目资金（{material.unit(project)}）", "first"), label(""), *map(label, FUNDS))),
    ]  # fmt: skip
    for k, line in enumerate(funds_rows(material, n)):
        money = one.execution
        given = (
            (NONE, NONE, NONE) if k else (_two(money.max_points), rate(money.execution_rate) or "", _two(money.points))
        )
        rows.append(Row((
            _block("", "on"), cell(line.label, middle=True),
            *(cell(_money(a), align="right", middle=True) for a in line.amounts),
            *(cell(text, align="center", middle=True) for text in given),
        ), least=6.5))  # fmt: skip
    rows.append(Row((_block("年度总体目标", "first"), label("预期目标", 3), label("实际完成情况", 4))))
    halves = (cell(one.objective or project.objective or "", columns=3), cell(objective_actual(one), columns=4))
    rows.append(Row((_block("", "on"), *halves), least=20, whole=False))
    return rows


def _block(text: str, where: str) -> Cell:
    return Cell(label(text).paragraphs, down=where, shade="F2F2F2", middle=True)


def _headings() -> list[Row]:
    return [Row((label("绩效指标", len(_WIDTHS)),), head=True), Row(tuple(label(t) for t in INDICATORS), head=True)]


def _indicators(lines: Sequence[Line]) -> list[Row]:
    first = down([(line.level1,) for line in lines])
    second = down([(line.level1, line.level2) for line in lines])
    return [
        Row((
            _level(line.level1, one), _level(line.level2, two),
            cell(line.name, middle=True),
            *(cell(t or "", middle=True, align="center" if len(t or "") <= 10 else None) for t in (line.target, line.actual)),
            cell(_two(line.max_points), align="center", middle=True),
            cell(_earned(line), align="center", middle=True),
            cell(line.variance_reason or "", middle=True),
        ), least=7)
        for line, one, two in zip(lines, first, second, strict=True)
    ]  # fmt: skip


def _level(name: str | None, where: str | None) -> Cell:
    return Cell((said("" if where == "on" else name or "", align="center"),), down=where, middle=True)


def _total(one: ProjectEvaluation) -> Row:
    figures = (f"{points(whole_points(one)):f}", _two(one.total_points))
    return Row((
        label("总分", 5), *(cell(Run(t, bold=True), align="center", middle=True) for t in figures), cell(""),
    ), least=7)  # fmt: skip


def _signatures() -> list[Row]:
    """On one page, so that nobody seals an empty sheet."""
    return [
        Row((cell(said(SIGNATURES[0], keep=True)), cell(said(SIGNATURES[1], keep=True))), least=11),
        Row((cell(SIGNATURES[2]), cell(SIGNATURES[3])), least=28),
    ]


def _earned(line: Line) -> str:
    given = earned(line)
    return f"{given:f}" if isinstance(given, Decimal) else given or ""


def _two(number: Decimal | None) -> str:
    given = points(number)
    return "" if given is None else f"{given:f}"


def _money(amount: Decimal | None) -> str:
    given = shown(amount)
    return "" if given is None else f"{given:,f}"

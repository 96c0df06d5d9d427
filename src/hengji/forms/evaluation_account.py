"""口径说明: by which pack and law an evaluation was made, what of it is not verified, how each figure was read.

It stands behind a form, on a sheet or a page of its own: nothing of it belongs into the cells of an official form.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from xlsxwriter import Workbook

from hengji.forms.evaluation_material import SIMULATED, STAGES, Material, as_of_zh, cited, grade_zh, inputs_of
from hengji.forms.findings import checked
from hengji.forms.sheet import HEI, Page, rows_for
from hengji.forms.word import Paper
from hengji.forms.word_content import Row, cell, heads
from hengji.model.evaluation import Line, ProjectEvaluation, Working
from hengji.model.finding import Citation

TITLE = "口径说明"
LAWS = ("文件", "名称", "条目", "核对情况")
FIGURES = ("序号", "指标", "计量口径和采用的读法", "没有采用的读法", "分子", "分母", "记录数", "得分算法")
_WIDTHS = (5.0, 18.0, 40.0, 22.0, 10.0, 10.0, 8.0, 27.0)
_UNVERIFIED = (
    "标明“出处待核”的规定尚未与正式文本逐字核对，报送前请核对文号和条文；没有文号的是通行做法。"
    "表内各格只填数据，不带此类标记。"
)


class Figure(NamedTuple):
    """How one line was read and scored, in words, in the order of the headings."""

    number: str
    name: str
    reading: str
    alternatives: str
    numerator: str
    denominator: str
    rows: str
    formula: str


def account_sheet(book: Workbook, material: Material, n: int | None = None) -> None:
    """The account of the n-th project, or of the whole table without the figures of its lines, as a further sheet."""
    page = Page(book, TITLE, _WIDTHS, 9)
    last = len(_WIDTHS)
    page.put(0, 0, TITLE, columns=last, border=0, align="center", font_name=HEI, font_size=16)
    page.height(0, 30)
    row = 1
    for text in sentences(material, n):
        page.put(row, 0, text, columns=last, border=0)
        page.height(row, page.needed(text, 0, last))
        row += 1
    heading = row
    for first, wide, label in ((0, 2, LAWS[0]), (2, 1, LAWS[1]), (3, 3, LAWS[2]), (6, 2, LAWS[3])):
        page.put(row, first, label, columns=wide, align="center", bold=True, bg_color="#EDEDED")
    for law in law_rows(material, n):
        row += 1
        texts = list(zip(((0, 2), (2, 1), (3, 3), (6, 2)), law, strict=True))
        for (first, wide), text in texts:
            page.put(row, first, text, columns=wide)
        page.height(row, max(page.needed(text, first, wide) for (first, wide), text in texts))
    row += 2
    if n is not None:
        heading = row
        row = _figures(page, row, list(figures(material, n)))
    page.printed(landscape=True, repeat=(heading, heading), footer=TITLE, last_row=row - 1, header=material.header())


def account_pages(paper: Paper, material: Material, n: int | None = None) -> None:
    """The same on a new page of a document."""
    paper.page()
    paper.heading(TITLE)
    for text in sentences(material, n):
        paper.text(text, size=10.5)
    rows = [heads(*LAWS), *(Row(tuple(map(cell, law))) for law in law_rows(material, n))]
    paper.table("依据一览", (36, 58, 46, 22), rows, size=9)
    if n is not None:
        rows = [heads(*FIGURES)]
        rows += [Row(tuple(cell(text) for text in figure), whole=False) for figure in figures(material, n)]
        paper.table("各项指标的口径", (9, 24, 42, 22, 14, 14, 13, 24), rows, size=8)


def laws(material: Material, n: int | None) -> list[Citation]:
    """What the figures rest on; of one project only what bears on it."""
    if n is None:
        return cited(material.evaluation)
    _, one = material.of(n)
    own = {c for w in _steps(one) for c in w.cites}
    return [c for c in cited(material.evaluation) if c in own or c in material.evaluation.unverified]


def law_rows(material: Material, n: int | None) -> list[tuple[str, str, str, str]]:
    """The same in words, in the order of the headings."""
    return [(c.document or "—", c.title, c.topic, checked(c)) for c in laws(material, n)]


def figures(material: Material, n: int) -> Iterator[Figure]:
    """How each line of a project was read and scored."""
    _, one = material.of(n)
    for line in one.lines:
        origin, inputs = material.origin(n, line), inputs_of(line)
        measure = origin.measure or inputs.get("口径", "")
        reading = "：".join(t for t in (measure, origin.reading) if t)
        yield Figure(
            str(line.number), line.name, reading or "—", "；".join(origin.alternatives), inputs.get("分子", ""),
            inputs.get("分母", ""), inputs.get("记录数", ""), _formula(line),
        )  # fmt: skip


def _steps(one: ProjectEvaluation) -> list[Working]:
    return [*one.workings, *one.execution.workings, *(w for line in one.lines for w in line.workings)]


def _formula(line: Line) -> str:
    return "；".join(f"{w.formula} = {w.result}" for w in line.workings)


def sentences(material: Material, n: int | None) -> list[str]:
    """What the account says before its tables."""
    evaluation = material.evaluation
    said = [
        f"{STAGES[evaluation.stage]}，{as_of_zh(evaluation.as_of)}。规则包：{material.pack}（{evaluation.pack}）。",
        f"输入摘要：{evaluation.inputs_digest}。" + (f"冻结文件：{material.frozen}。" if material.frozen else ""),
    ]
    if evaluation.simulated:
        said.insert(0, f"{SIMULATED}：记录由程序生成，不是真实情况，仅供试用，不得报送。")
    if n is not None:
        one = material.of(n)[1]
        if one.total_points is not None:
            said.append(f"总分 {one.total_points:f}，评价等级：{grade_zh(one.grade)}。")
        said += [f"{w.step}：{w.formula}（{'，'.join(f'{k} {v}' for k, v in w.inputs.items())}）= {w.result}。"
                 for w in (*one.workings[:1], *one.execution.workings, *one.workings[1:])]  # fmt: skip
        said += _unrounded(material, one)
    return [*said, _UNVERIFIED]


def _unrounded(material: Material, one: ProjectEvaluation) -> list[str]:
    """The amounts of which the form shows fewer places than they have."""
    money = one.execution
    amounts = (
        ("年初预算", money.original_budget),
        ("全年预算", money.final_budget),
        ("执行数", money.outturn),
        ("预计执行数", money.forecast),
    )
    exact = [f"{name} {a:f}" for name, a in amounts if a is not None and a != material.money_shown(a)]
    return [f"表内金额按两位小数填列，未经取舍的数：{'，'.join(exact)}。"] if exact else []


def _figures(page: Page, row: int, found: Sequence[Figure]) -> int:
    for column, label in enumerate(FIGURES):
        page.put(row, column, label, align="center", bold=True, bg_color="#EDEDED")
    page.height(row, 26)
    row += 1
    for figure in found:
        high = max(page.needed(text, column) for column, text in enumerate(figure))
        rows = rows_for(high)
        for column, text in enumerate(figure):
            page.put(row, column, text, rows=rows, align="center" if column == 0 else "left", valign="top")
        for r in range(row, row + rows):
            page.height(r, high / rows)
        row += rows
    return row

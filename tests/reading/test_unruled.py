"""PDF tables without lines down: columns by the white between them, rows by their cells, merged levels by their place."""

from __future__ import annotations

import pytest
from tests.reading.pdf_maker import Leaf, made

from hengji.model.table import Status, TargetTable
from hengji.reading import read

HEADINGS = ["一级指标", "二级指标", "三级指标", "指标值"]
ROWS = [
    ("产出指标", "数量指标", "修剪行道树", "≥3200株"),
    ("产出指标", "数量指标", "补植灌木与地被植物面积及其养护", "1.2万平方米"),
    ("产出指标", "质量指标", "苗木成活率", "≥95%，其中主干道两侧≥98%"),
    ("效益指标", "生态效益指标", "绿地景观", "明显改善"),
    ("满意度指标", "服务对象满意度指标", "居民满意度", "≥90%"),
]
WIDTHS, SIZE, PITCH = (60, 74, 94, 94), 10, 14
LEFTS = [40, 110, 194, 298]


def wrapped(text: str, width: float) -> list[str]:
    fits = int(width // SIZE)
    return [text[k : k + fits] for k in range(0, len(text), fits)]


def page(
    rows: list[tuple[str, ...]] = ROWS, *, middle: bool = True, pad: float = 4, merged: bool = True, across: bool = False,
    head: bool = True, headings: bool = True, top: float = 60,
) -> Leaf:  # fmt: skip
    """A form without lines down; `pad` is the white above and below a cell, `across` draws lines between rows."""
    leaf = Leaf()
    y = top
    if head:
        for label, content in (("项目名称", "行道树修剪"), ("年度目标", "年内修剪行道树，改善绿地景观。")):
            leaf.texts += [(40, y, SIZE, label), (110, y, SIZE, content)]
            y += PITCH + 2 * pad
    if headings:
        leaf.texts += [(x, y, SIZE, t) for x, t in zip(LEFTS, HEADINGS, strict=True)]
        y += PITCH + 2 * pad
    bounds = [y]
    for row in rows:
        lines = max(len(wrapped(t, w)) for t, w in zip(row[2:], WIDTHS[2:], strict=True))
        alone = [len(wrapped(t, w)) for t, w in zip(row[:2], WIDTHS[:2], strict=True)]
        bounds.append(bounds[-1] + max(lines, *alone) * PITCH + 2 * pad)

    def put(c: int, first: int, stop: int) -> None:
        lines = wrapped(rows[first][c], WIDTHS[c])
        low, high = bounds[first], bounds[stop]
        at = (low + high - len(lines) * PITCH) / 2 if middle else low + pad
        leaf.texts.extend((LEFTS[c], at + 10 + PITCH * n, SIZE, line) for n, line in enumerate(lines))
        if across:
            leaf.rule(LEFTS[c] - 4, low, LEFTS[c] + WIDTHS[c] + 6, low)
            leaf.rule(LEFTS[c] - 4, high, LEFTS[c] + WIDTHS[c] + 6, high)

    for c in range(4):
        first = 0
        for r in range(1, len(rows) + 1):
            if r == len(rows) or not merged or c > 1 or rows[r][: c + 1] != rows[first][: c + 1]:
                put(c, first, r)
                first = r
    return leaf


def of(*leaves: Leaf) -> TargetTable:
    return read(made(leaves), "a.pdf")


def told(table: TargetTable) -> list[tuple[str | None, ...]]:
    return [(i.level1, i.level2, i.name, i.annual_target) for p in table.projects for i in p.indicators]


@pytest.mark.parametrize("middle", [True, False])
@pytest.mark.parametrize("pad", [0, 1, 6])
@pytest.mark.parametrize("merged", [True, False])
@pytest.mark.parametrize("across", [True, False])
def test_a_form_without_lines_down_is_read_wholly(middle: bool, pad: float, merged: bool, across: bool) -> None:
    table = of(page(middle=middle, pad=pad, merged=merged, across=across))
    assert told(table) == ROWS
    assert table.status is Status.READ
    (project,) = table.projects
    assert (project.name, project.objective) == ("行道树修剪", "年内修剪行道树，改善绿地景观。")


def test_rows_go_on_over_the_page_with_the_headings_repeated_or_not() -> None:
    for headings in (True, False):
        table = of(page(ROWS[:3]), page(ROWS[3:], head=False, headings=headings))
        assert told(table) == ROWS


def test_a_merged_level_counts_for_its_rows_on_the_next_page() -> None:
    last = [("产出指标", "质量指标", "病虫害防治率", "≥92%"), *ROWS[3:]]
    leaf = page(last, head=False, headings=False)
    leaf.texts = [t for t in leaf.texts if t[3] not in ("产出指标", "质量指标")]  # printed on the page before only
    assert told(of(page(ROWS[:3]), leaf)) == [*ROWS[:3], *last]


def test_two_forms_on_two_pages_are_two_projects() -> None:
    table = of(page(), page())
    assert [len(p.indicators) for p in table.projects] == [5, 5]


def test_a_sum_below_ends_the_table_and_is_no_indicator() -> None:
    leaf = page()
    y = max(t[1] for t in leaf.texts) + 40
    leaf.texts += [(40, y, SIZE, "合计"), (298, y, SIZE, "100")]
    assert told(of(leaf)) == ROWS


def test_a_row_without_a_value_is_told_and_not_read() -> None:
    leaf = page()
    leaf.texts = [t for t in leaf.texts if t[3] != "明显改善"]
    table = of(leaf)
    assert told(table) == [r for r in ROWS if r[2] != "绿地景观"]
    assert table.status is Status.PARTLY
    assert any("绿地景观" in f.zh for f in table.findings)


def test_labels_that_cannot_be_given_to_rows_are_told_and_left_out() -> None:
    leaf = page(merged=False)
    y = max(t[1] for t in leaf.texts)
    leaf.texts += [(40, y + 20 * n, SIZE, "产出指标") for n in (1, 2)]
    table = of(leaf)
    assert {i.level1 for i in table.projects[0].indicators} == {None}
    assert table.status is Status.PARTLY

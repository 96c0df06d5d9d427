"""Rows of an office sheet taken as columns give what the same rows give one by one."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from hengji.reading import form_rows, read
from hengji.reading.form_columns import headers
from hengji.reading.grid import Grid, Merge, Reading
from hengji.reading.merged_sheet import Sheet

HEADINGS = ["项目名称", "项目编码", "预算数", "一级指标", "二级指标", "三级指标", "符号", "年度指标值", "单位", "备注"]
TEXTS = (
    ("道路养护", "河道巡查", "设计统计", "合计", "小计", "注：略", "", "—", "<b>桥</b>梁"),
    ("", "A-1", "A-2", "-"),
    ("", "12.50", "30"),
    ("产出指标", "10-效益指标", "", "/"),
    ("数量指标", "11 - 质量指标", ""),
    ("巡查次数", "合格率", "统计数", "完成情况小计", "备注：", "", "--", "数<量", "工作合计"),
    ("≥", "定性", ""),
    ("95", "有效 提升", "", "—"),
    ("%", "次", ""),
    ("", "按季", "&amp;"),
)
ROW = st.tuples(*map(st.sampled_from, TEXTS)).map(list)


@st.composite
def grids(draw: st.DrawFn) -> Grid:
    """A sheet with a title, headings, random rows and merged areas that do not overlap."""
    rows = [["表", *[""] * 9], list(HEADINGS), *draw(st.lists(ROW, min_size=1, max_size=12))]
    merges: list[Merge] = []
    taken: set[tuple[int, int]] = set()
    for _ in range(draw(st.integers(0, 5))):
        top, left = draw(st.integers(2, len(rows) - 1)), draw(st.integers(0, 9))
        bottom = min(top + draw(st.integers(0, 4)), len(rows) - 1)
        right = min(left + draw(st.sampled_from((0, 0, 0, 1, 9))), 9)
        area = {(r, c) for r in range(top, bottom + 1) for c in range(left, right + 1)}
        if len(area) < 2 or area & taken:
            continue
        taken |= area
        merges.append(Merge(top, left, bottom, right))
        for r, c in area - {(top, left)}:
            rows[r][c] = ""
    return Grid(rows, tuple(merges), sheet="表一", first_row=3, first_column=2)


def one_by_one(grid: Grid) -> Reading:
    reading, sheet = Reading([]), Sheet(grid)
    header = headers(sheet)[0]
    rows = form_rows._Rows(sheet, header.halves[0], reading)
    for r in range(header.row + 1, len(grid.rows)):
        rows.add(r)
    rows.close()
    return reading


@settings(max_examples=400)
@given(grids())
def test_columns_give_what_single_rows_give(grid: Grid) -> None:
    reading, sheet = Reading([]), Sheet(grid)
    form_rows.read_rows(sheet, headers(sheet)[0], len(grid.rows), reading)
    wanted = one_by_one(grid)
    assert reading.findings == wanted.findings
    assert reading.printed_totals == wanted.printed_totals
    for ours, theirs in zip(reading.projects, wanted.projects, strict=True):
        assert ours == theirs


def test_signs_under_the_nature_of_an_indicator_belong_to_its_target() -> None:
    text = (
        "项目名称\t行道树修剪\n一级指标\t二级指标\t三级指标\t指标性质\t指标值\t度量单位\n"
        "产出指标\t数量指标\t修剪行道树\t≥\t3200\t株\n效益指标\t生态效益指标\t绿地景观\t定性\t明显改善\t\n"
    )
    (project,) = read(text.encode(), "a.txt").projects
    assert [i.annual_target for i in project.indicators] == ["≥3200株", "明显改善"]

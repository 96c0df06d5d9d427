"""PDF: what stands on a page becomes the same table as in any other format."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.reading.pdf_maker import HEIGHT, WIDTH, Leaf, made

from hengji.model.table import Source, Status, TargetTable
from hengji.reading import Grid, read
from hengji.reading.limits import MAX_PAGES
from hengji.reading.open_pdf import open_pdf

DATA = Path(__file__).parents[1] / "data" / "pdf"
HEADS = ["一级指标", "二级指标", "三级指标", "年度指标值"]
WIDTHS = [70, 90, 160, 110]
ROWS = [
    ["产出指标", "数量指标", "巡查河道次数", "≥40次"],
    [None, None, "清理垃圾", "100吨"],
    [None, "质量指标", "清理合格率", "≥95%"],
    ["效益指标", "生态效益", "水质改善", "明显改善"],
]
EXPECTED = [
    ("产出指标", "数量指标", "巡查河道次数", "≥40次"),
    ("产出指标", "数量指标", "清理垃圾", "100吨"),
    ("产出指标", "质量指标", "清理合格率", "≥95%"),
    ("效益指标", "生态效益", "水质改善", "明显改善"),
]


def head(leaf: Leaf | None = None) -> Leaf:
    leaf = leaf or Leaf()
    leaf.texts.append((200, 60, 15, "项目支出绩效目标表"))
    leaf.table([["项目名称", "河道保洁"]], [160, 270], top=70)
    return leaf


def form(**how: bool) -> Leaf:
    return head().table([HEADS, *ROWS], WIDTHS, **how)  # type: ignore[arg-type]


def records(table: TargetTable) -> list[tuple[str | None, ...]]:
    return [(i.level1, i.level2, i.name, i.annual_target) for p in table.projects for i in p.indicators]


def grids(data: bytes) -> list[Grid]:
    return [b for b in open_pdf(data, Source("a.pdf", "", "")).blocks if isinstance(b, Grid)]


def text_of(leaf: Leaf) -> list[list[str]]:
    leaf.texts.append((200, 60, 15, "项目支出绩效目标表"))
    return grids(made([leaf]))[0].rows


@pytest.mark.parametrize("name", ["zp_ruled", "sbb_spaced"])
def test_a_form_in_an_official_layout_is_read_wholly(name: str) -> None:
    expected = json.loads((DATA / f"{name}.records.json").read_text("utf-8"))
    table = read((DATA / f"{name}.pdf").read_bytes(), f"{name}.pdf")
    assert [p.name for p in table.projects] == [expected["name"]]
    assert [p.objective for p in table.projects] == [expected["objective"]]
    found = [
        [i.level1, i.level2, i.name, i.annual_target, i.actual, i.max_points, i.points]
        for i in table.projects[0].indicators
    ]
    assert found == expected["indicators"]


@pytest.mark.parametrize(
    "how", [{}, {"filled": True}, {"double": True}, {"closed": False}], ids=["strokes", "rectangles", "double", "open"]
)
def test_lines_of_any_make_rule_the_same_cells(how: dict[str, bool]) -> None:
    table = read(made([form(**how)]), "a.pdf")
    assert table.status is Status.READ
    assert table.title == "项目支出绩效目标表"
    assert [p.name for p in table.projects] == ["河道保洁"]
    assert records(table) == EXPECTED


@pytest.mark.parametrize(
    ("turned", "way"),
    [
        (90, ""),
        (270, ""),
        (0, f"0 1 -1 0 {HEIGHT} 0"),
        (0, f"0 -1 1 0 0 {WIDTH}"),
        (180, f"-1 0 0 -1 {WIDTH} {HEIGHT}"),
    ],
    ids=["page right", "page left", "content left", "content right", "both over"],
)
def test_a_page_is_read_whatever_way_it_is_turned(turned: int, way: str) -> None:
    assert records(read(made([form()], turned=turned, way=way), "a.pdf")) == EXPECTED


def test_a_table_goes_on_over_the_page_with_its_headings_repeated_or_not() -> None:
    second = [["产出指标", "质量指标", "清理合格率", "≥95%"], ["效益指标", "生态效益", "水质改善", "明显改善"]]
    first = head().table([HEADS, *ROWS[:2]], WIDTHS)
    for rows in ([HEADS, *second], second):
        table = read(made([first, Leaf().table(rows, WIDTHS, top=40)]), "a.pdf")
        assert records(table) == EXPECTED
        assert len(table.projects) == 1


def test_a_merged_cell_over_the_page_counts_for_the_rows_on_both_pages() -> None:
    first = head().table([HEADS, *ROWS[:2]], WIDTHS)
    second = Leaf().table(
        [["", "质量指标", "清理合格率", "≥95%"], ["效益指标", "生态效益", "水质改善", "明显改善"]], WIDTHS
    )
    assert records(read(made([first, second]), "a.pdf")) == EXPECTED


def test_a_row_cut_by_the_page_is_one_row() -> None:
    long = ["产出指标", "数量指标", "巡查辖区内全部河道湖泊水库的", "≥40次"]
    first = head().table([HEADS, long], WIDTHS)
    second = Leaf().table([["", "", "次数", ""], [None, None, "清理垃圾", "100吨"]], WIDTHS, top=40)
    assert records(read(made([first, second]), "a.pdf")) == [
        ("产出指标", "数量指标", "巡查辖区内全部河道湖泊水库的次数", "≥40次"),
        ("产出指标", "数量指标", "清理垃圾", "100吨"),
    ]


def test_two_forms_on_two_pages_stay_two_projects() -> None:
    other = Leaf([(200, 60, 15, "项目支出绩效目标表")])
    other.table([["项目名称", "道路养护"]], [160, 270], top=70).table([HEADS, *ROWS], WIDTHS)
    table = read(made([form(), other]), "a.pdf")
    assert [(p.name, len(p.indicators)) for p in table.projects] == [("河道保洁", 4), ("道路养护", 4)]


def test_a_place_names_the_page_and_the_row_on_it() -> None:
    first = head().table([HEADS, *ROWS[:2]], WIDTHS)
    second = Leaf().table([HEADS, ["效益指标", "生态效益", "水质改善", "明显改善"]], WIDTHS, top=40)
    place = read(made([first, second]), "a.pdf").projects[0].indicators[-1].place
    assert (place.page, place.row, place.column, place.start) == (2, 2, 3, None)


def test_a_wrapped_line_is_joined_and_an_ended_one_keeps_its_break() -> None:
    leaf = Leaf().table([["巡查河道湖泊水库", ""], ["", ""]], [54, 100])  # five characters a line
    assert text_of(leaf)[0][0] == "巡查河道湖泊水库"
    leaf = Leaf().table([["", ""], ["", ""]], [200, 100])
    leaf.texts += [(54, 111, 10, "目标1：巡查；"), (54, 122, 10, "目标2：清理。")]
    assert text_of(leaf)[0][0] == "目标1：巡查；\n目标2：清理。"


def test_characters_set_apart_have_no_blanks_between_them_and_words_keep_theirs() -> None:
    leaf = Leaf().table([["", ""], ["", ""]], [200, 200])
    leaf.texts += [(60 + 40 * k, 111, 10, c) for k, c in enumerate("实施单位")]
    leaf.texts += [(254, 111, 10, "PM"), (272, 111, 10, "2.5")]
    assert text_of(leaf)[0] == ["实施单位", "PM 2.5"]


def test_characters_printed_twice_for_bold_count_once() -> None:
    leaf = Leaf().table([["项目名称", ""], ["", ""]], [200, 200])
    leaf.texts.append((52.3, 111, 10, "项目名称"))
    assert text_of(leaf)[0][0] == "项目名称"


def test_radicals_become_the_characters_they_look_like_and_circled_figures_stay() -> None:
    leaf = Leaf().table([["⽬标⻋辆", "①60人"], ["", ""]], [200, 200])
    assert text_of(leaf)[0] == ["目标车辆", "①60人"]


def test_text_written_across_the_page_is_kept_apart() -> None:
    leaf = form()
    leaf.across = "内部资料"
    data = made([leaf])
    assert records(read(data, "a.pdf")) == EXPECTED
    assert any(p.text == "内部资料" for p in open_pdf(data, Source("a.pdf", "", "")).furniture)


def test_text_without_ruled_lines_is_read_line_by_line() -> None:
    leaf = Leaf([(200, 60, 15, "项目支出绩效目标表"), (50, 80, 10, "项目名称"), (150, 80, 10, "河道保洁")])
    edges = [50, 150, 250, 420]
    for r, row in enumerate([HEADS, *EXPECTED]):
        leaf.texts += [(x, 100 + 20 * r, 10, text) for x, text in zip(edges, row, strict=True)]
    table = read(made([leaf]), "a.pdf")
    assert records(table) == EXPECTED
    assert "R07" in {f.code for f in table.findings}  # said, since wrapped cells may be wrong


def test_a_script_in_the_document_changes_nothing() -> None:
    assert records(read(made([form()], script="while(1);"), "a.pdf")) == EXPECTED


def test_a_picture_page_among_others_is_told_and_the_rest_read() -> None:
    picture = Leaf(raw="BI /W 1 /H 1 /BPC 8 /CS /G ID \x00 EI\n")
    table = read(made([form(), picture]), "a.pdf")
    assert table.status is Status.PARTLY
    assert [(f.code, f.place.page) for f in table.findings] == [("R12", 2)]
    assert records(table) == EXPECTED


def refused(data: bytes) -> str:
    table = read(data, "a.pdf")
    assert table.status is Status.REFUSED
    assert table.projects == ()
    assert table.source.media_type == "application/pdf"
    return f"{table.findings[0].code} {table.findings[0].zh}"


def test_a_scan_is_refused_with_the_word_for_it() -> None:
    assert refused(made([Leaf(raw="BI /W 1 /H 1 /BPC 8 /CS /G ID \x00 EI\n")])).startswith("R10 PDF 是扫描件")


def test_text_whose_characters_have_no_meaning_is_refused() -> None:
    signs = {c for row in [HEADS, *EXPECTED] for text in row for c in text}
    unicode_of = {c: chr(0xE000 + k) for k, c in enumerate(sorted(signs))}
    assert "没有对应的字符" in refused(made([form()], unicode_of=unicode_of))


def test_more_pages_than_the_limit_are_refused() -> None:
    assert refused(made([Leaf()] * (MAX_PAGES + 1))).startswith("R11")


@pytest.mark.parametrize("cut", [8, 400, 3000])
def test_a_damaged_file_is_refused_or_read_and_never_raises(cut: int) -> None:
    table = read(made([form()])[:cut], "a.pdf")
    assert table.status is Status.REFUSED or records(table) == EXPECTED


def test_an_empty_page_is_refused() -> None:
    assert refused(made([Leaf()])).startswith("R10")

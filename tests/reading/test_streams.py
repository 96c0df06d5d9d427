"""Forms of which only the order of cells is left are read: whatever parts the cells, whichever cells a row lacks."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hengji.model.finding import Severity
from hengji.model.table import Status, TableKind, TargetTable
from hengji.reading import read

HEAD = ["项目支出绩效目标表", "（2024年度）", "项目名称", "城区河道保洁项目", "主管部门", "青禾市水务局"]
COLUMNS = ["一级指标", "二级指标", "三级指标", "指标值"]
ROWS = [
    ["产出指标", "数量指标", "保洁河道长度", "≥37公里"],
    ["", "", "巡河次数", "540次"],
    ["", "质量指标", "水面洁净率", "≥95%"],
    ["", "成本指标", "每公里保洁成本", "≤2.6万元"],
    ["效益指标", "社会效益指标", "沿河环境", "明显改善"],
    ["满意度指标", "服务对象满意度指标", "居民满意度", "≥90%"],
]
READ = [
    ("产出指标", "数量指标", "保洁河道长度", "≥37公里"),
    ("产出指标", "数量指标", "巡河次数", "540次"),
    ("产出指标", "质量指标", "水面洁净率", "≥95%"),
    ("产出指标", "成本指标", "每公里保洁成本", "≤2.6万元"),
    ("效益指标", "社会效益指标", "沿河环境", "明显改善"),
    ("满意度指标", "服务对象满意度指标", "居民满意度", "≥90%"),
]


def of(text: str) -> TargetTable:
    return read(text.encode(), "form.txt")


def told(table: TargetTable) -> list[tuple[str | None, ...]]:
    return [(i.level1, i.level2, i.name, i.annual_target) for p in table.projects for i in p.indicators]


def piped(rows: list[list[str]], columns: list[str] = COLUMNS) -> str:
    """A row a line; cells of merged areas are missing, as web pages lose them."""
    pairs = [f"{a} | {b} | |||" for a, b in zip(HEAD[2::2], HEAD[3::2], strict=True)]
    lines = [" | ".join(c for c in row if c) + " | ||" for row in [columns, *rows]]
    return "\n".join([f"{HEAD[0]} | |||||", f"{HEAD[1]} | |||||", *pairs, *lines])


def one_a_line(rows: list[list[str]], end: str, columns: list[str] = COLUMNS) -> str:
    return end.join(c for row in [HEAD, columns, *rows] for c in row if c) + end


LAYOUTS = {
    "piped rows": piped(ROWS),
    "a cell a line with pipes": one_a_line(ROWS, " |\n"),
    "a cell a line with blank lines": one_a_line(ROWS, "\n\n"),
    "rows parted by single blanks": "\n".join(
        [HEAD[0], HEAD[1], " ".join(HEAD[2:4]), " ".join(HEAD[4:]), *(" ".join(c for c in r if c) for r in [COLUMNS, *ROWS])]
    ),
    "fused rows": "\n".join([HEAD[0], HEAD[1], "".join(HEAD[2:4]), "".join(HEAD[4:]), *("".join(r) for r in [COLUMNS, *ROWS])]),
    "all fused": "".join([*HEAD, "绩效指标", *COLUMNS, *(c for r in ROWS for c in r)]),
}  # fmt: skip


@pytest.mark.parametrize("text", LAYOUTS.values(), ids=LAYOUTS.keys())
def test_the_same_form_reads_the_same_whatever_parts_its_cells(text: str) -> None:
    table = of(text)
    assert table.status is Status.READ
    assert told(table) == READ
    assert not [f for f in table.findings if f.severity is not Severity.INFO]


@pytest.mark.parametrize("text", LAYOUTS.values(), ids=LAYOUTS.keys())
def test_every_field_stands_where_its_place_says(text: str) -> None:
    for indicator in of(text).projects[0].indicators:
        for field in ("name", "annual_target"):
            place = indicator.place_of(field)
            assert text[place.start : place.end] == getattr(indicator, field)


def test_the_project_and_its_year_stand_above_the_table() -> None:
    table = of(LAYOUTS["a cell a line with pipes"])
    assert (table.projects[0].name, table.projects[0].supervising_department) == ("城区河道保洁项目", "青禾市水务局")
    assert table.fiscal_year == 2024


def test_a_label_written_in_pieces_is_one_label() -> None:
    text = (
        one_a_line(ROWS, "\n\n")
        .replace("数量指标", "数\n\n量\n\n指标")
        .replace("效益指标\n\n社会", "效益\n\n指标\n\n社会")
    )
    assert told(of(text)) == READ


def test_a_label_of_two_lines_around_its_row_is_one_label() -> None:
    rows = [*ROWS[:-1], ["满意度指标", "社会公众或服务", "居民满意度", "≥90%"], ["对象满意度指标"]]
    assert told(of(one_a_line(rows, "\n\n")))[-1] == (
        "满意度指标",
        "社会公众或服务对象满意度指标",
        "居民满意度",
        "≥90%",
    )


def test_a_level_1_label_in_the_middle_of_its_rows_holds_for_all_of_them() -> None:
    rows = [["", *row[1:]] for row in ROWS]
    rows[2][0], rows[4][0], rows[5][0] = "产出指标", "效益指标", "满意度指标"
    assert told(of(piped(rows))) == READ


@pytest.mark.parametrize("order", [("sign", "value", "unit"), ("unit", "sign", "value"), ("sign", "unit", "value")])
def test_sign_value_and_unit_of_columns_of_their_own_are_one_target(order: tuple[str, ...]) -> None:
    heads = {"sign": "指标性质", "value": "指标值", "unit": "计量单位"}
    cells = [
        ("≥", "37", "公里"),
        ("=", "540", "次"),
        ("≥", "95", "%"),
        ("≤", "2.6", "万元"),
        ("定性", "明显改善", ""),
        ("≥", "90", "%"),
    ]
    parts = [dict(zip(("sign", "value", "unit"), c, strict=True)) for c in cells]
    rows = [[*row[:3], *(p[o] for o in order)] for row, p in zip(ROWS, parts, strict=True)]
    targets = ["≥37公里", "=540次", "≥95%", "≤2.6万元", "明显改善", "≥90%"]
    table = of(one_a_line(rows, " |\n", [*COLUMNS[:3], *(heads[o] for o in order)]))
    assert [i.annual_target for i in table.projects[0].indicators] == targets


@pytest.mark.parametrize("weight_first", [True, False])
def test_points_of_a_self_evaluation_are_read_before_or_behind_the_value(weight_first: bool) -> None:
    middle = ["分值", "年度指标值"] if weight_first else ["年度指标值", "分值"]
    columns = [*COLUMNS[:3], *middle, "实际完成值", "得分", "偏差原因分析及改进措施"]
    rows = []
    for row in ROWS:
        pair = ["15", row[3]] if weight_first else [row[3], "15"]
        rows.append([*row[:3], *pair, row[3].lstrip("≥≤"), "12.5", "无"])
    table = of(one_a_line(rows, " |\n", columns).replace("目标表", "自评表"))
    assert table.kind is TableKind.SELF_EVALUATION
    assert told(table) == READ
    assert {(i.max_points, i.points) for i in table.projects[0].indicators} == {("15", "12.5")}
    assert [i.actual for i in table.projects[0].indicators] == [r[3].lstrip("≥≤") for r in ROWS]


def test_two_halves_side_by_side_are_whole_term_and_year() -> None:
    columns = ["一级指标", *["二级指标", "三级指标", "指标值"] * 2]
    rows = [[row[0], row[1], row[2], "共" + row[3].lstrip("≥≤"), row[1], row[2], row[3]] for row in ROWS[:3]]
    indicators = of(piped(rows, columns)).projects[0].indicators
    assert [(i.whole_term_target, i.annual_target) for i in indicators] == [
        ("共37公里", "≥37公里"),
        ("共540次", "540次"),
        ("共95%", "≥95%"),
    ]


def test_several_forms_in_one_file_are_several_projects() -> None:
    second = LAYOUTS["piped rows"].replace("城区河道保洁项目", "水库巡查项目")
    table = of(LAYOUTS["piped rows"] + "\n" + second)
    assert [p.name for p in table.projects] == ["城区河道保洁项目", "水库巡查项目"]
    assert [len(p.indicators) for p in table.projects] == [6, 6]


def test_a_table_that_names_its_projects_in_rows_leaves_sums_of_units_out_and_says_so() -> None:
    columns = ["单位名称", "项目名称", "预算数", *COLUMNS]
    rows = [
        ["863-青禾市水务局", "", "1,200,000.00"],
        ["863001-青禾市河道管理处", "城区河道保洁项目", "800,000.00", *ROWS[0]],
        *ROWS[1:3],
    ]
    rows += [["", "水库巡查项目", "400,000.00", *ROWS[0]], *ROWS[1:3]]
    table = of("\n".join(" | ".join(c for c in row if c) + " | |" for row in [["项目绩效目标表"], columns, *rows]))
    assert [(p.name, str(p.funds.total), len(p.indicators)) for p in table.projects] == [
        ("城区河道保洁项目", "800000.00", 3), ("水库巡查项目", "400000.00", 3),
    ]  # fmt: skip
    assert [f.severity for f in table.findings] == [Severity.INFO, Severity.INFO]


def test_a_tree_of_projects_levels_and_names_is_read() -> None:
    lines = [
        "2024年项目绩效目标批复表",
        "单位：元",
        "项目",
        "指标值",
        "绩效金额",
        " 青禾市河道管理处",
        "  城区河道保洁项目",
        "800000",
    ]
    lines += [c for row in ROWS for c in row if c]
    table = of("\n\n".join(lines))
    assert told(table) == READ
    assert (table.projects[0].name, str(table.projects[0].funds.total)) == ("城区河道保洁项目", "800000")


def test_a_column_for_each_place_gives_an_indicator_a_place() -> None:
    columns = ["一级指标", "二级指标", "三级指标", "东河镇", "西河镇"]
    table = of(one_a_line([[*row, row[3]] for row in ROWS[:3]], " |\n", columns))
    assert [(i.name, i.annual_target) for i in table.projects[0].indicators[:2]] == [
        ("东河镇：保洁河道长度", "≥37公里"), ("西河镇：保洁河道长度", "≥37公里"),
    ]  # fmt: skip


def test_a_row_without_a_value_is_reported_and_the_document_is_only_partly_read() -> None:
    rows = [*ROWS, ["", "", "沿河垃圾清运量", ""]]
    table = of(one_a_line(rows, " |\n"))
    assert table.status is Status.PARTLY
    assert told(table) == READ
    assert [f.code for f in table.findings] == ["R12"]
    assert "沿河垃圾清运量" in table.findings[0].zh


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["巡查", "保洁", "监测", "培训"]), st.integers(1, 99), st.booleans()),
        min_size=1,
        max_size=12,
    )
)
def test_any_number_of_rows_comes_back_in_order(given_rows: list[tuple[str, int, bool]]) -> None:
    rows = [
        ["产出指标" if k == 0 else "", "数量指标" if k == 0 or again else "", f"{deed}次数", f"≥{n}次"]
        for k, (deed, n, again) in enumerate(given_rows)
    ]
    expected = [("产出指标", "数量指标", f"{deed}次数", f"≥{n}次") for deed, n, _ in given_rows]
    assert told(of(piped(rows))) == expected
    assert told(of(one_a_line(rows, "\n\n"))) == expected


@pytest.mark.parametrize("mark", ["第 3 页 共 9 页", "- 3 -", "－３－"])
def test_the_number_of_a_page_between_rows_is_no_cell(mark: str) -> None:
    lines = LAYOUTS["piped rows"].split("\n")
    for at in (7, 9):
        assert told(of("\n".join([*lines[:at], "", mark, "", *lines[at:]]))) == READ


def test_signs_that_take_no_room_hide_no_heading() -> None:
    text = LAYOUTS["piped rows"].replace("三级指标", "三级\u200b指标").replace("质量指标", "质量\u200b指标")
    found = [tuple(field and field.replace("\u200b", "") for field in one) for one in told(of(text))]
    assert found == READ


def test_figures_of_full_width_are_read_as_they_stand() -> None:
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    text = "\n".join(LAYOUTS["piped rows"].split("\n"))
    expected = [tuple(field and field.translate(wide) for field in one) for one in READ]
    assert told(of(text.translate(wide))) == expected

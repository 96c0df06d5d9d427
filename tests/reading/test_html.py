"""Pages as content systems make them: nested tables, spans, unclosed tags, things that only look like tags."""

from __future__ import annotations

import pytest

from hengji.model.table import Source, Status
from hengji.reading import Grid, Paragraph, read
from hengji.reading.grid import Merge
from hengji.reading.open_html import open_html

from .broken import GOOD, HEAD, ITEM


def blocks(page: str) -> list[Paragraph | Grid]:
    return open_html(page, Source("x", "", "")).blocks


def rows(page: str) -> list[list[str]]:
    (grid,) = [b for b in blocks(page) if isinstance(b, Grid)]
    return grid.rows


def page(text: str, cell: str = "<td>{}</td>", row: str = "<tr>{}</tr>", table: str = "<table>{}</table>") -> str:
    body = "".join(row.format("".join(cell.format(c) for c in line.split("\t"))) for line in text.strip().split("\n"))
    return f"<html><body>{table.format(body)}</body></html>"


@pytest.mark.parametrize(
    "shape",
    [
        {},
        {"cell": "<td>{}", "row": "<tr>{}", "table": "<table>{}"},
        {"cell": "<TD ALIGN=center>{}</TD>", "row": "<TR\n>{}</TR>"},
        {"cell": "<td><p><span style='a>b'>{}</span></p></td>"},
        {"cell": "<td>\n      {}\n   </td>", "row": "\n <tr>\n {}\n </tr>"},
        {"cell": "<td><table><tr><td>{}</td></tr></table></td>"},
        {"table": "<table><tr><td><table>{}</table></td></tr></table>"},
        {"table": "<table><thead><tbody>{}</tbody></table><script>document.write('<table><tr><td>x')</script>"},
        {"table": "<!-- <table><tr><td>old</table> --><table>{}</table><style>td:after{{content:'<td>'}}</style>"},
    ],
)
def test_the_same_table_is_read_however_the_page_is_built(shape: dict[str, str]) -> None:
    table = read(page(GOOD, **shape).encode(), "x")
    assert (table.status, [p.name for p in table.projects]) == (Status.READ, ["道路养护"])
    assert table.projects[0].indicators[0]._replace(place=None, field_places=())[:7] == (
        1, "巡查次数", "产出指标", "数量指标", "11", "≥12次", "≥12次",
    )  # fmt: skip
    assert (table.department, table.money_unit) == ("青禾市市政管理局", "万元")


def test_spans_keep_every_cell_in_its_column() -> None:
    spanned = "<table><tr><td rowspan=2>a<td colspan='2'>b<td>c</tr><tr><td>d<td>e<td>f</tr></table>"
    assert rows(spanned) == [["a", "b", "", "c"], ["", "d", "e", "f"]]
    (grid,) = blocks(spanned)
    assert isinstance(grid, Grid)
    assert grid.merges == (Merge(0, 0, 1, 0), Merge(0, 1, 0, 2))
    assert rows("<table><tr><td rowspan=9>a</td></tr></table>") == [["a"]]
    assert rows("<table><tr><td rowspan=0 colspan=0>a</td><td colspan=x>b</td></tr></table>") == [["a", "b"]]


def test_a_unit_merged_down_is_that_of_each_of_its_rows_and_an_empty_cell_is_not() -> None:
    head = "<tr><td>实施单位" + "".join(f"<td>{h}" for h in HEAD.strip().split("\t"))
    first = f"<td>道路养护<td>36<td>36<td>保障通行<td>{ITEM}"
    second = f"<td>河道清淤<td>5<td>5<td>畅通<td>{ITEM}"
    merged = read(f"<table>{head}<tr><td rowspan=2>市政处{first}<tr>{second}</table>".encode(), "x")
    assert [p.fund_user for p in merged.projects] == ["市政处", "市政处"]
    empty = read(f"<table>{head}<tr><td>市政处{first}<tr><td>{second}</table>".encode(), "x")
    assert [p.fund_user for p in empty.projects] == ["市政处", None]


def test_a_table_inside_a_cell_is_a_table_of_its_own() -> None:
    found = blocks("<table><tr><td>外<table><tr><td>1<td>2</table>尾<td>邻</table>")
    assert [b.rows for b in found if isinstance(b, Grid)] == [[["外\n尾", "邻"]], [["1", "2"]]]


@pytest.mark.parametrize(
    ("words", "seen"),
    [
        ("温度<5℃且>3℃", "温度<5℃且>3℃"),
        ("x<y&z；年度>1", "x<y&z；年度>1"),
        ("a < b", "a < b"),
        ("&ge;90&#37;&nbsp;以上&unknown;", "≥90%\xa0以上&unknown;"),
        ("前<!-- 隐去 -->后", "前后"),
        ("前<script>1</script>后", "前后"),
        ("前<!-- 没有结束", "前 没有结束"),
        ("前<script>没有结束", "前没有结束"),
        ("一<br>二<BR/>三", "一\n二\n三"),
        ("一<p>二</p>三", "一\n二\n三"),
        ("长行\n  折断 <b>重</b>点", "长行折断 重点"),
    ],
)
def test_what_only_looks_like_a_tag_is_words_and_nothing_vanishes(words: str, seen: str) -> None:
    assert rows(f"<table><tr><td>{words}</td><td>邻</td></tr></table>")[0][0].replace("</td>", "") == seen


def test_words_outside_tables_are_paragraphs_in_order() -> None:
    found = blocks("<h1>题</h1>一<div>二<p>三</div><table><tr><td>四</table>五")
    assert [b.text if isinstance(b, Paragraph) else b.rows[0][0] for b in found] == ["题", "一", "二", "三", "四", "五"]


def site_page(*, hidden_row: str = "", hidden_cell: str = "") -> bytes:
    """A page as government sites make them: tables that place things, the form of an office program inside."""
    rows = (
        "<tr><td colspan=9>项目支出绩效自评表</td></tr><tr><td colspan=9>（2023年度）</td></tr>"
        "<tr><td colspan=3>项目名称</td><td colspan=6>河道保洁服务</td></tr>"
        "<tr><td colspan=2 rowspan=2>项目资金<br>（万元）</td><td></td><td>年初预算数</td><td>全年预算数</td>"
        "<td>全年执行数</td><td>分值</td><td>执行率</td><td>得分</td></tr>"
        "<tr><td>年度资金总额</td><td>120.00</td><td>120.00</td><td>114.00</td><td>10</td><td>95.00%</td><td>9.5</td></tr>"
        "<tr><td rowspan=3>绩效指标</td><td>一级指标</td><td>二级指标</td><td>三级指标</td><td>年度指标值</td>"
        "<td>实际完成值</td><td>分值</td><td>得分</td><td>偏差原因分析及改进措施</td></tr>"
        "<tr><td>产出指标</td><td>质量指标</td><td><p class=MsoNormal><span lang=EN-US>保洁合格率<o:p></o:p></span></p></td>"
        f"<td>&ge;95%</td>{hidden_cell}<td>96.8%</td><td>40</td><td>40</td><td>&nbsp;</td></tr>{hidden_row}"
        "<tr><td>满意度指标</td><td>服务对象满意度指标</td><td>居民满意度</td><td>90%</td><td>92%</td><td>40</td><td>40</td>"
        "<td></td></tr><![if supportMisalignedColumns]><tr height=0 style='display:none'><td width=80></td></tr><![endif]>"
    )
    return (
        '<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><meta http-equiv="Content-Type" '
        'content="text/html; charset=gb2312"><title>云岭市人民政府</title><script>document.write("<table><tr><td>'
        '假的</td></tr></table>");var a=1<2;</script></head><body><table width=1000><tr><td><table><tr><td>首页</td>'
        "<td>政务公开</td></tr></table></td></tr><tr><td><table><tr><td width=200><ul><li>预决算公开</li></ul></td>"
        f"<td><h1>云岭市水务局2023年度绩效自评公开</h1><div><table border=1>{rows}</table></div></td></tr></table></td>"
        "</tr><tr><td>主办单位：云岭市人民政府办公室</td></tr></table></body></html>"
    ).encode("gbk")


SITE_ROWS = [("保洁合格率", "≥95%", "96.8%"), ("居民满意度", "90%", "92%")]


def site_rows(data: bytes) -> list[tuple[str, str | None, str | None]]:
    return [(i.name, i.annual_target, i.actual) for p in read(data, "a.html").projects for i in p.indicators]


def test_the_form_inside_the_tables_that_place_things_is_the_one_that_is_read() -> None:
    table = read(site_page(), "a.html")
    assert site_rows(site_page()) == SITE_ROWS
    assert (table.title, table.fiscal_year, table.money_unit) == ("项目支出绩效自评表", 2023, "万元")


def test_rows_and_cells_that_a_browser_does_not_show_are_left_out_and_told() -> None:
    row = '<tr style="height:0;display:none"><td>满意度指标</td><td>服务对象满意度指标</td><td>去年的指标</td><td>1%</td></tr>'
    cell = "<td style='display: none'>去年的值</td>"
    data = site_page(hidden_row=row, hidden_cell=cell)
    assert site_rows(data) == SITE_ROWS
    (told,) = [f for f in read(data, "a.html").findings if "隐藏" in f.zh]
    assert (told.code, "5处" in told.zh) == ("R12", True)

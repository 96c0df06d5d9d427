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

"""The overview of a run as one html file that needs nothing else; long lists end where the SQLite file goes on."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from importlib.resources import files
from typing import Any, NamedTuple

from hengji.dossier.bulk.compare import COMPARISONS
from hengji.dossier.bulk.tables import DATABASE
from hengji.dossier.bulk.terms import Terms
from hengji.forms.html import Html, el
from hengji.model.finding import Severity

_CSP = "default-src 'none'; style-src 'unsafe-inline'"
_ROWS = 200
_STATUS = {"read": "读出", "partly": "部分读出", "refused": "没有读取", "skipped": "不是文档，跳过"}


class _Section(NamedTuple):
    """A list of the page: the table it is from, its title, what it says, and its headings."""

    table: str
    title: str
    about: str
    headings: tuple[str, ...]


_GRADES = ("优", "良", "中", "差")
_SECTIONS = (
    _Section("findings_by_unit", "各单位的问题", "退回最多的在前。", ("单位", "有问题的文件", "退回", "提示", "说明")),
    _Section("findings_by_rule", "各规则的问题", "代码的含义：hengji explain 代码。",
             ("代码", "规则", "级别", "条数", "文件", "单位")),
    _Section("findings_by_unit_and_rule", "各单位各规则的问题", "", ("单位", "代码", "级别", "条数")),
    _Section("league", "审核等级排名",
             "按每百项指标的退回数排列，少的在前。有的项目须由人判断后才有等级，此处按最高可达的等级计数；等级是一般性项目的建议等级。",
             ("名次", "单位", "项目", "指标", "退回/百项", "提示/百项", *_GRADES, *(f"最高可达{g}" for g in _GRADES))),
    _Section("same_documents", "完全相同的文件", "逐字节相同。", ("份数", "文件", "SHA-256")),
    _Section("copied_projects", "整套照抄的项目", "指标名称和指标值全部相同，至少三项指标；跨单位、跨年度都算。逐字节相同的文件在此和以下各表只算一份。",
             ("份数", "指标", "项目", "单位数", "单位", "年度", "文件")),
    _Section("copied_indicators", "照抄的指标", "名称和指标值一字不差地出现在几个单位或几个年度；只由通用词组成的名称排在后面。",
             ("名称", "指标值", "次数", "单位数", "年度数", "文件数", "通用词")),
    _Section("different_targets", "同一指标，不同指标值", "名称归并后相同，计量单位和方向相同；中间值为居中偏低的一个。",
             ("归并名称", "计量单位", "方向", "次数", "单位数", "不同的值", "最低", "单位", "文件", "中间", "最高", "单位", "文件")),
    _Section("library", "指标库", "按归并后的名称；范例是可核查、没有退回和提示的写法中最常用的一个。",
             ("归并名称", "次数", "单位数", "二级指标", "常用名称", "常用指标值", "可核查", "方向", "中间值", "计量单位", "范例名称", "范例指标值", "范例所在")),
)  # fmt: skip
assert [s.table for s in _SECTIONS] == [c.table for c in COMPARISONS]


def overview(base: sqlite3.Connection, terms: Terms) -> bytes:
    """The page, drawn from the tables of the SQLite file."""
    style = (files("hengji.forms") / "layout.css").read_text("utf-8")
    head = el(
        "head", el("meta", charset="utf-8"), el("meta", http_equiv="Content-Security-Policy", content=_CSP),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"), el("title", "批量核查总览"),
        el("style", Html(style)),
    )  # fmt: skip
    main = el(
        "main", el("h1", "批量核查总览"),
        el("p", f"规则包 {terms.pack}；没有写明年度的文件按 {terms.on.isoformat()} 施行的规定核查。全部内容在 {DATABASE} 和各 Parquet 文件里。"),
        *_documents(base), *(part for section in _SECTIONS for part in _section(base, section)),
    )  # fmt: skip
    return f"<!DOCTYPE html>\n{el('html', head, el('body', main), lang='zh-CN')}\n".encode()


def _documents(base: sqlite3.Connection) -> Iterator[Html]:
    yield el("h2", "读了什么")
    counts = base.execute("""
        SELECT status, count(*), sum(projects), sum(indicators), sum(errors), sum(warnings) FROM documents
        GROUP BY status ORDER BY status""").fetchall()
    order = list(_STATUS)
    rows = ((_STATUS[s], *rest) for s, *rest in sorted(counts, key=lambda row: order.index(row[0])))
    yield _grid(("", "文件", "项目", "指标", "退回", "提示"), rows)
    yield el("h3", "没有读取或只读出部分的文件")
    total, rows_of = _first(base, "documents WHERE code IS NOT NULL", "status, document, code, reason_zh", "document")
    shown = [(_STATUS[status], *rest) for status, *rest in rows_of]
    yield _grid(("", "文件", "代码", "原因"), shown) if shown else el("p", "没有。")
    yield from _more(total, "documents")


def _section(base: sqlite3.Connection, section: _Section) -> Iterator[Html]:
    yield el("h2", section.title)
    total, rows = _first(base, section.table, "*", "rowid")
    if not rows:
        yield el("p", "没有。")
        return
    if section.about:
        yield el("p", section.about)
    said = {s.value: s.zh for s in Severity}
    at = section.headings.index("级别") if "级别" in section.headings else None
    yield _grid(
        section.headings,
        (tuple(said.get(c, c) if k == at else c for k, c in enumerate(row)) for row in rows),
    )
    yield from _more(total, section.table)


def _first(base: sqlite3.Connection, table: str, columns: str, order: str) -> tuple[int, list[tuple[Any, ...]]]:
    (total,) = base.execute(f"SELECT count(*) FROM {table}").fetchone()
    return total, base.execute(f"SELECT {columns} FROM {table} ORDER BY {order} LIMIT {_ROWS}").fetchall()


def _more(total: int, table: str) -> Iterator[Html]:
    if total > _ROWS:
        yield el("p", f"共 {total:,} 行，此处列出前 {_ROWS} 行，其余见 {DATABASE} 的 {table} 表。")


def _grid(headings: Iterable[str], rows: Iterable[Iterable[object]]) -> Html:
    head = el("thead", el("tr", *(el("th", text, class_="heading center", scope="col") for text in headings)))
    body = el("tbody", *(el("tr", *(el("td", _cell(cell)) for cell in row)) for row in rows))
    return el("table", head, body, class_="plain")


def _cell(cell: object) -> str:
    return "" if cell is None else f"{cell:,}" if isinstance(cell, int) and cell > 9999 else str(cell)

"""The report: the official table with its findings at their cells, as one html file that needs nothing else."""

from __future__ import annotations

import base64
import datetime
import hashlib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from hengji.forms.findings import MARKS
from hengji.forms.html import Html, both, el, joined
from hengji.forms.report_findings import ENGLISH, class_of
from hengji.forms.report_places import placed
from hengji.forms.report_summary import Titles, summary
from hengji.forms.report_table import Waived, official_table
from hengji.forms.text import one_line
from hengji.model.finding import Severity
from hengji.model.review import Review
from hengji.model.table import TargetTable
from hengji.model.target import TargetReading

# From here on a browser skips what is not on screen; below it, everything is laid out at once and jumps are exact.
_MANY = 2_000
_NO_TITLES: Titles = {}


def report(
    table: TargetTable,
    review: Review,
    readings: Sequence[Sequence[TargetReading]],
    *,
    on: datetime.date,
    pack: str | None = None,
    titles: Titles = _NO_TITLES,
) -> bytes:
    """The official table with its findings at their cells, a summary on top, as UTF-8 html.

    Works offline, fetches nothing (its content policy forbids it), and is wholly readable without JavaScript.

    Args:
        table: the table that was reviewed.
        review: its review.
        readings: `readings[p][i]` is how the annual target of that project and indicator, both from 0, is read.
        on: the date whose law the review applied.
        pack: the name of the rule pack the review applied; None leaves it unsaid.
        titles: names of the rules in Chinese and English, by code.

    Raises:
        ValueError: there is not one reading for each indicator.
        LawError: no such pack.
    """
    every = placed(table, [*table.findings, *review.findings])
    # Codes of reading begin with R, in the public contract.
    read = [p for p in every if p.finding.code.startswith("R")]
    found = [p for p in every if not p.finding.code.startswith("R")]
    waived = [Waived(n, finding, waiver) for n, (finding, waiver) in enumerate(review.waived, 1)]
    body = el(
        "body",
        el("a", both("跳到表格", "to the table"), href="#p0", class_="skip"),
        _header(table),
        summary(table, review, found, read, waived, on=on, pack=pack, titles=titles),
        _bar(table, sorted({p.finding.code for p in every}), titles),
        el("main", _legend(), official_table(table, every, readings, waived)),
        el("script", Html(_asset("report.js"))),
        class_="many" if table.indicator_count > _MANY else "",
    )
    page = joined((Html("<!DOCTYPE html>\n"), el("html", _head(table), body, lang="zh-CN"), Html("\n")))
    return page.encode("utf-8")


def _head(table: TargetTable) -> Html:
    style, script = _asset("report.css"), _asset("report.js")
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    return el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", http_equiv="Content-Security-Policy", content=policy),
        el("meta", name="referrer", content="no-referrer"),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("title", one_line(f"绩效目标审核报告 {table.department or table.source.file}")),
        el("style", Html(style)),
    )


def _header(table: TargetTable) -> Html:
    languages = (
        el("button", name, type="button", data_lang=code, aria_pressed="true" if code == "zh" else "false")
        for code, name in (("zh", "中文"), ("en", "English"), ("zh-en", "双语"))
    )
    year = f"{table.fiscal_year}年度" if table.fiscal_year else None
    proposed = both(
        "问题和等级由程序按原件提出，经审核人确认或修改后生效",
        "Findings and grades are proposals; they hold when a person has confirmed or changed them",
    )
    return el(
        "header",
        el("h1", both("绩效目标审核报告", "Review of performance targets")),
        el("p", " · ".join(t for t in (table.department or table.source.file, year) if t), " ", el("small", proposed)),
        el("div", *languages, class_="langs js", role="group", aria_label="语言 language"),
    )


def _bar(table: TargetTable, codes: Sequence[str], titles: Titles) -> Html:
    """The filters; without JavaScript they are not shown."""
    boxes = (
        el("label", el("input", type="checkbox", checked=True, data_sev=class_of(s)),
           f"{MARKS[s]}", both(s.zh, ENGLISH[s]), class_=class_of(s))
        for s in Severity
    )  # fmt: skip
    rules = (el("option", f"{c} {titles[c][0] if c in titles else ''}".rstrip(), value=c) for c in codes)
    projects = (el("option", one_line(f"{n}. {p.name}"), value=str(n)) for n, p in enumerate(table.projects, 1))
    return el(
        "form",
        *boxes,
        el("select", el("option", "全部规则 all rules", value=""), *rules, id="rule", aria_label="按规则筛选 rule"),
        el("select", el("option", "全部项目 all projects", value=""), *projects, id="project",
           aria_label="按项目筛选 project"),
        el("label", el("input", type="checkbox", id="only"), both("只看有问题的", "only with findings")),
        el("input", type="search", id="words", placeholder="查找文字 search", aria_label="查找文字 search"),
        el("button", both("全部展开", "expand all"), type="button", id="open"),
        el("button", both("全部收起", "collapse all"), type="button", id="close"),
        el("button", both("清除筛选", "clear"), type="reset"),
        el("output", "", id="said", aria_live="polite"),
        id="bar", class_="js", aria_label="筛选 filters",
    )  # fmt: skip


def _legend() -> Html:
    return el(
        "p",
        both(
            "单元格中的 ■退回 ▲提示 ○说明 是问题的位置，◇ 是同意保留的问题，点开看全文；"
            "年度指标值下面的小字是程序对这个值的读法，以及凭记录能不能核查。",
            "Marks ■ return ▲ notice ○ note stand in the cell a finding is about, ◇ is a waived one; "
            "small print under an annual target is how the value is read and whether records can decide it.",
        ),
        class_="legend",
    )


@cache
def _asset(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
    return f"sha256-{digest}"

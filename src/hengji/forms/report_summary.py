"""The summary on top of the page: what was reviewed, what was found by severity, project and rule, what was not."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence

from hengji.forms.findings import (
    MARKS,
    METHODS,
    checked,
    cited,
    counts,
    message,
    project_of,
    proposal_zh,
    subject,
    tie_out,
)
from hengji.forms.html import Html, both, el, joined
from hengji.forms.report_findings import ENGLISH, class_of, severity_words
from hengji.forms.report_places import Placed, row_of
from hengji.forms.report_table import Waived
from hengji.forms.text import day, money, shortened
from hengji.legislation import pack_named
from hengji.model.finding import Severity
from hengji.model.review import Review
from hengji.model.table import TargetTable

Titles = Mapping[str, tuple[str, str]]
_MOST_LINKS = 40  # of one rule; the filter finds the others
_NOT_A_RULE = "FORM"


def summary(
    table: TargetTable, review: Review, found: Sequence[Placed], read: Sequence[Placed], waived: Sequence[Waived],
    *, on: datetime.date, pack: str | None, titles: Titles,
) -> Html:  # fmt: skip
    """The summary. `found` are the findings of the review, `read` those of the reading, at their places."""
    return el(
        "section",
        _figures(table, found, read, waived),
        el(
            "div",
            el("div", _by_project(table, review, found), _reading(read), _missing(review), _waived(table, waived),
               _basis(table, found, waived, on, pack)),
            el("div", _by_rule(found, titles)),
            class_="two",
        ),
        id="top", class_="sum",
    )  # fmt: skip


def _figures(table: TargetTable, found: Sequence[Placed], read: Sequence[Placed], waived: Sequence[Waived]) -> Html:
    total, tied = tie_out(table)
    amount = f"{money(total)} {table.money_unit or ''}".strip() if total is not None else "—"
    number = counts(p.finding for p in found)
    tiles = [
        _tile(str(len(table.projects)), both("个项目", "projects")),
        _tile(str(table.indicator_count), both("项指标", "indicators")),
        _tile(amount, joined((both("金额合计", "total amount"), "，", tied)), "wide"),
    ]
    for severity in Severity:
        first = next((p for p in found if p.finding.severity is severity), None)
        tiles.append(_tile(f"{MARKS[severity]} {number[severity]}", both(severity.zh, ENGLISH[severity]),
                           class_of(severity), first))  # fmt: skip
    tiles.append(_tile(str(len(read)), both("读取情况", "reading"), "", href="#read"))
    tiles.append(_tile(str(len(waived)), both("同意保留", "waived"), "", href="#waived"))
    return el("div", *tiles, class_="tiles")


def _tile(figure: str, label: Html, kind: str = "", to: Placed | None = None, href: str | None = None) -> Html:
    target = f"#m{to.id}" if to else href
    inside = (el("b", figure), el("span", label))
    severity = class_of(to.finding.severity) if to else None
    return (
        el("a", *inside, href=target, class_=f"tile {kind}".rstrip(), data_sev=severity)
        if target
        else el("div", *inside, class_=f"tile {kind}".rstrip())
    )


def _table(name: str, head: Iterable[Html], rows: Iterable[Html]) -> Html:
    return el(
        "table",
        el("thead", el("tr", *(el("th", h, scope="col") for h in head))),
        el("tbody", *rows),
        class_=f"lean {name}",
    )


def _titled(anchor: str, zh: str, en: str, *inside: Html | None) -> Html:
    return joined((el("h2", both(zh, en), id=anchor), *inside))


def _by_project(table: TargetTable, review: Review, found: Sequence[Placed]) -> Html:
    every: dict[int, list[Placed]] = {}
    for p in found:
        every.setdefault(p.project, []).append(p)
    rows = []
    graded = dict(enumerate(review.projects, 1))
    for n, project in enumerate(table.projects, 1):
        number = counts(p.finding for p in every.get(n, ()))
        form = graded.get(n)
        rows.append(el(
            "tr",
            el("td", str(n), class_="m"),
            el("td", el("a", project.name, href=f"#p{n}")),
            el("td", money(project.funds.total), class_="r"),
            el("td", str(len(project.indicators)), class_="r"),
            *(el("td", str(number[s] or ""), class_=f"r n{class_of(s)}") for s in Severity),
            el("td", proposal_zh(form, review.method) if form else "—", class_="m"),
        ))  # fmt: skip
    whole = counts(p.finding for p in every.get(0, ()))
    if whole.total():
        label = el("a", both("涉及全表", "whole table"), href="#p0")
        rows.append(_sums(label, "", "", [whole[s] for s in Severity]))
    total, _ = tie_out(table)
    all_ = counts(p.finding for p in found)
    rows.append(_sums(both("合计", "total"), money(total), str(table.indicator_count), [all_[s] for s in Severity]))
    unit = f"（{table.money_unit}）" if table.money_unit else ""
    head = [
        both("序号", "no."), both("项目", "project"), both(f"金额{unit}", "amount"), both("指标", "indicators"),
        *(severity_words(s) for s in Severity),
        joined((both("建议等级", "proposed grade"), el("small", METHODS[review.method]))),
    ]  # fmt: skip
    return _titled("projects", "按项目", "by project", _table("byp", head, rows))


def _sums(label: Html, amount: str, indicators: str, numbers: Sequence[int]) -> Html:
    cells = [el("td", str(n or ""), class_="r") for n in numbers]
    return el("tr", el("td"), el("td", label), el("td", amount, class_="r"), el("td", indicators, class_="r"), *cells,
              el("td"), class_="sums")  # fmt: skip


def _by_rule(found: Sequence[Placed], titles: Titles) -> Html:
    every: dict[str, list[Placed]] = {}
    for p in sorted(found, key=lambda p: p.finding.code):
        every.setdefault(p.finding.code, []).append(p)
    rows = []
    for code, mine in every.items():
        number = counts(p.finding for p in mine)
        zh, en = titles.get(code) or (shortened(message(mine[0].finding).seen, 24), "")
        links: list[Html | str] = []
        for p in mine[:_MOST_LINKS]:
            links += [el("a", where(p), href=f"#m{p.id}"), " "]
        if len(mine) > _MOST_LINKS:
            links.append("…")
        rows.append(el(
            "tr",
            el("td", el("a", code, href=f"#m{mine[0].id}", data_rule=code)),
            el("td", both(zh, en) if en else zh, el("span", *links, class_="at")),
            *(el("td", str(number[s] or ""), class_=f"r n{class_of(s)}") for s in Severity),
        ))  # fmt: skip
    head = [
        both("代码", "code"),
        both("规则和位置（项目-指标序号）", "rule and places (project-indicator)"),
        *(severity_words(s) for s in Severity),
    ]
    return _titled("rules", "按规则", "by rule", _table("byr", head, rows))


def where(at: Placed) -> str:
    """The shortest name of a finding's place: 3-10 for the tenth indicator of the third project, 3 for the project."""
    if not at.project:
        return "全表"
    return f"{at.project}-{at.finding.indicator}" if at.row else f"{at.project}"


def _reading(read: Sequence[Placed]) -> Html:
    if not read:
        return _titled("read", "原件读取情况", "reading of the document",
                       el("p", both("原件读取完整，没有需要说明的情况。", "Read wholly; nothing to report.")))  # fmt: skip
    rows = (
        el(
            "tr",
            el("td", severity_words(p.finding.severity), class_=f"n{class_of(p.finding.severity)}"),
            el("td", el("a", p.finding.code, href=f"#m{p.id}")),
            el("td", both(message(p.finding).seen, p.finding.en)),
        )
        for p in read
    )
    head = [both("级别", "severity"), both("代码", "code"), both("情况", "what was seen")]
    return _titled("read", "原件读取情况", "reading of the document", _table("", head, rows))


def _missing(review: Review) -> Html | None:
    if not review.not_checked:
        return None
    rows = (
        el("tr", el("td", "—" if m.code == _NOT_A_RULE else m.code), el("td", both(m.needs, m.needs_en)))
        for m in review.not_checked
    )
    head = [both("代码", "code"), both("需要什么", "what it needs")]
    return _titled("missing", "没有核查或没有核全的规则", "not checked, or not wholly", _table("", head, rows))


def _waived(table: TargetTable, waived: Sequence[Waived]) -> Html:
    if not waived:
        return _titled("waived", "同意保留的问题（豁免）", "waived findings", el("p", both("没有。", "None.")))
    rows = []
    for number, finding, waiver in waived:
        project = project_of(finding, table)
        row = row_of(finding, project) if project else 0
        anchor = f"#i{finding.project}-{row}" if row else f"#p{finding.project if project else 0}"
        name = f"《{project.name}》" if project else ""
        rows.append(el(
            "tr",
            el("td", f"◇ {finding.severity.zh} {finding.code}"),
            el("td", el("a", f"{name}{subject(finding, project)}", href=anchor)),
            el("td", both(message(finding).seen, finding.en)),
            el("td", waiver.reason),
            el("td", waiver.by, el("br"), day(waiver.on)),
            id=f"w{number}",
        ))  # fmt: skip
    head = [
        both("级别", "severity"), both("位置", "place"), both("发现的问题", "finding"), both("保留的理由", "reason"),
        both("决定人和日期", "by and on"),
    ]  # fmt: skip
    return _titled("waived", "同意保留的问题（豁免）", "waived findings", _table("", head, rows))


def _basis(
    table: TargetTable, found: Sequence[Placed], waived: Sequence[Waived], on: datetime.date, pack: str | None
) -> Html:
    source = table.source
    encoding = f"，{source.encoding}" if source.encoding else ""
    facts = [(both("适用日期", "law as of"), both(f"{day(on)}，按该日施行的文件核查", on.isoformat()))]
    if pack is not None:
        named = pack_named(pack)
        facts.append((both("规则包", "rule pack"), both(f"{named.title_zh}（{pack}）", f"{named.title_en} ({pack})")))
    facts += [
        (both("原件", "document"), joined((source.file, el("small", f" {source.media_type}{encoding}")))),
        (both("原件 SHA-256", "its SHA-256"), el("code", source.sha256)),
    ]
    papers = [
        el("li", f"{c.document} {c.title}“{c.topic}” ".lstrip(), el("em", checked(c)))
        for c in cited([*(p.finding for p in found), *(w.finding for w in waived)])
    ]
    note = both(
        "标明“出处待核”的依据尚未与正式文本核对，引用前请核对文号和条文；没有文号的是审核实务中的通行做法。",
        "Sources marked 出处待核 were not compared with the official text; those without a number are review practice.",
    )
    return _titled(
        "basis", "口径和原件", "law and document",
        el("dl", *(part for label, said in facts for part in (el("dt", label), el("dd", said))), class_="facts"),
        el("details", el("summary", both("依据一览", "all documents and topics"), f"（{len(papers)}）"),
           el("p", note), el("ul", *papers), open=True, class_="papers") if papers else None,
    )  # fmt: skip

"""Findings on the page: the mark in the cell, and under the row what was seen, why it matters, what to write instead."""

from __future__ import annotations

from collections.abc import Sequence

from hengji.forms.findings import MARKS, checked, message, place_zh
from hengji.forms.html import Html, both, el, joined
from hengji.forms.report_places import Placed
from hengji.model.finding import Citation, Place, Severity
from hengji.model.review import Waiver

ENGLISH = {Severity.ERROR: "return", Severity.WARNING: "notice", Severity.INFO: "note"}
CELLS = {
    "head": ("项目整体", "project"),
    "number": ("本项指标", "indicator"),
    "level1": ("一级指标", "level 1"),
    "level2": ("二级指标", "level 2"),
    "name": ("指标名称", "indicator"),
    "whole_term_target": ("实施周期指标值", "target of the whole term"),
    "annual_target": ("年度指标值", "annual target"),
    "actual": ("实际完成值", "actual"),
    "max_points": ("分值", "points"),
    "points": ("得分", "points given"),
    "variance_reason": ("偏差原因", "reason for variance"),
    "remark": ("备注", "remark"),
    "objective": ("绩效目标", "objective"),
    "whole_term_objective": ("实施周期绩效目标", "objective of the whole term"),
    "total": ("总计", "total"),
    "fiscal_appropriation": ("财政拨款", "fiscal appropriation"),
    "special_account": ("财政专户拨款", "special account"),
    "other_funds": ("其他资金", "other funds"),
    "carry_over": ("上年结转", "carried over"),
}
_RANK = {severity: n for n, severity in enumerate(Severity)}


def class_of(severity: Severity) -> str:
    """The letter under which the style sheet knows a severity."""
    return severity.value[0]


def severity_words(severity: Severity) -> Html:
    """The mark and the word of a severity."""
    return joined((f"{MARKS[severity]} ", both(severity.zh, ENGLISH[severity])))


def marks(found: Sequence[Placed], cell: str) -> Html | None:
    """The marks in one cell, each a link to its finding; None where nothing was found."""
    mine = [p for p in found if p.cell == cell]
    if not mine:
        return None
    links = (
        el("a", f"{MARKS[p.finding.severity]}{p.finding.code}", href=f"#f{p.id}", id=f"m{p.id}",
           class_=f"k {class_of(p.finding.severity)}", title=p.finding.severity.zh)
        for p in mine
    )  # fmt: skip
    return el("div", *links, class_="ks")


def worst(found: Sequence[Placed], cell: str) -> str:
    """The letter of the gravest finding in a cell, "" where there is none."""
    severities = [p.finding.severity for p in found if p.cell == cell]
    return class_of(min(severities, key=_RANK.__getitem__)) if severities else ""


def full(found: Sequence[Placed]) -> Html:
    """All of some findings, one below the other."""
    return joined(map(_full, found))


def _full(at: Placed) -> Html:
    finding = at.finding
    seen, why = message(finding)
    zh, en = CELLS[at.cell] if at.project else ("全表", "whole table")
    head = el(
        "summary",
        el("b", severity_words(finding.severity), f" {finding.code}", class_="s"),
        el("span", both(zh, en), class_="c"),
        el("span", seen, lang="zh"),
        el("span", finding.en, lang="en"),
    )
    parts = [
        # The English message, in the summary, is whole.
        joined((el("dt", "为什么、怎么办", lang="zh"), el("dd", why, lang="zh"))) if why else None,
        _part("建议改写为", "write instead", el("span", finding.suggestion, class_="fix"))
        if finding.suggestion
        else None,
        _part("依据", "based on", cites(finding.cites)) if finding.cites else None,
        _part("位置", "place", el("a", both(zh, en), href=f"#m{at.id}"), _in_document(finding.place)),
    ]
    return el(
        "details", head, el("dl", *parts),
        id=f"f{at.id}", class_=f"f {class_of(finding.severity)}", data_r=finding.code, open=True,
    )  # fmt: skip


def _part(zh: str, en: str, *inside: Html | None) -> Html:
    return joined((el("dt", both(zh, en)), el("dd", *inside)))


def cites(citations: Sequence[Citation]) -> Html:
    """Documents and topics a finding rests on, those that nobody compared with the official text marked so."""
    each = []
    for citation in citations:
        told = f"{citation.document or citation.title}“{citation.topic}”"
        doubt = None if citation.verified else el("em", f"（{checked(citation)}）")
        each.append(joined((told, doubt)))
    return Html("；".join(each))


def _in_document(place: Place) -> Html | None:
    where = place_zh(place)
    return joined((" · ", both(where, place_en(place)))) if where else None


def place_en(place: Place) -> str:
    """Where something stands in the document, in English: sheet “…”, row 6, column 7, or characters 228-273."""
    said = [f"page {place.page}"] if place.page is not None else []
    said += [f"sheet “{place.sheet}”"] if place.sheet is not None else []
    said += [f"row {place.row}"] if place.row is not None else []
    said += [f"column {place.column}"] if place.column is not None else []
    if said or place.start is None or place.end is None:
        return ", ".join(said)
    first, last = place.start + 1, place.end
    return f"characters {first}-{last}" if last > first else f"character {first}"


def waived_mark(number: int, code: str, waiver: Waiver) -> Html:
    """The mark of a finding that a person let stand, a link to the reason."""
    return el("a", f"◇{code}", href=f"#w{number}", class_="k v", title=f"同意保留：{waiver.reason}")

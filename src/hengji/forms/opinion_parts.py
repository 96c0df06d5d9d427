"""What every review opinion holds: tables of findings, waivers, the place to sign, the account of what it rests on."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence

from hengji.forms.findings import MARKS, checked, cited, message, place_zh, project_of, subject
from hengji.forms.text import day
from hengji.forms.word import HEI, Paper
from hengji.forms.word_content import Cell, Paragraph, Row, Run, cell, heads, label, said
from hengji.legislation import cite
from hengji.model.finding import Finding, Severity
from hengji.model.review import Grade, Review, Waiver
from hengji.model.table import TargetTable

_COLOURS = {Severity.ERROR: "A61B1B", Severity.WARNING: "8A5A00", Severity.INFO: "1F4E79"}
_GREY = "595959"
_NOTHING = Paragraph((Run("—", colour=_GREY),), "center")
_NOT_A_RULE = "FORM"
DRAFT = "建议稿：等级和意见由程序按原件提出，经审核人确认或修改并签字盖章后生效"


def boxes(grade: Grade | None) -> Paragraph:
    """The four grades to tick, the proposed one ticked: 优□ 良☑ 中□ 差□."""
    return said(" ".join(f"{g.value}{'☑' if g is grade else '□'}" for g in Grade), align="center")


def findings_table(paper: Paper, name: str, findings: Sequence[Finding], table: TargetTable) -> None:
    """Findings: place, what was seen, why it matters and on what it rests, what to write instead."""
    rows = [heads("级别", "位置", "发现的问题、原因和依据", "建议改写为")]
    rows += [Row(_finding(f, table)) for f in findings]
    paper.table(name, (14, 33, 73, 42), rows, size=9)


def _finding(finding: Finding, table: TargetTable) -> tuple[Cell, ...]:
    seen, why = message(finding)
    about = [said(subject(finding, project_of(finding, table)))]
    if where := place_zh(finding.place):
        about.append(said(Run(where, size=8, colour=_GREY)))
    what = [said(Run(seen, bold=True))] + ([said(why)] if why else [])
    if finding.cites:
        what.append(said(Run(f"依据：{'；'.join(c.zh for c in finding.cites)}", size=8, colour=_GREY)))
    return (
        cell(*mark(finding), align="center"),
        Cell(tuple(about)),
        Cell(tuple(what)),
        cell(finding.suggestion) if finding.suggestion else Cell((_NOTHING,)),
    )


def mark(finding: Finding) -> tuple[Run, Run]:
    """Severity with its mark, and the code."""
    colour = _COLOURS[finding.severity]
    return Run(f"{MARKS[finding.severity]}{finding.severity.zh}", bold=True, colour=colour), Run(finding.code)


def reading_part(paper: Paper, number: str, found: Sequence[Finding], table: TargetTable) -> None:
    """What was odd about the document when it was read."""
    paper.heading(f"{number}、原件读取情况")
    if found:
        findings_table(paper, "原件读取情况", found, table)
    else:
        paper.text("原件读取完整，没有需要说明的情况。")


def waived_part(paper: Paper, number: str, waived: Iterable[tuple[Finding, Waiver]], table: TargetTable) -> None:
    """Findings that a person decided to let stand: they do not count for the grades."""
    paper.heading(f"{number}、同意保留的问题（豁免）")
    rows = [heads("级别", "位置", "发现的问题", "保留的理由", "决定人和日期")]
    for finding, waiver in waived:
        rows.append(
            Row((
                cell(*mark(finding), align="center"),
                cell(subject(finding, project_of(finding, table))),
                cell(message(finding).seen),
                cell(waiver.reason),
                cell(waiver.by, day(waiver.on)),
            ))
        )  # fmt: skip
    paper.table("同意保留的问题", (14, 34, 50, 38, 26), rows, size=9)


def opinion_rows(sentences: Sequence[str], columns: int) -> list[Row]:
    """The overall opinion: what the findings say, room for the reviewer's own words, the place to sign and seal."""
    rest = columns - 1
    # On the page of the place to sign, so that nobody seals an empty sheet.
    proposed = [said(Run("程序提出的意见（供参考）：", bold=True), keep=True), *(said(s, keep=True) for s in sentences)]
    own = said(Run("审核人意见：", bold=True), before=6, keep=True)
    third = (rest + 1) // 2
    return [
        Row((label("总体意见"), Cell((*proposed, own, *[said("", keep=True)] * 3), rest)), least=52),
        Row((
            cell("审核人（签字）：", columns=1 + rest - third),
            cell("单位（盖章）：", said("", before=60), said("日期：　　　　年　　月　　日"), columns=third),
        ), least=40),
    ]  # fmt: skip


def account(paper: Paper, table: TargetTable, review: Review, findings: Sequence[Finding], on: datetime.date) -> None:
    """The end: by which date's law, what each finding rests on, what was not checked, how grades are proposed."""
    paper.heading("口径说明")
    paper.text("适用日期：", Run(day(on), font=HEI), "。按该日施行的文件核查；该日尚未施行的文件不引用。")
    paper.text(
        "建议等级：每一项先看程序发现的问题。没有退回和提示的建议为优，没有退回的建议为良；有退回的，按退回问题涉及的指标"
        "占全部指标的比例建议为中或差。写明“由审核人判断”的各项，程序只给出能达到的上限，不代替人作判断，"
        "所以综合评定可能是一个范围。同意保留的问题不计入。"
    )
    paper.text(
        "审核要点是按办法附表大意拟写的，不是原文。"
        "依据中标明“出处待核”的，尚未与正式文本核对，引用前请核对文号和条文；没有文号的是审核实务中的通行做法。"
    )
    form = cite("mof-2015-88", "项目支出绩效目标审核表")
    rows = [heads("文件", "名称", "条目", "核对情况")]
    for each in [form, *(c for c in cited(findings) if c != form)]:
        rows.append(Row((cell(each.document or "—"), cell(each.title), cell(each.topic), cell(checked(each)))))
    paper.heading("依据一览", 2)
    paper.table("依据一览", (36, 58, 46, 22), rows, size=9)
    if review.not_checked:
        paper.heading("没有核查或没有核全的规则", 2)
        missing = [heads("代码", "需要什么")]
        for rule in review.not_checked:
            code = "—" if rule.code == _NOT_A_RULE else rule.code
            missing.append(Row((cell(code, align="center"), cell(rule.needs))))
        paper.table("没有核查的规则", (20, 142), missing, size=9)
    source = table.source
    paper.heading("原件", 2)
    paper.text(
        f"文件：{source.file}\n类型：{source.media_type}{'，' + source.encoding if source.encoding else ''}\n"
        f"SHA-256：{source.sha256}",
        size=10.5,
    )

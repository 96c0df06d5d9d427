"""The review opinion as docx: of one project on the official form, or of a whole table."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Sequence

from hengji.forms.findings import (
    METHODS,
    by_project,
    counted,
    counts,
    key_points_zh,
    message,
    methods,
    proposal,
    proposal_zh,
    tie_out,
    total_zh,
    worst_first,
)
from hengji.forms.opinion_form import review_form
from hengji.forms.opinion_parts import DRAFT, account, findings_table, opinion_rows, reading_part, waived_part
from hengji.forms.text import money
from hengji.forms.word import Paper
from hengji.forms.word_content import Row, Run, cell, heads, label
from hengji.model.finding import Finding, Severity
from hengji.model.review import Method, Review
from hengji.model.table import TargetTable

_NUMERALS = "一二三四五六七八九十"


def review_opinion(
    table: TargetTable, review: Review, *, project: int | None, method: Method, on: datetime.date
) -> bytes:
    """The review opinion as docx, grades as proposals that a person confirms.

    Args:
        table: the table that was reviewed.
        review: its review.
        project: from 1, the official form (项目支出绩效目标审核表) of that project; None, the opinion on all projects.
        method: the way of grading the unit uses; the other one is printed after it.
        on: the date whose law the review applied.

    Raises:
        IndexError: the table has no such project.
    Source: 财预〔2015〕88号, annex 3; its wording is not checked.
    """
    if project is None:
        return _of_table(table, review, method, on)
    if not 1 <= project <= len(table.projects):
        raise IndexError(f"no project {project} in a table of {len(table.projects)}")
    return _of_project(table, review, project, method, on)


class _Parts:
    """Headings numbered as they come: 一、二、三."""

    def __init__(self) -> None:
        self._count = 0

    def next(self) -> str:
        self._count += 1
        return _NUMERALS[self._count - 1]


def _of_project(table: TargetTable, review: Review, n: int, method: Method, on: datetime.date) -> bytes:
    name = table.projects[n - 1].name
    totals = review.projects[n - 1].totals
    method = totals[-1].method if totals else method  # what reviewers chose for this project
    found = by_project(review.findings)
    own, general = found.get(n, []), found.get(None, [])
    paper = Paper(f"项目支出绩效目标审核表 {name}", _footer(name))
    review_form(paper, table, review, n, method, [*general, *own])
    parts = _Parts()
    paper.heading(f"{parts.next()}、问题清单")
    _listed(paper, "问题清单", own, table)
    if general:
        paper.heading(f"{parts.next()}、涉及全表的问题")
        _listed(paper, "涉及全表的问题", general, table)
    read = [f for f in table.findings if f.project in (None, n)]
    reading_part(paper, parts.next(), read, table)
    waived = [(f, w) for f, w in review.waived if f.project in (None, n)]
    if waived:
        waived_part(paper, parts.next(), waived, table)
    account(paper, table, review, [*general, *own, *(f for f, _ in waived)], on)
    return paper.bytes()


def _of_table(table: TargetTable, review: Review, method: Method, on: datetime.date) -> bytes:
    paper = Paper("项目支出绩效目标审核意见", _footer(table.department or table.source.file))
    year = [f"（{table.fiscal_year}年度）"] if table.fiscal_year else []
    paper.title("项目支出绩效目标审核意见", *year)
    paper.text(Run(DRAFT, colour="595959"), align="center", size=9)
    paper.table("基本情况", (26, 55, 26, 55), _head(table, review))
    found = by_project(review.findings)
    parts = _Parts()
    paper.heading(f"{parts.next()}、项目汇总")
    _summary(paper, table, review, method, found)
    paper.heading(f"{parts.next()}、总体意见")
    paper.table("总体意见", (26, 42, 34, 60), opinion_rows(_sentences(table, review, method, found), 4))
    reading_part(paper, parts.next(), table.findings, table)
    if found.get(None):
        paper.heading(f"{parts.next()}、涉及全表的问题")
        _listed(paper, "涉及全表的问题", found[None], table)
    paper.heading(f"{parts.next()}、各项目的问题")
    for n, project in enumerate(table.projects, 1):
        mine = found.get(n, [])
        paper.heading(f"{n}. {project.name}", 2)
        if mine:
            findings_table(paper, f"项目{n}的问题", mine, table)
        else:
            paper.text("程序没有发现问题。")
    if review.waived:
        waived_part(paper, parts.next(), review.waived, table)
    account(paper, table, review, [*review.findings, *(f for f, _ in review.waived)], on)
    return paper.bytes()


def _listed(paper: Paper, name: str, findings: Sequence[Finding], table: TargetTable) -> None:
    if findings:
        findings_table(paper, name, findings, table)
    else:
        paper.text("程序没有发现问题。")


def _footer(name: str) -> str:
    return name if len(name) <= 40 else f"{name[:39]}…"


def _head(table: TargetTable, review: Review) -> list[Row]:
    total, tied = tie_out(table)
    amount = f"{money(total)} {table.money_unit or ''}（{tied}）" if total is not None else tied
    size = f"{len(table.projects)} 个项目，{table.indicator_count} 项指标"
    return [
        Row((label("部门名称"), cell(table.department or "原件没有写明", columns=3, middle=True))),
        Row(
            (
                label("项目和指标"),
                cell(size, middle=True),
                label("发现问题"),
                cell(counted(review.findings), middle=True),
            )
        ),
        Row((label("金额合计"), cell(amount, columns=3, middle=True))),
    ]


def _summary(
    paper: Paper, table: TargetTable, review: Review, method: Method, found: dict[int | None, list[Finding]]
) -> None:
    """One line a project: amount, indicators, findings by severity, the proposed grade by both methods."""
    order = methods(review, method)
    unit = f"\n（{table.money_unit}）" if table.money_unit else ""
    names = [f"{METHODS[m]}\n建议等级{'和得分' if m is Method.KEY else ''}" for m in order]
    rows = [heads("序号", "项目名称", f"金额{unit}", "指标", *(s.zh for s in Severity), *names)]
    for n, (project, form) in enumerate(zip(table.projects, review.projects, strict=True), 1):
        number = counts(found.get(n, ()))
        own_unit = f" {project.money_unit}" if project.money_unit not in (None, table.money_unit) else ""
        grades = []
        for m in order:
            points = key_points_zh(form) if m is Method.KEY else ""
            given = [total_zh(t) for t in form.totals if t.method is m]
            grades.append(
                cell(proposal_zh(form, m), *([points] if points else []), *given, align="center", middle=True)
            )
        rows.append(
            Row((
                cell(str(n), align="center", middle=True),
                cell(project.name, middle=True),
                cell(f"{money(project.funds.total)}{own_unit}", align="right", middle=True),
                *(cell(str(c), align="center", middle=True) for c in (len(project.indicators), *(number[s] for s in Severity))),
                *grades,
            ))
        )  # fmt: skip
    every = counts(review.findings)
    whole = counts(found.get(None, ()))
    if whole.total():
        rows.append(_sums("涉及全表", "", "", [whole[s] for s in Severity]))
    total, _ = tie_out(table)
    rows.append(_sums("合计", money(total), str(table.indicator_count), [every[s] for s in Severity]))
    paper.table("项目汇总", (10, 42, 20, 10, 10, 10, 10, *(28 if m is Method.KEY else 22 for m in order)), rows, size=9)


def _sums(name: str, amount: str, indicators: str, numbers: Sequence[int]) -> Row:
    return Row((
        cell(),
        cell(Run(name, bold=True), middle=True),
        cell(Run(amount, bold=True), align="right", middle=True),
        *(cell(Run(t, bold=True), align="center", middle=True) for t in (indicators, *map(str, numbers))),
        cell(),
        cell(),
    ))  # fmt: skip


def _sentences(table: TargetTable, review: Review, method: Method, found: dict[int | None, list[Finding]]) -> list[str]:
    """The overall opinion as far as the findings speak: how many, which ones most often, which projects first."""
    if not review.findings:
        return [f"{len(table.projects)}个项目、{table.indicator_count}项指标，程序没有发现问题。"]
    sentences = [
        f"{len(table.projects)}个项目、{table.indicator_count}项指标，发现问题 {len(review.findings)} 条："
        f"{counted(review.findings)}。"
    ]
    errors = Counter(f.code for f in review.findings if f.severity is Severity.ERROR)
    if errors:
        first = {f.code: f for f in reversed(review.findings) if f.severity is Severity.ERROR}
        often = sorted(errors, key=lambda c: (-errors[c], c))[:3]
        told = [f"{c}（{errors[c]}条），例如：{message(first[c]).seen}。" for c in often]
        sentences += ["退回最多的问题：", *told]
    worst = [
        n for n in worst_first(range(1, len(table.projects) + 1), found) if counts(found.get(n, ()))[Severity.ERROR]
    ]
    if worst:
        sentences.append(
            "建议先改：" + "、".join(f"《{table.projects[n - 1].name}》" for n in worst[:3]) + "，改法见各项目的问题。"
        )
    waiting = sum(proposal(form, method)[0] is None and form.settled is None for form in review.projects)
    if waiting:
        sentences.append(f"{waiting}个项目的综合等级要等审核人判断之后才能确定，目前只列出能达到的范围。")
    return sentences

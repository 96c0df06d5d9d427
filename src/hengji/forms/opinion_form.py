"""The official review form (项目支出绩效目标审核表) of one project, filled as a proposal."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from hengji.forms.findings import (
    METHODS,
    counted,
    judged_zh,
    key_points_zh,
    message,
    methods,
    proposal,
    proposal_zh,
    total_zh,
)
from hengji.forms.opinion_parts import DRAFT, boxes, opinion_rows
from hengji.forms.text import money, shortened
from hengji.forms.word import Paper
from hengji.forms.word_content import Cell, Paragraph, Row, Run, cell, heads, label, said
from hengji.model.finding import Finding, Severity
from hengji.model.review import Judged, Method, Office, ProjectReview, Review, ReviewItem
from hengji.model.table import Project, TargetTable

# What each item asks, in words of our own after the annex of 财预〔2015〕88号.
_QUESTIONS = {
    "规范完整性": "填报格式是否规范，内容是否完整、准确、详实，有无缺项、错项。",
    "明确清晰性": "绩效目标是否明确、清晰，能否反映项目主要情况，对产出和效果的描述是否充分、恰当。",
    "目标相关性": "目标是否符合法律法规和规划要求，与单位职能、事业发展规划和年度工作是否密切相关。",
    "指标科学性": "指标是否全面、充分并选取了关键指标，是否细化、量化、便于监控；难以量化的，定性描述是否具体。",
    "绩效合理性": "预期绩效是否显著，是否符合行业正常水平或发展规律；与同类项目相比是否合理。",
    "资金匹配性": "目标与资金量、资金使用方向是否匹配，有无目标过高或过低、资金过多或过少。",
    "实现可能性": "目标是否经过充分调研、论证和合理测算，能否如期实现。",
    "条件充分性": "实施方案是否合理，人员等条件是否具备，内部控制是否规范，预算和财务制度是否健全。",
}
_GREY = "595959"
_WIDTHS = (16, 45, 10, 33, 58)
# The list of problems has every word; beside an item, what is quoted is only called to mind.
_SEEN, _QUOTED = 64, 14
_QUOTE = re.compile("“([^“”]*)”")
_MANY = 4  # reasons, that make a row so high that it may go on on the next page


def review_form(
    paper: Paper, table: TargetTable, review: Review, n: int, method: Method, found: Sequence[Finding]
) -> None:
    """Head, eight items, overall grade by both methods, overall opinion and signatures of the n-th project.

    `found` are the findings that bear on it: its own and those on the whole table.
    """
    project, form = table.projects[n - 1], review.projects[n - 1]
    year = f"（{table.fiscal_year}年度）" if table.fiscal_year else ""
    paper.title("项目支出绩效目标审核表", f"{year}（{METHODS[method]}）")
    paper.text(Run(DRAFT, colour=_GREY), align="center", size=9)
    paper.table("项目基本情况", (26, 55, 26, 55), _head(table, project))
    graded = ("等级", "理由和审核人的评定") if form.judged else ("建议等级", "理由和待判断的事项")
    rows = [heads("审核内容", "审核要点", "分值", *graded)]
    rows += _items(form, found, method)
    if form.items:
        rows += [_overall(form, m, first=m is method) for m in methods(review, method)]
    else:
        needs = next((r.needs for r in review.not_checked if r.code == "FORM"), "没有施行中的审核表")
        rows.append(Row((label("综合评定"), cell(f"不提出等级：{needs}。", columns=4))))
    rows += opinion_rows(_sentences(project, form, found), 5)
    paper.table("项目支出绩效目标审核表", _WIDTHS, rows, size=9)


def _head(table: TargetTable, project: Project) -> list[Row]:
    unit = project.money_unit or table.money_unit or ""
    amount = f"{money(project.funds.total)} {unit}".strip() if project.funds.total is not None else "原件没有金额"
    rows = [Row((label("项目名称"), cell(project.name, columns=3)))]
    department = project.supervising_department or table.department
    user = project.fund_user or department or "原件没有写明"
    if department and department != user:
        rows.append(Row((label("主管部门"), cell(department, columns=3))))
    rows.append(Row((label("预算单位"), cell(user), label("项目金额"), cell(amount))))
    return rows


def _items(form: ProjectReview, found: Sequence[Finding], method: Method) -> list[Row]:
    rows = []
    for dimension, group in groupby(form.items, key=lambda i: i.dimension):
        members = list(group)
        points = sum(i.max_points for i in members)
        for k, item in enumerate(members):
            given = [j for j in form.judged if j.item == item.item]
            down = None if len(members) == 1 else "on" if k else "first"
            name = cell() if k else cell(Run(dimension, bold=True), f"{points:f}分", align="center")
            rows.append(
                Row((
                    Cell(name.paragraphs, down=down, middle=True),
                    cell(Run(item.item, bold=True), *filter(None, [_QUESTIONS.get(item.item)])),
                    cell(f"{item.max_points:f}", align="center", middle=True),
                    Cell(_judged(item, method, given), middle=True),
                    Cell((*_reasons(item, found), *(said(Run(judged_zh(j), bold=True), before=2) for j in given))),
                ), whole=len(item.because) < _MANY)
            )  # fmt: skip
    return rows


def _judged(item: ReviewItem, method: Method, given: Sequence[Judged]) -> tuple[Paragraph, ...]:
    """The ticks, and under them what is proposed or left to the reviewer; what the last office gave is ticked.

    A 一般性项目 has grades only; its points are for the total that the form gives beside, by the other method.
    """
    notes = []
    if item.proposed_grade is not None:
        at_most = "不高于" if item.to_judge else ""
        notes.append(f"建议{at_most}“{item.proposed_grade.value}”")
        if item.proposed_points is not None:
            beside = "" if method is Method.KEY else "供对照："
            notes.append(f"{beside}{at_most}{item.proposed_points:f}分")
    if item.to_judge and not given:
        notes.append("由审核人判断")
    last = max(given, key=lambda j: tuple(Office).index(j.office), default=None)
    return (
        boxes(last.grade if last else item.proposed_grade),
        *(said(Run(n, colour=_GREY), align="center") for n in notes),
    )


def _reasons(item: ReviewItem, found: Sequence[Finding]) -> tuple[Paragraph, ...]:
    said_so = []
    for code in item.because:
        mine = [f for f in found if f.code == code]
        if not mine:
            said_so.append(said(Run(code, bold=True)))
            continue
        number = f"，共{len(mine)}条" if len(mine) > 1 else ""
        said_so.append(
            said(Run(f"{code} {mine[0].severity.zh}{number}：", bold=True), _in_short(message(mine[0]).seen))
        )
    if not item.because:
        said_so.append(said("程序没有发现问题。"))
    if item.to_judge:
        said_so.append(said(Run("由审核人判断：", bold=True), item.to_judge, before=2))
    return tuple(said_so)


def _in_short(seen: str) -> str:
    quoted = _QUOTE.sub(lambda m: f"“{shortened(m[1], _QUOTED)}”", seen)
    return shortened(quoted, _SEEN)


def _overall(form: ProjectReview, method: Method, *, first: bool) -> Row:
    grade, reach = proposal(form, method)
    open_items = sum(i.to_judge is not None for i in form.items)
    used = "（本次采用）" if first else "（供对照）"
    how = "八项分别定等级，按各等级的项数评定。" if method is Method.GENERAL else "八项分别打分，按总分评定。"
    points = key_points_zh(form) if method is Method.KEY else ""
    notes = [f"建议：{proposal_zh(form, method)}"] + ([f"得分 {points}"] if points else [])
    why = (
        f"{open_items}项由审核人判断，判断之前能达到的范围是{reach[0].value}—{reach[-1].value}。"
        if grade is None and reach
        else "无论待判断的各项如何，等级都是这一档。"
        if open_items
        else "各项等级都由发现的问题得出。"
    )
    total = sum(i.max_points for i in form.items)
    of_offices = [t for t in form.totals if t.method is method]
    settled = form.settled if form.settled in of_offices else None
    return Row((
        label("综合评定等级"),
        cell(Run(f"按{METHODS[method]}{used}", bold=True), how),
        cell(f"{total:f}" if method is Method.KEY else "—", align="center", middle=True),
        Cell((boxes(settled.grade if settled else grade), *(said(Run(n, bold=first), align="center") for n in notes)), middle=True),
        Cell((said(why), *(said(Run(total_zh(t), bold=True), before=2) for t in of_offices))),
    ))  # fmt: skip


def _sentences(project: Project, form: ProjectReview, found: Sequence[Finding]) -> list[str]:
    if not found:
        return [f"本项目{len(project.indicators)}项指标，程序没有发现问题。"]
    of_table = sum(f.project is None for f in found)
    among = f"（其中 {of_table} 条涉及全表）" if of_table else ""
    sentences = [f"本项目{len(project.indicators)}项指标，发现问题 {len(found)} 条{among}：{counted(found)}。"]
    errors = [f for f in found if f.severity is Severity.ERROR]
    if errors:
        numbers = sorted({f.indicator for f in errors if f.indicator is not None})
        where = ["项目整体"] if any(f.indicator is None and f.project is not None for f in errors) else []
        where += ["全表"] if any(f.project is None for f in errors) else []
        where += [f"第{'、'.join(map(str, numbers))}项指标"] if numbers else []
        sentences.append(f"其中需要退回修改的 {len(errors)} 条，涉及{'、'.join(where)}，改法见问题清单。")
    given = {j.item for j in form.judged}
    waiting = [i.item for i in form.items if i.to_judge is not None and i.item not in given]
    if waiting:
        sentences.append(f"请审核人判断：{'、'.join(waiting)}。")
    return sentences

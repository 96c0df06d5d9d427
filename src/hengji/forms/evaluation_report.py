"""The report on the self-evaluation of all projects of a unit (自评报告) as docx, drafted from the figures."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from hengji.forms.evaluation_account import account_pages
from hengji.forms.evaluation_material import (
    Material,
    as_of_zh,
    grade_zh,
    points,
    rate,
    reason_of,
    short_of,
    total_of,
    unscored,
)
from hengji.forms.layout import SIGNATURES
from hengji.forms.text import money
from hengji.forms.word import Paper
from hengji.forms.word_content import Row, Run, cell, heads, said
from hengji.model.evaluation import Line, ProjectEvaluation
from hengji.model.review import Grade

TITLE = "项目支出绩效自评报告"
DRAFT = "草稿：数字由程序按冻结的自评结果填写，文字和【…】处由单位补写，经负责人审定并盖章后生效"
_GREY = "595959"
_TO_WRITE = "【…】"


def evaluation_report(material: Material) -> bytes:
    """The draft of the report: how it was done, money, results by project, what was not reached and why, what follows.

    What only people can say is left open as 【…】. The account of pack and law stands behind.
    """
    department = material.table.department or ""
    paper = Paper(TITLE, department or TITLE, material.header())
    paper.title(TITLE, material.year)
    paper.text(Run(DRAFT, colour=_GREY), align="center", size=9)
    paper.heading("一、自评工作开展情况")
    paper.text(_scope(material))
    paper.heading("二、预算执行情况")
    paper.text(_execution(material))
    for one in material.evaluation.projects:
        if one.execution.reason:
            paper.text(f"{one.name}：预算执行率 {rate(one.execution.execution_rate) or '—'}，{one.execution.reason}")
    paper.heading("三、自评结果")
    paper.text(_results(material.evaluation.projects))
    paper.table("自评结果", (10, 58, 24, 24, 18, 16, 12), _table(material), size=9)
    paper.heading("四、未完全实现的绩效目标和原因")
    _deviations(paper, material)
    paper.heading("五、存在的问题和改进措施")
    paper.text(_TO_WRITE)
    _actions(paper, material)
    paper.heading("六、自评结果的应用和公开")
    paper.text(_TO_WRITE)
    paper.table("签字和盖章", (81, 81), [
        Row((cell(said(f"单位负责人（签字）：{department}", keep=True)), cell(said(SIGNATURES[1], keep=True))), least=11),
        Row((cell(SIGNATURES[2]), cell(SIGNATURES[3])), least=30),
    ])  # fmt: skip
    account_pages(paper, material)
    return paper.bytes()


def _scope(material: Material) -> str:
    evaluation = material.evaluation
    number = sum(len(p.lines) for p in evaluation.projects)
    return (
        f"对{material.table.department or '本单位'} {len(evaluation.projects)} 个项目、{number} 项绩效指标开展自评，"
        f"{as_of_zh(evaluation.as_of)}，按“{material.pack}”计分。组织方式：{_TO_WRITE}"
    )


def _execution(material: Material) -> str:
    projects, unit = material.evaluation.projects, material.table.money_unit or "万元"
    if any(p.money_unit not in (None, material.table.money_unit) for p in material.table.projects):
        return "各项目金额单位不一，不作合计，见下表。"
    first, final, paid = (total_of(projects, k) for k in ("original_budget", "final_budget", "outturn"))
    if final is None or paid is None:
        return "有项目缺少预算数或执行数，不能合计。"
    said_ = f"年初预算 {money(material.money_shown(first))} {unit}，" if first is not None else ""
    share = f"，预算执行率 {rate(paid / final * 100)}" if final else ""
    return f"{said_}全年预算 {money(material.money_shown(final))} {unit}，全年执行 {money(material.money_shown(paid))} {unit}{share}。"


def _results(projects: Sequence[ProjectEvaluation]) -> str:
    counts = "，".join(f"“{g.value}” {sum(p.grade is g for p in projects)} 个" for g in Grade)
    totals = [p.total_points for p in projects if p.total_points is not None]
    mean = f"平均 {points(sum(totals, Decimal(0)) / len(totals)):f} 分。" if totals else ""
    open_ = len(projects) - len(totals)
    missing = f"{open_} 个项目有指标未计分，总分和等级未定，补齐之前不能报送。" if open_ else ""
    return f"评价等级：{counts}。{mean}{missing}"


def _table(material: Material) -> list[Row]:
    rows = [heads("序号", "项目名称", "全年预算数", "全年执行数", "执行率", "总分", "等级")]
    for n, one in enumerate(material.evaluation.projects, 1):
        spent = one.execution
        total = points(one.total_points)
        rows.append(Row((
            cell(str(n), align="center", middle=True), cell(one.name, middle=True),
            *(cell(money(material.money_shown(a)), align="right", middle=True) for a in (spent.final_budget, spent.outturn)),
            *(cell(t, align="center", middle=True)
              for t in (rate(spent.execution_rate) or "", "" if total is None else f"{total:f}", grade_zh(one.grade))),
        )))  # fmt: skip
    return rows


def _deviations(paper: Paper, material: Material) -> None:
    """Every line that was not reached, or has no figure, with the reason people gave or room for it."""
    rows = [heads("项目", "指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因分析及改进措施")]
    for one in material.evaluation.projects:
        rows += [_deviation(one, line) for line in (*short_of(one), *unscored(one))]
    if len(rows) == 1:
        paper.text("各项指标均得满分。")
    else:
        paper.table("未完全实现的绩效目标", (28, 32, 28, 20, 12, 12, 30), rows, size=8)


def _actions(paper: Paper, material: Material) -> None:
    """The corrective actions on record with what became of them, those of last year that were still open too."""
    actions, on = material.evaluation.actions, material.evaluation.as_of
    if not actions:
        return
    rows = [heads("项目", "指标", "改进措施", "责任人", "完成期限", "办理情况")]
    for action in actions:
        origin = f"（沿用 {action.carried_from}）" if action.carried_from else ""
        state = "逾期未办结" if action.overdue(on) else action.status.zh
        note = f"：{action.note}" if action.note else ""
        rows.append(Row((
            cell(action.project), cell("" if action.indicator is None else f"第{action.indicator}项"),
            cell(action.action + origin), cell(action.owner), cell(f"{action.due:%Y-%m-%d}", align="center"),
            cell(state + note),
        )))  # fmt: skip
    paper.table("改进措施", (34, 16, 46, 20, 22, 24), rows, size=8)


def _deviation(one: ProjectEvaluation, line: Line) -> Row:
    earned = points(line.points)
    return Row((
        cell(one.name), cell(line.name), cell(line.target or ""), cell(line.actual or "未取得", align="center"),
        cell(f"{points(line.max_points):f}", align="center"),
        cell("未计分" if earned is None else f"{earned:f}", align="center"), cell(reason_of(line) or _TO_WRITE),
    ))  # fmt: skip

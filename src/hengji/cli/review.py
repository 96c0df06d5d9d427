"""`hengji review`: the quality of every target, the eight-item form, the opinion."""

from __future__ import annotations

import datetime
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from hengji.cli.dossiers import opened
from hengji.cli.options import AsJson, Year
from hengji.cli.output import (
    COLOURS,
    FAILED,
    FINDINGS,
    emit,
    fail,
    read_bytes,
    say,
    screen,
    table_of_findings,
    write_files,
)
from hengji.dossier import DossierError, FormKind, Reviewed, printed, review_dossier, review_table
from hengji.dossier.opening import read_document
from hengji.model.finding import Finding, Severity
from hengji.model.review import Method
from hengji.model.table import Status, TargetTable
from hengji.reading import read_json
from hengji.review import RULES, review_json


def review(
    file: Annotated[
        str, typer.Argument(metavar="FILE_OR_DOSSIER", help="绩效目标表或年度文件夹 / a table or a dossier")
    ],
    method: Annotated[Method, typer.Option(help="general 一般性项目 · key 重点项目")] = Method.GENERAL,
    out: Annotated[str | None, typer.Option(help="把审核意见写到这个文件夹 / where to write the opinion")] = None,
    prior: Annotated[str | None, typer.Option(help="上年绩效目标表，用于对比 / last year's table")] = None,
    year: Year = None,
    brief: Annotated[bool, typer.Option(help="只看汇总，不逐条列出 / figures only")] = False,
    json: AsJson = False,
) -> None:
    """核查绩效目标的质量：问题、八项审核表、审核意见。/ Review the quality of targets."""
    reviewed = _reviewed(file, method, prior, year, json)
    made: list[Path] = []
    if out:
        files = {
            n: c for kind in (FormKind.REVIEW_OPINION, FormKind.REPORT) for n, c in printed(reviewed, kind).items()
        }
        made = write_files(Path(out), files)
    if json:
        emit(review_json(reviewed.review, reviewed.table))
    else:
        console = screen()
        if not brief:
            _list_findings(console, reviewed)
        _summarise(console, reviewed)
        for path in made:
            console.print(f"  {path}", markup=False)
    found = (*reviewed.table.findings, *reviewed.review.findings)
    raise typer.Exit(FINDINGS if any(f.severity is Severity.ERROR for f in found) else 0)


def _reviewed(file: str, method: Method, prior: str | None, year: int | None, json: bool) -> Reviewed:
    today = datetime.date.today()
    if Path(file).is_dir():
        if prior or year:
            fail(
                "年度文件夹自带年度和上年目标表，不用再给 --prior 和 --year。",
                "A dossier has its own year and prior table.",
            )
        try:
            return review_dossier(opened(file), today=today, method=method)
        except DossierError as error:
            fail(error.zh, error.en)
    table = _table(file, json, year)
    on = datetime.date(table.fiscal_year, 1, 1) if table.fiscal_year else today
    return review_table(table, on=on, method=method, prior=_table(prior, json, None) if prior else None)


def _table(file: str, json: bool, year: int | None) -> TargetTable:
    table = read_document(read_bytes(file), Path(file).name)
    if table.status is Status.REFUSED:
        if json:
            emit(read_json(table))
        say(f"{file}：{table.findings[0].zh}", f"{file}: {table.findings[0].en}")
        raise typer.Exit(FAILED)
    return table if year is None else table.in_year(year)


def _list_findings(console: Console, reviewed: Reviewed) -> None:
    listed = table_of_findings()
    for finding in (*reviewed.table.findings, *reviewed.review.findings):
        colour = COLOURS[finding.severity]
        listed.add_row(
            f"[{colour}]{finding.severity.zh}[/{colour}]", f"[bold]{finding.code}[/bold]", escape(finding.zh)
        )
        if finding.suggestion:
            listed.add_row("", "", f"[dim]建议：[/dim]{escape(finding.suggestion)}")
    for finding, waiver in reviewed.review.waived:
        by = escape(f"（{waiver.reason}，{waiver.by}，{waiver.on}）")
        listed.add_row("[dim]豁免[/dim]", finding.code, f"[dim]{escape(finding.zh)}{by}[/dim]")
    for missing in reviewed.review.not_checked:
        needs = f"{escape(missing.needs)} / {escape(missing.needs_en)}"
        listed.add_row("[dim]未查[/dim]", missing.code, f"[dim]{needs}[/dim]")
    console.print(listed)


def _summarise(console: Console, reviewed: Reviewed) -> None:
    table, found = reviewed.table, reviewed.review.findings
    console.print(_by_rule(found))
    console.print(_by_project(reviewed))
    counts = Counter(f.severity for f in (*table.findings, *found))
    total = table.printed_totals.total
    tied = "与合计行一致" if total is not None and not any(f.code == "R01" for f in table.findings) else "未能核对合计"
    console.print(
        f"[bold]{escape(table.department or table.source.file)}[/bold]  "
        f"{len(table.projects)} 个项目  {table.indicator_count} 项指标  "
        + (f"{total:,} {table.money_unit or ''}（{tied}）" if total is not None else "没有合计行")
    )
    console.print(
        "问题：" + "  ".join(f"{s.zh} {counts[s]}" for s in Severity) + f"  豁免 {len(reviewed.review.waived)}"
    )
    console.print(f"[dim]依据规则包 {reviewed.pack}，{reviewed.on} 施行的版本 / rule pack and date of the law[/dim]")


def _by_rule(found: tuple[Finding, ...]) -> Table:
    shown = Table(title="按规则 / by rule", title_justify="left")
    for heading in ("代码", "规则", "级别", "条数"):
        shown.add_column(heading, justify="right" if heading == "条数" else "left")
    for rule in RULES:
        for severity in Severity:
            count = sum(f.code == rule.code and f.severity is severity for f in found)
            if count:
                colour = COLOURS[severity]
                shown.add_row(rule.code, rule.title, f"[{colour}]{severity.zh}[/{colour}]", str(count))
    return shown


def _by_project(reviewed: Reviewed) -> Table:
    shown = Table(title="按项目 / by project", title_justify="left")
    for heading in ("序号", "项目", "金额", "指标", *(s.zh for s in Severity), "建议等级"):
        shown.add_column(heading, justify="left" if heading in ("项目", "建议等级") else "right")
    for number, (project, form) in enumerate(zip(reviewed.table.projects, reviewed.review.projects, strict=True), 1):
        mine = Counter(f.severity for f in reviewed.review.findings if f.project == number)
        grade = form.general if reviewed.method is Method.GENERAL else form.key
        money = project.funds.total
        shown.add_row(
            str(number), escape(project.name), "" if money is None else f"{money:,}", str(len(project.indicators)),
            *(str(mine[s] or "") for s in Severity), grade.value if grade else "待人工判断",
        )  # fmt: skip
    return shown

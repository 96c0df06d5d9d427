"""`hengji read`: documents as tables; `--explain` shows what was taken for what, and where it stands."""

from __future__ import annotations

import hashlib
import re
from dataclasses import fields
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from hengji.cli.options import AsJson
from hengji.cli.output import (
    COLOURS,
    FAILED,
    FINDINGS,
    FINE,
    emit,
    read_bytes,
    say,
    screen,
    short,
    table_of_findings,
    write_files,
)
from hengji.cli.proof_page import proof_page
from hengji.dossier.opening import explained_document
from hengji.model.finding import Place, Severity
from hengji.model.table import Funds, Project, Source, Status, TargetTable
from hengji.reading import Explained, Grid, Paragraph, read_json, refused_table
from hengji.reading.archive import is_archive, members

_FIELDS = ("level1", "level2", "name", "whole_term_target", "annual_target", "actual", "max_points", "points")
_MONEY = {f.name for f in fields(Funds)}
_HEADS = (("标题", "title"), ("部门", "department"), ("年度", "fiscal_year"), ("金额单位", "money_unit"))


def read(
    file: Annotated[list[str], typer.Argument(help="公布的文件，可以多个 / published documents")],
    explain: Annotated[
        bool, typer.Option("--explain", help="逐步说明什么读成了什么 / show what was taken for what")
    ] = False,
    proof: Annotated[
        Path | None,
        typer.Option("--proof", help="扫描件：把页面图像和识别框写到这个文件夹 / pages with boxes, for scans"),
    ] = None,
    json: AsJson = False,
) -> None:
    """读取公布的文件：项目、资金、绩效指标，和文件里不合的地方。/ Read documents into tables."""
    worst = FINE
    for name in file:
        worst = max(worst, _one(name, explain, proof, json))
    raise typer.Exit(worst)


def _one(name: str, explain: bool, proof: Path | None, json: bool) -> int:
    """Read and show one file; returns its exit code."""
    try:
        data = read_bytes(name)
    except typer.Exit as stopped:  # said already; other files go on
        return stopped.exit_code
    if not is_archive(data):
        seen = explained_document(data, Path(name).name)
        _prove(Path(name).name, seen, proof)
        return _shown(name, seen, explain, json)
    worst = FINE
    for member in members(data):
        file = f"{Path(name).name}/{member.name}"
        if member.refused is None:
            seen = explained_document(member.data, file)
            _prove(file, seen, proof)
        else:
            digest = hashlib.sha256(member.data).hexdigest() if member.data else ""
            seen = Explained(refused_table(Source(file, digest, "application/octet-stream"), member.refused))
        worst = max(worst, _shown(f"{name}/{member.name}", seen, explain, json))
    return worst


def _prove(file: str, seen: Explained, folder: Path | None) -> None:
    """Write the pages of a scan with what was recognised into a folder, where one is asked for."""
    if folder is not None and seen.document is not None and seen.document.scans:
        name = re.sub(r"[/\\\\:]+", "-", file).strip(".") + ".html"
        (written,) = write_files(folder, {name: proof_page(file, seen.document.scans)})
        say(f"识别核对页：{written}", f"Pages with boxes: {written}")


def _shown(name: str, seen: Explained, explain: bool, json: bool) -> int:
    """Show one document; returns its exit code."""
    table = seen.table
    if json:
        emit(read_json(table))
    if table.status is Status.REFUSED:
        say(f"{name}：{table.findings[0].zh}", f"{name}: {table.findings[0].en}")
    if not json:
        if explain:
            _explain(screen(), seen)
        elif table.status is not Status.REFUSED:
            _show(screen(), table)
    if table.status is Status.REFUSED:
        return FAILED
    return FINDINGS if any(f.severity is Severity.ERROR for f in table.findings) else FINE


def _show(console: Console, table: TargetTable) -> None:
    _heads(console, table)
    shown = Table(title="项目 / projects", title_justify="left")
    for heading in ("序号", "项目", "总计", "财政拨款", "指标"):
        shown.add_column(heading, justify="left" if heading == "项目" else "right")
    for number, project in enumerate(table.projects, 1):
        funds = project.funds
        shown.add_row(
            str(number), escape(project.name), *("" if f is None else f"{f:,}" for f in (funds.total, funds.fiscal_appropriation)),
            str(len(project.indicators)),
        )  # fmt: skip
    total = table.printed_totals
    if total.total is not None:
        shown.add_section()
        printed = ("" if f is None else f"{f:,}" for f in (total.total, total.fiscal_appropriation))
        shown.add_row("", "合计", *printed, str(table.indicator_count))
    console.print(shown)
    _findings(console, table)
    console.print("[dim]每项指标读成了什么、在文中何处：加 --explain；全部字段：加 --json[/dim]")


def _heads(console: Console, table: TargetTable) -> None:
    console.print(
        f"[bold]{escape(table.source.file)}[/bold]  {table.kind}  {table.source.encoding or table.source.media_type}"
    )
    for label, field in _HEADS:
        value = getattr(table, field)
        if value is not None:
            console.print(f"  {label}：{escape(str(value))}")
    console.print(f"  {len(table.projects)} 个项目，{table.indicator_count} 项指标")


def _findings(console: Console, table: TargetTable) -> None:
    if not table.findings:
        console.print("没有发现读取问题。/ no reading faults")
        return
    listed = table_of_findings()
    for finding in table.findings:
        colour = COLOURS[finding.severity]
        at = f"  [dim]{where(finding.place)}[/dim]"
        listed.add_row(
            f"[{colour}]{finding.severity.zh}[/{colour}]", f"[bold]{finding.code}[/bold]", escape(finding.zh) + at
        )
    console.print(listed)


def where(place: Place) -> str:
    """A place in a few signs: 字228–273, or 工作表“…”第6行第7列; "" where nothing is known."""
    if place.start is not None and place.end is not None:
        return f"字{place.start}–{place.end}"
    return place.zh


def _explain(console: Console, seen: Explained) -> None:
    table = seen.table
    _heads(console, table)
    console.print(f"[bold]一 文件[/bold]  {escape(table.source.media_type)}  SHA-256 {table.source.sha256}")
    if seen.document is not None:
        console.print("[bold]二 版面[/bold]")
        for block in seen.document.blocks:
            console.print(f"  {_block(block)}", markup=False)
        for dress in seen.document.furniture:
            console.print(f"  页面装饰 {where(dress.place)} {short(dress.text, 40)}", markup=False)
    if seen.reading is not None:
        console.print("[bold]三 栏目[/bold]")
        for column in seen.reading.columns:
            console.print(
                f"  “{short(column.heading, 30)}” → {column.role or '没有读懂'}  {where(column.place)}", markup=False
            )
        console.print("[bold]四 各项目[/bold]")
    for number, project in enumerate(table.projects, 1):
        _project(console, number, project)
    console.print("[bold]五 问题[/bold]")
    _findings(console, table)


def _block(block: Paragraph | Grid) -> str:
    if isinstance(block, Grid):
        widest = max(map(len, block.rows), default=0)
        first = " | ".join(short(c, 12) for c in block.rows[0])
        merged = f"，合并 {len(block.merges)} 处" if block.merges else ""
        return f"表格 {len(block.rows)} 行 × {widest} 列{merged}，首行：{first}"
    return f"段落 {where(block.place)} {short(block.text, 60)}"


def _project(console: Console, number: int, project: Project) -> None:
    console.print(f"[bold]{number} {escape(project.name)}[/bold]  [dim]{where(project.place)}[/dim]")
    for field, place in project.field_places:
        owner = project.funds if field in _MONEY else project
        value = getattr(owner, "code" if field == "project_code" else field)
        console.print(f"  {field}  {where(place)}  {short(str(value), 70)}", markup=False)
    for indicator in project.indicators:
        console.print(f"  第{indicator.number}项  {where(indicator.place)}  {indicator.confidence}", markup=False)
        for field in _FIELDS:
            value = getattr(indicator, field)
            if value is not None:
                console.print(f"    {field}  {where(indicator.place_of(field))}  {short(value, 70)}", markup=False)

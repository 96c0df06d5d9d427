"""`hengji diff`: two evaluations, packs or days compared: what changed and why."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from hengji.cli.options import AsJson
from hengji.cli.output import FINDINGS, emit, fail, screen, short, write_files
from hengji.dossier import DossierError
from hengji.dossier.compared import side_of
from hengji.dossier.compared_page import diff_json, diff_page, why
from hengji.model.evaluation import Stage
from hengji.scoring.difference import Change, Difference, difference

PAGE = "diff.html"
_SHOWN = ("总分", "等级", "灯")


def diff(
    a: Annotated[
        str,
        typer.Argument(
            metavar="A",
            help="年度文件夹、文件夹@日期，或 evaluations 里的文件 / a dossier, DOSSIER@YYYY-MM-DD, or a frozen file",
        ),
    ],
    b: Annotated[str, typer.Argument(metavar="B", help="同上 / the same")],
    stage: Annotated[Stage, typer.Option(help="比哪个阶段 / which stage")] = Stage.SELF_EVALUATION,
    pack_a: Annotated[str | None, typer.Option(help="甲按这套规则包重算 / A anew under this pack")] = None,
    pack_b: Annotated[str | None, typer.Option(help="乙按这套规则包重算 / B anew under this pack")] = None,
    out: Annotated[
        str | None, typer.Option(help="另写一份 html 报告到此文件夹 / a report as html into this folder")
    ] = None,
    json: AsJson = False,
) -> None:
    """比较两次评价：哪些项目和指标变了，由哪项输入引起；变差最多的在前。/ Two evaluations, packs or days compared: what changed and why, worst first."""
    try:
        found = difference(side_of(a, stage, pack=pack_a), side_of(b, stage, pack=pack_b))
    except DossierError as error:
        fail(error.zh, error.en)
    if out is not None:
        (path,) = write_files(Path(out), {PAGE: diff_page(found)})
        if not json:
            screen().print(f"  {path}", markup=False)
    if json:
        emit(diff_json(found))
    else:
        _show(screen(), found)
    if found.unexplained:
        raise typer.Exit(FINDINGS)


def _show(console: Console, found: Difference) -> None:
    for sign, side in (("甲", found.a), ("乙", found.b)):
        made = side.evaluation
        console.print(f"{sign}  {side.label}  {made.stage.value}  截至{made.as_of}  {made.pack}", markup=False)
    if found.unexplained:
        console.print("[red]各项输入相同，而数字不同：其中一份被改动过，或程序有错。请用 hengji verify 核对。[/red]")
    for cause in found.causes:
        console.print(f"[bold]{cause.input.zh}[/bold] 不同", highlight=False)
        for detail in cause.details[:10]:
            console.print(f"    {escape(detail)}", soft_wrap=True)
        if len(cause.details) > 10:
            console.print(f"    [dim]另有 {len(cause.details) - 10} 处，见 --json 或 --out[/dim]")
    listed = Table(box=None, padding=(0, 1))
    for heading in ("序号", "项目", "变了什么", "由什么引起"):
        listed.add_column(heading, overflow="fold")
    for one in found.projects:
        told = [_change(c) for c in one.changes if c.what in _SHOWN]
        others = sum(c.what not in _SHOWN for c in one.changes)
        told += [f"另 {others} 处"] if others else []
        told += [{"a": "只在甲", "b": "只在乙"}[one.there]] if one.there != "both" else []
        listed.add_row(
            str(one.place), f"[bold]{escape(one.name)}[/bold]", escape("；".join(told)), escape(_because(why(one)))
        )
        for line in one.lines:
            changes = "；".join(_change(c) for c in line.changes if c.what != "算法") or "算法"
            there = {"a": "只在甲", "b": "只在乙"}.get(line.there)
            listed.add_row(
                "", f"  {line.number} {escape(line.name)}", escape(there or changes), escape(_because(why(line)))
            )
    if found.projects:
        console.print(listed)
    console.print(
        f"{len(found.projects)} 个项目有变化，{found.same} 个没有；问题减少 {len(found.gone)} 项，增加 {len(found.new)} 项"
    )


def _change(change: Change) -> str:
    by = "" if change.by is None else f"（{change.by:+f}）"
    return f"{change.what} {short(change.a or '—', 24)} → {short(change.b or '—', 24)}{by}"


def _because(text: str) -> str:
    return short(text, 60)

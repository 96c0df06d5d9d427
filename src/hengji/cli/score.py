"""`hengji score`, `monitor`, `verify`: self-evaluation, mid-year monitoring, and what was frozen recomputed."""

from __future__ import annotations

import datetime
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from hengji.cli.compute import day_of
from hengji.cli.dossiers import opened
from hengji.cli.framed import asked_for, print_framed
from hengji.cli.options import AsJson
from hengji.cli.output import COLOURS, FAILED, FINDINGS, emit, fail, screen
from hengji.dossier import DossierError
from hengji.model.evaluation import Stage
from hengji.model.finding import Severity

if TYPE_CHECKING:
    from hengji.dossier.evaluated import Evaluated

Folder = Annotated[str, typer.Argument(metavar="DOSSIER", help="年度文件夹 / the dossier")]
Pack = Annotated[str | None, typer.Option(help="规则包，默认为文件夹的设置 / rule pack, default the dossier's")]
Engine = Annotated[str, typer.Option(help="duckdb 或 spark[://主机:端口] / the engine")]
Freeze = Annotated[bool, typer.Option("--freeze/--no-freeze", help="存入 evaluations/，以后可重算核对 / store it")]


def score(
    folder: Folder,
    as_of: Annotated[
        str | None, typer.Option(help="截止日期，默认年末 / the day, default the last of the year")
    ] = None,
    pack: Pack = None,
    engine: Engine = "duckdb",
    freeze: Freeze = True,
    frame: Annotated[
        str | None,
        typer.Option(
            help="departmental 部门评价 · fiscal 财政评价(均须 --project) · department 部门整体自评，department:名称 选指标体系 / by a frame"
        ),
    ] = None,
    project: Annotated[str | None, typer.Option(help="项目名称或序号 / the project of a --frame")] = None,
    json: AsJson = False,
) -> None:
    """年终单位自评：逐项计分，列出算法，得出总分和等级；--frame 为部门评价、财政评价或部门整体自评。/ Year-end self-evaluation with workings; --frame evaluates one project, or the whole unit, by a frame of indicators."""
    if frame is None and project is not None:
        fail("--project 只与 --frame 一起用。", "--project goes with --frame only.")
    _run(folder, Stage.SELF_EVALUATION, as_of, pack, engine, freeze, json, frame, project)


def monitor(
    folder: Folder,
    as_of: Annotated[str, typer.Option(help="监控截止日期，如 2024-07-31 / the day")],
    pack: Pack = None,
    engine: Engine = "duckdb",
    freeze: Freeze = True,
    json: AsJson = False,
) -> None:
    """年中绩效运行监控：预算执行和绩效目标双监控。/ Mid-year monitoring of money and results."""
    _run(folder, Stage.MONITORING, as_of, pack, engine, freeze, json)


def _run(
    folder: str, stage: Stage, as_of: str | None, pack: str | None, engine: str, frozen: bool, json: bool,
    frame: str | None = None, project: str | None = None,
) -> None:  # fmt: skip
    from hengji.dossier.evaluated import evaluate
    from hengji.dossier.frozen import freeze
    from hengji.scoring.as_json import evaluation_json

    dossier = opened(folder)
    try:
        if frame is None:
            found = evaluate(dossier, stage, day_of(as_of), pack=pack, engine=engine)
        else:
            found = asked_for(dossier, frame, project, day_of(as_of), pack, engine)
        path = freeze(found, datetime.datetime.now()) if frozen else None
    except DossierError as error:
        fail(error.zh, error.en)
    if json:
        emit(evaluation_json(found.evaluation))
    else:
        if frame is None:
            _print(found)
        else:
            print_framed(found.evaluation)
        if path:
            screen().print(f"  {path}", markup=False)
    if any(f.severity is Severity.ERROR for f in found.evaluation.findings):
        raise typer.Exit(FINDINGS)


def _print(found: Evaluated) -> None:
    evaluation = found.evaluation
    console = screen()
    if evaluation.simulated:
        console.print("[bold reverse] 模拟数据 [/] 记录是生成的，不是真实情况 / the records are simulated")
    self_evaluation = evaluation.stage is Stage.SELF_EVALUATION
    listed = Table(box=None, padding=(0, 1))
    for heading in (
        "序号",
        "项目",
        "执行率",
        "得分" if self_evaluation else "灯",
        "总分" if self_evaluation else "红黄绿蓝",
        "等级",
    ):
        listed.add_column(heading, overflow="fold")
    for number, one in enumerate(evaluation.projects, 1):
        money = one.execution
        rate = "—" if money.execution_rate is None else f"{money.execution_rate:.2f}%"
        if self_evaluation:
            cells = (f"{money.points}", "未定" if one.total_points is None else f"{one.total_points:.2f}",
                     one.grade.value if one.grade else "—")  # fmt: skip
        else:
            lights = [line.light.zh for line in one.lines if line.light]
            counts = " ".join(f"{c}{lights.count(c)}" for c in "红黄绿蓝")
            cells = (one.light.zh if one.light else "—", counts, "")
        listed.add_row(str(number), escape(one.name), rate, *cells)
    console.print(listed)
    for finding in evaluation.findings:
        colour = COLOURS[finding.severity]
        said = f"[{colour}]{finding.severity.zh}[/{colour}] [bold]{finding.code}[/bold] {escape(finding.zh)}"
        console.print(said, soft_wrap=True)
    if evaluation.unverified:
        console.print(
            f"[dim]依据中有 {len(evaluation.unverified)} 条尚未核对原文，见口径说明 / not checked word by word[/dim]"
        )


def verify(folder: Folder, json: AsJson = False) -> None:
    """重算冻结过的评价，逐行核对，并检查链条；对网站的数据文件夹，核对留痕。

    Recompute what was frozen and check the chain; of a site's data folder, prove the trail of acts.
    """
    if (Path(folder) / "hengji.sqlite3").is_file():
        # The trail lives behind another door, which is started rather than imported.
        python = [sys.executable, "-m", "hengji.web.prove", folder, *(["--json"] if json else [])]
        os.execv(sys.executable, python)
    from hengji.dossier.frozen import verify as verified

    try:
        found = verified(opened(folder))
    except DossierError as error:
        fail(error.zh, error.en)
    if json:
        emit({"format": "hengji.verify/1", "ok": not found.differences, "checked": found.checked,
              "differences": [d._asdict() for d in found.differences], "remarks": list(found.remarks)})  # fmt: skip
    else:
        console = screen()
        for one in found.differences:
            console.print(f"[red]不一致[/red] {escape(one.what)}：存的是 {escape(str(one.stored))}，重算是 {escape(str(one.recomputed))}",
                          soft_wrap=True)  # fmt: skip
        for remark in found.remarks:
            console.print(f"说明：{escape(remark)}", soft_wrap=True)
        console.print(
            f"核对 {found.checked} 份冻结的评价，"
            + ("全部一致" if not found.differences else f"{len(found.differences)} 处不一致")
        )
    if found.differences:
        raise typer.Exit(FINDINGS if found.checked else FAILED)

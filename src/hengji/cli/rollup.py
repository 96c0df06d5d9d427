"""`hengji rollup`: several units' self-evaluations of the same transfer payment as one."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from hengji.cli.dossiers import opened
from hengji.cli.options import AsJson
from hengji.cli.output import COLOURS, FINDINGS, emit, fail, screen, write_files
from hengji.dossier import DossierError

if TYPE_CHECKING:
    from hengji.scoring.rollup import Rolled


def rollup(
    folders: Annotated[list[str], typer.Argument(metavar="DOSSIER…", help="各单位的年度文件夹 / the units' dossiers")],
    project: Annotated[
        str | None, typer.Option(help="转移支付项目名称，默认为两个以上单位共有的项目 / name of the transfer")
    ] = None,
    out: Annotated[str | None, typer.Option(help="把转移支付自评表写到哪个文件夹 / where to write the forms")] = None,
    json: AsJson = False,
) -> None:
    """汇总各单位同一转移支付的自评：绝对值相加，比率按分子分母，定性按分档比例。/ Roll up several units' self-evaluations of one transfer."""
    from hengji.dossier.rolled import roll_up, rollup_json

    dossiers = [opened(folder) for folder in folders]
    try:
        made = roll_up(dossiers, project)
    except DossierError as error:
        fail(error.zh, error.en)
    if made.simulated and not json:
        screen().print("[bold reverse] 模拟数据 [/] 记录是生成的，不是真实情况 / the records are simulated")
    for one in made.transfers:
        if json:
            emit(rollup_json(one, made))
        else:
            _print(one)
    if out:
        from hengji.forms.frame_transfer import Transfer, transfer_form

        year = made.as_of.year
        files = {
            f"{n}-transfer_self_evaluation.xlsx": transfer_form(
                Transfer(one.transfer, one.units, one.budget, one.outturn, one.rate, one.money_unit, one.lines),
                year,
                simulated=made.simulated,
            )
            for n, one in enumerate(made.transfers, 1)
        }
        for path in write_files(Path(out), files):
            if not json:
                screen().print(f"  {path}", markup=False)
    if made.broken:
        raise typer.Exit(FINDINGS)


def _print(one: Rolled) -> None:
    console = screen()
    rate = "—" if one.rate is None else f"{one.rate:.2f}%"
    console.print(
        f"{one.transfer}：{len(one.units)} 个单位，全年预算 {_money(one.budget)}，执行 {_money(one.outturn)} "
        f"{one.money_unit or ''}，执行率 {rate}",
        markup=False,
    )
    listed = Table(box=None, padding=(0, 1))
    for heading in ("序号", "二级指标", "三级指标", "指标值", "汇总完成值", "单位数"):
        listed.add_column(heading, overflow="fold")
    for line in one.lines:
        cells = (line.level2, line.name, line.target, line.text or "未汇总", str(len(line.units)))
        listed.add_row(str(line.number), *map(escape, cells))
    console.print(listed)
    for finding in one.findings:
        colour = COLOURS[finding.severity]
        said = f"[{colour}]{finding.severity.zh}[/{colour}] [bold]{finding.code}[/bold] {escape(finding.zh)}"
        console.print(said, soft_wrap=True)


def _money(amount: Decimal | None) -> str:
    return "—" if amount is None else f"{amount:,f}"

"""The commands of reception: `gateway` (with `ask`, `verify`, `export`, the store's), `outlets`, `suspicion`, `simulate`."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.markup import escape
from rich.table import Table
from typer.core import TyperGroup

from hengji.gateway import stored
from hengji.gateway.simulated.command import simulate
from hengji.gateway.terminal import FINDINGS, emit, fail, say, screen
from hengji.reception.errors import GatewayError

Folder = Annotated[Path, typer.Argument(metavar="FOLDER", help="网关的文件夹，内有 devices.csv / the gateway's folder")]
AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON / JSON")]

app = typer.Typer(help="HJ 212 接收 / reception", no_args_is_help=True, add_completion=False, rich_markup_mode=None,
                  pretty_exceptions_enable=False)  # fmt: skip


class _Serving(TyperGroup):
    """`gateway FOLDER` serves; `gateway ask …` and the others are commands of their own."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] != "--help":
            args = ["serve", *args]
        return super().parse_args(ctx, args)


gateway_app = typer.Typer(
    cls=_Serving,
    help="HJ 212 接收网关：hengji gateway 文件夹；另有 roll、rates、records、packet、ask、verify、export。/ HJ 212 gateway: hengji gateway FOLDER.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(gateway_app, name="gateway")
app.command("simulate")(simulate)
for of_store in (stored.roll, stored.rates, stored.records, stored.packet):
    gateway_app.command()(of_store)


@gateway_app.command()
def serve(
    folder: Folder,
    host: Annotated[str, typer.Option(help="监听地址 / address")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="端口，0为任意 / port, 0 for any")] = 9212,
    metrics_port: Annotated[
        int, typer.Option(help="本机上的Prometheus端口，0为不开 / local port for Prometheus, 0 for none")
    ] = 0,
) -> None:
    """接收数据，直到 Ctrl-C；每个事件一行JSON（stderr和events/）。/ Receive until Ctrl-C; one JSON line an event."""
    try:
        from hengji.gateway.server import Gateway
    except ModuleNotFoundError as error:
        _not_installed(error)
    try:
        gateway = Gateway(folder)
        if metrics_port:
            gateway.metrics.serve(metrics_port)
        asyncio.run(gateway.run(host, port))
    except GatewayError as error:
        fail(error.zh, error.en)
    except OSError as error:
        fail(
            f"端口 {metrics_port} 不能用：{error.strerror}。请换一个。",
            f"Port {metrics_port} cannot be used: {error.strerror}. Take another.",
        )


@gateway_app.command()
def ask(
    folder: Folder,
    mn: Annotated[str, typer.Argument(metavar="MN", help="设备编码 / the device")],
    kind: Annotated[str, typer.Argument(metavar="KIND", help="time、hours、minutes、sample、parameters … ")],
    fields: Annotated[list[str] | None, typer.Argument(metavar="[NAME=VALUE]…", help="如 PolId=w01018")] = None,
    begin: Annotated[str | None, typer.Option("--from", help="补传起始，如 2024-03-05T08 / from")] = None,
    end: Annotated[str | None, typer.Option("--to", help="补传结束 / to")] = None,
    wait: Annotated[float, typer.Option(help="等结果的秒数，0为不等 / seconds to wait for the outcome")] = 0.0,
    json: AsJson = False,
) -> None:
    """请求设备：校时、补传、采样、读参数等，由运行中的网关发出。/ Ask a device through the running gateway."""
    from hengji.gateway import asking

    if kind not in asking.KINDS:
        listed = "；".join(f"{name} {one.zh}" for name, one in asking.KINDS.items())
        fail(f"没有“{kind}”这种请求。可用：{listed}。", f"No request “{kind}”. There are: {', '.join(asking.KINDS)}.")
    given = dict(field.partition("=")[::2] for field in fields or ())
    for name, text in (("BeginTime", begin), ("EndTime", end)):
        if text is not None:
            given[name] = _moment(text)
    try:
        _there(folder)
        number = asking.ask(folder, mn, kind, given)
        until, found = time.monotonic() + wait, None
        while found is None and time.monotonic() < until:
            time.sleep(0.1)
            found = asking.outcome(folder, number)
    except ValueError as error:
        fail(f"“{kind}”还需要：{error}。", f"“{kind}” also needs: {error}.")
    except OSError as error:
        fail(f"{folder} 用不了：{error.strerror}。", f"{folder} cannot be used: {error.strerror}.")
    if json:
        emit({"format": "hengji.ask/1", "id": number, "outcome": None, **(found or {})})
    elif found is None:
        screen().print(f"已登记请求 {number}，等待网关发出。/ left for the gateway.", markup=False)
    else:
        code = f"（{found['code']}）" if found["code"] else ""
        screen().print(f"{found['zh']}{code} / {found['en']}；收到数据包 {found['packets']} 个", markup=False)
    if found is not None and found["outcome"] not in ("done", "no_data"):
        raise typer.Exit(FINDINGS)


@gateway_app.command()
def verify(
    folder: Folder,
    head: Annotated[
        str | None, typer.Option(help="另处记下的链头，应仍在链中 / a head that was noted elsewhere")
    ] = None,
    json: AsJson = False,
) -> None:
    """检查收件箱的链：改动、删除、插入、截断。/ Check the inbox: anything changed, removed, inserted or cut."""
    from hengji.gateway import verify as chain

    try:
        _there(folder)
        found = chain.verify(folder / "inbox", head)
    except OSError as error:
        fail(f"{folder} 读不出来：{error.strerror}。", f"{folder} cannot be read: {error.strerror}.")
    if json:
        emit(
            {"format": "hengji.gateway-verify/1", "ok": not found.differences, "checked": found.checked,
             "number": found.number, "head": found.head, "differences": [d._asdict() for d in found.differences]}
        )  # fmt: skip
    else:
        for one in found.differences:
            screen().print(f"{one.where}  {one.zh}\n    {one.en}", markup=False)
        state = "有问题" if found.differences else "完好"
        screen().print(f"查了 {found.checked} 条记录，{state}。链头 {found.head}（请另处记下）", markup=False)
    if found.differences:
        raise typer.Exit(FINDINGS)


@gateway_app.command()
def export(
    folder: Folder,
    day: Annotated[str, typer.Argument(metavar="DAY", help="如 2024-03-05")],
    out: Annotated[Path, typer.Option(help="写到哪里 / where to")],
    json: AsJson = False,
) -> None:
    """把一天的原始数据包转成Parquet：数据包、数值、接收时间。/ A day as Parquet: packets, values, receipts."""
    try:
        from hengji.reception.segments import export as exported
    except ModuleNotFoundError as error:
        _not_installed(error)
    try:
        _there(folder)
        found = exported(folder / "inbox", day, out)
    except OSError as error:
        fail(f"{day} 转不出来：{error.strerror}。", f"{day} cannot be exported: {error.strerror}.")
    said = {"packets": found.packets, "duplicates": found.duplicates, **found.replayed._asdict()}
    if json:
        emit({"format": "hengji.gateway-export/1", "day": day, **said, "unmatched": found.unmatched})
    else:
        screen().print(f"{day}：数据包 {found.packets}，其中重复 {found.duplicates}；写到 {out}", markup=False)
    if found.unmatched:
        say(
            f"{found.unmatched} 条接收记录对不上数据包。请报告此问题。",
            f"{found.unmatched} receipts match no packet; please report it.",
        )
        raise typer.Exit(FINDINGS)


@app.command()
def outlets(folder: Folder, json: AsJson = False) -> None:
    """排放口现状：最后接收、今日应收实收、隔离、报警。/ State of outlets: last seen, received and due, quarantine, alarms."""
    from hengji.reception.outlets import outlets_now

    try:
        found = outlets_now(folder)
    except GatewayError as error:
        fail(error.zh, error.en)
    except OSError as error:
        fail(f"{folder} 读不出来：{error.strerror}。", f"{folder} cannot be read: {error.strerror}.")
    if json:
        emit(found.as_json())
        return
    _show(found.listed, found.quarantine, found.at, found.simulated)
    if found.rates_until is None:
        say(
            f"今日的传输率、有效率还没有汇总。请运行 hengji gateway roll {folder}。",
            f"Today's rates are not rolled up yet: run hengji gateway roll {folder}.",
        )
    else:
        screen().print(
            f"传输率、有效率按 {found.rates_until[:16].replace('T', ' ')} 前收到的数据汇总，扣除备案停产时段",
            markup=False,
        )


@app.command()
def suspicion(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="FOLDER", help="网关的文件夹，或 export、重放得到的文件夹 / a gateway's folder, or replayed"
        ),
    ],
    limits: Annotated[
        Path | None,
        typer.Option(
            help="CSV：mn,factor,limit,range_top,detection；不写则用文件夹中的 outlet_limits.csv / limits by outlet"
        ),
    ] = None,
    json: AsJson = False,
) -> None:
    """数据疑似异常清单：理由、时段、原始数据包，均需现场核实。/ Signs of odd data with reasons; all need site proof."""
    try:
        from hengji.evidence.errors import EvidenceError
        from hengji.gateway.suspicion import show
        from hengji.reception.suspicion import suspected
    except ModuleNotFoundError as error:
        _not_installed(error)
    try:
        found = suspected(folder, limits)
    except (EvidenceError, GatewayError) as error:
        fail(error.zh, error.en)
    except OSError as error:
        fail(
            f"{error.filename or folder} 读不出来：{error.strerror}。",
            f"{error.filename or folder} cannot be read: {error.strerror}.",
        )
    if json:
        emit(found)
    else:
        show(screen(), found)


def _show(listed: list[dict[str, Any]], quarantine: list[dict[str, Any]], now: datetime, simulated: bool) -> None:
    console = screen()
    console.print(f"[bold]{now:%Y-%m-%d %H:%M}[/bold]{'  [yellow]模拟数据[/yellow]' if simulated else ''}")
    table = Table(box=None, padding=(0, 1))
    for heading in (
        "排放口",
        "MN",
        "最后接收",
        "今日包数",
        "小时 实收/应收",
        "分钟 实收/应收",
        "传输率",
        "有效率",
        "报警",
    ):
        table.add_column(heading, overflow="fold")
    for one in listed:
        hours, minutes = (_counts(one["factors"], part) for part in ("hours", "minutes"))
        alarms = "；".join(alarm["zh"] for alarm in one["alarms"])
        last = (one["last_seen"] or "—")[:19].replace("T", " ")
        table.add_row(
            *(
                escape(text)
                for text in (
                    one["outlet"] or "",
                    one["mn"],
                    last,
                    str(one["packets_today"]),
                    hours,
                    minutes,
                    *_rates(one),
                )
            ),
            f"[red]{escape(alarms)}[/red]" if alarms else "",
        )
    console.print(table)
    for row in quarantine:
        text = f"隔离 {row['why']} {row.get('mn', '')} {row.get('address', '')}：{row['packets']} 个，最后 {row['last'][:19]}"
        console.print(text, markup=False)


def _rates(one: dict[str, Any]) -> list[str]:
    """Rates of transmission and validity, in percent with two places."""
    said = [(one["rates"] or {}).get(name) for name in ("transmission_rate", "validity_rate")]
    return ["—" if rate is None else f"{Decimal(rate):.2f}%" for rate in said]


def _counts(factors: dict[str, Any], part: str) -> str:
    """Received and due over all factors, and the factor that lacks most."""
    due = {code: f[part] for code, f in factors.items() if f[part]["due"]}
    if not due:
        return ""
    total = f"{sum(f['received'] for f in due.values())}/{sum(f['due'] for f in due.values())}"
    code, worst = min(due.items(), key=lambda item: item[1]["received"] / item[1]["due"])
    lacking = worst["received"] < worst["due"] and len(due) > 1
    return f"{total}，最少 {code} {worst['received']}/{worst['due']}" if lacking else total


def _not_installed(error: ModuleNotFoundError) -> NoReturn:
    fail(
        f"没有安装 {error.name}。请先安装：pip install 'hengji[gateway]'。",
        f"{error.name} is not installed: pip install 'hengji[gateway]'.",
    )


def _there(folder: Path) -> None:
    if not folder.is_dir():
        raise FileNotFoundError(2, "没有这个文件夹 / no such folder", str(folder))


def _moment(text: str) -> str:
    """A time as the protocol writes it.

    Raises:
        typer.Exit: it is none; that was said.
    """
    try:
        return f"{datetime.fromisoformat(text):%Y%m%d%H%M%S}"
    except ValueError:
        fail(f"“{text}”不是时间，应如 2024-03-05T08。", f"“{text}” is no time; write it like 2024-03-05T08.")

"""`hengji simulate`: prepare the folder of a gateway, let the outlets live, write the log and the truth."""

from __future__ import annotations

import asyncio
import datetime
import signal
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from hengji.gateway.simulated.device import SimulatedDevice
from hengji.gateway.simulated.plan import plan
from hengji.gateway.simulated.truth import Book, write_stops, write_truth
from hengji.gateway.terminal import FINDINGS, emit, fail, say, screen
from hengji.reception.clock import TRIAL, Clock, write_trial
from hengji.reception.devices import FILE, read_register, write_register
from hengji.reception.errors import GatewayError
from hengji.reception.store.stops import FILE as STOPS

UPLOADS = {"realtime": "2011", "minute": "2051", "hour": "2061", "day": "2031"}
LEAD_SECONDS = 2.0
"""Time for the gateway to read register and clock before the first packet."""
RAMP = 400
"""Devices that begin to live a second."""


def simulate(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="网关的文件夹 / the gateway's folder")],
    outlets: Annotated[int, typer.Option(min=1, help="排放口数 / outlets")] = 20,
    seed: Annotated[str, typer.Option(help="随机种子 / seed")] = "1",
    hours: Annotated[float, typer.Option(min=0.001, help="模拟多少小时 / hours to live")] = 1.0,
    begin: Annotated[
        str | None, typer.Option(help="从何时起（模拟时间），如 2024-01-01；不写为现在 / start, default now")
    ] = None,
    speed: Annotated[float, typer.Option(min=0.1, help="时间压缩倍数 / so many times as fast as time")] = 1.0,
    realtime: Annotated[int, typer.Option(min=0, help="实时间隔秒，0为无 / realtime interval in seconds")] = 60,
    minute: Annotated[int, typer.Option(min=0, help="分钟数据间隔，0为无 / minute interval")] = 10,
    uploads: Annotated[
        str, typer.Option(help="发送哪些：realtime,minute,hour,day / what to send")
    ] = "realtime,minute,hour,day",
    tampered: Annotated[float, typer.Option(min=0, max=1, help="造假排放口的比例 / share tampered with")] = 0.1,
    faults: Annotated[float, typer.Option(min=0, help="故障率倍数 / factor on the rates of faults")] = 1.0,
    host: Annotated[str, typer.Option(help="网关地址 / the gateway's address")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="端口，0为读文件夹中的 / port, 0 for the one in the folder")] = 0,
    timeout: Annotated[float, typer.Option(min=0.1, help="等应答的秒数 / seconds to wait for an answer")] = 10.0,
    drain: Annotated[float, typer.Option(min=0, help="结束后补发的秒数 / seconds to send the rest")] = 60.0,
    prepare: Annotated[bool, typer.Option("--prepare", help="只写设备登记表 / write the register only")] = False,
    json: Annotated[bool, typer.Option("--json", help="输出 JSON / JSON")] = False,
) -> None:
    """模拟排放口，经TCP发送模拟数据，写出发送记录和真值；Ctrl-C 提前结束。/ Simulated outlets over TCP; log and truth."""
    sent = [name.strip() for name in uploads.split(",") if name.strip()]
    if wrong := [name for name in sent if name not in UPLOADS]:
        fail(f"没有“{wrong[0]}”这种数据。可用：{'、'.join(UPLOADS)}。", f"No data “{wrong[0]}”: {', '.join(UPLOADS)}.")
    clock, start = _clock(begin, speed)
    end = start + datetime.timedelta(hours=hours)
    planned = plan(seed, outlets, start, end, tampered, faults, realtime, minute)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _only_simulated(folder)
        write_register(folder, [one.device for one in planned])
        write_stops(folder / STOPS, planned)
        if prepare:
            screen().print(f"已写出 {outlets} 个模拟排放口的登记表：{folder / FILE}", markup=False)
            return
        if clock.trial:
            write_trial(folder, clock)
        else:
            (folder / TRIAL).unlink(missing_ok=True)
        where = host, port or _port(folder)
        (folder / "simulated").mkdir(exist_ok=True)
        said = {
            "seed": seed, "outlets": outlets, "begin": f"{start:%Y-%m-%dT%H:%M:%S}", "end": f"{end:%Y-%m-%dT%H:%M:%S}",
            "speed": speed, "uploads": sent, "tampered": tampered, "faults": faults,
        }  # fmt: skip
        say(
            f"模拟数据：{outlets} 个排放口，{start:%Y-%m-%d %H:%M} 至 {end:%Y-%m-%d %H:%M}，{speed:g} 倍速",
            f"simulated: {outlets} outlets, {start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M}, {speed:g} times as fast",
        )
        with (folder / "simulated" / "sent.jsonl").open("w", encoding="utf-8") as log:
            book = Book(log)
            chosen = frozenset(UPLOADS[name] for name in sent)
            devices = [SimulatedDevice(one, clock, where, book.note, timeout) for one in planned]
            asyncio.run(_live(devices, start, end, chosen, drain))
        end = min(end, clock.now())
        said["end"] = f"{end:%Y-%m-%dT%H:%M:%S}"
        lines = [book.outlet(d.outlet, start, end, d.pending) for d in devices]
        write_truth(folder / "simulated" / "truth.jsonl", said, lines)
    except GatewayError as error:
        fail(error.zh, error.en)
    except OSError as error:
        fail(f"{folder} 写不进去：{error.strerror}。", f"{folder} cannot be written: {error.strerror}.")
    _tell(book, said, sum(d.pending for d in devices), json)


async def _live(
    devices: list[SimulatedDevice],
    begin: datetime.datetime,
    end: datetime.datetime,
    uploads: frozenset[str],
    drain: float,
) -> None:
    async def later(number: int, device: SimulatedDevice) -> None:
        await asyncio.sleep(number / RAMP)
        await device.run(begin, end, uploads, drain)

    def stop() -> None:
        for device in devices:
            device.stop()

    for sign in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(sign, stop)
    await asyncio.gather(*(later(n, device) for n, device in enumerate(devices)))


def _clock(begin: str | None, speed: float) -> tuple[Clock, datetime.datetime]:
    """The clock, and the moment at which the outlets begin to live."""
    origin = time.time() + LEAD_SECONDS
    if begin is None and speed == 1:
        return Clock(), Clock().now() + datetime.timedelta(seconds=LEAD_SECONDS)
    try:
        start = Clock().now().replace(microsecond=0) if begin is None else datetime.datetime.fromisoformat(begin)
    except ValueError:
        fail(f"“{begin}”不是时间，应如 2024-01-01T00。", f"“{begin}” is no time; write it like 2024-01-01T00.")
    return Clock(start, origin, speed), start


def _only_simulated(folder: Path) -> None:
    """Refuse a folder with real devices.

    Raises:
        GatewayError: there is one.
    """
    if not (folder / FILE).exists():
        return
    if any(not device.simulated for device in read_register(folder).devices.values()):
        raise GatewayError(
            f"{folder / FILE} 登记有真实设备，模拟数据不能混入。请另用一个文件夹。",
            f"{folder / FILE} holds real devices; simulated data must not get among theirs. Take another folder.",
        )


def _port(folder: Path) -> int:
    try:
        return int((folder / "gateway.port").read_text("ascii"))
    except (OSError, ValueError):
        raise GatewayError(
            f"{folder} 里的网关没有运行过。请先在另一个窗口运行 hengji gateway {folder}（需要登记表时先加 --prepare），"
            "或用 --port 指明端口。",
            f"No gateway has run on {folder}. Start hengji gateway {folder} in another window (write the register with "
            "--prepare first), or say --port.",
        ) from None


def _tell(book: Book, said: dict[str, Any], pending: int, json: bool) -> None:
    waits = sorted(book.waits)
    shares = {name: round(waits[min(len(waits) - 1, int(len(waits) * q))], 4) if waits else None
              for name, q in (("p50", 0.5), ("p99", 0.99), ("max", 1.0))}  # fmt: skip
    counts = {
        "sent": book.sent,
        "answered": len(waits),
        "unanswered": book.unanswered,
        "again": book.again,
        "pending": pending,
    }
    if json:
        emit({"format": "hengji.simulate/1", "label": "模拟数据", **said, **counts, "answer_seconds": shares})
    else:
        screen().print(
            f"模拟数据：发出 {book.sent}，得到应答 {len(waits)}，未应答 {book.unanswered}，重发 {book.again}，"
            f"未发完 {pending}；应答时间 中位 {shares['p50']} 秒，99% {shares['p99']} 秒，最长 {shares['max']} 秒",
            markup=False,
        )
    if pending:
        raise typer.Exit(FINDINGS)

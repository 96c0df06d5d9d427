"""`hengji gateway roll`, `rates`, `records` and `packet`: from the journal to rates, and back to a packet."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from hengji.dossier.errors import DossierError
from hengji.gateway.terminal import FINDINGS, emit, fail, screen
from hengji.reception.errors import GatewayError

Folder = Annotated[Path, typer.Argument(metavar="FOLDER", help="网关的文件夹 / the gateway's folder")]
AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON / JSON")]
Late = Annotated[
    int, typer.Option("--late-days", min=0, help="迟到多少天内仍计为收到 / days until when late data count")
]


def roll(folder: Folder, late_days: Late = 10, json: AsJson = False) -> None:
    """把收件箱解读并汇总成小时和日，只重算有变化的日子。/ Decode the inbox; hours and days of it, only what changed."""
    from hengji.reception.store import rolled
    from hengji.reception.store.decoded import HOUR
    from hengji.reception.store.habits import LEAST

    try:
        _there(folder)
        done = rolled.roll(folder, late_days)
    except GatewayError as error:
        fail(error.zh, error.en)
    except OSError as error:
        fail(
            f"{folder} 汇总不了：{error.strerror or error}。",
            f"{folder} cannot be rolled up: {error.strerror or error}.",
        )
    ends = [habit for habit in done.habits if habit.ends]
    # A kind of data with few packets follows the hours: only where there are enough and they disagree is it worth saying.
    unsure = [h for h in done.habits if not h.sure and (h.cn == HOUR or h.start + h.end >= LEAST)]
    if json:
        emit(
            {"format": "hengji.roll/1", **done.decoded._asdict(), "late_days": late_days, "days": done.days,
             "rolled": list(done.again), "habits": [
                 {"mn": h.mn, "cn": h.cn, "data_time": "end" if h.ends else "start", "start": h.start, "end": h.end,
                  "share": None if h.share is None else f"{h.share:.4f}", "sure": h.sure} for h in done.habits]}
        )  # fmt: skip
        return
    console = screen()
    console.print(
        f"新解读数据包 {done.decoded.packets}，数值 {done.decoded.values}；重算 {len(done.again)} 天，共 {done.days} 天；"
        f"迟到 {late_days} 天内计为收到",
        markup=False,
    )
    if done.decoded.untimed or done.decoded.unmatched:
        console.print(
            f"  没有可用数据时间的数值 {done.decoded.untimed}，读不出数据包的记录 {done.decoded.unmatched}；都留在收件箱里",
            markup=False,
        )
    for habit in ends:
        console.print(
            f"  {habit.mn} {habit.cn}：数据时间写的是时段终点（{_votes(habit.end, habit.start)}）", markup=False
        )
    for habit in unsure:
        said = "终点" if habit.ends else "起点"
        votes = _votes(habit.end, habit.start) if habit.ends else _votes(habit.start, habit.end)
        console.print(f"  {habit.mn} {habit.cn}：数据时间是起点还是终点没有把握，按{said}计（{votes}）", markup=False)


def rates(
    folder: Folder,
    begin: Annotated[str | None, typer.Option("--from", help="起始，如 2024-03-01；默认最早一天 / from")] = None,
    end: Annotated[
        str | None, typer.Option("--to", help="终止，该日不计入，如 2024-04-01 / up to, not included")
    ] = None,
    data: Annotated[str, typer.Option(help="哪种数据：hour、minute、day / which data")] = "hour",
    stops: Annotated[
        str, typer.Option(help="备案停产时段：deducted 扣除，kept 不扣除 / filed stops: deducted or kept")
    ] = "deducted",
    json: AsJson = False,
) -> None:
    """传输率、有效率、传输有效率：按排放口和因子，由已汇总的数据算出。/ Rates of what is rolled up (run roll first)."""
    from hengji.reception.store import rates as of
    from hengji.reception.store.rolled import state_of

    if data not in of.KINDS or stops not in ("deducted", "kept"):
        fail(
            "--data 可用 hour、minute、day，--stops 可用 deducted、kept。",
            "--data takes hour, minute, day; --stops takes deducted, kept.",
        )
    try:
        _there(folder)
        state = state_of(folder)
        whole = of.span(state)
        if whole is None:
            fail(
                f"{folder} 还没有汇总。请先运行 hengji gateway roll {folder}。",
                f"{folder} is not rolled up yet. Run hengji gateway roll {folder}.",
            )
        first, last = (_moment(text) if text else edge for text, edge in zip((begin, end), whole, strict=True))
        found = of.rates(folder, first, last, cn=of.KINDS[data], deducted=stops == "deducted")
    except OSError as error:
        fail(f"{folder} 读不出来：{error.strerror}。", f"{folder} cannot be read: {error.strerror}.")
    total = of.added(found)
    if json:
        emit(
            {"format": "hengji.rates/1", "from": first.isoformat(), "to": last.isoformat(), "data": data, "stops": stops,
             "late_days": state.late_days, "total": total.as_json(), "rates": [rate.as_json() for rate in found]}
        )  # fmt: skip
        return
    _show(found, total, f"{first:%Y-%m-%d %H:%M} 至 {last:%Y-%m-%d %H:%M}", stops == "deducted", state.late_days)


def _show(found: Sequence[object], total: object, span: str, deducted: bool, late_days: int) -> None:
    from hengji.reception.store.rates import Rate, shown

    console = screen()
    convention = "扣除备案停产时段" if deducted else "不扣除备案停产时段"
    console.print(f"{span}；{convention}；迟到 {late_days} 天内计为收到；合计为分子分母相加", markup=False)
    table = Table(box=None, padding=(0, 1))
    for heading in ("排放口", "因子", "应传", "实收", "有效", "重复", "过迟", "传输率", "有效率", "传输有效率"):
        table.add_column(heading, overflow="fold")
    for one in (*found, total):
        assert isinstance(one, Rate)
        name = one.outlet or "合计"
        counts = (one.due, one.received, one.valid, one.repeats, one.too_late)
        percent = (shown(one.transmission), shown(one.validity), shown(one.effective))
        table.add_row(escape(name), escape(one.item), *map(str, counts), *percent)
    console.print(table)


def records(
    folder: Folder,
    dossier: Annotated[Path, typer.Argument(metavar="DOSSIER", help="年度文件夹 / the dossier")],
    json: AsJson = False,
) -> None:
    """把收到的小时数据记入年度文件夹的台账，每条指向原始数据包。/ Hours received into a dossier's register."""
    from hengji.dossier.folder import open_dossier
    from hengji.evidence.imported import import_json
    from hengji.reception.store.records import into

    try:
        _there(folder)
        taken = into(folder, open_dossier(dossier), datetime.datetime.now().astimezone())
    except (GatewayError, DossierError) as error:
        fail(error.zh, error.en)
    except OSError as error:
        fail(f"{folder} 读不出来：{error.strerror}。", f"{folder} cannot be read: {error.strerror}.")
    done = taken.imported
    if json:
        emit(import_json(done) | {"first": taken.first.isoformat(), "last": taken.last.isoformat()})
    else:
        screen().print(
            f"{done.source}\n{taken.first:%Y-%m-%d %H时} 至 {taken.last:%Y-%m-%d %H时}：小时数据 {done.rows} 条，"
            f"新增 {done.decided.new}，更正 {done.decided.versions}，未变 {done.decided.unchanged}，没有收录 {done.rejected_count}",
            markup=False, soft_wrap=True,
        )  # fmt: skip
    if done.rejected_count:
        raise typer.Exit(FINDINGS)


def packet(
    folder: Folder,
    place: Annotated[
        str, typer.Argument(metavar="PLACE", help="记录的“原始数据包”，如 2024-03-05/0001.inbox#1234 / its place")
    ],
    json: AsJson = False,
) -> None:
    """按位置取出一个原始数据包，核对摘要。/ One packet of the inbox by its place, its digest checked."""
    from hengji.reception.store.records import packet as at

    try:
        _there(folder)
        found = at(folder, place)
    except GatewayError as error:
        fail(error.zh, error.en)
    except OSError as error:
        fail(f"{folder} 读不出来：{error.strerror}。", f"{folder} cannot be read: {error.strerror}.")
    entry = found.entry
    if json:
        emit(
            {"format": "hengji.packet/1", "place": place, "number": found.number, "received_at": entry.at, "peer": entry.peer,
             "mn": entry.mn, "sha256": found.digest, "sound": found.sound, "packet_hex": entry.raw.hex()}
        )  # fmt: skip
    else:
        state = "摘要相符 / sound" if found.sound else "与摘要不符：被改动过 / altered"
        screen().print(
            f"第 {found.number} 条  {entry.at}  {entry.peer}  {found.digest}  {state}\n{entry.raw.decode('utf-8', 'replace').rstrip()}",
            markup=False, soft_wrap=True,
        )  # fmt: skip
    if not found.sound:
        raise typer.Exit(FINDINGS)


def _votes(own: int, other: int) -> str:
    return f"{own} 个数据包如此，{other} 个相反"


def _there(folder: Path) -> None:
    if not folder.is_dir():
        raise FileNotFoundError(2, "没有这个文件夹 / no such folder", str(folder))


def _moment(text: str) -> datetime.datetime:
    try:
        return datetime.datetime.fromisoformat(text)
    except ValueError:
        fail(f"“{text}”不是时间，应如 2024-03-05。", f"“{text}” is no time; write it like 2024-03-05.")

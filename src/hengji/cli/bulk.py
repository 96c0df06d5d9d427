"""`hengji bulk`: many documents read, reviewed and compared; a kill costs only the documents in hand."""

from __future__ import annotations

import datetime
import os
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hengji import __version__
from hengji.cli.options import AsJson
from hengji.cli.output import FAILED, FINDINGS, FINE, emit, fail, say, screen
from hengji.dossier import DossierError
from hengji.dossier.folder import DEFAULT_PACK
from hengji.model.review import Method

if TYPE_CHECKING:
    from hengji.dossier.bulk.run import Summary

_STEPS = 20  # lines of progress where nobody watches a terminal
_WORDS = (("read", "读出"), ("partly", "部分读出"), ("refused", "没有读取"), ("skipped", "不是文档"))


def bulk(
    folder: Annotated[str, typer.Argument(metavar="DIR", help="存放文件的文件夹，含子文件夹 / a folder of documents")],
    out: Annotated[str, typer.Option(help="结果写到哪个文件夹 / where to write the results")],
    method: Annotated[Method, typer.Option(help="general 一般性项目 · key 重点项目")] = Method.GENERAL,
    pack: Annotated[str, typer.Option(help="规则包 / rule pack")] = DEFAULT_PACK,
    on: Annotated[
        str | None,
        typer.Option(help="没有写明年度的文件按哪一天的规定核查 / day of the law where a document has no year"),
    ] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="进程数，默认为处理器数 / processes")] = None,
    time_limit: Annotated[int, typer.Option(min=1, help="每份文件最多多少秒 / seconds a document")] = 120,
    memory_limit: Annotated[int, typer.Option(min=64, help="每份文件最多多少 MB 内存 / megabytes a document")] = 2048,
    engine: Annotated[
        str, typer.Option(help="只有 local：本机的进程 / only local: processes of this machine")
    ] = "local",
    json: AsJson = False,
) -> None:
    """批量读取、核查、比较一个文件夹的文件；中断后再次运行会继续。/ Read, review and compare many documents; resumable."""
    if engine != "local":
        fail(
            f"批量核查没有“{engine}”这种引擎，没有运行。请用 --engine local（本机多进程）。",
            f"There is no engine {engine!r} for this command; nothing was run. Use --engine local.",
        )
    if find_spec("pyarrow") is None:
        fail(
            "批量核查要写 Parquet，缺少 pyarrow。请安装：pip install 'hengji[evidence]'。",
            "Parquet files need pyarrow, which is not installed: pip install 'hengji[evidence]'.",
        )
    from hengji.dossier.bulk.run import bulk as run
    from hengji.dossier.bulk.run import summary_json
    from hengji.dossier.bulk.terms import Limits, Terms

    terms = Terms(__version__, pack, method, _day(on))
    shown = _Progress()
    try:
        found = run(
            Path(folder), Path(out), terms, day_given=on is not None, workers=workers or os.cpu_count() or 1,
            limits=Limits(time_limit, memory_limit), progress=shown,
        )  # fmt: skip
    except DossierError as error:
        fail(error.zh, error.en)
    except KeyboardInterrupt:
        fail(
            f"已停止。做完的 {shown.done} 份保留在 {out}，再次运行会继续。",
            f"Stopped. {shown.done} documents are kept in {out}; run again to go on.",
        )
    if found.anew:
        say(
            "规则包、方法、日期或程序版本与上次不同，上次的结果没有沿用。",
            "Rule pack, method, day or version differ from those of the last run, whose results were not used.",
        )
    if json:
        emit(summary_json(found))
    else:
        _show(found)
    raise typer.Exit(_code(found))


def _code(found: Summary) -> int:
    """2 where not one document could be read, 1 where one was refused or has errors."""
    read = found.documents["read"] + found.documents["partly"]
    if not read:
        return FAILED
    return FINDINGS if found.findings["error"] else FINE


def _day(text: str | None) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text) if text else datetime.date.today()
    except ValueError:
        fail(f"--on 应为日期，如 2024-12-31，现为“{text}”。", f"--on takes a date such as 2024-12-31, not {text!r}.")


class _Progress:
    """How far the run is, on stderr: one line that changes on a terminal, else a line every twentieth."""

    def __init__(self) -> None:
        self.done = 0
        self._said = -1

    def __call__(self, done: int, total: int) -> None:
        self.done = done
        watched = sys.stderr.isatty()
        step = done if watched else done * _STEPS // max(total, 1)
        if step == self._said:
            return
        self._said = step
        said = f"{done:,} / {total:,} 份 / documents"
        sys.stderr.write(f"\r{said}" + ("\n" if done == total else "") if watched else f"{said}\n")
        sys.stderr.flush()


def _show(found: Summary) -> None:
    console = screen()
    counts = "  ".join(f"{zh} {found.documents[status]:,}" for status, zh in _WORDS)
    console.print(f"文件：{counts}（本次处理 {found.read_now:,}，沿用 {found.kept:,}）")
    console.print(f"项目 {found.projects:,}  指标 {found.indicators:,}")
    errors, warnings, infos = (found.findings[s] for s in ("error", "warning", "info"))
    console.print(f"问题：退回 {errors:,}  提示 {warnings:,}  说明 {infos:,}")
    for file in found.files:
        console.print(f"  {file}", markup=False)

"""`hengji hj212`: packets of online monitoring (HJ 212), read as far as they can be."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from hengji.cli.options import AsJson
from hengji.cli.output import FINDINGS, emit, fail, screen

CHUNK = 1 << 20

hj212_app = typer.Typer(
    help="污染物在线监控数据传输协议(HJ 212)：解读数据包。/ HJ 212 packets of online monitoring.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@hj212_app.callback()
def hj212() -> None:
    """污染物在线监控数据传输协议(HJ 212)：解读数据包。/ HJ 212 packets of online monitoring."""


@hj212_app.command()
def decode(
    file: Annotated[
        str,
        typer.Argument(
            metavar="FILE", help="收到的原始字节，或每行一个 packet、packet_hex 的 .jsonl / raw bytes, or .jsonl"
        ),
    ],
    edition: Annotated[
        str | None,
        typer.Option(
            metavar="EDITION",
            help="设备登记的版本：2005、2017、2017-surface-water、2025；不写则按Flag / the device's edition; by Flag if not given",
        ),
    ] = None,
    json: AsJson = False,
) -> None:
    """解读数据包：读出的内容，以及每个问题和责任方。/ What packets say, what is wrong with them and whose fault it is."""
    from hengji.hj212.profiles import NAMES

    if edition is not None and edition not in NAMES:
        fail(
            f"没有“{edition}”这个版本。可用：{'、'.join(NAMES)}。",
            f"No edition “{edition}”. There are: {', '.join(NAMES)}.",
        )
    faulty, lines = False, Path(file).suffix.lower() == ".jsonl"
    packets = 0
    for number, found in enumerate(_objects(file, edition), 1):
        faulty = faulty or not found["valid"]
        packets += lines or bool(found["head"])  # of a file of records each one is answered, whatever it holds
        if json:
            emit(found)
        else:
            _show(number, found)
    if not packets:
        fail(
            f"{file} 里没有一个HJ 212数据包（以“##”开头）。请检查是不是收到的原始字节。",
            f"{file} holds not one HJ 212 packet (they begin with ##). Check whether it is the raw bytes as received.",
        )
    if faulty:
        raise typer.Exit(FINDINGS)


def _objects(file: str, edition: str | None) -> Iterator[dict[str, Any]]:
    from hengji.hj212.reader import Reader
    from hengji.hj212.records import record_object

    try:
        with Path(file).open("rb") as stream:
            if Path(file).suffix.lower() == ".jsonl":
                for line in stream:
                    yield record_object(line.rstrip(b"\r\n"), edition)
                return
            reader = Reader(edition)
            while data := stream.read(CHUNK):
                for packet in reader.feed(data):
                    yield packet.as_dict()
            for packet in reader.close():
                yield packet.as_dict()
    except FileNotFoundError:
        fail(f"没有这个文件：{file}。请检查路径。", f"No such file: {file}. Check the path.")
    except IsADirectoryError:
        fail(f"{file} 是文件夹，这里需要一个文件。", f"{file} is a folder; a file is needed here.")
    except OSError as error:
        fail(f"{file} 读不出来：{error.strerror}。", f"{file} cannot be read: {error.strerror}.")


def _show(number: int, found: dict[str, Any]) -> None:
    console = screen()
    head, fields = found["head"], found["cp"]
    mark = "[green]无问题[/green]" if found["valid"] else "[yellow]有问题[/yellow]"
    console.print(f"[bold]{number}[/bold] {mark}  {escape(' '.join(f'{k}={v}' for k, v in head.items()))}")
    if fields:
        console.print(f"  {escape(' '.join(f'{k}={v}' for k, v in fields.items()))}")
    for code, values in found["items"].items():
        console.print(f"  {escape(code)}  {escape(' '.join(f'{k}={v}' for k, v in values.items()))}")
    for one in found["problems"]:
        console.print(f"  [yellow]{one['code']}[/yellow] {escape(one['zh'])}\n      [dim]{escape(one['en'])}[/dim]")
    for part, other in enumerate(found["more"], 1):
        console.print(f"  [dim]同一条记录中的另一个数据包 / another packet of the same record ({part})[/dim]")
        _show(number, other)

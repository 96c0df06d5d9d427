"""`hengji target` and `hengji targets`: target values as checkable conditions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import typer
from rich.markup import escape

from hengji.cli.options import AsJson, Year
from hengji.cli.output import emit, read_bytes, screen
from hengji.reading import decode
from hengji.targets import read_target, reading_json, sentence


def target(
    text: Annotated[list[str], typer.Argument(help="指标值，如 ≥90% / target values")],
    name: Annotated[str | None, typer.Option(help="指标名称，单位和方向常在名称里 / the indicator's name")] = None,
    year: Year = None,
    json: AsJson = False,
) -> None:
    """把指标值读成可核查的条件。/ Read target values as checkable conditions."""
    _show(((name, value) for value in text), year, json)


def targets(
    file: Annotated[
        str, typer.Argument(help="每行一个指标值，或“名称<TAB>指标值” / a value, or name<TAB>value, a line")
    ],
    year: Year = None,
    json: AsJson = False,
) -> None:
    """逐行读取文件里的指标值，一行一个结果。/ Read the target values of a file, one answer a line."""
    _show(_lines(decode(read_bytes(file)).text), year, json)


def _lines(text: str) -> Iterable[tuple[str | None, str]]:
    lines = text.split("\n")
    for line in lines[:-1] if lines[-1] == "" else lines:
        name, tab, value = line.removesuffix("\r").partition("\t")
        yield (name or None, value) if tab else (None, name)


def _show(values: Iterable[tuple[str | None, str]], year: int | None, json: bool) -> None:
    console = screen()
    for name, value in values:
        reading = read_target(value, name, year)
        if json:
            emit(reading_json(reading))
            continue
        zh, en = sentence(reading, name)
        marks = f"{reading.kind} · checkable: {reading.checkable}"
        console.print(
            f"[bold]{escape(value) or '（空）'}[/bold]  [dim]{marks}[/dim]\n  {escape(zh)}\n  [dim]{escape(en)}[/dim]"
        )
        if reading.leftover:
            console.print(f"  未读懂 / not understood: {escape(reading.leftover)}")
        for warning in reading.warnings:
            console.print(f"  [yellow]注意 / note:[/yellow] {escape(warning)}")

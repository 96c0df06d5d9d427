"""What every command shares: JSON on stdout, messages on stderr, exit codes, files that appear whole or not at all.

Exit codes of the contract: 0 fine, 1 findings of severity error, 2 could not do it (the highest of several).
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from hengji.model.finding import Severity

COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}
FINE, FINDINGS, FAILED = 0, 1, 2


def screen() -> Console:
    """The console for results; as wide as the terminal, or 120 columns where there is none."""
    return Console(width=None if sys.stdout.isatty() else 120, highlight=False, soft_wrap=False)


def short(text: str, longest: int) -> str:
    """Text on one line, cut with … where it is longer."""
    flat = " ".join(text.split())
    return flat if len(flat) <= longest else flat[: longest - 1] + "…"


def table_of_findings() -> Table:
    """Columns for severity, code and text; a text goes on under its own beginning, none is cut."""
    listed = Table.grid(padding=(0, 1))
    for width in (4, 4, None):
        listed.add_column(width=width, overflow="fold")
    return listed


def emit(value: Mapping[str, Any]) -> None:
    """Print one JSON object on a line of its own."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n")


def say(zh: str, en: str) -> None:
    """A message on stderr, Chinese first."""
    Console(stderr=True, highlight=False, soft_wrap=True).print(f"{escape(zh)}\n[dim]{escape(en)}[/dim]")


def fail(zh: str, en: str) -> NoReturn:
    """A message on stderr and exit code 2."""
    say(zh, en)
    raise typer.Exit(FAILED)


def read_bytes(file: str) -> bytes:
    """The bytes of a file.

    Raises:
        typer.Exit: it is not there or cannot be read; the reason was said.
    """
    try:
        return Path(file).read_bytes()
    except FileNotFoundError:
        fail(f"没有这个文件：{file}。请检查路径。", f"No such file: {file}. Check the path.")
    except IsADirectoryError:
        fail(f"{file} 是文件夹，这里需要一个文件。", f"{file} is a folder; a file is needed here.")
    except OSError as error:
        fail(f"{file} 读不出来：{error.strerror}。", f"{file} cannot be read: {error.strerror}.")


def write_files(folder: Path, files: Mapping[str, bytes]) -> list[Path]:
    """Write files into a folder (made where needed) and return their paths.

    All are written beside their place first and moved when the last is complete, so that a crash or a full disk
    leaves the old files and no half of a new one.

    Raises:
        typer.Exit: the folder cannot be written; the reason was said.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".hengji-") as draft:
            for name, content in files.items():
                (Path(draft) / name).write_bytes(content)
            for name in files:
                (Path(draft) / name).replace(folder / name)
    except OSError as error:
        fail(
            f"{folder} 写不进去：{error.strerror}。请检查文件夹和磁盘空间。",
            f"{folder} cannot be written: {error.strerror}. Check the folder and the disk.",
        )
    return [folder / name for name in files]

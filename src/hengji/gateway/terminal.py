"""Messages of this door: JSON on stdout, sentences on stderr, exit code 2 where something could not be done."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any, NoReturn

import typer
from rich.console import Console
from rich.markup import escape

FINDINGS, FAILED = 1, 2


def emit(value: Mapping[str, Any]) -> None:
    """Print one JSON object on a line of its own."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n")


def screen() -> Console:
    """The console for results; as wide as the terminal, or 120 columns where there is none."""
    return Console(width=None if sys.stdout.isatty() else 120, highlight=False)


def say(zh: str, en: str) -> None:
    """A message on stderr, Chinese first."""
    Console(stderr=True, highlight=False, soft_wrap=True).print(f"{escape(zh)}\n[dim]{escape(en)}[/dim]")


def fail(zh: str, en: str) -> NoReturn:
    """A message on stderr and exit code 2."""
    say(zh, en)
    raise typer.Exit(FAILED)

"""Runs the command line in-process, as a user would type it, in an empty folder."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from typer.testing import CliRunner

from hengji.cli import app

DATA = Path(__file__).parents[1] / "data"
TABLE = DATA / "panyu-2024.txt"


class Ran(NamedTuple):
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str

    @property
    def objects(self) -> list[dict[str, Any]]:
        """The JSON objects on standard output, one a line."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def one(self) -> dict[str, Any]:
        """The only JSON object on standard output."""
        (only,) = self.objects
        return only


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ran]:
    """Run `hengji` with these words."""
    monkeypatch.chdir(tmp_path)

    def go(*words: object) -> Ran:
        result = CliRunner().invoke(app, [str(w) for w in words])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Ran(result.exit_code, result.stdout, result.stderr)

    return go


@pytest.fixture
def table() -> Path:
    """The published table of 2024."""
    return TABLE


@pytest.fixture
def dossier(run: Callable[..., Ran], tmp_path: Path) -> Path:
    """A dossier made from the table of 2024."""
    folder = tmp_path / "year"
    assert run("init", TABLE, folder, "--year", 2024).code == 0
    return folder

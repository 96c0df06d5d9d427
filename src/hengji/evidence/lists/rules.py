"""The dated rules of `lists.toml`."""

from __future__ import annotations

import datetime
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from hengji.evidence.errors import EvidenceError


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("lists.toml").read_text("utf-8"))


def rules(name: str, on: datetime.date) -> dict[str, Any]:
    """The rules `key_units` or `outfall` in force on a day, with their document and `verified`.

    Raises:
        EvidenceError: there were none yet on that day.
    """
    rows: list[dict[str, Any]] = [row for row in _data()[name] if row["from"] <= on]
    if not rows:
        raise EvidenceError(f"{on} 还没有这类名录的规则（{name}）", f"there are no rules for {name} on {on} yet")
    return rows[-1]

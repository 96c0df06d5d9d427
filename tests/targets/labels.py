"""Labelled target values: the 2024 table's by hand, real ones from other tables."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
SEED = HERE.parent / "data"


def seed_labels() -> Iterator[tuple[str, str, str, list[list[str]]]]:
    for line in (HERE / "seed_values.tsv").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            value, kind, checkable, clauses = line.split("\t")
            yield value, kind, checkable, [(c.split() + ["-"] * 6)[:6] for c in clauses.split(" & ")]


def real_labels() -> list[dict[str, Any]]:
    values: list[dict[str, Any]] = json.loads((SEED / "values.json").read_text(encoding="utf-8"))
    return [v for v in values if not v.get("skip")]

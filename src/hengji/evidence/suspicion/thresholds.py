"""Thresholds of the rules by factor code, from `thresholds.toml`."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Any

import pyarrow as pa


def thresholds() -> dict[str, Any]:
    """The file as it is: default, factors, whether anybody checked the figures, and against which document."""
    return tomllib.loads(files(__package__).joinpath("thresholds.toml").read_text("utf-8"))


def table_of(said: dict[str, Any]) -> pa.Table:
    """One row a factor code: its role and all thresholds."""
    return pa.Table.from_pylist(
        [
            {**said["default"], **{k: v for k, v in factor.items() if k != "codes"}, "factor": code}
            for factor in said["factor"] for code in factor["codes"]
        ]
    )  # fmt: skip

"""Columns of numbers, moments and names for the registers with hundreds of thousands of records."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

MICRO = 1_000_000
HOURS_A_DAY = 24


def chance_of(*names: object) -> np.random.Generator:
    """A source of chance for arrays with a name."""
    return np.random.default_rng(list("/".join(map(str, names)).encode()))


def hours_of(first: datetime.date, last: datetime.date) -> Any:
    """The hours of days, both ends included, as numpy moments."""
    return np.arange(np.datetime64(first, "h"), np.datetime64(last, "h") + HOURS_A_DAY, dtype="datetime64[h]")


def moments(values: Any) -> Any:
    """numpy moments as a column."""
    return pa.array(values.astype("datetime64[us]"), pa.timestamp("us"))


def decimals(values: Any, places: int) -> Any:
    """Floats rounded to places as a column of exact numbers, without a detour by text."""
    scaled = np.rint(values * 10**places).astype(np.int64) * 10 ** (6 - places)
    halves = np.empty((len(scaled), 2), dtype="<i8")
    halves[:, 0] = scaled
    halves[:, 1] = scaled >> 63  # the upper half carries the sign
    return pa.Array.from_buffers(pa.decimal128(20, 6), len(scaled), [None, pa.py_buffer(halves.tobytes())])


def same(value: Any, size: int, kind: Any = None) -> Any:
    """One value so many times."""
    return pa.repeat(pa.scalar(value, kind or pa.string()), size)


def numbered(prefix: str, size: int) -> Any:
    """Keys that count from 1."""
    numbers = pc.utf8_lpad(pa.array(np.arange(1, size + 1)).cast(pa.string()), 8, "0")
    return pc.binary_join_element_wise(pa.scalar(prefix), numbers, "")


def wandering(chance: np.random.Generator, days: int, hold: float = 0.75) -> Any:
    """A daily level that keeps some of the day before, with mean 0 and spread 1."""
    steps = chance.standard_normal(days) * np.sqrt(1 - hold**2)
    level = np.empty(days)
    level[0] = chance.standard_normal()
    for n in range(1, days):
        level[n] = hold * level[n - 1] + steps[n]
    return level

"""Records of a register read a page at a time, straight from its batches: nothing is counted and nothing else is read.

The footer of a batch tells how many rows each of its row groups has; a page reads the one or two groups it lies in.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import pyarrow.parquet as pq

from hengji.evidence.store import Batch


class Page(NamedTuple):
    """Rows as they were recorded (every version), the file each came from, and whether more follow."""

    rows: list[dict[str, Any]]
    more: bool


def page_of(batches: Sequence[Batch], start: int, size: int) -> Page:
    """Rows `start` to `start + size` of batches laid end to end, in the order in which they came.

    Raises:
        OSError: a file is gone or no Parquet file.
    """
    rows: list[dict[str, Any]] = []
    before = 0
    for batch in batches:
        with pq.ParquetFile(batch.path) as file:
            for group in range(file.metadata.num_row_groups):
                held = file.metadata.row_group(group).num_rows
                if before + held > start:
                    wanted = size + 1 - len(rows)
                    first = max(0, start - before)
                    found = file.read_row_group(group).slice(first, wanted)
                    rows += [{**row, "batch_source": batch.source} for row in found.to_pylist()]
                before += held
                if len(rows) > size:
                    return Page(rows[:size], True)
    return Page(rows, False)

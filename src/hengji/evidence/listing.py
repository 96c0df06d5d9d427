"""Records of a register read a page at a time, straight from its batches: nothing is counted and nothing else is read.

The footer of a batch tells how many rows each of its row groups has; a page reads the one or two groups it lies in. A
search reads the columns that it looks into and no others, ends with the page, and fetches whole rows by their place.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any, NamedTuple

import duckdb
import pyarrow.parquet as pq

from hengji.evidence.register import Register
from hengji.evidence.store import Batch


class Page(NamedTuple):
    """Rows as they were recorded (every version), the file each came from, and whether more follow."""

    rows: list[dict[str, Any]]
    more: bool


class Sought(NamedTuple):
    """What records should hold: a text (in one field, or in any that holds text), a day between two of the register's time."""

    text: str = ""
    field: str = ""
    first: datetime.date | None = None
    last: datetime.date | None = None

    def __bool__(self) -> bool:
        """Whether anything is asked for."""
        return bool(self.text or self.first or self.last)


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


def found_in(batches: Sequence[Batch], kind: Register, sought: Sought, start: int, size: int) -> Page:
    """Of the rows that hold what is sought those from `start` on, at most `size`, in the order in which they came.

    Capitals count. Raises:
        OSError: a file is gone or no Parquet file.
    """
    sources = {str(b.path): b.source for b in batches}
    if not sources:
        return Page([], False)
    where, values = _where(kind, sought)
    table = "read_parquet($paths, filename = true, file_row_number = true)"
    asked = {**values, "paths": list(sources)}
    try:
        with duckdb.connect(config={"threads": 2}) as engine:
            places = engine.execute(
                f"SELECT filename, file_row_number FROM {table} WHERE {where} LIMIT {size + 1} OFFSET {start}", asked
            ).fetchall()  # fmt: skip
            rows = []
            for path in dict.fromkeys(path for path, _ in places):
                # Numbers as such: rows asked for by a parameter are looked for in the whole file.
                numbers = ", ".join(str(int(n)) for p, n in places[:size] if p == path)
                if numbers:
                    wanted = f"SELECT * FROM {table} WHERE file_row_number IN ({numbers}) ORDER BY file_row_number"
                    found = engine.execute(wanted, {"paths": [path]})
                    columns = [column for column, *_ in found.description or ()]
                    rows += [dict(zip(columns, row, strict=True)) for row in found.fetchall()]
    except duckdb.IOException as error:
        raise OSError(str(error)) from None
    return Page([{**row, "batch_source": sources[row["filename"]]} for row in rows], len(places) > size)


def _where(kind: Register, sought: Sought) -> tuple[str, dict[str, Any]]:
    """The condition in SQL and its values. Names of columns are those of the register, never what a person wrote."""
    looked = [f for f in kind.fields if (f.name == sought.field if sought.field else f.type == "string")]
    parts: list[str] = []
    values: dict[str, Any] = {}
    if sought.text:
        held = (f'"{f.name}"' if f.type == "string" else f'CAST("{f.name}" AS VARCHAR)' for f in looked)
        parts.append("(" + (" OR ".join(f"contains({column}, $text)" for column in held) or "false") + ")")
        values["text"] = sought.text
    for name, day, sign in (("first", sought.first, ">="), ("last", sought.last, "<=")):
        if day is not None and kind.time is not None:
            parts.append(f'CAST("{kind.time}" AS DATE) {sign} ${name}')
            values[name] = day
    return " AND ".join(parts) or "true", values

"""Entries → Parquet files and one SQLite file: the same bytes for the same entries, a few documents in memory at a time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from hengji.dossier.bulk.columns import TABLES, Columns
from hengji.dossier.bulk.entry import Entry

DATABASE = "bulk.sqlite"
_GROUP = 20_000  # rows of a Parquet group, and of one insert
_INDEXES = "CREATE INDEX indicators_key ON indicators (key, document, project, line)"


def written(entries: Iterable[Entry], folder: Path) -> None:
    """Write documents, projects, indicators and findings in the order given, as Parquet and into the SQLite file."""
    with closing(sqlite3.connect(folder / DATABASE, isolation_level=None)) as base:
        # The file is made in a draft folder and moved when it is whole, so its journal would guard nothing.
        base.execute("PRAGMA journal_mode = OFF")
        base.execute("PRAGMA synchronous = OFF")
        base.execute("BEGIN")
        drains = {columns.table: _Drain(columns, folder, base) for columns in TABLES}
        for entry in entries:
            for table, rows in entry.items():
                drains[table].take(rows)
        for drain in drains.values():
            drain.close()
        base.execute(_INDEXES)
        base.execute("COMMIT")


@contextmanager
def opened(folder: Path) -> Iterator[sqlite3.Connection]:
    """The SQLite file, in one transaction."""
    with closing(sqlite3.connect(folder / DATABASE, isolation_level=None)) as base:
        base.execute("PRAGMA journal_mode = OFF")
        base.execute("BEGIN")
        yield base
        base.execute("COMMIT")


class _Drain:
    """One table on its way into both files."""

    def __init__(self, columns: Columns, folder: Path, base: sqlite3.Connection) -> None:
        self._columns = columns
        self._schema = pa.schema(
            [(name, pa.int64() if name in columns.whole else pa.string()) for name in columns.names]
        )
        self._parquet = pq.ParquetWriter(folder / f"{columns.table}.parquet", self._schema, compression="zstd")
        self._base = base
        self._rows: list[list[Any]] = []
        named = ", ".join(f"{name} {'INTEGER' if name in columns.whole else 'TEXT'}" for name in columns.names)
        base.execute(f"CREATE TABLE {columns.table} ({named})")

    def take(self, rows: list[list[Any]]) -> None:
        self._rows += rows
        while len(self._rows) >= _GROUP:
            self._write(self._rows[:_GROUP])
            del self._rows[:_GROUP]

    def close(self) -> None:
        if self._rows:
            self._write(self._rows)
        self._parquet.close()

    def _write(self, rows: list[list[Any]]) -> None:
        arrays = [pa.array(c, f.type) for c, f in zip(zip(*rows, strict=True), self._schema, strict=True)]
        self._parquet.write_table(pa.Table.from_arrays(arrays, schema=self._schema), row_group_size=_GROUP)
        marks = ", ".join("?" * len(self._columns.names))
        self._base.executemany(f"INSERT INTO {self._columns.table} VALUES ({marks})", rows)

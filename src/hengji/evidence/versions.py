"""Checked rows against each other and against what the register holds: new, the next version, unchanged, in conflict.

Rows wait in one Parquet file; only their keys and a hash of their content are joined, by DuckDB, which spills to disk.
Two rows are the same where all columns that the source has are the same; a column that it does not have is left as it
was in the version before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from hengji.evidence.checking import Rejected, Trouble
from hengji.evidence.columns import compression, schema
from hengji.evidence.pseudonyms import MARK
from hengji.evidence.register import KEY, Register

MEMORY = "384MB"
_AT_ONCE = 131_072
_IN_CONFLICT = Trouble(
    None, "", "同一来源编号在文件中出现多次而内容不同，无法判断以哪一行为准",
    "the same source key occurs several times in the file with different content; it is open which row counts",
)  # fmt: skip


class Decided(NamedTuple):
    """How many rows would be written as new records, as next versions and as void, and how many change nothing."""

    new: int
    versions: int
    voids: int
    unchanged: int
    duplicates: int
    late: int

    @property
    def written(self) -> int:
        """Rows that are written."""
        return self.new + self.versions


class Staged:
    """Checked rows of one import that wait in a folder for the decision what they are."""

    def __init__(self, folder: Path, register: Register, present: Sequence[str]) -> None:
        self._register = register
        self._absent = [f.name for f in register.fields if f.name not in present]
        self._content = "hash(" + ", ".join(_quoted(f.name) for f in register.fields if f.name in present) + ")"
        self._path = folder / "staged.parquet"
        self._writer: pq.ParquetWriter | None = None
        self._held: list[str] = []
        # Files are read where they lie: two threads are as fast as the disk, and rows keep their order.
        self._db = duckdb.connect(
            config={
                "memory_limit": MEMORY, "threads": 2, "temp_directory": str(folder / "spill"),
                "preserve_insertion_order": True, "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
            }
        )  # fmt: skip

    def add(self, good: pa.RecordBatch) -> None:
        """Put rows behind the ones that wait."""
        named = ", ".join(_quoted(k) for k in KEY)
        rows = pa.Table.from_batches([good])
        found = self._db.from_arrow(rows).project(
            f"left(sha256(concat_ws(chr(31), '{self._register.name}', {named})), 16) AS record_id, {self._content} AS content"
        )
        keyed = found.to_arrow_table()
        rows = rows.append_column("record_id", keyed["record_id"]).append_column("content", keyed["content"])
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._path, rows.schema, **compression(rows.schema))
        self._writer.write_table(rows)

    def digest(self) -> str:
        """The SHA-256 of the rows that wait, for a source that is no file."""
        self._finish()
        if self._writer is None:
            return hashlib.sha256().hexdigest()
        with self._path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def decide(self, held: Sequence[Path]) -> Decided:
        """What the waiting rows are against the batches that the register holds."""
        self._finish()
        if self._writer is None:
            return Decided(0, 0, 0, 0, 0, 0)
        self._held = [str(p) for p in held]
        db = self._db
        db.execute("CREATE TEMP TABLE k AS SELECT line, record_id, content FROM read_parquet(?)", [str(self._path)])
        db.execute(
            "CREATE TEMP TABLE d AS SELECT record_id, min(line) AS first, min(content) <> max(content) AS conflict "
            "FROM k GROUP BY record_id HAVING count(*) > 1"
        )
        if self._held:
            db.execute(
                f"CREATE TEMP TABLE e AS SELECT record_id, max(version) AS version, arg_max({self._content}, version) AS "
                "content FROM read_parquet(?, union_by_name = true) WHERE record_id IN (SELECT record_id FROM k) "
                "GROUP BY record_id",
                [self._held],
            )
        else:
            db.execute("CREATE TEMP TABLE e (record_id VARCHAR, version INTEGER, content UBIGINT)")
        # Only rows that need a decision; a row that is not in here is a new record.
        db.execute(
            """CREATE TEMP TABLE x AS SELECT k.line, coalesce(e.version, 0) + 1 AS version, CASE
                WHEN d.conflict THEN 'conflict' WHEN k.line <> d.first THEN 'duplicate'
                WHEN e.content = k.content THEN 'unchanged' ELSE 'keep' END AS what
            FROM k LEFT JOIN d USING (record_id) LEFT JOIN e USING (record_id)
            WHERE d.record_id IS NOT NULL OR e.record_id IS NOT NULL"""
        )
        db.execute("DROP TABLE k")
        counted = dict(db.execute("SELECT what, count(*) FROM x GROUP BY what").fetchall())
        total, versions, voids, late = self._one(
            "SELECT count(*), count(*) FILTER (x.version > 1), count(*) FILTER (s.void_reason IS NOT NULL), "
            f"count(*) FILTER (s.late) {self._kept()}"
        )
        return Decided(
            total - versions, versions, voids, counted.get("unchanged", 0), counted.get("duplicate", 0), late
        )

    def conflicts(self) -> Iterator[Rejected]:
        """The rows whose key occurs with different content; only after `decide`."""
        if self._writer is None:
            return
        names = [f.name for f in self._register.fields]
        columns = ", ".join(f"CAST(s.{_quoted(n)} AS VARCHAR)" for n in names)
        personal = {f.name for f in self._register.fields if f.personal}
        rows = self._db.execute(
            f"SELECT s.line, {columns} FROM read_parquet(?) s JOIN x USING (line) WHERE x.what = 'conflict' ORDER BY s.line",
            [str(self._path)],
        )
        while part := rows.fetchmany(10_000):
            for line, *cells in part:
                shown = {
                    n: "" if c is None else (MARK if n in personal else "") + str(c)
                    for n, c in zip(names, cells, strict=True)
                }
                yield Rejected(line, (_IN_CONFLICT,), shown)

    def rows(self, batch: str) -> Iterator[pa.RecordBatch]:
        """The rows to write, as stored, in the order of the source; only after `decide`."""
        wanted = schema(self._register)
        before = "LEFT JOIN (SELECT NULL::VARCHAR AS record_id) p ON false"
        carried: list[str] = []
        if self._held and self._absent:
            carried = self._absent
            columns = ", ".join(_quoted(n) for n in carried)
            before = (
                f"LEFT JOIN (SELECT record_id, version, {columns} FROM read_parquet({_listed(self._held)}, union_by_name = "
                "true)) p ON p.record_id = s.record_id AND p.version = x.version - 1"
            )
        columns = ", ".join(
            f"p.{_quoted(f.name)}" if f.name in carried else f"s.{_quoted(f.name)}" for f in self._register.fields
        )
        query = (
            f"SELECT {columns}, s.record_id, CAST(coalesce(x.version, 1) AS INTEGER) AS version, '{batch}' AS batch, s.line, "
            f"s.late {self._kept(before)} ORDER BY s.line"
        )
        for part in self._db.sql(query).to_arrow_reader(_AT_ONCE):
            yield pa.RecordBatch.from_arrays(
                [c.cast(f.type) for c, f in zip(part.columns, wanted, strict=True)], schema=wanted
            )

    def close(self) -> None:
        """Let go of the files."""
        self._finish()
        self._db.close()

    def _finish(self) -> None:
        if self._writer is not None and self._writer.is_open:
            self._writer.close()

    def _kept(self, more: str = "") -> str:
        return (
            f"FROM read_parquet({_listed([str(self._path)])}) s LEFT JOIN x USING (line) {more} "
            "WHERE x.what IS NULL OR x.what = 'keep'"
        )

    def _one(self, query: str) -> tuple[int, ...]:
        row = self._db.execute(query).fetchone()
        assert row is not None
        return tuple(row)


def _quoted(name: str) -> str:
    return f'"{name}"'


def _listed(paths: Sequence[str]) -> str:
    return "[" + ", ".join("'" + p.replace("'", "''") + "'" for p in paths) + "]"

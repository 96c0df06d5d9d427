"""Registers as tables of an engine, as they stood on a day; the same expressions run on DuckDB and on Spark.

An engine is asked for additive parts only (counts, sums, least, greatest): every division is made in Python, exactly
(docs/decisions/0008). Moments are China local time without a zone.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from hengji.evidence.errors import EvidenceError
from hengji.evidence.register import registers
from hengji.evidence.store import Batch, Store

Row = Mapping[str, Any]

# Both engines merge nested selects themselves; Ibis takes a third of its time to do it before them.
ibis.options.sql.fuse_selects = False


class Engine:
    """The registers of a store in one engine. `name` is what it was asked for: duckdb, spark, spark://…"""

    def __init__(self, connection: Any, batches: Sequence[Batch], name: str) -> None:
        self.name = name
        self.connection = connection
        self._batches: dict[str, list[Batch]] = {}
        for batch in batches:
            self._batches.setdefault(batch.register, []).append(batch)
        self._stored: dict[str, ir.Table] = {}
        self._corrected: dict[str, ir.Table] = {}
        self._current: dict[tuple[str, datetime.date], ir.Table] = {}

    def holds(self, register: str) -> bool:
        """Whether a register holds any record at all."""
        return register in self._batches

    def batches(self, register: str) -> list[Batch]:
        """The batches of a register."""
        return self._batches.get(register, [])

    def stored(self, register: str) -> ir.Table | None:
        """All versions of all records of a register, as they lie in the batches; None where it holds none."""
        if not self.holds(register):
            return None
        if register not in self._stored:
            paths = [str(b.path) for b in self._batches[register]]
            if self.name == "duckdb":
                # Batches from before a field was added to the register lack its column.
                self._stored[register] = self.connection.read_parquet(paths, union_by_name=True)
            else:  # Spark's reader takes one path
                self._stored[register] = ibis.union(*(self.connection.read_parquet(path) for path in paths))
        return self._stored[register]

    def current(self, register: str, as_of: datetime.date) -> ir.Table | None:
        """The latest version of each record, with `void`; a date of an event behind `as_of` is not yet known (null).

        What was stored for such a date stands beside it under `as_stored`. None where the register holds no record.
        """
        table = self.stored(register)
        if table is None:
            return None
        if (register, as_of) not in self._current:
            if (newest := self._newest(register, table)) is not None:
                table = table.anti_join(newest, [table.record_id == newest["of"], newest.version > table.version])
            kind = registers()[register]
            dates = [
                f.name
                for f in kind.fields
                if f.type in ("date", "datetime") and not f.future and f.name != "valid_from"
            ]
            known = {
                name: (_day(table[name]) <= ibis.literal(as_of)).ifelse(table[name], ibis.null(table[name].type()))
                for name in dates
            }
            stored = {as_stored(name): table[name] for name in dates}
            # A view, so that Ibis does not translate all this again for every measure.
            made = table.mutate(**known, **stored, void=table.void_reason.notnull())
            name = f"{register}_{as_of:%Y%m%d}"
            self._current[register, as_of] = self.connection.create_view(name, made, overwrite=True)
        return self._current[register, as_of]

    def _newest(self, register: str, table: ir.Table) -> ir.Table | None:
        """The newest version of each record that was corrected; None where the register holds no correction.

        Corrections are few: looking each record up among them costs less than putting all versions in order. They are
        found once and kept, so that no measure looks for them again.
        """
        if not any(b.counts.get("versions") for b in self._batches[register]):
            return None
        if register not in self._corrected:
            later = table.filter(table.version > 1)
            newest = later.group_by(of=later.record_id).aggregate(version=later.version.max())
            self._corrected[register] = newest.cache()
        return self._corrected[register]

    def values(self, rows: Sequence[Row], schema: Mapping[str, str]) -> ir.Table:
        """Values of the program as a table: calendars, limits."""
        wanted = ibis.schema(dict(schema)).to_pyarrow()
        data = pa.Table.from_pylist([dict(row) for row in rows], schema=wanted)
        table = ibis.memtable(data)
        if self.name == "duckdb":  # `run` asks it by name
            self.connection.con.register(table.get_name(), data)
        return table

    def run(self, table: ir.Table) -> list[dict[str, Any]]:
        """The rows of a table, computed."""
        if self.name == "duckdb":  # asked plainly: a way over Arrow plans each query twice
            rows = self.connection.raw_sql(self.connection.compile(table)).fetchall()
            return [dict(zip(table.columns, row, strict=True)) for row in rows]
        found: list[dict[str, Any]] = self.connection.to_pyarrow(table).to_pylist()
        return found


def as_stored(name: str) -> str:
    """The column of `Engine.current` with what was stored in a field, known by then or not."""
    return f"stored_{name}"


def _day(column: ir.Value) -> ir.DateValue:
    return column.date() if column.type().is_timestamp() else column


def open_engine(store: Store, name: str = "duckdb") -> Engine:
    """An engine over the acknowledged batches of a store: duckdb, spark (on this machine) or spark://… of a cluster.

    Raises:
        EvidenceError: an unknown engine, one whose libraries are not installed, or a broken manifest.
    """
    batches = store.batches()
    if name == "duckdb":
        connection = ibis.duckdb.connect(threads=2)
        return Engine(connection, batches, name)
    if name == "spark" or name.startswith(("spark://", "local")):
        return Engine(_spark(name), batches, name)
    raise EvidenceError(
        f"没有名为“{name}”的计算引擎；可用：duckdb、spark、spark://主机:端口。",
        f"There is no engine {name!r}; there are duckdb, spark and spark://host:port.",
    )


def _spark(name: str) -> Any:
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise EvidenceError(
            "没有安装 Spark。请先安装：pip install 'hengji[spark]'（需要 Java 17）。",
            "Spark is not installed: pip install 'hengji[spark]' (needs Java 17).",
        ) from None
    import os
    import sys

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    if not os.environ.get("SPARK_HOME"):
        os.environ.pop("SPARK_HOME", None)  # an empty one keeps it from starting
    master = "local[2]" if name == "spark" else name
    session = (
        SparkSession.builder.master(master).appName("hengji")
        .config("spark.sql.session.timeZone", "UTC").config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "4").config("spark.log.level", "ERROR").getOrCreate()
    )  # fmt: skip
    return ibis.pyspark.connect(session)

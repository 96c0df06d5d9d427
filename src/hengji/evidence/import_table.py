"""Parquet files, database queries and tables in memory → rows, in their own types."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import quote

import pyarrow as pa
import pyarrow.parquet as pq
import sqlalchemy
from sqlalchemy.exc import SQLAlchemyError

from hengji.evidence.columns import as_text
from hengji.evidence.errors import EvidenceError
from hengji.evidence.headings import Heading, heading
from hengji.evidence.register import Register
from hengji.evidence.sources import Blob, Chunk, Rows

_AT_ONCE = 100_000
_LOGIN = re.compile(r"//[^\s@]*@")


def open_parquet(source: Blob, register: Register) -> Rows:
    """The rows of a Parquet file; the first row of values is row 1.

    Raises:
        EvidenceError: damaged, or columns missing.
    """
    damaged = EvidenceError(
        f"{source.name} 不是完好的 parquet 文件，整个文件没有导入。请重新导出。",
        f"{source.name} is no intact Parquet file; nothing was imported. Export it again.",
    )
    try:
        opened = pq.ParquetFile(source.open())
    except (pa.ArrowException, OSError):
        raise damaged from None
    found = heading([opened.schema_arrow.names], register, source.name)
    names = [n for n, f in zip(opened.schema_arrow.names, found.fields, strict=True) if f]

    def batches() -> Iterator[pa.RecordBatch]:
        try:
            yield from opened.iter_batches(_AT_ONCE, columns=names)
        except (pa.ArrowException, OSError):
            raise damaged from None

    return Rows(source.name, source.sha256(), _named(batches(), found), found.unknown)


def open_table(table: pa.Table, register: Register, name: str) -> Rows:
    """The rows of a table in memory; the first row is row 1.

    Raises:
        EvidenceError: columns missing.
    """
    found = heading([table.column_names], register, name)
    picked = table.select([n for n, f in zip(table.column_names, found.fields, strict=True) if f])
    return Rows(name, None, _named(iter(picked.to_batches(_AT_ONCE)), found), found.unknown)


def open_query(url: str, query: str, register: Register) -> Rows:
    """The rows of a database query; the first row is row 1. The name of the source holds no user and no password.

    Raises:
        EvidenceError: no such database or driver, a query that fails, or columns missing; also while reading.
    """
    name = query
    try:
        address = sqlalchemy.make_url(url)
        plain = sqlalchemy.URL.create(
            address.drivername, host=address.host, port=address.port, database=address.database
        )
        name = f"{plain} {query}"
        engine = sqlalchemy.create_engine(_read_only(address))
        connection = engine.connect()
        result = connection.execution_options(stream_results=True).execute(sqlalchemy.text(query))
        columns = list(result.keys())
    except (SQLAlchemyError, ImportError) as error:
        raise _failed(name, error) from None
    try:
        found = heading([columns], register, name)
    except EvidenceError:
        connection.close()
        engine.dispose()
        raise
    wanted = [n for n, field in enumerate(found.fields) if field is not None]

    def batches() -> Iterator[pa.RecordBatch]:
        try:
            with connection:
                for part in result.partitions(_AT_ONCE):
                    arrays = [_array([row[n] for row in part]) for n in wanted]
                    yield pa.RecordBatch.from_arrays(arrays, [columns[n] for n in wanted])
        except SQLAlchemyError as error:
            raise _failed(name, error) from None
        finally:
            engine.dispose()

    return Rows(name, None, _named(batches(), found), found.unknown)


def _read_only(address: sqlalchemy.URL) -> sqlalchemy.URL:
    """The address, of a SQLite file one that opens it for reading: a path that does not exist would else be made."""
    if address.get_backend_name() != "sqlite" or not address.database or address.database.startswith((":", "file:")):
        return address
    return address.set(database=f"file:{quote(address.database)}").update_query_dict({"mode": "ro", "uri": "true"})


def _named(batches: Iterator[pa.RecordBatch], found: Heading) -> Iterator[Chunk]:
    fields = [f for f in found.fields if f is not None]
    row = 1
    for batch in batches:
        lines = pa.array(range(row, row + len(batch)), pa.int64())
        yield Chunk(pa.RecordBatch.from_arrays(batch.columns, fields), lines)
        row += len(batch)


def _array(values: Sequence[object]) -> pa.Array:
    """A column of a driver's values; where they are of several types, as text."""
    try:
        return pa.array(values)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        return as_text(pa.array([None if v is None else str(v) for v in values], pa.string()))


def _failed(name: str, error: Exception) -> EvidenceError:
    said = _LOGIN.sub("//", str(error).split("\n")[0])
    return EvidenceError(
        f"数据库查询没有成功，什么也没有导入：{name}。原因：{said}。请检查地址、驱动和查询语句。",
        f"The query failed and nothing was imported: {name}. Reason: {said}. Check the address, driver and query.",
    )

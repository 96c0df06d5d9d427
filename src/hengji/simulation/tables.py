"""Rows to tables and back, typed as the registers say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from hengji.evidence.register import Register

TYPES: dict[str, Any] = {
    "string": pa.string(), "integer": pa.int64(), "number": pa.decimal128(20, 6), "boolean": pa.bool_(),
    "date": pa.date32(), "datetime": pa.timestamp("us"),
}  # fmt: skip


def schema_of(register: Register) -> Any:
    """The columns of a register, all its fields in their order."""
    return pa.schema([pa.field(f.name, TYPES[f.type]) for f in register.fields])


def table_of(register: Register, rows: Sequence[Mapping[str, Any]]) -> Any:
    """Rows as a table with every column of the register."""
    schema = schema_of(register)
    columns = [pa.array([row.get(field.name) for row in rows], field.type) for field in schema]
    return pa.Table.from_arrays(columns, schema=schema)


def completed(register: Register, columns: Mapping[str, Any], size: int) -> Any:
    """Columns as a table of the register; columns that are not given are empty."""
    schema = schema_of(register)
    arrays = [columns[f.name].cast(f.type) if f.name in columns else pa.nulls(size, f.type) for f in schema]
    return pa.Table.from_arrays(arrays, schema=schema)


def rows_of(table: Any) -> list[dict[str, Any]]:
    """A table as plain rows; columns without any value are left out."""
    named = [name for name in table.column_names if table[name].null_count < table.num_rows]
    columns = [table[name].to_pylist() for name in named]
    return [dict(zip(named, values, strict=True)) for values in zip(*columns, strict=True)]

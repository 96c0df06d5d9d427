"""Columns of cells → typed columns: whole columns at once where the usual writing allows it, cell by cell for the rest.

The fast way accepts only what `values.read_value` would read to the same value; everything else goes through that, once
for each different text. So both ways agree, and a reason is made in one place.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any, Final, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from hengji.evidence.register import Field, Register
from hengji.evidence.values import FORMULA_FAULT, LARGEST, NOTHING, YEARS, BadCell, Note, Value, read_value

TYPES: Final = {
    "string": pa.string(),
    "integer": pa.int64(),
    "number": pa.decimal128(20, 6),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "datetime": pa.timestamp("us"),
}
STORED: Final = (
    pa.field("record_id", pa.string(), nullable=False),
    pa.field("version", pa.int32(), nullable=False),
    pa.field("batch", pa.string(), nullable=False),
    pa.field("line", pa.int64(), nullable=False),
    pa.field("late", pa.bool_(), nullable=False),
)
"""What the store adds: `batch` is the SHA-256 of the source the row came from, `line` its row there."""

_UNLIKE: Final = ("source_key", "record_id", "content", "line")
"""Columns in which nearly every value is another one: a dictionary of them is larger than they are."""

_YEAR = r"(?:19|20)\d\d"
_DAY = rf"{_YEAR}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"  # every day but 29 February
_USUAL: Final = {
    "integer": r"^-?\d{1,14}$",
    "number": r"^-?\d{1,14}(?:\.\d{1,6})?$",
    "date": rf"^{_DAY}$",
    "datetime": rf"^{_DAY}[ T](?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?$",
}
_EIGHT_HOURS = pa.scalar(8 * 3600 * 1_000_000, pa.duration("us"))


def schema(register: Register) -> pa.Schema:
    """The columns of a stored batch."""
    return pa.schema([*(pa.field(f.name, TYPES[f.type]) for f in register.fields), *STORED])


def compression(columns: pa.Schema) -> dict[str, Any]:
    """How batches are packed: settings of the Parquet writer."""
    repeated = [name for name in columns.names if name not in _UNLIKE]
    return {"compression": "zstd", "compression_level": 1, "use_dictionary": repeated}


class Typed(NamedTuple):
    """A column in its type, which cells are bad (never null), and how many were changed to fit, by what."""

    values: pa.Array
    bad: pa.Array
    notes: Counter[Note]


def typed(column: pa.Array, field: Field) -> Typed:
    """A column of texts, or of values of any type, as the type of a field; bad cells are null and marked."""
    notes: Counter[Note] = Counter()
    straight = (
        None if pa.types.is_string(column.type) or pa.types.is_large_string(column.type) else _straight(column, field)
    )
    if straight is None:
        values, bad = _from_text(as_text(column), field, notes)
    else:
        values, bad = straight, pc.and_(pc.is_null(straight), pc.is_valid(column))
    return Typed(values, pc.or_(bad, _not_allowed(values, field)), notes)


def as_text(column: pa.Array) -> pa.Array:
    """A column as text, in the writing that people use."""
    if pa.types.is_string(column.type):
        return column
    if pa.types.is_dictionary(column.type):
        return as_text(pc.cast(column, column.type.value_type))
    if pa.types.is_timestamp(column.type):
        return pc.strftime(_local(column), format="%Y-%m-%d %H:%M:%S")
    if pa.types.is_boolean(column.type) or pa.types.is_null(column.type):
        return pc.cast(column, pa.string())
    try:
        return pc.cast(column, pa.string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return pa.array([None if v is None else str(v) for v in column.to_pylist()], pa.string())


def _straight(column: pa.Array, field: Field) -> pa.Array | None:
    """Values of a type that fits without reading them as text; None where it has to be done cell by cell."""
    kind, wanted = column.type, TYPES[field.type]
    if pa.types.is_null(kind):
        return pa.nulls(len(column), wanted)
    if _unlikely(column):
        return None
    if pa.types.is_timestamp(kind) and field.type == "datetime":
        return pc.cast(pc.floor_temporal(_local(column), unit="second"), wanted)
    same = (
        kind == wanted
        or (pa.types.is_integer(kind) and field.type in ("integer", "number"))
        or (pa.types.is_decimal(kind) and field.type == "number")
    )
    if not same or field.type == "string":
        return None
    try:
        return pc.cast(column, wanted)
    except pa.ArrowInvalid:
        return None


def _unlikely(column: pa.Array) -> bool:
    """Whether a number or a year is so large or small that a cell with it would be refused."""
    if pa.types.is_integer(column.type):
        least, most = -LARGEST + 1, LARGEST - 1
    elif pa.types.is_timestamp(column.type) or pa.types.is_date(column.type):
        column, least, most = pc.year(column), *(Decimal(y) for y in YEARS)
    else:
        return False
    return any(not least <= v <= most for v in pc.min_max(column).as_py().values() if v is not None)


def _local(column: pa.Array) -> pa.Array:
    """Moments as China time without a zone."""
    if column.type.tz is None:
        return column
    return pc.add(pc.cast(column, pa.timestamp("us")), _EIGHT_HOURS)


def _from_text(column: pa.Array, field: Field, notes: Counter[Note]) -> tuple[pa.Array, pa.Array]:
    plain = _trimmed(column)
    if field.type in _USUAL:
        usual = pc.match_substring_regex(plain, _USUAL[field.type])
    elif field.enum:
        usual = pc.is_in(plain, pa.array(field.enum))
    elif field.type == "boolean":
        usual = pc.is_in(plain, pa.array(["是", "否"]))
    elif field.pattern:
        usual = pc.match_substring_regex(plain, field.pattern)
    else:
        usual = pc.less(pc.utf8_length(plain), 4000)
        if pc.any(pc.starts_with(plain, "#")).as_py():
            usual = pc.and_not(usual, pc.match_substring_regex(plain, FORMULA_FAULT))
    usual = pc.or_(pc.is_null(plain), pc.fill_null(usual, True))  # is_in says of null that it is not in
    fast = pc.if_else(usual, plain, pa.scalar(None, pa.string()))
    values = pc.equal(fast, "是") if field.type == "boolean" else pc.cast(fast, TYPES[field.type])
    if pc.all(usual).as_py() is not False:
        return values, _none(len(column))
    rest = pc.invert(usual)
    coded = pc.filter(plain, rest).dictionary_encode()
    counts = {c["values"]: c["counts"] for c in pc.value_counts(coded.indices).to_pylist()}
    read: list[Value | None] = []
    for n, text in enumerate(coded.dictionary.to_pylist()):
        try:
            value, note = read_value(text, field)
        except BadCell:
            value, note = None, None
        read.append(value)
        if note is not None:
            notes[note] += counts[n]
    slow = pc.take(pa.array(read, TYPES[field.type]), coded.indices)
    values = pc.replace_with_mask(values, rest, slow)
    return values, pc.and_(rest, pc.is_null(values))


def _trimmed(column: pa.Array) -> pa.Array:
    """As `values.trimmed`, for a column."""
    plain = pc.utf8_trim_whitespace(column)
    if pc.any(pc.starts_with(plain, "'")).as_py():
        plain = pc.replace_substring_regex(plain, pattern=r"^'([=+@-])", replacement=r"\1")
    return pc.if_else(pc.is_in(plain, pa.array(NOTHING)), pa.scalar(None, pa.string()), plain)


def _not_allowed(values: pa.Array, field: Field) -> pa.Array:
    """Where a typed value is missing though required, or below or above what is allowed."""
    wrong = pc.is_null(values) if field.required else _none(len(values))
    if field.minimum is not None:
        wrong = pc.or_(wrong, pc.fill_null(pc.less(values, pa.scalar(field.minimum, values.type)), False))
    if field.maximum is not None:
        wrong = pc.or_(wrong, pc.fill_null(pc.greater(values, pa.scalar(field.maximum, values.type)), False))
    return wrong


def _none(length: int) -> pa.Array:
    return pa.repeat(pa.scalar(False), length)

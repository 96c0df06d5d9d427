"""A file of the inbox by columns: the headers of its records as a table, and the packets one behind the other.

Usually every line that looks like a header is one, each beginning where the one before says that it ends; that is
checked for all at once. Where it does not hold (bytes that look like a header inside of a packet, a header with odd
signs) the records are walked one by one, which gives the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json as pj

from hengji.reception.inbox import Record, records

PART = 32 << 20
"""Bytes that are read at once; far more than a record may have."""
RECEIPTS = pa.schema(
    {
        "place": pa.int64(),
        "number": pa.int64(),
        "received_at": pa.timestamp("us"),
        "mn": pa.string(),
        "size": pa.int64(),
        "sha256": pa.string(),
        "duplicate": pa.bool_(),
        "notes": pa.string(),
        "simulated": pa.bool_(),
        "peer": pa.string(),
        "drift": pa.int32(),
    }
)
"""One row a packet of a known device; `place` is where its header begins in the file."""
_SAID = pa.schema(
    {
        "n": pa.int64(),
        **{name: pa.string() for name in ("at", "mn", "peer", "why", "label", "sha256")},
        "notes": pa.list_(pa.string()),
        "size": pa.int64(),
        "drift": pa.int32(),
    }
)
_OPENS = np.frombuffer(b'{"n":', np.uint8)


class Part(NamedTuple):
    """Whole records of a file from `begin` to `end`: those of known devices, their bytes, and how many there were in all.

    `last` is where the last header begins.
    """

    begin: int
    end: int
    last: int
    records: int
    receipts: pa.Table
    raw: bytes


def parts(path: Path, begin: int, size: int = PART) -> Iterator[Part]:
    """The records of a file from a place in it (where one ends), a part at a time, as far as there are whole ones.

    Raises:
        OSError: it cannot be read.
    """
    while True:
        with path.open("rb") as stream:
            stream.seek(begin)
            block = stream.read(size)
        part = _by_columns(block, begin) or _one_by_one(path, begin, len(block))
        if part is None:
            return
        yield part
        begin = part.end


def _by_columns(block: bytes, begin: int) -> Part | None:
    """The whole records of a block; None where it has none or where they cannot be told at a glance."""
    data = np.frombuffer(block, np.uint8)
    breaks = np.flatnonzero(data == 10)
    starts = np.concatenate(([0], breaks + 1)) if len(breaks) else np.zeros(0, np.int64)
    starts = starts[starts + len(_OPENS) <= len(data)]
    for n, letter in enumerate(_OPENS):
        starts = starts[data[starts + n] == letter]
    if not len(starts) or starts[0] != 0:
        return None
    ends = np.searchsorted(breaks, starts)
    starts, ends = starts[ends < len(breaks)], breaks[ends[ends < len(breaks)]] + 1
    if not len(starts):
        return None
    said = _headers(block, starts, ends)
    if said is None:
        return None
    sizes = said.column("size").to_numpy()
    nexts = ends + sizes + 1
    whole = nexts <= len(data)
    if not whole.all():  # what is torn stands at the end
        count = int(np.argmin(whole))
        starts, ends, nexts, said = starts[:count], ends[:count], nexts[:count], said.slice(0, count)
    if not len(starts) or (starts[1:] != nexts[:-1]).any() or (data[nexts - 1] != 10).any():
        return None
    known = np.flatnonzero(pc.is_null(said.column("why")).to_numpy())
    receipts = _receipts(said.take(pa.array(known)), starts[known] + begin)
    raw = _joined(block, ends[known], nexts[known] - 1)
    return Part(begin, begin + int(nexts[-1]), begin + int(starts[-1]), len(starts), receipts, raw)


def _headers(block: bytes, starts: Any, ends: Any) -> pa.Table | None:
    """The headers as a table; None where one is no header after all."""
    lines = _joined(block, starts, ends)
    try:
        said = pj.read_json(
            pa.BufferReader(lines),
            pj.ReadOptions(block_size=max(1 << 20, len(lines) // 4 + 4096)),
            pj.ParseOptions(explicit_schema=_SAID, unexpected_field_behavior="ignore"),
        )
    except pa.ArrowInvalid:
        return None
    needed = ("n", "at", "mn", "size", "sha256")
    good = said.num_rows == len(starts) and not any(said.column(name).null_count for name in needed)
    return said.combine_chunks() if good else None


def _joined(block: bytes, starts: Any, ends: Any) -> bytes:
    """Pieces of a block one behind the other."""
    offsets = np.empty(2 * len(starts) + 1, np.int64)
    offsets[:-1:2], offsets[1::2] = starts, ends
    offsets[-1] = len(block)
    cut = pa.Array.from_buffers(pa.large_binary(), 2 * len(starts), [None, pa.py_buffer(offsets), pa.py_buffer(block)])
    taken = cut.take(pa.array(np.arange(len(starts)) * 2))
    content = taken.buffers()[2]
    return b"" if content is None else content.to_pybytes()[: int((ends - starts).sum())]


def _receipts(said: pa.Table, places: Any) -> pa.Table:
    notes = said.column("notes").combine_chunks()
    text = pc.fill_null(pc.binary_join(notes, " "), "")
    columns = [
        pa.array(places), said.column("n"), pc.cast(said.column("at"), pa.timestamp("us")), said.column("mn"),
        said.column("size"), said.column("sha256"), pc.match_substring_regex(text, r"(^| )duplicate( |$)"), text,
        pc.is_valid(said.column("label")), said.column("peer"), said.column("drift"),
    ]  # fmt: skip
    return pa.table([pa.chunked_array(c) if isinstance(c, list) else c for c in columns], schema=RECEIPTS)


def _one_by_one(path: Path, begin: int, size: int) -> Part | None:
    found: list[tuple[int, Record]] = []
    end, last, count = begin, begin, 0
    for record in records(path, begin, begin + size):
        if record.end > begin + size:
            break
        last, end, count = end, record.end, count + 1
        if not record.entry.why:
            found.append((last, record))
    if not count:
        return None
    rows = [
        (place, r.number, r.entry.at, r.entry.mn, len(r.entry.raw), r.digest, "duplicate" in r.entry.notes,
         " ".join(r.entry.notes), r.entry.trial, r.entry.peer, r.entry.drift)
        for place, r in found
    ]  # fmt: skip
    columns = [list(c) for c in zip(*rows, strict=True)] or [[] for _ in RECEIPTS]
    arrays = [
        pc.cast(pa.array(c, pa.string()), f.type) if f.name == "received_at" else pa.array(c, f.type)
        for c, f in zip(columns, RECEIPTS, strict=True)
    ]
    raw = b"".join(r.entry.raw for _, r in found)
    return Part(begin, end, last, count, pa.table(arrays, schema=RECEIPTS), raw)

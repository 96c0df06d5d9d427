"""A day of the inbox as tables: packets and values by the columnar replay, and the receipt of each packet beside them.

`<day>.raw` are the packets of known devices as they came, one behind the other; `hj212.replay` makes `<day>.raw.packets`
and `.values.parquet` of it. `<day>.receipts.parquet` has a row a packet: its `offset` in `<day>.raw` is that of the packets
table. Duplicates are marked there, so that whoever counts can leave them out.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from hengji.gateway.inbox import records, segments
from hengji.hj212.replay import Replayed, replay_file

RECEIPTS = pa.schema(
    {
        "offset": pa.int64(),
        "number": pa.int64(),
        "received_at": pa.timestamp("us"),
        "mn": pa.string(),
        "peer": pa.string(),
        "sha256": pa.string(),
        "duplicate": pa.bool_(),
        "notes": pa.string(),
        "drift": pa.int32(),
        "simulated": pa.bool_(),
    }
)
ROWS = 50_000


class Exported(NamedTuple):
    """What a day gave: packets, duplicates among them, what the replay read, and receipts that match no packet (0)."""

    packets: int
    duplicates: int
    replayed: Replayed
    unmatched: int


def export(inbox: Path, day: str, out: Path) -> Exported:
    """Write the tables of a day into a folder (made where needed); receipt times are Beijing's, without zone.

    Raises:
        OSError: the inbox cannot be read or the folder not be written.
    """
    out.mkdir(parents=True, exist_ok=True)
    raw, receipts = out / f"{day}.raw", out / f"{day}.receipts.parquet"
    drafts = raw.with_suffix(".draft"), receipts.with_suffix(".draft")
    rows: list[tuple[object, ...]] = []
    offset = count = duplicates = 0
    with drafts[0].open("wb") as stream, pq.ParquetWriter(drafts[1], RECEIPTS) as writer:
        for path in segments(inbox):
            if path.parent.name != day:
                continue
            for record in records(path):
                entry = record.entry
                if entry.why:
                    continue
                again = "duplicate" in entry.notes
                identity = (offset, record.number, entry.at, entry.mn, entry.peer, record.digest)
                rows.append((*identity, again, " ".join(entry.notes), entry.drift, entry.trial))
                stream.write(entry.raw)
                offset, count, duplicates = offset + len(entry.raw), count + 1, duplicates + again
                if len(rows) >= ROWS:
                    writer.write_table(_table(rows))
                    rows = []
        writer.write_table(_table(rows))
    drafts[0].replace(raw)
    replayed = replay_file(raw, out)
    drafts[1].replace(receipts)
    places = pq.read_table(out / f"{raw.name}.packets.parquet", columns=["offset"]).column("offset")
    own = pq.read_table(receipts, columns=["offset"]).column("offset")
    unmatched = pc.sum(pc.invert(pc.is_in(own, value_set=places))).as_py() or 0
    return Exported(count, duplicates, replayed, unmatched)


def _table(rows: list[tuple[object, ...]]) -> pa.Table:
    columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in RECEIPTS]
    arrays = []
    for values, kind in zip(columns, RECEIPTS, strict=True):
        if kind.name == "received_at":
            arrays.append(pc.cast(pa.array(values, pa.string()), kind.type))
        else:
            arrays.append(pa.array(values, kind.type))
    return pa.table(arrays, schema=RECEIPTS)

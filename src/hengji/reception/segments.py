"""A day of the inbox as tables: packets and values by the columnar replay, and the receipt of each packet beside them.

`<day>.raw` are the packets of known devices as they came, one behind the other; `hj212.replay` makes `<day>.raw.packets`
and `.values.parquet` of it. `<day>.receipts.parquet` has a row a packet: its `offset` in `<day>.raw` is that of the packets
table. Duplicates are marked there, so that whoever counts can leave them out.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from hengji.hj212.replay import Replayed, complete, replay_file
from hengji.reception.inbox import segments
from hengji.reception.store.journal import parts

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
    offset = count = duplicates = 0
    with complete(receipts) as (table,):
        with complete(raw) as (bytes_,), bytes_.open("wb") as stream, pq.ParquetWriter(table, RECEIPTS) as writer:
            for part in (p for path in segments(inbox) if path.parent.name == day for p in parts(path, 0)):
                sizes = part.receipts.column("size").to_numpy()
                offsets = pa.array(offset + np.cumsum(sizes) - sizes)
                writer.write_table(part.receipts.append_column("offset", offsets).select(RECEIPTS.names).cast(RECEIPTS))
                stream.write(part.raw)
                offset, count = offset + len(part.raw), count + part.receipts.num_rows
                duplicates += pc.sum(part.receipts.column("duplicate")).as_py() or 0
        replayed = replay_file(raw, out)
    places = pq.read_table(out / f"{raw.name}.packets.parquet", columns=["offset"]).column("offset")
    own = pq.read_table(receipts, columns=["offset"]).column("offset")
    unmatched = pc.sum(pc.invert(pc.is_in(own, value_set=places))).as_py() or 0
    return Exported(count, duplicates, replayed, unmatched)

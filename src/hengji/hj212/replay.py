"""Files of packets as received → Parquet, for years of them: plain packets by columns, the others by the codec.

Two tables a file. `packets`: one row a packet or run of garbage, with its place in the file, its head and its problems.
`values`: one row a factor field (code, suffix, value as sent), and one a plain field other than DataTime (code null).
Passwords are left out; the file itself remains the evidence.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from hengji.hj212.columns import Array, Columns, columns_of, lines_of
from hengji.hj212.decode import decode_frame
from hengji.hj212.framing import next_frame
from hengji.hj212.packet import Packet
from hengji.hj212.quick import Quick

BLOCK = 4 << 20
_CODES = pa.dictionary(pa.int32(), pa.string())
PACKETS = pa.schema(
    [("number", pa.int64()), ("offset", pa.int64()), ("length", pa.int32()), ("garbage", pa.bool_())]
    + [("valid", pa.bool_())]
    + [(name, pa.string()) for name in ("qn", "st", "cn", "mn", "flag", "pnum", "pno", "data_time")]
    + [("problems", pa.string()), ("doubts", pa.string())]
)
"""`problems` and `doubts` are codes with a blank between them, empty where there are none."""
VALUES = pa.schema([("packet", pa.int64()), ("code", _CODES), ("suffix", _CODES), ("value", pa.string())])


class Replayed(NamedTuple):
    """What one file gave: packets and garbage in all, those read by columns, those without objection, factor fields."""

    packets: int
    by_columns: int
    valid: int
    values: int


def replay(files: Iterable[Path], out: Path, workers: int = 1) -> list[Replayed]:
    """Write `<file name>.packets.parquet` and `.values.parquet` for each file into a folder (made where needed).

    Each worker reads one file at a time. Two files of one name would write the same tables.

    Raises:
        OSError: a file cannot be read or the folder not be written.
    """
    out.mkdir(parents=True, exist_ok=True)
    tasks = [(Path(file), out) for file in files]
    if workers == 1 or len(tasks) < 2:
        return [replay_file(*task) for task in tasks]
    with ProcessPoolExecutor(workers) as pool:
        return list(pool.map(replay_file, *zip(*tasks, strict=True)))


def replay_file(file: Path, out: Path) -> Replayed:
    """The two tables of one file; they appear under their names when they are complete."""
    packets, values = (out / f"{file.name}.{kind}.parquet" for kind in ("packets", "values"))
    total = Replayed(0, 0, 0, 0)
    repeating = ["st", "cn", "mn", "flag", "problems", "doubts", "code", "suffix"]
    with (
        complete(packets, values) as drafts,
        pq.ParquetWriter(drafts[0], PACKETS, use_dictionary=repeating) as first,
        pq.ParquetWriter(drafts[1], VALUES, use_dictionary=repeating) as second,
    ):
        for heads, fields, by_columns in blocks(file):
            first.write_table(heads)
            second.write_table(fields)
            valid = heads.column("valid").to_numpy(zero_copy_only=False)
            counts = (heads.num_rows, by_columns, int(valid.sum()), fields.num_rows)
            total = Replayed(*(a + b for a, b in zip(total, counts, strict=True)))
    return total


@contextlib.contextmanager
def complete(*paths: Path) -> Iterator[list[Path]]:
    """Drafts to write long files to; they are put in their places, in this order, when all are written."""
    drafts = [path.with_suffix(".draft") for path in paths]
    yield drafts
    for draft, path in zip(drafts, paths, strict=True):
        draft.replace(path)


def blocks(file: Path, size: int = BLOCK) -> Iterator[tuple[pa.Table, pa.Table, int]]:
    """The tables of a file a block at a time, and how many packets of it were read by columns."""
    rest, offset, number, final = b"", 0, 0, False
    with file.open("rb") as stream:
        while not final:
            data = stream.read(size)
            final = not data
            block = rest + data
            if not block:
                break
            heads, fields, by_columns, used = tables(block, final, offset, number)
            yield heads, fields, by_columns
            rest, offset, number = block[used:], offset + used, number + heads.num_rows


def tables(block: bytes, final: bool, offset: int = 0, number: int = 0) -> tuple[pa.Table, pa.Table, int, int]:
    """Tables of a block, how many packets came by columns, and how many bytes were used up (all where it is `final`).

    `offset` and `number` are those of its first packet.
    """
    data = np.frombuffer(block, np.uint8)
    lines = lines_of(block, data)
    plain = columns_of(block, data, lines)
    starts, ends = lines.starts[plain.lines], lines.ends[plain.lines] + 2
    kept, odd, used = _walk(block, final, starts, ends)
    heads, places, order = _plain_heads(plain, kept, ends - starts), starts[kept], np.arange(len(kept))
    if odd:
        heads = pa.concat_tables([heads, _odd_heads([packet for _, packet in odd])])
        places = np.concatenate((places, [place for place, _ in odd]))
        order = np.argsort(places, kind="stable")
        heads = heads.take(pa.array(order))
    numbers = np.empty(len(places), np.int64)
    numbers[order] = np.arange(number, number + len(places))
    heads = heads.add_column(0, "offset", pa.array(places[order] + offset))
    heads = heads.add_column(0, "number", pa.array(numbers[order])).cast(PACKETS)
    fields = _plain_values(plain, kept, numbers)
    if odd:
        more = _odd_values([packet for _, packet in odd], numbers[len(kept) :])
        fields = pa.concat_tables([fields, more]).unify_dictionaries()
        fields = fields.take(pa.array(np.argsort(fields.column("packet").to_numpy(), kind="stable")))
    return heads, fields, len(kept), used


def _walk(block: bytes, final: bool, starts: Array, ends: Array) -> tuple[Array, list[tuple[int, Packet]], int]:
    """Which plain packets stand where a packet may begin, the others by the codec, and where the block is used up."""
    quick = Quick()
    gaps = np.flatnonzero(starts[1:] != ends[:-1])
    runs, odd, at = [], [], 0
    while True:
        here = int(np.searchsorted(starts, at))
        if here < len(starts) and starts[here] == at:
            gap = int(np.searchsorted(gaps, here))
            upto = int(gaps[gap]) if gap < len(gaps) else len(starts) - 1
            runs.append(np.arange(here, upto + 1))
            at = int(ends[upto])
            continue
        end = block.find(b"\r\n", at) + 2
        packet = quick.read(block[at:end]) if end > 1 else None
        if packet is None:
            frame = next_frame(block, at, final)
            if frame is None:
                break
            packet, end = decode_frame(frame, block[at : frame.end]), frame.end
        odd.append((at, packet))
        at = end
    return np.concatenate(runs) if runs else np.zeros(0, np.int64), odd, at


def _plain_heads(plain: Columns, kept: Array, lengths: Array) -> pa.Table:
    chosen, count = pa.array(kept), len(kept)
    qn, st, cn, _, mn, flag, time = (c.take(chosen).cast(pa.string()) for c in plain.head)
    none, blank = pa.nulls(count, pa.string()), pa.array([""]).take(pa.array(np.zeros(count, np.int64)))
    no, yes = pa.array(np.zeros(count, np.bool_)), pa.array(np.ones(count, np.bool_))
    length = pa.array(lengths[kept].astype(np.int32))
    return pa.table([length, no, yes, qn, st, cn, mn, flag, none, none, time, blank, blank], names=PACKETS.names[2:])


def _odd_heads(packets: list[Packet]) -> pa.Table:
    rows = [
        (
            *(len(p.raw), p.garbage, p.valid),
            *(p.head.get(k) for k in ("QN", "ST", "CN", "MN", "Flag", "PNUM", "PNO")),
            *(p.cp.get("DataTime"), " ".join(one.code for one in p.problems), " ".join(p.doubts)),
        )
        for p in packets
    ]
    fields = list(PACKETS)[2:]
    return pa.table([pa.array([r[n] for r in rows], f.type) for n, f in enumerate(fields)], names=PACKETS.names[2:])


def _plain_values(plain: Columns, kept: Array, numbers: Array) -> pa.Table:
    packet, name, values = plain.packet, plain.name, plain.values
    if len(kept) < len(plain.lines):
        place = np.full(len(plain.lines), -1)
        place[kept] = np.arange(len(kept))
        chosen = place[packet] >= 0
        packet, name, values = place[packet[chosen]], name[chosen], values.filter(pa.array(chosen))
    parts = [n[1:-1].decode("ascii", "replace").partition("-") for n in plain.names]
    columns = [pa.array(numbers[packet])]
    for side in (0, 2):
        words = list(dict.fromkeys(p[side] for p in parts))
        place = np.array([words.index(p[side]) for p in parts], np.int32)
        columns.append(pa.DictionaryArray.from_arrays(pa.array(place[name]), pa.array(words, pa.string())))
    return pa.table([*columns, values.cast(pa.string())], schema=VALUES)


def _odd_values(packets: list[Packet], numbers: Array) -> pa.Table:
    rows: list[tuple[int, str | None, str, str]] = []
    for number, packet in zip(numbers.tolist(), packets, strict=True):
        rows += [(number, None, name, value) for name, value in packet.cp.items() if name != "DataTime"]
        rows += [(number, code, s, v) for code, values in packet.items.items() for s, v in values.items()]
    columns = list(zip(*rows, strict=True)) or [(), (), (), ()]
    return pa.table([pa.array(c, f.type) for c, f in zip(columns, VALUES, strict=True)], schema=VALUES)

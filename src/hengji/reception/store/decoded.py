"""Journal → decoded Parquet by day: immutable files named by their digest, and a chained list of what they are made of.

    store/manifest.jsonl                       a line a part of a file of the inbox: from where to where, and its files
    store/packets/<day of receipt>/<digest>.parquet    one row a packet, with its place in the inbox and its digest
    store/values/<day of DataTime>/<digest>.parquet    one row a factor of realtime, minute, hour or day data

A file counts from the moment its line is written; others are left by a kill and taken away by the next run.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from hengji.evidence.chain import ChainedLog
from hengji.evidence.errors import EvidenceError
from hengji.hj212.replay import tables
from hengji.reception.errors import GatewayError
from hengji.reception.inbox import records, segments, sync_folder
from hengji.reception.store.journal import PART, Part, parts

FOLDER, MANIFEST = "store", "manifest.jsonl"
REALTIME, MINUTE, HOUR, DAY = "2011", "2051", "2061", "2031"
CNS = (REALTIME, MINUTE, HOUR, DAY)
_NUMBERS = {"value": ("avg", "rtd"), "low": ("min",), "high": ("max",), "zs": ("zsavg", "zsrtd"), "amount": ("cou",)}
"""Columns of `values` and the suffixes that they are read of, the first that is there."""
_NUMBER = "decimal(18,6)"
PACKETS = pa.schema(
    [("number", pa.int64()), ("place", pa.int64()), ("size", pa.int64()), ("received_at", pa.timestamp("us"))]
    + [(name, pa.string()) for name in ("mn", "cn", "qn", "data_time")]
    + [("sha256", pa.string()), ("valid", pa.bool_()), ("problems", pa.string()), ("notes", pa.string())]
    + [("duplicate", pa.bool_()), ("simulated", pa.bool_())]
)
VALUES = pa.schema(
    [("number", pa.int64()), ("received_at", pa.timestamp("us"))]
    + [(name, pa.string()) for name in ("mn", "cn", "item")]
    + [("stamp", pa.timestamp("us")), ("flag", pa.string())]
    + [(name, pa.decimal128(18, 6)) for name in _NUMBERS]
    + [("unread", pa.bool_())]
)
_PACK: Mapping[str, Any] = {"compression": "zstd", "compression_level": 1}


class Decoded(NamedTuple):
    """What a run added: packets, factor rows, those without a DataTime that exists, and records that gave no packet."""

    packets: int
    values: int
    untimed: int
    unmatched: int


class Entry(NamedTuple):
    """A line of the manifest: part of a file of the inbox.

    `days` has for each day of data: the digest of its file, its rows, and whether some may belong to the day before,
    where a device writes the end of a period.
    """

    journal: str
    begin: int
    end: int
    last: int
    head: str
    numbers: tuple[int, int]
    packets: str
    days: Mapping[str, tuple[str, int, bool]]
    untimed: int
    simulated: bool
    until: str
    """The last receipt in it."""

    @property
    def day(self) -> str:
        """The day of receipt."""
        return self.journal.partition("/")[0]


class Decoder:
    """The decoded part of a gateway's folder. Use it while `locked`."""

    def __init__(self, folder: Path) -> None:
        self.inbox, self.folder = folder / "inbox", folder / FOLDER
        self._log: ChainedLog[Entry] = ChainedLog(self.folder / MANIFEST, _entry)

    def entries(self) -> list[Entry]:
        """What is decoded.

        Raises:
            GatewayError: the manifest was altered.
        """
        try:
            return self._log.read()
        except EvidenceError as error:
            raise GatewayError(error.zh, error.en) from None

    def values(self, day: str) -> list[Path]:
        """The files with data of a day."""
        return [self.folder / "values" / day / f"{e.days[day][0]}.parquet" for e in self.entries() if day in e.days]

    def decode(self, size: int = PART) -> Decoded:
        """Decode what the inbox holds beyond the manifest.

        Raises:
            GatewayError: the inbox is no longer what was decoded.
            OSError: the inbox cannot be read or the folder not be written.
        """
        there = self.entries()
        self._same(there)
        self._tidy(there)
        reached = {e.journal: e.end for e in there}
        total = Decoded(0, 0, 0, 0)
        with contextlib.closing(duckdb.connect(config={"threads": 2})) as db:
            for path in segments(self.inbox):
                journal = f"{path.parent.name}/{path.name}"
                for part in parts(path, reached.get(journal, 0), size):
                    done, line = self._part(db, journal, part)
                    line["head"] = _head(path, part.last)
                    self._log.append([line])
                    total = Decoded(*(a + b for a, b in zip(total, done, strict=True)))
        return total

    def _part(self, db: duckdb.DuckDBPyConnection, journal: str, part: Part) -> tuple[Decoded, dict[str, Any]]:
        heads, fields, _, _ = tables(part.raw, True)
        receipts = part.receipts
        packets, unmatched = _packets(receipts, heads)
        values = _values(db, packets, fields)
        untimed = values.filter(pc.is_null(values.column("stamp"))).num_rows
        days = {}
        for day, rows in _by_day(values):
            early = pc.any(pc.less(pc.hour(rows.column("stamp")), 12)).as_py()
            days[day] = [write(self.folder / "values" / day, rows), rows.num_rows, bool(early)]
        numbers = receipts.column("number")
        line = {
            "journal": journal, "begin": part.begin, "end": part.end, "last": part.last,
            "numbers": list(pc.min_max(numbers).as_py().values()) if len(numbers) else [0, 0],
            "packets": write(self.folder / "packets" / journal.partition("/")[0], packets) if packets.num_rows else "",
            "days": days, "untimed": untimed, "simulated": bool(pc.any(receipts.column("simulated")).as_py()),
            "until": until.isoformat() if (until := pc.max(receipts.column("received_at")).as_py()) else "",
        }  # fmt: skip
        return Decoded(packets.num_rows, values.num_rows, untimed, unmatched), line

    def _same(self, there: list[Entry]) -> None:
        """See whether the last record of each decoded part still stands where it stood.

        Raises:
            GatewayError: it does not.
        """
        for entry in there:
            path = self.inbox / entry.journal
            if not path.exists() or path.stat().st_size < entry.end or _head(path, entry.last) != entry.head:
                raise GatewayError(
                    f"{path} 与已汇总的不一致：文件被改动、截断或移走。请先用 hengji gateway verify 核对；确认后删除 "
                    f"{self.folder}，再重新汇总。",
                    f"{path} is not what was rolled up: it was changed, cut or moved. Check it with hengji gateway "
                    f"verify; then remove {self.folder} and roll up again.",
                )

    def _tidy(self, there: list[Entry]) -> None:
        """Take away what a kill has left."""
        known = {e.packets for e in there} | {digest for e in there for digest, _, _ in e.days.values()}
        for kind in ("packets", "values"):
            for path in (self.folder / kind).glob("*/*"):
                if path.stem not in known:
                    path.unlink()


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """One process at a time makes the store of a gateway's folder.

    Raises:
        OSError: the folder cannot be written.
    """
    (folder / FOLDER).mkdir(exist_ok=True)
    with (folder / FOLDER / ".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _entry(said: Mapping[str, Any]) -> Entry:
    days = {str(day): (str(f[0]), int(f[1]), bool(f[2])) for day, f in said["days"].items()}
    return Entry(
        said["journal"], said["begin"], said["end"], said["last"], said["head"], (said["numbers"][0], said["numbers"][1]),
        said["packets"], days, said["untimed"], said["simulated"],
        said["until"],
    )  # fmt: skip


def _head(path: Path, place: int) -> str | None:
    """The digest of the header of the record that begins at a place."""
    return next((record.head for record in records(path, place)), None)


def _packets(receipts: pa.Table, heads: pa.Table) -> tuple[pa.Table, int]:
    """One row a packet: its receipt and what its head says; and how many records gave none."""
    sizes = receipts.column("size").to_numpy()
    offsets = np.cumsum(sizes) - sizes
    place = np.searchsorted(offsets, heads.column("offset").to_numpy(), "right") - 1
    own = receipts.take(pa.array(place))
    columns = {name: own.column(name) for name in receipts.column_names}
    columns |= {name: heads.column(name) for name in ("cn", "qn", "data_time", "valid", "problems")}
    made = pa.table([columns[f.name] for f in PACKETS], schema=PACKETS)
    return made, len(offsets) - len(np.unique(place))


def _values(db: duckdb.DuckDBPyConnection, packets: pa.Table, fields: pa.Table) -> pa.Table:
    """One row a factor of data: whose, of when, its flag, and its values in exact numbers.

    A value that is no number of 12 digits before and 6 behind the point is none here and `unread` says so.
    """
    fields = fields.combine_chunks()
    code, suffix = (_plain(fields.column(name)) for name in ("code", "suffix"))
    packet, key, kind = fields.column("packet").to_numpy(), _indices(code), _indices(suffix)
    begins = np.ones(len(packet), np.bool_)
    begins[1:] = (packet[1:] != packet[:-1]) | (key[1:] != key[:-1])
    row = np.cumsum(begins) - 1
    firsts = np.flatnonzero(begins)
    text = fields.column("value").combine_chunks()
    suffixes = [s.lower() for s in suffix.dictionary.to_pylist()]
    columns = {"packet": pa.array(packet[firsts]), "item": code.take(pa.array(firsts))}
    for name in ("flag", *(s for several in _NUMBERS.values() for s in several)):
        wanted = np.array([s == name for s in suffixes] + [False])[kind]
        places = np.full(len(firsts), -1)
        places[row[wanted]] = np.flatnonzero(wanted)
        columns[name] = text.take(pa.array(places, mask=places < 0))
    db.register("facts", pa.table(columns))
    db.register("heads", packets.append_column("packet", pa.array(np.arange(packets.num_rows))))
    numbers, texts = [], []
    for name, several in _NUMBERS.items():
        said = f"coalesce({', '.join(several)}, NULL)"
        fits = f"length({said}) - strpos({said}, '.') <= 6 OR strpos({said}, '.') = 0"
        numbers.append(f"CASE WHEN {fits} THEN TRY_CAST({said} AS {_NUMBER}) END AS {name}")
        texts.append(f"({said} IS NOT NULL AND {name} IS NULL)")
    return (
        db.sql(
            "SELECT number, received_at, mn, cn, item::VARCHAR AS item, "
            "coalesce(try_strptime(left(data_time, 14), '%Y%m%d%H%M%S'), NULL) AS stamp, flag, "
            f"{', '.join(numbers)}, {' OR '.join(texts)} AS unread "
            f"FROM facts JOIN heads USING (packet) WHERE item IS NOT NULL AND cn IN {CNS} ORDER BY number, packet"
        )
        .to_arrow_table()
        .cast(VALUES)
    )


def _plain(column: pa.ChunkedArray) -> pa.DictionaryArray:
    made = column.combine_chunks()
    return made.chunk(0) if isinstance(made, pa.ChunkedArray) else made


def _indices(coded: pa.DictionaryArray) -> Any:
    return pc.fill_null(coded.indices, -1).to_numpy(zero_copy_only=False)


def _by_day(values: pa.Table) -> Iterator[tuple[str, pa.Table]]:
    days = pc.cast(pc.floor_temporal(values.column("stamp"), unit="day"), pa.date32())
    for day in sorted(set(pc.unique(days).to_pylist()) - {None}):
        yield day.isoformat(), values.filter(pc.equal(days, pa.scalar(day, pa.date32())))


def write(folder: Path, rows: pa.Table) -> str:
    """A file of a table under its digest; durable when this returns."""
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / ".draft"
    repeated = [n for n in rows.column_names if n not in ("number", "place", "sha256", "qn")]
    pq.write_table(rows, draft, use_dictionary=repeated, **_PACK)
    with draft.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        os.fsync(file.fileno())
    draft.replace(folder / f"{digest}.parquet")
    sync_folder(folder)
    return digest

"""Hours and days of each outlet and factor, rolled up of the decoded data, with everything a rate needs as whole numbers.

    store/rolled.json               what each day was made of, and its two files
    store/hours/<day>/<digest>.parquet, store/days/<day>/<digest>.parquet

A row has the periods expected, those received in time, those valid (flag N), the other flags, and the sum, least and
greatest of valid values; so rates of any span are sums of rows, divided once. `stopped` is what of the expected lies in
filed stops, `received_stopped` and `valid_stopped` the same of the others: both conventions of deduction follow from one
row. Of several receipts for a period the last one in time counts, once; `repeats` counts the others. An hour names the
numbers of its packets in the inbox (where all came too late, of the last one).

A day is made anew exactly when what it is made of has changed: its data, the register, the stops, the limit for late
data, or the habit of a device. So data that come late touch their own day only.
"""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from hengji.evidence.whole import write_whole
from hengji.hj212.factors import factor
from hengji.reception.clock import SHARED
from hengji.reception.devices import Device, read_register
from hengji.reception.store.decoded import (
    DAY,
    FOLDER,
    HOUR,
    MINUTE,
    REALTIME,
    VALUES,
    Decoded,
    Decoder,
    Entry,
    locked,
    write,
)
from hengji.reception.store.habits import Habit, learnt
from hengji.reception.store.stops import Stop, read_stops

STATE = "rolled.json"
LATE_DAYS = 10
"""Days after the end of a period until when its data count as received; a setting of practice, printed."""
FLAGS = "FMSDCTB"
AT_ONCE = 2_000_000
"""Rows of decoded data that are rolled up in one go."""
VERSION = "1"
"""Changes where a day would be rolled up differently."""
_ONE_DAY = datetime.timedelta(days=1)
COUNTS = (
    "expected", "stopped", "received", "received_stopped", "valid", "valid_stopped",
    *(f"flag_{letter.lower()}" for letter in FLAGS), "flag_other", "repeats", "too_late", "unread", "valued",
)  # fmt: skip
"""Columns that are added up. `valued` is how many valid values there are in `total`."""


class Rolled(NamedTuple):
    """What a run did: what was decoded, the days made anew, all days there are, and the habits of devices."""

    decoded: Decoded
    again: tuple[str, ...]
    days: int
    habits: tuple[Habit, ...]


class State(NamedTuple):
    """What is rolled up: by day the digest of what it was made of and of its two files; the habits; the last receipt."""

    days: Mapping[str, Mapping[str, str]]
    habits: tuple[Habit, ...] = ()
    late_days: int = LATE_DAYS
    until: str = ""

    def files(self, folder: Path, kind: str, days: Iterable[str]) -> list[str]:
        """The files of `hours` or `days` of those days, as far as there are any."""
        return [str(folder / FOLDER / kind / d / f"{self.days[d][kind]}.parquet") for d in days if d in self.days]


def roll(folder: Path, late_days: int = LATE_DAYS) -> Rolled:
    """Decode what is new in a gateway's inbox and roll up the days that it touches.

    Raises:
        GatewayError: no register, or the inbox is not what was decoded before.
        OSError: something cannot be read or written.
    """
    devices = list(read_register(folder).devices.values())
    stops = read_stops(folder)
    with locked(folder), contextlib.closing(duckdb.connect(config={"threads": 2})) as db:
        decoder = Decoder(folder)
        done = decoder.decode()
        entries = decoder.entries()
        packets = [decoder.folder / "packets" / e.day / f"{e.packets}.parquet" for e in entries if e.packets]
        habits = learnt(db, packets, [(d.mn, d.minute_minutes) for d in devices])
        before, until = state_of(folder), max((e.until for e in entries), default="")
        wanted = _inputs(entries, devices, stops, habits, late_days)
        todo = [day for day, digest in wanted.items() if before.days.get(day, {}).get("inputs") != digest]
        _tables(db, devices, stops, habits)
        days = {day: said for day, said in before.days.items() if day in wanted}
        for chosen in _chunks(todo, entries):
            for day, hours in _hours(db, decoder, entries, chosen, late_days):
                days[day] = {
                    "inputs": wanted[day],
                    "hours": write(decoder.folder / "hours" / day, hours),
                    "days": write(decoder.folder / "days" / day, _day(db, hours)),
                }
            _save(folder, State(days, tuple(habits), late_days, until))
        if not todo:
            _save(folder, State(days, tuple(habits), late_days, until))
        _tidy(decoder.folder, days)
    return Rolled(done, tuple(todo), len(days), tuple(habits))


def state_of(folder: Path) -> State:
    """What is rolled up; nothing where there is nothing yet."""
    try:
        said = json.loads((folder / FOLDER / STATE).read_bytes())
    except FileNotFoundError:
        return State({})
    return State(said["days"], tuple(Habit(*habit) for habit in said["habits"]), said["late_days"], said["until"])


def _save(folder: Path, state: State) -> None:
    said = {
        "format": "hengji.rolled/1",
        "late_days": state.late_days,
        "until": state.until,
        "habits": state.habits,
        "days": dict(sorted(state.days.items())),
    }
    write_whole(folder / FOLDER / STATE, json.dumps(said, ensure_ascii=False, indent=0).encode(), SHARED)


def _tidy(folder: Path, days: Mapping[str, Mapping[str, str]]) -> None:
    """Take away the files that no day has any more."""
    for kind in ("hours", "days"):
        for path in (folder / kind).glob("*/*.parquet"):
            if days.get(path.parent.name, {}).get(kind) != path.stem:
                path.unlink()


def _inputs(
    entries: Sequence[Entry], devices: Sequence[Device], stops: Sequence[Stop], habits: Sequence[Habit], late_days: int
) -> dict[str, str]:
    """The days to be rolled up, each with a digest of what it is made of.

    They go from the first to the last day of receipt, with earlier days that data came for; data of days to come wait.
    """
    if not entries:
        return {}
    parts: dict[str, list[str]] = {}
    early: dict[str, list[str]] = {}
    for entry in entries:
        for day, (digest, _, begins) in entry.days.items():
            parts.setdefault(day, []).append(digest)
            if begins:
                early.setdefault(day, []).append(digest)
    first, last = (_date(pick(e.day for e in entries)) for pick in (min, max))
    days = {str(first + n * _ONE_DAY) for n in range((last - first).days + 1)}
    days |= {day for day in parts if day < str(first)}
    shared = [
        [(d.mn, d.outlet, d.factors, d.realtime_seconds, d.minute_minutes, sorted(d.units.items())) for d in devices],
        [(s.outlet, str(s.begin), str(s.end)) for s in stops], late_days, VERSION,
    ]  # fmt: skip
    ends = sorted((h.mn, h.cn) for h in habits if h.ends)
    return {
        day: _digest([parts.get(day, []), early.get(str(_date(day) + _ONE_DAY), []) if ends else [], ends, shared])
        for day in sorted(days)
    }


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, ensure_ascii=False).encode()).hexdigest()


def _date(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def _chunks(days: Sequence[str], entries: Sequence[Entry]) -> Iterable[list[str]]:
    """Days that are rolled up together: as many as their rows allow."""
    rows: dict[str, int] = {}
    for entry in entries:
        for day, (_, count, _) in entry.days.items():
            rows[day] = rows.get(day, 0) + count
    chosen: list[str] = []
    total = 0
    for day in days:
        if chosen and total + rows.get(day, 0) > AT_ONCE:
            yield chosen
            chosen, total = [], 0
        chosen.append(day)
        total += rows.get(day, 0)
    if chosen:
        yield chosen


def _tables(
    db: duckdb.DuckDBPyConnection, devices: Sequence[Device], stops: Sequence[Stop], habits: Sequence[Habit]
) -> None:
    """What is due of whom in an hour (day data: in a day), how long periods are, filed stops, habits."""
    due, lengths = [], []
    for one in devices:
        step = one.minute_minutes
        each = {
            HOUR: 1,
            DAY: 1,
            MINUTE: 60 // step if step else 0,
            REALTIME: 3600 // one.realtime_seconds if one.realtime_seconds else 0,
        }
        lengths += [(one.mn, cn, s) for cn, s in ((HOUR, 3600), (DAY, 86400), (MINUTE, step * 60), (REALTIME, 0))]
        due += [(one.mn, item, cn, count) for item in one.factors for cn, count in each.items() if count]
    outlets = [(d.mn, d.outlet or d.mn) for d in devices]
    units = [(d.mn, item, d.units.get(item) or _standard_unit(item)) for d in devices for item in d.factors]
    _table(db, "due", {"mn": pa.string(), "item": pa.string(), "cn": pa.string(), "expected": pa.int64()}, due)
    _table(db, "lengths", {"mn": pa.string(), "cn": pa.string(), "seconds": pa.int64()}, lengths)
    _table(db, "outlets", {"mn": pa.string(), "outlet": pa.string()}, outlets)
    _table(db, "units", {"mn": pa.string(), "item": pa.string(), "unit": pa.string()}, units)
    _table(
        db,
        "stops",
        {"outlet": pa.string(), "begins": pa.timestamp("us"), "ends": pa.timestamp("us")},
        [(s.outlet, s.begin, s.end) for s in stops],
    )
    _table(db, "habits", {"mn": pa.string(), "cn": pa.string()}, [(h.mn, h.cn) for h in habits if h.ends])


def _standard_unit(item: str) -> str | None:
    known = factor(item)
    return known.conc_unit or None if known else None


def _table(
    db: duckdb.DuckDBPyConnection, name: str, kinds: Mapping[str, pa.DataType], rows: Sequence[tuple[Any, ...]]
) -> None:
    columns = [list(c) for c in zip(*rows, strict=True)] or [[] for _ in kinds]
    db.register(
        name, pa.table([pa.array(c, k) for c, k in zip(columns, kinds.values(), strict=True)], names=list(kinds))
    )


_VALID = "flag = 'N'"
_JUDGED = """
WITH placed AS (
    SELECT v.*, seconds, epoch_us(stamp) - (CASE WHEN h.mn IS NULL THEN 0 ELSE seconds * 500000 END) AS moment
    FROM data v JOIN lengths USING (mn, cn) LEFT JOIN habits h USING (mn, cn)),
timed AS (
    SELECT *, CASE WHEN seconds > 0 THEN moment - moment % (seconds * 1000000) ELSE moment END AS slot FROM placed),
judged AS (
    SELECT *, epoch_us(received_at) <= slot + (seconds + $late * 86400) * 1000000 AS in_time FROM timed
    WHERE make_timestamp(slot)::DATE IN (SELECT unnest($days::DATE[])))
"""
_CROWDED = _JUDGED + "SELECT mn, cn, slot FROM judged GROUP BY ALL HAVING min(number) <> max(number)"
"""Periods for which several packets came: only there can it be asked which one counts, so only there it is."""
_SAID = f"""{_JUDGED.rstrip()},
counted AS (
    SELECT *, true AS chosen, in_time AS counts FROM judged ANTI JOIN crowded USING (mn, cn, slot)
    UNION ALL
    SELECT *, row_number() OVER own = 1 AS chosen, chosen AND in_time AS counts FROM judged SEMI JOIN crowded USING (mn, cn, slot)
    WINDOW own AS (PARTITION BY mn, cn, item, slot ORDER BY in_time DESC, number DESC))
SELECT mn, cn, item, CASE WHEN cn = '{DAY}' THEN make_timestamp(slot) ELSE date_trunc('hour', make_timestamp(slot)) END AS begin,
    count(*) FILTER (counts) AS received, count(*) FILTER (counts AND {_VALID}) AS valid,
    {", ".join(f"count(*) FILTER (counts AND flag = '{f}') AS flag_{f.lower()}" for f in FLAGS)},
    count(*) FILTER (counts AND (flag IS NULL OR flag NOT IN ({", ".join(f"'{f}'" for f in "N" + FLAGS)}))) AS flag_other,
    count(*) FILTER (in_time AND NOT counts) AS repeats, count(*) FILTER (NOT in_time) AS too_late,
    count(*) FILTER (counts AND unread) AS unread, count(value) FILTER (counts AND {_VALID}) AS valued,
    sum(value) FILTER (counts AND {_VALID}) AS total, min(coalesce(low, value)) FILTER (counts AND {_VALID}) AS least,
    max(coalesce(high, value)) FILTER (counts AND {_VALID}) AS greatest,
    list(number ORDER BY number) FILTER (chosen) AS numbers
FROM counted GROUP BY ALL
"""
_KEPT = [name for name in COUNTS if name not in ("expected", "stopped", "received_stopped", "valid_stopped")]
_SPREAD = f"""
WITH frame AS (
    SELECT mn, item, cn, expected, day::TIMESTAMP + to_hours(h) AS begin
    FROM due, (SELECT unnest(?::DATE[]) AS day), (SELECT unnest(range(24)) AS h) WHERE cn <> '{DAY}' OR h = 0),
joined AS (FROM frame FULL JOIN said USING (mn, item, cn, begin)),
placed AS (
    SELECT *, EXISTS (FROM stops s WHERE s.outlet = o.outlet AND s.begins <= begin AND begin < s.ends) AS stands
    FROM joined JOIN outlets o USING (mn))
SELECT outlet, mn, item, cn, begin, unit, coalesce(expected, 0)::INTEGER AS expected,
    CASE WHEN stands THEN coalesce(expected, 0) ELSE 0 END::INTEGER AS stopped,
    CASE WHEN stands THEN coalesce(received, 0) ELSE 0 END::INTEGER AS received_stopped,
    CASE WHEN stands THEN coalesce(valid, 0) ELSE 0 END::INTEGER AS valid_stopped,
    {", ".join(f"coalesce({name}, 0)::INTEGER AS {name}" for name in _KEPT)}, total, least, greatest, numbers
FROM placed LEFT JOIN units USING (mn, item) ORDER BY outlet, mn, item, cn, begin
"""
_ADDED = f"""
SELECT outlet, mn, item, cn, begin::DATE AS day, any_value(unit) AS unit,
    {", ".join(f"sum({name})::INTEGER AS {name}" for name in COUNTS)}, sum(total) AS total, min(least) AS least,
    max(greatest) AS greatest
FROM hours GROUP BY ALL ORDER BY outlet, mn, item, cn
"""


def _hours(
    db: duckdb.DuckDBPyConnection, decoder: Decoder, entries: Sequence[Entry], days: Sequence[str], late_days: int
) -> Iterator[tuple[str, pa.Table]]:
    """The hours of days, a table a day; data of the day after may belong to them where a device writes ends."""
    near = {*days, *(str(_date(day) + _ONE_DAY) for day in days)}
    files = [
        str(decoder.folder / "values" / day / f"{entry.days[day][0]}.parquet")
        for entry in entries
        for day in sorted(near & entry.days.keys())
    ]
    db.register("nothing", VALUES.empty_table())  # days without any data are expected all the same
    source = f"read_parquet({files})" if files else "nothing"
    given = {"late": late_days, "days": list(days)}
    for name, query in (("crowded", _CROWDED), ("said", _SAID)):
        query = query.replace("FROM data", f"FROM {source}")
        db.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {query}", given)
    spread = db.sql(_SPREAD, params=[list(days)]).to_arrow_table()
    own = pc.cast(pc.floor_temporal(spread.column("begin"), unit="day"), pa.date32())
    for day in days:
        yield day, spread.filter(pc.equal(own, pa.scalar(_date(day), pa.date32())))


def _day(db: duckdb.DuckDBPyConnection, hours: pa.Table) -> pa.Table:
    """One day of its hours: all counts added, exact sums, the least and the greatest."""
    db.register("hours", hours)
    return db.sql(_ADDED).to_arrow_table()

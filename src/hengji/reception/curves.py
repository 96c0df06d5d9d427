"""Hours of one factor with value, flag and packet, and the days of an outlet: what a page draws, of the store alone."""

from __future__ import annotations

import contextlib
import csv
import datetime
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pyarrow as pa

from hengji.evidence.suspicion.readings import LIMITS
from hengji.reception.store.decoded import HOUR, Decoder
from hengji.reception.store.rates import Rate, added, rates, span
from hengji.reception.store.rolled import state_of

_HOURS = f"""
WITH wanted AS (
    SELECT begin, expected, stopped, unnest(CASE WHEN len(numbers) > 0 THEN numbers ELSE [NULL] END) AS number
    FROM read_parquet($hours) WHERE mn = $mn AND item = $item AND cn = '{HOUR}'),
said AS (SELECT number, value, flag FROM read_parquet($values) WHERE mn = $mn AND item = $item AND cn = '{HOUR}'),
packets AS (
    SELECT number, place, journal FROM read_parquet($packets, filename = true) JOIN journals ON filename = file
    WHERE mn = $mn)
SELECT begin, expected > 0, stopped > 0, value, flag, journal || '#' || place
FROM wanted LEFT JOIN said USING (number) LEFT JOIN packets USING (number)
WHERE begin < $until OR number IS NOT NULL ORDER BY begin, number
"""
_DAYS = f"""
SELECT day, sum(expected - stopped), sum(received - received_stopped), sum(valid - valid_stopped), sum(repeats), sum(too_late)
FROM read_parquet($days) WHERE mn = $mn AND cn = '{HOUR}' GROUP BY day ORDER BY day
"""
_PLACES = """
SELECT sha256, arg_min(journal || '#' || place, number)
FROM read_parquet($packets, filename = true) JOIN journals ON filename = file SEMI JOIN wanted USING (sha256) GROUP BY sha256
"""


class Hour(NamedTuple):
    """An hour: whether it was due, whether it lies in a filed stop, value and flag as they count, and its packet's place.

    The last three are None where nothing came (or no value that is a number, no flag).
    """

    begin: datetime.datetime
    due: bool
    stopped: bool
    value: str | None
    flag: str | None
    place: str | None


class Day(NamedTuple):
    """A day of an outlet, its factors together, filed stops deducted."""

    day: datetime.date
    rate: Rate


def hours(folder: Path, mn: str, item: str, first: datetime.date, last: datetime.date) -> list[Hour]:
    """The hours of a factor from a day to another, as far as they are rolled up and came or were due at the last receipt.

    Raises:
        GatewayError: the list of decoded files was altered.
        OSError: a file is gone.
    """
    decoder, state = Decoder(folder), state_of(folder)
    one_day, whole = datetime.timedelta(days=1), span(state)
    chosen = [str(first + n * one_day) for n in range((last - first).days + 1)]
    files = state.files(folder, "hours", chosen)
    entries = decoder.entries()
    near = {*chosen, str(last + one_day)}  # where a device writes the end of a period
    touched = [entry for entry in entries if near & entry.days.keys()]
    values = [
        str(decoder.folder / "values" / day / f"{e.days[day][0]}.parquet")
        for e in touched
        for day in near & e.days.keys()
    ]
    packets = {
        str(decoder.folder / "packets" / e.day / f"{e.packets}.parquet"): e.journal for e in touched if e.packets
    }
    if not files or not values or whole is None:
        return []
    with contextlib.closing(duckdb.connect(config={"threads": 2})) as db:
        db.register("journals", pa.table({"file": list(packets), "journal": list(packets.values())}))
        given = {"hours": files, "values": values, "packets": list(packets), "mn": mn, "item": item, "until": whole[1]}
        rows = _rows(db, _HOURS, given)
    return [
        Hour(b, due, stopped, None if v is None else f"{v.normalize():f}", flag, place)
        for b, due, stopped, v, flag, place in rows
    ]


def days(folder: Path, mn: str, year: int) -> list[Day]:
    """The days of a year that are rolled up, with the parts of their rates; the newest up to the last hour that was due.

    Raises:
        OSError: a file is gone.
    """
    state = state_of(folder)
    whole = span(state)
    if whole is None:
        return []
    newest = whole[1].date()
    files = state.files(folder, "days", [day for day in state.days if day[:4] == str(year) and day < str(newest)])
    found = []
    if files:
        with contextlib.closing(duckdb.connect(config={"threads": 2})) as db:
            rows = _rows(db, _DAYS, {"days": files, "mn": mn})
        found = [Day(day, Rate("", mn, "", None, *map(int, counts))) for day, *counts in rows]
    midnight = datetime.datetime.combine(newest, datetime.time())
    if newest.year == year and midnight < whole[1]:
        found.append(Day(newest, added(rate for rate in rates(folder, midnight, whole[1]) if rate.mn == mn)))
    return found


def limit(folder: Path, mn: str, item: str) -> str | None:
    """The limit of a factor in the folder's list of limits, as written there; None where it has none.

    Raises:
        OSError: the list cannot be read.
    """
    try:
        with (folder / LIMITS).open(encoding="utf-8-sig", newline="") as file:
            found = [
                row.get("limit") for row in csv.DictReader(file) if (row.get("mn"), row.get("factor")) == (mn, item)
            ]
    except FileNotFoundError:
        return None
    return next((said for said in found if said), None)


def places(folder: Path, digests: Iterable[str]) -> dict[str, str]:
    """Where packets lie in the inbox, by their SHA-256; of several alike the first. Those not decoded yet are left out.

    Raises:
        GatewayError: the list of decoded files was altered.
        OSError: a file is gone.
    """
    wanted, decoder = sorted(set(digests)), Decoder(folder)
    files = {
        str(decoder.folder / "packets" / e.day / f"{e.packets}.parquet"): e.journal
        for e in decoder.entries()
        if e.packets
    }
    if not wanted or not files:
        return {}
    with contextlib.closing(duckdb.connect(config={"threads": 2})) as db:
        db.register("journals", pa.table({"file": list(files), "journal": list(files.values())}))
        db.register("wanted", pa.table({"sha256": wanted}))
        rows = _rows(db, _PLACES, {"packets": list(files)})
    return {str(digest): str(place) for digest, place in rows}


def _rows(db: duckdb.DuckDBPyConnection, query: str, given: dict[str, object]) -> list[tuple[Any, ...]]:
    try:
        return db.execute(query, given).fetchall()
    except duckdb.IOException as error:  # the roll-up took it away just now, or it was removed
        raise OSError(str(error).splitlines()[0]) from None

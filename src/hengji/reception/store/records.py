"""Hours rolled up → records of the register online_data in a dossier, each with the place and digest of its packet.

One record an outlet, factor and hour: of several receipts the one that counts. Codes of 2005 are given as those of 2017,
which the register of outlets uses. The same hours again change nothing; an hour that was corrected within time becomes the
next version of its record.
"""

from __future__ import annotations

import contextlib
import datetime
from pathlib import Path
from typing import NamedTuple

import duckdb
import pyarrow as pa

from hengji.dossier.computed import store_of
from hengji.dossier.errors import DossierError
from hengji.dossier.folder import Dossier
from hengji.evidence.errors import EvidenceError
from hengji.evidence.store import Imported
from hengji.hj212.factors import factors
from hengji.reception.devices import read_register
from hengji.reception.errors import GatewayError
from hengji.reception.inbox import Record, records
from hengji.reception.store.decoded import HOUR, Decoder, Entry
from hengji.reception.store.rolled import state_of
from hengji.reception.store.stops import read_stops

REGISTER = "online_data"
SYSTEM, TRIAL = "HJ 212", "HJ 212 模拟数据"
NO_FLAG = "未标"
"""In place of a flag that is missing or unknown: received, but never valid."""
_ROWS = f"""
WITH hours AS (
    SELECT outlet, mn, item, begin, unnest(numbers) AS number FROM read_parquet($hours) WHERE cn = '{HOUR}'),
packets AS (
    SELECT number, place, sha256, journal
    FROM read_parquet($packets, filename = true) JOIN journals ON filename = file)
SELECT outlet AS outlet_no, coalesce(now, item) AS item, begin AS data_time, v.value AS value,
    CASE WHEN flag IN ('N', 'F', 'M', 'S', 'D', 'C', 'T', 'B') THEN flag WHEN flag = 'P' THEN 'B' ELSE '{NO_FLAG}' END AS flag,
    received_at, received_at > begin + INTERVAL 2 HOUR AS supplement, received_at AS recorded_at,
    journal || '#' || place AS packet, sha256 AS packet_sha256, $system AS source_system,
    mn || '-' || item || '-' || strftime(begin, '%Y%m%d%H') AS source_key
FROM hours h JOIN read_parquet($values) v USING (mn, item, number) JOIN packets USING (number)
LEFT JOIN codes ON old = item WHERE v.cn = '{HOUR}' ORDER BY begin, outlet, item
"""


class Taken(NamedTuple):
    """What was taken into a dossier: the import, and the first and last hour."""

    imported: Imported
    first: datetime.datetime
    last: datetime.datetime


def into(folder: Path, dossier: Dossier, at: datetime.datetime) -> Taken:
    """Take the hours of a dossier's year into its register online_data; the batch names the inbox and its chain's head.

    Raises:
        GatewayError: the dossier has no year, nothing of it is rolled up, or real and simulated data are mixed.
        DossierError: the dossier does not take them.
    """
    decoder, state = Decoder(folder), state_of(folder)
    year, entries = dossier.year, decoder.entries()
    days = [day for day in state.days if year is not None and day.startswith(f"{year}-")]
    if not days:
        raise GatewayError(
            f"{folder} 里没有 {year or '（年度未写明）'} 年的汇总数据，没有写入。请先运行 hengji gateway roll {folder}。",
            f"{folder} holds nothing rolled up of {year or '(no year)'}; nothing was written. Run hengji gateway roll first.",
        )
    simulated = {e.simulated for e in entries if e.packets}
    if len(simulated) > 1:
        raise GatewayError(
            f"{folder} 里模拟数据与真实数据混在一起，没有写入。请换一个文件夹。",
            f"{folder} holds simulated and real data; nothing was written. Take another folder.",
        )
    trial = True in simulated
    rows = _rows(decoder, entries, state.files(folder, "hours", days), days, TRIAL if trial else SYSTEM)
    last = max(entries, key=lambda e: e.numbers[1])
    source = (
        f"{'模拟数据 ' if trial else ''}HJ 212 {folder.resolve().name}/inbox，记录1至{last.numbers[1]}，链头{last.head}"
    )
    times = rows.column("data_time")
    try:
        store = store_of(dossier)
        if trial and not store.batches("outlet"):
            for name, table in _masters(folder, times[0].as_py().date(), times[-1].as_py().date()).items():
                store.add_table(name, table, at=at, source=source, simulated=True)
        done = store.add_table(REGISTER, rows, at=at, source=source, simulated=trial)
    except EvidenceError as error:
        raise DossierError(error.zh, error.en) from None
    return Taken(done, times[0].as_py(), times[-1].as_py())


def _rows(decoder: Decoder, entries: list[Entry], hours: list[str], days: list[str], system: str) -> pa.Table:
    near = {*days, *(str(datetime.date.fromisoformat(day) + datetime.timedelta(days=1)) for day in days)}
    values = [
        str(decoder.folder / "values" / day / f"{e.days[day][0]}.parquet")
        for e in entries
        for day in sorted(near & e.days.keys())
    ]
    packets = {
        str(decoder.folder / "packets" / e.day / f"{e.packets}.parquet"): e.journal for e in entries if e.packets
    }
    with contextlib.closing(duckdb.connect(config={"threads": 2})) as db:
        db.register("journals", pa.table({"file": list(packets), "journal": list(packets.values())}))
        codes = _codes()
        db.register("codes", pa.table({"old": list(codes), "now": list(codes.values())}))
        given = {"hours": hours, "values": values, "packets": list(packets), "system": system}
        return db.sql(_ROWS, params=given).to_arrow_table()


def _masters(folder: Path, first: datetime.date, last: datetime.date) -> dict[str, pa.Table]:
    """Simulated outlets and their filed stops as records, since simulated hours can have no others.

    They are in force on the days that there are hours of.
    """
    codes = _codes()
    outlets = [
        {
            "source_system": TRIAL, "source_key": d.mn, "outlet_no": d.outlet, "mn": d.mn, "enterprise": "模拟企业",
            "medium": "水" if d.st == "32" else "气", "items": ";".join(codes.get(f, f) for f in d.factors),
            "platform_level": "区", "online_required": True, "valid_from": first, "valid_to": last,
        }
        for d in read_register(folder).devices.values()
    ]  # fmt: skip
    stops = [
        {"source_system": TRIAL, "source_key": f"{s.outlet}-{n}", "outlet_no": s.outlet, "from_at": s.begin, "to_at": s.end,
         "kind": "停产"}
        for n, s in enumerate(read_stops(folder), 1)
    ]  # fmt: skip
    return {name: pa.Table.from_pylist(rows) for name, rows in (("outlet", outlets), ("stop_notice", stops)) if rows}


def _codes() -> dict[str, str]:
    """The codes of 2005 with those of 2017."""
    return {old: f.code_2017 for old, f in factors().items() if f.code_2017 and f.code_2005 == old}


def packet(folder: Path, place: str) -> Record:
    """The packet at a place of the inbox as a record names it (2024-03-05/0001.inbox#1234).

    Raises:
        GatewayError: no packet begins there.
    """
    journal, _, begin = place.rpartition("#")
    path = folder / "inbox" / journal
    inside = path.resolve().is_relative_to((folder / "inbox").resolve())
    found = next(records(path, int(begin)), None) if begin.isdecimal() and inside and path.is_file() else None
    if found is None:
        raise GatewayError(
            f"{folder} 的收件箱里没有“{place}”这个位置。位置应如 2024-03-05/0001.inbox#1234，见记录的“原始数据包”一栏。",
            f"No packet begins at {place!r} in the inbox of {folder}. A place looks like 2024-03-05/0001.inbox#1234.",
        )
    return found

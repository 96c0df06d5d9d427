"""From the journal to hours and days: decoding, roll-up, and a plain Python roll-up of the same values, in one run.

Run: python benchmarks/gateway/bench_roll.py [days] [outlets]. The journal is simulated: 10-minute and hour data of five
factors with minimum, mean, maximum and flag, as a gateway would have received them. The peer is what one writes in an
afternoon: a dict by outlet, factor and hour, filled row by row with Decimal, of the decoded values of the first days;
its rows a second are set against ours. A year is what the rows a second of this run come to, and says so.
"""

from __future__ import annotations

import datetime
import random
import sys
import tempfile
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from hengji.hj212 import crc
from hengji.reception.devices import Device, write_register
from hengji.reception.inbox import Entry, Inbox
from hengji.reception.store.decoded import Decoder, locked
from hengji.reception.store.rolled import roll

FACTORS = ("w01018", "w21003", "w01001", "w00000", "w21011")
BEGIN = datetime.datetime(2024, 1, 1)


def packet(rng: random.Random, device: Device, cn: str, begin: datetime.datetime, at: datetime.datetime) -> bytes:
    groups = ";".join(
        f"{c}-Min={rng.uniform(1, 9):.2f},{c}-Avg={rng.uniform(9, 20):.2f},{c}-Max={rng.uniform(20, 30):.2f},"
        f"{c}-Flag={rng.choices('NDM', (97, 2, 1))[0]}"
        for c in device.factors
    )
    segment = (
        f"QN={at:%Y%m%d%H%M%S}{at.microsecond // 1000:03d};ST=32;CN={cn};PW=123456;MN={device.mn};Flag=5;"
        f"CP=&&DataTime={begin:%Y%m%d%H%M%S};{groups}&&"
    ).encode()
    return b"##%04d" % len(segment) + segment + b"%04X\r\n" % crc.fast(segment)


def receive(folder: Path, outlets: int, days: int) -> int:
    rng, count = random.Random(1), 0
    devices = [
        Device(f"010000A8900016F0001{n:05d}", "123456", "2017", outlet=f"DW{n:03d}", factors=FACTORS, minute_minutes=10)
        for n in range(outlets)
    ]
    write_register(folder, devices)
    inbox = Inbox(folder / "inbox", folder / "devices.csv")
    inbox.open()
    for tick in range(1, days * 144 + 1):
        end, entries = BEGIN + datetime.timedelta(minutes=10 * tick), []
        for n, device in enumerate(devices):
            at = end + datetime.timedelta(seconds=5, milliseconds=7 * n)
            for cn, length in (("2051", 10), ("2061", 60)):
                if tick * 10 % length == 0:
                    begin = end - datetime.timedelta(minutes=length)
                    raw = packet(rng, device, cn, begin, at)
                    entries.append(Entry(at.isoformat(), "10.1.1.1:5", n, device.mn, raw, trial=True))
        inbox.append(f"{end:%Y-%m-%d}", entries)
        count += len(entries)
    inbox.close()
    return count


def naive(files: list[Path]) -> tuple[int, float]:
    rows = [row for file in files for row in pq.read_table(file).to_pylist()]
    start = time.perf_counter()
    hours: dict[Any, list[Any]] = {}
    for row in rows:
        hour = row["stamp"].replace(minute=0)
        said = hours.setdefault((row["mn"], row["item"], row["cn"], hour), [set(), 0, Decimal(0), None, None])
        if row["stamp"] in said[0]:
            continue
        said[0].add(row["stamp"])
        if row["flag"] == "N":
            said[1] += 1
            said[2] += row["value"]
            said[3] = row["low"] if said[3] is None else min(said[3], row["low"])
            said[4] = row["high"] if said[4] is None else max(said[4], row["high"])
    return len(rows), time.perf_counter() - start


def main() -> None:
    days = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    outlets = int(sys.argv[2]) if len(sys.argv) > 2 else 100
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        packets = receive(folder, outlets, days)
        start = time.perf_counter()
        with locked(folder):
            done = Decoder(folder).decode()
        decoding = time.perf_counter() - start
        start, busy = time.perf_counter(), time.process_time()
        rolled = roll(folder)
        rolling, busy = time.perf_counter() - start, time.process_time() - busy
        assert done.packets == packets
        assert rolled.days == days + 1
        files = sorted((folder / "store" / "values").glob("*/*.parquet"))[:3]
        rows, took = naive(files)
        kept = sum(p.stat().st_size for p in (folder / "store").rglob("*.parquet"))
        print(f"simulated: {outlets} outlets, {days} days, {packets:,} packets, {done.values:,} factor rows")
        print(f"journal to Parquet: {decoding:.1f} s, {packets / decoding:,.0f} packets/s")
        print(
            f"roll-up of hours and days: {rolling:.1f} s, {done.values / rolling:,.0f} rows/s; {busy:.1f} s of processor, "
            f"a year of this {busy * 366 / days:.0f} s"
        )
        print(
            f"plain Python, dict and Decimal: {rows / took:,.0f} rows/s; ours {done.values / rolling / (rows / took):.1f} ×"
        )
        start = time.perf_counter()
        roll(folder)
        print(
            f"again, nothing new: {time.perf_counter() - start:.2f} s; {kept / packets:.0f} bytes of Parquet a packet"
        )
        print(
            f"a year at this pace: roll-up {rolling * 366 / days:.0f} s, with decoding {(rolling + decoding) * 366 / days:.0f} s"
        )


if __name__ == "__main__":
    main()

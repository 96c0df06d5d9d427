"""Journals made in a moment, and what they should come to, counted in plain Python."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow.parquet as pq

from hengji.hj212.write import Message, write
from hengji.reception.devices import Device, write_register
from hengji.reception.inbox import Entry, Inbox

HOUR = datetime.timedelta(hours=1)
DAY = datetime.timedelta(days=1)
BEGIN = datetime.datetime(2024, 3, 4)
FACTORS = ("w01018", "w21003")
ONE = Device("010000A8900016F000169DC0", "123456", "2017", outlet="DW001", factors=FACTORS, simulated=True)
TWO = Device("010000A8900016F000169DC1", "123456", "2017", outlet="DW002", factors=FACTORS, simulated=True)


class Sent(NamedTuple):
    """Data of a period as a device sends them; `shown` is the DataTime, the period's begin where it is None."""

    device: Device
    begin: datetime.datetime
    at: datetime.datetime
    values: Sequence[tuple[str, str, str]] = (("w01018", "30.5", "N"),)
    cn: str = "2061"
    shown: datetime.datetime | None = None

    def entry(self, notes: tuple[str, ...] = ()) -> Entry:
        named = {"QN": f"{self.at:%Y%m%d%H%M%S}{self.at.microsecond // 1000:03d}", "ST": "32", "CN": self.cn}
        head = {**named, "PW": "123456", "MN": self.device.mn, "Flag": "5"}
        groups = [(("DataTime", f"{self.shown or self.begin:%Y%m%d%H%M%S}"),)]
        groups += [((f"{code}-Avg", value), (f"{code}-Flag", flag)) for code, value, flag in self.values]
        return Entry(self.at.isoformat(), "10.1.1.1:5", 1, self.device.mn, write(Message(head, tuple(groups))), "", notes,
                     trial=True)  # fmt: skip


def gateway(folder: Path, *devices: Device) -> Path:
    """The folder of a gateway with a register and nothing received."""
    folder.mkdir(parents=True, exist_ok=True)
    write_register(folder, devices or (ONE, TWO))
    return folder


def receive(folder: Path, entries: Iterable[Entry], segment_bytes: int = 64 << 20) -> None:
    """Put entries into the journal, in the order of their receipt."""
    inbox = Inbox(folder / "inbox", folder / "devices.csv", segment_bytes)
    inbox.open()
    for entry in entries:
        inbox.append(entry.at[:10], [entry])
    inbox.close()


def live(device: Device, hours: int, begin: datetime.datetime = BEGIN, ends: bool = False, **sent: Any) -> list[Sent]:
    """So many hours as a device in order sends them, with the end of the hour as DataTime where it `ends`."""
    return [
        Sent(device, b, b + HOUR + datetime.timedelta(seconds=30), shown=b + HOUR if ends else None, **sent)
        for b in (begin + n * HOUR for n in range(hours))
    ]


def table(folder: Path, kind: str) -> list[dict[str, Any]]:
    """All rows of `hours` or `days`, in order."""
    files = sorted((folder / "store" / kind).glob("*/*.parquet"), key=lambda p: p.parent.name)
    return [row for file in files for row in pq.read_table(file).to_pylist()]


def counted(
    sent: Iterable[Sent], late_days: int = 10
) -> dict[tuple[str, str, datetime.datetime], tuple[int, int, Decimal]]:
    """What hours should come to: of each device, factor and hour that was received in time (received, valid, sum)."""
    last: dict[tuple[str, str, datetime.datetime], tuple[str, str]] = {}
    for one in sent:
        if one.at <= one.begin + HOUR + late_days * DAY:
            for code, value, flag in one.values:
                last[one.device.mn, code, one.begin] = value, flag
    return {key: (1, int(flag == "N"), Decimal(value if flag == "N" else 0)) for key, (value, flag) in last.items()}

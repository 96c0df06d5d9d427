"""The register of devices (`devices.csv` in the gateway's folder): who may send, and what is due from whom.

One row a device, with Chinese or English headings; opened and saved by any spreadsheet program. A row that is not in order
is named and left out: its device is unknown until the row is mended, and what it sends is quarantined.
"""

from __future__ import annotations

import csv
import io
import ipaddress
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from hengji.evidence.whole import write_whole
from hengji.hj212.packet import Packet
from hengji.hj212.profiles import ANSWERS, NAMES
from hengji.reception.clock import SHARED
from hengji.reception.errors import GatewayError

FILE = "devices.csv"
HEADINGS = {
    "mn": "MN",
    "password": "密码",
    "edition": "版本",
    "addresses": "允许地址",
    "outlet": "排放口编号",
    "st": "系统编码",
    "factors": "监测因子",
    "realtime_seconds": "实时间隔秒",
    "minute_minutes": "分钟间隔分",
    "simulated": "模拟数据",
    "units": "单位",
}
"""English and Chinese headings of the columns; the first three must be there."""
_REQUIRED = ("mn", "password", "edition")
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Device:
    """One device. No address allows all; an interval of 0 means that none such data are due.

    `units` are those of factors that the device sends in another unit than the standard's table says.
    """

    mn: str
    password: str
    edition: str
    addresses: tuple[Network, ...] = ()
    outlet: str = ""
    st: str = "32"
    factors: tuple[str, ...] = ()
    realtime_seconds: int = 0
    minute_minutes: int = 0
    simulated: bool = False
    units: Mapping[str, str] = field(default_factory=dict)

    def allows(self, host: str) -> bool:
        """Whether it may send from that address."""
        if not self.addresses:
            return True
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            return False
        mapped = getattr(address, "ipv4_mapped", None)
        return any((mapped or address) in network for network in self.addresses)


class Fault(NamedTuple):
    """A row that was left out, counted as a spreadsheet does, and why."""

    row: int
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Register:
    """Devices by MN, and the rows that were left out."""

    devices: dict[str, Device]
    faults: tuple[Fault, ...] = ()

    def judge(self, packet: Packet, host: str, linked: str = "") -> tuple[str, Device | None]:
        """Why a packet must be quarantined (empty: it need not), and the device that it names, if any.

        `linked` is the MN that its connection is known by: answers of 2005 may name none. A reason is one of garbage,
        broken, unknown_device, wrong_password, foreign_address.
        """
        if packet.garbage:
            return "garbage", None
        if not packet.intact:
            return "broken", self.devices.get(packet.head.get("MN", ""))
        answers = packet.head.get("CN") in ANSWERS
        device = self.devices.get(packet.head.get("MN", "") or (linked if answers else ""))
        if device is None:
            return "unknown_device", None
        password = packet.head.get("PW", "")
        if password != device.password and not (answers and not password):
            return "wrong_password", device
        return ("" if device.allows(host) else "foreign_address"), device


def read_register(folder: Path) -> Register:
    """The register of a folder.

    Raises:
        GatewayError: there is none, or it cannot be read as a table with the columns that are needed.
    """
    path = folder / FILE
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        columns = "、".join(HEADINGS.values())
        raise GatewayError(
            f"{folder} 里没有设备登记表 {FILE}。请建立该表，列为：{columns}；或用 hengji simulate 生成模拟的登记表。",
            f"{folder} has no register of devices {FILE}. Write one with the columns {', '.join(HEADINGS)}, or let "
            "hengji simulate make a simulated one.",
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise GatewayError(
            f"{path} 读不出来：{error}。请存为UTF-8编码的CSV。",
            f"{path} cannot be read: {error}. Save it as UTF-8 CSV.",
        ) from None
    rows = list(csv.reader(io.StringIO(text)))
    names = {zh: name for name, zh in HEADINGS.items()} | {name: name for name in HEADINGS}
    heading = [names.get(cell.strip(), names.get(cell.strip().lower(), "")) for cell in rows[0]] if rows else []
    missing = [HEADINGS[name] for name in _REQUIRED if name not in heading]
    if missing:
        raise GatewayError(
            f"{path} 缺少列：{'、'.join(missing)}。请补上表头。",
            f"{path} lacks columns: {', '.join(missing)}. Add them.",
        )
    return _registered(dict(zip(heading, map(str.strip, row), strict=False)) for row in rows[1:])


def write_register(folder: Path, devices: Iterable[Device]) -> None:
    """Write a register with Chinese headings, whole or not at all."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(HEADINGS.values())
    for one in devices:
        networks, factors = ";".join(map(str, one.addresses)), ";".join(one.factors)
        due = one.realtime_seconds, one.minute_minutes, "是" if one.simulated else ""
        units = ";".join(f"{code}={unit}" for code, unit in one.units.items())
        table.writerow([one.mn, one.password, one.edition, networks, one.outlet, one.st, factors, *due, units])
    write_whole(folder / FILE, text.getvalue().encode("utf-8-sig"), SHARED)


def _registered(rows: Iterable[dict[str, str]]) -> Register:
    devices: dict[str, Device] = {}
    faults = []
    for number, row in enumerate(rows, 2):
        if not any(row.values()):
            continue
        try:
            device = _device(row)
        except ValueError as error:
            faults.append(
                Fault(number, f"{error}。该设备未登记，请更正。", f"{error}. The device is left out; correct it.")
            )
            continue
        if device.mn in devices:
            faults.append(
                Fault(
                    number,
                    f"MN“{device.mn}”已在前面登记。以前面一行为准，请删去一行。",
                    f"MN “{device.mn}” stands in an earlier row, which counts. Remove one of them.",
                )
            )
            continue
        devices[device.mn] = device
    return Register(devices, tuple(faults))


def _device(row: dict[str, str]) -> Device:
    mn, edition = row.get("mn", ""), row.get("edition", "")
    if not mn or not row.get("password"):
        raise ValueError("MN或密码为空 / MN or password is empty")
    if edition not in NAMES:
        raise ValueError(f"版本“{edition}”不在 {'、'.join(NAMES)} 之中 / unknown edition")
    addresses = tuple(ipaddress.ip_network(part, strict=False) for part in _parts(row.get("addresses", "")))
    return Device(
        mn=mn,
        password=row["password"],
        edition=edition,
        addresses=addresses,
        outlet=row.get("outlet", ""),
        st=row.get("st", "") or "32",
        factors=tuple(_parts(row.get("factors", ""))),
        realtime_seconds=_whole(row.get("realtime_seconds", ""), "实时间隔秒"),
        minute_minutes=_whole(row.get("minute_minutes", ""), "分钟间隔分"),
        simulated=row.get("simulated", "") in ("是", "yes", "true", "1", "模拟数据"),
        units=_units(row.get("units", "")),
    )


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.replace("；", ";").split(";") if part.strip()]


def _units(text: str) -> dict[str, str]:
    parts = [part.partition("=")[::2] for part in _parts(text)]
    if wrong := [code for code, unit in parts if not code.strip() or not unit.strip()]:
        raise ValueError(f"单位“{wrong[0]}”应写成 因子=单位，如 a34013=mg/m3 / write units as factor=unit")
    return {code.strip(): unit.strip() for code, unit in parts}


def _whole(text: str, heading: str) -> int:
    if text and not (text.isascii() and text.isdigit()):
        raise ValueError(f"{heading}“{text}”不是整数 / no whole number")
    return int(text or 0)

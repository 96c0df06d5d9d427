"""What a receiver with a clock and a memory notes about a packet that is otherwise in order.

duplicate: the same bytes again. qn_again: the QN of an earlier exchange with other bytes. clock: QN more than five minutes
from the receipt. qn_back: QN before the device's last by as much. future: a time in the data later than the receipt by as
much. doubt: see `Packet.doubts`. These are notes, no judgement: rules on suspicion read them later.
"""

from __future__ import annotations

import datetime
import hashlib
from typing import NamedTuple

from hengji.hj212 import times
from hengji.hj212.packet import Packet

DRIFT = datetime.timedelta(minutes=5)
REMEMBERED = 128
"""Exchanges of a device that are remembered: two hours of one packet a minute."""


class Remarks(NamedTuple):
    """Names of notes, and receipt minus QN in seconds where QN is off."""

    notes: tuple[str, ...]
    drift: int | None


class Memory:
    """What was received from each device lately; bounded for each, so that it is as large as the register only."""

    def __init__(self) -> None:
        self._exchanges: dict[str, dict[int, int]] = {}
        self._last: dict[str, str] = {}

    def note(self, mn: str, packet: Packet, at: datetime.datetime) -> Remarks:
        """The remarks on a packet received at a time from a device, which is then remembered."""
        notes = self._repeated(mn, packet)
        drift, qn = None, packet.qn or ""
        if len(qn) == 17 and qn.isdigit() and times.exists(qn):
            sent = times.moment(qn)
            if abs(at - sent) > DRIFT:
                drift = round((at - sent).total_seconds())
                notes.append("clock")
            before = self._last.get(mn, "")
            if before and qn < before and times.moment(before) - sent > DRIFT:
                notes.append("qn_back")
            self._last[mn] = qn
        data_time = packet.cp.get("DataTime", "")
        if data_time and data_time[:14] > f"{at + DRIFT:%Y%m%d%H%M%S}" and times.exists(data_time):
            notes.append("future")
        if packet.doubts:
            notes.append("doubt")
        return Remarks(tuple(notes), drift)

    def remember(self, mn: str, packet: Packet) -> None:
        """Take in a packet that was received before the gateway was started."""
        self._repeated(mn, packet)
        if len(packet.qn or "") == 17:
            self._last[mn] = packet.qn or ""

    def _repeated(self, mn: str, packet: Packet) -> list[str]:
        head = packet.head
        bytes_of = _short(packet.raw.rstrip(b"\r\n"))
        named = "|".join([packet.qn or "", *(head.get(k, "") for k in ("ST", "CN", "PNUM", "PNO"))])
        exchange = _short(named.encode("utf-8", "backslashreplace")) if packet.qn else bytes_of
        known = self._exchanges.setdefault(mn, {})
        before = known.pop(exchange, None)
        known[exchange] = bytes_of
        if len(known) > REMEMBERED:
            del known[next(iter(known))]
        if before is None:
            return []
        return ["duplicate" if before == bytes_of else "qn_again"]


def _short(data: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "big")

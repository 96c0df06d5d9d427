"""Parts of split packets → whole packets. No clock: what never gets complete is given up when too much is waiting."""

from __future__ import annotations

from hengji.hj212.packet import Packet
from hengji.hj212.profiles import profile

Key = tuple[str, ...]
Part = dict[int, Packet]


class Joiner:
    """Collects parts by device, command, DataTime and number of parts; in 2005, where parts share it, by QN.

    At most `most` messages wait at a time (a device whose parts get lost must not fill the memory); the oldest is given
    up first and stands in `given_up` until it is fetched there. Its parts were decoded one by one and lose nothing.
    """

    def __init__(self, most: int = 256) -> None:
        self._most = most
        self._waiting: dict[Key, Part] = {}
        self.given_up: list[Packet] = []

    @property
    def waiting(self) -> int:
        """How many messages have parts missing."""
        return len(self._waiting)

    def add(self, packet: Packet) -> Packet | None:
        """The whole message when this was its last missing part, the packet itself when it is no part, else None.

        A part that is sent again takes the place of the first; a part whose numbers make no sense stands alone.
        """
        total, place = _number(packet.head.get("PNUM")), _number(packet.head.get("PNO"))
        if packet.garbage or not 1 <= place <= total or (packet.flag is not None and not packet.flag.split):
            return packet
        if total == 1:
            return packet
        head = packet.head
        shared = profile(packet.profile).qn_in_cp and packet.head.get("QN")
        period = packet.head["QN"] if shared else packet.cp.get("DataTime", "")
        key = (head.get("MN", ""), head.get("ST", ""), head.get("CN", ""), period, str(total))
        parts = self._waiting.setdefault(key, {})
        parts[place] = packet
        if len(parts) == total:
            del self._waiting[key]
            return _joined([parts[n] for n in sorted(parts)])
        if len(self._waiting) > self._most:
            oldest = next(iter(self._waiting))
            self.given_up += self._waiting.pop(oldest).values()
        return None


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= 4 else 0


def _joined(parts: list[Packet]) -> Packet:
    """One packet of all parts: the head of the first, every field, and every problem of any part."""
    cp: dict[str, str] = {}
    items: dict[str, dict[str, str]] = {}
    for part in parts:
        cp |= part.cp
        for code, values in part.items.items():
            items.setdefault(code, {}).update(values)
    return parts[0]._replace(
        raw=b"".join(part.raw for part in parts),
        segment="",
        cp=cp,
        items=items,
        problems=tuple(dict.fromkeys(p for part in parts for p in part.problems)),
        doubts=tuple(dict.fromkeys(d for part in parts for d in part.doubts)),
    )

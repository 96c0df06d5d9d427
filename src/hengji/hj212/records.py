"""Packets that somebody has written down: one JSON object a line, with `packet` (text) or `packet_hex`."""

from __future__ import annotations

import json
from typing import Any

from hengji.hj212.cipher import Cipher
from hengji.hj212.packet import Packet
from hengji.hj212.problems import problem
from hengji.hj212.reader import decode


def record_object(line: bytes, edition: str | None = None, cipher: Cipher | None = None) -> dict[str, Any]:
    """Exactly one object of the contract for a line; further packets in it stand under `more`."""
    raw = packet_of(line)
    if not raw:
        seen = line[:64].decode("utf-8", "replace")
        nothing = Packet(line, "", "2005", {}, None, {}, {}, (problem("H46", "unknown", seen),), garbage=True)
        return nothing.as_dict()
    packets = decode(raw, edition, cipher)
    first = next((p for p in packets if not p.garbage), packets[0])
    others = [p for p in packets if p is not first and (not p.garbage or p.head)]
    strays = [p.raw for p in packets if p.garbage and p is not first]
    problems = list(first.problems)
    if strays:
        seen = strays[0][:64].decode("utf-8", "backslashreplace")
        problems.append(problem("H02", "unknown", seen, count=sum(map(len, strays))))
    if any(not p.garbage for p in others):
        problems.append(problem("H03", "unknown", count=1 + sum(not p.garbage for p in others)))
    found = first._replace(problems=tuple(problems)).as_dict()
    found["more"] = [p.as_dict() for p in others]
    return found


def packet_of(line: bytes) -> bytes | None:
    """The bytes of the packet in a line, None where there are none."""
    try:
        record = json.loads(line)
        if isinstance(record.get("packet_hex"), str):
            return bytes.fromhex(record["packet_hex"])
        if isinstance(record.get("packet"), str):
            return str(record["packet"]).encode("utf-8", "surrogatepass")
    except (ValueError, AttributeError, RecursionError):
        pass
    return None

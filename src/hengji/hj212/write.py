"""Messages → packets: the inverse of the reader, and the splitting of what is too long for one packet."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from hengji.hj212 import crc, times
from hengji.hj212.cipher import Cipher, sealed
from hengji.hj212.packet import Packet
from hengji.hj212.profiles import HEAD, Profile
from hengji.hj212.segment import grouped_fields

Group = tuple[tuple[str, str], ...]
"""Fields that belong together (one factor), as names and values; `code-suffix` or a plain name."""
MOST_PARTS = 9999


class Message(NamedTuple):
    """What a packet says, in its order: fields of the head, then groups of fields of CP."""

    head: dict[str, str]
    groups: tuple[Group, ...] = ()


def message_of(packet: Packet) -> Message:
    """The message of a packet that was read; for a valid packet, `write` gives its bytes again.

    CRC digits come out in capitals, and fields that stood behind CP before it.
    """
    return Message(dict(packet.head), grouped_fields(packet.segment))


def grouped(cp: Mapping[str, str], items: Mapping[str, Mapping[str, str]]) -> tuple[Group, ...]:
    """Plain fields, each on its own, then one group a factor."""
    plain: list[Group] = [((name, value),) for name, value in cp.items()]
    return (*plain, *(tuple((f"{code}-{s}", v) for s, v in values.items()) for code, values in items.items()))


def write(message: Message, cipher: Cipher | None = None) -> bytes:
    """The packet as bytes, from ## to CR LF; with a cipher its CP is encrypted after length and CRC are made.

    Raises:
        ValueError: a name or value holds a sign that would cut it (log texts go between //), or the segment is longer
            than 9999 bytes.
    """
    content = content_of(message.groups)
    segment = "".join(f"{_sound(name)}={_sound(value)};" for name, value in message.head.items()) + f"CP=&&{content}&&"
    raw = segment.encode()
    packet = framed(raw)
    if cipher is None or not content:
        return packet
    clear = content.encode()
    at = packet.rindex(b"CP=&&" + clear) + 5
    return packet[:at] + sealed(clear, cipher) + packet[at + len(clear) :]


def framed(segment: bytes) -> bytes:
    """A data segment with its length, its CRC and its end mark.

    Raises:
        ValueError: it is longer than four digits can say.
    """
    if len(segment) > 9999:
        raise ValueError(f"a data segment of {len(segment)} bytes cannot be framed; split it")
    return b"##%04d%b%04X\r\n" % (len(segment), segment, crc.fast(segment))


def content_of(groups: Iterable[Group]) -> str:
    """What stands between the && marks."""
    return ";".join(",".join(f"{_sound(name)}={_sound(value)}" for name, value in group) for group in groups)


def _sound(text: str) -> str:
    inner = text[2:-2] if len(text) >= 4 and text.startswith("//") and text.endswith("//") else None
    bad = "\r\n" if inner is not None and "//" not in inner and "&&" not in inner else ";,=&\r\n"
    if any(sign in text for sign in bad) or text != text.strip():
        raise ValueError(f"{text[:40]!r} holds a sign that would cut it or blanks around it")
    return text


def split(message: Message, edition: Profile) -> list[bytes]:
    """The message in as many packets as it needs; one where it fits.

    Every part repeats DataTime. From 2017 on each has a QN of its own, a millisecond after the last; in 2005 all share
    one. A single field that is too long for a packet is sent too long.

    Raises:
        ValueError: see `write`; or the head has no Flag or no QN to count on, or more than 9999 parts are needed.
    """
    whole = write(message)
    if len(whole) - 12 <= edition.segment_bytes and len(content_of(message.groups)) <= edition.cp_characters:
        return [whole]
    flag, qn = message.head.get("Flag", ""), message.head.get("QN", "")
    if not (flag.isascii() and flag.isdigit() and len(flag) <= 3 and len(qn) == 17 and times.exists(qn)):
        raise ValueError("a message needs QN and Flag to be split")
    first = tuple(g for g in message.groups if [name for name, _ in g] == ["DataTime"])
    rest = [g for g in message.groups if g not in first]
    head = {**message.head, "Flag": str(int(flag) | 2), "PNUM": str(MOST_PARTS), "PNO": str(MOST_PARTS)}
    head = {name: head[name] for name in HEAD if name in head} | head
    room = edition.segment_bytes - len(write(Message(head, ()))) + 12
    parts = list(_parts(first, rest, min(room, edition.cp_characters)))
    if len(parts) > MOST_PARTS:
        raise ValueError(f"{len(parts)} parts are more than {MOST_PARTS}")
    made = []
    for number, groups in enumerate(parts, 1):
        own = {"QN": qn if edition.qn_in_cp else _later(qn, number - 1), "PNUM": str(len(parts)), "PNO": str(number)}
        made.append(write(Message(head | own, groups)))
    return made


def _parts(first: tuple[Group, ...], rest: list[Group], room: int) -> Iterator[tuple[Group, ...]]:
    """Groups in portions whose content fits; a group that does not fit alone is cut between its fields."""
    taken: list[Group] = []
    pending = list(reversed(rest))
    while pending:
        group = pending.pop()
        if len(content_of((*first, *taken, group)).encode()) <= room:
            taken.append(group)
        elif taken:
            yield (*first, *taken)
            taken = []
            pending.append(group)
        elif len(group) > 1:
            half = len(group) // 2
            pending += [group[half:], group[:half]]
        else:
            yield (*first, group)
    if taken:
        yield (*first, *taken)


def _later(qn: str, milliseconds: int) -> str:
    later = times.moment(qn) + datetime.timedelta(milliseconds=int(qn[14:]) + milliseconds)
    return later.strftime("%Y%m%d%H%M%S") + f"{later.microsecond // 1000:03d}"

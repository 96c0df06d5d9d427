"""Where one packet ends and the next begins, in a stream that may hold anything.

Every decision here depends on the bytes up to a point only, never on how many happen to have come: so a stream fed one
byte at a time is cut exactly like the same stream fed at once.
"""

from __future__ import annotations

import re
from typing import NamedTuple

LONGEST = 9999 + 16
"""Bytes after which something without an end is cut off: the longest segment that four digits can announce, framed."""

_NEXT = rb"##[0-9]{4}(?=(?:QN|ST|CN|MN|PW|Flag)=)"
_END = rb"&&(?P<crc>[0-9A-Fa-f]{4})(?P<tail>\r\n|\n|(?=##[0-9]{4}))"
_EARLY = re.compile(rb"%b|(?P<next>%b)" % (_END, _NEXT))
_ANY_END = re.compile(rb"%b|(?P<next>%b)|(?P<line>\r?\n)" % (_END, _NEXT))
_LAST_END = re.compile(rb"&&(?P<crc>[0-9A-Fa-f]{4})(?P<tail>\s{0,4})\Z")
_LAST_LINE = re.compile(rb"&&[^\r\n&]{0,8}\r?\n\Z")
"""A packet that is all there but for its CRC."""
_MARK = re.compile(rb"#{2,}")
_FIRST_KEY = re.compile(rb"(?:QN|ST|CN|MN|PW|Flag|PNUM|PNO|CP)=")
_HEX4 = re.compile(rb"[0-9A-Fa-f]{4}")
_BEFORE_SEGMENT = 12
"""How far behind ## the first field may begin when the length is not four digits."""


class Frame(NamedTuple):
    """A piece of a stream: from `start` to `end`, with its data segment and what stands where the CRC belongs.

    `said` is the length as written, None where it is no number; `crc` None where the piece has no place for it;
    `tail` what ended it. `cut` says that the packet is not all there, `garbage` that it is none.
    """

    start: int
    end: int
    segment: bytes = b""
    said: int | None = None
    crc: bytes | None = None
    tail: bytes = b"\r\n"
    cut: bool = False
    garbage: bool = False


def next_frame(data: bytes, at: int, final: bool) -> Frame | None:
    """The piece that begins at `at`, or None while more bytes are needed to know where it ends.

    `final` says that no more will come.
    """
    if at >= len(data):
        return None
    mark = _MARK.search(data, at)
    if mark is None:
        return _garbage(data, at, len(data) - data.endswith(b"#"), final)
    # "###0140" is a stray # and a packet: the last two count, so the run must have ended.
    if mark.end() == len(data) and not final:
        return _garbage(data, at, mark.start(), final, waiting=True)
    if mark.end() - 2 > at:
        return _garbage(data, at, mark.end() - 2, final, ended=True)
    if len(data) < at + 6 and not final:
        return None
    digits = data[at + 2 : at + 6]
    if len(digits) == 4 and digits.isdigit():
        return _counted(data, at, int(digits), final)
    return _uncounted(data, at, None, final)


def _garbage(data: bytes, at: int, end: int, final: bool, ended: bool = False, waiting: bool = False) -> Frame | None:
    """Bytes outside packets: up to the next mark, in pieces of `LONGEST`."""
    if end - at >= LONGEST or (waiting and len(data) - at > LONGEST):
        end = at + LONGEST
    elif final and not ended:
        end = len(data)
    elif not ended:
        return None
    return Frame(at, end, data[at:end], tail=b"", garbage=True)


def _counted(data: bytes, at: int, said: int, final: bool) -> Frame | None:
    """A packet whose length is written; it ends earlier where an end mark or a new packet shows that this is wrong."""
    begin, due = at + 6, at + 6 + said
    early = _EARLY.search(data, begin, min(len(data), due + 4))
    if early is not None:
        return _ended(data, at, begin, said, early)
    if len(data) < due + 4:
        return _final(data, at, begin, said) if final else None
    crc = data[due : due + 4]
    if not _HEX4.fullmatch(crc):
        return _uncounted(data, at, said, final)
    after = data[due + 4 : due + 6]
    if after in (b"", b"\r") and not final:
        return None
    tail = after if after == b"\r\n" else after[:1] if after[:1] in (b"\r", b"\n") else b""
    return Frame(at, due + 4 + len(tail), data[begin:due], said, crc, tail)


def _uncounted(data: bytes, at: int, said: int | None, final: bool) -> Frame | None:
    """A packet whose length is no number or points nowhere: it goes on to whatever can be its end."""
    begin = at + (2 if said is None else 6)
    end = _ANY_END.search(data, begin, at + LONGEST)
    if end is None and len(data) < at + LONGEST and not final:
        return None
    if said is None:
        first = _FIRST_KEY.search(data, begin, at + _BEFORE_SEGMENT + 5)
        if first is not None and (end is None or first.start() < end.start()):
            begin = first.start()
    if end is not None:
        return _ended(data, at, begin, said, end)
    if len(data) < at + LONGEST or final:
        return _final(data[: at + LONGEST], at, begin, said)
    return Frame(at, at + LONGEST, data[begin : at + LONGEST], said, None, b"", cut=True)


def _ended(data: bytes, at: int, begin: int, said: int | None, end: re.Match[bytes]) -> Frame:
    if end["crc"] is not None:
        return Frame(at, end.end(), data[begin : end.start() + 2], said, end["crc"], end["tail"])
    if end["next"] is not None:
        return Frame(at, end.start(), data[begin : end.start()], said, None, b"", cut=True)
    # A line that ends without a CRC: what stands behind the last && is the attempt at one.
    close = data.rfind(b"&&", begin, end.start())
    close = end.start() if close < 0 else close + 2
    return Frame(at, end.end(), data[begin:close], said, data[close : end.start()], end[0])


def _final(data: bytes, at: int, begin: int, said: int | None) -> Frame:
    """The rest of a stream that will not go on."""
    end = _LAST_END.search(data, begin)
    if end is not None:
        return Frame(at, len(data), data[begin : end.start() + 2], said, end["crc"], end["tail"])
    if _LAST_LINE.search(data, begin) and (line := _ANY_END.search(data, begin)) is not None:
        return _ended(data, at, begin, said, line)
    return Frame(at, len(data), data[begin:], said, None, b"", cut=True)


def salvaged(raw: bytes) -> Frame | None:
    """What is left of a packet in bytes outside packets (its beginning was lost), or None where nothing is."""
    first = _FIRST_KEY.search(raw)
    if first is None or b"CP=" not in raw:
        return None
    end = _LAST_END.search(raw, first.start())
    if end is None:
        return Frame(0, len(raw), raw[first.start() :], cut=True, garbage=True)
    return Frame(0, len(raw), raw[first.start() : end.start() + 2], crc=end["crc"], garbage=True)

"""The fields of packets as one flat dict each, for those who want speed and nothing but the fields."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hengji.hj212 import crc
from hengji.hj212.quick import ORDINARY, SPLIT, START, SUMS

_SIGNS = re.compile(rb"##(?:=;)*=&&(?:=(?:[;,]=)*)?&&")
_SOUND: set[bytes] = set()
"""Sequences of signs that were met and are name=value throughout."""
_SOUND_AT_MOST = 4096


def read_flat(stream: bytes) -> Iterator[dict[str, str] | None]:
    """One dict a line: head, plain fields and `code-suffix` under their names as sent, `DataTime` among them.

    Length, CRC and form are checked, the data are not. None stands for a line that is no sound packet of one line, has
    other signs than the usual ones in a value, or names a field twice; `Reader` tells why. `Flag` is that of the head.
    """
    for line in stream.split(b"\r\n"):
        if line:
            yield _flat(line)


def _flat(line: bytes) -> dict[str, str] | None:
    length = len(line) - 10
    if not 0 < length < len(START) or line[:6] != START[length]:
        return None
    segment = line[6:-4]
    if SUMS.get(line[-4:]) != crc.index(segment) or b";CP=&&" not in segment:
        return None
    signs = line.translate(None, ORDINARY)
    if signs not in _SOUND:
        if not _SIGNS.fullmatch(signs):
            return None
        if len(_SOUND) >= _SOUND_AT_MOST:
            _SOUND.clear()
        _SOUND.add(signs)
    # Every sign is of the usual form, so names and values take turns; CP itself names nothing.
    parts = segment.translate(SPLIT)[:-2].decode("ascii").replace(";CP;&&", ";", 1).split(";")
    found = dict(zip(parts[::2], parts[1::2]))  # noqa: B905  as long as each other, and asking costs time
    return found if len(found) * 2 >= len(parts) - 1 else None

"""What an old compound file (OLE) is, by the names in its directory; its content is not read."""

from __future__ import annotations

import struct

OLE = b"\xd0\xcf\x11\xe0"
_ENTRY = 128  # bytes of a directory entry, and what every entry is aligned to
_STREAM, _STORAGE = 2, 1
# Which name tells what; asked in this order, because a document may hold a sheet inside.
_NAMES = (
    ("EncryptedPackage", "encrypted"), ("WordDocument", "doc"), ("PowerPoint Document", "ppt"), ("Workbook", "xls"),
    ("Book", "xls"),
)  # fmt: skip


def what_is(data: bytes) -> str:
    """What the file is: "encrypted", "doc", "ppt" or "xls"; "" where no name of the directory is known."""
    found = [(at, kind) for name, kind in _NAMES if (at := _entry(data, name)) >= 0]
    if any(kind == "encrypted" for _, kind in found):
        return "encrypted"
    # The document itself stands in the directory before what is embedded in it.
    return min(found)[1] if found else ""


def _entry(data: bytes, name: str) -> int:
    """Where the directory entry of a stream of this name stands; -1 where there is none."""
    raw = name.encode("utf-16-le") + b"\0\0"
    at = data.find(raw)
    while at >= 0:
        if at % _ENTRY == 0 and at + _ENTRY <= len(data):
            length, kind = struct.unpack_from("<HB", data, at + 64)
            if length == len(raw) and kind in (_STREAM, _STORAGE):
                return at
        at = data.find(raw, at + 1)
    return -1

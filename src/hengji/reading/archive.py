"""A ZIP of documents → their names and bytes, one after the other in memory; nothing is written, no path is followed."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import NamedTuple

from hengji.model.finding import Finding, Place
from hengji.reading.containers import ZIP, Container
from hengji.reading.faults import UNOPENABLE
from hengji.reading.grid import Refused

_OFFICE = ("xl/", "word/", "ppt/", "META-INF/manifest.xml", "OFD.xml", "[Content_Types].xml")
_NOISE = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini", "~$")
_UTF8 = 0x800  # the flag of a name in UTF-8; any other is of the old world, here in GBK


class Member(NamedTuple):
    """A document in an archive: its path there, and its bytes or why they are not to be had."""

    name: str
    data: bytes
    refused: Finding | None = None


def is_archive(data: bytes) -> bool:
    """Whether some bytes are a ZIP of files, and not an office file."""
    if not data.startswith(ZIP):
        return False
    try:
        names = Container(data).names
    except Refused:
        return False  # what opens documents says what is wrong with it
    return bool(names) and not any(n.startswith(_OFFICE) for n in names)


def members(data: bytes) -> Iterator[Member]:
    """The documents of an archive in the order of their names.

    A member that is encrypted, damaged, an archive itself, or inflates beyond the limits comes with the reason. Its
    name is only shown: `../` and the like lead nowhere.

    Raises:
        Refused: the archive is damaged (R10) or has too many members (R11).
    """
    container = Container(data)
    shown = _names(data)
    for name in sorted(container.names, key=lambda n: shown.get(n, n)):
        if name.endswith("/") or any(name.startswith(n) or f"/{n}" in f"/{name}" for n in _NOISE):
            continue
        said = shown.get(name, name)
        try:
            part = container.raw(name)
        except Refused as refused:
            yield Member(said, b"", refused.finding)
            continue
        yield Member(said, part, _nested() if is_archive(part) else None)


def _names(data: bytes) -> dict[str, str]:
    """How the names of an archive read: those without the flag of UTF-8 are UTF-8 all the same, or GBK."""
    names = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for info in archive.infolist():
            key = info.filename.replace("\\", "/").lstrip("/")
            names[key] = key
            if not info.flag_bits & _UTF8:
                raw = info.filename.encode("cp437", "replace")
                for encoding in ("utf-8", "gb18030"):
                    try:
                        names[key] = raw.decode(encoding).replace("\\", "/").lstrip("/")
                        break
                    except UnicodeDecodeError:
                        continue
    return names


def _nested() -> Finding:
    return UNOPENABLE.at(
        Place(),
        "压缩包里还有压缩包，里层没有读取。请先解压里层的压缩包。",
        "An archive inside an archive was not read. Unpack the inner one first.",
    )

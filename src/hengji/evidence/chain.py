"""An append-only file of JSON lines, each carrying the digest of the line before it.

A changed, removed or inserted line is seen when reading. A line that a crash cut short was never acknowledged: it is
ignored when reading and replaced when the next one is written.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Generic, TypeVar

from hengji.evidence.errors import EvidenceError

FIRST = "0" * 64
T = TypeVar("T")


class ChainedLog(Generic[T]):
    """Entries of one kind in one file; reading checks the chain, writing extends it.

    `entry` makes an entry of a line's object and raises ValueError, KeyError or TypeError where it is none. Every
    object begins with `seq`, counted from 1, and ends with `prev`, the SHA-256 of the line before.
    """

    def __init__(self, path: Path, entry: Callable[[Mapping[str, Any]], T]) -> None:
        self.path = path
        self._entry = entry

    def read(self) -> list[T]:
        """All acknowledged entries in order.

        Raises:
            EvidenceError: a line was altered, removed or inserted; the first such line is named.
        """
        return self._parse(self.acknowledged())[0]

    def acknowledged(self) -> bytes:
        """The whole lines of the file; nothing where there is no file."""
        return _whole_lines(self.path.read_bytes() if self.path.exists() else b"")

    def append(self, objects: Iterable[Mapping[str, Any]]) -> list[T]:
        """Write objects (without seq and prev) behind the last line; all are on disk when this returns, or none is.

        Raises:
            EvidenceError: the chain that is there is broken.
            OSError: the file cannot be written, or the disk is full.
        """
        made = not self.path.exists()
        with open(self.path, "a+b") as file:  # noqa: PTH123 - one handle is read, locked, cut and written
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            there = _whole_lines(file.read())
            done, previous = self._parse(there)
            lines = []
            for seq, fields in enumerate(objects, len(done) + 1):
                entry = {"seq": seq, **fields, "prev": previous}
                line = json.dumps(entry, ensure_ascii=False, separators=(",", ":")).encode()
                previous = hashlib.sha256(line).hexdigest()
                lines.append(line + b"\n")
            file.truncate(len(there))
            try:
                file.write(b"".join(lines))
                file.flush()
                os.fsync(file.fileno())
            except OSError:
                # A full disk takes the first of several lines and not the last; what failed must not be there later.
                with contextlib.suppress(OSError):
                    os.ftruncate(file.fileno(), len(there))
                raise
            if made:
                sync_folder(self.path.parent)
        return self._parse(there + b"".join(lines))[0][len(done) :]

    def _parse(self, data: bytes) -> tuple[list[T], str]:
        entries: list[T] = []
        previous = FIRST
        for number, line in enumerate(data.split(b"\n")[:-1], 1):
            try:
                fields = json.loads(line)
                intact = fields["prev"] == previous and fields["seq"] == number
                entry = self._entry(fields)
            except (ValueError, KeyError, TypeError):
                intact = False
            if not intact:
                raise EvidenceError(
                    f"{self.path} 第{number}行与前一行接不上：记录被改动、删除或插入过。请从备份恢复该文件，不要手工修改。",
                    f"{self.path} line {number} does not follow from the line before: a record was changed, removed "
                    "or inserted. Restore the file from a backup; do not edit it by hand.",
                )
            entries.append(entry)
            previous = hashlib.sha256(line).hexdigest()
        return entries, previous


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable, not only the bytes of its files."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _whole_lines(data: bytes) -> bytes:
    return data[: data.rfind(b"\n") + 1]

"""The inbox: every packet as it came, with receipt time, sender and digest, in files that only grow.

    inbox/2024-03-05/0001.inbox     header line (JSON), LF, the packet's bytes, LF; and so on

Why an answered packet cannot be lost. A batch is written behind the last durable byte and made durable by one fsync (and
one of the folder for a new file) before `append` returns; answers are sent after that. A crash at any moment leaves all
earlier batches whole and at most the last one torn, and of that none was answered: the device sends it again. `append`
also looks whether the file is still the one at its path, since an fsync of a file somebody has removed succeeds too. A
batch that fails (full disk, removed folder) is cut off and written anew from the start, so that what the kernel made of
its pages after the failure does not matter.

Why it is there once. A record is numbered and holds the digest of the header before it. After a crash the last file is
read, what does not follow is cut off (kept beside it as `.torn`) and numbering goes on. A packet that the device sends
again because the answer got lost is a record of its own, noted as duplicate.

Why a change shows. A header holds the SHA-256 of its packet and that of the header before, over all files and days; a
change, removal or insertion breaks the chain. A cut at the very end shows against `heads.jsonl`, and against any head
that was noted elsewhere.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

FIRST = "0" * 64
BATCH = 4 << 20
"""Bytes of a batch at most (but for one record that is longer): what is torn is never more than that."""
_SIZE = re.compile(rb'"size":([0-9]+)')
_LONGEST_HEADER = 4096
_SEGMENT = re.compile(r"[0-9]{4,}\.inbox")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Entry(NamedTuple):
    """A packet to be kept. `at` is the receipt time (ISO, Beijing), `why` the reason of quarantine or empty.

    `link` numbers the connections since the gateway was started; `notes` are names of `remarks` (duplicate, clock …);
    `drift` is receipt minus QN in seconds where that is worth noting; `trial` marks what came from simulated outlets.
    """

    at: str
    peer: str
    link: int
    mn: str
    raw: bytes
    why: str = ""
    notes: tuple[str, ...] = ()
    drift: int | None = None
    trial: bool = False


class Record(NamedTuple):
    """A packet that is kept. `digest` is the SHA-256 as written, `sound` whether the bytes still have it.

    `previous` is the digest of the header before, `head` that of this one; `end` is where the record ends in its file.
    """

    number: int
    entry: Entry
    digest: str
    sound: bool
    previous: str
    head: str
    end: int


class Received(NamedTuple):
    """A packet of a known device, as the store wants it."""

    receipt: str
    mn: str
    raw: bytes
    digest: str


class Recovered(NamedTuple):
    """What opening found: bytes of a torn batch that were cut off, and whether something before it is damaged."""

    torn: int
    damaged: bool


class Inbox:
    """Writes records. One process at a time (the gateway holds a lock); not for two threads at once.

    Nothing is written while the file `marker` is missing: a folder that was removed, or whose disk is not mounted, is not
    made anew where nobody would look for it.
    `number` and `head` are those of the last durable record. `lost` counts how often the file that should go on was gone
    or no longer the same, so that a new one was begun.
    """

    def __init__(self, folder: Path, marker: Path, segment_bytes: int = 64 << 20) -> None:
        self.folder = folder
        self._marker = marker
        self.number, self.head, self.lost = 0, FIRST, 0
        self._limit = segment_bytes
        self._path: Path | None = None
        self._handle = -1
        self._size = 0

    @property
    def day(self) -> str:
        """The day that is being written, empty before the first."""
        return "" if self._path is None else self._path.parent.name

    def open(self) -> Recovered:
        """Find the end of what is there and cut off a torn batch.

        Raises:
            OSError: the folder cannot be read or written.
        """
        self.folder.mkdir(exist_ok=True)
        files = segments(self.folder)
        while files and not files[-1].stat().st_size:
            files.pop().unlink()
        if not files:
            return Recovered(0, False)
        path, size = files[-1], files[-1].stat().st_size
        end, sound = 0, True
        for record in records(path):
            if not record.sound and size - end > BATCH:
                sound = False
            elif not record.sound:
                break
            self.number, self.head, end = record.number, record.head, record.end
        if not end and len(files) > 1:
            for record in records(files[-2]):
                self.number, self.head = record.number, record.head
        if size - end > BATCH + _LONGEST_HEADER:
            # More than a batch does not fit: no crash did that. Leave it for `verify` and go on in a new file.
            self._path, self._size = path, self._limit
            return Recovered(0, True)
        if end < size:
            _cut(path, end)
        self._path, self._size = path, end
        return Recovered(size - end, not sound)

    def append(self, day: str, entries: Sequence[Entry]) -> None:
        """Write entries of a day; they are durable when this returns, and none of them counts as written when it raises.

        A day before the one that is being written is written into that one: receipt times may go back, files do not.

        Raises:
            OSError: they could not be made durable; try again with the same entries.
        """
        number, head, parts = self.number, self.head, []
        for entry in entries:
            number += 1
            header = _header(number, entry, head)
            head = hashlib.sha256(header).hexdigest()
            parts += [header, b"\n", entry.raw, b"\n"]
        data = b"".join(parts)
        try:
            handle = self._open(max(day, self.day))
            written = 0
            while written < len(data):
                written += os.pwrite(handle, data[written:], self._size + written)
            os.fsync(handle)
            self._still_there()
        except OSError:
            self.close()
            raise
        self.number, self.head, self._size = number, head, self._size + len(data)

    def close(self) -> None:
        """Close the file; what is behind the last durable byte is cut off now or when it is opened again."""
        if self._handle >= 0:
            with contextlib.suppress(OSError):
                os.ftruncate(self._handle, self._size)
            os.close(self._handle)
            self._handle = -1

    def _open(self, day: str) -> int:
        if self._handle >= 0 and (day != self.day or self._size >= self._limit):
            self.close()
        if self._handle < 0:
            if not self._marker.exists():
                raise FileNotFoundError(2, os.strerror(2), str(self._marker))
            if self._path is None or day != self.day or self._size >= self._limit or not self._goes_on(self._path):
                self._begin(day)
            assert self._path is not None
            self._handle = os.open(self._path, os.O_RDWR | os.O_CLOEXEC)
            os.ftruncate(self._handle, self._size)
        return self._handle

    def _begin(self, day: str) -> None:
        """A new file, whose name is durable before anything is written into it."""
        folder = self.folder / day
        folder.mkdir(parents=True, exist_ok=True)
        taken = [int(path.stem) for path in segments(self.folder) if path.parent == folder]
        path = folder / f"{max(taken, default=0) + 1:04d}.inbox"
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o640))
        for parent in (folder, self.folder, self.folder.parent):
            sync_folder(parent)
        self._path, self._size = path, 0

    def _goes_on(self, path: Path) -> bool:
        """Whether the file still ends with our last record, so that it can be gone on with."""
        try:
            size = path.stat().st_size
        except FileNotFoundError:
            size = -1
        if size >= self._size and (self._size == 0 or _last(path, self._size) == self.head):
            return True
        self.lost += 1
        return False

    def _still_there(self) -> None:
        """The file that was written is the one that a reader will open.

        Raises:
            OSError: it was removed or replaced.
        """
        assert self._path is not None
        ours, there = os.fstat(self._handle), self._path.stat()
        if (ours.st_ino, ours.st_dev) != (there.st_ino, there.st_dev):
            raise FileNotFoundError(2, os.strerror(2), str(self._path))


def segments(folder: Path) -> list[Path]:
    """The files of an inbox in the order in which they were written."""
    if not folder.is_dir():
        return []
    days = sorted(path for path in folder.iterdir() if _DAY.fullmatch(path.name) and path.is_dir())
    return [
        path
        for day in days
        for path in sorted((p for p in day.iterdir() if _SEGMENT.fullmatch(p.name)), key=lambda p: int(p.stem))
    ]


def records(path: Path, start: int = 0, size: int | None = None) -> Iterator[Record]:
    """The records of one file from a place in it (where one ends), up to `size` or where no further one can be made out.

    A file that is being written is read as far as it has come.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as stream:
        stream.seek(start)
        end = start
        while size is None or end < size:
            line = stream.readline(_LONGEST_HEADER)
            found = _SIZE.search(line)
            if not line.endswith(b"\n") or found is None:
                return
            raw = stream.read(int(found[1]) + 1)
            if len(raw) != int(found[1]) + 1 or raw[-1:] != b"\n":
                return
            record = _record(line[:-1], raw[:-1], end + len(line) + len(raw))
            if record is None:
                return
            end = record.end
            yield record


def packets(folder: Path, day: str) -> Iterator[Received]:
    """The packets of known devices that were received on a day (2024-03-05), in the order of their receipt.

    `folder` is the inbox. Duplicates are among them (their receipt is evidence too); so is what is no longer sound, which
    `verify` tells.

    Raises:
        OSError: a file cannot be read.
    """
    for path in segments(folder):
        if path.parent.name == day:
            for record in records(path):
                if not record.entry.why:
                    yield Received(record.entry.at, record.entry.mn, record.entry.raw, record.digest)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable, not only the bytes of its files."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _header(number: int, entry: Entry, previous: str) -> bytes:
    said: dict[str, Any] = {"n": number, "at": entry.at, "peer": entry.peer, "link": entry.link, "mn": entry.mn}
    if entry.why:
        said["why"] = entry.why
    if entry.notes:
        said["notes"] = entry.notes
    if entry.drift is not None:
        said["drift"] = entry.drift
    if entry.trial:
        said["label"] = "模拟数据"
    digest = hashlib.sha256(entry.raw).hexdigest()
    said |= {"size": len(entry.raw), "sha256": digest, "prev": previous}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")


def _record(header: bytes, raw: bytes, end: int) -> Record | None:
    try:
        said = json.loads(header)
        entry = Entry(
            *(said["at"], said["peer"], said["link"], said["mn"], raw),
            *(said.get("why", ""), tuple(said.get("notes", ())), said.get("drift"), "label" in said),
        )
        number, digest, previous = int(said["n"]), str(said["sha256"]), str(said["prev"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    sound = hashlib.sha256(raw).hexdigest() == digest
    return Record(number, entry, digest, sound, previous, hashlib.sha256(header).hexdigest(), end)


def _last(path: Path, size: int) -> str | None:
    """The digest of the last header before a place."""
    head = None
    for record in records(path, 0, size):
        head = record.head if record.end <= size else None
    return head


def _cut(path: Path, end: int) -> None:
    """Cut a file after a place; what is cut off stays beside it under a name that says so."""
    with path.open("r+b") as stream:
        stream.seek(end)
        rest = stream.read()
        number = sum(1 for _ in path.parent.glob(f"{path.stem}.*torn")) + 1
        with contextlib.suppress(OSError):  # a full disk must not keep the gateway from starting
            path.with_suffix(f".{number}.torn").write_bytes(rest)
        stream.truncate(end)
        stream.flush()
        os.fsync(stream.fileno())

"""The registers of one dossier: immutable Parquet batches named by their digest, and a manifest of what was acknowledged.

Layout (public contract): `<register>/<digest>.parquet`, `manifest.jsonl`, `quarantine/<register>-<digest>.csv` for rows
that were not taken, `keys/` for pseudonyms. A batch counts from the moment its line in the manifest is on disk; a file without a line
was never acknowledged and is written again by the next import. So a kill at any moment loses nothing that was
acknowledged and leaves no half batch.
"""

from __future__ import annotations

import contextlib
import datetime
import errno
import fcntl
import hashlib
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from hengji.evidence.chain import ChainedLog, sync_folder
from hengji.evidence.checking import Checker, Rejected, Trouble
from hengji.evidence.columns import compression, schema
from hengji.evidence.errors import EvidenceError
from hengji.evidence.import_csv import open_csv
from hengji.evidence.import_table import open_parquet, open_query, open_table
from hengji.evidence.import_xlsx import open_xlsx
from hengji.evidence.pseudonyms import Keys, delete_keys, years_with_keys
from hengji.evidence.quarantine import Quarantine
from hengji.evidence.register import Register, register
from hengji.evidence.sources import Blob, Ragged, Rows, blob
from hengji.evidence.values import Note
from hengji.evidence.versions import Decided, Staged

MANIFEST = "manifest.jsonl"
LATE_DAYS = 10
"""Days after it happened until when an entry is not late; a setting of practice."""
_DRAFT = ".import-"
_CANNOT_WRITE = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EIO)
_ZIP, _PARQUET = b"PK\x03\x04", b"PAR1"


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did. `rejected` are the first rows that were not taken; all are in the file `quarantine`."""

    register: str
    source: str
    rows: int
    decided: Decided
    rejected_count: int
    rejected: tuple[Rejected, ...] = ()
    quarantine: Path | None = None
    unknown: tuple[str, ...] = ()
    notes: tuple[tuple[str, Note, int], ...] = ()
    remarks: tuple[tuple[str, str], ...] = ()
    outside: int = 0

    @property
    def written(self) -> int:
        """How many rows were written."""
        return self.decided.written


@dataclass(frozen=True, slots=True)
class Batch:
    """An acknowledged batch: where its rows lie, what they came from, how many there are of each sort."""

    register: str
    path: Path
    sha256: str
    source: str
    source_sha256: str
    at: str
    counts: Mapping[str, int] = field(default_factory=dict)
    simulated: bool = False


class Store:
    """The evidence folder of a dossier.

    `late_days` is the setting of when an entry is late; `adding` is held while records are taken in, and raises
    EvidenceError where none may be.
    """

    def __init__(
        self,
        folder: Path,
        *,
        late_days: int = LATE_DAYS,
        adding: Callable[[], AbstractContextManager[None]] = contextlib.nullcontext,
    ) -> None:
        self.folder = folder
        self._late_days = late_days
        self._adding = adding
        self._log: ChainedLog[dict[str, Any]] = ChainedLog(folder / MANIFEST, dict)

    def entries(self) -> list[dict[str, Any]]:
        """The manifest.

        Raises:
            EvidenceError: it was altered.
        """
        return self._log.read()

    def batches(self, name: str | None = None) -> list[Batch]:
        """The acknowledged batches of a register (or of all), in the order in which they came."""
        return [
            Batch(
                e["register"], self.folder / e["register"] / f"{e['sha256']}.parquet", e["sha256"], e["source"],
                e["source_sha256"], e["at"], e["counts"], e.get("simulated", False),
            )
            for e in self.entries()
            if e["kind"] == "batch" and e["sha256"] and (name is None or e["register"] == name)
        ]  # fmt: skip

    @property
    def simulated(self) -> bool:
        """Whether any record is a generated one."""
        return any(b.simulated for b in self.batches())

    def check_files(self) -> list[Batch]:
        """The acknowledged batches whose file is gone or no longer has its digest."""
        return [b for b in self.batches() if not b.path.exists() or _digest(b.path) != b.sha256]

    def add_file(self, name: str, source: Path | bytes, *, at: datetime.datetime, file: str | None = None,
                 year: int | None = None) -> Imported:  # fmt: skip
        """Records of a CSV, XLSX or Parquet file into a register; what the file is, its bytes tell.

        Raises:
            EvidenceError: no such register, a file that cannot be read, a heading that does not fit, a broken manifest.
        """
        kind = register(name)
        bytes_ = blob(source, file)
        with bytes_.open() as opened:
            head = opened.read(4)
        opener = open_xlsx if head == _ZIP else open_parquet if head == _PARQUET else open_csv
        return self._add(kind, lambda: opener(bytes_, kind), bytes_, at, year, False)

    def add_query(self, name: str, url: str, query: str, *, at: datetime.datetime, year: int | None = None) -> Imported:
        """Records of a database query into a register.

        Raises:
            EvidenceError: as `add_file`, or no such database.
        """
        kind = register(name)
        return self._add(kind, lambda: open_query(url, query, kind), None, at, year, False)

    def add_table(self, name: str, table: pa.Table, *, at: datetime.datetime, source: str, year: int | None = None,
                  simulated: bool = False) -> Imported:  # fmt: skip
        """Records of a table in memory into a register; `simulated` marks them as generated."""
        kind = register(name)
        return self._add(kind, lambda: open_table(table, kind, source), None, at, year, simulated)

    def erase(self, name: str, years: set[int], *, at: datetime.datetime, by: str, why: str) -> None:
        """Make the personal data of some years unreadable: their key is deleted, every digest still fits.

        Raises:
            EvidenceError: no such register, or the manifest is broken.
        """
        name = register(name).name
        self._begin()
        # The line comes first: were it the other way round, a kill in between would leave an erasure that nobody tells.
        with _lock(self.folder):
            self._log.append([{"kind": "erased", "at": at.isoformat(timespec="seconds"), "register": name,
                               "years": sorted(years), "by": by, "why": why}])  # fmt: skip
            delete_keys(self._keys, name, years)

    def years_with_personal_data(self, name: str) -> set[int]:
        """The years of a register whose pseudonyms can still be led back."""
        return years_with_keys(self._keys, name) - self._erased(name)

    @property
    def _keys(self) -> Path:
        return self.folder / "keys"

    def _erased(self, name: str) -> frozenset[int]:
        return frozenset(
            y for e in self.entries() if e["kind"] == "erased" and e["register"] == name for y in e["years"]
        )

    def _told(self, name: str, source_sha256: str, rejected: int) -> bool:
        """Whether the last import of this source said the same of its rejected rows."""
        same = [e for e in self.entries() if e.get("source_sha256") == source_sha256 and e["register"] == name]
        return bool(same) and same[-1]["counts"]["rejected"] == rejected

    def _not_mixed(self, simulated: bool) -> None:
        if other := next((b for b in self.batches() if b.simulated is not simulated), None):
            raise EvidenceError(
                f"{self.folder} 里已有{'模拟' if other.simulated else '真实'}记录（{other.source}），模拟数据与真实记录不能混放，没有导入。"
                "请换一个年度文件夹。",
                f"{self.folder} holds {'simulated' if other.simulated else 'real'} records ({other.source}); simulated and "
                "real ones are not mixed, nothing was imported. Use another dossier.",
            )

    def _begin(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise EvidenceError(
                f"{self.folder} 写不进去：{error.strerror}。", f"{self.folder} cannot be written: {error.strerror}."
            ) from None

    def _add(self, kind: Register, opener: Any, source: Blob | None, at: datetime.datetime, year: int | None,
             simulated: bool) -> Imported:  # fmt: skip
        with self._adding():
            try:
                return self._added(kind, opener, source, at, year, simulated)
            except OSError as error:
                if error.errno not in _CANNOT_WRITE:
                    raise
                said = error.strerror or error
                raise EvidenceError(
                    f"{self.folder} 写不进去：{said}，没有导入任何记录。请检查文件夹和磁盘空间后重新导入。",
                    f"{self.folder} cannot be written: {said}; no record was taken. Check the folder and the disk, then again.",
                ) from None

    def _added(self, kind: Register, opener: Any, source: Blob | None, at: datetime.datetime, year: int | None,
               simulated: bool) -> Imported:  # fmt: skip
        self._begin()
        keys = Keys(self._keys, kind.name, simulated=simulated)
        with _lock(self.folder), tempfile.TemporaryDirectory(dir=self.folder, prefix=_DRAFT) as draft:
            self._not_mixed(simulated)
            delete_keys(self._keys, kind.name, set(self._erased(kind.name)))  # of an erasure that was cut short
            rows = opener()
            return self._take(kind, rows, keys, Path(draft), source, at, year, simulated)

    def _take(self, kind: Register, rows: Rows, keys: Keys, draft: Path, source: Blob | None, at: datetime.datetime,
              year: int | None, simulated: bool) -> Imported:  # fmt: skip
        checker = Checker(kind, keys, at=at, year=year, late_days=self._late_days, erased=self._erased(kind.name))
        quarantine = Quarantine(draft / "rejected.csv", kind)
        notes: Counter[tuple[str, Note]] = Counter()
        seen = outside = 0
        staged: Staged | None = None
        try:
            for chunk in rows.chunks:
                staged = staged or Staged(draft, kind, chunk.rows.schema.names)
                checked = checker.check(chunk)
                seen += len(chunk.rows)
                outside += checked.outside
                notes.update(checked.notes)
                quarantine.add(checked.rejected)
                if len(checked.good):
                    staged.add(checked.good)
            staged = staged or Staged(draft, kind, [])
            quarantine.add(_ragged(r) for r in rows.ragged)
            seen += len(rows.ragged)
            source_sha256 = rows.sha256 or staged.digest()
            decided = staged.decide([b.path for b in self.batches(kind.name)])
            quarantine.add(staged.conflicts())
            rejected = quarantine.close()
            written = self._write(kind, staged, draft, source_sha256) if decided.written else ""
        finally:
            if staged is not None:
                staged.close()
        kept = self._keep_quarantine(kind.name, rejected, source_sha256) if rejected else None
        if written or (rejected and not self._told(kind.name, source_sha256, quarantine.count)):
            self._log.append(
                [
                    {
                        "kind": "batch", "at": at.isoformat(timespec="seconds"), "register": kind.name, "sha256": written,
                        "source": rows.name, "source_sha256": source_sha256, "simulated": simulated,
                        "counts": {**decided._asdict(), "rejected": quarantine.count, "outside": outside},
                    }
                ]
            )  # fmt: skip
        return Imported(
            kind.name, rows.name, seen, decided, quarantine.count, tuple(quarantine.first), kept, rows.unknown,
            tuple((f, n, c) for (f, n), c in sorted(notes.items())), tuple(rows.notes), outside,
        )  # fmt: skip

    def _write(self, kind: Register, staged: Staged, draft: Path, source_sha256: str) -> str:
        path = draft / "batch.parquet"
        columns = schema(kind)
        with pq.ParquetWriter(path, columns, **compression(columns)) as writer:
            for part in staged.rows(source_sha256):
                writer.write_batch(part)
        digest = _digest(path)
        _move(path, self.folder / kind.name / f"{digest}.parquet")
        return digest

    def _keep_quarantine(self, name: str, rejected: Path, digest: str) -> Path:
        place = self.folder / "quarantine" / f"{name}-{digest[:16]}.csv"
        _move(rejected, place)
        return place


def _ragged(row: Ragged) -> Rejected:
    trouble = Trouble(
        None,
        "",
        f"有 {row.actual} 格，表头是 {row.expected} 格",
        f"has {row.actual} cells where the heading has {row.expected}",
    )
    return Rejected(row.line, (trouble,), {})


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _move(draft: Path, place: Path) -> None:
    """A finished file to its place, durable before its name is."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with draft.open("rb") as file:
        os.fsync(file.fileno())
    draft.replace(place)
    sync_folder(place.parent)


@contextlib.contextmanager
def _lock(folder: Path) -> Iterator[None]:
    """One import at a time; drafts that a killed one left behind are cleared away."""
    with (folder / ".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        for left in folder.glob(f"{_DRAFT}*"):
            shutil.rmtree(left, ignore_errors=True)
        yield

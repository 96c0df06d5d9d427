"""Everything people gave (changes.jsonl): who, when, why, old, new; append-only, chained by SHA-256.

Each line carries the digest of the line before it, so that a changed, removed or inserted line is seen. A line that a
crash cut short was never acknowledged: it is ignored when reading and replaced when the next one is written.
"""

from __future__ import annotations

import datetime
import fcntl
import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hengji.dossier.errors import DossierError

FIRST = "0" * 64


@dataclass(frozen=True, slots=True)
class Change:
    """One entry. `old` and `new` are plain JSON objects whose fields depend on `kind`; `at` carries its offset."""

    seq: int
    at: datetime.datetime
    by: str
    why: str
    kind: str
    old: dict[str, Any] | None
    new: dict[str, Any]


class ChangeLog:
    """The changes of one dossier; reading checks the chain, writing extends it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> list[Change]:
        """All acknowledged changes in order.

        Raises:
            DossierError: a line was altered, removed or inserted; the first such line is named.
        """
        return self._parse(self._acknowledged(self.path.read_bytes() if self.path.exists() else b""))[0]

    def append(
        self,
        entries: list[tuple[str, dict[str, Any] | None, dict[str, Any]]],
        *,
        by: str,
        why: str,
        at: datetime.datetime,
    ) -> list[Change]:
        """Write (kind, old, new) entries behind the last one; all are on disk when this returns, or none is.

        Raises:
            DossierError: the chain that is there is broken.
        """
        with open(self.path, "a+b") as file:  # noqa: PTH123 - one handle is read, locked, cut and written
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            there = self._acknowledged(file.read())
            done, previous = self._parse(there)
            lines = []
            for seq, (kind, old, new) in enumerate(entries, len(done) + 1):
                entry = {
                    "seq": seq, "at": at.isoformat(timespec="seconds"), "by": by, "why": why, "kind": kind,
                    "old": old, "new": new, "prev": previous,
                }  # fmt: skip
                line = json.dumps(entry, ensure_ascii=False, separators=(",", ":")).encode()
                previous = hashlib.sha256(line).hexdigest()
                lines.append(line + b"\n")
            file.truncate(len(there))
            file.write(b"".join(lines))
            file.flush()
            os.fsync(file.fileno())
        return self._parse(there + b"".join(lines))[0][len(done) :]

    @staticmethod
    def _acknowledged(data: bytes) -> bytes:
        return data[: data.rfind(b"\n") + 1]

    def _parse(self, data: bytes) -> tuple[list[Change], str]:
        changes: list[Change] = []
        previous = FIRST
        for number, line in enumerate(data.split(b"\n")[:-1], 1):
            try:
                entry = json.loads(line)
                intact = entry["prev"] == previous and entry["seq"] == number
                change = Change(
                    entry["seq"], datetime.datetime.fromisoformat(entry["at"]), entry["by"], entry["why"],
                    entry["kind"], entry["old"], entry["new"],
                )  # fmt: skip
            except (ValueError, KeyError, TypeError):
                intact = False
            if not intact:
                raise DossierError(
                    f"{self.path} 第{number}行与前一行接不上：记录被改动、删除或插入过。请从备份恢复该文件，不要手工修改。",
                    f"{self.path} line {number} does not follow from the line before: a record was changed, removed "
                    "or inserted. Restore the file from a backup; do not edit it by hand.",
                )
            changes.append(change)
            previous = hashlib.sha256(line).hexdigest()
        return changes, previous

"""Everything people gave (changes.jsonl): who, when, why, old, new; append-only and chained (`evidence/chain.py`)."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hengji.dossier.errors import DossierError
from hengji.dossier.locks import changing
from hengji.evidence.chain import ChainedLog
from hengji.evidence.errors import EvidenceError

CHANGES = "changes.jsonl"


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
    """The changes of one dossier; reading checks the chain, writing extends it.

    `first` gives the log as it was when it had only so many entries; such a one is only read.
    """

    def __init__(self, path: Path, first: int | None = None) -> None:
        self.path = path
        self.first = first
        self._log = ChainedLog(path, _change)

    def state(self) -> dict[str, Any]:
        """How many entries there are, and the digest of their lines: what an evaluation names of them."""
        lines = self._log.acknowledged().splitlines(keepends=True)[: self.first]
        return {"entries": len(lines), "sha256": hashlib.sha256(b"".join(lines)).hexdigest()}

    def read(self) -> list[Change]:
        """All acknowledged changes in order.

        Raises:
            DossierError: a line was altered, removed or inserted; the first such line is named.
        """
        try:
            return self._log.read()[: self.first]
        except EvidenceError as error:
            raise DossierError(error.zh, error.en) from None

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
            DossierError: what it is about is submitted or approved, the chain that is there is broken, or the file
                cannot be written.
        """
        when = at.isoformat(timespec="seconds")
        try:
            with changing(self.path.parent, *(kind for kind, _, _ in entries)):
                return self._log.append(
                    {"at": when, "by": by, "why": why, "kind": kind, "old": old, "new": new}
                    for kind, old, new in entries
                )
        except EvidenceError as error:
            raise DossierError(error.zh, error.en) from None
        except OSError as error:
            raise DossierError(
                f"{self.path} 写不进去：{error.strerror}，没有记录。请检查文件夹和磁盘空间。",
                f"{self.path} cannot be written: {error.strerror}; nothing was recorded. Check the folder and the disk.",
            ) from None


def _change(fields: Mapping[str, Any]) -> Change:
    return Change(
        fields["seq"], datetime.datetime.fromisoformat(fields["at"]), fields["by"], fields["why"], fields["kind"],
        fields["old"], fields["new"],
    )  # fmt: skip

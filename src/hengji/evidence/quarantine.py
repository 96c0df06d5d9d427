"""Rows that were not taken, as a CSV file beside the batches: where, what, why, and the row itself to be corrected.

The file can be corrected and added again: the columns about the trouble are passed over, and pseudonyms stay what they
are. No plain personal value is in it, and no column that the register does not know.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from hengji.evidence.checking import NOT_SHOWN, Rejected
from hengji.evidence.headings import TROUBLE
from hengji.evidence.register import Register

KEPT = 1000
"""How many rejected rows an import hands back; all of them are in the file."""


def escaped(cell: str) -> str:
    """A cell that a spreadsheet does not take for a formula."""
    return "'" + cell if cell.startswith(("=", "+", "-", "@")) else cell


class Quarantine:
    """Rejected rows of one import, written as they come."""

    def __init__(self, path: Path, register: Register) -> None:
        self.path = path
        self.count = 0
        self.first: list[Rejected] = []
        self._register = register
        self._file: io.TextIOWrapper | None = None
        self._writer: Any = None

    def add(self, rejected: Iterable[Rejected]) -> None:
        """Write rows down."""
        for row in rejected:
            if self._file is None:
                # The mark lets a spreadsheet program see that it is UTF-8.
                self._file = self.path.open("w", encoding="utf-8-sig", newline="")
                self._writer = csv.writer(self._file)
                self._writer.writerow([*TROUBLE, *(f.title for f in self._register.fields)])
            self.count += 1
            if len(self.first) < KEPT:
                self.first.append(row)
            about = [t.field.title if t.field else "整行" for t in row.trouble]
            self._writer.writerow(
                [
                    row.line, "；".join(about), escaped("；".join(t.value for t in row.trouble)),
                    "；".join(t.zh for t in row.trouble), "; ".join(t.en for t in row.trouble),
                    *(escaped(_kept(row.cells.get(f.name, ""))) for f in self._register.fields),
                ]
            )  # fmt: skip

    def close(self) -> Path | None:
        """The finished file, or None where nothing was rejected."""
        if self._file is None:
            return None
        self._file.close()
        return self.path


def _kept(cell: str) -> str:
    return "" if cell == NOT_SHOWN else cell

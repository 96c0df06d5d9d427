"""What was done so far, a line a document, only ever added to: the next run after a kill goes on from here.

A line is the digest of the document's bytes, the limits it failed under (or nothing), its path as JSON and its entry as
JSON, between tabs. The first line has the terms of the run. A line that a kill cut short is taken off.
"""

from __future__ import annotations

import fcntl
import json
from pathlib import Path
from typing import NamedTuple

from hengji.dossier.bulk.entry import Entry
from hengji.dossier.bulk.terms import Limits, Terms
from hengji.dossier.errors import DossierError

FORMAT = "hengji.bulk.ledger/1"
_BEGINS = json.dumps({"format": FORMAT}).encode()[:-1]
# Entries that another limit, or another try, may turn into better ones.
_OF_LIMITS = (b'"B01"', b'"B02"', b'"B03"')


class _At(NamedTuple):
    """Where an entry stands in the file, and what it was made from."""

    sha256: str
    limits: str
    start: int


class Ledger:
    """The file, open for this run alone.

    Raises:
        DossierError: another run has it open, or it cannot be written.
    """

    def __init__(self, file: Path) -> None:
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            self._file = file.open("a+b")
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DossierError(
                f"{file.parent} 正由另一次运行使用。请等它结束，或换一个 --out。",
                f"Another run is at work in {file.parent}. Wait for it, or take another --out.",
            ) from None
        except OSError as error:
            raise DossierError(
                f"{file} 写不进去：{error.strerror}。请检查文件夹和磁盘空间。",
                f"{file} cannot be written: {error.strerror}. Check the folder and the disk.",
            ) from None
        self._at: dict[str, _At] = {}
        self.terms = self._load()

    def _load(self) -> dict[str, str] | None:
        """Learn where the entries are; the terms they were made under, None for a new ledger."""
        self._file.seek(0)
        head = self._file.readline()
        terms = _terms(head)
        if terms is None:
            self._file.truncate(0)
            return None
        whole = len(head)
        for line in self._file:
            if not line.endswith(b"\n"):
                break
            sha256, limits, document, _ = line.split(b"\t", 3)
            self._at[json.loads(document)] = _At(sha256.decode(), limits.decode(), whole)
            whole += len(line)
        self._file.truncate(whole)
        return terms

    def begin(self, terms: Terms) -> bool:
        """Go on under these terms; False where entries were made under others and are dropped."""
        if self.terms == terms.as_json():
            return True
        anew = self.terms is not None
        self._at.clear()
        self._file.truncate(0)
        self._file.write(json.dumps({"format": FORMAT, **terms.as_json()}).encode() + b"\n")
        self._file.flush()
        self.terms = terms.as_json()
        return not anew

    def knows(self, document: str) -> bool:
        """Whether there is an entry of a document of this path."""
        return document in self._at

    def holds(self, document: str, sha256: str, limits: Limits) -> bool:
        """Whether the entry was made from these bytes, and, where it failed by a limit, under this one."""
        at = self._at.get(document)
        return at is not None and at.sha256 == sha256 and at.limits in ("", _said(limits))

    def add(self, document: str, sha256: str, limits: Limits, entry: bytes) -> None:
        """Keep an entry, given as JSON."""
        failed = len(entry) < 10_000 and any(code in entry for code in _OF_LIMITS)
        under = _said(limits) if failed else ""
        self._file.seek(0, 2)
        self._at[document] = _At(sha256, under, self._file.tell())
        name = json.dumps(document, ensure_ascii=False).encode()
        self._file.write(b"\t".join((sha256.encode(), under.encode(), name, entry)) + b"\n")
        self._file.flush()

    def entry(self, document: str) -> Entry:
        """The entry of a document that it holds."""
        self._file.seek(self._at[document].start)
        found: Entry = json.loads(self._file.readline().split(b"\t", 3)[3])
        return found

    def close(self) -> None:
        """Give the file free."""
        self._file.close()


def _terms(head: bytes) -> dict[str, str] | None:
    """The terms in the first line; None for an empty file or a line of ours that a kill cut short."""
    if not head.endswith(b"\n") and _BEGINS.startswith(head[: len(_BEGINS)]):
        return None
    if not head.endswith(b"\n") or not head.startswith(_BEGINS):
        raise DossierError(
            "结果文件夹里的 ledger.jsonl 不是本程序写的，没有动它。请换一个 --out。",
            "ledger.jsonl in --out was not written by this program; it was left alone. Take another --out.",
        )
    terms: dict[str, str] = json.loads(head)
    del terms["format"]
    return terms


def _said(limits: Limits) -> str:
    return f"{limits.seconds}s {limits.megabytes}MB"

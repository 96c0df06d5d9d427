"""Personal values as pseudonyms: HMAC-SHA256 under a key for each register and year, 16 hex digits.

The keys lie outside the batches. Without its key a pseudonym cannot be led back to a person even by trying all names,
so erasing personal data is deleting the key: no batch changes and every digest still fits.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import re
import secrets
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from hengji.evidence.chain import sync_folder
from hengji.evidence.whole import write_whole

MARK = "假名:"
"""Stands before a pseudonym that is written for people to see, so that it is not made a pseudonym of again."""
_KEPT = re.compile(rf"{MARK}([0-9a-f]{{16}})")
_NAME = re.compile(r"(?P<register>[a-z0-9_]+)-(?P<year>\d{4})")


class Keys:
    """The keys of one store, made when first needed.

    Keys of simulated records follow from register and year, so that the same seed gives the same bytes; there are no
    persons behind them.
    """

    def __init__(self, folder: Path, register: str, *, simulated: bool = False) -> None:
        self._folder = folder
        self._register = register
        self._simulated = simulated
        self._known: dict[int, bytes] = {}

    def pseudonym(self, value: str, year: int) -> str:
        """The pseudonym of a personal value in a year."""
        if kept := _KEPT.fullmatch(value):
            return kept[1]
        return hmac.digest(self._key(year), value.encode(), "sha256").hex()[:16]

    def of_column(self, values: pa.Array, years: pa.Array) -> pa.Array:
        """The pseudonyms of a column of texts, each under the key of its year; null stays null."""
        kept = pa.nulls(len(values), pa.string())
        for year in pc.unique(pc.filter(years, pc.is_valid(values))).to_pylist():
            here = pc.and_(pc.equal(years, year), pc.is_valid(values))
            one = pc.filter(values, here).dictionary_encode()
            made = pa.array([self.pseudonym(v, year) for v in one.dictionary.to_pylist()], pa.string())
            kept = pc.replace_with_mask(kept, here, pc.take(made, one.indices))
        return kept

    def _key(self, year: int) -> bytes:
        if year not in self._known:
            self._known[year] = self._simulated_key(year) if self._simulated else self._kept_key(year)
        return self._known[year]

    def _simulated_key(self, year: int) -> bytes:
        return hashlib.sha256(f"simulated\x1f{self._register}\x1f{year}".encode()).digest()

    def _kept_key(self, year: int) -> bytes:
        path = self._folder / f"{self._register}-{year}"
        with contextlib.suppress(FileNotFoundError):
            return path.read_bytes()
        self._folder.mkdir(mode=0o700, exist_ok=True)
        key = secrets.token_bytes(32)
        write_whole(path, key)
        return key


def delete_keys(folder: Path, register: str, years: set[int]) -> None:
    """Delete the keys of a register for some years; what is not there is gone already."""
    if not folder.is_dir():
        return
    for path in folder.iterdir():
        name = _NAME.fullmatch(path.name.lstrip("."))
        if name and name["register"] == register and int(name["year"]) in years:
            # Overwritten first: a name that is gone leaves the bytes where they were.
            with path.open("r+b") as file:
                file.write(bytes(path.stat().st_size))
                file.flush()
                os.fsync(file.fileno())
            path.unlink()
    sync_folder(folder)


def years_with_keys(folder: Path, register: str) -> set[int]:
    """The years for which a register has a key."""
    names = (_NAME.fullmatch(p.name) for p in folder.iterdir()) if folder.is_dir() else ()
    return {int(n["year"]) for n in names if n and n["register"] == register}

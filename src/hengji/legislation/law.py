"""The law on a date: one question, one answer with its citation."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from hengji.legislation.documents import cite
from hengji.legislation.errors import LawError
from hengji.legislation.packs import Pack, Value, pack_named
from hengji.model.finding import Citation

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Law:
    """A value of the law with where it stands. `verified`: the value was checked in a public source (`note` says how).

    The accessors give the value as what it is and raise TypeError where the pack holds something else: that is a
    mistake in a pack, not in a document under review.
    """

    key: str
    pack: str
    value: Value
    citation: Citation
    verified: bool
    starts: datetime.date | None
    ends: datetime.date | None
    note: str

    @property
    def number(self) -> Decimal:
        """The value as one number."""
        return self._as(self.value, Decimal)

    @property
    def numbers(self) -> dict[str, Decimal]:
        """The value as a table of numbers."""
        return {k: self._as(v, Decimal) for k, v in self.table.items()}

    @property
    def words(self) -> tuple[str, ...]:
        """The value as a list of words."""
        return tuple(self._as(v, str) for v in self._as(self.value, tuple))

    @property
    def table(self) -> Mapping[str, Value]:
        """The value as a table."""
        if not isinstance(self.value, Mapping):
            raise TypeError(f"{self.key} is {type(self.value).__name__}, not a table")
        return self.value

    @property
    def rows(self) -> tuple[Mapping[str, Value], ...]:
        """The value as a list of tables."""
        return tuple(row for row in self._as(self.value, tuple) if isinstance(row, Mapping))

    def _as(self, value: object, kind: type[T]) -> T:
        if not isinstance(value, kind):
            raise TypeError(f"{self.key} holds {type(value).__name__}, not {kind.__name__}")
        return value


def law(key: str, *, pack: str | Pack = "national-2020", on: datetime.date) -> Law:
    """What a key says under a pack on a date, with its citation.

    Raises:
        LawError: no such pack or key, or nothing in force on the date (`reason` tells which).
    """
    layers = pack_named(pack) if isinstance(pack, str) else pack
    entry = layers.find(key, on)
    if entry is None:
        if not layers.knows(key):
            raise LawError("key", f"规则包 {layers.name} 没有 {key}", f"pack {layers.name} has no {key}")
        raise LawError("date", f"{on} 没有施行中的 {key}", f"no {key} is in force on {on}")
    citation = cite(entry.document, entry.topic, verified=entry.verified)
    return Law(key, layers.name, entry.value, citation, entry.verified, entry.starts, entry.ends, entry.note)

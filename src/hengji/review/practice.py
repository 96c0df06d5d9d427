"""Limits and words of review practice on one date: what `legislation` holds under review.*, ready to use."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from decimal import Decimal

from hengji.legislation import Pack, document, law, pack_named


class Practice:
    """The settings of one pack on one date. Patterns are compiled once; nothing is written after that."""

    def __init__(self, pack: str | Pack, on: datetime.date) -> None:
        self.pack = pack_named(pack) if isinstance(pack, str) else pack
        self.on = on
        self._patterns: dict[str, re.Pattern[str]] = {}
        self._words: dict[str, tuple[str, ...]] = {}

    def limit(self, name: str) -> Decimal:
        """The number under review.<name>."""
        return law(f"review.{name}", pack=self.pack, on=self.on).number

    def words(self, name: str) -> tuple[str, ...]:
        """The words under review.<name>."""
        if name not in self._words:
            self._words[name] = law(f"review.{name}", pack=self.pack, on=self.on).words
        return self._words[name]

    def rows(self, name: str) -> tuple[tuple[tuple[str, ...], str], ...]:
        """The (endings, text) pairs under review.<name>."""
        rows = law(f"review.{name}", pack=self.pack, on=self.on).rows
        return tuple((_strings(row["ends"]), str(row["text"])) for row in rows)

    def groups(self, name: str) -> tuple[tuple[str, ...], ...]:
        """The groups of words under review.<name>."""
        value = law(f"review.{name}", pack=self.pack, on=self.on).value
        return tuple(_strings(group) for group in value) if isinstance(value, tuple) else ()

    def by_word(self, name: str) -> Mapping[str, tuple[str, ...]]:
        """The words under each word of review.<name>."""
        table = law(f"review.{name}", pack=self.pack, on=self.on).table
        return {key: _strings(value) for key, value in table.items()}

    def pattern(self, name: str) -> re.Pattern[str]:
        """The expressions under review.<name>_pattern as one."""
        if name not in self._patterns:
            self._patterns[name] = re.compile("|".join(f"(?:{w})" for w in self.words(f"{name}_pattern")))
        return self._patterns[name]

    def says(self, name: str, text: str | None) -> bool:
        """Whether a text has something of review.<name>_pattern in it."""
        return bool(text) and self.pattern(name).search(text or "") is not None

    def find(self, name: str, text: str | None) -> str | None:
        """The first thing of review.<name>_pattern in a text."""
        found = self.pattern(name).search(text or "")
        return found.group() if found else None

    def in_force(self, document_id: str) -> bool:
        """Whether a document holds on the date."""
        return document(document_id).in_force(self.on)

    def similar(self, name: str = "similar_percent") -> float:
        """A likeness limit as a share; likeness is no official figure."""
        return float(self.limit(name)) / 100


def _strings(value: object) -> tuple[str, ...]:
    return tuple(str(v) for v in value) if isinstance(value, tuple) else ()

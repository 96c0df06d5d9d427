"""What productions read from and what they give back."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from hengji.model.target import Clause, Span, TargetKind
from hengji.targets.hints import Hints


class Amount(NamedTuple):
    """A number in the text with its comparator and unit: `3~5次`, `≥15万个`, `90%以上`.

    `start` is where its comparator begins, `end` where the word behind it (以上) ends; `digits` where the number
    itself begins and `unit_end` where its unit ends. `op` is None where no comparator is written.
    """

    start: int
    end: int
    digits: int
    unit_start: int
    unit_end: int
    op: str | None
    number: Decimal
    number2: Decimal | None
    scale: str | None
    unit: str | None
    unit_known: bool
    per: tuple[int, str] | None
    suffix: str
    base: Decimal | None = None


class Date(NamedTuple):
    """A date or a period: `mode` by or window, ISO text or --MM-DD while the year is unknown."""

    start: int
    end: int
    mode: str
    first: str | None
    last: str
    warning: str | None


@dataclass(slots=True)
class Piece:
    """One stretch of a value, `text[start:end]`, with what was found in it. `text` is the folded value."""

    text: str
    start: int
    end: int
    hints: Hints
    year: int | None
    amounts: list[Amount] = field(default_factory=list)
    dates: list[Date] = field(default_factory=list)

    @property
    def words(self) -> str:
        """The stretch as text."""
        return self.text[self.start : self.end]


@dataclass(slots=True)
class Found:
    """What a production read: clauses, their join, the spans it accounts for, and notes for the reader."""

    clauses: list[Clause]
    spans: list[Span]
    join: str | None = None
    warnings: list[str] = field(default_factory=list)


# A clause by its defaults is twice as fast as by its constructor, which takes all its fields as keywords.
_EMPTY: list[Any] = [None, *Clause._field_defaults.values()]
_AT = {name: at for at, name in enumerate(Clause._fields)}


def clause(kind: TargetKind, **fields: Any) -> Clause:
    """A clause from the fields that say something."""
    values = _EMPTY.copy()
    values[0] = kind
    for name, value in fields.items():
        if value is not None and value != "":
            values[_AT[name]] = value
    return tuple.__new__(Clause, values)

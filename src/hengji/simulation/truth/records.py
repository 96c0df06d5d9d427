"""Records as plain rows: current versions, what is known on a day, filters, and validity of masters."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hengji.evidence.register import Register
from hengji.model.binding import Period

Row = Mapping[str, Any]
Filter = Mapping[str, Any]
_SEPARATOR = "\x1f"


def record_id(register: str, row: Row) -> str:
    """The number of a record: 16 hex digits that follow from its register, its source and the source's own key."""
    named = _SEPARATOR.join((register, str(row["source_system"]), str(row["source_key"])))
    return hashlib.sha256(named.encode()).hexdigest()[:16]


class Records:
    """All registers as they stood on a day.

    Rows with the same source and key are versions of one record: the greatest `version` counts, else the last given.
    Void records are out. An event that is dated after the day is not yet known, so that date is None. `emissions` is by
    year what was planted into the air, which no record tells.
    """

    def __init__(
        self,
        rows: Mapping[str, Sequence[Row]],
        registers: Mapping[str, Register],
        as_of: datetime.date,
        emissions: Mapping[int, Fraction] | None = None,
    ) -> None:
        self.emissions = emissions or {}
        self._rows = rows
        self._registers = registers
        self.as_of = as_of
        self._known: dict[str, list[Row]] = {}

    def at(self, as_of: datetime.date) -> Records:
        """The same registers on another day."""
        return Records(self._rows, self._registers, as_of, self.emissions)

    def held(self, register: str) -> bool:
        """Whether the register holds any record at all."""
        return bool(self._rows.get(register))

    def has(self, register: str, field: str) -> bool:
        """Whether the register has a field."""
        return any(f.name == field for f in self._registers[register].fields)

    def time(self, register: str) -> str:
        """The field that says when a record of the register happened."""
        return self._registers[register].time or ""

    def of(self, register: str) -> list[Row]:
        """Current records of a register that are not void, in the order given."""
        if register not in self._known:
            current = _latest(self._rows.get(register, ()))
            dated = [
                f.name for f in self._registers[register].fields if f.type in ("date", "datetime") and not f.future
            ]
            self._known[register] = [self._as_known(row, dated) for row in current if not row.get("void_reason")]
        return self._known[register]

    def fitting(self, register: str, wanted: Filter | None) -> list[Row]:
        """Current records that pass a filter."""
        return [row for row in self.of(register) if passes(row, wanted)]

    def _as_known(self, row: Row, dated: Sequence[str]) -> Row:
        later = [name for name in dated if (value := row.get(name)) is not None and day(value) > self.as_of]
        return {**row, **dict.fromkeys(later), _MASKED: tuple(later)} if later else row

    def valid(self, row: Row, on: datetime.date, start: str = "valid_from", end: str = "valid_to") -> bool:
        """Whether a row of a master is in force on a day; an absent end is open, a start not yet known is not begun."""
        if start in row.get(_MASKED, ()):
            return False
        begins, ends = row.get(start), row.get(end)
        return (begins is None or day(begins) <= on) and (ends is None or on <= day(ends))


_MASKED = "\x1fnot yet known"


def _latest(rows: Sequence[Row]) -> Iterable[Row]:
    current: dict[tuple[Any, Any], Row] = {}
    for row in rows:
        key = (row["source_system"], row["source_key"])
        held = current.get(key)
        if held is None or (row.get("version") or 0) >= (held.get("version") or 0):
            current[key] = row
    return current.values()


def day(value: datetime.date) -> datetime.date:
    """The day of a date or a moment."""
    return value.date() if isinstance(value, datetime.datetime) else value


def within(value: datetime.date | None, period: Period) -> bool:
    """Whether a date or moment lies in the period, both ends included."""
    return value is not None and period.start <= day(value) <= period.as_of


def passes(row: Row, wanted: Filter | None) -> bool:
    """Whether a row fits a filter: {field: value | [values] | {ge, gt, le, lt, ne, not_null, contains}}, all of them."""
    return all(_fits(row.get(name), condition) for name, condition in (wanted or {}).items())


def _fits(value: Any, condition: Any) -> bool:
    if isinstance(condition, Mapping):
        return all(_compares(value, word, other) for word, other in condition.items())
    if value is None:
        return False
    if isinstance(condition, (list, tuple)):
        return any(_same(value, c) for c in condition)
    return _same(value, condition)


def _compares(value: Any, word: str, other: Any) -> bool:
    if word == "not_null":
        return (value is not None) is bool(other)
    if value is None:
        return False
    if word == "contains":
        return str(other) in str(value)
    left, right = _comparable(value, other)
    answers = {
        "ge": lambda: left >= right, "gt": lambda: left > right, "le": lambda: left <= right,
        "lt": lambda: left < right, "ne": lambda: left != right,
    }  # fmt: skip
    if word not in answers:
        raise ValueError(f"unknown condition {word!r}")
    return bool(answers[word]())


def _same(value: Any, other: Any) -> bool:
    if isinstance(value, bool) or isinstance(other, bool):
        return value is other
    left, right = _comparable(value, other)
    return bool(left == right)


def _comparable(value: Any, other: Any) -> tuple[Any, Any]:
    """Both as the same kind: exact numbers, days where either is only a day, else as they are."""
    if isinstance(value, (int, Decimal)) and isinstance(other, (int, float, Decimal)):
        return Decimal(value), Decimal(str(other))
    if isinstance(other, str) and isinstance(value, datetime.date):
        parse = datetime.datetime if isinstance(value, datetime.datetime) and len(other) > 10 else datetime.date
        other = parse.fromisoformat(other)
    if isinstance(value, datetime.datetime) and not isinstance(other, datetime.datetime):
        return day(value), other
    return value, other

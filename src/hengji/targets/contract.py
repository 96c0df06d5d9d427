"""A reading as the JSON of the public contract (`hengji.target/1`)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hengji.model.target import Clause, Per, TargetReading

FORMAT = "hengji.target/1"
_ALWAYS = ("kind", "op", "number", "number2", "unit", "per", "scope")
_DEFAULTS = {name: Clause._field_defaults.get(name) for name in Clause._fields}


def reading_json(reading: TargetReading) -> dict[str, Any]:
    """A reading as plain data for `json.dumps`; numbers are decimal strings."""
    return {
        "format": FORMAT,
        "raw": reading.raw,
        "kind": reading.kind.value,
        "checkable": reading.checkable.value,
        "join": reading.join,
        "clauses": [clause_json(c) for c in reading.clauses],
        "leftover": reading.leftover,
        "warnings": list(reading.warnings),
    }


def clause_json(clause: Clause) -> dict[str, Any]:
    """The fields of a clause that say something, and always kind, comparator, numbers, unit, period and scope."""
    said: dict[str, Any] = {}
    for name, default in _DEFAULTS.items():
        value = getattr(clause, name)
        if name in _ALWAYS or value != default:
            said[name] = _plain(value)
    return said


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return number_text(value)
    if type(value) is Per:
        return {"n": value.n, "unit": value.unit}
    return list(value) if isinstance(value, tuple) else value


def number_text(number: Decimal) -> str:
    """The digits of a number as they were written, never with an exponent."""
    return format(number, "f")

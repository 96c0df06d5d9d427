"""Making a row fit a filter, so that every confirmed binding finds records."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from hengji.evidence.register import Register
from hengji.simulation.draw import Draw
from hengji.simulation.fields import Row, typed
from hengji.simulation.truth.records import day, passes

_LITTLE = {"integer": 1, "number": Decimal(1)}


def fit(row: Row, wanted: Mapping[str, Any] | None, shape: Register, chance: Draw, n: int = 0) -> None:
    """Change what keeps a row from passing a filter; of a set of values each comes up in turn.

    Raises:
        KeyError: the filter names a field that the register does not have.
    """
    kinds = {f.name: f for f in shape.fields}
    for name, condition in (wanted or {}).items():
        field = kinds[name]
        if isinstance(condition, Mapping):
            if not passes(row, {name: condition}):
                row[name] = _satisfying(row.get(name), condition, field, row, shape.time)
        elif isinstance(condition, (list, tuple)):
            row[name] = typed(condition[n % len(condition)], field.type)
        else:
            row[name] = typed(condition, field.type)


def _satisfying(value: Any, condition: Mapping[str, Any], field: Any, row: Row, time: str | None) -> Any:
    for word, other in condition.items():
        if word == "not_null":
            value = (value if value is not None else _anything(field, row, time)) if other else None
        elif word == "contains":
            value = str(other)
        elif word == "ne":
            value = next((e for e in field.enum or () if e != other), _other(value, other, field.type))
        elif value is None or not passes({"x": value}, {"x": {word: other}}):
            step = {"gt": 1, "lt": -1}.get(word, 0) * _step(field.type)
            bound = typed(other, field.type)
            value = bound + step if step else bound
    return value


def _step(kind: str) -> Any:
    if kind == "date":
        return datetime.timedelta(days=1)
    return datetime.timedelta(seconds=1) if kind == "datetime" else _LITTLE.get(kind, 1)


def _other(value: Any, other: Any, kind: str) -> Any:
    if kind == "boolean":
        return not other
    if kind == "string":
        return f"非{other}"
    return typed(other, kind) + _step(kind) if value is not None or kind in _LITTLE else None


def _anything(field: Any, row: Row, time: str | None) -> Any:
    """Some value of the field's type, near in time to the record."""
    at = row.get(time or "")
    if field.type in ("date", "datetime"):
        return None if at is None else typed(at if field.type == "datetime" else day(at), field.type)
    if field.type == "boolean":
        return True
    if field.type in _LITTLE:
        return _LITTLE[field.type]
    return next(iter(field.enum or ()), "有")

"""How one field of a record is made from its settings in the scenario."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from hengji.simulation.draw import Draw, rounded

Row = dict[str, Any]


class Making(NamedTuple):
    """What a field is made from: the row so far, chance, the year, the how-manieth row, and which object is wanted."""

    row: Row
    chance: Draw
    year: int
    n: int
    place: int | None
    registers: Mapping[str, Sequence[Row]]
    pool: Sequence[Any] | None
    time: str | None


def fill(making: Making, name: str, kind: str, spec: Mapping[str, Any]) -> None:
    """Put a field into the row (and those that come with a reference); left out where it is only sometimes there."""
    if "maybe" in spec and making.chance.random() >= spec["maybe"]:
        return
    if "of" in spec:
        _refer(making, name, spec)
        return
    made = next((maker(making, spec, kind) for word, maker in _MAKERS.items() if word in spec), None)
    if made is not None:
        making.row[name] = typed(made, kind)


def typed(value: Any, kind: str) -> Any:
    """A value as its field's type wants it."""
    if kind == "number":
        return Decimal(str(value))
    if kind == "integer":
        return int(value)
    if kind == "date" and isinstance(value, str):
        return datetime.date.fromisoformat(value)
    if kind == "date" and isinstance(value, datetime.datetime):
        return value.date()
    if kind == "datetime" and not isinstance(value, datetime.datetime):
        return datetime.datetime.combine(value, datetime.time(9))
    return value


def _refer(making: Making, name: str, spec: Mapping[str, Any]) -> None:
    rows = making.registers[spec["of"]]
    if making.pool is not None:
        wanted = set(making.pool)
        own = name if name in spec.get("fill", {}) or spec["field"] == name else spec["field"]
        rows = [r for r in rows if r.get(spec["field"]) in wanted or r.get(own) in wanted] or rows
    if not rows:
        return
    place = making.place
    if place is None and spec.get("unique"):
        place = making.n - 1
    found = rows[place % len(rows)] if place is not None else making.chance.choice(rows)
    making.row[name] = found[spec["field"]]
    for own, other in spec.get("fill", {}).items():
        making.row[own] = found.get(other)


def _choice(making: Making, spec: Mapping[str, Any], kind: str) -> Any:
    return making.chance.choices(spec["choice"], spec.get("weights"))[0]


def _text(making: Making, spec: Mapping[str, Any], kind: str) -> str:
    n = making.n if making.place is None else making.place + 1
    words = {name: making.chance.choice(options) for name, options in spec.get("parts", {}).items()}
    # Parts may count too: 科技{n}.
    return str(spec["text"]).format(**{k: v.format(n=n) for k, v in words.items()}, n=n, y=making.year)


def _value(making: Making, spec: Mapping[str, Any], kind: str) -> Any:
    value = spec["value"]
    return value.format(y=making.year, before=making.year - 1) if isinstance(value, str) else value


def _number(making: Making, spec: Mapping[str, Any], kind: str) -> Decimal:
    chance = making.chance
    if "uniform" in spec:
        number = chance.uniform(*spec["uniform"])
    elif "normal" in spec:
        number = chance.gauss(*spec["normal"])
    else:
        number = chance.tail(*spec["lognormal"])
    number = min(max(number, spec.get("least", -math.inf)), spec.get("most", math.inf))
    return rounded(number, spec.get("places", 2))


def _later(making: Making, spec: Mapping[str, Any], kind: str) -> Any:
    start = making.row.get(spec["after"])
    if start is None:
        return None
    if "hours" in spec:
        seconds = int(3600 * making.chance.tail(*spec["hours"]))
        return typed(start, "datetime") + datetime.timedelta(seconds=seconds)
    days = int(making.chance.tail(*spec["tail"])) if "tail" in spec else making.chance.randint(*spec["days"])
    return start + datetime.timedelta(days=days)


def _earlier(making: Making, spec: Mapping[str, Any], kind: str) -> Any:
    end = making.row.get(spec["before"])
    return None if end is None else end - datetime.timedelta(days=making.chance.randint(*spec["days"]))


_MAKERS: dict[str, Callable[[Making, Mapping[str, Any], str], Any]] = {
    "choice": _choice,
    "text": _text,
    "value": _value,
    "uniform": _number,
    "normal": _number,
    "lognormal": _number,
    "int": lambda m, s, k: m.chance.randint(*s["int"]),
    "share": lambda m, s, k: m.chance.random() < s["share"],
    "after": _later,
    "before": _earlier,
    "hash": lambda m, s, k: f"{m.chance.getrandbits(4 * s['hash']):0{s['hash']}x}",
    "person": lambda m, s, k: f"{s['person'][0]}{m.chance.randint(1, s['person'][1]):02d}",
    "time": lambda m, s, k: m.row.get(m.time or ""),
}

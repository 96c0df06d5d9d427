"""GB 3838: limits, classes and sets of items, by the edition in force on the day of the sampling."""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from hengji.evidence.errors import EvidenceError

CLASSES = {"I": "Ⅰ", "II": "Ⅱ", "III": "Ⅲ", "IV": "Ⅳ", "V": "Ⅴ"}


class Limit(NamedTuple):
    """What a value must keep to: at least `least` and at most `most`, where there is one.

    A value that is not detected keeps to it where `by_detection` and its detection limit do. `verified` tells whether
    the figure was checked.
    """

    least: Decimal | None
    most: Decimal | None
    by_detection: bool
    document: str
    verified: bool


class NonDetect(StrEnum):
    """What a value that is not detected stands for: anything up to its detection limit, or half of that limit."""

    LIMIT = "limit"
    HALF = "half"


class Measured(NamedTuple):
    """A result: its value, or (where it is None) the limit below which it was not detected."""

    value: Decimal | None
    detection_limit: Decimal | None = None


class WaterClass(NamedTuple):
    """The class of a sampling: `name` is None where non-detects leave it open, else Ⅰ to Ⅴ or 劣Ⅴ.

    `items` are those that make it (or leave it open), `verified` tells whether all limits were checked.
    """

    name: str | None
    items: tuple[str, ...]
    verified: bool


class ItemSet(NamedTuple):
    """Items that are judged together; `complete` where every item that the document asks for has a limit here."""

    items: tuple[str, ...]
    document: str
    verified: bool
    complete: bool


WORSE = "劣Ⅴ"


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("water.toml").read_text("utf-8"))


@cache
def editions() -> tuple[dict[str, Any], ...]:
    """All editions, the oldest first."""
    return tuple(_data()["edition"])


def spans(first: datetime.date, last: datetime.date) -> list[tuple[datetime.date, datetime.date]]:
    """The first and last day of each stretch of a period in which one edition is in force; empty before the first."""
    begins = [max(first, e["from"]) for e in editions() if e["from"] <= last]
    ends = [b - datetime.timedelta(days=1) for b in begins[1:]] + [last]
    return [(begin, end) for begin, end in zip(begins, ends, strict=False) if begin <= end]


def item_set(name: str, on: datetime.date) -> ItemSet:
    """The items that are judged in surface or in source water on a day; `name` is `surface` or `source`.

    Raises:
        EvidenceError: there is no such set on that day.
    """
    row = next((r for r in reversed(_data()["item_set"]) if r["name"] == name and r["from"] <= on), None)
    if row is None:
        raise EvidenceError(f"{on} 没有名为“{name}”的评价项目", f"there is no set of items {name!r} on {on}")
    return ItemSet(tuple(row["items"]), row["document"], row["verified"], row["complete"])


def set_spans(name: str, first: datetime.date, last: datetime.date) -> list[tuple[datetime.date, datetime.date]]:
    """The first and last day of each stretch of a period in which one edition of a set of items is in force.

    Raises:
        EvidenceError: there is no such set on the first day.
    """
    item_set(name, first)
    later = sorted(r["from"] for r in _data()["item_set"] if r["name"] == name and first < r["from"] <= last)
    ends = [day - datetime.timedelta(days=1) for day in later]
    return list(zip([first, *later], [*ends, last], strict=True))


def class_of(
    results: Mapping[str, Measured], on: datetime.date, non_detect: NonDetect = NonDetect.LIMIT, *, lake: bool = False
) -> WaterClass:
    """The class of a sampling: that of its worst item.

    An item that is not detected is at worst of the class of its detection limit; where that would decide, the class is
    open. With `NonDetect.HALF` it stands for half of that limit. An item without either is open altogether.

    Raises:
        EvidenceError: no edition is in force, or it has no limit for an item.
    """
    names = [*CLASSES.values(), WORSE]
    best, worst = {}, {}
    verified = True
    for item, (value, floor) in results.items():
        laws = [limit(item, name, on, lake=lake) for name in CLASSES.values()]
        verified = verified and all(law.verified for law in laws)
        if value is None and floor is not None and laws[0].by_detection:
            half = non_detect is NonDetect.HALF
            worst[item] = _place(floor / 2 if half else floor, laws)
            best[item] = worst[item] if half else 0
        else:
            best[item], worst[item] = (0, len(names) - 1) if value is None else (_place(value, laws),) * 2
    if not results:
        return WaterClass(None, (), verified)
    low, high = max(best.values()), max(worst.values())
    if low < high:
        return WaterClass(None, tuple(i for i in results if worst[i] > low), verified)
    return WaterClass(names[high], tuple(i for i in results if best[i] == high), verified)


def _place(value: Decimal, laws: list[Limit]) -> int:
    """The first class that a value keeps to, counted from 0; one more than the last where it keeps to none."""
    return next((place for place, law in enumerate(laws) if keeps(value, law)), len(laws))


def keeps(value: Decimal, law: Limit) -> bool:
    """Whether a value keeps to a limit; exactly at it does."""
    return (law.least is None or value >= law.least) and (law.most is None or value <= law.most)


def multiple(item: str, value: Decimal, wanted: str, on: datetime.date, *, lake: bool = False) -> Decimal | None:
    """By how many times a value exceeds its limit (超标倍数); None within it, and for pH and oxygen, which have none.

    Two places, half-even. Raises as `limit`.
    """
    law = limit(item, wanted, on, lake=lake)
    if law.most is None or law.least is not None or value <= law.most:
        return None
    return (value / law.most - 1).quantize(Decimal("0.01"), ROUND_HALF_EVEN)


def limit(item: str, wanted: str, on: datetime.date, *, lake: bool = False) -> Limit:
    """The limit of an item in a class on a day, in rivers or in lakes and reservoirs.

    Raises:
        EvidenceError: no edition is in force, or it names no such item or class.
    """
    law = next((e for e in reversed(editions()) if e["from"] <= on), None)
    name = law["also"].get(item, item) if law else item
    wanted = CLASSES.get(wanted.rstrip("类"), wanted.rstrip("类"))
    if law is None or wanted not in law["classes"]:
        raise EvidenceError(f"{on} 没有水质类别“{wanted}”的标准", f"there is no standard for class {wanted!r} on {on}")
    place = law["classes"].index(wanted)
    document, verified = law["document"], law["verified"]
    if name in law["range"]:
        low, high = law["range"][name]
        return Limit(Decimal(low), Decimal(high), False, document, verified)
    if name in law["least"]:
        return Limit(Decimal(law["least"][name][place]), None, False, document, verified)
    rows = law["most"] | (law["lake"] if lake else {})
    if name in rows:
        return Limit(None, Decimal(rows[name][place]), True, document, verified)
    raise EvidenceError(f"{document} 没有项目“{item}”的限值", f"{document} has no limit for {item!r}")

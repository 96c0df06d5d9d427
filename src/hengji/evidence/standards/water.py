"""GB 3838: the limits of an item for a class, by the edition in force on the day of the sampling."""

from __future__ import annotations

import datetime
import tomllib
from decimal import Decimal
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


@cache
def editions() -> tuple[dict[str, Any], ...]:
    """All editions, the oldest first."""
    return tuple(tomllib.loads(files(__package__).joinpath("water.toml").read_text("utf-8"))["edition"])


def limit(item: str, wanted: str, on: datetime.date) -> Limit:
    """The limit of an item in a class on a day.

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
    if name in law["most"]:
        return Limit(None, Decimal(law["most"][name][place]), True, document, verified)
    raise EvidenceError(f"{document} 没有项目“{item}”的限值", f"{document} has no limit for {item!r}")

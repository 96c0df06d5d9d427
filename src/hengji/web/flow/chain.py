"""The digest that ties an act of the trail to the one before it."""

from __future__ import annotations

import datetime
import hashlib
import json
from typing import NamedTuple

FIRST = "0" * 64
"""What stands before the first act."""


class Words(NamedTuple):
    """What is said of one act; nothing else of a row is proved, and nothing else of it is shown."""

    seq: int
    at: datetime.datetime
    who: str
    address: str
    what: str
    about: str
    object: str
    before: str
    after: str


def digest_of(words: Words, previous: str) -> str:
    """The SHA-256 of an act and of the digest before it.

    It is taken over the UTF-8 bytes of a JSON list without blanks: seq, time in UTC with six decimals, who, address,
    what, about, object, before, after, digest before; so anybody can recompute it from an export.
    """
    at = words.at.astimezone(datetime.UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    line = json.dumps([words.seq, at, *words[2:], previous], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(line.encode("utf-8", "surrogatepass")).hexdigest()

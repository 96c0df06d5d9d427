"""What a run over many documents is judged by, and what one document may cost."""

from __future__ import annotations

import datetime
from typing import NamedTuple

from hengji.model.review import Method


class Terms(NamedTuple):
    """What the results depend on besides the documents: entries made under other terms are not used again.

    `on` is the day whose law judges documents that tell no year; the others are judged as of 1 January of their year.
    """

    version: str
    pack: str
    method: Method
    on: datetime.date

    def as_json(self) -> dict[str, str]:
        """As plain data, for the first line of the ledger."""
        return {"version": self.version, "pack": self.pack, "method": self.method.value, "on": self.on.isoformat()}


class Limits(NamedTuple):
    """What one document may cost: seconds by the clock, and megabytes of memory beyond those of an idle process."""

    seconds: int = 120
    megabytes: int = 2048

"""A packet as it was read, and the object of the contract made of it."""

from __future__ import annotations

from typing import Any, NamedTuple

from hengji.hj212.problems import Problem


class Flag(NamedTuple):
    """The bits of Flag: is an answer wanted, is this a part of a split packet, which edition (0, 1, 2)."""

    answer: bool
    split: bool
    version: int


class Packet(NamedTuple):
    """What one packet, or one run of bytes outside packets, says; values are strings as sent.

    `raw` are the bytes as received, `segment` the text of the data segment, `profile` the name of the edition it was
    read by. `cp` holds the fields without suffix, `items` the others by code and suffix. `doubts` are names of what a
    receiver with a clock and neighbours should look at, though nothing in the packet is wrong (`swapped_digits`).
    """

    raw: bytes
    segment: str
    profile: str
    head: dict[str, str]
    flag: Flag | None
    cp: dict[str, str]
    items: dict[str, dict[str, str]]
    problems: tuple[Problem, ...] = ()
    doubts: tuple[str, ...] = ()
    garbage: bool = False

    @property
    def valid(self) -> bool:
        """Nothing at all to object to, in frame or data."""
        return not self.problems

    @property
    def intact(self) -> bool:
        """The frame can be trusted: whole, with the right CRC. What is not intact is neither stored nor answered."""
        return not self.garbage and not any(p.code in BROKEN for p in self.problems)

    @property
    def qn(self) -> str | None:
        """QN, from the head or, in answers of 2005, from CP."""
        return self.head.get("QN") or self.cp.get("QN")

    def as_dict(self) -> dict[str, Any]:
        """The object of the contract."""
        _, _, _, head, flag, cp, items, problems, _, _ = self
        return {
            "valid": not problems,
            "problems": [p._asdict() for p in problems] if problems else [],
            "head": head,
            "flag": flag and {"answer": flag[0], "split": flag[1], "version": flag[2]},
            "cp": cp,
            "items": items,
            "more": [],
        }


BROKEN = frozenset({"H01", "H06", "H07", "H08", "H44", "H46", "H48", "H49"})

"""Names, units and data types of the factor codes (`factors.csv`, from the tables of 2005 and 2017 and from the field).

A unit here is the table's; devices send others, so the register of outlets decides (see the note of a factor).
"""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from typing import NamedTuple


class Factor(NamedTuple):
    """One row of the table; empty where its source says nothing."""

    code_2017: str
    code_2005: str
    name_zh: str
    medium: str
    conc_unit: str
    emission_unit: str
    data_type: str
    source: str
    note: str


@cache
def factors() -> dict[str, Factor]:
    """All factors by their codes of either edition; where both have a code, the one of 2017 counts."""
    table = files(__package__).joinpath("factors.csv").read_text(encoding="utf-8")
    rows = [Factor(**row) for row in csv.DictReader(table.splitlines())]
    old = {row.code_2005: row for row in reversed(rows) if row.code_2005}
    return old | {row.code_2017: row for row in reversed(rows) if row.code_2017}


def factor(code: str) -> Factor | None:
    """The factor of a code as sent; numbered devices (e70101, i33312) are found under their pattern (e701xx, i3331x)."""
    known = factors()
    for pattern in (code, code[:-2] + "xx", code[:-1] + "x"):
        if pattern in known and (pattern == code or code[len(pattern.rstrip("x")) :].isdecimal()):
            return known[pattern]
    return None

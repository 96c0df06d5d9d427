"""Units of several systems matched to one register of enterprises: by code, by name, by likeness; doubts go to people."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from rapidfuzz import fuzz, process

_ALIKE, _NEAR = 80, 90  # of 100: names, and the addresses that have to agree with them
_FORMS = ("股份有限公司", "有限责任公司", "有限公司", "公司")
_SIGNS = re.compile(r"[\s()·,.\-]+")
_NUMBERS = re.compile(r"\d+|[一二三四五六七八九十]+")
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " "}


class How(StrEnum):
    """How a unit was matched, or why it was not."""

    CODE = "code"
    NAME = "name"
    LIKENESS = "likeness"
    SEVERAL = "several"
    NONE = "none"


class Unit(NamedTuple):
    """A unit as a system writes it; `code` is empty where it has none."""

    code: str
    name: str
    address: str = ""


class Match(NamedTuple):
    """The enterprise that a unit is (its code), or None; where several may be it, `candidates` names them."""

    code: str | None
    how: How
    candidates: tuple[str, ...] = ()


def plain(name: str) -> str:
    """A name without signs, blanks, full-width letters and the legal form: what two ways to write it have in common."""
    name = _SIGNS.sub("", name.translate(_WIDE)).upper()
    for form in _FORMS:
        if name.endswith(form) and len(name) > len(form):
            return name.removesuffix(form)
    return name


class Enterprises:
    """The register that is matched to."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self._by_code = {unit.code: unit for unit in units}
        self._by_name: dict[str, list[str]] = defaultdict(list)
        # Candidates must share their numbers: 一厂 is not 二厂, however alike.
        self._by_numbers: dict[tuple[str, ...], dict[str, str]] = defaultdict(dict)
        for code, unit in self._by_code.items():
            name = plain(unit.name)
            self._by_name[name].append(code)
            self._by_numbers[_numbers(name)][code] = name

    def match(self, unit: Unit) -> Match:
        """The one enterprise that a unit is.

        A code decides, and one that the register does not have is never overruled by a name. Without a code the name
        decides where one enterprise has it, the address among several; else the most alike name whose address agrees,
        if only one is so.
        """
        if unit.code:
            return Match(unit.code, How.CODE) if unit.code in self._by_code else Match(None, How.NONE)
        name = plain(unit.name)
        same = self._by_name.get(name, [])
        if len(same) == 1:
            return Match(same[0], How.NAME)
        near = [code for code in same if self._agrees(unit, code)]
        if same:
            return Match(near[0], How.NAME) if len(near) == 1 else Match(None, How.SEVERAL, tuple(same))
        alike = process.extract(name, self._by_numbers.get(_numbers(name), {}), scorer=fuzz.ratio, score_cutoff=_ALIKE)
        codes = [code for _, _, code in alike]
        near = [code for code in codes if self._agrees(unit, code)]
        if len(near) == 1:
            return Match(near[0], How.LIKENESS)
        return Match(None, How.SEVERAL, tuple(codes)) if codes else Match(None, How.NONE)

    def _agrees(self, unit: Unit, code: str) -> bool:
        """Whether the addresses are alike; one that is missing agrees with nothing."""
        ours, theirs = (_SIGNS.sub("", a.translate(_WIDE)) for a in (unit.address, self._by_code[code].address))
        return bool(ours and theirs) and _numbers(ours) == _numbers(theirs) and fuzz.ratio(ours, theirs) >= _NEAR


def _numbers(text: str) -> tuple[str, ...]:
    return tuple(_NUMBERS.findall(text))

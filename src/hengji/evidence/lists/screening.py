"""Which units belong on a list of key units, each with its reasons (部令27号); a plain algorithm over plain rows."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

from hengji.evidence.lists.rules import rules


class Load(NamedTuple):
    """What a unit emitted of a pollutant in a year, in tonnes."""

    enterprise: str
    pollutant: str
    emitted: Decimal


class Reason(NamedTuple):
    """Why a unit belongs on a list, in both languages."""

    zh: str
    en: str


class Screened(NamedTuple):
    """The units by list and code with their reasons, the limit of each pollutant, and what was not checked.

    `limits` is by list and pollutant the load of the last unit taken; `unverified` the document of rules not checked.
    """

    units: Mapping[tuple[str, str], tuple[Reason, ...]]
    limits: Mapping[tuple[str, str], Decimal]
    not_checked: tuple[str, ...]
    unverified: tuple[str, ...]


def screen(loads: Iterable[Load], industries: Mapping[str, str], on: datetime.date) -> Screened:
    """The units that the rules of a day put on the lists.

    Loads of one unit and pollutant are added up. Sorted by load, the largest first (equal ones by code), units are taken
    until they make the share of the whole load; units with the load of the last one taken belong too, since the limit
    that follows holds for them as well. `industries` is by unit its code of GB/T 4754.
    """
    law = rules("key_units", on)
    by_pollutant: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for enterprise, pollutant, emitted in loads:
        if emitted > 0:
            by_pollutant[pollutant][enterprise] += emitted
    found: dict[tuple[str, str], list[Reason]] = defaultdict(list)
    limits = {}
    for rule in law["load"]:
        for pollutant in rule["pollutants"]:
            units = by_pollutant.get(pollutant)
            if units:
                limits[rule["list"], pollutant] = _by_load(
                    found, rule["list"], pollutant, units, Decimal(rule["share"])
                )
    for rule in law["any"]:
        for pollutant in rule["pollutants"]:
            for enterprise in by_pollutant.get(pollutant, ()):
                zh, en = f"排放第一类污染物{pollutant}", f"discharges {pollutant}, a pollutant of the first class"
                found[rule["list"], enterprise].append(Reason(zh, en))
    for rule in law["industry"]:
        codes = tuple(rule["codes"])
        for enterprise, industry in industries.items():
            # Some systems write the letter of the section before the digits.
            if industry.lstrip("ABCDEFGHIJKLMNOPQRST").startswith(codes):
                found[rule["list"], enterprise].append(Reason(f"行业代码 {industry}", f"industry code {industry}"))
    reasons = {key: tuple(those) for key, those in sorted(found.items())}
    unverified = () if law["verified"] else (law["document"],)
    return Screened(reasons, limits, tuple(law["not_checked"]), unverified)


def _by_load(
    found: dict[tuple[str, str], list[Reason]],
    name: str,
    pollutant: str,
    units: Mapping[str, Decimal],
    share: Decimal,
) -> Decimal:
    """Take units by their load; the limit that comes of it."""
    whole = sum(units.values(), Decimal(0))
    taken, limit = Decimal(0), Decimal(0)
    enough, asked = share * whole, f"{(100 * share).normalize():f}"
    for place, (load, enterprise) in enumerate(
        sorted(((v, k) for k, v in units.items()), key=lambda x: (-x[0], x[1])), 1
    ):
        if taken >= enough and load < limit:
            break
        taken += load
        limit = load
        so_far = f"{100 * taken / whole:.2f}%"
        found[name, enterprise].append(Reason(
            f"{pollutant} 排放量第 {place} 位（{load:f} t），累计 {so_far}，筛选比例 {asked}%",
            f"{pollutant}: number {place} by load ({load:f} t), {so_far} together, share asked {asked} %",
        ))  # fmt: skip
    return limit

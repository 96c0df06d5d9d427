"""The lists: key units that belong on their list, and the fields of outfalls."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hengji.model.binding import ActualStatus, Period
from hengji.simulation.truth.answer import Answer, nothing, rate
from hengji.simulation.truth.environment import standards
from hengji.simulation.truth.records import Records, within


def key_list_coverage(records: Records, params: Mapping[str, Any], period: Period) -> Answer:
    """Units on the list of key units among those that its rules put there, by unit and list."""
    if not (records.held("emission_stat") and records.held("key_unit_list")):
        return nothing(ActualStatus.INSUFFICIENT)
    law = standards()["lists"]
    loads: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
    for row in records.fitting("emission_stat", params.get("filter")):
        if row["year"] == (params.get("year") or period.year - 1) and row.get("emitted") and row.get("reported_on"):
            loads[row["pollutant"], row["enterprise"]] += Fraction(row["emitted"])
    wanted = set()
    for pollutant, unit in loads:
        mine, rest = loads[pollutant, unit], [v for (p, _), v in loads.items() if p == pollutant]
        # A unit is taken where those above it do not make the share by themselves.
        above = sum((v for v in rest if v > mine), Fraction(0))
        for name, pollutants in law["load"].items():
            if pollutant in pollutants and above < Fraction(law["share"]) * sum(rest, Fraction(0)):
                wanted.add((name, unit))
        if pollutant in law["any"]:
            wanted.add(("水", unit))
    for row in records.of("enterprise"):
        digits = "".join(c for c in row.get("industry") or "" if c.isdigit())
        in_soil = digits.startswith(tuple(law["soil"])) and row.get("status") != "关闭"
        if in_soil and records.valid(row, period.as_of):
            wanted.add(("土壤", row["uscc"]))
    listed = {(r["list_type"], r["enterprise"]) for r in records.of("key_unit_list") if records.valid(r, period.as_of)}
    asked = [key for key in wanted if not params.get("lists") or key[0] in params["lists"]]
    return rate([(Fraction(key in listed), Fraction(1)) for key in asked], held=True)


def outfall_completeness(records: Records, params: Mapping[str, Any], period: Period) -> Answer:
    """Mandatory fields that are filled among all of the outfalls surveyed in the period."""
    law = standards()["lists"]
    cases = []
    for row in records.fitting("outfall", params.get("filter")):
        if within(row.get("surveyed_on"), period):
            filled = [name for name in law["outfall"] if row.get(name) is not None]
            for name, (low, high) in law["bounds"].items():
                if name in filled and not Decimal(low) <= row[name] <= Decimal(high):
                    filled.remove(name)
            cases.append((Fraction(len(filled)), Fraction(len(law["outfall"]))))
    return rate(cases, records.held("outfall"))


def source_update_rate(records: Records, params: Mapping[str, Any], period: Period) -> Answer:
    """Due records of source systems that are one enterprise's and were updated in time.

    The generator writes names in ways that only differ by signs, spaces and the legal form, so that no likeness has to
    be weighed here.
    """
    enterprises = {r["uscc"]: r for r in records.of("enterprise") if records.valid(r, period.as_of)}
    names: dict[str, set[str]] = defaultdict(set)
    for code, row in enterprises.items():
        names[_plain(row["name"])].add(code)
    cases = []
    for row in records.fitting("source_unit", params.get("filter")):
        if within(row.get("due_on"), period):
            one = row.get("uscc") in enterprises or (not row.get("uscc") and len(names[_plain(row["name"])]) == 1)
            in_time = row.get("updated_on") is not None and row["updated_on"] <= row["due_on"]
            cases.append((Fraction(one and in_time), Fraction(1)))
    return rate(cases, records.held("source_unit") and records.held("enterprise"))


def _plain(name: str) -> str:
    for form in ("股份有限公司", "有限责任公司", "有限公司", "公司"):
        name = name.removesuffix(form)
    return "".join(c for c in name if c not in " （）()")

"""The lists: key units that belong on theirs, outfalls told wholly, units of other systems kept up to date."""

from __future__ import annotations

import importlib.util
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import ibis
import ibis.expr.types as ir

from hengji.evidence.lists.rules import rules
from hengji.evidence.lists.screening import Load, Screened, screen
from hengji.evidence.measures.base import (
    COUNTS,
    ONE,
    Cases,
    Figure,
    Params,
    Scope,
    as_number,
    insufficient,
    no_records,
    reason,
    records,
    unchecked,
    within,
)  # fmt: skip

_SHOWN = 20


def key_list_coverage(scope: Scope, params: Params) -> Cases | Figure:
    """Units on the list of key units among those that its rules put there, by unit and list.

    Loads are those of the statistics of the year before (or of `year`); the list is that of the last day of the period.
    The screening is explained beside the figure: limits, who is missing and why, and what could not be checked.
    """
    for name in ("emission_stat", "key_unit_list"):
        if not scope.engine.holds(name):
            return no_records(name)
    found = _screened(scope, params)
    listed = records(scope, "key_unit_list")
    last = ibis.literal(scope.period.as_of)
    valid = ~listed.void & (listed.valid_from <= last) & (listed.valid_to.isnull() | (listed.valid_to >= last))
    those = scope.engine.run(listed.filter(valid).select("enterprise", "list_type").distinct())
    held = {(r["list_type"], r["enterprise"]) for r in those}
    wanted = [key for key in found.units if not params.get("lists") or key[0] in params["lists"]]
    rows = [{"case": "|".join(key), "num": int(key in held), "den": 1} for key in wanted]
    table = scope.engine.values(rows, {"case": "string", "num": "int64", "den": "int64"}).mutate(excluded=COUNTS)
    extras = {f"limit:{name} {p}": f"{v:f} t" for (name, p), v in found.limits.items()}
    missing = [key for key in wanted if key not in held]
    for name, unit in missing[:_SHOWN]:
        extras[f"missing:{name} {unit}"] = "；".join(reason.zh for reason in found.units[name, unit])
    if len(missing) > _SHOWN:
        extras["missing_more"] = str(len(missing) - _SHOWN)
    extras["not_checked"] = "；".join(found.not_checked)
    return Cases(
        table, None, finish=lambda f: f if f.value is None else unchecked(replace(f, extras=extras), found.unverified)
    )


def _screened(scope: Scope, params: Params) -> Screened:
    year = int(params.get("year") or scope.period.year - 1)
    table = records(scope, "emission_stat", params.get("filter"))
    table = table.filter(~table.void & (table.year == year) & table.emitted.notnull() & table.reported_on.notnull())
    sums = table.group_by(["enterprise", "pollutant"]).aggregate(emitted=table.emitted.sum())
    loads = [Load(r["enterprise"], r["pollutant"], Decimal(r["emitted"]).normalize()) for r in scope.engine.run(sums)]
    return screen(loads, _industries(scope), scope.period.as_of)


def _industries(scope: Scope) -> Mapping[str, str]:
    if not scope.engine.holds("enterprise"):
        return {}
    table = records(scope, "enterprise")
    table = table.filter(~table.void & _in_force(table, scope))
    table = table.filter(table.industry.notnull() & (table.status != "关闭").fill_null(True))
    found = scope.engine.run(table.group_by("uscc").aggregate(industry=table.industry.min()))
    return {r["uscc"]: r["industry"] for r in found}


def outfall_completeness(scope: Scope, params: Params) -> Cases | Figure:
    """Fields that are filled among those that the list of outfalls must have, of the outfalls surveyed in the period.

    A coordinate outside China, as one that was swapped, does not count as filled.
    """
    if not scope.engine.holds("outfall"):
        return no_records("outfall")
    law = rules("outfall", scope.period.as_of)
    table = records(scope, "outfall", params.get("filter"))
    table = table.filter(within(table.surveyed_on, scope.period))
    filled = []
    for name in law["fields"]:
        test = table[name].notnull()
        if name in ("longitude", "latitude"):
            low, high = (Decimal(bound) for bound in law[name])
            test = test & (table[name] >= low) & (table[name] <= high)
        filled.append(as_number(test))
    num = filled[0]
    for more in filled[1:]:
        num = num + more
    cases = table.select(case=table.record_id, num=num, den=ONE * len(filled), excluded=reason(table.void))
    documents = () if law["verified"] else (law["document"],)
    return Cases(cases, "outfall", finish=lambda f: f if f.value is None else unchecked(f, documents))


def source_update_rate(scope: Scope, params: Params) -> Cases | Figure:
    """Due records of source systems that are one enterprise of the register and were updated in time.

    Beside it: how they were matched, and those that people have to look at. Insufficient without rapidfuzz, which it says.
    """
    for name in ("source_unit", "enterprise"):
        if not scope.engine.holds(name):
            return no_records(name)
    if importlib.util.find_spec("rapidfuzz") is None:
        return insufficient(
            "没有安装 rapidfuzz，不能比对单位；请安装 hengji[lists]",
            "rapidfuzz is not installed, so units cannot be matched; install hengji[lists]",
        )
    from hengji.evidence.lists.matching import Enterprises, How, Unit  # only with the extra

    masters = records(scope, "enterprise")
    masters = masters.filter(~masters.void & _in_force(masters, scope))
    register = Enterprises(
        Unit(r["uscc"], r["name"], r["address"] or "")
        for r in scope.engine.run(masters.select("uscc", "name", "address"))
    )
    table = records(scope, "source_unit", params.get("filter"))
    table = table.filter(within(table.due_on, scope.period))
    live = scope.engine.run(table.filter(~table.void).select("name", "uscc", "address").distinct())
    counts = Counter[str]()
    doubtful, rows = [], []
    for row in live:
        match = register.match(Unit(row["uscc"] or "", row["name"], row["address"] or ""))
        counts[match.how.value] += 1
        rows.append(
            {"n": row["name"], "u": row["uscc"] or "", "a": row["address"] or "", "one": int(match.code is not None)}
        )
        if match.how in (How.SEVERAL, How.NONE):
            doubtful.append(f"{row['name']}：{'、'.join(match.candidates) or '企业信息库中没有'}")
    matched = scope.engine.values(rows, {"n": "string", "u": "string", "a": "string", "one": "int64"})
    keys = [table.name == matched.n, table.uscc.fill_null("") == matched.u, table.address.fill_null("") == matched.a]
    joined = table.left_join(matched, keys)
    in_time = (joined.updated_on <= joined.due_on).fill_null(False) & (joined.one == 1).fill_null(False)
    cases = joined.select(case=joined.record_id, num=as_number(in_time), den=ONE, excluded=reason(joined.void))
    extras = {f"matched:{how}": str(n) for how, n in sorted(counts.items())}
    extras |= {f"doubtful:{n}": said for n, said in enumerate(sorted(doubtful)[:_SHOWN], 1)}
    return Cases(cases, "source_unit", finish=lambda f: replace(f, extras=extras))


def _in_force(table: ir.Table, scope: Scope) -> ir.BooleanValue:
    last = ibis.literal(scope.period.as_of)
    begun = table.valid_from.isnull() | (table.valid_from <= last)
    return begun & (table.valid_to.isnull() | (table.valid_to >= last))

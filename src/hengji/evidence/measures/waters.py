"""Water: samplings within their class, and sections whose class did not fall."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

import ibis
import ibis.expr.types as ir

from hengji.evidence.errors import EvidenceError
from hengji.evidence.measures.base import (
    NUMBER,
    ONE,
    Cases,
    Figure,
    Params,
    Scope,
    as_number,
    behind,
    day,
    field_of,
    first_of,
    fraction,
    known,
    no_records,
    records,
    time_of,
    unchecked,
    within,
)  # fmt: skip
from hengji.evidence.standards import water
from hengji.evidence.standards.water import Measured, NonDetect
from hengji.model.binding import Period

_LOWEST, _HIGHEST = Decimal(-(10**13)), Decimal(10**13)  # no limit at this end
_SIX = Decimal("0.000001")


class _Items(NamedTuple):
    """The items that are judged from a day to a day, with the documents of what was not checked."""

    first: datetime.date
    last: datetime.date
    items: tuple[str, ...]
    unverified: tuple[str, ...]


def _asked(period: Period, params: Params) -> list[_Items]:
    """The items by stretches of days in which the same limits and the same set of items are in force.

    Raises:
        EvidenceError: neither items nor a set of them is named, or there is no such set.
    """
    found = []
    for first, last in water.spans(period.start, period.as_of):
        if not params.get("item_set"):
            if not params.get("items"):
                raise EvidenceError("水质评价要给出 items 或 item_set", "water needs items or an item_set")
            found.append(_Items(first, last, tuple(dict.fromkeys(params["items"])), ()))
            continue
        for begin, end in water.set_spans(params["item_set"], first, last):
            chosen = water.item_set(params["item_set"], begin)
            whole = "" if chosen.complete else "（不含没有限值的项目 / without items that have no limit here）"
            unverified = () if chosen.verified and chosen.complete else (f"{chosen.document} 评价项目{whole}",)
            found.append(_Items(begin, end, chosen.items, unverified))
    return found


def water_compliance_rate(scope: Scope, params: Params) -> Cases | Figure:
    """Samplings within the class among samplings, by number, by volume, or sections always within it."""
    register = params["register"]
    known(register)
    if not scope.engine.holds(register):
        return no_records(register)
    date = params.get("date") or time_of(register)
    table = records(scope, register, params.get("filter"), date)
    at = field_of(table, register, date)
    table = table.select("record_id", "void", "section", "item", "value", "detection_limit", "volume", on=day(at))
    each = _judged(scope, table.filter(~table.void), params)
    each = each.mutate(
        excluded=first_of((each.had < each.need, "missing_item"), (each.open > 0, "cannot_judge")),
        case=each.section.concat("|", each.on.cast("string")),
    )  # fmt: skip
    basis = params.get("basis", "times")
    blocking = ("missing_item", "cannot_judge")
    name = table.section if basis == "section" else table.section.concat("|", table.on.cast("string"))
    told = behind(register, table, name)
    if basis == "section":
        sections = each.group_by(case=each.section).aggregate(bad=each.bad.max(), excluded=each.excluded.max())
        return Cases(
            sections.select("case", "excluded", num=as_number(sections.bad == 0), den=ONE),
            None,
            blocking=blocking,
            behind=told,
            finish=_mark(scope, params),
        )
    size = each.volume.fill_null(0) if basis == "volume" else ONE.cast(NUMBER)
    zero = ibis.literal(0).cast(NUMBER)
    return Cases(
        each.select("case", "excluded", num=(each.bad == 0).ifelse(size, zero), den=size),
        None,
        blocking=blocking,
        behind=told,
        finish=_mark(scope, params),
    )


def _judged(scope: Scope, table: ir.Table, params: Params) -> ir.Table:
    """Of each sampling how many items it `had`, and whether a value breaks its limit (`bad`) or may (`open`)."""
    wanted, lake = params.get("class", "Ⅲ"), params.get("body", "river") == "lake"
    rows = []
    for begins, ends, items, _ in _asked(scope.period, params):
        for item in items:
            law = water.limit(item, wanted, begins, lake=lake)
            # No nulls among them: not every engine takes a table of values with empty decimals.
            rows.append({"name": item, "begins": begins, "ends": ends, "need": len(items),
                         "least": law.least if law.least is not None else _LOWEST,
                         "most": law.most if law.most is not None else _HIGHEST, "by_detection": law.by_detection})  # fmt: skip
    kinds = {"name": "string", "need": "int64", "begins": "date", "ends": "date", "least": "decimal(20,6)", "most": "decimal(20,6)",
             "by_detection": "boolean"}  # fmt: skip
    limits = scope.engine.values(rows, kinds)
    joined = table.left_join(limits, [table["item"] == limits.name, table.on >= limits.begins, table.on <= limits.ends])
    outside = (joined.value < joined.least) | (joined.value > joined.most)
    # Twice the limit, not half of what is read: a quotient is not exact in every engine.
    twice = joined.detection_limit * (1 if params.get("non_detect", "limit") == "half" else 2)
    detected = (joined.by_detection & (twice <= joined.most * 2)).fill_null(False)
    hidden = joined.name.notnull() & joined.value.isnull() & ~detected
    joined = joined.mutate(bad=as_number(outside), open=as_number(hidden))
    return joined.group_by(["section", "on"]).aggregate(
        volume=joined.volume.max(),
        need=joined.need.max().fill_null(1),
        had=joined.name.nunique(),
        bad=joined.bad.max(),
        open=joined.open.max(),
    )


def _mark(scope: Scope, params: Params) -> Callable[[Figure], Figure]:
    """What says on the figure that a limit it rests on was not checked."""
    laws = [water.limit(item, params.get("class", "Ⅲ"), first)
            for first, _, items, _ in _asked(scope.period, params) for item in items]  # fmt: skip
    documents = [law.document for law in laws if not law.verified]
    documents += [name for asked in _asked(scope.period, params) for name in asked.unverified]
    return lambda figure: figure if figure.value is None else unchecked(figure, list(dict.fromkeys(documents)))


def water_class_kept(scope: Scope, params: Params) -> Cases | Figure:
    """Sections whose class is not worse than a year before, among sections that have one in both years.

    The class is that of the means of the samplings of the period, item by item; what is not detected stands for half of
    its detection limit. The figure tells class and items that exceed class Ⅲ beside each section.
    """
    register = params["register"]
    known(register)
    if not scope.engine.holds(register):
        return no_records(register)
    lake = params.get("body", "river") == "lake"
    periods = (scope.period.before(), scope.period)
    means = _means(scope, params, periods)
    rows, extras = [], {}
    for section in sorted({name for name, _ in means}):
        told, excluded, places = [], "", []
        for period in periods:
            values = means.get((section, period.year), {})
            need = _asked(period, params)[-1].items
            if not values:
                excluded = excluded or "no_pair"
            elif set(need) - set(values):
                excluded = excluded or "missing_item"
            else:
                found = water.class_of(values, period.as_of, NonDetect.HALF, lake=lake)
                excluded = excluded or ("" if found.name else "cannot_judge")
                places.append(_PLACES.index(found.name) if found.name else 0)
                told.append(f"{period.year} {found.name or '?'}{_beyond(values, period.as_of, lake=lake)}")
        extras[f"class:{section}"] = " → ".join(told)
        rows.append({"case": section, "num": int(not excluded and places[1] <= places[0]), "den": 1, "why": excluded})
    cases = scope.engine.values(rows, {"case": "string", "num": "int64", "den": "int64", "why": "string"})
    reasons = ((cases.why == why, why) for why in ("no_pair", "missing_item", "cannot_judge"))
    table = cases.select("case", "num", "den", excluded=first_of(*reasons))
    mark = _mark(scope, params)
    return Cases(
        table, None, blocking=("missing_item", "cannot_judge"), behind=_behind_class(scope, params, periods),
        finish=lambda figure: mark(replace(figure, extras=extras)),
    )  # fmt: skip


_PLACES = (*water.CLASSES.values(), water.WORSE)


def _beyond(values: Mapping[str, Measured], on: datetime.date, *, lake: bool) -> str:
    """The items above class Ⅲ with by how many times; oxygen and pH, which have no such number, by name."""
    named = []
    for item, (value, _) in values.items():
        if value is None or water.keeps(value, water.limit(item, "Ⅲ", on, lake=lake)):
            continue
        times = water.multiple(item, value, "Ⅲ", on, lake=lake)
        named.append(item if times is None else f"{item}({times})")
    return f" {'、'.join(named)}" if named else ""


def _samplings(scope: Scope, params: Params, periods: Sequence[Period]) -> ir.Table:
    register = params["register"]
    table = records(scope, register, params.get("filter"))
    at = field_of(table, register, params.get("date") or time_of(register))
    return table.filter(ibis.or_(*(within(at, p) for p in periods))).mutate(on=day(at))


def _behind_class(scope: Scope, params: Params, periods: Sequence[Period]) -> Any:
    table = _samplings(scope, params, periods)
    return behind(params["register"], table, table.section)


def _means(scope: Scope, params: Params, periods: Sequence[Period]) -> Mapping[tuple[str, int], Mapping[str, Measured]]:
    """By section and year the mean of every item that is judged; an item that was never detected keeps its limit."""
    table = _samplings(scope, params, periods)
    table = table.filter(~table.void)
    wanted = {item for period in periods for asked in _asked(period, params) for item in asked.items}
    table = table.filter(table["item"].isin(sorted(wanted)))
    found = scope.engine.run(
        table.mutate(year=table.on.year()).group_by(["section", "item", "year"]).aggregate(
            total=table.value.sum(), values=table.value.count(),
            floors=table.value.isnull().ifelse(table.detection_limit, ibis.null(NUMBER)).sum(),
            hidden=(table.value.isnull() & table.detection_limit.notnull()).sum(),
            highest=table.value.isnull().ifelse(table.detection_limit, ibis.null(NUMBER)).max(),
        )
    )  # fmt: skip
    means: dict[tuple[str, int], dict[str, Measured]] = defaultdict(dict)
    for row in found:
        size = row["values"] + row["hidden"]
        if not size:
            continue
        mean = (fraction(row["total"]) + fraction(row["floors"]) / 2) / size
        value = None if not row["values"] else Decimal(round(mean / Fraction(_SIX))) * _SIX
        means[row["section"], row["year"]][row["item"]] = Measured(value, row["highest"])
    return means

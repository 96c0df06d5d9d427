"""Time as a quantity: hours of online data, and minutes of a service that should never stop."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from hengji.model.binding import ActualStatus, Period
from hengji.simulation.truth.answer import Answer, nothing, rate
from hengji.simulation.truth.records import Filter, Records, Row, passes

Params = Mapping[str, Any]
Moment = datetime.datetime
_HOUR = datetime.timedelta(hours=1)
_DAY = datetime.timedelta(days=1)


class Span(NamedTuple):
    """From a moment up to another, that one not included."""

    start: Moment
    end: Moment


def bounds(period: Period) -> Span:
    """The period as moments: from midnight of its first day to midnight after its last."""
    return Span(midnight(period.start), midnight(period.as_of) + _DAY)


def midnight(on: datetime.date) -> Moment:
    """The beginning of a day; a moment stays what it is."""
    return on if isinstance(on, Moment) else Moment.combine(on, datetime.time())


def transmission_rate(records: Records, params: Params, period: Period) -> Answer:
    """Hours received in time among hours due, by outlet and factor."""
    return _hours(records, params, period, None)


def effective_transmission_rate(records: Records, params: Params, period: Period) -> Answer:
    """Hours received in time with a valid flag among hours due."""
    return _hours(records, params, period, frozenset(params.get("valid_flags", ["N"])))


def _hours(records: Records, params: Params, period: Period, flags: frozenset[str] | None) -> Answer:
    wanted: Filter = params.get("filter") or params.get("outlets") or {"online_required": True}
    late = datetime.timedelta(days=int(params.get("late_days", 10)))
    due: dict[tuple[str, str], set[Moment]] = {}
    for outlet, hours in _due_hours(records, wanted, period).items():
        named = params.get("items")
        for item in named if named is not None else _items(records, wanted, outlet):
            due[outlet, item] = hours
    received: dict[tuple[str, str], set[Moment]] = {key: set() for key in due}
    for row in records.of("online_data"):
        key = (row["outlet_no"], row["item"])
        if key not in due or (flags is not None and row["flag"] not in flags):
            continue
        hour, arrived = row["data_time"], row["received_at"]
        if arrived is not None and arrived <= hour + _HOUR + late and hour in due[key]:
            received[key].add(hour)
    cases = [(len(received[key]), len(hours)) for key, hours in due.items() if hours]
    return rate(cases, records.held("online_data"))


def _items(records: Records, wanted: Filter, outlet: str) -> list[str]:
    rows = [r for r in records.fitting("outlet", wanted) if r["outlet_no"] == outlet]
    return sorted({item.strip() for r in rows for item in (r.get("items") or "").split(";") if item.strip()})


def _due_hours(records: Records, wanted: Filter, period: Period) -> dict[str, set[Moment]]:
    """For each outlet the hours of the period in its validity and outside of every filed stop."""
    stops = defaultdict(list)
    for notice in records.of("stop_notice"):
        if notice.get("from_at") is not None:
            stops[notice["outlet_no"]].append(Span(notice["from_at"], notice.get("to_at") or Moment.max))
    due: dict[str, set[Moment]] = {}
    for row in records.fitting("outlet", wanted):
        hours = due.setdefault(row["outlet_no"], set())
        on = period.start
        while on <= period.as_of:
            if records.valid(row, on):
                hours.update(midnight(on) + n * _HOUR for n in range(24))
            on += _DAY
    for outlet, hours in due.items():
        for start, end in stops.get(outlet, ()):
            hours.difference_update([h for h in hours if start <= h < end])
    return due


def merged(spans: Iterable[Span], within: Span, gap: datetime.timedelta = datetime.timedelta()) -> list[Span]:
    """The union of spans inside another one; gaps between them up to `gap` are closed."""
    inside = sorted(Span(max(s.start, within.start), min(s.end, within.end)) for s in spans)
    union: list[Span] = []
    for span in inside:
        if span.end <= span.start:
            continue
        if union and span.start - union[-1].end <= gap:
            union[-1] = Span(union[-1].start, max(union[-1].end, span.end))
        else:
            union.append(span)
    return union


def minutes(spans: Iterable[Span]) -> Fraction:
    """How long spans are together, in minutes."""
    return sum((Fraction(int((s.end - s.start).total_seconds()), 60) for s in spans), Fraction(0))


def without(spans: Iterable[Span], holes: Iterable[Span]) -> list[Span]:
    """What is left of spans outside of others."""
    left = list(spans)
    for hole in holes:
        left = [
            piece
            for s in left
            for piece in (Span(s.start, min(s.end, hole.start)), Span(max(s.start, hole.end), s.end))
            if piece.end > piece.start
        ]
    return left


def continuous_service(records: Records, params: Params, period: Period) -> Answer:
    """Minutes covered (or not down) among minutes agreed, by object where there are several."""
    register = params["register"]
    if not records.held(register):
        return nothing(ActualStatus.INSUFFICIENT)
    begin, end = params.get("from", "from_at"), params.get("to", "to_at")
    name = params.get("object")
    rows: dict[Any, list[Row]] = defaultdict(list)
    for row in records.fitting(register, params.get("filter")):
        if row.get(begin) is not None:
            rows[row.get(name) if name else None].append(row)
    cases = []
    for key, agreed in _agreed(records, params, period, list(rows)).items():
        mine = rows.get(key, [])
        if params.get("mode", "coverage") == "coverage":
            gap = datetime.timedelta(minutes=float(params.get("gap_minutes", 0)))
            covered = sum((minutes(merged(_spans(mine, begin, end), whole, gap)) for whole in agreed), Fraction(0))
            cases.append((covered, minutes(agreed)))
            continue
        field = params.get("planned")
        planned = [r for r in mine if field and r.get(field) is True]
        unplanned = [r for r in mine if not (field and r.get(field) is True)]
        up, den = Fraction(0), Fraction(0)
        for whole in agreed:
            off = merged(_spans(planned, begin, end), whole)
            down = without(merged(_spans(unplanned, begin, end), whole), off)
            den += minutes([whole]) - minutes(off)
            up += minutes([whole]) - minutes(off) - minutes(down)
        cases.append((up, den))
    return rate([c for c in cases if c[1]], held=True)


def _spans(rows: Iterable[Row], begin: str, end: str) -> list[Span]:
    return [Span(midnight(r[begin]), midnight(r[end]) if r.get(end) else Moment.max) for r in rows]


def _agreed(records: Records, params: Params, period: Period, seen: list[Any]) -> dict[Any, list[Span]]:
    """For each object the time its service was agreed: its validity where a register of objects is named."""
    whole = bounds(period)
    objects = params.get("objects")
    if not objects:
        return {key: [whole] for key in (seen if params.get("object") else [None])}
    agreed: dict[Any, list[Span]] = defaultdict(list)
    for row in records.of(objects["register"]):
        start = row.get(objects.get("from", "from_on"))
        if start is None or not passes(row, objects.get("filter")):
            continue
        last = row.get(objects.get("to", "to_on"))
        end = Moment.max if last is None else last if isinstance(last, Moment) else midnight(last) + _DAY
        agreed[row.get(objects["key"])].append(Span(midnight(start), end))
    united = {key: merged(spans, whole) for key, spans in agreed.items()}
    return {key: spans for key, spans in united.items() if spans}

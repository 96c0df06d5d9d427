"""Rates over records: done, passed, closed, in time, responded, published, updated, obligations, use, satisfaction."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from hengji.model.binding import Period
from hengji.simulation.truth.answer import Answer, rate
from hengji.simulation.truth.clocks import due_of, in_time, working
from hengji.simulation.truth.counts import dated_rows
from hengji.simulation.truth.records import Records, Row, day, passes, record_id, within

Params = Mapping[str, Any]
_ONE_DAY = datetime.timedelta(days=1)


def _any_of(row: Row, conditions: Params | None) -> bool:
    """Whether one of {field: [values]} holds."""
    return any(passes(row, {name: values}) for name, values in (conditions or {}).items())


def completion_rate(records: Records, params: Params, period: Period) -> Answer:
    """Done among what was due in the period; cancelled for an accepted reason leaves both sides."""
    register = params["register"]
    due = params.get("due") or records.time(register)
    rows = [r for r in records.fitting(register, params.get("filter")) if within(r.get(due), period)]
    done = params.get("done", "done_on")
    cases = ((r.get(done) is not None, 1) for r in rows if not _any_of(r, params.get("cancelled")))
    return rate(cases, records.held(register))


def pass_rate(records: Records, params: Params, period: Period) -> Answer:
    """Passed among those examined, by record or by an object's first or last result; overdue without result fails."""
    register = params["register"]
    date = params.get("date") or records.time(register)
    result, overdue = params.get("result", "result"), params.get("overdue")
    examined: list[Row] = []
    cases: list[tuple[int, int]] = []
    for row in records.fitting(register, params.get("filter")):
        if row.get(result) is not None and within(row.get(date), period):
            examined.append(row)
        elif row.get(result) is None and overdue and row.get(overdue) is not None:
            if within(row.get(date), period) or (row.get(date) is None and within(row[overdue], period)):
                if day(row[overdue]) <= period.as_of:
                    cases.append((0, 1))
    if name := params.get("object"):
        examined.sort(key=lambda r: (str(r[date]), record_id(register, r)))
        chosen: dict[Any, Row] = {}
        for row in examined:
            if params.get("which", "first") == "final" or row.get(name) not in chosen:
                chosen[row.get(name)] = row
        examined = list(chosen.values())
    passing = params.get("passing", ["合格"])
    cases += [(int(passes(r, {result: passing})), 1) for r in examined]
    return rate(cases, records.held(register))


def closed_rate(records: Records, params: Params, period: Period) -> Answer:
    """Closed among those due (or received) in the period; transferred and withdrawn ones are removed."""
    register = params.get("register", "petition")
    due, extension = params.get("due", "due_on"), params.get("extension", "extended_to")
    closed = params.get("closed", "closed_on")
    cohort = params.get("cohort", "due")
    removed = params.get("removed", {"outcome": ["转办", "撤回"]})
    time = records.time(register)
    cases, short = [], False
    for row in records.fitting(register, params.get("filter")):
        due_on = row.get(extension) or row.get(due)
        if not within(due_on if cohort == "due" and due_on is not None else row.get(time), period):
            continue
        if _any_of(row, removed):
            continue
        if due_on is None:
            short = True
            continue
        cases.append((int(row.get(closed) is not None), 1))
    return rate(cases, records.held(register), short=short)


def ratio_within_deadline(records: Records, params: Params, period: Period) -> Answer:
    """Done by the effective deadline among those whose deadline lies in the period; undone and overdue fails."""
    register = params["register"]
    start = params.get("start") or records.time(register)
    done, amount = params.get("done", "done_on"), params.get("amount")
    cases: list[tuple[Fraction | int, Fraction | int]] = []
    short = False
    for row in records.fitting(register, params.get("filter")):
        due = due_of(row, params, start)
        if due is None:
            short = short or within(row.get(start), period)
            continue
        if within(due, period):
            weight = Fraction(row.get(amount) or 0) if amount else Fraction(1)
            cases.append((weight if in_time(row.get(done), due) else 0, weight))
    return rate(cases, records.held(register), short=short)


def response_rate(records: Records, params: Params, period: Period) -> Answer:
    """Responded (in time, where there is a limit) among events of the period; false alarms and those not due are out."""
    register = params["register"]
    date = params.get("date") or records.time(register)
    responded = params["responded"]
    limited = bool(params.get("limit") or params.get("limits"))
    cases = []
    for row in dated_rows(records, params, period):
        if _any_of(row, params.get("false_alarm")):
            continue
        answer = row.get(responded)
        known = answer is not None and answer is not False
        if limited:
            due = due_of(row, params, date)
            if due is None or (not known and day(due) > period.as_of):
                continue
            known = known and in_time(answer, due)
        cases.append((int(known), 1))
    return rate(cases, records.held(register))


def disclosure_rate(records: Records, params: Params, period: Period) -> Answer:
    """Published by the due day among what was due; what the law withholds is out."""
    register = params.get("register", "disclosure")
    rows = [r for r in records.fitting(register, params.get("filter")) if within(r.get("due_on"), period)]
    cases = ((in_time(r.get("published_on"), r["due_on"]), 1) for r in rows if r.get("withheld") is not True)
    return rate(cases, records.held(register))


def update_rate(records: Records, params: Params, period: Period) -> Answer:
    """Updated by the due day, or checked by then and found unchanged, among data sets due."""
    register = params.get("register", "data_sync")
    rows = [r for r in records.fitting(register, params.get("filter")) if within(r.get("due_on"), period)]
    return rate(
        (
            (
                in_time(r.get("updated_on"), r["due_on"])
                or (r.get("no_change") is True and in_time(r.get("checked_on"), r["due_on"])),
                1,
            )
            for r in rows
        ),
        records.held(register),
    )


def contract_obligations_met(records: Records, params: Params, period: Period) -> Answer:
    """Weighted share of obligations due that were met, in part by quantity, else by a day with proof."""
    register = params.get("register", "obligation")
    cases: list[tuple[Fraction | int, Fraction | int]] = []
    for row in records.fitting(register, params.get("filter")):
        if not within(row.get("due_on"), period):
            continue
        weight = Fraction(1) if row.get("weight") is None else Fraction(row["weight"])
        if required := row.get("quantity_required"):
            met = min(Fraction(row.get("quantity_done") or 0) / Fraction(required), Fraction(1))
        else:
            met = Fraction(row.get("done_on") is not None and row.get("proof") is True)
        cases.append((weight * met, weight))
    return rate(cases, records.held(register))


def asset_utilisation(records: Records, params: Params, period: Period) -> Answer:
    """a: assets used at all among those owned; b: working days used among working days since acceptance."""
    used: dict[Any, set[datetime.date]] = {}
    for log in records.of("vehicle_use_log"):
        if within(log.get("used_on"), period):
            used.setdefault(log.get("vehicle"), set()).add(day(log["used_on"]))
    cases = []
    for asset in records.fitting("asset", params.get("filter")):
        if asset.get("accepted_on") is None or asset.get("state") == "报废":
            continue
        days = used.get(asset["source_key"], set())
        if params.get("reading", "a") == "a":
            cases.append((int(bool(days)), 1))
            continue
        on = max(day(asset["accepted_on"]), period.start)
        available = set()
        while on <= period.as_of:
            if working(on):
                available.add(on)
            on += _ONE_DAY
        cases.append((len(days & available), len(available)))
    return rate(cases, records.held("asset"))


def satisfaction(records: Records, params: Params, period: Period) -> Answer:
    """Share of valid responses at or above the threshold (percent), or their mean score."""
    surveys = {r.get("survey_no") for r in records.fitting("survey", params.get("filter"))}
    responses = [
        r
        for r in records.of("survey_response")
        if r.get("survey_no") in surveys
        and within(r.get("answered_on"), period)
        and r.get("valid") is True
        and r.get("score") is not None
    ]
    held = records.held("survey_response")
    if len(responses) < int(params.get("minimum_n", 0)):
        return rate(((0, 1) for _ in responses), held, short=True)
    if params.get("stat", "share") == "mean":
        return rate(((Fraction(r["score"]), 1) for r in responses), held, scale=Fraction(1))
    threshold = Fraction(str(params["threshold"]))
    return rate(((int(Fraction(r["score"]) >= threshold), 1) for r in responses), held)

"""Money: what was paid of the budget, and of what was approved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from hengji.model.binding import ActualStatus, Period
from hengji.simulation.truth.answer import Answer, rate
from hengji.simulation.truth.records import Records, day, within

Params = Mapping[str, Any]


def _paid(records: Records, params: Params, period: Period) -> list[tuple[Fraction, Fraction]]:
    rows = records.fitting("payment", params.get("filter"))
    return [(Fraction(r["amount"]), Fraction(0)) for r in rows if within(r.get("paid_on"), period)]


def budget_execution(records: Records, params: Params, period: Period) -> Answer:
    """Paid in the period among budget approved by its last day, in percent."""
    budget = [
        (Fraction(0), Fraction(r["amount"]))
        for r in records.fitting("budget", params.get("filter"))
        if r.get("approved_on") is not None
    ]
    return rate([*_paid(records, params, period), *budget], records.held("budget"))


def cost_control(records: Records, params: Params, period: Period) -> Answer:
    """Paid in the period among what was approved by contract; provisional while a contract is still open."""
    approved = params.get("approved") or {"register": "contract", "sum": "amount"}
    register = approved["register"]
    rows = [
        r
        for r in records.fitting(register, approved.get("filter", params.get("filter")))
        if r.get(records.time(register)) is not None
    ]
    sums = [(Fraction(0), Fraction(r.get(approved.get("sum", "amount")) or 0)) for r in rows]
    answer = rate([*_paid(records, params, period), *sums], records.held(register))
    if answer.status is not ActualStatus.OK or register != "contract":
        return answer
    open_ones = any(r.get("to_on") is None or day(r["to_on"]) > period.as_of for r in rows)
    return replace(answer, status=ActualStatus.PROVISIONAL) if open_ones else answer

"""Money: what was paid of the budget, and of what was approved."""

from __future__ import annotations

from dataclasses import replace

import ibis

from hengji.evidence.measures.base import (
    NUMBER,
    Behind,
    Cases,
    Figure,
    Params,
    Scope,
    day,
    field_of,
    known,
    no_records,
    reason,
    records,
    time_of,
)  # fmt: skip
from hengji.model.binding import ActualStatus

_ZERO = ibis.literal(0).cast(NUMBER)


def budget_execution(scope: Scope, params: Params) -> Cases | Figure:
    """Paid in the period among budget approved by its last day, in percent."""
    if not scope.engine.holds("budget"):
        return no_records("budget")
    table = records(scope, "budget", params.get("filter"))
    table = table.filter(table.approved_on.notnull())
    budget = table.select(case=table.record_id, num=_ZERO, den=table.amount, excluded=reason(table.void))
    return _with_payments(scope, params, "budget", budget)


def cost_control(scope: Scope, params: Params) -> Cases | Figure:
    """Paid in the period among what was approved by contract; provisional while a contract is still open."""
    approved = params.get("approved") or {"register": "contract", "sum": "amount"}
    register = approved["register"]
    known(register)
    if not scope.engine.holds(register):
        return no_records(register)
    table = records(scope, register, approved.get("filter", params.get("filter")))
    table = table.filter(field_of(table, register, time_of(register)).notnull())
    amount = field_of(table, register, approved.get("sum", "amount")).cast(NUMBER).fill_null(0)
    sums = table.select(case=table.record_id, num=_ZERO, den=amount, excluded=reason(table.void))
    cases = _with_payments(scope, params, register, sums)
    if register != "contract":
        return cases
    ends = day(table.to_on)
    open_ones = table.filter(~table.void & (ends.isnull() | (ends > ibis.literal(scope.period.as_of))))
    return replace(cases, finish=lambda figure: _settled(figure, scope, open_ones))


def _settled(figure: Figure, scope: Scope, open_ones: ibis.Table) -> Figure:
    """The figure, provisional while a contract is still open."""
    still = scope.engine.run(open_ones.aggregate(n=open_ones.count()))[0]["n"]
    if figure.status is not ActualStatus.OK or not still:
        return figure
    zh, en = f"有{still}份合同尚未到期结算", f"{still} contracts are still open"
    return replace(figure, status=ActualStatus.PROVISIONAL, note_zh=zh, note_en=en)


def _with_payments(scope: Scope, params: Params, register: str, other: ibis.Table) -> Cases:
    told: Behind = ((register, other.select("case", "excluded", record_id="case")),)
    if not scope.engine.holds("payment"):
        return Cases(other, None, behind=told)
    paid = records(scope, "payment", params.get("filter"), "paid_on")
    payments = paid.select(case=paid.record_id, num=paid.amount, den=_ZERO, excluded=reason(paid.void))
    told = (*told, ("payment", payments.select("case", "excluded", record_id="case")))
    return Cases(other.union(payments), None, behind=told)

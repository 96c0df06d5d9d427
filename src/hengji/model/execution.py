"""The execution of a project's budget (预算执行): what was approved, what was paid, by source and month."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple


class BySource(NamedTuple):
    """Budget and payments of one source of money."""

    source: str
    budget: Decimal
    paid: Decimal


class Execution(NamedTuple):
    """The money of one project: first budget, budget with adjustments and carry-over, paid, and the parts of each.

    `rate` is in percent, None where there is no budget; `months` has what was paid by the end of each month;
    `recorded` tells whether any budget is on record: without one all budgets are zero only for want of a figure.
    """

    project: str
    original_budget: Decimal
    final_budget: Decimal
    outturn: Decimal
    rate: Decimal | None
    sources: tuple[BySource, ...]
    months: tuple[tuple[int, Decimal], ...]
    recorded: bool = True

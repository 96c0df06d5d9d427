"""Budgets as the table has them, contracts within them, and payments that use most of them."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from hengji.model.table import Project, TargetTable
from hengji.simulation.batches import Batch
from hengji.simulation.demands import Demand
from hengji.simulation.fit import fit
from hengji.simulation.world import Row, World

_FEN = Decimal("0.01")
_YUAN = {"万元": Decimal(10000), "亿元": Decimal(100000000)}
_SOURCES = {"fiscal_appropriation": "财政拨款", "special_account": "财政专户拨款", "other_funds": "其他资金"}
_PAYMENTS = 14
_CONTRACTS = 2
_WITHOUT_FUNDS = Decimal(300000)
_TIGHT = ("budget_execution", "cost_control")


def make_money(world: World, table: TargetTable, asked: Sequence[Demand]) -> list[Batch]:
    """Budget, contracts and payments of every project; the payments as batches that other demands may bend."""
    batches = []
    for place, project in enumerate(table.projects):
        budget = _budget(world, project, project.money_unit or table.money_unit)
        mine = [d for d in asked if d.project == project.name]
        contracts = _contracts(world, project, place, sum((r["amount"] for r in budget), Decimal(0)), mine)
        rows = _payments(world, project, budget, contracts, [d for d in mine if d.measure in _TIGHT])
        batches.append(Batch("payment", {"project": project.name}, made={world.year: rows}))
    return batches


def _budget(world: World, project: Project, unit: str | None) -> list[Row]:
    funds, scale = project.funds, _YUAN.get(unit or "万元", Decimal(1))
    parts = {zh: getattr(funds, name) for name, zh in _SOURCES.items() if getattr(funds, name)}
    if not parts:
        parts = {"财政拨款": funds.total or _WITHOUT_FUNDS / scale}
    rows = []
    for source, amount in parts.items():
        row = world.make("budget", on=datetime.date(world.year, 1, world.draw("budget").randint(8, 24)))
        row |= {"project": project.name, "amount": (amount * scale).quantize(_FEN), "source": source}
        rows.append(world.add("budget", row))
    return rows


def _contracts(world: World, project: Project, place: int, budget: Decimal, asked: Sequence[Demand]) -> list[Row]:
    """Two contracts for all of the budget; more where a demand names other ones."""
    chance, rows = world.draw("contract"), []
    first = (budget * Decimal(chance.randint(50, 70)) / 100).quantize(_FEN)
    for n, amount in enumerate((first, budget - first)):
        row = world.make("contract")
        row |= {"project": project.name, "amount": amount, "contract_no": f"HT{world.year}-{place + 1:02d}{n + 1}"}
        for demand in asked:
            approved = demand.params.get("approved") or {}
            if demand.measure == "cost_control" and approved.get("register", "contract") == "contract":
                fit(row, approved.get("filter", demand.filter), world.registers["contract"], chance, n)
        row["project"] = project.name
        rows.append(world.add("contract", row))
    return rows


def _payments(
    world: World, project: Project, budget: Sequence[Row], contracts: Sequence[Row], asked: Sequence[Demand]
) -> list[Row]:
    """Payments over the year, long-tailed, that use a share of every source; a full one where spending is judged."""
    chance, settings = world.draw("payment"), world.settings
    rows: list[Row] = []
    share = Decimal(str(round(chance.uniform(*settings["executed"]), 4)))
    if asked:
        share = Decimal("0.93") if any(d.missed for d in asked) else Decimal(1)
    for source in budget:
        weights = [Decimal(str(round(chance.tail(1, 0.7), 4))) for _ in range(_PAYMENTS)]
        left = (source["amount"] * share).quantize(_FEN)
        unit = left / sum(weights)
        for n, weight in enumerate(weights):
            amount = left if n == _PAYMENTS - 1 else (unit * weight).quantize(_FEN)
            left -= amount
            row: dict[str, Any] = world.make("payment", on=chance.on(world.year, "workday", (2, 11)))
            row |= {"amount": amount, "source": source["source"]}
            for demand in asked:
                fit(row, demand.filter, world.registers["payment"], chance, n)
            row |= {"project": project.name, "contract_no": contracts[n % _CONTRACTS]["contract_no"]}
            rows.append(world.add("payment", row))
    return rows

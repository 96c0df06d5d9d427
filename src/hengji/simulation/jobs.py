"""Jobs that weigh differently: a table of weights for each contract, and jobs until the weights add up."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from hengji.simulation.batches import Batch
from hengji.simulation.demands import Demand, wanted_count
from hengji.simulation.fit import fit
from hengji.simulation.world import Row, World

_TYPES = ("环评技术审核", "自主验收核查", "排污许可核发审核", "登记表抽查", "现场复核")
_WITHOUT_GOAL = 100


def make_jobs(world: World, asked: Sequence[Demand]) -> dict[str, list[Batch]]:
    """For every weighted sum its weights and its jobs, by register."""
    made: dict[str, list[Batch]] = defaultdict(list)
    for demand in (d for d in asked if d.measure == "weighted_sum"):
        if any(b.filter == demand.filter for b in made[demand.register]):
            continue
        contract = demand.filter.get("contract_no") or _contract_of(world, demand.project)
        by = demand.params.get("by", "job_type")
        named = demand.filter.get(by)
        types = list(named) if isinstance(named, (list, tuple)) else [named] if named else list(_TYPES)
        weights = {kind: Decimal(n + 1) / 2 for n, kind in enumerate(types)}
        for kind, weight in weights.items():
            row = world.make("workload_table") | {"job_type": kind, "weight": weight, "contract_no": contract}
            world.add("workload_table", row | {"valid_from": datetime.date(world.year - 1, 1, 1)})
        made[demand.register].append(
            Batch(demand.register, dict(demand.filter), made={world.year: _jobs(world, demand, contract, by, weights)})
        )
    return made


def _contract_of(world: World, project: str) -> str:
    return next((str(r["contract_no"]) for r in world.rows["contract"] if r.get("project") == project), "HT-模拟")


def _jobs(world: World, demand: Demand, contract: str, by: str, weights: dict[str, Decimal]) -> list[Row]:
    register, total = demand.register, Decimal(0)
    rows: list[Row] = []
    goal = wanted_count(demand, world.settings["surplus"], _WITHOUT_GOAL)
    while total < goal:
        row = world.make(register)
        fit(row, demand.filter, world.registers[register], world.draw(register), len(rows))
        row |= {"contract_no": contract, by: world.draw(register).choice(list(weights))}
        row.setdefault("project", demand.project)
        total += weights[row[by]]
        if demand.missed and total > goal:
            break
        rows.append(world.add(register, row))
    return rows

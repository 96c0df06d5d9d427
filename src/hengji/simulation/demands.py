"""What the bindings ask of the records: one demand a measure, with what its target hints at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from hengji.model.binding import Binding
from hengji.model.table import TargetTable
from hengji.simulation.draw import draw
from hengji.targets import read_target

RATES = (
    "completion_rate", "pass_rate", "closed_rate", "ratio_within_deadline", "response_rate", "disclosure_rate",
    "update_rate", "contract_obligations_met",
)  # fmt: skip
SHARES = (
    *RATES, "satisfaction", "visit_frequency_compliance", "periodic_task_compliance", "transmission_rate",
    "effective_transmission_rate", "continuous_service", "water_compliance_rate", "water_class_kept",
)  # fmt: skip
REGISTERS = {
    "weighted_sum": "permit_service", "delivered_count": "deliverable", "composition_check": "procurement",
    "closed_rate": "petition", "disclosure_rate": "disclosure", "update_rate": "data_sync",
    "contract_obligations_met": "obligation", "asset_utilisation": "asset", "composite_index_change": "air_quality",
    "rank_change": "city_ranking", "budget_execution": "payment", "cost_control": "payment", "satisfaction": "survey",
}  # fmt: skip
_TREES = ("outcome_composite", "yes_no_computed")


@dataclass(frozen=True, slots=True)
class Demand:
    """One measure over one register for one indicator; `goal` is the number that its target names, if any."""

    project: str
    number: int
    measure: str
    params: Mapping[str, Any]
    goal: Decimal | None = None
    op: str | None = None
    missed: bool = False
    both_years: bool = False
    per: Mapping[str, Any] | None = field(default=None)

    @property
    def register(self) -> str:
        """The register whose records answer it."""
        return str(self.params.get("register") or REGISTERS.get(self.measure, ""))

    @property
    def filter(self) -> Mapping[str, Any]:
        """Which records count."""
        return self.params.get("filter") or {}


def demands(
    table: TargetTable, bindings: Iterable[Binding], seed: int, settings: Mapping[str, Any]
) -> tuple[Demand, ...]:
    """All that the confirmed bindings ask, in the table's order."""
    bound = {(b.project, b.indicator): b for b in bindings if b.confirmed and b.measure}
    asked: list[Demand] = []
    for project in table.projects:
        for indicator in project.indicators:
            binding = bound.get((project.name, indicator.number))
            if binding is None or binding.measure is None:
                continue
            text = binding.target or indicator.annual_target or indicator.whole_term_target or ""
            clauses = read_target(text, indicator.name).clauses
            share = binding.measure in SHARES
            known = next((c for c in clauses if c.number is not None and (c.dim == "ratio" or not share)), None)
            chance = draw(seed, project.name, indicator.number, "missed")
            missed = chance.random() < settings["missing"]
            demand = Demand(
                project.name, indicator.number, binding.measure, binding.params, known.number if known else None,
                known.op if known else None, missed,
            )  # fmt: skip
            asked += _flat(demand)
    return tuple(asked)


def _flat(demand: Demand) -> Iterator[Demand]:
    params = demand.params
    for support in params.get("supports", ()):
        yield from _leaf(demand, support)
    if demand.measure in _TREES:
        for leaf in _leaves(params["tree"]):
            yield from _leaf(demand, leaf)
    elif demand.measure == "trend_direction":
        of = params["of"]
        inner = of.get("with") or {k: v for k, v in of.items() if k not in ("measure", "per", "with")}
        per = of.get("per") or inner.get("per")
        yield Demand(demand.project, demand.number, of["measure"], inner, missed=demand.missed, both_years=True)
        if per:
            yield Demand(demand.project, demand.number, "count_records", per, both_years=True)
    else:
        yield demand


def _leaves(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    branches: Sequence[Mapping[str, Any]] | None = node.get("all") or node.get("any")
    if branches is None:
        yield node
        return
    for branch in branches:
        yield from _leaves(branch)


def _leaf(demand: Demand, leaf: Mapping[str, Any]) -> Iterator[Demand]:
    params = leaf.get("with") or {k: v for k, v in leaf.items() if k not in ("measure", "op", "number", "with")}
    goal = Decimal(str(leaf["number"])) if leaf.get("number") is not None else None
    yield from _flat(
        Demand(demand.project, demand.number, leaf["measure"], params, goal, leaf.get("op"), demand.missed)
    )


def wanted_count(demand: Demand, surplus: float, otherwise: int) -> int:
    """How many records a count should find: a little more than its target, or less where it misses it."""
    if demand.goal is None:
        return otherwise
    goal = int(demand.goal)
    if demand.op in ("<", "<="):
        return max(goal - 1, 0)
    if demand.op == "==" and goal == 0:
        return int(demand.missed)
    if demand.missed:
        return max(goal - max(1, round(goal * 0.06)), 0)
    return goal + int(goal * surplus) + (demand.op == ">")


def wanted_share(demand: Demand, seed: int, settings: Mapping[str, Any]) -> float:
    """Which share of the records a rate should find, from 0 to 1."""
    chance = draw(seed, demand.project, demand.number, demand.measure, "share")
    goal = float(demand.goal) if demand.goal is not None and 1 < demand.goal <= 100 else None
    if goal is None:
        return 1.0 if not demand.missed else float(settings["rate_without_target"])
    if demand.missed:
        return (goal - chance.uniform(*settings["missing_points"])) / 100
    return (goal + (100 - goal) * chance.uniform(0.3, 0.9)) / 100

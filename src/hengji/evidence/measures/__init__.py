"""The measures (计量口径): a closed vocabulary under the names of the manual, each made of Ibis expressions.

`MEASURES` holds those that work on records alone; trends and composites are made of others, attestations are given by
people. What each means, with formula, edge cases and a worked example, stands in the folder `catalogue`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from hengji.evidence.measures import airs, answers, cells, counts, hours, lists, money, rates, same_weather, waters
from hengji.evidence.measures.base import Cases, Figure, Params, Scope

Function = Callable[[Scope, Params], Cases | Figure]


class Shape(NamedTuple):
    """The parameters of a measure: those that must be given, and those that may."""

    required: frozenset[str]
    optional: frozenset[str]


def _shape(required: str = "", optional: str = "") -> Shape:
    return Shape(frozenset(required.split()), frozenset(optional.split()))


MEASURES: Mapping[str, Function] = {
    function.__name__: function
    for function in (
        counts.count_records, counts.count_distinct, counts.weighted_sum, counts.delivered_count,
        counts.composition_check, counts.stock_level, rates.completion_rate, rates.pass_rate, rates.closed_rate,
        rates.ratio_within_deadline, rates.response_rate, cells.visit_frequency_compliance,
        cells.periodic_task_compliance, hours.transmission_rate, hours.effective_transmission_rate,
        hours.continuous_service, waters.water_compliance_rate, waters.water_class_kept, airs.composite_index_change,
        same_weather.met_normalised_change, airs.rank_change, money.budget_execution, money.cost_control,
        rates.satisfaction, answers.zero_events, rates.disclosure_rate, rates.asset_utilisation, rates.update_rate,
        rates.contract_obligations_met, lists.key_list_coverage, lists.outfall_completeness,
        lists.source_update_rate,
    )
}  # fmt: skip
COMPOSITES = frozenset(("outcome_composite", "yes_no_computed"))
ATTESTED = frozenset(("yes_no_attested", "qualitative_graded"))
TREND = "trend_direction"

SHAPES: Mapping[str, Shape] = {
    "count_records": _shape("register", "filter date member dedupe minimum sum"),
    "count_distinct": _shape("register", "filter date member object improved"),
    "weighted_sum": _shape("", "register filter date by"),
    "delivered_count": _shape("", "register filter date member states distinct sets"),
    "composition_check": _shape("parts", "register filter date"),
    "stock_level": _shape("register", "filter from to quantity stat"),
    "completion_rate": _shape("register", "filter due done cancelled"),
    "pass_rate": _shape("register", "filter date result passing object which overdue"),
    "closed_rate": _shape("", "register filter due extension closed cohort removed"),
    "ratio_within_deadline": _shape("register", "filter start done due limit limits extension amount"),
    "response_rate": _shape("register responded", "filter date limit limits false_alarm"),
    "visit_frequency_compliance": _shape("units visits required cell", "exempt"),
    "periodic_task_compliance": _shape("units tasks", "period min_gap_days"),
    "transmission_rate": _shape("", "filter outlets items late_days"),
    "effective_transmission_rate": _shape("", "filter outlets items late_days valid_flags"),
    "continuous_service": _shape("register", "filter from to mode object planned gap_minutes objects"),
    "water_compliance_rate": _shape("register", "items item_set filter date class basis body non_detect"),
    "water_class_kept": _shape("register", "items item_set filter date body"),
    "composite_index_change": _shape("", "register filter dust_days weights"),
    "met_normalised_change": _shape("", "register filter weather"),
    "rank_change": _shape("district", "register filter period by"),
    "trend_direction": _shape("of", "direction saturated per"),
    "budget_execution": _shape("", "filter"),
    "cost_control": _shape("", "filter approved"),
    "satisfaction": _shape("", "filter threshold stat minimum_n"),
    "zero_events": _shape("register", "filter date levels nil"),
    "disclosure_rate": _shape("", "register filter"),
    "asset_utilisation": _shape("", "filter reading"),
    "update_rate": _shape("", "register filter"),
    "contract_obligations_met": _shape("", "register filter"),
    "key_list_coverage": _shape("", "year lists filter"),
    "outfall_completeness": _shape("", "filter"),
    "source_update_rate": _shape("", "filter"),
    "outcome_composite": _shape("tree"),
    "yes_no_computed": _shape("tree"),
    "yes_no_attested": _shape("", "supports"),
    "qualitative_graded": _shape("", "supports"),
}

__all__ = [
    "ATTESTED", "COMPOSITES", "MEASURES", "SHAPES", "TREND", "Cases", "Figure", "Function", "Params", "Scope", "Shape",
    "answers",
]  # fmt: skip

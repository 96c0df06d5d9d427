"""The true answer of every indicator, computed from plain rows without any of the measures' own code."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from hengji.evidence.register import Register, registers
from hengji.model.binding import ActualStatus, Automatic, Binding, Period
from hengji.model.table import TargetTable
from hengji.simulation.truth import answers, cells, counts, environment, hours, lists, money, rates
from hengji.simulation.truth.answer import Answer, nothing, number_text
from hengji.simulation.truth.records import Records, Row

Measure = Callable[[Records, Mapping[str, Any], Period], Answer]
MEASURES: dict[str, Measure] = {
    function.__name__: function
    for function in (
        counts.count_records, counts.count_distinct, counts.weighted_sum, counts.delivered_count,
        counts.composition_check, counts.stock_level, rates.completion_rate, rates.pass_rate, rates.closed_rate,
        rates.ratio_within_deadline, rates.response_rate, cells.visit_frequency_compliance,
        cells.periodic_task_compliance, hours.transmission_rate, hours.effective_transmission_rate,
        hours.continuous_service, environment.water_compliance_rate, environment.water_class_kept, environment.composite_index_change,
        environment.met_normalised_change, environment.rank_change, money.budget_execution, money.cost_control,
        rates.satisfaction, answers.zero_events, rates.disclosure_rate, rates.asset_utilisation, rates.update_rate,
        rates.contract_obligations_met, lists.key_list_coverage, lists.outfall_completeness, lists.source_update_rate,
    )
}  # fmt: skip
COMPOSITES = ("outcome_composite", "yes_no_computed")
ATTESTED = ("yes_no_attested", "qualitative_graded")


class _Year:
    """One computation; the same measure with the same parameters is worked out once."""

    def __init__(self) -> None:
        self._known: dict[str, Answer] = {}

    def measured(self, records: Records, measure: str, params: Mapping[str, Any], period: Period) -> Answer:
        key = json.dumps([measure, params, period], sort_keys=True, default=str)
        if key not in self._known:
            self._known[key] = self._work_out(records, measure, params, period)
        return self._known[key]

    def _work_out(self, records: Records, measure: str, params: Mapping[str, Any], period: Period) -> Answer:
        if measure == "trend_direction":
            return answers.trend_direction(records, params, period, self.measured)
        if measure in COMPOSITES:
            return answers.composite(records, params, period, self.measured)
        return MEASURES[measure](records, params, period)


def truth(
    rows_by_register: Mapping[str, Sequence[Row]],
    table: TargetTable,
    bindings: Iterable[Binding],
    period: Period,
    known: Mapping[str, Register] | None = None,
    emissions: Mapping[int, Fraction] | None = None,
) -> list[dict[str, Any]]:
    """The true answers in the table's order: project, number, value, numerator, denominator, rows, status.

    Figures are decimal strings of at most six places, rates in percent. An indicator without a confirmed binding is
    insufficient. Raises KeyError for a measure that does not exist.
    """
    records = Records(rows_by_register, known or registers(), period.as_of, emissions)
    bound = {(b.project, b.indicator): b for b in bindings if b.confirmed}
    year = _Year()
    return [
        {"project": project.name, "number": indicator.number, **_as_json(_answer(records, bound, (project.name, indicator.number), period, year))}
        for project in table.projects
        for indicator in project.indicators
    ]  # fmt: skip


def _answer(
    records: Records, bound: Mapping[tuple[str, int], Binding], asked: tuple[str, int], period: Period, year: _Year
) -> Answer:
    binding = bound.get(asked)
    followed = {asked}
    while binding is not None and binding.same_as is not None:
        if binding.same_as in followed:
            return nothing(ActualStatus.INSUFFICIENT)
        followed.add(binding.same_as)
        binding = bound.get(binding.same_as)
    if binding is None or binding.measure is None:
        return nothing(ActualStatus.INSUFFICIENT)
    if binding.measure in ATTESTED:
        return answers.attested(records, binding.project, binding.indicator, period)
    answer = year.measured(records, binding.measure, binding.params, period)
    if binding.automatic is Automatic.PARTLY and answer.status is ActualStatus.OK:
        return replace(answer, status=ActualStatus.PARTLY)
    return answer


def _as_json(answer: Answer) -> dict[str, Any]:
    return {
        "value": number_text(answer.value) if isinstance(answer.value, Fraction) else answer.value,
        "numerator": number_text(answer.numerator),
        "denominator": number_text(answer.denominator),
        "rows": answer.rows,
        "status": answer.status.value,
    }

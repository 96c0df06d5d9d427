"""All rules in the order of their codes."""

from __future__ import annotations

from hengji.review.registry import Rule
from hengji.review.rules import (
    ambition,
    classes,
    duplication,
    gaps,
    goal,
    measure,
    money,
    names,
    numbers,
    structure,
    vagueness,
    years,
)

RULES: tuple[Rule, ...] = (
    vagueness.vague_value,  # T01
    vagueness.deferred_value,
    vagueness.approximate_value,
    vagueness.yes_no_for_effect,
    vagueness.trend_without_baseline,  # T05
    measure.name_value_mismatch,
    measure.rate_among_quantities,
    classes.timeliness_elsewhere,
    classes.no_time_limit,
    classes.not_timeliness,  # T10
    classes.output_in_outcome,
    classes.not_economic,
    classes.satisfaction_misfiled,
    classes.satisfaction_subject,
    measure.input_as_output,  # T15
    measure.routine_management,
    gaps.cost_missing,
    gaps.cost_without_money,
    gaps.quality_missing,
    gaps.satisfaction_missing,  # T20
    gaps.level_missing,
    numbers.impossible_target,
    numbers.unit_missing,
    numbers.uncountable,
    numbers.several_targets,  # T25
    names.unfit_name,
    duplication.counted_twice,
    duplication.contradiction,
    duplication.differing_targets,
    duplication.result_claimed_twice,  # T30
    ambition.low_target,
    ambition.all_hundred,
    years.year_exceeds_term,
    years.term_equals_year,
    years.wrong_year,  # T35
    years.two_things,
    money.money_and_volume,
    goal.task_without_indicator,
    goal.indicator_without_root,
    goal.goal_without_effect,  # T40
    ambition.not_attributable,
    names.double_negative,
    structure.too_many_or_few,
    structure.no_basis,
    structure.weights,  # T45
    money.amounts_do_not_tie,
    names.template_leftover,
    ambition.known_too_late,  # T48
)

_BY_CODE = {rule.code: rule for rule in RULES}


def rule(code: str) -> Rule:
    """The rule with a code.

    Raises:
        KeyError: no such rule.
    """
    return _BY_CODE[code]

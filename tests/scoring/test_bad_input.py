"""What is wrong in what comes in is scored as the rules say and named, never passed over and never a crash."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from tests.scoring.test_self_checks import ON, RULES, actual, codes, indicator, one, spent
from tests.scoring.test_self_written import evaluated, found, table_of

from hengji.model.execution import Execution
from hengji.model.table import Funds, Indicator, Project, Source, TableKind, TargetTable
from hengji.scoring.as_json import canonical, evaluation_json
from hengji.scoring.foreign import check_self_evaluation
from hengji.scoring.monitoring import monitoring

DONE = [actual(100, judgement="met")]


def foreign(points="10", total="100", *, executed="10", target="≥100次", done="100次"):
    """A filled-in form of another unit: one indicator of 90 points, the execution of the budget of 10."""
    funds = Funds(
        total=Decimal(100), original_budget=Decimal(100), final_budget=Decimal(100), outturn=Decimal(100),
        execution_rate=Decimal(100), max_points=Decimal(10), points=Decimal(executed),
    )  # fmt: skip
    line = Indicator(1, "巡查次数", "产出指标", "数量指标", None, None, target, done, "90", points)
    project = Project("甲", (line,), funds=funds, total_points=total)
    table = TargetTable(
        Source("x", "0" * 64, ""), kind=TableKind.SELF_EVALUATION, fiscal_year=2024, projects=(project,)
    )
    return check_self_evaluation(table, RULES, tolerance=Decimal("0.1"))


def test_a_sound_foreign_form_is_not_accused():
    assert not codes(foreign("90")) - {"S09"}


def test_points_above_the_maximum_in_a_foreign_form_are_named():
    assert "S01" in codes(foreign("95", "105"))


def test_a_foreign_form_with_a_wrong_total_is_named():
    finding = one(foreign("90", "99"), "S02")
    assert "99" in finding.zh


def test_points_of_execution_above_the_maximum_in_a_foreign_form_are_named():
    assert "S02" in codes(foreign("90", "102", executed="12"))


def test_execution_above_100_percent_earns_ten_points_and_is_named_as_impossible():
    over = spent(paid="120")
    (project,) = evaluated(table_of(indicator()), DONE, money=over).projects
    assert (project.execution.points, project.execution.execution_rate) == (Decimal("10.00"), Decimal("120.000000"))
    assert project.total_points == 100
    assert "超过全年预算数" in one(found(table_of(indicator()), DONE, money=over), "S13").zh


def test_a_budget_of_zero_leaves_execution_out_and_is_divided_by_nowhere():
    nothing = Execution("甲", Decimal(0), Decimal(0), Decimal(0), None, (), ())
    made = evaluated(table_of(indicator()), DONE, money=nothing)
    (project,) = made.projects
    assert (project.execution.points, project.execution.execution_rate, project.total_points) == (None, None, 100)
    assert "预算为零" in project.execution.workings[0].formula
    assert "其余换算为" in project.workings[-1].formula
    watched = monitoring(
        table_of(indicator()), DONE, [nothing], RULES, as_of=ON, tolerance=Decimal("0.1"), inputs_digest=""
    )
    assert watched.projects[0].execution.execution_rate is None


def test_without_any_budget_on_record_nothing_is_assumed():
    unknown = Execution("甲", Decimal(0), Decimal(0), Decimal(0), None, (), (), recorded=False)
    made = evaluated(table_of(indicator()), DONE, money=unknown)
    assert made.projects[0].total_points is None
    assert "S00" in codes(made.findings)


@pytest.mark.parametrize("value", ["999999999999999999999999", "0.000001", "-5"])
def test_extreme_values_stay_within_the_points(value):
    made = evaluated(table_of(indicator("≥100次")), [actual(Decimal(value), judgement="met")])
    points = made.projects[0].lines[0].points
    assert points is not None
    assert 0 <= points <= made.projects[0].lines[0].max_points
    with_rate = replace(actual(Decimal(value)), unit="%", numerator=Decimal(value), denominator=Decimal(100))
    assert evaluated(table_of(indicator("≥90%")), [with_rate]).projects[0].lines[0].points is not None
    watched = monitoring(
        table_of(indicator()), [actual(Decimal(value))], [spent(budget="0.01", paid="99999999999999999999")], RULES,
        as_of=ON, tolerance=Decimal("0.1"), inputs_digest="",
    )  # fmt: skip
    assert watched.projects[0].lines[0].light is not None


def test_a_project_without_indicators_has_no_total():
    made = evaluated(table_of(), [])
    assert (made.projects[0].lines, made.projects[0].total_points) == ((), None)


def test_a_thousand_projects_each_come_out_as_the_one_alone():
    names = tuple(f"项目{n}" for n in range(1000))
    table = table_of(indicator(), projects=names)
    actuals = [replace(DONE[0], project=name, value=Decimal(n % 101)) for n, name in enumerate(names)]
    many = evaluated(table, actuals)
    assert [p.name for p in many.projects] == list(names)
    for n in (0, 57, 999):
        alone = evaluated(table_of(indicator(), projects=(names[n],)), [actuals[n]]).projects[0]
        assert many.projects[n] == alone
    assert len(json.loads(canonical(evaluation_json(many)))["projects"]) == 1000

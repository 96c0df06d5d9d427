"""A whole unit: its money adds up to the fen, its indicators come from its own table or a frame."""

from __future__ import annotations

import datetime
from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from hengji.model.binding import Actual, ActualStatus
from hengji.model.execution import BySource
from hengji.model.table import Indicator, Project
from hengji.scoring.department import by_own_table, tasks_of, ties, together
from hengji.scoring.rules import rules_of

from .framed import line, project

RULES = rules_of("national-2020", datetime.date(2024, 12, 31))
OWN = Project(
    "某局",
    (
        Indicator(1, "巡查次数", "产出指标", "数量指标", "11", annual_target="≥10次"),
        Indicator(2, "群众满意度", "满意度指标", "服务对象满意度", "31", annual_target="≥90%"),
    ),
)
fen = st.integers(0, 10**9).map(lambda n: Decimal(n) / 10**6)


def sourced(one, **sources):
    each = tuple(BySource(name, Decimal(b), Decimal(p)) for name, (b, p) in sources.items())
    return replace(one, execution=replace(one.execution, sources=each))


def scored(*values: str | None):
    actuals = {}
    for number, value in enumerate(values, 1):
        if value is not None:
            unit = "%" if value.endswith("%") else "次"
            amount = Decimal(value.rstrip("%次"))
            actuals["某局", number] = Actual("某局", number, "", None, ActualStatus.ATTESTED, amount, unit)
    tasks = tasks_of([project(), project(name="另一个")])
    return by_own_table(OWN, actuals, tasks, RULES, tolerance=Decimal("0.1"), year=2024)


def test_tasks_keep_their_money_and_have_no_points():
    (task,) = tasks_of([project([line("11", "≥10次", "5次", "10", "5")])])
    assert (task.lines, task.total_points, task.grade) == ((), None, None)
    assert (task.execution.final_budget, task.execution.max_points, task.execution.points) == (120, 0, None)


@given(st.lists(st.tuples(fen, fen, fen), min_size=1, max_size=30))
def test_money_adds_up_exactly(each):
    tasks = tasks_of([project(money=[str(a) for a in money], name=f"{n}") for n, money in enumerate(each)])
    whole = together(tasks)
    assert (whole.original_budget, whole.final_budget, whole.outturn) == tuple(map(sum, zip(*each, strict=True)))
    assert ties(tasks, whole.original_budget, "万元") == ()
    assert [f.code for f in ties(tasks, whole.original_budget + Decimal("0.000001"), "万元")] == ["F09"]


def test_sources_that_do_not_make_the_whole_are_named():
    one = sourced(project(), 财政拨款=("100", "90"), 其他资金=("19", "0"))
    (found,) = ties(tasks_of([one]), None, "万元")
    assert (found.code, found.project) == ("F09", 1)
    assert together(tasks_of([one, one])).sources == (
        BySource("其他资金", Decimal(38), Decimal(0)),
        BySource("财政拨款", Decimal(200), Decimal(180)),
    )


def test_a_task_without_a_budget_leaves_the_whole_open():
    whole = together(tasks_of([project(), project(money=None)]))
    assert (whole.final_budget, whole.outturn, whole.execution_rate) == (None, None, None)


def test_the_units_own_table_is_scored_like_a_project_with_the_money_of_all():
    made = scored("10次", "95%")
    assert made.findings == ()
    # 180 of 240 paid: 7.5 of 10; 产出 and 满意度 share the other 90 in proportion.
    assert made.one.execution.points == Decimal("7.50")
    assert made.one.total_points == Decimal("97.50")


def test_an_indicator_without_a_value_waits_and_blocks():
    made = scored("10次", None)
    assert (made.one.total_points, [f.code for f in made.findings]) == (None, ["F01"])
    assert "department_actual --set line=2" in made.findings[0].zh

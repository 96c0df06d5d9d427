"""Two tables compared: the cells that differ, and what is not a cell."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from hengji.dossier.redelivered import Differing, compared_tables
from hengji.model.table import Funds, Indicator, Project, Source, TargetTable

ONE = Project(
    "甲",
    (Indicator(1, "数量", annual_target="2台"), Indicator(2, "质量", annual_target="100%")),
    funds=Funds(Decimal(5)),
)
TWO = Project("乙", (Indicator(1, "时效", annual_target="12月"),))
TABLE = TargetTable(Source("", "", ""), projects=(ONE, TWO))


def against(*projects: Project):
    return compared_tables(TABLE, replace(TABLE, projects=projects))


def test_the_same_table_differs_in_nothing():
    assert against(ONE, TWO) == ((), (), ())


def test_a_target_and_an_amount_that_differ_are_cells():
    line = ONE.indicators[0]._replace(annual_target="3台")
    found = against(replace(ONE, indicators=(line, ONE.indicators[1]), funds=Funds(Decimal("5.5"))), TWO)
    assert found.cells == (
        Differing("甲", None, "total", "5", "5.5"),
        Differing("甲", 1, "annual_target", "2台", "3台"),
    )
    assert found.other == ()


def test_projects_in_another_order_are_the_same_projects():
    assert against(TWO, ONE) == ((), (), ())


def test_a_project_called_otherwise_at_its_place_was_renamed():
    assert against(ONE, replace(TWO, name="丙")).cells == (Differing("乙", None, "name", "乙", "丙"),)


def test_what_came_or_went_is_told_apart_from_cells():
    found = against(replace(ONE, indicators=(*ONE.indicators, Indicator(3, "成本"))))
    assert found.cells == ()
    assert [r.zh for r in found.rows] == ["少了项目“乙”", "“甲”多了第 3 项“成本”"]


def test_a_content_that_is_gone_is_never_a_silent_change():
    gone = replace(TWO, indicators=(TWO.indicators[0]._replace(annual_target=None),))
    found = against(ONE, gone)
    assert found.cells == ()
    assert "原为“12月”" in found.other[0][0]


def test_indicators_whose_numbers_repeat_are_paired_by_place():
    twice = replace(TWO, indicators=(Indicator(1, "时效"), Indicator(1, "成本", annual_target="3")))
    other = replace(TWO, indicators=(Indicator(1, "时效"), Indicator(1, "成本", annual_target="4")))
    found = compared_tables(replace(TABLE, projects=(twice,)), replace(TABLE, projects=(other,)))
    assert [(c.field, c.old, c.new) for c in found.cells] == [("annual_target", "3", "4")]

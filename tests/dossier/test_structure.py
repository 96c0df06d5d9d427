"""A corrected document written as entries: the table in force then reads as the document does, row for row."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hengji.dossier import DossierError, GivenKind, entry
from hengji.dossier.in_force import with_entry
from hengji.dossier.redelivered import as_entries, compared_tables
from hengji.model.table import Funds, Indicator, Project, Source, TargetTable

DAY = datetime.date(2024, 3, 1)
TEXTS = st.sampled_from(("≥90%", "3台", "12月底前"))


@st.composite
def indicators(draw):
    numbers = sorted(draw(st.sets(st.integers(1, 8), max_size=6)))
    return tuple(
        Indicator(n, draw(st.sampled_from(("车辆", "完成率", "时限"))), "产出", annual_target=draw(TEXTS))
        for n in numbers
    )


@st.composite
def tables(draw):
    # Both tables of a pair have their common projects in the same order, as a document and its correction do.
    names = sorted(draw(st.sets(st.sampled_from("甲乙丙丁戊己"), min_size=1)))
    projects = tuple(
        Project(n, draw(indicators()), objective="做好", funds=Funds(Decimal(draw(st.integers(1, 9))))) for n in names
    )
    return TargetTable(Source("t", "", ""), projects=projects)


def written(table, given_):
    for kind, fields in given_:
        table = with_entry(table, kind, entry(table, kind, fields, DAY)[2])
    return table


def rows(table):
    return [
        (p.name, p.funds, p.objective, [(i.number, i.name, i.level1, i.annual_target) for i in p.indicators])
        for p in table.projects
    ]


@given(tables(), tables())
def test_the_entries_of_a_correction_make_the_table_the_document(now, new):
    found = compared_tables(now, new)
    assert found.other == ()
    assert rows(written(now, as_entries(found))) == rows(new)


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("indicator_added", {"project": "甲", "number": "1", "name": "又一项", "place": "1"}),
        ("indicator_added", {"project": "甲", "number": "x", "name": "又一项", "place": "1"}),
        ("indicator_added", {"project": "甲", "number": "9", "name": "又一项", "place": "0"}),
        ("project_added", {"name": "甲", "place": "1"}),
        ("project_added", {"name": "乙", "place": "1", "total": "很多"}),
        ("indicator_removed", {"project": "甲", "indicator": "7"}),
        ("project_removed", {"project": "丙丁"}),
    ],
)
def test_what_cannot_come_or_go_is_refused(kind, fields):
    table = TargetTable(Source("t", "", ""), projects=(Project("甲", (Indicator(1, "车辆"),)),))
    with pytest.raises(DossierError):
        entry(table, GivenKind(kind), fields, DAY)


def test_what_went_is_kept_in_the_entry():
    table = TargetTable(Source("t", "", ""), projects=(Project("甲", (Indicator(1, "车辆", annual_target="3台"),)),))
    _, old, _ = entry(table, GivenKind.INDICATOR_REMOVED, {"project": "甲", "indicator": "1"}, DAY)
    assert (old["name"], old["annual_target"]) == ("车辆", "3台")

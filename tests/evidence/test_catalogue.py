"""Every measure explained, and every worked example run: by the engine, and by the separate plain truth."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from hengji.evidence.bindings import check_measure
from hengji.evidence.catalogue import SOURCE, Entry, Words, answer, catalogue
from hengji.evidence.compute import Computation, compute
from hengji.evidence.engine import open_engine
from hengji.evidence.measures import SHAPES
from hengji.evidence.measures.base import REASONS
from hengji.evidence.register import registers
from hengji.evidence.store import Store
from hengji.model.binding import Actual, Binding
from hengji.model.table import Indicator, Project, Source, TargetTable
from hengji.simulation.tables import rows_of, table_of
from hengji.simulation.truth import truth

AT = datetime.datetime(2025, 6, 1, 9)
NAMES = sorted(SHAPES)
FIGURES = ("status", "value", "numerator", "denominator", "rows")


def test_every_measure_is_explained_and_nothing_else_is() -> None:
    assert list(catalogue()) == NAMES
    assert all(entry.name == name for name, entry in catalogue().items())


@pytest.mark.parametrize("name", NAMES)
def test_the_parameters_are_those_that_a_binding_may_give(name: str) -> None:
    entry = catalogue()[name]
    assert {p.name for p in entry.parameters if p.required} == SHAPES[name].required
    assert {p.name for p in entry.parameters if not p.required} == SHAPES[name].optional
    assert len({p.name for p in entry.parameters}) == len(entry.parameters)
    check_measure(name, entry.example.params)


@pytest.mark.parametrize("name", NAMES)
def test_a_page_says_everything_in_both_languages(name: str) -> None:
    entry = catalogue()[name]
    assert entry.edge_cases
    assert entry.sources
    for title, lines in entry.sections():
        for words in (title, *lines):
            assert _chinese(words.zh) or words.zh == "%", words
            assert words.en.strip(), words
            assert words.en[-1] != "。", words
    assert "第" not in "".join(s.text.zh for s in entry.sources), "no article numbers"


@pytest.mark.parametrize("name", NAMES)
def test_the_worked_example_comes_out_as_reckoned_by_hand(name: str, answered: Callable[[str], Actual]) -> None:
    expected = catalogue()[name].example.expected
    actual = answered(name)
    assert _figures(actual) == _wanted(catalogue()[name])
    assert {e.reason: e.cases for e in actual.excluded} == dict(expected.excluded)
    assert set(expected.excluded) <= set(REASONS)


@pytest.mark.parametrize("name", NAMES)
def test_the_separate_truth_gives_the_worked_example_too(name: str) -> None:
    entry = catalogue()[name]
    rows = {register: rows_of(table_of(registers()[register], r)) for register, r in entry.example.records.items()}
    (found,) = truth(rows, _table(entry), [_binding(entry)], entry.example.period)
    assert {name: found[name] for name in FIGURES} == _wanted(entry)


def test_examples_leave_something_out() -> None:
    """An example in which every record counts would not show where the edge is."""
    for name, entry in catalogue().items():
        expected = entry.example.expected
        made = sum(len(rows) for rows in entry.example.records.values())
        assert expected.excluded or expected.rows < made, name


def test_a_page_as_json_keeps_figures_and_dates_as_text() -> None:
    found = catalogue()["budget_execution"].as_json()
    assert found["example"]["given"]["payment"][1]["amount"] == "320000.50"
    assert found["example"]["period"] == [2024, "2024-09-30"]
    assert found["parameters"][0]["default"] == {"zh": "不筛选", "en": "none"}
    assert found["example"]["expected"]["value"] == "77.500062"


def test_records_of_examples_are_marked_as_made_up() -> None:
    rows = [r for e in catalogue().values() for group in e.example.records.values() for r in group]
    assert rows
    assert {r["source_system"] for r in rows} == {SOURCE}


def test_a_series_is_a_record_an_hour_with_a_key_of_its_own() -> None:
    records = catalogue()["composite_index_change"].example.records["air_quality"]
    first = [r for r in records if r["source_key"].startswith("a1-")]
    assert [r["hour"].hour for r in first] == list(range(20))
    assert len({r["source_key"] for r in records}) == len(records) == 12 * 20 + 19 + 1


def test_shown_records_stand_in_tables_with_the_headings_that_are_used() -> None:
    (table,) = catalogue()["disclosure_rate"].example.shown()
    assert table.register == "disclosure"
    assert table.headings == ("source_key", "item", "due_on", "published_on", "withheld")
    assert table.rows[2] == ("3", "事项三", "2024-05-31", "", "是")


def test_an_answer_is_told_in_a_sentence() -> None:
    assert answer(catalogue()["pass_rate"].example.expected) == Words(
        "状态：已算出；实际完成值 33.333333；分子 1；分母 3；计入 3 项；不计入：duplicate 1, no_result 1。",
        "Status: ok; value 33.333333; numerator 1; denominator 3; 3 cases; left out: duplicate 1, no_result 1.",
    )


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Actual]:
    """The answer of a measure to its own example, from records that went through the store."""

    @cache
    def made(name: str) -> Actual:
        entry = catalogue()[name]
        store = Store(tmp_path_factory.mktemp(name))
        for register, rows in entry.example.records.items():
            table = table_of(registers()[register], rows)
            done = store.add_table(register, table, at=AT, source=SOURCE, simulated=True)
            assert (done.written, done.rejected_count) == (len(rows), 0), register
        (actual,) = compute(_table(entry), [_binding(entry)], Computation(open_engine(store), entry.example.period))
        return actual

    return made


def _table(entry: Entry) -> TargetTable:
    project = Project(entry.example.project, (Indicator(entry.example.indicator, entry.title_zh),))
    return TargetTable(Source("示例.txt", "", "text/plain"), fiscal_year=entry.example.period.year, projects=(project,))


def _binding(entry: Entry) -> Binding:
    return Binding(
        entry.example.project,
        entry.example.indicator,
        entry.name,
        entry.example.params,
        confirmed_by="示例",
        reading=entry.formula_zh,
    )


def _wanted(entry: Entry) -> Mapping[str, Any]:
    expected = entry.example.expected
    return {name: getattr(expected, name) for name in FIGURES}


def _figures(actual: Actual) -> Mapping[str, Any]:
    return {name: _text(getattr(actual, name)) for name in FIGURES}


def _text(value: Any) -> Any:
    return format(value, "f") if isinstance(value, Decimal) else value


def _chinese(text: str) -> bool:
    return any("一" <= c <= "鿿" for c in text)

"""Rules have their words, their thresholds exist, and no table of readings stops them."""

from __future__ import annotations

import datetime
import re

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hengji.evidence.suspicion.catalogue import RULES
from hengji.evidence.suspicion.readings import PARAMETERS, READINGS, REGISTER, connection
from hengji.evidence.suspicion.suspect import rows_behind, sql, suspicions, unasked
from hengji.evidence.suspicion.thresholds import table_of, thresholds

BEGIN = datetime.datetime(2024, 3, 1)
VALUES = st.one_of(st.none(), st.sampled_from([0.0, -1.0, 1e-9, 0.1, 30.0, 30.0, 31.5, 1e12, -1e12, 21.0, 20.9]))
WORDS = {"mn": ["A", "B", ""], "period": ["hour", "hour", "minute"], "flag": ["N", "N", "F", "M", "?", None]}
FACTORS = ["w01018", "a21002", "a19001", "w00000", "a01012", "zz"]
MOMENTS = st.integers(0, 400).map(lambda n: BEGIN + datetime.timedelta(hours=n))
READING = st.fixed_dictionaries(
    {name: st.sampled_from(words) for name, words in WORDS.items()}
    | {"factor": st.sampled_from(FACTORS), "data_time": MOMENTS, "file": st.just("f"), "packet": st.integers(0, 9)}
    | dict.fromkeys(("avg", "min", "max", "zs", "cou"), VALUES)
    | dict.fromkeys(("qn", "received"), st.none() | MOMENTS)
)
CHANGE = st.fixed_dictionaries(
    {"mn": st.just("A"), "data_time": MOMENTS, "factor": st.sampled_from(FACTORS), "parameter": st.just("i13008")}
    | {"value": VALUES, "file": st.just("f"), "packet": st.integers(0, 9)}
)
LIMIT = st.fixed_dictionaries(
    {"mn": st.just("A"), "factor": st.sampled_from(FACTORS), "limit": VALUES, "range_top": VALUES, "detection": VALUES}
)


def database(readings=(), changes=(), limits=()):
    return connection(
        pa.Table.from_pylist(list(readings), READINGS),
        pa.Table.from_pylist(list(changes), PARAMETERS),
        pa.Table.from_pylist(list(limits), REGISTER),
    )


def hours(values, factor="w01018", **other):
    """One hour a value; a value of None is left out."""
    return [
        {"mn": "A", "period": "hour", "factor": factor, "data_time": BEGIN + datetime.timedelta(hours=n), "avg": value,
         "flag": "N", "file": "f", "packet": n} | other
        for n, value in enumerate(values) if value is not None
    ]  # fmt: skip


@given(st.lists(READING, max_size=60), st.lists(CHANGE, max_size=6), st.lists(LIMIT, max_size=4))
@settings(max_examples=25, deadline=None)
def test_no_table_of_readings_stops_the_rules(readings, changes, limits):
    unique = {(one["mn"], one["factor"]): one for one in limits}.values()
    db = database(readings, changes, unique)
    found = suspicions(db)
    assert len(rows_behind(db, found)) == len(found)
    assert all(
        one.zh.endswith("疑似，需现场核实。") and one.en.endswith("suspected, needs site proof.") for one in found
    )
    assert all(one.number > 0 for one in unasked(db))


def test_no_readings_give_no_suspicion():
    db = database()
    assert suspicions(db) == []
    assert rows_behind(db, []) == []


def test_equal_hours_are_told_with_their_number_value_and_packets():
    values = [30 + 4 * ((n * 7919) % 101) / 101 for n in range(200)]
    values[80:95] = [33.5] * 15
    db = database(hours(values))
    (one,) = (s for s in suspicions(db) if s.rule.code == "Y01")
    assert "15 hourly means are exactly equal (33.5)" in one.en or "14 hourly means are exactly equal (33.5)" in one.en
    packets = [row.packet for row in rows_behind(db, [one])[0]]
    assert set(range(81, 95)) <= set(packets)


def test_a_missing_hour_ends_a_run():
    values = [30 + 4 * ((n * 7919) % 101) / 101 for n in range(200)]
    values[80:90] = [33.5] * 5 + [None] + [33.5] * 4
    assert [s for s in suspicions(database(hours(values))) if s.rule.code == "Y01"] == []


def test_zero_is_left_alone_while_nothing_flows_and_told_while_it_flows():
    values = [30 + 4 * ((n * 7919) % 101) / 101 for n in range(200)]
    values[80:95] = [0.0] * 15
    standing = [0.0 if 80 <= n < 95 else 20.0 + n % 7 for n in range(200)]
    told = {
        name: {s.rule.code for s in suspicions(database(hours(values) + hours(flow, "w00000")))}
        for name, flow in (("standing", standing), ("running", [20.0 + n % 7 for n in range(200)]))
    }
    assert "Y17" not in told["standing"]
    assert "Y17" in told["running"]


def test_a_stack_marked_as_stopped_is_told_by_its_oxygen_where_no_flow_is_known():
    readings = hours([20.0 + n % 9 for n in range(60)], "a21002", flag="F") + hours([9.0] * 60, "a19001")
    (one,) = (s for s in suspicions(database(readings)) if s.rule.code == "Y08")
    assert "some — %" in one.en


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_a_rule_says_when_it_speaks_what_may_be_honest_and_works_an_example(rule):
    assert all(zh and en for _, zh, en in rule.sections())
    figures = set(re.findall(r"{(\w+)", rule.zh))
    assert figures
    assert figures == set(re.findall(r"{(\w+)", rule.en))
    known = set(thresholds()["default"])
    used = set(re.findall(r"\b(\w+_\w+)\b", sql(f"rules/{rule.name}"))) & known
    named = set(re.findall(r"[a-z]+(?:_[a-z]+)+", rule.formula_zh))
    assert named <= known
    assert used <= named | {"running_load"}


def test_every_threshold_is_unverified_and_every_factor_has_a_role():
    said = thresholds()
    assert said["verified"] is False
    assert {row["role"] for row in table_of(said).to_pylist()} == {
        "pollutant",
        "flow",
        "oxygen",
        "temperature",
        "other",
    }

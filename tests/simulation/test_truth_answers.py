"""Environment, trends, yes or no and attestations of the truth against cases worked out by hand."""

from __future__ import annotations

import datetime
import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from tests.simulation.tiny import MID_YEAR, YEAR_END, Automatic, answer, bind, figures, rows, table

from hengji.model.binding import Period
from hengji.simulation.truth import truth
from hengji.simulation.truth.environment import percentile

DAY = Period(2024, datetime.date(2024, 1, 1))


def _water(section, on, item, value=None, floor=None, volume="#100"):
    return {"section": section, "sampled_on": on, "item": item, "value": value, "detection_limit": floor, "volume": volume}  # fmt: skip


WATER = rows(
    _water("甲", "2024-01-05", "氨氮", "#1.0"), _water("甲", "2024-01-05", "溶解氧", "#5"),
    _water("甲", "2024-02-05", "氨氮", "#1.01", volume="#300"), _water("甲", "2024-02-05", "溶解氧", "#6", volume="#300"),
    _water("乙", "2024-01-05", "氨氮", None, "#0.025"), _water("乙", "2024-01-05", "溶解氧", "#7.5"),
)  # fmt: skip
ASKED = {"register": "source_water_quality", "items": ["氨氮", "溶解氧"]}


def water(extra=(), **params):
    return figures("water_compliance_rate", {"source_water_quality": [*WATER, *extra]}, **ASKED, **params)


def test_water_complies_by_times_by_volume_and_by_section():
    assert water() == ("66.666667", "2", "3", 3, "ok")
    assert water(basis="volume") == ("40", "200", "500", 3, "ok")
    assert water(basis="section") == ("50", "1", "2", 2, "ok")
    assert water(**{"class": "Ⅱ"})[1:3] == ("1", "3")


@pytest.mark.parametrize("lost", [
    [], [{"item": "溶解氧", "value": None, "detection_limit": None}],
])  # fmt: skip
def test_a_missing_item_leaves_the_rate_unsaid(lost):
    extra = rows(
        _water("丙", "2024-01-05", "氨氮", "#0.1"), *[{**_water("丙", "2024-01-05", "溶解氧"), **x} for x in lost]
    )
    for n, row in enumerate(extra):
        row["source_key"] = f"x{n}"
    assert water(extra)[4] == "insufficient"


def test_a_detection_limit_above_the_limit_cannot_judge():
    extra = rows(_water("丙", "2024-01-05", "氨氮", None, "#1.5"), _water("丙", "2024-01-05", "溶解氧", "#6"))
    for n, row in enumerate(extra):
        row["source_key"] = f"x{n}"
    assert water(extra)[4] == "insufficient"


def _air(values, day="2024-01-01", pollutant="PM2.5", **more):
    return [{"station": "一", "hour": f"{day}T{h:02d}:00", "pollutant": pollutant, "value": v, "flag": "N", **more}
            for h, v in enumerate(values)]  # fmt: skip


def _all(day, pm25="#35"):
    levels = {"PM2.5": pm25, "PM10": "#70", "SO2": "#60", "NO2": "#40", "CO": "#4", "O3": "#160"}
    return [r for p, v in levels.items() for r in _air([v] * 24, day, p)]


def test_the_index_changes_against_the_same_days_of_the_year_before():
    air = rows(*_all("2023-01-01"), *_all("2024-01-01", "#42"), *_all("2023-01-02", "#99"))
    # 6.00 last year; PM2.5 at 1.2 of its limit this year: 6.20.
    found = figures("composite_index_change", {"air_quality": air}, DAY, register="air_quality")
    assert found == ("3.333333", "0.2", "6", 12, "ok")


def test_a_day_without_twenty_valid_hours_is_not_evaluated():
    air = rows(*_all("2023-01-01"), *[r for r in _all("2024-01-01") if r["pollutant"] != "SO2"],
               *_air(["#5"] * 19, pollutant="SO2"), *_air(["#5"] * 24, pollutant="SO2", flag="无效"))  # fmt: skip
    found = figures("composite_index_change", {"air_quality": air}, DAY, register="air_quality")
    assert found[4] == "insufficient"


def test_a_whole_year_needs_324_days():
    air = rows(*_all("2023-01-01"), *_all("2024-01-01"))
    assert figures("composite_index_change", {"air_quality": air})[4] == "insufficient"


CASES = json.loads((Path(__file__).parent / "air_index_cases.json").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES["composite_index"], ids=lambda c: c["name"])
def test_published_indices_are_met(case):
    names = {"O3_8h_p90": "O3", "CO_p95": "CO"}
    now = [r for p, v in case["values"].items() for r in _air([f"#{v}"] * 24, "2024-01-01", names.get(p, p))]
    air = rows(*now, *_all("2023-01-01"))
    found = answer("composite_index_change", {"air_quality": air}, DAY)
    assert Decimal(found["numerator"]) + Decimal(found["denominator"]) == Decimal(case["published"])


def test_a_percentile_lies_between_its_neighbours():
    assert percentile([Fraction(n) for n in (1, 2, 3, 4)], Fraction(9, 10)) == Fraction(37, 10)


def test_the_same_weather_is_not_decided_here():
    assert figures("met_normalised_change", {"air_quality": rows(*_all("2024-01-01"))})[4] == "insufficient"


RANKS = rows(
    {"period": "2023", "district": "甲区", "rank": 8, "published_on": "2023-12-31"},
    {"period": "2024", "district": "甲区", "rank": 6, "published_on": "2024-12-31"},
    {"period": "2024", "district": "乙区", "rank": 1, "published_on": "2024-12-31"},
    {"period": "2023-05", "district": "甲区", "rank": 3, "published_on": "2023-06-10"},
    {"period": "2024-05", "district": "甲区", "rank": 4, "published_on": "2024-06-10"},
)


def test_a_rank_below_zero_is_better_and_one_not_yet_published_is_unknown():
    data = {"city_ranking": RANKS}
    assert figures("rank_change", data, district="甲区") == ("-2", "6", "8", 2, "ok")
    assert figures("rank_change", data, MID_YEAR, district="甲区")[4] == "insufficient"
    assert figures("rank_change", data, district="甲区", period="month") == figures(
        "rank_change", data, MID_YEAR, district="甲区", period="month"
    )
    assert figures("rank_change", data, district="甲区", period="month")[0] == "1"


TESTS = rows(
    {"tested_on": "2023-03-01", "result": "合格"}, {"tested_on": "2023-04-01", "result": "不合格"},
    {"tested_on": "2024-03-01", "result": "合格"}, {"tested_on": "2024-03-01", "result": "合格"},
    {"tested_on": "2024-03-01", "result": "不合格"},
)  # fmt: skip
PASSED = {"measure": "pass_rate", "with": {"register": "comparison_test", "result": "result", "passing": ["合格"]}}


def test_a_trend_is_the_difference_of_two_years():
    found = figures("trend_direction", {"comparison_test": TESTS}, of=PASSED, direction="up")
    assert found == ("16.666667", "66.666667", "50", 5, "ok")


def test_a_trend_without_last_year_cannot_be_said():
    assert figures("trend_direction", {"comparison_test": TESTS[2:]}, of=PASSED)[4] == "insufficient"


def test_a_count_may_be_taken_per_hundred_of_another():
    data = {
        "enforcement_case": rows({"filed_on": "2023-03-01"}, {"filed_on": "2024-03-01"}),
        "site_visit": rows({"visited_on": "2023-03-01"}, *[{"visited_on": "2024-03-01"}] * 4),
    }
    of = {"measure": "count_records", "with": {"register": "enforcement_case"}, "per": {"register": "site_visit"}}
    assert figures("trend_direction", data, of=of, direction="down") == ("-75", "25", "100", 2, "ok")


def _leaf(number, register="activity", op=">="):
    return {"measure": "count_records", "with": {"register": register}, "op": op, "number": number}


HELD = {"activity": rows({"type": "演练", "held_on": "2024-05-01"})}


def test_one_open_condition_does_not_hide_another_that_decides():
    opened = _leaf(1, "litigation")
    assert figures("yes_no_computed", HELD, tree={"all": [_leaf(1), _leaf(0)]}) == ("是", "2", "2", 2, "ok")
    assert figures("yes_no_computed", HELD, tree={"all": [_leaf(2), opened]}) == ("否", "0", "2", 2, "ok")
    assert figures("outcome_composite", HELD, tree={"any": [_leaf(1), opened]})[0] == "是"
    assert figures("outcome_composite", HELD, tree={"all": [_leaf(1), opened]}) == (None, "1", "2", 2, "undecidable")
    assert figures("outcome_composite", HELD, tree=_leaf(1, op="<"))[0] == "否"


def test_no_event_must_be_reported_month_by_month():
    nil = [{"nil_return": True, "month": f"2024-{m:02d}", "happened_on": f"2024-{m:02d}-28", "kind": "其他"} for m in range(1, 7)]  # fmt: skip
    accident = {"kind": "现场执法", "happened_on": "2024-07-09"}
    data = {"safety_accident": rows(*nil, accident)}
    asked = {"register": "safety_accident"}
    assert figures("zero_events", data, MID_YEAR, **asked) == ("0", "0", None, 0, "ok")
    assert figures("zero_events", data, Period(2024, datetime.date(2024, 7, 31)), **asked)[0] == "1"
    assert figures("zero_events", data, **asked)[4] == "insufficient"
    assert figures("zero_events", data, Period(2024, datetime.date(2024, 7, 31)), **asked, filter={"kind": "现场执法"},
                   nil={"register": "safety_accident", "filter": {"nil_return": True}})[0] == "1"  # fmt: skip


SIGNED = {"project": "项目甲", "indicator": 1, "signed_on": "2024-11-01", "grade": "优", "signer": "甲",
          "co_signer": "乙", "attachment": "aa", "statement": "…"}  # fmt: skip


@pytest.mark.parametrize("change", [{"attachment": None}, {"co_signer": None}, {"co_signer": "甲"}, {"indicator": 2}])
def test_a_statement_needs_an_attachment_and_a_second_signer(change):
    data = {"attestation": rows({**SIGNED, **change})}
    assert figures("qualitative_graded", data)[4] == "insufficient"


def test_the_last_full_statement_counts():
    data = {"attestation": rows({**SIGNED, "grade": "良", "signed_on": "2024-12-01"}, SIGNED,
                                {**SIGNED, "grade": "差", "signed_on": "2024-12-02", "attachment": None})}  # fmt: skip
    assert figures("yes_no_attested", data) == ("良", None, None, 1, "attested")


def test_duplicates_are_answered_once_and_partly_stays_partly():
    bindings = [
        bind("count_records", register="activity", automatic=Automatic.PARTLY),
        bind(None, 2, same_as=("项目甲", 1)),
    ]
    found = truth(HELD, table(3), bindings, YEAR_END)
    assert [(f["value"], f["status"]) for f in found] == [("1", "partly"), ("1", "partly"), (None, "insufficient")]

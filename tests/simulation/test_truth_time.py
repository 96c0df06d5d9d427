"""Cells, hours and minutes of the truth against cases worked out by hand."""

from __future__ import annotations

import datetime

from tests.simulation.tiny import figures, rows

from hengji.model.binding import Period

JANUARY = Period(2024, datetime.date(2024, 1, 31))
WEEK = Period(2024, datetime.date(2024, 1, 7))
OUTLETS = rows(
    {"outlet_no": "W1", "platform_level": "国发", "valid_from": "2023-01-01", "valid_to": "2024-01-03",
     "items": "w01018;w21003", "online_required": True},
    {"outlet_no": "W1", "platform_level": "区", "valid_from": "2024-01-04", "items": "w01018;w21003", "online_required": True},
    {"outlet_no": "W2", "platform_level": "市", "valid_from": "2024-01-07", "items": "w01018", "online_required": True},
)  # fmt: skip
PATROLS = rows(
    *[{"outlet_no": "W1", "patrolled_at": f"2024-01-0{d}T{8 + n:02d}:00"} for d in (1, 2) for n in range(5)],
    {"outlet_no": "W1", "patrolled_at": "2024-01-04T23:59"},
    {"outlet_no": "W1", "patrolled_at": "2024-01-05T23:59"},
    {"outlet_no": "W2", "patrolled_at": "2024-01-07T23:59"},
)
UNITS = {"register": "outlet", "unit": "outlet_no", "level": "platform_level"}
ASKED = {
    "units": UNITS, "visits": {"register": "system_patrol", "unit": "outlet_no", "date": "patrolled_at"},
    "required": {"国发": 3, "市": 2, "区": 1}, "cell": "day",
}  # fmt: skip


def test_visits_too_many_on_one_day_do_not_fill_another_and_the_level_is_that_of_the_day():
    data = {"outlet": OUTLETS, "system_patrol": PATROLS}
    # W1: 3+3+0 of 9, then 1+1+0+0 of 4; W2: 1 of 2.
    assert figures("visit_frequency_compliance", data, WEEK, **ASKED) == ("60", "9", "15", 8, "ok")


def test_a_day_wholly_inside_a_stop_is_exempt():
    stops = rows({"outlet_no": "W1", "from_at": "2024-01-03T00:00", "to_at": "2024-01-04T23:00"})
    data = {"outlet": OUTLETS, "system_patrol": PATROLS, "stop_notice": stops}
    exempt = {"register": "stop_notice", "unit": "outlet_no", "from": "from_at", "to": "to_at"}
    assert figures("visit_frequency_compliance", data, WEEK, **ASKED, exempt=exempt)[1:4] == ("9", "12", 7)


def test_a_month_counts_from_the_first_day_on_and_only_when_it_has_ended():
    lists = rows({"enterprise": "A", "level": "市重点", "valid_from": "2024-01-01"},
                 {"enterprise": "B", "level": "其他", "valid_from": "2024-01-02"})  # fmt: skip
    visits = rows({"enterprise": "A", "visited_on": "2024-01-31"}, {"enterprise": "A", "visited_on": "2024-02-01"})
    asked = {
        "units": {"register": "key_unit_list", "unit": "enterprise", "level": "level"},
        "visits": {"register": "site_visit", "unit": "enterprise", "date": "visited_on"},
        "required": {"市重点": 2, "其他": 1}, "cell": "month",
    }  # fmt: skip
    data = {"key_unit_list": lists, "site_visit": visits}
    assert figures("visit_frequency_compliance", data, JANUARY, **asked) == ("50", "1", "2", 1, "ok")
    february = Period(2024, datetime.date(2024, 2, 29))
    assert figures("visit_frequency_compliance", data, february, **asked) == ("40", "2", "5", 3, "ok")
    assert figures("visit_frequency_compliance", data, WEEK, **asked)[4] == "not_applicable"


def test_two_tests_at_the_border_of_two_quarters_are_one():
    tests = rows({"outlet_no": "W1", "tested_on": "2024-03-30"}, {"outlet_no": "W1", "tested_on": "2024-04-02"})
    asked = {
        "units": {"register": "outlet", "unit": "outlet_no"},
        "tasks": {"register": "qc_sample", "unit": "outlet_no", "date": "tested_on"},
        "period": "quarter",
    }
    half = Period(2024, datetime.date(2024, 6, 30))
    data = {"outlet": OUTLETS, "qc_sample": tests}
    # W1 is due in both quarters, W2 in the second only (it joined on 7 January).
    assert figures("periodic_task_compliance", data, half, **asked) == ("66.666667", "2", "3", 3, "ok")
    assert figures("periodic_task_compliance", data, half, **asked, min_gap_days=15) == ("33.333333", "1", "3", 3, "ok")


def _hour(outlet, item, at, received=None, flag="N"):
    return {"outlet_no": outlet, "item": item, "data_time": at, "received_at": received or at, "flag": flag}


DAY = Period(2024, datetime.date(2024, 1, 1))
ONLINE = rows(
    _hour("W1", "w01018", "2024-01-01T00:00"),
    _hour("W1", "w01018", "2024-01-01T00:00", flag="D"),
    _hour("W1", "w01018", "2024-01-01T01:00", flag="D"),
    _hour("W1", "w01018", "2024-01-01T02:00", "2024-01-11T03:00"),
    _hour("W1", "w01018", "2024-01-01T03:00", "2024-01-11T04:01"),
    _hour("W1", "w01018", "2024-01-02T00:00"),
    _hour("W1", "w21003", "2024-01-01T10:00"),
    _hour("W1", "w99999", "2024-01-01T10:00"),
)
STOPS = rows({"outlet_no": "W1", "from_at": "2024-01-01T06:00", "to_at": "2024-01-01T16:30"})


def test_an_hour_counts_once_when_it_came_in_time_and_was_due():
    year = Period(2024, datetime.date(2024, 1, 20))
    data = {"outlet": OUTLETS[:1], "online_data": ONLINE, "stop_notice": STOPS}
    # Three days of validity less eleven hours of stop (6:00 … 16:00), two factors: 2 × 61; received 0, 1, 2 and 2 Jan.
    assert figures("transmission_rate", data, year)[1:4] == ("4", "122", 2)
    assert figures("effective_transmission_rate", data, year)[1:4] == ("3", "122", 2)


def test_what_arrives_after_the_cut_off_has_not_arrived():
    data = {"outlet": OUTLETS[:1], "online_data": ONLINE, "stop_notice": STOPS}
    assert figures("transmission_rate", data, DAY)[1:4] == ("2", "26", 2)
    assert figures("transmission_rate", data, DAY, items=["w01018"])[1:4] == ("2", "13", 1)


def test_shifts_that_overlap_cover_once_and_small_gaps_are_forgiven():
    shifts = rows(
        {"from_at": "2023-12-31T20:00", "to_at": "2024-01-01T08:00"},
        {"from_at": "2024-01-01T07:00", "to_at": "2024-01-01T12:00"},
        {"from_at": "2024-01-01T12:10", "to_at": "2024-01-02T08:00"},
    )
    asked = {"register": "duty_log", "from": "from_at", "to": "to_at"}
    assert figures("continuous_service", {"duty_log": shifts}, DAY, **asked)[1:] == ("1430", "1440", 1, "ok")
    assert figures("continuous_service", {"duty_log": shifts}, DAY, **asked, gap_minutes=10)[0] == "100"


def test_planned_outages_leave_both_sides():
    outages = rows(
        {"system": "A", "from_at": "2024-01-01T00:00", "to_at": "2024-01-01T01:00", "planned": True},
        {"system": "A", "from_at": "2024-01-01T00:30", "to_at": "2024-01-01T02:00", "planned": False},
        {"system": "B", "from_at": "2024-01-01T23:00", "to_at": "2024-01-02T02:00", "planned": False},
    )
    asked = {"register": "it_uptime", "from": "from_at", "to": "to_at", "mode": "outage", "planned": "planned"}
    systems = rows({"name": "A", "from_on": "2023-01-01"}, {"name": "B", "from_on": "2024-01-01", "to_on": "2024-01-01"},
                   {"name": "C", "from_on": "2024-01-01"}, {"name": "D", "from_on": "2025-01-01"})  # fmt: skip
    objects = {"register": "it_system", "key": "name", "from": "from_on", "to": "to_on"}
    data = {"it_uptime": outages, "it_system": systems}
    # A: 1440 less 60 planned, 60 down; B: 60 down; C none.
    assert figures("continuous_service", data, DAY, **asked, object="system", objects=objects)[1:] == (
        "4140", "4260", 3, "ok",
    )  # fmt: skip
    assert figures("continuous_service", data, DAY, **asked)[1:4] == ("1260", "1380", 1)

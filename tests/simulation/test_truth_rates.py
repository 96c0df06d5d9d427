"""Rates of the truth against cases worked out by hand."""

from __future__ import annotations

import datetime

import pytest
from tests.simulation.tiny import MID_YEAR, figures, rows

from hengji.simulation.truth.clocks import after_workdays, due_after

FLIGHTS = rows(
    {"requested_on": "2024-01-05", "flown_on": "2024-01-08"},
    {"requested_on": "2024-02-05"},
    {"requested_on": "2024-03-05", "cancel_reason": "天气"},
    {"requested_on": "2024-04-05", "flown_on": "2024-07-02"},
    {"requested_on": "2023-04-05", "flown_on": "2023-07-02"},
)


def test_cancelled_for_an_accepted_reason_leaves_both_sides():
    asked = {"register": "uav_task", "done": "flown_on", "cancelled": {"cancel_reason": ["天气", "空域"]}}
    assert figures("completion_rate", {"uav_task": FLIGHTS}, **asked) == ("66.666667", "2", "3", 3, "ok")


def test_what_is_done_after_the_cut_off_is_not_done():
    found = figures("completion_rate", {"uav_task": FLIGHTS}, MID_YEAR, register="uav_task", done="flown_on")
    assert found == ("25", "1", "4", 4, "ok")


def test_nothing_due_is_not_applicable_and_no_record_at_all_is_insufficient():
    old = FLIGHTS[4:]
    assert figures("completion_rate", {"uav_task": old}, register="uav_task", done="flown_on")[4] == "not_applicable"
    assert figures("completion_rate", {}, register="uav_task", done="flown_on")[4] == "insufficient"


CHECKS = rows(
    {"item": "甲", "accepted_on": "2024-02-01", "result": "不合格"},
    {"item": "甲", "accepted_on": "2024-03-01", "result": "合格"},
    {"item": "乙", "accepted_on": "2024-02-01", "result": "合格"},
    {"item": "丙", "due_on": "2024-05-01"},
    {"item": "丁", "due_on": "2025-05-01"},
)


def passed(**params):
    return figures("pass_rate", {"acceptance": CHECKS}, register="acceptance", **params)


def test_the_first_result_of_an_object_counts_unless_the_final_one_is_asked():
    assert passed() == ("66.666667", "2", "3", 3, "ok")
    assert passed(object="item") == ("50", "1", "2", 2, "ok")
    assert passed(object="item", which="final") == ("100", "2", "2", 2, "ok")


def test_overdue_without_a_result_fails_and_not_yet_due_is_out():
    assert passed(overdue="due_on") == ("50", "2", "4", 4, "ok")


PETITIONS = rows(
    {"received_on": "2024-01-02", "due_on": "2024-03-01", "closed_on": "2024-02-20", "outcome": "办结"},
    {"received_on": "2024-01-02", "due_on": "2024-03-01", "closed_on": "2024-03-20", "outcome": "办结"},
    {"received_on": "2024-05-02", "due_on": "2024-07-01", "extended_to": "2024-07-31"},
    {"received_on": "2024-05-02", "due_on": "2024-07-01", "outcome": "转办"},
    {"received_on": "2023-12-02", "due_on": "2024-01-31", "closed_on": "2024-01-31"},
)


def test_the_cohort_is_what_was_due_or_what_was_received():
    data = {"petition": PETITIONS}
    assert figures("closed_rate", data) == ("75", "3", "4", 4, "ok")
    assert figures("closed_rate", data, cohort="received") == ("66.666667", "2", "3", 3, "ok")
    assert figures("closed_rate", data, MID_YEAR) == ("100", "3", "3", 3, "ok")


def test_a_petition_without_due_day_leaves_the_rate_unsaid_unless_it_was_removed():
    lost = {"source_system": "手工", "source_key": "x", "received_on": datetime.date(2024, 2, 2)}
    assert figures("closed_rate", {"petition": [*PETITIONS, lost]})[4] == "insufficient"
    assert figures("closed_rate", {"petition": [*PETITIONS, {**lost, "outcome": "撤回"}]})[4] == "ok"


def test_in_time_is_by_the_extended_due_day_and_undone_is_late():
    asked = {"register": "petition", "due": "due_on", "extension": "extended_to", "done": "closed_on"}
    assert figures("ratio_within_deadline", {"petition": PETITIONS}, **asked) == ("40", "2", "5", 5, "ok")


def test_shares_may_weigh_by_amount():
    paid = rows(
        {"due_on": "2024-02-01", "paid_on": "2024-02-01", "amount": "#300.5"},
        {"due_on": "2024-02-01", "paid_on": "2024-02-02", "amount": "#100"},
    )
    asked = {"register": "payment", "due": "due_on", "done": "paid_on"}
    assert figures("ratio_within_deadline", {"payment": paid}, **asked)[0] == "50"
    assert figures("ratio_within_deadline", {"payment": paid}, **asked, amount="amount")[:3] == ("75.031211", "300.5", "400.5")  # fmt: skip


def test_hours_are_counted_to_the_second():
    issues = rows(
        {"raised_at": "2024-02-01T10:00:00", "verified_at": "2024-02-02T10:00:00"},
        {"raised_at": "2024-02-01T10:00:00", "verified_at": "2024-02-02T10:00:01"},
        {"raised_at": "2024-12-31T10:00:00"},
    )
    asked = {"register": "online_issue", "done": "verified_at", "limit": {"n": 24, "unit": "hour"}}
    assert figures("ratio_within_deadline", {"online_issue": issues}, **asked) == ("50", "1", "2", 2, "ok")


def test_a_limit_may_depend_on_the_level_and_an_unknown_level_leaves_it_unsaid():
    events = rows(
        {"received_at": "2024-02-01T10:00", "level": "一般", "initial_report_at": "2024-02-01T13:00"},
        {"received_at": "2024-02-01T10:00", "level": "重大", "initial_report_at": "2024-02-01T13:00"},
    )
    limits = {"field": "level", "values": {"一般": 4, "重大": 2}, "unit": "hour"}
    asked = {"register": "emergency_event", "done": "initial_report_at", "limits": limits}
    assert figures("ratio_within_deadline", {"emergency_event": events}, **asked)[0] == "50"
    events[1]["level"] = None
    assert figures("ratio_within_deadline", {"emergency_event": events}, **asked)[4] == "insufficient"


def test_working_days_know_holidays_and_make_up_days():
    # 10 to 17 February 2024 are holidays; Sunday the 4th and Sunday the 18th are made up.
    assert after_workdays(datetime.date(2024, 2, 3), 1) == datetime.date(2024, 2, 4)
    assert after_workdays(datetime.date(2024, 2, 9), 2) == datetime.date(2024, 2, 19)


def test_limits_have_known_units():
    assert due_after(datetime.date(2024, 2, 1), 3, "day") == datetime.date(2024, 2, 4)
    with pytest.raises(ValueError, match="fortnight"):
        due_after(datetime.date(2024, 2, 1), 3, "fortnight")


ALARMS = rows(
    {"raised_at": "2024-02-01T10:00", "responded_at": "2024-02-01T12:00", "verdict": "属实"},
    {"raised_at": "2024-02-01T10:00", "responded_at": "2024-02-03T12:00", "verdict": "属实"},
    {"raised_at": "2024-02-01T10:00", "verdict": "误报"},
    {"raised_at": "2024-12-31T10:00"},
)


def test_false_alarms_and_those_not_yet_due_are_out():
    asked = {"register": "online_issue", "responded": "responded_at", "false_alarm": {"verdict": ["误报"]}}
    assert figures("response_rate", {"online_issue": ALARMS}, **asked) == ("66.666667", "2", "3", 3, "ok")
    limited = {**asked, "limit": {"n": 24, "unit": "hour"}}
    assert figures("response_rate", {"online_issue": ALARMS}, **limited) == ("50", "1", "2", 2, "ok")


def test_no_event_is_not_applicable():
    quiet = {"online_issue": ALARMS, "emergency_event": rows({"received_at": "2023-01-01T00:00"})}
    asked = {"register": "emergency_event", "responded": "support_at"}
    assert figures("response_rate", quiet, **asked) == (None, "0", "0", 0, "not_applicable")


def test_what_is_withheld_need_not_be_published():
    items = rows(
        {"item": "月报", "due_on": "2024-02-01", "published_on": "2024-02-01"},
        {"item": "年报", "due_on": "2024-02-01", "published_on": "2024-02-02"},
        {"item": "密", "due_on": "2024-02-01", "withheld": True},
    )
    assert figures("disclosure_rate", {"disclosure": items}) == ("50", "1", "2", 2, "ok")


def test_checked_and_unchanged_is_as_good_as_updated():
    sets = rows(
        {"dataset": "a", "due_on": "2024-02-01", "updated_on": "2024-01-31"},
        {"dataset": "b", "due_on": "2024-02-01", "no_change": True, "checked_on": "2024-02-01"},
        {"dataset": "c", "due_on": "2024-02-01", "no_change": False, "checked_on": "2024-02-01"},
        {"dataset": "d", "due_on": "2025-02-01"},
    )
    assert figures("update_rate", {"data_sync": sets}) == ("66.666667", "2", "3", 3, "ok")


def test_obligations_count_by_quantity_or_by_a_day_with_proof():
    duties = rows(
        {"clause": "1", "due_on": "2024-02-01", "quantity_required": "#3", "quantity_done": "#1", "weight": "#2"},
        {"clause": "2", "due_on": "2024-02-01", "quantity_required": "#3", "quantity_done": "#7"},
        {"clause": "3", "due_on": "2024-02-01", "done_on": "2024-03-01", "proof": True},
        {"clause": "4", "due_on": "2024-02-01", "done_on": "2024-03-01"},
    )
    assert figures("contract_obligations_met", {"obligation": duties}) == ("53.333333", "2.666667", "5", 4, "ok")


def test_an_asset_is_used_at_all_or_by_its_working_days():
    data = {
        "asset": rows({"category": "车", "accepted_on": "2024-12-25"}, {"category": "车", "accepted_on": "2024-12-25"},
                      {"category": "车", "accepted_on": "2024-01-01", "state": "报废"}),
        "vehicle_use_log": rows({"vehicle": "k0", "used_on": "2024-12-26"}, {"vehicle": "k0", "used_on": "2024-12-26"},
                                {"vehicle": "k0", "used_on": "2024-12-28"}, {"vehicle": "k2", "used_on": "2024-12-28"}),
    }  # fmt: skip
    assert figures("asset_utilisation", data) == ("50", "1", "2", 2, "ok")
    # 25 to 31 December 2024: five working days each; the 28th is a Saturday.
    assert figures("asset_utilisation", data, reading="b") == ("10", "1", "10", 2, "ok")


def test_satisfaction_is_a_share_or_a_mean_of_valid_responses():
    data = {
        "survey": rows({"survey_no": "S1", "title": "食堂"}, {"survey_no": "S2", "title": "活动"}),
        "survey_response": rows(
            {"survey_no": "S1", "score": "#90", "valid": True, "answered_on": "2024-05-01"},
            {"survey_no": "S1", "score": "#70", "valid": True, "answered_on": "2024-05-01"},
            {"survey_no": "S1", "score": "#10", "valid": False, "answered_on": "2024-05-01"},
            {"survey_no": "S2", "score": "#10", "valid": True, "answered_on": "2024-05-01"},
        ),
    }
    asked = {"filter": {"title": {"contains": "食堂"}}, "threshold": 80}
    assert figures("satisfaction", data, **asked) == ("50", "1", "2", 2, "ok")
    assert figures("satisfaction", data, **asked, stat="mean") == ("80", "160", "2", 2, "ok")


def test_money_paid_stands_over_money_approved():
    data = {
        "payment": rows({"paid_on": "2024-02-01", "amount": "#30"}, {"paid_on": "2024-08-01", "amount": "#60"}),
        "budget": rows({"approved_on": "2024-01-01", "amount": "#80"}, {"approved_on": "2024-09-01", "amount": "#20"}),
        "contract": rows({"signed_on": "2024-01-01", "amount": "#100", "to_on": "2024-12-31"}),
    }
    assert figures("budget_execution", data) == ("90", "90", "100", 4, "ok")
    assert figures("budget_execution", data, MID_YEAR) == ("37.5", "30", "80", 2, "ok")
    assert figures("cost_control", data) == ("90", "90", "100", 3, "ok")
    assert figures("cost_control", data, MID_YEAR)[4] == "provisional"

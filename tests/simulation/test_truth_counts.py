"""Counts of the truth against cases worked out by hand."""

from __future__ import annotations

from tests.simulation.tiny import MID_YEAR, figures, rows

VOYAGES = rows(
    {"boat": "一号", "departed_at": "2024-01-05T08:00", "area": "保护区", "track_km": "#12"},
    {"boat": "一号", "departed_at": "2024-01-05T09:00", "area": "保护区", "track_km": "#12"},
    {"boat": "二号", "departed_at": "2024-07-05T08:00", "area": "保护区", "track_km": "#0.5"},
    {"boat": "二号", "departed_at": "2024-08-05T08:00", "area": "别处", "track_km": "#9"},
    {"boat": "三号", "departed_at": "2023-08-05T08:00", "area": "保护区", "track_km": "#9"},
    {"boat": "三号", "departed_at": "2024-08-05T08:00", "area": "保护区", "track_km": "#9", "void_reason": "录错"},
)


def count(**params):
    return figures("count_records", {"boat_voyage": VOYAGES}, register="boat_voyage", **params)


def test_records_of_the_period_count_and_void_ones_do_not():
    assert count() == ("4", "4", None, 4, "ok")
    assert count(filter={"area": "保护区"}) == ("3", "3", None, 3, "ok")
    assert figures("count_records", {"boat_voyage": VOYAGES}, MID_YEAR, register="boat_voyage")[0] == "2"


def test_records_alike_in_the_dedupe_fields_count_once():
    assert count(dedupe=["boat", "area"])[0] == "3"


def test_a_record_below_the_minimum_or_without_the_field_does_not_count():
    assert count(minimum={"track_km": 1})[0] == "3"
    assert count(minimum={"track_km": 12})[0] == "2"
    assert count(minimum={"returned_at": 1})[0] == "0"


def test_a_sum_adds_the_field_and_still_counts_the_rows():
    assert count(sum="track_km") == ("33.5", "33.5", None, 4, "ok")


def test_a_filter_that_fits_nothing_says_zero_and_an_empty_register_says_nothing():
    assert count(filter={"area": "无"}) == ("0", "0", None, 0, "ok")
    assert figures("count_records", {}, register="boat_voyage") == (None, None, None, 0, "insufficient")


def test_the_last_version_of_a_record_counts():
    first, second = rows({"departed_at": "2024-01-05T08:00"}, {"departed_at": "2023-01-05T08:00"})
    second["source_key"] = first["source_key"]
    assert figures("count_records", {"boat_voyage": [first, second]}, register="boat_voyage")[0] == "0"
    assert figures("count_records", {"boat_voyage": [{**first, "version": 3}, {**second, "version": 2}]},
                   register="boat_voyage")[0] == "1"  # fmt: skip


def test_filters_compare_numbers_days_and_texts_and_a_missing_value_fits_only_not_null_false():
    assert count(filter={"track_km": {"ge": 9, "lt": 12.0}})[0] == "1"
    assert count(filter={"track_km": {"gt": 9}})[0] == "2"
    assert count(filter={"track_km": {"le": 0.5}})[0] == "1"
    assert count(filter={"area": {"ne": "保护区"}})[0] == "1"
    assert count(filter={"area": {"contains": "护"}})[0] == "3"
    assert count(filter={"boat": ["一号", "三号"]})[0] == "2"
    assert count(filter={"purpose": {"not_null": False}})[0] == "4"
    assert count(filter={"purpose": {"ne": "采样"}})[0] == "0"
    assert count(filter={"departed_at": {"ge": "2024-07-05"}})[0] == "2"


VISITS = rows(
    {"enterprise": "A", "visited_on": "2024-03-01", "kind": "帮扶", "score_before": "#60", "score_after": "#80"},
    {"enterprise": "A", "visited_on": "2024-04-01", "kind": "帮扶", "score_before": "#80", "score_after": "#80"},
    {"enterprise": "B", "visited_on": "2024-04-01", "kind": "帮扶", "score_before": "#70", "score_after": "#60"},
    {"enterprise": "C", "visited_on": "2024-04-01", "kind": "巡查"},
)
GRADES = rows(
    {"enterprise": "A", "grade": "B", "valid_from": "2024-01-01", "valid_to": "2024-02-28"},
    {"enterprise": "A", "grade": "A", "valid_from": "2024-02-29", "valid_to": "2024-03-31"},
    {"enterprise": "A", "grade": "C", "valid_from": "2024-04-01"},
    {"enterprise": "B", "grade": "C", "valid_from": "2024-04-02"},
)  # fmt: skip


def distinct(**params):
    return figures("count_distinct", {"site_visit": VISITS, "voc_grade": GRADES}, register="site_visit", **params)


def test_objects_count_once_however_often_they_were_visited():
    assert distinct() == ("3", "3", None, 3, "ok")
    assert distinct(filter={"kind": "帮扶"}, improved=["score_before", "score_after", "up"])[0] == "1"
    assert distinct(filter={"kind": "帮扶"}, improved=["score_before", "score_after", "down"])[0] == "1"


def test_membership_is_that_of_the_day_of_the_record():
    member = {"register": "voc_grade", "on": "enterprise", "key": "enterprise", "filter": {"grade": ["B", "C"]}}
    assert distinct(member=member)[0] == "1"  # A on 1 April; on 1 March it had grade A, and B got its grade a day later


def test_a_membership_that_begins_after_the_cut_off_is_not_yet_known():
    late = rows({"enterprise": "C", "grade": "C", "valid_from": "2024-08-01"})
    member = {"register": "voc_grade", "on": "enterprise", "key": "enterprise"}
    data = {"site_visit": VISITS, "voc_grade": late}
    assert figures("count_distinct", data, MID_YEAR, register="site_visit", member=member)[0] == "0"


JOBS = rows(
    {"job_type": "环评", "enterprise": "A", "contract_no": "H1", "done_on": "2024-02-01"},
    {"job_type": "环评", "enterprise": "B", "contract_no": "H1", "done_on": "2024-03-01"},
    {"job_type": "验收", "enterprise": "B", "contract_no": "H1", "done_on": "2024-07-01"},
    {"job_type": "验收", "enterprise": "B", "contract_no": "H2", "done_on": "2024-07-01"},
)
WEIGHTS = rows(
    {"job_type": "环评", "weight": "#1.5", "contract_no": "H1", "valid_to": "2024-02-15"},
    {"job_type": "环评", "weight": "#2", "contract_no": "H1", "valid_from": "2024-02-16"},
    {"job_type": "验收", "weight": "#0.5", "contract_no": "H1"},
)


def test_a_job_weighs_what_its_contract_says_on_its_day():
    data = {"permit_service": JOBS, "workload_table": WEIGHTS}
    assert figures("weighted_sum", data, filter={"contract_no": "H1"}) == ("4", "4", None, 3, "ok")


def test_a_job_without_weight_leaves_the_sum_unsaid():
    data = {"permit_service": JOBS, "workload_table": WEIGHTS}
    assert figures("weighted_sum", data)[4] == "insufficient"


FILES = rows(
    {"kind": "报告", "submitted_on": "2024-02-01", "state": "通过", "sha256": "aa", "report_date": "2024-01-31"},
    {"kind": "报告", "submitted_on": "2024-03-01", "state": "通过", "sha256": "aa", "report_date": "2024-02-29"},
    {"kind": "图集", "submitted_on": "2024-03-01", "state": "通过", "sha256": "bb", "report_date": "2024-02-29"},
    {"kind": "图集", "submitted_on": "2024-04-01", "state": "提交", "sha256": "cc"},
    {"kind": "报告", "submitted_on": "2024-05-01", "state": "通过", "report_date": "2024-01-31"},
)


def test_an_accepted_file_is_delivered_once():
    data = {"deliverable": FILES}
    assert figures("delivered_count", data) == ("3", "3", None, 3, "ok")
    assert figures("delivered_count", data, states=["提交"])[0] == "1"
    assert figures("delivered_count", data, distinct="report_date")[0] == "2"


def test_complete_sets_are_as_many_as_the_rarest_kind():
    assert figures("delivered_count", {"deliverable": FILES}, sets=["报告", "图集"])[0] == "1"


def test_parts_count_as_far_as_they_are_there_and_no_further():
    bought = rows(
        {"item": "检测仪", "category": "设备", "ordered_on": "2024-02-01", "quantity_delivered": "#8"},
        {"item": "试剂", "category": "耗材", "ordered_on": "2024-02-01", "quantity_delivered": "#1"},
    )
    parts = [
        {"name": "设备", "filter": {"category": "设备"}, "required": 5, "sum": "quantity_delivered"},
        {"name": "耗材", "filter": {"category": "耗材"}, "required": 4},
    ]
    found = figures("composition_check", {"procurement": bought}, register="procurement", parts=parts)
    assert found == ("62.5", "9", "9", 2, "ok")


def test_stock_is_weighted_by_days_and_both_ends_count():
    leases = rows(
        {"quantity": 10, "from_on": "2023-01-01", "to_on": "2024-12-31"},
        {"quantity": 4, "from_on": "2024-03-01", "to_on": "2024-03-31"},
        {"quantity": 9, "from_on": "2025-01-01", "to_on": "2025-12-31"},
    )
    asked = {"register": "lease", "from": "from_on", "to": "to_on", "quantity": "quantity"}
    # 10 spaces on 366 days and 4 on 31: 3784 space-days.
    assert figures("stock_level", {"lease": leases}, **asked) == ("10.338798", "3784", "366", 2, "ok")
    assert figures("stock_level", {"lease": leases}, **asked, stat="min")[0] == "10"
    assert figures("stock_level", {"lease": leases}, MID_YEAR, **asked, stat="end")[0] == "10"

"""What stands beside a figure: its judgement, what was left out and why, and the records that it unfolds to."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

import pytest

from hengji.evidence.compute import Computation, compute
from hengji.evidence.engine import open_engine
from hengji.evidence.measures.base import REASONS
from hengji.evidence.register import registers
from hengji.evidence.store import Store
from hengji.evidence.unfold import Part, unfold, unfold_all
from hengji.model.binding import Actual, Binding, Period
from hengji.model.table import Indicator, Project, Source, TargetTable
from hengji.simulation.tables import table_of

Records = Mapping[str, Sequence[Mapping[str, Any]]]
DAY = datetime.date
PERIOD = Period(2024, DAY(2024, 12, 31))


class Answered(NamedTuple):
    """The answer of one measure over some records."""

    work: Computation
    binding: Binding
    actual: Actual

    def parts(self, limit: int | None = None) -> tuple[Part, ...]:
        return unfold(self.work, self.binding, limit)


@pytest.fixture
def answered(store: Store) -> Callable[..., Answered]:
    """The answer of a measure over records, with a target that it is judged by."""

    def go(measure: str, params: Mapping[str, Any], records: Records, target: str | None = None) -> Answered:
        for register, rows in records.items():
            keyed = [
                {"source_system": "示例", "source_key": str(n), "recorded_at": datetime.datetime(2024, 12, 30), **row}
                for n, row in enumerate(rows)
            ]
            made = table_of(registers()[register], keyed)
            done = store.add_table(register, made, at=datetime.datetime(2025, 1, 5), source="示例")
            assert (done.written, done.rejected_count) == (len(rows), 0), (register, done.rejected)
        project = Project("项目", (Indicator(1, "指标", annual_target=target),))
        table = TargetTable(Source("示例.txt", "", "text/plain"), fiscal_year=2024, projects=(project,))
        binding = Binding("项目", 1, measure, params, confirmed_by="示例", reading="示例")
        work = Computation(open_engine(store), PERIOD)
        (actual,) = compute(table, [binding], work)
        return Answered(work, binding, actual)

    return go


def excluded(actual: Actual) -> dict[str, int]:
    return {e.reason: e.cases for e in actual.excluded}


PETITIONS = {"petition": [{"channel": "来信", "received_on": DAY(2024, 3, n)} for n in (1, 2, 3)]}
HAPPENED = {"tree": {"measure": "count_records", "register": "petition", "op": ">", "number": 0}}


@pytest.mark.parametrize(
    ("target", "number", "wanted"),
    [("是", 0, "met"), ("否", 0, "not_met"), ("否", 5, "met"), ("是", 5, "not_met"), (None, 0, "met")],
)
def test_a_promised_no_is_met_by_the_answer_no(answered, target, number, wanted):
    tree = {"tree": {**HAPPENED["tree"], "number": number}}
    assert answered("yes_no_computed", tree, PETITIONS, target).actual.judgement == wanted


@pytest.mark.parametrize(
    ("target", "wanted"),
    [("报告3份，图集2份", "undecidable"), ("≥3件", "met"), ("优：≥3件；良：≥2件", "met"), ("≥4件", "not_met")],
)
def test_one_value_does_not_answer_several_conditions_at_once(answered, target, wanted):
    assert answered("count_records", {"register": "petition"}, PETITIONS, target).actual.judgement == wanted


SURVEY = {
    "survey": [{"survey_no": "Q1", "title": "调查", "held_on": DAY(2024, 5, 1), "sent": 10}],
    "survey_response": [
        *({"survey_no": "Q1", "answered_on": DAY(2024, 5, 2), "score": score, "valid": True} for score in (90, 85, 60)),
        {"survey_no": "Q1", "answered_on": DAY(2024, 5, 2), "score": 99, "valid": False},
        {"survey_no": "Q1", "answered_on": DAY(2024, 5, 2), "valid": True},
        {"survey_no": "Q1", "answered_on": DAY(2024, 5, 2), "score": 99, "valid": True, "void_reason": "重复"},
    ],
}


def test_satisfaction_tells_how_many_forms_came_back_and_what_was_left_out(answered):
    actual = answered("satisfaction", {"threshold": 80}, SURVEY).actual
    assert (actual.numerator, actual.denominator) == (2, 3)
    assert actual.extras == {"returned": "5 / 10"}
    assert excluded(actual) == {"invalid": 1, "no_score": 1, "void": 1}


def test_satisfaction_of_a_survey_that_does_not_say_how_many_were_sent_names_those_returned(answered):
    survey = {**SURVEY, "survey": [{k: v for k, v in SURVEY["survey"][0].items() if k != "sent"}]}
    assert answered("satisfaction", {"threshold": 80}, survey).actual.extras == {"returned": "5"}


@pytest.mark.parametrize(("least", "status"), [(3, "ok"), (4, "insufficient")])
def test_fewer_answers_than_asked_for_are_no_satisfaction(answered, least, status):
    actual = answered("satisfaction", {"threshold": 80, "minimum_n": least}, SURVEY).actual
    assert (actual.status.value, actual.rows) == (status, 3)
    if status == "insufficient":
        assert actual.value is None
        assert "有效答卷3份，少于起码的4份" in actual.note


EVENTS = {
    "emergency_event": [
        {
            "received_at": datetime.datetime(2024, 6, 1, 8),
            "level": "较大",
            "first_action_at": datetime.datetime(2024, 6, 1, 9),
        },
        {"received_at": datetime.datetime(2024, 6, 2, 8), "level": "重大"},
        {"received_at": datetime.datetime(2024, 6, 3, 8), "level": "一般"},
        {"received_at": datetime.datetime(2024, 6, 4, 8)},
        {"received_at": datetime.datetime(2024, 12, 31, 23), "level": "较大"},
    ]
}
LEVELS = {"field": "level", "unit": "hour", "values": {"较大": 2, "重大": 2}}


def test_an_event_whose_level_has_no_limit_is_told_apart_from_one_that_is_not_due(answered):
    params = {"register": "emergency_event", "responded": "first_action_at", "limits": {**LEVELS, "unit": "day"}}
    actual = answered("response_rate", params, EVENTS).actual
    assert (actual.numerator, actual.denominator) == (1, 2)
    assert excluded(actual) == {"no_limit": 2, "not_due": 1}
    assert REASONS["no_limit"][0] == "没有规定时限"


VOID = {"void_reason": "录错"}
OF_CELLS = {
    "count_distinct": (
        {"register": "permit_service", "date": "done_on"},
        {"permit_service": [{"enterprise": "甲", "job_type": "许可", "done_on": DAY(2024, 3, 1), **v} for v in ({}, VOID)]},
    ),
    "delivered_count": (
        {"distinct": "kind"},
        {"deliverable": [{"name": f"成果{n}", "kind": "报告", "state": "通过", "submitted_on": DAY(2024, 3, n), "sha256": str(n) * 64, **v}
                         for n, v in enumerate(({}, VOID), 1)]},
    ),
    "visit_frequency_compliance": (
        {"units": {"register": "outlet", "unit": "outlet_no"}, "visits": {"register": "system_patrol", "unit": "outlet_no"},
         "required": 1, "cell": "month"},
        {"outlet": [{"outlet_no": "甲", "enterprise": "企业", "medium": "水", "platform_level": "市", "online_required": True, "valid_from": DAY(2023, 1, 1)}],
         "system_patrol": [{"outlet_no": "甲", "patrolled_at": datetime.datetime(2024, 3, 5), **v} for v in ({}, VOID)]},
    ),
    "periodic_task_compliance": (
        {"units": {"register": "outlet", "unit": "outlet_no"}, "tasks": {"register": "system_patrol", "unit": "outlet_no"}},
        {"outlet": [{"outlet_no": "甲", "enterprise": "企业", "medium": "水", "platform_level": "市", "online_required": True, "valid_from": DAY(2023, 1, 1)}],
         "system_patrol": [{"outlet_no": "甲", "patrolled_at": datetime.datetime(2024, 3, 5), **v} for v in ({}, VOID)]},
    ),
    "continuous_service": (
        {"register": "it_uptime", "object": "system"},
        {"it_uptime": [{"system": "网站", "from_at": datetime.datetime(2024, 3, 1), "to_at": datetime.datetime(2024, 3, 2), **v}
                       for v in ({}, VOID)]},
    ),
    "zero_events": (
        {"register": "emergency_event"},
        {"emergency_event": [
            *({"received_at": datetime.datetime(2024, m, 1), "level": "一般"} for m in range(1, 13)),
            {"received_at": datetime.datetime(2024, 3, 1), "level": "一般", **VOID},
        ]},
    ),
    "water_compliance_rate": (
        {"register": "surface_water_quality", "items": ["氨氮"]},
        {"surface_water_quality": [
            {"section": "断面", "sampled_on": DAY(2024, 3, 1), "item": "氨氮", "value": Decimal("0.5")},
            {"section": "断面", "sampled_on": DAY(2024, 3, 1), "item": "氨氮", "value": Decimal(9), **VOID},
        ]},
    ),
    "rank_change": (
        {"district": "甲区"},
        {"city_ranking": [
            *({"district": "甲区", "period": str(y), "rank": 3, "published_on": DAY(2024, 2, 1)} for y in (2023, 2024)),
            {"district": "甲区", "period": "2024", "rank": 1, "published_on": DAY(2024, 3, 1), **VOID},
        ]},
    ),
}  # fmt: skip


@pytest.mark.parametrize("measure", sorted(OF_CELLS))
@pytest.mark.parametrize("limit", [None, 20])
def test_void_records_of_cells_and_objects_unfold_as_left_out(answered, measure, limit):
    params, records = OF_CELLS[measure]
    found = answered(measure, params, records)
    (part,) = found.parts(limit)
    behind = [row for row in part.rows if row.register is not None]
    void = [row for row in behind if row.excluded == "void"]
    assert len(void) == 1
    assert void[0].record["void_reason"] == "录错"
    assert (void[0].source, void[0].line) == ("示例", len(behind) if len(records) == 1 else 2)
    assert [row.excluded for row in behind] == [None] * (len(behind) - 1) + ["void"]
    assert len(behind) == sum(len(rows) for name, rows in records.items() if name != "outlet")


def test_a_task_too_near_to_the_last_one_unfolds_as_left_out(answered):
    params, records = OF_CELLS["periodic_task_compliance"]
    days = [datetime.datetime(2024, 3, n) for n in (1, 2, 29)]
    records = {**records, "system_patrol": [{"outlet_no": "甲", "patrolled_at": day} for day in days]}
    (part,) = answered("periodic_task_compliance", {**params, "min_gap_days": 20}, records).parts()
    assert [row.excluded for row in part.rows if row.register] == [None, None, "too_near"]


def test_figures_unfolded_together_are_those_unfolded_one_by_one(answered):
    found = answered("count_records", {"register": "petition"}, PETITIONS)
    other = Binding("项目", 2, "closed_rate", {"cohort": "received"}, confirmed_by="示例", reading="示例")
    assert unfold_all(found.work, [found.binding, other, found.binding], 2) == [
        unfold(found.work, binding, 2) for binding in (found.binding, other, found.binding)
    ]
    assert len(found.parts(2)[0].rows) == 2

"""Proposals of measures, held against the labels of another city's table, which were fixed before the rules."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import pytest

from hengji.evidence.bindings import check_measure
from hengji.evidence.suggest import Suggestion, Suggestions, suggest
from hengji.model.table import Indicator, Project, Source, TargetTable
from hengji.reading import read
from hengji.targets import read_target

HERE = Path(__file__).parent
OTHER_CITY = HERE.parent / "data" / "documents" / "gd_city.docx"
EXAMPLE = HERE.parents[1] / "examples" / "panyu-2024" / "table.txt"


@cache
def proposed(file: Path) -> tuple[TargetTable, tuple[Suggestions, ...]]:
    table = read(file.read_bytes(), file.name)
    return table, suggest(table)


def one(name: str, target: str, level2: str = "数量指标", project: str = "示例项目") -> tuple[Suggestion, ...]:
    table = TargetTable(
        Source("示例.txt", "0" * 64, "text/plain"), fiscal_year=2024,
        projects=(Project(project, (Indicator(1, name, level2=level2, annual_target=target),)),),
    )  # fmt: skip
    return suggest(table)[0].proposals


def labelled() -> list[tuple[Suggestions, set[str], set[str]]]:
    """Every indicator of the other city with the measures and the registers that its label allows."""
    table, found = proposed(OTHER_CITY)
    with (HERE / "gd_city_labels.tsv").open(encoding="utf-8") as file:
        rows = {(int(r["project_number"]), int(r["indicator"])): r for r in csv.DictReader(file, delimiter="\t")}
    numbers = {project.name: n for n, project in enumerate(table.projects, 1)}
    assert len(found) == len(rows) == 214
    right = [rows[numbers[s.project], s.indicator] for s in found]
    return [
        (s, set(r["measures"].split("|")), set(r["registers"].split("|"))) for s, r in zip(found, right, strict=True)
    ]


def test_seven_of_ten_indicators_of_another_city_get_a_right_measure_among_three() -> None:
    hits = [s for s, measures, _ in labelled() if measures & {p.measure for p in s.proposals}]
    assert len(hits) >= 0.7 * 214


def test_seven_of_ten_get_the_right_measure_first() -> None:
    """Shape and level without any word bring half of them; the words have to do the rest."""
    hits = [s for s, measures, _ in labelled() if s.proposals and s.proposals[0].measure in measures]
    assert len(hits) >= 0.7 * 214


def test_seven_of_ten_get_a_right_measure_with_a_right_register() -> None:
    hits = [
        s
        for s, measures, wanted in labelled()
        if any(p.measure in measures and wanted & set(p.registers) for p in s.proposals)
    ]
    assert len(hits) >= 0.7 * 214


@pytest.mark.parametrize("file", [OTHER_CITY, EXAMPLE], ids=["another city", "the example"])
def test_every_proposal_can_be_taken_as_a_binding(file: Path) -> None:
    for found in proposed(file)[1]:
        for proposal in found.proposals:
            check_measure(proposal.measure, proposal.params)
            assert proposal.reasons
            assert proposal.registers
            if proposal.target is not None:
                assert read_target(proposal.target).checkable == "yes"


@pytest.mark.parametrize("file", [OTHER_CITY, EXAMPLE], ids=["another city", "the example"])
def test_proposals_are_ranked_and_each_names_another_measure(file: Path) -> None:
    for found in proposed(file)[1]:
        scores = [p.score for p in found.proposals]
        assert len(scores) <= 3
        assert scores == sorted(scores, reverse=True)
        assert len({p.measure for p in found.proposals}) == len(scores)


def test_more_proposals_are_given_where_more_are_asked_for() -> None:
    table, three = proposed(EXAMPLE)
    five = suggest(table, first=5)
    assert all(more.proposals[:3] == few.proposals for more, few in zip(five, three, strict=True))
    assert max(len(s.proposals) for s in five) == 5


def test_a_rate_that_is_closed_in_time_reads_petitions_of_the_whole_unit() -> None:
    first = one("群众投诉办结率", "≥95%", "社会效益")[0]
    assert (first.measure, first.registers, first.unit) == ("closed_rate", ("petition",), "%")
    assert "filter" not in first.params


def test_a_rate_without_its_own_register_is_not_taken_for_petitions() -> None:
    assert "closed_rate" not in {p.measure for p in one("污泥无害化处理率", "100%", "质量指标")}


def test_a_list_of_things_becomes_parts_with_their_numbers() -> None:
    first = one("购置车辆数量", "洒水车2辆、清扫车4辆")[0]
    assert first.measure == "composition_check"
    assert [(p["name"], p["required"]) for p in first.params["parts"]] == [("洒水车", 2), ("清扫车", 4)]


def test_a_limit_in_working_days_counts_from_the_start_and_is_judged_on_all_cases() -> None:
    first = one("群众投诉答复时限", "5个工作日内", "时效指标")[0]
    assert first.measure == "ratio_within_deadline"
    assert first.params["limit"] == {"n": 5, "unit": "workday"}
    assert first.params["start"] == "received_on"
    assert first.target == "100%"


def test_the_filter_names_the_project_and_the_thing_that_is_counted() -> None:
    first = one("档案整理方案编制数量", "3份", project="档案室建设")[0]
    assert first.measure == "delivered_count"
    assert first.params["filter"] == {"project": "档案室建设", "kind": {"contains": "档案整理方案"}}


def test_a_quality_that_people_grade_needs_no_register_but_the_attestation() -> None:
    first = one("公众环保意识", "有效提升", "社会效益")[0]
    assert (first.measure, first.params, first.registers) == ("qualitative_graded", {}, ("attestation",))


def test_the_level_of_an_indicator_changes_what_is_proposed() -> None:
    assert one("车辆到位率", "100%", "时效指标")[0].measure == "ratio_within_deadline"
    assert one("居民评价", "≥90%", "服务对象满意度")[0].measure == "satisfaction"


def test_an_indicator_without_any_value_still_gets_what_people_can_say() -> None:
    measures = [p.measure for p in one("工作可持续影响性", "", "可持续影响")]
    assert measures
    assert set(measures) <= {"qualitative_graded", "yes_no_attested", "satisfaction"}


def test_reasons_say_which_word_which_register_and_which_shape_told_it() -> None:
    reasons = one("宣传活动场次", "≥5场")[0].reasons
    assert "名称里的“场次”" in {r.zh for r in reasons}
    assert "指标值的形态：数量" in {r.zh for r in reasons}
    assert any(r.zh.startswith("宣传培训演练台账") for r in reasons)
    assert all(r.en for r in reasons)

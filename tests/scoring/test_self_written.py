"""What people wrote into a self-evaluation: it stands in the lines, answers the checks, and is compared with the approved."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from tests.scoring.test_self_checks import ON, RULES, actual, codes, indicator, one, share, spent

from hengji.model.finding import Severity
from hengji.model.table import Project, Source, TargetTable
from hengji.scoring.given import Given, GivenLine, GivenMoney
from hengji.scoring.self_approved import weaker
from hengji.scoring.self_checks import check_own
from hengji.scoring.self_evaluation import self_evaluation
from hengji.targets import read_target


def table_of(*indicators, projects=("甲",), objective_actual=None):
    made = tuple(Project(n, tuple(indicators), objective_actual=objective_actual) for n in projects)
    return TargetTable(Source("x", "0" * 64, "text/plain"), fiscal_year=2024, projects=made)


def evaluated(table, actuals, given=None, money=None):
    paid = [money or spent(p.name) for p in table.projects]
    return self_evaluation(
        table, actuals, paid, RULES, as_of=ON, tolerance=Decimal("0.1"), inputs_digest="0" * 64, given=given
    )


def found(table, actuals, given=None, money=None, approved=None):
    return check_own(evaluated(table, actuals, given, money), table, actuals, RULES, (), approved)


MISSED = (table_of(indicator("100%")), [share(9, 10)])


def test_reason_and_measure_stand_in_the_line_and_answer_what_was_asked():
    assert "S07" in codes(found(*MISSED))
    given = Given({("甲", 1): GivenLine(reason="停电两次", corrective_action="加装电源（甲科，2025-03-01前）")})
    line = evaluated(*MISSED, given).projects[0].lines[0]
    assert (line.variance_reason, line.corrective_action) == ("停电两次", "加装电源（甲科，2025-03-01前）")
    assert "S07" not in codes(found(*MISSED, given))


def test_a_reason_for_money_left_answers_s15_and_an_empty_one_does_not():
    low = spent(paid="50")
    assert "S15" in codes(found(*MISSED, money=low))
    assert "S15" in codes(found(*MISSED, Given(money={"甲": GivenMoney(reason="无")}), low))
    told = Given(money={"甲": GivenMoney(reason="合同尾款按约次年支付")})
    assert "S15" not in codes(found(*MISSED, told, low))
    assert evaluated(*MISSED, told, low).projects[0].execution.reason == "合同尾款按约次年支付"


def test_a_conclusion_that_says_all_was_done_is_held_against_lines_without_a_measure():
    said = Given(objectives={"甲": "各项指标均已完成。"})
    assert one(found(*MISSED, said), "S19").severity is Severity.WARNING
    assert evaluated(*MISSED, said).projects[0].objective_actual == "各项指标均已完成。"
    with_measure = replace(said, lines={("甲", 1): GivenLine(reason="停电", corrective_action="加装电源")})
    assert "S19" not in codes(found(*MISSED, with_measure))
    honest = Given(objectives={"甲": "除办结率外，各项指标均已完成。"})
    assert "S19" not in codes(found(*MISSED, honest))


@pytest.mark.parametrize(("projects", "expected"), [(("甲", "乙", "丙"), True), (("甲", "乙"), False)])
def test_the_same_reason_in_several_projects_is_s17(projects, expected):
    table = table_of(indicator("100%"), projects=projects)
    actuals = [replace(share(9, 10), project=name) for name in projects]
    reason = "受客观条件影响，部分工作未能按期完成"
    given = Given({(name, 1): GivenLine(reason=reason, corrective_action=f"{name}科补做") for name in projects})
    assert ("S17" in codes(found(table, actuals, given))) is expected


APPROVED = table_of(indicator("≥100次"))
DONE = [actual(100, judgement="met")]


@pytest.mark.parametrize(
    ("target", "severity", "word"),
    [
        ("≥90次", Severity.ERROR, "降低"),
        ("有所增加", Severity.ERROR, "降低"),
        (None, Severity.ERROR, "降低"),
        ("≥120次", Severity.WARNING, "改写"),
    ],
)
def test_a_target_that_a_correction_made_another_than_the_approved_one_is_s12(target, severity, word):
    finding = one(found(table_of(indicator(target)), DONE, approved=APPROVED), "S12")
    assert finding.severity is severity
    assert word in finding.zh
    assert "≥100次" in finding.zh
    assert (finding.project, finding.indicator) == (1, 1)


def test_a_target_as_approved_is_none_also_with_other_blanks():
    assert "S12" not in codes(found(table_of(indicator("≥ 100次")), DONE, approved=APPROVED))


def test_an_indicator_that_was_dropped_and_a_project_that_was_not_approved_are_s12():
    approved = table_of(indicator("≥100次"), indicator("≥1份", number=2, name="报告"))
    finding = one(found(table_of(indicator("≥100次")), DONE, approved=approved), "S12")
    assert "第2项“报告”没有自评" in finding.zh
    other = table_of(indicator("≥100次"), projects=("乙",))
    assert "不在批复的目标表里" in one(found(APPROVED, DONE, approved=other), "S12").zh


def test_a_reading_that_asks_for_less_than_the_target_is_s12_and_one_that_asks_for_the_same_is_not():
    weak, same = replace(DONE[0], instead="≥50次"), replace(DONE[0], instead="≥100次")
    assert "≥50次" in one(found(APPROVED, [weak], approved=APPROVED), "S12").zh
    assert "S12" not in codes(found(APPROVED, [same], approved=APPROVED))
    words = table_of(indicator("按要求开展巡查"))
    assert "S12" not in codes(found(words, [replace(DONE[0], instead="≥1次")], approved=words))


@pytest.mark.parametrize(
    ("now", "was", "expected"),
    [
        ("≥80%", "≥90%", True), ("≥90%", "≥90%", False), ("≥95%", "≥90%", False), ("≤5天", "≤3天", True),
        ("≤2天", "≤3天", False), ("≤90%", "≥90%", True), ("有效提升", "≥90%", True), ("≥90%", "有效提升", False),
        ("是", "是", False),
    ],
)  # fmt: skip
def test_asking_for_less_is_a_lower_floor_a_higher_ceiling_or_no_number_any_more(now, was, expected):
    assert weaker(read_target(now, "", 2024), read_target(was, "", 2024)) is expected


def test_an_indicator_without_class_is_scored_as_an_output_and_the_working_says_so():
    bare = indicator("≥100次", level2=None, code=None)
    (one_project,) = evaluated(table_of(bare), DONE).projects
    assert "第1项没有写明类别，按产出计" in one_project.workings[0].formula
    assert one_project.lines[0].max_points == Decimal("90.00")

import datetime
from dataclasses import replace
from decimal import Decimal

import pytest

from hengji.model.binding import Actual, ActualStatus, Binding
from hengji.model.execution import Execution
from hengji.model.finding import Severity
from hengji.model.table import Indicator, Project, Source, TargetTable
from hengji.scoring.drafts import drafted
from hengji.scoring.rules import rules_of
from hengji.scoring.self_checks import check_own, own_not_checked
from hengji.scoring.self_evaluation import self_evaluation
from hengji.scoring.self_faults import FAULTS

ON = datetime.date(2024, 12, 31)
RULES = rules_of("national-2020", ON)


def indicator(target="≥100次", *, name="巡查次数", number=1, level2="数量指标", code="11", reason=None):
    return Indicator(number, name, None, level2, code, annual_target=target, variance_reason=reason)


def actual(value, unit="次", *, number=1, measure="count_records", judgement=None, project="甲", **more):
    value = value if isinstance(value, (str, Decimal)) else Decimal(str(value))
    more.setdefault("status", ActualStatus.OK)
    return Actual(project, number, "事项", measure, value=value, unit=unit, judgement=judgement, **more)


def share(done, due, *, measure="closed_rate", number=1, met=False):
    done, due = Decimal(done), Decimal(due)
    return actual(
        done / due * 100,
        "%",
        number=number,
        measure=measure,
        judgement="met" if met else "not_met",
        numerator=done,
        denominator=due,
        rows=int(due),
    )


def spent(project="甲", budget="100", paid="95"):
    budget, paid = Decimal(budget), Decimal(paid)
    return Execution(project, budget, budget, paid, paid / budget * 100, (), ())


def evaluated(indicators, actuals, money=None, projects=("甲",)):
    source = Source("x", "0" * 64, "text/plain")
    table = TargetTable(source, fiscal_year=2024, projects=tuple(Project(n, tuple(indicators)) for n in projects))
    actuals = [replace(a, project=n) for n in projects for a in actuals]
    execution = [money or spent(n) for n in projects]
    made = self_evaluation(table, actuals, execution, RULES, as_of=ON, tolerance=Decimal("0.1"), inputs_digest="0" * 64)
    return made, table, actuals


def found(indicators, actuals, *, money=None, bindings=(), projects=("甲",)):
    made, table, actuals = evaluated(indicators, actuals, money, projects)
    return check_own(made, table, actuals, RULES, bindings)


def one(findings, code):
    mine = [f for f in findings if f.code == code]
    assert len(mine) == 1, findings
    return mine[0]


def codes(findings):
    return {f.code for f in findings}


def draft(target, value):
    made, _, actuals = evaluated([indicator(target)], [value])
    return drafted(made.projects[0].lines[0], actuals[0])


def test_a_sound_project_has_no_findings():
    assert found([indicator()], [actual(100, judgement="met")]) == ()


def test_a_missed_target_without_reason_is_named_with_a_draft_from_its_records():
    finding = one(found([indicator("≥99.8%", name="办结率")], [share(305, 306)]), "S07")
    assert finding.severity is Severity.WARNING
    assert finding.suggestion.startswith("应办结306件，已办结305件，1件未办结；原因：【")
    assert (finding.project, finding.indicator) == (1, 1)


def test_a_reason_that_says_nothing_is_no_reason_and_one_that_says_something_is():
    assert "S07" in codes(found([indicator("100%", reason="无。")], [share(9, 10)]))
    assert "S07" in codes(found([indicator("100%", reason=draft("100%", share(9, 10)))], [share(9, 10)]))
    only_reason = one(found([indicator("100%", reason="一件跨年，已于1月办结")], [share(9, 10)]), "S07")
    assert only_reason.severity is Severity.INFO
    assert "改进措施" in only_reason.zh
    assert "S07" not in codes(found([indicator("100%", reason="一件跨年；措施：1月已办结")], [share(9, 10)]))


@pytest.mark.parametrize(("value", "severity"), [(125, Severity.INFO), (150, Severity.WARNING)])
def test_over_achievement_is_told_and_warned_of_when_it_is_large(value, severity):
    finding = one(found([indicator()], [actual(value, judgement="met")]), "S06")
    assert finding.severity is severity
    assert "【是否调高】" in finding.suggestion


def test_the_limit_of_a_strict_sign_is_a_warning_and_a_value_beyond_it_is_not():
    assert one(found([indicator(">100次")], [actual(100, judgement="not_met")]), "S03").severity is Severity.WARNING
    assert one(found([indicator("<3次")], [actual(3, judgement="not_met")]), "S03").severity is Severity.WARNING
    assert "S03" not in codes(found([indicator(">100次")], [actual(101, judgement="met")]))
    assert "S03" not in codes(found([indicator("≥100次")], [actual(100, judgement="met")]))


def test_a_grade_outside_its_band_or_without_evidence_is_named():
    grade = {"measure": "qualitative_graded", "status": ActualStatus.ATTESTED}
    outside = actual("良", "档", extras={"band": "70", "attachment": "ab"}, **grade)
    bare = actual("良", "档", extras={"band": "90"}, **grade)
    assert one(found([indicator("有效提升")], [outside]), "S08").severity is Severity.ERROR
    assert one(found([indicator("有效提升")], [bare]), "S08").severity is Severity.WARNING


def test_a_good_grade_below_full_points_is_no_missed_target():
    good = actual(
        "良",
        "档",
        measure="qualitative_graded",
        status=ActualStatus.ATTESTED,
        extras={"band": "90", "attachment": "ab"},
    )
    assert found([indicator("有效提升")], [good]) == ()


def test_a_satisfaction_needs_a_survey_with_enough_answers():
    asked = indicator("≥90%", name="群众满意度", level2="服务对象满意度指标", code="31")
    assert "问卷" in one(found([asked], [share(95, 100, measure="pass_rate", met=True)]), "S09").zh
    assert "19 份" in one(found([asked], [share(19, 19, measure="satisfaction", met=True)]), "S09").zh
    assert "S09" not in codes(found([asked], [share(95, 100, measure="satisfaction", met=True)]))


def test_a_share_above_the_whole_is_impossible_and_an_overspent_budget_too():
    assert one(found([indicator("≥90%")], [share(11, 10, met=True)]), "S13").severity is Severity.ERROR
    assert "S13" not in codes(found([indicator("≥90%")], [share(11, 10, measure="cost_control", met=True)]))
    assert "S13" in codes(found([indicator()], [actual(100)], money=spent(paid="101")))


def test_a_value_in_another_unit_than_its_target_points_to_the_binding():
    assert "挂接" in one(found([indicator("≥90%")], [actual(40, "件", judgement="not_met")]), "S05").zh


def test_money_left_without_a_word_is_named_more_so_when_all_outputs_are_full():
    finding = one(found([indicator()], [actual(100, judgement="met")], money=spent(paid="60")), "S15")
    assert "60.00%" in finding.suggestion


def test_a_unit_with_nothing_but_excellent_projects_is_told_so():
    assert "S16" in codes(found([indicator()], [actual(100, judgement="met")], projects="甲乙丙丁戊"))
    assert "S16" not in codes(found([indicator()], [actual(100, judgement="met")], projects="甲乙"))


def test_one_attachment_for_two_indicators_is_named():
    lines = [indicator("是"), indicator("是", number=2)]
    values = [
        actual("是", "是/否", number=n, measure="yes_no_attested", judgement="met", extras={"attachment": "ab" * 32})
        for n in (1, 2)
    ]
    assert "项目1第1项、项目1第2项" in one(found(lines, values), "S10").zh


def test_the_same_records_for_two_indicators_are_a_warning_unless_the_binding_says_so():
    lines, values = [indicator(), indicator(number=2)], [actual(100, number=n, judgement="met") for n in (1, 2)]
    params = {"register": "patrol", "filter": {"kind": "日常"}}
    first, second = Binding("甲", 1, "count_records", params), Binding("甲", 2, "count_records", dict(params))
    assert one(found(lines, values, bindings=[first, second]), "S20").severity is Severity.WARNING
    declared = Binding("甲", 2, same_as=("甲", 1))
    assert one(found(lines, values, bindings=[first, declared]), "S20").severity is Severity.INFO
    other = replace(second, params={"register": "patrol", "filter": {"kind": "夜间"}})
    assert "S20" not in codes(found(lines, values, bindings=[first, other]))


def test_what_does_not_apply_is_told_and_not_called_missed():
    empty = Actual("甲", 1, "事项", "closed_rate", ActualStatus.NOT_APPLICABLE)
    assert codes(found([indicator("100%")], [empty])) == {"S21"}


@pytest.mark.parametrize(
    ("target", "value", "text"),
    [
        ("100%", share(63, 72, measure="update_rate"), "应更新72次，按时更新或核对63次，9次未按时更新；"),
        ("100%", share("18.857143", 20, measure="contract_obligations_met"), "到期合同义务20项，折算履行18.86项，1.14项未履行；"),
        ("≥50家", actual(6, "家", judgement="not_met", shortfall=Decimal(44)), "指标值≥50家，实际6家，相差44家；"),
        ("0起", actual(2, "起", judgement="not_met", shortfall=Decimal(2)), "指标值0起，实际2起，相差2起；"),
        ("是", actual("否", "是/否", judgement="not_met"), "指标值是，实际否；"),
        ("≥90%", share(95, 100, measure="a_measure_of_tomorrow"), "指标值≥90%，实际95.00%；"),
    ],
)  # fmt: skip
def test_a_draft_says_in_the_words_of_its_measure_what_is_missing_and_leaves_the_cause_open(target, value, text):
    assert draft(target, value) == f"{text}原因：【由经办人填写】；改进措施：【由经办人填写】"


def test_what_reached_its_target_has_no_draft():
    assert draft("≥100次", actual(100, judgement="met")) == ""


def test_without_actual_value_the_draft_says_so():
    assert "没有实际完成值（记录不足）" in draft("5次", Actual("甲", 1, "事项", None, ActualStatus.INSUFFICIENT))


def test_every_code_is_in_the_catalogue_and_what_was_not_looked_at_is_listed():
    assert list(FAULTS) == [f"S{n:02}" for n in range(22)]
    assert {n.code for n in own_not_checked()} == {"S11", "S17", "S18"}

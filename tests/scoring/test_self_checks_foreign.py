import datetime
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.scoring.foreign_data import NAMES, foreign

from hengji.model.binding import Actual, ActualStatus
from hengji.model.finding import Severity
from hengji.model.table import Funds, Indicator, Project, Source, TableKind, TargetTable
from hengji.scoring.foreign import check_self_evaluation, not_checked
from hengji.scoring.line import score
from hengji.scoring.rules import rules_of
from hengji.targets import read_target

TOLERANCE = Decimal("0.1")
ON = datetime.date(2025, 6, 30)
RULES = rules_of("national-2020", ON)
# What was planted in the invented documents, and where: (code, indicator).
PLANTED = {
    "B2_pipe_selfeval": ("S02", None),
    "C1_cellpipe_selfeval": ("S03", 5),
    "D4_blank_selfeval": ("S13", None),
    "FUSED1_word_blanks": ("S03", 7),
    "H2_direction_words": ("S02", None),
}
# What else is wrong in them: (project, code, indicator). Each was looked at in the document.
ALSO = {
    "B2_pipe_selfeval": {(1, "S15", None)},  # half of the money unspent, all outputs complete
    "G3_space_evals": {(1, "S13", None), (2, "S15", None)},  # 1,992,100 paid of 1,941,900
    "H2_direction_words": {(1, "S01", 1)},  # 17 points possible, 12 given, target reached
    "I1_pipe_weightfirst": {(1, "S05", 6)},  # 90%-95% answered by 达成预期指标
    "I2_cellpipe_weightfirst": {(1, "S06", 3), (1, "S15", None)},  # 149 %, without a word; half unspent
    "T1_xinjiang_13_columns": {(1, "S06", 2)},  # 150 %, without a word
}


def found_in(table, rules=RULES):
    return check_self_evaluation(table, rules, tolerance=TOLERANCE)


def accused(table, rules=RULES):
    return {(f.project, f.code, f.indicator) for f in found_in(table, rules) if f.severity is not Severity.INFO}


def line(target, actual, weight="10", points="10", *, name="巡查次数", level2="数量指标", reason=None, number=1):
    return Indicator(
        number,
        name,
        "产出指标",
        level2,
        annual_target=target,
        actual=actual,
        max_points=weight,
        points=points,
        variance_reason=reason,
    )


def document(*lines, funds=None, total=None, conclusion=None, year=2024):
    project = Project("项目", lines, funds=funds or Funds(), total_points=total, objective_actual=conclusion)
    source = Source("x", "0" * 64, "text/plain")
    return TargetTable(source, kind=TableKind.SELF_EVALUATION, fiscal_year=year, projects=(project,))


def money(original="100", final="80", outturn="60", rate="75", points="7.5", whole="10"):
    values = {
        "original_budget": original,
        "final_budget": final,
        "outturn": outturn,
        "execution_rate": rate,
        "points": points,
        "max_points": whole,
    }
    return Funds(**{k: None if v is None else Decimal(v) for k, v in values.items()})


def one(table, code):
    findings = [f for f in found_in(table) if f.code == code]
    assert len(findings) == 1, findings
    return findings[0]


def codes(table):
    return {f.code for f in found_in(table)}


@pytest.mark.parametrize(("name", "planted"), PLANTED.items())
def test_every_planted_fault_is_named_as_an_error_where_it_stands(name, planted):
    errors = {(f.code, f.indicator) for f in found_in(foreign(name)) if f.severity is Severity.ERROR}
    assert planted in errors


@pytest.mark.parametrize("name", NAMES)
def test_nothing_but_the_faults_of_a_document_is_accused(name):
    planted = {(1, *PLANTED[name])} if name in PLANTED else set()
    assert accused(foreign(name)) == planted | ALSO.get(name, set())


@pytest.mark.parametrize("name", NAMES)
def test_a_reading_without_money_total_and_reasons_accuses_no_more(name):
    alone = accused(foreign(name, alone=True))
    assert alone <= accused(foreign(name))
    if PLANTED.get(name, ("", None))[1] is not None:
        assert (1, *PLANTED[name]) in alone


@pytest.mark.parametrize("name", NAMES)
def test_points_above_the_weight_are_named_in_every_line_that_has_both(name):
    table = foreign(name)
    for number, project in enumerate(table.projects, 1):
        for k, own in enumerate(project.indicators):
            if not own.max_points or not own.points or own.actual is None:
                continue
            more = own._replace(points=str(Decimal(own.max_points) + 1))
            changed = replace(project, indicators=(*project.indicators[:k], more, *project.indicators[k + 1 :]))
            projects = (*table.projects[: number - 1], changed, *table.projects[number:])
            assert (number, "S01", own.number) in accused(replace(table, projects=projects))


@pytest.mark.parametrize("name", NAMES)
def test_a_total_that_is_one_off_is_named_wherever_the_parts_were_read(name):
    table = foreign(name)
    for number, project in enumerate(table.projects, 1):
        if project.total_points is None or project.funds.points is None:
            continue
        wrong = str(Decimal(project.total_points.strip("分优 ")) - 1)
        projects = [replace(p, total_points=wrong) if p is project else p for p in table.projects]
        assert (number, "S02", None) in accused(replace(table, projects=tuple(projects)))


@pytest.mark.parametrize(
    ("target", "actual", "points"),
    [
        ("≥100次", "80次", "8"),
        ("≥60%", "59%", "9.8"),  # 9.83: sound to the digit printed
        ("≥0.8万户", "4000户", "5"),
        ("≥500元", "0.025万元", "5"),
        ("≥30分钟", "0.4小时", "8"),
        ("≤10天", "12天", "8"),
        ("≤10天", "12天", "8.33"),  # the other formula for less-is-better
        ("≤0.8克/平方米", "0.9克/平方米", "9"),  # 0.88, printed 0.9
        ("0起", "无", "10"),
        ("=26个", "约26个", "10"),
        ("≥200次", "300次", "8"),  # cut because the target was low
        ("2024年12月底前", "2024年11月20日", "10"),
        ("2024年12月20日前", "2024年12月", "10"),  # the day is not said
        ("是", "是", "10"),
        ("有效提升", "部分达成预期目标", "8"),
        ("100%", "基本达成目标", "9"),
        ("每月1次", "12次", "10"),  # a frequency against a sum: left alone
        ("增长5%", "3%", "10"),  # needs last year's figure
        ("10份，5套", "10份，5套", "10"),
    ],
)
def test_a_sound_line_is_not_accused_of_its_points(target, actual, points):
    found = accused(document(line(target, actual, points=points, reason="对象减少，拟补做")))
    assert not {code for _, code, _ in found} & {"S01", "S03", "S08", "S14"}


@pytest.mark.parametrize(
    ("target", "actual", "points", "code"),
    [
        ("≥100次", "80次", "9", "S01"),
        ("≥100次", "80次", "10", "S03"),
        ("≥100次", "100次", "9", "S01"),
        ("≤10天", "25天", "5", "S01"),
        ("≤10天", "12天", "10", "S03"),
        ("≤50元", "40元", "8", "S14"),
        ("0起", "1起", "10", "S03"),
        ("0起", "1起", "5", "S01"),
        ("12~15所", "20所", "10", "S03"),
        ("2024年6月底前", "2024年8月", "10", "S03"),
        ("是", "否", "10", "S03"),
        ("有效提升", "部分达成", "9", "S08"),
        ("有效提升", "未完成", "10", "S03"),
        ("82808户，其中城区27602户", "82808户，其中城区20000户", "10", "S03"),
        ("95%", "不适用", "10", "S21"),
    ],
)
def test_points_that_no_reading_earns_are_named(target, actual, points, code):
    found = found_in(document(line(target, actual, points=points, name="事项数", reason="对象减少，拟补做")))
    assert code in {f.code for f in found if f.severity is not Severity.INFO}


def test_full_points_within_rounding_are_a_warning_for_whole_points_only():
    short = line("100%", "99.6%", reason="漏报一件，已补报")
    assert one(document(short), "S03").severity is Severity.WARNING
    assert "S03" not in codes(document(line("100%", "99.9%", "3", "3.00", reason="漏报一件，已补报")))


def test_points_made_of_a_rate_rounded_first_are_told_and_not_accused():
    assert one(document(line("≥96座", "86座", "12.5", "11.25", reason="延期")), "S01").severity is Severity.INFO


def test_points_below_what_is_earned_are_a_warning_and_those_above_an_error():
    assert one(document(line("≥100次", "100次", points="5")), "S01").severity is Severity.WARNING
    assert one(document(line("≥100次", "50次", points="8", reason="延期")), "S01").severity is Severity.ERROR


def test_a_rate_made_of_the_first_budget_is_said_to_be_so():
    found = one(document(funds=money(rate="60", points=None)), "S02")
    assert "年初预算数" in found.zh
    assert "75.00%" in found.zh


def test_points_for_the_execution_that_follow_from_no_budget_are_named():
    assert "应为 7.50" in one(document(funds=money(points="9")), "S02").zh


def test_a_rate_of_rounded_amounts_may_be_off_by_their_last_digits():
    assert "S02" not in codes(document(funds=money(final="8.70", outturn="8.53", rate="98.1", points="9.8")))


def test_a_rate_printed_as_a_fraction_is_a_rate():
    assert "S02" not in codes(document(funds=money(rate="0.75")))


def test_more_paid_than_budgeted_is_impossible_whatever_the_points():
    assert one(document(funds=money(outturn="90", rate="112.5", points="10")), "S13").project == 1


def test_a_budget_of_zero_is_left_alone():
    assert not found_in(document(funds=money(final="0", outturn="0", rate=None, points=None)))


def test_a_grade_that_does_not_follow_from_the_total_is_named():
    assert "“良”" in one(document(total="85 优"), "S16").zh
    assert "S16" not in codes(document(total="96.89 优"))


def test_weights_under_a_heading_with_points_must_add_up_to_them():
    lines = [line("5次", "5次")._replace(level1="产出指标（50分）"), line("6次", "6次", number=2)]
    assert "S02" in codes(document(lines[0], lines[1]._replace(level1="产出指标（50分）")))


def test_a_missed_target_without_reason_is_named_only_where_reasons_were_read():
    missed = line("≥100次", "80次", points="8")
    other = line("≥5次", "5次", number=2, name="培训次数", reason="无")
    assert one(document(missed, other), "S07").severity is Severity.WARNING
    assert one(document(missed), "S07").severity is Severity.INFO
    assert any(n.code == "S07" for n in not_checked(document(missed)))
    assert not any(n.code == "S07" for n in not_checked(document(missed, other)))


def test_a_target_far_exceeded_asks_for_a_word_and_a_word_is_enough():
    other = line("≥5次", "5次", number=2, name="培训次数", reason="无")
    assert one(document(line("≥100次", "150次"), other), "S06").severity is Severity.WARNING
    assert one(document(line("≥100次", "125次"), other), "S06").severity is Severity.INFO
    assert "S06" not in codes(document(line("≥100次", "150次", reason="上级追加任务"), other))


@pytest.mark.parametrize(
    ("name", "target", "actual"),
    [("验收合格率", "≥95%", "120%"), ("培训人次", "≥10人次", "10.5人次"), ("验收合格率", "≥95%", "105")],
)
def test_values_that_cannot_be_are_named(name, target, actual):
    assert "S13" in codes(document(line(target, actual, name=name)))


def test_a_rate_of_growth_or_completion_may_pass_a_hundred():
    assert "S13" not in codes(document(line("≥95%", "120%", name="任务完成率")))


def test_another_unit_than_that_of_the_target_is_named_and_not_scored():
    found = codes(document(line("≥95%", "40件", points="10")))
    assert "S05" in found
    assert "S03" not in found


def test_points_without_an_actual_value_are_named_where_others_have_one():
    assert one(document(line("5次", "5次"), line("≥6次", None, number=2)), "S05").indicator == 2
    assert "S05" not in codes(document(line("5次", None)))


def test_a_form_that_repeats_every_target_is_named():
    lines = [line(f"≥{n}次", f"≥{n}次", number=n, name=f"事项{n}") for n in range(1, 7)]
    assert "S04" in codes(document(*lines))
    assert "S04" not in codes(document(*lines[:4]))


def test_a_conclusion_that_all_was_done_beside_a_missed_target_is_named():
    missed = line("≥100次", "80次", points="8")
    told = line("≥5次", "5次", number=2, name="培训次数", reason="无")
    assert one(document(missed, told, conclusion="各项指标均已完成。"), "S19").severity is Severity.WARNING
    assert "S19" not in codes(document(missed, told, conclusion="除巡查次数外，各项指标均已完成。"))


def test_the_same_indicator_twice_is_named():
    assert "S20" in codes(
        document(line("5次", "5次", name="指标1：培训"), line("5次", "5次", name="指标2：培训", number=2))
    )


def test_one_text_in_many_projects_is_named_once():
    project = Project("甲", (line("5次", "4次", points="8", reason="受疫情影响，部分工作延期开展"),))
    table = replace(document(), projects=tuple(replace(project, name=n) for n in "甲乙丙"))
    assert len([f for f in found_in(table) if f.code == "S17"]) == 1


def test_a_pack_that_scores_satisfaction_by_steps_is_not_contradicted():
    own = line("≥95%", "85%", points="8", name="群众满意度", level2="服务对象满意度指标", reason="高峰期人手不足")
    table = document(own._replace(level1="满意度指标"))
    assert not accused(table, rules_of("central-2021", ON)) & {(1, "S01", 1)}
    assert (1, "S01", 1) in accused(table)


def test_findings_name_project_line_values_and_what_to_do_in_both_languages():
    found = one(foreign("C1_cellpipe_selfeval"), "S03")
    assert "项目1第5项“资金支付及时率”" in found.zh
    assert "请改正得分" in found.zh
    assert "80%" in found.en


SIGNS = st.sampled_from(["≥", "≤", "＝", ">", "<", ""])
UNITS = st.sampled_from(["次", "%", "万元", "天", "公里", "元/人"])
WHOLE = st.integers(0, 400)


@given(SIGNS, WHOLE, WHOLE, UNITS, st.integers(1, 50), st.sampled_from(["national-2020", "central-2021"]))
def test_points_of_our_own_scoring_are_never_accused(sign, target, value, unit, weight, pack):
    rules = rules_of(pack, ON)
    text = f"{sign}{target}{unit}"
    reading = read_target(text, "事项", 2024)
    actual = Actual("项目", 1, "事项", None, ActualStatus.OK, Decimal(value), unit)
    scored = score(reading, actual, Decimal(weight), rules, tolerance=TOLERANCE)
    own = line(text, f"{value}{unit}", str(weight), f"{scored.points}", name="事项", reason="已说明")
    assert not {code for _, code, _ in accused(document(own), rules)} & {"S01", "S03", "S08", "S14"}


TEXTS = st.one_of(
    st.none(), st.text(max_size=20), st.sampled_from(["≥5次", "部分达成", "100%", "不适用", "2024年底", "是"])
)


@given(TEXTS, TEXTS, TEXTS, TEXTS, TEXTS)
def test_no_text_in_a_cell_breaks_the_checks(target, actual, weight, points, total):
    found_in(document(line(target, actual, weight, points), funds=money(), total=total))

"""M00…M10: each is found where it should be, and a sound monitoring is accused of nothing."""

import datetime
from dataclasses import replace
from decimal import Decimal

import pytest

from hengji.model.binding import Actual, ActualStatus
from hengji.model.evaluation import Likelihood, Stage
from hengji.model.execution import Execution
from hengji.model.finding import Severity
from hengji.model.table import Indicator, Project, Source, TableKind, TargetTable
from hengji.scoring.given import Given, GivenLine, GivenMoney
from hengji.scoring.monitoring import monitoring
from hengji.scoring.monitoring_checks import CHECKS, number_in
from hengji.scoring.rules import rules_of

JULY, JUNE = datetime.date(2024, 7, 31), datetime.date(2024, 6, 30)


def indicator(number, target, code="11", **more):
    return Indicator(number, f"指标{number}", "产出指标", None, code, None, target, **more)


def table_of(*indicators, kind=TableKind.TARGETS):
    return TargetTable(Source("t", "", ""), kind=kind, fiscal_year=2024, projects=(Project("甲", indicators),))


def actual_of(number, value, unit="次", measure="count_records", **more):
    value = Decimal(value) if value is not None and value[0].isdigit() else value
    status = ActualStatus.OK if value is not None else ActualStatus.INSUFFICIENT
    return Actual("甲", number, f"指标{number}", measure, status, value, unit, **more)


def money_of(paid, months=()):
    paid = Decimal(paid)
    return Execution(
        "甲", Decimal(100), Decimal(100), paid, paid, (), tuple((m, Decimal(v)) for m, v in enumerate(months, 1))
    )


def watch(table, actuals, paid="58", as_of=JULY, months=(), **more):
    return monitoring(
        table, actuals, [money_of(paid, months)], rules_of("national-2020", as_of), as_of=as_of, tolerance=Decimal("0.1"),
        inputs_digest="", **more,
    )  # fmt: skip


def codes(found):
    return [f.code for f in found.findings if f.code != "M00"]


GREEN = (table_of(indicator(1, "≥100次")), [actual_of(1, "60")])
RED = (table_of(indicator(1, "≥100次")), [actual_of(1, "10")])
CAUSE = GivenLine(causes=("经费保障",), reason="拨款到7月才下达", likelihood="有可能")


def given_of(line=CAUSE, approved="≥100次", **more):
    return Given({("甲", 1): line}, approved={("甲", 1): approved}, **more)


def test_the_catalogue_has_each_code_once_and_in_order():
    assert [c.code for c in CHECKS] == [f"M{n:02}" for n in range(11)]
    assert all(c.zh and c.en and c.title for c in CHECKS)


def test_a_sound_monitoring_with_all_material_has_no_findings_at_all():
    before = watch(*GREEN, paid="50", as_of=JUNE)
    assert watch(*GREEN, given=given_of(GivenLine(actual="60次")), previous=before).findings == ()


def test_what_could_not_be_checked_is_named():
    (one,) = watch(*GREEN).findings
    assert (one.code, one.severity) == ("M00", Severity.INFO)
    for code in ("M03", "M04", "M05", "M06", "M07", "M08"):
        assert code in one.zh
        assert code in one.en
    assert "M01" not in one.zh


def test_a_project_without_countable_outputs_is_named_as_not_checked_for_m01():
    found = watch(table_of(indicator(1, "≥90%")), [actual_of(1, "95", "%", "pass_rate")])
    assert "项目1的M01" in found.findings[-1].zh


@pytest.mark.parametrize(
    ("done", "paid", "expected"),
    [
        ("49", "80", True),
        ("50", "80", False),
        ("49", "79.99", False),
        ("80", "49", True),
        ("80", "50", False),
        ("0", "90", True),
    ],
)
def test_money_and_outputs_that_move_apart_are_m01(done, paid, expected):
    months = ("0", "0", "0", "0", paid, paid, paid)
    found = codes(watch(table_of(indicator(1, "≥100次")), [actual_of(1, done)], paid, months=months))
    assert ("M01" in found) is expected


def test_outputs_beyond_their_target_do_not_hide_those_that_are_behind():
    table = table_of(indicator(1, "≥100次"), indicator(2, "≥100次"))
    assert "M01" in codes(watch(table, [actual_of(1, "900"), actual_of(2, "60")], "40"))
    assert "M01" not in codes(watch(table, [actual_of(1, "900"), actual_of(2, "20")], "40"))


def test_all_certain_with_a_red_light_is_m02_and_one_doubt_is_enough():
    table = table_of(indicator(1, "≥100次"), indicator(2, "≥100次"))
    actuals = [actual_of(1, "10"), actual_of(2, "60")]
    certain = GivenLine(causes=("其他",), reason="说明", likelihood="确定能")
    doubt = replace(certain, likelihood="有可能")
    assert "M02" in codes(watch(table, actuals, given=Given({("甲", 1): certain, ("甲", 2): certain})))
    assert "M02" not in codes(watch(table, actuals, given=Given({("甲", 1): certain, ("甲", 2): doubt})))


def test_a_deviation_without_a_cause_is_m03():
    (found,) = [f for f in watch(*RED, given=Given()).findings if f.code == "M03"]
    assert (found.project, found.indicator) == (1, 1)
    assert "经费保障、制度保障、人员保障、硬件条件保障、其他" in found.zh
    assert "M03" not in codes(watch(*RED, given=given_of()))
    assert "M03" not in codes(watch(*GREEN, given=Given()))


def test_a_cause_that_is_none_of_the_five_is_said():
    found = watch(*RED, given=given_of(replace(CAUSE, causes=("天气",))))
    assert any(f.code == "M03" and "天气" in f.zh for f in found.findings)


@pytest.mark.parametrize("reason", [None, "", "  ", "无", "—"])
def test_a_cause_without_words_is_m04(reason):
    assert "M04" in codes(watch(*RED, given=given_of(replace(CAUSE, reason=reason))))
    assert "M04" not in codes(watch(*RED, given=given_of()))


@pytest.mark.parametrize(
    ("target", "told", "actual", "expected"),
    [
        ("≥100次", "≥100次", actual_of(1, "10"), True),
        ("≥100次", " ≥ 100次", actual_of(1, "10"), True),
        ("≥100次", "100次", actual_of(1, "10"), False),
        ("100次", "100次", actual_of(1, "10"), True),
        ("100次", "100次", actual_of(1, "100"), False),
        ("100次", "100次", actual_of(1, "100", measure=None), True),
        ("100%", "100%", actual_of(1, "100", "%", None), False),
        ("≥90%", "≥90%", actual_of(1, "95", "%", None), True),
        ("是", "是", actual_of(1, "是", "是/否", None), False),
        ("1份", "1份", actual_of(1, "1", "份", None), False),
    ],
)
def test_a_target_copied_as_the_value_so_far_is_m05(target, told, actual, expected):
    found = watch(table_of(indicator(1, target)), [actual], given=given_of(replace(CAUSE, actual=told), target))
    assert ("M05" in codes(found)) is expected


def test_out_of_reach_without_a_request_for_adjustment_is_m06():
    lost = replace(CAUSE, likelihood="完全不可能")
    found = watch(*RED, given=given_of(lost))
    assert found.projects[0].lines[0].likelihood is Likelihood.IMPOSSIBLE
    assert "M06" in codes(found)
    assert "M06" not in codes(watch(*RED, given=given_of(replace(lost, adjustment=True))))


def test_a_likelihood_that_the_form_does_not_have_is_shown_and_the_proposal_stays():
    line = watch(*RED, given=given_of(replace(CAUSE, likelihood="大概"))).projects[0].lines[0]
    assert line.likelihood is Likelihood.POSSIBLE
    assert "大概" in line.workings[2].inputs["填报"]


def test_what_adds_up_and_is_less_than_before_is_m07():
    before = watch(*GREEN, as_of=JUNE)
    fewer = watch(GREEN[0], [actual_of(1, "59")], "57", previous=before)
    assert codes(fewer) == ["M07", "M07"]
    assert {f.indicator for f in fewer.findings if f.code == "M07"} == {1, None}
    assert codes(watch(*GREEN, previous=before)) == []


def test_a_rate_may_fall_without_m07():
    table = table_of(indicator(1, "≥90%"))
    before = watch(table, [actual_of(1, "99", "%", "pass_rate")], as_of=JUNE)
    assert codes(watch(table, [actual_of(1, "95", "%", "pass_rate")], previous=before)) == []


@pytest.mark.parametrize(
    "change", [{"as_of": JULY}, {"as_of": datetime.date(2023, 7, 31)}, {"stage": Stage.SELF_EVALUATION}]
)
def test_only_an_earlier_monitoring_of_the_same_year_is_compared_with(change):
    before = replace(watch(*GREEN, as_of=JUNE), **change)
    found = watch(GREEN[0], [actual_of(1, "59")], previous=before)
    assert codes(found) == []
    assert "M07" in found.findings[-1].zh


@pytest.mark.parametrize(("approved", "expected"), [("≥100次", False), ("≥ 100次", False), ("≥200次", True)])
def test_a_target_that_is_not_the_approved_one_is_m08(approved, expected):
    assert ("M08" in codes(watch(*GREEN, given=given_of(approved=approved)))) is expected


def test_an_indicator_that_was_never_approved_is_m08():
    assert "M08" in codes(watch(*GREEN, given=Given(approved={})))


@pytest.mark.parametrize(("paid", "expected"), [("38.34", False), ("38.33", True)])
def test_spending_more_than_twenty_points_behind_the_calendar_is_m09(paid, expected):
    assert ("M09" in codes(watch(*GREEN, paid=paid))) is expected
    told = Given(money={"甲": GivenMoney(reason="合同尾款11月支付")})
    assert "M09" not in codes(watch(*GREEN, paid=paid, given=told))


def test_a_forecast_beyond_the_budget_is_m10_whether_people_or_the_pace_say_so():
    steady = ("12", "25", "38", "51", "64", "77", "90")
    at_once = ("0", "0", "0", "0", "90", "90", "90")
    assert "M10" in codes(watch(*GREEN, paid="90", months=steady))
    assert "M10" not in codes(watch(*GREEN, paid="90", months=at_once))
    assert "M10" in codes(watch(*GREEN, given=Given(money={"甲": GivenMoney(forecast=Decimal("100.01"))})))
    assert "M10" not in codes(watch(*GREEN, given=Given(money={"甲": GivenMoney(forecast=Decimal(100))})))
    assert "M10" in codes(watch(*GREEN, paid="101"))


def test_a_monitoring_form_brings_what_people_wrote_in_it():
    told = indicator(
        1, "≥100次", actual="≥100次", deviation_causes=("人员保障",), variance_reason="", likelihood="确定能"
    )
    found = watch(table_of(told, kind=TableKind.MONITORING), [actual_of(1, "10", measure=None)])
    assert set(codes(found)) == {"M02", "M04", "M05"}
    line = found.projects[0].lines[0]
    assert line.deviation_causes == ("人员保障",)
    assert line.likelihood is Likelihood.CERTAIN


def test_what_people_wrote_stands_in_the_line():
    line = watch(*RED, given=given_of(replace(CAUSE, forecast="95次"))).projects[0].lines[0]
    assert line.variance_reason == "拨款到7月才下达"
    assert line.forecast == "95次"


def test_a_finding_says_where_in_both_languages():
    (found,) = [f for f in watch(*RED, given=Given()).findings if f.code == "M03"]
    assert found.zh.startswith("项目1“甲”第1项“指标1”")
    assert found.en.startswith("Indicator 1 of project 1 ")
    assert found.cites


@pytest.mark.parametrize(
    ("text", "number"), [("394家", "394"), ("97.67%", "97.67"), ("-2.5个", "-2.5"), ("是", None), (None, None)]
)
def test_the_number_of_a_printed_value_is_read(text, number):
    assert number_in(text) == (None if number is None else Decimal(number))

"""绩效运行监控: the cases of law_cases/monitoring.toml, and what must hold for any table."""

import datetime
import json
import tomllib
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hengji.legislation import LawError
from hengji.model.binding import Actual, ActualStatus, Interval
from hengji.model.evaluation import Light, Likelihood, Stage
from hengji.model.execution import Execution
from hengji.model.table import Indicator, Project, Source, TargetTable
from hengji.scoring.as_json import canonical, evaluation_json
from hengji.scoring.forecast import Earlier, forecast_of
from hengji.scoring.lights import sight_of, worst
from hengji.scoring.monitoring import monitoring
from hengji.scoring.monitoring_law import Elapsed, monitoring_law
from hengji.scoring.rules import rules_of
from hengji.targets import read_target

TOLERANCE = Decimal("0.1")
JULY = datetime.date(2024, 7, 31)
CASES = tomllib.loads((Path(__file__).parent / "law_cases" / "monitoring.toml").read_text("utf-8"))
RANK = [Light.RED, Light.YELLOW, Light.GREEN, Light.BLUE]


def money_of(name, budget="100", paid="58", months=()):
    budget, paid = Decimal(budget), Decimal(paid)
    rate = paid / budget * 100 if budget else None
    by_month = tuple((m, Decimal(v)) for m, v in enumerate(months, 1))
    return Execution(name, budget, budget, paid, rate, (), by_month)


def actual_of(project, number, value, unit, measure, status=ActualStatus.OK, **more):
    return Actual(project, number, f"指标{number}", measure, status, value, unit, **more)


def table_of(*projects):
    return TargetTable(Source("t", "", "text/plain"), fiscal_year=2024, money_unit="万元", projects=projects)


def watch(table, actuals, money, as_of=JULY, **more):
    return monitoring(
        table, actuals, money, rules_of("national-2020", as_of), as_of=as_of, tolerance=TOLERANCE, inputs_digest="0" * 64,
        **more,
    )  # fmt: skip


def line_of(target, value, unit, measure, as_of=JULY, status=ActualStatus.OK, **more):
    table = table_of(Project("甲", (Indicator(1, "指标1", "产出指标", "数量指标", "11", None, target),)))
    actual = actual_of("甲", 1, value, unit, measure, status, **more)
    return watch(table, [actual], [money_of("甲")], as_of).projects[0].lines[0]


def said(text):
    return None if text == "none" else text


@pytest.mark.parametrize("case", CASES["case"], ids=lambda c: c["name"])
def test_a_line_is_seen_as_the_case_says(case):
    value = case.get("actual")
    if value is not None and value.lstrip("-").replace(".", "", 1).isdigit():
        value = Decimal(value)
    more = {"rows": case.get("rows", 0), "judgement": case.get("judgement")}
    if "parts" in case:
        more |= {"numerator": Decimal(case["parts"][0]), "denominator": Decimal(case["parts"][1])}
    if "interval" in case:
        more["interval"] = Interval(*(Decimal(b) for b in case["interval"]))
    line = line_of(
        case["target"], value, case["unit"], case.get("measure"), case["as_of"],
        ActualStatus(case.get("status", "ok")), **more,
    )  # fmt: skip
    assert (line.light.value if line.light else None) == said(case["light"])
    if "forecast" in case:
        assert line.forecast == said(case["forecast"])
    if "range" in case:
        assert line.workings[1].inputs["范围"] == case["range"]
    if "likelihood" in case:
        assert (line.likelihood.value if line.likelihood else None) == said(case["likelihood"])


@pytest.mark.parametrize("case", CASES["money"], ids=lambda c: c["name"])
def test_money_is_seen_as_the_case_says(case):
    money = money_of("甲", case["budget"], case["paid"], case.get("months", ()))
    seen = watch(table_of(Project("甲")), [], [money], case["as_of"]).projects[0].execution
    assert (seen.light.value if seen.light else None) == said(case["light"])
    if "rate" in case:
        assert f"{seen.execution_rate:f}" == case["rate"]
    if "forecast" in case:
        assert (None if seen.forecast is None else f"{seen.forecast:f}") == said(case["forecast"])


def test_there_are_enough_cases_for_every_light_and_every_likelihood():
    assert len(CASES["case"]) >= 30
    assert {c["light"] for c in CASES["case"]} == {"red", "yellow", "green", "blue", "none"}
    assert {c["likelihood"] for c in CASES["case"] if "likelihood" in c} == {w.value for w in Likelihood} | {"none"}


def test_every_light_and_forecast_has_a_working_with_what_says_so():
    line = line_of("≥450家", Decimal(394), "家", "count_distinct", rows=394)
    seen, foreseen, chance = line.workings
    assert seen.formula == "累计数，按时间进度：394÷(450×7÷12)＝150.10%，不低于80%"
    assert seen.inputs["目标"] == "≥450"
    assert seen.inputs["记录数"] == "394"
    assert [c.topic for c in seen.cites] == ["监控预警分档"]
    assert foreseen.formula == "按目前进度外推：394÷7×12"
    assert "394个计数的随机波动" in foreseen.inputs["范围的依据"]
    assert "后期会变慢" in foreseen.inputs["注意"]
    assert foreseen.cites
    assert chance.result == "确定能"


def test_a_day_inside_a_month_is_printed_so_that_the_formula_can_be_worked_out():
    line = line_of("≥100次", Decimal(40), "次", "count_records", datetime.date(2024, 5, 15), rows=40)
    assert "100×(4+15/31)÷12" in line.workings[0].formula


def test_no_light_says_why_there_is_none():
    line = line_of("≥90%", None, "%", "satisfaction", status=ActualStatus.NOT_APPLICABLE)
    assert line.workings[0].formula == "到目前还没有应计的情形，不亮灯"
    assert line.actual is None
    assert line.forecast is None


def test_a_provisional_value_is_seen_and_called_so():
    line = line_of("≥90%", Decimal(95), "%", "pass_rate", status=ActualStatus.PROVISIONAL)
    assert line.light is Light.GREEN
    assert line.workings[0].inputs["状态"] == "暂定"


def test_an_indicator_without_a_target_has_no_light_and_a_value_that_cannot_be_compared_neither():
    assert line_of(None, Decimal(3), "次", "count_records").light is None
    line = line_of("≥90%", Decimal(3), "次", "count_records")
    assert line.light is None
    assert "不能与指标值相比" in line.workings[0].formula


def test_an_indicator_without_any_actual_value_has_no_light_and_is_kept():
    table = table_of(Project("甲", (Indicator(1, "指标1", annual_target="≥5次"),)))
    line = watch(table, [], [money_of("甲")]).projects[0].lines[0]
    assert line.light is None
    assert line.target == "≥5次"


def test_what_the_binding_put_in_place_of_the_target_is_judged_and_the_printed_target_stays():
    line = line_of("按工作任务表", Decimal(99), "%", "pass_rate", instead="≥90%")
    assert line.light is Light.GREEN
    assert line.target == "按工作任务表"


@pytest.mark.parametrize(
    ("target", "value", "unit", "measure", "more", "text"),
    [
        ("≥20家", Decimal(3), "家", "count_distinct", {},
         "截至2024年7月31日完成3家，为指标值20家的15.00%，时间进度为58.33%。"),
        ("100%", Decimal("82.758621"), "%", "ratio_within_deadline", {"numerator": Decimal(24), "denominator": Decimal(29)},
         "截至2024年7月31日为82.76%（24÷29），比指标值100%低17.24个百分点。"),
        ("100%", Decimal(80), "%", "composition_check", {"numerator": Decimal(7), "denominator": Decimal(6)},
         "截至2024年7月31日为80.00%，比指标值100%低20.00个百分点。"),
        ("0起", Decimal(2), "起", "zero_events", {}, "截至2024年7月31日为2起，超过指标值0起。"),
        ("1份", Decimal(0), "份", "delivered_count", {}, "截至2024年7月31日尚未完成（指标值1份，已完成0份）。"),
        ("是", "否", "是/否", "yes_no_computed", {}, "截至2024年7月31日，未达到指标值（否）。"),
        ("有效提升", "中", "档", "qualitative_graded", {}, "截至2024年7月31日，评定为“中”，未达到指标值。"),
        ("≥1次", Decimal(5), "次", "count_records", {}, "截至2024年7月31日已达5次，为指标值1次的500.00%。"),
    ],
)  # fmt: skip
def test_a_deviation_is_drafted_from_the_figures_and_its_cause_is_left_to_people(
    target, value, unit, measure, more, text
):
    line = line_of(target, value, unit, measure, **more)
    assert line.variance_reason == text
    assert line.deviation_causes == ()


def test_a_line_on_its_way_needs_no_reason():
    assert line_of("≥90%", Decimal(95), "%", "pass_rate").variance_reason is None


def test_the_pace_since_the_last_monitoring_widens_the_range():
    law, elapsed = monitoring_law("national-2020", JULY), Elapsed(JULY)
    actual = actual_of("甲", 1, Decimal(70), "次", "count_records", rows=70)
    sight = sight_of(read_target("≥120次", "指标1", 2024), actual, TOLERANCE)
    alone = forecast_of(sight, actual, "70次", law, elapsed)
    after = forecast_of(
        sight, actual, "70次", law, elapsed, Earlier(Decimal(70), Elapsed(datetime.date(2024, 6, 30)).months)
    )
    assert after.text == alone.text == "120次"
    assert after.low == 70
    assert after.low < alone.low
    assert after.high == alone.high


def test_the_worst_light_of_money_and_lines_is_that_of_the_project():
    table = table_of(Project("甲", (Indicator(1, "指标1", code="11", annual_target="≥100次"),)))
    done = [actual_of("甲", 1, Decimal(200), "次", "count_records")]
    assert watch(table, done, [money_of("甲", "100", "58")]).projects[0].light is Light.GREEN
    assert watch(table, done, [money_of("甲", "100", "1")]).projects[0].light is Light.RED
    assert watch(table, done, [money_of("甲", "0", "0")]).projects[0].light is Light.BLUE
    assert worst([None, None]) is None


def test_a_monitoring_has_no_points_and_names_the_law_that_was_not_checked():
    table = table_of(Project("甲", (Indicator(1, "指标1", code="11", annual_target="≥100次"),)))
    found = watch(table, [], [money_of("甲")], simulated=True)
    assert found.stage is Stage.MONITORING
    assert found.simulated
    assert found.projects[0].total_points is None
    assert found.projects[0].execution.points is None
    assert found.unverified


def test_a_pack_without_monitoring_is_refused_in_words():
    with pytest.raises(LawError):
        monitoring_law("national-2020", datetime.date(2001, 1, 1))


def test_the_same_material_gives_the_same_bytes():
    table = table_of(Project("甲", (Indicator(1, "指标1", code="11", annual_target="≥100次"),)))
    actuals = [actual_of("甲", 1, Decimal(37), "次", "count_records", rows=37)]
    twice = [canonical(evaluation_json(watch(table, actuals, [money_of("甲")]))) for _ in range(2)]
    assert twice[0] == twice[1]
    assert json.loads(twice[0])["projects"][0]["lines"][0]["light"] == "yellow"


DAYS = st.dates(datetime.date(2024, 1, 1), datetime.date(2024, 12, 31))
TARGETS = st.sampled_from(["≥{}次", "{}次", "约{}次", "大于{}次", "每年{}次"])
AMOUNTS = st.integers(0, 4000)


@settings(max_examples=400, deadline=None)
@given(
    TARGETS,
    st.integers(1, 2000),
    AMOUNTS,
    AMOUNTS,
    DAYS,
    st.sampled_from(["count_records", "stock_level", "count_distinct"]),
)
def test_more_never_worsens_a_light_of_a_more_is_better_indicator(text, target, one, other, day, measure):
    less, more = sorted((one, other))
    lights = [line_of(text.format(target), Decimal(v), "次", measure, day, rows=v).light for v in (less, more)]
    assert RANK.index(lights[0]) <= RANK.index(lights[1])


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 100), st.integers(0, 100), st.integers(0, 100), DAYS, st.sampled_from(["≥{}%", "{}%", "大于{}%"]))
def test_a_better_rate_never_worsens_a_light(target, one, other, day, text):
    less, more = sorted((one, other))
    lights = [line_of(text.format(target), Decimal(v), "%", "pass_rate", day).light for v in (less, more)]
    assert RANK.index(lights[0]) <= RANK.index(lights[1])


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 200), AMOUNTS, AMOUNTS, DAYS)
def test_more_never_betters_a_light_of_a_less_is_better_indicator(target, one, other, day):
    less, more = sorted((one, other))
    lights = [line_of(f"≤{target}起", Decimal(v), "起", "count_records", day).light for v in (less, more)]
    assert RANK.index(lights[0]) >= RANK.index(lights[1])


@settings(max_examples=300, deadline=None)
@given(TARGETS, st.integers(2, 2000), AMOUNTS, DAYS, st.integers(0, 5000))
def test_a_forecast_lies_in_its_range_and_never_below_what_is_done(text, target, value, day, rows):
    line = line_of(text.format(target), Decimal(value), "次", "count_records", day, rows=rows)
    working = line.workings[1]
    if line.forecast is None:
        assert value == 0
        return
    foreseen = Decimal(line.forecast.removesuffix("次"))
    assert foreseen >= value
    if "范围" in working.inputs:
        low, high = (Decimal(p) for p in working.inputs["范围"].removesuffix("次").split("至"))
        assert value <= low <= foreseen <= high


@settings(max_examples=300, deadline=None)
@given(TARGETS, st.integers(1, 2000), AMOUNTS, DAYS)
def test_a_target_that_is_reached_is_never_said_to_be_impossible_nor_a_missed_year_certain(text, target, value, day):
    line = line_of(text.format(target), Decimal(value), "次", "count_records", day, rows=value)
    if value > target:
        assert line.likelihood is Likelihood.CERTAIN
    elif line.likelihood is Likelihood.IMPOSSIBLE:
        assert day == datetime.date(2024, 12, 31)


LINES = st.lists(
    st.tuples(st.sampled_from(["≥90%", "≥40次", "20次", "0起", "是", "≤3起"]), st.integers(0, 120)),
    min_size=1,
    max_size=5,
)


@settings(max_examples=100, deadline=None)
@given(st.lists(LINES, min_size=1, max_size=4), st.data())
def test_the_order_of_projects_and_indicators_does_not_matter(material, data):
    projects, actuals, money = [], [], []
    for p, lines in enumerate(material):
        name = f"项目{p}"
        projects.append(
            Project(
                name, tuple(Indicator(n, f"指标{n}", code="11", annual_target=t) for n, (t, _) in enumerate(lines, 1))
            )
        )
        money.append(money_of(name, "100", str(lines[0][1])))
        for n, (target, value) in enumerate(lines, 1):
            unit, measure = ("%", "pass_rate") if "%" in target else ("次", "count_records")
            answer = "是" if target == "是" else Decimal(value)
            actuals.append(actual_of(name, n, answer, unit if target != "是" else "是/否", measure, rows=value))
    order = data.draw(st.permutations(range(len(projects))))
    shuffled = [Project(projects[k].name, tuple(data.draw(st.permutations(projects[k].indicators)))) for k in order]
    one = watch(table_of(*projects), actuals, money)
    other = watch(table_of(*shuffled), data.draw(st.permutations(actuals)), [money[k] for k in order])
    seen = [
        {(p.name, p.light, p.execution.forecast): sorted((s.number, s.light, s.forecast, s.likelihood) for s in p.lines)
         for p in found.projects}
        for found in (one, other)
    ]  # fmt: skip
    assert seen[0] == seen[1]

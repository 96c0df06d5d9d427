import datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hengji.legislation import LawError
from hengji.model.review import Waiver
from hengji.model.table import Funds, Indicator, Project, Source, TargetTable
from hengji.review import review
from hengji.review.examples import project, table

ON = datetime.date(2024, 1, 1)
QUIET = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])

VALUES = st.sampled_from(
    ["有效提升", "≥90%", "100%", "约85家", "按合同要求", "是", "逐年提高", "20", "0起", "每季度一次", "", "5套及1批",
     "2023年12月底前", "提交报告", "优100%良90%", "≥18.5万元", "88100", "无", "/"]
)  # fmt: skip
NAMES = st.sampled_from(
    ["验收合格率", "环保信访投诉办结率", "应急事件接报数", "公共服务水平", "无败诉案件（是/否）", "指标1：培训XX次数",
     "委托费用", "食堂满意度", "开展巡查工作。", "水质达标，保障安全", "技术服务数量（2023年）", ""]
)  # fmt: skip
CODES = st.sampled_from(["11", "12", "13", "14", "21", "22", "23", "24", "31", ""])
ROWS = st.lists(st.tuples(CODES, NAMES, VALUES), max_size=7)


def seen(found, within):
    """Findings without what depends on numbering."""
    return sorted(
        (f.code, within.projects[f.project - 1].name if f.project else "", f.indicator or 0, f.severity.value)
        for f in found.findings
    )


def named(lists):
    return [project(*rows, name=f"{'甲乙丙丁'[n]}项目", objective=None) for n, rows in enumerate(lists)]


@QUIET
@given(st.lists(ROWS, min_size=1, max_size=4), st.randoms())
def test_the_order_of_projects_changes_nothing_but_numbers(lists, random):
    projects = named(lists)
    shuffled = list(projects)
    random.shuffle(shuffled)
    one, other = table(*projects), table(*shuffled)
    assert seen(review(one, on=ON), one) == seen(review(other, on=ON), other)


@QUIET
@given(st.lists(ROWS, min_size=1, max_size=3), st.data())
def test_a_waiver_takes_out_exactly_what_it_names(lists, data):
    judged = table(*named(lists))
    before = review(judged, on=ON)
    own = [f for f in before.findings if f.project]
    if not own:
        return
    chosen = data.draw(st.sampled_from(own))
    waiver = Waiver(chosen.code, judged.projects[chosen.project - 1].name, chosen.indicator, "说明", "某人", ON)
    after = review(judged, on=ON, waivers=(waiver,))
    gone = [f for f in before.findings if f not in after.findings]
    assert chosen in gone
    assert {(f.code, f.project) for f in gone} == {(chosen.code, chosen.project)}
    assert chosen.indicator is None or {f.indicator for f in gone} == {chosen.indicator}
    assert [f for f, _ in after.waived] == gone


ANY = (
    st.text(max_size=30)
    | st.text(alphabet="≥≤%％12０0.,，。；;万元家次是否优良年月日每约/{}（）()【】Xx*", max_size=20)
    | st.none()
)
INDICATORS = st.builds(
    Indicator, st.integers(-1, 10**6), ANY.map(lambda t: t or ""), ANY, ANY, ANY, ANY, ANY, max_points=ANY, remark=ANY
)
FUNDS = st.builds(Funds, *[st.none() | st.decimals(-(10**12), 10**12, places=2)] * 5)
PROJECTS = st.builds(
    Project,
    ANY.map(lambda t: t or ""),
    st.lists(INDICATORS, max_size=5).map(tuple),
    objective=ANY,
    whole_term_objective=ANY,
    money_unit=st.sampled_from([None, "元", "万元", "美元"]),
    funds=FUNDS,
)
TABLES = st.builds(
    TargetTable,
    st.just(Source("f", "", "")),
    fiscal_year=st.none() | st.integers(1, 9999),
    money_unit=st.sampled_from([None, "元", "万元"]),
    printed_totals=FUNDS,
    projects=st.lists(PROJECTS, max_size=3).map(tuple),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TABLES, st.none() | TABLES)
def test_no_text_whatever_makes_a_review_fail(judged, prior):
    found = review(judged, on=ON, prior=prior)
    assert len(found.projects) == len(judged.projects)


def test_what_could_not_be_checked_is_said_once_a_rule_with_what_it_needs():
    found = review(table(project(("11", "帮扶企业数量", "≥20家")), year=None), on=ON)
    assert [n.code for n in found.not_checked] == ["T31", "T35", "T37", "T45", "T47"]
    assert all(n.needs and n.needs_en for n in found.not_checked)


def test_last_years_table_lets_more_rules_run():
    last = table(project(("12", "有效传输率", "≥90%")), year=2023)
    found = review(table(project(("12", "有效传输率", "≥75%"))), on=ON, prior=last)
    assert "T31" in {f.code for f in found.findings}
    assert "T31" not in {n.code for n in found.not_checked}


def test_weights_handed_in_count_as_weights():
    judged = table(project(("11", "帮扶企业数量", "≥20家"), ("22", "隐患整改率", "≥90%"), name="甲"))
    given_weights = {("甲", 1): Decimal(50), ("甲", 2): Decimal(45)}
    found = review(judged, on=ON, weights=given_weights)
    assert "T45" in {f.code for f in found.findings}
    assert "T45" not in {n.code for n in found.not_checked}


def test_a_known_source_counts_as_evidence():
    judged = table(project(("11", "帮扶企业数量", "≥20家"), name="甲"))
    assert "T44" in {f.code for f in review(judged, on=ON).findings}
    assert "T44" not in {f.code for f in review(judged, on=ON, evidence={("甲", 1): "帮扶台账"}).findings}


def test_an_unknown_pack_is_the_callers_mistake():
    with pytest.raises(LawError):
        review(table(), on=ON, pack="nowhere")


def test_a_finding_stands_where_its_field_stands(seed, on):
    place = seed.projects[0].indicators[0].place
    assert all(f.place is not None for f in review(seed, on=on).findings)
    assert place == next(f.place for f in review(seed, on=on).findings if f.indicator)


def test_a_table_of_ten_thousand_indicators_is_reviewed_project_by_project():
    rows = [(c, f"{c}事项{n}完成率", "≥90%") for n, c in enumerate(["11", "12", "13", "21", "22", "23", "31"] * 3)]
    judged = table(*(project(*rows, name=f"项目{n}") for n in range(20)))
    found = review(judged, on=ON)
    assert len(found.projects) == 20
    assert {f.project for f in found.findings if f.code == "T30"} == set(range(1, 21))

import datetime

from hengji.model.review import Waiver
from hengji.review import review
from hengji.review.examples import project, table

ON = datetime.date(2024, 1, 1)
TABLE = table(project(("22", "公共服务水平", "有效提升"), ("22", "企业环保意识", "得到提升"), name="甲项目"))


def waiver(code="T01", project_name="甲项目", indicator=1):
    return Waiver(code, project_name, indicator, "市级统一指标", "张三", datetime.date(2024, 2, 1))


def codes(found):
    return [(f.code, f.indicator) for f in found.findings]


def test_a_waived_finding_is_kept_apart_with_its_waiver():
    before, after = review(TABLE, on=ON), review(TABLE, on=ON, waivers=(waiver(),))
    assert [(f.code, f.indicator, w.by) for f, w in after.waived] == [("T01", 1, "张三")]
    assert sorted([*codes(after), ("T01", 1)], key=str) == sorted(codes(before), key=str)


def test_a_waiver_without_indicator_covers_the_project():
    after = review(TABLE, on=ON, waivers=(waiver(indicator=None),))
    assert len(after.waived) == 2


def test_waived_findings_no_longer_count_in_the_form():
    after = review(TABLE, on=ON, waivers=(waiver(indicator=None),))
    item = next(i for i in after.projects[0].items if i.item == "指标科学性")
    assert "T01" not in item.because


def test_a_waiver_that_matches_nothing_is_reported():
    after = review(TABLE, on=ON, waivers=(waiver(indicator=9),))
    unused = [f for f in after.findings if f.code == "T00"]
    assert len(unused) == 1
    assert "没有对应的问题" in unused[0].zh
    assert after.waived == ()

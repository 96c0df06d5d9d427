import datetime

import pytest

from hengji.review.examples import project, table
from hengji.review.material import material_of
from hengji.review.practice import Practice
from hengji.review.wording import counted, measurable, quoted, subject, timely, unit_for, work

PRACTICE = Practice("national-2020", datetime.date(2024, 1, 1))


def item(code, name, value="有效提升"):
    return next(material_of(table(project((code, name, value))), PRACTICE).items)


@pytest.mark.parametrize(
    ("code", "name", "about"),
    [
        ("22", "有效提升公共服务水平", "公共服务水平"),
        ("23", "环境质量改善情况", "环境质量改善"),
        ("22", "提高应急能力（是/否）", "应急能力"),
    ],
)
def test_a_subject_is_the_name_without_verbs_and_notes(code, name, about):
    assert subject(item(code, name), PRACTICE) == about


@pytest.mark.parametrize(
    ("code", "name", "part"),
    [
        ("22", "企业环保意识", "企业环保意识问卷知晓率≥【…】%"),
        ("22", "提升公共服务水平", "公共服务水平：测评"),
        ("23", "综合指数同比下降", "综合指数比上年下降（改善）≥【…】%"),
        ("12", "设备完好率", "设备完好率≥【…】%"),
        ("13", "报告编制完成及时性", "报告编制：【…】月【…】日前完成"),
        ("13", "信访案件办结时效", "≤【…】日（小时）"),
        ("31", "参训学员", "满意度≥【…】%"),
        ("11", "帮扶企业", "帮扶企业数量≥【…】家"),
    ],
)
def test_a_rewording_is_built_from_name_and_class(code, name, part):
    assert part in measurable(item(code, name), PRACTICE)


def test_a_name_without_a_subject_speaks_of_the_main_task():
    assert timely(item("13", "工作完成及时率", "100%"), PRACTICE).startswith("【主要任务】")


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("隐患整改率", "%"),
        ("培训次数", "次"),
        ("帮扶企业数量", "家"),
        ("监测报告", "份"),
        ("帮扶20户农民增收", "户"),
        ("某某", "【单位】"),
    ],
)
def test_a_unit_goes_with_the_name(name, unit):
    assert unit_for(name) == unit


def test_work_is_what_is_done_without_its_measure():
    assert work(item("11", "无人机巡查完成率", "100%"), PRACTICE) == "无人机巡查"


def test_counts_say_their_unit():
    assert counted("帮扶企业数量", "20") == "帮扶企业数量≥【20】家"


def test_a_long_text_is_shortened_on_one_line():
    assert quoted("甲\n乙" * 40).endswith("…")
    assert "\n" not in quoted("甲\n乙")

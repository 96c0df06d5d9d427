import datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hengji.review.likeness import content, enumerated, is_generic, likely_pairs, likeness, measure_key, overlap
from hengji.review.practice import Practice

PRACTICE = Practice("national-2020", datetime.date(2024, 1, 1))
TEXTS = st.lists(st.tuples(st.text("水质达标率企业帮扶数", max_size=9), st.text("水质达标", max_size=6)), max_size=9)


def test_content_is_what_is_left_without_figures_and_comparators():
    assert content("饮用水水质100%达标") == "饮用水水质达标"
    assert content("完成不少于1次水上应急演练开展") == "次水上应急演练"


@pytest.mark.parametrize(("one", "other"), [("东片巡查", "西片巡查"), ("甲级医院数量", "乙级医院数量")])
def test_members_of_a_series_are_alike_and_yet_two_things(one, other):
    assert enumerated(one, other)


def test_the_same_text_is_no_series():
    assert not enumerated("水质达标", "水质达标")


def test_likeness_and_overlap_run_from_nothing_to_all():
    assert likeness("水质达标", "水质达标") == 1
    assert likeness("水质达标", "企业帮扶") == 0
    assert overlap("水质达标", "饮用水水质达标率") == 1


@given(TEXTS, st.sampled_from([0.5, 0.55, 0.8]))
@example([("", "标水质标质水"), ("", "质标水质水标")], 0.8)  # five pairs of letters, four of them shared
def test_no_pair_that_overlaps_enough_is_missed(texts, share):
    pairs = likely_pairs(texts, share)
    for n, one in enumerate(texts):
        for m in range(n + 1, len(texts)):
            if any(overlap(a, b) >= share for a in one for b in texts[m]):
                assert (n, m) in pairs


def test_synonyms_have_one_key():
    assert measure_key("报告提交及时性", PRACTICE) == measure_key("报告提交及时率", PRACTICE)
    assert measure_key("甲线数据传输率", PRACTICE) != measure_key("乙线数据传输率", PRACTICE)


@pytest.mark.parametrize("name", ["验收合格率", "工作完成及时率", "项目按期完成率", "服务对象满意度"])
def test_general_names_are_known(name):
    assert is_generic(name, PRACTICE)


@pytest.mark.parametrize("name", ["环保信访投诉办结率", "监测数据公开度", "排污口排查清单"])
def test_specific_names_are_not_taken_for_general_ones(name):
    assert not is_generic(name, PRACTICE)

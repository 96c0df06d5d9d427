"""A pack is checked when it is loaded: one sentence names the layer, the file, the key and what is wrong."""

from __future__ import annotations

import datetime

import pytest

from hengji.legislation import PackError, pack_named, packs, read_pack
from hengji.legislation.pack_checks import CHOICES
from hengji.scoring.rules import _MODES, rules_of

BASE = "national-2020"
ENTRY = """
[[entry]]
key = "{key}"
from = 2022-01-01
document = "mof-2021-101"
topic = "试"
verified = false
value = {value}
"""
QUANTITATIVE = '{ reached = "full", below = "%s", equal = "%s", lower_is_better = "%s" }'


def entry(key, value):
    return ENTRY.format(key=f"self_evaluation.{key}" if "." not in key else key, value=value)


def broken(*entries, base=BASE):
    with pytest.raises(PackError) as raised:
        read_pack("本局", {"本局/own.toml": "\n".join(entries)}, base=pack_named(base) if base else None)
    return raised.value


@pytest.mark.parametrize(
    ("key", "value", "zh", "en"),
    [
        ("weights", "{ execution = 10, output = 50, outcome = 30 }", "合计为90，应为100", "adds up to 90"),
        ("weights", "{ execution = 10, output = 120, outcome = -30 }", "不能为负数，现有-30", "negative"),
        ("weights", '{ execution = 10, output = "五十", outcome = 40 }', "应为数", "number"),
        ("cut_offs", "{ excellent = 80, good = 90, fair = 60 }", "excellent 80 不高于 good 90", "80 is not above good 90"),
        ("cut_offs", "{ excellent = 90, good = 80 }", "缺少界线 fair", "lacks the limits fair"),
        ("cut_offs", '{ excellent = 90, good = "八十", fair = 60 }', "应为数", "number"),
        ("qualitative_bands", "{ '达成' = [100, 80], '部分' = [85, 60] }", "“达成”的下限80低于“部分”的上限85", "overlap"),
        ("qualitative_bands", "{ '未达成' = [60, 0], '达成' = [100, 80] }", "不重叠", "fall"),
        ("qualitative_bands", "{ '达成' = [80, 100] }", "上限80、下限100有误", "no band"),
        ("qualitative_bands", "{ '达成' = [100] }", "上限、下限", "limits"),
        ("satisfaction_steps", "[[80, 8], [90, 10]]", "80（8分）之后是90（10分）", "steps must fall"),
        ("satisfaction_steps", "[[90, 8], [80, 10]]", "从高到低", "steps must fall"),
        ("execution_steps", "[[80, 11]]", "0到10之间", "from 0 to 10"),
        ("execution_steps", "[[80, -1]]", "0到10之间", "from 0 to 10"),
        ("execution_steps", "[80, 7]", "下限和得分", "lower limit"),
        ("pass_line_percent", "100", "及格线应不低于0、低于100，现为“100”", "below 100"),
        ("execution", '{ points = -5, base = "final_budget" }', "points 应为不小于0的数", "not below 0"),
        ("execution", '{ points = 10, base = "guess" }', "base 为 “guess”", "final_budget"),
        ("rounding", '{ places = 2, mode = "up" }', "mode 为 “up”，程序不认识；可用：half_even、half_up", "half_even"),
        ("rounding", '{ places = 2.5, mode = "half_up" }', "places 应为 0 到 6 的整数", "places"),
        ("quantitative", QUANTITATIVE % ("ratio", "as_at_least", "cubic"), "lower_is_better 为 “cubic”", "linear_to_twice"),
        ("quantitative", QUANTITATIVE % ("ratio", "exact", "inverse_ratio"), "equal 为 “exact”", "as_at_least"),
        ("quantitative", QUANTITATIVE % ("feeling", "as_at_least", "inverse_ratio"), "below 为 “feeling”", "pass_line"),
        ("monitoring.lights_cut_offs", "{ blue = 120, green = 60, yellow = 80 }", "green 60 不高于 yellow 80", "limits must fall"),
        ("monitoring.lights_cut_offs", "{ green = 80, yellow = 60 }", "缺少界线 blue", "blue"),
        ("monitoring.lights_execution_cut_offs", "{ green = 60, yellow = 80 }", "从高到低", "limits must fall"),
        ("monitoring.lights_execution_cut_offs", "{ green = 60, yellow = -1 }", "不能为负数", "negative"),
        ("monitoring.lights_words", '{ "优" = "purple" }', "“purple” 不认识", "purple"),
        ("monitoring.lights_standing", '{ unmet_best = "amber", one_off_undone = "red" }', "unmet_best 为 “amber”", "yellow"),
    ],
)  # fmt: skip
def test_a_value_that_breaks_the_promise_of_its_key_is_refused_by_layer_file_and_key(key, value, zh, en):
    error = broken(entry(key, value))
    assert (error.layer, error.file) == ("本局", "本局/own.toml")
    assert error.key.endswith(key)
    assert zh in error.zh
    assert en in error.en
    assert str(error).startswith("规则包“本局”：本局/own.toml：")


def test_points_of_execution_that_differ_between_layers_name_both():
    error = broken(entry("weights", "{ execution = 15, output = 45, outcome = 30, satisfaction = 10 }"))
    assert (error.layer, error.file, error.key) == ("本局", "本局/own.toml", "self_evaluation.weights")
    assert "national-2020/self_evaluation.toml 的 self_evaluation.execution 是 10 分" in error.zh


def test_a_layer_that_changes_both_points_of_execution_is_fine():
    weights = entry("weights", "{ execution = 15, output = 45, outcome = 30, satisfaction = 10 }")
    execution = entry("execution", '{ points = 15, base = "final_budget" }')
    assert read_pack("本局", {"own.toml": weights + execution}, base=pack_named(BASE)).keys


def test_scoring_by_a_pass_line_without_one_is_refused():
    error = broken(entry("quantitative", QUANTITATIVE % ("pass_line", "as_at_least", "inverse_ratio")))
    assert "pass_line_percent" in error.zh


def test_a_break_in_a_lower_layer_keeps_the_name_of_that_layer():
    with pytest.raises(PackError) as raised:
        read_pack("下层", {"x.toml": entry("weights", "{ output = 1 }")}, base=None)
    assert raised.value.of("上层").layer == "下层"


def test_every_way_of_scoring_that_a_pack_may_name_is_one_that_scoring_knows():
    assert set(CHOICES["self_evaluation.rounding"]["mode"]) == set(_MODES)


def test_every_pack_that_comes_along_names_the_digest_of_each_of_its_files():
    for name in packs():
        files = pack_named(name).files
        assert f"{name}/pack.toml" in files
        assert "national-2020/self_evaluation.toml" in files
        assert all(len(digest) == 64 for digest in files.values())


def test_the_points_of_execution_are_those_of_the_weights_and_none_where_a_pack_gives_it_none():
    on = datetime.date(2024, 12, 31)
    assert rules_of("national-2020", on).execution_points == 10
    assert rules_of("guangdong-special", on).execution_points == 0


def test_only_a_pack_that_says_so_scores_by_a_pass_line():
    on = datetime.date(2024, 12, 31)
    assert rules_of("national-2020", on).pass_line is None
    assert rules_of("central-2021", on).pass_line == 60
    assert rules_of("central-2021", datetime.date(2020, 12, 31)).pass_line is None

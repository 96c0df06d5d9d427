"""What holds for every value: nothing raises, nothing vanishes, the fast lane reads as the general way does."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hengji.model.target import Checkable, TargetKind
from hengji.targets import KINDS, amount_text, read_target, reading_json, sentence
from hengji.targets.fold import fold
from hengji.targets.grammar import read_target as general
from hengji.targets.plain import plain

from .labels import real_labels, seed_labels

PIECES = [
    "≥",
    "≤",
    ">",
    "<",
    "=",
    "±",
    "约",
    "近",
    "不少于",
    "不超过",
    "大于等于",
    "每天",
    "每两个月",
    "每季度",
    "一次",
    "三次",
    "90",
    "100",
    "1,200",
    "15万",
    "3.5",
    "%",
    "百分之九十五",
    "家",
    "个",
    "份",
    "次",
    "元",
    "万元",
    "元/亩",
    "平方米",
    "小时",
    "小时内",
    "工作日内",
    "以上",
    "以下",
    "左右",
    "、",
    "，",
    "。",
    "；",
    "（",
    "）",
    "(",
    "1.",
    "(1)",
    "①",
    "且",
    "或",
    "和",
    "2024年",
    "12月底前",
    "2024.07-2024.12",
    "提升",
    "同比下降",
    "按合同要求",
    "《办法》",
    "通过验收",
    "正常运行",
    "水质",
    "满意度",
    "达标率",
    "完成",
    "优",
    "良",
    "是",
    "无",
    "/",
    "*",
    "**",
    "第",
    "O",
    "扁",
]
values = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=9).map("".join),
    st.text(max_size=40),
    st.sampled_from([v[0] for v in seed_labels()] + [v["raw"] for v in real_labels()]),
)
NOISE = set(" \t\r\n。;,、.:()[]\"“”'‘’!?|-~")


@given(
    values,
    st.sampled_from([None, "满意度", "完成数量(个)", "合格率(≥**%)", "总成本", "响应时间"]),
    st.sampled_from([None, 2024]),
)
@example("", None, None)
@example("≧ %", None, None)
@example("100" * 30, None, None)
def test_every_character_is_in_a_span_or_left_over(text: str, name: str | None, year: int | None) -> None:
    reading = read_target(text, name, year)
    covered = set()
    for start, end, _ in reading.spans:
        assert 0 <= start < end <= len(text) or (start == end == 0)
        covered |= set(range(start, end))
    lost = [c for at, c in enumerate(text) if at not in covered and fold(c) not in NOISE and not c.isspace()]
    assert all(c in reading.leftover for c in lost)
    assert reading_json(reading)["raw"] == text
    assert (len(reading.clauses) > 1) == (reading.join is not None) == (reading.kind is TargetKind.COMPOUND)
    zh, en = sentence(reading, name)
    assert (zh[-1], en[-1]) == ("。", ".")


@given(
    st.integers(0, 10**9),
    st.sampled_from(["", "≥", "≤", "不少于", "约"]),
    st.sampled_from(["家", "份", "%", "平方米", "万元"]),
)
def test_a_number_comes_back_as_it_was_written(number: int, sign: str, unit: str) -> None:
    reading = read_target(f"{sign}{number}{unit}")
    if reading.kind is not TargetKind.MALFORMED:
        assert (reading.clauses[0].number, reading.clauses[0].unit) == (Decimal(number), unit)
        assert amount_text(reading.clauses[0]) == f"{number}{unit}"


@given(values)
def test_the_fast_lane_reads_what_the_general_way_reads(text: str) -> None:
    folded = fold(text)
    quick = plain(folded, 0, len(folded))
    if quick is not None:
        # A name that says nothing keeps the general way out of the fast lane only by the blank before the value.
        slow = general(f"{text}。 ").clauses
        assert slow == (quick,)


@pytest.mark.parametrize("kind", KINDS, ids=lambda k: k.kind.value)
def test_examples_of_a_kind_are_read_as_that_kind(kind) -> None:  # type: ignore[no-untyped-def]
    for text in kind.examples:
        assert read_target(text).kind is kind.kind, text


@pytest.mark.parametrize(
    ("text", "name", "op", "number", "number2", "unit"),
    [
        ("不超过5次且不低于3次", None, "in", 3, 5, "次"),
        ("±3%以内", "误差率", "in", -3, 3, "%"),
        ("20±2℃", None, "in", 18, 22, "℃"),
        ("≥９０％", None, ">=", 90, None, "%"),
        ("百分之九十五以上", None, ">=", 95, None, "%"),
        ("约1.2万人次", None, "~", 12000, None, "人次"),
        ("18.5万元", None, "==", "18.5", None, "万元"),
        ("530元/人*月", None, "==", 530, None, "元/人*月"),
        ("95", "满意度(≥**%)", ">=", 95, None, None),
        ("正向 大于等于 1 次", None, ">=", 1, None, "次"),
    ],
)
def test_comparator_number_and_unit(text, name, op, number, number2, unit) -> None:  # type: ignore[no-untyped-def]
    done = read_target(text, name).clauses[0]
    want = (op, Decimal(str(number)), None if number2 is None else Decimal(number2), unit)
    assert (done.op, done.number, done.number2, done.unit) == want


@pytest.mark.parametrize("text", ["", " ", "/", "≧ %", "公里", "≤****元", "1002%", "第O份", "高中低", "#REF!", "88100"])
def test_what_is_no_target_is_malformed_with_a_reason_and_never_a_number(text: str) -> None:
    reading = read_target(text)
    assert reading.kind is TargetKind.MALFORMED
    assert reading.checkable is Checkable.NO
    assert reading.clauses[0].reason
    assert (reading.clauses[0].number, reading.clauses[0].op) == (None, None)


def test_a_damaged_percentage_names_what_it_may_have_been() -> None:
    assert "≥90%" in read_target("290%", "群众满意度").clauses[0].candidates
    assert read_target("290%", "产值增长率").kind is TargetKind.THRESHOLD


@pytest.mark.parametrize(
    ("text", "year", "mode", "start", "by"),
    [
        ("2024年12月底前", None, "by", None, "2024-12-31"),
        ("11月底之前", None, "by", None, "--11-30"),
        ("11月底之前", 2024, "by", None, "2024-11-30"),
        ("2月底前", 2024, "by", None, "2024-02-29"),
        ("2020年1月--2020年11月", None, "window", "2020-01-01", "2020-11-30"),
        ("2023.07-2024.01", None, "window", "2023-07-01", "2024-01-31"),
        ("全年", 2024, "window", "2024-01-01", "2024-12-31"),
        ("9月前", None, "by", None, "--08-31"),
    ],
)
def test_dates(text: str, year: int | None, mode: str, start: str | None, by: str) -> None:
    done = read_target(text, None, year).clauses[0]
    assert (done.mode, done.start, done.by) == (mode, start, by)


def test_a_figure_in_words_that_nothing_explains_is_left_over_and_makes_no_term() -> None:
    reading = read_target("三分之二")
    assert reading.leftover == "三分之二"
    assert reading.checkable is not Checkable.YES


def test_words_of_a_clause_are_those_of_the_document() -> None:
    assert read_target("专业、规范，（高效）").clauses[0].term == "专业、规范，（高效）"

"""Cells as people write them: what they become, what is refused, and that fast and slow reading agree."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hengji.evidence.columns import typed
from hengji.evidence.register import Field
from hengji.evidence.values import BadCell, Note, read_value

DAY = Field("day", "date")
MOMENT = Field("moment", "datetime")
LOOSE = Field("loose", "datetime", date_only=True)
NUMBER = Field("number", "number")
COUNT = Field("count", "integer", minimum=0)
SHARE = Field("share", "number", unit="%", minimum=0, maximum=100)
YES_NO = Field("yes_no", "boolean")
CHOICE = Field("choice", "string", enum=("合格", "不合格", "Ⅲ"))
MONTH = Field("month", "string", pattern=r"^\d{4}-(0[1-9]|1[0-2])$")
WORDS = Field("words", "string")
MUST = Field("must", "string", required=True)
FIELDS = (DAY, MOMENT, LOOSE, NUMBER, COUNT, SHARE, YES_NO, CHOICE, MONTH, WORDS, MUST)


@pytest.mark.parametrize(
    "text",
    [
        "2024-01-05",
        "2024/1/5",
        "2024.1.5",
        "2024年1月5日",
        "2024 年 1 月 5 日",
        "20240105",
        "２０２４－０１－０５",
        " 2024-1-5 ",
    ],
)
def test_a_day_is_read_in_every_usual_writing(text):
    assert read_value(text, DAY) == (datetime.date(2024, 1, 5), None)


def test_the_day_number_of_a_spreadsheet_is_a_date_and_said_to_be_one():
    assert read_value("45296", DAY) == (datetime.date(2024, 1, 5), Note.SERIAL)
    assert read_value("45296.354167", MOMENT) == (datetime.datetime(2024, 1, 5, 8, 30), Note.SERIAL)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2024年3月", "只有年月"),
        ("2024-03", "只有年月"),
        ("2024", "只有年月"),
        ("2024/2/30", "没有这一天"),
        ("2023-02-29", "没有这一天"),
        ("2024-13-01", "没有这一天"),
        ("1024-01-05", "年份不合理"),
        ("昨天", "不是日期"),
        ("2024-01-05 早上", "时刻写法无法识别"),
    ],
)
def test_what_is_no_day_is_refused_with_the_reason(text, reason):
    with pytest.raises(BadCell) as refused:
        read_value(text, DAY)
    assert reason in refused.value.zh


def test_a_month_is_a_value_where_months_are_asked_for():
    assert read_value("2024年3月", MONTH).value == "2024-03"
    assert read_value("2024-03-01", MONTH).value == "2024-03"
    with pytest.raises(BadCell):
        read_value("2024-13", MONTH)


def test_24_o_clock_is_the_beginning_of_the_next_day_and_the_end_of_the_same_date():
    assert read_value("2024-12-31 24:00", MOMENT).value == datetime.datetime(2025, 1, 1)
    assert read_value("2024-12-31 24:00:00", DAY) == (datetime.date(2024, 12, 31), Note.DAY_ONLY)
    for text in ("2024-12-31 24:01", "2024-12-31 25:00", "2024-12-31 12:60"):
        with pytest.raises(BadCell):
            read_value(text, MOMENT)


@pytest.mark.parametrize(
    "text", ["2024-01-05T00:30:00Z", "2024-01-05 08:30:00+08:00", "2024-01-04T19:30:00-0500", "2024-01-05T08:30+08:00"]
)
def test_a_moment_with_a_time_zone_becomes_china_time_and_says_so(text):
    assert read_value(text, MOMENT) == (datetime.datetime(2024, 1, 5, 8, 30), Note.ZONED)


def test_a_moment_needs_a_time_of_day_unless_the_field_says_otherwise():
    with pytest.raises(BadCell) as refused:
        read_value("2024-01-05", MOMENT)
    assert "缺少时刻" in refused.value.zh
    assert read_value("2024-01-05", LOOSE).value == datetime.datetime(2024, 1, 5)
    assert read_value("2024年1月5日8时30分", MOMENT).value == datetime.datetime(2024, 1, 5, 8, 30)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1,234.50", "1234.5"),
        ("１２．５", "12.5"),
        ("1e3", "1000"),
        ("−3", "-3"),
        ("+4", "4"),
        (".5", "0.5"),
        ("'-5", "-5"),
    ],
)
def test_a_number_is_read_in_every_usual_writing(text, number):
    assert read_value(text, NUMBER).value == Decimal(number)


def test_more_than_six_places_are_rounded_half_even_and_said_to_be():
    assert read_value("1.0000005", NUMBER) == (Decimal("1.000000"), Note.ROUNDED)
    assert read_value("1.0000015", NUMBER) == (Decimal("1.000002"), Note.ROUNDED)
    assert read_value("1.5000000", NUMBER).note is None


@pytest.mark.parametrize("text", ["12万元", "1,23", "1.2.3", "nan", "inf", "一百", "100000000000000", "0x10", "95%"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(BadCell):
        read_value(text, NUMBER)


def test_a_percent_sign_is_taken_only_where_the_unit_is_percent():
    assert read_value("95.5%", SHARE).value == Decimal("95.5")
    assert read_value("95.5", SHARE).value == Decimal("95.5")
    with pytest.raises(BadCell):
        read_value("101%", SHARE)


@pytest.mark.parametrize(("text", "reason"), [("-1", "不能是负数"), ("1.5", "应为整数"), ("#REF!", "公式错误")])
def test_a_count_is_no_negative_no_fraction_and_no_formula_error(text, reason):
    with pytest.raises(BadCell) as refused:
        read_value(text, COUNT)
    assert reason in refused.value.zh


@pytest.mark.parametrize("text", ["#REF!", "#N/A", "#DIV/0!", "#NAME?"])
def test_a_formula_error_is_no_word_either(text):
    with pytest.raises(BadCell):
        read_value(text, WORDS)


def test_a_choice_is_recognised_in_another_width_and_others_are_refused_with_what_may_be_filled_in():
    assert read_value("III", CHOICE).value == "Ⅲ"
    with pytest.raises(BadCell) as refused:
        read_value("良好", CHOICE)
    assert "合格、不合格、Ⅲ" in refused.value.zh


@pytest.mark.parametrize("text", ["", " ", "-", "—", "/", None])
def test_a_dash_is_an_empty_cell_and_an_empty_cell_no_value_where_one_is_required(text):
    assert read_value(text, WORDS).value is None
    with pytest.raises(BadCell) as refused:
        read_value(text, MUST)
    assert "必填" in refused.value.zh


PIECES = st.sampled_from(
    ["2024", "2023", "1899", "-", "/", ".", "年", "月", "日", "01", "02", "1", "29", "30", "31", "12", " ", "T", "24:00",
     "08:30", "08:30:15", "23:59:60", ":", "Z", "+08:00", "45296", "0", "00", "5", ",", "e3", "%", "'", "=", "+", "@", "合格",
     "不合格", "Ⅲ", "III", "是", "否", "true", "YES", "无", "#REF!", "—", "\u3000", "\t", "\n", "１２", "−", "999999999999999",
     "0.0000005", "2024-02-29", "2024-01-05", "2024-01-05 08:30"]
)  # fmt: skip
CELLS = st.one_of(st.none(), st.lists(PIECES, max_size=6).map("".join), st.text(max_size=12))


@given(st.lists(CELLS, max_size=8), st.sampled_from(FIELDS))
@example(["-0", "-0.0", "0012", "-00.500000", "99999999999999.999999"], NUMBER)
@example(["-0", "007", "-1", "99999999999999"], COUNT)
@example(["2024-02-29", "2023-02-29", "2024-02-30", "1900-01-01", "2100-02-29"], DAY)
@example(["2024-01-05T08:30", "2024-01-05 24:00", "2024-01-05 08:30:60"], MOMENT)
@example(["是", "否", "×", "1", None], YES_NO)
@example(["x" * 4000, "x" * 20_000, "x" * 20_001], WORDS)
def test_columns_are_read_as_their_cells_are(cells, field):
    read = typed(pa.array(cells, pa.string()), field)
    one_by_one, notes = [], 0
    for cell in cells:
        try:
            value, note = read_value(cell, field)
            one_by_one.append((value, False))
            notes += note is not None
        except BadCell:
            one_by_one.append((None, True))
    bad = read.bad.to_pylist()
    values = [None if b else v for v, b in zip(read.values.to_pylist(), bad, strict=True)]
    assert list(zip(values, bad, strict=True)) == one_by_one
    assert sum(read.notes.values()) == notes


@pytest.mark.parametrize(
    ("values", "kind", "field", "wanted"),
    [
        ([datetime.datetime(2024, 1, 5, 0, 30, tzinfo=datetime.UTC)], pa.timestamp("ns", "UTC"), MOMENT,
         [datetime.datetime(2024, 1, 5, 8, 30)]),
        ([datetime.datetime(2024, 1, 5, 8, 30, 7, 900_000)], pa.timestamp("us"), MOMENT,
         [datetime.datetime(2024, 1, 5, 8, 30, 7)]),
        ([datetime.datetime(2024, 1, 5)], pa.timestamp("s"), DAY, [datetime.date(2024, 1, 5)]),
        ([0.1, 23.5, 1e-7, None], pa.float64(), NUMBER, [Decimal("0.1"), Decimal("23.5"), Decimal(0), None]),
        ([Decimal("1.25")], pa.decimal128(10, 2), NUMBER, [Decimal("1.25")]),
        ([3, None], pa.uint8(), COUNT, [3, None]),
        ([1, 0], pa.int8(), YES_NO, [True, False]),
        (["合格", None], pa.dictionary(pa.int8(), pa.string()), CHOICE, ["合格", None]),
        (["甲"], pa.large_string(), WORDS, ["甲"]),
        ([12345], pa.int64(), WORDS, ["12345"]),
    ],
)  # fmt: skip
def test_values_that_have_a_type_already_keep_what_they_say(values, kind, field, wanted):
    read = typed(pa.array(values, kind), field)
    assert not any(read.bad.to_pylist())
    assert read.values.to_pylist() == wanted


@pytest.mark.parametrize(
    ("values", "kind", "field"),
    [
        ([10**15], pa.int64(), COUNT),
        ([-1], pa.int64(), COUNT),
        ([float("nan")], pa.float64(), NUMBER),
        ([1.5], pa.float64(), COUNT),
        ([True], pa.bool_(), NUMBER),
        ([[1]], pa.list_(pa.int64()), NUMBER),
        ([datetime.datetime(1, 1, 1)], pa.timestamp("us"), MOMENT),
        ([datetime.date(1, 1, 1)], pa.date32(), DAY),
    ],
)
def test_values_that_have_a_type_already_are_held_to_the_same_limits(values, kind, field):
    assert typed(pa.array(values, kind), field).bad.to_pylist() == [True]

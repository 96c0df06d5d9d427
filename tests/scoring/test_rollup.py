"""A transfer over several units: numbers add, rates by their parts, words by bands; the order does not matter."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from hengji.scoring.rollup import Sum, rolled, unit_sum
from hengji.scoring.rollup_parts import Kind

from .framed import line, project

amounts = st.integers(0, 10**6).map(lambda n: Decimal(n) / 100)


@st.composite
def units(draw):
    """Units with a count, a rate with or without parts, a word; some without money, some with a line missing."""
    found = []
    for n in range(draw(st.integers(1, 6))):
        top, bottom = draw(st.integers(0, 50)), draw(st.integers(50, 99))
        percent = f"{Decimal(top) / Decimal(bottom) * 100:.6f}%"
        parts = (str(top), str(bottom)) if draw(st.booleans()) else ()
        word = draw(st.sampled_from(["优", "良", "中", "差", "是", "否"]))
        lines = [
            line(
                "11",
                "≥10次",
                f"{draw(st.integers(0, 99))}次",
                "10",
                draw(st.sampled_from(["5", "5", "5", ""])),
                number=1,
            ),
            line("12", "≥90%", percent, "10", "5", *parts, number=2),
            line("22", "改善", word, "10", "8", number=3),
        ]
        budget = draw(amounts)
        money = draw(st.sampled_from([None, ["1", str(budget), str(budget / 2)]]))
        kept = [li for li in lines if draw(st.integers(0, 5))]
        found.append(unit_sum(f"单位{n}", project(kept, money), "万元"))
    return found


def one(rows, money=("100", "100", "50"), unit="甲"):
    return unit_sum(unit, project(rows, money), "万元")


@given(units(), st.randoms(use_true_random=False))
def test_units_one_by_one_in_any_order_give_what_all_at_once_give(each, random):
    expected = rolled("专项", each)
    assert rolled("专项", random.sample(each, len(each))) == expected
    half = len(each) // 2
    first, second = (sum(part, Sum()) for part in (each[:half], each[half:]))
    assert rolled("专项", [second, first]) == expected


@given(st.lists(st.tuples(amounts, amounts), min_size=1, max_size=20))
def test_money_and_numbers_add_up_exactly(each):
    sums = [
        one([line("11", "≥1吨", f"{budget}吨", "10", "5")], ("0", str(budget), str(paid)), f"单位{n}")
        for n, (budget, paid) in enumerate(each)
    ]
    made = rolled("专项", sums)
    assert (made.budget, made.outturn) == (sum(b for b, _ in each), sum(p for _, p in each))
    assert made.lines[0].value == made.budget


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(40, 99)), min_size=1, max_size=8))
def test_a_rate_of_all_is_all_numerators_over_all_denominators(each):
    sums = []
    for n, (top, bottom) in enumerate(each):
        percent = f"{Decimal(top) / Decimal(bottom) * 100:.6f}%"
        sums.append(one([line("12", "≥90%", percent, "10", "5", str(top), str(bottom))], unit=f"单位{n}"))
    (made,) = rolled("专项", sums).lines
    rate = Fraction(sum(t for t, _ in each) * 100, sum(b for _, b in each))
    assert (made.numerator, made.denominator) == (sum(t for t, _ in each), sum(b for _, b in each))
    assert abs(Fraction(made.value) - rate) <= Fraction(1, 10**6)
    assert not made.weighted_by_money


def test_a_rate_without_parts_is_weighted_by_money_and_it_is_said():
    a = one([line("12", "≥90%", "100%", "10", "10", "8", "8")], ("0", "300", "0"), "甲")
    b = one([line("12", "≥90%", "60%", "10", "6")], ("0", "100", "0"), "乙")
    made = rolled("专项", [a, b])
    assert (made.lines[0].value, made.lines[0].weighted_by_money) == (Decimal(90), True)
    assert [(f.code, f.severity.value) for f in made.findings] == [("F24", "info")]
    assert "“乙”" in made.findings[0].zh


def test_a_rate_without_parts_and_without_money_has_no_figure():
    a = one([line("12", "≥90%", "60%", "10", "6")], None, "甲")
    made = rolled("专项", [a, one([line("12", "≥90%", "60%", "10", "6")], unit="乙")])
    assert made.lines[0].value is None
    assert {f.code for f in made.findings} == {"F23", "F25"}


def test_words_are_told_by_how_many_units_are_in_each_band():
    words = ["优", "良", "中", "差", "优", "是", "否", "优"]
    made = rolled("专项", [one([line("22", "改善", w, "10", "8")], unit=f"单位{n}") for n, w in enumerate(words)])
    (found,) = made.lines
    assert found.kind is Kind.WORDS
    assert found.text == "达成 62.50%，部分达成 12.50%，未达成 25.00%"
    assert sum(percent for _, _, percent in found.bands) == 100


def test_a_unit_without_a_value_leaves_the_figure_open_and_is_named():
    made = rolled(
        "专项", [one([line("11", "≥10次", "8次", "10", "8")]), one([line("11", "≥10次", "", "10", "")], unit="乙")]
    )
    assert (made.lines[0].value, made.lines[0].missing) == (None, ("乙",))
    assert [f.code for f in made.findings] == ["F22"]


def test_a_unit_without_the_indicator_is_named_and_the_others_add_up():
    made = rolled("专项", [one([line("11", "≥10次", "8次", "10", "8")]), one([], unit="乙")])
    assert made.lines[0].value == 8
    assert [(f.code, f.severity.value) for f in made.findings] == [("F21", "warning")]


def test_different_units_of_measure_do_not_add_up():
    made = rolled(
        "专项", [one([line("11", "≥10次", "8次", "10", "8")]), one([line("11", "≥10件", "8件", "10", "8")], unit="乙")]
    )
    assert made.lines[0].value is None
    assert [f.code for f in made.findings] == ["F23"]


def test_targets_of_numbers_add_and_those_of_rates_do_not():
    rows = [
        line("11", "≥10次", "8次", "10", "8", number=1, name="次数"),
        line("12", "≥90%", "9%", "10", "1", number=2, name="率"),
    ]
    made = rolled("专项", [one(rows), one(rows, unit="乙")])
    assert [li.target for li in made.lines] == ["≥20次", "≥90%"]


def test_the_same_unit_twice_is_an_error():
    part = one([line("11", "≥10次", "8次", "10", "8")])
    made = rolled("专项", [part, part])
    assert ([f.code for f in made.findings], made.budget, made.lines) == (["F26"], None, ())


def test_other_units_of_money_are_not_added():
    other = unit_sum("乙", project(), "元")
    made = rolled("专项", [one([]), other])
    assert (made.budget, made.money_unit, [f.code for f in made.findings]) == (None, None, ["F25"])

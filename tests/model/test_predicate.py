"""Every kind of clause put to an actual value: met, short by how much, or not decidable."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from hengji.model.predicate import Judgement, Predicate, Verdict, joined, judge, predicates_of
from hengji.targets import read_target

MET, NOT_MET, UNDECIDABLE = Verdict.MET, Verdict.NOT_MET, Verdict.UNDECIDABLE


def one(text: str, actual: object, **given: Decimal) -> tuple[Verdict, str | None]:
    clause = read_target(text).clauses[0]
    if isinstance(actual, (int, float, str)) and not isinstance(actual, bool):
        actual = Decimal(str(actual))
    got = Predicate(clause, **given).judge(actual)  # type: ignore[arg-type]
    return got.verdict, None if got.shortfall is None else format(got.shortfall, "f")


@pytest.mark.parametrize(
    ("text", "actual", "verdict", "short"),
    [
        ("≥90%", 90, MET, None),
        ("≥90%", 88.5, NOT_MET, "1.5"),
        (">95%", 95, NOT_MET, "0"),
        ("100%", 100, MET, None),
        ("100%", 99, NOT_MET, "1"),
        ("≥100%", 120, MET, None),
        ("0起", 0, MET, None),
        ("0起", 2, NOT_MET, "2"),
        ("60人", 61, MET, None),
        ("60人", 58, NOT_MET, "2"),
        ("≤5%", 6, NOT_MET, "1"),
        ("3~5次", 4, MET, None),
        ("3~5次", 6, NOT_MET, "1"),
        ("约85家", 85, UNDECIDABLE, None),
        ("24小时内完成核查", 23, MET, None),
        ("24小时内完成核查", 30, NOT_MET, "6"),
        ("有效提升", 3, UNDECIDABLE, None),
        ("按合同要求", True, UNDECIDABLE, None),
        ("是", True, MET, None),
        ("是", False, NOT_MET, None),
        ("提交阶段成果报告", 1, MET, None),
        ("提交阶段成果报告", 0, NOT_MET, "1"),
        ("1002%", 100, UNDECIDABLE, None),
        ("≥90%", None, UNDECIDABLE, None),
        ("±3%以内", 2, UNDECIDABLE, None),
    ],
)
def test_a_value_of_each_kind_is_judged(text: str, actual: object, verdict: Verdict, short: str | None) -> None:
    assert one(text, actual) == (verdict, short)


def test_about_is_judged_only_with_a_tolerance_that_was_set() -> None:
    assert one("约85家", 77, tolerance=Decimal("0.1")) == (MET, None)
    assert one("约85家", 70, tolerance=Decimal("0.1")) == (NOT_MET, "6.5")
    assert one("约85家", 120, tolerance=Decimal("0.1")) == (MET, None)


def test_a_frequency_has_to_hold_in_every_period_and_for_every_member() -> None:
    clause = Predicate(read_target("每季度一次").clauses[0])
    assert clause.judge([Decimal(1), Decimal(1), Decimal(2), Decimal(1)]).verdict is MET
    assert clause.judge([Decimal(4), Decimal(0), Decimal(0), Decimal(0)]) == Judgement(NOT_MET, Decimal(1))
    assert clause.judge({"甲": Decimal(1), "乙": [Decimal(1), Decimal(0)]}).verdict is NOT_MET
    assert clause.judge([]).verdict is UNDECIDABLE


def test_a_day_is_met_on_time_and_missed_by_days() -> None:
    by = Predicate(read_target("2024年12月底前").clauses[0])
    assert by.judge(datetime.date(2024, 12, 31)).verdict is MET
    assert by.judge(datetime.date(2025, 1, 2)) == Judgement(NOT_MET, Decimal(2))
    assert Predicate(read_target("11月底之前").clauses[0]).judge(datetime.date(2024, 1, 1)).verdict is UNDECIDABLE


def test_a_trend_needs_its_baseline() -> None:
    falling = read_target("同比下降5%").clauses[0]
    assert Predicate(falling).judge(Decimal(90)).verdict is UNDECIDABLE
    assert Predicate(falling, baseline=Decimal(100)).judge(Decimal(94)).verdict is MET
    assert Predicate(falling, baseline=Decimal(100)).judge(Decimal(97)) == Judgement(NOT_MET, Decimal(2))


def test_a_band_around_the_plan_needs_the_plan() -> None:
    band = Predicate(read_target("±3%以内").clauses[0], plan=Decimal(200))
    assert band.judge(Decimal(206)).verdict is MET
    assert band.judge(Decimal(210)) == Judgement(NOT_MET, Decimal(4))


def test_conditions_are_joined_in_three_values() -> None:
    met, short, open_ = Judgement(MET), Judgement(NOT_MET, Decimal(3)), Judgement(UNDECIDABLE, None, "缺", "none")
    assert joined([met, open_], "and").verdict is UNDECIDABLE
    assert joined([short, open_], "and") == short
    assert joined([met, open_, short], "or") == met
    assert joined([short, open_], "or").verdict is UNDECIDABLE


def test_a_compound_takes_an_actual_for_each_clause() -> None:
    reading = read_target("市重点排污单位每月两次，其他排污单位每月一次")
    asked = predicates_of(reading)
    assert judge(asked, [[Decimal(2)], [Decimal(1)]], reading.join).verdict is MET
    assert judge(asked, [[Decimal(2)], [Decimal(0)]], reading.join) == Judgement(NOT_MET, Decimal(1))

"""Who belongs on the list of key units, with the reason; coordinates that were swapped."""

from __future__ import annotations

import datetime
import importlib.util
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hengji.evidence.errors import EvidenceError
from hengji.evidence.lists.screening import Load, screen

ON = datetime.date(2024, 12, 31)


def cod(*loads: int) -> list[Load]:
    return [Load(f"企业{n}", "化学需氧量", Decimal(load)) for n, load in enumerate(loads)]


def listed(found: object) -> set[str]:
    return {unit for name, unit in found.units if name == "水"}  # type: ignore[attr-defined]


def test_the_fewest_units_that_make_the_share_are_taken_and_each_says_why() -> None:
    found = screen(cod(10, 60, 5, 25), {}, ON)
    assert listed(found) == {"企业1", "企业3"}
    assert found.limits == {("水", "化学需氧量"): 25}
    assert found.units["水", "企业3"][0].zh == "化学需氧量 排放量第 2 位（25 t），累计 85.00%，筛选比例 65%"


def test_a_share_met_exactly_is_met() -> None:
    assert listed(screen(cod(65, 35), {}, ON)) == {"企业0"}


def test_units_with_the_load_of_the_last_one_belong_too() -> None:
    assert listed(screen(cod(50, 20, 20, 10), {}, ON)) == {"企业0", "企业1", "企业2"}


def test_a_unit_that_is_reported_twice_counts_with_both_loads() -> None:
    found = screen([*cod(40, 45), Load("企业0", "化学需氧量", Decimal(30))], {}, ON)
    assert "70 t" in found.units["水", "企业0"][0].zh


def test_any_discharge_of_the_first_class_puts_a_unit_on_the_list() -> None:
    found = screen([Load("小厂", "汞", Decimal("0.000001")), Load("无", "汞", Decimal(0))], {}, ON)
    assert list(found.units) == [("水", "小厂")]


def test_an_industry_code_is_compared_from_its_first_digit() -> None:
    found = screen([], {"电镀": "3360", "别的": "1336", "冶炼": "3211"}, ON)
    assert set(found.units) == {("土壤", "电镀"), ("土壤", "冶炼")}


def test_what_was_not_checked_and_what_cannot_be_told_is_said() -> None:
    found = screen(cod(1), {}, ON)
    assert "部令27号" in found.unverified[0]
    assert any("重点管理" in said for said in found.not_checked)


def test_before_the_rules_were_in_force_nothing_is_screened() -> None:
    with pytest.raises(EvidenceError):
        screen(cod(1), {}, datetime.date(2022, 12, 31))


@given(st.lists(st.integers(1, 50), min_size=1, max_size=30))
def test_those_taken_make_the_share_and_without_the_smallest_of_them_do_not(loads: list[int]) -> None:
    found = screen(cod(*loads), {}, ON)
    taken = sorted((loads[int(name.removeprefix("企业"))] for name in listed(found)), reverse=True)
    limit, whole = taken[-1], sum(loads)
    assert 100 * sum(taken) >= 65 * whole
    assert 100 * sum(load for load in taken if load > limit) < 65 * whole
    assert len(taken) == sum(load >= limit for load in loads)


matching = pytest.mark.skipif(
    not importlib.util.find_spec("rapidfuzz"), reason="rapidfuzz is not installed: units cannot be matched"
)
REGISTER = [("91A", "星禾电镀一厂有限公司", "工业一路1号"), ("91B", "星禾电镀二厂有限公司", "工业一路2号"),
            ("91C", "蓝屿印染科技有限公司", "东环路30号"), ("91D", "海棠五金有限公司", "南村路5号"),
            ("91E", "海棠五金有限公司", "北村路8号")]  # fmt: skip


@matching
@pytest.mark.parametrize(
    ("unit", "code", "how"),
    [
        (("91C", "完全不同的名字", ""), "91C", "code"),
        (("99Z", "蓝屿印染科技有限公司", "东环路30号"), None, "none"),
        (("", "蓝屿印染科技（有限责任公司）", ""), "91C", "name"),
        (("", "星禾电镀一厂 有限公司", ""), "91A", "name"),
        (("", "蓝屿印染科枝有限公司", "东环路30号"), "91C", "likeness"),
        (("", "蓝屿印染科枝有限公司", "西环路30号外"), None, "several"),
        (("", "星禾电镀三厂有限公司", "工业一路1号"), None, "none"),
        (("", "海棠五金有限公司", "北村路8号"), "91E", "name"),
        (("", "海棠五金公司", ""), None, "several"),
    ],
)
def test_a_unit_is_matched_by_code_then_name_then_likeness_or_left_to_people(
    unit: tuple[str, str, str], code: str | None, how: str
) -> None:
    from hengji.evidence.lists.matching import Enterprises, Unit

    found = Enterprises(Unit(*u) for u in REGISTER).match(Unit(*unit))
    assert (found.code, found.how) == (code, how)

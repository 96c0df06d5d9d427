"""Air and water in the measures and, by code that shares nothing with them, in the truth: both say the same."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Any

import pytest

from hengji.evidence.compute import Computation, compute
from hengji.evidence.engine import open_engine
from hengji.evidence.errors import EvidenceError
from hengji.evidence.register import registers
from hengji.evidence.standards import water
from hengji.evidence.store import Store
from hengji.model.binding import Actual, Binding, Period
from hengji.model.table import Indicator, Project, Source, TargetTable
from hengji.simulation.tables import table_of
from hengji.simulation.truth import truth

Row = dict[str, Any]
LEVELS = {"PM2.5": "20", "PM10": "40", "SO2": "6", "NO2": "30", "CO": "0.8", "O3": "90"}
YEAR = Period(2024, datetime.date(2024, 12, 31))
QUARTER = Period(2024, datetime.date(2024, 3, 31))
KEPT = ("value", "numerator", "denominator", "rows", "status")


@pytest.fixture
def both(store: Store) -> Callable[..., Actual]:
    """What a measure answers, after it was held against the truth."""

    def go(measure: str, register: str, rows: Sequence[Row], period: Period, **params: Any) -> Actual:
        numbered = [{"source_system": "示例", "source_key": str(n), **row} for n, row in enumerate(rows)]
        table = table_of(registers()[register], numbered)
        done = store.add_table(register, table, at=datetime.datetime(2025, 1, 1), source="示例", simulated=True)
        assert done.written == len(rows)
        asked = TargetTable(
            Source("示例", "", "text/plain"), projects=(Project("项目", (Indicator(1, "指标"),)),), fiscal_year=2024
        )
        binding = Binding("项目", 1, measure, {"register": register, **params}, confirmed_by="示例", reading="示例")
        (found,) = compute(asked, [binding], Computation(open_engine(store), period))
        (wanted,) = truth({register: numbered}, asked, [binding], period)
        shown = {name: getattr(found, name) for name in KEPT}
        told = {k: format(v, "f") if isinstance(v, Decimal) else v for k, v in shown.items()}
        told["status"] = found.status.value
        kept = [name for name in KEPT if name != "rows" or found.value is not None]
        assert {name: told[name] for name in kept} == {name: wanted[name] for name in kept}
        return found

    return go


def days(first: datetime.date, last: datetime.date) -> Iterator[datetime.date]:
    yield from (first + datetime.timedelta(days=n) for n in range((last - first).days + 1))


def air(on: datetime.date, hours: int = 20, **levels: str) -> list[Row]:
    return [
        {"station": "站", "hour": datetime.datetime.combine(on, datetime.time(h)), "pollutant": p, "value": Decimal(v), "flag": "N"}
        for p, v in (LEVELS | {k.replace("PM25", "PM2.5"): v for k, v in levels.items()}).items()
        for h in range(hours)
    ]  # fmt: skip


def quarter(missing: int, short_hours: int = 19) -> list[Row]:
    """Both first quarters; of last March the first days have too few hours."""
    rows = []
    for year in (2023, 2024):
        for on in days(datetime.date(year, 1, 1), datetime.date(year, 3, 31)):
            thin = year == 2023 and on.month == 3 and on.day <= missing
            rows += air(on, short_hours if thin else 20)
    return rows


@pytest.mark.parametrize(("missing", "status"), [(4, "ok"), (5, "insufficient")])
def test_a_month_with_fewer_than_27_valid_days_is_not_evaluated(
    both: Callable[..., Actual], missing: int, status: str
) -> None:
    found = both("composite_index_change", "air_quality", quarter(missing), QUARTER)
    assert found.status == status
    assert ("2023-03" in found.note) is (status == "insufficient")


def test_a_year_with_two_days_in_five_gives_no_index(both: Callable[..., Actual]) -> None:
    rows = [r for y in (2023, 2024) for on in days(datetime.date(y, 1, 1), datetime.date(y, 12, 31))
            if on.toordinal() % 5 < 2 for r in air(on)]  # fmt: skip
    found = both("composite_index_change", "air_quality", rows, YEAR)
    assert (found.status, found.value) == ("insufficient", None)


ONE_DAY = Period(2024, datetime.date(2024, 1, 1))


def changed(rows: list[Row], pollutant: str, **more: Any) -> list[Row]:
    return [{**r, **more} if r["pollutant"] == pollutant else r for r in rows]


def test_a_unit_that_changes_gives_the_same_index(both: Callable[..., Actual]) -> None:
    before, now = air(datetime.date(2023, 1, 1)), air(datetime.date(2024, 1, 1))
    now = changed(now, "PM2.5", value=Decimal("0.02"), unit="mg/m³")
    now = changed(now, "CO", value=Decimal(800), unit="μg/m³")
    found = both("composite_index_change", "air_quality", [*before, *now], ONE_DAY)
    assert (found.status, found.value, found.extras["change"]) == ("ok", 0, "0.0")


def test_of_an_hour_that_is_there_twice_the_larger_counts_and_zero_is_a_reading(both: Callable[..., Actual]) -> None:
    before, now = air(datetime.date(2023, 1, 1)), air(datetime.date(2024, 1, 1), SO2="0")
    second = [{**r, "value": r["value"] - 5} for r in now if r["pollutant"] == "PM2.5"]
    found = both("composite_index_change", "air_quality", [*before, *now, *second], ONE_DAY)
    assert found.value == Decimal("-3.636364")  # SO2 of 0.10 is gone from 2.75
    assert found.denominator == Decimal("2.75")


def test_equal_indexes_share_a_place(both: Callable[..., Actual]) -> None:
    rows = [
        {"period": period, "district": d, "index": Decimal(i), "rank": r, "published_on": datetime.date(int(period), 12, 31)}
        for period, those in {"2023": (("甲", "2.9", 2), ("乙", "2.8", 1)),
                              "2024": (("乙", "3.1", 2), ("甲", "3.10", 3), ("丙", "2.7", 1))}.items()
        for d, i, r in those
    ]  # fmt: skip
    assert both("rank_change", "city_ranking", rows, YEAR, district="甲", by="index").value == 0


def test_equal_indexes_published_apart_keep_their_published_places(both: Callable[..., Actual]) -> None:
    rows = [{"period": p, "district": "甲", "index": Decimal(3), "rank": r, "published_on": datetime.date(int(p), 12, 31)}
            for p, r in (("2023", 2), ("2024", 3))]  # fmt: skip
    assert both("rank_change", "city_ranking", rows, YEAR, district="甲").value == 1


def sampling(on: str, **values: str) -> list[Row]:
    made = []
    for item, text in values.items():
        row: Row = {"section": "断面", "sampled_on": datetime.date.fromisoformat(on), "item": item}
        row |= {"detection_limit": Decimal(text[1:])} if text.startswith("<") else {"value": Decimal(text)}
        made.append(row)
    return made


def test_a_section_tells_what_exceeds_class_three_and_by_how_much(both: Callable[..., Actual]) -> None:
    rows = [*sampling("2023-01-05", 氨氮="0.9", 溶解氧="6"), *sampling("2024-01-05", 氨氮="1.5", 溶解氧="4")]
    found = both("water_class_kept", "surface_water_quality", rows, YEAR, items=["氨氮", "溶解氧"])
    assert found.value == 0
    assert found.extras["class:断面"] == "2023 Ⅲ → 2024 Ⅳ 氨氮(0.50)、溶解氧"
    assert "GB 3838-2002" in found.note


def test_an_item_never_detected_is_classed_by_half_its_detection_limit(both: Callable[..., Actual]) -> None:
    rows = [*sampling("2023-01-05", 汞="<0.0001"), *sampling("2024-01-05", 汞="<0.0002")]
    found = both("water_class_kept", "surface_water_quality", rows, YEAR, items=["汞"])
    assert (found.value, found.extras["class:断面"]) == (0, "2023 Ⅰ → 2024 Ⅲ")


def test_a_set_of_items_is_that_of_the_day_and_says_what_it_lacks(both: Callable[..., Actual]) -> None:
    whole = {
        item: "7" if item in ("pH", "溶解氧") else "<0.00001" for item in water.item_set("source", YEAR.as_of).items
    }
    found = both(
        "water_compliance_rate", "source_water_quality", sampling("2024-05-05", **whole), YEAR, item_set="source"
    )
    assert found.value == 100
    assert "不含没有限值的项目" in found.note


def test_a_set_of_items_with_one_missing_is_insufficient(both: Callable[..., Actual]) -> None:
    found = both(
        "water_compliance_rate", "source_water_quality", sampling("2024-05-05", pH="7"), YEAR, item_set="source"
    )
    assert (found.status, found.value) == ("insufficient", None)


def test_water_without_items_is_refused(both: Callable[..., Actual]) -> None:
    with pytest.raises(EvidenceError, match="item_set"):
        both("water_compliance_rate", "source_water_quality", sampling("2024-05-05", pH="7"), YEAR)


def test_a_condition_in_a_tree_keeps_the_mark_of_limits_that_were_not_checked(both: Callable[..., Actual]) -> None:
    leaf = {"measure": "water_compliance_rate", "op": ">=", "number": 100,
            "with": {"register": "surface_water_quality", "items": ["氨氮"]}}  # fmt: skip
    rows = sampling("2024-05-05", 氨氮="0.5")
    found = both("outcome_composite", "surface_water_quality", rows, YEAR, tree={"all": [leaf]})
    assert found.value == "是"
    assert "数值未经核对原文：GB 3838-2002" in found.extras["leaf:1"]

"""The air by its standards: published indexes to the digit, individual indexes in exact numbers."""

from __future__ import annotations

import datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from hengji.evidence.standards import air

OLD, NEW, LAST = datetime.date(2024, 7, 1), datetime.date(2026, 7, 1), datetime.date(2031, 7, 1)
PUBLISHED = (
    ("5.98", "47", "92", "64", "11", "200", "1.2"), ("2.33", "13", "26", "16", "8", "146", "0.6"),
    ("2.75", "19", "51", "12", "6", "137", "0.9"),
)  # fmt: skip
KEYS = ("PM2.5", "PM10", "NO2", "SO2", "O3_8h_p90", "CO_p95")


@pytest.mark.parametrize("case", PUBLISHED)
def test_published_composite_indexes_come_out_to_the_digit(case: tuple[str, ...]) -> None:
    published, *values = case
    assert air.composite_index(dict(zip(KEYS, map(Decimal, values), strict=True)), OLD) == Decimal(published)


def test_each_quotient_is_rounded_half_even_before_the_sum() -> None:
    # 2.1 / 60 = 0.035 and 2.7 / 60 = 0.045 both round to 0.04: half-up would give 0.05 for the second.
    assert air.composite_index({"SO2": Decimal("2.1")}, OLD) == Decimal("0.04")
    assert air.composite_index({"SO2": Decimal("2.7")}, OLD) == Decimal("0.04")


@pytest.mark.parametrize(
    ("item", "value", "wanted"),
    [
        ("SO2_24h", "150", 100),  # the limit itself; a table of 1 h gives 50 here
        ("CO_24h", "2.2", 55),  # binary fractions make 56 of it
        ("CO_24h", "3.9", 98),  # cut to whole mg it would be 75
        ("PM25_24h", "35", 50),
        ("PM25_24h", "35.1", 51),
        ("PM25_24h", "75", 100),
        ("PM25_24h", "500", 500),
        ("PM25_24h", "500.1", None),
        ("O3_8h", "800", 300),
        ("O3_8h", "801", None),
        ("SO2_1h", "801", None),
        ("NO2_24h", "0", 0),
        ("NO2_24h", "-1", None),
    ],
)
def test_individual_indexes_of_2012(item: str, value: str, wanted: int | None) -> None:
    assert air.iaqi(item, Decimal(value), OLD) == wanted


@pytest.mark.parametrize(
    ("item", "value", "wanted"),
    [
        ("PM25_24h", "60", 100), ("PM25_24h", "60.5", 100), ("PM25_24h", "60.6", 101), ("PM10_24h", "120", 100),
        ("SO2_1h", "801", 200), ("O3_8h", "801", 300),
    ],
)  # fmt: skip
def test_individual_indexes_of_2026(item: str, value: str, wanted: int) -> None:
    assert air.iaqi(item, Decimal(value), NEW) == wanted


@pytest.mark.parametrize("on", [OLD, NEW])
def test_an_index_is_exact_everywhere(on: datetime.date) -> None:
    law = air._data()["iaqi"][on is NEW]
    for item, row in law["rows"].items():
        k = 1
        for n in range(row[-1] * 10 + 1):
            # Tenths as whole numbers; half-even to whole ones where the edition rounds first.
            tenths = round(Fraction(n, 10)) * 10 if law["whole"] and not item.startswith("CO") else n
            k += tenths > row[k] * 10
            low, high = law["index"][k - 1], law["index"][k]
            wide = 10 * (row[k] - row[k - 1])
            exact = -(-(high - low) * (tenths - 10 * row[k - 1]) // wide) + low
            assert air.iaqi(item, Decimal(n) / 10, on) == exact, (item, n)


def test_the_index_of_a_day_is_the_worst_with_its_pollutants() -> None:
    day = air.aqi({"PM25_24h": Decimal(75), "O3_8h": Decimal(160), "NO2_24h": Decimal(40)}, OLD)
    assert day is not None
    assert (day, day.primary) == (100, ("PM25_24h", "O3_8h"))
    clean = air.aqi({"PM25_24h": Decimal(20)}, OLD)
    assert clean is not None
    assert (clean, clean.primary) == (29, ())
    assert air.aqi({}, OLD) is None


def test_limits_are_those_of_the_day_and_say_whether_they_were_checked() -> None:
    assert [(air.limits(on).by_pollutant["PM2.5"], air.limits(on).verified) for on in (OLD, NEW, LAST)] == [
        (35, True), (30, False), (25, False),
    ]  # fmt: skip

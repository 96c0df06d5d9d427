"""Hours into days, days into periods: what is too little is not evaluated, what is odd is counted."""

from __future__ import annotations

import datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hengji.evidence.standards import air, air_days
from hengji.evidence.standards.air_days import Hour

ON = datetime.date(2024, 7, 1)
FIRST, LAST = datetime.date(2024, 1, 1), datetime.date(2024, 12, 31)


def hours(*values: str) -> dict[int, Fraction]:
    return {n: Fraction(v) for n, v in enumerate(values)}


def year_of(value: str, without: frozenset[datetime.date] = frozenset()) -> dict[datetime.date, Fraction]:
    days = (FIRST + datetime.timedelta(days=n) for n in range(366))
    return {d: Fraction(value) for d in days if d not in without}


@pytest.mark.parametrize(("size", "wanted"), [(19, None), (20, Fraction(30)), (24, Fraction(30))])
def test_a_day_needs_twenty_hours(size: int, wanted: Fraction | None) -> None:
    assert air_days.daily_mean(hours(*["30"] * size), ON) == wanted


def test_negative_empty_invalid_and_second_readings_are_counted_and_zero_is_a_value() -> None:
    readings = [Hour(0, Decimal(0)), Hour(1, Decimal(-3)), Hour(2, None), Hour(3, Decimal(9), valid=False),
                Hour(4, Decimal(5)), Hour(4, Decimal(7)), Hour(4, Decimal(6))]  # fmt: skip
    values, left = air_days.usable(readings)
    assert values == {0: 0, 4: 7}
    assert left == {"negative": 1, "empty": 1, "invalid": 1, "duplicate": 2}


@pytest.mark.parametrize(
    ("pollutant", "value", "unit", "wanted"),
    [("PM2.5", "0.035", "mg/m³", "35"), ("PM2.5", "35", "μg/m³", "35"), ("CO", "800", "ug/m3", "0.8"),
     ("CO", "0.8", "mg/m3", "0.8")],
)  # fmt: skip
def test_a_change_of_unit_gives_the_same_concentration(pollutant: str, value: str, unit: str, wanted: str) -> None:
    assert air_days.in_unit(pollutant, Decimal(value), unit) == Decimal(wanted)


def test_an_unknown_unit_is_no_concentration() -> None:
    with pytest.raises(KeyError):
        air_days.in_unit("O3", Decimal(1), "ppb")


def test_the_greatest_eight_hours_may_start_at_any_hour_of_the_day() -> None:
    assert air_days.greatest_eight_hours(hours(*["0"] * 16, *["160"] * 8), ON) == 160


def test_a_running_mean_needs_six_hours_and_a_day_fourteen_of_them() -> None:
    # Hours 0 to 18: the windows that start at 0 to 13 have six hours or more, fourteen in all; one hour less, thirteen.
    assert air_days.greatest_eight_hours(hours(*["80"] * 19), ON) == 80
    assert air_days.greatest_eight_hours(hours(*["80"] * 18), ON) is None


def test_too_few_running_means_still_count_above_the_limit_but_not_at_it() -> None:
    assert air_days.greatest_eight_hours(hours(*["160"] * 18), ON) is None
    assert air_days.greatest_eight_hours(hours(*["161"] * 18), ON) == 161
    assert air_days.greatest_eight_hours(hours(*["999"] * 5), ON) is None


@given(st.lists(st.integers(0, 500), min_size=1, max_size=40), st.sampled_from([90, 95, 98]))
def test_a_percentile_lies_where_the_formula_says(values: list[int], share: int) -> None:
    found = air.percentile([Fraction(v) for v in values], Fraction(share, 100))
    place = 1 + (len(values) - 1) * Fraction(share, 100)
    whole = place.numerator // place.denominator
    ordered = sorted(values)
    low, high = ordered[whole - 1], ordered[min(whole, len(values) - 1)]
    assert found == low + (high - low) * (place - whole)


def test_a_year_needs_each_month_and_the_whole() -> None:
    assert air_days.short_of_days(year_of("1"), FIRST, LAST) == ()
    five = frozenset(datetime.date(2024, 3, n) for n in range(1, 6))
    assert air_days.short_of_days(year_of("1", five), FIRST, LAST) == ("2024-03",)
    assert air_days.short_of_days(year_of("1", frozenset(sorted(five)[:4])), FIRST, LAST) == ()
    february = frozenset(datetime.date(2024, 2, n) for n in range(1, 5))
    assert air_days.short_of_days(year_of("1", february), FIRST, LAST) == ()
    assert air_days.short_of_days(year_of("1", february | {datetime.date(2024, 2, 9)}), FIRST, LAST) == ("2024-02",)


def test_a_year_with_two_days_in_five_is_not_evaluated_however_clean() -> None:
    some = {d: v for d, v in year_of("1").items() if d.toordinal() % 5 < 2}
    found = air_days.assess("PM2.5", some, FIRST, LAST)
    assert (found.meets, found.short[-1], len(found.short)) == (None, "year", 13)


def test_a_level_within_its_limit_fails_by_the_percentile_of_the_day() -> None:
    daily = {d: Fraction(80 if n % 10 == 0 else 20) for n, d in enumerate(year_of("1"))}
    found = air_days.assess("PM2.5", daily, FIRST, LAST)
    assert found.level is not None
    assert found.level < 35
    assert found.percentile == 80
    assert (found.meets, found.unverified) == (False, ("HJ 663-2013",))


def test_the_edition_of_the_last_day_judges_and_leaves_its_mark() -> None:
    daily = {d.replace(year=2027): v for d, v in year_of("33").items() if (d.month, d.day) != (2, 29)}
    found = air_days.assess("PM2.5", daily, FIRST.replace(year=2027), LAST.replace(year=2027))
    assert (found.meets, found.unverified) == (False, ("GB 3095-2026", "HJ 663-2026"))
    assert air_days.assess("PM2.5", year_of("33"), FIRST, LAST).meets is True


def test_sand_dust_is_left_out_of_particles_only() -> None:
    dust = {datetime.date(2024, 4, 1)}
    assert len(air_days.without_dust("PM10", year_of("9"), dust, LAST)) == 365
    assert len(air_days.without_dust("O3", year_of("9"), dust, LAST)) == 366


@pytest.mark.parametrize(("value", "wanted"), [("60.5", "60"), ("61.5", "62"), ("60.51", "61")])
def test_a_daily_value_is_rounded_half_even(value: str, wanted: str) -> None:
    assert air_days.rounded("PM10", Fraction(value), ON) == Decimal(wanted)
    assert air_days.rounded("CO", Fraction(value) / 10, ON) == Decimal(wanted) / 10


def test_equal_indexes_share_a_place_and_the_next_is_left_out() -> None:
    given_ = {"甲": "3.10", "乙": "2.90", "丙": "3.1", "丁": "3.5"}
    assert air.ranks({k: Decimal(v) for k, v in given_.items()}) == {"乙": 1, "甲": 2, "丙": 2, "丁": 4}


def test_a_change_year_on_year_is_rounded_half_even_to_a_tenth() -> None:
    assert air.change(Decimal("3.09"), Decimal("4.00")) == Decimal("-22.8")  # -22.75
    assert air.change(Decimal("2.35"), Decimal("2.95")) == Decimal("-20.3")


def test_limits_of_a_day_change_with_the_edition_inside_a_year() -> None:
    last, first = datetime.date(2026, 2, 28), datetime.date(2026, 3, 1)
    assert [air.limits(d).day["PM2.5"] for d in (last, first)] == [75, 60]
    assert [air.iaqi("PM25_24h", Decimal(60), d) for d in (last, first)] == [82, 100]

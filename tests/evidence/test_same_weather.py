"""The change under the same weather: what is asked of the data, how it is answered, and the open set's reader."""

from __future__ import annotations

import datetime
import importlib.util
import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from hengji.evidence.compute import Computation
from hengji.evidence.engine import open_engine
from hengji.evidence.errors import EvidenceError
from hengji.evidence.measures.base import Figure
from hengji.evidence.register import registers
from hengji.evidence.store import Store
from hengji.evidence.weather.beijing import read_beijing
from hengji.evidence.weather.series import Series, index, limits_of
from hengji.model.binding import Period
from hengji.simulation.tables import table_of
from hengji.simulation.weather_years import LABEL, generate

YEAR = Period(2024, datetime.date(2024, 12, 31))
SPEC = importlib.util.find_spec

if SPEC("sklearn"):
    from hengji.evidence.weather.counterfactual import Settings
    from hengji.evidence.weather.decision import Answer, decide

    QUICK = Settings(resamples=20, seeds=(1,), size=10)
modelled = pytest.mark.skipif(
    not SPEC("sklearn"), reason="scikit-learn is not installed: the same weather cannot be tried"
)


def figure(store: Store) -> Figure:
    return Computation(open_engine(store), YEAR).figure("met_normalised_change", {})


def put(store: Store, register: str, rows: list[dict[str, Any]]) -> None:
    numbered = [{"source_system": "示例", "source_key": str(n), **row} for n, row in enumerate(rows)]
    store.add_table(register, table_of(registers()[register], numbered), at=datetime.datetime(2025, 1, 1), source="示例",
                    simulated=True)  # fmt: skip


HOUR = {"station": "站", "hour": datetime.datetime(2024, 1, 1)}


def test_without_weather_there_is_no_answer(store: Store) -> None:
    put(store, "air_quality", [{**HOUR, "pollutant": "PM2.5", "value": Decimal(9)}])
    found = figure(store)
    assert (found.status, found.value) == ("insufficient", None)
    assert "meteorology" in found.note_en


def test_a_missing_library_is_named(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    put(store, "air_quality", [{**HOUR, "pollutant": "PM2.5", "value": Decimal(9)}])
    put(store, "meteorology", [{**HOUR, "temperature": Decimal(9)}])
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "sklearn" else SPEC(name))
    found = figure(store)
    assert found.status == "insufficient"
    assert "scikit-learn" in found.note_zh
    assert "hengji[weather]" in found.note_en


@pytest.fixture(scope="module")
def cut() -> Series:
    return generate(3, 2024, 0.2).series


def test_generated_years_are_labelled(cut: Series) -> None:
    assert cut.label == LABEL == "模拟数据"


@modelled
def test_a_large_fall_is_answered_yes_and_its_reverse_no(cut: Series) -> None:
    assert decide(cut, 2024, YEAR.as_of, QUICK).answer is Answer.YES
    turned = Series(tuple(d.replace(year=2024 if d.year == 2023 else 2023) for d in cut.days if d.year > 2022 and (d.month, d.day) != (2, 29)),
                    *(a[[n for n, d in enumerate(cut.days) if d.year > 2022 and (d.month, d.day) != (2, 29)]] for a in (cut.air, cut.weather)))  # fmt: skip
    order = sorted(range(len(turned.days)), key=turned.days.__getitem__)
    assert decide(turned.take(order), 2024, YEAR.as_of, QUICK).answer is Answer.NO


@modelled
def test_the_same_series_gives_the_same_answer_to_the_last_digit(cut: Series) -> None:
    assert decide(cut, 2024, YEAR.as_of, QUICK) == decide(cut, 2024, YEAR.as_of, QUICK)


@modelled
def test_the_second_opinion_and_the_checks_are_printed(cut: Series) -> None:
    beside = decide(cut, 2024, YEAR.as_of, QUICK).beside
    assert {"normalised:all but trend", "normalised:weather only", "placebo", "held_out", "year_before"} <= set(beside)


@modelled
def test_fewer_than_300_days_are_not_judged(cut: Series) -> None:
    some = cut.take([n for n, d in enumerate(cut.days) if d.year != 2023 or d.toordinal() % 5 < 2])
    found = decide(some, 2024, YEAR.as_of, QUICK)
    assert (found.answer, found.change) == (Answer.OPEN, None)
    assert "300" in found.reason_zh


@modelled
def test_weather_that_tells_nothing_leaves_it_open(cut: Series) -> None:
    chance = np.random.default_rng(1)
    blind = Series(cut.days, cut.air * chance.lognormal(0, 0.8, (len(cut.days), 1)), chance.permutation(cut.weather))
    found = decide(blind, 2024, YEAR.as_of, QUICK)
    assert found.answer is Answer.OPEN
    assert "R²" in found.reason_zh


@modelled
def test_weather_that_the_year_before_never_had_leaves_it_open(cut: Series) -> None:
    hot = cut.weather.copy()
    hot[[d.year == 2024 for d in cut.days], 0] += 15
    found = decide(Series(cut.days, cut.air, hot), 2024, YEAR.as_of, QUICK)
    assert found.answer is Answer.OPEN
    assert "temperature" in found.reason_zh


def test_the_index_takes_percentiles_and_rounds_each_share() -> None:
    days = np.tile([[21.0, 35, 6.3, 20.2, 0.8, 72]], (10, 1))
    assert index(days, limits_of(YEAR.as_of)) == pytest.approx(2.35)
    days[9, 5] = 1000
    assert index(days, limits_of(YEAR.as_of)) == pytest.approx(2.35 - 0.45 + round((72 + 0.1 * 928) / 160, 2))


HEAD = "No,year,month,day,hour,PM2.5,PM10,SO2,NO2,CO,O3,TEMP,PRES,DEWP,RAIN,wd,WSPM,station\n"


def beijing(day: int, hours: int, pm: str = "30") -> str:
    return "".join(f"1,2014,3,{day},{h},{pm},60,7,40,900,{50 + h},10,1010,10,0,E,2,示例\n" for h in range(hours))


def test_the_open_set_is_read_by_whole_days_in_the_units_of_the_standard() -> None:
    found = read_beijing(io.StringIO(HEAD + beijing(1, 24) + beijing(2, 19) + beijing(3, 24, "NA")), "示例")
    assert found.days == (datetime.date(2014, 3, 1),)
    assert found.air[0].tolist() == [30, 60, 7, 40, 0.9, 69.5]
    assert dict(zip(found.variables, found.weather[0].tolist(), strict=True)) == pytest.approx(
        {
            "temperature": 10,
            "humidity": 100,
            "pressure": 1010,
            "rain": 0,
            "wind_speed": 2,
            "wind_east": 2,
            "wind_north": 0,
        }
    )


@pytest.mark.parametrize("text", [HEAD.replace("DEWP,", ""), HEAD + beijing(1, 5)])
def test_a_file_without_a_column_or_a_whole_day_is_refused(text: str) -> None:
    with pytest.raises(EvidenceError):
        read_beijing(io.StringIO(text))


@modelled
def test_a_simulated_year_agrees_with_what_was_planted(store: Store, planted_year: Callable[..., Any]) -> None:
    found = planted_year(store)
    assert found.extras["answer"] == "是"
    low, high = (float(part.rstrip("%")) for part in found.extras["interval"].split(" … "))
    assert low <= 100 * (1 / 1.06 - 1) <= high


@pytest.fixture
def planted_year() -> Callable[..., Any]:
    from hengji.simulation.air import air_tables
    from hengji.simulation.world import World, scenario

    def made(store: Store) -> Figure:
        for name, table in air_tables(World(2024, 5, 0.02, scenario()), ()).items():
            store.add_table(name, table, at=datetime.datetime(2025, 1, 5), source="模拟数据", simulated=True)
        return figure(store)

    return made

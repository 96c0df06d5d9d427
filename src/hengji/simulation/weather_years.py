"""Generated years of daily air and weather with a planted change of emissions, and what that change is truly.

Written before the model that has to find it, and of another make: the air answers the weather by products and
thresholds, with a part that no weather tells and that lasts for days, and emissions wander by themselves.
"""

from __future__ import annotations

import datetime
from typing import Any, NamedTuple

import numpy as np

from hengji.evidence.weather.series import Series, index, limits_of

LABEL = "模拟数据"
SHAPES = ("proportional", "winter", "peaks", "particles")
_LEVELS = np.array([30.0, 48, 8, 34, 0.9, 62])  # PM2.5, PM10, SO2, NO2, CO, O3
_WIND = np.array([-0.45, -0.40, -0.25, -0.40, -0.25, -0.05])
_MIXING = np.array([-0.30, -0.28, -0.15, -0.25, -0.15, 0.15])
_WASHED = np.array([-0.22, -0.30, -0.08, -0.05, -0.05, -0.12])
_BROUGHT = np.array([0.18, 0.15, 0.10, 0.06, 0.08, 0.05])
_HEAT = np.array([0.0, 0.05, 0.0, -0.03, -0.03, 0.28])


class Planted(NamedTuple):
    """A generated series of three years with what was done to the last: the true change of its index."""

    series: Series
    truth: float


def generate(seed: int, year: int, cut: float, shape: str = "proportional") -> Planted:
    """Three years up to `year` (label 模拟数据), emissions of the last cut by a share.

    `shape`: everything alike, deeper in `winter`, on days of high pollution only (`peaks`), or `particles` and nitrogen
    oxides only. The truth compares the index with what the same days would have had without the cut.
    """
    chance = np.random.default_rng([seed, 20240915])
    first = datetime.date(year - 2, 1, 1)
    days = tuple(first + datetime.timedelta(days=n) for n in range((datetime.date(year, 12, 31) - first).days + 1))
    weather, shifts = _weather(chance, days)
    whole = np.exp(_logs(chance, days, weather, shifts))
    last = np.array([d.year == year for d in days])
    air = whole * np.where(last[:, None], _left(days, whole, cut, shape), 1.0)
    kept = np.flatnonzero(chance.random(len(days)) >= 0.02)
    series = Series(days, _read(air), weather, label=LABEL).take(kept)
    limits = limits_of(datetime.date(year, 12, 31))
    mine = [n for n in kept if last[n]]
    return Planted(series, index(_read(air)[mine], limits) / index(_read(whole)[mine], limits) - 1)


def shuffled(planted: Planted, seed: int) -> Series:
    """The last two years with whole weeks dealt to them at random: nothing is left that a year could have changed.

    A week keeps its season: it stays where it is or changes places with the same week of the other year.
    """
    series = planted.series
    year = series.days[-1].year
    chance = np.random.default_rng([seed, 1])
    swap = {week for week in range(54) if chance.random() < 0.5}
    days, places = [], []
    for place, day in enumerate(series.days):
        if day.year < year - 1 or (day.month, day.day) == (2, 29):
            continue
        if (day.timetuple().tm_yday - 1) // 7 in swap:
            day = day.replace(year=2 * year - 1 - day.year)
        days.append(day)
        places.append(place)
    order = sorted(range(len(days)), key=days.__getitem__)
    found = series.take([places[n] for n in order])
    return Series(tuple(days[n] for n in order), found.air, found.weather, found.variables, LABEL)


def _wandering(chance: Any, size: int, stay: float) -> Any:
    """A series of unit variance in which each day keeps a share of the day before."""
    steps = chance.standard_normal(size) * np.sqrt(1 - stay**2)
    made = np.empty(size)
    made[0] = chance.standard_normal()
    for n in range(1, size):
        made[n] = stay * made[n - 1] + steps[n]
    return made


def _weather(chance: Any, days: Any) -> tuple[Any, Any]:
    size = len(days)
    turn = 2 * np.pi * np.array([d.timetuple().tm_yday for d in days]) / 365.25
    years = np.array([d.year - days[0].year for d in days])
    still = _wandering(chance, size, 0.6)
    warm = 22 - 8 * np.cos(turn - 0.4) + 2.8 * _wandering(chance, size, 0.8) + chance.normal(0, 0.6, 3)[years]
    wind = np.exp(0.75 - 0.28 * still + 0.15 * chance.standard_normal(size) + chance.normal(0, 0.05, 3)[years])
    angle = np.where(chance.random(size) < 0.5 + 0.35 * np.cos(turn), 0.2, 2.8) + 0.6 * chance.standard_normal(size)
    humid = np.clip(72 + 9 * np.cos(turn - 3.0) + 9 * _wandering(chance, size, 0.7) - 3 * still, 15, 100)
    rains = chance.random(size) < 1 / (1 + np.exp(-(humid - 84) / 5))
    rain = np.where(rains, chance.exponential(9, size), 0.0)
    mixing = np.clip(
        650 * np.exp(0.35 * np.log(wind / 2.1) + 0.02 * (warm - 22) - 0.2 * rains + 0.2 * chance.standard_normal(size)),
        80,
        2600,
    )
    pressure = 1011 - 0.7 * (warm - 22) + 3 * _wandering(chance, size, 0.8)
    columns = [warm, humid, pressure, mixing, rain, wind, wind * np.sin(angle), wind * np.cos(angle)]
    return np.column_stack(columns), years


def _logs(chance: Any, days: Any, weather: Any, years: Any) -> Any:
    warm, humid, _, mixing, rain, wind, _, north = weather.T
    size = len(days)
    turn = 2 * np.pi * np.array([d.timetuple().tm_yday for d in days]) / 365.25
    season = np.array([0.18, 0.16, 0.08, 0.15, 0.10, -0.05])
    sunday = np.array([d.weekday() == 6 for d in days])
    from_north = 1 / (1 + np.exp(-2 * north))  # brought in from inland, more so when there is wind to bring it
    hot = np.log1p(np.exp((warm - 22) / 3))
    made = np.log(_LEVELS) + np.outer(np.cos(turn - 0.2), season)
    made += np.outer(np.log(wind / 2.1), _WIND) + np.outer(np.log(mixing / 650), _MIXING)
    made += np.outer(rain > 1, _WASHED) + np.outer(from_north * np.minimum(wind, 3) / 2, _BROUGHT)
    made += np.outer(hot * (humid < 85), _HEAT * 0.5) - np.outer(sunday, [0.02, 0.02, 0.02, 0.08, 0.02, -0.02])
    shared, slow = _wandering(chance, size, 0.5), _wandering(chance, size, 0.97)
    own = np.column_stack([_wandering(chance, size, 0.35) for _ in _LEVELS])
    noise = 0.16 * np.outer(shared, [1.2, 1.1, 0.7, 0.8, 0.6, -0.2]) + 0.12 * own
    return made + noise + 0.03 * slow[:, None] + 0.2 * np.outer(shared > 1.8, [0.5, 0.5, 0, 0, 0, 0])


def _left(days: Any, whole: Any, cut: float, shape: str) -> Any:
    """What is left of each day and pollutant."""
    turn = 2 * np.pi * np.array([d.timetuple().tm_yday for d in days]) / 365.25
    share = np.full(whole.shape, cut)
    if shape == "winter":
        share *= (1 + 0.8 * np.cos(turn))[:, None]
    elif shape == "peaks":
        burden = (whole / _LEVELS).sum(axis=1)
        share = 2.5 * share * (burden > np.quantile(burden, 0.6))[:, None]
    elif shape == "particles":
        share *= np.array([1.5, 1.5, 0.5, 1.2, 0.3, 0.0])
    return 1 - share


def _read(air: Any) -> Any:
    """As the means of stations are: to a tenth, CO to a hundredth."""
    return np.maximum(np.column_stack([np.round(c, 2 if n == 4 else 1) for n, c in enumerate(air.T)]), 0.01)

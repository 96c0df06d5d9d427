"""What the air is by the weather: two models of unlike kind, both of logarithms, fitted to the days of one year."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from sklearn.ensemble import ExtraTreesRegressor
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import SplineTransformer, StandardScaler

from hengji.evidence.weather.series import Series

_LEAST = 1e-3  # below what any station reports; a logarithm needs something
_SKEWED = ("boundary_layer", "rain", "wind_speed")


class Model(Protocol):
    """A fitted model: logarithms of the six pollutants by features."""

    def predict(self, features: Any) -> Any: ...  # noqa: D102


def features(series: Series) -> Any:
    """The weather, the season as a circle, and the day of the week; no trend."""
    columns = [
        np.log1p(np.maximum(column, 0)) if name in _SKEWED else column
        for name, column in zip(series.variables, series.weather.T, strict=True)
    ]
    turn = np.array([2 * np.pi * (d.timetuple().tm_yday - 1) / 365.25 for d in series.days])
    columns += [np.sin(turn), np.cos(turn), np.sin(2 * turn), np.cos(2 * turn)]
    week = np.array([d.weekday() for d in series.days])
    columns += [(week == 5).astype(float), (week == 6).astype(float)]
    return np.column_stack(columns)


def logs(series: Series) -> Any:
    """Logarithms of the six pollutants."""
    return np.log(np.maximum(series.air, _LEAST))


def design(weather: int, rows: Any) -> Any:
    """What turns features into columns of a linear model: splines of the weather, all else as it is."""
    splines = make_pipeline(
        SplineTransformer(n_knots=4, degree=2, knots="quantile", extrapolation="linear", include_bias=False),
        StandardScaler(),
    )
    splines.fit(rows[:, :weather])
    return lambda x: np.hstack([splines.transform(x[:, :weather]), x[:, weather:]])


def line(columns: Any, wanted: Any, weights: Any = None) -> Ridge:
    """The additive model."""
    return Ridge(alpha=3.0).fit(columns, wanted, sample_weight=weights)


def trees(rows: Any, wanted: Any, seed: int, size: int) -> ExtraTreesRegressor:
    """The forest."""
    return ExtraTreesRegressor(size, min_samples_leaf=3, max_features=0.6, random_state=seed, n_jobs=1).fit(
        rows, wanted
    )


def weeks(series: Series) -> Any:
    """The number of the week of each day, counted from the first: what is drawn and held out together."""
    first = series.days[0].toordinal()
    return np.array([(d.toordinal() - first) // 7 for d in series.days])


def folds(week: Any, size: int, seed: int) -> Sequence[Any]:
    """Masks of days that are held out together, by whole weeks at random."""
    names = np.unique(week)
    part = np.random.default_rng(seed).permutation(len(names)) % size
    of = dict(zip(names.tolist(), part.tolist(), strict=True))
    mine = np.array([of[w] for w in week.tolist()])
    return [mine == n for n in range(size)]

"""This year's air against what last year's emissions would give under this year's weather: the model that decides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from hengji.evidence.weather import models
from hengji.evidence.weather.series import Series, index

_FOLDS = 4


@dataclass(frozen=True)
class Settings:
    """What no document decides; printed with every answer."""

    resamples: int = 100
    seeds: tuple[int, ...] = (1, 2)
    size: int = 30
    least_r2: float = 0.5
    least_days: int = 300
    most_outside: float = 0.1
    width: float = 1.96


@dataclass(frozen=True)
class Validation:
    """How well the base year is told by weeks that were held out: of the daily index and of each pollutant."""

    r2: float
    by_pollutant: tuple[float, ...]
    rmse: float
    bias: float
    within_two: float


@dataclass(frozen=True)
class Change:
    """Observed over expected, less one: of each method, with the interval that covers them all.

    `placebo` is the spread of changes between halves of the base year, where there is none to find.
    """

    by_method: dict[str, float]
    low: float
    high: float
    spread: float
    placebo: float
    validation: Validation


def change(base: Series, now: Series, limits: Any, settings: Settings) -> Change:
    """The change of the index from a base year to another year under the weather of the other.

    Every resample draws weeks of the base year anew, fits, and computes the official index of the days that are
    expected with what the model leaves unexplained; it is never made from an averaged series.
    """
    observed = index(now.air, limits)
    held = _held_out(base, settings)
    line = _resampled(base, now, limits, settings)
    by_method = {"additive": observed / float(np.mean(line)) - 1}
    for seed in settings.seeds:
        by_method[f"forest seed {seed}"] = observed / _by_trees(base, now, limits, settings, seed) - 1
    spread = float(np.std(np.log(line)))
    placebo = _placebo(base, limits)
    # Halves of a year have twice the variance on either side of the comparison: its square root is taken off.
    wide = settings.width * max(spread, placebo / np.sqrt(2))
    low, high = min(by_method.values()), max(by_method.values())
    return Change(
        by_method, float((1 + low) * np.exp(-wide) - 1), float((1 + high) * np.exp(wide) - 1), spread, placebo,
        _validated(base, held, limits),
    )  # fmt: skip


def _resampled(base: Series, now: Series, limits: Any, settings: Settings) -> Any:
    """Expected indexes of this year, one a resample of the base year's weeks."""
    rows, wanted = models.features(base), models.logs(base)
    build = models.design(len(base.variables), rows)
    columns, later = build(rows), build(models.features(now))
    week, chance = models.weeks(base), np.random.default_rng(7)
    names = np.unique(week)
    found = []
    for _ in range(settings.resamples):
        drawn = chance.choice(names, len(names))
        weights = np.bincount(drawn, minlength=week.max() + 1)[week].astype(float)
        model = models.line(columns, wanted, weights)
        left = wanted - model.predict(columns)
        found.append(index(np.exp(model.predict(later) + _laid(left, week, drawn, len(now.days), chance)), limits))
    return np.array(found)


def _laid(left: Any, week: Any, drawn: Any, size: int, chance: Any) -> Any:
    """What is left unexplained, laid over another year: whole weeks in random order, so that days keep together."""
    begins = np.searchsorted(week, np.arange(week.max() + 2))  # days are in order
    longest = chance.choice(drawn, 2 * len(np.unique(week)) + 2)
    places = np.concatenate([np.arange(begins[w], begins[w + 1]) for w in longest])
    return left[places[:size]]


def _by_trees(base: Series, now: Series, limits: Any, settings: Settings, seed: int) -> float:
    """The expected index by a forest; what it says of held-out weeks of its own year sets it right."""
    rows, wanted = models.features(base), models.logs(base)
    told = np.empty_like(wanted)
    week = models.weeks(base)
    for out in models.folds(week, _FOLDS, seed):
        told[out] = models.trees(rows[~out], wanted[~out], seed, settings.size).predict(rows[out])
    model = models.trees(rows, wanted, seed, settings.size)
    chance = np.random.default_rng(seed)
    left, later = wanted - told, model.predict(models.features(now))
    ratios = []
    for _ in range(settings.resamples):
        own = index(np.exp(told + _laid(left, week, week, len(told), chance)), limits)
        ratios.append(index(np.exp(later + _laid(left, week, week, len(later), chance)), limits) / own)
    return float(np.mean(ratios)) * index(base.air, limits)


def _held_out(base: Series, settings: Settings) -> Any:
    """The base year by the additive model, each week by a fit that did not see it."""
    rows, wanted = models.features(base), models.logs(base)
    told = np.empty_like(wanted)
    for out in models.folds(models.weeks(base), _FOLDS, settings.seeds[0]):
        build = models.design(len(base.variables), rows[~out])
        model = models.line(build(rows[~out]), wanted[~out])
        left = wanted[~out] - model.predict(build(rows[~out]))
        told[out] = np.exp(model.predict(build(rows[out]))) * np.exp(left).mean(axis=0)
    return told


def _validated(base: Series, told: Any, limits: Any) -> Validation:
    observed, expected = (base.air / limits).sum(axis=1), (told / limits).sum(axis=1)
    share = expected / observed
    return Validation(
        _r2(observed, expected), tuple(_r2(o, e) for o, e in zip(base.air.T, told.T, strict=True)),
        float(np.sqrt(np.mean((expected - observed) ** 2))), float(expected.mean() / observed.mean() - 1),
        float(np.mean((share >= 0.5) & (share <= 2))),
    )  # fmt: skip


def _r2(observed: Any, expected: Any) -> float:
    return float(1 - ((observed - expected) ** 2).sum() / ((observed - observed.mean()) ** 2).sum())


def _placebo(base: Series, limits: Any, times: int = 12) -> float:
    """The spread of the change found between random halves (by weeks) of the base year, where the truth is none."""
    week = models.weeks(base)
    found = []
    for seed in range(times):
        half = models.folds(week, 2, 100 + seed)[0]
        one, other = base.take(np.flatnonzero(half)), base.take(np.flatnonzero(~half))
        rows = models.features(one)
        build = models.design(len(base.variables), rows)
        model = models.line(build(rows), models.logs(one))
        left = models.logs(one) - model.predict(build(rows))
        chance = np.random.default_rng(seed)
        later = model.predict(build(models.features(other)))
        names = models.weeks(one)
        expected = [index(np.exp(later + _laid(left, names, names, len(later), chance)), limits) for _ in range(8)]
        found.append(np.log(index(other.air, limits) / np.mean(expected)))
    return float(np.sqrt(np.mean(np.square(found))))

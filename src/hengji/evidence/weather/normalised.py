"""Forest normalisation, the popular way to take the weather out: a second opinion that decides nothing.

It shrinks what it looks for: of a planted cut of 20 % it gave back a third at most, which is why it is printed only.
"""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np

from hengji.evidence.weather import models
from hengji.evidence.weather.counterfactual import Settings
from hengji.evidence.weather.series import Series, index

_TIMES = 15


def normalised(base: Series, now: Series, limits: Any, settings: Settings) -> dict[str, float]:
    """The change of the mean index between two years with resampled weather, by rule.

    `all but trend` resamples the season and the day of the week with the weather, `weather only` keeps them. The index
    is computed of every resample by itself.
    """
    both = Series(
        base.days + now.days, np.vstack([base.air, now.air]), np.vstack([base.weather, now.weather]), base.variables
    )
    rows, size = models.features(both), len(base.variables)
    trend = np.array([[(d - datetime.date(1970, 1, 1)).days] for d in both.days], dtype=float)
    model = models.trees(np.hstack([rows, trend]), models.logs(both), settings.seeds[0], settings.size)
    found = {}
    for rule, kept in (("all but trend", rows.shape[1]), ("weather only", size)):
        chance = np.random.default_rng(settings.seeds[0])
        changes = []
        for _ in range(_TIMES):
            drawn = rows.copy()
            drawn[:, :kept] = rows[chance.integers(0, len(rows), len(rows))][:, :kept]
            told = np.exp(model.predict(np.hstack([drawn, trend])))
            changes.append(index(told[len(base.days) :], limits) / index(told[: len(base.days)], limits) - 1)
        found[rule] = float(np.mean(changes))
    return found

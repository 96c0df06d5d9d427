"""Planted changes of emissions are found again in generated years; in shuffled years none is claimed.

HENGJI_RUNS says how many runs there are of each kind (2 in the suite, 100 by hand: `HENGJI_RUNS=100 pytest -s` on this file
prints the counts). A run of a cut counts where the true change of the index lies within the interval.
"""

from __future__ import annotations

import datetime
import importlib.util
import math
import os
from typing import NamedTuple

import pytest

from hengji.evidence.weather.series import limits_of
from hengji.simulation.weather_years import SHAPES, generate, shuffled

if importlib.util.find_spec("sklearn"):
    from hengji.evidence.weather.counterfactual import Settings, change
    from hengji.evidence.weather.decision import Answer, decide
else:
    pytest.skip("scikit-learn is not installed: the same weather cannot be tried", allow_module_level=True)

RUNS = int(os.environ.get("HENGJI_RUNS", "2"))
LAST = datetime.date(2024, 12, 31)


class Found(NamedTuple):
    """Whether the interval holds the truth, whether a fall is claimed, and how wide the interval is."""

    inside: bool
    fell: bool
    width: float


def of_a_cut(run: int, percent: int, proportional: bool) -> Found:
    shape = SHAPES[0] if proportional else SHAPES[1 + run % (len(SHAPES) - 1)]
    planted = generate(run, LAST.year, percent / 100, shape)
    found = change(planted.series.of(LAST.year - 1), planted.series.of(LAST.year), limits_of(LAST), Settings())
    return Found(found.low <= planted.truth <= found.high, found.high < 0, found.high - found.low)


def of_no_change(run: int, kind: str) -> Answer:
    planted = generate(1000 + run, LAST.year, 0.1 if kind == "shuffled" else 0.0)
    series = shuffled(planted, run) if kind == "shuffled" else planted.series
    two = [n for n, day in enumerate(series.days) if day.year >= LAST.year - 1]
    return decide(series.take(two), LAST.year, LAST).answer


@pytest.mark.parametrize("proportional", [True, False], ids=["proportional", "not-proportional"])
@pytest.mark.parametrize("percent", [5, 10, 20])
def test_a_planted_cut_lies_within_the_interval(percent: int, proportional: bool) -> None:
    found = [of_a_cut(run, percent, proportional) for run in range(RUNS)]
    inside, fell = sum(f.inside for f in found), sum(f.fell for f in found)
    print(f"\ncut {percent} % {'' if proportional else 'not '}proportional: {inside} of {RUNS} within the interval, "
          f"{fell} answered 是, mean width {100 * sum(f.width for f in found) / RUNS:.1f} points")  # fmt: skip
    assert inside >= math.floor(0.9 * RUNS)


@pytest.mark.parametrize("kind", ["shuffled", "nothing planted"])
def test_where_no_year_can_have_changed_a_fall_is_not_claimed(kind: str) -> None:
    answers = [of_no_change(run, kind) for run in range(RUNS)]
    print(f"\n{kind}: { ({a.value: answers.count(a) for a in Answer}) } of {RUNS}")
    assert sum(a is not Answer.YES for a in answers) >= math.floor(0.95 * RUNS)

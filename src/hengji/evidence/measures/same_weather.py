"""The change of the air under the same weather (同等气象条件): the records for `evidence.weather`, and its answer."""

from __future__ import annotations

import datetime
import importlib.util
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import ibis

from hengji.evidence.measures.airs import daily_levels
from hengji.evidence.measures.base import (
    Cases,
    Figure,
    Params,
    Scope,
    insufficient,
    known,
    no_records,
    records,
    unchecked,
    within,
)  # fmt: skip
from hengji.evidence.standards import air
from hengji.model.binding import ActualStatus, Period

_SECTORS = 16
_PLAIN = ("temperature", "humidity", "pressure", "boundary_layer", "rain", "wind_speed")
_NEEDED = ("temperature", "wind_speed")


def met_normalised_change(scope: Scope, params: Params) -> Cases | Figure:
    """Change of the index against what last year's emissions would give under this year's weather, in percent.

    To a tenth of a percent, where the whole interval lies on one side of zero; else it cannot be decided. The interval,
    its checks and the second opinion stand beside the figure. Insufficient without scikit-learn, which it says.
    """
    register = params.get("register", "air_quality")
    known(register)
    for name in (register, "meteorology"):
        if not scope.engine.holds(name):
            return no_records(name)
    if importlib.util.find_spec("sklearn") is None:
        return insufficient(
            "没有安装 scikit-learn，算不了同等气象条件下的变化；请安装 hengji[weather]",
            "scikit-learn is not installed, so the change under the same weather cannot be computed; install hengji[weather]",
        )
    from hengji.evidence.weather.decision import Answer, decide  # only with the extra

    periods = [scope.period, scope.period.before()]
    earlier = periods[1].before()
    levels = {**daily_levels(scope, params, register, (periods[0], periods[1])),
              **daily_levels(scope, params, register, (earlier, earlier))}  # fmt: skip
    series = _series(levels, _weather(scope, params, (*periods, earlier)))
    if series is None:
        needed = "、".join(_NEEDED)
        return insufficient(
            f"没有六项污染物和气象（至少 {needed}）齐全的日子", f"no day has all six pollutants and {needed}"
        )
    found = decide(series, scope.period.year, scope.period.as_of)
    size = sum(day.year >= scope.period.year - 1 for day in series.days)
    if found.change is None:
        return insufficient(found.reason_zh, found.reason_en, size)
    extras = {"answer": found.answer.value, "reason": found.reason_zh, **found.beside, "method": _METHOD}
    if found.answer is Answer.OPEN:
        return Figure(
            ActualStatus.UNDECIDABLE, cases=size, note_zh=found.reason_zh, note_en=found.reason_en, extras=extras
        )
    middle = sum(found.change.by_method.values()) / len(found.change.by_method)
    law = air.limits(scope.period.as_of)
    value = Fraction(round(middle * 1000), 10)
    figure = Figure(ActualStatus.OK, value, cases=size, note_zh=found.reason_zh, note_en=found.reason_en, extras=extras)
    return unchecked(figure, () if law.verified else (law.document,))


_METHOD = (
    "反事实：用上年的排放水平和本年的气象估算本年应有的综合指数，与实测之比减 1；加性样条模型按周重抽样重新拟合，每次单独算指数，"
    "随机森林校验，区间包含各方法和各随机种子；安慰剂和按周留出检验一并列出；森林归一化只作参考，不作判定"
)


def _weather(scope: Scope, params: Params, periods: Sequence[Period]) -> Mapping[datetime.date, Mapping[str, float]]:
    """By day the mean of every variable that the register holds, the wind also by its east and north parts.

    The engine adds up by day and sector of the wind, exactly; sines and means are made here.
    """
    table = records(scope, "meteorology", params.get("weather"))
    table = table.filter(~table.void & ibis.or_(*(within(table.hour, p) for p in periods)))
    sector = ((table.wind_direction.cast("float64") * _SECTORS / 360 + 0.5).floor().cast("int64") % _SECTORS).fill_null(
        -1
    )
    table = table.select(*_PLAIN, on=table.hour.date(), sector=sector)
    sums = {f"{name}_sum": table[name].sum() for name in _PLAIN} | {f"{name}_n": table[name].count() for name in _PLAIN}
    days: dict[datetime.date, dict[str, list[float]]] = defaultdict(lambda: defaultdict(lambda: [0.0, 0.0]))
    for row in sorted(
        scope.engine.run(table.group_by(["on", "sector"]).aggregate(**sums)), key=lambda r: (r["on"], r["sector"])
    ):
        for name in _PLAIN:
            if row[f"{name}_n"]:
                held = days[row["on"]][name]
                held[0] += float(row[f"{name}_sum"])
                held[1] += row[f"{name}_n"]
        if row["sector"] >= 0 and row["wind_speed_n"]:
            turn = 2 * math.pi * row["sector"] / _SECTORS
            for name, part in (("wind_east", math.sin(turn)), ("wind_north", math.cos(turn))):
                held = days[row["on"]][name]
                held[0] += part * float(row["wind_speed_sum"])
                held[1] += row["wind_speed_n"]
    return {on: {name: total / n for name, (total, n) in found.items()} for on, found in days.items()}


def _series(
    levels: Mapping[int, Mapping[str, Mapping[datetime.date, Fraction]]],
    weather: Mapping[datetime.date, Mapping[str, float]],
) -> Any:
    """The days that have everything; a variable that most days lack is left out. None where no day is left."""
    import numpy as np

    from hengji.evidence.weather.series import VARIABLES, Series

    of = {p: {on: v for year in levels.values() for on, v in year.get(p, {}).items()} for p in air.POLLUTANTS}
    days = sorted(set.intersection(*(set(v) for v in of.values())) & weather.keys())
    variables = [v for v in VARIABLES if 2 * sum(v in weather[d] for d in days) > len(days)]
    days = [d for d in days if all(v in weather[d] for v in variables)]
    if not days or not set(_NEEDED) <= set(variables):
        return None
    return Series(
        tuple(days),
        np.array([[float(of[p][d]) for p in air.POLLUTANTS] for d in days]),
        np.array([[weather[d][v] for v in variables] for d in days]),
        tuple(variables),
    )

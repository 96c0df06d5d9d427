"""是, 否 or 不能判定: what is asked of the data first, then where the interval lies."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from hengji.evidence.standards import air
from hengji.evidence.weather.counterfactual import Change, Settings, change
from hengji.evidence.weather.normalised import normalised
from hengji.evidence.weather.series import Series, index, limits_of


class Answer(StrEnum):
    """Whether the index fell under the same weather."""

    YES = "是"
    NO = "否"
    OPEN = "不能判定"


@dataclass(frozen=True)
class Decision:
    """The answer with its reason, and all that is printed beside it; `change` is None where the data do not suffice."""

    answer: Answer
    reason_zh: str
    reason_en: str
    change: Change | None = None
    beside: Mapping[str, str] = field(default_factory=dict)


def decide(series: Series, year: int, as_of: datetime.date, settings: Settings | None = None) -> Decision:
    """Whether the index of a year fell against the year before under the same weather.

    Both years are divided by the limits in force on `as_of`. The forest that takes the weather out is printed beside
    and decides nothing.
    """
    # One thread: the arrays are small, and sums come out alike on every machine.
    with threadpool_limits(1):
        return _decided(series, year, limits_of(as_of), settings or Settings())


def _decided(series: Series, year: int, limits: Any, settings: Settings) -> Decision:
    base, now = series.of(year - 1), series.of(year)
    if short := [
        f"{y}: {len(s.days)}" for y, s in ((year - 1, base), (year, now)) if len(s.days) < settings.least_days
    ]:
        return Decision(
            Answer.OPEN, f"六项和气象齐全的天数不足 {settings.least_days}（{'，'.join(short)}）",
            f"fewer than {settings.least_days} days with all pollutants and weather ({', '.join(short)})",
        )  # fmt: skip
    beside = {"raw_change": _percent(index(now.air, limits) / index(base.air, limits) - 1)}
    outside = _outside(base, now)
    beside["weather_outside"] = "，".join(f"{name} {share:.0%}" for name, share in outside.items() if share) or "0%"
    found = change(base, now, limits, settings)
    beside |= _told(found)
    before = series.of(year - 2)
    if len(before.days) >= settings.least_days:
        placebo = change(before, base, limits, settings)
        beside["year_before"] = f"{_percent(placebo.low)} … {_percent(placebo.high)}"
    beside |= {f"normalised:{rule}": _percent(value) for rule, value in normalised(base, now, limits, settings).items()}
    if found.validation.r2 < settings.least_r2:
        return Decision(
            Answer.OPEN, f"按周留出检验的 R² {found.validation.r2:.2f} 低于 {settings.least_r2}，模型说明不了天气的影响",
            f"R² of held-out weeks {found.validation.r2:.2f} is below {settings.least_r2}: the model does not tell the weather",
            found, beside,
        )  # fmt: skip
    if far := [name for name, share in outside.items() if share > settings.most_outside]:
        return Decision(
            Answer.OPEN, f"本年气象超出上年范围的天数过多：{'、'.join(far)}",
            f"too many days of weather that the year before did not have: {', '.join(far)}", found, beside,
        )  # fmt: skip
    span = f"{_percent(found.low)} … {_percent(found.high)}"
    if found.high < 0:
        return Decision(Answer.YES, f"区间 {span} 全部低于 0", f"the interval {span} lies below 0", found, beside)
    if found.low > 0:
        return Decision(Answer.NO, f"区间 {span} 全部高于 0", f"the interval {span} lies above 0", found, beside)
    return Decision(
        Answer.OPEN, f"区间 {span} 跨 0，须转人工认定", f"the interval {span} spans 0: people have to decide", found, beside
    )  # fmt: skip


def _told(found: Change) -> dict[str, str]:
    checked = found.validation
    r2 = "，".join(f"{p} {v:.2f}" for p, v in zip(air.POLLUTANTS, checked.by_pollutant, strict=True))
    return {
        "interval": f"{_percent(found.low)} … {_percent(found.high)}",
        "methods": "，".join(f"{name} {_percent(value)}" for name, value in found.by_method.items()),
        "held_out": f"R² {checked.r2:.2f}（{r2}），RMSE {checked.rmse:.3f}，bias {_percent(checked.bias)}，FAC2 {checked.within_two:.0%}",
        "placebo": f"±{_percent(found.placebo).lstrip('-')}",
    }


def _outside(base: Series, now: Series) -> dict[str, float]:
    """By variable the share of days whose weather lies outside what the base year had."""
    low, high = base.weather.min(axis=0), base.weather.max(axis=0)
    shares = np.mean((now.weather < low) | (now.weather > high), axis=0)
    return dict(zip(base.variables, (float(s) for s in shares), strict=True))


def _percent(value: Any) -> str:
    return f"{100 * float(value):.1f}%".replace("-0.0%", "0.0%")

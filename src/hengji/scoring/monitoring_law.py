"""What monitoring takes from a rule pack, and how far the year has gone."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property, lru_cache

from hengji.legislation import Law, LawError, law
from hengji.model.evaluation import Light, Likelihood
from hengji.model.finding import Citation
from hengji.scoring.figures import rounded

_KEYS = ("period", "deviation_causes", "likelihood", "lights_cut_offs", "lights_execution_cut_offs", "lights_standing",
         "lights_words", "forecast", "divergence", "execution_lag_points")  # fmt: skip
YEAR = 12  # months


@dataclass(frozen=True)
class MonitoringLaw:
    """The law of monitoring on a day; cut-offs in percent, `lag` in percentage points."""

    blue: Decimal
    green: Decimal
    yellow: Decimal
    money_green: Decimal
    money_yellow: Decimal
    unmet_best: Light
    one_off_undone: Light
    words: Mapping[str, Light]
    z: Decimal
    window: int
    high: Decimal
    low: Decimal
    lag: Decimal
    causes: tuple[str, ...]
    likelihoods: Mapping[str, Likelihood]
    laws: Mapping[str, Law]

    def cites(self, *keys: str) -> tuple[Citation, ...]:
        """What says so."""
        return tuple(self.laws[k].citation for k in keys)

    @property
    def unverified(self) -> tuple[Citation, ...]:
        """Citations of this law whose text was not checked, each once."""
        return tuple(dict.fromkeys(entry.citation for entry in self.laws.values() if not entry.verified))


def monitoring_law(pack: str, on: datetime.date) -> MonitoringLaw:
    """The law of monitoring of a pack in force on a day.

    Raises:
        LawError: the pack does not say what monitoring needs, or says it in another shape.
    """
    laws = {key: law(f"monitoring.{key}", pack=pack, on=on) for key in _KEYS}
    try:
        return _read(laws)
    except (KeyError, TypeError, ValueError) as error:
        raise LawError(
            "value", f"规则包 {pack} 的 monitoring.* 不完整或写法不对：{error}",
            f"monitoring.* of pack {pack} is incomplete or of another shape: {error}",
        ) from None  # fmt: skip


def _read(laws: Mapping[str, Law]) -> MonitoringLaw:
    lights, money = laws["lights_cut_offs"].numbers, laws["lights_execution_cut_offs"].numbers
    standing, forecast = laws["lights_standing"].table, laws["forecast"].numbers
    divergence = laws["divergence"].numbers
    return MonitoringLaw(
        lights["blue"], lights["green"], lights["yellow"], money["green"], money["yellow"],
        Light(str(standing["unmet_best"])), Light(str(standing["one_off_undone"])),
        {word: Light(str(light)) for word, light in laws["lights_words"].table.items()},
        forecast["z"], int(forecast["window"]), divergence["high"], divergence["low"], laws["execution_lag_points"].number,
        laws["deviation_causes"].words, dict(zip(laws["likelihood"].words, Likelihood, strict=True)), laws,
    )  # fmt: skip


@dataclass(frozen=True)
class Elapsed:
    """How far the year has gone: whole months and the share of the month that is running."""

    as_of: datetime.date

    @cached_property
    def months(self) -> Fraction:
        """Months gone by, exactly 7 on 31 July."""
        return months_at(self.as_of)

    @cached_property
    def share(self) -> Fraction:
        """The share of the year that is gone (时间进度)."""
        return self.months / YEAR

    @cached_property
    def over(self) -> bool:
        """Whether the year is over."""
        return self.months == YEAR

    @cached_property
    def zh(self) -> str:
        """The day in words."""
        return f"{self.as_of.year}年{self.as_of.month}月{self.as_of.day}日"

    @cached_property
    def months_text(self) -> str:
        """The months, printed exactly."""
        return months_text(self.months)


@lru_cache(maxsize=256)
def exact(number: Decimal) -> Fraction:
    """A figure of the law as a fraction; there are few of them and they are asked for at every line."""
    return Fraction(number)


def months_at(day: datetime.date) -> Fraction:
    """Months from the start of the year to the end of a day."""
    return day.month - 1 + Fraction(day.day, calendar.monthrange(day.year, day.month)[1])


def months_text(months: Fraction) -> str:
    """Months printed so that anyone can compute with them: 7, or (6+15/31) inside a month."""
    whole, rest = divmod(months, 1)
    return f"({whole}+{rest})" if rest else str(whole)


def decimal(number: Fraction, places: int = 2) -> Decimal:
    """An exact number as a Decimal with so many places."""
    return rounded(Decimal(number.numerator) / Decimal(number.denominator), places)


def percent(share: Fraction) -> str:
    """A share printed in percent, e.g. 87.56%."""
    return f"{decimal(share * 100):f}%"


def plain(number: Decimal) -> str:
    """A number without trailing zeros."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text

"""Reads the open hourly set of 12 stations in Beijing, 2013-03 to 2017-02, for whoever has its CSV files.

Columns: No, year, month, day, hour, PM2.5, PM10, SO2, NO2, CO, O3 (all µg/m³), TEMP and DEWP (°C), PRES (hPa), RAIN (mm),
wd (a point of the compass), WSPM (m/s), station; `NA` where there is no value.
"""

from __future__ import annotations

import csv
import datetime
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import IO

import numpy as np

from hengji.evidence.errors import EvidenceError
from hengji.evidence.standards import air, air_days
from hengji.evidence.standards.air_days import Hour
from hengji.evidence.weather.series import Series

_POINTS = ("N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE", "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW")
_WEATHER = ("TEMP", "DEWP", "PRES", "RAIN", "WSPM", "wd")
_VARIABLES = ("temperature", "humidity", "pressure", "rain", "wind_speed", "wind_east", "wind_north")


def read_beijing(file: IO[str], label: str = "") -> Series:
    """The days of one station that have all six pollutants and weather, by the rules of HJ 663.

    Raises:
        EvidenceError: a column is missing, or no day is whole.
    """
    rows = csv.DictReader(file)
    needed = {"year", "month", "day", "hour", *air.POLLUTANTS, *_WEATHER}
    if missing := sorted(needed - set(rows.fieldnames or ())):
        raise EvidenceError(f"缺少列：{'、'.join(missing)}", f"columns are missing: {', '.join(missing)}")
    hours: dict[datetime.date, list[Mapping[str, str]]] = defaultdict(list)
    for row in rows:
        hours[datetime.date(int(row["year"]), int(row["month"]), int(row["day"]))].append(row)
    days, levels, weather = [], [], []
    for day, those in sorted(hours.items()):
        level, wind = _levels(day, those), _weather(those)
        if level is not None and wind is not None:
            days.append(day)
            levels.append(level)
            weather.append(wind)
    if not days:
        raise EvidenceError("没有一天数据齐全", "no day has all of its data")
    return Series(tuple(days), np.array(levels), np.array(weather), _VARIABLES, label)


def _levels(day: datetime.date, rows: Iterable[Mapping[str, str]]) -> list[float] | None:
    found = []
    for pollutant in air.POLLUTANTS:
        readings = (
            Hour(int(r["hour"]), air_days.in_unit(pollutant, Decimal(r[pollutant]), "µg/m³"))
            for r in rows
            if r[pollutant] != "NA"
        )
        values, _ = air_days.usable(readings)
        level = air_days.greatest_eight_hours(values, day) if pollutant == "O3" else air_days.daily_mean(values, day)
        if level is None:
            return None
        found.append(float(level))
    return found


def _weather(rows: Iterable[Mapping[str, str]]) -> list[float] | None:
    whole = [r for r in rows if all(r[name] != "NA" for name in _WEATHER)]
    if len(whole) < 18:  # three quarters of a day
        return None
    made = []
    for row in whole:
        warm, dew, speed = float(row["TEMP"]), float(row["DEWP"]), float(row["WSPM"])
        turn = 2 * math.pi * _POINTS.index(row["wd"]) / len(_POINTS)
        # Magnus' formula: vapour pressure at the dew point over that at saturation.
        humid = 100 * math.exp(17.62 * dew / (243.12 + dew) - 17.62 * warm / (243.12 + warm))
        made.append([warm, min(humid, 100.0), float(row["PRES"]), float(row["RAIN"]), speed,
                     speed * math.sin(turn), speed * math.cos(turn)])  # fmt: skip
    return [sum(column) / len(made) for column in zip(*made, strict=True)]

"""What a simulated device writes: realtime, minute, hour and day data, restarts and changed parameters."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import NamedTuple

from hengji.gateway.simulated.curves import Curves, converted, mean
from hengji.gateway.simulated.plan import HOUR, Factor, Moment, Outlet
from hengji.hj212.profiles import profile
from hengji.hj212.write import Group, Message, split

MINUTE = datetime.timedelta(minutes=1)
NEEDED_MINUTES = 45
FLAGS = ("F", "D", "M", "C")
"""Flags that spells of faults set, the strongest first."""


class Period(NamedTuple):
    """Data of a period (cn 2061 …): its beginning, and the flag of each factor that was measured."""

    cn: str
    begin: Moment
    flags: dict[str, str]


class Writer:
    """Writes the packets of one outlet; `flag` bits ask for answers."""

    def __init__(self, outlet: Outlet) -> None:
        self._outlet = outlet
        self._curves = Curves(outlet)
        self._edition = profile(outlet.device.edition)
        self._last = ""

    def packets(self, cn: str, at: Moment, groups: Sequence[Group], qn: str = "") -> list[bytes]:
        """A message in as many packets as it needs, asking for answers; `at` is what the device's clock shows."""
        device = self._outlet.device
        head = {"QN": qn or self._qn(at), "ST": device.st, "CN": cn, "PW": device.password, "MN": device.mn}
        return split(Message(head | {"Flag": str(self._edition.version << 2 | 1)}, tuple(groups)), self._edition)

    def realtime(self, moment: Moment) -> list[Group]:
        """The groups of a realtime message."""
        hour = moment.replace(minute=0, second=0, microsecond=0)
        values = self._curves.hour(hour)
        groups: list[Group] = [(("DataTime", f"{moment:%Y%m%d%H%M%S}"),)]
        for factor in self._outlet.factors:
            code, value = factor.code, values[factor.code][moment.minute]
            fields = [(f"{code}-Rtd", self._shown(factor, value))]
            if self._has_zs(factor):
                oxygen = values[self._outlet.oxygen][moment.minute]
                fields.append((f"{code}-ZsRtd", self._shown(factor, converted(value, oxygen))))
            groups.append((*fields, (f"{code}-Flag", self._flag(factor, moment, moment + MINUTE))))
        return groups

    def period(self, cn: str, begin: Moment, length: datetime.timedelta) -> tuple[Period, list[Group]] | None:
        """Minute, hour or day data and what they say, or None where too little was measured for any."""
        minutes = int(length / MINUTE)
        measured = [n for n in range(minutes) if self._outlet.fault(begin + n * MINUTE, "power_off") is None]
        if len(measured) * 60 < minutes * NEEDED_MINUTES:
            return None
        shown = begin + length if self._outlet.period_end else begin
        groups: list[Group] = [(("DataTime", f"{shown:%Y%m%d%H%M%S}"),)]
        flags = {}
        values = self._minutes(begin, minutes)
        for factor in self._outlet.factors:
            code = factor.code
            own = [values[code][n] for n in measured]
            fields = [
                (f"{code}-{s}", self._shown(factor, v))
                for s, v in (("Min", min(own)), ("Avg", mean(own)), ("Max", max(own)))
            ]
            if self._has_zs(factor):
                oxygen = mean([values[self._outlet.oxygen][n] for n in measured])
                fields.append((f"{code}-ZsAvg", self._shown(factor, converted(mean(own), oxygen))))
            if code == self._outlet.flow:
                per = 60 / (1000 if self._outlet.kind == "water" else 1)  # L/s and m3/s to m3
                fields.insert(0, (f"{code}-Cou", f"{sum(own) * per:.3f}"))
            flags[code] = self._flag(factor, begin, begin + length)
            groups.append((*fields, (f"{code}-Flag", flags[code])))
        return Period(cn, begin, flags), groups

    def _minutes(self, begin: Moment, minutes: int) -> dict[str, list[float]]:
        hour = begin.replace(minute=0, second=0, microsecond=0)
        offset = int((begin - hour) / MINUTE)
        found: dict[str, list[float]] = {f.code: [] for f in self._outlet.factors}
        while len(found[self._outlet.main]) < offset + minutes:
            for code, values in self._curves.hour(hour).items():
                found[code] += values
            hour += HOUR
        return {code: values[offset : offset + minutes] for code, values in found.items()}

    def _flag(self, factor: Factor, begin: Moment, end: Moment) -> str:
        """The flag that most of a quarter of the period asks for, else N."""
        middle = begin + (end - begin) / 2
        if factor.limit and any(s.kind == "stopped_running" and s.covers(middle) for s in self._outlet.tampering):
            return "F"
        for flag in FLAGS:
            share = sum(
                (
                    max(0.0, (min(end, s.end) - max(begin, s.begin)).total_seconds())
                    for s in self._outlet.faults
                    if s.kind == flag
                ),
                0.0,
            )
            if share > 0.25 * (end - begin).total_seconds():
                return flag
        return "N"

    def _has_zs(self, factor: Factor) -> bool:
        return self._outlet.kind == "gas" and factor.limit > 0

    def _shown(self, factor: Factor, value: float) -> str:
        return f"{value:.{factor.places}f}"

    def _qn(self, at: Moment) -> str:
        qn = f"{at:%Y%m%d%H%M%S}{at.microsecond // 1000:03d}"
        while qn[:14] == self._last[:14] and qn <= self._last:
            at += datetime.timedelta(milliseconds=1)
            qn = f"{at:%Y%m%d%H%M%S}{at.microsecond // 1000:03d}"
        self._last = qn
        return qn

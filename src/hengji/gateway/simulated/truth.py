"""What the gateway should have: hours expected, measured, acknowledged, valid and in filed stops, and what was done to the data."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

from hengji.evidence.whole import write_whole
from hengji.gateway.simulated.device import Sent
from hengji.gateway.simulated.messages import Writer
from hengji.gateway.simulated.plan import HOUR, Moment, Outlet, Spell
from hengji.reception.clock import SHARED

LABEL = "模拟数据 / simulated"
VALID, STOPPED = "N", "F"
"""The flag of valid data, and the kind of spell in which an outlet stands still as filed."""


class Book:
    """Counts what was sent and writes one line a packet; `waits` are the seconds to each answer."""

    def __init__(self, log: IO[str]) -> None:
        self._log = log
        self._hours: dict[tuple[str, str], dict[Moment, str]] = defaultdict(dict)
        self.waits: list[float] = []
        self.sent = self.unanswered = self.again = 0

    def note(self, outlet: Outlet, sent: Sent) -> None:
        """Take in what became of a packet."""
        unit, wait = sent.unit, sent.answered
        self.sent, self.again = self.sent + 1, self.again + sent.tries - 1
        if wait is None:
            self.unanswered += 1
        else:
            self.waits.append(wait)
            if unit.cn == "2061" and unit.period is not None:
                for code in unit.codes:
                    self._hours[outlet.device.mn, code][unit.period.begin] = unit.period.flags[code]
        line = {
            "mn": outlet.device.mn, "qn": unit.name[0], "pno": unit.name[1], "cn": unit.cn, "sha256": sent.digest,
            "at": sent.at, "tries": sent.tries, "answered": None if wait is None else round(wait, 4),
        }  # fmt: skip
        self._log.write(json.dumps(line, separators=(",", ":")) + "\n")

    def outlet(self, outlet: Outlet, begin: Moment, end: Moment, pending: int) -> dict[str, Any]:
        """The truth about one outlet."""
        writer, hours = Writer(outlet), list(_hours(begin, end))
        measured = {h for h in hours if writer.period("2061", h, HOUR) is not None}
        stopped = {h for h in hours if outlet.fault(h, STOPPED) is not None}
        factors = {}
        for factor in outlet.factors:
            got = self._hours[outlet.device.mn, factor.code]
            factors[factor.code] = {
                "expected": len(hours),
                "measured": len(measured),
                "received": len(got),
                "valid": sum(flag == VALID for flag in got.values()),
                "stopped": len(stopped),
                "received_stopped": sum(h in stopped for h in got),
                "valid_stopped": sum(h in stopped for h, flag in got.items() if flag == VALID),
                "flags": {flag: sum(f == flag for f in got.values()) for flag in sorted(set(got.values()))},
                "missing": [f"{h:%Y-%m-%dT%H}" for h in hours if h not in got],
            }
        return {
            "mn": outlet.device.mn, "outlet": outlet.device.outlet, "kind": outlet.kind, "edition": outlet.device.edition,
            "period_end": outlet.period_end, "factors": factors, "outages": [_spell(s) for s in outlet.faults],
            "tampering": [_spell(s) | {"hours": round((s.end - s.begin) / HOUR)} for s in outlet.tampering],
            "pending": pending,
        }  # fmt: skip


def write_truth(path: Path, head: dict[str, Any], outlets: Iterable[dict[str, Any]]) -> None:
    """One JSON line with what the trial was, then one an outlet; whole or not at all."""
    lines = ({"format": "hengji.simulated-outlets/1", "label": LABEL, **head}, *outlets)
    text = "".join(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n" for line in lines)
    write_whole(path, text.encode(), SHARED)


def write_stops(path: Path, outlets: Iterable[Outlet]) -> None:
    """The filed stops of simulated outlets, with the columns of the register stop_notice; whole or not at all."""
    rows = ["来源系统,来源编号,排放口编号,开始时间,结束时间,类别"]
    for outlet in outlets:
        for number, spell in enumerate((s for s in outlet.faults if s.kind == STOPPED), 1):
            name = outlet.device.outlet
            rows.append(f"模拟数据,{name}-{number},{name},{_second(spell.begin)},{_second(spell.end)},停产")
    write_whole(path, ("\n".join(rows) + "\n").encode("utf-8-sig"), SHARED)


def _second(moment: Moment) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}"


def _hours(begin: Moment, end: Moment) -> Iterable[Moment]:
    """Full hours that begin and end within the trial."""
    hour = begin.replace(minute=0, second=0, microsecond=0)
    if hour < begin:
        hour += HOUR
    while hour + HOUR <= end:
        yield hour
        hour += HOUR


def _spell(spell: Spell) -> dict[str, Any]:
    return {
        "kind": spell.kind, "begin": f"{spell.begin:%Y-%m-%dT%H:%M:%S}", "end": f"{spell.end:%Y-%m-%dT%H:%M:%S}",
        "factor": spell.factor or None, "by": round(spell.by, 3),
    }  # fmt: skip

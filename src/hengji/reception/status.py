"""What was received of each device today, folded from the inbox record by record.

The running gateway folds what it has made durable and leaves the result in `state.json` with the place up to which it
goes; whoever asks later folds only what came after. So the answer is the same whether a gateway runs or not.
"""

from __future__ import annotations

import datetime
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from hengji.evidence.whole import write_whole
from hengji.hj212 import times
from hengji.hj212.packet import Packet
from hengji.hj212.reader import decode
from hengji.reception.clock import SHARED
from hengji.reception.devices import Device
from hengji.reception.inbox import Entry, records, segments

FILE = "state.json"
QUARANTINES = 1000
"""Rows of quarantine that are kept apart; what comes from yet other senders is added up as one."""
GRACE = datetime.timedelta(minutes=10)
"""How long after its end a period may take to arrive before it counts as due."""
SILENT_HOURS = 1.1
HOUR, MINUTE, REALTIME = "2061", "2051", "2011"


@dataclass
class Seen:
    """One device: last receipt; packets, duplicates and notes of today; per factor the hours and minutes of today as bits.

    `slots` is by command and factor: bit n stands for hour n or minute n of the day; realtime packets are counted only.
    """

    last: str = ""
    packets: int = 0
    realtime: int = 0
    slots: dict[str, dict[str, int]] = field(default_factory=dict)
    notes: dict[str, int] = field(default_factory=dict)
    drift: int | None = None


@dataclass
class State:
    """All devices on one day, the quarantine by reason, MN and address, and the last record that went in."""

    day: str = ""
    number: int = 0
    seen: dict[str, Seen] = field(default_factory=dict)
    quarantine: dict[str, list[Any]] = field(default_factory=dict)

    def fold(self, number: int, entry: Entry, packet: Packet | None) -> None:
        """Take in a record that is durable; `packet` is what it says, None to have it decoded here."""
        self.number = max(self.number, number)
        self.turn(entry.at[:10])
        if entry.why:
            self._quarantined(entry)
            return
        seen = self.seen.setdefault(entry.mn, Seen())
        seen.last = max(seen.last, entry.at)
        seen.packets += 1
        seen.drift = entry.drift
        for note in entry.notes:
            seen.notes[note] = seen.notes.get(note, 0) + 1
        if "duplicate" not in entry.notes:
            self._counted(seen, packet or decode(entry.raw)[0])

    def turn(self, day: str) -> None:
        """Begin a new day where this is one: what was counted is of the day before."""
        if day <= self.day:
            return
        self.day, self.quarantine = day, {}
        self.seen = {mn: Seen(last=seen.last, drift=seen.drift) for mn, seen in self.seen.items()}

    def _quarantined(self, entry: Entry) -> None:
        name = "|".join((entry.why, entry.mn, entry.peer.rpartition(":")[0]))
        if name not in self.quarantine and len(self.quarantine) >= QUARANTINES:
            name = "others||"
        row = self.quarantine.setdefault(name, [0, ""])
        row[0], row[1] = row[0] + 1, max(row[1], entry.at)

    def _counted(self, seen: Seen, packet: Packet) -> None:
        cn, time = packet.head.get("CN", ""), packet.cp.get("DataTime", "")
        if cn not in (HOUR, MINUTE, REALTIME) or time[:8] != self.day.replace("-", "") or not times.exists(time):
            return
        if cn == REALTIME:
            seen.realtime += 1
            return
        bit = 1 << (int(time[8:10]) if cn == HOUR else int(time[8:10]) * 60 + int(time[10:12]))
        slots = seen.slots.setdefault(cn, {})
        for code in packet.items:
            slots[code] = slots.get(code, 0) | bit


def state_of(folder: Path) -> State:
    """The state as far as the inbox goes.

    Raises:
        OSError: a file cannot be read.
    """
    state = _saved(folder / FILE)
    todo: list[Path] = []
    for path in reversed(segments(folder / "inbox")):
        if not state.number and todo and path.parent.name < todo[-1].parent.name:
            break  # nothing was left: today is enough
        todo.append(path)
        begin = next(records(path), None)
        if state.number and begin is not None and begin.number <= state.number + 1:
            break
    for path in reversed(todo):
        for record in records(path):
            if record.number > state.number:
                state.fold(record.number, record.entry, None)
    return state


def save(folder: Path, state: State) -> None:
    """Leave the state for the next start and for whoever asks.

    Raises:
        OSError: it cannot be written.
    """
    write_whole(folder / FILE, json.dumps(asdict(state), ensure_ascii=False, separators=(",", ":")).encode(), SHARED)


def _saved(path: Path) -> State:
    """The state that was left; an empty one where there is none or it is not in order."""
    try:
        said = json.loads(path.read_bytes())
        said["seen"] = {mn: Seen(**seen) for mn, seen in said["seen"].items()}
        return State(**said)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return State()


def outlet_json(device: Device, state: State, now: datetime.datetime) -> dict[str, Any]:
    """One device as `hengji outlets` tells it: received and due today by factor, and what is alarming.

    An hour is due `GRACE` after its end; counted by DataTime as sent.
    """
    seen = state.seen.get(device.mn, Seen())
    since = now - GRACE - datetime.datetime.combine(now.date(), datetime.time())
    minutes = max(0, int(since.total_seconds() // 60))
    hours_due = minutes // 60
    step = device.minute_minutes
    factors = {}
    for code in device.factors or sorted({c for slots in seen.slots.values() for c in slots}):
        hours, small = (seen.slots.get(cn, {}).get(code, 0) for cn in (HOUR, MINUTE))
        factors[code] = {
            "hours": {"received": (hours & ((1 << hours_due) - 1)).bit_count(), "due": hours_due},
            "minutes": {
                "received": (small & ((1 << minutes // step * step) - 1)).bit_count() if step else small.bit_count(),
                "due": minutes // step if step else None,
            },
        }
    interval = device.realtime_seconds
    return {
        "mn": device.mn, "outlet": device.outlet or None, "simulated": device.simulated,
        "last_seen": seen.last or None, "packets_today": seen.packets,
        "realtime": {"received": seen.realtime, "due": minutes * 60 // interval if interval else None},
        "factors": factors, "notes": seen.notes, "drift_seconds": seen.drift, "alarms": _alarms(device, state, seen, now),
    }  # fmt: skip


def _alarms(device: Device, state: State, seen: Seen, now: datetime.datetime) -> list[dict[str, str]]:
    found = []
    kept = sum(row[0] for name, row in state.quarantine.items() if name.split("|")[1] == device.mn)
    if kept:
        found.append(("quarantined", f"今日隔离{kept}个数据包", f"{kept} packets quarantined today"))
    if not seen.last:
        found.append(("never_seen", "从未收到数据", "nothing was ever received"))
    elif now - datetime.datetime.fromisoformat(seen.last) > datetime.timedelta(hours=SILENT_HOURS):
        found.append(("silent", f"{seen.last[:16]}之后没有数据", f"silent since {seen.last[:16]}"))
    if seen.drift is not None:
        found.append(("clock", f"时钟偏差{seen.drift}秒", f"clock off by {seen.drift} s"))
    for note, zh, en in (
        ("future", "数据时间晚于接收时间", "data of the future"),
        ("qn_back", "QN倒退", "QN went back"),
        ("qn_again", "QN重复而内容不同", "a QN again with other content"),
    ):
        if seen.notes.get(note):
            found.append((note, f"{zh}{seen.notes[note]}次", f"{en}: {seen.notes[note]}"))
    return [{"code": code, "zh": zh, "en": en} for code, zh, en in found]

"""Requests to devices (反控): from a file in the folder to its outcome, with time-out, retry and match by QN.

`asks/waiting/<id>.json` is a request that somebody wrote; `asks/done/<id>.json` what became of it. A request stays among
those that wait until its outcome is written: after a restart it is asked again, under a new QN.
"""

from __future__ import annotations

import datetime
import json
import time
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from hengji.evidence.whole import write_whole
from hengji.gateway.events import Events
from hengji.gateway.metrics import Metrics
from hengji.gateway.settings import Settings
from hengji.hj212.packet import Packet
from hengji.hj212.profiles import ANSWERS, profile
from hengji.hj212.write import Group, Message, write
from hengji.reception.clock import SHARED
from hengji.reception.devices import Device

WAITING, DONE = Path("asks") / "waiting", Path("asks") / "done"
KEPT = 50
"""Packets whose heads are named in an outcome; more are counted."""


class Kind(NamedTuple):
    """A kind of request: its command, its words, and the fields that whoever asks must give."""

    cn: str
    zh: str
    en: str
    needs: tuple[str, ...] = ()


KINDS = {
    "time": Kind("1012", "校时", "set the time"),
    "read-time": Kind("1011", "取设备时间", "read the time"),
    "hours": Kind("2061", "补传小时数据", "send hour data again", ("BeginTime", "EndTime")),
    "minutes": Kind("2051", "补传分钟数据", "send minute data again", ("BeginTime", "EndTime")),
    "days": Kind("2031", "补传日数据", "send day data again", ("BeginTime", "EndTime")),
    "start-realtime": Kind("2011", "开始实时数据", "start realtime data"),
    "stop-realtime": Kind("2012", "停止实时数据", "stop realtime data"),
    "read-interval": Kind("1061", "取实时间隔", "read the realtime interval"),
    "set-interval": Kind("1062", "设实时间隔(秒)", "set the realtime interval (s)", ("RtdInterval",)),
    "read-minute-interval": Kind("1063", "取分钟间隔", "read the minute interval"),
    "set-minute-interval": Kind("1064", "设分钟间隔", "set the minute interval", ("MinInterval",)),
    "timeouts": Kind("1000", "设超时和重发次数", "set time-out and retries", ("OverTime", "ReCount")),
    "sample": Kind("3012", "即时采样", "take a sample now", ("PolId",)),
    "parameters": Kind("3020", "取设备参数", "read a parameter", ("PolId", "InfoId")),
}
OUTCOMES = {
    "done": ("已执行", "done"),
    "no_data": ("设备称没有数据", "the device has no such data"),
    "refused": ("设备拒绝", "refused by the device"),
    "failed": ("设备执行失败", "failed at the device"),
    "no_answer": ("设备没有应答", "no answer"),
    "no_result": ("设备已应答，但没有执行结果", "answered, but no result came"),
    "not_connected": ("期限内设备没有连接", "the device did not connect in time"),
    "unknown_device": ("设备未登记", "unknown device"),
    "not_in_edition": ("设备登记的版本没有这个命令", "no such command in the device's edition"),
    "malformed": ("请求文件不完整", "the file of the request is not in order"),
}


@dataclass
class Ask:
    """A request under way. `phase` is waiting, sent or ready (the device has said that it will)."""

    id: str
    mn: str
    kind: str
    fields: dict[str, str]
    expires: float
    phase: str = "waiting"
    qn: str = ""
    packet: bytes = b""
    tries: int = 0
    deadline: float = 0.0
    packets: int = 0
    heads: list[dict[str, Any]] = field(default_factory=list)


class Asking:
    """All requests of a running gateway. `send` sends bytes to a device and tells whether it is connected."""

    def __init__(
        self,
        folder: Path,
        settings: Settings,
        events: Events,
        metrics: Metrics,
        device: Callable[[str], Device | None],
        send: Callable[[str, bytes], bool],
    ) -> None:
        self._folder, self._settings, self._events, self._metrics = folder, settings, events, metrics
        self._device, self._send = device, send
        self._asks: dict[str, Ask] = {}
        self._by_qn: dict[tuple[str, str], Ask] = {}
        self._last_qn = ""

    def tick(self) -> None:
        """Take up new files, send what is due, end what has waited too long."""
        for path in self._new():
            self._take_up(path)
        now, busy = time.monotonic(), {ask.mn for ask in self._asks.values() if ask.phase != "waiting"}
        for ask in list(self._asks.values()):
            if ask.phase == "waiting" and ask.mn not in busy:
                self._begin(ask, now)
                if ask.phase != "waiting":
                    busy.add(ask.mn)
            elif ask.phase == "sent" and now > ask.deadline:
                if ask.tries > self._settings.retries or not self._send(ask.mn, ask.packet):
                    self._end(ask, "no_answer")
                else:
                    ask.tries, ask.deadline = ask.tries + 1, now + self._settings.timeout_seconds
            elif ask.phase == "ready" and now > ask.deadline:
                self._end(ask, "no_result")

    def heard(self, mn: str, packet: Packet) -> None:
        """Look whether a packet answers a request."""
        ask = self._by_qn.get((mn, packet.qn or ""))
        if ask is None:
            return
        cn = packet.head.get("CN", "")
        if len(ask.heads) < KEPT:
            ask.heads.append({**packet.head, "PW": "", "cp": packet.cp, "items": packet.items})
        if cn == "9011":
            code = packet.cp.get("QnRtn", "")
            if code == "1":
                ask.phase, ask.deadline = "ready", time.monotonic() + self._settings.execution_seconds
            else:
                self._end(ask, "refused", code)
        elif cn == "9012":
            code = packet.cp.get("ExeRtn", "")
            self._end(ask, {"1": "done", "100": "no_data"}.get(code, "failed"), code)
        elif cn in ANSWERS:
            self._end(ask, "done")
        else:
            ask.packets += 1
            ask.phase, ask.deadline = "ready", time.monotonic() + self._settings.execution_seconds

    def _new(self) -> Iterable[Path]:
        try:
            return sorted(p for p in (self._folder / WAITING).glob("*.json") if p.stem not in self._asks)
        except OSError:
            return ()

    def _take_up(self, path: Path) -> None:
        try:
            said = json.loads(path.read_bytes())
            kind = KINDS[said["kind"]]
            fields = {str(name): str(value) for name, value in said.get("fields", {}).items()}
            ask = Ask(path.stem, str(said["mn"]), said["kind"], fields, 0.0)
            if missing := [name for name in kind.needs if not fields.get(name)]:
                raise ValueError(f"{', '.join(missing)} missing")
        except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
            self._events.say("ask_fault", file=path.name, error=str(error))
            self._finish(Ask(path.stem, "", "", {}, 0.0), "malformed", "")
            return
        ask.expires = time.monotonic() + self._settings.ask_hours * 3600
        self._asks[ask.id] = ask

    def _begin(self, ask: Ask, now: float) -> None:
        device = self._device(ask.mn)
        if device is None:
            return self._end(ask, "unknown_device")
        edition = profile(device.edition)
        if KINDS[ask.kind].cn not in edition.commands:
            return self._end(ask, "not_in_edition")
        try:
            ask.qn, ask.packet = self._packet(ask, device)
        except ValueError as error:
            self._events.say("ask_fault", file=f"{ask.id}.json", error=str(error))
            return self._end(ask, "malformed")
        if self._send(ask.mn, ask.packet):
            ask.phase, ask.tries, ask.deadline = "sent", 1, now + self._settings.timeout_seconds
            self._by_qn[ask.mn, ask.qn] = ask
            self._events.say("asked", id=ask.id, mn=ask.mn, kind=ask.kind, qn=ask.qn)
        elif now > ask.expires:
            self._end(ask, "not_connected")

    def _packet(self, ask: Ask, device: Device) -> tuple[str, bytes]:
        at = self._events.clock.now()
        qn = f"{at:%Y%m%d%H%M%S}{at.microsecond // 1000:03d}"
        while qn <= self._last_qn and qn[:8] == self._last_qn[:8]:
            at += datetime.timedelta(milliseconds=1)
            qn = f"{at:%Y%m%d%H%M%S}{at.microsecond // 1000:03d}"
        self._last_qn = qn
        fields = {"SystemTime": f"{at:%Y%m%d%H%M%S}"} if ask.kind == "time" else ask.fields
        flag = str(profile(device.edition).version << 2 | 1)
        head = {
            "QN": qn,
            "ST": device.st,
            "CN": KINDS[ask.kind].cn,
            "PW": device.password,
            "MN": device.mn,
            "Flag": flag,
        }
        groups: tuple[Group, ...] = tuple((item,) for item in fields.items())
        return qn, write(Message(head, groups))

    def _end(self, ask: Ask, outcome: str, code: str = "") -> None:
        self._by_qn.pop((ask.mn, ask.qn), None)
        if self._finish(ask, outcome, code):
            self._asks.pop(ask.id, None)

    def _finish(self, ask: Ask, outcome: str, code: str) -> bool:
        """Write the outcome and take the request away; where that fails, it is done again after a restart."""
        zh, en = OUTCOMES[outcome]
        said = {
            "id": ask.id, "mn": ask.mn, "kind": ask.kind, "fields": ask.fields, "outcome": outcome, "code": code,
            "zh": zh, "en": en, "qn": ask.qn, "tries": ask.tries, "packets": ask.packets, "received": ask.heads,
            "ended": self._events.clock.now().isoformat(timespec="seconds"),
        }  # fmt: skip
        ask.phase = "ended"
        self._metrics.asks.labels(outcome).inc()
        self._events.say("ask_done", id=ask.id, mn=ask.mn, kind=ask.kind, outcome=outcome, code=code)
        try:
            _write(self._folder / DONE / f"{ask.id}.json", said)
            (self._folder / WAITING / f"{ask.id}.json").unlink(missing_ok=True)
        except OSError as error:
            self._events.say("ask_fault", file=f"{ask.id}.json", error=str(error))
            return False
        return True


def ask(folder: Path, mn: str, kind: str, fields: dict[str, str]) -> str:
    """Leave a request for the running gateway; what comes back is its id.

    Raises:
        KeyError: there is no such kind.
        ValueError: a field that the kind needs is missing.
        OSError: the folder cannot be written.
    """
    missing = [name for name in KINDS[kind].needs if not fields.get(name)]
    if missing:
        raise ValueError("、".join(missing))
    name = f"{time.time_ns():020d}-{uuid.uuid4().hex[:8]}"
    _write(folder / WAITING / f"{name}.json", {"mn": mn, "kind": kind, "fields": fields})
    return name


def outcome(folder: Path, name: str) -> dict[str, Any] | None:
    """What became of a request, None while it is under way."""
    try:
        said: dict[str, Any] = json.loads((folder / DONE / f"{name}.json").read_bytes())
    except FileNotFoundError:
        return None
    return said


def _write(path: Path, said: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, json.dumps(said, ensure_ascii=False, indent=1).encode(), SHARED)

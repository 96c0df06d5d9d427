"""The gateway: listens, judges what comes, has it made durable, answers, and asks devices.

Order for each packet: judged by the register (a reason, or none), remarks of clock and memory, into the inbox, and only
when it is durable there the answer in the device's dialect. What has a reason is kept with it and never answered.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import fcntl
import resource
import signal
import time
from pathlib import Path
from typing import IO

from hengji.gateway import asking, settings
from hengji.gateway.asking import Asking
from hengji.gateway.committer import Committer
from hengji.gateway.events import Events
from hengji.gateway.limits import Penalties, Rates
from hengji.gateway.link import Link
from hengji.gateway.metrics import Metrics
from hengji.gateway.remarks import Memory
from hengji.hj212.answers import reply
from hengji.hj212.packet import Packet
from hengji.hj212.profiles import profile
from hengji.hj212.reader import decode
from hengji.reception import clock, devices, status
from hengji.reception.devices import Device, Register
from hengji.reception.errors import GatewayError
from hengji.reception.inbox import Entry, Inbox, records, segments

BACKLOG = 256
RESERVED = BACKLOG + 64
"""Open files that are kept free: accept may open as many as the backlog before a refused one is closed."""
TICK = 0.25
STATE_SECONDS = 60.0
CLOCK_BACK = datetime.timedelta(seconds=5)
LONGEST_MN = 64


class Gateway:
    """One gateway on one folder."""

    def __init__(self, folder: Path) -> None:
        """Open the folder: register, settings, clock and inbox.

        Raises:
            GatewayError: another gateway runs on it, or something in it cannot be used.
        """
        self.folder = folder
        self._register: Register = devices.read_register(folder)
        self.settings = settings.settings_of(folder)
        self._lock = _locked(folder)
        self.events = Events(folder, clock.clock_of(folder))
        self.metrics = Metrics()
        self._inbox = Inbox(folder / "inbox", folder / devices.FILE, self.settings.segment_bytes)
        self._memory = Memory()
        self._open()
        self._committer = Committer(self._inbox, self.settings, self.events, self.metrics)
        self._committer.on_room = self._go_on
        self._rates = Rates(self.settings.device_rate, self.settings.device_burst)
        self._unknown = Rates(self.settings.unknown_rate, self.settings.unknown_burst)
        self._penalties = Penalties(self.settings.penalty_seconds)
        self._asking = Asking(folder, self.settings, self.events, self.metrics, self._device, self._send)
        self._links: dict[int, Link] = {}
        self._by_mn: dict[str, list[Link]] = {}
        self._number = 0
        self._latest: datetime.datetime | None = None
        self._off: set[str] = set()
        self._paused = False
        self._most = min(self.settings.connections, _raised_files() - RESERVED)
        self._seen_files: dict[str, float] = {}
        self._renew()

    async def run(self, host: str, port: int) -> None:
        """Serve until SIGTERM or SIGINT; what was received by then is made durable and answered.

        Raises:
            GatewayError: the address cannot be listened on.
        """
        loop, ended = asyncio.get_running_loop(), asyncio.Event()
        for sign in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(sign, ended.set)
        try:
            server = await loop.create_server(self._link, host, port, backlog=BACKLOG)
        except OSError as error:
            raise GatewayError(
                f"{host}:{port} 不能监听：{error.strerror}。请换一个端口或停掉占用它的程序。",
                f"{host}:{port} cannot be listened on: {error.strerror}. Take another port or stop what holds it.",
            ) from None
        writing = asyncio.create_task(self._committer.run())
        looking = asyncio.create_task(self._look())
        real = server.sockets[0].getsockname()[1]
        self.events.say("listening", host=host, port=real, devices=len(self._register.devices), connections=self._most)
        with contextlib.suppress(OSError):
            (self.folder / "gateway.port").write_text(str(real), "ascii")
        await ended.wait()
        server.close()
        looking.cancel()
        for link in self._links.values():
            link.stop(True)
        self._committer.stop()
        await writing
        await asyncio.sleep(0)
        for link in list(self._links.values()):
            link.close("stopped")
        await asyncio.sleep(TICK)
        self._save()
        self.events.say("stopped", records=self._inbox.number, head=self._inbox.head)

    def opened(self, link: Link) -> str:
        """Why a new connection must be refused; empty where it need not."""
        why = ""
        if len(self._links) >= self._most:
            why = "full"
            self.events.say("refused", peer=link.peer, connections=len(self._links))
        elif self._penalties.holds(link.address, time.monotonic()):
            why = "penalty"
        if why:
            self.metrics.refused.labels(why).inc()
            return why
        self._links[link.number] = link
        self.metrics.links.set(len(self._links))
        if self._paused:
            link.stop(True)
        return ""

    def over(self, link: Link, why: str) -> None:
        """Forget a connection."""
        if self._links.pop(link.number, None) is None:
            return
        self.metrics.links.set(len(self._links))
        for mn in link.mns:
            self._by_mn[mn].remove(link)
        if why and why != "stopped":
            self.metrics.closed.labels(why).inc()
            self.events.say("closed", why=why, peer=link.peer, mn=link.mn, garbage_bytes=link.garbage)

    def receive(self, link: Link, packet: Packet) -> float:
        """Take a packet or a piece of garbage; how many seconds its sender should be let wait."""
        now, at = time.monotonic(), self.events.clock.now()
        if self._latest is not None and at < self._latest - CLOCK_BACK:
            self.events.say("clock_back", before=self._latest.isoformat(), now=at.isoformat())
            self._latest = None
        if self._latest is None or at > self._latest:
            self._latest = at
        why, device = self._register.judge(packet, link.address, link.mn)
        if not why and device is not None and self.events.clock.trial and not device.simulated:
            why = "not_simulated"  # a real device must not get the receipt times of a trial
        if why or device is None:
            self._quarantine(link, packet, why, device, at, now)
            wait = (self._rates if device else self._unknown).take(device.mn if device else link.address, now)
        else:
            self._accept(link, packet, device, at)
            wait = self._rates.take(device.mn, now)
        if self._committer.full and not self._paused:
            self._paused = True
            for other in self._links.values():
                other.stop(True)
        return wait

    def _quarantine(
        self, link: Link, packet: Packet, why: str, device: Device | None, at: datetime.datetime, now: float
    ) -> None:
        mn = (device.mn if device else packet.head.get("MN", ""))[:LONGEST_MN]
        trial = self.events.clock.trial or (device is not None and device.simulated)
        entry = Entry(_iso(at), link.peer, link.number, mn, packet.raw, why, trial=trial)
        self._committer.put(entry, lambda: self._kept(entry, packet))
        self.events.say("quarantined", why=why, peer=link.peer, mn=mn, bytes=len(packet.raw))
        if packet.garbage:
            self.metrics.garbage.inc(len(packet.raw))
            link.garbage += len(packet.raw)
            if link.garbage > self.settings.garbage_bytes:
                self._penalties.add(link.address, now)
                self.events.say("penalty", address=link.address, seconds=self.settings.penalty_seconds)
                link.close("garbage")

    def _accept(self, link: Link, packet: Packet, device: Device, at: datetime.datetime) -> None:
        if device.mn not in link.mns:
            self._linked(link, device)
        remarks = self._memory.note(device.mn, packet, at)
        for note in remarks.notes:
            self.metrics.noted.labels(note).inc()
        if remarks.drift is None:
            self._off.discard(device.mn)
        elif device.mn not in self._off:
            self._off.add(device.mn)
            self.events.say("clock", mn=device.mn, drift_seconds=remarks.drift)
        trial = self.events.clock.trial or device.simulated
        entry = Entry(
            *(_iso(at), link.peer, link.number, device.mn, packet.raw),
            notes=remarks.notes, drift=remarks.drift, trial=trial,
        )  # fmt: skip
        edition = profile(device.edition)
        if packet.flag is not None and packet.flag.version == edition.version:
            packet = packet._replace(profile=device.edition)
        self._committer.put(entry, lambda: self._durable(link, packet, device, entry))

    def _durable(self, link: Link, packet: Packet, device: Device, entry: Entry) -> None:
        """The packet is on the disk: now, and not before, it may be answered."""
        try:
            answer = reply(packet)
        except ValueError:
            answer = None  # its head holds signs that cannot be sent back
        if answer is not None and link.send(answer):
            self.metrics.answers.inc()
        self._kept(entry, packet)
        self._asking.heard(device.mn, packet)
        if packet.head.get("CN") == "1013" and self.settings.set_time and "duplicate" not in entry.notes:
            with contextlib.suppress(OSError):
                asking.ask(self.folder, device.mn, "time", {})

    def _kept(self, entry: Entry, packet: Packet) -> None:
        self.metrics.packets.labels(entry.why).inc()
        self._state.fold(self._state.number + 1, entry, packet)

    def _linked(self, link: Link, device: Device) -> None:
        link.mns.add(device.mn)
        link.mn = link.mn or device.mn
        there = self._by_mn.setdefault(device.mn, [])
        others = [one.peer for one in there if not one.ended]
        if others:
            self.events.say("mn_shared", mn=device.mn, peers=[*others, link.peer])
        there.append(link)

    def _link(self) -> Link:
        self._number += 1
        return Link(self, self._number)

    def _device(self, mn: str) -> Device | None:
        return self._register.devices.get(mn)

    def _send(self, mn: str, packet: bytes) -> bool:
        """Send to the newest connection of a device."""
        return any(link.send(packet) for link in reversed(self._by_mn.get(mn, [])))

    def _go_on(self) -> None:
        self._paused = False
        for link in list(self._links.values()):
            link.stop(False)

    def _open(self) -> None:
        for fault in self._register.faults:
            self.events.say("register_fault", row=fault.row, problem=fault.zh)
        try:
            found = self._inbox.open()
            self._state = status.state_of(self.folder)
            self._state.number = self._inbox.number
            for path in segments(self._inbox.folder)[-1:]:
                for record in records(path):
                    if not record.entry.why:
                        self._memory.remember(record.entry.mn, decode(record.entry.raw)[0])
        except OSError as error:
            raise GatewayError(
                f"{self._inbox.folder} 用不了：{error.strerror}。请检查文件夹和磁盘空间。",
                f"{self._inbox.folder} cannot be used: {error.strerror}. Check the folder and the disk.",
            ) from None
        if found.torn:
            self.events.say("recovered", bytes=found.torn)
        if found.damaged:
            self.events.say("damaged")

    async def _look(self) -> None:
        """What is looked at again and again: connections, requests, changed files, the state to be left."""
        saved = time.monotonic()
        while True:
            now = time.monotonic()
            for link in list(self._links.values()):
                link.check(now)
            self._asking.tick()
            self._renew()
            if now - saved > STATE_SECONDS:
                saved = now
                self._save()
            await asyncio.sleep(TICK)

    def _save(self) -> None:
        with contextlib.suppress(OSError):  # a full disk: the state is made anew from the inbox
            status.save(self.folder, self._state)

    def _renew(self) -> None:
        """Read register and trial clock again when they were changed; with a fault the former ones stay in force."""
        for name in (devices.FILE, clock.TRIAL):
            path = self.folder / name
            changed = path.stat().st_mtime if path.exists() else 0.0
            if self._seen_files.setdefault(name, changed) == changed:
                continue
            self._seen_files[name] = changed
            if name == devices.FILE and not changed:
                continue  # the folder was removed: the inbox says so
            try:
                if name == devices.FILE:
                    self._register = devices.read_register(self.folder)
                    self.events.say("register", devices=len(self._register.devices), faults=len(self._register.faults))
                    for fault in self._register.faults:
                        self.events.say("register_fault", row=fault.row, problem=fault.zh)
                else:
                    self.events.clock, self._latest = clock.clock_of(self.folder), None
            except GatewayError as error:
                self.events.say("settings_fault", problem=error.zh)


def _iso(at: datetime.datetime) -> str:
    return at.isoformat(timespec="microseconds")


def _locked(folder: Path) -> IO[str]:
    """The folder's lock, held until the process ends.

    Raises:
        GatewayError: another process holds it, or it cannot be made.
    """
    try:
        lock = (folder / "gateway.lock").open("a")
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise GatewayError(
            f"{folder} 已有一个网关在运行。请先停掉它。", f"A gateway runs on {folder} already. Stop it first."
        ) from None
    except OSError as error:
        raise GatewayError(
            f"{folder} 写不进去：{error.strerror}。请检查文件夹。", f"{folder} cannot be written: {error.strerror}."
        ) from None
    return lock


def _raised_files() -> int:
    """How many files this process may have open, after asking for as many as it is allowed to."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
            soft = hard
    return 1 << 20 if soft == resource.RLIM_INFINITY else soft

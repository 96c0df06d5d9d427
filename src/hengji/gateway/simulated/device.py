"""One simulated device on a real TCP connection: sends, waits for the answer, sends again, fills in later what it could not.

It also does what the host asks: sets its clock, sends hours again, samples, tells a parameter.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import hashlib
import heapq
import random
import time
from collections import deque
from collections.abc import Callable, Iterator
from typing import NamedTuple

from hengji.gateway.simulated.messages import MINUTE, Period, Writer
from hengji.gateway.simulated.plan import HOUR, Moment, Outlet, kinds
from hengji.hj212.answers import answer
from hengji.hj212.packet import Packet
from hengji.hj212.reader import Reader, decode
from hengji.hj212.write import Group
from hengji.reception.clock import Clock

TRIES = 3
LENGTHS = {"2051": MINUTE, "2061": HOUR, "2031": 24 * HOUR}
REMEMBERED_HOURS = 72
"""How far back data can be asked for again."""
RECONNECT_SECONDS = (0.2, 5.0)


class Unit(NamedTuple):
    """One packet to be sent, and the period that it carries (None for realtime and events); `codes` are its factors."""

    raw: bytes
    cn: str
    name: tuple[str, str]
    """QN and PNO, by which its answer is known."""
    period: Period | None
    codes: tuple[str, ...]


class Sent(NamedTuple):
    """What became of a unit: how often it was sent, when first (ISO, trial time), and seconds to its answer or None."""

    unit: Unit
    digest: str
    at: str
    tries: int
    answered: float | None


class SimulatedDevice:
    """One outlet's device. `sent` is told of every unit that was answered or given up."""

    def __init__(
        self, outlet: Outlet, clock: Clock, where: tuple[str, int], sent: Callable[[Outlet, Sent], None], timeout: float
    ) -> None:
        self.outlet, self._clock, self._where, self._sent, self._timeout = outlet, clock, where, sent, timeout
        self._chance = random.Random(f"{outlet.name}/sending")
        self._write = Writer(outlet)
        self._queue: deque[Unit] = deque()
        self._waiting: dict[tuple[str, str], asyncio.Future[None]] = {}
        self._writer: asyncio.StreamWriter | None = None
        self._listener: asyncio.Task[None] | None = None
        self._corrected: Moment | None = None
        self._pause = RECONNECT_SECONDS[0]
        self._sleeping: asyncio.Future[None] | None = None
        self._stopped = False
        self.pending = 0

    def stop(self) -> None:
        """Live no longer; what is queued is still sent."""
        self._stopped = True
        if self._sleeping is not None and not self._sleeping.done():
            self._sleeping.set_result(None)

    async def run(self, begin: Moment, end: Moment, uploads: frozenset[str], drain: float) -> None:
        """Live from `begin` to `end` (trial time), then send what is left for at most `drain` seconds."""
        with contextlib.suppress(ConnectionError, TimeoutError):
            for due, cn, start in self._agenda(begin, end, uploads):
                await self._until(due)
                if self._stopped:
                    break
                self._make(cn, start, due)
                if self.outlet.fault(due, "link_down", "link_down_lost", "power_off") is None:
                    await self._empty()
                else:
                    await self._hang_up()
        until = time.monotonic() + drain
        while self._queue and time.monotonic() < until:
            await self._empty()
            if self._queue:
                await asyncio.sleep(RECONNECT_SECONDS[0])
        self.pending = len(self._queue)
        await self._hang_up()

    def _agenda(self, begin: Moment, end: Moment, uploads: frozenset[str]) -> Iterator[tuple[Moment, str, Moment]]:
        """When what is to be sent, with the beginning of its period; in order."""
        device, chance = self.outlet.device, random.Random(f"{self.outlet.name}/agenda")
        streams = []
        steps = {
            "2011": datetime.timedelta(seconds=device.realtime_seconds),
            "2051": device.minute_minutes * MINUTE, "2061": HOUR, "2031": 24 * HOUR,
        }  # fmt: skip
        for cn, step in steps.items():
            if cn in uploads and step:
                late = datetime.timedelta(seconds=chance.uniform(0, step.total_seconds() if cn == "2011" else 50))
                streams.append(_regular(begin, end, cn, step, late))
        streams.append(
            iter([(s.end, "2081", s.end) for s in self.outlet.faults if s.kind == "power_off" and s.end < end])
        )
        streams.append(iter([(s.begin, "3020", s.begin) for s in self.outlet.tampering if s.kind == "parameter"]))
        return heapq.merge(*streams)

    def _make(self, cn: str, start: Moment, due: Moment) -> None:
        """Write what is due into the queue."""
        down = self.outlet.fault(due, "link_down_lost", "power_off")
        groups: list[Group]
        if cn == "2011":
            if down is None and self.outlet.fault(due, "link_down") is None:
                self._queue_up(cn, self._write.realtime(self._shown(due)), None, due)
        elif cn in LENGTHS:
            length = self.outlet.device.minute_minutes * MINUTE if cn == "2051" else LENGTHS[cn]
            found = self._write.period(cn, start, length)
            if found is not None and (down is None or down.kind == "power_off"):
                self._queue_up(cn, found[1], found[0], due)
        elif cn == "2081":
            groups = [(("DataTime", f"{start:%Y%m%d%H%M%S}"),), (("RestartTime", f"{start:%Y%m%d%H%M%S}"),)]
            self._queue_up(cn, groups, None, due)
        else:
            spell = next(s for s in self.outlet.tampering if s.kind == "parameter")
            groups = [
                (("DataTime", f"{start:%Y%m%d%H%M%S}"),),
                (("PolId", spell.factor),),
                (("i13008-Info", f"{spell.by:.3f}"),),
            ]
            self._queue_up(cn, groups, None, due)

    def _queue_up(self, cn: str, groups: list[Group], period: Period | None, due: Moment) -> None:
        for raw in self._write.packets(cn, self._shown(due), groups):
            packet = decode(raw)[0]
            name = packet.head["QN"], packet.head.get("PNO", "")
            codes = tuple(packet.items) if period is not None else ()
            self._queue.append(Unit(raw, cn, name, period, codes))

    def _shown(self, moment: Moment) -> Moment:
        """What the device's own clock shows; a drift lasts until the host sets the time."""
        spells = [s for s in (*self.outlet.faults, *self.outlet.tampering) if s.kind in ("clock_drift", "clock_back")]
        for spell in spells:
            if spell.covers(moment) and (self._corrected is None or self._corrected < spell.begin):
                return moment + datetime.timedelta(seconds=-spell.by if spell.kind == "clock_back" else spell.by)
        return moment

    async def _until(self, due: Moment) -> None:
        wait = self._clock.real(due) - time.time()
        if wait > 0 and not self._stopped:
            loop = asyncio.get_running_loop()
            sleeping = self._sleeping = loop.create_future()
            alarm = loop.call_later(wait, lambda: None if sleeping.done() else sleeping.set_result(None))
            await sleeping
            alarm.cancel()

    async def _empty(self) -> None:
        """Send what is queued, oldest first; stop where the host cannot be reached."""
        while self._queue:
            unit = self._queue[0]
            try:
                await self._deliver(unit)
            except (ConnectionError, TimeoutError, OSError):
                await self._hang_up()
                if unit.period is None and self._queue and self._queue[0] is unit:
                    self._queue.popleft()  # realtime data are not kept
                    self._sent(self.outlet, Sent(unit, _digest(unit), self._clock.now().isoformat(), TRIES, None))
                return

    async def _deliver(self, unit: Unit) -> None:
        """Send until answered.

        Raises:
            OSError: no connection. TimeoutError: no answer.
        """
        if self._writer is None or self._writer.is_closing():
            await self._connect()
        assert self._writer is not None
        at, chances = self._clock.now().isoformat(), kinds()["chances"]
        if self._chance.random() < chances["corrupted"]:
            self._writer.write(unit.raw.replace(b"Flag=", b"Flah=", 1))
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting[unit.name] = future
        first = time.perf_counter()
        try:
            tries = 0
            while not future.done():
                if tries == TRIES:
                    raise TimeoutError
                tries += 1
                self._writer.write(unit.raw)
                await self._writer.drain()
                await asyncio.wait((future,), timeout=self._timeout)
            future.result()
        finally:
            self._waiting.pop(unit.name, None)
            if future.done():
                future.exception()  # that the connection ended is known from writing too
        taken = time.perf_counter() - first
        self._queue.popleft()
        self._sent(self.outlet, Sent(unit, _digest(unit), at, tries, taken))
        if self._chance.random() < chances["sent_again"]:
            self._writer.write(unit.raw)  # as if the answer had been lost

    async def _connect(self) -> None:
        try:
            reader, writer = await asyncio.wait_for(asyncio.open_connection(*self._where), self._timeout)
        except (OSError, TimeoutError):
            await asyncio.sleep(self._pause * self._chance.uniform(0.5, 1))
            self._pause = min(RECONNECT_SECONDS[1], self._pause * 2)
            raise
        self._pause = RECONNECT_SECONDS[0]
        self._writer, self._listener = writer, asyncio.create_task(self._listen(reader, writer))

    async def _hang_up(self) -> None:
        if self._writer is not None:
            self._writer.close()
            with contextlib.suppress(OSError):
                await self._writer.wait_closed()
        self._writer = None
        if self._listener is not None:
            self._listener.cancel()
            self._listener = None

    async def _listen(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        packets = Reader()
        with contextlib.suppress(OSError):
            while data := await reader.read(1 << 16):
                for packet in packets.feed(data):
                    self._heard(packet, writer)
        writer.close()
        for future in self._waiting.values():
            if not future.done():
                future.set_exception(ConnectionError("closed"))

    def _heard(self, packet: Packet, writer: asyncio.StreamWriter) -> None:
        cn = packet.head.get("CN", "")
        if cn in ("9013", "9014"):
            place = packet.head.get("PNO") or packet.cp.get("PNO", "")
            own = packet.qn or ""
            future = self._waiting.get((own, place)) or next(
                (f for (qn, _), f in self._waiting.items() if qn == own), None
            )
            if future is not None and not future.done():
                future.set_result(None)
        elif packet.head.get("MN") == self.outlet.device.mn and packet.qn:
            writer.writelines(self._obeyed(cn, packet))

    def _obeyed(self, cn: str, packet: Packet) -> Iterator[bytes]:
        """The device's answers to a request of the host."""
        if cn == "2012":
            yield answer(packet, "9013")
            return
        yield answer(packet, "9011", "1")
        now, qn, result = self._clock.now(), packet.qn or "", "1"
        if cn == "1012":
            self._corrected = now
        elif cn == "1011":
            yield from self._write.packets(
                cn, self._shown(now), [(("SystemTime", f"{self._shown(now):%Y%m%d%H%M%S}"),)], qn
            )
        elif cn in LENGTHS:
            sent = list(self._asked_for(cn, packet, now))
            result = "1" if sent else "100"
            yield from sent
        elif cn == "3020":
            groups: list[Group] = [(("DataTime", f"{now:%Y%m%d%H%M%S}"),), (("PolId", packet.cp.get("PolId", "")),)]
            yield from self._write.packets(
                cn, now, [*groups, ((f"{packet.cp.get('InfoId', 'i13008')}-Info", "1.000"),)], qn
            )
        yield answer(packet, "9012", result)

    def _asked_for(self, cn: str, packet: Packet, now: Moment) -> Iterator[bytes]:
        length = self.outlet.device.minute_minutes * MINUTE if cn == "2051" else LENGTHS[cn]
        with contextlib.suppress(ValueError):
            begin, end = (
                datetime.datetime.strptime(packet.cp.get(k, ""), "%Y%m%d%H%M%S") for k in ("BeginTime", "EndTime")
            )
            begin = max(begin, now - REMEMBERED_HOURS * HOUR).replace(minute=0, second=0, microsecond=0)
            while length and begin <= end and begin + length <= now:
                found = self._write.period(cn, begin, length)
                if found is not None:
                    yield from self._write.packets(cn, self._shown(now), found[1], packet.qn or "")
                begin += length


def _digest(unit: Unit) -> str:
    return hashlib.sha256(unit.raw).hexdigest()


def _regular(
    begin: Moment, end: Moment, cn: str, step: datetime.timedelta, late: datetime.timedelta
) -> Iterator[tuple[Moment, str, Moment]]:
    """Periods that end by `end`, each due a little after its own end; realtime is due within its interval."""
    midnight = datetime.datetime.combine(begin.date(), datetime.time())
    start = midnight + -(-(begin - midnight) // step) * step
    while start + step <= end:
        yield (start + late if cn == "2011" else start + step + late), cn, start
        start += step

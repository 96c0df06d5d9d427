"""Packets → durable batches → answers, in this order and no other."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from hengji.gateway.events import Events
from hengji.gateway.metrics import Metrics
from hengji.gateway.settings import Settings
from hengji.gateway.verify import note_head
from hengji.reception.inbox import BATCH, Entry, Inbox

PAUSE = 1.0
"""Seconds before a batch that failed is tried again."""
HEAD_SECONDS = 10.0


class Pending(NamedTuple):
    """An entry on its way, what to do when it is durable, and when it came (monotonic)."""

    entry: Entry
    then: Callable[[], None]
    came: float


class Committer:
    """Gathers what the connections receive and writes it, one batch and one fsync at a time.

    While a batch is being written in a thread of its own, the next one gathers. A batch that fails is kept and tried again:
    nothing that was received is let go, and since reading stops when `full`, memory stays bounded.
    """

    def __init__(self, inbox: Inbox, settings: Settings, events: Events, metrics: Metrics) -> None:
        self._inbox, self._settings, self._events, self._metrics = inbox, settings, events, metrics
        self._waiting: list[Pending] = []
        self._bytes = 0
        self._came = asyncio.Event()
        self._stopping = False
        self._head_noted = 0.0
        self._lost = inbox.lost
        self.working = True
        self.on_room: Callable[[], None] = lambda: None
        """Called when there is room again after `full`."""
        self._thread = ThreadPoolExecutor(1, "inbox")

    @property
    def full(self) -> bool:
        """Whether nothing more should be read for now."""
        return self._bytes > self._settings.pending_bytes

    def put(self, entry: Entry, then: Callable[[], None]) -> None:
        """Take an entry; `then` is called once it is durable."""
        self._waiting.append(Pending(entry, then, time.monotonic()))
        self._bytes += len(entry.raw) + 256
        self._came.set()

    def stop(self) -> None:
        """Let `run` end when all that waits is durable, or at the next failure."""
        self._stopping = True
        self._came.set()

    async def run(self) -> None:
        """Write until stopped."""
        self._metrics.working.set(1)
        while True:
            await self._came.wait()
            if not self._stopping:
                await asyncio.sleep(self._settings.batch_seconds)
            while self._waiting:
                if not await self._write(self._batch()):
                    if self._stopping:
                        return
                    await asyncio.sleep(PAUSE)
            self._came.clear()
            if self._stopping:
                await self._run(self._note_head)
                self._inbox.close()
                return

    def _batch(self) -> list[Pending]:
        """The first entries that are of one day and not too many."""
        day, size, count = self._waiting[0].entry.at[:10], 0, 0
        for one in self._waiting[: self._settings.batch_packets]:
            size += len(one.entry.raw) + 1024
            if one.entry.at[:10] != day or (count and size > BATCH):
                break
            count += 1
        return self._waiting[:count]

    async def _write(self, batch: list[Pending]) -> bool:
        began = time.monotonic()
        entries = [one.entry for one in batch]
        try:
            await self._run(self._inbox.append, entries[0].at[:10], entries)
        except OSError as error:
            self._metrics.failures.inc()
            if self.working:
                self.working = False
                self._metrics.working.set(0)
                self._events.say("store_failed", error=error.strerror or str(error), pending=len(self._waiting))
            return False
        ended = time.monotonic()
        self._metrics.batch.observe(ended - began)
        self._metrics.waited.observe(ended - batch[0].came)
        if not self.working:
            self.working = True
            self._metrics.working.set(1)
            self._events.say("store_works")
        if self._inbox.lost != self._lost:
            self._lost = self._inbox.lost
            self._events.say("inbox_replaced", day=self._inbox.day)
        del self._waiting[: len(batch)]
        was_full = self.full
        self._bytes -= sum(len(entry.raw) + 256 for entry in entries)
        self._metrics.pending.set(self._bytes)
        for one in batch:
            one.then()
        if was_full and not self.full:
            self.on_room()
        if ended - self._head_noted > HEAD_SECONDS:
            self._head_noted = ended
            await self._run(self._note_head)
        return True

    def _note_head(self) -> None:
        if not self._inbox.number:
            return
        with contextlib.suppress(OSError):  # the record it would have named is durable; the next head tells as much
            note_head(self._inbox.folder, self._events.clock.now().isoformat(), self._inbox.number, self._inbox.head)

    async def _run(self, function: Callable[..., None], *args: object) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, function, *args)

"""One connection: bytes in, packets to the gateway, answers out; and when it is held or closed."""

from __future__ import annotations

import asyncio
import time
from typing import Protocol

from hengji.gateway.settings import Settings
from hengji.hj212.packet import Packet
from hengji.hj212.reader import Reader

UNREAD_BYTES = 64 << 10
"""Answers that a client leaves unread; with more it is closed."""
LINGER = 5.0
"""Seconds for which a client that has ended may still be answered."""


class Host(Protocol):
    """What a connection needs of its gateway."""

    settings: Settings

    def opened(self, link: Link) -> str:
        """Why a new connection must be refused; empty where it need not."""

    def receive(self, link: Link, packet: Packet) -> float:
        """Take a packet, or a piece of garbage; how many seconds its sender should be let wait."""

    def over(self, link: Link, why: str) -> None:
        """Told once when the connection has ended; `why` is empty where the client ended it."""


class Link(asyncio.Protocol):
    """One client. `mn` is the first known device that sent over it, empty until then; `ended`: it will send no more."""

    def __init__(self, host: Host, number: int) -> None:
        self._host, self.number = host, number
        self._reader = Reader()
        self._transport: asyncio.Transport | None = None
        self.peer, self.address, self.mn = "", "", ""
        self.mns: set[str] = set()
        self.garbage = 0
        self.why = ""
        self._opened = self._last_byte = self._begun = 0.0
        self._held = self._stopped = self._refused = self.ended = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Part of asyncio's protocol."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        name = transport.get_extra_info("peername") or ("", 0)
        self.address, self.peer = str(name[0]), f"{name[0]}:{name[1]}"
        self._opened = self._last_byte = time.monotonic()
        transport.set_write_buffer_limits(UNREAD_BYTES)
        if self._host.opened(self):
            self._refused = True
            transport.close()

    def data_received(self, data: bytes) -> None:
        """Part of asyncio's protocol."""
        if self._refused or self.why:
            return
        now = self._last_byte = time.monotonic()
        found = self._reader.feed(data)
        if found or not self._reader.waiting:
            self._begun = 0.0
        if self._reader.waiting and not self._begun:
            self._begun = now
        self._take(found)

    def eof_received(self) -> bool:
        """Part of asyncio's protocol: the client has ended, but may still read the answers to what it sent."""
        self.ended = True
        self._take(self._reader.close())
        if self._transport is None or self.why or not self.mn:
            return False
        asyncio.get_running_loop().call_later(LINGER, self._transport.abort)
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        """Part of asyncio's protocol."""
        if not self._refused:
            self._take(self._reader.close())
            self._host.over(self, self.why)

    def pause_writing(self) -> None:
        """Part of asyncio's protocol: the client does not read its answers."""
        self.close("unread")

    def send(self, packet: bytes) -> bool:
        """Send a packet; False where the connection is gone."""
        if self._transport is None or self._transport.is_closing():
            return False
        self._transport.write(packet)
        return True

    def close(self, why: str) -> None:
        """End the connection from our side."""
        if self._transport is not None and not self.why:
            self.why = why
            self._transport.close()
            # Closing waits for the client to read what was written, which it may never do.
            asyncio.get_running_loop().call_later(0 if why == "unread" else LINGER, self._transport.abort)

    def stop(self, stopped: bool) -> None:
        """Stop or go on reading because the gateway as a whole cannot or can take more."""
        self._stopped = stopped
        self._pace()

    def check(self, now: float) -> None:
        """Look at the clock, about once a second: is a packet unfinished, is anybody still there?"""
        settings = self._host.settings
        if self._held or self._stopped or self.why:
            return
        if self._begun and now - self._begun > settings.packet_seconds:
            self._take(self._reader.close())
            self._begun = 0.0
            self.close("slow")
        elif self._begun and now - self._last_byte > settings.silence_seconds:
            self._begun = 0.0
            self._take(self._reader.close())
        elif not self.mn and now - self._opened > settings.unknown_seconds:
            self.close("unknown")
        elif now - self._last_byte > settings.idle_seconds:
            self.close("idle")

    def _take(self, packets: list[Packet]) -> None:
        wait = 0.0
        for number, packet in enumerate(packets):
            if self.why:
                # Closed for what came before: what is left of a flood is counted, not kept.
                self.garbage += sum(len(one.raw) for one in packets[number:])
                break
            wait = max(wait, self._host.receive(self, packet))
        if wait and not self._held and not self.why:
            self._held = True
            self._pace()
            asyncio.get_running_loop().call_later(min(wait, self._host.settings.unknown_seconds), self._release)

    def _release(self) -> None:
        self._held = False
        self._last_byte = time.monotonic()
        self._pace()

    def _pace(self) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        if self._held or self._stopped:
            self._transport.pause_reading()
        else:
            self._transport.resume_reading()

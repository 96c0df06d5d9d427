"""A stream of bytes → packets in order. Sans-io: bytes are fed in, packets come out, nothing waits."""

from __future__ import annotations

from hengji.hj212.cipher import Cipher
from hengji.hj212.decode import decode_frame
from hengji.hj212.framing import next_frame
from hengji.hj212.packet import Packet
from hengji.hj212.profiles import Profile, profile
from hengji.hj212.quick import Quick


class Reader:
    """Reads the stream of one connection or file.

    `edition` is the name of the edition the device is registered for (`profiles.NAMES`); without it Flag decides.
    Memory is bounded: what finds no end within some 10,000 bytes is given out as it is. Not for use by two threads.

    Raises:
        KeyError: `edition` is none of the names.
    """

    def __init__(self, edition: str | None = None, cipher: Cipher | None = None) -> None:
        self._setting: Profile | None = None if edition is None else profile(edition)
        self._cipher = cipher
        self._quick = Quick(self._setting)
        self._rest = b""

    @property
    def waiting(self) -> int:
        """Bytes that have come and belong to a packet that is not complete."""
        return len(self._rest)

    def feed(self, data: bytes) -> list[Packet]:
        """The packets that these bytes complete."""
        if self._rest:
            data = self._rest + data
        return self._read(data, final=False)

    def close(self) -> list[Packet]:
        """What is left, complete or not: at the end of the stream, or when a sender has long been silent.

        A device that sends no CR LF is answered only after this, since its end mark might still be under way.
        """
        return self._read(self._rest, final=True)

    def _read(self, data: bytes, final: bool) -> list[Packet]:
        found: list[Packet] = []
        at, quick, find = 0, self._quick.read, data.find
        while True:
            end = find(b"\r\n", at)
            if end > 0:
                packet = quick(data[at : end + 2])
                if packet is not None:
                    found.append(packet)
                    at = end + 2
                    continue
            frame = next_frame(data, at, final)
            if frame is None:
                break
            found.append(decode_frame(frame, data[at : frame.end], self._setting, self._cipher))
            at = frame.end
        self._rest = data[at:]
        return found


def decode(data: bytes, edition: str | None = None, cipher: Cipher | None = None) -> list[Packet]:
    """All packets, and all bytes between them, of a stream that is at hand as a whole."""
    reader = Reader(edition, cipher)
    return reader.feed(data) + reader.close()

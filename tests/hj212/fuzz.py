"""A long fuzz of the reader: python -m tests.hj212.fuzz COUNT [SEED]. Not part of the test run.

Every input is a spoilt packet, a splice of packets, or noise. Nothing may raise or take long; no byte may be lost; and
every hundredth input is read again in small pieces and the long way, which must give the same.
"""

from __future__ import annotations

import json
import random
import sys
import time
from pathlib import Path

from hengji.hj212.decode import decode_frame
from hengji.hj212.framing import next_frame
from hengji.hj212.reader import Reader, decode
from hengji.hj212.records import packet_of
from hengji.hj212.write import framed

VECTORS = Path(__file__).parents[1] / "data" / "hj212_vectors.jsonl"
SIGNS = b"## # && ; , = CP=&& ##0101 ##0140QN= - // Flag=7 Flag=9 {0xE4,0x3E} NaN -999 &&1C80 0000 PNUM=2;".split()
WORDS = [b"", b" ", b"\r\n", b"\n", b"\r", b"\x00", b"\xff", b"\xc7\xe5", "清".encode(), *SIGNS]
SLOWEST = 2.0
"""Seconds of processor that no input may take."""


def spoilt(rng: random.Random, good: list[bytes]) -> bytes:
    raw = rng.choice(good)
    turn = rng.random()
    if turn < 0.02:
        return rng.randbytes(rng.randrange(300))
    if turn < 0.04:
        return b"".join(rng.choice(WORDS) for _ in range(rng.randrange(60)))
    if turn < 0.1:
        other = rng.choice(good)
        return raw[: rng.randrange(len(raw))] + other[rng.randrange(len(other)) :] + raw
    right_again = turn < 0.6
    body = bytearray(raw[6:-6] if right_again else raw)
    for _ in range(rng.randrange(1, 4)):
        place = rng.randrange(len(body) + 1)
        kind = rng.randrange(4)
        if kind == 0 and place < len(body):
            body[place] = rng.randrange(256)
        elif kind == 1:
            del body[place : place + rng.randrange(8)]
        elif kind == 2:
            body[place:place] = rng.choice(WORDS)
        elif place < len(body):
            body[place] = rng.choice(b"0123456789;,=-NDP.")
    return framed(bytes(body)) if right_again and len(body) < 10000 else bytes(body)


def check(raw: bytes) -> None:
    found = decode(raw)
    found_bytes = b"".join(p.raw for p in found)
    assert found_bytes == raw, raw
    reader, slowly, size = Reader(), [], 1 + len(raw) % 7
    for at in range(0, len(raw), size):
        slowly += reader.feed(raw[at : at + size])
    assert slowly + reader.close() == found, raw
    at, long = 0, []
    while (frame := next_frame(raw, at, final=True)) is not None:
        long.append(decode_frame(frame, raw[at : frame.end]))
        at = frame.end
    assert long == found, raw


def main() -> None:
    count, seed = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1
    rng = random.Random(seed)
    packets = [packet_of(line) for line in VECTORS.read_bytes().splitlines()]
    good = [p for p in packets if p and len(p) < 700]
    valid, slowest, begun = 0, 0.0, time.monotonic()
    for number in range(count):
        raw = spoilt(rng, good)
        start = time.thread_time()
        try:
            found = decode(raw)
            json.dumps([p.as_dict() for p in found], ensure_ascii=False).encode() if number % 10 == 0 else None
            if number % 100 == 0:
                check(raw)
        except Exception:
            print("input", number, repr(raw))
            raise
        took = time.thread_time() - start
        slowest = max(slowest, took)
        assert took < SLOWEST, raw
        assert sum(len(p.raw) for p in found) == len(raw), raw
        valid += all(not p.problems for p in found)
        if number % 1_000_000 == 999_999:
            print(f"{number + 1:,} inputs, {valid:,} without objection, slowest {slowest * 1000:.1f} ms", flush=True)
    print(f"{count:,} inputs in {time.monotonic() - begun:.0f} s, {valid:,} without objection, seed {seed}")


if __name__ == "__main__":
    main()

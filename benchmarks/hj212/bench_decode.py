"""Packets a second, decoded to the object of the contract and flat, beside a naive Python decoder, in one run.

Run: python benchmarks/hj212/bench_decode.py [rounds]. The packets are made here (simulated), of 32 devices that each
keep to their own fields, all distinct, 235 bytes in the mean. `new kinds` has other field names in every packet, so
nothing that was worked out for one packet serves the next. No peer on PyPI decodes the protocol; the naive decoder is
what one writes in an afternoon: split, a table for the CRC, a dict.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable

from hengji.hj212 import crc
from hengji.hj212.flat import read_flat
from hengji.hj212.reader import Reader

CHUNK = 65536
AIR = ["a34013", "a21026", "a21002", "a21005", "a19001", "a01011", "a01012", "a01013", "a01014", "a00000"]
WATER = ["w01018", "w21003", "w21011", "w21001", "w01001", "w00000", "w01010"]


def frame(segment: str) -> bytes:
    raw = segment.encode()
    return b"##%04d" % len(raw) + raw + b"%04X\r\n" % crc.fast(raw)


def packets(count: int, letters: bool = False, seed: int = 1) -> list[bytes]:
    """Simulated uploads; with `letters` every packet has factor codes of its own."""
    rng = random.Random(seed)
    kinds = []
    for device in range(32):
        codes = rng.sample(AIR if device % 2 else WATER, 2 + device % 4)
        suffixes = [["Rtd", "Flag"], ["Min", "Avg", "Max", "Flag"]][device % 4 == 3]
        kinds.append((f"010000A8900016F0001{device:05d}", codes[: 2 if len(suffixes) == 4 else 5], suffixes))
    made = []
    for n in range(count):
        mn, codes, suffixes = kinds[n % 32]
        if letters:
            codes = [f"{codes[0][0]}{code:05d}" for code in rng.sample(range(10**5), len(codes))]
        when = f"20240{1 + n // 25920 % 9}{1 + n // 1440 % 18 + 10:02d}{n // 60 % 24:02d}{n % 60:02d}"
        groups = [
            ",".join(
                f"{c}-{s}={'N' if s == 'Flag' else round(rng.uniform(0.1, 99), rng.randrange(1, 4))}" for s in suffixes
            )
            for c in codes
        ]
        cn, st = ("2061" if len(suffixes) == 4 else "2011"), ("31" if codes[0][0] == "a" else "32")
        made.append(
            frame(
                f"QN={when}59{n % 1000:03d};ST={st};CN={cn};PW=123456;MN={mn};Flag=5;"
                f"CP=&&DataTime={when}00;{';'.join(groups)}&&"
            )
        )
    return made


def naive(stream: bytes) -> int:
    """Split on CR LF, check the CRC byte by byte with a table, split the fields into a nested dict."""
    count = 0
    for line in stream.split(b"\r\n"):
        if not line:
            continue
        segment = line[6:-4]
        total = 0xFFFF
        for byte in segment:
            total = crc.TABLE[(total >> 8) ^ byte]
        head: dict[str, str] = {}
        cp: dict[str, str] = {}
        items: dict[str, dict[str, str]] = {}
        before, _, content = segment.decode().partition(";CP=&&")
        for field in before.split(";"):
            name, _, value = field.partition("=")
            head[name] = value
        for group in content[:-2].split(";"):
            for field in group.split(","):
                name, _, value = field.partition("=")
                code, dash, suffix = name.partition("-")
                if dash:
                    items.setdefault(code, {})[suffix] = value
                else:
                    cp[name] = value
        flag = int(head["Flag"])
        answer = {"valid": int(line[2:6]) == len(segment) and int(line[-4:], 16) == total, "problems": [], "head": head}
        answer |= {"flag": {"answer": bool(flag & 1), "split": bool(flag & 2), "version": flag >> 2}}
        answer |= {"cp": cp, "items": items, "more": []}
        count += bool(answer["valid"])
    return count


def objects(stream: bytes) -> int:
    reader, count = Reader(), 0
    for at in range(0, len(stream), CHUNK):
        for packet in reader.feed(stream[at : at + CHUNK]):
            count += packet.as_dict()["valid"]
    return count


def flat(stream: bytes) -> int:
    return sum(1 for fields in read_flat(stream) if fields is not None)


def best(run: Callable[[bytes], int], stream: bytes, count: int, rounds: int) -> float:
    """Packets a second of processor time in the best of some rounds; every packet must come out valid."""
    took = []
    for _ in range(rounds):
        start = time.process_time()
        assert run(stream) == count, run.__name__
        took.append(time.process_time() - start)
    return count / min(took)


def main() -> None:
    rounds, count = int(sys.argv[1]) if len(sys.argv) > 1 else 7, 20_000
    made = packets(count)
    stream = b"".join(made)
    print(f"{count} simulated packets, {len(stream) / count:.0f} bytes in the mean, one core, best of {rounds}")
    base = best(naive, stream, count, rounds)
    for name, run, data in (
        ("naive Python", naive, stream),
        ("object of the contract", objects, stream),
        ("object, new kinds", objects, b"".join(packets(count, letters=True))),
        ("flat", flat, stream),
    ):
        speed = best(run, data, count, rounds)
        print(f"{name:24} {speed:10,.0f} packets/s   {speed / base:5.2f} × naive")
    for name, rule in (("standard", crc.standard), ("fast", crc.fast)):
        start = time.process_time()
        for packet in made[:2000]:
            rule(packet[6:-6])
        print(f"CRC, {name:19} {2000 / (time.process_time() - start):10,.0f} packets/s")


if __name__ == "__main__":
    main()

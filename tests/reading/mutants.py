"""Damaged copies of documents, read in a process with limits: what comes back must be a table, never a crash or a hang."""

from __future__ import annotations

import io
import random
import resource
import signal
import sys
import traceback
import zipfile
from pathlib import Path

SECONDS, MEGABYTES = 60, 2048


def mutant(data: bytes, seed: int) -> bytes:
    """A copy with bytes flipped, cut, doubled or overwritten; of a zip every second time within one of its parts."""
    chance = random.Random(seed)
    if data.startswith(b"PK") and seed % 2:
        return _zip_mutant(data, chance)
    return _bytes_mutant(data, chance)


def _bytes_mutant(data: bytes, chance: random.Random) -> bytes:
    out = bytearray(data)
    for _ in range(chance.choice((1, 3, 20))):
        if not out:
            break
        at = chance.randrange(len(out))
        kind = chance.randrange(6)
        size = chance.choice((1, 4, 64, 1000))
        if kind <= 1:
            out[at] = chance.randrange(256)
        elif kind == 2:
            out[at : at + size] = bytes(chance.randrange(256) for _ in range(size))
        elif kind == 3:
            del out[at : at + size]
        elif kind == 4:
            out[at:at] = out[at : at + size] * chance.choice((1, 50))
        elif chance.random() < 0.2:
            del out[at:]
    return bytes(out)


def _zip_mutant(data: bytes, chance: random.Random) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        hurt = chance.choice(old.namelist())
        for name in old.namelist():
            part = old.read(name)
            if name == hurt and chance.random() < 0.1:
                continue
            new.writestr(name, _bytes_mutant(part, chance) if name == hurt else part)
    return out.getvalue()


def main(count: int, first: int, files: list[str]) -> None:
    """Read `count` mutants of each file and print those that failed; stands alone so that it can be ended from outside."""
    from hengji.reading import read

    for file in files:  # imports and models are done before memory is limited
        read(Path(file).read_bytes(), Path(file).name)
    used = int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + MEGABYTES * 2**20, resource.RLIM_INFINITY))
    for file in files:
        data = Path(file).read_bytes()
        for seed in range(first, first + count):
            signal.alarm(SECONDS)  # nothing handles it: the process ends, and the last line printed says where
            print(f"{Path(file).name} {seed}", file=sys.stderr, flush=True)
            try:
                table = read(mutant(data, seed), Path(file).name)
                assert table.projects or table.findings
            except Exception:
                print(f"{Path(file).name} {seed}\n{traceback.format_exc()}", flush=True)
    signal.alarm(0)
    print("done")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])

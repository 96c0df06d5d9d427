"""Files of packets to Parquet, packets a second, beside the naive Python decoder that writes nothing, in one run.

Run: python benchmarks/hj212/bench_replay.py [packets a file] [workers]. The files are simulated (see bench_decode) and
lie in a temporary folder; every packet is checked by length, CRC and content. The clock on the wall counts.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from bench_decode import best, naive, packets

from hengji.hj212.replay import replay


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 500_000
    workers = int(sys.argv[2]) if len(sys.argv) > 2 else 2
    stream = b"".join(packets(20_000))
    base = best(naive, stream, 20_000, 5)
    print(f"naive Python, one core, nothing written: {base:,.0f} packets/s ({len(stream) / 20_000:.0f} bytes a packet)")
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / f"{n}.bin" for n in range(2 * workers)]
        for file in files:
            file.write_bytes(stream * (count // 20_000))
        for used in dict.fromkeys((1, workers)):
            start, cpu = time.perf_counter(), time.process_time()
            done = replay(files[: 2 * used], Path(folder) / f"out{used}", workers=used)
            took, busy = time.perf_counter() - start, time.process_time() - cpu
            total, size = (
                sum(d.packets for d in done),
                sum(p.stat().st_size for p in (Path(folder) / f"out{used}").iterdir()),
            )
            assert total == sum(d.valid for d in done) == sum(d.by_columns for d in done)
            print(
                f"replay, {used} worker(s): {total / took:,.0f} packets/s, {total / took / base:.1f} × naive"
                + (f", {total / busy:,.0f} a second of processor" if used == 1 else "")
                + f"; {size / total:.0f} bytes of Parquet a packet"
            )


if __name__ == "__main__":
    main()

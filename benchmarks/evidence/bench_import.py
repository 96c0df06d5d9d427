"""Importing a CSV of hourly data, beside pyarrow and DuckDB turning the same file into Parquet, in one run.

Run: python benchmarks/evidence/bench_import.py [rows]. The records are generated (模拟数据). The peers only rewrite the
columns in types of their own guess; an import also checks every cell against the register, looks for doubled and known
records, flags late entries, gives each row its version and place, hashes source and batch, and makes both durable. Each
way runs in a process of its own, whose time and greatest memory are taken when it has ended; the second import of the
same file changes nothing.
"""

from __future__ import annotations

import datetime
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

AT = datetime.datetime(2025, 1, 5, 9)
HEAD = "来源系统,来源编号,排放口编号,因子编码,数据时间(小时起点),小时均值,数据标记,平台接收时间,补传\n"
ITEMS = ("w01018", "w21003", "w21011", "w00000")
FLAGS = "NNNNNNNNNNNNNNNNNNNFMDS"
LIMIT = 1 << 30


def write_csv(path: Path, rows: int) -> None:
    """Hours of outlets and items one after another, each an hour's mean with its flag."""
    began = datetime.datetime(2024, 1, 1)
    hours = [(began + datetime.timedelta(hours=h)) for h in range(8784)]
    times = [(f"{h:%Y-%m-%d %H}:00:00", f"{h + datetime.timedelta(hours=1):%Y-%m-%d %H}") for h in hours]
    with path.open("w", encoding="utf-8") as file:
        file.write(HEAD)
        lines: list[str] = []
        for n in range(rows):
            series, hour = divmod(n, len(times))
            outlet, item = divmod(series, len(ITEMS))
            start, end = times[hour]
            lines.append(
                f"模拟数据,{n},DW{outlet:05},{ITEMS[item]},{start},{n * 7919 % 100_000 / 1000},{FLAGS[n % len(FLAGS)]},"
                f"{end}:{n % 60:02}:11,否\n"
            )
            if len(lines) == 50_000:
                file.write("".join(lines))
                lines.clear()
        file.write("".join(lines))


def ours(source: Path, folder: Path) -> None:
    from hengji.evidence.store import Store

    store = Store(folder / "store")
    again = bool(store.batches())
    done = store.add_file("online_data", source, at=AT, year=2024)
    assert done.rejected_count == 0
    assert done.rows == (done.decided.unchanged if again else done.written)


def plain_arrow(source: Path, folder: Path) -> None:
    import pyarrow as pa
    import pyarrow.csv as pa_csv
    import pyarrow.parquet as pq

    reader = pa_csv.open_csv(source, pa_csv.ReadOptions(block_size=4 << 20))
    with pq.ParquetWriter(folder / "arrow.parquet", reader.schema, compression="zstd", compression_level=1) as writer:
        for batch in reader:
            writer.write_table(pa.Table.from_batches([batch]))


def duckdb_copy(source: Path, folder: Path) -> None:
    import duckdb

    db = duckdb.connect()
    target = str(folder / "duckdb.parquet")
    db.execute(f"COPY (SELECT * FROM read_csv('{source}')) TO '{target}' (FORMAT parquet, COMPRESSION zstd)")


def measured(run: Callable[[Path, Path], None], source: Path, folder: Path) -> tuple[float, int]:
    """Seconds and greatest memory in bytes of a process that does only this."""
    start = time.perf_counter()
    child = os.fork()
    if child == 0:
        run(source, folder)
        os._exit(0)
    _, status, usage = os.wait4(child, 0)
    if status:
        raise SystemExit(f"{run.__name__} failed")
    return time.perf_counter() - start, usage.ru_maxrss * 1024


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000
    folder = Path(tempfile.mkdtemp(prefix="bench-import-"))
    try:
        source = folder / "online_data.csv"
        write_csv(source, rows)
        print(f"{rows:,} rows, {source.stat().st_size / 1e6:,.0f} MB of CSV, {os.cpu_count()} cores")
        took = {}
        for name, run in (
            ("hengji", ours), ("hengji, again", ours), ("pyarrow csv→parquet", plain_arrow), ("duckdb COPY", duckdb_copy),
        ):  # fmt: skip
            seconds, memory = measured(run, source, folder)
            took[name] = seconds
            print(f"{name:22}{seconds:8.1f} s {rows / seconds:12,.0f} rows/s {memory / 1e6:8,.0f} MB")
            if run is ours and memory >= LIMIT:
                print(f"  more than {LIMIT / 1e6:,.0f} MB")
        for name in ("pyarrow csv→parquet", "duckdb COPY"):
            print(f"hengji takes {took['hengji'] / took[name]:.1f} times as long as {name}")
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()

"""Hours of the air to the composite index of the city in every year, and the same by SQL and by pandas, in one run.

Run: python benchmarks/evidence/bench_air.py [--stations 100] [--years 5]. Hourly data of six pollutants (26 million values at
full size) lie in a register. `measure` is `composite_index_change`, which gives the index of two years at once, as often as
it takes to have every year; `sql` is plain DuckDB with floats; `pandas` is pandas on one station in ten, its time made
up to all. Two threads each.
"""

from __future__ import annotations

import argparse
import datetime
import tempfile
import time
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa

from hengji.evidence.engine import open_engine
from hengji.evidence.measures.airs import composite_index_change
from hengji.evidence.measures.base import Scope
from hengji.evidence.register import registers
from hengji.evidence.standards import air
from hengji.evidence.store import Store
from hengji.model.binding import Period
from hengji.simulation.series import decimals, hours_of, moments, numbered, same
from hengji.simulation.tables import completed

LEVELS = {"PM2.5": 23, "PM10": 41, "SO2": 6, "NO2": 29, "CO": 0.72, "O3": 62}
LAST = 2024
SQL = """
WITH hours AS (SELECT station, pollutant, hour::date AS d, extract(hour FROM hour) AS h, max(value)::double AS v FROM {files}
    WHERE flag = 'N' AND value >= 0 GROUP BY ALL),
plain AS (SELECT station, pollutant, d, avg(v) AS v FROM hours WHERE pollutant <> 'O3' GROUP BY ALL HAVING count(*) >= 20),
windows AS (SELECT station, pollutant, d, s, avg(v) AS v FROM (SELECT *, unnest(range(greatest(h - 7, 0), least(h, 16) + 1)) AS s
    FROM hours WHERE pollutant = 'O3') GROUP BY ALL HAVING count(*) >= 6),
ozone AS (SELECT station, pollutant, d, max(v) AS v FROM windows GROUP BY ALL HAVING count(*) >= 14 OR max(v) > 160),
days AS (SELECT pollutant, d, avg(v) AS v FROM (FROM plain UNION ALL FROM ozone) GROUP BY ALL)
SELECT extract(year FROM d)::int AS y, pollutant, CASE pollutant WHEN 'CO' THEN quantile_cont(v, 0.95) WHEN 'O3'
    THEN quantile_cont(v, 0.9) ELSE avg(v) END AS level FROM days GROUP BY y, pollutant
"""


def fill(store: Store, stations: int, years: int) -> int:
    """Random hours with gaps, a batch a year."""
    chance, size = np.random.default_rng(1), 0
    for year in range(LAST - years + 1, LAST + 1):
        hours = hours_of(datetime.date(year, 1, 1), datetime.date(year, 12, 31))
        parts = []
        for station in range(stations):
            for pollutant, mean in LEVELS.items():
                kept = hours[chance.random(len(hours)) >= 0.01]
                n = len(kept)
                parts.append({
                    "station": same(f"站{station:03d}", n), "pollutant": same(pollutant, n), "hour": moments(kept),
                    "value": decimals(mean * chance.lognormal(0, 0.4, n), 1), "flag": same("N", n),
                })  # fmt: skip
        joined = {name: pa.concat_arrays([p[name] for p in parts]) for name in parts[0]}
        n = len(joined["hour"])
        joined |= {"source_key": numbered(f"{year}-", n), "source_system": same("模拟数据", n)}
        table = completed(registers()["air_quality"], joined, n)
        store.add_table("air_quality", table, at=datetime.datetime(2025, 1, 1), source="模拟数据", simulated=True)
        size += n
    return size


def by_pandas(frame: pd.DataFrame) -> pd.Series:
    frame = frame.assign(d=frame["hour"].dt.normalize(), y=frame["hour"].dt.year)
    plain = frame[frame.pollutant != "O3"].groupby(["station", "pollutant", "y", "d"])["value"].agg(["mean", "size"])
    days = plain[plain["size"] >= 20]["mean"]
    ozone = frame[frame.pollutant == "O3"].pivot_table(
        index=["station", "pollutant", "y", "d"], columns=frame["hour"].dt.hour, values="value", aggfunc="max"
    )
    windows = ozone.T.rolling(8, min_periods=6).mean().T.iloc[:, 7:]
    best = windows.max(axis=1)[(windows.notna().sum(axis=1) >= 14) | (windows.max(axis=1) > 160)]
    city = pd.concat([days, best]).groupby(level=["pollutant", "y", "d"]).mean()
    groups = city.groupby(level=["pollutant", "y"])
    share = {"CO": 0.95, "O3": 0.9}
    return groups.apply(lambda v: v.quantile(share[v.name[0]]) if v.name[0] in share else v.mean())


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--stations", type=int, default=100)
    asked.add_argument("--years", type=int, default=5)
    args = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        size = fill(store, args.stations, args.years)
        engine = open_engine(store)
        engine.connection.raw_sql("SET threads = 2")
        years = range(LAST - args.years + 1, LAST + 1)
        print(f"{size:,} values, {args.stations} stations, {args.years} years")

        begun, found = time.perf_counter(), {}
        for year in sorted({*range(LAST, years[0], -2), years[1]}):
            figure = composite_index_change(Scope(engine, Period(year, datetime.date(year, 12, 31))), {})
            found |= {year - 1: figure.extras["index_before"], year: figure.extras["index"]}
        ours = time.perf_counter() - begun

        files = "read_parquet([" + ", ".join(f"'{b.path}'" for b in engine.batches("air_quality")) + "])"
        plain = duckdb.connect(config={"threads": 2})
        begun = time.perf_counter()
        levels = plain.sql(SQL.format(files=files)).fetchall()
        sql = time.perf_counter() - begun
        some = plain.sql(
            f"SELECT station, pollutant, hour, value::double AS value FROM {files} WHERE station LIKE '%0' AND flag = 'N'"
        ).df()
        begun = time.perf_counter()
        by_pandas(some)
        pandas = (time.perf_counter() - begun) * size / len(some)

        limits = air.limits(datetime.date(LAST, 12, 31)).by_pollutant
        by_hand: dict[int, float] = {}
        for year, pollutant, level in levels:
            by_hand[year] = by_hand.get(year, 0) + round(level / float(limits[pollutant]), 2)
        apart = max(abs(float(found[year]) - index) for year, index in by_hand.items())
        print(
            f"largest difference of an index to that by floats: {apart:.2f} (one term on the edge of rounding is 0.01)"
        )
        print(
            f"measure {ours:6.1f} s   sql {sql:6.1f} s   pandas {pandas:6.1f} s (of one station in ten, made up to all)"
        )
        print(f"measure / sql {ours / sql:.2f}   measure / pandas {ours / pandas:.2f}")


if __name__ == "__main__":
    main()

"""Computing actual values: the example's year, each measure beside SQL by hand, and ten times the records, in one run.

Run: python benchmarks/evidence/bench_measures.py [--rows N] [--only WORD …] [--no-year] [--corrected] [--years Y].
N is how many rows a large register has (3 million; 0 leaves the measures out); every measure also runs on a tenth of that,
and on a thousand rows, which tells what it costs before any record is read (Ibis makes and translates the expression).
`--corrected` gives every 50th record a second version, `--years` puts records of Y years into one register. The SQL runs on
a plain DuckDB connection with as many threads over the same Parquet files and must come to the same numerator, denominator
and cases, and most of it to what was left out by reason too. Both are timed in turn, best of five. `ratio` is of processor
time, which other work on the machine disturbs least; `reading` is that ratio without what a thousand rows cost, `wall` the
ratio on the clock. The year's actual values are held against the truth file too.
"""

from __future__ import annotations

import argparse
import datetime
import tempfile
import time
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
from measure_records import make
from measure_sql import FIRST, LAST, TASKS, Task

from hengji.evidence.bindings import read_bindings
from hengji.evidence.compute import Computation, compute
from hengji.evidence.engine import Engine, open_engine
from hengji.evidence.measures import Figure
from hengji.evidence.store import Store
from hengji.model.binding import Actual, Period
from hengji.reading import read
from hengji.simulation import simulate, truth_of

EXAMPLE = Path(__file__).parents[2] / "examples" / "panyu-2024"
PERIOD = Period(LAST.year, LAST)
TIMES = 5
NEWEST = (
    "(FROM {0} r ANTI JOIN (SELECT record_id, version FROM {0} WHERE version > 1) n "
    "ON r.record_id = n.record_id AND r.version < n.version)"
)
"""Where there are corrections, the newest versions alone, as SQL by hand would ask for them."""


class Spent(NamedTuple):
    """Seconds on the clock and of the processor."""

    wall: float
    cpu: float


class Both(NamedTuple):
    """What a measure and the SQL by hand spent."""

    ours: Spent
    hand: Spent


def spent(run: Callable[[], Any]) -> tuple[Spent, Any]:
    wall, cpu = time.perf_counter(), time.process_time()
    found = run()
    return Spent(time.perf_counter() - wall, time.process_time() - cpu), found


def least(times: list[Spent]) -> Spent:
    return Spent(min(t.wall for t in times), min(t.cpu for t in times))


class Registers:
    """Made-up registers of one size: an engine over them, and a plain connection."""

    def __init__(self, folder: Path, rows: int, *, corrected: bool = False, years: int = 1) -> None:
        self.sizes = make(folder, rows, corrected=corrected, years=years)
        store = Store(folder)
        self.engine = open_engine(store)
        self.plain = duckdb.connect(config={"threads": 2})
        files: dict[str, list[str]] = {}
        newer: set[str] = set()
        for batch in store.batches():
            files.setdefault(batch.register, []).append(str(batch.path))
            newer |= {batch.register} if batch.counts["versions"] else set()
        self._names = {
            name: (NEWEST if name in newer else "{}").format(f"read_parquet({paths})") for name, paths in files.items()
        }

    def run(self, task: Task) -> Both:
        """Both ways of a task, in turn; they must agree."""
        sql = task.sql.format(a=f"DATE '{FIRST}'", z=f"DATE '{LAST}'", **self._names)
        ours, hand = [], []
        for _ in range(TIMES):
            time_, figure = spent(lambda: Computation(self.engine, PERIOD).figure(task.measure, task.params))
            ours.append(time_)
            time_, rows = spent(lambda: self.plain.execute(sql).fetchall())
            hand.append(time_)
            _agree(task, figure, rows)
        return Both(least(ours), least(hand))


def _agree(task: Task, figure: Figure, rows: list[tuple[Any, ...]]) -> None:
    excluded = {row[0]: row[3] for row in rows if len(row) == 4 and row[0]}
    (row,) = (row for row in rows if len(row) == 3 or row[0] is None)
    wanted = tuple(None if v is None else Fraction(str(v)) for v in row[-3:])
    assert (figure.numerator, figure.denominator, figure.cases) == wanted, (task.name, figure, wanted)
    assert len(row) == 3 or dict(figure.excluded) == excluded, (task.name, figure, excluded)


def year(folder: Path) -> None:
    """The example's year of a million records."""
    table = read((EXAMPLE / "table.txt").read_bytes(), "table.txt").in_year(PERIOD.year)
    bindings = read_bindings((EXAMPLE / "bindings.toml").read_text("utf-8"), "bindings.toml")
    simulation = simulate(table, bindings, PERIOD.year, 1, scale=1)
    store = Store(folder)
    for name, rows in simulation.tables.items():
        if rows.num_rows:
            store.add_table(name, rows, at=datetime.datetime(2025, 1, 5, 9), source="模拟数据", simulated=True)
    whole, translating, running = [], [], []
    for _ in range(TIMES):
        engine = open_engine(store)
        meter = Meter(engine)
        took, actuals = spent(lambda e=engine: compute(table, bindings, Computation(e, PERIOD)))
        whole.append(took)
        translating.append(meter.translating)
        running.append(meter.asking - meter.translating)
    seconds = least(whole)
    differing = _differing(actuals, truth_of(simulation, table, bindings, PERIOD.as_of)["indicators"])
    assert not differing, differing
    print(
        f"the example's year, {simulation.records:,} records: {len(actuals)} indicators in {seconds.wall:.2f} s (processor "
        f"{seconds.cpu:.2f} s), of which Ibis translating {min(translating):.2f} s, DuckDB {min(running):.2f} s; bar 10 s; all "
        "equal the truth"
    )


def _differing(actuals: tuple[Actual, ...], truth: list[dict[str, Any]]) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Actual values that are not those of the truth, and what the truth says."""
    ours = [
        {"project": a.project, "number": a.number, "value": _text(a.value), "numerator": _text(a.numerator),
         "denominator": _text(a.denominator), "rows": a.rows, "status": a.status.value} for a in actuals
    ]  # fmt: skip
    return [(own, other) for own, other in zip(ours, truth, strict=True) if own != other]


def _text(value: Decimal | str | None) -> str | None:
    return format(value, "f") if isinstance(value, Decimal) else value


class Meter:
    """Seconds of an engine in Ibis' translation, and in that and DuckDB together."""

    def __init__(self, engine: Engine) -> None:
        self.translating = self.asking = 0.0
        connection = engine.connection
        connection.compile = partial(self._timed, "translating", connection.compile)
        for name in ("run", "current"):
            setattr(engine, name, partial(self._timed, "asking", getattr(engine, name)))

    def _timed(self, what: str, function: Callable[..., Any], *args: Any, **named: Any) -> Any:
        """What the function gives; one kind of time inside itself counts once."""
        outer = getattr(self, what)
        start = time.perf_counter()
        found = function(*args, **named)
        setattr(self, what, outer + time.perf_counter() - start)
        return found


def measures(folder: Path, rows: int, only: list[str], *, corrected: bool, years: int) -> None:
    """Every measure on a thousand rows, on a tenth of `rows` and on `rows`."""
    start = time.perf_counter()
    few, less, many = (
        Registers(folder / str(n), n, corrected=corrected, years=years) for n in (1_000, rows // 10, rows)
    )
    print(
        f"\nregisters of {rows:,} rows made in {time.perf_counter() - start:.0f} s; ms of processor time, best of {TIMES}\n"
    )
    heads = ("rows", "no rows", "a tenth", "measure", "by hand", "ratio", "reading", "wall", "×rows", "×cost")
    print(f"{'measure':36}{heads[0]:>12}" + "".join(f"{h:>9}" for h in heads[1:]))
    above: dict[str, list[str]] = {"whole": [], "reading": []}
    for task in TASKS:
        if only and not any(word in task.name for word in only):
            continue
        none, tenth, full = few.run(task), less.run(task), many.run(task)
        size, fewer = (sum(r.sizes[name] for name in task.reads) for r in (many, less))
        ratio, wall = full.ours.cpu / full.hand.cpu, full.ours.wall / full.hand.wall
        reading = max(full.ours.cpu - none.ours.cpu, 0) / max(full.hand.cpu - none.hand.cpu, 1e-4)
        cost = full.ours.cpu / tenth.ours.cpu
        cells = [none.ours.cpu * 1e3, tenth.ours.cpu * 1e3, full.ours.cpu * 1e3, full.hand.cpu * 1e3]
        print(f"{task.name:36}{size:>12,}" + "".join(f"{c:>9.0f}" for c in cells)
              + "".join(f"{r:>9.2f}" for r in (ratio, reading, wall, size / fewer, cost)), flush=True)  # fmt: skip
        above["whole"] += [task.name] if ratio > 1.3 else []
        above["reading"] += [task.name] if reading > 1.3 else []
    print()
    for part, names in above.items():
        print(f"above 1.3 of SQL by hand ({part}): {', '.join(names) or 'none'}")
    print("met_normalised_change reads no records in this version and is left out.")


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--rows", type=int, default=3_000_000)
    asked.add_argument("--only", nargs="*", default=[])
    asked.add_argument("--no-year", action="store_true")
    asked.add_argument("--corrected", action="store_true")
    asked.add_argument("--years", type=int, default=1)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if not given.no_year:
            year(Path(folder) / "year")
        if given.rows:
            measures(Path(folder) / "made", given.rows, given.only, corrected=given.corrected, years=given.years)


if __name__ == "__main__":
    main()

"""Projects with ready actual values scored and written as JSON: seconds, cost of a project, share of reading targets.

Run: python benchmarks/scoring/bench_score.py [projects]. Targets are those of the example with other figures in them, all
distinct, ten indicators a project; the actual values are generated (模拟数据). Two processes share the projects, each
scoring and writing in portions, so that memory stays small; the cost of a project is processor time in one process, the
whole is time by the clock.
"""

from __future__ import annotations

import datetime
import json
import os
import random
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

from hengji.model.binding import Actual, ActualStatus
from hengji.model.execution import Execution
from hengji.model.table import Indicator, Project, Source, TargetTable
from hengji.reading import read
from hengji.scoring.as_json import evaluation_json
from hengji.scoring.rules import Rules, rules_of
from hengji.scoring.self_evaluation import self_evaluation
from hengji.targets import read_target

EXAMPLE = Path(__file__).parents[2] / "examples" / "panyu-2024" / "table.txt"
END = datetime.date(2024, 12, 31)
TOLERANCE = Decimal("0.1")
PORTION = 500
INDICATORS = 10
GOAL = 60


def other_figures(text: str, chance: random.Random) -> str:
    """The text with figures of the same length."""
    return re.sub(r"\d+", lambda m: str(chance.randrange(1, 10 ** len(m[0]))), text)


def projects(first: int, count: int) -> Iterator[tuple[Project, list[Actual], Execution]]:
    """Projects with ten indicators each, what they reached, and their money."""
    known = [i for p in read(EXAMPLE.read_bytes(), EXAMPLE.name).projects for i in p.indicators]
    for number in range(first, first + count):
        chance = random.Random(number)
        name = f"项目{number}"
        indicators, actuals = [], []
        for place in range(1, INDICATORS + 1):
            like = chance.choice(known)
            target = other_figures(like.annual_target or "", chance)
            indicators.append(Indicator(place, like.name, like.level1, like.level2, like.code, annual_target=target))
            share = "%" in target
            value = Decimal(chance.randrange(800_000, 1_000_000)) / 10_000 if share else Decimal(chance.randrange(1000))
            judgement = chance.choice(["met", "met", "met", "not_met"])
            actuals.append(Actual(name, place, like.name, "count_records", ActualStatus.OK, value, "%" if share else None,
                                  rows=chance.randrange(900), judgement=judgement))  # fmt: skip
        budget = Decimal(chance.randrange(10_000, 90_000_000)) / 10_000
        money = Execution(name, budget, budget, budget * chance.randrange(70, 101) / 100, None, (), ())
        yield Project(name, tuple(indicators)), actuals, money


def portions(first: int, count: int) -> Iterator[tuple[TargetTable, list[Actual], list[Execution]]]:
    """Tables of some hundred projects."""
    for start in range(first, first + count, PORTION):
        made = list(projects(start, min(PORTION, first + count - start)))
        table = TargetTable(Source("generated", "", "text/plain"), projects=tuple(p for p, _, _ in made),
                            fiscal_year=2024, money_unit="万元")  # fmt: skip
        yield table, [a for _, actuals, _ in made for a in actuals], [m for _, _, m in made]


def scored(first: int, count: int, folder: Path, rules: Rules, clock: Callable[[], float] = time.process_time) -> float:
    """Score and write; the seconds that took, without making the input."""
    took = 0.0
    for place, (table, actuals, money) in enumerate(portions(first, count)):
        start = clock()
        found = self_evaluation(
            table, actuals, money, rules, as_of=END, tolerance=TOLERANCE, inputs_digest="0" * 64, simulated=True
        )
        text = json.dumps(evaluation_json(found), ensure_ascii=False)
        (folder / f"{first}-{place}.json").write_text(text, "utf-8")
        took += clock() - start
    return took


def reading(first: int, count: int) -> float:
    """Seconds of reading the same targets and nothing else."""
    took = 0.0
    for project, _, _ in projects(first, count):
        start = time.process_time()
        for indicator in project.indicators:
            read_target(indicator.annual_target or "", indicator.name, 2024)
        took += time.process_time() - start
    return took


def halved(count: int, folder: Path, rules: Rules) -> float:
    """Seconds of the slower of two processes that share the work."""
    half = (count + 1) // 2
    spans = [(0, half), (half, count - half)]
    children, ends = [], []
    for first, size in spans:
        out, into = os.pipe()
        child = os.fork()
        if child == 0:
            os.write(into, f"{scored(first, size, folder, rules, time.perf_counter)}".encode())
            os._exit(0)
        os.close(into)
        children.append(child)
        ends.append(out)
    took = [float(os.read(end, 64)) for end in ends]
    for child in children:
        if os.waitpid(child, 0)[1]:
            raise SystemExit("a process failed")
    return max(took)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    rules = rules_of("national-2020", END)
    with tempfile.TemporaryDirectory(prefix="bench-score-") as name:
        folder = Path(name)
        scored(count, 50, folder, rules)  # everything imported and compiled
        cost = {}
        for size in (max(count // 10, 1), count):
            cost[size] = scored(0, size, folder, rules) / size
            print(
                f"{size:>7,} projects in one process: {cost[size] * size:6.2f} s of processor, {cost[size] * 1e3:.3f} ms a project"
            )
        small, large = cost.values()
        print(f"a project costs {large / small:.2f} times as much at {count:,} as at {max(count // 10, 1):,}")
        print(f"reading targets takes {reading(0, count) / (large * count):.0%} of it")
        seconds = halved(count, folder, rules)
        written = sum(f.stat().st_size for f in folder.iterdir()) / 1e6
        print(
            f"{count:,} projects, {count * INDICATORS:,} indicators in two processes: {seconds:.2f} s, {written:,.0f} MB of JSON"
        )
        if seconds > GOAL:
            print(f"  more than {GOAL} s")


if __name__ == "__main__":
    main()

"""Distinct target values a second, beside recognizers-text, JioNLP and a naive pattern, in one run.

Run: python benchmarks/targets/bench_targets.py [values]. Values are labelled real ones with other figures in them, all
distinct, so that nothing is answered from a cache. The peers read a sample of the same values; they answer a smaller
question (which numbers stand in the text), so the share of labelled values whose number they find stands beside the speed.
"""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
import time
from decimal import Decimal, InvalidOperation
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
import peers

from hengji.targets import read_target

LABELS = json.loads((Path(__file__).parents[2] / "tests" / "data" / "values.json").read_text(encoding="utf-8"))
SAMPLE = 400
NAIVE = re.compile(r"(≥|≤|>|<|=|约|不少于|不低于|不超过|大于|小于)?\s*([0-9][0-9,.]*)\s*([%％\u4e00-\u9fff]*)")


def distinct(count: int, seed: int = 1) -> list[tuple[str, str]]:
    """Values in the shapes of real ones, every one different, each with its indicator's name."""
    rng = random.Random(seed)
    found: dict[tuple[str, str], None] = {}
    while len(found) < count:
        label = rng.choice(LABELS)
        value = re.sub(r"\d+", lambda m: str(rng.randrange(1, 10 ** min(len(m[0]) + 2, 7))), label["raw"])
        if value == label["raw"]:  # no figure to change: the words are followed by some
            value += f"（第{len(found)}号）"
        found[(value, label["name"])] = None
    return list(found)


def same(found: list[str], wanted: str | None) -> bool:
    for one in found:
        try:
            if wanted is not None and Decimal(one.rstrip("%").replace(",", "")) == Decimal(wanted):
                return True
        except InvalidOperation:
            continue
    return False


def best(run: object, times: int = 3) -> float:
    took = []
    for _ in range(times):
        start = time.perf_counter()
        run()  # type: ignore[operator]
        took.append(time.perf_counter() - start)
    return min(took)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 30_000
    rates = {}
    for size in (count // 10, count):
        values = distinct(size)
        ours = best(lambda v=values: [read_target(text, name) for text, name in v])
        naive = best(lambda v=values: [NAIVE.search(text) for text, _ in v])
        rates[size] = size / ours
        print(f"{size:>8,} distinct values: {size / ours:>9,.0f}/s, {ours / size * 1e6:5.1f} µs each; "
              f"naive pattern {size / naive:>10,.0f}/s, ratio {ours / naive:5.1f}")  # fmt: skip
    numbered = [label for label in LABELS if len(label["clauses"]) == 1 and label["clauses"][0].get("number")]
    texts = [label["raw"] for label in numbered]
    wanted = [label["clauses"][0]["number"] for label in numbered]

    def ours_found(label: dict[str, str]) -> list[str]:
        return [str(c.number) for c in read_target(label["raw"], label["name"] or None).clauses if c.number is not None]

    right = sum(same(ours_found(label), want) for label, want in zip(numbered, wanted, strict=True))
    print(f"numbers of {len(numbered)} labelled values found: hengji {right}")
    found = [[m[2]] if (m := NAIVE.search(t)) else [] for t in texts]
    print(f"  naive pattern {sum(map(same, found, wanted))}")
    python = peers.python()
    if python is None:
        return
    sample = [text for text, _ in distinct(SAMPLE, seed=2)]
    done = subprocess.run([str(python), str(Path(__file__).with_name("peers_read.py"))], input=json.dumps(sample + texts),
                          capture_output=True, text=True, check=True)  # fmt: skip
    for name, answer in json.loads(done.stdout.splitlines()[-1]).items():
        if "failed" in answer:
            print(f"  {name}: {answer['failed']}")
            continue
        speed = (len(sample) + len(texts)) / answer["seconds"]
        hit = sum(map(same, answer["found"][len(sample) :], wanted))
        print(f"  {name}: {hit} found; {speed:,.1f} values/s; hengji is {rates[count] / speed:,.0f} times as fast")


if __name__ == "__main__":
    main()

"""Screening of key units: python benchmarks/evidence/bench_lists.py [--units 100000]; four pollutants a unit."""

from __future__ import annotations

import argparse
import datetime
import random
import time
from decimal import Decimal

from hengji.evidence.lists.screening import Load, screen

asked = argparse.ArgumentParser(description=__doc__)
asked.add_argument("--units", type=int, default=100_000)
units = asked.parse_args().units
chance = random.Random(1)
loads = [
    Load(f"{n:018d}", pollutant, Decimal(round(chance.lognormvariate(1, 1.5) * 1000)).scaleb(-3))
    for n in range(units)
    for pollutant in ("化学需氧量", "氨氮", "氮氧化物", "挥发性有机物")
]
industries = {f"{n:018d}": chance.choice(("3360", "1310", "2614", "3912")) for n in range(units)}
begun = time.perf_counter()
found = screen(loads, industries, datetime.date(2024, 12, 31))
print(
    f"{units:,} units, {len(loads):,} loads: {time.perf_counter() - begun:.1f} s, {len(found.units):,} places on lists"
)

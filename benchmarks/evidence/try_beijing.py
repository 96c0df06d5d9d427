"""The same weather on the open 12-station set of Beijing: python benchmarks/evidence/try_beijing.py FILE.csv …

Prints the answer for every year that has a whole one before it. The files are not part of the project.
"""

from __future__ import annotations

import datetime
import sys
import time
from pathlib import Path

from hengji.evidence.weather.beijing import read_beijing
from hengji.evidence.weather.decision import decide

for name in sys.argv[1:]:
    with Path(name).open(encoding="utf-8", newline="") as file:
        series = read_beijing(file, Path(name).name)
    for year in sorted({day.year for day in series.days})[1:]:
        begun = time.perf_counter()
        found = decide(series, year, datetime.date(year, 12, 31))
        spent = time.perf_counter() - begun
        print(f"{name} {year} {found.answer.value} {found.reason_zh} {dict(found.beside)} {spent:.1f} s")

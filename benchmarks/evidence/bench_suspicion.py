"""A district-year of online data through the rules of suspicion, and how the time grows. Simulated data (模拟数据).

HENGJI_OUTLETS (100) outlets for a year of hours; HENGJI_MINUTE_OUTLETS (10) of them with ten-minute data too, which only one
rule reads, or as many as the memory bears. Prints seconds for a quarter, a half and all of the outlets.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

sys.path.insert(0, str(Path(__file__).parents[2]))
from tests.evidence.suspicion.yardstick import Yardstick, make

from hengji.evidence.suspicion.catalogue import RULES
from hengji.evidence.suspicion.readings import connection
from hengji.evidence.suspicion.suspect import judged, prepare

OUTLETS = int(os.environ.get("HENGJI_OUTLETS", "100"))
MINUTES = int(os.environ.get("HENGJI_MINUTE_OUTLETS", "10"))


def main() -> None:
    year = a_year()
    mns = pc.unique(year.readings.column("mn").cast(pa.string())).to_pylist()
    hours = year.readings.filter(pc.equal(year.readings.column("period"), "hour")).num_rows
    print(f"{len(mns)} outlets, 360 days, {hours:,} hour rows, {year.readings.num_rows - hours:,} ten-minute rows")
    for share in (4, 2, 1):
        chosen = pa.array(mns[: len(mns) // share])
        readings = year.readings.filter(pc.is_in(year.readings.column("mn").cast(pa.string()), value_set=chosen))
        run(readings, year, detail=share == 1)
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def a_year() -> Yardstick:
    """Twelve months of thirty days, one behind the other under the same names."""
    parts, registers = [], []
    for month in range(12):
        one = make(
            "tuning", clean=-(-OUTLETS // 18), spells=0, seed=50 + month, minutes=max(1, OUTLETS // max(1, MINUTES))
        )
        names = pc.utf8_slice_codeunits(one.readings.column("mn").cast(pa.string()), 3)
        shift = pa.scalar(month * 30 * 86_400_000_000, pa.duration("us"))
        moved = one.readings.set_column(0, "mn", names)
        for column in ("data_time", "qn", "received"):
            place = moved.schema.get_field_index(column)
            moved = moved.set_column(place, column, pc.add(moved.column(column), shift))
        words = [n for n, field in enumerate(moved.schema) if pa.types.is_dictionary(field.type)]
        for place in words:
            moved = moved.set_column(place, moved.schema.names[place], moved.column(place).cast(pa.string()))
        register = one.register
        registers.append(register.set_column(0, "mn", pc.utf8_slice_codeunits(register.column("mn"), 3)))
        parts.append(moved.filter(pc.less(pc.cast(moved.column("mn"), pa.int64()), OUTLETS)))
    limits = pa.concat_tables(registers).group_by(["mn", "factor"])
    limits = limits.aggregate([(name, "max") for name in ("limit", "range_top", "detection")])
    limits = limits.rename_columns(["mn", "factor", "limit", "range_top", "detection"])
    return one._replace(readings=pa.concat_tables(parts), register=limits)


def run(readings: pa.Table, year: Yardstick, detail: bool) -> None:
    db = connection(readings, year.parameters, year.register)
    began = time.perf_counter()
    prepare(db)
    taken = {"prepared": time.perf_counter() - began}
    for rule in RULES:
        started = time.perf_counter()
        judged(db, rule)
        taken[rule.name] = time.perf_counter() - started
    print(f"{readings.num_rows:>12,} rows  {time.perf_counter() - began:7.1f} s")
    if detail:
        print(
            "  "
            + ", ".join(f"{name} {seconds:.1f}" for name, seconds in sorted(taken.items(), key=lambda i: -i[1])[:8])
        )


if __name__ == "__main__":
    main()

"""The same measures on DuckDB and on Spark, with two workers of their own as on a cluster."""

from __future__ import annotations

import datetime
import shutil
from importlib.util import find_spec
from pathlib import Path

import pyarrow as pa
import pytest

from hengji.evidence.bindings import read_bindings
from hengji.evidence.compute import Computation, compute
from hengji.evidence.engine import open_engine
from hengji.evidence.errors import EvidenceError
from hengji.evidence.store import Store
from hengji.model.binding import Period
from hengji.reading import read
from hengji.simulation import simulate

EXAMPLE = Path(__file__).parents[2] / "examples" / "panyu-2024"
MISSING = [n for n, there in (("Java", shutil.which("java")), ("pyspark", find_spec("pyspark"))) if not there]


@pytest.mark.spark
@pytest.mark.skipif(bool(MISSING), reason=f"needs {' and '.join(MISSING)}, which this machine lacks")
def test_spark_gives_the_actual_values_that_duckdb_gives(tmp_path: Path) -> None:
    file = EXAMPLE / "table.txt"
    table = read(file.read_bytes(), file.name).in_year(2024)
    bindings = read_bindings((EXAMPLE / "bindings.toml").read_text("utf-8"), "bindings.toml")
    store = Store(tmp_path)
    for name, rows in simulate(table, bindings, 2024, 1, scale=0.02).tables.items():
        if rows.num_rows:
            store.add_table(name, rows, at=datetime.datetime(2025, 1, 5, 9), source="模拟数据", simulated=True)
        if name in ("petition", "online_data", "deliverable"):
            said = pa.array(["更正"] * 40)
            corrected = rows[:40].set_column(rows.schema.get_field_index("recorded_by"), "recorded_by", said)
            done = store.add_table(name, corrected, at=datetime.datetime(2025, 1, 6, 9), source="更正", simulated=True)
            assert done.decided.versions == 40
    period = Period(2024, datetime.date(2024, 11, 30))
    ours = compute(table, bindings, Computation(open_engine(store), period))
    theirs = compute(table, bindings, Computation(open_engine(store, "local-cluster[2,1,1024]"), period))
    assert [(a, b) for a, b in zip(ours, theirs, strict=True) if a != b] == []
    assert len(ours) == 139


def test_an_engine_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match="there are duckdb, spark") as error:
        open_engine(Store(tmp_path), "oracle")
    assert "oracle" in error.value.zh

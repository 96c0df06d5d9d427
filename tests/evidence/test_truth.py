"""The measures against the truth: the example's year, answered twice by code that shares nothing."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from hengji.evidence.bindings import read_bindings
from hengji.evidence.compute import Computation, compute
from hengji.evidence.engine import Engine, open_engine
from hengji.evidence.store import Store
from hengji.model.binding import Actual, Binding, Period
from hengji.model.table import TargetTable
from hengji.reading import read
from hengji.simulation import Simulation, simulate, truth_of

EXAMPLE = Path(__file__).parents[2] / "examples" / "panyu-2024"
AT = datetime.datetime(2025, 1, 5, 9)


@pytest.fixture(scope="module")
def table() -> TargetTable:
    file = EXAMPLE / "table.txt"
    return read(file.read_bytes(), file.name).in_year(2024)


@pytest.fixture(scope="module")
def bindings() -> tuple[Binding, ...]:
    return read_bindings((EXAMPLE / "bindings.toml").read_text("utf-8"), "bindings.toml")


class Year(NamedTuple):
    """A simulated year and an engine over its records."""

    simulation: Simulation
    engine: Engine


@pytest.fixture(scope="module")
def years(
    table: TargetTable, bindings: tuple[Binding, ...], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[int], Year]:
    @cache
    def made(seed: int) -> Year:
        simulation = simulate(table, bindings, 2024, seed, scale=0.02)
        store = Store(tmp_path_factory.mktemp("evidence"))
        for name, rows in simulation.tables.items():
            if rows.num_rows:
                done = store.add_table(name, rows, at=AT, source="模拟数据", simulated=True)
                assert (done.written, done.rejected_count) == (rows.num_rows, 0), name
        return Year(simulation, open_engine(store))

    return made


def test_every_indicator_of_the_example_is_bound(table: TargetTable, bindings: tuple[Binding, ...]) -> None:
    asked = [(p.name, i.number) for p in table.projects for i in p.indicators]
    assert [(b.project, b.indicator) for b in bindings] == asked
    assert all(b.confirmed and b.reading for b in bindings)


@pytest.mark.parametrize(("seed", "as_of"), [(1, "2024-12-31"), (1, "2024-06-30"), (20240401, "2024-11-17")])
def test_every_actual_value_equals_the_truth(
    seed: int, as_of: str, table: TargetTable, bindings: tuple[Binding, ...], years: Callable[[int], Year]
) -> None:
    on = datetime.date.fromisoformat(as_of)
    actuals = compute(table, bindings, Computation(years(seed).engine, Period(2024, on)))
    wanted = truth_of(years(seed).simulation, table, bindings, on)["indicators"]
    differing = [
        (ours, theirs) for actual, theirs in zip(actuals, wanted, strict=True) if (ours := _plain(actual)) != theirs
    ]
    assert differing == []
    if as_of == "2024-12-31":
        by_status = {s: sum(a.status == s for a in actuals) for s in ("ok", "partly", "attested")}
        assert by_status == {"ok": 114, "partly": 16, "attested": 9}


def _plain(actual: Actual) -> dict[str, Any]:
    return {
        "project": actual.project, "number": actual.number, "value": _text(actual.value),
        "numerator": _text(actual.numerator), "denominator": _text(actual.denominator), "rows": actual.rows,
        "status": actual.status.value,
    }  # fmt: skip


def _text(value: Decimal | str | None) -> str | None:
    return format(value, "f") if isinstance(value, Decimal) else value

"""An invented table with bindings for every measure, and the simulated year made for it."""

from __future__ import annotations

import datetime
import tomllib
from collections import Counter
from decimal import Decimal
from functools import cache
from pathlib import Path

from hengji.model.binding import Automatic, Binding
from hengji.model.table import Funds, Indicator, Project, Source, TargetTable
from hengji.simulation import rows_of, simulate, truth_of

YEAR, SEED, SCALE = 2024, 7, 0.1


@cache
def invented() -> tuple[TargetTable, tuple[Binding, ...]]:
    data = tomllib.loads((Path(__file__).parent / "bindings.toml").read_text("utf-8"))
    numbers, bindings = Counter(), []
    indicators = {name: [] for name in data["projects"]}
    for entry in data["binding"]:
        project = entry["project"]
        numbers[project] += 1
        indicators[project].append(Indicator(numbers[project], f"指标{numbers[project]}", annual_target=entry["text"]))
        same = entry.get("same_as")
        bindings.append(Binding(
            project, numbers[project], entry.get("measure"), entry.get("with", {}), target=entry.get("target"),
            automatic=Automatic(entry.get("automatic", "fully")),
            same_as=(same.split("#")[0], int(same.split("#")[1])) if same else None,
            confirmed_by="甲", confirmed_on=datetime.date(2024, 1, 15),
        ))  # fmt: skip
    projects = tuple(
        Project(name, tuple(found), funds=Funds(total=Decimal("60.00"), fiscal_appropriation=Decimal("60.00")))
        for name, found in indicators.items()
    )
    table = TargetTable(Source("invented", "", "text/plain"), projects=projects, fiscal_year=YEAR, money_unit="万元")
    return table, tuple(bindings)


@cache
def year(seed: int = SEED, scale: float = SCALE):
    return simulate(*invented(), YEAR, seed, scale=scale)


@cache
def rows(seed: int = SEED):
    return {name: rows_of(table) for name, table in year(seed).tables.items()}


@cache
def truth_file(as_of: datetime.date | None = None):
    return truth_of(year(), *invented(), as_of)

"""The published table as data, so that these tests do not lean on the reading of documents."""

import datetime
import json
from decimal import Decimal
from pathlib import Path

import pytest

from hengji.model.table import Funds, Indicator, Project, Source, TargetTable

ON = datetime.date(2024, 1, 1)


def table_of(data):
    def indicator(row):
        number, code, level1, level2, name, whole_term, annual = row
        return Indicator(number, name, level1, level2, code, whole_term, annual)

    projects = tuple(
        Project(
            p["name"],
            tuple(indicator(row) for row in p["indicators"]),
            objective=p["objective"],
            funds=Funds(Decimal(p["total"]), Decimal(p["total"])),
        )
        for p in data["projects"]
    )
    return TargetTable(
        Source("seed", "", "text/plain"),
        title=data["title"],
        fiscal_year=data["fiscal_year"],
        money_unit=data["money_unit"],
        printed_totals=Funds(Decimal(data["total"]), Decimal(data["total"])),
        projects=projects,
    )


@pytest.fixture(scope="session")
def seed():
    return table_of(json.loads((Path(__file__).parent / "seed_table.json").read_text("utf-8")))


@pytest.fixture(scope="session")
def on():
    return ON

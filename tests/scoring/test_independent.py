"""A second program, written from the rules alone, comes to the same points, totals and grades on the example.

HENGJI_SEEDS=1,7 runs more simulated years than the one of every day; HENGJI_DISTURBED sets how many made-up outcomes of
that year are compared beside it.
"""

from __future__ import annotations

import datetime
import json
import os
import random
import shutil
from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from tests.scoring.independent import GRADES, replaced, scored
from typer.testing import CliRunner

from hengji.cli import app
from hengji.dossier import open_dossier
from hengji.dossier.computed import Computed, computed, store_of
from hengji.evidence import execution as money
from hengji.evidence.compute import as_json
from hengji.model.binding import Actual, ActualStatus
from hengji.model.execution import Execution
from hengji.reading import read_json
from hengji.scoring.as_json import evaluation_json
from hengji.scoring.rules import rules_of
from hengji.scoring.self_evaluation import self_evaluation

EXAMPLE = Path(__file__).parents[2] / "examples" / "panyu-2024"
SEEDS = [int(seed) for seed in os.environ.get("HENGJI_SEEDS", "1").split(",")]
DISTURBED = int(os.environ.get("HENGJI_DISTURBED", "40"))
END = datetime.date(2024, 12, 31)
FEN = Decimal("0.000001")  # in 万元
FACTORS = [Decimal(f) for f in ("0", "0.3", "0.5", "0.899", "0.95", "0.999999", "1", "1", "1", "1.2", "1.9", "2.5")]


@pytest.fixture(scope="module", params=SEEDS)
def year(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example with a simulated year of records."""
    folder = tmp_path_factory.mktemp(f"seed-{request.param}") / "year"
    folder.mkdir()
    for name in ("hengji.toml", "table.txt", "bindings.toml"):
        shutil.copy(EXAMPLE / name, folder)
    asked(["simulate-year", str(folder), "--seed", str(request.param), "--scale", "0.02"])
    return folder


@pytest.fixture(scope="module")
def found(year: Path) -> Computed:
    """Its actual values."""
    return computed(open_dossier(year), END)


def asked(words: list[str]) -> Any:
    ran = CliRunner().invoke(app, [*words, "--json"])
    assert ran.exit_code in (0, 1), ran.output  # 1: findings, which are no matter here
    return json.loads(ran.stdout)


def differences(theirs: dict[str, Any], mine: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """Where two evaluations are not the same to the last printed digit."""
    differ: list[tuple[Any, ...]] = []
    assert len(theirs["projects"]) == len(mine)
    for project, own in zip(theirs["projects"], mine, strict=True):
        pairs = [(project["total_points"], own["total"]), (project["execution"]["points"], own["execution"])]
        pairs += [(p["max_points"], w) for p, w in zip(project["lines"], own["weights"], strict=True)]
        pairs += [(p["points"], w) for p, w in zip(project["lines"], own["points"], strict=True)]
        differ += [
            (own["name"], n, a, b) for n, (a, b) in enumerate(pairs) if (None if a is None else Fraction(a)) != b
        ]
        if project["grade"] != own["grade"]:
            differ.append((own["name"], "grade", project["grade"], own["grade"]))
    return differ


def test_the_second_program_agrees_line_by_line_to_the_last_digit(year):
    table, actuals = asked(["read", str(year / "table.txt")]), asked(["compute", str(year), "--as-of", str(END)])
    theirs = asked(["score", str(year), "--no-freeze"])
    mine = list(scored(table, actuals, replaced((year / "bindings.toml").read_text("utf-8"))))
    assert sum(len(p["points"]) for p in mine) == 139
    assert differences(theirs, mine) == []


def test_the_money_is_that_of_the_records_to_one_fen(year, found):
    sums: dict[str, dict[str, Decimal]] = {"budget": defaultdict(Decimal), "payment": defaultdict(Decimal)}
    for register, by_project in sums.items():
        for batch in store_of(open_dossier(year)).batches(register):
            for row in pq.read_table(batch.path).to_pylist():
                assert (row["version"], row["void_reason"]) == (1, None)
                by_project[row["project"]] += row["amount"] / 10_000
    assert len(found.execution) == 13
    for one in found.execution:
        assert abs(one.final_budget - sums["budget"][one.project]) <= FEN
        assert abs(one.outturn - sums["payment"][one.project]) <= FEN


def disturbed(actual: Actual, chance: random.Random) -> Actual:
    """The same line with another outcome: more, less, missing, not applicable, 否 for 是, another place in the band."""
    status = chance.choices([actual.status, ActualStatus.INSUFFICIENT, ActualStatus.NOT_APPLICABLE], [200, 1, 3])[0]
    if status is not actual.status:
        return replace(actual, status=status, value=None, judgement=None)
    if isinstance(actual.value, Decimal):
        shifted = actual.value * chance.choice(FACTORS) + chance.choice([0, 0, 0, 1, Decimal("-0.01")])
        parts = {k: f"{chance.randrange(9)} / {v.split(' / ')[1]}" for k, v in actual.extras.items() if "part:" in k}
        verdict = chance.choice(["met", "met", "not_met"])
        return replace(actual, value=shifted, numerator=None, denominator=None, judgement=verdict, extras=parts)
    if actual.value in GRADES:
        grade = chance.choice(list(GRADES))
        band = chance.choice(["100", "97.5", "80", "79.99", "60", "59.99", "0", "101", "-1"])
        extras = {**actual.extras, "band": band}
        return replace(actual, value=grade, extras=extras if chance.random() < 0.95 else {"band": band})
    said = chance.choice(["是", "否"])
    return replace(actual, value=said, judgement="met" if said == "是" else "not_met")


def spent(one: Execution, chance: random.Random) -> Execution:
    outturn = one.outturn * chance.choice(FACTORS)
    return one._replace(outturn=outturn, final_budget=one.final_budget * chance.choice([0, 1, 1, 1, 1, 1, 1]))


def test_it_still_agrees_when_every_outcome_is_disturbed(year, found):
    """Real years reach nearly everything; these miss, overdo, lack and leave out."""
    chance, rules = random.Random(11), rules_of("national-2020", END)
    table = read_json(found.table)
    instead = replaced((year / "bindings.toml").read_text("utf-8"))
    lost = 0
    for _ in range(DISTURBED):
        actuals = tuple(disturbed(a, chance) for a in found.actuals)
        paid = tuple(spent(e, chance) for e in found.execution)
        theirs = evaluation_json(
            self_evaluation(found.table, actuals, paid, rules, as_of=END, tolerance=Decimal("0.1"), inputs_digest="")
        )
        given = {**as_json(actuals, found.period, "duckdb"), "execution": money.as_json(paid)}
        mine = list(scored(table, given, instead))
        assert differences(theirs, mine) == []
        lost += sum(p is None for one in mine for p in one["points"])
    assert lost  # the disturbance did reach lines without a score

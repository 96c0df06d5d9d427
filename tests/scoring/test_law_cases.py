"""The law cases of law_cases/*.toml, which a finance officer can read and add to, come out as written."""

from __future__ import annotations

import datetime
import tomllib
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from hengji.model.binding import Actual, ActualStatus
from hengji.model.execution import Execution
from hengji.model.table import Indicator, Project
from hengji.scoring.line import score
from hengji.scoring.rules import Rules, rules_of
from hengji.scoring.self_evaluation import evaluate_project, score_execution
from hengji.scoring.weights import weights_of
from hengji.targets import read_target

ON = datetime.date(2024, 12, 31)
TOLERANCE = Decimal("0.1")
OPEN, APART = "未计分", "不适用"
FILES = sorted(Path(__file__).with_name("law_cases").glob("*.toml"))


def cases(kind: str) -> list[Any]:
    found = [case for file in FILES for case in tomllib.loads(file.read_text("utf-8")).get(kind, [])]
    return [pytest.param(case, id=case["title"]) for case in found]


def rules_for(case: dict[str, Any]) -> Rules:
    """The rules of the case's pack with the settings it changes."""
    rules = rules_of(case.get("pack", "national-2020"), ON)
    for name, value in case.get("with", {}).items():
        if name.startswith("weights"):
            shares = {part: Decimal(share) for part, share in value.items()}
            rules = replace(rules, weights={**rules.weights, name: shares})
        elif name == "pass_line_percent":
            rules = replace(rules, pass_line=Decimal(value))
        else:
            numbers = {k: Decimal(v) for k, v in value.items()} if isinstance(value, dict) else value
            rules = replace(rules, **{name: numbers})
    return rules


def actual_of(given: dict[str, Any]) -> Actual:
    number = {k: Decimal(given[k]) if k in given else None for k in ("numerator", "denominator")}
    value: Decimal | str | None = given.get("value")
    if value is not None and value.lstrip("-").replace(".", "", 1).isdigit():
        value = Decimal(value)
    extras = {f"part:{k}": v for k, v in given.get("parts", {}).items()}
    extras |= {"band": given["band"]} if "band" in given else {}
    extras |= {"attachment": "0" * 64} if given.get("evidence") else {}
    return Actual(
        "项目", 1, "指标", None, ActualStatus(given.get("status", "ok")), value, given.get("unit"), number["numerator"],
        number["denominator"], extras=extras, judgement=given.get("judgement"),
    )  # fmt: skip


def test_every_case_has_a_title_of_its_own_and_says_why():
    found = [case.values[0] for kind in ("line", "execution", "weights", "total") for case in cases(kind)]
    assert len({c["title"] for c in found}) == len(found) >= 60
    assert all(c["why"] for c in found)


@pytest.mark.parametrize("case", cases("line"))
def test_an_indicator_scores_what_the_case_says(case):
    target = case.get("target")
    reading = None if target is None else read_target(target, case.get("name", "指标"), ON.year)
    points, satisfaction = Decimal(case["weight"]), case.get("satisfaction", False)
    found = score(
        reading, actual_of(case["actual"]), points, rules_for(case), tolerance=TOLERANCE, satisfaction=satisfaction
    )
    said = APART if found.not_applicable else OPEN if found.points is None else str(found.points)
    assert said == case["expected"], found.working
    assert case.get("says", "") in found.working.formula


@pytest.mark.parametrize("case", cases("execution"))
def test_the_execution_of_the_budget_scores_what_the_case_says(case):
    original, final, outturn = (Decimal(case[k]) for k in ("original", "final", "outturn"))
    found = score_execution(Execution("项目", original, final, outturn, None, (), ()), rules_for(case))
    assert (APART if found.points is None else str(found.points)) == case["expected"], found.workings


@pytest.mark.parametrize("case", cases("weights"))
def test_indicators_weigh_what_the_case_says(case):
    printed = case.get("printed", [None] * len(case["indicators"]))
    indicators = []
    for number, (said, points) in enumerate(zip(case["indicators"], printed, strict=True), 1):
        *levels, last = said.split("/")
        code = last if last.isdigit() else None
        level1, level2 = [*levels, *([] if code else [last]), None, None][:2]
        indicators.append(Indicator(number, "指标", level1, level2, code, max_points=points or None))
    weights, _ = weights_of(Project("项目", tuple(indicators)), rules_for(case))
    assert [str(w) for w in weights] == case["expected"]


@pytest.mark.parametrize("case", cases("total"))
def test_a_project_comes_to_the_total_and_grade_of_the_case(case):
    indicators, actuals = [], {}
    for number, (points, done) in enumerate(case["lines"], 1):
        indicators.append(Indicator(number, "指标", code="11", annual_target="≥100%", max_points=points))
        status = {APART: "not_applicable", "缺": "insufficient"}.get(done)
        given = {"status": status} if status else {"value": done, "unit": "%"}
        actuals["项目", number] = actual_of(given)
    budget, outturn = Decimal(case.get("budget", "100")), Decimal(case.get("outturn", "100"))
    money = Execution("项目", budget, budget, outturn, None, (), ())
    found = evaluate_project(
        Project("项目", tuple(indicators)), actuals, money, rules_for(case), tolerance=TOLERANCE, year=ON.year
    )
    assert (OPEN if found.total_points is None else str(found.total_points)) == case["expected"], found.workings
    assert (found.grade.value if found.grade else None) == case.get("grade")
    if "unrounded" in case:
        assert f"{found.unrounded:.6f}" == case["unrounded"]

"""What holds of every table: points never fall as the actual rises, weights add up exactly, totals stay within 100.

HENGJI_TABLES=100000 runs that many random tables in place of the few of every day.
"""

from __future__ import annotations

import datetime
import os
import random
from dataclasses import replace
from decimal import Decimal

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hengji.model.binding import Actual, ActualStatus
from hengji.model.evaluation import ProjectEvaluation
from hengji.model.execution import Execution
from hengji.model.table import Indicator, Project
from hengji.scoring.line import Scored, score
from hengji.scoring.rules import rules_of
from hengji.scoring.self_evaluation import evaluate_project, grade_of
from hengji.scoring.weights import weights_of
from hengji.targets import read_target

TABLES = int(os.environ.get("HENGJI_TABLES", "150"))
TOLERANCE = Decimal("0.1")
RULES = {
    name: rules_of(name, datetime.date(2024, 12, 31)) for name in ("national-2020", "central-2021", "guangdong-special")
}
NATIONAL = RULES["national-2020"]
Table = tuple[list[tuple[Indicator, Actual]], Execution]

LEVELS = [
    ("产出指标", "数量指标", "11"), ("产出指标", "质量指标", "12"), ("产出指标", "成本指标", "14"), ("效益指标", "社会效益", "22"),
    ("效益指标", "生态效益", "23"), ("满意度指标", "服务对象满意度", "31"), ("成本指标", "经济成本指标", None),
    ("投入", "项目立项", None), ("过程", "资金管理", None), (None, None, None),
]  # fmt: skip
# Target, unit of its actual values, and whether more is better (None: neither).
TARGETS = [
    ("≥90%", "%", True), (">95%", "%", True), ("100%", "%", True), ("≥450家", "家", True), ("=30件", "件", True),
    (">0次", "次", True), ("约85家", "家", True), ("≤5%", "%", False), ("<18万元", "万元", False), ("0起", "起", False),
    ("≤0起", "起", False), ("24小时内", "小时", False), ("80%-90%", "%", None), ("是", "是/否", None), ("有效提升", "档", None),
]  # fmt: skip
numbers = st.one_of(
    st.decimals(-10, 1000, places=6),
    st.integers(0, 500).map(Decimal),
    st.sampled_from(["0", "5", "10", "30", "85", "90", "95", "100"]).map(Decimal),
)
weights = st.one_of(st.integers(1, 9000).map(lambda cents: Decimal(cents) / 100), st.just(Decimal("16.65")))


def points_of(target: str, value: Decimal, unit: str, weight: Decimal, formula: str = "linear_to_twice") -> Scored:
    rules = replace(NATIONAL, lower_is_better=formula)
    actual = Actual("项目", 1, "指标", None, ActualStatus.OK, value, unit)
    return score(read_target(target, "指标", 2024), actual, weight, rules, tolerance=TOLERANCE)


def number_of(chance: random.Random) -> Decimal:
    """Whole numbers, the limits of the targets themselves, and six places."""
    return chance.choice([
        Decimal(chance.randrange(500)), chance.choice([Decimal(n) for n in (0, 5, 10, 18, 30, 80, 90, 95, 100, 450)]),
        Decimal(chance.randrange(-10_000_000, 1_000_000_000)) / 1_000_000,
    ])  # fmt: skip


def line_of(number: int, printed: bool, chance: random.Random) -> tuple[Indicator, Actual]:
    """An indicator of any class with any kind of target, and what came of it."""
    level1, level2, code = chance.choice(LEVELS)
    target, unit, _ = chance.choice(TARGETS)
    status = chance.choices([ActualStatus.OK, ActualStatus.NOT_APPLICABLE, ActualStatus.INSUFFICIENT], [40, 2, 1])[0]
    value: Decimal | str | None = number_of(chance)
    extras, judgement = {}, None
    if unit == "是/否":
        value = chance.choice(["是", "否"])
        judgement = "met" if value == "是" else "not_met"
    elif unit == "档":
        value, band = chance.choice([("优", "95"), ("良", "80"), ("中", "61.5"), ("差", "0")])
        extras = {"band": band, "attachment": "0" * 64}
    if status is not ActualStatus.OK:
        value = None
    points = str(Decimal(chance.randrange(1, 3000)) / 100) if printed else None
    indicator = Indicator(number, f"指标{number}", level1, level2, code, annual_target=target, max_points=points)
    return indicator, Actual(
        "项目", number, f"指标{number}", None, status, value, unit, extras=extras, judgement=judgement
    )


def table_of(size: int, seed: int) -> Table:
    """A project of so many indicators and its money. Made from a seed, for drawing each cell takes ten times as long."""
    chance = random.Random(seed)
    printed = chance.random() < 0.25
    lines = [line_of(n, printed, random.Random(f"{seed}/{n}")) for n in range(1, size + 1)]
    budget, outturn = (Decimal(chance.choice([0, *[chance.randrange(10**9)] * 9])) / 1_000_000 for _ in range(2))
    return lines, Execution("项目", budget, budget, outturn, None, (), ())


tables = st.builds(table_of, st.integers(1, 25), st.integers(0, 2**48))


def evaluated(lines: list[tuple[Indicator, Actual]], money: Execution, pack: str) -> ProjectEvaluation:
    project = Project("项目", tuple(i for i, _ in lines))
    actuals = {("项目", a.number): a for _, a in lines}
    return evaluate_project(project, actuals, money, RULES[pack], tolerance=TOLERANCE, year=2024)


numeric = st.sampled_from([t for t in TARGETS if t[2] is not None])


@given(numeric, numbers, numbers, weights, st.sampled_from(["linear_to_twice", "inverse_ratio"]))
@settings(max_examples=TABLES)
def test_points_never_fall_when_the_actual_gets_better(target, one, other, weight, formula):
    text, unit, rising = target
    worse, better = sorted((one, other), reverse=not rising)
    low, high = (points_of(text, v, unit, weight, formula) for v in (worse, better))
    assert low.points is not None
    assert high.points is not None
    assert low.points <= high.points
    assert low.exact is not None
    assert high.exact is not None
    assert low.exact <= high.exact


@given(st.sampled_from(TARGETS[:13]), numbers, weights)
@settings(max_examples=TABLES)
def test_points_lie_between_nothing_and_the_weight_and_are_rounded_once(target, value, weight):
    text, unit, _ = target
    found = points_of(text, value, unit, weight)
    assert found.points is not None
    assert found.exact is not None
    assert 0 <= found.points <= weight
    assert abs(found.points - found.exact) <= Decimal("0.005")
    assert found.points == found.points.quantize(Decimal("0.01"))


@given(tables, st.sampled_from(list(RULES)))
@settings(max_examples=TABLES)
def test_a_table_keeps_its_sums_and_bounds_in_any_order(table, pack):
    lines, money = table
    found = evaluated(lines, money, pack)
    rules = RULES[pack]
    printed = lines[0][0].max_points is not None
    execution = rules.weights["weights"].get("execution", Decimal(0))
    if not printed:
        assert sum(line.max_points for line in found.lines) == 100 - execution
    missing = any(line.points is None and not line.not_applicable for line in found.lines)
    applies = any(not line.not_applicable and line.max_points for line in found.lines)
    assert (found.total_points is None) == (found.grade is None) == (missing or not applies)
    if found.total_points is not None:
        assert 0 <= found.total_points <= 100
        assert found.grade is grade_of(found.total_points, rules)
        left_out = any(line.not_applicable for line in found.lines) or (execution and found.execution.points is None)
        if not left_out:
            earned = sum((line.points for line in found.lines if line.points is not None), Decimal(0))
            assert found.total_points == min(earned + (found.execution.points or 0), Decimal(100))


@given(tables, st.integers(0, 2**32).map(random.Random))
@settings(max_examples=TABLES)
def test_with_given_weights_the_total_does_not_depend_on_the_order(table, chance):
    """Printed weights, so that a cent of the largest remainder does not move from one line to another."""
    lines, money = table
    project = Project("项目", tuple(i for i, _ in lines))
    given_points, _ = weights_of(project, NATIONAL)
    fixed = [(i._replace(max_points=str(w)), a) for (i, a), w in zip(lines, given_points, strict=True)]
    mixed = list(fixed)
    chance.shuffle(mixed)
    one, other = evaluated(fixed, money, "national-2020"), evaluated(mixed, money, "national-2020")
    assert (one.total_points, one.grade) == (other.total_points, other.grade)
    assert one.unrounded is None or abs(one.unrounded - (other.unrounded or 0)) < Decimal("1e-20")
    assert {line.number: line.points for line in one.lines} == {line.number: line.points for line in other.lines}


@given(tables, st.integers(0, 2**32).map(random.Random))
@settings(max_examples=TABLES)
def test_the_order_of_a_table_moves_the_weights_of_a_level_by_a_cent_at_most(table, chance):
    lines, _ = table
    assume(lines[0][0].max_points is None)
    mixed = list(lines)
    chance.shuffle(mixed)
    shares = []
    for order in (lines, mixed):
        found, _ = weights_of(Project("项目", tuple(i for i, _ in order)), NATIONAL)
        shares.append({i.number: w for (i, _), w in zip(order, found, strict=True)})
    assert all(abs(shares[0][n] - shares[1][n]) <= Decimal("0.01") for n in shares[0])
    assert sorted(shares[0].values()) == sorted(shares[1].values())

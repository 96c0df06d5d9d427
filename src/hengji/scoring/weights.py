"""Points of each indicator (分值): as printed where the table has them, else level-1 by the pack and equal inside."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import ROUND_FLOOR, Decimal, InvalidOperation

from hengji.model.category import level1_of, level2_of
from hengji.model.evaluation import Working
from hengji.model.table import Indicator, Project
from hengji.scoring.rules import HUNDRED, Rules

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_WORDS = (
    ("satisfaction", "满意"), ("cost", "成本"), ("output", "产出"), ("outcome", "效益"), ("outcome", "效果"), ("input", "投入"),
    ("process", "过程"), ("decision", "决策"),
)  # fmt: skip
_ZH = {"output": "产出", "outcome": "效益", "satisfaction": "满意度", "cost": "成本", "input": "投入", "process": "过程",
       "decision": "决策"}  # fmt: skip
_VARYING = {"cost", "satisfaction"}


def weights_of(project: Project, rules: Rules) -> tuple[tuple[Decimal, ...], Working]:
    """The points of each indicator of a project, in order, and how they came about; printed ones are taken as they are.

    Without printed points the parts of the pack are shared out equally inside level 1; the sum is exact (largest
    remainder). A part that no indicator belongs to goes to the others in proportion.
    """
    printed = [_printed(i.max_points) for i in project.indicators]
    if printed and all(p is not None for p in printed):
        points = tuple(p for p in printed if p is not None)
        said = {"合计": f"{sum(points):f}"}
        return points, Working("分值", "按目标表填列", said, f"{sum(points):f}")
    parts = [part_of(i, rules) for i in project.indicators]
    shape, shares = _shape(rules, set(parts))
    whole = HUNDRED - shares.get("execution", Decimal(0))
    present = {part: share for part, share in shares.items() if part in parts}
    missing = whole - sum(present.values())
    if present and missing:
        grow = whole / sum(present.values())
        present = dict(zip(present, _apportioned(whole, [share * grow for share in present.values()]), strict=True))
    given: dict[int, Decimal] = {}
    for part, share in present.items():
        mine = [n for n, own in enumerate(parts) if own == part]
        given.update(zip(mine, _apportioned(share, [share / len(mine)] * len(mine)), strict=True))
    points = tuple(given.get(n, Decimal(0)) for n in range(len(parts)))
    inputs = {_ZH.get(part, part): f"{share:f}÷{parts.count(part)}" for part, share in present.items()}
    unnamed = [str(i.number) for i in project.indicators if not (i.level1 or i.level2 or i.code)]
    noted = f"；第{'、'.join(unnamed)}项没有写明类别，按产出计" if unnamed else ""
    formula = f"一级指标按规则包，内部平均（最大余数法）{noted}"
    return points, Working("分值", formula, inputs, f"{sum(points):f}", rules.cites(shape))


def part_of(indicator: Indicator, rules: Rules) -> str:
    """Which part of the pack an indicator belongs to: by the words of its levels, else by its code.

    The words win: a form may number its rows 11, 12 … for reasons of its own. 满意度 is a part of its own even where a
    form files it under 效益, and one of 效益 where the pack has no such part; 成本 without a part is one of 产出.
    """
    level1, level2 = indicator.level1 or "", indicator.level2 or ""
    part = "satisfaction" if "满意" in level1 + level2 else _named(level1, level2, indicator.code or "", rules)
    if part in rules.weights["weights"] or any(part in shares for shares in shapes_of(rules).values()):
        return part
    return {"satisfaction": "outcome"}.get(part, "output")


def _named(level1: str, level2: str, code: str, rules: Rules) -> str:
    for part, word in _WORDS:
        if word in level1:
            return part
    for part, names in rules.levels.items():
        if any(name and name in (level1, level2) for name in names):
            return part
    for part, names in rules.levels.items():
        if code in names:
            return part
    found = level1_of(None, level2_of(level2, code))
    return found.value if found else ""


def shapes_of(rules: Rules) -> Mapping[str, Mapping[str, Decimal]]:
    """The weights of a pack with their variants; those of a base with other parts (投入, 过程) are none of its own."""
    core = rules.weights["weights"].keys() - _VARYING
    return {name: shares for name, shares in rules.weights.items() if shares.keys() - _VARYING == core}


def _shape(rules: Rules, parts: set[str]) -> tuple[str, Mapping[str, Decimal]]:
    """The weights for the parts that a project has."""
    shapes = shapes_of(rules)
    name = "weights"
    if "cost" in parts and "weights_with_cost" in shapes:
        name = "weights_with_cost"
    if "satisfaction" not in parts and f"{name}_without_satisfaction" in shapes:
        name = f"{name}_without_satisfaction"
    return name, shapes[name]


def _apportioned(whole: Decimal, shares: Sequence[Decimal]) -> list[Decimal]:
    """Shares in hundredths that add up to the whole exactly: what is cut off goes to the largest remainders."""
    cents = [(share * 100).to_integral_value(ROUND_FLOOR) for share in shares]
    left = int((whole * 100).to_integral_value()) - int(sum(cents))
    order = sorted(range(len(shares)), key=lambda n: (cents[n] - shares[n] * 100, n))
    for n in order[:left]:
        cents[n] += 1
    return [(c / 100).quantize(Decimal("0.01")) for c in cents]


def _printed(text: str | None) -> Decimal | None:
    if text is None or not _NUMBER.fullmatch(text.strip()):
        return None
    try:
        return Decimal(text.strip())
    except InvalidOperation:
        return None

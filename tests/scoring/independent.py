"""A second program for the year-end self-evaluation, written from the rules alone and sharing nothing with scoring/.

It takes the published table (`hengji read --json`), the actual values (`hengji compute --json`) and the bindings, which
may put another text in a target's place, and says the points of every line, the total and the grade of every project.
It takes only the reading of target texts and the pack's own TOML from the product.

    python tests/scoring/independent.py TABLE.json ACTUALS.json bindings.toml
"""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Iterable
from fractions import Fraction
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from hengji.targets import read_target

PACK = "national-2020"
YEAR = 2024
CENT = Fraction(1, 100)
GRADES = {"优": 0, "良": 0, "中": 1, "差": 2}  # the band that each belongs to, best first


@cache
def law() -> dict[str, Any]:
    """The entries of the pack by key; the files have one entry a key."""
    folder = files("hengji.legislation").joinpath("packs", PACK)
    texts = [folder.joinpath(name).read_text("utf-8") for name in ("self_evaluation.toml", "measures.toml")]
    return {e["key"]: e["value"] for text in texts for e in tomllib.loads(text)["entry"]}


def rounded(value: Fraction) -> Fraction:
    """To two places, a half to the even digit: Python rounds fractions that way."""
    return Fraction(round(value * 100), 100)


def weights(codes: list[str], rules: dict[str, Any]) -> list[Fraction]:
    """Level 1 by the pack, equal inside level 1 to a hundredth, what is left over to the first lines of the level."""
    satisfied = any(c.startswith("3") for c in codes)
    shares = rules["self_evaluation.weights" if satisfied else "self_evaluation.weights_without_satisfaction"]
    result = [Fraction(0)] * len(codes)
    for digit, level in (("1", "output"), ("2", "outcome"), ("3", "satisfaction")):
        lines = [n for n, c in enumerate(codes) if c.startswith(digit)]
        if not lines:
            continue
        cents = shares[level] * 100
        for place, line in enumerate(lines):
            result[line] = (cents // len(lines) + (place < cents % len(lines))) * CENT
    return result


def number(value: object) -> Fraction | None:
    """A figure of the JSON, or None for a word, a day or nothing."""
    try:
        return Fraction(str(value))
    except ValueError:
        return None


def exact(actual: dict[str, Any]) -> Fraction | None:
    """The actual value; a rate from its own numerator and denominator, which are not rounded."""
    shown, top, bottom = (number(actual[k]) for k in ("value", "numerator", "denominator"))
    if shown is not None and actual["unit"] == "%" and top is not None and bottom:
        return top / bottom * 100
    return shown


def higher(value: Fraction, target: Fraction) -> Fraction:
    """Share of the points where more is better: all at the target, else the proportion, never below nothing."""
    if value >= target:
        return Fraction(1)
    return max(value / target, Fraction(0)) if target > 0 else Fraction(0)


def lower(value: Fraction, target: Fraction) -> Fraction:
    """Share where less is better: all at the target, nothing at twice the target, a straight line between."""
    if value <= target:
        return Fraction(1)
    return max(1 - (value - target) / target, Fraction(0)) if target > 0 else Fraction(0)


def against(value: Fraction, clause: Any) -> Fraction:
    """Share of the points of one numeric clause."""
    target = Fraction(clause.number)
    match clause.op:
        case "<=" | "<":
            return Fraction(0) if clause.op == "<" and value == target == 0 else lower(value, target)
        case "==" if target == 0:
            return Fraction(1) if value <= 0 else Fraction(0)
        case "in":
            high = Fraction(clause.number2)
            return max(1 - (target - value) / target, Fraction(0)) if value < target else lower(value, high)
        case ">" if value == target == 0:
            return Fraction(0)
        case "~" if value >= target * (1 - Fraction(law()["measures.approx_tolerance"]) / 100):
            return Fraction(1)
        case _:
            return higher(value, target)


def chosen(actual: dict[str, Any]) -> Fraction | None:
    """What people chose inside a band; nothing where evidence or choice is missing or the choice leaves the band."""
    percent = number(actual["extras"].get("band"))
    if percent is None or not actual["extras"].get("attachment"):
        return None
    place = GRADES[actual["value"]]
    high, low = list(law()["self_evaluation.qualitative_bands"].values())[place]
    inside = low <= percent <= high if place == 0 else low <= percent < high
    return percent / 100 if inside else None


def share(reading: Any, actual: dict[str, Any]) -> Fraction | None:
    """Share of the points an actual value earns, None where there is no score."""
    if actual["value"] is None or actual["status"] in ("insufficient", "undecidable"):
        return None
    if actual["value"] in GRADES:
        return chosen(actual)
    parts = [v.split(" / ") for k, v in actual["extras"].items() if k.startswith("part:")]
    if parts:  # several promises in one indicator share its points equally
        return sum((higher(Fraction(a), Fraction(t)) for a, t in parts), Fraction(0)) / len(parts)
    value, numeric = exact(actual), [c for c in reading.clauses if c.number is not None]
    if value is None or not numeric:  # yes or no, and what has no number to reach: all or nothing
        return {"met": Fraction(1), "not_met": Fraction(0)}.get(actual["judgement"])
    if len(reading.clauses) != 1 or (numeric[0].dim and (numeric[0].dim == "ratio") != (actual["unit"] == "%")):
        return None  # each of several promises, and each kind of figure, needs an answer of its own
    return against(value, numeric[0])


def grade(total: Fraction, cut_offs: dict[str, int]) -> str:
    """优 良 中 差 by the lower limits of the pack."""
    for name, zh in (("excellent", "优"), ("good", "良"), ("fair", "中")):
        if total >= cut_offs[name]:
            return zh
    return "差"


def project_score(
    project: dict[str, Any], actuals: dict[int, Any], money: dict[str, Any], instead: dict[tuple[str, int], str]
) -> dict[str, Any]:
    """Points a line, execution, total and grade of one project; total None while a line that applies has no score."""
    rules, lines = law(), project["indicators"]
    weight = weights([i["code"] for i in lines], rules)
    applies = [actuals[i["number"]]["status"] != "not_applicable" for i in lines]
    points: list[Fraction | None] = []
    for line, full, counts in zip(lines, weight, applies, strict=True):
        text = instead.get((project["name"], line["number"])) or line["annual_target"]
        earned = share(read_target(text, line["name"], YEAR), actuals[line["number"]]) if counts else None
        points.append(None if earned is None else rounded(full * earned))
    full_execution, execution = Fraction(rules["self_evaluation.execution"]["points"]), None
    budget, outturn = Fraction(money["final_budget"]), Fraction(money["outturn"])
    if budget:
        execution = rounded(min(full_execution, full_execution * outturn / budget))
    total = None
    if any(applies) and all(p is not None or not counts for p, counts in zip(points, applies, strict=True)):
        counted = sum((w for w, counts in zip(weight, applies, strict=True) if counts), Fraction(0))
        counted += full_execution if execution is not None else 0
        earned_all = sum((p for p in points if p is not None), execution or Fraction(0))
        total = rounded(min(earned_all * 100 / counted, Fraction(100)))
    return {
        "name": project["name"], "weights": weight, "points": points, "execution": execution, "total": total,
        "grade": None if total is None else grade(total, rules["self_evaluation.cut_offs"]),
    }  # fmt: skip


def scored(
    table: dict[str, Any], actuals: dict[str, Any], instead: dict[tuple[str, int], str]
) -> Iterable[dict[str, Any]]:
    """Every project of the table in its order."""
    money = {m["project"]: m for m in actuals["execution"]}
    for project in table["projects"]:
        mine = {a["number"]: a for a in actuals["indicators"] if a["project"] == project["name"]}
        yield project_score(project, mine, money[project["name"]], instead)


def replaced(bindings: str) -> dict[tuple[str, int], str]:
    """Texts that stand in a target's place, also where an indicator takes over another one's answer."""
    found = {(b["project"], b["indicator"]): b for b in tomllib.loads(bindings)["binding"]}
    texts = {}
    for key, binding in found.items():
        source = binding
        while "target" not in source and "same_as" in source:
            project, _, place = source["same_as"].rpartition("#")
            source = found[project, int(place)]
        if "target" in source:
            texts[key] = source["target"]
    return texts


if __name__ == "__main__":
    read, computed, bound = (Path(name).read_text("utf-8") for name in sys.argv[1:4])
    for answer in scored(json.loads(read), json.loads(computed), replaced(bound)):
        print(json.dumps(answer, ensure_ascii=False, default=lambda f: f"{float(f):.2f}"))

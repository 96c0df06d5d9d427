"""Which measure, register and filters could answer an indicator, ranked, with what told it.

Proposals only: a person confirms a binding. The rules are data (`suggest_words.toml`, `suggest_registers.toml`): shapes
of the target value, words, levels and units, each worth points. A word is worth its length, since a longer one tells
more, and one that ends the name a point more, since the head of a Chinese noun stands last.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from hengji.evidence.register import registers
from hengji.evidence.suggest_params import OWN_REGISTER, Asked, answered_in, build, judged_by, used_registers
from hengji.evidence.suggest_shapes import SHAPES_ZH, shapes_of
from hengji.model.category import level2_of
from hengji.model.table import Indicator, Project, TargetTable
from hengji.targets import read_target

_LONGEST = 4  # points of a word
_AFTER = re.compile(r"[（(【\[][^）)】\]]*[）)】\]]|[\s。，、；：★*]+$")
_NUMBERING = re.compile(r"^\s*\d{1,2}[.．、]\s*")


class Reason(NamedTuple):
    """One thing that spoke for a proposal, in Chinese and English."""

    zh: str
    en: str


class Suggestion(NamedTuple):
    """A proposed binding: `params` fit the measure, `registers` are all that it would read, `score` are points.

    `target` is judged instead of the table's value where that is no figure that the measure gives.
    """

    measure: str
    params: Mapping[str, Any]
    registers: tuple[str, ...]
    unit: str | None
    target: str | None
    score: int
    reasons: tuple[Reason, ...]


class Suggestions(NamedTuple):
    """The proposals for one indicator, the best first; none where its value has a shape that no measure answers."""

    project: str
    indicator: int
    name: str
    target: str | None
    proposals: tuple[Suggestion, ...]


class _Points(NamedTuple):
    points: int
    reasons: tuple[Reason, ...]


def suggest(table: TargetTable, *, first: int = 3) -> tuple[Suggestions, ...]:
    """For every indicator of a table, in its order, the `first` best proposals, each with another measure."""
    return tuple(
        Suggestions(
            project.name, one.number, one.name, one.annual_target or one.whole_term_target,
            _ranked(_asked(table, project, one))[:first],
        )
        for project in table.projects
        for one in project.indicators
    )  # fmt: skip


def _asked(table: TargetTable, project: Project, one: Indicator) -> Asked:
    target = one.annual_target or one.whole_term_target or ""
    reading = read_target(target, one.name, table.fiscal_year)
    name = _AFTER.sub("", _NUMBERING.sub("", one.name))
    level = level2_of(one.level2, one.code) or level2_of(one.level1)
    shapes = shapes_of(reading, name)
    return Asked(project.name, name, target, reading, level.value if level else None, shapes, table.department or "")


def _ranked(asked: Asked) -> tuple[Suggestion, ...]:
    found = [s for rule in _rules() if (s := _best(rule, asked)) is not None]
    return tuple(sorted(found, key=lambda s: -s.score))  # stable: the order of the file breaks ties


def _best(rule: Mapping[str, Any], asked: Asked) -> Suggestion | None:
    """The measure of a rule with the register that fits best, or None where the rule does not speak."""
    own = _for_measure(rule, asked)
    if own is None:
        return None
    for name, more in _registers_for(rule, asked):
        params = build(rule["name"], name, _kinds().get(name, {}), asked)
        if params is None:
            continue
        measure = rule["name"]
        return Suggestion(
            measure, params, used_registers(measure, params), answered_in(measure, asked), judged_by(measure, asked),
            own.points + more.points, (*own.reasons, *more.reasons),
        )  # fmt: skip
    return None


def _for_measure(rule: Mapping[str, Any], asked: Asked) -> _Points | None:
    shape, points = max(((s, rule["shapes"].get(s, 0)) for s in asked.shapes), key=lambda p: p[1], default=("", 0))
    if not points:
        return None
    zh, en = rule["why"]
    reasons = [Reason(zh, en), Reason(f"指标值的形态：{SHAPES_ZH[shape]}", f"shape of the target: {shape}")]
    hit = _hit(rule, asked)
    if rule.get("must") and hit is None and asked.level not in rule.get("or_level", ()):
        return None
    if hit is not None:
        points += hit.points
        reasons += hit.reasons
    if level := rule.get("levels", {}).get(asked.level, 0):
        points += level
        reasons.append(Reason("所在的二级指标", f"its level: {asked.level}"))
    if asked.counted and asked.counted in rule.get("units", ()):
        points += 2
        reasons.append(Reason(f"计量单位“{asked.counted}”", f"unit {asked.counted}"))
    return _Points(points, tuple(reasons))


def _registers_for(rule: Mapping[str, Any], asked: Asked) -> list[tuple[str, _Points]]:
    """Registers that the measure can work with and something points to, the best first."""
    listed = rule.get("registers", ())
    needs = rule.get("needs", ())
    able = [n for n in _kinds() if all(_role(n, role) for role in needs)] if needs else list(listed)
    found = []
    for name in dict.fromkeys((*(n for n in listed if n in able), *able)):
        kind = _kinds()[name]
        title = registers()[name].title
        points, reasons = 0, []
        if hit := _hit(kind, asked):
            points += hit.points
            reasons += [Reason(f"{title}台账：{r.zh}", f"register {name}: {r.en}") for r in hit.reasons]
        if points and asked.counted in kind.get("units", ()):
            points += 1
        if points and any(word in asked.project for word in kind["words"] if len(word) > 1):
            points += 1
            reasons.append(Reason(f"{title}台账：项目名称", f"register {name}: name of the project"))
        if name in listed and (points or not rule.get("named")):
            points += 1
            reasons = reasons or [Reason(f"这一口径通常用{title}台账", f"usually answered from {name}")]
        if points:
            found.append((name, _Points(points, tuple(reasons))))
    return sorted(found, key=lambda f: -f[1].points)


def _role(register: str, role: str) -> bool:
    kind = _kinds()[register]
    return bool(kind.get(role)) or (role == "date" and registers()[register].time is not None)


def _hit(told_by: Mapping[str, Any], asked: Asked) -> _Points | None:
    """The word that tells most: in the name, or for a point less in the target; a general one tells a little, in the name."""
    best: _Points | None = None
    general = told_by.get("general", ())
    for word in (*told_by.get("words", ()), *general):
        if word in asked.name:
            points = 1 if word in general else min(len(word), _LONGEST) + asked.name.endswith(word)
            reason = Reason(f"名称里的“{word}”", f"“{word}” in the name")
        elif word in asked.target and word not in general:
            points = max(min(len(word), _LONGEST) - 1, 1)
            reason = Reason(f"指标值里的“{word}”", f"“{word}” in the target")
        else:
            continue
        if best is None or points > best.points:
            best = _Points(points, (reason,))
    return best


@cache
def _rules() -> tuple[Mapping[str, Any], ...]:
    found = tuple(tomllib.loads(files(__package__).joinpath("suggest_words.toml").read_text("utf-8"))["measure"])
    for rule in found:
        # A measure with a register of its own falls back on that one.
        rule.setdefault("registers", [OWN_REGISTER[rule["name"]]] if rule["name"] in OWN_REGISTER else [])
    return found


@cache
def _kinds() -> Mapping[str, Mapping[str, Any]]:
    return tomllib.loads(files(__package__).joinpath("suggest_registers.toml").read_text("utf-8"))

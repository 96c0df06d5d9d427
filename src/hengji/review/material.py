"""What the rules see of a table: every indicator once, its class, its targets already read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from hengji.model.category import Level1, Level2, level1_of, level2_of
from hengji.model.table import Indicator, Project, TargetTable
from hengji.model.target import Clause, TargetReading
from hengji.review.practice import Practice
from hengji.targets import read_target

_PREFIX = re.compile(r"^(?:[★☆▲*＊●■◆\s]|指标\s*\d+\s*[:：、.．]?|\d{1,2}\s*[.．、](?!\d)|（\d{1,2}）|\(\d{1,2}\))+")
_TAIL = re.compile(r"[\s。；;，,、：:]+$")
_YES_NO = re.compile(r"[（(【\[]\s*是\s*[/／、或]?\s*否\s*[）)】\]]")

# Where a check of one indicator is filed by project and number.
Key = tuple[str, int]


class Target(NamedTuple):
    """One printed target value: the field it stands in, its text, its reading."""

    field: str
    text: str
    reading: TargetReading


@dataclass(frozen=True, slots=True)
class Item:
    """One indicator. `targets` has the annual value first, then the whole-term value where it says something else.

    `name` is the printed name without list marks and closing punctuation; `unnamed` when the form has no level 3 and
    the name only repeats the class.
    """

    project: int
    indicator: Indicator
    level1: Level1 | None
    level2: Level2 | None
    name: str
    unnamed: bool
    targets: tuple[Target, ...]

    @property
    def text(self) -> str:
        """The value under review: the annual one, or the whole-term one where only that is printed."""
        return self.targets[0].text if self.targets else ""

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """The conditions of the value under review."""
        return self.targets[0].reading.clauses if self.targets else ()

    @property
    def both(self) -> str:
        """Name and value in one text, for rules that look for words anywhere."""
        return f"{self.name} {self.text}"

    @property
    def predicate(self) -> str:
        """The name without the note that it is answered by yes or no."""
        return _YES_NO.sub("", self.name)


@dataclass(frozen=True, slots=True)
class Job:
    """One project with its indicators. `number` counts from 1."""

    number: int
    project: Project
    items: tuple[Item, ...]

    @property
    def classed(self) -> bool:
        """Whether the form tells the class of most indicators; without, no class can be said to be missing."""
        return bool(self.items) and 2 * sum(i.level2 is not None for i in self.items) > len(self.items)

    def has(self, *levels: Level2) -> bool:
        """Whether an indicator of one of the classes is there."""
        return any(i.level2 in levels for i in self.items)

    @property
    def objective(self) -> str:
        """All that is said as objective, of the year and of the whole term."""
        return "\n".join(t for t in (self.project.objective, self.project.whole_term_objective) if t)


@dataclass(frozen=True, slots=True)
class Material:
    """A table made ready for the rules, with what else was handed in."""

    table: TargetTable
    practice: Practice
    jobs: tuple[Job, ...]
    prior: TargetTable | None = None
    weights: Mapping[Key, Decimal] | None = None
    evidence: Mapping[Key, str] | None = None
    year: int | None = field(default=None)

    @property
    def items(self) -> Iterator[Item]:
        """All indicators in the order of the table."""
        return (item for job in self.jobs for item in job.items)

    def of(self, *levels: Level2) -> Iterator[Item]:
        """All indicators of some classes."""
        return (item for item in self.items if item.level2 in levels)


OUTPUT = (Level2.QUANTITY_OUTPUT, Level2.QUALITY, Level2.TIMELINESS, Level2.COST)
OUTCOME = (Level2.ECONOMIC, Level2.SOCIAL, Level2.ECOLOGICAL, Level2.SUSTAINABILITY)


def material_of(
    table: TargetTable,
    practice: Practice,
    *,
    prior: TargetTable | None = None,
    weights: Mapping[Key, Decimal] | None = None,
    evidence: Mapping[Key, str] | None = None,
) -> Material:
    """The material of a table. Each distinct (value, name) is read once."""
    readings: dict[tuple[str, str], TargetReading] = {}

    def read(text: str, name: str) -> TargetReading:
        if (text, name) not in readings:
            readings[text, name] = read_target(text, name, table.fiscal_year)
        return readings[text, name]

    frame = practice.words("evaluation_frame_levels")
    jobs = []
    for number, project in enumerate(table.projects, 1):
        items = []
        for indicator in project.indicators:
            if any(word in (indicator.level1 or "") for word in frame):
                continue
            targets = [
                Target(name, text, read(text, indicator.name))
                for name, text in (
                    ("annual_target", indicator.annual_target),
                    ("whole_term_target", indicator.whole_term_target),
                )
                if text and text.strip()
            ]
            if len(targets) == 2 and _TAIL.sub("", targets[0].text) == _TAIL.sub("", targets[1].text):
                del targets[1]
            level2 = _level2(indicator)
            name = plain_name(indicator.name)
            unnamed = not name or (level2_of(name) is not None and name.removesuffix("指标") in _class_names(level2))
            items.append(
                Item(number, indicator, level1_of(indicator.level1, level2), level2, name, unnamed, tuple(targets))
            )
        jobs.append(Job(number, project, tuple(items)))
    return Material(table, practice, tuple(jobs), prior, weights, evidence, table.fiscal_year)


def plain_name(name: str) -> str:
    """An indicator's name without list marks (★, 指标1：, 1.) and without punctuation at its end."""
    return _TAIL.sub("", _PREFIX.sub("", name.strip()))


def _level2(indicator: Indicator) -> Level2 | None:
    found = level2_of(indicator.level2, indicator.code)
    if found is None:
        level1 = level1_of(indicator.level1)
        if level1 is Level1.SATISFACTION:
            return Level2.RECIPIENT_SATISFACTION
        if level1 is Level1.COST:
            return Level2.COST
    return found


def _class_names(level2: Level2 | None) -> tuple[str, ...]:
    return (level2.zh.removesuffix("指标"), level2.zh) if level2 else ()

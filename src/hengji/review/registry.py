"""What a rule is, and how one is registered.

A rule is a function from the material to hits, wrapped by `registered` with everything the manual, the messages and
the tests need. `catalogue.RULES` lists them by name, so that "go to definition" leads from a code to its function.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from hengji.legislation import cite
from hengji.model.finding import Citation, Finding, Place, Severity
from hengji.model.review import NotChecked
from hengji.model.table import TargetTable
from hengji.review.material import Item, Job, Material
from hengji.review.wording import quoted, where_en, where_zh


class Ref(NamedTuple):
    """A topic in a document, by the document's id."""

    document: str
    topic: str


@dataclass(frozen=True, slots=True)
class Example:
    """A mini table and, where the rule needs it, last year's. It is a test and a part of the manual page."""

    table: TargetTable
    prior: TargetTable | None = None

    @property
    def lines(self) -> tuple[str, ...]:
        """The example as text, a line an indicator: class, name, whole-term value where there is one, annual value."""
        return tuple(
            "｜".join(t for t in (i.level2, i.name, i.whole_term_target, i.annual_target or "—") if t)
            for p in self.table.projects
            for i in p.indicators
        )


@dataclass(frozen=True, slots=True)
class Words:
    """The three parts of a message: what was seen, why it matters, what to do. {…} are filled from the hit."""

    seen: str
    why: str
    do: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule's catch: the indicator, the project, or None for the whole table.

    `zh` and `en` replace what the rule says was seen where the rule has several cases.
    """

    at: Item | Job | None
    field: str | None = None
    values: Mapping[str, object] = dataclasses.field(default_factory=dict)
    zh: str | None = None
    en: str | None = None
    severity: Severity | None = None
    suggestion: str | None = None


Check: TypeAlias = Callable[[Material], Iterator[Hit]]
Needs: TypeAlias = Callable[[Material], tuple[str, str] | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: code and name, both languages, severity, citations, the item of the form it bears on, examples.

    `severity` is the milder one where `stricter` says under which condition the other holds. `field` is the cell of the
    indicator that the rule is about (None: its target). `needs` answers with
    what is missing (zh, en) when the rule cannot run on a material, or cannot run wholly.
    """

    code: str
    name: str
    title: str
    title_en: str
    severity: Severity
    zh: Words
    en: Words
    cites: tuple[Ref, ...]
    item: str
    flagged: tuple[Example, ...]
    passing: tuple[Example, ...]
    check: Check
    stricter: str | None = None
    needs: Needs | None = None
    field: str | None = None

    def missing(self, material: Material) -> NotChecked | None:
        """What the rule lacks on this material."""
        lacking = self.needs(material) if self.needs else None
        return NotChecked(self.code, *lacking) if lacking else None

    def citations(self, material: Material) -> tuple[Citation, ...]:
        """The rule's documents that are in force on the date of the review; practice where none is."""
        refs = [r for r in self.cites if material.practice.in_force(r.document)]
        return tuple(cite(*r) for r in refs) or (cite("practice", self.title),)

    def findings(self, material: Material) -> Iterator[Finding]:
        """The findings of this rule on a material."""
        cites = self.citations(material)
        for hit in self.check(material):
            yield self._finding(hit, material, cites)

    def _finding(self, hit: Hit, material: Material, cites: tuple[Citation, ...]) -> Finding:
        values = dict(hit.values)
        project: int | None = None
        indicator: int | None = None
        place = Place()
        if isinstance(hit.at, Item):
            project, indicator = hit.at.project, hit.at.indicator.number
            named = hit.field or self.field or (hit.at.targets[0].field if hit.at.targets else "annual_target")
            place = hit.at.indicator.place_of(named)
            values.setdefault("value", quoted(hit.at.text))
            values.setdefault("name", quoted(hit.at.name))
        elif isinstance(hit.at, Job):
            project = hit.at.number
            place = hit.at.project.place_of(hit.field or "")
        seen, seen_en = (hit.zh or self.zh.seen).format(**values), (hit.en or self.en.seen).format(**values)
        where, where_english = where_zh(hit.at, material), where_en(hit.at, material)
        return Finding(
            code=self.code,
            severity=hit.severity or self.severity,
            zh=f"{seen}（{where}）。{self.zh.why.format(**values)}。{self.zh.do.format(**values)}。",
            en=f"{seen_en} ({where_english}). {self.en.why.format(**values)}. {self.en.do.format(**values)}.",
            place=place,
            suggestion=hit.suggestion,
            cites=cites,
            project=project,
            indicator=indicator,
        )


def registered(
    *,
    code: str,
    name: str,
    title: str,
    title_en: str,
    severity: Severity,
    zh: Words,
    en: Words,
    cites: tuple[Ref, ...],
    item: str,
    flagged: tuple[Example, ...],
    passing: tuple[Example, ...],
    stricter: str | None = None,
    needs: Needs | None = None,
    field: str | None = None,
) -> Callable[[Check], Rule]:
    """Make a rule of a check function."""

    def wrap(check: Check) -> Rule:
        return Rule(
            code, name, title, title_en, severity, zh, en, cites, item, flagged, passing, check, stricter, needs, field
        )

    return wrap


# The documents rules cite again and again, with the topic of the four requirements (88号) or of the guidance (101号).
QUANTIFIED = Ref("mof-2015-88", "细化量化")
POINTED = Ref("mof-2015-88", "指向明确")
REASONABLE = Ref("mof-2015-88", "合理可行")
MATCHING = Ref("mof-2015-88", "相应匹配")
FORM = Ref("mof-2015-88", "项目支出绩效目标审核表")


def guidance(topic: str) -> Ref:
    """A topic of the guidance on core indicators (101号)."""
    return Ref("mof-2021-101", topic)


def practice(topic: str) -> Ref:
    """A topic of review practice without a paper."""
    return Ref("practice", topic)

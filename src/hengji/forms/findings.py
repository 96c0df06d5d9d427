"""Findings as the forms need them: by project, by severity, in short; grades in words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from hengji.forms.text import day, money
from hengji.model.finding import Citation, Finding, Place, Severity
from hengji.model.review import Grade, Judged, JudgedTotal, Method, ProjectReview, Review
from hengji.model.table import Project, TargetTable

# Told apart by shape in print, not by colour alone.
MARKS = {Severity.ERROR: "■", Severity.WARNING: "▲", Severity.INFO: "○"}
METHODS = {Method.GENERAL: "一般性项目", Method.KEY: "重点项目"}
_ORDER = {severity: place for place, severity in enumerate(Severity)}
# Messages of a review name the place behind what was seen; the forms have a column for it.
_WHERE = re.compile(r"（(?:全表|项目\d+《.*?》(?:第\d+项“.*?”)?)）。?", re.DOTALL)


class Message(NamedTuple):
    """A message in two: what was seen, and why it matters and what to do ("" where it is not told apart)."""

    seen: str
    why: str


def message(finding: Finding) -> Message:
    """The Chinese message of a finding without the place in its middle."""
    found = _WHERE.search(finding.zh)
    if found is None or not found.start():
        return Message(finding.zh, "")
    return Message(finding.zh[: found.start()], finding.zh[found.end() :])


def by_project(findings: Iterable[Finding]) -> dict[int | None, list[Finding]]:
    """Findings under the number of their project (None: the whole table), the graver first, else as they came."""
    found: dict[int | None, list[Finding]] = {}
    for finding in findings:
        found.setdefault(finding.project, []).append(finding)
    for mine in found.values():
        mine.sort(key=lambda f: _ORDER[f.severity])
    return found


def counts(findings: Iterable[Finding]) -> Counter[Severity]:
    """How many findings there are of each severity."""
    return Counter(f.severity for f in findings)


def counted(findings: Iterable[Finding]) -> str:
    """The counts in words: 退回 3 条、提示 5 条、说明 0 条."""
    number = counts(findings)
    return "、".join(f"{s.zh} {number[s]} 条" for s in Severity)


def subject(finding: Finding, project: Project | None) -> str:
    """What a finding is about: 第3项“…”, 项目整体, or 全表."""
    if project is None or finding.project is None:
        return "全表"
    if finding.indicator is None:
        return "项目整体"
    name = next((i.name for i in project.indicators if i.number == finding.indicator), None)
    return f"第{finding.indicator}项“{name}”" if name else f"第{finding.indicator}项"


def place_zh(place: Place) -> str:
    """Where something stands in the document: 第6行第7列, or 原文第228至273字 in a text; "" when nothing is known."""
    if place.zh:
        return place.zh
    if place.start is None or place.end is None:
        return ""
    first, last = place.start + 1, place.end
    return f"原文第{first}至{last}字" if last > first else f"原文第{first}字"


def project_of(finding: Finding, table: TargetTable) -> Project | None:
    """The project a finding is about; None for the whole table."""
    if finding.project is None or not 1 <= finding.project <= len(table.projects):
        return None
    return table.projects[finding.project - 1]


def cited(findings: Iterable[Finding]) -> list[Citation]:
    """All citations of some findings, each once: documents in order, practice without a paper last."""
    every = {c for f in findings for c in f.cites}
    return sorted(every, key=lambda c: (not c.document, c.document, c.title, c.topic, c.verified))


def checked(citation: Citation) -> str:
    """Whether someone compared a citation with the official text."""
    return "已核" if citation.verified else "出处待核"


def methods(review: Review, method: Method) -> tuple[Method, ...]:
    """Both ways of grading, the one that the unit uses first."""
    return (method, *(m for m in Method if m is not method))


def proposal(form: ProjectReview, method: Method) -> tuple[Grade | None, tuple[Grade, ...]]:
    """The proposed overall grade of a project by a method, and from worst to best what is still reachable."""
    if method is Method.GENERAL:
        return form.general, form.general_range
    return form.key, form.key_range


def proposal_zh(form: ProjectReview, method: Method) -> str:
    """The proposed overall grade: 良; 差—良 where a person's judgement decides; — where nothing is proposed."""
    grade, reach = proposal(form, method)
    if grade is not None:
        return grade.value
    return f"{reach[0].value}—{reach[-1].value}" if reach else "—"


def key_points_zh(form: ProjectReview) -> str:
    """The proposed total of points: 85.20; 30.86—92.12 where a person's judgement decides; "" where there is none."""
    if form.key_points is not None:
        return f"{form.key_points:f}"
    ends = form.key_points_range
    return f"{ends[0]:f}—{ends[-1]:f}" if ends else ""


def total_zh(total: JudgedTotal) -> str:
    """What an office came to over all items: 主管部门评定：良; with points by 重点项目, or what is still open."""
    if total.grade is None:
        return f"{total.office.value}还有{len(total.missing)}项没有评定"
    points = f"（{total.points:f}分）" if total.points is not None else ""
    since = "，评定之后目标有改动" if total.changed_since else ""
    return f"{total.office.value}评定：{total.grade.value}{points}{since}"


def judged_zh(judged: Judged) -> str:
    """What a reviewer gave to an item: 主管部门评定“良”13.5分（张三，2024年3月1日）：words."""
    points = f"{judged.points:f}分" if judged.points is not None else ""
    words = f"：{judged.words}" if judged.words else ""
    since = "。评定之后目标有改动" if judged.changed_since else ""
    return f"{judged.office.value}评定“{judged.grade.value}”{points}（{judged.by}，{day(judged.on)}）{words}{since}"


def worst_first(numbers: Iterable[int], found: dict[int | None, list[Finding]]) -> Sequence[int]:
    """Project numbers, those with more 退回, then more 提示, then more 说明 first."""
    tallies = {n: counts(found.get(n, ())) for n in numbers}
    return sorted(tallies, key=lambda n: (*(-tallies[n][s] for s in Severity), n))


def tie_out(table: TargetTable) -> tuple[Decimal | None, str]:
    """The total amount of a table, and whether the printed sum and the projects agree, in words."""
    printed = table.printed_totals.total
    given = [p.funds.total for p in table.projects if p.funds.total is not None]
    if any(p.money_unit not in (None, table.money_unit) for p in table.projects):
        return printed, "各项目金额单位不一，未能核对"
    added = sum(given, Decimal(0))
    if printed is None:
        return (added, "各项目之和；原件没有合计行，未核对") if given else (None, "原件没有金额")
    if not given:
        return printed, "各项目没有金额，未能核对"
    if added == printed:
        return printed, f"与{len(given)}个项目之和一致"
    return printed, f"与{len(given)}个项目之和 {money(added)} 不一致，差 {money(printed - added)}"

"""One document → what is kept of it: rows of the four tables, as plain data in the order of their columns."""

from __future__ import annotations

import datetime
import hashlib
from collections import Counter
from decimal import Decimal
from typing import Any

from hengji.dossier.bulk.terms import Terms
from hengji.dossier.opening import read_document
from hengji.dossier.reviewed import review_table
from hengji.model.finding import Finding, Severity
from hengji.model.review import Grade, ProjectReview
from hengji.model.table import Indicator, Project, Source, Status, TargetTable
from hengji.model.target import Clause, TargetKind, TargetReading
from hengji.review.likeness import measure_key
from hengji.review.material import plain_name
from hengji.review.practice import Practice
from hengji.targets import read_target

SKIPPED = "skipped"
# A figure of these kinds can be put beside another one of the same kind, unit and direction.
_FIGURES = (TargetKind.THRESHOLD, TargetKind.COUNT, TargetKind.APPROX, TargetKind.FREQUENCY)

Entry = dict[str, list[list[Any]]]


def entry_of(data: bytes, document: str, terms: Terms) -> Entry:
    """What is kept of a document: it is read and reviewed, a self-evaluation recomputed too, as by `hengji review`."""
    table = read_document(data, document.rpartition("/")[2])
    if table.status is Status.REFUSED:
        return entry_without(document, table.source, len(data), table.findings[0])
    on = datetime.date(table.fiscal_year, 1, 1) if table.fiscal_year else terms.on
    review = review_table(table, on=on, pack=terms.pack, method=terms.method).review
    found = (*(("reading", f) for f in table.findings), *(("review", f) for f in review.findings))
    practice = Practice(terms.pack, on)
    projects, indicators = [], []
    for number, (project, form) in enumerate(zip(table.projects, review.projects, strict=True), 1):
        mine = [f for _, f in found if f.project == number]
        rows = _indicators(document, number, project, table, practice, mine)
        indicators += rows
        projects.append(_project(document, number, project, table, form, mine, rows))
    return {
        "documents": [_document(document, table, len(data), [f for _, f in found])],
        "projects": projects,
        "indicators": indicators,
        "findings": [_finding(document, table, stage, f) for stage, f in found],
    }


def entry_without(document: str, source: Source | None, size: int, why: Finding, status: str = "refused") -> Entry:
    """What is kept of a document without a table: the reason, as its one finding."""
    table = TargetTable(source or Source(document, "", ""), Status.REFUSED, findings=(why,))
    row = _document(document, table, size, [why])
    row[1], row[3:6] = table.source.sha256 or None, [table.source.media_type or None, status, None]
    row[-3:] = [why.code, why.zh, why.en]
    return {
        "documents": [row], "projects": [], "indicators": [],
        "findings": [_finding(document, table, "reading", why)],
    }  # fmt: skip


def unit_of(table: TargetTable, project: Project | None) -> str | None:
    """The unit that answers: the department of the document, else who spends the money of the project."""
    return table.department or (project.fund_user if project else None)


def _document(document: str, table: TargetTable, size: int, found: list[Finding]) -> list[Any]:
    count = Counter(f.severity for f in found)
    return [
        document, table.source.sha256, size, table.source.media_type, table.status.value, table.kind.value, table.title,
        table.department, table.fiscal_year, table.money_unit, len(table.projects), table.indicator_count,
        *(count[s] for s in Severity), *_partly(table),
    ]  # fmt: skip


def _partly(table: TargetTable) -> list[str | None]:
    """What is missing from a document of which only a part was read: the worst that reading found."""
    if table.status is not Status.PARTLY or not table.findings:
        return [None, None, None]
    order = list(Severity)
    worst = min(table.findings, key=lambda f: order.index(f.severity))
    return [worst.code, worst.zh, worst.en]


def _project(
    document: str, number: int, project: Project, table: TargetTable, form: ProjectReview, mine: list[Finding],
    rows: list[list[Any]],
) -> list[Any]:  # fmt: skip
    count = Counter(f.severity for f in mine)
    worst_general, best_general = form.general_range or (None, None)
    worst_key, best_key = form.key_range or (None, None)
    least, most = form.key_points_range or (None, None)
    said = "\n".join(sorted(f"{i.name}\t{_target(i) or ''}" for i in project.indicators))
    return [
        document, number, unit_of(table, project), table.fiscal_year, (project.kind or table.kind).value, project.name,
        project.code, project.fund_user, project.money_unit or table.money_unit, _text(project.funds.total), len(rows),
        count[Severity.ERROR], count[Severity.WARNING], _grade(form.general), _grade(best_general),
        _grade(worst_general), _grade(form.key), _grade(best_key), _grade(worst_key), _text(most), _text(least),
        hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest(),
    ]  # fmt: skip


def _indicators(
    document: str, number: int, project: Project, table: TargetTable, practice: Practice, mine: list[Finding]
) -> list[list[Any]]:
    counts = Counter((f.indicator, f.severity) for f in mine)
    unit = unit_of(table, project)
    rows = []
    for line, indicator in enumerate(project.indicators, 1):
        target = _target(indicator)
        reading = read_target(target, indicator.name, table.fiscal_year) if target else None
        name = plain_name(indicator.name)
        rows.append([
            document, number, line, unit, table.fiscal_year, indicator.number, indicator.code, indicator.level1,
            indicator.level2, name, measure_key(name, practice), target, indicator.actual, indicator.max_points,
            indicator.points, *_read(reading), counts[indicator.number, Severity.ERROR],
            counts[indicator.number, Severity.WARNING], _place(indicator.place), indicator.confidence,
        ])  # fmt: skip
    return rows


def _read(reading: TargetReading | None) -> list[str | None]:
    """Kind, whether it can be checked, and where the target is one figure: how it compares, the figure, its unit."""
    if reading is None:
        return [None] * 5
    kinds = [reading.kind.value, reading.checkable.value]
    only: Clause | None = reading.clauses[0] if len(reading.clauses) == 1 and not reading.leftover else None
    if only is None or only.number is None or only.kind not in _FIGURES:
        return [*kinds, None, None, None]
    per = f"/{only.per.n}{only.per.unit}" if only.per else ""
    return [*kinds, only.op, f"{only.number:f}", f"{only.scale or ''}{only.unit or ''}{per}"]


def _target(indicator: Indicator) -> str | None:
    """The value under review: the annual one, or the whole-term one where only that is printed."""
    return indicator.annual_target or indicator.whole_term_target


def _finding(document: str, table: TargetTable, stage: str, finding: Finding) -> list[Any]:
    project = table.projects[finding.project - 1] if finding.project else None
    return [
        document, finding.project, finding.indicator, unit_of(table, project), table.fiscal_year, stage, finding.code,
        finding.severity.value, finding.zh, finding.en, finding.suggestion, _place(finding.place),
    ]  # fmt: skip


def _place(place: Any) -> str | None:
    if place.start is not None and place.end is not None:
        return f"字{place.start}–{place.end}"
    return place.zh or None


def _grade(grade: Grade | None) -> str | None:
    return grade.value if grade else None


def _text(figure: Decimal | None) -> str | None:
    return None if figure is None else f"{figure:f}"

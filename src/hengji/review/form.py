"""The eight-item review form of every project, filled as a proposal that is traced to findings.

How an item is graded (figures in the law under target_review.*): no error and no warning on it is 优; no error
is 良; errors on at most `fair_error_percent` of the project's indicators is 中; more is 差. An error on the project
itself counts as one indicator. An error on the whole table counts in every project, a milder finding on the whole
table in none, since no project can mend the form.

Points, for 重点项目: the band of the grade, from its upper limit down by the load. The load is the sum of the findings'
weights over what it would be with an error on every indicator, at most 1 (the lower limit).

Items with a question in the law are a person's to judge. Errors on them limit the grade, and that limit is proposed;
else nothing is. What the person can still reach is given as a range from worst to best, and an overall grade only
where both ends agree.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from hengji.legislation import LawError, law
from hengji.model.finding import Finding, Severity
from hengji.model.review import Grade, ProjectReview, ReviewItem
from hengji.review.material import Job, Material
from hengji.review.practice import Practice
from hengji.review.registry import Rule

_BEST_FIRST = (Grade.EXCELLENT, Grade.GOOD, Grade.FAIR, Grade.POOR)
_IN_LAW = {Grade.EXCELLENT: "excellent", Grade.GOOD: "good", Grade.FAIR: "fair", Grade.POOR: "poor"}
_HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class _Row:
    """One item of the form with what it can still reach."""

    item: ReviewItem
    worst: Grade
    best: Grade
    least: Decimal
    most: Decimal


class FormLaw:
    """The form's items, bands and cut-offs under one pack on one date.

    Raises:
        LawError: the form is not in force on the date.
    """

    def __init__(self, practice: Practice) -> None:
        def ask(key: str) -> Mapping[str, Decimal]:
            return law(f"target_review.{key}", pack=practice.pack, on=practice.on).numbers

        self.items = law("target_review.items", pack=practice.pack, on=practice.on).rows
        self.counts = ask("general_counts")
        self.cut_offs = ask("cut_offs")
        self.proposal = ask("proposal")
        bands = law("target_review.item_bands", pack=practice.pack, on=practice.on).table
        self.bands: dict[Grade, tuple[Decimal, Decimal]] = {}
        for grade, name in _IN_LAW.items():
            band = bands[name]
            if isinstance(band, tuple):
                upper, lower = (v for v in band if isinstance(v, Decimal))
                self.bands[grade] = (upper, lower)

    def points(self, most: Decimal, grade: Grade, load: Decimal) -> Decimal:
        """Points of an item in the band of its grade, to two places."""
        upper, lower = self.bands[grade]
        return (most * (upper - (upper - lower) * min(load, Decimal(1))) / 100).quantize(_HUNDREDTH, ROUND_HALF_EVEN)

    def general(self, grades: Sequence[Grade]) -> Grade:
        """The overall grade of a 一般性项目 from the grades of its items."""
        count = Counter(grades)
        good_or_better = count[Grade.EXCELLENT] + count[Grade.GOOD]
        if count[Grade.EXCELLENT] >= self.counts["excellent"] and good_or_better == len(grades):
            return Grade.EXCELLENT
        if good_or_better >= self.counts["good"] and not count[Grade.POOR]:
            return Grade.GOOD
        return Grade.FAIR if len(grades) - count[Grade.POOR] >= self.counts["fair"] else Grade.POOR

    def key(self, points: Decimal) -> Grade:
        """The overall grade of a 重点项目 from its points."""
        for grade in _BEST_FIRST[:-1]:
            if points >= self.cut_offs[_IN_LAW[grade]]:
                return grade
        return Grade.POOR


def fill_forms(material: Material, found: Sequence[Finding], rules: Sequence[Rule]) -> tuple[ProjectReview, ...]:
    """One form a project, in the order of the table; forms without items where none is in force on the date."""
    try:
        form = FormLaw(material.practice)
    except LawError:
        return tuple(ProjectReview(job.project.name, (), None, None, None) for job in material.jobs)
    item_of = {rule.code: rule.item for rule in rules}
    by_project: dict[int | None, list[Finding]] = {}
    for finding in found:
        by_project.setdefault(finding.project, []).append(finding)
    of_table = [f for f in by_project.get(None, ()) if f.severity is Severity.ERROR]
    return tuple(_form(job, [*of_table, *by_project.get(job.number, ())], item_of, form) for job in material.jobs)


def _form(job: Job, found: Sequence[Finding], item_of: Mapping[str, str], form: FormLaw) -> ProjectReview:
    rows = []
    for fields in form.items:
        mine = [f for f in found if item_of.get(f.code) == fields["item"]]
        rows.append(_row(fields, mine, max(len(job.items), 1), form))
    best, worst = form.general([r.best for r in rows]), form.general([r.worst for r in rows])
    most, least = sum((r.most for r in rows), Decimal(0)), sum((r.least for r in rows), Decimal(0))
    key_best, key_worst = form.key(most), form.key(least)
    return ProjectReview(
        job.project.name,
        tuple(r.item for r in rows),
        general=best if best is worst else None,
        key=key_best if key_best is key_worst else None,
        key_points=most if most == least else None,
        general_range=(worst, best),
        key_range=(key_worst, key_best),
        key_points_range=(least, most),
    )


def _row(fields: Mapping[str, object], mine: Sequence[Finding], indicators: int, form: FormLaw) -> _Row:
    question = fields.get("question")
    points = fields["points"]
    most = points if isinstance(points, Decimal) else Decimal(0)
    limit = _grade(mine, indicators, form)
    load = _load(mine, indicators, form)
    at_limit = form.points(most, limit, load)
    judged = question is not None
    proposed = not judged or any(f.severity is Severity.ERROR for f in mine)
    item = ReviewItem(
        item=str(fields["item"]),
        dimension=str(fields["dimension"]),
        max_points=most,
        proposed_grade=limit if proposed else None,
        proposed_points=at_limit if proposed else None,
        because=tuple(sorted({f.code for f in mine})),
        to_judge=str(question) if judged else None,
    )
    if not judged:
        return _Row(item, limit, limit, at_limit, at_limit)
    return _Row(item, Grade.POOR, limit, Decimal("0.00"), at_limit)


def _grade(mine: Sequence[Finding], indicators: int, form: FormLaw) -> Grade:
    errors = {(f.indicator, f.code if f.indicator is None else "") for f in mine if f.severity is Severity.ERROR}
    if errors:
        fair = Decimal(100 * len(errors)) / indicators <= form.proposal["fair_error_percent"]
        return Grade.FAIR if fair else Grade.POOR
    return Grade.GOOD if any(f.severity is Severity.WARNING for f in mine) else Grade.EXCELLENT


def _load(mine: Sequence[Finding], indicators: int, form: FormLaw) -> Decimal:
    total = sum((form.proposal[f"load_{f.severity.value}"] for f in mine), Decimal(0))
    return total / (indicators * form.proposal["load_error"])

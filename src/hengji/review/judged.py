"""What reviewers gave beside the proposal: their grades at the eight items, and the overall grade that follows."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from hengji.legislation import LawError
from hengji.model.review import Grade, Judged, JudgedTotal, Method, Office, ProjectReview, Review
from hengji.review.form import FormLaw
from hengji.review.practice import Practice


def form_law(pack: str, on: datetime.date) -> FormLaw | None:
    """The review form under a pack on a date; None where none is in force."""
    try:
        return FormLaw(Practice(pack, on))
    except LawError:
        return None


def with_judged(review: Review, given: Mapping[str, Sequence[Judged]], form: FormLaw | None) -> Review:
    """The review with what reviewers gave to each project (by name), and the overall grades by the form's law."""
    if form is None or not given:
        return review
    return replace(review, projects=tuple(_with(p, given.get(p.name, ()), form) for p in review.projects))


def _with(one: ProjectReview, given: Sequence[Judged], form: FormLaw) -> ProjectReview:
    totals = [_total(one, office, [j for j in given if j.office is office], form) for office in Office]
    return replace(one, judged=tuple(given), totals=tuple(t for t in totals if t is not None))


def _total(one: ProjectReview, office: Office, mine: Sequence[Judged], form: FormLaw) -> JudgedTotal | None:
    if not mine:
        return None
    method = mine[-1].method  # the one that the office chose last; what was given by the other counts no more
    used = {j.item: j for j in mine if j.method is method}
    missing = tuple(i.item for i in one.items if i.item not in used)
    if missing:
        return JudgedTotal(office, method, None, None, missing)
    since = any(j.changed_since for j in used.values())
    if method is Method.GENERAL:
        return JudgedTotal(office, method, form.general([used[i.item].grade for i in one.items]), None, (), since)
    points = sum((used[i.item].points or Decimal(0) for i in one.items), Decimal(0))
    return JudgedTotal(office, method, form.key(points), points, (), since)


def most_points(form: FormLaw, item: str) -> Decimal | None:
    """The points of an item of the form; None where there is no such item."""
    found = next((row["points"] for row in form.items if row["item"] == item), None)
    return found if isinstance(found, Decimal) else None


def band(form: FormLaw, most: Decimal, grade: Grade) -> tuple[Decimal, Decimal]:
    """The most and the least points of an item at a grade."""
    upper, lower = form.bands[grade]
    return most * upper / 100, most * lower / 100

"""From a table to its review: the part of a unit's year that needs the published document alone."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace

from hengji.dossier.folder import DEFAULT_PACK, Dossier
from hengji.dossier.in_force import table_in_force, waivers_in_force
from hengji.dossier.judging import grades_in_force, law_day
from hengji.legislation import LawError, law
from hengji.model.review import Method, Review, Waiver
from hengji.model.table import TableKind, TargetTable
from hengji.review import review
from hengji.review.judged import form_law, with_judged
from hengji.scoring.foreign import check_self_evaluation, not_checked
from hengji.scoring.rules import rules_of


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A table with its review, and what it was judged by: the date of the law, the pack and the method."""

    table: TargetTable
    review: Review
    on: datetime.date
    pack: str
    method: Method


def review_table(
    table: TargetTable,
    *,
    on: datetime.date,
    pack: str = DEFAULT_PACK,
    method: Method = Method.GENERAL,
    waivers: Sequence[Waiver] = (),
    prior: TargetTable | None = None,
) -> Reviewed:
    """The review of a table by the law in force on a date."""
    found = review(table, on=on, pack=pack, method=method, waivers=waivers, prior=prior)
    if table.kind is TableKind.SELF_EVALUATION:
        found = _with_self_checks(table, found, pack, on)
    return Reviewed(table, found, on, pack, method)


def _with_self_checks(table: TargetTable, found: Review, pack: str, on: datetime.date) -> Review:
    """The review of a filled-in self-evaluation: its arithmetic too, by the law of the year in which it is written."""
    written = datetime.date(table.fiscal_year + 1, 12, 31) if table.fiscal_year else on
    try:
        rules = rules_of(pack, written)
        tolerance = law("measures.approx_tolerance", pack=pack, on=written).number / 100
    except LawError:
        return found  # a form from before this law
    findings = check_self_evaluation(table, rules, tolerance=tolerance)
    return replace(found, findings=(*found.findings, *findings), not_checked=(*found.not_checked, *not_checked(table)))


def review_dossier(dossier: Dossier, *, today: datetime.date, method: Method = Method.GENERAL) -> Reviewed:
    """The review of a dossier's table as it is in force today, with the waivers in force and what reviewers graded.

    Last year's table is compared where it is there. Targets are judged by the law in force when their budget year begins; without a year, by today's.
    """
    on = law_day(dossier, today)
    changes = dossier.changes.read()
    table = table_in_force(dossier.table, changes, today)
    waivers = waivers_in_force(changes)
    found = review_table(table, on=on, pack=dossier.pack, method=method, waivers=waivers, prior=dossier.prior)
    judged = with_judged(found.review, grades_in_force(changes), form_law(dossier.pack, on))
    return replace(found, review=judged)

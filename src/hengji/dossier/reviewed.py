"""From a table to its review: the part of a unit's year that needs the published document alone."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from hengji.dossier.folder import DEFAULT_PACK, Dossier
from hengji.dossier.in_force import table_in_force, waivers_in_force
from hengji.model.review import Method, Review, Waiver
from hengji.model.table import TargetTable
from hengji.review import review


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
    return Reviewed(table, found, on, pack, method)


def review_dossier(dossier: Dossier, *, today: datetime.date, method: Method = Method.GENERAL) -> Reviewed:
    """The review of a dossier's table as it is in force today, with the waivers in force.

    Last year's table is compared where it is there. Targets are judged by the law in force when their budget year begins; without a year, by today's.
    """
    on = datetime.date(dossier.year, 1, 1) if dossier.year else today
    changes = dossier.changes.read()
    table = table_in_force(dossier.table, changes, today)
    waivers = waivers_in_force(changes)
    return review_table(table, on=on, pack=dossier.pack, method=method, waivers=waivers, prior=dossier.prior)

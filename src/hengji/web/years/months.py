"""A year month by month, as `hengji monitor` would see it on the last day of each; nothing is frozen."""

from __future__ import annotations

import calendar
import datetime
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal

from hengji.dossier.evaluated import evaluate
from hengji.model.evaluation import Stage
from hengji.web.years.index import folder_of
from hengji.web.years.models import Dossier, Month


def month_ends(dossier: Dossier) -> list[datetime.date]:
    """The last days of the months up to the day that actual values stand at (the end of the year where there is none)."""
    until = dossier.computed_as_of or datetime.date(dossier.year, 12, 31)
    ends = [datetime.date(dossier.year, m, calendar.monthrange(dossier.year, m)[1]) for m in range(1, 13)]
    return [day for day in ends if day <= until] or ends[:1]


def index_month(dossier: Dossier, day: datetime.date) -> Month:
    """One month anew, from what the folder holds now.

    Raises:
        DossierError: as `evaluate`.
    """
    made = evaluate(folder_of(dossier), Stage.MONITORING, day)
    projects = made.evaluation.projects
    lights = Counter(line.light.value for p in projects for line in p.lines if line.light is not None)
    verdicts = Counter(a.judgement for a in made.computed.actuals)
    met, not_met = verdicts["met"], verdicts["not_met"]
    found, _ = Month.objects.update_or_create(
        dossier=dossier, as_of=day,
        defaults={
            "budget": _sum(p.execution.final_budget for p in projects),
            "outturn": _sum(p.execution.outturn for p in projects),
            "forecast": _sum(p.execution.forecast for p in projects),
            "met": met, "not_met": not_met, "open": len(made.computed.actuals) - met - not_met,
            **{colour: lights[colour] for colour in ("green", "yellow", "red", "blue")},
        },
    )  # fmt: skip
    return found


def _sum(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """The sum of what there is; None where there is nothing."""
    there = [a for a in amounts if a is not None]
    return sum(there, Decimal(0)) if there else None

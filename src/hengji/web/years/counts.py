"""What lists and sums show of a dossier, counted once when its index changes: units and desks then ask no indicator."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum

from hengji.web.years.models import Dossier, Indicator

WAN = {"元": Decimal(10_000), "万元": Decimal(1)}
COUNTED = ("budget", "outturn", "indicators", "met", "missed", "open", "red", "returns")
OPEN = Q(judgement="undecidable") | Q(status__in=("insufficient", ""))
"""Indicators of which nobody can say yet whether they are met."""


def count(row: Dossier) -> None:
    """Count a dossier's indicators and add up its money, in 万元; the caller holds the transaction."""
    money = row.projects.values_list("final_budget", "outturn")
    unit = WAN.get(row.money_unit, Decimal(1))
    # Added in Python: SQLite would add fractions of money as floats.
    row.budget = sum((m for m, _ in money if m is not None), Decimal(0)) / unit
    row.outturn = sum((m for _, m in money if m is not None), Decimal(0)) / unit
    counted: dict[str, Any] = Indicator.objects.filter(project__dossier=row).aggregate(
        indicators=Count("pk"), met=Count("pk", filter=Q(judgement="met")), missed=Count("pk", filter=Q(judgement="not_met")),
        open=Count("pk", filter=OPEN), red=Count("pk", filter=Q(light="red")), returns=Sum("errors"),
    )  # fmt: skip
    for name, n in counted.items():
        setattr(row, name, n or 0)
    row.save(update_fields=COUNTED)

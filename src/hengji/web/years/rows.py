"""Rows of the index made what they should be, touching only those that differ: most changes are of one cell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db.models import Model

M = TypeVar("M", bound=Model)
_AT_ONCE = 200


def bring_up(model: type[M], before: Mapping[Any, M], wanted: Mapping[Any, M]) -> int:
    """Make the rows `before` those `wanted`, by a key that both are under; returns how many were written or removed.

    Rows that were there keep their primary key; those of `wanted` have theirs when this returns. One transaction is
    the caller's to hold.
    """
    gone = [before[key].pk for key in before.keys() - wanted.keys()]
    if gone:
        model._default_manager.filter(pk__in=gone).delete()
    fields = [f for f in model._meta.concrete_fields if not f.primary_key]
    names = [f.attname for f in fields]
    differing = []
    for key, row in wanted.items():
        old = before.get(key)
        if old is not None:
            row.pk = old.pk
        if old is None or any(getattr(row, name) != getattr(old, name) for name in names):
            differing.append(row)
    if differing:
        model._default_manager.bulk_create(
            differing, batch_size=_AT_ONCE, update_conflicts=True, unique_fields=["pk"], update_fields=[f.name for f in fields]
        )  # fmt: skip
    return len(gone) + len(differing)

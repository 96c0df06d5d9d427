"""Alarms of the register of online issues, with the time that response and verification took or have been due."""

from __future__ import annotations

import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from hengji.dossier import DossierError
from hengji.dossier.computed import store_of
from hengji.evidence.listing import page_of
from hengji.web.access import Act, needs
from hengji.web.people.scope import dossier_for
from hengji.web.years.index import folder_of
from hengji.web.years.tables import base, me

REGISTER, ROWS = "online_issue", 100


@require_safe
@needs("alarms")
def alarms(request: HttpRequest, pk: int) -> HttpResponse:
    """The alarms, a page at a time, as recorded; an open clock runs to the day that the actual values stand for, or to now."""
    dossier = dossier_for(me(request), pk, Act.VIEW)
    said = request.GET.get("from", "")
    start = int(said) if said.isdecimal() and len(said) < 12 else 0
    now = timezone.localtime().replace(tzinfo=None)
    if dossier.computed_as_of:
        now = min(now, datetime.datetime.combine(dossier.computed_as_of, datetime.time.max))
    try:
        found = page_of(store_of(folder_of(dossier)).batches(REGISTER), start, ROWS)
    except OSError as error:
        raise DossierError(
            f"台账文件读不出来：{error}。请用“hengji evidence check”核对，从备份恢复。",
            f"A file of the register cannot be read: {error}. See `hengji evidence check`; restore it from a backup.",
        ) from None
    given = {**base(request, dossier), "lines": [_line(row, now) for row in found.rows], "now": now,
             "before": max(0, start - ROWS) if start else None, "next": start + ROWS if found.more else None}  # fmt: skip
    return render(request, "alarms.html", given)


def _line(row: dict[str, Any], now: datetime.datetime) -> dict[str, Any]:
    return {**row, "clocks": [clock(row["raised_at"], row.get(name), now) for name in ("responded_at", "verified_at")]}


def clock(begin: datetime.datetime, end: datetime.datetime | None, now: datetime.datetime) -> tuple[str, bool]:
    """Hours and minutes from the alarm to what was done, or to now; and whether it is still running."""
    minutes = max(0, int(((end or now) - begin).total_seconds() // 60))
    return f"{minutes // 60}:{minutes % 60:02d}", end is None

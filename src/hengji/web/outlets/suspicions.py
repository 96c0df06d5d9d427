"""The list of suspicions of a unit's outlets: made in the background, kept as a file that can be made anew."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from hengji.dossier import DossierError
from hengji.evidence.errors import EvidenceError
from hengji.evidence.whole import write_whole
from hengji.reception.curves import places as places_of
from hengji.reception.errors import GatewayError
from hengji.reception.suspicion import suspected
from hengji.web.access import Act, needs
from hengji.web.flow.log import note
from hengji.web.people.scope import dossier_for
from hengji.web.templatetags.said import chinese
from hengji.web.years.models import Dossier
from hengji.web.years.tables import base, me

ROWS = 20
"""How many packets behind a suspicion the page names; the number of all is said."""


@require_safe
@needs("suspicions")
def suspicions(request: HttpRequest, pk: int) -> HttpResponse:
    """The list as it was last made: reason, span, packets. Every entry needs site proof."""
    dossier = dossier_for(me(request), pk, Act.VIEW)
    return render(request, "suspicions.html", {**base(request, dossier), "found": listed(dossier)})


@require_POST
@needs("suspect")
def ask_suspicions(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the list, in the background."""
    from hengji.web.jobs.run import ask  # which imports the work that jobs do, `make` among it

    dossier = dossier_for(me(request), pk, Act.ANSWER)
    if not dossier.organisation.gateway:
        messages.error(
            request, "本单位没有设置网关文件夹。" if chinese() else "No gateway folder is set for this unit."
        )
        return redirect("suspicions", pk=pk)
    note(request, "suspect", dossier=dossier)
    return redirect("job", pk=ask("suspect", dossier, me(request)).pk)


def make(dossier: Dossier) -> int:
    """Make the list of a dossier's unit and keep it; how many suspicions there are.

    Raises:
        DossierError: no folder is set, or it cannot be read.
    """
    folder = Path(dossier.organisation.gateway)
    try:
        if not dossier.organisation.gateway:
            raise GatewayError("本单位没有设置网关文件夹。", "No gateway folder is set for this unit.")
        found = suspected(folder)
        for one in found["suspicions"]:
            one["packets"], one["rows"] = len(one["rows"]), one["rows"][:ROWS]
        shown = [row for one in found["suspicions"] for row in one["rows"]]
        places = places_of(folder, (row["sha256"] for row in shown if row["sha256"]))
        for row in shown:
            row["place"] = split(places.get(row["sha256"] or ""))
    except (GatewayError, EvidenceError) as error:
        raise DossierError(error.zh, error.en) from None
    except OSError as error:
        raise DossierError(
            f"网关的文件夹读不出来：{error.strerror}。", f"The gateway's folder cannot be read: {error.strerror}."
        ) from None
    path = _kept(dossier)
    path.parent.mkdir(exist_ok=True)
    write_whole(path, json.dumps(found, ensure_ascii=False).encode())
    return len(found["suspicions"])


def listed(dossier: Dossier) -> dict[str, Any] | None:
    """The list that was last made; None where none was."""
    try:
        found: dict[str, Any] = json.loads(_kept(dossier).read_bytes())
    except FileNotFoundError:
        return None
    return found


def split(place: str | None) -> dict[str, Any] | None:
    """A place of the inbox as the address of a packet's page has it."""
    if not place:
        return None
    day, _, rest = place.partition("/")
    segment, _, begin = rest.partition("#")
    return {"day": day, "segment": segment, "begin": int(begin)}


def _kept(dossier: Dossier) -> Path:
    return Path(settings.DATA) / "suspicions" / f"{dossier.key}.json"

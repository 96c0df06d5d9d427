"""Writing the trail of acts (留痕): each tied to the one before, so that a change is seen (`trail.proved`)."""

from __future__ import annotations

import contextlib

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from hengji.web.flow.chain import FIRST, Words, digest_of
from hengji.web.flow.models import Entry, TrailEnd
from hengji.web.flow.witness import keep
from hengji.web.people.models import User
from hengji.web.years.models import Dossier

ASKED = "asked"
"""What is written before anything that changes something begins; the acts themselves follow with what they did."""


def address_of(request: HttpRequest) -> str:
    """Where a request comes from: behind a proxy of one's own, what that proxy says."""
    if settings.BEHIND_PROXY:
        return str(request.META.get("HTTP_X_FORWARDED_FOR", "")).rpartition(",")[2].strip()[:60]
    return str(request.META.get("REMOTE_ADDR", ""))[:60]


def note(
    request: HttpRequest,
    what: str,
    object_: str = "",
    *,
    dossier: Dossier | None = None,
    before: str = "",
    after: str = "",
) -> None:
    """Write down an act of the person who made the request.

    Raises:
        django.db.DatabaseError: it cannot be written.
    """
    user = request.user if isinstance(request.user, User) else None
    append(what, object_, by=user, address=address_of(request), dossier=dossier, before=before, after=after)


def append(
    what: str,
    object_: str = "",
    *,
    by: User | None,
    address: str = "",
    dossier: Dossier | None = None,
    before: str = "",
    after: str = "",
) -> Entry:
    """The next act of the trail; it is there when the transaction around it is.

    Raises:
        django.db.DatabaseError: it cannot be written.
    """
    with transaction.atomic():
        end = TrailEnd.objects.select_for_update().first() or TrailEnd(seq=0, digest=FIRST)
        words = Words(
            end.seq + 1, timezone.now(), f"{by.username} {by.full_name}".strip() if by else "", address, what,
            str(dossier)[:300] if dossier else "", object_[:300], before, after,
        )  # fmt: skip
        end.seq, end.digest = words.seq, digest_of(words, end.digest)
        made = Entry.objects.create(
            **words._asdict(), digest=end.digest, by=by, organisation=dossier.organisation if dossier else None,
            dossier=dossier,
        )  # fmt: skip
        end.save()
    # The witness is behind the trail after a kill in between, never before it.
    transaction.on_commit(lambda: _witness(made))
    return made


def _witness(made: Entry) -> None:
    # The act stands whether or not its witness could be written; the next one is written over it.
    with contextlib.suppress(OSError):
        keep(made.seq, made.digest)

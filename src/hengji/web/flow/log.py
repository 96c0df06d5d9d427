"""Writing the log of acts."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from hengji.web.flow.models import Entry
from hengji.web.people.models import User
from hengji.web.years.models import Dossier


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
    """Write down an act of the person who made the request."""
    user = request.user if isinstance(request.user, User) else None
    Entry.objects.create(
        at=timezone.now(), by=user, address=address_of(request), what=what,
        organisation=dossier.organisation if dossier else None, dossier=dossier, object=object_[:300], before=before,
        after=after,
    )  # fmt: skip

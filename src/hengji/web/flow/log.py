"""Writing the log of acts."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone

from hengji.web.flow.models import Entry
from hengji.web.people.models import User
from hengji.web.years.models import Dossier


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
        at=timezone.now(), by=user, address=str(request.META.get("REMOTE_ADDR", ""))[:60], what=what,
        organisation=dossier.organisation if dossier else None, dossier=dossier, object=object_[:300], before=before,
        after=after,
    )  # fmt: skip

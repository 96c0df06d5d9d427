"""How often somebody tried something: signing in under a name, answering a survey from one address.

Kept in the database, for the web server runs in several processes; names and addresses are kept as keyed digests only.
"""

from __future__ import annotations

import datetime
import unicodedata

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from hengji.web.people.models import Attempts


@transaction.atomic
def too_often(what: str, who: str, most: int, seconds: int) -> bool:
    """Count an attempt, and whether it is one too many: `most` are free, the next only `seconds` after the last free one.

    Counted before what is tried is looked at, so that many at the same moment are not more than one after the other.
    """
    now, key = timezone.now(), _key(what, who)
    Attempts.objects.filter(until__lt=now).delete()
    Attempts.objects.get_or_create(key=key, defaults={"count": 0, "until": now})
    row = Attempts.objects.select_for_update().get(key=key)
    if row.count >= most:
        return True
    row.count, row.until = row.count + 1, now + datetime.timedelta(seconds=seconds)
    row.save(update_fields=["count", "until"])
    return False


def forgotten(what: str, who: str) -> None:
    """Forget the attempts: it went well, or somebody else vouches for the person."""
    Attempts.objects.filter(key=_key(what, who)).delete()


def _key(what: str, who: str) -> str:
    # None gets more attempts by writing the same name otherwise.
    folded = unicodedata.normalize("NFKC", who).strip().casefold()
    return str(salted_hmac(f"hengji.attempts.{what}", folded, algorithm="sha256").hexdigest())

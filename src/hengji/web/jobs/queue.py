"""The queue: a file beside the database, read by one worker; no broker."""

from __future__ import annotations

from django.conf import settings
from huey import SqliteHuey

settings.DATA.mkdir(parents=True, exist_ok=True)
huey = SqliteHuey("hengji", filename=str(settings.DATA / "queue.sqlite3"), immediate=settings.JOBS_AT_ONCE, fsync=True)

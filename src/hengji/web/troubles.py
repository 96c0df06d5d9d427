"""The last page: something broke. A full disk is told as such, for people can do something about it."""

from __future__ import annotations

import errno
import sys

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.views.defaults import bad_request

_FULL = (errno.ENOSPC, errno.EDQUOT)


def disk_full(error: BaseException | None) -> bool:
    """Whether an error, or one that it came of, is a disk that takes no more."""
    if error is None:
        return False
    if isinstance(error, OSError) and error.errno in _FULL:
        return True
    if isinstance(error, OperationalError) and ("disk is full" in str(error) or "disk I/O error" in str(error)):
        return True
    return disk_full(error.__cause__ or error.__context__)


def broken(request: HttpRequest) -> HttpResponse:
    """What went wrong, in a page that needs neither database nor session."""
    return _page(disk_full(sys.exc_info()[1]))


def not_understood(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that makes no sense; a session that a full disk did not take comes here too."""
    return _page(True) if disk_full(exception) else bad_request(request, exception)


def untrailed(error: BaseException) -> HttpResponse:
    """Nothing is done that cannot be written into the trail first."""
    full = disk_full(error)
    return _page(full, untrailed=True)


def _page(full: bool, *, untrailed: bool = False) -> HttpResponse:
    page = loader.render_to_string("500.html", {"full": full, "untrailed": untrailed})
    return HttpResponse(page, status=507 if full else 503 if untrailed else 500)

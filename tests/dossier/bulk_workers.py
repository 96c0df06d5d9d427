"""Workers that go wrong on documents of certain names, with the limits and the protocol of the real ones."""

from __future__ import annotations

import os
import signal
import time
from multiprocessing.connection import Connection

from hengji.dossier.bulk import worker
from hengji.dossier.bulk.entry import Entry, entry_of
from hengji.dossier.bulk.terms import Limits, Terms


def _going_wrong(data: bytes, document: str, terms: Terms) -> Entry:
    if document.startswith("hangs"):
        while True:
            time.sleep(60)
    if document.startswith("spins"):
        while True:
            pass
    if document.startswith("eats"):
        hoard = []
        while True:
            hoard.append(bytes(1 << 24))
    if document.startswith("dies"):
        os.kill(os.getpid(), signal.SIGSEGV)
    if document.startswith("fails"):
        raise ZeroDivisionError
    return entry_of(data, document, terms)


def work(pipe: Connection, terms: Terms, limits: Limits) -> None:
    worker.entry_of = _going_wrong
    worker.work(pipe, terms, limits)


def absent(pipe: Connection, terms: Terms, limits: Limits) -> None:
    """A worker that does not come up."""
    os._exit(7)

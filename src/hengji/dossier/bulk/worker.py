"""The process that reads documents one after the other. It is made to be ended: from outside, or by its own limits."""

from __future__ import annotations

import json
import re
import resource
import signal
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path

from hengji.dossier.bulk.entry import SKIPPED, entry_of, entry_without
from hengji.dossier.bulk.faults import broke, left_out, too_large
from hengji.dossier.bulk.terms import Limits, Terms

MORE, LAST = b"+", b"-"
"""How an answer begins: the process goes on, or this was its last one."""
_HALVES = re.compile("[\ud800-\udfff]")
_MOST = 1000  # documents of one process: caches fill, and what they hold goes with it
_STATM = Path("/proc/self/statm")


def work(pipe: Connection, terms: Terms, limits: Limits) -> None:
    """Answer (document, file) with a sign and the entry as JSON until the pipe closes; the first message says it is ready.

    After a want of memory it answers and ends, because what is left of its memory is in pieces.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _limit_memory(limits)
    try:
        pipe.send_bytes(b"")
        for done in count(1):
            document, file = pipe.recv()
            _limit_time(limits)
            answer = _answer(document, file, terms, limits)
            if done == _MOST:
                answer = LAST + answer[1:]
            pipe.send_bytes(answer)
            if answer.startswith(LAST):
                return
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return  # the run is over, or was killed


def _answer(document: str, file: str, terms: Terms, limits: Limits) -> bytes:
    size = 0
    try:
        data = Path(file).read_bytes()
        size = len(data)
        return MORE + _json(entry_of(data, document, terms))
    except MemoryError:
        why = too_large(limits)
    except OSError as error:
        unread = left_out(
            f"文件读不出来：{error.strerror}。请检查权限。", f"The file cannot be read: {error.strerror}."
        )
        return MORE + _json(entry_without(document, None, 0, unread, SKIPPED))
    except Exception as error:  # our own fault: the other documents go on, and this one says so
        return MORE + _json(entry_without(document, None, size, broke(type(error).__name__)))
    return LAST + _json(entry_without(document, None, size, why))


def _json(entry: object) -> bytes:
    """As JSON; half a surrogate pair, which is no text for Parquet or SQLite, is shown by its number."""
    text = json.dumps(entry, ensure_ascii=False, separators=(",", ":"))
    return _HALVES.sub(lambda half: f"\\\\u{ord(half.group()):x}", text).encode()


def _limit_memory(limits: Limits) -> None:
    pages = int(_STATM.read_text("ascii").split()[0]) if _STATM.exists() else 0
    most = pages * resource.getpagesize() + limits.megabytes * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (most, resource.getrlimit(resource.RLIMIT_AS)[1]))


def _limit_time(limits: Limits) -> None:
    """A limit on computing that holds even where the watching process was killed; that one is sooner."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    most = int(used.ru_utime + used.ru_stime) + 2 * limits.seconds + 1
    resource.setrlimit(resource.RLIMIT_CPU, (most, resource.getrlimit(resource.RLIMIT_CPU)[1]))

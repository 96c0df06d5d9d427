"""What stands outside the database and tells where the trail had come to: the last act, and every printed anchor.

Cutting the end of the trail leaves no hole in the trail itself. It is seen against these two files of the data folder
(`trail-end.json`, `trail-anchors.jsonl`), and, where somebody changed those as well, against an anchor on paper.
"""

from __future__ import annotations

import fcntl
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings

from hengji.evidence.chain import ChainedLog


class Anchor(NamedTuple):
    """An act of the trail, by number and digest, as it stood at a time (ISO 8601) when somebody printed it."""

    seq: int
    digest: str
    at: str = ""
    by: str = ""


def keep(seq: int, digest: str) -> None:
    """Remember that the trail had come to this act; of two that write at once the later act stays.

    Raises:
        OSError: the data folder cannot be written.
    """
    # In place and not by renaming: a file read half-written is no JSON, and then only the anchors bear witness.
    with open(_end(), "a+b") as file:  # noqa: PTH123 - read, locked and written by one handle
        fcntl.flock(file, fcntl.LOCK_EX)
        known = _parsed(file, seq)
        if known is None or known.seq < seq:
            file.truncate(0)
            file.write(json.dumps({"seq": seq, "digest": digest}).encode())


def last_seen() -> Anchor | None:
    """Where the trail had come to when something was last written; None where nothing ever was.

    Raises:
        ValueError: the file is there and says nothing that can be read.
    """
    path = _end()
    if not path.exists():
        return None
    found = json.loads(path.read_bytes())
    return Anchor(int(found["seq"]), str(found["digest"]))


def anchors() -> list[Anchor]:
    """All anchors that were printed, the oldest first.

    Raises:
        EvidenceError: a line of the file was changed, removed or inserted.
    """
    return _anchors().read()


def anchored(anchor: Anchor) -> None:
    """Keep an anchor that is printed.

    Raises:
        EvidenceError: the file is not as it was written.
        OSError: it cannot be written.
    """
    _anchors().append([{"at": anchor.at, "by": anchor.by, "act": anchor.seq, "digest": anchor.digest}])


def _parsed(file: Any, seq: int) -> Anchor | None:
    file.seek(0)
    try:
        found = json.loads(file.read())
        return Anchor(int(found["seq"]), str(found["digest"]))
    except (ValueError, KeyError, TypeError):
        return None


def _one(fields: Mapping[str, Any]) -> Anchor:
    return Anchor(int(fields["act"]), str(fields["digest"]), str(fields["at"]), str(fields["by"]))


def _anchors() -> ChainedLog[Anchor]:
    return ChainedLog(_folder() / "trail-anchors.jsonl", _one)


def _end() -> Path:
    return _folder() / "trail-end.json"


def _folder() -> Path:
    return Path(settings.DATA)

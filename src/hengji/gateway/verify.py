"""The chain of an inbox looked through: what was changed, removed, inserted or cut off.

`heads.jsonl` beside the inbox holds heads of the chain as the running gateway noted them, so that a cut at the end shows.
Whoever can write the folder can write that file too: a head noted elsewhere (the event log of another machine, a sheet of
paper) is what proves against such a person.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from hengji.reception.inbox import FIRST, Record, records, segments

HEADS = "heads.jsonl"


class Difference(NamedTuple):
    """Something that does not fit: where (file and number of the record), and what."""

    where: str
    zh: str
    en: str


class Verified(NamedTuple):
    """Records looked at, the last one's number and head, and what does not fit."""

    checked: int
    number: int
    head: str
    differences: tuple[Difference, ...]


def verify(inbox: Path, noted: str | None = None) -> Verified:
    """Every record against its digest and the one before; `noted` is a head that must still be in the chain.

    The oldest record that is there is taken as it is: older days may have been put elsewhere.

    Raises:
        OSError: a file cannot be read.
    """
    found: list[Difference] = []
    wanted = _heads(inbox.parent / HEADS)
    if noted is not None:
        wanted[noted] = 0
    checked, last, before = 0, None, None
    for path in segments(inbox):
        end = 0
        for record in records(path):
            found += _against(f"{path.parent.name}/{path.name} #{record.number}", record, before)
            wanted.pop(record.head, None)
            before, last, end, checked = record, record, record.end, checked + 1
        if end < path.stat().st_size:
            found.append(
                Difference(
                    f"{path.parent.name}/{path.name} @{end}",
                    f"第{end}字节之后的内容读不出记录：被改动，或断电时没有写完（未应答过）。请与备份核对。",
                    f"no record can be made out after byte {end}: changed, or not finished when the power went (never "
                    "answered). Compare with a backup.",
                )
            )
    if checked == 0 and not wanted:
        return Verified(0, 0, FIRST, ())
    for head, number in wanted.items():
        found.append(
            Difference(
                f"#{number}" if number else head[:16],
                "曾经记下的链头在收件箱中找不到：末尾被截断，或整条链被重写。请与备份核对。",
                "a head that was noted is not in the inbox: its end was cut off, or the chain written anew. Compare with "
                "a backup.",
            )
        )
    return Verified(checked, last.number if last else 0, last.head if last else FIRST, tuple(found))


def note_head(inbox: Path, at: str, number: int, head: str) -> None:
    """Note a head whose record is durable.

    Raises:
        OSError: the note cannot be written.
    """
    with (inbox.parent / HEADS).open("a", encoding="utf-8") as stream:
        stream.write(json.dumps({"at": at, "n": number, "head": head}) + "\n")


def _heads(path: Path) -> dict[str, int]:
    """Heads that were noted, with their numbers; a line that a crash cut short says nothing."""
    found = {}
    for line in path.read_bytes().splitlines() if path.exists() else ():
        try:
            said = json.loads(line)
            found[str(said["head"])] = int(said["n"])
        except (ValueError, KeyError, TypeError):
            continue
    return found


def _against(where: str, record: Record, before: Record | None) -> list[Difference]:
    checks: list[tuple[Callable[[], bool], str, str]] = [
        (
            lambda: record.sound,
            "数据包与其摘要不符：被改动过。",
            "the packet does not have its digest: it was changed.",
        ),
        (
            lambda: before is None or record.number == before.number + 1,
            f"序号应接在{before.number if before else 0}之后：有记录被删除、插入或丢失。",
            f"should follow number {before.number if before else 0}: records were removed, inserted or lost.",
        ),
        (
            lambda: before is None or record.previous == before.head,
            "与前一条记录接不上：其中一条的头部被改动过，或有记录被删除、插入。",
            "does not follow from the record before: one of their headers was changed, or records removed or inserted.",
        ),
    ]
    return [Difference(where, zh, en) for good, zh, en in checks if not good()]

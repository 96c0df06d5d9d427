"""Proving the trail of acts: every row again, and its end against what stands outside the database."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from typing import NamedTuple

from hengji.evidence.errors import EvidenceError
from hengji.web.flow.chain import FIRST, Words, digest_of
from hengji.web.flow.models import Entry, TrailEnd
from hengji.web.flow.witness import Anchor, anchors, last_seen

_STEP = 20_000
"""Rows between two words about how far it is."""


class Break(NamedTuple):
    """One place where the trail is not as it was written, and what must have happened there, in both languages."""

    seq: int
    zh: str
    en: str


class Proof(NamedTuple):
    """What a proof found: how many acts were read, the digest of the last, and where the trail is broken.

    `remarks` are things to know that are no break, such as a clock that was set back, in both languages.
    """

    checked: int
    digest: str
    breaks: tuple[Break, ...]
    remarks: tuple[tuple[str, str], ...]


def proved(tell: Callable[[int], None] = lambda done: None) -> Proof:
    """Read all acts in order and name each place where one was changed, removed, inserted or moved, or the end cut off.

    After a break the chain is taken up from the digest that the row itself bears, so that one change is told once.
    Time grows with the number of rows, memory does not. `tell` hears how many rows were read.
    """
    wanted: dict[int, set[Anchor]] = {}
    for witness in _witnesses():
        wanted.setdefault(witness.seq, set()).add(witness)
    breaks = [fault for fault in (_files_fault(),) if fault]
    back: list[int] = []
    count, expected, previous, latest = 0, 1, FIRST, None
    for words, digest in _rows():
        count += 1
        if words.seq != expected:
            breaks.append(_missing(expected, words.seq - 1))
        elif digest_of(words, previous) != digest:
            breaks.append(_changed(words.seq))
        breaks += [_other_witness(w) for w in sorted(wanted.pop(words.seq, ())) if w.digest != digest]
        if latest is not None and words.at < latest:
            back.append(words.seq)
        latest = max(words.at, latest) if latest else words.at
        expected, previous = words.seq + 1, digest
        if not count % _STEP:
            tell(count)
    end = TrailEnd.objects.first() or TrailEnd(seq=0, digest=FIRST)
    furthest = max([end.seq, *wanted], default=0)
    if furthest >= expected:
        breaks.append(_cut(expected, furthest))
    elif (end.seq, end.digest) != (expected - 1, previous):
        breaks.append(_end_differs(expected - 1))
    return Proof(count, previous, tuple(breaks), tuple(_set_back(back)))


def _rows() -> Iterator[tuple[Words, str]]:
    for *words, digest in Entry.objects.order_by("seq").values_list(*Words._fields, "digest").iterator(_STEP):
        yield Words(*words), digest


def _witnesses() -> Iterator[Anchor]:
    try:
        yield from anchors()
        if (seen := last_seen()) is not None:
            yield seen
    except (EvidenceError, ValueError, KeyError, TypeError):
        return  # `_files_fault` tells it


def _files_fault() -> Break | None:
    try:
        anchors()
    except EvidenceError as error:
        return Break(
            0, f"打印过的锚点记录被改动过：{error.zh}", f"The record of printed anchors was changed: {error.en}"
        )
    try:
        seen = last_seen()
    except (ValueError, KeyError, TypeError):
        return Break(0, "数据文件夹里的 trail-end.json 读不出来，被改动过或没有写完。",
                     "trail-end.json in the data folder cannot be read: it was changed, or not written to its end.")  # fmt: skip
    if seen is None and Entry.objects.exists():
        return Break(0, "数据文件夹里的 trail-end.json 不见了：留痕的末尾没有旁证。",
                     "trail-end.json is gone from the data folder: nothing outside the database vouches for the end.")  # fmt: skip
    return None


def _missing(first: int, last: int) -> Break:
    if last < first:
        return Break(
            first, f"第{first}条之前插入过记录或次序被调换。", f"Before act {first} rows were inserted or moved."
        )
    which, en = (
        (f"第{first}条", f"act {first}") if first == last else (f"第{first}至{last}条", f"acts {first} to {last}")
    )
    return Break(first, f"{which}不见了：被删除或移走。", f"Missing: {en}; removed or moved.")


def _changed(seq: int) -> Break:
    return Break(seq, f"第{seq}条与它的摘要对不上：这一条被改动、插入或调换，或者之前的一条被换掉。",
                 f"Act {seq} does not agree with its digest: it was changed, inserted or moved, or the one before was replaced.")  # fmt: skip


def _other_witness(outside: Anchor) -> Break:
    where = f"{outside.at} 打印的锚点" if outside.at else "数据库之外记下的末尾"
    en = f"the anchor printed {outside.at}" if outside.at else "the end noted outside the database"
    return Break(outside.seq, f"第{outside.seq}条与{where}不同：这一条及之前的记录被整体改写过。",
                 f"Act {outside.seq} is not that of {en}: it, or what stood before it, was written anew.")  # fmt: skip


def _cut(first: int, last: int) -> Break:
    return Break(first, f"末尾被截去：第{first}至{last}条曾经写下，现在没有了。",
                 f"The end was cut off: acts {first} to {last} were once written and are gone.")  # fmt: skip


def _end_differs(seq: int) -> Break:
    return Break(seq, f"末尾的登记与最后一条（第{seq}条）不符：有记录绕过本系统写入，或登记被改动。",
                 f"The note of the end is not that of the last act ({seq}): rows were written past the system, or the note changed.")  # fmt: skip


def _set_back(seqs: list[int]) -> Iterator[tuple[str, str]]:
    if seqs:
        shown = "、".join(str(s) for s in seqs[:5])
        more = f"等{len(seqs)}条" if len(seqs) > 5 else ""
        yield (f"第{shown}条{more}的时间早于之前的记录：服务器的时钟被往回拨过。次序以编号为准。",
               f"{len(seqs)} acts bear a time before that of earlier ones: the clock was set back. Their numbers tell the order.")  # fmt: skip


def anchor_now(by: str, at: datetime.datetime) -> Anchor:
    """The last act as an anchor to print."""
    end = TrailEnd.objects.get()
    return Anchor(end.seq, end.digest, at.isoformat(timespec="seconds"), by)

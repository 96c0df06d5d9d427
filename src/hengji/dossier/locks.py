"""What is submitted or approved is locked in the folder itself, so that page, import and command line refuse alike.

`locks.jsonl` is append-only and chained (`evidence/chain.py`): who closed or opened which part, and when. Everything that
writes into a dossier goes through `changing`, the one place that looks.
"""

from __future__ import annotations

import contextlib
import datetime
import fcntl
import os
import time
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from hengji.dossier.errors import DossierError
from hengji.evidence.chain import ChainedLog
from hengji.evidence.errors import EvidenceError

FILE = "locks.jsonl"
_GATE = ".closing"
RECORDS, BINDINGS = "records", "bindings"
_PATIENCE, _PAUSE = 3.0, 0.05
"""Seconds until closing gives up on a writer that does not come to its end."""


class Part(StrEnum):
    """What is submitted and approved as one."""

    TARGETS = "targets"
    MONITORING = "monitoring"
    SELF_EVALUATION = "self_evaluation"


class State(StrEnum):
    """How far a part is."""

    OPEN = "open"
    SUBMITTED = "submitted"
    APPROVED = "approved"


class Lock(NamedTuple):
    """The state of a part: since when, and by whom."""

    part: Part
    state: State
    by: str
    at: datetime.datetime


_PARTS = {
    Part.TARGETS: ("绩效目标", "The targets"), Part.MONITORING: ("绩效运行监控", "The monitoring"),
    Part.SELF_EVALUATION: ("单位自评", "The self-evaluation"),
}  # fmt: skip
_STATES = {State.SUBMITTED: ("送审", "submitted"), State.APPROVED: ("批复", "approved")}
_TABLE = frozenset(("correction", "weight", "waiver", "waiver_withdrawn", "answer", "indicator_added", "indicator_removed",
                    "project_added", "project_removed"))  # fmt: skip
_BASIS = _TABLE | {"target_change", RECORDS, BINDINGS}
_MONITORED = frozenset(("monitoring_line", "monitoring_money", "monitoring"))
_EVALUATED = _BASIS | {"attestation", "variance_reason", "objective_actual", "self_evaluation"}
_CLOSED: Mapping[tuple[Part, State], frozenset[str]] = {
    (Part.TARGETS, State.SUBMITTED): _TABLE | {"target_change"},
    # Approved targets change by an approved change alone, which names its document.
    (Part.TARGETS, State.APPROVED): _TABLE | {"review_grade"},
    (Part.MONITORING, State.SUBMITTED): _BASIS | _MONITORED,
    # The year goes on after its monitoring; what was approved is frozen.
    (Part.MONITORING, State.APPROVED): _MONITORED,
    (Part.SELF_EVALUATION, State.SUBMITTED): _EVALUATED | {"corrective_action"},
    # What is put right after the approval, and the sealed scan, are still to be filed.
    (Part.SELF_EVALUATION, State.APPROVED): _EVALUATED,
}
"""What may not be written while a part is in a state: kinds of entries, records, bindings, frozen stages."""


def locks_of(folder: Path) -> dict[Part, Lock]:
    """The state of each part that was ever closed.

    Raises:
        DossierError: the log of locks was altered.
    """
    try:
        return {lock.part: lock for lock in _log(folder).read()}
    except EvidenceError as error:
        raise DossierError(error.zh, error.en) from None


@contextlib.contextmanager
def changing(folder: Path, *what: str) -> Iterator[None]:
    """Write into a dossier: kinds of entries, `RECORDS`, `BINDINGS`, or a stage to be frozen.

    Nothing of it can be submitted or approved until the writing has come to its end; not to be nested, for who waits to
    close would wait for the outer and the inner for him.

    Raises:
        DossierError: some of it is locked; by whom, since when, and what to do.
    """
    with _held(folder, fcntl.LOCK_SH):
        held = locks_of(folder)
        for lock in held.values():
            if not _CLOSED.get((lock.part, lock.state), frozenset()).isdisjoint(what):
                raise _refused(lock)
        yield


def close(folder: Path, part: Part, state: State, *, by: str, at: datetime.datetime) -> None:
    """Put a part into a state (or open it again); on disk when this returns. Nothing is written where it is so already.

    Raises:
        DossierError: somebody is writing into the folder and does not come to an end, or it cannot be written.
    """
    if _state(folder, part) is state:  # then nobody need wait for anybody
        return
    entry = {"at": at.isoformat(timespec="seconds"), "by": by, "part": part.value, "state": state.value}
    try:
        with _held(folder, fcntl.LOCK_EX):
            if _state(folder, part) is not state:
                _log(folder).append([entry])
    except OSError as error:
        raise DossierError(
            f"{folder / FILE} 写不进去：{error.strerror}，没有办理。请检查文件夹和磁盘空间。",
            f"{folder / FILE} cannot be written: {error.strerror}; nothing was done. Check the folder and the disk.",
        ) from None


def _state(folder: Path, part: Part) -> State:
    there = locks_of(folder).get(part)
    return there.state if there else State.OPEN


@contextlib.contextmanager
def _held(folder: Path, how: int) -> Iterator[None]:
    """Hold the folder: many write at the same time, one closes alone; while one waits to close, no other writer begins."""
    with contextlib.ExitStack() as held:
        gate = folder / _GATE
        if how == fcntl.LOCK_EX:
            first = held.enter_context(gate.open("w"))
            fcntl.flock(first, how)
            held.callback(gate.unlink, missing_ok=True)
        else:
            with contextlib.suppress(FileNotFoundError), gate.open() as closing:
                fcntl.flock(closing, how)
        handle = os.open(folder, os.O_RDONLY)
        held.callback(os.close, handle)
        if how == fcntl.LOCK_EX:
            _alone(handle)
        else:
            fcntl.flock(handle, how)
        yield


def _alone(handle: int) -> None:
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            return fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > end:
                raise DossierError(
                    "正有记录或填报在写入这个年度，没有办理。请等它完成后再办理。",
                    "Records or entries are being written into this year; nothing was done. Try again when they are in.",
                ) from None
            time.sleep(_PAUSE)


def _refused(lock: Lock) -> DossierError:
    (part_zh, part_en), (state_zh, state_en) = _PARTS[lock.part], _STATES[lock.state]
    zh, en = "要修改，请先由审核人退回", "To change it, have it returned first"
    if lock.state is State.APPROVED:
        zh, en = "要修改，请先由批复人退回", "To change it, have who approved return it first"
        if lock.part is Part.TARGETS:
            zh += "；经批准的调整请按“目标调整”办理，并写明批准文件"
            en += "; an approved change of a target is given as such, with its document"
    return DossierError(
        f"{part_zh}已由{lock.by}于 {lock.at:%Y-%m-%d %H:%M} {state_zh}，已锁定，没有作任何改动。{zh}。",
        f"{part_en} is locked: {state_en} by {lock.by} on {lock.at:%Y-%m-%d %H:%M}; nothing was changed. {en}.",
    )


def _log(folder: Path) -> ChainedLog[Lock]:
    return ChainedLog(
        folder / FILE,
        lambda e: Lock(Part(e["part"]), State(e["state"]), str(e["by"]), datetime.datetime.fromisoformat(e["at"])),
    )

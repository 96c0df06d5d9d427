"""What is submitted or approved cannot be written by any way into the folder; opened again, it can."""

from __future__ import annotations

import datetime
import errno
import os
import threading

import pytest

from hengji.dossier import DossierError, GivenKind
from hengji.dossier.changes import ChangeLog
from hengji.dossier.locks import _CLOSED, BINDINGS, FILE, RECORDS, Part, State, changing, close, locks_of
from hengji.evidence.chain import ChainedLog
from hengji.evidence.whole import write_whole
from hengji.model.evaluation import Stage

AT = datetime.datetime(2024, 12, 31, 10, 0, tzinfo=datetime.timezone(datetime.timedelta(hours=8)))


def shut(folder, part, state):
    close(folder, part, state, by="财务科", at=AT)


def may(folder, what) -> bool:
    try:
        with changing(folder, what):
            return True
    except DossierError:
        return False


def test_a_folder_that_nobody_closed_is_open(tmp_path):
    assert all(may(tmp_path, what) for what in ("correction", "waiver", RECORDS, BINDINGS, "self_evaluation"))
    assert not (tmp_path / FILE).exists()


@pytest.mark.parametrize(
    ("part", "state", "refused", "taken"),
    [
        (Part.TARGETS, State.SUBMITTED, ("correction", "answer", "waiver", "target_change"), (RECORDS, BINDINGS)),
        (Part.TARGETS, State.APPROVED, ("correction", "answer", "waiver"), ("target_change", RECORDS, BINDINGS)),
        (Part.MONITORING, State.SUBMITTED, (RECORDS, BINDINGS, "monitoring_line", "monitoring"), ("attachment",)),
        (Part.MONITORING, State.APPROVED, ("monitoring_line", "monitoring"), (RECORDS, "target_change")),
        (Part.SELF_EVALUATION, State.SUBMITTED, (RECORDS, BINDINGS, "correction", "answer", "target_change",
         "variance_reason", "self_evaluation"), ("attachment",)),
        (Part.SELF_EVALUATION, State.APPROVED, (RECORDS, BINDINGS, "correction", "answer", "target_change",
         "self_evaluation"), ("attachment", "corrective_action_update")),
    ],
)  # fmt: skip
def test_each_part_locks_what_it_rests_on_and_nothing_else(tmp_path, part, state, refused, taken):
    shut(tmp_path, part, state)
    assert [what for what in refused if may(tmp_path, what)] == []
    assert [what for what in taken if not may(tmp_path, what)] == []


def test_who_locked_it_when_and_what_to_do_is_said_in_both_languages(tmp_path):
    shut(tmp_path, Part.SELF_EVALUATION, State.SUBMITTED)
    with pytest.raises(DossierError) as refused, changing(tmp_path, RECORDS):
        pass
    assert "单位自评已由财务科于 2024-12-31 10:00 送审" in refused.value.zh
    assert "请先由审核人退回" in refused.value.zh
    assert "submitted by 财务科 on 2024-12-31 10:00" in refused.value.en
    assert "returned first" in refused.value.en


def test_opened_again_it_takes_changes_and_tells_its_whole_way(tmp_path):
    for state in (State.SUBMITTED, State.SUBMITTED, State.OPEN, State.SUBMITTED, State.APPROVED):
        shut(tmp_path, Part.TARGETS, state)
        assert may(tmp_path, "correction") is (state is State.OPEN)
    assert len((tmp_path / FILE).read_text("utf-8").splitlines()) == 4  # the same state twice is said once
    assert locks_of(tmp_path)[Part.TARGETS].state is State.APPROVED


def test_a_lock_that_was_edited_away_is_seen_and_nothing_is_written(tmp_path):
    shut(tmp_path, Part.TARGETS, State.SUBMITTED)
    shut(tmp_path, Part.TARGETS, State.APPROVED)
    lines = (tmp_path / FILE).read_text("utf-8").splitlines(keepends=True)
    (tmp_path / FILE).write_text(lines[1], "utf-8")
    assert not may(tmp_path, "attachment")


def test_nothing_is_closed_while_somebody_writes_and_the_writer_is_not_cut_off(tmp_path, monkeypatch):
    monkeypatch.setattr("hengji.dossier.locks._PATIENCE", 0.1)
    with changing(tmp_path, RECORDS):
        with pytest.raises(DossierError, match="being written"):
            shut(tmp_path, Part.SELF_EVALUATION, State.SUBMITTED)
        assert may(tmp_path, "correction")  # writers do not wait for each other
        shut(tmp_path, Part.SELF_EVALUATION, State.OPEN)  # as it is already: nobody waits
    shut(tmp_path, Part.SELF_EVALUATION, State.SUBMITTED)


def test_of_many_writers_and_one_who_closes_no_change_comes_after_the_closing(tmp_path):
    log, begun = ChangeLog(tmp_path / "changes.jsonl"), threading.Event()

    def write():
        for n in range(200):
            begun.set()
            try:
                log.append([("correction", None, {"n": n})], by="甲", why="读错", at=AT)
            except DossierError:
                return

    writers = [threading.Thread(target=write) for _ in range(3)]
    for writer in writers:
        writer.start()
    begun.wait()
    shut(tmp_path, Part.TARGETS, State.SUBMITTED)
    there = len(log.read())
    for writer in writers:
        writer.join()
    assert len(log.read()) == there


def test_every_lock_names_only_what_can_be_written():
    known = {k.value for k in GivenKind} | {s.value for s in Stage} | {RECORDS, BINDINGS}
    assert frozenset().union(*_CLOSED.values()) <= known


def test_a_full_disk_leaves_the_old_file_and_no_draft(tmp_path, monkeypatch):
    write_whole(tmp_path / "a", b"old")

    def full(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_whole(tmp_path / "a", b"new")
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("a", b"old")]


def test_of_entries_that_a_full_disk_cut_short_none_is_there(tmp_path, monkeypatch):
    log = ChainedLog(tmp_path / "c.jsonl", dict)
    log.append([{"n": 0}])

    def full(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)  # the lines are written, and the disk does not take them
    with pytest.raises(OSError, match="No space"):
        log.append([{"n": 1}, {"n": 2}])
    monkeypatch.undo()
    assert [e["n"] for e in log.read()] == [0]
    log.append([{"n": 3}])
    assert [e["n"] for e in log.read()] == [0, 3]

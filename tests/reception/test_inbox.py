"""The inbox: durable before it returns, whole after a crash, and every change shows."""

from __future__ import annotations

import itertools
import os
import random
import shutil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hengji.gateway.verify import note_head, verify
from hengji.reception.inbox import FIRST, Entry, Inbox, packets, records, segments

DAY = "2024-03-05"


def entry(number: int, raw: bytes = b"", why: str = "", day: str = DAY) -> Entry:
    return Entry(f"{day}T08:00:00.{number:06d}", "10.0.0.1:99", 1, "M1", raw or b"##%d\r\n" % number, why)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "marker").touch()
    return tmp_path / "inbox"


def opened(folder, **limits) -> Inbox:
    inbox = Inbox(folder, folder.parent / "marker", **limits)
    inbox.found = inbox.open()
    return inbox


def kept(folder) -> list[bytes]:
    return [record.entry.raw for path in segments(folder) for record in records(path)]


@given(st.lists(st.binary(max_size=60), min_size=1, max_size=8))
def test_what_is_appended_is_read_again_byte_for_byte(tmp_path_factory, raws):
    base = tmp_path_factory.mktemp("i")
    (base / "marker").touch()
    inbox = opened(base / "inbox")
    inbox.append(DAY, [Entry(f"{DAY}T08:00:00", "a:1", 1, "M\n“1”", raw, "", ("clock",), -400, True) for raw in raws])
    inbox.close()
    (path,) = segments(base / "inbox")
    found = list(records(path))
    assert [record.entry.raw for record in found] == raws
    assert all(r.sound and r.entry[5:] == ("", ("clock",), -400, True) and r.entry.mn == "M\n“1”" for r in found)
    assert not verify(base / "inbox").differences


def test_a_torn_batch_is_cut_off_at_whatever_byte_it_was_torn_and_all_before_it_stays(folder, tmp_path):
    inbox = opened(folder)
    inbox.append(DAY, [entry(1), entry(2)])
    durable = segments(folder)[0].stat().st_size
    inbox.append(DAY, [entry(3), entry(4)])
    inbox.close()
    whole = segments(folder)[0].read_bytes()
    ends = [0, *(record.end for record in records(segments(folder)[0]))]
    for size in range(durable, len(whole)):
        copy = tmp_path / str(size) / "inbox"
        (copy / DAY).mkdir(parents=True)
        (tmp_path / str(size) / "marker").touch()
        (copy / DAY / "0001.inbox").write_bytes(whole[:size])
        again = opened(copy)
        left = sum(end <= size for end in ends) - 1
        assert again.number == left >= 2
        assert again.found.torn == size - ends[left]
        again.append(DAY, [entry(9)])
        again.close()
        assert kept(copy) == [b"##%d\r\n" % n for n in range(1, left + 1)] + [b"##9\r\n"]
        assert not verify(copy).differences
        torn = list((copy / DAY).glob("*torn"))
        assert [path.read_bytes() for path in torn] == ([whole[ends[left] : size]] if size != ends[left] else [])


def test_pages_that_a_power_cut_left_empty_are_no_records(folder):
    inbox = opened(folder)
    inbox.append(DAY, [entry(1)])
    inbox.close()
    path = segments(folder)[0]
    path.write_bytes(path.read_bytes() + bytes(5000))
    again = opened(folder)
    assert (again.number, again.found.torn, again.found.damaged) == (1, 5000, False)


def test_damage_before_the_last_batch_is_not_cut_off_but_left_as_evidence(folder, monkeypatch):
    monkeypatch.setattr("hengji.reception.inbox.BATCH", 1000)
    inbox = opened(folder)
    for number in range(40):
        inbox.append(DAY, [entry(number, b"x" * 300)])
    inbox.close()
    path = segments(folder)[0]
    spoilt = bytearray(path.read_bytes())
    place = next(itertools.islice(records(path), 5, None)).end
    spoilt[place : place + 40] = b"?" * 40
    path.write_bytes(spoilt)
    again = opened(folder)
    assert again.found.damaged
    again.append(DAY, [entry(50)])
    again.close()
    assert path.read_bytes() == spoilt
    assert len(segments(folder)) == 2
    assert verify(folder).differences


def test_files_are_begun_anew_when_they_are_long_and_with_each_day_and_the_chain_goes_on(folder):
    inbox = opened(folder, segment_bytes=300)
    for number in range(1, 7):
        inbox.append(DAY, [entry(number)])
    inbox.append("2024-03-06", [entry(7, day="2024-03-06")])
    inbox.close()
    names = [f"{path.parent.name}/{path.name}" for path in segments(folder)]
    assert names == [f"{DAY}/0001.inbox", f"{DAY}/0002.inbox", f"{DAY}/0003.inbox", "2024-03-06/0001.inbox"]
    assert not verify(folder).differences
    assert verify(folder).number == 7
    again = opened(folder)
    assert (again.number, again.head) == (7, verify(folder).head)


def test_a_clock_that_goes_back_over_midnight_does_not_open_an_earlier_day(folder):
    inbox = opened(folder)
    inbox.append("2024-03-06", [entry(1, day="2024-03-06")])
    inbox.append(DAY, [entry(2)])
    inbox.close()
    assert [path.parent.name for path in segments(folder)] == ["2024-03-06"]
    assert len(kept(folder)) == 2


@pytest.mark.parametrize("fails", ["pwrite", "fsync"])
def test_a_batch_that_failed_is_there_once_when_it_is_tried_again(folder, monkeypatch, fails):
    inbox = opened(folder)
    inbox.append(DAY, [entry(1)])
    real = getattr(os, fails)

    def full(handle, *rest):
        if fails == "pwrite":
            real(handle, rest[0][: len(rest[0]) // 2], rest[1])  # as a disk that fills up in the middle
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, fails, full)
    for _ in range(3):
        with pytest.raises(OSError, match="No space"):
            inbox.append(DAY, [entry(2), entry(3)])
        assert kept(folder)[:1] == [b"##1\r\n"]
    monkeypatch.setattr(os, fails, real)
    inbox.append(DAY, [entry(2), entry(3)])
    assert kept(folder) == [b"##1\r\n", b"##2\r\n", b"##3\r\n"]
    assert not verify(folder).differences


def test_nothing_counts_as_durable_in_a_folder_that_was_removed(folder, tmp_path):
    inbox = opened(folder)
    inbox.append(DAY, [entry(1)])
    shutil.move(folder, tmp_path / "away")
    (tmp_path / "marker").rename(tmp_path / "marker-away")
    for _ in range(2):
        with pytest.raises(FileNotFoundError):
            inbox.append(DAY, [entry(2)])
    assert inbox.number == 1
    shutil.move(tmp_path / "away", folder)
    (tmp_path / "marker-away").rename(tmp_path / "marker")
    inbox.append(DAY, [entry(2)])
    assert kept(folder) == [b"##1\r\n", b"##2\r\n"]
    assert not verify(folder).differences


def test_a_file_that_was_removed_or_replaced_is_not_written_to_and_the_loss_shows(folder):
    inbox = opened(folder)
    inbox.append(DAY, [entry(1), entry(2)])
    segments(folder)[0].unlink()
    with pytest.raises(FileNotFoundError):
        inbox.append(DAY, [entry(3)])
    inbox.append(DAY, [entry(3)])
    assert inbox.lost == 1
    assert kept(folder) == [b"##3\r\n"]
    (only,) = [record for path in segments(folder) for record in records(path)]
    assert (only.number, only.previous != FIRST) == (3, True)


def test_the_reader_gives_the_packets_of_known_devices_of_one_day(folder):
    inbox = opened(folder)
    inbox.append(DAY, [entry(1), entry(2, why="unknown_device"), entry(3)])
    inbox.append("2024-03-06", [entry(4, day="2024-03-06")])
    found = list(packets(folder, DAY))
    assert [one.raw for one in found] == [b"##1\r\n", b"##3\r\n"]
    assert found[0].receipt == "2024-03-05T08:00:00.000001"
    assert (found[0].mn, len(found[0].digest)) == ("M1", 64)


@pytest.fixture
def ten(folder):
    inbox = opened(folder)
    for number in range(1, 11):
        inbox.append(DAY, [entry(number)])
    note_head(folder, "2024-03-05T09:00:00", inbox.number, inbox.head)
    inbox.close()
    return segments(folder)[0]


def test_a_change_of_any_byte_shows(ten, folder):
    whole = ten.read_bytes()
    chance = random.Random(5)
    for place in [0, len(whole) - 1, *(chance.randrange(len(whole)) for _ in range(150))]:
        spoilt = bytearray(whole)
        spoilt[place] ^= 1
        ten.write_bytes(spoilt)
        assert verify(folder).differences, place
    ten.write_bytes(whole)
    assert not verify(folder).differences


@pytest.mark.parametrize("which", range(10))
def test_a_removed_record_shows_wherever_it_was(ten, folder, which):
    whole, ends = ten.read_bytes(), [0, *(record.end for record in records(ten))]
    ten.write_bytes(whole[: ends[which]] + whole[ends[which + 1] :])
    if which == 0:
        # Older records may have been put elsewhere; what is left must follow from them, which only they could prove.
        assert verify(folder).checked == 9
        assert verify(folder, "0" * 64).differences
    else:
        assert verify(folder).differences


def test_a_cut_at_the_end_shows_against_a_noted_head(ten, folder):
    ends = [record.end for record in records(ten)]
    head = verify(folder).head
    ten.write_bytes(ten.read_bytes()[: ends[7]])
    assert [one.where for one in verify(folder).differences] == ["#10"]
    (folder.parent / "heads.jsonl").unlink()
    assert not verify(folder).differences
    assert verify(folder, head).differences


def test_a_chain_that_was_written_anew_shows_against_a_noted_head(ten, folder):
    shutil.rmtree(folder)
    inbox = opened(folder)
    inbox.append(DAY, [entry(number) for number in range(1, 11) if number != 4])
    inbox.close()
    assert [one.where for one in verify(folder).differences] == ["#10"]

"""A journal read by columns: the same as record by record, whatever stands in it."""

from __future__ import annotations

import datetime

import pytest
from tests.reception.store.journals import BEGIN, HOUR, ONE, Sent, gateway, live, receive

from hengji.reception.inbox import Entry, segments
from hengji.reception.store import journal
from hengji.reception.store.journal import parts

ODD = (b'##0005\n{"n":9}\n\r\n', b'{"n":1,"at":"x","mn":"y","size":3,"sha256":"z"}\nabc\n', b"\xff\xfe\n\n", b"")


def entries():
    good = [s.entry() for s in live(ONE, 6)]
    at = BEGIN + 7 * HOUR
    kept = [Entry(at.isoformat(), "10.1.1.1:5", 1, "", raw, "garbage") for raw in ODD]
    odd = [Entry(at.isoformat(), "10.1.1.1:5", 1, "A\udcff", ODD[0], "unknown_device", ("clock",), -900)]
    return good, kept, odd


def whole(path, size=journal.PART):
    found = list(parts(path, 0, size))
    rows = [row for part in found for row in part.receipts.to_pylist()]
    return rows, b"".join(part.raw for part in found), found[-1].end, sum(part.records for part in found)


@pytest.mark.parametrize("which", [0, 1, 2])
@pytest.mark.parametrize("size", [4000, journal.PART])
def test_by_columns_and_one_by_one_are_the_same(tmp_path, monkeypatch, which, size):
    folder, several = gateway(tmp_path / "g"), entries()
    receive(folder, [e for kind in several[: which + 1] for e in kind])
    (path,) = segments(folder / "inbox")
    fast = whole(path, size)
    monkeypatch.setattr(journal, "_by_columns", lambda block, begin: None)
    assert whole(path, size) == fast
    assert fast[2] == path.stat().st_size
    assert len(fast[0]) == 6


def test_plain_journals_are_read_without_walking_them(tmp_path, monkeypatch):
    folder = gateway(tmp_path / "g")
    receive(folder, [s.entry() for s in live(ONE, 6)])
    monkeypatch.setattr(journal, "_one_by_one", lambda path, begin, size: pytest.fail("walked") if size else None)
    rows, raw, _, records = whole(*segments(folder / "inbox"))
    assert (len(rows), records, raw.count(b"##")) == (6, 6, 6)
    assert rows[0]["received_at"] == BEGIN + HOUR + datetime.timedelta(seconds=30)


@pytest.mark.parametrize("cut", [1, 50, 400])
def test_what_is_torn_at_the_end_waits(tmp_path, cut):
    folder = gateway(tmp_path / "g")
    receive(folder, [s.entry() for s in live(ONE, 3)])
    (path,) = segments(folder / "inbox")
    content = path.read_bytes()
    path.write_bytes(content[:-cut])
    rows, _, end, _ = whole(path)
    assert [r["number"] for r in rows] == [1, 2]
    path.write_bytes(content)
    (rest,) = parts(path, end)
    assert (rest.receipts.column("number").to_pylist(), rest.end) == ([3], len(content))


def test_a_place_is_where_the_header_of_the_packet_begins(tmp_path):
    folder = gateway(tmp_path / "g")
    sent = Sent(ONE, BEGIN, BEGIN + HOUR)
    receive(folder, [sent.entry(), sent.entry()])
    (path,) = segments(folder / "inbox")
    rows, *_ = whole(path)
    for row in rows:
        assert path.read_bytes()[row["place"] :].startswith(f'{{"n":{row["number"]},'.encode())

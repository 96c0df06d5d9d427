"""Notes on packets: repetition, clocks, time that goes back; and limits on senders."""

from __future__ import annotations

import datetime

from tests.gateway.serving import KNOWN, upload

from hengji.gateway.limits import REMEMBERED, Penalties, Rates
from hengji.gateway.remarks import Memory
from hengji.hj212.reader import decode

NOON = datetime.datetime(2024, 3, 5, 12)
MINUTE = datetime.timedelta(minutes=1)


def noted(memory, raw, at=NOON):
    return memory.note(KNOWN.mn, decode(raw)[0], at)


def test_the_same_bytes_again_are_a_duplicate_and_other_bytes_under_one_qn_are_not():
    memory, raw = Memory(), upload(at=NOON)
    assert noted(memory, raw).notes == ()
    assert noted(memory, raw).notes == ("duplicate",)
    assert noted(memory, upload(at=NOON, value="31.0")).notes == ("qn_again",)
    assert noted(memory, upload(at=NOON, cn="2051")).notes == ()


def test_parts_of_one_message_are_no_duplicates_of_each_other():
    memory = Memory()
    for number in ("1", "2"):
        assert noted(memory, upload(at=NOON, Flag="7", PNUM="2", PNO=number)).notes == ()
    assert noted(memory, upload(at=NOON, Flag="7", PNUM="2", PNO="2")).notes == ("duplicate",)


def test_a_packet_without_qn_is_known_by_its_bytes():
    memory = Memory()
    first, other = (upload(at=NOON, value=v) for v in ("1.0", "2.0"))
    packet = [decode(raw)[0] for raw in (first, other)]
    bare = [p._replace(head={k: v for k, v in p.head.items() if k != "QN"}) for p in packet]
    assert [memory.note(KNOWN.mn, p, NOON).notes for p in (bare[0], bare[1], bare[0])] == [(), (), ("duplicate",)]


def test_a_device_is_remembered_over_many_packets_but_not_without_end():
    memory = Memory()
    for number in range(1000):
        noted(memory, upload(at=NOON + number * MINUTE), NOON + number * MINUTE)
    assert noted(memory, upload(at=NOON + 950 * MINUTE), NOON + 999 * MINUTE).notes[0] == "duplicate"
    assert max(len(one) for one in memory._exchanges.values()) < 1000


def test_a_clock_is_noted_only_when_it_is_off_by_more_than_five_minutes_either_way():
    for off, notes in ((4, ()), (-4, ()), (6, ("clock",)), (-6, ("clock",))):
        found = noted(Memory(), upload(at=NOON - off * MINUTE))
        assert (found.notes, found.drift) == (notes, off * 60 if notes else None)


def test_time_set_back_is_noted_once_and_not_for_ever():
    memory = Memory()
    noted(memory, upload(at=NOON))
    assert "qn_back" in noted(memory, upload(at=NOON - 60 * MINUTE)).notes
    assert "qn_back" not in noted(memory, upload(at=NOON - 59 * MINUTE)).notes


def test_data_of_the_future_are_noted():
    assert "future" in noted(Memory(), upload(at=NOON + 120 * MINUTE)).notes
    assert "future" not in noted(Memory(), upload(at=NOON + 30 * MINUTE)).notes


def test_a_sender_above_its_rate_is_let_wait_as_long_as_its_debt():
    rates = Rates(2.0, 3)
    assert [rates.take("a", 0.0) for _ in range(5)] == [0, 0, 0, 0.5, 1.0]
    assert rates.take("b", 0.0) == 0
    assert rates.take("a", 10.0) == 0


def test_penalties_end_and_neither_table_grows_without_end():
    penalties, rates = Penalties(60), Rates(1, 1)
    penalties.add("a", 0.0)
    assert penalties.holds("a", 59.0)
    assert not penalties.holds("a", 61.0)
    for number in range(REMEMBERED * 2):
        penalties.add(str(number), 0.0)
        rates.take(str(number), 0.0)
    assert len(penalties._until) == len(rates._buckets) == REMEMBERED

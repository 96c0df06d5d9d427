"""Hours and days rolled up of the journal: each period once, exact sums, the same in one go and piece by piece."""

from __future__ import annotations

import dataclasses
import datetime
import itertools
import shutil
import tempfile
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.reception.store.journals import (
    BEGIN,
    DAY,
    FACTORS,
    HOUR,
    ONE,
    TWO,
    Sent,
    counted,
    gateway,
    live,
    receive,
    table,
)

from hengji.reception.errors import GatewayError
from hengji.reception.store.decoded import Decoder, locked
from hengji.reception.store.rates import added, rates
from hengji.reception.store.rolled import COUNTS, roll, state_of

SECOND = datetime.timedelta(seconds=1)


def hour_of(folder, begin, item="w01018", device=ONE, cn="2061"):
    (row,) = [
        r for r in table(folder, "hours")
        if (r["mn"], r["item"], r["cn"], r["begin"]) == (device.mn, item, cn, begin)
    ]  # fmt: skip
    return row


def files(folder):
    return {p: p.stat().st_mtime_ns for p in (folder / "store").glob("*/*/*.parquet")}


def test_an_hour_that_is_sent_again_counts_once_and_the_last_receipt_in_time_counts(tmp_path):
    folder = gateway(tmp_path / "g")
    first = Sent(ONE, BEGIN, BEGIN + HOUR)
    again = Sent(ONE, BEGIN, BEGIN + 5 * HOUR, (("w01018", "31.25", "D"),))
    too_late = Sent(ONE, BEGIN, BEGIN + HOUR + 10 * DAY + SECOND, (("w01018", "1", "N"),))
    receive(folder, [first.entry(), first.entry(("duplicate",)), again.entry(), too_late.entry()])
    roll(folder)
    row = hour_of(folder, BEGIN)
    assert (row["expected"], row["received"], row["valid"], row["flag_d"]) == (1, 1, 0, 1)
    assert (row["repeats"], row["too_late"], row["numbers"], row["total"]) == (2, 1, [3], None)


def test_how_late_data_may_be_is_a_parameter(tmp_path):
    folder = gateway(tmp_path / "g")
    receive(folder, [Sent(ONE, BEGIN, BEGIN + 30 * DAY).entry()])
    roll(folder, late_days=10)
    assert hour_of(folder, BEGIN)["received"] == 0
    roll(folder, late_days=30)
    assert hour_of(folder, BEGIN)["received"] == 1


def test_what_is_due_stands_in_the_row_whether_anything_came_or_not(tmp_path):
    folder = gateway(tmp_path / "g")
    receive(folder, [s.entry() for s in live(ONE, 3)])
    roll(folder)
    row = hour_of(folder, BEGIN + 20 * HOUR, "w21003", TWO)
    assert (row["expected"], row["received"], row["numbers"]) == (1, 0, None)
    total = added(rates(folder, BEGIN, BEGIN + DAY))
    assert (total.due, total.received) == (2 * 2 * 24, 3)


def test_a_value_that_is_no_exact_number_is_received_but_not_added_up(tmp_path):
    folder = gateway(tmp_path / "g")
    strange = [("w01018", "1.00000001", "N"), ("w21003", "0.1", "N")]
    receive(folder, [Sent(ONE, BEGIN, BEGIN + HOUR, strange).entry()])
    roll(folder)
    row = hour_of(folder, BEGIN)
    assert (row["received"], row["valid"], row["unread"], row["valued"], row["total"]) == (1, 1, 1, 0, None)
    assert hour_of(folder, BEGIN, "w21003")["total"] == Decimal("0.1")


def test_minutes_are_rolled_up_to_hours_by_their_own_interval_with_exact_sums(tmp_path):
    device = dataclasses.replace(ONE, minute_minutes=10)
    folder = gateway(tmp_path / "g", device)
    sent = []
    for n, value in enumerate(("0.1", "0.2", "0.7", "0.4", "0.3")):
        begin = BEGIN + n * HOUR / 6
        sent.append(Sent(device, begin, begin + HOUR / 6 + SECOND, (("w01018", value, "N"),), "2051"))
    receive(folder, [s.entry() for s in sent])
    roll(folder)
    row = hour_of(folder, BEGIN, cn="2051", device=device)
    assert (row["expected"], row["received"], row["total"]) == (6, 5, Decimal("1.7"))
    assert (row["least"], row["greatest"], row["numbers"]) == (Decimal("0.1"), Decimal("0.7"), [1, 2, 3, 4, 5])


def test_the_unit_is_that_of_the_register_else_of_the_standards_table(tmp_path):
    own = dataclasses.replace(ONE, units={"w21003": "µg/L"})
    folder = gateway(tmp_path / "g", own)
    receive(folder, [Sent(own, BEGIN, BEGIN + HOUR).entry()])
    roll(folder)
    assert hour_of(folder, BEGIN, "w21003", own)["unit"] == "µg/L"
    assert hour_of(folder, BEGIN, "w01018", own)["unit"] == "毫克/升"


def test_filed_stops_are_kept_apart_so_that_both_conventions_follow(tmp_path):
    folder = gateway(tmp_path / "g", ONE)
    sent = live(ONE, 24, values=[("w01018", "1", "N"), ("w21003", "1", "N")])
    stands = [Sent(s.device, s.begin, s.at, [(c, v, "F") for c, v, _ in s.values]) for s in sent[6:8]]
    receive(folder, [s.entry() for s in (*sent[:6], *stands, *sent[12:])])
    stop = f"{BEGIN + 6 * HOUR:%Y-%m-%d %H:%M:%S},{BEGIN + 10 * HOUR:%Y-%m-%d %H:%M:%S}"
    (folder / "stops.csv").write_text(f"排放口编号,开始时间,结束时间\nDW001,{stop}\n", "utf-8")
    roll(folder)
    kept, without = (added(rates(folder, BEGIN, BEGIN + DAY, deducted=d)) for d in (False, True))
    assert (kept.due, kept.received, kept.valid) == (48, 40, 36)
    assert (without.due, without.received, without.valid) == (40, 36, 36)
    for row in (*table(folder, "hours"), *table(folder, "days")):
        if row["cn"] == "2061":
            assert row["stopped"] <= row["expected"]
            assert row["received_stopped"] <= row["received"]


def test_a_stop_that_cannot_be_read_ends_with_its_row(tmp_path):
    folder = gateway(tmp_path / "g", ONE)
    (folder / "stops.csv").write_text("排放口编号,开始时间,结束时间\nDW001,昨天,\n", "utf-8")
    with pytest.raises(GatewayError, match="第2行"):
        roll(folder)


def test_a_device_that_writes_the_end_of_an_hour_is_found_out_and_its_hours_stand_where_they_belong(tmp_path):
    folder = gateway(tmp_path / "g")
    receive(folder, [s.entry() for pair in zip(live(ONE, 26, ends=True), live(TWO, 26), strict=True) for s in pair])
    done = roll(folder)
    habits = {h.mn: h for h in done.habits}
    assert (habits[ONE.mn].ends, habits[ONE.mn].sure, habits[ONE.mn].share) == (True, True, 1)
    assert (habits[TWO.mn].ends, habits[TWO.mn].sure) == (False, True)
    for device in (ONE, TWO):
        got = [
            r["begin"]
            for r in table(folder, "hours")
            if (r["mn"], r["item"], r["received"]) == (device.mn, "w01018", 1)
        ]
        assert got == [BEGIN + n * HOUR for n in range(26)]


def test_a_slow_network_does_not_hide_the_habit(tmp_path):
    folder = gateway(tmp_path / "g", ONE)
    entries = [s.entry() for s in live(ONE, 12, ends=True)]
    at = [datetime.datetime.fromisoformat(e.at) + 1.2 * HOUR for e in entries]
    receive(folder, [e._replace(at=t.isoformat()) for e, t in zip(entries, at, strict=True)])
    assert [h.ends for h in roll(folder).habits] == [True]


def test_a_few_packets_do_not_overturn_the_standards_habit_and_that_is_said(tmp_path):
    folder = gateway(tmp_path / "g", ONE)
    receive(folder, [s.entry() for s in live(ONE, 5, ends=True)])
    (habit,) = roll(folder).habits
    assert (habit.ends, habit.sure, habit.start, habit.end) == (False, False, 0, 5)


def test_days_are_their_hours_added_up(tmp_path):
    folder = gateway(tmp_path / "g")
    receive(folder, [s.entry() for s in (*live(ONE, 30), *live(TWO, 7, BEGIN + 40 * HOUR))])
    roll(folder)
    hours, days = table(folder, "hours"), table(folder, "days")
    assert {d["day"] for d in days} == {(BEGIN + n * DAY).date() for n in range(2)}
    for day in days:
        own = [h for h in hours if (h["mn"], h["item"], h["cn"], h["begin"].date()) == (
            day["mn"], day["item"], day["cn"], day["day"])]  # fmt: skip
        assert {n: sum(h[n] for h in own) for n in COUNTS} == {n: day[n] for n in COUNTS}
        assert sum(h["total"] or 0 for h in own) == (day["total"] or 0)


def test_data_that_come_late_touch_their_own_day_only(tmp_path):
    folder = gateway(tmp_path / "g", ONE)
    receive(folder, [s.entry() for s in live(ONE, 96) if s.begin != BEGIN + 30 * HOUR])
    roll(folder)
    before = files(folder)
    receive(folder, [Sent(ONE, BEGIN + 30 * HOUR, BEGIN + 97 * HOUR).entry()])
    assert roll(folder).again == ("2024-03-05",)
    same = {p for p, at in files(folder).items() if before.get(p) == at}
    assert {p.parent.name for p in before.keys() - same if "values" not in str(p)} == {"2024-03-05"}


def test_nothing_new_changes_nothing(tmp_path):
    folder = gateway(tmp_path / "g", ONE)
    receive(folder, [s.entry() for s in live(ONE, 50)])
    roll(folder)
    before, state = files(folder), (folder / "store" / "rolled.json").read_bytes()
    done = roll(folder)
    assert (done.again, done.decoded.packets, files(folder)) == ((), 0, before)
    assert (folder / "store" / "rolled.json").read_bytes() == state


def test_a_journal_that_was_changed_after_it_was_decoded_is_not_gone_on_with(tmp_path):
    folder = gateway(tmp_path / "g", ONE)
    receive(folder, [s.entry() for s in live(ONE, 3)])
    roll(folder)
    (path,) = (folder / "inbox").rglob("*.inbox")
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(GatewayError, match="verify"):
        roll(folder)


def test_files_that_a_kill_left_are_taken_away(tmp_path):
    folder = gateway(tmp_path / "g", ONE)
    receive(folder, [s.entry() for s in live(ONE, 3)])
    roll(folder)
    for kind in ("values", "packets", "hours", "days"):
        (folder / "store" / kind / "2024-03-04" / ("0" * 64 + ".parquet")).write_bytes(b"half")
    roll(folder)
    assert not [p for p in files(folder) if p.stem == "0" * 64]
    assert state_of(folder).days.keys() == {"2024-03-04"}


def test_data_of_days_to_come_wait_until_their_day(tmp_path):
    folder = gateway(tmp_path / "g", ONE)
    wrong = Sent(ONE, BEGIN + 20 * DAY, BEGIN + HOUR)
    receive(folder, [wrong.entry()])
    roll(folder)
    assert state_of(folder).days.keys() == {"2024-03-04"}
    assert sum(e.days["2024-03-24"][1] for e in Decoder(folder).entries()) == 1


@pytest.mark.parametrize("size", [1500, 1 << 20])
def test_parts_of_any_size_give_the_same_tables(tmp_path, size):
    folder = gateway(tmp_path / "g")
    receive(folder, [s.entry() for s in (*live(ONE, 20), *live(TWO, 20))])
    with locked(folder):
        done = Decoder(folder).decode(size)
    assert (done.packets, done.values) == (40, 40)
    roll(folder)
    assert sum(r["received"] for r in table(folder, "hours")) == 40


SENT = st.builds(
    lambda device, hour, delay, code, value, flag: Sent(
        device, BEGIN + hour * HOUR, BEGIN + hour * HOUR + HOUR + datetime.timedelta(minutes=delay),
        ((code, f"{value / 100:.2f}", flag),),
    ),
    st.sampled_from([ONE, TWO]), st.integers(0, 60), st.one_of(st.integers(0, 40), st.integers(0, 20_000)),
    st.sampled_from(FACTORS), st.integers(-500, 5000), st.sampled_from("NNNNDMCF"),
)  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(st.lists(SENT, min_size=1, max_size=25), st.sets(st.integers(1, 24), max_size=4), st.sets(st.integers(0, 24)))
def test_piece_by_piece_comes_to_the_same_as_from_scratch_and_as_counting_by_hand(several, cuts, doubled):
    several = sorted(several, key=lambda s: s.at)
    entries = []
    for n, one in enumerate(several):
        entries += [one.entry()] + ([one.entry(("duplicate",))] if n in doubled else [])
    with tempfile.TemporaryDirectory() as place:
        folder = gateway(Path(place) / "g")
        edges = [0, *sorted(c for c in cuts if c < len(entries)), len(entries)]
        for low, high in itertools.pairwise(edges):
            receive(folder, entries[low:high], segment_bytes=3000)
            roll(folder)
        one_by_one = table(folder, "hours"), table(folder, "days")
        shutil.rmtree(folder / "store")
        roll(folder)
        assert (table(folder, "hours"), table(folder, "days")) == one_by_one
        told = {
            (r["mn"], r["item"], r["begin"]): (r["received"], r["valid"], r["total"] or Decimal(0))
            for r in one_by_one[0] if r["received"]
        }  # fmt: skip
        assert told == counted(several)

"""Simulated outlets: the same for the same seed, without fault under the codec, and true to their truth file."""

from __future__ import annotations

import datetime
import json
import statistics
import subprocess
from collections import defaultdict

import pytest
from tests.gateway.serving import HENGJI, KNOWN, asked, in_folder, prepared, serving

from hengji.gateway.simulated.curves import Curves
from hengji.gateway.simulated.messages import Writer
from hengji.gateway.simulated.plan import HOUR, Spell, kinds, plan
from hengji.hj212.reader import decode

BEGIN = datetime.datetime(2024, 3, 5)
DAYS = datetime.timedelta(days=30)


def outlets(number=40, tampered=0.0, faults=0.0, seed="1"):
    return plan(seed, number, BEGIN, BEGIN + DAYS, tampered, faults, 60, 10)


def hourly(outlet, begin, hours, code=None):
    curves = Curves(outlet)
    return [statistics.mean(curves.hour(begin + n * HOUR)[code or outlet.main]) for n in range(hours)]


def test_the_same_seed_gives_the_same_outlets_and_another_seed_others():
    assert outlets(tampered=0.5, faults=3) == outlets(tampered=0.5, faults=3)
    assert outlets() != outlets(seed="2")
    assert all(one.device.simulated and one.device.outlet.startswith("模拟") for one in outlets())


def test_more_outlets_do_not_change_the_first_ones():
    assert outlets(10, 0.5, 2) == outlets(40, 0.5, 2)[:10]


@pytest.mark.parametrize("cn", ["2011", "2051", "2061", "2031"])
def test_every_packet_is_valid_for_the_codec_in_every_edition(cn):
    editions = set()
    for outlet in outlets(30, faults=5):
        writer, step = Writer(outlet), {"2051": 10 * HOUR / 60, "2061": HOUR, "2031": 24 * HOUR}.get(cn)
        for n in range(5):
            at = BEGIN + n * 7 * HOUR
            groups = writer.realtime(at) if step is None else (writer.period(cn, at, step) or (None, None))[1]
            for raw in writer.packets(cn, at + 25 * HOUR, groups) if groups else ():
                packet = decode(raw)[0]
                assert packet.valid, (raw, packet.problems)
                editions.add(packet.profile)
    assert editions == {"2005", "2017", "2025"}


def test_many_factors_are_sent_in_parts_that_each_ask_for_an_answer():
    outlet = next(one for one in outlets(200) if one.kind == "voc" and one.device.edition == "2017")
    writer = Writer(outlet)
    parts = [decode(raw)[0] for raw in writer.packets("2061", BEGIN, writer.period("2061", BEGIN - HOUR, HOUR)[1])]
    assert [part.head["PNO"] for part in parts] == ["1", "2"]
    assert all(part.flag.answer for part in parts)
    assert sum(len(part.items) for part in parts) == len(outlet.factors)


def test_clean_curves_move_and_do_not_repeat():
    for outlet in outlets(10):
        day, later = (hourly(outlet, BEGIN + n * 24 * HOUR, 24) for n in (0, 1))
        assert statistics.stdev(day) / statistics.mean(day) > 0.02
        assert day != later


def tampered_with(kind, by=0.5):
    """A gas outlet with one spell of tampering from noon on, and the same outlet without."""
    outlet = next(one for one in outlets() if one.kind == "gas" and one.device.edition == "2017")
    spell = Spell(kind, BEGIN + 12 * HOUR, BEGIN + 60 * HOUR, outlet.main, by)
    return outlet._replace(tampering=(spell,)), outlet


@pytest.mark.parametrize("kind", sorted(kinds()["tampering"]))
def test_tampering_touches_its_hours_and_no_others(kind):
    changed, clean = tampered_with(kind)
    before = hourly(changed, BEGIN, 12), hourly(clean, BEGIN, 12)
    assert before[0] == before[1]
    inside = hourly(changed, BEGIN + 12 * HOUR, 48), hourly(clean, BEGIN + 12 * HOUR, 48)
    if kind != "clock_back":  # that one touches the clock
        assert inside[0] != inside[1]


def test_each_kind_of_tampering_looks_as_its_name_says():
    noon, limit = BEGIN + 12 * HOUR, 100.0
    seen = {kind: hourly(tampered_with(kind)[0], noon, 24) for kind in kinds()["tampering"]}
    clean, outlet = hourly(tampered_with("smooth")[1], noon, 24), tampered_with("smooth")[0]
    assert len(set(seen["constant"])) == 1
    assert statistics.stdev(seen["smooth"]) / statistics.mean(seen["smooth"]) < 0.01
    assert seen["copied"] == hourly(outlet._replace(tampering=()), noon - 24 * HOUR, 24)
    assert all(0.9 * limit < value < limit for value in seen["near_limit"])
    assert set(seen["stopped_running"]) == {0}
    assert all(abs(a / b - 0.5) < 0.01 for a, b in zip(seen["parameter"], clean, strict=True))
    assert all(a < b for a, b in zip(seen["oxygen_raised"], clean, strict=True))
    assert min(hourly(tampered_with("stopped_running")[0], noon, 24, outlet.flow)) > 0


def test_a_folder_with_real_devices_is_refused(tmp_path):
    folder = prepared(tmp_path / "g", KNOWN)
    ran = subprocess.run([*HENGJI, "simulate", str(folder)], capture_output=True, check=False)
    assert ran.returncode == 2
    assert "真实设备" in ran.stderr.decode()
    assert "是" not in (folder / "devices.csv").read_text("utf-8-sig").splitlines()[1]


def test_without_a_gateway_it_is_said_what_to_start(tmp_path):
    ran = subprocess.run([*HENGJI, "simulate", str(tmp_path / "g")], capture_output=True, check=False)
    assert ran.returncode == 2
    assert "hengji gateway" in ran.stderr.decode()


@pytest.fixture(scope="module")
def trial(tmp_path_factory):
    """26 hours of 12 outlets with many faults, received by a gateway that is asked for missing hours meanwhile."""
    folder = tmp_path_factory.mktemp("t") / "g"
    words = ["simulate", str(folder), "--outlets", "12", "--seed", "3", "--begin", "2024-03-05T00", "--hours", "26"]
    words += ["--speed", "7200", "--faults", "8", "--tampered", "0.6", "--uploads", "minute,hour,day", "--json"]
    subprocess.run([*HENGJI, *words, "--prepare"], check=True, stdout=subprocess.DEVNULL)
    with serving(folder) as gateway:
        said = asked(*words, "--port", str(gateway.port))
        outlets_ = asked("outlets", str(folder), "--json")
        assert gateway.stop() == 0
    return folder, said, outlets_


def test_the_inbox_holds_the_hours_that_the_truth_tells_of_and_no_others(trial):
    folder, said, _ = trial
    head, *truth = (json.loads(line) for line in (folder / "simulated" / "truth.jsonl").read_text("utf-8").splitlines())
    assert head["label"].startswith("模拟数据")
    hours, valid = defaultdict(set), defaultdict(set)
    for record in in_folder(folder):
        packet = decode(record.entry.raw)[0]
        assert record.entry.trial
        if not record.entry.why and packet.head["CN"] == "2061":
            for code, values in packet.items.items():
                hours[record.entry.mn, code].add(packet.cp["DataTime"])
                if values["Flag"] == "N":
                    valid[record.entry.mn, code].add(packet.cp["DataTime"])
    for outlet in truth:
        for code, factor in outlet["factors"].items():
            key = outlet["mn"], code
            assert (len(hours[key]), len(valid[key])) == (factor["received"], factor["valid"]), key
            assert factor["expected"] == 26 == factor["received"] + len(factor["missing"])
    received = sum(f["received"] for o in truth for f in o["factors"].values())
    assert 0 < received < 26 * sum(len(o["factors"]) for o in truth)
    assert {o["tampering"][0]["kind"] for o in truth if o["tampering"]}
    assert said["unanswered"] == said["pending"] == 0


def test_the_state_of_outlets_is_the_same_with_and_without_the_state_that_was_left(trial):
    folder, _, shown = trial
    again = asked("outlets", str(folder), "--json")
    (folder / "state.json").unlink()
    anew = asked("outlets", str(folder), "--json")
    for one, two, three in zip(shown["outlets"], again["outlets"], anew["outlets"], strict=True):
        assert one["packets_today"] == two["packets_today"] == three["packets_today"]
        assert one["factors"].keys() == three["factors"].keys()
        assert two == three
    assert shown["label"] == "模拟数据"


def test_a_day_becomes_tables_whose_receipts_match_the_packets(trial, tmp_path):
    pq = pytest.importorskip("pyarrow.parquet")
    folder, _, _ = trial
    said = asked("gateway", "export", str(folder), "2024-03-05", "--out", str(tmp_path / "x"), "--json")
    receipts, packets = (
        pq.read_table(tmp_path / "x" / f"2024-03-05.{name}.parquet").to_pydict() for name in ("receipts", "raw.packets")
    )
    inbox = [r for r in in_folder(folder) if r.entry.at.startswith("2024-03-05") and not r.entry.why]
    assert said["packets"] == len(receipts["offset"]) == len(inbox)
    assert said["unmatched"] == 0
    by_place = dict(zip(packets["offset"], packets["mn"], strict=True))
    assert [by_place[place] for place in receipts["offset"]] == receipts["mn"] == [r.entry.mn for r in inbox]
    assert receipts["sha256"] == [r.digest for r in inbox]
    assert sum(receipts["duplicate"]) == said["duplicates"]
    assert all(receipts["simulated"])

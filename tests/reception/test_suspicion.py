"""From packets to the list: `hengji suspicion` over replayed files and over a gateway's folder, and over bad input."""

from __future__ import annotations

import datetime
import json
import subprocess
from itertools import groupby

import pytest
from tests.gateway.serving import HENGJI, prepared

from hengji.evidence.suspicion.readings import replayed
from hengji.gateway.simulated.messages import Writer
from hengji.gateway.simulated.plan import HOUR, Spell, plan
from hengji.hj212.replay import replay
from hengji.hj212.write import Message, write
from hengji.reception.inbox import Entry, Inbox, records, segments

BEGIN = datetime.datetime(2024, 3, 1)
TOUCHED = ("copied", "constant", "smooth", "stopped_running")
SPELL = BEGIN + datetime.timedelta(days=8)


def suspicion(*words):
    ran = subprocess.run([*HENGJI, "suspicion", *map(str, words)], capture_output=True, text=True, check=False)
    return ran.returncode, ran.stdout, ran.stderr


def outlets(days, kinds):
    """Simulated outlets without faults, each with one spell of a kind (empty: none)."""
    planned = plan("7", len(kinds), BEGIN, BEGIN + days * 24 * HOUR, 0, 0, 60, 10)
    return [
        one._replace(
            tampering=(Spell(k, SPELL, SPELL + 30 * HOUR, "" if k == "stopped_running" else one.main, 0.5),)
            if k
            else ()
        )
        for one, k in zip(planned, kinds, strict=True)
    ]


def packets(outlet, days):
    """The hours of an outlet with the time at which each packet is sent."""
    writer = Writer(outlet)
    for n in range(days * 24):
        begin, at = BEGIN + n * HOUR, BEGIN + (n + 1) * HOUR + datetime.timedelta(seconds=40)
        for raw in writer.packets("2061", at, writer.period("2061", begin, HOUR)[1]):
            yield at, raw


def replayed_file(folder, outlet, days):
    raw = folder.with_suffix(".raw")
    raw.write_bytes(b"".join(raw for _, raw in packets(outlet, days)))
    replay([raw], folder)
    return folder


@pytest.fixture(scope="module")
def gateway(tmp_path_factory):
    """A gateway's folder with outlets of every touched kind and three untouched ones, and what is suspected in it."""
    chosen = outlets(11, (*TOUCHED, "", "", ""))
    folder = prepared(tmp_path_factory.mktemp("s") / "g", *(one.device for one in chosen))
    (folder / "marker").touch()
    inbox = Inbox(folder / "inbox", folder / "marker")
    inbox.open()
    sent = sorted((at, n, raw) for n, one in enumerate(chosen) for at, raw in packets(one, 11))
    for day, group in groupby(sent, lambda one: f"{one[0]:%Y-%m-%d}"):
        entries = [
            Entry(
                f"{at + datetime.timedelta(seconds=2):%Y-%m-%dT%H:%M:%S.000000}",
                "10.0.0.1:9",
                n,
                chosen[n].device.mn,
                raw,
            )
            for at, n, raw in group
        ]
        inbox.append(day, entries)
    inbox.close()
    code, out, err = suspicion(folder, "--json")
    assert (code, err) == (0, "")
    return folder, dict(zip(TOUCHED, chosen, strict=False)), chosen[len(TOUCHED) :], json.loads(out)


def test_each_suspicion_has_its_reason_in_both_languages_and_its_packets_by_digest(gateway):
    folder, _, _, found = gateway
    assert found["format"] == "hengji.suspicions/1"
    assert found["label"] == "模拟数据"
    assert found["thresholds"]["verified"] is False
    digests = {record.digest: record for path in segments(folder / "inbox") for record in records(path)}
    assert found["suspicions"]
    for one in found["suspicions"]:
        assert "疑似，需现场核实" in one["zh"]
        assert "suspected, needs site proof" in one["en"]
        assert one["outlet"].startswith("模拟")
        assert one["rows"]
        for row in one["rows"]:
            assert digests[row["sha256"]].entry.mn == one["mn"]
            assert one["begins"] <= row["data_time"][:16] <= one["ends"]


@pytest.mark.parametrize("kind", TOUCHED)
def test_the_gateways_own_simulated_tampering_is_seen_through_real_packets(gateway, kind):
    _, touched, _, found = gateway
    own = [one for one in found["suspicions"] if one["mn"] == touched[kind].device.mn and one["name"] == kind]
    assert own, (touched[kind].kind, [one["en"] for one in found["suspicions"]])
    assert own[0]["begins"] < f"{SPELL + 30 * HOUR:%Y-%m-%dT%H:%M}"
    assert own[0]["ends"] >= f"{SPELL:%Y-%m-%dT%H:%M}"


def test_untouched_simulated_outlets_are_left_alone(gateway):
    _, _, untouched, found = gateway
    mns = {one.device.mn for one in untouched}
    assert [(one["name"], one["en"]) for one in found["suspicions"] if one["mn"] in mns] == []


def test_the_list_on_the_screen_says_that_thresholds_are_unverified_and_what_was_not_checked(gateway):
    code, out, _ = suspicion(gateway[0])
    assert code == 0
    assert "阈值未核实" in out
    assert "需现场核实" in out
    assert "未核查 Y04 Y05" in out


def test_without_times_of_receipt_the_clock_is_named_as_not_checked(tmp_path):
    folder = replayed_file(tmp_path / "r", outlets(2, ("",))[0], 2)
    found = json.loads(suspicion(folder, "--json")[1])
    assert {"code": "Y16", "number": 1, "zh": "没有接收时间", "en": "no time of receipt"} in found["not_checked"]


def test_a_device_that_writes_the_end_of_an_hour_is_read_as_one_that_writes_its_beginning(tmp_path):
    one = outlets(2, ("",))[0]
    times = {}
    for end in (False, True):
        folder = replayed_file(tmp_path / f"r{end}", one._replace(period_end=end), 2)
        times[end] = replayed(folder).execute("SELECT DISTINCT data_time FROM readings ORDER BY 1").fetchall()
    assert times[True] == times[False]


def test_values_that_are_no_numbers_and_times_that_do_not_exist_stop_nothing(tmp_path):
    raw = tmp_path / "odd.raw"
    head = {"QN": "20240305090100000", "ST": "32", "CN": "2061", "PW": "123456", "MN": "A1", "Flag": "5"}
    groups = [
        ((("DataTime", "20240305080000"),), (("w01018-Avg", "NaN"), ("w01018-Flag", "N"))),
        ((("DataTime", "20240231080000"),), (("w01018-Avg", "12.1"), ("w01018-Flag", "N"))),
        ((("DataTime", "20240305090000"),), (("w01018-Avg", ""), ("w01018-Flag", "?"))),
        ((("DataTime", "20240305100000"),), (("zz9999-Avg", "3"), ("zz9999-Flag", "N"))),
    ]
    raw.write_bytes(b"garbage\r\n" + b"".join(write(Message(head, g)) for g in groups))
    replay([raw], tmp_path / "r")
    code, out, err = suspicion(tmp_path / "r", "--json")
    assert (code, err) == (0, "")
    assert json.loads(out)["suspicions"] == []


@pytest.mark.parametrize("what", ["nothing", "missing", "half", "broken", "limits", "no limits"])
def test_what_cannot_be_read_is_said_in_both_languages_with_exit_code_2(tmp_path, what):
    folder, words = tmp_path / "f", []
    if what in ("half", "broken"):
        folder.mkdir()
        (folder / "a.packets.parquet").write_bytes(b"PAR1 no")
        if what == "broken":
            (folder / "a.values.parquet").write_bytes(b"PAR1 no")
    elif what == "nothing":
        folder.mkdir()
    elif what in ("limits", "no limits"):
        folder, table = replayed_file(tmp_path / "r", outlets(1, ("",))[0], 1), tmp_path / "limits.csv"
        if what == "limits":
            table.write_text("mn,factor,limit,range_top,detection\nA,w01018,viel,,\n", "utf-8")
        words = ["--limits", table]
    code, out, err = suspicion(folder, *words, "--json")
    assert (code, out) == (2, "")
    assert "。" in err
    assert len(err.splitlines()) >= 2
    assert "Traceback" not in err

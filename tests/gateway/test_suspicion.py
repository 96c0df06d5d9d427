"""From packets to the list: `hengji suspicion` over replayed files and over a gateway's folder, and over bad input."""

from __future__ import annotations

import datetime
import json
import subprocess

import pytest
from tests.gateway.serving import HENGJI

from hengji.evidence.suspicion.readings import replayed
from hengji.gateway.simulated.messages import Writer
from hengji.gateway.simulated.plan import HOUR, Spell, plan
from hengji.hj212.replay import replay
from hengji.hj212.write import Message, write

BEGIN = datetime.datetime(2024, 3, 1)
DAYS = 16


def suspicion(*words):
    ran = subprocess.run([*HENGJI, "suspicion", *map(str, words)], capture_output=True, text=True, check=False)
    return ran.returncode, ran.stdout, ran.stderr


def outlets(kind, number=8):
    """Simulated outlets without faults, each with one spell of a kind on the tenth day."""
    found = []
    for one in plan("7", number, BEGIN, BEGIN + DAYS * 24 * HOUR, 0, 0, 60, 10):
        factor = "" if kind == "stopped_running" else one.main
        begin = BEGIN + 10 * 24 * HOUR
        found.append(one._replace(tampering=(Spell(kind, begin, begin + 30 * HOUR, factor, 0.5),) if kind else ()))
    return found


def written(folder, chosen):
    """The hours of outlets as a file of packets, replayed into a folder."""
    folder.mkdir()
    raw = folder.with_suffix(".raw")
    with raw.open("wb") as stream:
        for outlet in chosen:
            writer = Writer(outlet)
            for n in range(DAYS * 24):
                begin = BEGIN + n * HOUR
                _, groups = writer.period("2061", begin, HOUR)
                stream.writelines(writer.packets("2061", begin + HOUR + datetime.timedelta(seconds=40), groups))
    replay([raw], folder)
    return folder


@pytest.fixture(scope="module")
def copied(tmp_path_factory):
    chosen = outlets("copied", 4)
    return chosen, written(tmp_path_factory.mktemp("s") / "copied", chosen)


def test_each_suspicion_has_its_reason_in_both_languages_its_figures_and_its_packets(copied):
    chosen, folder = copied
    code, out, _ = suspicion(folder, "--json")
    found = json.loads(out)
    assert code == 0
    assert found["format"] == "hengji.suspicions/1"
    assert found["thresholds"]["verified"] is False
    assert {one["mn"] for one in found["suspicions"] if one["name"] == "copied"} == {o.device.mn for o in chosen}
    for one in found["suspicions"]:
        assert "疑似，需现场核实" in one["zh"]
        assert "suspected, needs site proof" in one["en"]
        assert one["rows"]
        assert all(r["file"] == "copied.raw" and r["packet"] >= 0 for r in one["rows"])
    one = next(one for one in found["suspicions"] if one["name"] == "copied")
    assert one["figures"]["days"] in (1, 2)
    assert one["begins"] >= "2024-03-11"
    assert {"code": "Y16", "number": 4, "zh": "没有接收时间", "en": "no time of receipt"} in found["not_checked"]


@pytest.mark.parametrize(
    ("kind", "rule"), [("constant", "constant"), ("smooth", "smooth"), ("stopped_running", "stopped_running")]
)
def test_the_gateways_own_simulated_tampering_is_seen_through_real_packets(tmp_path, kind, rule):
    chosen = outlets(kind)
    found = json.loads(suspicion(written(tmp_path / "r", chosen), "--json")[1])["suspicions"]
    seen = {one["mn"] for one in found if one["name"] == rule}
    assert len(seen) >= len(chosen) - 1, sorted(o.kind for o in chosen if o.device.mn not in seen)


def test_untouched_simulated_outlets_are_left_alone(tmp_path):
    found = json.loads(suspicion(written(tmp_path / "r", outlets("")), "--json")[1])["suspicions"]
    assert [(one["name"], one["en"]) for one in found] == []


def test_a_device_that_writes_the_end_of_an_hour_is_read_as_one_that_writes_its_beginning(tmp_path):
    one = outlets("", 1)[0]
    times = {}
    for end in (False, True):
        folder = written(tmp_path / f"r{end}", [one._replace(period_end=end)])
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
def test_what_cannot_be_read_is_said_in_both_languages_with_exit_code_2(tmp_path, copied, what):
    folder, words = tmp_path / "f", []
    if what in ("half", "broken"):
        folder.mkdir()
        (folder / "a.packets.parquet").write_bytes(b"PAR1 no")
        if what == "broken":
            (folder / "a.values.parquet").write_bytes(b"PAR1 no")
    elif what == "nothing":
        folder.mkdir()
    elif what in ("limits", "no limits"):
        folder, table = copied[1], tmp_path / "limits.csv"
        if what == "limits":
            table.write_text("mn,factor,limit,range_top,detection\nA,w01018,viel,,\n", "utf-8")
        words = ["--limits", table]
    code, out, err = suspicion(folder, *words, "--json")
    assert (code, out) == (2, "")
    assert "。" in err
    assert len(err.splitlines()) >= 2
    assert "Traceback" not in err

"""Rates of simulated outlets, received over TCP with faults of every kind, are those of the simulator's truth file."""

from __future__ import annotations

import csv
import datetime
import hashlib
import json
import subprocess
import time
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from tests.gateway.serving import HENGJI, asked, serving

from hengji.dossier.computed import computed
from hengji.dossier.folder import open_dossier
from hengji.hj212.reader import decode
from hengji.reception.store.rates import rates
from hengji.reception.store.rolled import state_of


@pytest.fixture(scope="module", params=["8", "140"])
def trial(request, tmp_path_factory):
    """Two days of ten outlets with eight times the usual faults, rolled up in between and at the end."""
    folder = tmp_path_factory.mktemp("t") / "g"
    words = [
        "simulate",
        str(folder),
        "--outlets",
        "12",
        "--seed",
        request.param,
        "--begin",
        "2024-03-05T00",
        "--hours",
        "48",
    ]
    words += ["--speed", "14400", "--faults", "8", "--tampered", "0.5", "--uploads", "hour,day", "--json"]
    subprocess.run([*HENGJI, *words, "--prepare"], check=True, stdout=subprocess.DEVNULL)
    with serving(folder) as gateway:
        process = subprocess.Popen([*HENGJI, *words, "--port", str(gateway.port)], stdout=subprocess.PIPE)
        while process.poll() is None:
            asked("gateway", "roll", str(folder), "--json")
            time.sleep(2)
        assert process.returncode == 0
        assert gateway.stop() == 0
    said = asked("gateway", "roll", str(folder), "--json")
    head, *truth = (json.loads(line) for line in (folder / "simulated" / "truth.jsonl").read_text("utf-8").splitlines())
    return folder, said, head, truth


def parts(trial, deducted):
    folder, _, head, _ = trial
    begin, end = (datetime.datetime.fromisoformat(head[n]).replace(minute=0, second=0) for n in ("begin", "end"))
    return {(r.mn, r.item): (r.due, r.received, r.valid) for r in rates(folder, begin, end, deducted=deducted)}


def test_the_parts_of_every_rate_are_those_of_the_truth_file(trial):
    truth = {
        (outlet["mn"], code): (factor["expected"], factor["received"], factor["valid"])
        for outlet in trial[3] for code, factor in outlet["factors"].items()
    }  # fmt: skip
    assert parts(trial, deducted=False) == truth
    assert sum(t[1] for t in truth.values()) < sum(t[0] for t in truth.values())


def test_with_stops_deducted_too(trial):
    truth = {
        (outlet["mn"], code): tuple(f[whole] - f[part] for whole, part in (
            ("expected", "stopped"), ("received", "received_stopped"), ("valid", "valid_stopped")))
        for outlet in trial[3] for code, f in outlet["factors"].items() if f["expected"] > f["stopped"]
    }  # fmt: skip
    assert parts(trial, deducted=True) == truth
    assert any(o["factors"][c]["stopped"] for o in trial[3] for c in o["factors"])


def test_the_habit_of_each_device_is_learnt_in_spite_of_faults(trial):
    _, said, _, truth = trial
    found = {h["mn"]: h["data_time"] for h in said["habits"] if h["cn"] == "2061"}
    assert found == {o["mn"]: "end" if o["period_end"] else "start" for o in truth}


def test_faults_of_all_kinds_were_among_them(trial):
    kinds = {spell["kind"] for outlet in trial[3] for spell in outlet["outages"]}
    assert {"link_down", "link_down_lost", "power_off", "F", "clock_drift"} <= kinds
    assert state_of(trial[0]).days


@pytest.fixture(scope="module")
def dossier(trial, tmp_path_factory):
    """The example's table and bindings with the hours of the trial as its only records."""
    place = tmp_path_factory.mktemp("d") / "d"
    place.mkdir()
    for name in ("bindings.toml", "hengji.toml", "table.txt"):
        (place / name).write_bytes((Path("examples/panyu-2024") / name).read_bytes())
    said = asked("gateway", "records", str(trial[0]), str(place), "--json")
    again = asked("gateway", "records", str(trial[0]), str(place), "--json")
    return place, said, again


def test_the_same_hours_again_change_nothing(dossier):
    _, said, again = dossier
    assert said["rejected"] == 0
    assert said["new"] > 0
    assert (again["new"], again["versions"], again["unchanged"]) == (0, 0, said["new"])


def test_the_measures_of_the_dossier_come_to_the_truth(trial, dossier):
    found = computed(open_dossier(dossier[0]), None)
    parts_of = [f for o in trial[3] for f in o["factors"].values()]
    due = sum(f["expected"] - f["stopped"] for f in parts_of)
    for indicator, what in ((7, "received"), (10, "valid")):
        actual = found.actual("污染源在线管理专项经费", indicator)
        got = sum(f[what] - f[f"{what}_stopped"] for f in parts_of)
        assert (actual.numerator, actual.denominator) == (got, due)
        assert Fraction(actual.value) == pytest.approx(Fraction(100 * got, due), abs=1e-6)
    assert found.simulated


def test_a_figure_is_unfolded_to_hours_and_each_hour_to_its_packet(trial, dossier):
    export = dossier[0] / "rows.csv"
    words = ["explain", "污染源在线管理专项经费#7", "--in", str(dossier[0]), "--export", str(export)]
    subprocess.run([*HENGJI, *words], check=True, capture_output=True)
    rows = [r for r in csv.DictReader(export.read_text("utf-8-sig").splitlines()) if r.get("packet")]
    assert len(rows) > 100
    for row in rows[:: len(rows) // 5]:
        packet = asked("gateway", "packet", str(trial[0]), row["packet"], "--json")
        assert (packet["sha256"], packet["sound"]) == (row["packet_sha256"], True)
        raw = bytes.fromhex(packet["packet_hex"])
        assert hashlib.sha256(raw).hexdigest() == row["packet_sha256"]
        item = decode(raw)[0].items
        assert Decimal(row["value"]) in {Decimal(values["Avg"]) for values in item.values()}
        assert "模拟数据" in row["source"]

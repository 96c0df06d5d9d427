"""What `hengji outlets` tells: last seen, received and due today by factor, quarantine, alarms."""

from __future__ import annotations

import datetime
import json
import subprocess
import urllib.request

import pytest
from tests.gateway.serving import HENGJI, KNOWN, OTHER, asked, prepared, serving, until, upload

from hengji.reception.inbox import Entry, Inbox
from hengji.reception.status import QUARANTINES, State, outlet_json, save, state_of

NOON = datetime.datetime(2024, 3, 5, 12, 20)
HOUR = datetime.timedelta(hours=1)


def received(at, raw=None, why="", notes=(), mn=KNOWN.mn, drift=None):
    return Entry(at.isoformat(), "10.1.1.1:5", 1, mn, raw or upload(at=at), why, notes, drift)


def folded(*entries):
    state = State()
    for number, entry in enumerate(entries, 1):
        state.fold(number, entry, None)
    return state


def test_hours_are_counted_once_by_their_own_time_and_are_due_ten_minutes_after_their_end():
    hours = [received(NOON - n * HOUR) for n in range(4)]  # hours 11, 10, 9 and 8
    state = folded(*reversed(hours), received(NOON, upload(at=NOON, value="1.0")), received(NOON, notes=("duplicate",)))
    said = outlet_json(KNOWN, state, NOON)
    assert said["factors"]["w01018"]["hours"] == {"received": 4, "due": 12}
    assert said["packets_today"] == 6
    assert said["last_seen"] == NOON.isoformat()
    assert outlet_json(KNOWN, state, NOON.replace(minute=9))["factors"]["w01018"]["hours"] == {"received": 3, "due": 11}


def test_minutes_are_due_by_the_interval_of_the_device_and_realtime_packets_are_counted():
    minute = upload(at=NOON, cn="2051")  # its period begins at 11:00
    said = outlet_json(KNOWN, folded(received(NOON, minute), received(NOON, upload(at=NOON, cn="2011"))), NOON)
    assert said["factors"]["w01018"]["minutes"] == {"received": 1, "due": 73}
    assert said["realtime"] == {"received": 1, "due": None}


def test_yesterday_is_not_counted_today_but_the_last_receipt_is_remembered():
    state = folded(received(NOON))
    state.turn("2024-03-06")
    said = outlet_json(KNOWN, state, NOON + 24 * HOUR)
    assert (said["packets_today"], said["factors"]["w01018"]["hours"]["received"]) == (0, 0)
    assert said["last_seen"] == NOON.isoformat()
    assert [alarm["code"] for alarm in said["alarms"]] == ["silent"]


@pytest.mark.parametrize(
    ("entries", "code"),
    [
        ([], "never_seen"),
        ([received(NOON - 2 * HOUR)], "silent"),
        ([received(NOON, drift=-900)], "clock"),
        ([received(NOON, notes=("future",))], "future"),
        ([received(NOON, notes=("qn_back",))], "qn_back"),
        ([received(NOON), received(NOON, why="wrong_password")], "quarantined"),
    ],
)
def test_what_is_alarming_is_said(entries, code):
    assert [alarm["code"] for alarm in outlet_json(KNOWN, folded(*entries), NOON)["alarms"]] == [code]


def test_nothing_is_alarming_about_a_device_that_sends_in_order():
    assert outlet_json(KNOWN, folded(received(NOON)), NOON)["alarms"] == []


def test_strangers_in_great_number_do_not_fill_the_memory():
    state = folded(*(received(NOON, why="unknown_device", mn=str(n)) for n in range(QUARANTINES + 500)))
    assert len(state.quarantine) == QUARANTINES + 1
    assert sum(count for count, _ in state.quarantine.values()) == QUARANTINES + 500


def test_a_state_that_was_left_is_gone_on_with_from_where_it_ended(tmp_path):
    (tmp_path / "devices.csv").touch()
    inbox = Inbox(tmp_path / "inbox", tmp_path / "devices.csv", segment_bytes=2000)
    inbox.open()
    before = NOON - 24 * HOUR
    inbox.append("2024-03-04", [received(before)])
    for n in range(10):
        inbox.append("2024-03-05", [received(NOON - n * HOUR, why="broken" if n == 3 else "")])
        if n == 4:
            save(tmp_path, state_of(tmp_path))
    gone_on = state_of(tmp_path)
    (tmp_path / "state.json").write_text("{}", "utf-8")
    anew = state_of(tmp_path)
    assert gone_on == anew
    assert (anew.number, anew.seen[KNOWN.mn].packets) == (11, 9)


def test_the_command_tells_of_a_running_gateway_up_to_the_last_packet(tmp_path):
    folder = prepared(tmp_path / "g")
    with serving(folder) as gateway:
        client = gateway.connect()
        for raw in (upload(), upload(value="2.0"), upload(PW="000000")):
            client.send(raw)
        assert client.answer()
        assert client.answer()
        until(lambda: len(gateway.records()) == 3)
        said = asked("outlets", str(folder), "--json")
        assert [one["packets_today"] for one in said["outlets"]] == [2, 0]
        assert [alarm["code"] for alarm in said["outlets"][1]["alarms"]] == ["never_seen"]
        (row,) = said["quarantine"]
        assert (row["why"], row["mn"], row["address"], row["packets"]) == ("wrong_password", KNOWN.mn, "127.0.0.1", 1)
        shown = subprocess.run([*HENGJI, "outlets", str(folder)], capture_output=True, check=True).stdout.decode()
        assert "从未收到数据" in shown
        assert OTHER.mn in shown


def test_figures_are_told_to_prometheus_on_a_local_port(tmp_path):
    pytest.importorskip("prometheus_client")
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with serving(prepared(tmp_path / "g"), words=("--metrics-port", str(port))) as gateway:
        client = gateway.connect()
        client.send(upload() + upload(PW="000000"))
        assert client.answer()

        def figures():
            text = urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics").read().decode()
            return text if 'packets_total{why="wrong_password"} 1.0' in text else None

        text = until(figures)
    assert 'hengji_gateway_packets_total{why=""} 1.0' in text
    assert "hengji_gateway_store_working 1.0" in text


def test_verify_says_what_is_wrong_and_ends_with_1(tmp_path):
    folder = prepared(tmp_path / "g")
    with serving(folder) as gateway:
        client = gateway.connect()
        client.send(upload())
        assert client.answer()
        gateway.stop()
    assert asked("gateway", "verify", str(folder), "--json")["ok"]
    (path,) = (folder / "inbox").rglob("*.inbox")
    path.write_bytes(path.read_bytes().replace(b"-Avg=30.5", b"-Avg=10.5"))
    ran = subprocess.run([*HENGJI, "gateway", "verify", str(folder), "--json"], capture_output=True, check=False)
    said = json.loads(ran.stdout)
    assert (ran.returncode, said["ok"], len(said["differences"])) == (1, False, 1)

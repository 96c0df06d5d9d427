"""The gateway over real TCP: who is answered, who is quarantined, who is closed, and what survives a restart."""

from __future__ import annotations

import datetime
import itertools
import json
import resource
import socket
import subprocess
import threading
import time

import pytest
from tests.gateway.serving import HENGJI, KNOWN, OTHER, in_folder, prepared, serving, until, upload

from hengji.gateway.verify import verify
from hengji.reception.clock import Clock
from hengji.reception.devices import Device, write_register


@pytest.fixture
def gateway(tmp_path):
    with serving(prepared(tmp_path / "g")) as running:
        yield running


def reasons(gateway):
    return [record.entry.why for record in gateway.records()]


def test_a_packet_is_in_the_inbox_byte_for_byte_when_its_answer_comes(gateway):
    client, sent = gateway.connect(), upload()
    client.send(sent)
    answer = client.answer()
    (record,) = gateway.records()
    assert (answer.head["CN"], answer.head["ST"], answer.qn) == ("9014", "91", upload_qn(sent))
    assert (record.entry.raw, record.entry.mn, record.entry.why, record.sound) == (sent, KNOWN.mn, "", True)
    assert record.entry.peer == "{}:{}".format(*client.socket.getsockname())


def upload_qn(raw):
    return raw[raw.index(b"QN=") + 3 :][:17].decode()


def test_a_packet_that_comes_byte_by_byte_is_answered_like_any_other(gateway):
    client = gateway.connect()
    for byte in upload():
        client.send(bytes([byte]))
    assert client.answer().head["CN"] == "9014"


def test_a_device_of_2005_is_answered_in_its_dialect(gateway):
    client, sent = gateway.connect(), upload(OTHER)
    client.send(sent)
    answer = client.answer()
    assert (answer.cp["QN"], answer.cp["CN"], "QN" in answer.head) == (upload_qn(sent), "2061", False)


def test_a_packet_without_end_mark_is_taken_after_a_silence(tmp_path):
    with serving(prepared(tmp_path / "g", settings="silence_seconds = 0.3")) as gateway:
        client = gateway.connect()
        client.send(upload().removesuffix(b"\r\n"))
        assert client.answer().head["CN"] == "9014"


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        (upload(PW="000000"), "wrong_password"),
        (upload(MN="0000000"), "unknown_device"),
        (upload().replace(b"30.5", b"99.9"), "broken"),
    ],
)
def test_what_is_not_in_order_is_kept_with_its_reason_and_not_answered(gateway, sent, why):
    client = gateway.connect()
    client.send(sent + upload(OTHER))
    assert client.answer().profile == "2005"
    client.socket.settimeout(0.3)
    assert client.answer(0.3) is None
    first, second = gateway.records()
    assert (first.entry.why, first.entry.raw, second.entry.why) == (why, sent, "")


def test_a_foreign_address_is_quarantined(tmp_path):
    import ipaddress

    only = KNOWN.__class__(
        KNOWN.mn, KNOWN.password, KNOWN.edition, (ipaddress.ip_network("10.0.0.0/8"),), factors=("w",)
    )
    with serving(prepared(tmp_path / "g", only)) as gateway:
        client = gateway.connect()
        client.send(upload())
        assert client.answer(0.5) is None
        assert reasons(gateway) == ["foreign_address"]


def test_two_devices_with_one_mn_are_both_kept_and_told_of(gateway):
    first, second = gateway.connect(), gateway.connect()
    first.send(upload(value="1.0"))
    assert first.answer()
    second.send(upload(value="2.0"))
    assert second.answer()
    first.send(upload(value="3.0"))
    assert first.answer()
    assert len(gateway.wait_for("mn_shared")["peers"]) == 2
    assert len({record.entry.link for record in gateway.records()}) == 2


def test_a_packet_sent_again_is_answered_again_and_kept_as_a_duplicate_also_after_a_restart(tmp_path):
    folder, sent = prepared(tmp_path / "g"), upload()
    for _ in range(2):
        with serving(folder) as gateway:
            client = gateway.connect()
            for _ in range(2):
                client.send(sent)
                assert client.answer()
            gateway.kill()
    assert [record.entry.notes for record in in_folder(folder)] == [(), *[("duplicate",)] * 3]
    assert not verify(folder / "inbox").differences


def test_time_set_back_and_a_wrong_clock_are_noted_and_answered(gateway):
    client, now = gateway.connect(), Clock().now()
    for back in (0, 3600):
        client.send(upload(at=now - datetime.timedelta(seconds=back)))
        assert client.answer()
    assert gateway.records()[1].entry.notes == ("clock", "qn_back")
    assert abs(gateway.records()[1].entry.drift - 3600) < 60
    assert gateway.wait_for("clock")["mn"] == KNOWN.mn


def test_64_kib_without_end_mark_are_cut_and_told_and_the_sender_is_refused_for_a_while(gateway):
    client = gateway.connect()
    client.send(b"A" * (65 << 10) + b"B" * (64 << 10))
    assert client.ended()
    assert gateway.wait_for("closed")["why"] == "garbage"
    assert gateway.wait_for("closed")["garbage_bytes"] >= 64 << 10
    assert set(until(lambda: reasons(gateway))) == {"garbage"}
    again = gateway.connect()
    assert again.ended()


def test_a_packet_that_never_ends_does_not_hold_its_connection(tmp_path):
    """Slow loris: a byte now and then, for ever."""
    with serving(prepared(tmp_path / "g", settings="packet_seconds = 1.0\nsilence_seconds = 0.8")) as gateway:
        client, half = gateway.connect(), upload()[:60]
        client.send(half)
        for byte in itertools.repeat(b"9"):
            try:
                client.send(byte)
            except OSError:
                break
            time.sleep(0.1)
        assert gateway.wait_for("closed")["why"] == "slow"
        assert until(lambda: reasons(gateway)) == ["broken"]
        assert gateway.records()[0].entry.raw.startswith(half)


def test_whoever_says_nothing_or_nothing_known_is_closed_and_a_known_device_stays(tmp_path):
    with serving(prepared(tmp_path / "g", settings="unknown_seconds = 0.8")) as gateway:
        known, silent = gateway.connect(), gateway.connect()
        known.send(upload())
        assert known.answer()
        assert silent.ended()
        assert [event["why"] for event in gateway.events("closed")] == ["unknown"]
        known.send(upload(value="8.0"))
        assert known.answer()


def test_a_known_device_that_is_silent_for_long_is_closed(tmp_path):
    with serving(prepared(tmp_path / "g", settings="idle_seconds = 0.8")) as gateway:
        client = gateway.connect()
        client.send(upload())
        assert client.answer()
        assert client.ended()
        assert gateway.wait_for("closed")["why"] == "idle"


def test_a_client_that_does_not_read_its_answers_is_closed_and_what_was_taken_from_it_is_kept(tmp_path):
    with serving(prepared(tmp_path / "g", settings="device_rate = 1e9")) as gateway:
        plug = socket.socket()
        plug.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        plug.connect(("127.0.0.1", gateway.port))
        sending = threading.Thread(target=flood, args=(plug,), daemon=True)
        sending.start()
        assert gateway.wait_for("closed")["why"] == "unread"
        sending.join()
        assert all(record.sound and not record.entry.why for record in gateway.records())


def flood(plug):
    try:
        for number in itertools.count():
            plug.sendall(upload(value=f"{number}.0"))
    except OSError:
        plug.close()


def test_a_device_above_its_rate_is_slowed_down_and_nothing_is_lost(tmp_path):
    with serving(prepared(tmp_path / "g", settings="device_rate = 200.0\ndevice_burst = 10.0")) as gateway:
        client, calm = gateway.connect(), gateway.connect()
        begin = time.monotonic()
        client.send(b"".join(upload(value=f"{number}.5") for number in range(200)))
        calm.send(upload(OTHER))
        assert calm.answer()
        assert all(client.answer() for _ in range(200))
        client.send(upload(value="0.7"))
        assert client.answer()
        assert time.monotonic() - begin > 190 / 200 * 0.9  # slower than its rate cannot be; this is no speed test
        assert len(gateway.records()) == 202


def test_connections_beyond_the_limit_on_open_files_are_refused_and_the_others_go_on(tmp_path):
    def few():
        resource.setrlimit(resource.RLIMIT_NOFILE, (400, 400))

    with serving(prepared(tmp_path / "g"), few) as gateway:
        most = gateway.events("listening")[0]["connections"]
        assert 0 < most < 400
        device = gateway.connect()
        device.send(upload())
        assert device.answer()
        opened = [gateway.connect() for _ in range(most + 50)]
        assert gateway.wait_for("refused")["connections"] == most
        assert opened[-1].ended()
        device.send(upload(value="2.0"))
        assert device.answer()
        for client in opened:
            client.close()

        def answered():
            client = gateway.connect()
            client.send(upload(OTHER))
            return client.answer(1)

        assert until(answered)
        assert gateway.process.poll() is None


def test_connections_opened_and_dropped_in_thousands_leave_nothing_behind(gateway):
    for _ in range(3000):
        gateway.connect().close()
    client = gateway.connect()
    client.send(upload())
    assert client.answer()
    links = len(list((__import__("pathlib").Path(f"/proc/{gateway.process.pid}/fd")).iterdir()))
    assert links < 100


def test_a_changed_register_counts_from_then_on_and_a_spoilt_one_does_not(gateway):
    new, client = Device("NEW1", "1", "2017", factors=("w01018",)), gateway.connect()
    write_register(gateway.folder, [KNOWN, new])
    gateway.wait_for("register")
    client.send(upload(new))
    assert client.answer().head["MN"] == "NEW1"
    (gateway.folder / "devices.csv").write_text("nonsense\n", "utf-8")
    gateway.wait_for("settings_fault")
    client.send(upload(new, value="2.0"))
    assert client.answer()


def test_a_removed_folder_is_told_of_and_nothing_is_answered_until_it_is_back(gateway, tmp_path):
    client = gateway.connect()
    client.send(upload(value="1.0"))
    assert client.answer()
    gateway.folder.rename(tmp_path / "away")
    client.send(upload(value="2.0"))
    assert client.answer(1.5) is None
    gateway.wait_for("store_failed")
    assert not (tmp_path / "g").exists()
    (tmp_path / "away").rename(gateway.folder)
    assert client.answer()
    gateway.wait_for("store_works")
    assert [r.entry.raw.count(b"=2.0") for r in gateway.records()] == [0, 1]
    assert not verify(gateway.folder / "inbox").differences


def test_a_second_gateway_on_the_folder_is_refused(gateway):
    second = subprocess.run([*HENGJI, "gateway", str(gateway.folder), "--port", "0"], capture_output=True, check=False)
    assert second.returncode == 2
    assert "已有一个网关" in second.stderr.decode()


def test_a_stopped_gateway_has_answered_or_kept_what_it_took_and_says_where_its_chain_ends(gateway):
    client = gateway.connect()
    client.send(b"".join(upload(value=f"{number}.5") for number in range(50)))
    assert client.answer()
    assert gateway.stop() == 0
    stopped = gateway.events("stopped")[0]
    assert (stopped["records"], stopped["head"]) == verify(gateway.folder / "inbox")[1:3]


def test_every_event_is_one_json_line_also_in_the_folder(gateway):
    gateway.connect().send(upload(PW="000000"))
    gateway.wait_for("quarantined")
    (file,) = (gateway.folder / "events").iterdir()
    in_file = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert [event["event"] for event in in_file] == ["listening", "quarantined"]
    assert all(event["zh"] and event["en"] and event["at"] for event in in_file)


def test_a_gateway_without_register_or_port_says_so_and_ends_with_2(tmp_path):
    (tmp_path / "empty").mkdir()
    for folder, options, said in (
        ("empty", [], "devices.csv"),
        ("g", ["--port", "1", "--host", "10.255.255.1"], "监听"),
    ):
        if folder == "g":
            prepared(tmp_path / "g")
        ran = subprocess.run([*HENGJI, "gateway", str(tmp_path / folder), *options], capture_output=True, check=False)
        assert ran.returncode == 2
        assert said in ran.stderr.decode()

"""Requests to devices: sent by the running gateway, answered by QN, tried again, told when they fail."""

from __future__ import annotations

import json
import subprocess

import pytest
from tests.gateway.serving import HENGJI, KNOWN, OTHER, prepared, serving, upload

from hengji.hj212.answers import answer
from hengji.hj212.write import Message, write

QUICK = "timeout_seconds = 0.4\nretries = 2\nexecution_seconds = 0.8\n"


def asking(folder, *words, wait=60):
    return subprocess.Popen(
        [*HENGJI, "gateway", "ask", str(folder), *words, "--wait", str(wait), "--json"], stdout=subprocess.PIPE
    )


def outcome(process):
    out, _ = process.communicate(timeout=90)
    return process.returncode, json.loads(out)


@pytest.fixture
def gateway(tmp_path):
    with serving(prepared(tmp_path / "g", settings=QUICK)) as running:
        yield running


def connected(gateway, device=KNOWN):
    client = gateway.connect()
    client.send(upload(device))
    assert client.answer()
    return client


def test_missing_hours_are_asked_for_and_come_under_the_qn_of_the_request(gateway):
    client = connected(gateway)
    process = asking(gateway.folder, KNOWN.mn, "hours", "--from", "2024-03-05T08", "--to", "2024-03-05T10")
    request = client.answer()
    assert (request.head["CN"], request.head["PW"]) == ("2061", KNOWN.password)
    assert request.cp == {"BeginTime": "20240305080000", "EndTime": "20240305100000"}
    client.send(answer(request, "9011", "1"))
    client.send(upload(QN=request.qn, Flag="4"))
    client.send(answer(request, "9012", "1"))
    code, said = outcome(process)
    assert (code, said["outcome"], said["packets"], said["tries"]) == (0, "done", 1, 1)
    assert [record.entry.raw.count(request.qn.encode()) for record in gateway.records()] == [0, 1, 1, 1]


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ([("9011", "2")], ("refused", "2")),
        ([("9011", "1"), ("9012", "3")], ("failed", "3")),
        ([("9011", "1"), ("9012", "100")], ("no_data", "100")),
        ([("9011", "1")], ("no_result", "")),
        ([], ("no_answer", "")),
    ],
)
def test_what_the_device_answers_is_what_is_told(gateway, codes, expected):
    client = connected(gateway)
    process = asking(gateway.folder, KNOWN.mn, "sample", "PolId=w01018")
    request = client.answer()
    for cn, code in codes:
        client.send(answer(request, cn, code))
    returned, said = outcome(process)
    assert (said["outcome"], said["code"]) == expected
    assert returned == (0 if expected[0] == "no_data" else 1)


def test_a_request_without_answer_is_sent_again_unchanged_until_the_tries_are_used_up(gateway):
    client = connected(gateway)
    process = asking(gateway.folder, KNOWN.mn, "read-time")
    raws = [client.answer().raw for _ in range(3)]
    assert len(set(raws)) == 1
    assert outcome(process)[1]["tries"] == 3
    assert client.answer(0.6) is None


def test_a_device_of_2005_answers_in_cp_and_is_understood(gateway):
    client = connected(gateway, OTHER)
    process = asking(gateway.folder, OTHER.mn, "time")
    request = client.answer()
    assert request.profile == "2005"
    qn = (("QN", request.qn),)
    client.send(write(Message({"ST": "91", "CN": "9011", "Flag": "0"}, (qn, (("QnRtn", "1"),)))))
    client.send(write(Message({"ST": "91", "CN": "9012", "Flag": "0"}, (qn, (("ExeRtn", "1"),)))))
    assert outcome(process)[1]["outcome"] == "done"


def test_a_request_waits_for_its_device_also_over_a_restart(tmp_path):
    folder = prepared(tmp_path / "g", settings=QUICK)
    with serving(folder) as gateway:
        process = asking(folder, KNOWN.mn, "stop-realtime")
        while not list((folder / "asks" / "waiting").glob("*.json")):
            assert process.poll() is None
        gateway.kill()
    with serving(folder) as gateway:
        client = connected(gateway)
        request = client.answer()
        client.send(answer(request, "9013"))
        assert outcome(process)[1]["outcome"] == "done"
        assert not list((folder / "asks" / "waiting").iterdir())


def test_what_cannot_be_asked_is_told_at_once(gateway):
    for words, said in (
        (["nobody", "time"], "unknown_device"),
        ([OTHER.mn, "read-minute-interval"], "not_in_edition"),
    ):
        assert outcome(asking(gateway.folder, *words))[1]["outcome"] == said
    for words, said in (([KNOWN.mn, "dance"], "没有“dance”"), ([KNOWN.mn, "hours"], "BeginTime")):
        ran = subprocess.run([*HENGJI, "gateway", "ask", str(gateway.folder), *words], capture_output=True, check=False)
        assert ran.returncode == 2
        assert said in ran.stderr.decode()


def test_a_spoilt_file_of_a_request_is_told_and_does_not_stop_the_others(gateway):
    client = connected(gateway)
    waiting = gateway.folder / "asks" / "waiting"
    waiting.mkdir(parents=True)
    (waiting / "0.json").write_text("{", "utf-8")
    process = asking(gateway.folder, KNOWN.mn, "stop-realtime")
    client.send(answer(client.answer(), "9013"))
    assert outcome(process)[1]["outcome"] == "done"
    assert json.loads((gateway.folder / "asks" / "done" / "0.json").read_bytes())["outcome"] == "malformed"


def test_a_device_that_asks_for_the_time_gets_it(gateway):
    client = gateway.connect()
    client.send(upload(cn="1013"))
    assert client.answer().head["CN"] == "9013"
    request = client.answer()
    assert (request.head["CN"], len(request.cp["SystemTime"])) == ("1012", 14)

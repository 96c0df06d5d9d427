"""`hengji hj212 decode`: one object a packet, in order."""

from __future__ import annotations

import json

import pytest
from tests.cli.conftest import DATA

GOOD = b"##0101QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&1C80\r\n"
KEYS = ["valid", "problems", "head", "flag", "cp", "items", "more"]


def test_raw_bytes_give_one_object_a_packet_and_one_for_garbage_between(run, tmp_path):
    (tmp_path / "inbox.bin").write_bytes(GOOD + b"noise" + GOOD)
    ran = run("hj212", "decode", "inbox.bin", "--json")
    assert [list(o) for o in ran.objects] == [KEYS] * 3
    assert [o["valid"] for o in ran.objects] == [True, False, True]
    assert ran.objects[0]["cp"] == {"RtdInterval": "30"}
    assert ran.objects[0]["flag"] == {"answer": True, "split": False, "version": 1}
    assert ran.objects[1]["problems"][0]["code"] == "H01"
    assert ran.code == 1


def test_sound_packets_alone_are_fine(run, tmp_path):
    (tmp_path / "inbox.bin").write_bytes(GOOD * 3)
    assert run("hj212", "decode", "inbox.bin", "--json").code == 0


def test_json_lines_give_exactly_one_object_a_line(run, tmp_path):
    packet = GOOD.decode()
    lines = [{"packet": packet}, {"packet_hex": GOOD.hex()}, {"packet": packet * 3}, {"packet": ""}, {"other": 1}, []]
    (tmp_path / "log.jsonl").write_text("\n".join(map(json.dumps, lines)) + "\nnot json\n\n", encoding="utf-8")
    ran = run("hj212", "decode", "log.jsonl", "--json")
    assert len(ran.objects) == 8
    assert [o["valid"] for o in ran.objects] == [True, True, False, False, False, False, False, False]
    assert [len(o["more"]) for o in ran.objects] == [0, 0, 2, 0, 0, 0, 0, 0]
    assert [p["code"] for p in ran.objects[2]["problems"]] == ["H03"]


def test_all_vectors_go_through_the_command(run):
    ran = run("hj212", "decode", DATA / "hj212_vectors.jsonl", "--json")
    vectors = [json.loads(line) for line in (DATA / "hj212_vectors.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [o["valid"] for o in ran.objects] == [v["valid"] for v in vectors]


def test_people_read_the_problem_in_both_languages(run, tmp_path):
    (tmp_path / "inbox.bin").write_bytes(GOOD.replace(b"1C80", b"1C08"))
    ran = run("hj212", "decode", "inbox.bin")
    assert "校验码为1C08，按数据段应为1C80" in ran.out
    assert "The CRC says 1C08" in ran.out


def test_the_edition_of_a_device_can_be_given(run, tmp_path):
    (tmp_path / "beat.bin").write_bytes(
        b"##0087QN=20260105080000003;ST=32;CN=9015;PW=123456;MN=010000A8900016F000169DC0;Flag=5;CP=&&&&D201\r\n"
    )
    assert run("hj212", "decode", "beat.bin", "--json").code == 1
    assert run("hj212", "decode", "beat.bin", "--edition", "2017-surface-water", "--json").code == 0
    assert run("hj212", "decode", "beat.bin", "--edition", "1999").code == 2


@pytest.mark.parametrize("content", [b"", b"<html>no packets here</html>\r\n", b"\x00\xff" * 5000])
def test_a_file_without_one_packet_cannot_be_done_and_that_is_said(run, tmp_path, content):
    file = tmp_path / "packets.bin"
    file.write_bytes(content)
    ran = run("hj212", "decode", str(file), "--json")
    assert ran.code == 2
    assert "没有一个HJ 212数据包" in ran.err
    assert all(not json.loads(line)["valid"] for line in ran.out.splitlines())


def test_a_record_without_a_packet_is_answered_and_a_file_without_a_record_is_none(run, tmp_path):
    file = tmp_path / "records.jsonl"
    file.write_text('{"packet": "nothing"}\n', "utf-8")
    ran = run("hj212", "decode", str(file), "--json")
    assert (ran.code, len(ran.out.splitlines())) == (1, 1)
    file.write_text("", "utf-8")
    assert run("hj212", "decode", str(file), "--json").code == 2


def test_a_missing_file_is_said_and_cannot_be_done(run):
    ran = run("hj212", "decode", "nowhere.bin", "--json")
    assert ran.code == 2
    assert "没有这个文件" in ran.err

"""Packets of standards, repositories, blogs and devices, with what each should give (tests/data/hj212_vectors.jsonl)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hengji.hj212.reader import Reader, decode
from hengji.hj212.records import packet_of, record_object
from hengji.hj212.write import message_of, write

LINES = (Path(__file__).parents[1] / "data" / "hj212_vectors.jsonl").read_bytes().splitlines()
VECTORS = [(json.loads(line), line) for line in LINES]


def named(wanted):
    return pytest.mark.parametrize(
        ("vector", "line"), [pytest.param(v, line, id=v["id"]) for v, line in VECTORS if wanted(v)]
    )


@named(lambda v: True)
def test_every_packet_gives_what_it_should(vector, line):
    found = record_object(line)
    assert found["valid"] == vector["valid"]
    assert found["valid"] == (found["problems"] == [])
    for part, wanted in (vector["expected"] or {}).items():
        assert found[part] == wanted


@named(lambda v: True)
def test_one_byte_at_a_time_gives_the_same_as_all_at_once(vector, line):
    raw, reader = packet_of(line), Reader()
    slowly = [packet for place in range(len(raw)) for packet in reader.feed(raw[place : place + 1])] + reader.close()
    assert slowly == decode(raw)
    assert b"".join(packet.raw for packet in slowly) == raw


@named(lambda v: v["valid"])
def test_a_valid_packet_is_written_again_as_it_was(vector, line):
    raw = packet_of(line)
    (packet,) = decode(raw)
    again = write(message_of(packet))
    assert again[:-6] == raw[:-6]
    assert again[-6:] == raw[-6:].upper()


@named(lambda v: not v["valid"])
def test_every_objection_says_whose_fault_it_is_in_two_languages(vector, line):
    for one in record_object(line)["problems"]:
        assert one["fault_of"] in {"device", "host", "unknown"}
        assert one["zh"].endswith("。")
        assert one["en"].endswith(".")
        assert "{" not in one["zh"] + one["en"]


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("v020", ["H09"]),
        ("v021", ["H08"]),
        ("v060", ["H05"]),
        ("v062", ["H04"]),
        ("v063", ["H04"]),
        ("v064", ["H06"]),
        ("v065", ["H09"]),
        ("v067", ["H02"]),
        ("v068", ["H03"]),
        ("v069", ["H29"]),
        ("v070", ["H31"]),
        ("v071", ["H12"]),
        ("v072", ["H05"]),
        ("v073", ["H48"]),
        ("v074", ["H48"]),
        ("v075", ["H15"]),
        ("v076", ["H34"]),
        ("v077", ["H38"]),
        ("v078", ["H39"]),
        ("v079", ["H36"]),
        ("v080", ["H35"]),
        ("v081", ["H21", "H21"]),
        ("v082", ["H10"]),
        ("v087", ["H04", "H08", "H19", "H31"]),
        ("v094", ["H30"]),
        ("v095", ["H30"]),
    ],
)
def test_a_faulty_packet_is_objected_to_for_its_own_fault_only(name, codes):
    line = next(line for vector, line in VECTORS if vector["id"] == name)
    assert [one["code"] for one in record_object(line)["problems"]] == codes


def test_glued_packets_come_apart_and_the_second_is_as_good_as_the_first():
    line = next(line for vector, line in VECTORS if vector["id"] == "v068")
    found = record_object(line)
    assert len(found["more"]) == 1
    assert found["more"][0]["valid"]
    assert found["more"][0]["items"] == found["items"]


def test_digits_that_changed_places_unseen_by_the_crc_are_a_doubt_and_no_fault_of_a_clock():
    line = next(line for vector, line in VECTORS if vector["id"] == "v083")
    (packet,) = decode(packet_of(line))
    assert packet.valid
    assert packet.doubts == ("swapped_digits",)

"""What holds for every packet, every stream and every byte."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.hj212.packets import SPLICES, messages, spoilt

from hengji.hj212 import crc
from hengji.hj212.decode import decode_frame
from hengji.hj212.flat import read_flat
from hengji.hj212.framing import LONGEST, next_frame
from hengji.hj212.profiles import NAMES, profile
from hengji.hj212.quick import Quick
from hengji.hj212.reader import Reader, decode
from hengji.hj212.write import message_of, write

EDITIONS = pytest.mark.parametrize("edition", NAMES)
STREAMS = st.lists(
    st.binary(max_size=40)
    | SPLICES
    | st.sampled_from(NAMES).flatmap(messages).map(write)
    | st.sampled_from(NAMES).flatmap(messages).map(write).flatmap(spoilt),
    max_size=6,
).map(b"".join)


def long_way(raw, edition=None):
    """The packets of a stream without the short way."""
    found, at = [], 0
    while (frame := next_frame(raw, at, final=True)) is not None:
        found.append(decode_frame(frame, raw[at : frame.end], None if edition is None else profile(edition)))
        at = frame.end
    return found


@given(st.binary(max_size=1100))
def test_the_fast_sum_is_the_standard_sum(data):
    assert crc.fast(data) == crc.standard(data)


@pytest.mark.parametrize("length", [0, 1, 7, 8, 9, 63, 64, 65, 127, 128, 129, 256, 257, 512, 513, 1024, 1025, 9999])
def test_the_fast_sum_is_the_standard_sum_at_the_edges_of_its_folds(length):
    data = bytes(range(1, 252)) * 40
    assert crc.fast(data[:length]) == crc.standard(data[:length])


@given(st.binary(min_size=1, max_size=300), st.data())
def test_two_bytes_eight_apart_may_change_places_without_the_sum_seeing_it(data, draw):
    first = draw.draw(st.integers(0, len(data) - 1))
    other = draw.draw(st.sampled_from(range(first % 8, len(data), 8)))
    changed = bytearray(data)
    changed[first], changed[other] = changed[other], changed[first]
    assert crc.standard(bytes(changed)) == crc.standard(data)


@EDITIONS
@given(data=st.data())
def test_what_is_written_is_read_as_it_was_and_without_objection(edition, data):
    message = data.draw(messages(edition))
    (packet,) = decode(write(message), edition)
    assert packet.problems == ()
    assert packet.doubts == ()
    assert message_of(packet) == message
    assert packet.head == message.head
    assert packet.profile == edition


@given(STREAMS)
def test_no_stream_raises_and_no_byte_is_lost(stream):
    packets = decode(stream)
    assert b"".join(packet.raw for packet in packets) == stream
    for packet in packets:
        found = packet.as_dict()
        assert found["valid"] == (not packet.problems)
        assert json.loads(json.dumps(found, ensure_ascii=False).encode("utf-8")) == found


@given(STREAMS, st.lists(st.integers(1, 30), min_size=1))
def test_a_stream_is_read_the_same_in_pieces_of_any_size(stream, sizes):
    reader, found, at, turn = Reader(), [], 0, 0
    while at < len(stream):
        size = sizes[turn % len(sizes)]
        found += reader.feed(stream[at : at + size])
        at, turn = at + size, turn + 1
    assert found + reader.close() == decode(stream)


@given(STREAMS)
def test_the_short_way_and_the_long_way_agree(stream):
    for _ in range(5):  # the short way learns a kind of packet by meeting it
        assert decode(stream) == long_way(stream)


@EDITIONS
@given(data=st.data())
def test_the_short_way_and_the_long_way_agree_for_a_registered_device(edition, data):
    raw = data.draw(messages(data.draw(st.sampled_from(NAMES))).map(write))
    raw = data.draw(st.just(raw) | spoilt(raw))
    for _ in range(5):
        assert decode(raw, edition) == long_way(raw, edition)


@given(st.sampled_from(NAMES).flatmap(messages).map(write))
def test_the_flat_reading_has_the_fields_of_the_full_one(raw):
    (packet,) = decode(raw)
    (flat,) = read_flat(raw)
    items = {f"{code}-{s}": v for code, values in packet.items.items() for s, v in values.items()}
    if flat is not None:
        assert flat == packet.head | packet.cp | items
    else:
        assert "//" in raw.decode() or len(raw) > 960


@given(st.sampled_from(NAMES).flatmap(messages).map(write).flatmap(spoilt))
def test_what_the_flat_reading_takes_is_an_intact_packet(raw):
    (*_, flat) = [*read_flat(raw), None]
    lines = [fields for fields in read_flat(raw) if fields is not None]
    if len(lines) == 1 and raw.count(b"\r\n") == 1 and raw.endswith(b"\r\n"):
        (packet,) = decode(raw)
        assert packet.intact
        assert flat is None


def test_plain_packets_do_take_the_short_way():
    raw = write(
        message_of(
            decode(
                b"##0162QN=20231008123340461;ST=22;CN=2011;PW=123456;MN=010000A8900016F000169DC0;Flag=5;"
                b"CP=&&DataTime=20231008123340;w01008-SampleTime=20231008123340,w01008-Rtd=123.456&&F441\r\n"
            )[0]
        )
    )
    quick = Quick()
    readings = [quick.read(raw) for _ in range(6)]
    assert readings[-1] == decode(raw)[0]


@given(
    st.integers(LONGEST, 3 * LONGEST), st.sampled_from([b"x", b"#", b"##", b"##9999QN=1;", b"\r", b"&&", b"##0140QN="])
)
def test_endless_input_is_given_out_in_bounded_pieces(length, word):
    reader, most = Reader(), 0
    stream = (word * (length // len(word) + 1))[:length]
    for at in range(0, length, 997):
        reader.feed(stream[at : at + 997])
        most = max(most, reader.waiting)
    assert most <= LONGEST + 1100

"""Writing, splitting, joining, answering, encrypting."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hengji.hj212.answers import answer, reply
from hengji.hj212.joining import Joiner
from hengji.hj212.profiles import NAMES, profile
from hengji.hj212.reader import Reader, decode
from hengji.hj212.write import Message, framed, grouped, message_of, split, write

HEAD = {"QN": "20160801085959999", "ST": "31", "CN": "2061", "PW": "123456", "MN": "A1", "Flag": "5"}


def long_message(factors: int, flag: str = "5") -> Message:
    items = {f"a{n:05d}": {"Min": "1.5", "Avg": "2.5", "Max": "3.5", "Flag": "N"} for n in range(factors)}
    return Message({**HEAD, "Flag": flag}, grouped({"DataTime": "20160801080000"}, items))


def one(raw: bytes, edition: str | None = None):
    (packet,) = decode(raw, edition)
    return packet


def test_what_fits_is_not_split():
    assert split(long_message(3), profile("2017")) == [write(long_message(3))]


@given(st.integers(20, 120), st.randoms(use_true_random=False))
def test_parts_are_valid_and_join_to_the_whole_in_any_order(factors, shuffled):
    parts = [one(raw) for raw in split(long_message(factors), profile("2017"))]
    assert len(parts) > 1
    assert all(p.valid and p.flag.split and p.cp["DataTime"] == "20160801080000" for p in parts)
    assert len({p.qn for p in parts}) == len(parts), "from 2017 on each part has a QN of its own"
    shuffled.shuffle(parts)
    joiner = Joiner()
    *before, whole = [joiner.add(p) for p in parts]
    assert before == [None] * (len(parts) - 1)
    assert whole.items == one(write(long_message(factors))).items
    assert joiner.waiting == 0


def test_the_parts_of_2005_share_their_qn():
    parts = [one(raw) for raw in split(long_message(60, "1"), profile("2005"))]
    assert {p.qn for p in parts} == {HEAD["QN"]}
    joiner = Joiner()
    assert [joiner.add(p) for p in parts][-1].items == one(write(long_message(60, "1"))).items


def test_the_milliseconds_of_later_parts_carry_over():
    assert [one(raw).qn for raw in split(long_message(30), profile("2017"))][:2] == [
        "20160801085959999",
        "20160801090000000",
    ]


def test_a_part_sent_twice_counts_once_and_lost_parts_are_given_up_in_turn():
    first, *_ = [one(raw) for raw in split(long_message(40), profile("2017"))]
    joiner = Joiner(most=1)
    assert [joiner.add(first), joiner.add(first)] == [None, None]
    other = first._replace(head={**first.head, "MN": "B2"})
    assert joiner.add(other) is None
    assert joiner.given_up == [first]
    assert joiner.waiting == 1


def test_a_packet_that_is_no_part_passes_at_once():
    packet = one(write(long_message(2)))
    assert Joiner().add(packet) is packet


@pytest.mark.parametrize(
    ("segment", "wanted"),
    [
        (
            "QN=20160801085857223;ST=32;CN=2011;PW=123456;MN=A1;Flag=5;CP=&&DataTime=20160801085857&&",
            "QN=20160801085857223;ST=91;CN=9014;PW=123456;MN=A1;Flag=4;CP=&&&&",
        ),
        (
            "QN=20160801085857223;ST=32;CN=1013;PW=123456;MN=A1;Flag=5;CP=&&PolId=w01018&&",
            "QN=20160801085857223;ST=91;CN=9013;PW=123456;MN=A1;Flag=4;CP=&&&&",
        ),
        (
            "QN=20260105080000001;ST=31;CN=2111;PW=123456;MN=A1;Flag=9;CP=&&DataTime=20260105080000;a01901-Avg=912.4&&",
            "QN=20260105080000001;ST=91;CN=9014;PW=123456;MN=A1;Flag=8;CP=&&&&",
        ),
        (
            "QN=20040516010101001;ST=32;CN=2051;PW=123456;MN=88888880000001;Flag=3;PNUM=2;PNO=1;CP=&&"
            "DataTime=20040516010000;011-Avg=1&&",
            "ST=91;CN=9014;PW=123456;MN=88888880000001;Flag=0;CP=&&QN=20040516010101001;CN=2051;PNO=1;PNUM=2&&",
        ),
        ("QN=20160801085857223;ST=32;CN=2011;PW=123456;MN=A1;Flag=4;CP=&&DataTime=20160801085857&&", None),
        ("QN=20160801085857223;ST=91;CN=9013;PW=123456;MN=A1;Flag=5;CP=&&&&", None),
        ("QN=20160801085857223;ST=32;CN=1062;PW=123456;MN=A1;Flag=5;CP=&&RtdInterval=30&&", None),
    ],
)
def test_an_answer_speaks_the_dialect_of_the_device(segment, wanted):
    found = reply(one(framed(segment.encode())))
    assert found == (None if wanted is None else framed(wanted.encode()))
    assert wanted is None or one(found).valid


def test_a_packet_with_a_wrong_sum_is_not_answered():
    raw = framed(b"QN=20160801085857223;ST=32;CN=2011;PW=123456;MN=A1;Flag=5;CP=&&DataTime=20160801085857&&")
    assert reply(one(raw)) is not None
    assert reply(one(raw[:-6] + b"0000\r\n")) is None


def test_results_are_those_that_the_edition_knows():
    old = one(framed(b"QN=20040516010101001;ST=32;CN=1011;PW=123456;MN=1;Flag=1;CP=&&&&"))
    new = one(framed(b"QN=20160801085857223;ST=32;CN=1011;PW=123456;MN=1;Flag=5;CP=&&&&"))
    assert one(answer(old, "9011", "1")).cp == {"QN": "20040516010101001", "QnRtn": "1"}
    assert one(answer(new, "9011", "9")).cp == {"QnRtn": "9"}
    assert one(answer(new, "9012", "5")).cp == {"ExeRtn": "5"}
    with pytest.raises(ValueError, match="9011"):
        answer(old, "9011", "9")
    with pytest.raises(ValueError, match="no answer"):
        answer(new, "2011")


@pytest.mark.parametrize("value", ["a;b", "a,b", "a=b", "a&&b", "a\r\nb", " a", "//a&&b//"])
def test_a_value_that_would_cut_the_packet_is_not_written(value):
    with pytest.raises(ValueError, match="cut it"):
        write(Message(HEAD, ((("A", value),),)))


class Mask:
    """A stand-in for a block cipher."""

    def encrypt(self, blocks: bytes) -> bytes:
        return bytes(b ^ 0x5A for b in blocks)

    decrypt = encrypt


@pytest.mark.parametrize("edition", NAMES)
def test_encrypted_data_are_read_with_the_key_and_objected_to_without(edition):
    message = Message({**HEAD, "Flag": str(profile(edition).version << 2)}, long_message(3).groups)
    raw = write(message, Mask())
    assert b"&&{0x" in raw
    with_key = Reader(edition, Mask())
    (packet,) = with_key.feed(raw)
    assert packet.problems == ()
    assert message_of(packet) == message
    locked = one(raw, edition)
    assert [p.code for p in locked.problems] == ["H44"]
    assert locked.head["MN"] == "A1"
    assert locked.items == {}
    assert not locked.intact


def test_a_short_content_stays_clear():
    message = Message(HEAD, ((("RtdInterval", "30"),),))
    assert write(message, Mask()) == write(message)


def test_a_wrong_key_is_a_problem_and_no_exception():
    class Wrong(Mask):
        def decrypt(self, blocks: bytes) -> bytes:
            return random.Random(1).randbytes(len(blocks))

    (packet,) = Reader(cipher=Wrong()).feed(write(long_message(3), Mask()))
    assert not packet.valid
    assert packet.head["MN"] == "A1"

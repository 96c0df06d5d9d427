"""Faults of the standard's own print and of the field: what could be read, and what is said about it."""

from __future__ import annotations

import pytest

from hengji.hj212.packet import Packet
from hengji.hj212.problems import CATALOGUE
from hengji.hj212.reader import Reader, decode
from hengji.hj212.write import framed

HEAD = "QN=20160801085857223;ST=32;CN=2011;PW=123456;MN=010000A8900016F000169DC0;Flag=5"
DATA = "DataTime=20160801085857;w01018-Rtd=40.1,w01018-Flag=N"
GOOD = framed(f"{HEAD};CP=&&{DATA}&&".encode())


def read(segment: str, edition: str | None = None) -> Packet:
    (packet,) = decode(framed(segment.encode()), edition)
    return packet


def codes(packet: Packet) -> list[str]:
    return [one.code for one in packet.problems]


def test_the_good_packet_of_these_tests_is_good():
    assert codes(read(f"{HEAD};CP=&&{DATA}&&")) == []


@pytest.mark.parametrize(
    ("segment", "code"),
    [
        (f"{HEAD};CP=&&{DATA.replace('w01018', '01018')}&&", "H42"),
        (f"{HEAD.replace(';ST=', ',ST=')};CP=&&{DATA}&&", "H18"),
        (f"{HEAD}CP=&&{DATA}&&", "H16"),
        (f"{HEAD};CP=&& {DATA}&&", "H17"),
        (f"{HEAD};CP=&&{DATA.replace('-Flag', '-Flag ')}&&", "H17"),
        (f"{HEAD};CP=&&{DATA};&&", "H19"),
        (f"{HEAD};CP=&&{DATA.replace(';', ',')}&&", "H18"),
        (f"{HEAD.replace('Flag=5', 'Flag=13')};CP=&&{DATA}&&", "H26"),
        (f"{HEAD.replace('Flag=5', 'Flag=300')};CP=&&{DATA}&&", "H25"),
        (f"{HEAD.replace('Flag=5', 'Flag=x')};CP=&&{DATA}&&", "H25"),
        (f"{HEAD.replace('QN=2016', 'QN=16')};CP=&&{DATA}&&", "H27"),
        (f"{HEAD.replace('ST=32', 'ST=3')};CP=&&{DATA}&&", "H28"),
        (f"{HEAD.replace('PW=123456', 'PW=')};CP=&&{DATA}&&", "H24"),
        (f"{HEAD.replace('QN=', 'qn=')};CP=&&{DATA}&&", "H23"),
        (f"{HEAD};XX=1;CP=&&{DATA}&&", "H22"),
        (f"{HEAD};PNUM=2;PNO=1;CP=&&{DATA}&&", "H32"),
        (f"{HEAD.replace('Flag=5', 'Flag=7')};PNUM=2;PNO=3;CP=&&{DATA}&&", "H33"),
        (f"{HEAD};CP=&&{DATA},w01018-EFlag&&", "H20"),
        (f"{HEAD};CP=&&{DATA.replace('Flag=N', 'Flag=P')}&&", "H37"),
        (f"{HEAD};CP=&&{DATA.replace('85857;', '8585;')}&&", "H40"),
        (f"{HEAD};CP=&&{DATA.replace('DataTime=20160801085857;', '')}&&", "H41"),
        (f"{HEAD};CP=&&{DATA.replace('2016', '2017', 1)}&&", "H39"),
        (f"{HEAD};CP=&&{DATA.replace('40.1', '-9999.0')}&&", "H36"),
        (f"{HEAD};CP=&&{DATA.replace('40.1', '4.0.1')}&&", "H35"),
        (f"{HEAD};CP=&&{DATA.replace('40.1', '4e1')}&&", "H35"),
        (f"{HEAD};CP=&&{DATA};-Rtd=1&&", "H45"),
        (f"{HEAD};CP=&&{DATA};SB1-RS=9&&", "H43"),
        (f"{HEAD};CP=&&{DATA}&&".replace("40.1", "40.1\x00"), "H13"),
        (f"{HEAD.replace('2011', '1062')};CP=&&RtdInterval=5&&", "H43"),
        (f"{HEAD.replace('2011', '2061')};CP=&&BeginTime=20160801080000,EndTime=20160801090000&&", "H18"),
    ],
)
def test_a_known_fault_is_forgiven_and_told(segment, code):
    packet = read(segment)
    assert code in codes(packet)
    assert packet.head["ST"] in {"32", "3"}
    assert packet.items or packet.cp


def test_fields_run_together_in_the_head_come_apart():
    packet = read(f"{HEAD.replace(';ST=', ',ST=')}CP=&&{DATA}&&")
    assert packet.head["QN"] == "20160801085857223"
    assert packet.head["ST"] == "32"
    assert packet.flag is not None


@pytest.mark.parametrize("segment", [f"{HEAD[:-7]};CP=&&{DATA}&&;Flag=5", f"Flag=5;{HEAD[:-7]};CP=&&{DATA}&&"])
def test_the_head_may_have_any_order_even_behind_the_data(segment):
    packet = read(segment)
    assert codes(packet) == []
    assert packet.flag == (True, False, 1)


def test_names_are_compared_without_case():
    head = HEAD.replace("2011", "3016")
    assert codes(read(f"{head};CP=&&PolId=w01018;CstartTime=000000;Ctime=2&&")) == []
    assert codes(read(f"{head};CP=&&PolId=w01018;CstartTime=250000;CTime=2&&")) == ["H43"]


def test_a_stand_in_for_no_data_is_no_fault_where_the_flag_says_so():
    assert codes(read(f"{HEAD};CP=&&{DATA.replace('40.1', '-999').replace('Flag=N', 'Flag=D')}&&")) == []


def test_a_log_may_hold_any_sign_between_its_strokes():
    packet = read(f"{HEAD.replace('2011', '3020')};CP=&&DataTime=20160801085857;i11001-Info=//a;b,c=d&e清洗//&&")
    assert codes(packet) == []
    assert packet.items == {"i11001": {"Info": "//a;b,c=d&e清洗//"}}


def test_strokes_in_a_name_leave_no_trace_of_how_texts_are_kept_together():
    packet = read(f"{HEAD.replace('2011', '3020')};CP=&&DataTime=20160801085857;w//0=1,a-Rtd=3;w01//-Flag=N&&")
    assert "w//0=1,a-Rtd=3;w01//" in packet.items
    assert "".join(packet.items).isascii()


def test_gbk_is_no_fault_before_utf8_was_asked_for():
    segment = "ST=32;CN=2011;PW=123456;MN=1;CP=&&DataTime=20160801085857;011-Rtd=1;Note=清洗&&".encode("gbk")
    (packet,) = decode(framed(segment))
    assert codes(packet) == []
    assert packet.cp["Note"] == "清洗"


def test_the_edition_follows_flag_and_the_device_decides_where_flag_does_not():
    beat = "QN=20260105080000003;ST=32;CN=9015;PW=123456;MN=1;Flag=5;CP=&&&&"
    assert codes(read(beat)) == ["H30"]
    assert codes(read(beat, "2017-surface-water")) == []
    assert codes(read(beat.replace("Flag=5", "Flag=9"))) == []
    assert codes(read(beat, "2025")) == ["H47", "H30"]
    old = f"{HEAD.removesuffix(';Flag=5')};CP=&&{DATA}&&"
    assert read(old).profile == "2005"
    assert read(old, "2017").profile == "2017"


@pytest.mark.parametrize(
    ("segment", "whose"),
    [
        (f"{HEAD};CP=&&w01018-Rtd=&&", "device"),
        (f"{HEAD.replace('2011', '1062')};CP=&&RtdInterval=&&", "host"),
        (f"{HEAD.replace('2011', '2051')};CP=&&BeginTime=x;EndTime=y&&", "host"),
        (f"{HEAD.replace('32;CN=2011', '91;CN=9014')};CP=&&A=&&", "unknown"),
    ],
)
def test_the_sender_is_blamed_as_far_as_it_shows_who_that_is(segment, whose):
    assert {one.fault_of for one in read(segment).problems} == {whose}


@pytest.mark.parametrize("between", [b"noise", b"\r\n", b"\x00\xff#", b"#"])
def test_garbage_between_packets_is_an_object_of_its_own_and_costs_no_packet(between):
    found = decode(GOOD + between + GOOD)
    assert [p.garbage for p in found] == [False, True, False]
    assert found[0].valid
    assert found[1].raw == between
    assert found[2] == found[0]


def test_a_cut_packet_does_not_swallow_the_next():
    cut, whole = decode(GOOD[:70] + GOOD)
    assert codes(cut) == ["H06"]
    assert "MN" not in cut.head, "the field at the cut may be half a field"
    assert whole.valid


def test_a_length_that_is_too_large_does_not_make_the_next_packets_wait():
    reader = Reader()
    wrong = b"##9000" + GOOD[6:]
    assert [codes(p) for p in reader.feed(wrong)] == [["H05"]]
    assert [codes(p) for p in reader.feed(GOOD)] == [[]]


def test_a_packet_that_lost_its_beginning_is_read_as_far_as_it_goes():
    (packet,) = decode(GOOD[30:])
    assert codes(packet)[0] == "H01"
    assert packet.items == {"w01018": {"Rtd": "40.1", "Flag": "N"}}
    assert not packet.intact


def test_a_packet_without_crlf_comes_out_when_its_sender_falls_silent():
    reader = Reader()
    assert reader.feed(GOOD[:-2]) == []
    assert [codes(p) for p in reader.close()] == [["H09"]]


@pytest.mark.parametrize("raw", [b"##0000FFFF\r\n", b"##", b"#", b"####", b"##0140", b"&&", b"##9999" + b"x" * 20000])
def test_next_to_nothing_gives_objections_and_no_exception(raw):
    assert all(p.problems for p in decode(raw))
    assert b"".join(p.raw for p in decode(raw)) == raw


@pytest.mark.parametrize("sum_", [b"u8C1", b"", b"1C8", b"+1C8", b"1_80"])
def test_a_sum_that_is_no_number_is_told(sum_):
    (packet,) = decode(GOOD[:-6] + sum_ + b"\r\n")
    assert "H07" in codes(packet)
    assert packet.items
    assert not packet.intact


def test_the_catalogue_speaks_both_languages_and_never_twice_the_same():
    assert len({kind.name for kind in CATALOGUE.values()}) == len(CATALOGUE)
    assert list(CATALOGUE) == [f"H{n:02d}" for n in range(1, len(CATALOGUE) + 1)]
    for kind in CATALOGUE.values():
        assert kind.zh.endswith("。")
        assert kind.en.endswith(".")

"""The register of devices: who is known, and what is said about a row that is not in order."""

from __future__ import annotations

import pytest
from tests.gateway.serving import KNOWN, OTHER, upload

from hengji.hj212.reader import decode
from hengji.hj212.write import Message, write
from hengji.reception.devices import Register, read_register, write_register
from hengji.reception.errors import GatewayError

HEAD = "MN,密码,版本,允许地址,排放口编号\n"


def register(folder, text):
    (folder / "devices.csv").write_text(text, "utf-8-sig")
    return read_register(folder)


def test_a_register_that_was_written_is_read_as_it_was(tmp_path):
    write_register(tmp_path, [KNOWN, OTHER])
    assert read_register(tmp_path) == Register({KNOWN.mn: KNOWN, OTHER.mn: OTHER})


def test_english_headings_are_read_too(tmp_path):
    found = register(tmp_path, "mn,password,edition\nA1,1,2017\n")
    assert list(found.devices) == ["A1"]


def test_rows_out_of_order_are_named_and_left_out_and_the_others_stay(tmp_path):
    text = (
        HEAD
        + "A1,1,2017,,\nA2,,2017,,\nA3,1,1999,,\nA4,1,2017,10.0.0.300,\n\nA1,2,2017,,\nA5,1,2025,10.0.0.0/8;::1,x\n"
    )
    found = register(tmp_path, text)
    assert list(found.devices) == ["A1", "A5"]
    assert found.devices["A1"].password == "1"
    assert [fault.row for fault in found.faults] == [3, 4, 5, 7]
    assert "1999" in found.faults[1].zh


@pytest.mark.parametrize(("text", "said"), [("", "MN"), ("MN,版本\n", "密码"), ("\xff", "MN")])
def test_a_file_that_is_no_register_is_refused_with_what_it_lacks(tmp_path, text, said):
    with pytest.raises(GatewayError) as refused:
        register(tmp_path, text)
    assert said in refused.value.zh


def test_without_a_register_it_is_said_what_to_write(tmp_path):
    with pytest.raises(GatewayError) as refused:
        read_register(tmp_path)
    assert "devices.csv" in refused.value.zh


ALL = Register({one.mn: one for one in (KNOWN, OTHER)})


def judged(raw, host="10.1.1.1", register=ALL, linked=""):
    return register.judge(decode(raw)[0], host, linked)[0]


def test_a_known_device_with_its_password_is_let_in():
    assert judged(upload()) == ""


def test_each_reason_for_quarantine_is_told(tmp_path):
    near = register(tmp_path, HEAD + f"{KNOWN.mn},123456,2017,10.2.0.0/16;::1,\n")
    assert judged(upload(PW="000000")) == "wrong_password"
    assert judged(upload(MN="nobody")) == "unknown_device"
    assert judged(b"hello\r\n##") == "garbage"
    assert judged(upload().replace(b"30.5", b"30.6")) == "broken"
    assert judged(upload(), "10.1.1.1", near) == "foreign_address"
    assert judged(upload(), "10.2.9.9", near) == ""
    assert judged(upload(), "::ffff:10.2.9.9", near) == ""
    assert judged(upload(), "::1", near) == ""


def test_an_answer_of_2005_without_head_is_of_the_device_of_its_connection():
    qn = (("QN", "20240305080000000"),)
    raw = write(Message({"ST": "91", "CN": "9012", "Flag": "0"}, (qn, (("ExeRtn", "1"),))))
    assert judged(raw) == "unknown_device"
    assert judged(raw, linked=OTHER.mn) == ""
    stranger = write(Message({"ST": "32", "CN": "2061", "Flag": "0"}, (qn,)))
    assert judged(stranger, linked=OTHER.mn) == "unknown_device"

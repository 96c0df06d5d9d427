"""One frame → one packet, with everything that can be objected to and whose fault it is. Never an exception."""

from __future__ import annotations

import re
from typing import Any

from hengji.hj212 import crc
from hengji.hj212.checks import check, flag_of, sender_of
from hengji.hj212.cipher import Cipher, is_sealed, opened
from hengji.hj212.framing import Frame, salvaged
from hengji.hj212.packet import Packet
from hengji.hj212.problems import Problem, problem
from hengji.hj212.profiles import Profile, known_anywhere, of_version, profile
from hengji.hj212.segment import Fields, Remark, read_segment

Fault = tuple[str, dict[str, Any]]
"""A code of the catalogue and the words of its message."""
_HEX4 = re.compile(rb"[0-9A-Fa-f]{4}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ufffd]")
_TAILS = {b"": ("空的", "nothing"), b"\n": ("单个LF", "LF alone"), b"\r": ("单个CR", "CR alone")}
_OF_THE_LOST = frozenset({"H24", "H31", "H41"})
"""What is missing from a packet that breaks off is no further fault."""


def decode_frame(frame: Frame, raw: bytes, setting: Profile | None = None, cipher: Cipher | None = None) -> Packet:
    """The packet in a frame; `setting` is the edition the device is registered for, None to go by Flag alone."""
    if frame.garbage:
        rest = salvaged(raw)
        if rest is None:
            return Packet(raw, "", of_version(None).name, {}, None, {}, {}, (_garbage(raw),), garbage=True)
        frame = rest
    segment = frame.segment
    text, encoding = _text(segment)
    fields, edition, faults = _read(text, setting, frame)
    lost_key = False
    if is_sealed(fields.content):
        plain = opened(fields.content, cipher) if cipher is not None else None
        if plain is None:
            lost_key = True
            fields = fields._replace(cp={}, items={}, remarks=[r for r in fields.remarks if r.code != "H20"])
            faults.append(("H44", {}))
        else:
            # Length and CRC were made before the encryption, so they are held against the plain text.
            segment = segment.replace(fields.content.encode(), plain, 1)
            text, encoding = _text(segment)
            fields, edition, faults = _read(text, setting, frame)
    flag = flag_of(fields.head.get("Flag", ""))
    sender = "unknown" if frame.cut else sender_of(fields, edition)
    remarks = [*fields.remarks, *check(fields, flag, edition)]
    if frame.cut:
        remarks = [r for r in remarks if r.code not in _OF_THE_LOST]
    problems = [] if not frame.garbage else [_garbage(raw)]
    if not frame.garbage:
        problems += [problem(c, sender, **w) for c, w in _frame_faults(frame, raw, segment, fields, lost_key)]
    problems += [
        problem(c, sender, **w) for c, w in [*faults, *_text_faults(segment, text, encoding, fields, edition, lost_key)]
    ]
    problems += [_named(r, sender, fields, edition) for r in remarks if r.code.startswith("H")]
    doubts = tuple(r.code for r in remarks if not r.code.startswith("H"))
    return Packet(
        raw, text, edition.name, fields.head, flag, fields.cp, fields.items, tuple(problems), doubts, frame.garbage
    )


def _garbage(raw: bytes) -> Problem:
    return problem("H01", "unknown", raw[:64].decode("utf-8", "backslashreplace"), count=len(raw))


def _text(segment: bytes) -> tuple[str, str]:
    """The text of a segment and how it was decoded: utf-8, gb18030 or, where neither fits, bytes."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return segment.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    return segment.decode("utf-8", "backslashreplace"), "bytes"


def _read(text: str, setting: Profile | None, frame: Frame) -> tuple[Fields, Profile, list[Fault]]:
    """The fields, read by the edition that Flag names, or the device's own where Flag allows it."""
    fields = read_segment(text, False, frame.cut)
    said = fields.head.get("Flag", "")
    flag = flag_of(said)
    faults: list[Fault] = []
    newer = flag is None and said.isascii() and said.isdigit() and len(said) <= 3 and int(said) <= 255
    edition = of_version(99 if newer else flag and flag.version)
    if setting is not None:
        if flag is None or flag.version == setting.version:
            edition = setting
        else:
            faults.append(("H47", {"edition": setting.title, "seen": said}))
    if edition.plain_comma:
        fields = read_segment(text, True, frame.cut)
    return fields, edition, faults


def _frame_faults(frame: Frame, raw: bytes, segment: bytes, fields: Fields, locked: bool) -> list[Fault]:
    """Faults of length, CRC and end mark."""
    found: list[Fault] = []
    if frame.said is None:
        found.append(("H04", {"seen": raw[:8].decode("ascii", "backslashreplace")}))
    if frame.cut:
        found.append(
            ("H06", {"said": "?" if frame.said is None else frame.said, "real": len(segment), "seen": fields.lost})
        )
        return found
    if frame.said is not None and frame.said != len(segment) and not locked:
        found.append(("H05", {"said": f"{frame.said:04d}", "real": len(segment)}))
    if frame.crc is None or not _HEX4.fullmatch(frame.crc):
        found.append(("H07", {"seen": (frame.crc or b"").decode("ascii", "backslashreplace")}))
    elif not locked and int(frame.crc, 16) != crc.fast(segment) and not frame.tail:
        words = {"said": len(segment), "real": crc.digits(segment), "seen": frame.crc.decode("ascii")}
        return [*found, ("H49", words)]
    elif not locked and int(frame.crc, 16) != crc.fast(segment):
        found.append(_mismatch(int(frame.crc, 16), segment))
    if frame.tail != b"\r\n":
        zh, en = _TAILS.get(frame.tail, ("其他字符", "something else"))
        found.append(("H09", {"zh": zh, "en": en}))
    return found


def _mismatch(said: int, segment: bytes) -> Fault:
    right = crc.fast(segment)
    words: dict[str, Any] = {"said": f"{said:04X}", "real": f"{right:04X}"}
    if said == crc.modbus(segment):
        return "H48", words | {"rule_zh": "Modbus的算法", "rule_en": "the Modbus rule"}
    if said == (right & 0xFF) << 8 | right >> 8:
        return "H48", words | {"rule_zh": "低字节在前的写法", "rule_en": "writing the low byte first"}
    return "H08", words


def _text_faults(
    segment: bytes, text: str, encoding: str, fields: Fields, edition: Profile, locked: bool
) -> list[Fault]:
    """Faults of size and of characters; the size of what is encrypted is not that of the text."""
    found: list[Fault] = []
    if locked:
        pass
    elif len(segment) > edition.segment_bytes:
        found.append(("H10", {"real": len(segment), "most": edition.segment_bytes}))
    elif len(fields.content) > edition.cp_characters:
        found.append(("H11", {"real": len(fields.content), "most": edition.cp_characters}))
    if encoding == "gb18030" and edition.utf8:
        found.append(("H12", {"seen": "GBK"}))
    odd = _CONTROL.findall(text)
    if odd or encoding == "bytes":
        found.append(("H13", {"seen": repr("".join(odd[:8]))[1:-1] if odd else text[-12:]}))
    return found


def _named(remark: Remark, sender: str, fields: Fields, edition: Profile) -> Problem:
    return problem(
        remark.code,
        sender,
        remark.seen,
        edition=edition.title,
        qn=fields.head.get("QN", ""),
        others="、".join(profile(name).title for name in known_anywhere(remark.seen)),
    )

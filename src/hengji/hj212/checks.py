"""What the data of a packet may say under one edition; the frame is somebody else's business."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from hengji.hj212 import times
from hengji.hj212.packet import Flag
from hengji.hj212.profiles import ANSWERS, Profile, known_anywhere, profiles
from hengji.hj212.segment import Fields, Remark

_ST = re.compile(r"[1-6][0-9]|9[1-9]|[A-Z][0-9]")
NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)")
_SENTINEL = re.compile(r"-9{3,}(?:\.[09]*)?")
_CODE_WITHOUT_LETTER = re.compile(r"[0-9]{5}")
UNUSABLE = frozenset("FMDCTBP")
"""Flags by which the sender itself says that the value is none."""
NUMBERS = frozenset(
    {"rtd", "zsrtd", "cou", "min", "avg", "max", "zsmin", "zsavg", "zsmax", "data", "daydata", "nightdata"}
    | {"ala", "samplerd", "standardvalue", "validnum", "totalnum"}
)
"""Suffixes of values that are decimal numbers; all keys are compared without case."""
EVENTS = frozenset({"datatime", "sampletime", "completetime", "restarttime", "alarmtime"})
"""Times of something that has happened, so that they cannot be later than the packet."""
TIMES = EVENTS | {"systemtime", "begintime", "endtime", "skcreatetime"}


def _whole(low: int, high: int) -> Callable[[str, Profile], bool]:
    return lambda value, _: value.isascii() and value.isdigit() and len(value) <= 9 and low <= int(value) <= high


def _clock(value: str, _: Profile) -> bool:
    return len(value) == 6 and times.exists("20000101" + value)


VALUES: dict[str, Callable[[str, Profile], bool]] = {
    "rtdinterval": lambda value, p: _whole(30 if p.version else 1, 3600 if p.version else 999_999_999)(value, p),
    "mininterval": lambda value, _: value in {"1", "2", "3", "4", "5", "6", "10", "12", "15", "20", "30"},
    "overtime": _whole(1, 99999),
    "recount": _whole(0, 99),
    "qnrtn": lambda value, p: value in p.qn_rtn,
    "exertn": lambda value, p: value in p.exe_rtn,
    "vaseno": _whole(0, 99),
    "stime": _whole(0, 9999),
    "ctime": _whole(0, 24),
    "cstarttime": _clock,
    "calibrationtype": lambda value, _: value in {"0", "1"},
}
"""Fields without suffix that may hold certain values only."""
SUFFIXES: dict[str, Callable[[str, Profile], bool]] = {
    "rs": lambda value, p: len(value) == 1 and value in p.running_states,
    "rt": lambda value, _: NUMBER.fullmatch(value) is not None and 0 <= float(value) <= 24,
    "resulttype": lambda value, _: value in {"0", "1"},
}
"""The same for fields with a suffix."""


def flag_of(text: str) -> Flag | None:
    """Flag as bits, None where the text is no whole number from 0 to 255 or names no edition."""
    if not (text.isascii() and text.isdigit() and len(text) <= 3 and int(text) < 12):
        return None
    value = int(text)
    return Flag(bool(value & 1), bool(value & 2), value >> 2)


def sender_of(fields: Fields, edition: Profile) -> str:
    """Who sent the packet, as far as it shows: device, host or unknown."""
    cn = fields.head.get("CN", "")
    command = edition.commands.get(cn)
    if command is None:
        for name in known_anywhere(cn):
            command = profiles()[name].commands[cn]
    if command is not None and command.sender != "both":
        return command.sender
    if cn in ANSWERS:
        return "unknown"
    keys = {key.lower() for key in fields.cp}
    if "datatime" in keys or fields.items or keys - {"begintime", "endtime", "polid", "infoid"}:
        return "device"
    return "host" if command is not None else "unknown"


def check(fields: Fields, flag: Flag | None, edition: Profile) -> Iterator[Remark]:
    """Everything to object to in the data of a packet, in the order of its fields."""
    yield from _check_head(fields, flag, edition)
    qn = fields.head.get("QN", "")
    if not times.exists(qn):
        qn = ""
    for name, value in fields.cp.items():
        yield from _check_plain(name, value, qn, edition)
    for code, values in fields.items.items():
        yield from _check_item(code, values, qn, edition)
    command = edition.commands.get(fields.head.get("CN", ""))
    if command is not None and command.data and fields.items and not any(k.lower() == "datatime" for k in fields.cp):
        yield Remark("H41", "")


def _check_head(fields: Fields, flag: Flag | None, edition: Profile) -> Iterator[Remark]:
    head = fields.head
    cn = head.get("CN", "")
    short = edition.qn_in_cp and cn in ANSWERS  # answers of 2005 may lack both
    for name in ("QN", "ST", "CN", "PW", "MN"):
        spared = (short and name in ("PW", "MN")) or (name == "QN" and not edition.qn_required)
        if not head.get(name) and (name in head or not spared):
            yield Remark("H24", name)
    qn = head.get("QN", "")
    if qn and not (len(qn) == 17 and qn.isascii() and qn.isdigit() and times.exists(qn)):
        yield Remark("H27", qn)
    if head.get("ST") and not _ST.fullmatch(head["ST"]):
        yield Remark("H28", head["ST"])
    if cn and cn not in edition.commands:
        yield Remark("H30" if known_anywhere(cn) else "H29", cn)
    if "Flag" in head and flag is None:
        text = head["Flag"]
        number = text.isascii() and text.isdigit() and len(text) <= 3 and int(text) <= 255
        yield Remark("H26" if number else "H25", text)
    total, place = head.get("PNUM"), head.get("PNO")
    if flag is not None and flag.split and (total is None or place is None):
        yield Remark("H31", "")
    elif flag is not None and not flag.split and (total is not None or place is not None):
        yield Remark("H32", "")
    if (total is not None or place is not None) and not _possible(total or "", place or ""):
        yield Remark("H33", f"PNUM={total or ''};PNO={place or ''}")


def _possible(total: str, place: str) -> bool:
    both = total + place
    return (
        both.isascii()
        and both.isdigit()
        and 0 < len(total) <= 4
        and 0 < len(place) <= 4
        and 1 <= int(place) <= int(total)
    )


def _check_plain(name: str, value: str, qn: str, edition: Profile) -> Iterator[Remark]:
    seen, key = f"{name}={value}", name.lower()
    if not value:
        yield Remark("H34", name)
    elif key in TIMES:
        yield from _check_time(seen, key, value, qn)
    elif key in VALUES and not VALUES[key](value, edition):
        yield Remark("H43", seen)


def _check_time(seen: str, key: str, value: str, qn: str) -> Iterator[Remark]:
    if len(value) not in (14, 17) or not (value.isascii() and value.isdigit()):
        yield Remark("H40", seen)
    elif not times.exists(value):
        yield Remark("H38", seen)
    elif qn and key in EVENTS and times.is_ahead(value, qn):
        yield Remark("swapped_digits" if times.swapped(value, qn) else "H39", seen)


def _check_item(code: str, values: dict[str, str], qn: str, edition: Profile) -> Iterator[Remark]:
    if edition.version and _CODE_WITHOUT_LETTER.fullmatch(code):
        yield Remark("H42", code)
    data_flag = next((v for s, v in values.items() if s.lower() == "flag"), None)
    if data_flag and not (len(data_flag) == 1 and data_flag in edition.data_flags):
        yield Remark("H37", f"{code}-Flag={data_flag}")
    for suffix, value in values.items():
        seen, key = f"{code}-{suffix}={value}", suffix.lower()
        if not value:
            yield Remark("H34", f"{code}-{suffix}")
        elif key in NUMBERS:
            if not NUMBER.fullmatch(value):
                yield Remark("H35", seen)
            elif _SENTINEL.fullmatch(value) and data_flag not in UNUSABLE:
                yield Remark("H36", seen)
        elif key in TIMES:
            yield from _check_time(seen, key, value, qn)
        elif key in SUFFIXES and not SUFFIXES[key](value, edition):
            yield Remark("H43", seen)

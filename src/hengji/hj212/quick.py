"""The short way for packets without any fault, and one that must agree with the long one (`decode`).

A device sends the same fields all the time. The names of a packet's fields and the signs between them are looked up as
one key; what they imply (which value is a number, which belongs to which item) was worked out when that key first came.
Whatever is new, odd or wrong in the least takes the long way.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable
from operator import itemgetter
from typing import NamedTuple

from hengji.hj212 import crc, times
from hengji.hj212.checks import EVENTS, NUMBERS, SUFFIXES, TIMES, flag_of
from hengji.hj212.packet import Flag, Packet
from hengji.hj212.profiles import Profile, of_version

LONGEST = 950
"""Longer segments may have too long a CP: the long way counts."""
START = tuple(b"##%04d" % length for length in range(LONGEST + 1))
SUMS = {form % crc.TABLE[i]: i for i in range(256) for form in (b"%04X", b"%04x")}
ORDINARY = (string.ascii_letters + string.digits + ".-_+:").encode()
SPLIT = bytes.maketrans(b"=,", b";;")
_SIGNS = re.compile(rb"##(?P<head>(?:=;)+)=&&=(?P<content>(?:[;,]=)+)&&\r\n")
NAME = re.compile(r"(?![0-9]{5}-)[0-9A-Za-z_]+-[0-9A-Za-z_]+")
_NUMBERS = re.compile(r"-?[0-9]++(?:\.[0-9]++)?+(?:;-?[0-9]++(?:\.[0-9]++)?+)*+")
"""Plain numbers between semicolons; odd ones like “5.” or “+5” take the long way."""
_REQUIRED, _OPTIONAL = {"ST", "CN", "PW", "MN"}, {"QN", "Flag"}
STS = frozenset(str(n) for n in (*range(10, 70), *range(91, 100)))
_FLAGS: dict[str, Flag] = {str(n): flag for n in range(12) if (flag := flag_of(str(n))) and not flag.split}

Values = list[str]
Good = Callable[[str, str, Profile], bool]


class _Plan(NamedTuple):
    """What the names of a packet's fields imply; numbers are places among its values, -1 where a field is missing."""

    fields: int
    qn: int
    flag: int
    st: int
    cn: int
    pw: int
    mn: int
    made: Callable[[Values], tuple[dict[str, str], dict[str, dict[str, str]]]]
    numbers: Callable[[Values], tuple[str, ...]] | None
    data_flags: Callable[[Values], tuple[str, ...]]
    others: tuple[tuple[int, Good], ...]


_PLANS: dict[tuple[bytes, tuple[str, ...]], _Plan | int] = {}
"""A plan, or how often its key was met so far; `_NEVER` where the names are not plain."""
_PLANS_AT_MOST = 4096
"""Enough for every kind of device of a province; then all are forgotten and learnt anew."""
_OFTEN_ENOUGH, _NEVER = 4, -1
"""Making a plan costs as much as reading some packets the long way, so a key must have come this often."""


class Quick:
    """Reads whole lines; `setting` is the edition the device is registered for."""

    def __init__(self, setting: Profile | None = None) -> None:
        self._editions = {version: of_version(version) for version in (None, 0, 1, 2)}
        if setting is not None:
            self._editions = {None: setting, setting.version: setting}

    def read(self, line: bytes) -> Packet | None:
        """The packet in a line that ends with CR LF, or None where the long way must be taken."""
        length = len(line) - 12
        if not 0 < length <= LONGEST or line[:6] != START[length] or not line.isascii():
            return None
        segment = line[6:-6]
        if SUMS.get(line[-6:-2]) != crc.index(segment):
            return None
        values = segment.translate(SPLIT)[:-2].decode("ascii").replace(";CP;&&", ";", 1).split(";")
        key = line.translate(None, ORDINARY), tuple(values[::2])
        plan = _PLANS.get(key, 0)
        if isinstance(plan, int):
            if plan != _NEVER:
                _meet(key, plan)
            return None
        return self._checked(line, segment.decode("ascii"), values[1::2], plan)

    def _checked(self, line: bytes, text: str, values: Values, plan: _Plan) -> Packet | None:
        """The packet if there is nothing to object to in its values."""
        fields, qn_place, flag_place, st, cn, pw, mn, made, numbers, data_flags, others = plan
        flag, qn, time = None, "", values[fields]
        if flag_place >= 0:
            flag = _FLAGS.get(values[flag_place])
            if flag is None:
                return None
        edition = self._editions.get(flag and flag[2])
        if edition is None:
            return None
        if qn_place >= 0:
            qn = values[qn_place]
            if len(qn) != 17 or not qn.isdigit() or not times.sound(qn):
                return None
        elif edition.qn_required:
            return None
        if (
            values[cn] not in edition.commands
            or values[st] not in STS
            or not values[pw]
            or not values[mn]
            or not _past(time, qn, edition)
        ):
            return None
        if numbers is not None:
            joined = ";".join(numbers(values))
            if not _NUMBERS.fullmatch(joined) or "-99" in joined:
                return None
        flags = data_flags(values)
        joined = "".join(flags)
        if len(joined) != len(flags) or "" in flags or joined.strip(edition.data_flags):
            return None
        for place, good in others:
            if not good(values[place], qn, edition):
                return None
        head, items = made(values)
        return Packet(line, text, edition.name, head, flag, {"DataTime": time}, items)


def _meet(key: tuple[bytes, tuple[str, ...]], times_before: int) -> None:
    """Count a key, and work out what it implies when it has come often enough."""
    if len(_PLANS) >= _PLANS_AT_MOST:
        _PLANS.clear()
    if times_before + 1 < _OFTEN_ENOUGH:
        _PLANS[key] = times_before + 1
    else:
        plan = _plan(*key)
        _PLANS[key] = _NEVER if plan is None else plan


def _plan(signs: bytes, names: tuple[str, ...]) -> _Plan | None:
    shape = _SIGNS.fullmatch(signs)
    if shape is None:
        return None
    fields = len(shape["head"]) // 2
    head, content, between = names[:fields], names[fields:], shape["content"][::2]
    proper = len(head) == len(set(head)) and _REQUIRED <= set(head) <= _REQUIRED | _OPTIONAL
    if not proper or len(content) != len(between) + 1 or content[0] != "DataTime" or between[:1] != b";":
        return None
    items: dict[str, tuple[int, list[str]]] = {}
    numbers, flags, others = [], [], []
    code = ""
    for place, (name, sign) in enumerate(zip(content[1:], between.decode(), strict=True), fields + 1):
        if not NAME.fullmatch(name):
            return None
        before, (code, suffix) = code, name.split("-")
        if sign == ",":
            if code != before or suffix in items[code][1]:
                return None
            items[code][1].append(suffix)
        elif code in items:
            return None
        else:
            items[code] = (place, [suffix])
        key = suffix.lower()
        if key in NUMBERS:
            numbers.append(place)
        elif suffix == "Flag":
            flags.append(place)
        elif key == "flag":
            return None
        else:
            others.append((place, _checker(key)))
    places = {name: place for place, name in enumerate(head)}
    return _Plan(
        fields=fields,
        qn=places.get("QN", -1),
        flag=places.get("Flag", -1),
        st=places["ST"],
        cn=places["CN"],
        pw=places["PW"],
        mn=places["MN"],
        made=_maker(head, items),
        numbers=_picker(numbers) if numbers else None,
        data_flags=_picker(flags),
        others=tuple(others),
    )


def _maker(
    head: tuple[str, ...], items: dict[str, tuple[int, list[str]]]
) -> Callable[[Values], tuple[dict[str, str], dict[str, dict[str, str]]]]:
    """A function from values to head and items, written out name by name: three times as fast as a loop.

    The names are letters, digits and underscores only (`NAME`), so they are safe inside the written text.
    """
    top = ", ".join(f"{name!r}: v[{place}]" for place, name in enumerate(head))
    rest = ", ".join(
        f"{code!r}: {{{', '.join(f'{suffix!r}: v[{place}]' for place, suffix in enumerate(suffixes, start))}}}"
        for code, (start, suffixes) in items.items()
    )
    made: Callable[[Values], tuple[dict[str, str], dict[str, dict[str, str]]]]
    made = eval(f"lambda v: ({{{top}}}, {{{rest}}})", {"__builtins__": {}})
    return made


def _picker(places: list[int]) -> Callable[[Values], tuple[str, ...]]:
    if not places:
        return lambda values: ()
    if len(places) == 1:
        return lambda values, place=places[0]: (values[place],)  # type: ignore[misc]
    picker: Callable[[Values], tuple[str, ...]] = itemgetter(*places)
    return picker


def _checker(key: str) -> Good:
    if key in EVENTS:
        return _past
    if key in TIMES:
        return lambda value, qn, edition: _past(value, "", edition)
    if key in SUFFIXES:
        return lambda value, qn, edition: SUFFIXES[key](value, edition)
    return lambda value, qn, edition: value != ""


def _past(time: str, qn: str, edition: Profile) -> bool:
    """A time that exists and is not later than QN."""
    return len(time) in (14, 17) and time.isdigit() and times.sound(time) and not (qn and time[:14] > qn[:14])

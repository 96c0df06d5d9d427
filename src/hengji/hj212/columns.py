"""Plain packets of a block of bytes as columns, by numpy and Arrow: no Python object a packet.

The same way of thinking as in `quick`: the names of a packet's fields and the signs between them form its kind, and what
a kind implies is worked out once. What is odd in the least is left to the codec. A packet taken here is one that the
codec reads as valid.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hengji.hj212 import crc
from hengji.hj212.checks import NUMBERS
from hengji.hj212.profiles import of_version
from hengji.hj212.quick import LONGEST, NAME, ORDINARY, STS

Array = np.ndarray[Any, Any]
HEAD = (b"", b";ST=", b";CN=", b";PW=", b";MN=", b";Flag=", b";CP=&&DataTime=")
"""The names before the factors, each with the sign before it, in the order of the standard."""
FIELDS = len(HEAD)
_RANDOM = np.random.default_rng()
_PLACES = _RANDOM.integers(1, 1 << 62, LONGEST, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
"""Random weights, so that nobody can make two kinds of packets that are taken for one another."""
_HEX = np.full(256, 255, np.uint8)
for _digit in range(16):
    _HEX[list(b"%x%X" % (_digit, _digit))] = _digit
_POWERS = np.array(crc.POWERS, np.uint8)
_START = np.array(crc.START, np.uint8)
_TABLE = np.array(crc.TABLE, np.uint16)
_DAYS = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, 0, 0, 0], np.int64)


class Lines(NamedTuple):
    """Lines of a block: where each begins and where its CR LF begins, and which are framed soundly: length, end mark, CRC."""

    starts: Array
    ends: Array
    sound: Array


def lines_of(block: bytes, data: Array) -> Lines:
    """The lines that end with CR LF, and which of them have the right length, end mark and CRC."""
    breaks = np.flatnonzero(data == 10)
    ends = breaks[(breaks > 0) & (data[breaks - 1] == 13)] - 1
    starts = np.concatenate(([0], ends[:-1] + 2)) if len(ends) else ends
    lengths = ends - starts
    sound = (lengths > 12) & (lengths <= LONGEST + 10)
    if not sound.any():
        return Lines(starts, ends, sound)
    first = np.where(sound, starts, 0)
    last = np.where(sound, ends, 12)
    at = [data[first + n] for n in range(6)]
    sound &= (at[0] == 35) & (at[1] == 35) & (_decimal(at[2:]) == lengths - 10)
    sound &= (data[last - 5] == 38) & (data[last - 6] == 38)
    _sums(block, data, starts, ends, sound)
    return Lines(starts, ends, sound)


def _decimal(digits: list[Array]) -> Array:
    """Digits, most significant first, as a number; -1 where one is no digit."""
    total, good = np.zeros(len(digits[0]), np.int64), np.ones(len(digits[0]), np.bool_)
    for digit in digits:
        value = digit.astype(np.int64) - 48
        good &= (value >= 0) & (value <= 9)
        total = total * 10 + value
    return np.where(good, total, -1)


def _sums(block: bytes, data: Array, starts: Array, ends: Array, sound: Array) -> None:
    """Unset lines whose CRC is wrong: lines of one length at a time, as the XOR of their 8-byte words."""
    chosen = np.flatnonzero(sound)
    lengths = (ends - starts)[chosen] - 10
    order = np.argsort(lengths, kind="stable")
    chosen, lengths = chosen[order], lengths[order]
    edges = np.flatnonzero(np.diff(lengths, prepend=-1, append=-1))
    for low, high in pairwise(edges.tolist()):
        length, group = int(lengths[low]), chosen[low:high]
        rows = np.ndarray((len(block) - length + 1,), f"V{length}", block, 0, (1,))[starts[group] + 6]
        padded = np.zeros((len(group), -(-length // 8) * 8), np.uint8)
        padded[:, -length:] = rows.view(np.uint8).reshape(-1, length)
        words = np.bitwise_xor.reduce(padded.view(np.uint64), axis=1)
        parts = words.view(np.uint8).reshape(-1, 8)
        index = np.full(len(group), _START[length % 8], np.uint8)
        for place in range(8):
            index ^= _POWERS[7 - place][parts[:, place]]
        said = [_HEX[data[ends[group] - 4 + n]].astype(np.uint16) for n in range(4)]
        good = (said[0] < 16) & (said[1] < 16) & (said[2] < 16) & (said[3] < 16)
        sound[group] = good & ((said[0] << 12 | said[1] << 8 | said[2] << 4 | said[3]) == _TABLE[index])


class Columns(NamedTuple):
    """The plain packets of a block: which lines they are, their head as Arrow columns, and their factor fields.

    `names` are the distinct names with the sign before them; `packet` counts the plain packets from 0.
    """

    lines: Array
    head: list[pa.Array]
    packet: Array
    name: Array
    names: list[bytes]
    values: pa.Array


def columns_of(block: bytes, data: Array, lines: Lines) -> Columns:
    """The plain packets among the sound lines."""
    fields = _fields(data, lines)
    good = _good_heads(data, fields)
    offsets = np.empty(2 * len(fields.owner) + 1, np.int32)
    offsets[0], offsets[1::2], offsets[2::2] = 0, fields.begin, fields.end
    # Tokens take turns: up to and with a =, then the value up to the next sign. Offsets into the block, no copies.
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(block)]
    tokens = pa.Array.from_buffers(pa.binary(), len(offsets) - 1, buffers)
    head = [tokens.take(pa.array(2 * (fields.first + n) + 1)) for n in range(FIELDS)]
    factor = np.flatnonzero(fields.place >= FIELDS)
    owner, begin, lengths = fields.owner[factor], fields.begin[factor], (fields.end - fields.begin)[factor]
    encoded = tokens.take(pa.array(2 * factor)).dictionary_encode()
    name, names = encoded.indices.to_numpy(), encoded.dictionary.to_pylist()
    good &= _plain_kinds(name, fields, names)
    version, known = _editions(head[5], head[2])
    good &= _ordinary(head[3]) & _ordinary(head[4])
    good &= known & pc.is_in(head[1], pa.array([s.encode() for s in STS])).to_numpy(zero_copy_only=False)
    flag = np.array([n.endswith(b"-Flag=") for n in names], np.bool_)[name]
    numbers = tokens.take(pa.array(2 * factor[~flag] + 1))
    good[owner[_bad_values(data, flag, owner, begin, lengths, version, numbers)]] = False
    kept = np.flatnonzero(good)
    chosen = good[owner]
    return Columns(
        fields.line[kept],
        [column.take(pa.array(kept)) for column in head],
        (np.cumsum(good) - 1)[owner[chosen]],
        name[chosen],
        names,
        tokens.take(pa.array(2 * factor[chosen] + 1)),
    )


class _Fields(NamedTuple):
    """Every name=value of the lines that have nothing else: owner, place in the packet, and where the value lies."""

    line: Array
    first: Array
    owner: Array
    place: Array
    begin: Array
    end: Array
    start: Array


def _fields(data: Array, lines: Lines) -> _Fields:
    chosen = np.flatnonzero(lines.sound)
    marks = np.flatnonzero((data == 61) | (data == 59) | (data == 44))
    # "CP=&&DataTime" counts as one name: the = before && is none.
    marks = marks[(data[marks] != 61) | (data[np.minimum(marks + 1, len(data) - 1)] != 38)]
    while True:
        begin, close = lines.starts[chosen] + 6, lines.ends[chosen] - 6
        low = np.searchsorted(marks, begin)
        counts = np.searchsorted(marks, close) - low
        good = (counts % 2 == 1) & (counts > 2 * FIELDS)
        if good.all():
            firsts = np.cumsum(counts) - counts
            turn = np.arange(counts.sum()) - np.repeat(firsts, counts)
            inside = marks[turn + np.repeat(low, counts)]
            wrong = (data[inside] == 61) == (turn % 2 == 1)  # names and values take turns: = ; = , = …
            if not wrong.any():
                break
            good[np.repeat(np.arange(len(chosen)), counts)[wrong]] = False
        chosen = chosen[good]
    counts = (counts + 1) // 2
    firsts = np.cumsum(counts) - counts
    owner = np.repeat(np.arange(len(chosen)), counts)
    place = np.arange(len(owner)) - firsts[owner]
    end = np.empty(len(owner), np.int64)
    last = firsts + counts - 1
    between = np.ones(len(owner), np.bool_)
    between[last] = False
    end[between], end[last] = inside[turn % 2 == 1], close
    return _Fields(chosen, firsts, owner, place, inside[turn % 2 == 0] + 1, end, begin)


def _good_heads(data: Array, fields: _Fields) -> Array:
    """Whether the head has the standard's names in its order, and values to which nothing is to be objected."""
    first = fields.first
    good: Array = fields.begin[first] - fields.start == 3
    for n, letter in enumerate(b"QN="):
        good &= data[fields.start + n] == letter
    for turn in range(1, FIELDS):
        here = fields.end[first + turn - 1]
        good &= fields.begin[first + turn] - here == len(HEAD[turn])
        for n, letter in enumerate(HEAD[turn]):
            good &= data[np.minimum(here + n, len(data) - 1)] == letter
    lengths = [fields.end[first + n] - fields.begin[first + n] for n in range(FIELDS)]
    qn, qn_good = _times(data, fields.begin[first], lengths[0], (17,))
    time, time_good = _times(data, fields.begin[first + FIELDS - 1], lengths[FIELDS - 1], (14, 17))
    good &= (lengths[3] > 0) & (lengths[4] > 0) & qn_good & time_good & (time <= qn)
    return good


def _plain_kinds(name: Array, fields: _Fields, names: list[bytes]) -> Array:
    """Whether the factor names of each packet are in order; asked once a kind."""
    if not len(fields.first):
        return np.zeros(0, np.bool_)
    weights = _RANDOM.integers(1, 1 << 62, len(names), dtype=np.uint64)
    place = fields.place[fields.place >= FIELDS]
    starts = np.flatnonzero(place == FIELDS)
    kind = np.add.reduceat(weights[name] * _PLACES[place], starts)
    _, examples, which = np.unique(kind, return_index=True, return_inverse=True)
    ends = np.append(starts[1:], len(name))
    plain = [_is_plain([names[n] for n in name[starts[e] : ends[e]]]) for e in examples]
    return np.array(plain)[which]


def _is_plain(names: list[bytes]) -> bool:
    """Names of one packet's factors, each with the sign before it: every factor once, with known suffixes only."""
    seen: set[str] = set()
    code = ""
    for token in names:
        sign, text = token[:1], token[1:-1].decode("ascii", "replace")
        if not NAME.fullmatch(text) or text in seen:
            return False
        seen.add(text)
        before, (code, suffix) = code, text.split("-")
        if (sign == b",") != (code == before) or (suffix.lower() not in NUMBERS and suffix != "Flag"):
            return False
    return True


def _bad_values(
    data: Array, flag: Array, owner: Array, begin: Array, lengths: Array, version: Array, numbers: pa.Array
) -> Array:
    """Which factor values are no flag of their edition or, the others, no number."""
    letters = np.zeros((4, 256), np.bool_)
    for edition in (0, 1, 2):
        letters[edition, list(of_version(edition).data_flags.encode())] = True
    at = np.minimum(begin, len(data) - 1)
    bad: Array = flag & ((lengths != 1) | ~letters[version[owner], data[at]])
    bad[~flag] = _no_numbers(numbers)
    return bad


def _editions(flags: pa.Array, commands: pa.Array) -> tuple[Array, Array]:
    """The version of each packet, and whether it is whole and its edition knows its command."""
    flag = flags.dictionary_encode()
    versions = np.array([int(f) >> 2 if f in _WHOLE else -1 for f in flag.dictionary.to_pylist()] or [-1])
    version = versions[flag.indices.to_numpy()]
    cn = commands.dictionary_encode()
    cns = [c.decode("ascii", "replace") for c in cn.dictionary.to_pylist()]
    known = np.array([[c in of_version(v).commands for c in cns] for v in (0, 1, 2)] + [[False] * len(cns)])
    if not cns:
        return version, np.zeros(0, np.bool_)
    return version, known[version, cn.indices.to_numpy()]


def _ordinary(values: pa.Array) -> Array:
    """Whether passwords or devices are of ordinary signs; asked once each."""
    encoded = values.dictionary_encode()
    good = [not v.translate(None, ORDINARY) for v in encoded.dictionary.to_pylist()]
    every: Array = np.array([*good, False])[encoded.indices.to_numpy()]
    return every


_WHOLE = frozenset(str(n).encode() for n in (0, 1, 4, 5, 8, 9))


def _times(data: Array, begin: Array, lengths: Array, allowed: tuple[int, ...]) -> tuple[Array, Array]:
    """Times as numbers YYYYMMDDhhmmss, and whether each exists and has one of the lengths."""
    good = np.isin(lengths, allowed)
    at = np.where(good, begin, 0)
    parts = []
    for low, high in ((0, 4), (4, 6), (6, 8), (8, 10), (10, 12), (12, 14)):
        parts.append(_decimal([data[at + n] for n in range(low, high)]))
    year, month, day, hour, minute, second = parts
    if 17 in allowed:
        rest = _decimal([data[np.minimum(at + n, len(data) - 1)] for n in (14, 15, 16)])
        good &= (lengths != 17) | (rest >= 0)
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    days = _DAYS[np.clip(month, 0, 15)] + ((month == 2) & leap)
    good &= (year >= 1) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= days)
    good &= (hour >= 0) & (hour < 24) & (minute >= 0) & (minute < 60) & (second >= 0) & (second < 60)
    return ((year * 100 + month) * 100 + day) * 1_000_000 + (hour * 100 + minute) * 100 + second, good


def _no_numbers(values: pa.Array) -> Array:
    """Which values are not of the form -12.34, or may stand for no data (-99…)."""
    if not len(values):
        return np.zeros(0, np.bool_)
    _, offsets, content = values.buffers()
    edges = np.frombuffer(offsets, np.int32, len(values) + 1, values.offset * 4)
    # A byte more at the end, so that an empty value may look at what it has not.
    text = np.append(np.frombuffer(content, np.uint8, edges[-1]) if content is not None else [], 0).astype(np.uint8)
    start, end = edges[:-1].copy(), edges[1:]
    minus = np.flatnonzero(text == 45)
    row = np.searchsorted(edges, minus, "right") - 1
    bad: Array = end == start
    bad[row[minus != start[row]]] = True
    bad[row[(text[minus + 1] == 57) & (text[np.minimum(minus + 2, len(text) - 1)] == 57)]] = True
    start[row[minus == start[row]]] += 1
    dot = text == 46
    row = np.searchsorted(edges, np.flatnonzero(dot), "right") - 1
    bad[row[1:][row[1:] == row[:-1]]] = True
    bad |= (end <= start) | dot[start] | dot[end - 1]
    odd = np.flatnonzero(((text[:-1] < 48) | (text[:-1] > 57)) & ~dot[:-1] & (text[:-1] != 45))
    bad[np.searchsorted(edges, odd, "right") - 1] = True
    return bad

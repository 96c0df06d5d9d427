"""Times of the protocol: YYYYMMDDhhmmss, in a QN with three digits of milliseconds."""

from __future__ import annotations

import datetime

_DAYS: set[str] = set()
"""Days of our time that were seen and exist: 40,000 at most."""
_HOURS: set[str] = set()
_HOURS_AT_MOST = 100_000
AHEAD = datetime.timedelta(minutes=5)
"""By how much a time may be ahead of QN before it is objected to: clocks of host and device differ a little."""


def exists(text: str) -> bool:
    """Whether the first 14 characters are a time that exists."""
    day = text[:8]
    if day not in _DAYS:
        if not (len(day) == 8 and day.isascii() and day.isdigit()):
            return False
        try:
            datetime.date(int(day[:4]), int(day[4:6]), int(day[6:]))
        except ValueError:
            return False
        if "1990" <= day < "2100":
            _DAYS.add(day)
    clock = text[8:14]
    return (
        len(clock) == 6
        and clock.isascii()
        and clock.isdigit()
        and clock[:2] < "24"
        and clock[2] < "6"
        and clock[4] < "6"
    )


def sound(text: str) -> bool:
    """The same as `exists` for 14 or more ASCII digits, quickly where the hour was met before."""
    if text[:10] in _HOURS:
        return text[10] < "6" and text[12] < "6"
    if not exists(text):
        return False
    if len(_HOURS) >= _HOURS_AT_MOST:
        _HOURS.clear()
    _HOURS.add(text[:10])
    return True


def moment(text: str) -> datetime.datetime:
    """The first 14 characters as local time without zone; they are a time that `exists`."""
    return datetime.datetime.strptime(text[:14], "%Y%m%d%H%M%S")


def is_ahead(text: str, qn: str) -> bool:
    """Whether a time is later than QN by more than `AHEAD`; both exist."""
    return text[:14] > qn[:14] and moment(text) - moment(qn) > AHEAD


def swapped(text: str, qn: str) -> bool:
    """Whether a time is ahead only because two of its digits, 8 places apart, changed places.

    The CRC cannot see that (see `crc`): the digits may have been exchanged on the way, and no clock is to blame.
    """
    for first in range(6):
        digits = list(text[:14])
        digits[first], digits[first + 8] = digits[first + 8], digits[first]
        other = "".join(digits)
        if exists(other) and not is_ahead(other, qn):
            return True
    return False

"""How a spreadsheet prints a date or a time: format codes like yyyy/m/d or yyyy"年"m"月"d"日"."""

from __future__ import annotations

import datetime
import re

# Date formats that every spreadsheet knows by number, as a Chinese one prints them.
DATES = {
    14: "yyyy/m/d", 20: "h:mm", 21: "h:mm:ss", 22: "yyyy/m/d h:mm", 27: 'yyyy"年"m"月"', 28: 'm"月"d"日"', 29: 'm"月"d"日"',
    31: 'yyyy"年"m"月"d"日"', 32: 'h"时"mm"分"', 33: 'h"时"mm"分"ss"秒"', 36: 'yyyy"年"m"月"', 50: 'yyyy"年"m"月"',
    51: 'm"月"d"日"', 52: 'yyyy"年"m"月"', 53: 'm"月"d"日"', 54: 'm"月"d"日"', 57: 'yyyy"年"m"月"', 58: 'm"月"d"日"',
}  # fmt: skip
_PIECE = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|\[[^\]]*\]|_.|\*.|(?P<code>y+|m+|d+|h+|s+)|(?P<other>.)',
    re.IGNORECASE | re.DOTALL,
)
_PLAIN = frozenset(" -/:.,年月日时分秒号")


def shown_date(value: object, code: str) -> str | None:
    """A date or time as its format prints it; in ISO order where the format is not known; None for anything else."""
    if isinstance(value, datetime.datetime):
        shown = _by_code(value, code)
        plain = value.date().isoformat() if value.time() == datetime.time() else value.isoformat(" ")
        return shown or plain
    if isinstance(value, datetime.date):
        return _by_code(datetime.datetime(value.year, value.month, value.day), code) or value.isoformat()
    if isinstance(value, datetime.time):
        return _by_code(datetime.datetime.combine(datetime.date(1900, 1, 1), value), code) or value.isoformat()
    return None


def _by_code(value: datetime.datetime, code: str) -> str | None:
    """The value under a code of years, months, days, hours, minutes and seconds; None where it holds anything else."""
    out: list[str] = []
    hours = False  # an m behind an hour is minutes
    for piece in _PIECE.finditer(code.split(";")[0][:255]):
        words = piece["quoted"] or piece["escaped"]
        if words is not None:
            out.append(words)
        elif piece["code"] is not None:
            shown = _part(value, piece["code"].lower(), hours)
            if shown is None:
                return None
            out.append(shown)
            hours = piece["code"][0] in "hH"
        elif piece["other"] is not None:
            if piece["other"] not in _PLAIN:
                return None
            out.append(piece["other"])
    return "".join(out).strip() or None


def _part(value: datetime.datetime, code: str, hours: bool) -> str | None:
    if len(code) > 4 or (len(code) > 2 and code[0] != "y"):
        return None  # the name of a day or a month
    number = {
        "y": value.year if len(code) > 2 else value.year % 100,
        "m": value.minute if hours else value.month,
        "d": value.day,
        "h": value.hour,
        "s": value.second,
    }[code[0]]
    return f"{number:0{min(len(code), 4)}d}"

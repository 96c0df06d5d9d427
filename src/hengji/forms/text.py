"""Words and figures on paper: what XML can carry, how wide a text prints, how money is written."""

from __future__ import annotations

import datetime
import re
import unicodedata
from decimal import Decimal

# Characters that XML 1.0 cannot carry, and halves of surrogate pairs that no encoding can.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_WIDE = frozenset("WFA")


def printable(text: str) -> str:
    """The text with what no document can carry replaced by U+FFFD, so that it is seen and not dropped."""
    return _UNPRINTABLE.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def one_line(text: str) -> str:
    """The text on one line, runs of white space joined."""
    return " ".join(printable(text).split())


def shortened(text: str, most: int) -> str:
    """The text on one line, with … where it is longer than `most` characters."""
    line = one_line(text)
    return line if len(line) <= most else line[: most - 1] + "…"


def money(amount: Decimal | None) -> str:
    """An amount with thousands separators and the decimals it was printed with; "" for None."""
    return "" if amount is None else f"{amount:,f}"


def decimals(amount: Decimal) -> int:
    """How many decimals an amount was printed with."""
    exponent = amount.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def day(on: datetime.date) -> str:
    """A date as written in official papers: 2024年1月1日."""
    return f"{on.year}年{on.month}月{on.day}日"


def width(text: str) -> int:
    """The width of a text in half-width columns: two for each character that is wide in a Chinese font."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(c) in _WIDE else 1 for c in text)


def lines(text: str, columns: int) -> int:
    """How many printed lines a text takes in a cell that is `columns` half-width columns wide, never too few.

    A line may end short of the margin: a wide character does not fit into one column, and no mark of punctuation
    begins a line. So two columns of each line are not counted on.
    """
    room = max(columns - 2, 2)
    return sum(max(1, -(-width(part) // room)) for part in printable(text).split("\n"))

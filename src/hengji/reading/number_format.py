"""How a spreadsheet prints a number: format codes like 0%, #,##0.00 or 0.0"万元" made into functions.

What a code prints is what a reader of the sheet sees, so that is what is read: 0.95 under 0% is 95%. Numbers have the
15 digits that spreadsheets keep, and are rounded half away from zero as they do.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

Show = Callable[[float], str]

# Format codes that every spreadsheet knows by number, as a Chinese one prints them.
BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 5: "¥#,##0;¥-#,##0", 6: "¥#,##0;¥-#,##0", 7: "¥#,##0.00;¥-#,##0.00",
    8: "¥#,##0.00;¥-#,##0.00", 9: "0%", 10: "0.00%", 37: "#,##0;-#,##0", 38: "#,##0;-#,##0", 39: "#,##0.00;-#,##0.00",
    40: "#,##0.00;-#,##0.00", 41: '#,##0;-#,##0;"-"', 42: '¥#,##0;¥-#,##0;¥"-"', 43: '#,##0.00;-#,##0.00;"-"??',
    44: '¥#,##0.00;¥-#,##0.00;¥"-"??',
}  # fmt: skip
_PIECE = re.compile(
    r'"(?P<quoted>[^"]*)"|[\\!](?P<escaped>.)|_.|\*.|\[\$(?P<currency>[^\]-]*)[^\]]*\]|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<general>General|G/通用格式)|(?P<digits>[0#?]+)|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_COLOURS = re.compile(
    r"(?:black|blue|cyan|green|magenta|red|white|yellow|color\s*\d+|[黑蓝绿红白黄]色?|颜色\s*\d+)", re.I
)
_PLAIN = frozenset(" $-+()&'~{}<>=:^")
_MOST_DECIMALS = 30
_EXACT = 17  # a number printed with as many characters has more than 15 digits: noise of binary sums


def general(value: float) -> str:
    """A number without a format: all its digits, never an exponent."""
    text = repr(value)
    if text.endswith(".0") and len(text) <= _EXACT:
        return text[:-2]
    if len(text) < _EXACT and "e" not in text and "n" not in text:
        return text
    return _fixed(_decimal(value))


def show_of(code: str) -> Show | None:
    """What prints a number under a format code; None where the code prints numbers as they are, or is not known.

    Dates, fractions, exponents and conditions are not known: dates are told by the reader of the file.
    """
    if not code or len(code) > 255:
        return None
    sections = [_section(pieces) for pieces in _sections(code)]
    if any(s is None for s in sections[:3]):
        return None
    known = [s for s in sections[:3] if s is not None]
    if not known or known == [_Section()]:
        return None
    return _chooser(known)


@dataclass(frozen=True, slots=True)
class _Section:
    """One section of a code: what stands before and after the digits, and how those print."""

    prefix: str = ""
    suffix: str = ""
    general: bool = True
    whole: tuple[tuple[int, str], ...] = ()  # digits from the right and the words before them: 0"."0000
    zeros: int = 0  # digits before the point that always print
    least: int = 0  # decimals that always print
    most: int = 0
    grouped: bool = False
    power: int = 0  # 2 for percent, −3 for each comma behind the digits
    silent: bool = False  # prints no digits at all

    def digits(self, value: float) -> str:
        """The digits of a number that is not negative."""
        if self.silent:
            return ""
        if self.general:
            return general(value)
        exact = _decimal(value).scaleb(self.power)
        rounded = exact.quantize(Decimal(1).scaleb(-self.most), rounding=ROUND_HALF_UP)
        text = f"{rounded:,f}" if self.grouped else _fixed(rounded)
        if self.least < self.most:
            head, _, tail = text.partition(".")
            tail = tail[: self.least] + tail[self.least :].rstrip("0")
            text = f"{head}.{tail}" if tail else head
        if not self.grouped and self.zeros > 1:
            head, point, tail = text.partition(".")
            text = head.zfill(self.zeros) + point + tail
        return self._with_words(text) if self.whole else text

    def _with_words(self, text: str) -> str:
        head, point, tail = text.partition(".")
        for count, word in self.whole:
            head = head[: len(head) - count] + word + head[len(head) - count :]
        return head + point + tail

    @property
    def quick(self) -> str | None:
        """The format of Python that prints the same digits where nothing is to be rounded half up."""
        if self.general or self.silent or self.whole or self.zeros > 1 or self.least != self.most:
            return None
        if self.power == 0:
            return f"{',' if self.grouped else ''}.{self.most}f"
        return f"{',' if self.grouped else ''}.{self.most}%" if self.power == 2 else None


def _chooser(sections: Sequence[_Section]) -> Show:
    first = sections[0]
    quick = first.quick
    percent = first.power == 2
    prefix, suffix = first.prefix, first.suffix
    most = first.most + max(0, first.power)

    def show(value: float) -> str:
        if quick is not None and value > 0:
            text = repr(value)
            # Python rounds the binary number: right but for a half, and for one hidden by the noise of a sum.
            whole = len(text) - text.find(".") - 1 <= most  # nothing to round
            if (whole or text[-1] != "5") and len(text) < _EXACT and "e" not in text:
                digits = format(value, quick)
                return prefix + (digits[:-1] if percent else digits) + suffix
        return _slow(value, sections)

    return show


def _slow(value: float, sections: Sequence[_Section]) -> str:
    if value != value or value in (float("inf"), float("-inf")):
        return str(value)
    if value == 0 and len(sections) > 2:
        section = sections[2]
    elif value < 0 and len(sections) > 1:
        section = sections[1]
    else:
        section = sections[0]
    digits = section.digits(abs(value))
    sign = "-" if value < 0 and section is sections[0] and any(d in digits for d in "123456789") else ""
    return f"{sign}{section.prefix}{digits}{section.suffix}".strip()


def _sections(code: str) -> list[list[re.Match[str]]]:
    found: list[list[re.Match[str]]] = [[]]
    for piece in _PIECE.finditer(code):
        if piece["other"] == ";":
            found.append([])
        else:
            found[-1].append(piece)
    return found


def _section(pieces: Sequence[re.Match[str]]) -> _Section | None:
    """A section from its pieces; None where it holds anything but words and digits."""
    before: list[str] = []
    after: list[str] = []
    inside: list[tuple[str, str]] = []  # digits of the whole part, and the words that stood before them
    decimals = ""
    seen = point = plain = grouped = False
    power = commas = 0
    for piece in pieces:
        kind = piece.lastgroup
        text = piece[kind] if kind else ""
        if kind == "general":
            seen = plain = True
        elif kind == "digits":
            if plain:
                return None
            if point:
                decimals += text
            else:
                inside.append((text, "".join(after)))
                after = []
                grouped, commas = grouped or commas > 0, 0
            seen = True
        elif kind == "other" and text == ".":
            if point or plain:
                return None
            seen = point = True
        elif kind == "other" and text == ",":
            commas += 1
        elif kind == "other" and text == "%":
            power += 2
            after.append("%")
        elif kind == "bracket":
            if not _COLOURS.fullmatch(text.strip()):
                return None
        elif kind in ("quoted", "escaped", "currency") or text in _PLAIN or ord(text) > 127:
            (after if seen else before).append(text)
        elif kind is not None:
            return None  # dates, exponents, fractions, text
    if point and after and decimals and not all(after):
        return None
    words = tuple(_from_right(inside))
    return _Section(
        "".join(before).lstrip(), "".join(after).rstrip(), plain, words,
        sum(d.count("0") for d, _ in inside), decimals.count("0"), min(len(decimals), _MOST_DECIMALS), grouped,
        power - 3 * commas, not seen,
    )  # fmt: skip


def _from_right(inside: Sequence[tuple[str, str]]) -> list[tuple[int, str]]:
    """Words between the digits of the whole part, each with the number of digits behind it, the last word first."""
    found: list[tuple[int, str]] = []
    behind = 0
    for digits, word in reversed(inside):
        behind += len(digits)
        if word:
            found.append((behind, word))
    # Each word that is put in makes the text to its right longer.
    return [(count + sum(len(w) for _, w in found[:k]), word) for k, (count, word) in enumerate(found)]


def _decimal(value: float) -> Decimal:
    """A number with the 15 digits that a spreadsheet keeps."""
    return Decimal(f"{value:.15g}")


def _fixed(number: Decimal) -> str:
    return format(number, "f")

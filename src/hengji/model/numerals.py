"""Chinese numerals and the scales 万 and 亿, exact.

一, 十二, 两百零五, 三万, 〇 … as they stand before a unit in official prose; 百分之 and 三分之一 are for the grammar.
"""

from __future__ import annotations

from decimal import Decimal

_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "○": 0}
_TENS = {"十": 10, "百": 100, "千": 1000}
_MYRIADS = {"万": 10_000, "亿": 100_000_000}

SCALES = {
    "十": Decimal(10), "百": Decimal(100), "千": Decimal(1000), "万": Decimal(10_000), "十万": Decimal(100_000),
    "百万": Decimal(1_000_000), "千万": Decimal(10_000_000), "亿": Decimal(100_000_000),
    "万亿": Decimal(1_000_000_000_000),
}  # fmt: skip


def chinese_number(text: str) -> Decimal | None:
    """The number that Chinese numerals write, with 点 for the decimal point; None where they write none.

    Both ways of writing are known: by place (一百二十) and digit by digit (二〇二四).
    """
    whole, point, rest = text.partition("点")
    number = _whole(whole)
    if number is None or not point:
        return None if number is None else Decimal(number)
    if not rest or any(c not in _DIGITS for c in rest):
        return None
    return Decimal(f"{number}." + "".join(str(_DIGITS[c]) for c in rest))


def _whole(text: str) -> int | None:
    if not text:
        return None
    if all(c in _DIGITS for c in text):
        return int("".join(str(_DIGITS[c]) for c in text))
    total = section = digit = 0
    for c in text:
        if c in _DIGITS:
            digit = _DIGITS[c]
        elif c in _TENS:
            # A leading 十 stands for 一十.
            section += (digit or 1) * _TENS[c]
            digit = 0
        elif c in _MYRIADS:
            # 亿 counts all that stands before it (一万亿), 万 only what follows the last 亿 (三亿五千万).
            section += digit
            total = (total + section) * _MYRIADS[c] if c == "亿" else total + section * _MYRIADS[c]
            section = digit = 0
        else:
            return None
    return total + section + digit

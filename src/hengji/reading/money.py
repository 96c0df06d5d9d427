"""Amounts as printed: digits without thousands separators, scale kept; absent stays absent."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

_AMOUNT = re.compile(
    r"([-－−]|\()?\s*[￥¥]?\s*((?:[0-9]{1,3}(?:[,，][0-9]{3})+|[0-9]{1,18})(?:[.．][0-9]{1,12})?)\s*(亿元|万元|千元|元)?\s*\)?"
)
NOTHING = frozenset(("", "-", "--", "—", "——", "/", "－", "–", "―"))
_WIDE = str.maketrans("０１２３４５６７８９．，－（）", "0123456789.,-()")
_ERROR = re.compile(r"#(?:REF|VALUE|NAME\?|DIV/0|N/A|NULL|NUM|SPILL|CALC)!?|[=＝][A-Za-z(+\-$]")


class Amount(NamedTuple):
    """A figure and, where it is printed beside it, its unit."""

    value: Decimal
    unit: str | None


@lru_cache(maxsize=4096)
def amount(text: str) -> Amount | None:
    """The amount that a cell holds, "1,036.50" → Decimal("1036.50"); None where it holds anything else."""
    if len(text) > 40:
        return None
    text = text.strip()
    found = _AMOUNT.fullmatch(text if text.isascii() else text.translate(_WIDE))
    if not found:
        return None
    digits = found[2].replace(",", "").replace("，", "")
    return Amount(Decimal(f"-{digits}" if found[1] else digits), found[3])


def is_nothing(text: str) -> bool:
    """Whether a cell says that there is nothing: blank, a dash, a slash."""
    return text in NOTHING or text.strip() in NOTHING


def is_formula(text: str) -> bool:
    """Whether a cell shows a formula or its error (#REF!, =SUM(…)) instead of a figure."""
    return bool(_ERROR.match(text.strip()))


def printed(value: Decimal | None) -> str | None:
    """The digits of an amount as they were printed, without thousands separators."""
    return None if value is None else format(value, "f")

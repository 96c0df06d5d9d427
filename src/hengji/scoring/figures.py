"""Rounding that no size of figure breaks: a slip of the keyboard in a register must be scored and shown, not end the run."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal

_WIDE = Context(prec=200)  # the usual 28 digits are too few for a figure of 10²³ with six places


def rounded(number: Decimal, places: int, rounding: str = ROUND_HALF_EVEN) -> Decimal:
    """A figure with so many places."""
    return number.quantize(Decimal(1).scaleb(-places), rounding, context=_WIDE)

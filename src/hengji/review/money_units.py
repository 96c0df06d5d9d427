"""Amounts in one unit, for comparing what forms print in yuan and in ten thousand yuan."""

from __future__ import annotations

from decimal import Decimal

_IN_YUAN = {
    "元": Decimal(1),
    "百元": Decimal(100),
    "千元": Decimal(1000),
    "万元": Decimal(10_000),
    "亿元": Decimal(100_000_000),
}


def in_yuan(amount: Decimal | None, unit: str | None) -> Decimal | None:
    """An amount in yuan; None where amount or unit is not known."""
    factor = _IN_YUAN.get((unit or "").replace("人民币", "").strip("()（）"))
    return None if amount is None or factor is None else amount * factor


def in_wan(amount: Decimal | None, unit: str | None) -> Decimal | None:
    """An amount in ten thousand yuan; None where amount or unit is not known."""
    yuan = in_yuan(amount, unit)
    return None if yuan is None else yuan / _IN_YUAN["万元"]

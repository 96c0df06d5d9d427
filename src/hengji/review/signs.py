"""Small questions about a target value that several rules ask."""

from __future__ import annotations

import re

from hengji.model.target import Checkable, Clause, TargetKind
from hengji.review.material import Item, Target

_SHARE_UNITS = {"%", "％", "‰", "百分比", "个百分点", "百分点"}
_HAN_NUMBER = re.compile(r"\d|[一二两三四五六七八九十百千万零]+(?=[个次份家人场项件台套辆种天日月年季篇期户批部条座])")


def unit_of(clause: Clause) -> str:
    """The written unit, or the one the name gives; empty when neither."""
    return clause.unit or clause.unit_inferred or ""


def is_share(clause: Clause) -> bool:
    """Whether a clause is a percentage."""
    return clause.dim == "ratio" or unit_of(clause) in _SHARE_UNITS


def is_money(clause: Clause) -> bool:
    """Whether a clause is an amount of money or a price."""
    return clause.dim == "money" or "元" in unit_of(clause)


def numbered(target: Target | None) -> tuple[Clause, ...]:
    """The clauses with a number that somebody wrote."""
    if target is None:
        return ()
    return tuple(c for c in target.reading.clauses if c.number is not None and not c.number_implicit)


def single(item: Item) -> Clause | None:
    """The one numbered clause of the value under review; None when there is none or more than one."""
    found = numbered(item.targets[0]) if item.targets else ()
    return found[0] if len(found) == 1 else None


def has_number(text: str) -> bool:
    """Whether a number is written, in digits or in Chinese numerals before a counter."""
    return _HAN_NUMBER.search(text) is not None


def is_yes_no(item: Item) -> bool:
    """Whether the value under review is a bare yes or no."""
    return bool(item.targets) and item.targets[0].reading.kind is TargetKind.BOOLEAN


def is_full_marks(item: Item) -> bool:
    """Whether the value under review asks for 100 percent."""
    return any(is_share(c) and c.number == 100 and c.op in ("==", ">=") for c in item.clauses)


def is_checkable(item: Item) -> bool:
    """Whether the value under review can be decided by records alone."""
    return bool(item.targets) and item.targets[0].reading.checkable is Checkable.YES


def is_timed(item: Item) -> bool:
    """Whether a date or a span of time that limits something is written in the value."""
    return any(c.kind is TargetKind.DEADLINE and (c.by or c.start or c.number is not None) for c in item.clauses)

"""What a measure comes to: value with its parts, exact until written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction

from hengji.model.binding import ActualStatus

HUNDRED = Fraction(100)
_SIX = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, value (a number, or 是/否 or a grade as text), numerator, denominator, and how many cases they came from."""

    status: ActualStatus
    value: Fraction | str | None = None
    numerator: Fraction | None = None
    denominator: Fraction | None = None
    rows: int = 0


def nothing(status: ActualStatus, rows: int = 0) -> Answer:
    """An answer without figures."""
    return Answer(status, rows=rows)


def count(numbers: Iterable[Fraction | int], held: bool) -> Answer:
    """A count or sum over cases; a register without any record says nothing, one without fitting records says 0."""
    if not held:
        return nothing(ActualStatus.INSUFFICIENT)
    cases = [Fraction(n) for n in numbers]
    total = sum(cases, Fraction(0))
    return Answer(ActualStatus.OK, total, total, None, len(cases))


def rate(
    cases: Iterable[tuple[Fraction | int, Fraction | int]],
    held: bool,
    *,
    short: bool = False,
    scale: Fraction = HUNDRED,
) -> Answer:
    """Numerators over denominators, times `scale`; `short`: something is missing that would be needed to say it."""
    kept = [(Fraction(n), Fraction(d)) for n, d in cases]
    if not held or short:
        return nothing(ActualStatus.INSUFFICIENT, len(kept))
    numerator = sum((n for n, _ in kept), Fraction(0))
    denominator = sum((d for _, d in kept), Fraction(0))
    if denominator == 0:
        return Answer(ActualStatus.NOT_APPLICABLE, None, numerator, denominator, len(kept))
    return Answer(ActualStatus.OK, numerator / denominator * scale, numerator, denominator, len(kept))


def number_text(number: Fraction | None) -> str | None:
    """At most six places, half-even, without trailing zeros or exponent."""
    if number is None:
        return None
    with localcontext() as context:
        context.prec = 60
        # Rounding a quotient that was already rounded to 60 digits cannot meet a tie that the exact one does not have.
        rounded = (Decimal(number.numerator) / Decimal(number.denominator)).quantize(_SIX, ROUND_HALF_EVEN)
        text = f"{rounded:f}".rstrip("0").rstrip(".")
    return "0" if text in ("", "-0", "-") else text

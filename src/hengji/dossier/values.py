"""Numbers and days as people write them, with a sentence where they make no sense."""

from __future__ import annotations

import datetime
from decimal import Decimal, InvalidOperation

from hengji.dossier.errors import DossierError


def number(text: str, field: str) -> Decimal:
    """A finite number.

    Raises:
        DossierError: the text is none.
    """
    try:
        found = Decimal(text.replace(",", ""))
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite():
        raise DossierError(f"{field} 应为数，现为“{text}”。", f"{field} should be a number, not {text!r}.")
    return found


def day(text: str | None, field: str, default: datetime.date) -> datetime.date:
    """A day; the default where there is no text.

    Raises:
        DossierError: the text is no day.
    """
    if text is None:
        return default
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise DossierError(
            f"{field} 应为日期，如 2024-07-01，现为“{text}”。",
            f"{field} should be a date such as 2024-07-01, not {text!r}.",
        ) from None

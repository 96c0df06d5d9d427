"""What every sheet of a form has: its title, figures in their cells, the place to sign and seal."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from hengji.forms.layout import SIGNATURES
from hengji.forms.sheet import HEI, Page

_SIGNED_HIGH = 78


def put_title(page: Page, title: str, year: str, columns: int) -> int:
    """Title and year over all columns; the row below them."""
    page.put(0, 0, title, columns=columns, border=0, align="center", font_name=HEI, font_size=18)
    page.height(0, 34)
    page.put(1, 0, year, columns=columns, border=0, align="center")
    return 2


def put_figure(page: Page, row: int, column: int, value: Decimal | None, columns: int = 1, **style: Any) -> None:
    """A figure with the decimals it has; as a text that breaks into lines where the cell is too narrow for a number."""
    if value is not None and len(f"{value:,f}") > page.columns_of(column, columns):
        page.put(row, column, f"{value:f}", columns=columns, **{"align": "right", **style})
    else:
        page.amount(row, column, value, columns=columns, **style)


def put_signatures(page: Page, row: int, stops: tuple[int, int], signed: Sequence[str] = SIGNATURES) -> int:
    """The place to sign, to seal and to date, on one row without lines; `stops` are where the last two begin."""
    leader, accountant, seal, date = signed
    labels = (leader, accountant, f"{seal}\n\n\n{date}")
    for text, first, stop in zip(labels, (0, *stops), (*stops, len(page.widths)), strict=True):
        page.put(row, first, text, columns=stop - first, border=0, valign="top")
    page.height(row, _SIGNED_HIGH)
    return row + 1

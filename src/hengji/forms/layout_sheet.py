"""A form as xlsx: one sheet with merged cells, heights that hold, headings repeated; the account on a further sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from hengji.forms.evaluation_account import account_sheet
from hengji.forms.layout import Box, Form, Listing, Look, Row, label, placed
from hengji.forms.sheet import Page, closed, new_book, rows_for
from hengji.forms.sheet_parts import put_figure, put_signatures, put_title

_LOOKS: dict[Look, dict[str, Any]] = {
    Look.LABEL: {"bg_color": "#F5F5F5"}, Look.HEADING: {"bg_color": "#EDEDED"}, Look.CONTENT: {}, Look.OPEN: {"border": 0},
}  # fmt: skip
_FURTHER_SIZE = 9


def as_xlsx(form: Form) -> bytes:
    """The form on the first sheet, further listings and the account behind it."""
    book, out = new_book(form.title if form.number is None else f"{form.title} {form.subject}")
    page = Page(book, form.material.sheet_name(form.name), form.widths, form.size)
    row = put_title(page, form.title, form.material.year, len(form.widths))
    heading = _put(page, row, form.head)
    listing = form.listing
    behind = heading + len(listing.heads)
    row = _put(page, heading, _listed(listing))
    row = put_signatures(page, _put(page, row, form.foot), form.stops, form.signed)
    if listing.freeze is not None:
        page.sheet.freeze_panes(behind, listing.freeze)
    page.printed(
        landscape=form.landscape,
        repeat=(heading, behind - 1),
        footer=form.subject,
        last_row=row - 1,
        header=form.header,
    )
    for further, widths in form.furthers:
        page = Page(book, further.name, widths, _FURTHER_SIZE)
        last = _put(page, 0, (*further.heads, *further.rows)) - 1
        repeat = (0, len(further.heads) - 1)
        page.printed(landscape=True, repeat=repeat, footer=further.name, last_row=last, header=form.header)
    account_sheet(book, form.material, form.number)
    return closed(book, out)


def _listed(listing: Listing) -> Sequence[Row]:
    """All rows of a listing, its label left of them."""
    rows = (*listing.heads, *listing.rows)
    if listing.side is None:
        return (*rows, *listing.closing)
    first, *rest = rows
    closing = [
        replace(row, boxes=(replace(row.boxes[0], columns=row.boxes[0].columns + 1), *row.boxes[1:]))
        for row in listing.closing
    ]
    return [replace(first, boxes=(label(listing.side, rows=len(rows)), *first.boxes)), *rest, *closing]


def _put(page: Page, first: int, rows: Sequence[Row]) -> int:
    """Print rows from sheet row `first` on and return the row below them.

    A row whose text is higher than a spreadsheet allows takes several; a box over several rows makes the last higher.
    """
    boxes = list(placed(rows))
    needed = [row.least for row in rows]
    for r, column, box in boxes:
        if box.rows == 1:
            needed[r] = max(needed[r], page.needed(box.text, column, box.columns))
    starts, heights = [first], list[float]()
    for high in needed:
        parts = rows_for(high)
        heights += [high / parts] * parts
        starts.append(starts[-1] + parts)
    for r, column, box in boxes:
        top, below = starts[r], starts[r + box.rows]
        if box.rows > 1:
            room = sum(heights[top - first : below - first])
            heights[below - 1 - first] += max(0.0, page.needed(box.text, column, box.columns) - room)
        _put_box(page, top, column, box, below - top)
    for k, high in enumerate(heights):
        page.height(first + k, high)
    return starts[-1]


def _put_box(page: Page, row: int, column: int, box: Box, rows: int) -> None:
    style = {**_LOOKS[box.look], "align": box.align, **({"bold": True} if box.bold else {})}
    if box.top:
        style["valign"] = "top"
    if isinstance(box.content, Decimal):
        put_figure(page, row, column, box.content, box.columns, rows=rows, **style)
    else:
        page.put(row, column, box.content, rows=rows, columns=box.columns, **style)

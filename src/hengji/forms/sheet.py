"""Sheets of paper as xlsx: fonts, formats, heights and print set-up that hold in Excel, WPS and LibreOffice alike.

Every height is computed, because merged cells never fit themselves to their text. Everything is written as text or as
an exact decimal; nothing a document says can become a formula or markup.
"""

from __future__ import annotations

import datetime
import io
import math
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from xlsxwriter import Workbook

from hengji.forms.text import decimals, lines, printable, width

SONG, HEI = "宋体", "黑体"
MOST_CHARACTERS = 32_767  # of a cell, in UTF-16 units
MOST_HEIGHT = 405.0  # points; Excel allows 409.5
_LINE = 1.4  # line height over font size; 宋体 takes 1.25, fonts that may stand in for it somewhat more
_MARGIN = 5.0  # points above and below the text of a row
# The rest of a text that goes on in a further row is never so short that it could be taken for an amount.
_TAIL = 48
_DIGITS = 15  # that a spreadsheet keeps of a number
# Column widths are counted in digits of the book's own font. Arial is 7 pixels a digit wherever a book is opened; a font
# of the theme would be another one, and each column another width, in a Chinese office program.
_BOOK_FONT = {"font_name": "Arial", "font_size": 10, "font_scheme": "none"}
# The same bytes for the same table: no clock, so the date in the file's properties says nothing.
_UNDATED = datetime.datetime(1980, 1, 1)
# What Excel reads as a formula when someone edits the cell again.
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "＝", "＋", "－", "＠")
_NO_BEGINNING = (*_FORMULA_SIGNS, "#")
_ITEM_END = re.compile(r"[。；;](?=[0-9]{1,4}、)")
_SENTENCE_END = re.compile(r"[。；;！？](?=\S)")


def new_book(title: str) -> tuple[Workbook, io.BytesIO]:
    """An empty workbook in memory and the bytes it goes to when closed."""
    out = io.BytesIO()
    as_text = {"strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    book = Workbook(out, {"in_memory": True, "default_format_properties": _BOOK_FONT, **as_text})
    book.set_properties({"title": printable(title)[:200], "created": _UNDATED, "author": "", "comments": ""})
    return book, out


class Page:
    """One worksheet with fixed columns; formats are made once each."""

    def __init__(self, book: Workbook, name: str, widths: Sequence[float], size: float) -> None:
        self.book = book
        self.sheet = book.add_worksheet(name)
        self.widths = widths
        self.size = size
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}
        for column, units in enumerate(widths):
            self.sheet.set_column(column, column, units)
        self.sheet.hide_gridlines(2)

    def format(self, **properties: Any) -> Any:
        """The cell format with these properties over the page's own."""
        said: dict[str, Any] = {
            "font_name": SONG, "font_size": self.size, "border": 1, "valign": "vcenter", "text_wrap": True, **properties,
        }  # fmt: skip
        key = tuple(sorted(said.items()))
        if key not in self._formats:
            self._formats[key] = self.book.add_format(said)
        return self._formats[key]

    def put(self, row: int, column: int, text: str | None, *, rows: int = 1, columns: int = 1, **style: Any) -> None:
        """Text over one cell or several, as text whatever it looks like; None is an empty cell."""
        said = in_cell(text or "")
        if said.startswith(_FORMULA_SIGNS):
            style["quote_prefix"] = True
        form = self.format(**style)
        self._merge(row, column, rows, columns, form)
        if said:
            self.sheet.write_string(row, column, said, form)
        else:
            self.sheet.write_blank(row, column, None, form)

    def amount(
        self, row: int, column: int, value: Decimal | None, *, rows: int = 1, columns: int = 1,
        grouped: bool = True, suffix: str = "", **style: Any,
    ) -> None:  # fmt: skip
        """An amount as a number with its printed decimals; as text with a unit, or with more digits than a sheet keeps."""
        style = {"align": "right", **style}
        if value is None or suffix or len(value.as_tuple().digits) > _DIGITS:
            said = None if value is None else f"{value:{',' if grouped else ''}f}{suffix}"
            self.put(row, column, said, rows=rows, columns=columns, **style)
            return
        places = decimals(value)
        form = self.format(num_format=("#,##0" if grouped else "0") + ("." + "0" * places if places else ""), **style)
        self._merge(row, column, rows, columns, form)
        self.sheet.write_number(row, column, value, form)

    def _merge(self, row: int, column: int, rows: int, columns: int, form: Any) -> None:
        if rows * columns > 1:
            self.sheet.merge_range(row, column, row + rows - 1, column + columns - 1, "", form)

    def columns_of(self, first: int, count: int = 1, size: float | None = None) -> int:
        """How many half-width characters fit beside each other into `count` columns from `first` on."""
        pixels = sum(self.widths[first : first + count]) * 7 - 4
        return int(pixels / ((size or self.size) * 4 / 3 / 2))

    def needed(self, text: str | None, first: int, count: int = 1, size: float | None = None) -> float:
        """The height in points that a text needs in `count` columns from `first` on."""
        return lines(text or "", self.columns_of(first, count, size)) * (size or self.size) * _LINE + _MARGIN

    def parts(self, text: str | None, first: int, count: int = 1) -> list[str]:
        """A text cut into parts that each fit into one row, at the end of an item or sentence where there is one.

        A row is at most `MOST_HEIGHT` high, a cell holds at most `MOST_CHARACTERS`. Parts put together again are the
        text: none begins or ends with white space but for the outer ends.
        """
        said = printable(text or "")
        room = max(self.columns_of(first, count) - 2, 2)
        most = int((MOST_HEIGHT - _MARGIN) / (self.size * _LINE))
        found, at = [], 0
        while (stop := _reach(said, at, room, most)) < len(said):
            cut = _border(said, at, max(at + 1, min(stop, len(said) - _TAIL)))
            found.append(said[at:cut])
            at = cut
        return [*found, said[at:]]

    def height(self, row: int, points: float) -> None:
        """Set the height of a row, within what a spreadsheet allows."""
        self.sheet.set_row(row, min(max(points, self.size * _LINE + _MARGIN), MOST_HEIGHT))

    def printed(
        self, *, landscape: bool, repeat: tuple[int, int], footer: str, last_row: int, header: str = ""
    ) -> None:
        """Print set-up: A4, as wide as the page, rows `repeat` and `header` on each, page n of m in the footer."""
        sheet = self.sheet
        sheet.set_paper(9)
        if landscape:
            sheet.set_landscape()
        sheet.set_margins(left=0.59, right=0.59, top=0.7, bottom=0.7)
        sheet.fit_to_pages(1, 0)
        sheet.center_horizontally()
        sheet.repeat_rows(*repeat)
        if header:
            sheet.set_header(f"&R&12&B{header}")
        sheet.print_area(0, 0, last_row, len(self.widths) - 1)
        # & begins a code in a footer; the footer holds at most 255 characters.
        name = printable(footer).replace("\n", " ")[:60].replace("&", "&&")
        sheet.set_footer(f"&L&8{' ' if name[:1].isdigit() else ''}{name}&R&8第 &P 页 共 &N 页")


def rows_for(points: float) -> int:
    """How many rows a text needs that is so many points high."""
    return max(1, math.ceil(points / MOST_HEIGHT))


def in_cell(text: str) -> str:
    """A text as one cell can hold it; one that is still too long after `Page.parts` says that it was cut."""
    said = printable(text)
    if len(said) * 2 > MOST_CHARACTERS and len(said.encode("utf-16-le")) > 2 * MOST_CHARACTERS:
        note = "…（一个单元格放不下，全文见原件）"
        kept = said.encode("utf-16-le")[: 2 * (MOST_CHARACTERS - len(note))]
        said = kept.decode("utf-16-le", "ignore") + note
    # The writer takes a text between these two marks for markup of its own.
    return f" {said}" if said.startswith("<r>") else said


def closed(book: Workbook, out: io.BytesIO) -> bytes:
    """The bytes of a finished workbook."""
    book.close()
    return out.getvalue()


def _reach(text: str, at: int, room: int, most: int) -> int:
    """Up to where a text from `at` on fits into `most` lines of `room` columns and into one cell."""
    line, used, units = 1, 0, 0
    for k in range(at, len(text)):
        character = text[k]
        wide = width(character)
        units += 2 if ord(character) > 0xFFFF else 1
        if character == "\n":
            line, used = line + 1, 0
        elif used + wide > room:
            line, used = line + 1, wide
        else:
            used += wide
        if line > most or units > MOST_CHARACTERS:
            return k
    return len(text)


def _border(text: str, at: int, stop: int) -> int:
    """Where to cut before `stop`: behind an item, else a sentence, else between two characters that are no blanks.

    What comes next never looks like a formula: a reader would take it for an amount, and the row for another project.
    """
    middle = (at + stop) // 2
    for pattern in (_ITEM_END, _SENTENCE_END):
        ends = [m.end() for m in pattern.finditer(text, middle, stop) if text[m.end()] not in _NO_BEGINNING]
        if ends:
            return ends[-1]
    for cut in range(stop, at, -1):
        if not text[cut - 1].isspace() and not text[cut].isspace() and text[cut] not in _NO_BEGINNING:
            return cut
    return stop

"""A document cut into blocks: paragraphs and grids of cells that keep their place.

Every format ends here (`open_text`, `open_html`, `open_csv`, `open_xlsx`, `open_docx`, `open_pdf`) and every layout starts here,
so the same table in any format gives the same result.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import accumulate, repeat
from operator import add, sub
from types import MappingProxyType
from typing import Any, NamedTuple

from hengji.model.finding import Finding, Place
from hengji.model.table import Funds, Project, Source, TableKind


class Merge(NamedTuple):
    """A merged area, both corners included, counted from 0 in the rows of its grid."""

    top: int
    left: int
    bottom: int
    right: int


class TextMap(NamedTuple):
    """From offsets in a cell's clean text to code points of the decoded document.

    `clean[i]` is where the i-th unbroken run starts in the clean text, `raw[i]` where it starts in the document.
    One run for a cell without markup, more where tags or entities stood inside. `wide` tells for each entity, by where
    it starts in the document, where it ends.
    """

    clean: tuple[int, ...]
    raw: tuple[int, ...]
    wide: Mapping[int, int] = MappingProxyType({})

    def at(self, offset: int) -> int:
        """The code point in the document of the character at `offset` in the clean text."""
        run = bisect_right(self.clean, offset) - 1
        return self.raw[run] + offset - self.clean[run]

    def end(self, stop: int) -> int:
        """The code point in the document behind the character before `stop` in the clean text."""
        last = self.at(stop - 1)
        return self.wide.get(last, last + 1) if self.wide else last + 1


@dataclass(slots=True)
class Grid:
    """Rows of cells: a sheet, a table in a document, or text cut at its separators.

    `rows` hold the text of each cell without markup and outer white space, "" where there is nothing; rows may differ
    in length. Of a merged area only the top left cell has text: `merges` tells the rest. `maps` stands beside `rows`
    for formats with code points; office formats have none and count sheet, row and column instead. `lines` is True
    where rows are lines of text, which a page may have wrapped. `pages` tells for each row of a PDF its page and its
    row among the table's rows there.
    """

    rows: list[list[str]]
    merges: tuple[Merge, ...] = ()
    sheet: str | None = None
    first_row: int = 1
    first_column: int = 1
    maps: list[list[TextMap]] | None = None
    lines: bool = False
    pages: list[tuple[int, int]] | None = None
    _text: str | None = field(default=None, repr=False, compare=False)
    _starts: list[int] = field(default_factory=list, repr=False, compare=False)

    @property
    def text(self) -> str:
        """The texts of all cells in one: what is asked of every cell of a large sheet is asked of this first.

        Made once: a change of the rows that takes more away than blanks must come before.
        """
        if self._text is None:
            lines = list(map("\0".join, self.rows))
            self._text = "\0".join(lines)
            self._starts = [0, *accumulate(map(add, map(len, lines), repeat(1)))]
        return self._text

    @property
    def longest(self) -> int:
        """How many characters the longest row has."""
        return len(self.text) and max(map(sub, self._starts[1:], self._starts))

    def rows_with(self, characters: str) -> list[int]:
        """The rows that hold one of these characters anywhere, in order; fast where they are few."""
        text, found = self.text, set()
        for character in characters:
            at = text.find(character)
            while at >= 0:
                row = bisect_right(self._starts, at) - 1
                found.add(row)
                at = text.find(character, self._starts[row + 1])
        return sorted(found)

    def row_place(self, row: int) -> tuple[int | None, int]:
        """The page (None for formats without pages) and the number by which a reader finds a row."""
        return (None, self.first_row + row) if self.pages is None else self.pages[row]

    def place(self, row: int, column: int, start: int = 0, end: int | None = None) -> Place:
        """The place of a cell, or of the part of its clean text from `start` to `end`."""
        if self.maps is None:
            page, line = self.row_place(row)
            return Place(None, None, page, self.sheet, line, self.first_column + column)
        text = self.rows[row][column]
        stop = len(text) if end is None else end
        where = self.maps[row][column]
        first = where.at(start)
        return Place(first, where.end(stop) if stop > start else first)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Text that stands outside any table: a title, a unit line, a note."""

    text: str
    place: Place
    map: TextMap | None = None


@dataclass(slots=True)
class Document:
    """A document after its format was taken off: blocks in reading order, and what was odd in the bytes.

    `furniture` is what only dresses the page (page numbers, ruled lines, scripts): kept, so that nothing is lost.
    `text` is the decoded text of a document that has no grid of its own (plain text, CSV). `partly` is True where part
    of it could not be opened; a finding says which. `scans` are the pages whose text was recognised
    (`scan_page.Scan`).
    """

    source: Source
    blocks: list[Paragraph | Grid] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    furniture: list[Paragraph] = field(default_factory=list)
    text: str | None = None
    partly: bool = False
    scans: list[Any] = field(default_factory=list)


class Column(NamedTuple):
    """A heading, what its column was taken for (None: not understood), and where the heading stands."""

    heading: str
    role: str | None
    place: Place


@dataclass(slots=True)
class Reading:
    """What a layout made of a document: the projects, what the heads above them say, and what was odd.

    `partly` tells that some record was seen and not read; a finding says which.
    """

    projects: list[Project]
    kind: TableKind = TableKind.TARGETS
    title: str | None = None
    department: str | None = None
    fiscal_year: int | None = None
    money_unit: str | None = None
    printed_totals: Funds = field(default_factory=Funds)
    findings: list[Finding] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)
    partly: bool = False


class Refused(Exception):
    """A document that cannot be opened or holds no table; carries the one finding to report (R09, R10, R11 …).

    Raised inside `reading` only: `read` turns it into a table with status refused.
    """

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.en)
        self.finding = finding

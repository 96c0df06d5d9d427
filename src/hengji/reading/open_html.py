"""HTML → paragraphs, and one grid a table with its merged cells; places count code points, markup included."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

from hengji.model.finding import Finding, Place, Severity
from hengji.model.table import Source
from hengji.reading.faults import NOT_UNDERSTOOD, cell_too_long, too_long, too_many_cells, too_many_rows
from hengji.reading.grid import Document, Grid, Merge, Paragraph, Refused, TextMap
from hengji.reading.html_tokens import tokens
from hengji.reading.limits import MAX_CELLS, MAX_COVERED, MAX_ROWS
from hengji.reading.markup import BLOCKS, ENTITY, Clean, Pieces, without_markup

_OTHER_BLOCKS = BLOCKS | {"body", "html", "article", "main", "header", "footer", "nav", "pre", "dl", "dt", "dd", "form",
                          "fieldset", "blockquote", "caption", "hr", "option", "select", "thead", "tfoot"}  # fmt: skip
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_WIDE = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")
_MAX_SPAN = 1000
_SHOWN = 40  # characters of hidden words that a message quotes
_EMPTY = TextMap((0,), (0,))


@dataclass(slots=True)
class _Cell:
    start: int
    rowspan: int
    colspan: int
    hidden: bool = False
    pieces: Pieces = field(default_factory=Pieces)


@dataclass(slots=True)
class _Table:
    start: int
    rows: list[list[tuple[_Cell, Clean]]] = field(default_factory=list)
    open: _Cell | None = None
    in_row: bool = False
    hidden_row: bool = False


def open_html(text: str, source: Source) -> Document:
    """The paragraphs and tables of a page in the order in which they begin.

    A table inside a cell is a grid of its own, unless it only lines up one column of text; that text stays in the cell.

    Raises:
        Refused: a cell or the number of cells is over the limit (R11).
    """
    page = _Page(text)
    for token in tokens(text):
        if token.name == "":
            page.text(token.start, token.end)
        elif token.name == "table":
            if token.closing:
                page.close_table()
            else:
                page.open_table(token.start)
        elif token.name == "tr":
            page.close_row()
            if not token.closing:
                page.open_row(token.hidden)
        elif token.name in ("td", "th"):
            page.close_cell(token.end)
            if not token.closing:
                page.open_cell(
                    _Cell(token.end, min(token.rowspan, MAX_ROWS), min(token.colspan, _MAX_SPAN), token.hidden)
                )
        elif token.name == "br":
            page.here().line_break(token.start)
        elif token.name in _OTHER_BLOCKS:
            page.block(token.start)
    page.finish()
    blocks = [b for _, b in sorted(page.blocks, key=lambda b: b[0])]
    document = Document(source, blocks)
    if page.hidden:
        document.findings.append(_not_shown(page.hidden))
    return document


def _not_shown(hidden: list[tuple[Place, str]]) -> Finding:
    place, words = hidden[0]
    shown = words if len(words) <= _SHOWN else words[:_SHOWN] + "…"
    return NOT_UNDERSTOOD.at(
        place, f"网页里有{len(hidden)}处隐藏的行或单元格，浏览器不显示，没有读取，如“{shown}”。请看看其中是否有要用的内容。",
        f"{len(hidden)} rows or cells are hidden on the page and were not read, such as {shown!r}. See whether any is needed.",
        severity=Severity.INFO,
    )  # fmt: skip


class _Page:
    """The open tables and the blocks found so far."""

    def __init__(self, text: str) -> None:
        self.blocks: list[tuple[int, Paragraph | Grid]] = []
        self._text = text
        self._tables: list[_Table] = []
        self._loose = Pieces()
        self._loose_start = 0
        self._cells = 0
        self.hidden: list[tuple[Place, str]] = []

    def here(self) -> Pieces:
        """Where text goes now: the open cell, or a paragraph outside any cell."""
        if self._tables and self._tables[-1].open:
            return self._tables[-1].open.pieces
        return self._loose

    def text(self, start: int, end: int) -> None:
        pieces = self.here()
        text = self._text
        at = start
        while at < end:
            amp = text.find("&", at, end)
            stop = end if amp < 0 else amp
            if stop > at:
                _add_blanks_folded(text, at, stop, pieces)
            if amp < 0:
                return
            entity = ENTITY.match(text, amp, end)
            if entity and (resolved := html.unescape(entity[0])) != entity[0]:
                at = entity.end()
                pieces.entity(resolved, amp, at)
            else:
                at = amp + 1
                pieces.add("&", amp)

    def block(self, at: int) -> None:
        if self._tables and self._tables[-1].open:
            self.here().border()
        else:
            self._end_paragraph(at)

    def open_table(self, at: int) -> None:
        self.here().border()
        if not (self._tables and self._tables[-1].open):
            self._end_paragraph(at)
        self._tables.append(_Table(at))

    def close_table(self) -> None:
        if not self._tables:
            return
        self.close_row()
        table = self._tables.pop()
        single = self._tables and self._tables[-1].open and all(len(row) <= 1 for row in table.rows)
        if single:
            outer = self.here()
            for row in table.rows:
                for _, words in row:
                    outer.border()
                    for k, start in enumerate(words.map.clean):
                        stop = words.map.clean[k + 1] if k + 1 < len(words.map.clean) else len(words.text)
                        outer.add(words.text[start:stop], words.map.raw[k])
                    outer.widen(words.map.wide)
            outer.border()
        elif table.rows:
            self.blocks.append((table.start, self._grid(table)))

    def open_row(self, hidden: bool = False) -> None:
        if self._tables:
            if len(self._tables[-1].rows) >= MAX_ROWS:
                raise Refused(too_many_rows(Place(self._tables[-1].start, self._tables[-1].start)))
            self._tables[-1].rows.append([])
            self._tables[-1].in_row, self._tables[-1].hidden_row = True, hidden

    def close_row(self) -> None:
        if self._tables:
            self.close_cell(self._tables[-1].start)
            self._tables[-1].in_row = False
            if self._tables[-1].hidden_row:
                self._tables[-1].hidden_row = False
                for cell, words in self._tables[-1].rows.pop():
                    self._leave_out(cell, words)

    def open_cell(self, cell: _Cell) -> None:
        if not self._tables:
            self._end_paragraph(cell.start)
            return
        if not self._tables[-1].in_row:
            self.open_row()
        self._cells += cell.colspan
        if self._cells > MAX_CELLS:
            raise Refused(too_many_cells(Place(cell.start, cell.start)))
        self._tables[-1].open = cell

    def close_cell(self, at: int) -> None:
        if not self._tables or not self._tables[-1].open:
            return
        table = self._tables[-1]
        cell, table.open = table.open, None
        if cell is None:
            return
        words = without_markup(cell.pieces.finish(cell.start))
        if too_long(words.text):
            raise Refused(cell_too_long(Place(cell.start, at)))
        if cell.hidden:
            self._leave_out(cell, words)
        else:
            table.rows[-1].append((cell, words))

    def _leave_out(self, cell: _Cell, words: Clean) -> None:
        if words.text:
            self.hidden.append((Place(cell.start, cell.start + len(words.text)), words.text))

    def finish(self) -> None:
        while self._tables:
            self.close_table()
        self._end_paragraph(len(self._text))

    def _end_paragraph(self, at: int) -> None:
        words = without_markup(self._loose.finish(at))
        self._loose = Pieces()
        if words.text:
            first = words.map.at(0)
            last = words.map.end(len(words.text))
            self.blocks.append((first, Paragraph(words.text, Place(first, last), words.map)))

    def _grid(self, table: _Table) -> Grid:
        """Cells laid out in rows and columns; what a merged area covers stays empty."""
        rows: list[list[str]] = []
        maps: list[list[TextMap]] = []
        merges: list[Merge] = []
        covered: dict[int, int] = {}  # column → last row that a merged cell above covers
        count = 0
        for r, row in enumerate(table.rows):
            texts: list[str] = []
            where: list[TextMap] = []
            for cell, words in row:
                while covered.get(len(texts), -1) >= r:
                    texts.append("")
                    where.append(_EMPTY)
                left = len(texts)
                bottom = min(r + cell.rowspan, len(table.rows)) - 1
                if cell.rowspan > 1 or cell.colspan > 1:
                    merges.append(Merge(r, left, bottom, left + cell.colspan - 1))
                texts += [words.text] + [""] * (cell.colspan - 1)
                where += [words.map] + [_EMPTY] * (cell.colspan - 1)
                if bottom > r:
                    covered.update(dict.fromkeys(range(left, left + cell.colspan), bottom))
            while covered.get(len(texts), -1) >= r:
                texts.append("")
                where.append(_EMPTY)
            count += len(texts) - len(row)
            if count > MAX_COVERED:
                raise Refused(too_many_cells(Place(table.start, table.start)))
            rows.append(texts)
            maps.append(where)
        return Grid(rows, tuple(merges), maps=maps)


def _add_blanks_folded(text: str, start: int, end: int, pieces: Pieces) -> None:
    """Text with white space folded: a run is one blank, a line end between wide characters nothing."""
    at = start
    for run in _BLANKS.finditer(text, start, end):
        a, b = run.span()
        if b - a == 1 and text[a] == " ":
            continue
        if a > at:
            pieces.add(text[at:a], at)
        at = b
        line_end = "\n" in run[0] or "\r" in run[0]
        between_wide = a > 0 and b < len(text) and bool(_WIDE.match(text[a - 1])) and bool(_WIDE.match(text[b]))
        edge = (a == start or b == end) and line_end  # between two tags: layout of the source, no text
        if not (line_end and between_wide) and not edge:
            pieces.add(" ", a)
    if at < end:
        pieces.add(text[at:end], at)

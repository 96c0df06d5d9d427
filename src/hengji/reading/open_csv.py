"""CSV → one grid that keeps code points: quoted cells with line breaks and doubled quotes, title lines before the heading."""

from __future__ import annotations

import re

from hengji.model.finding import Place
from hengji.model.table import Source
from hengji.reading.encoding import Decoded
from hengji.reading.faults import DAMAGED, cell_too_long, too_long, too_many_cells, too_many_rows
from hengji.reading.grid import Document, Grid, Refused
from hengji.reading.limits import MAX_CELLS, MAX_ROWS
from hengji.reading.markup import Clean, Pieces, clean, without_markup

_DELIMITERS = ",\t;|"
_LINE_END = re.compile(r"\r\n?|\n")
_SHORT = 400  # characters of a heading line; rows with packed cells are longer and full of other marks
_BLANK = " \u00a0\u3000"


def looks_csv(text: str) -> bool:
    """Whether text is comma separated although its name does not say so: three commas in a line, no tab, no pipe."""
    lines = [line for line in text[:20_000].splitlines() if line.strip()][:12]
    return any(line.count(",") >= 3 and "\t" not in line and "|" not in line for line in lines) and all(
        "\t" not in line for line in lines
    )


def open_csv(decoded: Decoded, source: Source) -> Document:
    """The cells of decoded comma-separated text, each with its code points.

    Raises:
        Refused: a cell or the number of cells is over the limit (R11).
    """
    text = decoded.text
    document = Document(source)
    delimiter = _delimiter(text)
    plain = re.compile(rf"[^{re.escape(delimiter)}\r\n]*")
    rows: list[list[Clean]] = [[]]
    at = count = 0
    while True:
        begin = at
        while at < len(text) and text[at] in _BLANK:
            at += 1
        if text[at : at + 1] == '"':
            cell, at = _quoted(text, at, delimiter, document)
        else:
            match = plain.match(text, begin)
            end = match.end() if match else begin
            cell, at = clean(text, begin, end), end
        if too_long(cell.text):
            raise Refused(cell_too_long(Place(begin, at)))
        if (count := count + 1) > MAX_CELLS:
            raise Refused(too_many_cells(Place(begin, at)))
        rows[-1].append(cell)
        if at >= len(text):
            break
        line_end = _LINE_END.match(text, at)
        if line_end:
            at = line_end.end()
            if at >= len(text):
                break
            if len(rows) >= MAX_ROWS:
                raise Refused(too_many_rows(Place(at, at)))
            rows.append([])
        else:
            at += 1
    full = [row for row in rows if any(c.text for c in row)]
    if full:
        document.blocks.append(Grid([[c.text for c in r] for r in full], maps=[[c.map for c in r] for r in full]))
    return document


def _quoted(text: str, at: int, delimiter: str, document: Document) -> tuple[Clean, int]:
    """A quoted cell and where it ends; a quote that is never closed ends with its line, and is reported."""
    pieces = Pieces()
    start = at
    at += 1
    while True:
        close = text.find('"', at)
        if close < 0:
            line = _LINE_END.search(text, start)
            end = line.start() if line else len(text)
            document.findings.append(
                DAMAGED.at(
                    Place(start, end), "有一个引号没有闭合，按到行末为止读取。请检查导出的文件。",
                    "A quotation mark is never closed; the cell was read up to the end of its line. Check the export.",
                )
            )  # fmt: skip
            return clean(text, start + 1, end), end
        pieces.add(text[at:close], at)
        if text[close + 1 : close + 2] == '"':
            pieces.add('"', close)
            at = close + 2
            continue
        at = close + 1
        while at < len(text) and text[at] != delimiter and text[at] not in "\r\n":
            at += 1  # what follows a closing quote belongs to no cell of the format
        return without_markup(pieces.finish(start)), at


def _delimiter(text: str) -> str:
    """The mark that parts the heading: the first short line that any mark cuts into four cells or more."""
    for line in text[:50_000].splitlines()[:60]:
        if len(line) <= _SHORT:
            best = max(_DELIMITERS, key=lambda d: (line.count(d), d == ","))
            if line.count(best) >= 3:
                return best
    return ","

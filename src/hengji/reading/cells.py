"""One cell of a table on its way from a grid to an indicator: clean text that knows where it stands."""

from __future__ import annotations

from typing import NamedTuple

from hengji.model.finding import Place
from hengji.reading.grid import Grid, Paragraph, TextMap
from hengji.reading.markup import clean, is_plain

_new = tuple.__new__


class Cell(NamedTuple):
    """Clean text with the way back to the document: a map of code points, or the place of an office cell."""

    text: str
    map: TextMap | None
    office: Place = Place()

    def place(self, start: int = 0, end: int | None = None) -> Place:
        """The place of `text[start:end]`; an office cell has no finer place than itself."""
        if self.map is None:
            return self.office
        stop = len(self.text) if end is None else end
        first = self.map.at(start)
        return Place(first, self.map.end(stop) if stop > start else first)

    def part(self, start: int, end: int) -> Cell:
        """The cell that holds `text[start:end]` only, without outer white space."""
        while start < end and self.text[start].isspace():
            start += 1
        while start < end and self.text[end - 1].isspace():
            end -= 1
        if self.map is None:
            return Cell(self.text[start:end], None, self.office)
        runs = [(max(c, start) - start, self.map.at(max(c, start))) for c in self.map.clean if start < c < end]
        runs.insert(0, (0, self.map.at(start)))
        return Cell(self.text[start:end], TextMap(tuple(c for c, _ in runs), tuple(r for _, r in runs), self.map.wide))

    def joined(self, tail: Cell, between: str = "") -> Cell:
        """This cell with `tail` behind it, as the two halves of a text that was wrapped."""
        if not self.text:
            return tail
        return Cell(self.text + between + tail.text, _followed(self, tail, len(between)), self.office)


def joined_all(cells: list[Cell], between: list[str]) -> Cell:
    """The halves of one wrapped text as one cell, in time linear in their length; `between` has one entry less."""
    texts = [cells[0].text]
    clean_runs: list[int] = []
    raw_runs: list[int] = []
    at = 0
    for cell, glue in zip(cells, [*between, ""], strict=True):
        if cell.map is not None:
            clean_runs += [at + c for c in cell.map.clean]
            raw_runs += cell.map.raw
        at += len(cell.text) + len(glue)
    for cell, glue in zip(cells[1:], between, strict=True):
        texts += (glue, cell.text)
    wide = {at: end for c in cells if c.map is not None for at, end in c.map.wide.items()}
    mapped = TextMap(tuple(clean_runs), tuple(raw_runs), wide) if cells[0].map is not None else None
    return Cell("".join(texts), mapped, cells[0].office)


def _followed(head: Cell, tail: Cell, gap: int) -> TextMap | None:
    if head.map is None or tail.map is None:
        return head.map
    shift = len(head.text) + gap
    clean_runs = (*head.map.clean, *(shift + c for c in tail.map.clean))
    return TextMap(clean_runs, (*head.map.raw, *tail.map.raw), {**head.map.wide, **tail.map.wide})


def cells_of(grid: Grid, row: int) -> list[Cell]:
    """The cells of a row of a grid, tags that stand in their text taken out."""
    texts = grid.rows[row]
    if grid.maps is not None:
        return list(map(Cell, texts, grid.maps[row]))
    # tuple.__new__ and not Cell(…), Place(…): a sheet has millions, and this takes half the time.
    page, line = grid.row_place(row)
    head = (None, None, page, grid.sheet, line)
    return [
        _new(Cell, (
            text if is_plain(text) else clean(text, 0, len(text)).text, None, _new(Place, (*head, column))
        ))
        for column, text in enumerate(texts, grid.first_column)
    ]  # fmt: skip


def cell_of(paragraph: Paragraph) -> Cell:
    """A paragraph as a cell."""
    return Cell(paragraph.text, paragraph.map, paragraph.place)

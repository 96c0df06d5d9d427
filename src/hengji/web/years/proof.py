"""A document rendered as blocks of paragraphs and tables in which every piece that was read is marked with its cell."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

from hengji.dossier.opening import explained_document
from hengji.model.finding import Place
from hengji.model.table import TargetTable
from hengji.reading import Explained, Grid, Paragraph
from hengji.reading.grid import TextMap

_Spot = tuple[str | None, int | None, int, int]
"""Sheet, page, row and column."""
FIELDS = ("name", "level1", "level2", "whole_term_target", "annual_target", "actual", "points")


class Piece(NamedTuple):
    """Text of the document; `at` is the cell it was read into (`project-row-field`), empty where it was not."""

    text: str
    at: str


class Cell(NamedTuple):
    """A cell with its pieces and how far it spans."""

    pieces: tuple[Piece, ...]
    rows: int = 1
    columns: int = 1


class Block(NamedTuple):
    """A paragraph (`rows` empty) or a table."""

    pieces: tuple[Piece, ...]
    rows: tuple[tuple[Cell, ...], ...] = ()


class _Mark(NamedTuple):
    start: int
    end: int
    at: str


def source_of(data: bytes, file: str) -> tuple[Block, ...]:
    """The document as blocks; empty where it cannot be cut into any."""
    seen = explained_document(data, file)
    if seen.document is None:
        return ()
    marks, cells = _marks(seen)
    return tuple(_block(block, marks, cells) for block in seen.document.blocks)


def _marks(seen: Explained) -> tuple[list[_Mark], dict[_Spot, str]]:
    """Where every field stands: by code points for text, by sheet or page, row and column for other files."""
    marks: list[_Mark] = []
    cells: dict[_Spot, str] = {}
    for at, place in _places(seen.table):
        if place.start is not None and place.end is not None:
            marks.append(_Mark(place.start, place.end, at))
        elif place.row is not None and place.column is not None:
            cells.setdefault((place.sheet, place.page, place.row, place.column), at)
    marks.sort()
    return marks, cells


def _places(table: TargetTable) -> Iterator[tuple[str, Place]]:
    for p, project in enumerate(table.projects, 1):
        for row, indicator in enumerate(project.indicators, 1):
            own = dict(indicator.field_places)
            for field in FIELDS:
                if getattr(indicator, field) and field in own:
                    yield f"{p}-{row}-{field}", indicator.place_of(field)
            if not own:
                yield f"{p}-{row}-name", indicator.place
        for field, place in project.field_places:
            yield f"{p}-0-{field}", place


def _block(block: Paragraph | Grid, marks: list[_Mark], cells: dict[_Spot, str]) -> Block:
    if isinstance(block, Paragraph):
        return Block(_pieces(block.text, block.map, marks) if block.map else (Piece(block.text, ""),))
    covered = {
        (r, c)
        for m in block.merges for r in range(m.top, m.bottom + 1) for c in range(m.left, m.right + 1)
        if (r, c) != (m.top, m.left)
    }  # fmt: skip
    spans = {(m.top, m.left): (m.bottom - m.top + 1, m.right - m.left + 1) for m in block.merges}
    rows = []
    for r, texts in enumerate(block.rows):
        row = []
        page, line = block.row_place(r)
        for c, text in enumerate(texts):
            if (r, c) in covered:
                continue
            if block.maps is not None:
                pieces = _pieces(text, block.maps[r][c], marks) if text else ()
            else:
                pieces = (Piece(text, cells.get((block.sheet, page, line, block.first_column + c), "")),)
            row.append(Cell(pieces, *spans.get((r, c), (1, 1))))
        rows.append(tuple(row))
    return Block((), tuple(rows))


def _pieces(text: str, where: TextMap, marks: list[_Mark]) -> tuple[Piece, ...]:
    """The text of a cell cut at the fields that stand in it."""
    raw = [where.at(k) for k in range(len(text))]
    if not raw:
        return (Piece(text, ""),)
    made, done = [], 0
    first = bisect_left(marks, _Mark(raw[0], 0, ""))
    for mark in marks[first:]:
        if mark.start > raw[-1]:
            break
        start, end = bisect_left(raw, mark.start), bisect_left(raw, mark.end)
        if start < done or end <= start:
            continue
        if start > done:
            made.append(Piece(text[done:start], ""))
        made.append(Piece(text[start:end], mark.at))
        done = end
    if done < len(text):
        made.append(Piece(text[done:], ""))
    return tuple(made)

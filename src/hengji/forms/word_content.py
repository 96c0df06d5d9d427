"""What stands on a sheet of paper: runs, paragraphs, cells, rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Run:
    """Words in one face; None is the paragraph's own. `field` is a code that the word processor fills in."""

    text: str
    bold: bool = False
    font: str | None = None
    size: float | None = None
    colour: str | None = None
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph: its runs, where it stands, how far from the one above (points)."""

    runs: tuple[Run, ...]
    align: str | None = None
    before: float = 0
    after: float = 0
    keep: bool = False  # on the page of the next one


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: its paragraphs, how many columns it spans, `down` "first" or "on" in an area merged downwards."""

    paragraphs: tuple[Paragraph, ...]
    columns: int = 1
    down: str | None = None
    shade: str | None = None
    middle: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row of cells.

    Heads are repeated on each page; `least` is the height in millimetres at least; a `whole` row stays on one page.
    """

    cells: tuple[Cell, ...]
    head: bool = False
    least: float = 0
    whole: bool = True


def said(*parts: str | Run, align: str | None = None, **rest: Any) -> Paragraph:
    """A paragraph of texts and runs."""
    return Paragraph(tuple(p if isinstance(p, Run) else Run(p) for p in parts), align, **rest)


def cell(*parts: str | Run | Paragraph, columns: int = 1, align: str | None = None, **rest: Any) -> Cell:
    """A cell of paragraphs; a text or a run is one of its own."""
    made = tuple(p if isinstance(p, Paragraph) else said(p, align=align) for p in parts) or (said(""),)
    return Cell(made, columns, **rest)


def heads(*texts: str) -> Row:
    """A row of headings."""
    return Row(tuple(label(t) for t in texts), head=True)


def label(text: str, columns: int = 1) -> Cell:
    """A cell that names what stands beside or below it."""
    return cell(Run(text, bold=True), columns=columns, align="center", shade="F2F2F2", middle=True)

"""A form as docx: the head as one table, the listing as another, because only a table's first rows are repeated."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hengji.forms import layout
from hengji.forms.evaluation_account import account_pages
from hengji.forms.layout import SIGNATURES, Box, Form, Look, placed
from hengji.forms.word import Paper
from hengji.forms.word_content import Cell, Row, Run, cell, label, said

_SHADE = "F2F2F2"
_SIZE = 9
_MM = 0.29  # of a point of the description: the words of a document are smaller than those of a sheet


def as_docx(form: Form) -> bytes:
    """The form, the place to sign and seal under it, and the account on pages behind it."""
    subject, listing = form.subject, form.listing
    footer = subject if len(subject) <= 40 else f"{subject[:39]}…"
    paper = Paper(f"{form.title} {subject}", footer, form.header, landscape=form.landscape)
    paper.title(form.title, form.material.year)
    paper.table("项目基本情况、项目资金和年度总体目标", form.widths, _rows(form.head, len(form.widths)), size=_SIZE)
    widths = form.widths[1:] if listing.side else form.widths
    named = [Row((label(listing.name, len(widths)),), head=True)] if listing.side else []
    heads = _rows(listing.heads, len(widths), head=True)
    body = _rows((*listing.rows, *listing.closing), len(widths))
    paper.table(listing.name, widths, [*named, *heads, *body], size=_SIZE)
    paper.table("签字和盖章", (81, 81), signatures(form.signed), size=_SIZE)
    account_pages(paper, form.material, form.number)
    return paper.bytes()


def signatures(signed: Sequence[str] = SIGNATURES) -> list[Row]:
    """The place to sign, to seal and to date; on one page, so that nobody seals an empty sheet."""
    return [
        Row((cell(said(signed[0], keep=True)), cell(said(signed[1], keep=True))), least=11),
        Row((cell(signed[2]), cell(signed[3])), least=28),
    ]


def _rows(rows: Sequence[layout.Row], wide: int, *, head: bool = False) -> list[Row]:
    """The rows of a table: a box over several rows begins in the first and goes on in the others."""
    cells: list[dict[int, Cell]] = [{} for _ in rows]
    for r, column, box in placed(rows):
        cells[r][column] = _cell(box, "first" if box.rows > 1 else None)
        for below in range(r + 1, r + box.rows):
            cells[below][column] = Cell((said(""),), box.columns, "on", cells[r][column].shade, middle=True)
    return [
        Row(
            tuple(own[c] for c in range(wide) if c in own), head=head, least=row.least * _MM, whole=_is_whole(row.boxes)
        )
        for own, row in zip(cells, rows, strict=True)
    ]


def _cell(box: Box, down: str | None) -> Cell:
    framed = box.look in (Look.LABEL, Look.HEADING)
    words = said(Run(box.text, bold=framed or box.bold), align=None if box.align == "left" else box.align)
    return Cell((words,), box.columns, down, _SHADE if framed else None, middle=not box.top)


def _is_whole(boxes: Iterable[Box]) -> bool:
    return not any(box.top for box in boxes)

"""A form as data: boxes in rows, a head, a listing with headings that are repeated, a place to sign and seal.

One description, printed three ways: `layout_sheet` (xlsx), `layout_paper` (docx), `layout_html` (html). A form says
what stands where, how a page says it is the printer's own business.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from hengji.forms.evaluation_material import Material
from hengji.forms.levels import Path, runs

SIGNATURES = ("项目负责人（签字）：", "财务负责人（签字）：", "单位（盖章）：", "日期：　　　年　　月　　日")
_SHORT = 10  # characters that stand in the middle of their cell; more begin at its left


class Look(StrEnum):
    """What a box is: a label beside its content, a heading above it, content, or words without a frame."""

    LABEL = "label"
    HEADING = "heading"
    CONTENT = "content"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Box:
    """A text or a figure over some columns and rows; a Decimal is printed with the decimals it has."""

    content: str | Decimal | None = None
    columns: int = 1
    rows: int = 1
    look: Look = Look.CONTENT
    align: str = "left"
    bold: bool = False
    top: bool = False

    @property
    def text(self) -> str:
        """The content as words; figures with thousands separators."""
        return f"{self.content:,f}" if isinstance(self.content, Decimal) else self.content or ""


@dataclass(frozen=True, slots=True)
class Row:
    """Boxes from left to right that begin in this row, at least so many points high."""

    boxes: tuple[Box, ...]
    least: float = 24.0


@dataclass(frozen=True, slots=True)
class Listing:
    """Rows under headings that are repeated on each page.

    `closing` are the last ones, as the sum. `side` is a label left of all others, in a column of its own (the first of
    the form), over which the first box of a closing row goes too. `freeze` is how many columns stay on the screen when
    a sheet is moved; None: the headings move too.
    """

    name: str
    heads: tuple[Row, ...]
    rows: tuple[Row, ...]
    closing: tuple[Row, ...] = ()
    side: str | None = None
    freeze: int | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """One form: `widths` of its columns in half-width characters, what stands above the listing and below it.

    It shows the `number`-th project of the material (None: all of them), and its account follows behind. `stops` are
    the columns at which the second and the third part of the place to sign begin; `furthers` are listings on pages of
    their own, each with its widths.
    """

    material: Material
    number: int | None
    name: str
    title: str
    widths: tuple[float, ...]
    head: tuple[Row, ...]
    listing: Listing
    foot: tuple[Row, ...] = ()
    stops: tuple[int, int] = (4, 6)
    landscape: bool = True
    size: float = 10
    furthers: tuple[tuple[Listing, tuple[float, ...]], ...] = ()
    signed: tuple[str, ...] = SIGNATURES

    @property
    def subject(self) -> str:
        """The name of the project; the title where the form shows all of them."""
        return self.title if self.number is None else self.material.of(self.number)[1].name

    @property
    def header(self) -> str:
        """What must stand above every page."""
        return self.material.header(None if self.number is None else self.material.of(self.number)[1])


def label(text: str | None, columns: int = 1, rows: int = 1) -> Box:
    """A box that names what stands beside or below it."""
    return Box(text, columns, rows, Look.LABEL, "center")


def heading(text: str, columns: int = 1, rows: int = 1) -> Box:
    """A box above a column."""
    return Box(text, columns, rows, Look.HEADING, "center", bold=True)


def centred(content: str | Decimal | None, columns: int = 1, *, bold: bool = False) -> Box:
    """A box with its content in the middle."""
    return Box(content, columns, align="center", bold=bold)


def figure(content: Decimal | None, columns: int = 1) -> Box:
    """An amount, at the right of its box."""
    return Box(content, columns, align="right")


def short_centred(text: str | None) -> Box:
    """A text that stands in the middle where it is short."""
    return Box(text, align="center" if len(text or "") <= _SHORT else "left")


def level_boxes(paths: Sequence[Path]) -> list[Box | None]:
    """The box of a level for each place: names that follow themselves stand in one box, None where it goes on.

    `paths` are the names from the first level down to this one.
    """
    found: list[Box | None] = []
    for path, members in runs(paths):
        found += [Box(path[-1], rows=len(members), align="center"), *[None] * (len(members) - 1)]
    return found


def placed(rows: Sequence[Row]) -> Iterator[tuple[int, int, Box]]:
    """Each box with its row and its column, both from 0: a box begins at the first column that none from above covers."""
    covered: dict[int, set[int]] = {}
    for r, row in enumerate(rows):
        column = 0
        taken = covered.pop(r, set())
        for box in row.boxes:
            while column in taken:
                column += 1
            yield r, column, box
            for below in range(r + 1, r + box.rows):
                covered.setdefault(below, set()).update(range(column, column + box.columns))
            column += box.columns

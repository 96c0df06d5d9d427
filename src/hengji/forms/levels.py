"""Names of levels 1 and 2 in merged cells: those that follow themselves under the same upper level stand once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from hengji.forms.sheet import Page

Path = tuple[str | None, ...]


def runs(paths: Sequence[Path]) -> Iterator[tuple[Path, list[int]]]:
    """Each path with the places at which it follows itself."""
    for path, group in groupby(range(len(paths)), key=lambda k: paths[k]):
        yield path, list(group)


def put_levels(
    page: Page, column: int, paths: Sequence[Path], starts: Sequence[int], heights: dict[int, float]
) -> None:
    """The names of a level on a sheet.

    `paths` are the names from the first level down to this one; `starts` the first row of each indicator and the row
    behind the last; `heights` of the last rows grow where a name needs it.
    """
    for path, members in runs(paths):
        top, below = starts[members[0]], starts[members[-1] + 1]
        page.put(top, column, path[-1], rows=below - top, align="center")
        heights[below - 1] += max(0.0, page.needed(path[-1], column) - sum(heights[r] for r in range(top, below)))


def down(paths: Sequence[Path]) -> list[str | None]:
    """For each place in a document: whether its cell is the first of a merged area, goes on, or stands alone."""
    found: list[str | None] = []
    for _, members in runs(paths):
        found += [None] if len(members) == 1 else ["first", *["on"] * (len(members) - 1)]
    return found

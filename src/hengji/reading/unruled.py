"""Tables of indicators that a PDF prints without lines down: columns by the white between them, rows by their cells.

The headings are looked for first; the white that runs between the texts below them parts the columns. Lines across,
where there are some, part the rows; else `unruled_rows` finds them. A row whose cells cannot be told apart is not read,
and a finding quotes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from hengji.model.finding import Finding, Place
from hengji.reading.faults import NOT_UNDERSTOOD
from hengji.reading.grid import Grid, Merge
from hengji.reading.lattice import merged_lines
from hengji.reading.level_words import family_of, flat, is_level1, is_level2
from hengji.reading.pdf_page import Char, Page
from hengji.reading.pdf_page import Line as Rule
from hengji.reading.pdf_text import line_text, lines_of
from hengji.reading.unruled_columns import SUM, Column, between, columns_of, end_of, header_at, lead_of
from hengji.reading.unruled_heads import head_rows
from hengji.reading.unruled_rows import Block, Line, Row, labels_of, lines_in, pitch_of, rows_of, spans_of

_SPANNING = (
    "level1", "level2", "left_level2", "project", "project_other", "fund_user", "supervising_department", "total",
    "objective",
)  # fmt: skip
_KEYS = ("name", "annual_target", "whole_term_target", "actual", "max_points", "points")
_OFTEN = 0.75  # of the rows: a column filled so often tells where rows begin


@dataclass(slots=True)
class _Table:
    """The table that is being read: its columns, and what was read of it."""

    columns: list[Column]
    rows: list[list[str]] = field(default_factory=list)
    band: list[Char] = field(default_factory=list)  # the headings as they stand on the page
    pages: list[tuple[int, int]] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)
    spans: dict[int, tuple[int, str]] = field(default_factory=dict)  # by column: the row where a cell began, its words
    open: bool = True


@dataclass(slots=True)
class Unruled:
    """What was made of the pages: grids in order, and which rows were not read."""

    grids: list[Grid] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def read_unruled(pages: Sequence[tuple[Page, list[Char]]]) -> Unruled | None:
    """The tables on pages without lines down, each page with the characters to read; None where there are no headings."""
    found = Unruled()
    table: _Table | None = None
    before: list[tuple[int, list[Char]]] = []  # what stands above the next table, page by page
    for page, chars in pages:
        lines = lines_of(chars)
        k = 0
        while k < len(lines):
            header = next((h for j in range(k, len(lines)) if (h := header_at(lines, j))), None)
            first = header.first if header else len(lines)
            if table is not None and table.open:
                stop = end_of(lines, k, first)
                goes_on = header is not None and _repeats(table, header.columns) and stop >= first
                if not goes_on:
                    _add(table, between(lines[k:stop]), page, found)
                    table.open = stop == len(lines)
                    if not table.open and stop < first:
                        stop = _sum_row(table, lines, stop, page)
                    k = stop
                    before = []
            if header is None:
                if k < len(lines):
                    before.append((page.number, between(lines[k:])))
                break
            if table is not None and table.open and _repeats(table, header.columns):
                k = header.stop
                continue
            if k < first:
                before.append((page.number, between(lines[k:first])))
            if table is not None:
                _close(table, found)
            table = _begun(header.columns, header.band, before, page)
            before = []
            k = header.stop
    if table is None:
        return None
    _close(table, found)
    return found


def _repeats(table: _Table, columns: Sequence[Column]) -> bool:
    return [flat(c.heading) for c in table.columns if c.heading] == [flat(c.heading) for c in columns if c.heading]


def _begun(columns: list[Column], band: list[Char], before: Sequence[tuple[int, list[Char]]], page: Page) -> _Table:
    """A table with what stands above it and its headings."""
    table = _Table(columns, band=band)
    for number, chars in before:
        for row in head_rows(chars):
            table.rows.append(row)
            table.pages.append((number, len(table.rows)))
    table.rows.append([c.heading for c in columns])
    table.pages.append((page.number, len(table.rows)))
    return table


def _sum_row(table: _Table, lines: Sequence[list[Char]], k: int, page: Page) -> int:
    """Adds a row of sums, its label in the first column, its figures in theirs; returns the line behind it."""
    lead = lead_of(lines[k])
    if not SUM.fullmatch(flat(line_text(lead))):
        return k
    cells = _by_column(table.columns, lines[k][lines[k].index(lead[-1]) + 1 :])
    figures = [line_text(cells.get(c, [])) for c in range(1, len(table.columns))]
    table.rows.append([line_text(lead), *figures])
    table.pages.append((page.number, len(table.rows)))
    return k + 1


def _by_column(columns: Sequence[Column], chars: Iterable[Char]) -> dict[int, list[Char]]:
    bounds = [(a.right + b.left) / 2 for a, b in pairwise(columns)]
    found: dict[int, list[Char]] = {}
    for char in chars:
        middle = (char.left + char.right) / 2
        found.setdefault(sum(middle > b for b in bounds), []).append(char)
    return found


def _add(table: _Table, chars: list[Char], page: Page, found: Unruled) -> None:
    """The rows that stand in these characters, put behind those of the table."""
    inked = [c for c in chars if not c.text.isspace()]
    if not inked:
        return
    size = median(c.right - c.left for c in inked if not c.text.isascii()) if any(
        not c.text.isascii() for c in inked
    ) else median(c.bottom - c.top for c in inked)  # fmt: skip
    again = columns_of(table.band, chars)  # on this page text may run wider
    if _repeats(table, again):
        table.columns = again
    columns = {c: lines_in(own) for c, own in _by_column(table.columns, chars).items()}
    roles = [c.role for c in table.columns]
    names = max((len(columns.get(c, ())) for c, role in enumerate(roles) if role == "name"), default=0)
    keys = [
        c for c, role in enumerate(roles)
        if role in _KEYS and (role in ("name", "annual_target") or len(columns.get(c, ())) >= _OFTEN * names)
        and columns.get(c)
    ]  # fmt: skip
    if not keys:
        return
    pitch = pitch_of(list(columns.values()), size)
    rules = _rules(page, table, inked)
    rows = rows_of(columns, keys, size, _edges(table.columns, columns, inked), pitch)
    ruled = _ruled_rows(columns, keys, rules, table) if rules else None
    if ruled is not None and len(rows) <= 1.5 * len(ruled):
        rows = ruled
    else:
        rules = []
    spanning = [c for c, role in enumerate(roles) if role in _SPANNING and columns.get(c)]
    _fill(rows, columns, [c for c in columns if c not in keys and c not in spanning])
    going_on = any(c in table.spans for c in range(len(roles)))
    rows = _with_torn(table, rows) if going_on else rows
    labels = {c: labels_of(columns[c], pitch, size) for c in spanning}
    for c, blocks in labels.items():
        if not blocks or c not in table.spans:
            continue
        first_row, words = table.spans[c]
        prose = roles[c] == "objective" and not words.endswith(("。", "；", ";"))
        if prose or _is_torn(words, blocks[0].text):
            words += blocks.pop(0).text
            table.rows[first_row][c] = words
            table.spans[c] = first_row, words
    if not rows:
        found.findings += [_levels_unread(page.number, blocks) for blocks in labels.values() if blocks]
        return
    base = len(table.rows)
    spans: dict[int, list[tuple[int, str]]] = {}
    starts: list[int] = []
    for c in sorted(
        spanning, key=lambda c: -c
    ):  # the inner columns first: an outer cell begins where an inner one does
        blocks = labels[c]
        if rules:
            first = _ruled_spans(blocks, rows, rules, table.columns[c])
        elif len(blocks) > len(rows):
            first = []
        else:
            first = spans_of(blocks, rows, going_on and c in table.spans, starts if roles[c] == "level1" else ())
        spans[c] = [(r, b.text) for r, b in zip(first, blocks, strict=False)]
        if len(first) != len(blocks):
            found.findings.append(_levels_unread(page.number, blocks))
        elif roles[c] == "level2":
            starts = first
    for r, row in enumerate(rows):
        texts = [row.text(c) for c in range(len(roles))]
        # Where every row has points, one without them is half a row.
        pointed = all(texts[c] for c in keys if roles[c] in ("max_points", "points"))
        if row.doubtful or not pointed or not all(texts[c] for c in _needed(table)):
            found.findings.append(_row_unread(page.number, texts))
            texts = [""] * len(roles)
        table.rows.append(texts)
        table.pages.append((page.number, base + r + 1))
    for c, begun in spans.items():
        _put_spans(table, c, begun, base)


def _edges(columns: Sequence[Column], lines: dict[int, list[Line]], inked: Sequence[Char]) -> dict[int, float]:
    """How far right the text of each column may run."""
    rightmost = max(c.right for c in inked)
    found = {}
    for c in lines:
        after = [line.left for k, own in lines.items() if k > c for line in own]
        found[c] = min([*after, *(k.left for k in columns[c + 1 :])], default=rightmost)
    return found


def _put_spans(table: _Table, c: int, begun: list[tuple[int, str]], base: int) -> None:
    """Merged areas of a column: each runs up to the next, the last of the page before goes on up to the first."""
    for n, (r, text) in enumerate(begun):
        stop = begun[n + 1][0] if n + 1 < len(begun) else len(table.rows) - base
        if n == 0 and r and c in table.spans:
            _stretch(table, c, base + r - 1)
        table.rows[base + r][c] = text
        table.spans[c] = (base + r, text)
        _stretch(table, c, base + stop - 1)
    if not begun and c in table.spans:
        _stretch(table, c, len(table.rows) - 1)


def _stretch(table: _Table, c: int, last: int) -> None:
    first, _ = table.spans[c]
    table.merges = [m for m in table.merges if (m.top, m.left) != (first, c)]
    if last > first:
        table.merges.append(Merge(first, c, last, c))


def _fill(rows: Sequence[Row], columns: dict[int, list[Line]], others: Iterable[int]) -> None:
    """Gives the lines of columns that not every row fills to the rows they stand beside."""
    if not rows:
        return
    for c in others:
        for line in columns[c]:
            row = min(rows, key=lambda r: max(r.top - line.middle, line.middle - r.bottom, 0.0))
            row.cells.setdefault(c, []).append(Block([line]))


def _with_torn(table: _Table, rows: list[Row]) -> list[Row]:
    """The rows without a first one that is the rest of the last row of the page before; that is put together."""
    if not rows or all(rows[0].text(c) for c in _needed(table)) or rows[0].doubtful:
        return rows
    for c in range(len(table.columns)):
        table.rows[-1][c] += rows[0].text(c)
    return rows[1:]


def _is_torn(above: str, below: str) -> bool:
    """Whether the label at the end of a page goes on at the top of the next."""
    words, rest = flat(above), flat(below)
    return _is_label(words + rest) and not _is_label(rest) and not words.endswith("指标")


def _is_label(words: str) -> bool:
    return is_level1(words) or is_level2(words)


def _needed(table: _Table) -> list[int]:
    """The columns without which a row is none: the name, and what is to be reached."""
    return [c for c, column in enumerate(table.columns) if column.role in ("name", "annual_target")]


def _rules(page: Page, table: _Table, inked: Sequence[Char]) -> list[Rule]:
    """The lines across the page within the height of these characters, a little more on both sides."""
    top, bottom = min(c.top for c in inked) - 20, max(c.bottom for c in inked) + 20
    return [r for r in merged_lines(page.across) if top <= r.at <= bottom]


def _over(rules: Sequence[Rule], column: Column) -> list[float]:
    """The heights of the lines that run over a column."""
    middle = (column.left + column.right) / 2
    return sorted({r.at for r in rules if r.start <= middle <= r.end})


def _ruled_rows(
    columns: dict[int, list[Line]], keys: Sequence[int], rules: Sequence[Rule], table: _Table
) -> list[Row] | None:
    name = next(c for c in keys if table.columns[c].role == "name")
    heights = _over(rules, table.columns[name])
    if len(heights) < 2:
        return None
    bounds = [float("-inf"), *heights, float("inf")]
    rows = []
    for top, bottom in pairwise(bounds):
        cells = {k: [Block(own)] for k in keys if (own := [n for n in columns[k] if top < n.middle <= bottom])}
        if cells:
            blocks = [b for bs in cells.values() for b in bs]
            rows.append(Row(cells, min(b.top for b in blocks), max(b.bottom for b in blocks)))
    return rows


def _ruled_spans(blocks: Sequence[Block], rows: Sequence[Row], rules: Sequence[Rule], column: Column) -> list[int]:
    """For each label the first row below the line above it."""
    heights = _over(rules, column)
    found = []
    for block in blocks:
        above = max((h for h in heights if h <= block.middle), default=float("-inf"))
        found.append(next((r for r, row in enumerate(rows) if (row.top + row.bottom) / 2 > above), len(rows) - 1))
    return found if len(set(found)) == len(found) else []


def _close(table: _Table, found: Unruled) -> None:
    width = max(map(len, table.rows), default=0)
    rows = [row + [""] * (width - len(row)) for row in table.rows]
    found.findings += _odd_levels(table)
    found.grids.append(Grid(rows, tuple(sorted(table.merges)), pages=table.pages))


def _odd_levels(table: _Table) -> list[Finding]:
    """A finding where level 1 and level 2 of a row belong to different branches: their merged cells were not told apart."""
    levels = [next((c for c, k in enumerate(table.columns) if k.role == role), None) for role in ("level1", "level2")]
    if None in levels:
        return []
    filled: list[dict[int, str]] = []
    for c in levels:
        own: dict[int, str] = {}
        for m in table.merges:
            if m.left == c:
                own |= dict.fromkeys(range(m.top, m.bottom + 1), table.rows[m.top][c])
        filled.append(own)
    for r, row in enumerate(table.rows):
        one, two = (filled[n].get(r, row[c] if c is not None and c < len(row) else "") for n, c in enumerate(levels))
        first, second = family_of(one), family_of(two)
        cost = "成本" in (one or "") or "成本" in (two or "")
        if first and second and first != second and is_level1(flat(one)) and is_level2(flat(two)) and not cost:
            return [_mixed_levels(table.pages[r][0], one, two)]
    return []


def _row_unread(page: int, texts: Sequence[str]) -> Finding:
    words = " | ".join(t for t in texts if t)[:80]
    return NOT_UNDERSTOOD.at(
        Place(page=page),
        f"第{page}页的表没有表格线，有一行分不清各格，没有读取：“{words}”。请对照原件补录，或索取 DOCX、XLSX。",
        f"The table on page {page} has no lines, and the cells of one row could not be told apart; not read: {words!r}. "
        "Enter it from the original, or ask for the DOCX or XLSX.",
    )


def _levels_unread(page: int, blocks: Sequence[Block]) -> Finding:
    words = "、".join(b.text for b in blocks)[:80]
    return NOT_UNDERSTOOD.at(
        Place(page=page),
        f"第{page}页的表没有表格线，合并单元格管到哪几行分不清，没有读取：“{words}”。请对照原件补录，或索取 DOCX、XLSX。",
        f"The table on page {page} has no lines, and over which rows its merged cells run could not be told; not read: "
        f"{words!r}. Enter them from the original, or ask for the DOCX or XLSX.",
    )


def _mixed_levels(page: int, one: str, two: str) -> Finding:
    return NOT_UNDERSTOOD.at(
        Place(page=page),
        f"第{page}页的表没有表格线，按位置读出的一级指标“{one}”与二级指标“{two}”不属于一类，合并单元格可能读错。请对照原件。",
        f"The table on page {page} has no lines; level 1 {one!r} and level 2 {two!r} as read by their place do not belong "
        "together, so merged cells may be wrong. Check it with the original.",
    )

"""The overview of a computed dossier: the official table with its actual values, each opening to its rows."""

from __future__ import annotations

from hengji import forms
from hengji.dossier.computed import Computed
from hengji.evidence.compute import answering, reason_zh
from hengji.evidence.register import registers
from hengji.evidence.unfold import Part, Row, unfold_all
from hengji.forms.overview import Shown, ShownPart, ShownRow

ROWS = 8
"""How many rows of a figure the page holds; all of them are in the export."""


def overview_page(found: Computed) -> bytes:
    """One self-contained html page."""
    parts = unfolded(found, ROWS)
    shown = [Shown(actual, parts.get((actual.project, actual.number), ())) for actual in found.actuals]
    return forms.overview(
        found.table, shown, found.execution, found.period.as_of, engine=found.engine, simulated=found.simulated
    )


def unfolded(found: Computed, limit: int) -> dict[tuple[str, int], tuple[ShownPart, ...]]:
    """The parts of every figure that a confirmed binding answers, by project and indicator, each with its first rows."""
    bound = {(b.project, b.indicator): b for b in found.bindings}
    sources = {}
    for actual in found.actuals:
        own = bound.get((actual.project, actual.number))
        source = answering(bound, own) if own is not None else None
        if source is not None and source.confirmed:
            sources[actual.project, actual.number] = source
    asked = {(s.project, s.indicator): s for s in sources.values()}
    parts = dict(zip(asked, unfold_all(found.work, list(asked.values()), limit), strict=True))
    return {key: tuple(map(shown_part, parts[s.project, s.indicator])) for key, s in sources.items()}


def _key(row: Row) -> str:
    """A cell by its name; a record by its number at the source, behind the name of the cell that it belongs to."""
    if row.register is None:
        return row.case
    key = str(row.record.get("source_key", row.case))
    return key if row.numerator or row.case == row.record.get("record_id") else f"{row.case} ← {key}"


def shown_part(part: Part) -> ShownPart:
    """A part as pages show it: keys, reasons and registers in words."""
    figure = part.figure
    rows = tuple(
        ShownRow(
            _key(row),
            reason_zh(row.excluded) if row.excluded else "", row.numerator or "", row.denominator or "",
            registers()[row.register].title if row.register else "", row.source or "", row.line, row.source_sha256 or "",
            bool(row.record.get("late")),
        )
        for row in part.rows
    )  # fmt: skip
    excluded = tuple((reason_zh(reason), n) for reason, n in figure.excluded.items())
    return ShownPart(
        part.label, part.measure, figure.numerator, figure.denominator, figure.cases, excluded, rows, part.total
    )

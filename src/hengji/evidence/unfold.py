"""A figure unfolded: formula, numerator and denominator, cases, and the rows behind them with file, line and digest."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hengji.evidence.compute import Computation, number
from hengji.evidence.measures import ATTESTED, COMPOSITES, TREND, Figure, Params, Scope, answers
from hengji.evidence.measures.base import Behind, Cases
from hengji.evidence.quarantine import escaped
from hengji.evidence.register import registers
from hengji.evidence.store import Batch
from hengji.model.binding import Binding

COLUMNS = ("case", "counted", "numerator", "denominator", "register", "record_id", "version", "late", "source", "line",
           "source_sha256", "batch")  # fmt: skip
"""What every exported row says before the record's own fields."""


@dataclass(frozen=True)
class Row:
    """A case or a record behind one. `excluded` tells why it does not count; `record` holds the fields of the record.

    `source` is the file that the record came from, `line` its line there, `source_sha256` the digest of that file and
    `batch` that of the stored batch; all None for a cell without records.
    """

    case: str
    excluded: str | None = None
    numerator: str | None = None
    denominator: str | None = None
    register: str | None = None
    source: str | None = None
    line: int | None = None
    source_sha256: str | None = None
    batch: str | None = None
    record: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Part:
    """One measure of a figure: the whole of it, a leaf of a tree, or one of the two years of a trend.

    `rows` are its cases; where these are cells or objects, the records behind them follow, which count only through
    their cell. `total` counts all cases.
    """

    label: str
    measure: str
    params: Params
    figure: Figure
    rows: tuple[Row, ...]
    total: int


def unfold(work: Computation, binding: Binding, limit: int | None) -> tuple[Part, ...]:
    """The parts of the figure that a binding answers with, each with its cases and their records, at most `limit` rows.

    Of records behind cells there are at most `limit` too.

    Raises:
        EvidenceError: the binding names what does not exist.
    """
    return tuple(_part(work, *part, binding, limit) for part in _parts(work.scope, binding))


def _parts(scope: Scope, binding: Binding) -> Iterator[tuple[str, Scope, str, Params]]:
    name, params = str(binding.measure), binding.params
    if name in ATTESTED:
        yield "人工认定 / attested", scope, name, params
        for place, leaf in enumerate(params.get("supports", ()), 1):
            yield f"旁证{place} / beside it {place}", scope, leaf["measure"], leaf.get("with", {})
    elif name == TREND:
        of = params["of"]
        inner = answers.inner_params(of)
        yield "本年 / this year", scope, of["measure"], inner
        yield "上年同期 / same days of last year", scope.of_last_year(), of["measure"], inner
    elif name in COMPOSITES:
        for place, leaf in enumerate(answers.leaves(params["tree"]), 1):
            inner = answers.inner_params(leaf)
            asked = f" {leaf['op']} {leaf['number']}" if "op" in leaf else ""
            yield f"条件{place} / condition {place}: {leaf['measure']}{asked}", scope, leaf["measure"], inner
    else:
        yield "", scope, name, params


def _part(
    work: Computation, label: str, scope: Scope, measure: str, params: Params, binding: Binding, limit: int | None
) -> Part:
    if measure in ATTESTED:
        figure = answers.attested(scope, binding.project, binding.indicator)
        rows = _behind(scope, figure.behind, None, limit)
        return Part(label, measure, params, figure, tuple(rows), 0)
    figure = work.figure(measure, params, scope)
    if measure in COMPOSITES or measure == TREND:
        return Part(label, measure, params, figure, (), 0)
    found = work.cases(measure, params, scope)
    if isinstance(found, Figure):
        rows = _behind(scope, found.behind, None, limit)
        return Part(label, measure, params, figure, tuple(rows), 0)
    total = figure.cases + sum(figure.excluded.values())
    if found.register is not None:
        return Part(label, measure, params, figure, tuple(_records(scope, found.register, found, limit)), total)
    ordered = found.table.select("case", "num", "den", "excluded").order_by("case")
    cells = scope.engine.run(ordered if limit is None else ordered.limit(limit))
    rows = _behind(scope, found.behind, [c["case"] for c in cells], limit)
    return Part(label, measure, params, figure, (*map(_cell, cells), *rows), total)


def _cell(case: Mapping[str, Any]) -> Row:
    return Row(str(case["case"]), case["excluded"], _text(case["num"]), _text(case["den"]))


def _records(scope: Scope, register: str, cases: Cases, limit: int | None) -> list[Row]:
    """Cases that are records, with their records."""
    keyed = cases.table.select(_case="case", _num="num", _den="den", _excluded="excluded")
    return _joined(scope, register, keyed, keyed._case, limit)


def _behind(scope: Scope, behind: Behind, cells: Sequence[str] | None, limit: int | None) -> list[Row]:
    """The records behind these cells, or behind a figure without cases (`cells` None); what counts stands in the cells."""
    rows: list[Row] = []
    for register, table in behind:
        keyed = table.select(_case="case", _record="record_id")
        if cells is not None and limit is not None:
            keyed = keyed.filter(keyed._case.isin(cells))
        rows += _joined(scope, register, keyed, keyed._record, limit)
    return rows


def _joined(scope: Scope, register: str, keyed: Any, key: Any, limit: int | None) -> list[Row]:
    stored = scope.engine.current(register, scope.period.as_of)
    if stored is None:
        return []
    joined = keyed.join(stored, key == stored.record_id)
    joined = joined.select(*joined.columns).order_by(["_case", "record_id"])
    batches = {b.source_sha256: b for b in scope.engine.batches(register)}
    return [
        _row(register, dict(r), batches) for r in scope.engine.run(joined if limit is None else joined.limit(limit))
    ]


def _row(register: str, record: dict[str, Any], batches: Mapping[str, Batch]) -> Row:
    source = record.pop("batch")
    batch = batches.get(source)
    case, num, den, excluded = (record.pop(n, None) for n in ("_case", "_num", "_den", "_excluded"))
    for name in ("_record", "void"):
        record.pop(name, None)
    return Row(
        str(case), excluded, _text(num), _text(den), register, batch.source if batch else None, record.pop("line"), source,
        batch.sha256 if batch else None, {k: v for k, v in record.items() if v is not None},
    )  # fmt: skip


def _text(value: Any) -> str | None:
    if value is None:
        return None
    plain = format(value, "f") if not isinstance(value, int) else str(value)
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def rows_csv(parts: Sequence[Part]) -> bytes:
    """Exactly the rows of a figure as CSV (UTF-8 with a mark): what each counts for, where it comes from, its fields."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    names: list[str] = []
    for part in parts:
        for row in part.rows:
            names += [n for n in row.record if n not in names and n not in COLUMNS]
    writer.writerow(["part", *COLUMNS, *names])
    for part in parts:
        for row in part.rows:
            told = [
                row.case, "no: " + row.excluded if row.excluded else "yes", row.numerator, row.denominator, row.register,
                row.record.get("record_id"), row.record.get("version"), row.record.get("late"), row.source, row.line,
                row.source_sha256, row.batch,
            ]  # fmt: skip
            cells = [part.label or part.measure, *told, *(row.record.get(n) for n in names)]
            writer.writerow([escaped(str(c)) if c is not None else "" for c in cells])
    return ("\ufeff" + out.getvalue()).encode()


def part_json(part: Part) -> dict[str, Any]:
    """A part as plain data."""
    figure = part.figure
    value = figure.value if isinstance(figure.value, str | None) else str(number(figure.value))
    return {
        "label": part.label, "measure": part.measure, "params": part.params, "status": figure.status.value, "value": value,
        "numerator": None if figure.numerator is None else str(number(figure.numerator)),
        "denominator": None if figure.denominator is None else str(number(figure.denominator)),
        "excluded": dict(figure.excluded), "total_rows": part.total,
        "rows": [
            {
                "case": r.case, "excluded": r.excluded, "numerator": r.numerator, "denominator": r.denominator,
                "register": r.register, "source": r.source, "line": r.line, "source_sha256": r.source_sha256,
                "batch": r.batch, "record": {k: _plain(v) for k, v in r.record.items()},
            }
            for r in part.rows
        ],
    }  # fmt: skip


def _plain(value: Any) -> Any:
    return value if isinstance(value, bool | int | str) else str(value)


def title(register: str) -> str:
    """The Chinese title of a register."""
    return registers()[register].title

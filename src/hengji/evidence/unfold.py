"""A figure unfolded: formula, numerator and denominator, cases, and the rows behind them with file, line and digest."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from hengji.evidence.compute import Computation, number
from hengji.evidence.engine import as_stored
from hengji.evidence.measures import ATTESTED, COMPOSITES, TREND, Figure, Params, Scope, answers
from hengji.evidence.measures.base import Behind, reason_of
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
    return unfold_all(work, (binding,), limit)[0]


def unfold_all(work: Computation, bindings: Sequence[Binding], limit: int | None) -> list[tuple[Part, ...]]:
    """Of each binding what `unfold` gives; the records of all of them are fetched together, register by register.

    Raises:
        EvidenceError: as `unfold`.
    """
    drafts = [[_draft(work, *part, binding, limit) for part in _parts(work.scope, binding)] for binding in bindings]
    wanted: dict[tuple[str, datetime.date], set[str]] = {}
    for key in (k for parts in drafts for draft in parts for k in draft.keys):
        if key.record is not None:
            wanted.setdefault((key.register, key.as_of), set()).add(key.record)
    records = {place: _records(work.scope, *place, ids) for place, ids in wanted.items()}
    batches = {name: {b.source_sha256: b for b in work.scope.engine.batches(name)} for name, _ in wanted}
    return [
        tuple(replace(draft.part, rows=tuple(_row(k, records, batches) for k in draft.keys)) for draft in parts)
        for parts in drafts
    ]


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


class _Key(NamedTuple):
    """A case, or a record behind one, before its record is fetched; `record` is None for a cell."""

    case: str
    excluded: str | None
    num: Any = None
    den: Any = None
    register: str = ""
    as_of: datetime.date = datetime.date.min
    record: str | None = None


class _Draft(NamedTuple):
    part: Part
    keys: list[_Key]


def _draft(
    work: Computation, label: str, scope: Scope, measure: str, params: Params, binding: Binding, limit: int | None
) -> _Draft:
    if measure in ATTESTED:
        figure = answers.attested(scope, binding.project, binding.indicator)
        return _Draft(Part(label, measure, params, figure, (), 0), _behind(scope, figure.behind, None, limit))
    figure = work.figure(measure, params, scope)
    if measure in COMPOSITES or measure == TREND:
        return _Draft(Part(label, measure, params, figure, (), 0), [])
    found = work.cases(measure, params, scope)
    if isinstance(found, Figure):
        return _Draft(Part(label, measure, params, figure, (), 0), _behind(scope, found.behind, None, limit))
    part = Part(label, measure, params, figure, (), figure.cases + sum(figure.excluded.values()))
    ordered = found.table.select("case", "num", "den", "excluded").order_by("case")
    cases = scope.engine.run(ordered if limit is None else ordered.limit(limit))
    keys = [
        _Key(str(c["case"]), reason_of(c["excluded"]), c["num"], c["den"], found.register or "", scope.period.as_of,
             c["case"] if found.register else None)
        for c in cases
    ]  # fmt: skip
    return _Draft(part, keys + _behind(scope, found.behind, [c["case"] for c in cases], limit))


def _behind(scope: Scope, behind: Behind, cells: Sequence[str] | None, limit: int | None) -> list[_Key]:
    """The records behind these cells, or behind a figure without cases (`cells` None), and those that were left out.

    What counts stands in the cells.
    """
    keys: list[_Key] = []
    for register, table in behind:
        if cells is not None and limit is not None:
            table = table.filter(table.case.isin(cells) | (table.excluded != 0))
        ordered = table.select("case", "record_id", "excluded").order_by([table.excluded != 0, "case", "record_id"])
        keys += [
            _Key(str(r["case"]), reason_of(r["excluded"]), None, None, register, scope.period.as_of, r["record_id"])
            for r in scope.engine.run(ordered if limit is None else ordered.limit(limit))
        ]
    return keys


def _records(scope: Scope, register: str, as_of: datetime.date, ids: Collection[str]) -> dict[str, dict[str, Any]]:
    """Records by their id."""
    table = scope.engine.current(register, as_of)
    assert table is not None, register
    known = table.drop(*(name for name in table.columns if name.startswith(as_stored(""))))
    wanted = scope.engine.values([{"wanted": i} for i in ids], {"wanted": "string"})
    return {r["record_id"]: r for r in scope.engine.run(known.semi_join(wanted, known.record_id == wanted.wanted))}


def _row(
    key: _Key,
    records: Mapping[tuple[str, datetime.date], Mapping[str, Mapping[str, Any]]],
    batches: Mapping[str, Mapping[str, Batch]],
) -> Row:
    share = (key.case, key.excluded, _text(key.num), _text(key.den))
    if key.record is None:
        return Row(*share)
    record = records[key.register, key.as_of][key.record]
    batch = batches[key.register].get(record["batch"])
    fields = {k: v for k, v in record.items() if v is not None and k not in ("batch", "line", "void")}
    return Row(
        *share, key.register, batch.source if batch else None, record["line"], record["batch"],
        batch.sha256 if batch else None, fields,
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

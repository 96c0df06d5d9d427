"""What only many documents together show: who found what, what was copied, what the same thing is worth elsewhere.

Each comparison is a table of the SQLite file, in the order in which the overview shows it.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from typing import Any, NamedTuple

from hengji.dossier.bulk.faults import FAULTS as OF_BULK
from hengji.model.review import Grade
from hengji.reading import FAULTS as OF_READING
from hengji.review import RULES
from hengji.review.likeness import is_generic
from hengji.review.practice import Practice
from hengji.scoring.catalogue import CODES

NO_UNIT = "（文中没有写明单位）"
_FEW = 3  # indicators: with less, two projects may be the same by chance
_NAMED = 5  # documents that a row names; all of them are found in the tables
# Of documents with the same bytes the first: what it says is not copied by being sent twice.
_ONCE = "document IN (SELECT min(document) FROM documents WHERE projects > 0 GROUP BY sha256)"
_UNIT = f"coalesce(unit, '{NO_UNIT}')"


class Comparison(NamedTuple):
    """A table that is drawn from the four: its name, its columns, how its rows come about."""

    table: str
    columns: tuple[str, ...]
    rows: Callable[[sqlite3.Connection, Practice], Iterable[tuple[Any, ...]]]


def compared(base: sqlite3.Connection, practice: Practice) -> None:
    """Add the comparisons to the file."""
    for one in COMPARISONS:
        base.execute(f"CREATE TABLE {one.table} ({', '.join(one.columns)})")
        marks = ", ".join("?" * len(one.columns))
        base.executemany(f"INSERT INTO {one.table} VALUES ({marks})", list(one.rows(base, practice)))


def _by_unit(base: sqlite3.Connection, _: Practice) -> Iterator[tuple[Any, ...]]:
    yield from base.execute(f"""
        SELECT {_UNIT} AS u, count(DISTINCT document), sum(severity = 'error'), sum(severity = 'warning'),
          sum(severity = 'info') FROM findings GROUP BY u ORDER BY 3 DESC, 4 DESC, u""")


def _by_rule(base: sqlite3.Connection, _: Practice) -> Iterator[tuple[Any, ...]]:
    rows = base.execute(f"""
        SELECT code, severity, count(*), count(DISTINCT document), count(DISTINCT {_UNIT}) FROM findings
        GROUP BY code, severity ORDER BY 3 DESC, code, severity""")
    titles = _titles()
    yield from ((code, titles.get(code, ""), *rest) for code, *rest in rows)


def _by_unit_and_rule(base: sqlite3.Connection, _: Practice) -> Iterator[tuple[Any, ...]]:
    yield from base.execute(f"""
        SELECT {_UNIT} AS u, code, severity, count(*) FROM findings GROUP BY u, code, severity
        ORDER BY u, 4 DESC, code, severity""")


def _titles() -> dict[str, str]:
    named = ((f.code, f.title) for faults in (OF_READING, OF_BULK, RULES) for f in faults)
    return {**{c.code: c.title for c in CODES.values()}, **dict(named)}


def _league(base: sqlite3.Connection, _: Practice) -> Iterator[tuple[Any, ...]]:
    """Units by errors an indicator, fewest first; a grade that a person has still to give is counted by its best."""
    given = ", ".join(f"sum(grade_general = '{g.value}')" for g in Grade)
    best = ", ".join(f"sum(grade_general IS NULL AND best_general = '{g.value}')" for g in Grade)
    rows = base.execute(f"""
        SELECT {_UNIT} AS u, count(*), sum(indicators), sum(errors), sum(warnings), {given}, {best} FROM projects
        GROUP BY u HAVING sum(indicators) > 0""").fetchall()
    shares = [(Fraction(row[3], row[2]), Fraction(row[4], row[2]), row) for row in rows]
    for errors, warnings, row in sorted(shares, key=lambda one: (one[0], one[1], one[2][0])):
        rank = 1 + sum((e, w) < (errors, warnings) for e, w, _ in shares)
        yield rank, *row[:3], _per_hundred(errors), _per_hundred(warnings), *(n or 0 for n in row[5:])


def _per_hundred(share: Fraction) -> str:
    """A share times a hundred, to one place."""
    return str(Decimal(round(share * 1000)).scaleb(-1))


def _same_documents(base: sqlite3.Connection, _: Practice) -> Iterator[tuple[Any, ...]]:
    rows = base.execute("""
        SELECT sha256, document FROM documents WHERE sha256 IN
          (SELECT sha256 FROM documents WHERE sha256 IS NOT NULL GROUP BY sha256 HAVING count(*) > 1)
        ORDER BY sha256, document""")
    found = [(sha256, [d for _, d in group]) for sha256, group in groupby(rows, key=lambda row: row[0])]
    for sha256, documents in sorted(found, key=lambda one: (-len(one[1]), one[1])):
        yield len(documents), _few(documents), sha256


def _copied_projects(base: sqlite3.Connection, _: Practice) -> Iterator[tuple[Any, ...]]:
    rows = base.execute(
        f"""SELECT targets_digest, {_UNIT}, fiscal_year, name, indicators, document FROM projects WHERE indicators >= ?
        AND {_ONCE} AND targets_digest IN
          (SELECT targets_digest FROM projects WHERE {_ONCE} GROUP BY targets_digest HAVING count(*) > 1)
        ORDER BY targets_digest, document, project""",
        (_FEW,),
    )
    found = []
    for _digest, group in groupby(rows, key=lambda row: row[0]):
        alike = list(group)
        names, units, years = ({row[k] for row in alike} - {None} for k in (3, 1, 2))
        documents = sorted({row[5] for row in alike})
        found.append((len(alike), alike[0][4], _few(names), len(units), _few(units), _few(years), _few(documents)))
    yield from sorted(found, key=lambda row: (-row[0], -row[1], row[2:]))


def _copied_indicators(base: sqlite3.Connection, practice: Practice) -> Iterator[tuple[Any, ...]]:
    """The same name and target in several units or years; names of general words only come last."""
    rows = base.execute(f"""
        SELECT name, target, count(*), count(DISTINCT {_UNIT}), count(DISTINCT fiscal_year),
          count(DISTINCT document) FROM indicators WHERE target IS NOT NULL AND {_ONCE} GROUP BY name, target
        HAVING count(DISTINCT {_UNIT}) > 1 OR count(DISTINCT fiscal_year) > 1""").fetchall()
    told = [(*row, "是" if is_generic(row[0], practice) else "否") for row in rows]
    yield from sorted(told, key=lambda row: (row[6], -row[3], -row[2], row[0], row[1]))


class _Use(NamedTuple):
    """One indicator of the library's key."""

    key: str
    unit: str
    year: int | None
    document: str
    level2: str | None
    name: str
    target: str | None
    checkable: str | None
    op: str | None
    figure: str | None
    measured_in: str | None
    errors: int
    warnings: int


def _uses(base: sqlite3.Connection) -> Iterator[tuple[str, list[_Use]]]:
    """The indicators of each key."""
    rows = base.execute(f"""
        SELECT key, {_UNIT}, fiscal_year, document, level2, name, target, checkable, op, figure, measured_in, errors,
          warnings FROM indicators WHERE key <> '' AND {_ONCE} ORDER BY key, document, project, line""")
    for key, group in groupby((_Use(*row) for row in rows), key=lambda use: use.key):
        yield key, list(group)


def _different_targets(base: sqlite3.Connection, _: Practice) -> Iterator[tuple[Any, ...]]:
    """One thing with different figures across units or years, in the same unit of measure and direction."""
    found = []
    for key, uses in _uses(base):
        for (op, measured_in), alike in _comparable(uses):
            figures = sorted((Decimal(u.figure or 0), u.unit, u.year or 0, u.document) for u in alike)
            several = len({u.unit for u in alike}) > 1 or len({u.year for u in alike}) > 1
            if not several or figures[0][0] == figures[-1][0]:
                continue
            low, middle, high = figures[0], figures[(len(figures) - 1) // 2], figures[-1]
            found.append((
                key, measured_in, op, len(alike), len({u.unit for u in alike}), len({f[0] for f in figures}),
                f"{low[0]:f}", low[1], low[3], f"{middle[0]:f}", f"{high[0]:f}", high[1], high[3],
            ))  # fmt: skip
    yield from sorted(found, key=lambda row: (-row[4], -row[3], row[0], row[1], row[2]))


def _comparable(uses: Iterable[_Use]) -> Iterator[tuple[tuple[str, str], list[_Use]]]:
    """The uses that have one figure, by direction and unit of measure, most used first."""
    sorts: dict[tuple[str, str], list[_Use]] = {}
    for use in uses:
        if use.figure is not None:
            sorts.setdefault((use.op or "", use.measured_in or ""), []).append(use)
    yield from sorted(sorts.items(), key=lambda item: (-len(item[1]), item[0]))


def _library(base: sqlite3.Connection, _: Practice) -> Iterator[tuple[Any, ...]]:
    """Every indicator by its reduced name: how often, its usual words, target and figure, and one that is well made."""
    found = []
    for key, uses in _uses(base):
        well_made = [u for u in uses if u.checkable == "yes" and not u.errors and not u.warnings]
        example = _usual((u.name, u.target) for u in well_made) if well_made else (None, None)
        where = next((u.document for u in well_made if (u.name, u.target) == example), None)
        (op, measured_in), alike = next(_comparable(uses), (("", ""), []))
        figures = sorted(Decimal(u.figure or 0) for u in alike)
        middle = f"{figures[(len(figures) - 1) // 2]:f}" if figures else None
        found.append((
            key, len(uses), len({u.unit for u in uses}), _usual(u.level2 for u in uses), _usual(u.name for u in uses),
            _usual(u.target for u in uses), sum(u.checkable == "yes" for u in uses), op, middle, measured_in, *example,
            where,
        ))  # fmt: skip
    yield from sorted(found, key=lambda row: (-row[2], -row[1], row[0]))


def _usual(values: Iterable[Any]) -> Any:
    """The most frequent value that is there; of several the first in order."""
    count = Counter(v for v in values if v is not None)
    return min(count, key=lambda v: (-count[v], v)) if count else None


def _few(values: Iterable[Any]) -> str:
    """The first of some values, and how many more there are."""
    named = [str(v) for v in sorted(values)]
    more = f" 等{len(named)}个" if len(named) > _NAMED else ""
    return "；".join(named[:_NAMED]) + more


_GRADES = tuple(g.name.lower() for g in Grade)
COMPARISONS = (
    Comparison("findings_by_unit", ("unit", "documents", "errors", "warnings", "infos"), _by_unit),
    Comparison("findings_by_rule", ("code", "title", "severity", "findings", "documents", "units"), _by_rule),
    Comparison("findings_by_unit_and_rule", ("unit", "code", "severity", "findings"), _by_unit_and_rule),
    Comparison(
        "league",
        ("rank", "unit", "projects", "indicators", "errors_per_100", "warnings_per_100",
         *(f"given_{g}" for g in _GRADES), *(f"at_best_{g}" for g in _GRADES)),
        _league,
    ),
    Comparison("same_documents", ("copies", "documents", "sha256"), _same_documents),
    Comparison(
        "copied_projects", ("copies", "indicators", "names", "units", "unit_names", "years", "documents"),
        _copied_projects,
    ),
    Comparison(
        "copied_indicators", ("name", "target", "uses", "units", "years", "documents", "general_words"),
        _copied_indicators,
    ),
    Comparison(
        "different_targets",
        ("key", "measured_in", "op", "uses", "units", "figures", "lowest", "lowest_unit", "lowest_document", "middle",
         "highest", "highest_unit", "highest_document"),
        _different_targets,
    ),
    Comparison(
        "library",
        ("key", "uses", "units", "level2", "name", "target", "checkable", "op", "middle", "measured_in",
         "example_name", "example_target", "example_document"),
        _library,
    ),
)  # fmt: skip

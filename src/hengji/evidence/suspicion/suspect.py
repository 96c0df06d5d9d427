"""Signs of tampered or faulty data in a table of readings, each with its span, its figures and the packets behind it.

Everything is set-based in DuckDB; Python sees one row a finding. Statistics are floating-point numbers: nothing here is an
official figure, and what is told is a reason to go and look. Source: the list of rules in use for online monitoring, see
`catalogue.toml`; thresholds are ours and unverified, see `thresholds.toml`.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, NamedTuple

import duckdb
import pyarrow as pa

from hengji.evidence.suspicion.catalogue import RULES, Rule
from hengji.evidence.suspicion.thresholds import table_of, thresholds

SITE_PROOF = ("疑似，需现场核实", "suspected, needs site proof")
NEIGHBOURS = datetime.timedelta(hours=24)
"""Findings of one rule on one factor no further apart are one."""


class Row(NamedTuple):
    """A packet behind a suspicion: its number in a replayed file and, where known, its place there and its SHA-256."""

    file: str
    packet: int
    data_time: datetime.datetime
    offset: int | None
    sha256: str | None


class Unasked(NamedTuple):
    """A rule that could not be asked, of how many outlets and factors (0: of none at all), and what it lacks."""

    code: str
    number: int
    zh: str
    en: str


class _Unknown:
    """Stands in a sentence for a figure that is not there, whatever its format."""

    def __format__(self, spec: str) -> str:
        return "—"


@dataclass(frozen=True, slots=True)
class Suspicion:
    """One suspicion. `factor` is empty where it is about the device; `ends` is the beginning of the last hour."""

    rule: Rule
    mn: str
    factor: str
    begins: datetime.datetime
    ends: datetime.datetime
    figures: dict[str, Any]

    @property
    def zh(self) -> str:
        """The reason in Chinese, with its figures."""
        return f"{self.rule.zh.format(**self._shown)}。{SITE_PROOF[0]}。"

    @property
    def en(self) -> str:
        """The reason in English, with its figures."""
        return f"{self.rule.en.format(**self._shown)}; {SITE_PROOF[1]}."

    @property
    def _shown(self) -> dict[str, Any]:
        return {name: _Unknown() if value is None else value for name, value in self.figures.items()}


def suspicions(db: duckdb.DuckDBPyConnection) -> list[Suspicion]:
    """All suspicions in the tables `readings`, `parameters` and `register` of a connection, by outlet and time.

    See `readings.READINGS`, `PARAMETERS` and `REGISTER` for what is in them. Tables that the rules share are made in the
    connection (anew each time).
    """
    prepare(db)
    found = [one for rule in RULES for one in judged(db, rule)]
    return sorted(found, key=lambda one: (one.mn, one.begins, one.rule.code, one.factor))


def prepare(db: duckdb.DuckDBPyConnection) -> None:
    """Make the tables that the rules share."""
    db.register("th", table_of(thresholds()))
    for name in ("base", "state", "asked", "moving", "usual"):
        db.execute(f"DROP TABLE IF EXISTS {name}")
    db.execute(sql("prepared"))


def judged(db: duckdb.DuckDBPyConnection, rule: Rule) -> list[Suspicion]:
    """What one rule finds, neighbouring spans joined."""
    query = sql(f"rules/{rule.name}")
    if rule.shape == "run":
        query = sql("improbable").replace("{events}", query)
    elif rule.shape == "spell":
        medians = ", ".join(f'median("{name}") AS "{name}"' for name in rule.figures)
        query = sql("spells").replace("{events}", query).replace("{figures}", medians)
    rows = db.sql(f"SELECT * FROM ({query}) ORDER BY mn, factor, begins, ends").to_arrow_table().to_pylist()
    return [_suspicion(db, rule, row) for row in _joined(rule, rows)]


def _joined(rule: Rule, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows in order, neighbours as one; figures are those of the first, hours of runs and spells are added up."""
    found: list[dict[str, Any]] = []
    for row in rows:
        last = found[-1] if found else None
        if (
            last
            and (last["mn"], last["factor"]) == (row["mn"], row["factor"])
            and row["begins"] - last["ends"] <= NEIGHBOURS
        ):
            last["ends"] = max(last["ends"], row["ends"])
            if rule.shape != "rows":
                last["hours"] += row["hours"]
        else:
            found.append(dict(row))
    return found


def _suspicion(db: duckdb.DuckDBPyConnection, rule: Rule, row: dict[str, Any]) -> Suspicion:
    mn, factor, begins, ends = (row.pop(name) for name in ("mn", "factor", "begins", "ends"))
    if rule.shape == "run":
        asked = [mn, factor, begins]
        row["level"] = db.execute("SELECT avg FROM base WHERE mn = ? AND factor = ? AND t = ?", asked).fetchall()[0][0]
    return Suspicion(rule, mn, factor, begins, ends, row)


def sql(name: str) -> str:
    """The text of a query of this room."""
    return files(__package__).joinpath(f"{name}.sql").read_text("utf-8")


def rows_behind(db: duckdb.DuckDBPyConnection, found: list[Suspicion]) -> list[list[Row]]:
    """The packets behind each of some suspicions, in order of time.

    For data that lack (`gaps`) these are what came in the same days; for parameters the packets that tell them.
    """
    asked = [(n, s.mn, s.factor, s.begins, s.ends, s.rule.name) for n, s in enumerate(found)]
    names = ("n", "mn", "factor", "begins", "ends", "rule")
    columns = [pa.array(column) for column in zip(*asked, strict=True)] or [pa.array([], pa.int64())] * len(names)
    db.register("found", pa.table(columns, list(names)))
    known = db.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'packets'").fetchall()[0][0]
    behind: list[list[Row]] = [[] for _ in found]
    if not found:
        return behind
    place = 'p."offset", p.sha256' if known else "NULL, NULL"
    join = "LEFT JOIN packets p USING (file, packet)" if known else ""
    rows = db.execute(
        f"{sql('behind')} SELECT w.n, w.file, w.packet, w.t, {place} FROM wanted w {join} ORDER BY w.n, w.t, w.packet"
    )
    for n, *row in rows.fetchall():
        behind[n].append(Row(*row))
    return behind


def unasked(db: duckdb.DuckDBPyConnection) -> list[Unasked]:
    """What could not be judged and why; after `suspicions`."""
    counts = db.execute(sql("unasked")).fetchall()[0]
    unknown, limits, ranges, receipts, minutes, flows = counts
    said = (
        ("", unknown, "没有阈值的因子", "factors without thresholds"),
        ("Y04 Y05", limits, "登记中没有限值", "no limit in the register"),
        ("Y18", ranges, "登记中没有量程", "no range in the register"),
        ("Y16", receipts, "没有接收时间", "no time of receipt"),
        ("Y13", minutes, "没有分钟数据", "no minute data"),
        ("Y08 Y17", flows, "没有流量", "no flow"),
    )
    return [Unasked(*one) for one in said if one[1]]

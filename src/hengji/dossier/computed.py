"""Actual values of a dossier: its table in force, its bindings, its records."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from hengji.dossier.errors import DossierError
from hengji.dossier.folder import Dossier
from hengji.dossier.given import scope
from hengji.dossier.in_force import removed, table_in_force
from hengji.dossier.locks import RECORDS, changing
from hengji.evidence.bindings import check_against, read_bindings
from hengji.evidence.checks import Odd, check, not_checked
from hengji.evidence.compute import Computation, Settings, compute
from hengji.evidence.engine import open_engine
from hengji.evidence.errors import EvidenceError
from hengji.evidence.execution import executions, tie
from hengji.evidence.outlook import Margins
from hengji.evidence.store import MANIFEST, Batch, Store
from hengji.legislation import law
from hengji.model.binding import Actual, Binding, Period
from hengji.model.execution import Execution
from hengji.model.finding import Finding
from hengji.model.review import NotChecked
from hengji.model.table import TargetTable

BINDINGS = "bindings.toml"
EVIDENCE = "evidence"


@dataclass(frozen=True)
class Computed:
    """The actual values of a dossier as of a day, and what they were made with."""

    dossier: Dossier
    table: TargetTable
    bindings: tuple[Binding, ...]
    actuals: tuple[Actual, ...]
    work: Computation
    simulated: bool
    execution: tuple[Execution, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def period(self) -> Period:
        """The evaluated days."""
        return self.work.scope.period

    @property
    def engine(self) -> str:
        """The engine that the records were read with."""
        return self.work.scope.engine.name

    def actual(self, project: str, indicator: int) -> Actual:
        """The actual value of one indicator."""
        return next(a for a in self.actuals if (a.project, a.number) == (project, indicator))


def store_of(dossier: Dossier) -> Store:
    """The records of a dossier; none can be added while what was submitted or approved rests on them."""
    days = law("measures.late_entry_days", pack=dossier.pack, on=_law_day(dossier)).number
    if dossier.first_batches is not None:
        return _EarlierStore(dossier.folder / EVIDENCE, dossier.first_batches)

    @contextmanager
    def adding() -> Iterator[None]:
        try:
            with changing(dossier.folder, RECORDS):
                yield
        except DossierError as error:
            raise EvidenceError(error.zh, error.en) from None

    return Store(dossier.folder / EVIDENCE, late_days=int(days), adding=adding)


class _EarlierStore(Store):
    """The records as they were when there were only so many batches; for reading."""

    def __init__(self, folder: Path, first: int) -> None:
        super().__init__(folder)
        self._first = first

    def batches(self, name: str | None = None) -> list[Batch]:
        """The first batches of all, of those the ones of a register."""
        return [b for b in super().batches()[: self._first] if name in (None, b.register)]


def bindings_of(folder: Path) -> tuple[Binding, ...]:
    """The bindings of a dossier's folder; none where it has no file of them.

    Raises:
        DossierError: the file cannot be read, or a binding names what does not exist.
    """
    file = folder / BINDINGS
    if not file.exists():
        return ()
    try:
        return read_bindings(file.read_text("utf-8"), str(file))
    except UnicodeDecodeError:
        raise DossierError(f"{file} 不是 UTF-8 编码。", f"{file} is not UTF-8.") from None
    except EvidenceError as error:
        raise DossierError(error.zh, error.en) from None


def records_state(folder: Path) -> str:
    """A digest that differs as soon as the bindings or the records of a dossier do; nothing large is read for it.

    The manifest names every batch by its digest; of the files themselves size and time are looked at.
    """
    told = hashlib.sha256()
    for path in (folder / BINDINGS, folder / EVIDENCE / MANIFEST):
        told.update(hashlib.sha256(path.read_bytes() if path.exists() else b"").digest())
    for path in sorted((folder / EVIDENCE).glob("*/*.parquet")):
        now = path.stat()
        told.update(f"{path.parent.name}/{path.name} {now.st_size} {now.st_mtime_ns}\n".encode())
    return told.hexdigest()


def computed(
    dossier: Dossier, as_of: datetime.date | None = None, *, engine: str = "duckdb", only: tuple[str, str] | None = None
) -> Computed:
    """The actual values of all indicators as of a day (the last one of the year where none is given).

    `only` asks for a single one, by its project (a part of the name where only one has it) and its number.

    Raises:
        DossierError: no such indicator, no year, a day outside it, bindings that name what is not there, or records that were altered.
    """
    year = dossier.year
    if year is None:
        raise DossierError(
            f"{dossier.folder} 没有写明年度，无法计算。请在 hengji.toml 里写上 year = 年份。",
            f"{dossier.folder} names no year, so nothing can be computed. Write year = … into hengji.toml.",
        )
    on = as_of or datetime.date(year, 12, 31)
    if on.year != year:
        raise DossierError(
            f"计算日期 {on} 不在 {year} 年内，没有计算。", f"The day {on} is not in {year}; nothing was computed."
        )
    changes = dossier.changes.read()
    table, gone = table_in_force(dossier.table, changes, on), removed(changes)
    bindings = bindings_of(dossier.folder)
    # A binding outlives an indicator that went with a corrected document; it answers nothing then.
    bindings = tuple(
        b for b in bindings if gone.isdisjoint({(b.project, b.indicator), (b.project, None)}) or _in(table, b)
    )
    if strangers := check_against(bindings, table):
        listed = "、".join(f"{b.project}#{b.indicator}" for b in strangers[:5])
        raise DossierError(
            f"{BINDINGS} 里有 {len(strangers)} 条挂接在目标表中找不到对应的指标：{listed}。请改名称或序号。",
            f"{len(strangers)} bindings in {BINDINGS} name indicators that the table lacks: {listed}. Correct them.",
        )
    try:
        store = store_of(dossier)
        if broken := store.check_files():
            raise EvidenceError(
                f"有 {len(broken)} 个记录批次的文件不见了或被改动过：{broken[0].path}。请从备份恢复。",
                f"{len(broken)} batches are gone or were altered: {broken[0].path}. Restore them from a backup.",
            )
        work = Computation(open_engine(store, engine), Period(year, on), settings_of(dossier))
        actuals = compute(table, bindings, work, only=_named(table, *only) if only else None)
    except EvidenceError as error:
        raise DossierError(error.zh, error.en) from None
    money = () if only else executions(table, work.scope.engine, work.scope.period)
    findings = tie(table, money) if money else ()
    return Computed(dossier, table, bindings, actuals, work, store.simulated, money, findings)


def odds_of(dossier: Dossier, as_of: datetime.date | None = None) -> tuple[tuple[Odd, ...], tuple[NotChecked, ...]]:
    """What is odd in the records of a dossier, and what could not be looked at.

    Raises:
        DossierError: no year, or records or bindings that cannot be read.
    """
    if dossier.year is None:
        raise DossierError(
            f"{dossier.folder} 没有写明年度，无法检查。", f"{dossier.folder} names no year; nothing was checked."
        )
    bindings = bindings_of(dossier.folder)
    days = law("measures.late_entry_days", pack=dossier.pack, on=_law_day(dossier)).number
    try:
        engine = open_engine(store_of(dossier))
        period = Period(dossier.year, as_of or datetime.date(dossier.year, 12, 31))
        return check(engine, bindings, period, late_days=int(days)), not_checked(engine, bindings)
    except EvidenceError as error:
        raise DossierError(error.zh, error.en) from None


def _in(table: TargetTable, one: Binding) -> bool:
    return any(p.name == one.project and any(i.number == one.indicator for i in p.indicators) for p in table.projects)


def _named(table: TargetTable, project: str, number: str) -> tuple[str, int]:
    said = {"project": project, "indicator": number}
    found, indicator = scope(table, said)
    assert found is not None  # both were named
    assert indicator is not None
    return found.name, indicator.number


def settings_of(dossier: Dossier) -> Settings:
    """What measures take from the rule pack of a dossier."""
    on = _law_day(dossier)
    tolerance = law("measures.approx_tolerance", pack=dossier.pack, on=on).number
    small = law("measures.small_sample", pack=dossier.pack, on=on).number
    return Settings(Decimal(tolerance) / 100, int(small))


def margins_of(found: Computed) -> Margins:
    """From when on the rule pack of a dossier calls a target too soft."""
    pack, on = found.dossier.pack, _law_day(found.dossier)
    points = law("measures.too_soft_points", pack=pack, on=on).number
    share = law("measures.too_soft_share", pack=pack, on=on).number
    return Margins(points, share / 100)


def counts_of(actuals: Sequence[Actual]) -> dict[str, int]:
    """How many indicators have which status, those that occur."""
    counted: dict[str, int] = {}
    for actual in actuals:
        counted[actual.status.value] = counted.get(actual.status.value, 0) + 1
    return counted


def _law_day(dossier: Dossier) -> datetime.date:
    return datetime.date(dossier.year or 2024, 12, 31)

"""Rows as they came → typed rows that may be kept, and rows that may not with every reason; no plain personal value leaves here."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from hengji.evidence.columns import TYPES, as_text, typed
from hengji.evidence.pseudonyms import MARK, Keys
from hengji.evidence.register import Field, Register
from hengji.evidence.sources import Chunk
from hengji.evidence.values import BadCell, Note, read_value, trimmed

NOT_SHOWN = "（个人信息，不保留）"


class Trouble(NamedTuple):
    """One bad cell: its field (None for a whole row), the value as it came, and why."""

    field: Field | None
    value: str
    zh: str
    en: str


class Rejected(NamedTuple):
    """A row that was not taken: its place, what is wrong, and its cells by field so that it can be corrected."""

    line: int
    trouble: tuple[Trouble, ...]
    cells: dict[str, str]


class Checked(NamedTuple):
    """Good rows in the types of the register with `line` and `late`, rejected rows, what was changed, rows outside."""

    good: pa.RecordBatch
    rejected: list[Rejected]
    notes: Counter[tuple[str, Note]]
    outside: int


class Checker:
    """Checks the rows of one import.

    `year` is the budget year that records are expected in, or None; `late_days` how many days after it happened a
    record may be entered; `erased` the years whose personal data were erased and are not taken again; `at` the moment
    of the import, whose year stands in where a record has none.
    """

    def __init__(
        self, register: Register, keys: Keys, *, at: datetime.datetime, year: int | None, late_days: int,
        erased: frozenset[int],
    ) -> None:  # fmt: skip
        self._register = register
        self._keys = keys
        self._at = at
        self._year = year
        self._late = late_days
        self._erased = erased
        self._personal = [f for f in register.fields if f.personal]

    def check(self, chunk: Chunk) -> Checked:
        """The rows of a chunk, checked."""
        rows = len(chunk.rows)
        bad: dict[str, pa.Array] = {}
        columns: dict[str, pa.Array] = {}
        notes: Counter[tuple[str, Note]] = Counter()
        for field in self._register.fields:
            if field.name not in chunk.rows.schema.names:
                columns[field.name] = pa.nulls(rows, TYPES[field.type])
                continue
            read = typed(chunk.rows.column(field.name), field)
            columns[field.name] = read.values
            notes.update({(field.name, note): count for note, count in read.notes.items()})
            if pc.any(read.bad).as_py():
                bad[field.name] = read.bad
        years = self._years(columns)
        refused = self._after_erasing(columns, years)
        any_bad = refused
        for mask in bad.values():
            any_bad = pc.or_(any_bad, mask)
        for field in self._personal:
            # A rejected row is shown from its own cells, so nothing is lost by making all of these pseudonyms.
            safe = pc.if_else(any_bad, pa.scalar(None, pa.string()), columns[field.name])
            columns[field.name] = self._keys.of_column(safe, years)
        names = [f.name for f in self._register.fields]
        good = pa.RecordBatch.from_arrays(
            [*(columns[n] for n in names), chunk.lines, self._entered_late(columns)], [*names, "line", "late"]
        )
        rejected: list[Rejected] = []
        if pc.any(any_bad).as_py():
            good = good.filter(pc.invert(any_bad))
            rejected = list(self._reasons(chunk, any_bad, refused, bad, years))
        return Checked(good, rejected, notes, self._outside(good))

    def _years(self, columns: dict[str, pa.Array]) -> pa.Array:
        """The year of each record, for the key of its pseudonyms."""
        now = pa.scalar(self._at.year, pa.int64())
        if self._register.time is None:
            return pa.repeat(now, len(columns["source_key"]))
        return pc.fill_null(pc.year(columns[self._register.time]), now)

    def _after_erasing(self, columns: dict[str, pa.Array], years: pa.Array) -> pa.Array:
        refused = pa.repeat(pa.scalar(False), len(years))
        if self._erased:
            gone = pc.is_in(years, pa.array(sorted(self._erased), pa.int64()))
            for field in self._personal:
                refused = pc.or_(refused, pc.and_(gone, pc.is_valid(columns[field.name])))
        return refused

    def _entered_late(self, columns: dict[str, pa.Array]) -> pa.Array:
        time = self._register.time
        if time is None:
            return pa.repeat(pa.scalar(False), len(columns["source_key"]))
        happened = columns[time]
        entered = pc.cast(columns["recorded_at"], happened.type, safe=False)
        limit = pc.add(pc.cast(happened, pa.timestamp("us")), pa.scalar(datetime.timedelta(days=self._late)))
        return pc.fill_null(pc.greater(pc.cast(entered, pa.timestamp("us")), limit), False)

    def _outside(self, good: pa.RecordBatch) -> int:
        if self._year is None or self._register.time is None:
            return 0
        other = pc.not_equal(pc.year(good.column(self._register.time)), self._year)
        return pc.sum(pc.cast(other, pa.int64())).as_py() or 0

    def _reasons(
        self, chunk: Chunk, any_bad: pa.Array, refused: pa.Array, bad: dict[str, pa.Array], years: pa.Array
    ) -> Iterator[Rejected]:
        fields = [f for f in self._register.fields if f.name in chunk.rows.schema.names]
        cells = {f.name: as_text(chunk.rows.column(f.name).filter(any_bad)).to_pylist() for f in fields}
        masks = {name: mask.filter(any_bad).to_pylist() for name, mask in bad.items()}
        dated = self._register.time is None or self._register.time not in bad
        barred = refused.filter(any_bad).to_pylist()
        of_year = years.filter(any_bad).to_pylist()
        for n, line in enumerate(chunk.lines.filter(any_bad).to_pylist()):
            undated = not dated and masks[str(self._register.time)][n]
            year = None if undated or barred[n] else of_year[n]
            shown = {f.name: self._shown(f, cells[f.name][n], year) for f in fields}
            trouble = [
                self._trouble(f, cells[f.name][n], shown[f.name])
                for f in fields
                if f.name in masks and masks[f.name][n]
            ]
            if barred[n]:
                trouble.append(
                    Trouble(
                        None, "", f"{of_year[n]} 年的个人信息已按期限删除，不再收录",
                        f"personal data of {of_year[n]} were erased after their term and are not taken again",
                    )
                )  # fmt: skip
            yield Rejected(line, tuple(trouble), shown)

    def _shown(self, field: Field, cell: str | None, year: int | None) -> str:
        plain = trimmed(cell)
        if plain is None:
            return ""
        if not field.personal:
            return plain
        return NOT_SHOWN if year is None else MARK + self._keys.pseudonym(plain, year)

    @staticmethod
    def _trouble(field: Field, cell: str | None, shown: str) -> Trouble:
        try:
            read_value(cell, field)
        except BadCell as why:
            return Trouble(field, shown, why.zh, why.en)
        # Only a value of another type comes here, whose text would have been fine.
        return Trouble(field, shown, "类型不符", "is of another type")

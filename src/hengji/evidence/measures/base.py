"""What all measures share: records in scope, filters, the period, cases and how they are added up.

A measure makes cases first: one row a thing that is judged, with its share of numerator and denominator, or why it was
left out. Adding up is the same for all measures, and unfolding a figure is looking at its cases.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from hengji.evidence.engine import Engine, as_stored
from hengji.evidence.errors import EvidenceError
from hengji.evidence.register import registers
from hengji.model.binding import ActualStatus, Period

Params = Mapping[str, Any]
NUMBER = dt.Decimal(20, 6)
DAY_SECONDS = 86_400
_DAY = datetime.timedelta(days=1)
HUNDRED = Fraction(100)


class Scope(NamedTuple):
    """Where a measure looks: an engine and a period."""

    engine: Engine
    period: Period

    def of_last_year(self) -> Scope:
        """The same days of the year before, as the registers stood then."""
        return Scope(self.engine, self.period.before())


Behind = tuple[tuple[str, ir.Table], ...]
"""Records by register: tables with the `case` that a record belongs to, its `record_id`, and why it is `excluded`."""


@dataclass(frozen=True)
class Figure:
    """What a measure comes to. `cases` counts what was added up; `excluded` what was left out, by reason.

    `behind` holds the records that a figure without cases was made of.
    """

    status: ActualStatus
    value: Fraction | str | None = None
    numerator: Fraction | None = None
    denominator: Fraction | None = None
    cases: int = 0
    excluded: Mapping[str, int] = field(default_factory=dict)
    share: bool = False
    note_zh: str = ""
    note_en: str = ""
    extras: Mapping[str, str] = field(default_factory=dict)
    behind: Behind = ()


@dataclass(frozen=True)
class Cases:
    """The cases of a measure: a table with `case` (a record_id, or the name of a cell), `num`, `den` and `excluded`.

    `register` is set where cases are records of it; where they are cells or objects, `behind` holds the
    records that made them, and those that would have but for being void. `added` makes the figure of the rows that `summed` gives; where it
    is None, numerators are added up, and over denominators where `rate` says so. `short` gives the rows of `summed` where
    there is a shorter way to them than over every case; what its column `again` counts was left out as `again` says.
    `finish` has the last word on the figure.
    """

    table: ir.Table
    register: str | None
    rate: bool = True
    scale: Fraction = HUNDRED
    blocking: tuple[str, ...] = ()
    added: Callable[[list[Mapping[str, Any]]], Figure] | None = None
    by: tuple[str, ...] = ()
    behind: Behind = ()
    short: ir.Table | None = None
    again: str | None = None
    finish: Callable[[Figure], Figure] | None = None

    def summed(self) -> ir.Table:
        """Count, numerator and denominator by reason of exclusion (and by the columns `by`)."""
        if self.short is not None:
            return self.short
        t = self.table
        return t.group_by(["excluded", *self.by]).aggregate(cases=t.count(), num=t.num.sum(), den=t.den.sum())


def summed_once(
    table: ir.Table,
    keys: Sequence[str],
    once: ir.BooleanValue,
    num: ir.IntegerScalar | None = None,
    *,
    den: bool = False,
) -> ir.Table:
    """What `Cases.summed` gives where of the records that are `once` and alike in `keys` one counts, the others `again`.

    `table` has `excluded`; each of the others counts for itself. `num` is what the one has of the numerator, made of the
    records alike, and then `table` has `num` for the others; where none is given, all count 1. Which one counts is not
    asked, so nothing is put in order.
    """
    whole = {} if num is None else {"num": ibis._.num.sum()}
    alike = table.filter(once).group_by(*keys).aggregate(size=ibis._.count(), **({} if num is None else {"num": num}))
    first = alike.aggregate(cases=ibis._.count(), size=ibis._["size"].sum(), **whole)
    rest = table.filter(~once).group_by("excluded").aggregate(cases=ibis._.count(), **whole)
    parts = (first.mutate(excluded=COUNTS, again=first["size"] - first.cases), rest.mutate(again=ZERO))
    both = [
        t.select("excluded", "cases", "again", num=t.cases if num is None else t.num, den=t.cases if den else NONE)
        for t in parts
    ]
    return both[0].union(both[1])


def behind(register: str, table: ir.Table, case: ir.Value | str) -> Behind:
    """The records of a table as those that made cases; void ones are told as left out."""
    return ((register, table.select("record_id", case=case, excluded=reason(table.void))),)


def insufficient(zh: str, en: str, cases: int = 0, excluded: Mapping[str, int] | None = None) -> Figure:
    """A figure that records do not suffice for, and why."""
    return Figure(ActualStatus.INSUFFICIENT, cases=cases, excluded=excluded or {}, note_zh=zh, note_en=en)


def unchecked(figure: Figure, documents: Sequence[str]) -> Figure:
    """The figure with its mark that it rests on figures of these documents that were not checked; as it is for none."""
    if not documents:
        return figure
    zh = f"数值未经核对原文：{'、'.join(documents)}"
    en = f"figures not checked against the text: {', '.join(documents)}"
    notes = ([figure.note_zh, zh], [figure.note_en, en])
    return replace(figure, note_zh="；".join(filter(None, notes[0])), note_en="; ".join(filter(None, notes[1])))


def no_records(register: str) -> Figure:
    """The figure where a register holds nothing."""
    title = registers()[register].title
    return insufficient(f"“{title}”台账没有任何记录", f"the register {register} holds no records")


def fraction(value: Any) -> Fraction:
    """An engine's number, exactly."""
    if value is None:
        return Fraction(0)
    return Fraction(value if isinstance(value, (int, Decimal)) else str(value))


def figure_of(cases: Cases, rows: list[dict[str, Any]]) -> Figure:
    """Cases added up."""
    figure = _added(cases, rows)
    return cases.finish(figure) if cases.finish else figure


def _added(cases: Cases, rows: list[dict[str, Any]]) -> Figure:
    excluded: dict[str, int] = {}
    kept = []
    for row in rows:
        name = reason_of(row["excluded"])
        if name is None:
            kept.append(row)
        else:
            excluded[name] = excluded.get(name, 0) + row["cases"]
        if cases.again and row.get("again"):
            excluded[cases.again] = excluded.get(cases.again, 0) + row["again"]
    size = sum(r["cases"] for r in kept)
    blocked = [reason for reason in cases.blocking if excluded.get(reason)]
    if blocked:
        words = "；".join(f"{REASONS[r][0]}{excluded[r]}条" for r in blocked)
        said = "; ".join(f"{excluded[r]} {REASONS[r][1]}" for r in blocked)
        return insufficient(words, said, size, excluded)
    if cases.added is not None:
        found = cases.added(list(kept))
        return Figure(**{**_fields(found), "excluded": excluded})
    num = sum((fraction(r["num"]) for r in kept), Fraction(0))
    if not cases.rate:
        return Figure(ActualStatus.OK, num, num, None, size, excluded)
    return quotient(num, sum((fraction(r["den"]) for r in kept), Fraction(0)), size, excluded, cases.scale)


def _fields(figure: Figure) -> dict[str, Any]:
    return {name: getattr(figure, name) for name in figure.__dataclass_fields__}


def quotient(
    num: Fraction, den: Fraction, cases: int, excluded: Mapping[str, int] | None = None, scale: Fraction = HUNDRED
) -> Figure:
    """A rate of its parts; not applicable where there is nothing to divide by, never 0 and never 100."""
    if den == 0:
        zh, en = "分母为零，不适用", "the denominator is zero: not applicable"
        return Figure(ActualStatus.NOT_APPLICABLE, None, num, den, cases, excluded or {}, note_zh=zh, note_en=en)
    return Figure(ActualStatus.OK, num / den * scale, num, den, cases, excluded or {}, share=scale == HUNDRED)


def settled(table: ir.Table) -> ir.Table:
    """The result of a join as a table of its own: Ibis would else take a further join for part of the same chain."""
    return table.select(*table.columns)


REASONS = {
    "void": ("已作废", "void"),
    "duplicate": ("重复", "duplicates"),
    "below_minimum": ("低于起算标准", "below the minimum"),
    "no_weight": ("没有对应的工作当量", "without a weight"),
    "identical_file": ("与另一份成果是同一文件", "the same file as another"),
    "cancelled": ("因认可的原因取消", "cancelled for an accepted reason"),
    "invalid": ("无效答卷", "invalid answers"),
    "no_score": ("没有得分", "without a score"),
    "no_result": ("尚无结果", "without a result"),
    "removed": ("转办或撤回", "transferred or withdrawn"),
    "missing_due": ("缺少应办结时间", "without a due date"),
    "too_near": ("与上一次间隔太短", "too near to the last one"),
    "false_alarm": ("误报", "false alarms"),
    "not_due": ("尚未到期", "not yet due"),
    "no_limit": ("没有规定时限", "without a limit for its level"),
    "exempt": ("停产停运豁免", "exempt because stopped"),
    "cannot_judge": ("检出限高于标准限值，无法判断", "with a detection limit above the standard"),
    "missing_item": ("缺少应测项目", "lacking an item"),
    "no_pair": ("两年中缺一年", "without one of the two years"),
    "withheld": ("依法不公开", "withheld by law"),
    "no_calendar": ("超出节假日历的年份", "outside the years of the holiday calendar"),
}
"""Why a case was left out, in both languages."""
_NAMES = (None, *REASONS)
_CODES = {name: place for place, name in enumerate(_NAMES) if name}
COUNTS = ibis.literal(0, type="int8")


def records(
    scope: Scope, register: str, wanted: Params | None = None, dated: str | None = None, *, live: bool = False
) -> ir.Table:
    """Current records of a register that pass a filter, void ones (marked) included unless only `live` ones are asked for.

    `dated` names the field whose day must lie in the period. All is asked in one step: Ibis translates every column of a
    table again at each.

    Raises:
        EvidenceError: no such register or field.
    """
    known(register)
    table = scope.engine.current(register, scope.period.as_of)
    assert table is not None, register
    tests = _tests(table, register, wanted or {})
    if dated:
        # In the period the date as stored is the date as known, and by what is stored the engine skips what it need not read.
        stored = as_stored(dated)
        column = table[stored] if stored in table.columns else field_of(table, register, dated)
        tests.append(within(column, scope.period))
    if live:
        tests.append(~table.void)
    return table.filter(tests) if tests else table


def only(table: ir.Table, register: str, *names: str | None) -> ir.Table:
    """Records with these fields alone: Ibis translates every column of a table again at each step, read or not.

    Raises:
        EvidenceError: no such field.
    """
    wanted = dict.fromkeys(name for name in names if name and name not in ("record_id", "void"))
    return table.select("record_id", "void", *(field_of(table, register, name).name(name) for name in wanted))


def known(register: str) -> None:
    """Make sure that there is such a register.

    Raises:
        EvidenceError: there is none.
    """
    if register not in registers():
        raise EvidenceError(f"没有名为“{register}”的台账", f"there is no register {register!r}")


def time_of(register: str) -> str:
    """The field that says when a record of the register happened."""
    return registers()[register].time or ""


def reason(void: ir.BooleanValue, *others: tuple[ir.BooleanValue, str]) -> ir.IntegerValue:
    """Why a case is left out, as its code: void first, then the first of the others that holds; 0 where it counts."""
    return first_of((void, "void"), *others)


def first_of(*tests: tuple[ir.BooleanValue, str]) -> ir.IntegerValue:
    """The code of the first reason that holds; 0 where none does."""
    return ibis.cases(*((test, code(name)) for test, name in tests), else_=COUNTS)


def code(name: str) -> ir.IntegerScalar:
    """What stands for a reason in the engine: a small number costs it less to group by than a text."""
    return ibis.literal(_CODES[name], type="int8")


def reason_of(number_: int) -> str | None:
    """The name of the reason with this code; None for what counts."""
    return _NAMES[number_]


def number(value: Any) -> ir.Value:
    """A literal number, exact."""
    return ibis.literal(Decimal(str(value)), type=NUMBER)


ONE = ibis.literal(1, type="int64")
ZERO = ibis.literal(0, type="int64")
NONE = ibis.null("int64")


def as_number(test: ir.BooleanValue) -> ir.Value:
    """1 where it holds, 0 where it does not or is not known."""
    return test.ifelse(ONE, ZERO)


def amount_of(table: ir.Table, register: str, name: str | None) -> ir.Value:
    """How much a record counts: a field (nothing where it is empty), or 1 where none is named.

    Raises:
        EvidenceError: the register has no such field.
    """
    if name is None:
        return ONE
    column = field_of(table, register, name)
    return column.fill_null(0).cast("int64") if column.type().is_integer() else column.cast(NUMBER).fill_null(number(0))


def day(column: ir.Value) -> ir.DateValue:
    """The day of a date or a moment."""
    return column.date() if column.type().is_timestamp() else column


def seconds(column: ir.Value) -> ir.IntegerValue:
    """Seconds since the epoch; of a date those of its midnight."""
    moment = column if column.type().is_timestamp() else column.cast("timestamp")
    return moment.epoch_seconds().cast("int64")


def within(column: ir.Value, period: Period) -> ir.BooleanValue:
    """Whether a date or moment lies in the period, both ends included; null where it is not known.

    As a filter that is the same as false, and without a function around it the engine skips what it need not read.
    """
    if column.type().is_timestamp():
        first, after = (datetime.datetime.combine(on, datetime.time()) for on in (period.start, period.as_of + _DAY))
        return (column >= ibis.literal(first)) & (column < ibis.literal(after))
    return column.between(ibis.literal(period.start), ibis.literal(period.as_of))


def epoch(on: datetime.date) -> int:
    """Seconds since the epoch at the midnight of a day."""
    return (on - datetime.date(1970, 1, 1)).days * DAY_SECONDS


def passes(table: ir.Table, register: str, wanted: Params) -> ir.BooleanValue:
    """Whether rows fit a filter: {field: value | [values] | {ge, gt, le, lt, ne, not_null, contains}}, all of them.

    Null where that is not known. As a condition that is the same as false, and put to false beforehand it keeps the engine
    from asking each different text of a column once only.

    Raises:
        EvidenceError: no such field or comparison.
    """
    return ibis.and_(*_tests(table, register, wanted))


def _tests(table: ir.Table, register: str, wanted: Params) -> list[ir.BooleanValue]:
    """One test a column: an engine reads less where it may drop rows by each column by itself."""
    tests: list[ir.BooleanValue] = []
    for name, condition in wanted.items():
        column = field_of(table, register, name)
        if isinstance(condition, Mapping):
            tests += [_compared(column, word, other, f"{register}.{name}") for word, other in condition.items()]
        elif isinstance(condition, (list, tuple)):
            tests.append(column.isin([_literal(column, c) for c in condition]))
        else:
            tests.append(column == _literal(column, condition))
    return tests


def field_of(table: ir.Table, register: str, name: str) -> Any:
    """The column of a field.

    Raises:
        EvidenceError: the register has no such field.
    """
    if name not in table.columns:
        title = registers()[register].title
        raise EvidenceError(f"“{title}”台账没有字段 {name}", f"the register {register} has no field {name!r}")
    return table[name]


def any_of(table: ir.Table, register: str, conditions: Params | None) -> ir.BooleanValue:
    """Whether one of {field: [values]} holds."""
    test: ir.BooleanValue = ibis.literal(False)
    for name, values in (conditions or {}).items():
        test = test | passes(table, register, {name: values})
    return test


def _compared(column: Any, word: str, other: Any, where: str) -> ir.BooleanValue:
    if word == "not_null":
        found: ir.BooleanValue = column.notnull() if other else column.isnull()
        return found
    if word == "contains":
        contained: ir.BooleanValue = column.contains(str(other))
        return contained
    if word not in ("ge", "gt", "le", "lt", "ne"):
        raise EvidenceError(f"筛选条件 {where} 用了不认识的比较“{word}”", f"the filter of {where} uses {word!r}")
    value = _literal(column, other)
    if column.type().is_timestamp() and value.type().is_date():
        column = column.date()
    compared: ir.BooleanValue = getattr(column, f"__{word}__")(value)
    return compared


def _literal(column: Any, value: Any) -> Any:
    kind = column.type()
    if kind.is_numeric() and not kind.is_boolean():
        return number(value)
    if kind.is_temporal() and isinstance(value, str):
        moment = len(value) > 10 and kind.is_timestamp()
        value = (datetime.datetime if moment else datetime.date).fromisoformat(value)
    return ibis.literal(value)

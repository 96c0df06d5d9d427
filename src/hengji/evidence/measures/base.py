"""What all measures share: records in scope, filters, the period, cases and how they are added up.

A measure makes cases first: one row a thing that is judged, with its share of numerator and denominator, or why it was
left out. Adding up is the same for all measures, and unfolding a figure is looking at its cases.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir

from hengji.evidence.engine import Engine
from hengji.evidence.errors import EvidenceError
from hengji.evidence.register import registers
from hengji.model.binding import ActualStatus, Period

Params = Mapping[str, Any]
NUMBER = dt.Decimal(20, 6)
DAY_SECONDS = 86_400
HUNDRED = Fraction(100)


class Scope(NamedTuple):
    """Where a measure looks: an engine and a period."""

    engine: Engine
    period: Period

    def of_last_year(self) -> Scope:
        """The same days of the year before, as the registers stood then."""
        return Scope(self.engine, self.period.before())


Behind = tuple[tuple[str, ir.Table], ...]
"""Records by register: tables with the `case` that a record belongs to and its `record_id`."""


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
    `case` and `record_id` of the records that made them, by register. `added` makes the figure of the rows that `summed` gives; where it
    is None, numerators are added up, and over denominators where `rate` says so. `short` gives the rows of `summed` where
    there is a shorter way to them than over every case.
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

    def summed(self) -> ir.Table:
        """Count, numerator and denominator by reason of exclusion (and by the columns `by`)."""
        if self.short is not None:
            return self.short
        t = self.table
        return t.group_by(["excluded", *self.by]).aggregate(cases=t.count(), num=t.num.sum(), den=t.den.sum())


def summed_once(scope: Scope, groups: ir.Table, name: str, *, den: bool = False) -> ir.Table:
    """What `Cases.summed` gives where of some groups of records one counts and the rest are left out as `name`.

    `groups` has `excluded`, `once` (whether only one counts), `size` (how many records) and `num` of what counts. Which
    one counts is not asked, so nothing is put in order.
    """
    cases = groups.once.ifelse(ONE, groups["size"])
    t = groups.mutate(cases=cases, again=groups["size"] - cases).group_by("excluded")
    t = t.aggregate(cases=ibis._.cases.sum(), num=ibis._.num.sum(), again=ibis._.again.sum())
    t = settled(t.cross_join(scope.engine.values([{"rest": False}, {"rest": True}], {"rest": "boolean"})))
    t = t.filter(~t.rest | (t.again > 0))
    cases = t.rest.ifelse(t.again, t.cases)
    excluded = t.rest.ifelse(ibis.literal(name), t.excluded)
    return t.select(excluded=excluded, cases=cases, num=t.num, den=cases if den else ibis.null("int64"))


def insufficient(zh: str, en: str, cases: int = 0, excluded: Mapping[str, int] | None = None) -> Figure:
    """A figure that records do not suffice for, and why."""
    return Figure(ActualStatus.INSUFFICIENT, cases=cases, excluded=excluded or {}, note_zh=zh, note_en=en)


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
    excluded: dict[str, int] = {}
    kept = []
    for row in rows:
        if row["excluded"] is None:
            kept.append(row)
        else:
            excluded[row["excluded"]] = excluded.get(row["excluded"], 0) + row["cases"]
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
    "no_result": ("尚无结果", "without a result"),
    "removed": ("转办或撤回", "transferred or withdrawn"),
    "missing_due": ("缺少应办结时间", "without a due date"),
    "false_alarm": ("误报", "false alarms"),
    "not_due": ("尚未到期", "not yet due"),
    "exempt": ("停产停运豁免", "exempt because stopped"),
    "cannot_judge": ("检出限高于标准限值，无法判断", "with a detection limit above the standard"),
    "missing_item": ("缺少应测项目", "lacking an item"),
    "withheld": ("依法不公开", "withheld by law"),
    "no_calendar": ("超出节假日历的年份", "outside the years of the holiday calendar"),
}
"""Why a case was left out, in both languages."""


def records(scope: Scope, register: str, wanted: Params | None = None) -> ir.Table:
    """Current records of a register that pass a filter, void ones (marked) included.

    Raises:
        EvidenceError: no such register or field.
    """
    known(register)
    table = scope.engine.current(register, scope.period.as_of)
    assert table is not None, register
    return table.filter(_tests(table, register, wanted)) if wanted else table


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


def reason(void: ir.BooleanValue, *others: tuple[ir.BooleanValue, str]) -> ir.StringValue:
    """Why a case is left out: void first, then the first of the others that holds; null where it counts."""
    branches = [(void, ibis.literal("void")), *((test, ibis.literal(name)) for test, name in others)]
    return ibis.cases(*branches, else_=ibis.null("string"))


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
    return day(column).between(ibis.literal(period.start), ibis.literal(period.as_of))


def epoch(on: datetime.date) -> int:
    """Seconds since the epoch at the midnight of a day."""
    return (on - datetime.date(1970, 1, 1)).days * DAY_SECONDS


def passes(table: ir.Table, register: str, wanted: Params) -> ir.BooleanValue:
    """Whether rows fit a filter: {field: value | [values] | {ge, gt, le, lt, ne, not_null, contains}}, all of them.

    Raises:
        EvidenceError: no such field or comparison.
    """
    return ibis.and_(*_tests(table, register, wanted)).fill_null(False)


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

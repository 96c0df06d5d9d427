"""Bindings + registers → actual values (实际完成值) with their parts, judged against the target in force."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction
from typing import NamedTuple

from hengji.evidence.engine import Engine
from hengji.evidence.errors import EvidenceError
from hengji.evidence.measures import ATTESTED, COMPOSITES, MEASURES, TREND, Cases, Figure, Params, Scope, answers
from hengji.evidence.measures.base import REASONS, figure_of
from hengji.model.binding import Actual, ActualStatus, Automatic, Binding, Excluded, Interval, Period
from hengji.model.predicate import Judgement, Verdict, judge, predicates_of
from hengji.model.table import Indicator, TargetTable
from hengji.targets import read_target

_SIX = Decimal("0.000001")
_TWO = Decimal("0.01")
_Z = Decimal("1.959963984540054")  # the 97.5 % point of the normal distribution
_GRADES = ("优", "良", "中", "差")


class Settings(NamedTuple):
    """What no national text decides: the tolerance of “about” (a share), the size below which an interval is given."""

    tolerance: Decimal = Decimal("0.1")
    small_sample: int = 30


class Computation:
    """One computation over one engine; the same measure with the same parameters is worked out once."""

    def __init__(self, engine: Engine, period: Period, settings: Settings | None = None) -> None:
        self.scope = Scope(engine, period)
        self.settings = settings or Settings()
        self._known: dict[str, Figure] = {}
        self._cases: dict[str, Cases | Figure] = {}

    def cases(self, measure: str, params: Params, scope: Scope | None = None) -> Cases | Figure:
        """The cases of a measure on records, or its figure where it has none to show.

        Raises:
            EvidenceError: a register, field or value that does not exist.
        """
        scope = scope or self.scope
        key = _key(scope, measure, params)
        if key not in self._cases:
            self._cases[key] = MEASURES[measure](scope, params)
        return self._cases[key]

    def figure(self, measure: str, params: Params, scope: Scope | None = None) -> Figure:
        """What a measure comes to in this computation's period (or in that of another scope).

        Raises:
            EvidenceError: as `cases`.
        """
        return self._measured(scope or self.scope, measure, params)

    def _measured(self, scope: Scope, measure: str, params: Params) -> Figure:
        key = _key(scope, measure, params)
        if key not in self._known:
            self._known[key] = self._work_out(scope, measure, params)
        return self._known[key]

    def _work_out(self, scope: Scope, measure: str, params: Params) -> Figure:
        if measure == TREND:
            return answers.trend_direction(scope, params, self._measured)
        if measure in COMPOSITES:
            return answers.composite(scope, params, self._measured)
        found = self.cases(measure, params, scope)
        return found if isinstance(found, Figure) else figure_of(found, scope.engine.run(found.summed()))


def _key(scope: Scope, measure: str, params: Params) -> str:
    return json.dumps([measure, params, scope.period], sort_keys=True, default=str)


def compute(
    table: TargetTable, bindings: Iterable[Binding], work: Computation, *, only: tuple[str, int] | None = None
) -> tuple[Actual, ...]:
    """The actual value of every indicator, in the table's order; one without a confirmed binding is insufficient.

    `only` (project, indicator) asks for a single one.

    Raises:
        EvidenceError: a binding that names what does not exist.
    """
    bound = {(b.project, b.indicator): b for b in bindings}
    return tuple(
        _actual(work, table, project.name, indicator, bound)
        for project in table.projects
        for indicator in project.indicators
        if only in (None, (project.name, indicator.number))
    )


def answering(bound: Mapping[tuple[str, int], Binding], binding: Binding) -> Binding | None:
    """The binding that holds the measure: itself, or the one it takes its answer from; None for a ring or a gap."""
    followed = set()
    current: Binding | None = binding
    while current is not None and current.same_as is not None:
        if current.same_as in followed:
            return None
        followed.add(current.same_as)
        current = bound.get(current.same_as)
    return current


def _actual(
    work: Computation, table: TargetTable, project: str, indicator: Indicator, bound: Mapping[tuple[str, int], Binding]
) -> Actual:
    own = bound.get((project, indicator.number))
    missing = Actual(project, indicator.number, indicator.name, None, ActualStatus.INSUFFICIENT)
    if own is None:
        return replace(missing, note="还没有挂接口径 / not bound to a measure")
    source = answering(bound, own)
    if source is None or source.measure is None:
        return replace(
            missing, reading=own.reading, note="所引用的指标没有挂接 / the indicator it refers to is not bound"
        )
    if not (own.confirmed and source.confirmed):
        return replace(missing, measure=source.measure, reading=own.reading,
                       note="挂接尚未经人确认 / the binding is not confirmed")  # fmt: skip
    try:
        if source.measure in ATTESTED:
            figure = answers.attested(work.scope, source.project, source.indicator)
        else:
            figure = work.figure(source.measure, source.params)
    except EvidenceError as error:
        raise EvidenceError(
            f"{project}#{indicator.number}“{indicator.name}”算不了：{error.zh}。请改 bindings.toml。",
            f"{project}#{indicator.number} cannot be computed: {error.en}. Correct bindings.toml.",
        ) from None
    return _made(work, table, replace(missing, measure=source.measure), indicator, own, source, figure)


def _made(
    work: Computation,
    table: TargetTable,
    made: Actual,
    indicator: Indicator,
    own: Binding,
    source: Binding,
    figure: Figure,
) -> Actual:
    status = figure.status
    partly = status is ActualStatus.OK and Automatic.PARTLY in (own.automatic, source.automatic)
    value, unit = figure.value, own.unit or source.unit
    scale = Fraction(1)
    if unit == "元" and table.money_unit == "万元" and isinstance(value, Fraction):
        scale, unit = Fraction(1, 10_000), table.money_unit
    shown = number(value * scale) if isinstance(value, Fraction) else value
    judgement = _judgement(work, table, indicator, own, source, figure, shown, unit)
    notes = [f"{figure.note_zh} / {figure.note_en}"] if figure.note_zh else []
    if own.same_as is not None:
        notes.append(f"与{own.same_as[0]}#{own.same_as[1]}同一结果 / same as {own.same_as[0]}#{own.same_as[1]}")
    if partly:
        notes.append("另有须由人认定的部分，见口径 / a part is left to people, see the reading")
    return replace(
        made,
        status=ActualStatus.PARTLY if partly else status,
        value=shown,
        unit=unit,
        numerator=None if figure.numerator is None else number(figure.numerator * (scale if figure.denominator is None else 1)),
        denominator=None if figure.denominator is None else number(figure.denominator),
        rows=figure.cases,
        excluded=tuple(Excluded(reason, n) for reason, n in sorted(figure.excluded.items())),
        interval=_interval(figure, work.settings.small_sample),
        extras=dict(figure.extras),
        judgement=judgement.verdict.value if judgement else None,
        shortfall=judgement.shortfall if judgement else None,
        instead=own.target or source.target,
        reading=own.reading or source.reading,
        note="；".join(notes),
    )  # fmt: skip


def number(value: Fraction) -> Decimal:
    """At most six places, half-even, without trailing zeros; a quotient is rounded once."""
    with localcontext() as context:
        context.prec = 60
        rounded = (Decimal(value.numerator) / Decimal(value.denominator)).quantize(_SIX, ROUND_HALF_EVEN)
        plain = rounded.normalize()
        return plain.quantize(Decimal(1)) if plain == plain.to_integral_value() else plain


def _interval(figure: Figure, small: int) -> Interval | None:
    """Wilson's 95 % interval of a share of few cases."""
    num, den = figure.numerator, figure.denominator
    if not (figure.share and num is not None and den and den < small and num.denominator == den.denominator == 1):
        return None
    with localcontext() as context:
        context.prec = 30
        n, p = Decimal(int(den)), Decimal(int(num)) / Decimal(int(den))
        z2 = _Z * _Z
        centre, spread = p + z2 / (2 * n), _Z * ((p * (1 - p) + z2 / (4 * n)) / n).sqrt()
        low, high = ((centre + sign * spread) / (1 + z2 / n) * 100 for sign in (-1, 1))
        return Interval(low.quantize(_TWO, ROUND_HALF_EVEN), high.quantize(_TWO, ROUND_HALF_EVEN))


def _judgement(
    work: Computation, table: TargetTable, indicator: Indicator, own: Binding, source: Binding, figure: Figure,
    value: Decimal | str | None, unit: str | None,
) -> Judgement | None:  # fmt: skip
    """What the value makes of the target; None where there is no value, or a grade that speaks for itself."""
    if value is None:
        return Judgement(Verdict.UNDECIDABLE) if figure.status is ActualStatus.UNDECIDABLE else None
    if source.measure == TREND:
        return _verdict(answers.reached(source.params, figure))
    if source.measure == "composition_check":
        return _verdict(value == 100)
    text = own.target or source.target or indicator.annual_target or indicator.whole_term_target
    reading = read_target(text, indicator.name, table.fiscal_year) if text is not None else None
    if isinstance(value, str):
        promised = "否" if reading and any(c.value is False for c in reading.clauses) else "是"
        return None if value in _GRADES else _verdict(value == promised)
    if reading is None:
        return None
    if len(reading.clauses) > 1 and reading.join not in ("or", "grade"):
        zh, en = "一项指标含几个目标，一个实际值不能逐个判定", "one value cannot answer several conditions"
        return Judgement(Verdict.UNDECIDABLE, None, zh, en)
    if any((c.dim == "ratio") != (unit == "%") for c in reading.clauses if c.number is not None and c.dim):
        zh, en = "实际值与指标值单位不同", "the actual value and the target have different units"
        return Judgement(Verdict.UNDECIDABLE, None, zh, en)
    predicates = predicates_of(reading, work.settings.tolerance)
    return judge(predicates, [value] * len(predicates), reading.join)


def _verdict(reached: bool | None) -> Judgement | None:
    return None if reached is None else Judgement(Verdict.MET if reached else Verdict.NOT_MET)


def as_json(actuals: Sequence[Actual], period: Period, engine: str) -> dict[str, object]:
    """hengji.actuals/1 of the contract."""
    return {
        "format": "hengji.actuals/1",
        "as_of": period.as_of.isoformat(),
        "engine": engine,
        "indicators": [
            {
                "project": a.project, "number": a.number, "name": a.name, "measure": a.measure, "status": a.status.value,
                "value": _text(a.value), "unit": a.unit, "numerator": _text(a.numerator),
                "denominator": _text(a.denominator), "rows": a.rows, "judgement": a.judgement, "instead": a.instead, "reading": a.reading,
                "note": a.note, "excluded": {e.reason: e.cases for e in a.excluded},
                "interval": [str(a.interval.low), str(a.interval.high)] if a.interval else None,
                "extras": dict(a.extras),
            }
            for a in actuals
        ],
    }  # fmt: skip


def _text(value: Decimal | str | None) -> str | None:
    return format(value, "f") if isinstance(value, Decimal) else value


def reason_zh(reason: str) -> str:
    """Why cases were left out, in words."""
    return REASONS.get(reason, (reason, reason))[0]

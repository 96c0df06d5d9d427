"""Several units' self-evaluations of one transfer payment rolled up into one (转移支付自评).

Numbers add, rates by numerator and denominator (by money only where a unit has no parts, and then it is said), words
by how many units are in each band. A unit without a value leaves the figure of all open; none is assumed.
Source: rules for transfer payments as remembered, not checked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction

from hengji.model.evaluation import ProjectEvaluation
from hengji.model.finding import Finding
from hengji.scoring.frames_faults import found
from hengji.scoring.frames_parts import decimal_of
from hengji.scoring.rollup_parts import BANDS, Kind, Part, part_of

_SIGNS = {">=": "≥", ">": "＞", "<=": "≤", "<": "＜", "==": "＝", "~": "约"}
Key = tuple[str, str, str]  # level 1, level 2, name


@dataclass(frozen=True, slots=True)
class Sum:
    """Units of one transfer added up: `+` takes further ones; the order does not matter."""

    units: Mapping[str, tuple[Decimal | None, Decimal | None]] = field(default_factory=dict)
    lines: Mapping[Key, Part] = field(default_factory=dict)
    money_units: frozenset[str] = frozenset()
    twice: frozenset[str] = frozenset()

    def __add__(self, other: Sum) -> Sum:
        lines = {
            key: self.lines[key] + other.lines[key] if key in self.lines and key in other.lines
            else self.lines.get(key) or other.lines[key]
            for key in (*self.lines, *other.lines)
        }  # fmt: skip
        twice = self.twice | other.twice | (self.units.keys() & other.units.keys())
        return Sum({**self.units, **other.units}, lines, self.money_units | other.money_units, frozenset(twice))


@dataclass(frozen=True, slots=True)
class RolledLine:
    """One indicator of all units: `value` None where there is no figure; `bands` are (band, units, percent) of words."""

    number: int
    level1: str
    level2: str
    name: str
    target: str
    kind: Kind | None
    value: Decimal | None = None
    unit: str = ""
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    bands: tuple[tuple[str, int, Decimal], ...] = ()
    weighted_by_money: bool = False
    units: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def text(self) -> str | None:
        """The figure as a form prints it."""
        if self.kind is Kind.WORDS and self.bands:
            return "，".join(f"{band} {percent:.2f}%" for band, _, percent in self.bands)
        if self.value is None:
            return None
        return f"{self.value:.2f}%" if self.kind is Kind.RATE else f"{self.value:f}{self.unit}"


@dataclass(frozen=True, slots=True)
class Rolled:
    """A transfer over all units: money (None where a unit lacks it, the rate in percent), indicators, findings."""

    transfer: str
    units: tuple[str, ...]
    budget: Decimal | None
    outturn: Decimal | None
    rate: Decimal | None
    money_unit: str | None
    lines: tuple[RolledLine, ...]
    findings: tuple[Finding, ...]


def unit_sum(unit: str, one: ProjectEvaluation, money_unit: str) -> Sum:
    """One unit's self-evaluation of the transfer, ready to be added."""
    budget, paid = one.execution.final_budget, one.execution.outturn
    money = None if budget is None else Fraction(budget)
    lines: dict[Key, Part] = {}
    for line in one.lines:
        key = (line.level1 or "", line.level2 or "", line.name)
        part = part_of(line, unit, money)
        lines[key] = lines[key] + part if key in lines else part
    return Sum({unit: (budget, paid if budget is not None else None)}, lines, frozenset((money_unit,)))


def rolled(transfer: str, parts: Iterable[Sum]) -> Rolled:
    """What the units come to together.

    Args:
        transfer: its name.
        parts: of the units, in any order, each once.
    """
    whole = sum(parts, Sum())
    units = tuple(sorted(whole.units))
    findings: list[Finding] = [
        found("F26", f"单位“{unit}”汇总了两次，请只保留一份。", f"The unit {unit!r} was rolled up twice; keep one.")
        for unit in sorted(whole.twice)
    ]
    if whole.twice:  # what was added twice cannot be taken out again
        return Rolled(transfer, units, None, None, None, None, (), tuple(findings))
    budget, paid, said = _money(whole)
    findings += said
    lines: list[RolledLine] = []
    for (level1, level2, name), part in sorted(whole.lines.items(), key=lambda each: (each[1].number, each[0])):
        blank = RolledLine(
            len(lines) + 1, level1, level2, name, _target(part), None, units=tuple(sorted(part.units)),
            missing=tuple(sorted(part.missing)), left_out=tuple(sorted(part.left_out)),
        )  # fmt: skip
        line, odd = _line(blank, part, units)
        lines.append(line)
        findings += odd
    rate = decimal_of(Fraction(paid) / Fraction(budget) * 100) if budget and paid is not None else None
    unit = next(iter(whole.money_units)) if len(whole.money_units) == 1 else None
    return Rolled(transfer, units, budget, paid, rate, unit, tuple(lines), tuple(findings))


def _money(whole: Sum) -> tuple[Decimal | None, Decimal | None, list[Finding]]:
    without = sorted(unit for unit, (budget, paid) in whole.units.items() if budget is None or paid is None)
    if without:
        names = _listed(without)
        return None, None, [found("F25", f"{names}没有预算记录，资金不能汇总。请补登预算后重新计分。",
                                  f"{len(without)} units have no budget on record; money does not add up.")]  # fmt: skip
    if len(whole.money_units) > 1:
        names = "、".join(sorted(whole.money_units))
        return None, None, [found("F25", f"各单位金额单位不同（{names}），资金没有汇总。请统一单位。",
                                  f"The units state money in {names}; it was not added up.")]  # fmt: skip
    budgets, payments = zip(*whole.units.values(), strict=True) if whole.units else ((), ())
    zero = Decimal(0)
    return sum((b for b in budgets if b is not None), zero), sum((p for p in payments if p is not None), zero), []


def _line(line: RolledLine, part: Part, units: Sequence[str]) -> tuple[RolledLine, list[Finding]]:
    where = f"第{line.number}项“{line.name}”"
    said = []
    absent = sorted({*units} - part.units - part.missing - part.left_out)
    if absent:
        said.append(found(
            "F21", f"{where}：{_listed(absent)}没有这项指标，汇总值不含这些单位。请核对各单位的绩效目标表。",
            f"Indicator {line.number} is not in the table of {len(absent)} units; the figure is without them.", line=line.number,
        ))  # fmt: skip
    if part.missing:
        said.append(found(
            "F22", f"{where}：{_listed(line.missing)}没有实际完成值，不能汇总。请补齐后重新汇总。",
            f"Indicator {line.number} has no actual value in {len(part.missing)} units, so there is none of all.", line=line.number,
        ))  # fmt: skip
        return line, said
    if len(part.kinds) > 1:
        kinds = "、".join(sorted(unit or "文字" for _, unit in part.kinds))
        said.append(found(
            "F23", f"{where}：各单位的实际完成值不是同一种量（{kinds}），没有汇总。请统一指标和单位。",
            f"The units' values of indicator {line.number} are of different kinds or units ({kinds}).", line=line.number,
        ))  # fmt: skip
        return line, said
    if not part.kinds:  # does not apply to any unit
        return line, said
    ((kind, unit),) = part.kinds
    if kind is Kind.NUMBER:
        return replace(line, kind=kind, value=decimal_of(part.value), unit=unit), said
    if kind is Kind.WORDS:
        every = sum(part.bands)
        bands = tuple(
            (band, count, decimal_of(Fraction(count * 100, every)))
            for band, count in zip(BANDS, part.bands, strict=True)
        )
        return replace(line, kind=kind, bands=bands), said
    rate, more = _rate(replace(line, kind=kind, unit=unit), part, where)
    return rate, [*said, *more]


def _rate(line: RolledLine, part: Part, where: str) -> tuple[RolledLine, list[Finding]]:
    if not part.without_parts:
        value = part.numerator / part.denominator * 100
        top, bottom = decimal_of(part.numerator), decimal_of(part.denominator)
        return replace(line, value=decimal_of(value), numerator=top, denominator=bottom), []
    names = _listed(sorted(part.without_parts))
    if part.without_money:
        return line, [found(
            "F23", f"{where}：{names}的比率没有分子、分母，{_listed(sorted(part.without_money))}又没有预算可作权重，没有汇总。请补报分子、分母。",
            f"Rates of indicator {line.number} lack parts, and units lack a budget to weight by; there is no figure of all.",
            line=line.number,
        )]  # fmt: skip
    said = found(
        "F24", f"{where}：{names}的比率没有分子、分母，全部单位按全年预算数加权平均。补报分子、分母后可精确汇总。",
        f"{len(part.without_parts)} units have no numerator and denominator for indicator {line.number}; weighted by budget.",
        line=line.number,
    )  # fmt: skip
    return replace(line, value=decimal_of(part.by_money / part.money), weighted_by_money=True), [said]


def _target(part: Part) -> str:
    """The target of all units: one text where they have the same of a rate or of words, the sum of numbers, else each."""
    rates = part.kinds <= {(Kind.RATE, "%"), (Kind.WORDS, "")}
    if len(part.aims) == 1 and not rates:
        ((sign, unit), (number, count)) = next(iter(part.aims.items()))
        if count == len(part.units):
            return f"{_SIGNS.get(sign, '')}{decimal_of(number):f}{unit}"
    return "；".join(sorted(part.targets))


def _listed(names: Sequence[str]) -> str:
    return "、".join(f"“{n}”" for n in names[:5]) + (f"等 {len(names)} 个单位" if len(names) > 5 else "")

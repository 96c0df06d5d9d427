"""Money: budget and payments of each project, by source and month, tied to the published table.

Amounts are in the table's unit; the registers keep yuan. The engine adds up, the rate is made here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Decimal

from hengji.evidence.engine import Engine
from hengji.model.binding import Period
from hengji.model.execution import BySource, Execution
from hengji.model.finding import Finding, Place, Severity
from hengji.model.table import TargetTable

_YUAN = {"元": Decimal(1), "千元": Decimal(1000), "万元": Decimal(10_000), "亿元": Decimal(100_000_000)}
_SIX = Decimal("0.000001")
_INITIAL = "年初"


def executions(table: TargetTable, engine: Engine, period: Period) -> tuple[Execution, ...]:
    """The execution of every project of the table as of a day; all zero for a project without records."""
    unit = _YUAN[table.money_unit or "万元"]
    budget = _sums(engine, period, "budget", "approved_on", ("kind", "source"))
    paid = _sums(engine, period, "payment", "paid_on", ("source", "month"))
    return tuple(_one(p.name, unit, budget.get(p.name, {}), paid.get(p.name, {}), period) for p in table.projects)


def tie(table: TargetTable, found: Sequence[Execution]) -> tuple[Finding, ...]:
    """Where the first budget in the register is not what the table prints, and where more was paid than there was."""
    findings = []
    unit = table.money_unit or "万元"
    for number, (project, one) in enumerate(zip(table.projects, found, strict=True), 1):
        printed = project.funds.total
        if printed is not None and one.original_budget and printed != one.original_budget:
            findings.append(
                Finding(
                    "E09", Severity.ERROR,
                    f"项目{number}“{project.name}”的年初预算在台账中是 {one.original_budget:f} {unit}，目标表上是 {printed:f} {unit}，"
                    "两者应一致。请核对预算批复，改正台账或说明调整。",
                    f"The register has {one.original_budget:f} as the first budget of project {number}, the table {printed:f}. "
                    "Check the approval.",
                    project.place, project=number,
                )
            )  # fmt: skip
        if one.outturn > one.final_budget:
            findings.append(
                Finding(
                    "E10", Severity.ERROR,
                    f"项目{number}“{project.name}”已支付 {one.outturn:f} {unit}，超过全年预算 {one.final_budget:f} {unit}。"
                    "请核对是否漏登预算调整，或支付记错了项目。",
                    f"Project {number} paid {one.outturn:f}, more than its budget of {one.final_budget:f}. Check for an "
                    "adjustment that was not entered, or a payment of another project.",
                    Place(), project=number,
                )
            )  # fmt: skip
    return tuple(findings)


Sums = Mapping[tuple[object, ...], Decimal]


def _one(project: str, unit: Decimal, budget: Sums, paid: Sums, period: Period) -> Execution:
    def in_unit(amount: Decimal) -> Decimal:
        return plain(amount / unit)

    sources: dict[str, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    original = Decimal(0)
    for (kind, source), amount in budget.items():
        sources[str(source or "")][0] += amount
        original += amount if kind in (_INITIAL, None) else 0
    by_month: dict[int, Decimal] = defaultdict(Decimal)
    for (source, month), amount in paid.items():
        sources[str(source or "")][1] += amount
        by_month[int(str(month))] += amount
    final, outturn = sum(budget.values(), Decimal(0)), sum(paid.values(), Decimal(0))
    months, so_far = [], Decimal(0)
    for month in range(1, period.as_of.month + 1):
        so_far += by_month[month]
        months.append((month, in_unit(so_far)))
    rate = plain((outturn / final * 100).quantize(_SIX, ROUND_HALF_EVEN)) if final else None
    return Execution(
        project, in_unit(original), in_unit(final), in_unit(outturn), rate,
        tuple(BySource(name, in_unit(b), in_unit(p)) for name, (b, p) in sorted(sources.items())), tuple(months), bool(budget),
    )  # fmt: skip


def plain(number: Decimal) -> Decimal:
    """Without trailing zeros and without an exponent."""
    short = number.normalize()
    return short.quantize(Decimal(1)) if short == short.to_integral_value() else short


def _sums(
    engine: Engine, period: Period, register: str, date: str, by: tuple[str, ...]
) -> dict[str, dict[tuple[object, ...], Decimal]]:
    """Amounts in yuan by project and by some fields; dated in the period, void ones left out."""
    table = engine.current(register, period.as_of)
    found: dict[str, dict[tuple[object, ...], Decimal]] = defaultdict(dict)
    if table is None:
        return found
    at = table[date]
    inside = at.notnull() & (at <= period.as_of)
    if register == "payment":
        inside = inside & (at >= period.start)
    table = table.filter(~table.void & inside).mutate(month=at.month())
    for row in engine.run(table.group_by(["project", *by]).aggregate(total=table.amount.sum())):
        found[str(row["project"] or "")][tuple(row[b] for b in by)] = Decimal(row["total"])
    return found


def as_json(found: Sequence[Execution]) -> list[dict[str, object]]:
    """Executions as plain data, in the words of the evaluation."""
    return [
        {
            "project": e.project, "original_budget": f"{e.original_budget:f}", "final_budget": f"{e.final_budget:f}",
            "outturn": f"{e.outturn:f}", "execution_rate": None if e.rate is None else f"{e.rate:f}",
            "sources": [{"source": s.source, "budget": f"{s.budget:f}", "outturn": f"{s.paid:f}"} for s in e.sources],
            "months": [{"month": m, "outturn": f"{v:f}"} for m, v in e.months],
        }
        for e in found
    ]  # fmt: skip

"""The money of a filled-in form: which budget the rate was made of, its points, more paid than there was (S02 S13)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from hengji.model.finding import Finding
from hengji.model.table import Funds, Project
from hengji.scoring.fair import Span
from hengji.scoring.reported import last_half
from hengji.scoring.rules import HUNDRED, Rules
from hengji.scoring.self_faults import FAULTS


def money_findings(number: int, project: Project, rules: Rules) -> Iterator[Finding]:
    """What is wrong in the row of money of one project; nothing where the row was not read."""
    funds, place = project.funds, project.place_of("funds")
    final = funds.final_budget if funds.final_budget is not None else funds.total
    rate = _percent(funds, final)
    yield from _too_much(number, project, final, rate)
    if funds.outturn is None or final is None or final <= 0:
        return
    due, exact = _rate(funds.outturn, final), funds.outturn / final * HUNDRED
    first = funds.original_budget
    by_first = _rate(funds.outturn, first) if first and first > 0 and first != final else None
    said, en = f"项目{number}“{project.name}”", f"Project {number}"
    cites = rules.cites("execution")
    if rate is not None and not _fits(rate, due, last_half(rate)):
        other = by_first is not None and _fits(rate, by_first, last_half(rate))
        why = f"用的是年初预算数 {first:f}，应用全年预算数 {final:f}" if other else f"应为 {funds.outturn:f}÷{final:f}"
        yield FAULTS["S02"].at(
            place, f"{said}执行率印为 {rate:f}%，{why}，即 {exact:.2f}%。请改正执行率和得分。",
            f"{en}: the execution rate is printed as {rate:f} %, it should be {exact:.2f} %"
            + (" (the first budget was used)." if other else "."),
            cites=cites, on=(number, None),
        )  # fmt: skip
    if funds.points is None:
        return
    whole = funds.max_points if funds.max_points is not None else rules.execution_points
    slack = last_half(funds.points)
    fair = [_points(due, whole)]
    if rate is not None:
        fair.append(_points(Span(rate - last_half(rate), rate + last_half(rate)), whole))
    if any(_fits(funds.points, span, slack) for span in fair) and funds.points <= whole:
        return
    if rules.execution_steps and due.high < HUNDRED:
        share = next((s for least, s in rules.execution_steps if due.high >= least), Decimal(0)) / 10
        if abs(funds.points - share * whole) <= slack:
            return
    earned = min(exact, HUNDRED) / HUNDRED * whole
    other = by_first is not None and _fits(funds.points, _points(by_first, whole), slack)
    why = f"按年初预算数 {first:f} 计的；" if other else ""
    yield FAULTS["S02"].at(
        place,
        f"{said}执行率得分印为 {funds.points:f}，{why}按 min({whole:f}，{whole:f}×{funds.outturn:f}÷{final:f}) 应为 "
        f"{earned:.2f}。请改正。",
        f"{en}: {funds.points:f} points for the execution; {earned:.2f} follow from the amounts.",
        cites=cites, on=(number, None),
    )  # fmt: skip


def printed_rate(project: Project) -> Decimal | None:
    """The execution rate in percent: of the amounts, else as printed; None where neither is there."""
    funds = project.funds
    final = funds.final_budget if funds.final_budget is not None else funds.total
    if funds.outturn is not None and final:
        return funds.outturn / final * HUNDRED
    return _percent(funds, final)


def _too_much(number: int, project: Project, final: Decimal | None, rate: Decimal | None) -> Iterator[Finding]:
    funds = project.funds
    over = funds.outturn is not None and final is not None and final > 0 and funds.outturn > final
    if not over and (rate is None or rate - last_half(rate) <= HUNDRED):
        return
    shown = f"全年执行数 {funds.outturn:f} 超过全年预算数 {final:f}" if over else f"执行率 {rate:f}% 超过100%"
    yield FAULTS["S13"].at(
        project.place_of("funds"),
        f"项目{number}“{project.name}”{shown}。没有预算不得支出；请核对是否漏了调增的预算，或执行数有误。",
        f"Project {number}: more was paid than the final budget. Check for an adjustment left out or a wrong amount.",
        on=(number, None),
    )  # fmt: skip


def _percent(funds: Funds, final: Decimal | None) -> Decimal | None:
    """The printed rate in percent; 0.98 beside amounts that make 98 % was printed as a fraction."""
    rate = funds.execution_rate
    if rate is None or rate > Decimal("1.5") or not final or funds.outturn is None:
        return rate
    return rate * HUNDRED if abs(funds.outturn / final - rate) < Decimal("0.1") and rate > 0 else rate


def _rate(outturn: Decimal, budget: Decimal) -> Span:
    """From and to in percent: the amounts are rounded themselves."""
    up, down = last_half(outturn), last_half(budget)
    return Span((outturn - up) / (budget + down) * HUNDRED, (outturn + up) / max(budget - down, down) * HUNDRED)


def _points(rate: Span, whole: Decimal) -> Span:
    return Span(min(rate.low, HUNDRED) / HUNDRED * whole, min(rate.high, HUNDRED) / HUNDRED * whole)


def _fits(number: Decimal, span: Span, slack: Decimal) -> bool:
    return span.low - slack <= number <= span.high + slack

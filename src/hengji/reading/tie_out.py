"""What must add up: which column an amount belongs to where a row lacks one, and R01/R04 where sums do not tie."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import combinations

from hengji.model.finding import Finding, Place
from hengji.model.table import Funds
from hengji.reading.faults import SUMS, UNITS

SOURCES = ("fiscal_appropriation", "special_account", "other_funds", "carry_over")
_ZH = {
    "total": "总计", "fiscal_appropriation": "财政拨款", "special_account": "财政专户拨款", "other_funds": "其他资金",
    "carry_over": "上年结转",
}  # fmt: skip
_TEN_THOUSAND = Decimal(10000)


def columns_for(
    values: Sequence[Decimal | None], roles: Sequence[str], printed: Sequence[str]
) -> tuple[list[int], bool]:
    """The column of each value of a row that lacks some columns, in order, and whether that is certain.

    `roles` are the money columns of the table, `printed` those in which the total row has a figure. The first value is
    the total where the table has that column; an assignment is certain when only one keeps to the printed columns.
    """
    filled = [k for k, value in enumerate(values) if value is not None]
    lead = 1 if roles and roles[0] == "total" and filled[:1] == [0] else 0
    rest = filled[lead:]
    choices = [
        c
        for c in combinations(range(lead, len(roles)), len(rest))
        if all(col >= k for col, k in zip(c, rest, strict=True))
    ]
    kept = [c for c in choices if all(roles[col] in printed for col in c)] if printed else choices
    best = (kept or choices or [tuple(rest)])[0]
    columns = [-1] * len(values)
    for k, column in zip(filled, [*range(lead), *best], strict=True):
        columns[k] = column
    return columns, len(kept) == 1 or not rest


def check_sources(funds: Funds, place: Place, who_zh: str, who_en: str, project: int | None = None) -> Finding | None:
    """R01 where the sources of one row do not add up to its total; R04 where they differ by 10,000 times."""
    parts = funds.sources
    if funds.total is None or not parts or sum(parts) == funds.total:
        return None
    added = sum(parts, Decimal(0))
    if added and funds.total in (added * _TEN_THOUSAND, added / _TEN_THOUSAND):
        return UNITS.at(
            place,
            f"{who_zh}的总计 {funds.total} 与各项资金来源之和 {added} 恰好相差一万倍，像是元和万元混用。请统一单位。",
            f"The total {funds.total} of {who_en} is 10,000 times off the sum of its sources {added}: yuan and ten "
            "thousand yuan seem mixed. Use one unit.",
            on=(project, None),
        )
    return SUMS.at(
        place,
        f"{who_zh}的总计 {funds.total} 不等于各项资金来源之和 {added}，差 {funds.total - added}。"
        "金额不平会带进预算执行率。请核对原件。",
        f"The total {funds.total} of {who_en} differs from the sum of its sources {added} by {funds.total - added}. "
        "It would carry into the execution rate. Check the original.",
        on=(project, None),
    )


def check_rows(printed: Funds, rows: Sequence[Funds], place: Place, who_zh: str, who_en: str) -> list[Finding]:
    """R01 for each column in which the rows under a printed sum do not add up to it; R04 where 10,000 times off."""
    findings = []
    for column in ("total", *SOURCES):
        said: Decimal | None = getattr(printed, column)
        given = [v for r in rows if (v := getattr(r, column)) is not None]
        added = sum(given, Decimal(0))
        if said is None or said == added or not rows:
            continue
        times = added and said in (added * _TEN_THOUSAND, added / _TEN_THOUSAND)
        fault = UNITS if times else SUMS
        hint_zh = (
            "恰好相差一万倍，像是元和万元混用。请统一单位"
            if times
            else f"差 {said - added}。可能漏了项目或抄错金额，请核对原件"
        )
        hint_en = (
            "They are 10,000 times apart: units seem mixed"
            if times
            else f"They differ by {said - added}; check the original"
        )
        findings.append(
            fault.at(
                place,
                f"{who_zh}的{_ZH[column]} {said} 不等于所列{len(rows)}个项目之和 {added}，{hint_zh}。",
                f"{who_en}: {column} {said} is not the sum {added} of the {len(rows)} projects listed. {hint_en}.",
            )
        )
    return findings

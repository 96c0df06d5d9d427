"""Money against work, and money against itself: T37 and T46."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from hengji.model.category import Level2
from hengji.model.finding import Severity
from hengji.model.table import TableKind
from hengji.model.target import Clause, TargetKind
from hengji.review.examples import project, table
from hengji.review.likeness import measure_key
from hengji.review.material import Job, Material, plain_name
from hengji.review.money_units import in_yuan
from hengji.review.registry import FORM, MATCHING, Example, Hit, Words, practice, registered
from hengji.review.signs import is_share, single
from hengji.review.wording import figure, quoted
from hengji.targets import read_target

_PRICE = re.compile(r"^(元|百元|千元|万元|亿元)[/／每](?:每)?([一-鿿]{1,3})$")
_SLIP = (Decimal(10_000), 1 / Decimal(10_000))
_SLIP_ROOM = Decimal("0.01")  # a slip of unit is a factor of ten thousand within one percent


def _growth_needs(material: Material) -> tuple[str, str] | None:
    if material.prior is None:
        return (
            "比较资金与工作量的变化，需要上年的绩效目标表（单价与数量之积是否超过资金已核）",
            "comparing money and work with last year needs last year's table (unit price times quantity was checked)",
        )
    return None


_LAST = table(project(("11", "帮扶企业数量", "≥20家"), money="100.00"), year=2023)


@registered(
    code="T37",
    name="money-and-volume",
    title="资金与工作量不匹配",
    title_en="money and volume do not match",
    severity=Severity.INFO,
    needs=_growth_needs,
    zh=Words("{seen}", "钱和事不对应，不是预算有余就是任务完不成", "请核对单价、数量和预算，写明测算过程"),
    en=Words(
        "{seen_en}",
        "Either the budget is too large or the work cannot be done",
        "Check price, quantity and budget and show the calculation",
    ),
    cites=(MATCHING, practice("资金与工作量匹配")),
    item="资金匹配性",
    flagged=(
        Example(table(project(("11", "购置车辆数量", "3辆"), ("14", "车辆单价", "≤116万元/辆"), money="300.00"))),
        Example(table(project(("11", "帮扶企业数量", "≥20家"), money="160.00")), prior=_LAST),
    ),
    passing=(
        Example(table(project(("11", "购置车辆数量", "2辆"), ("14", "车辆单价", "≤116万元/辆"), money="300.00"))),
        Example(table(project(("11", "帮扶企业数量", "≥40家"), money="160.00")), prior=_LAST),
        Example(_LAST),
    ),
)
def money_and_volume(material: Material) -> Iterator[Hit]:
    """Unit price times quantity above the project's money; money up by more than the limit with no more work."""
    for job in material.jobs:
        yield from _price_times_quantity(job, material)
    if material.prior is not None:
        yield from _more_money_same_work(material)


def _price_times_quantity(job: Job, material: Material) -> Iterator[Hit]:
    total = in_yuan(job.project.funds.total, job.project.money_unit or material.table.money_unit)
    if total is None or total <= 0:
        return
    amounts = [(i, c) for i in job.items if i.level2 is Level2.QUANTITY_OUTPUT and (c := single(i)) and c.number]
    for item in job.items:
        price = single(item) if item.level2 is Level2.COST else None
        found = _PRICE.match(price.unit or "") if price else None
        if price is None or found is None or price.number is None:
            continue
        counted = [(i, c) for i, c in amounts if c.unit == found[2]]
        each = in_yuan(price.number, found[1])
        if len(counted) != 1 or each is None:
            continue  # which of several quantities the price belongs to is not known
        quantity, clause = counted[0]
        need = each * (clause.number or 0)
        if need > total:
            seen = (
                f"单价{figure(price)}{price.unit}乘以第{quantity.indicator.number}项“"
                f"{quoted(quantity.name)}”的{figure(clause)}{clause.unit}，超过项目资金"
            )
            seen_en = (
                f"“{figure(price)}{price.unit}” times “{figure(clause)}{clause.unit}” of "
                f"indicator {quantity.indicator.number} exceeds the project's money"
            )
            yield Hit(
                item,
                values={"seen": seen, "seen_en": seen_en},
                suggestion=f"{item.name}≤【…】{price.unit}，或{quantity.name}【…】{clause.unit}（项目资金{job.project.funds.total}）",
            )


def _more_money_same_work(material: Material) -> Iterator[Hit]:
    assert material.prior is not None
    before = {plain_name(p.name): p for p in material.prior.projects}
    limit = material.practice.limit("money_growth_percent")
    for job in material.jobs:
        old = before.get(plain_name(job.project.name))
        if old is None:
            continue
        now_money = in_yuan(job.project.funds.total, job.project.money_unit or material.table.money_unit)
        old_money = in_yuan(old.funds.total, old.money_unit or material.prior.money_unit)
        if not now_money or not old_money or 100 * (now_money - old_money) <= limit * old_money:
            continue
        counts = {}
        for indicator in old.indicators:
            clauses = read_target(indicator.annual_target or "", indicator.name, material.prior.fiscal_year).clauses
            if len(clauses) == 1 and _is_count(clauses[0]):
                counts[measure_key(plain_name(indicator.name), material.practice)] = clauses[0].number
        pairs = [
            (i, c, counts[k]) for i in job.items
            if (c := single(i)) and _is_count(c) and (k := measure_key(i.predicate, material.practice)) in counts
        ]  # fmt: skip
        if pairs and all((c.number or 0) <= (old_number or 0) for _, c, old_number in pairs):
            listed = "、".join(f"第{i.indicator.number}项“{quoted(i.name, 20)}”" for i, _, _ in pairs[:3])
            numbers = ", ".join(str(i.indicator.number) for i, _, _ in pairs[:3])
            more = f"{(now_money - old_money) / old_money * 100:.1f}"
            yield Hit(
                job,
                values={
                    "seen": f"资金比上年增加{more}%，{listed}的数量没有增加",
                    "seen_en": f"money is up by {more} %, but the quantities of indicators {numbers} are not",
                },
                suggestion=f"{pairs[0][0].name}≥【…】{pairs[0][1].unit or ''}（按资金增幅测算），或说明单价上升的原因",
            )


def _is_count(clause: Clause) -> bool:
    return clause.kind in (TargetKind.COUNT, TargetKind.APPROX) and clause.number is not None and not is_share(clause)


@registered(
    code="T46",
    name="amounts-do-not-tie",
    title="金额不勾稽",
    title_en="amounts do not tie",
    severity=Severity.ERROR,
    zh=Words("{seen}", "金额不一致，批复和公开的数字就有一个是错的", "请核对明细、合计和金额单位"),
    en=Words(
        "{seen_en}",
        "One of the figures that will be approved and published is wrong",
        "Check details, totals and the money unit",
    ),
    cites=(FORM, practice("金额核对")),
    item="规范完整性",
    flagged=(
        Example(table(project(("11", "车辆数量", "2台"), money="36.00", sources=("30.00",)))),
        Example(table(project(("11", "车辆数量", "2台"), money="36.00"), total="63.00")),
        Example(table(project(("11", "车辆数量", "2台"), money="36.00"), total="360000.00")),
    ),
    passing=(
        Example(table(project(("11", "车辆数量", "2台"), money="36.00", sources=("30.00", "6.00")), total="36.00")),
        Example(table(project(("11", "车辆数量", "2台"), money=None), total="36.00")),
    ),
)
def amounts_do_not_tie(material: Material) -> Iterator[Hit]:
    """A project's total against its printed sources, the table's total against its projects, and slips of the unit."""
    printed_unit = material.table.money_unit
    for job in material.jobs:
        funds = job.project.funds
        if material.table.kind is not TableKind.SELF_EVALUATION and funds.total is not None and funds.sources:
            parts = sum(funds.sources, Decimal(0))
            # Some forms count what was carried over among the appropriation, some beside it.
            if funds.total not in (parts, parts - (funds.carry_over or 0)):
                yield _tie(
                    job,
                    f"资金总额{funds.total}",
                    f"各项来源之和{parts}",
                    f"total {funds.total}",
                    f"the sum of sources {parts}",
                    funds.total,
                    parts,
                )
    sums = _sums(material, printed_unit)
    for field, name, name_en in (
        ("total", "总计", "total"), ("fiscal_appropriation", "财政拨款", "fiscal appropriation"),
        ("special_account", "财政专户拨款", "special account"), ("other_funds", "其他资金", "other funds"),
    ):  # fmt: skip
        printed = getattr(material.table.printed_totals, field)
        if printed is not None and field in sums and sums[field] != printed:
            yield _tie(
                None,
                f"合计行的{name}{printed}",
                f"各项目之和{sums[field]}",
                f"{name_en} {printed} in the total row",
                f"the sum of projects {sums[field]}",
                printed,
                sums[field],
            )


def _sums(material: Material, unit: str | None) -> dict[str, Decimal]:
    """Sums over the projects in the table's unit; a column is left out where a project's unit cannot be compared.

    Where units had to be converted, a sum that rounds to the printed total is taken as that total.
    """
    found: dict[str, Decimal] = {}
    if any(j.project.funds.total is None for j in material.jobs) or not material.jobs:
        return found
    for field in ("total", "fiscal_appropriation", "special_account", "other_funds"):
        printed = [(getattr(j.project.funds, field), j.project.money_unit or unit) for j in material.jobs]
        there = [(amount, own) for amount, own in printed if amount is not None]
        if all(own == unit for _, own in there):
            amounts = [amount for amount, _ in there]
        else:
            one = in_yuan(Decimal(1), unit)
            yuan = [in_yuan(amount, own) for amount, own in there]
            if one is None or None in yuan:
                continue
            total = getattr(material.table.printed_totals, field)
            exact = sum((y for y in yuan if y is not None), Decimal(0)) / one
            amounts = [total if total is not None and _rounds_to(exact, total) else exact]
        if amounts:
            found[field] = sum(amounts, Decimal(0))
    return found


def _rounds_to(exact: Decimal, printed: Decimal) -> bool:
    """Whether two amounts are the same to the places that are printed."""
    exponent = printed.as_tuple().exponent
    return isinstance(exponent, int) and 2 * abs(exact - printed) <= Decimal((0, (1,), exponent))


def _tie(at: Job | None, one: str, other: str, one_en: str, other_en: str, a: Decimal, b: Decimal) -> Hit:
    slip = b != 0 and any(abs(a / b - s) <= s * _SLIP_ROOM for s in _SLIP)
    why, why_en = (
        ("，相差一万倍，像是元和万元混用", ", a factor of ten thousand: yuan and ten thousand yuan mixed up")
        if slip
        else ("", "")
    )
    return Hit(
        at,
        field="total",
        values={
            "seen": f"{one}与{other}不相等，差{abs(a - b)}{why}",
            "seen_en": f"{one_en} and {other_en} differ by {abs(a - b)}{why_en}",
        },
        suggestion=f"核对后统一为【{a}】或【{b}】" + ("，并在表头写明单位" if slip else ""),
    )

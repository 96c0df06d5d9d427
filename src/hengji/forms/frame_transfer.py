"""The self-evaluation of a transfer payment over several units (转移支付自评表) as xlsx."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple, Protocol

from hengji.forms.levels import put_levels
from hengji.forms.sheet import Page, closed, new_book, rows_for
from hengji.forms.sheet_parts import put_signatures, put_title

TITLE = "转移支付绩效自评表"
OPEN = "有指标没有汇总数"
# What people say about how the money was managed; records do not answer it.
MANAGED = (
    "分配科学性", "下达及时性", "拨付合规性", "使用规范性", "执行准确性", "预算绩效管理情况", "支出责任履行情况",
)  # fmt: skip
INDICATORS = ("一级指标", "二级指标", "三级指标", "指标值", "全年实际完成值", "未完成原因和改进措施")
_WIDTHS = (7.0, 10.0, 12.0, 26.0, 22.0, 24.0, 24.0)
_LABEL: dict[str, Any] = {"align": "center", "bg_color": "#F5F5F5"}
_HEADING: dict[str, Any] = {"align": "center", "bold": True, "bg_color": "#EDEDED"}
_TWO = Decimal("0.01")


class _Line(Protocol):
    """An indicator of all units, as the roll-up makes it."""

    @property
    def level1(self) -> str: ...
    @property
    def level2(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def target(self) -> str: ...
    @property
    def text(self) -> str | None: ...


class Transfer(NamedTuple):
    """What the form shows of a transfer: money in its unit, the rate in percent; None where there is no figure of all."""

    name: str
    units: tuple[str, ...]
    budget: Decimal | None
    outturn: Decimal | None
    rate: Decimal | None
    money_unit: str | None
    lines: tuple[_Line, ...]


def transfer_form(one: Transfer, year: int, *, simulated: bool) -> bytes:
    """The form of one transfer: money, how it was managed (left to write), indicators.

    Source: forms of transfer payments as remembered, not checked.
    """
    book, out = new_book(f"{TITLE} {one.name}")
    page = Page(book, "转移支付自评表" + ("（模拟数据）" if simulated else ""), _WIDTHS, 10)
    last = len(_WIDTHS)
    row = put_title(page, TITLE, f"（{year}年度）", last)
    units = f"{len(one.units)} 个单位：{'、'.join(one.units)}"
    for label, text in (("转移支付名称", one.name), ("汇总单位", units)):
        page.put(row, 0, label, columns=2, **_LABEL)
        page.put(row, 2, text, columns=last - 2)
        page.height(row, max(24.0, page.needed(text, 2, last - 2)))
        row += 1
    row = _money(page, row, one)
    row = _managed(page, row)
    row = _objective(page, row)
    heading = row
    row = _indicators(page, row, one.lines)
    row = put_signatures(page, row, (4, 5))
    said = ["模拟数据"] if simulated else []
    said += [OPEN] if any(line.text is None for line in one.lines) else []
    page.printed(landscape=True, repeat=(heading, heading), footer=one.name, last_row=row - 1, header="　".join(said))
    return closed(book, out)


def _money(page: Page, row: int, one: Transfer) -> int:
    """Where the money came from is not on record for a transfer; those cells stay empty."""
    page.put(row, 0, f"资金情况\n（{one.money_unit or '单位不一'}）", rows=5, columns=2, **_LABEL)
    page.put(row, 2, None, columns=2, **_LABEL)
    for column, label in ((4, "全年预算数（A）"), (5, "全年执行数（B）"), (6, "执行率（B/A）")):
        page.put(row, column, label, **_LABEL)
    page.height(row, 24)
    for k, label in enumerate(("年度资金总额", "其中：中央补助", "地方资金", "其他资金")):
        row += 1
        page.put(row, 2, label, columns=2)
        amounts = (one.budget, one.outturn) if k == 0 else (None, None)
        for column, amount in enumerate(amounts, 4):
            page.amount(row, column, None if amount is None else amount.quantize(_TWO))
        page.put(row, 6, f"{one.rate:.2f}%" if k == 0 and one.rate is not None else None, align="center")
        page.height(row, 22)
    return row + 1


def _managed(page: Page, row: int) -> int:
    page.put(row, 0, "资金\n管理\n情况", rows=len(MANAGED) + 1, columns=2, **_LABEL)
    page.put(row, 2, None, columns=2, **_LABEL)
    page.put(row, 4, "情况说明", columns=2, **_LABEL)
    page.put(row, 6, "存在问题和改进措施", **_LABEL)
    page.height(row, 24)
    for label in MANAGED:
        row += 1
        page.put(row, 2, label, columns=2)
        page.put(row, 4, None, columns=2)
        page.put(row, 6, None)
        page.height(row, 26)
    return row + 1


def _objective(page: Page, row: int) -> int:
    """Each unit has an objective of its own; that of all is written by people."""
    page.put(row, 0, "总体目标\n完成情况", rows=2, columns=2, **_LABEL)
    page.put(row, 2, "总体目标", columns=2, **_LABEL)
    page.put(row, 4, "全年实际完成情况", columns=3, **_LABEL)
    page.put(row + 1, 2, None, columns=2)
    page.put(row + 1, 4, None, columns=3)
    page.height(row, 22)
    page.height(row + 1, 48)
    return row + 2


def _indicators(page: Page, row: int, lines: tuple[_Line, ...]) -> int:
    first = row
    for column, label in enumerate(INDICATORS, 1):
        page.put(row, column, label, **_HEADING)
    page.height(row, 26)
    row += 1
    starts: list[int] = []
    heights: dict[int, float] = {}
    for line in lines:
        starts.append(row)
        texts = ((3, line.name), (4, line.target), (5, line.text))
        high = max(24.0, *(page.needed(text, column) for column, text in texts))
        rows = rows_for(high)
        for column, text in texts:
            page.put(row, column, text, rows=rows, align="center" if column == 5 else "left")
        page.put(row, 6, None, rows=rows)
        heights |= dict.fromkeys(range(row, row + rows), high / rows)
        row += rows
    starts.append(row)
    if lines:
        put_levels(page, 1, [(line.level1,) for line in lines], starts, heights)
        put_levels(page, 2, [(line.level1, line.level2) for line in lines], starts, heights)
    for r, high in heights.items():
        page.height(r, high)
    page.put(first, 0, "绩\n效\n指\n标", rows=row - first, **_LABEL)
    return row

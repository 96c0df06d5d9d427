"""The money of a form with results: a line a source, a column a figure (年初预算数, 全年预算数, 全年执行数, 执行率 …)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from hengji.model.table import Funds, PrintedFunds
from hengji.reading.cells import Cell
from hengji.reading.form_columns import BRACKETED
from hengji.reading.merged_sheet import Sheet
from hengji.reading.money import amount, is_nothing

SOURCES = (
    ("total", re.compile("(?:年度)?资金总额|(?:年度)?(?:预算)?(?:总计|合计|总额)|项目资金|预算金额|年度预算")),
    ("fiscal_appropriation", re.compile("财政拨款|一般公共预算|财政资金")),
    ("special_account", re.compile("财政专户")),
    ("other_funds", re.compile("其他资金|自筹")),
    ("carry_over", re.compile("结转")),
)
_FIGURES = (
    ("forecast", re.compile("预计")),
    ("original_budget", re.compile("年初")),
    ("final_budget", re.compile("全年预算|调整后|变动后|调整预算")),
    ("execution_rate", re.compile("执行率")),
    ("outturn", re.compile("执行数|执行金额|支出数|实际支出")),
    ("max_points", re.compile("分值|权重")),
    ("points", re.compile("得分")),
)
_KEPT = ("original_budget", "final_budget", "outturn", "execution_rate", "max_points", "points")
_LABEL = re.compile("资金|拨款|总额|结转|财政|合计")


def read_money(sheet: Sheet, first: int, stop: int) -> tuple[Funds, tuple[PrintedFunds, ...]] | None:
    """The money between two rows and its lines as printed; None where no row of headings names what was spent.

    `total` and its parts are those of the final budget, or of the original one where only that is printed.
    """
    for r in range(first, stop):
        columns = _columns(sheet, r)
        if "outturn" in columns and ("original_budget" in columns or "final_budget" in columns):
            return _below(sheet, r + 1, stop, columns)
    return None


def _columns(sheet: Sheet, r: int) -> dict[str, int]:
    found: dict[str, int] = {}
    for c, cell in enumerate(sheet.rows[r]):
        flat = BRACKETED.sub("", cell.text)
        role = next((name for name, pattern in _FIGURES if len(flat) <= 12 and pattern.search(flat)), None)
        if role is not None and not sheet.is_covered(r, c):
            found.setdefault(role, c)
    return found


def _below(
    sheet: Sheet, first: int, stop: int, columns: Mapping[str, int]
) -> tuple[Funds, tuple[PrintedFunds, ...]] | None:
    base = "final_budget" if "final_budget" in columns else "original_budget"
    money: dict[str, Decimal] = {}
    printed: list[PrintedFunds] = []
    for r in range(first, stop):
        row = sheet.rows[r]
        label = next((c.text for c in reversed(row[: min(columns.values())]) if c.text), "")
        if not _LABEL.search(label):
            break
        printed.append(PrintedFunds(label, tuple(row[c].text for c in sorted(columns.values()))))
        flat = BRACKETED.sub("", label)
        role = next((name for name, pattern in SOURCES if pattern.search(flat)), None)
        value = _figure(row[columns[base]])
        if role is not None and value is not None:
            money.setdefault(role, value)
        if role == "total":
            given = {name: _figure(row[columns[name]]) for name in _KEPT if name in columns}
            money |= {name: figure for name, figure in given.items() if figure is not None}
    return (Funds(**money), tuple(printed)) if money else None


def _figure(cell: Cell) -> Decimal | None:
    """An amount, points, or a rate in percent."""
    if is_nothing(cell.text):
        return None
    said = amount(cell.text.strip().rstrip("%％"))
    return said.value if said else None

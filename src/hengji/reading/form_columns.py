"""Where the headings of an indicator table stand, and which column of it holds what."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from hengji.reading.cells import Cell
from hengji.reading.merged_sheet import Sheet

_ROLES = (
    ("level1", re.compile("一级指标|指标类[型别]$")),
    ("level2", re.compile("二级指标")),
    ("name", re.compile("三级指标|指标名称|指标内容")),
    ("sign", re.compile("符号|比较|运算")),
    ("kind", re.compile("指标性质|指标方向")),
    ("unit", re.compile("计量单位|度量单位|指标单位|^单位$")),
    ("whole_term_target", re.compile("(?:实施周期|实施期|周期|中期|中长期|总体|长期).*(?:指标|目标)值")),
    ("actual", re.compile("实际完成|完成值|完成情况|实际值|执行情况")),
    ("annual_target", re.compile("(?:指标|目标)值|预期值|年度指标$")),
    ("max_points", re.compile("分值|权重|满分")),
    ("points", re.compile("得分|自评分")),
    ("variance_reason", re.compile("偏差|原因")),
    ("remark", re.compile("备注|说明|指标解释|评分标准|计算方法|数据来源")),
    # Of a project, where every row names it.
    ("project", re.compile("^项目名称$")),
    ("project_code", re.compile("项目(?:代码|编码|编号)")),
    ("supervising_department", re.compile("主管部门")),
    ("fund_user", re.compile("单位名称|预算单位|(?:实施|使用|申报)单位")),
    ("total", re.compile("预算数|年度预算|资金总额|项目资金|预算金额|金额")),
    ("objective", re.compile("绩效目标|年度目标")),
)
# Every table of indicators has a heading for their names; most rows are told from headings by its lack.
_NAMES = re.compile(r"三\s*级\s*指\s*标|指\s*标\s*(?:名\s*称|内\s*容)")
_LONGEST_HEADING = 80
_LOOKED_AT = 60  # rows
_SIGN = re.compile("[≥≤＞＜><=＝═≧≦]{1,2}|(?:大于|小于)(?:等于)?|等于|不(?:少|低)于|不(?:超过|高于)")
BRACKETED = re.compile("[（(][^（）()]*[)）]|[:：\\s]")
NOT_DATA = re.compile("(?:小计|合计|总分|总计)$|^(?:注|说明|填报说明|备注)[:：]")


_FIELDS = frozenset(
    ("level1", "level2", "name", "whole_term_target", "annual_target", "actual", "max_points", "points")
)


@dataclass(slots=True)
class Half:
    """The columns of one half of an indicator table, by role."""

    columns: dict[str, int] = field(default_factory=dict)
    _fields: list[tuple[str, int]] = field(default_factory=list)

    @property
    def fields(self) -> list[tuple[str, int]]:
        """The columns whose places an indicator keeps; asked for only when all columns are known."""
        if not self._fields:
            self._fields += [(role, c) for role, c in self.columns.items() if role in _FIELDS]
        return self._fields


@dataclass(slots=True)
class Header:
    """Where the headings of an indicator table stand, and the columns of its one or two halves."""

    row: int
    halves: list[Half]


def headers(sheet: Sheet) -> list[Header]:
    """The heading rows of the tables of indicators in a sheet, in order."""
    found: list[Header] = []
    for r in sheet.grid.rows_with("级名内"):  # in all words for the names
        if not any("指" in t and len(t) <= _LONGEST_HEADING and _NAMES.search(t) for t in sheet.grid.rows[r]):
            continue
        halves = _halves(sheet, r, sheet.rows[r])
        if halves and not (found and r == found[-1].row + 1):
            found.append(Header(r, halves))
    return found


def _halves(sheet: Sheet, r: int, row: Sequence[Cell]) -> list[Half]:
    """The columns that a row of headings names; empty where it is none."""
    halves = [Half()]
    for c, cell in enumerate(row):
        if sheet.is_covered(r, c) and c and row[c - 1].text == cell.text:
            continue
        role = _role(cell.text)
        if role is None:
            continue
        if role in halves[-1].columns:
            if role in ("name", "level1", "level2") and "name" in halves[-1].columns and len(halves) == 1:
                halves.append(Half({role: c}))
            continue
        halves[-1].columns[role] = c
    for half in halves:
        if "sign" not in half.columns and "kind" in half.columns and _holds_signs(sheet, r, half.columns["kind"]):
            half.columns["sign"] = half.columns.pop("kind")
    halves = [h for h in halves if "name" in h.columns and _targets(h)]
    if len(halves) == 2 and "level1" not in halves[1].columns and "level1" in halves[0].columns:
        halves[1].columns["level1"] = halves[0].columns["level1"]  # one level 1 for both halves
    return halves


def _holds_signs(sheet: Sheet, r: int, c: int) -> bool:
    """Whether signs stand in a column that is headed by the nature or direction of indicators (指标性质)."""
    below = sheet.grid.rows[r + 1 : r + 1 + _LOOKED_AT]
    return any(c < len(row) and _SIGN.fullmatch(row[c].strip()) for row in below)


@lru_cache(maxsize=4096)
def _role(heading: str) -> str | None:
    flat = BRACKETED.sub("", heading)
    return next((name for name, pattern in _ROLES if flat and len(flat) <= 14 and pattern.search(flat)), None)


def _targets(half: Half) -> bool:
    return "annual_target" in half.columns or "whole_term_target" in half.columns

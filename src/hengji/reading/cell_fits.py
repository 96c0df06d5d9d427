"""How badly a cell fits a column, in points: 0 like made for it, 1 unusual, 3 hardly, 9 not at all.

`stream_align` adds these up over all cells and takes the cheapest way; only their order of magnitude matters.
"""

from __future__ import annotations

import re
from functools import lru_cache

from hengji.reading.cell_kinds import Kind, kind_of_text

_POINTS = re.compile(r"-?(?:100|[0-9]{1,2})(?:\.[0-9]+)?分?")
_PERCENT = re.compile(r"[0-9.]+[%％]?")
_NO_NAME = re.compile("^指标$|^指标[0-9]|^[年月日](?=[0-9-]|$)|[年月]-[0-9]")
NEVER = 9.0  # a cell that cannot stand in a column
_LEFT_OUT = 5.0  # a cell that stands in none


def is_sum_of_unit(text: str) -> bool:
    """Whether a cell belongs to the sum of a unit between the rows of its projects: 863-某某部门, 8,688,700.00."""
    k = kind_of_text(text)
    return (k.office and k.coded) or (k.money and "," in k.words)


@lru_cache(maxsize=16384)
def beside(text: str) -> float:
    """What it costs to leave a cell out of all rows."""
    return 2.5 if is_sum_of_unit(text) else _LEFT_OUT


@lru_cache(maxsize=32768)
def misfit(text: str, role: str) -> float:
    """How badly a text fits a column of this role: 0 like made for it, 9 not at all."""
    k = kind_of_text(text)
    return _FITS.get(role, _other)(k) + (4.0 if k.ends_in_label else 0.0)


def _level1(k: Kind) -> float:
    if k.level1:
        # 成本指标 belongs to 产出 but where 经济成本 follows.
        return 0.6 if k.level2 and k.words.startswith("成本") else 0.0
    if k.prefixed or k.level2 or k.digits or k.value or k.sign or len(k.words) > 20 or not k.chinese:
        return NEVER
    return 0.4 if k.pointed else 5.0 if k.state or k.counted else 2.6


def _level2(k: Kind) -> float:
    if k.level2:
        return 0.0
    if k.level1:
        return 1.5
    if k.prefixed or k.digits or k.value or k.sign or len(k.words) > 20 or not k.chinese:
        return NEVER
    return 5.0 if k.state or k.counted else 2.4


def _name(k: Kind) -> float:
    if k.prefixed:
        return -0.5
    if not k.chinese or k.digits or k.dash:
        return NEVER if k.words[:1] not in "*★" else 1.0
    if k.level1 or k.level2:
        return 1.5
    if k.labelled:
        return 6.0
    if k.coded:
        return 8.0 if k.office else 4.0
    if k.pointed:
        return 3.0
    if k.sign or k.direction:
        return 8.0
    if k.value:
        return 4.5
    if len(k.words) > 60:
        return 6.0
    cost = (0.0 if k.name_end else 0.4) + (4.0 if k.foreign else 0.0) + (2.5 if k.inner else 0.0)
    return (
        cost
        + (1.2 if k.state and not k.name_end else 0.0)
        + (1.5 if len(k.words) <= 2 else 4.0 if _NO_NAME.search(k.words) else 0.0)
    )


def _value(k: Kind) -> float:
    if k.level1 or k.level2 or k.prefixed:
        return 5.0
    if k.direction or k.sign or k.tells:
        return 5.0
    if k.dash:
        return 0.8
    if k.office and not k.value:
        return 4.0
    if k.digits:
        return 4.0 if k.money and "," in k.words else 0.0
    if k.two or k.long_unit or k.inner:
        return 3.0
    if k.value:
        return 0.0
    if k.state:
        return 0.2 + 0.03 * len(k.words)
    return 1.5 if k.name_end and len(k.words) > 3 else 0.9 if len(k.words) <= 30 else 1.8


def _figure(k: Kind) -> float:
    if k.number:
        return 0.0 if _POINTS.fullmatch(k.words) else 6.0
    return 0.4 if k.dash else NEVER


def _sign(k: Kind) -> float:
    return 0.0 if k.sign or k.direction else NEVER


def _unit(k: Kind) -> float:
    if k.level1 or k.level2 or k.digits or k.sign or not k.unit or k.words == "无":
        return 0.8 if k.dash else NEVER
    return 0.1 if not k.state else 2.0


def _rate(k: Kind) -> float:
    return 0.0 if _PERCENT.fullmatch(k.words) else 0.4 if k.dash else NEVER


def _remark(k: Kind) -> float:
    if k.level1 or k.level2 or k.prefixed:
        return 5.5
    if k.digits:
        return 5.0
    if k.value or k.foreign:
        return 4.0
    return 2.0 if (k.name_end and len(k.words) < 14) or len(k.words) == 1 else 0.8


def _reason(k: Kind) -> float:
    if k.words == "无" or k.dash:
        return 0.0
    return _remark(k)


def _mark(k: Kind) -> float:
    return 0.0 if k.words in ("√", "✓", "是", "■", "V") else 5.0


def _project(k: Kind) -> float:
    if k.level1 or k.level2 or k.digits or k.signed or k.sign or not k.chinese:
        return NEVER
    cost = 0.5 if len(k.words) <= 60 else 4.0
    return cost + (1.0 if k.office or k.coded else 0.0)


def _office(k: Kind) -> float:
    if k.level1 or k.level2 or k.digits or k.signed or k.sign or not k.chinese:
        return NEVER
    return (0.2 if k.office else 1.8) - (0.2 if k.coded else 0.0)


def _class(k: Kind) -> float:
    return NEVER if k.level1 or k.level2 or k.signed or k.sign else 0.3 if k.coded or k.number else 1.4


def _money(k: Kind) -> float:
    return 0.0 if k.money else 0.3 if k.digits else NEVER


def _objective(k: Kind) -> float:
    if k.level1 or k.level2 or k.digits or k.sign or k.office:
        return NEVER
    return 0.0 if len(k.words) > 30 else 2.5


def _place(k: Kind) -> float:
    return 5.0 if k.level1 or k.level2 else 0.0 if k.value or k.digits else 0.6


def _other(k: Kind) -> float:
    if k.tells:
        return -0.2
    if k.level1 or k.level2:
        return 5.0
    return 2.5 if k.value or k.digits else 0.5


_FITS = {
    "level1": _level1, "level2": _level2, "left_level2": _level2, "name": _name, "left_name": _name, "sign": _sign,
    "unit": _unit, "annual_target": _value, "whole_term_target": _value, "half": _value, "grade": _value, "last": _value,
    "actual": _value, "forecast": _value, "max_points": _figure, "points": _figure, "rate": _rate, "reason": _reason,
    "remark": _remark, "mark": _mark, "project": _project, "fund_user": _office, "supervising_department": _office,
    "project_other": _class, "total": _money, "objective": _objective, "place": _place, "other": _other,
}  # fmt: skip
# What it costs a row to lack a cell of a column.
LACK = {
    "name": 9.0, "annual_target": 6.0, "whole_term_target": 3.0, "left_name": 0.5, "left_level2": 0.2, "level1": 0.3,
    "level2": 0.3, "sign": 0.8, "unit": 0.6, "half": 3.0, "grade": 3.0, "last": 1.5, "actual": 2.5, "forecast": 1.5,
    "max_points": 1.5, "points": 1.5, "rate": 1.0, "reason": 0.0, "remark": 0.3, "mark": 0.0, "project": 0.0, "fund_user": 0.0,
    "supervising_department": 0.0, "project_other": 0.0, "total": 0.0, "objective": 0.0, "place": 4.0, "other": 0.6,
}  # fmt: skip

"""Levels 1 and 2 of the indicator tree (一级/二级指标), by code and by name.

Hierarchy A (财预〔2015〕88号, 财预〔2020〕10号): 产出{11数量 12质量 13时效 14成本} 效益{21经济 22社会 23生态 24可持续}
满意度{31服务对象}. Hierarchy B (财预〔2021〕101号) moves cost to a level 1 of its own, without codes.
"""

from __future__ import annotations

from enum import StrEnum


class Level1(StrEnum):
    """一级指标."""

    OUTPUT = "output"
    OUTCOME = "outcome"
    SATISFACTION = "satisfaction"
    COST = "cost"


class Level2(StrEnum):
    """二级指标; the cost classes of hierarchy B are one class here, their printed name stays with the indicator."""

    QUANTITY_OUTPUT = "quantity_output"
    QUALITY = "quality"
    TIMELINESS = "timeliness"
    COST = "cost"
    ECONOMIC = "economic"
    SOCIAL = "social"
    ECOLOGICAL = "ecological"
    SUSTAINABILITY = "sustainability"
    RECIPIENT_SATISFACTION = "recipient_satisfaction"

    @property
    def zh(self) -> str:
        """The official name without 指标."""
        return _ZH[self]

    @property
    def code(self) -> str:
        """The two-digit code of hierarchy A."""
        return _CODES[self]


_ZH = {
    Level2.QUANTITY_OUTPUT: "数量指标", Level2.QUALITY: "质量指标", Level2.TIMELINESS: "时效指标",
    Level2.COST: "成本指标", Level2.ECONOMIC: "经济效益", Level2.SOCIAL: "社会效益", Level2.ECOLOGICAL: "生态效益",
    Level2.SUSTAINABILITY: "可持续影响", Level2.RECIPIENT_SATISFACTION: "服务对象满意度",
}  # fmt: skip
_CODES = {
    Level2.QUANTITY_OUTPUT: "11", Level2.QUALITY: "12", Level2.TIMELINESS: "13", Level2.COST: "14",
    Level2.ECONOMIC: "21", Level2.SOCIAL: "22", Level2.ECOLOGICAL: "23", Level2.SUSTAINABILITY: "24",
    Level2.RECIPIENT_SATISFACTION: "31",
}  # fmt: skip
_BY_CODE = {code: level for level, code in _CODES.items()}
# In this order: 社会成本 is a cost and 生态环境成本 is a cost, so 成本 is asked before 社会 and 生态.
_WORDS = (
    ("成本", Level2.COST), ("满意", Level2.RECIPIENT_SATISFACTION), ("可持续", Level2.SUSTAINABILITY),
    ("经济", Level2.ECONOMIC), ("社会", Level2.SOCIAL), ("生态", Level2.ECOLOGICAL), ("环境效益", Level2.ECOLOGICAL),
    ("数量", Level2.QUANTITY_OUTPUT), ("质量", Level2.QUALITY), ("时效", Level2.TIMELINESS),
)  # fmt: skip


def level2_of(name: str | None, code: str | None = None) -> Level2 | None:
    """The class behind a printed level-2 code and name, or None when neither tells.

    The name wins over the code: a form may number its rows 11, 12 … for reasons of its own.
    """
    if name:
        for word, level in _WORDS:
            if word in name:
                return level
    return _BY_CODE.get(code or "")


def level1_of(name: str | None, level2: Level2 | None = None) -> Level1 | None:
    """The level-1 class behind a printed name; where that tells nothing, the one that level 2 belongs to."""
    for word, level in (
        ("满意", Level1.SATISFACTION), ("成本", Level1.COST), ("产出", Level1.OUTPUT), ("效益", Level1.OUTCOME),
        ("效果", Level1.OUTCOME),
    ):  # fmt: skip
        if name and word in name:
            return level
    if level2 is None:
        return None
    return {"1": Level1.OUTPUT, "2": Level1.OUTCOME, "3": Level1.SATISFACTION}[level2.code[0]]

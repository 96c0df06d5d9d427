"""The words of levels 1 and 2 as forms print them, whole labels only: 产出指标, 项目完成指标(50分), 数量值, 可持续影响."""

from __future__ import annotations

import re
from functools import lru_cache

_TAIL = "(?:指标|值)"
_NOTE = r"(?:[（(][^（()）]{1,14}[)）])?"
_CODE = r"(?:\d{1,2}[-－—.、])?"
_LEVEL1 = re.compile(
    rf"{_CODE}(?:(?:项目)?(?:产出|效益|效果|满意度?|成本|完成|投入|过程|决策|管理|社会效应|履职效[能益])类?{_TAIL}"
    rf"|产出|效益|效果|满意度|决策|过程|投入|项目产出|项目效益|项目效果|项目决策|项目过程){_NOTE}"
)
_EFFECT = "经济|社会|生态|环境|生态环境|可持续|社会公众"
_WHOM = r"(?:服务对象|社会公众|公众|受益(?:对象|群众|群体|人群)?|服务)(?:[或和及、](?:服务对象|受益对象|公众))?"
_LEVEL2 = re.compile(
    rf"{_CODE}(?:(?:产出)?(?:数量|质量|时效|成本){_TAIL}?|(?:经济|社会|生态|环境|生态环境){{1,2}}成本{_TAIL}?"
    rf"|(?:{_EFFECT})(?:效益|影响|效果|发展){_TAIL}?|可持续(?:性|发展)?(?:影响)?(?:期限)?{_TAIL}?|可持续性影响{_TAIL}?"
    rf"|{_WHOM}满意度?{_TAIL}?|满意度{_TAIL}){'(?:等)?'}{_NOTE}"
)
_FAMILIES = (
    ("satisfaction", re.compile("满\\s*意")),
    ("outcome", re.compile("效益|效果|影响|可持续|环境|社会|生态|经济效")),
    ("output", re.compile("产出|完成|数量|质量|时效|成本")),
)
_BLANK = re.compile("[\\s\u200b-\u200d\u2060\ufeff\u00ad]+")  # blanks, and signs that take no room


def flat(text: str) -> str:
    """A text without any white space or sign that is not seen."""
    return _BLANK.sub("", text)


@lru_cache(maxsize=8192)
def is_level1(text: str) -> bool:
    """Whether a text without blanks is the label of a level 1 and nothing else."""
    return len(text) <= 24 and _LEVEL1.fullmatch(text) is not None


@lru_cache(maxsize=8192)
def is_level2(text: str) -> bool:
    """Whether a text without blanks is the label of a level 2 and nothing else."""
    return len(text) <= 30 and _LEVEL2.fullmatch(text) is not None


def family_of(label: str | None) -> str | None:
    """The branch of the indicator tree that a label of either level belongs to: output, outcome, satisfaction."""
    if not label:
        return None
    return next((name for name, words in _FAMILIES if words.search(flat(label))), None)

"""Text whose cells came out of order: names in one place, values in another."""

from __future__ import annotations

import re

from hengji.model.finding import Finding, Place
from hengji.reading.faults import ORDER

_TOKEN = re.compile(r"[^\s|｜\t]+")
_LABELS = re.compile("(?:一|二|三)级指标|指标值|实际完成值")
_VALUE = re.compile(
    r"[≥≤＞＜><=＝═≧≦~约]+\s?[0-9][^\u4e00-\u9fff]{0,12}.{0,6}"
    r"|(?:不少于|不低于|不超过|不高于|大于|小于|大于等于|小于等于|等于|达到|至少|约|控制在)[0-9].{0,16}"
    r"|[0-9][0-9,.]*(?:%|％|[\u4e00-\u9fff/·.]{1,6}(?:以上|以下|左右|以内)?)|20[0-9]{2}年.{0,12}(?:前|底)"
)
_FIGURE = re.compile(r"[0-9.,]+|[-—/]+")
_LEVEL2 = re.compile(r"(?:数量|质量|时效|成本|(?:经济|社会|生态)效益|可持续影响|服务对象满意度)(?:指标)?")
_RUN = 5


def out_of_order(text: str) -> bool:
    """Whether a table of targets is in this text, but values follow each other without the names they belong to.

    In a readable table a value is followed by figures (points) or by the next name; a run of five values, or of level
    names, without a name between them shows that columns were written out one after the other.
    """
    if not _LABELS.search(text):
        return False
    values = levels = longest = levels_longest = 0
    for token in _TOKEN.finditer(text):
        word = token[0]
        if _FIGURE.fullmatch(word):
            continue
        if len(word) <= 30 and _VALUE.fullmatch(word):
            values, levels = values + 1, 0
        elif _LEVEL2.fullmatch(word):
            levels, values = levels + 1, 0
        else:
            values = levels = 0
        longest, levels_longest = max(longest, values), max(levels_longest, levels)
    return longest >= _RUN or levels_longest >= _RUN


def cells_out_of_order() -> Finding:
    """R08: why a text with indicators in it is not read."""
    return ORDER.at(
        Place(),
        "文件里有绩效指标，但名称和指标值的先后次序已乱，无法判断哪个值属于哪项指标，没有读取。请用原始文件（而不是复制出来的文字）。",
        "There are indicators, but names and values come out of order, so nothing tells which belong together; not "
        "read. Use the original file, not text copied from it.",
    )

"""What an indicator's name says about its value: unit, comparator, direction, whether it can exceed 100 %."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import Any

from hengji.model.units import PERCENT, known_unit
from hengji.targets.fold import fold

_RATE = re.compile(
    r"(?:率|满意度|满意程度|知晓度|占比|比例|比重|百分比|幅度|程度)(?:$|[^\u4e00-\u9fff]|[是达为较同]|情况)"
)
# Shares of a whole; growth, fulfilment of a plan and the like may well pass 100.
_MAY_EXCEED = re.compile(
    "增长|增幅|增速|提高|提升|完成率|执行率|回报|利润|产出比|收益|周转|负债|利用率|升高|超额|上涨|降低|下降|变化"
)
_MONEY = re.compile("成本|费用|经费|资金|投资|金额|预算|补贴|补助|工资|薪|收入|产值|支出|费$|税|价|标准.{0,3}元")
_RESPONSE = re.compile(
    "(?:响应|反馈|答复|回复|办结|办理|处置|处理|修复|到场|到达|恢复|审批|核查|整改|排除|解决|拨付|支付|发放|报送|维修|抢修|送达)"
    "[^,;。]{0,6}(?:时间|时限|时长|时效|及时|速度|期限|周期|效率)"
)
_TIMED = re.compile("时间|时限|时效|及时|期限|日期|进度|周期|工期|按时|按期|准时|节点")
_TEMPLATE = re.compile(
    r"([≥≤><=]+|不少于|不低于|不超过|大于等于|小于等于|大于|小于)?\s*(?:[*＊×]{1,6}|[Xx_]{2,6})\s*([^\s()\[\]*]{0,8})"
)
_BRACKET = re.compile(r"[(\[【]\s*(?:单位\s*[:：]?)?\s*([^()\[\]【】]{1,10})\s*[)\]】]")
_STATED = re.compile(r"(\d+(?:\.\d+)?)\s*%")
_SIGNS = {
    "≥": ">=", ">=": ">=", "=>": ">=", "不少于": ">=", "不低于": ">=", "大于等于": ">=", "≤": "<=", "<=": "<=", "=<": "<=",
    "不超过": "<=", "小于等于": "<=", ">": ">", "大于": ">", "<": "<", "小于": "<", "=": "==",
}  # fmt: skip
# What a noun at the end of a name is counted in.
_COUNTED = {
    "人次": "人次", "户次": "户次", "辆次": "辆次", "车次": "车次", "场次": "场次", "批次": "批次", "频次": "次", "班次": "班次",
    "次数": "次", "人数": "人", "户数": "户", "家数": "家", "天数": "天", "份数": "份", "篇数": "篇", "套数": "套", "台数": "台",
    "件数": "件", "个数": "个", "点数": "个", "条数": "条", "场数": "场", "期数": "期", "辆数": "辆", "宗数": "宗", "起数": "起",
    "船": "艘", "艇": "艘", "车": "辆", "案件": "件", "案": "件", "企业": "家", "单位": "家", "机构": "家", "公司": "家",
    "教师": "人", "学生": "人", "人员": "人", "职工": "人", "人口": "人", "对象": "人", "劳动力": "人", "工程": "个", "项目": "个",
    "平台": "个", "系统": "个", "设备": "台", "仪器": "台", "电脑": "台", "报告": "份", "活动": "次", "培训班": "期",
    "演练": "次", "会议": "次", "航次": "次", "车辆": "辆",
}  # fmt: skip
_LONGEST = max(map(len, _COUNTED))
_COUNT_WORD = re.compile(
    r"(?:采购|购置|新增|补贴|安排|完成|结算|办结|更新|改造|建设|配备|服务|业务|投放|总)?(?:总)?(?:数量|数|总量|量)?$"
)
_NOUN_END = re.compile(r"\s*[(\[【][^()\[\]【】]*[)\]】]\s*$")
_PERIOD = re.compile("(?:服务|建设|实施|施工|质保|维护|运行)?(?:周期|工期)$")
_UNASKED: Any = object()


class Hints:
    """What a name gives away; each question is answered when it is first asked, for most values ask one or two."""

    __slots__ = ("_capped", "_money", "_rate", "_unit", "bare", "name", "op", "stated", "written")
    _unit: str | None
    _rate: bool
    _money: bool
    _capped: bool

    def __init__(self, name: str) -> None:
        self.name = name
        self.written, self.op = _written(name)
        self.bare = (_NOUN_END.sub("", name) if name[-1:] in ")]】" else name).rstrip("。;,")
        stated = _STATED.search(name) if "%" in name else None
        self.stated = Decimal(stated[1]) if stated else None
        self._unit = self._rate = self._money = self._capped = _UNASKED

    @property
    def unit(self) -> str | None:
        """The unit that the name writes or implies."""
        if self._unit is _UNASKED:
            self._unit = self.written or (PERCENT if self.rate else _implied(self.bare, self.money))
        return self._unit

    @property
    def rate(self) -> bool:
        """Whether it names a rate or a satisfaction."""
        if self._rate is _UNASKED:
            self._rate = bool(_RATE.search(self.bare))
        return self._rate

    @property
    def capped(self) -> bool:
        """Whether it names a share of a whole, which cannot exceed 100 %."""
        if self._capped is _UNASKED:
            self._capped = self.rate and not _MAY_EXCEED.search(self.bare)
        return self._capped

    @property
    def money(self) -> bool:
        """Whether it names an amount of money."""
        if self._money is _UNASKED:
            self._money = bool(_MONEY.search(self.bare)) and not self.rate
        return self._money

    @property
    def response(self) -> bool:
        """Whether it names a time to react in."""
        return bool(_RESPONSE.search(self.bare))

    @property
    def timed(self) -> bool:
        """Whether it speaks of time."""
        return bool(_TIMED.search(self.bare))


@lru_cache(maxsize=65_536)
def hints_of(name: str | None) -> Hints:
    """What a name says; nothing for no name."""
    return Hints(fold(name.strip()) if name else "")


def _written(text: str) -> tuple[str | None, str | None]:
    """Unit and comparator that a name writes out: (亩), [次], (≥**%), ≥**人."""
    if "*" in text or "×" in text or "X" in text or "x" in text or "__" in text:
        template = _TEMPLATE.search(text)
        if template:
            unit = template[2]
            whole = bool(unit) and known_unit(unit, 0, len(unit)) == len(unit)
            return (unit if whole else None), _SIGNS.get(template[1] or "")
    if "(" in text or "[" in text or "【" in text:
        for bracket in _BRACKET.finditer(text):
            unit = bracket[1].strip()
            scaled = unit[:1] in "万亿" and len(unit) > 1 and unit[1] != "元"
            if unit and known_unit(unit, 1 if scaled else 0, len(unit)) == len(unit):
                return unit, None
    return None, None


def _implied(bare: str, money: bool) -> str | None:
    """The unit that the last noun of a name is counted in."""
    if not bare:
        return None
    if _PERIOD.search(bare):
        return "天"
    if money and not bare.endswith(("数", "数量", "次数")):
        # The form states money in 万元.
        return "万元"
    return _by_ending(bare) or _by_ending(_COUNT_WORD.sub("", bare))


def _by_ending(noun: str) -> str | None:
    for length in range(_LONGEST, 0, -1):
        unit = _COUNTED.get(noun[-length:]) if len(noun) >= length else None
        if unit:
            return unit
    return None

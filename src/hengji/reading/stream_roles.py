"""What a heading of an indicator table names, for tables of which only the order of cells is left."""

from __future__ import annotations

import re
from functools import lru_cache

from hengji.reading.level_words import flat

# Asked in this order; patterns see the heading without blanks and brackets.
_ROLES = (
    ("forecast", "预计"),
    ("rate", "完成率|完成比例"),
    ("last", "上年|去年|前三年|历史值|^20\\d\\d年实际"),
    ("half", "半年"),
    ("other", "指标值(?:说明|设置)|标准|依据|规则|佐证|解释|描述|公式|来源|指标说明|口径|^指标方向性$"),
    ("level1", "^(?:绩效)?一级(?:绩效)?指标(?:名称)?$|^指标(?:类[型别]|分类)$|^绩效指标分类$|^一级$|^项目$"),
    ("level2", "^二级(?:绩效)?指标(?:名称)?$|^二级$|^考核内容$"),
    ("name", "^三级(?:绩效)?指标(?:名称)?$|^(?:绩效)?指标(?:名称|内容)$|^三级$|^考核指标$|^具体指标$"),
    ("sign", "符号|比较|运算|指标性质|指标方向"),
    ("unit", "计量单位|度量单位|指标单位|^单位$"),
    ("whole_term_target", "(?:实施周期|实施期|周期|中期|中长期|总体|长期).*(?:指标|目标)值"),
    ("points", "得分|自评分"),
    ("max_points", "分值|权重|满分|权数"),
    ("actual", "实际(?:完成|实现|达到)?(?:指标)?值|实际(?:完成|实现)|完成(?:指标)?值|完成情况|执行情况"),
    ("annual_target", "(?:指标|目标)(?:数)?值|预期.{0,8}值|年度指标$|年度数值|年度工作目标|指标值及单位|目标值"),
    ("reason", "偏差|原因|改进措施"),
    ("mark", "^(?:经费|制度|人员|硬件条件)保障$|^确定能$|^有可能$|^完全不可能$|可能性"),
    ("remark", "备注|说明"),
    ("project", "^(?:二级)?(?:项目|支出项目|预算项目)名称$"),
    ("project_other", "^项目(?:类[别型]|代码|编码|编号)$|^序号$"),
    ("supervising_department", "^(?:项目)?主管部门(?:名称)?$"),
    ("fund_user", "^(?:(?:项目|预算)单位|单位名称|(?:项目)?(?:实施|使用|申报)单位)$"),
    ("total", "^(?:预算数|年度预算(?:数)?|资金总额|项目资金|预算金额|金额|绩效金额)$"),
    ("objective", "^(?:年度|项目|总体)?(?:绩效)?(?:总体)?目标$"),
)  # fmt: skip
_PATTERNS = tuple((role, re.compile(words)) for role, words in _ROLES)
_BRACKETS = re.compile("[（(][^（）()]*[)）]|[:：*★☆]")
_HALF_YEAR = re.compile("半年")
GRADES = ("优", "良", "中", "差")


@lru_cache(maxsize=4096)
def stream_role(heading: str) -> str | None:
    """The role of a column with this heading; None where the words are not known."""
    if not heading or len(heading) > 40:
        return None
    words = _BRACKETS.sub("", flat(heading))
    if not words or len(words) > 18:
        return None
    return next((role for role, pattern in _PATTERNS if pattern.search(words)), None)

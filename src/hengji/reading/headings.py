"""Columns found by what their heading means, never by how many there are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

_BRACKETS = re.compile(r"[（(\[［【][^（()）\]］】]*[)）\]］】]")
_NOT_WORDS = re.compile(r"[\s*★☆:：、,，.。/]+")
_LONGEST = 60

# Role → headings that mean it, as printed in published tables, without brackets and blanks.
_WORDS: tuple[tuple[str, str], ...] = (
    ("number", "序号|编号"),
    ("project_code", "项目编码|项目代码|项目编号"),
    ("name", "项目名称|项目|项目名称资金使用单位|二级项目名称|支出项目名称|预算项目名称|预算项目|项目支出名称"),
    ("supervising_department", "主管部门|主管单位|主管部门名称|主管预算单位"),
    ("fund_user", "资金使用单位|实施单位|项目单位|预算单位|单位名称|用款单位|项目实施单位|申报单位|单位|部门名称"),
    ("total", "总计|合计|小计|总额|资金总额|项目总额|预算金额|预算数|年度预算数|年度资金总额|年度金额|项目金额|金额|"
     "申报金额|"
     "项目资金|预算安排|年初预算数|年度预算|预算资金|项目预算|安排金额|本年预算|资金合计|资金|预算资金情况|资金安排"),
    ("fiscal_appropriation", "财政拨款|其中财政拨款|当年财政拨款|年度财政拨款|一般公共预算|一般公共预算拨款|财政资金|"
     "其中财政资金|"
     "本级财政资金|财政拨款收入|财政拨款小计"),
    ("special_account", "财政专户拨款|财政专户管理资金|财政专户资金|财政专户|财政专户核拨资金|"
     "财政专户管理的资金|专户资金"),
    ("carry_over", "上年结转资金|上年结转|结转资金|结转结余"),
    ("other_funds", "其他资金|单位资金|自有资金|其他|其他收入|单位自有资金|其它资金|其它"),
    ("whole_term_objective", "实施周期目标|实施周期绩效目标|中期目标|中长期目标|项目总目标|实施周期总目标|长期目标|"
     "中期绩效目标"),
    ("objective", "绩效目标|年度绩效目标|总体目标|年度目标|年度总体目标|项目绩效目标|绩效总目标|项目年度绩效目标|"
     "绩效总体目标|"
     "项目目标|总体绩效目标|绩效目标内容"),
    ("indicators", "绩效指标|绩效目标指标|年度绩效指标|绩效指标及指标值|绩效指标内容|项目绩效指标|绩效指标情况"),
    ("level1", "一级指标|一级指标名称|一级"),
    ("level2", "二级指标|二级指标名称|二级"),
    ("level3", "三级指标|三级指标名称|指标名称|三级|绩效指标名称|具体指标|指标内容"),
    ("target", "指标值|年度指标值|目标值|年度目标值|实施周期指标值|中期指标值"),
    ("remark", "备注|说明"),
)  # fmt: skip
_ROLES = {word: role for role, words in _WORDS for word in words.split("|")}
# Where the whole heading is not known: what it must hold, asked in this order.
_HOLDS = (
    ("绩效指标", "indicators"), ("绩效目标", "objective"), ("总体目标", "objective"), ("财政专户", "special_account"),
    ("财政拨款", "fiscal_appropriation"), ("一般公共预算", "fiscal_appropriation"), ("结转", "carry_over"),
    ("其他资金", "other_funds"), ("项目名称", "name"), ("资金总额", "total"), ("预算数", "total"),
    ("预算金额", "total"),
)  # fmt: skip
MONEY = ("total", "fiscal_appropriation", "special_account", "other_funds", "carry_over")
LEVELS = frozenset(("level1", "level2", "level3", "target"))


@lru_cache(maxsize=4096)
def role_of(heading: str) -> str | None:
    """What a column with this heading holds; None where the words are not known."""
    if not heading or len(heading) > _LONGEST:
        return None
    inner = _NOT_WORDS.sub("", _BRACKETS.sub("", heading) or heading)
    known = _ROLES.get(inner) or _ROLES.get(_NOT_WORDS.sub("", heading))
    if known or len(inner) > 20:
        return known
    return next((role for words, role in _HOLDS if words in inner), None)


def is_listing(roles: Sequence[str | None]) -> bool:
    """Whether these columns are those of a list of projects with packed indicators."""
    held = frozenset(roles)
    return (
        "indicators" in held
        and "name" in held
        and not held & LEVELS
        and ("objective" in held or bool(held & set(MONEY)))
    )

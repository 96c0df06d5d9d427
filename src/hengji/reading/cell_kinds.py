"""What the text of a cell looks like, without knowing where it stands: a value, a name, an office, points …"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from hengji.reading.level_words import flat, is_level1, is_level2

_DASH = re.compile("[-—－–/\\\\]{1,3}")
_NUMBER = re.compile(r"[-－]?[0-9]{1,4}(?:\.[0-9]{1,4})?分?")
_DIGITS = re.compile(r"[-－]?[0-9][0-9,.]*")
_MONEY = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+\.[0-9]{2,6}(?:万元?|元)?")
_SIGN = re.compile(
    "[≥≤＞＜><=＝═≧≦﹥﹤]{1,2}|(?:大于|小于)(?:等于)?|等于|不少于|不低于|不超过|不高于|不大于|不小于|定性|(?:正|反)向(?:指标)?|中性"
)
_DIRECTION = re.compile("(?:正|反)向(?:指标)?|中性|定性|定量")
_UNIT = re.compile(
    r"[%％‰]|百分比|百分点|(?:[\u4e00-\u9fff㎡]{1,4}|[a-zA-Z]{1,4}[23³²]?)(?:[/·][\u4e00-\u9fff0-9·/]{1,8})?"
)
_SIGNED = re.compile(
    r"[≥≤＞＜><=＝═≧≦﹥﹤~约]+\s?[0-9]|(?:不少于|不低于|不超过|不高于|不大于|不小于|大于|小于|等于|达到|至少|约|控制在|低于|高于|超过|少于|多于"
    r"|不晚于|不早于|[每城])\D{0,6}[0-9]"
)
_AMOUNT = re.compile(r"[-－]?[0-9][0-9,.]*(?:[%％‰]|[\u4e00-\u9fff/·~～—\-－±a-zA-Z（()）³²,，、0-9.%％]{0,30})")
_STATE = re.compile(
    "(?:是|否|有|无|优|良好?|好|健全|规范|合规|及时|达标|完成|部分达成|长期|充分|合理|可持续|全年|年底前?|无.{2,8})"
    "|(?:按|符合|达成|基本|已|在|得到|有所|有效|明显|显著|持续|逐步|稳步|不断|程度|影响|以.{2,8}为准|根据|进一步|及时|安全|较|全部|部分|良|优|保持|满足|严格|每).{0,18}"
)
_NAME_END = re.compile(
    "(?:率|数|数量|量|性|度|次数|人数|户数|时间|时限|情况|水平|周期|成本|标准|面积|长度|补贴|费用|经费|支出|场次|投入|金额|比例|次|规模|效果|年限|期限|覆盖|成效|环境|能力|影响|素质|机制|总额|投资)"
    "(?:[（(][^（()）]{1,14}[)）])?$"
)
_PREFIX = re.compile("[★☆*]*指标\\d{1,2}[:：.、]")
_CHINESE = re.compile("[\u4e00-\u9fff]")
# A level's label and more behind it, a code and a name, the name of an office.
_LABELLED = re.compile(
    "(?:产出|效益|效果|满意度|数量|质量|时效|成本|(?:经济|社会|生态)(?:效益)?|可持续影响|服务对象满意度)(?:指标|值)(?=.)"
)
_ENDS = re.compile("(?:产出|效益|效果|满意度|数量|质量|时效|成本|影响|对象满意度)指标(?:[（(][^（()）]{1,12}[)）])?$")
_CODED = re.compile(r"[\[［]?[0-9]{2,}(?:[\]］][-—]?|[-—])[\u4e00-\u9fff]|[0-9]{6,}[\u4e00-\u9fff]{3}")
_BRACKETS = re.compile("[（(][^（）()]*[)）]")
# In a name: figures and signs that belong to a value.
_FOREIGN = re.compile(
    "(?:率|数量|人数|次数|场次|户数|期数|种类|时限|周期|数)[0-9]|(?<![0-9])[0-9]{3,}(?!年|[0-9]|热线)|[≥≤＞＜><=＝═≧≦]|[0-9](?:\\.[0-9]+)?[%％]|(?<![A-Za-z0-9])[0-9]{1,3}\\.[0-9]"
)
# In a value: the end of a name and the value behind it.
_TWO = re.compile(
    "(?:率|数量|人数|次数|场次|期数|满意度|水平|支出|发生数|费用|时间|时限|周期|期限)(?:[^\u4e00-\u9fff]{0,2}|[年元起个次]|万元)[0-9≥≤＞＜><=＝%]"
    "|[^≥≤＞＜><=＝~约][≥≤＞＜><=＝]+[0-9]|[%％][0-9]|[0-9][个次人家元项件份场名][0-9]"
)
# In a name: the end of a name and the words of a value behind it; behind a figure: more words than a unit has.
_INNER = re.compile(
    "(?:率|度|性|数量|时间|情况|水平)(?:程度|符合|按|达到|持续|合规|完成|及时|良好|健全|规范|有所|明显|显著|有效|得到|稳步|逐步|年底)"
)
_LONG_UNIT = re.compile("[0-9](?![^，,、；;]{0,3}[年月日前底后内])[\u4e00-\u9fff]{6,}")
_POINTED = re.compile(r"[（(][0-9]{1,3}(?:\.[0-9])?分?[)）]$")
_OFFICE = re.compile(
    "(?:局|委员会|中心|办公室|学院|学校|小学|中学|幼儿园|医院|支队|大队|站|馆|处|部门|厅|管理所|人民政府|协会|联合会|集团|公司|院|校|办)$"
)


class Kind(NamedTuple):
    """What a text looks like."""

    words: str  # without blanks
    level1: bool  # the label of a level 1
    level2: bool  # the label of a level 2
    number: bool  # a short figure, as of points
    digits: bool  # digits only
    dash: bool  # a dash or slash
    sign: bool  # a sign of comparison
    direction: bool  # 正向, 反向, 定性
    unit: bool  # could be a unit
    value: bool  # a figure with what belongs to it
    signed: bool  # a comparison and a figure
    state: bool  # words of a value: 合规, 持续改善
    name_end: bool  # ends as names of indicators do
    prefixed: bool  # begins with 指标1：
    money: bool  # an amount of money
    chinese: bool  # has Chinese characters
    labelled: bool  # begins with a label of a level and goes on
    coded: bool  # begins with the code of a unit
    office: bool  # ends as names of offices do
    pointed: bool  # ends with points in brackets: (20分)
    foreign: bool  # has figures that no name has
    tells: bool  # begins with 反映
    two: bool  # two cells in one: a name and a value, or two values
    inner: bool  # a name with the words of a value in it
    long_unit: bool  # more words behind a figure than a unit has
    ends_in_label: bool  # ends with the label of a level
    counted: bool  # ends with 率, 数量, 人数, 次数


_WIDE = str.maketrans("０１２３４５６７８９％．，", "0123456789%.,")


@lru_cache(maxsize=16384)
def kind_of_text(text: str) -> Kind:
    """What a text looks like, blanks and the width of figures left out of account."""
    words = flat(text).translate(_WIDE)
    short = len(words) <= 40
    signed = short and _SIGNED.match(words) is not None
    return Kind(
        words=words,
        level1=is_level1(words),
        level2=is_level2(words),
        number=_NUMBER.fullmatch(words) is not None,
        digits=_DIGITS.fullmatch(words) is not None,
        dash=_DASH.fullmatch(words) is not None,
        sign=short and _SIGN.fullmatch(words) is not None,
        direction=short and _DIRECTION.fullmatch(words) is not None,
        unit=len(words) <= 12 and _UNIT.fullmatch(words) is not None,
        value=signed or (short and _AMOUNT.fullmatch(words) is not None),
        signed=signed,
        state=short and _STATE.fullmatch(words) is not None,
        name_end=short and _NAME_END.search(words) is not None,
        prefixed=_PREFIX.match(words) is not None,
        money=_MONEY.fullmatch(words) is not None,
        chinese=_CHINESE.search(words) is not None,
        labelled=not is_level2(words) and _LABELLED.match(words) is not None,
        coded=_CODED.match(words) is not None,
        office=short and _OFFICE.search(words) is not None,
        pointed=_POINTED.search(words) is not None,
        foreign=_FOREIGN.search(_BRACKETS.sub("", words), 1) is not None,
        tells=words.startswith("反映"),
        two=_TWO.search(words) is not None,
        inner=_INNER.search(words) is not None,
        long_unit=_LONG_UNIT.search(words) is not None,
        ends_in_label=short and _ENDS.search(words) is not None and not is_level1(words) and not is_level2(words),
        counted=words.endswith(("率", "数量", "人数", "次数")),
    )

"""The fourteen kinds of target value with what each needs and examples from real tables, for `explain` and the manual."""

from __future__ import annotations

from typing import NamedTuple

from hengji.model.target import TargetKind


class Kind(NamedTuple):
    """One kind: its Chinese title, what it is (zh, en), and values that are read so."""

    kind: TargetKind
    title: str
    zh: str
    en: str
    examples: tuple[str, ...]


KINDS = (
    Kind(
        TargetKind.THRESHOLD, "界限值",
        "比率、得分或物理量与一个数比较。没有写比较符号的按“等于”读，并注明是推定。可直接核查。",
        "A ratio, score or physical measure against a number. Without a sign it reads as equal, marked implicit.",
        ("≥90%", "100%", "确保在线数据传输率达90%以上", "≥266米"),
    ),
    Kind(
        TargetKind.COUNT, "数量",
        "若干件、家、份、次，也包括金额和时长。万、亿乘入数里，金额保留原单位。可直接核查；没写单位的部分可核查。",
        "A whole number of things, also money and durations. 万 and 亿 are multiplied in; money keeps its unit.",
        ("≥450家", "车2台", "≥15万个", "20万元", "0起"),
    ),
    Kind(
        TargetKind.APPROX, "约数",
        "约、左右、近。容差是核查时的设定，文字里没有，不编造。",
        "About so many. The tolerance is a setting of whoever checks; the text has none and none is invented.",
        ("约85家", "50人左右", "1200余人"),
    ),
    Kind(
        TargetKind.RANGE, "区间",
        "两个数之间，或围绕一个数上下浮动。±3%没写围绕什么时，按计划数理解，部分可核查。",
        "Between two numbers or around one. ±3% without a base is taken as around the plan.",
        ("80-100", "3~5次", "±3%以内", "不超过5次且不低于3次"),
    ),
    Kind(
        TargetKind.FREQUENCY, "频次",
        "每个周期若干次。每个周期都要达到，不是全年平均。",
        "So many times in every period; every period has to reach it, not the average.",
        ("每季度一次", "每年巡查水源保护区180航次", "1次/月"),
    ),
    Kind(
        TargetKind.DEADLINE, "时限",
        "多长时间内、某日前、某段时间，或“及时”“按时”一类没有写明期限的说法(部分可核查)。",
        "Within a time, by a day, in a window, or 及时 and the like, which name no term (partly checkable).",
        ("重点排污单位发现问题24小时内完成核查", "11月底之前", "2020年1月--2020年11月", "及时"),
    ),
    Kind(
        TargetKind.BOOLEAN, "是否",
        "是、否、有、无、达标。要核查的是指标名称说的那件事，需有佐证。",
        "Yes or no. What has to be shown is what the indicator's name says.",
        ("是", "达标"),
    ),
    Kind(
        TargetKind.DELIVERABLE, "成果",
        "做成、提交、通过一件事，没有写数量，按一件读。",
        "One thing made, submitted or passed; no number is written, so one is meant.",
        ("提交阶段成果报告", "提交的报告通过专家技术评审"),
    ),
    Kind(
        TargetKind.STATE, "状态",
        "整个期间要保持的状态。",
        "A condition that has to hold over the whole period.",
        ("24小时应急沟通渠道畅通", "专款专用"),
    ),
    Kind(
        TargetKind.TREND, "趋势",
        "相对基期的升、降、保持。没有基期值就不能核查。",
        "Up, down or level against a baseline, which has to be given.",
        ("持续下降", "在线监控设备比对合格率逐年提高", "同比下降5%"),
    ),
    Kind(
        TargetKind.REFERENCE, "引用",
        "由合同、标准、计划另行规定。不超预算一类可直接核查，因为预算数就在同一张表里。",
        "Defined in a contract, standard or plan. Within the budget is checkable: that figure is in the same form.",
        ("按合同要求", "符合相关规定", "控制在预算内"),
    ),
    Kind(
        TargetKind.QUALITATIVE, "定性",
        "提升、满意、良好一类的词或成段文字。不能由记录判定；有等级可查的部分可核查。",
        "Words such as improved or good, and prose. Records cannot decide it; a grade of a scale partly.",
        ("有效提升", "效果明显", "优良"),
    ),
    Kind(
        TargetKind.COMPOUND, "复合",
        "几个条件合在一个值里：都要满足、满足其一，或分等级。可核查程度取其中最差的。",
        "Several conditions in one value, joined by and, or, or as grades.",
        ("市重点排污单位每月两次，其他排污单位每月一次", "优100% 良90% 中85%", "12月底前100%到位"),
    ),
    Kind(
        TargetKind.MALFORMED, "不成形",
        "空白、只有单位、数字被遮盖或损坏。给出原因和可能的原意，绝不当作普通的数。",
        "Empty, a unit alone, masked or damaged digits: a reason and candidates, never a plain number.",
        ("1002%", "≧ %", "≤****元", "第O份"),
    ),
)  # fmt: skip

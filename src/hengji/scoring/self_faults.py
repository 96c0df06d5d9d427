"""The catalogue of faults of self-evaluations, S00 to S21: what each means, and what a document alone cannot tell.

A fault is named where a recomputation or the document itself shows it; what needs evidence, last year's form or the
approved targets is listed as not checked.
"""

from __future__ import annotations

from hengji.model.fault import Fault
from hengji.model.finding import Severity
from hengji.model.review import NotChecked

_E, _W, _I = Severity.ERROR, Severity.WARNING, Severity.INFO
FAULTS: dict[str, Fault] = {
    fault.code: fault
    for fault in (
        Fault("S00", "缺得分，不能报送", _E, "没有实际完成值、佐证或预算记录，因此没有得分；不作推算，补齐之前没有总分和等级，不能报送。",
              "No points for want of an actual value, evidence or a budget; none is assumed, and there is no total before."),
        Fault("S01", "得分与算法不符", _E, "按指标值和实际完成值重算，得分相差超过所印末位的一半。",
              "The points differ from those of the rule by more than half a unit of the last printed digit."),
        Fault("S02", "合计或执行率有误", _E, "总分、分值合计、执行率或执行率得分加算不平，或执行率用了年初预算数。",
              "Total, sum of weights, execution rate or its points do not tie, or the rate is of the first budget."),
        Fault("S03", "未达到却得满分", _E, "实际没有达到指标值，却得满分。", "Full points although the target is missed."),
        Fault("S04", "实际完成值照抄指标值", _W, "几乎每一项的实际完成值都与指标值一字不差。",
              "Nearly every actual value repeats its target word for word."),
        Fault("S05", "实际完成值与指标值不可比", _W, "指标值是数，实际完成值不是数，或单位、计量对象不同。",
              "The target is a number, the actual value is none, or one of another unit."),
        Fault("S06", "超额完成未说明", _W, "实际大大超过指标值而没有说明，指标值可能定得过低。",
              "The actual is far above the target and nothing explains it; the target may have been too low."),
        Fault("S07", "未达到未说明", _W, "没有达到指标值，偏差原因一栏是空的或写“无”。",
              "The target is missed and the column of reasons is empty."),
        Fault("S08", "定性得分不在档内", _E, "定性指标的得分不在所称一档的范围内，或没有佐证。",
              "The points of a qualitative indicator are outside the band it claims, or nothing supports it."),
        Fault("S09", "满意度没有调查支持", _W, "满意度没有问卷、样本量、日期和结果支持，或样本过少。",
              "A degree of satisfaction without survey, sample size, date and result, or with too few answers."),
        Fault("S10", "佐证不合格", _W, "佐证缺失、不在年度内、属于别的项目，或同一文件用于多项指标。",
              "Evidence is missing, of another year or project, or one file serves several indicators."),
        Fault("S11", "佐证与数值矛盾", _E, "佐证里的数与填报的数不同。", "The evidence shows another figure."),
        Fault("S12", "指标与批复不同", _E, "与批复相比，指标被删减、改写或降低。",
              "Indicators were dropped, rewritten or weakened against the approved ones."),
        Fault("S13", "不可能的数值", _E, "比率超过100%、件数不是整数、日期早于开始、支付超过预算。",
              "A share over 100 %, a count that is not whole, a day before the start, more paid than budgeted."),
        Fault("S14", "反向指标按正向计分", _E, "越少越好的指标（成本、事故、投诉等）按越多越好计了分。",
              "An indicator of which less is better was scored as if more were."),
        Fault("S15", "执行率低未说明", _W, "预算执行率偏低而没有说明，或钱没有用完产出却全部完成。",
              "A low execution rate without reason, or money left while all outputs are complete."),
        Fault("S16", "等级与得分不符", _E, "等级与总分不对应；或全部项目都是优，没有区分。",
              "The grade does not follow from the total; or every project is excellent."),
        Fault("S17", "文字雷同", _W, "不同项目或年度使用同一段文字。", "The same text in several projects or years."),
        Fault("S18", "效益不能归因", _W, "用区域统计数说明项目效益，没有说明项目的贡献。",
              "Regional statistics stand for the benefit; the project's share is not shown."),
        Fault("S19", "结论与表不符", _W, "总体结论说全部完成，表里却有未达到且没有改进措施的指标。",
              "The conclusion says all was done; the table has missed indicators without measures taken."),
        Fault("S20", "结果重复计算", _W, "同一结果（同一批记录）用于多项指标，各计一次分。",
              "One result (the same records) counts for several indicators."),
        Fault("S21", "不适用项计了满分", _W, "不适用的指标计了满分；应除外后按比例换算到100分。",
              "An indicator that does not apply has full points; leave it out and rescale to 100."),
    )
}  # fmt: skip

_EVIDENCE = ("佐证材料", "the evidence")
_NEEDS = {
    "S09": ("调查问卷、样本量、日期和结果", "survey form, sample size, date and result"),
    "S10": _EVIDENCE,
    "S11": _EVIDENCE,
    "S12": ("批复的绩效目标", "the approved targets"),
    "S17": ("上年度的自评", "last year's self-evaluation"),
    "S18": ("数据来源", "the source of the figures"),
}


def not_checked(*codes: str) -> tuple[NotChecked, ...]:
    """What could not be looked at and what each needs; all that a document alone cannot tell where none is named."""
    return tuple(NotChecked(code, *_NEEDS[code]) for code in (codes or _NEEDS))

"""What keeps an evaluation by a frame of indicators, or a roll-up, from being handed in (F01 …): names and sentences."""

from __future__ import annotations

from hengji.model.fault import Fault
from hengji.model.finding import Citation, Finding, Severity

_E, _W, _I = Severity.ERROR, Severity.WARNING, Severity.INFO

FAULTS = {
    fault.code: fault
    for fault in (
        Fault("F01", "有一项等待评分", _E, "记录不能回答这一项，还没有人给出评分和佐证；补齐之前没有总分和等级。",
              "Records do not answer this line and nobody scored it with evidence; there is no total before."),
        Fault("F02", "得分超过分值", _E, "给出的得分超过这一项的分值，或为负，没有采用。",
              "The points given are above what the line has, or negative; they were not used."),
        Fault("F03", "分值合计不是100", _E, "指标体系各项分值之和应为100。", "The points of a frame add up to 100."),
        Fault("F04", "产出和效益不足60", _E, "部门评价、财政评价的产出和效益分值之和不得低于60。",
              "Outputs and benefits together have at least 60 points in a departmental or fiscal evaluation."),
        Fault("F05", "评分对不上指标体系", _E, "给出的评分指的是指标体系里没有的一项，或名称不唯一。",
              "What was given names a line that the frame does not have."),
        Fault("F06", "评分没有佐证", _E, "逐项评分都要写明佐证，没有佐证的不采用。", "A line without evidence is not used."),
        Fault("F07", "评分没有采用", _W, "这一项由记录算出，人给出的评分没有采用。",
              "Records answer this line; the points that people gave were not used."),
        Fault("F08", "没有资金或预算为零", _E, "没有预算记录或预算为零，与资金有关的各项不能计算。",
              "Without a budget, or with one of zero, nothing about money can be computed."),
        Fault("F09", "任务资金与合计不符", _E, "各任务资金之和应与合计一致，分毫不差。",
              "The money of all tasks adds up to the total, to the fen."),
        Fault("F10", "等级与得分不符", _E, "给出的等级与得分所在的档次不一致，没有采用。",
              "The grade given is not the one its points belong to; the line was not used."),
        Fault("F21", "汇总单位缺指标", _W, "有单位没有这项指标，汇总值不含该单位。",
              "A unit does not have this indicator; the figure is without it."),
        Fault("F22", "汇总单位没有数", _E, "有单位这项指标没有实际完成值，不能汇总，也不作推算。",
              "A unit has no actual value here, so there is no figure of all; none is assumed."),
        Fault("F23", "汇总单位口径不同", _E, "各单位的实际完成值不是同一种量或同一个单位，不能汇总。",
              "The units' values are of different kinds or units and do not add up."),
        Fault("F24", "比率按资金加权", _I, "有单位的比率没有分子、分母，只能按资金加权平均。",
              "A rate without numerator and denominator; it was weighted by money."),
        Fault("F25", "资金不能汇总", _E, "有单位没有预算记录，或金额单位不同。", "A unit lacks its budget, or has another unit of money."),
        Fault("F26", "同一单位重复", _E, "同一单位汇总了两次。", "The same unit was rolled up twice."),
    )
}  # fmt: skip


def found(
    code: str, zh: str, en: str, *, line: int | None = None, project: int | None = None, cites: tuple[Citation, ...] = ()
) -> Finding:  # fmt: skip
    """A finding with the severity of its code; `line` is the number in the frame."""
    return Finding(code, FAULTS[code].severity, zh, en, cites=cites, project=project, indicator=line)

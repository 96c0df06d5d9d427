"""Drafts of variance reasons (偏差原因) from the figures of an actual value; what only people know stands in 【】.

A draft says what the records say: how many were due, how many were done, how many are missing. Why, and what will be
done about it, is for the person who signs.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from hengji.model.binding import Actual, ActualStatus
from hengji.model.evaluation import Line

ASKED = "原因：【由经办人填写】；改进措施：【由经办人填写】"
_ASKED_OVER = "原因：【由经办人填写】；下年度指标值：【是否调高】"


class _Words(NamedTuple):
    """How a family of measures speaks of its parts: due, done, what is missing, and the unit of counting."""

    due: str
    done: str
    missing: str
    unit: str


_SHARES = {
    "closed_rate": _Words("应办结", "已办结", "未办结", "件"),
    "completion_rate": _Words("应完成", "已完成", "未完成", "项"),
    "ratio_within_deadline": _Words("应按期完成", "按期完成", "逾期或未完成", "项"),
    "response_rate": _Words("应响应", "已按要求响应", "未响应或超时", "次"),
    "pass_rate": _Words("共", "合格", "不合格或逾期未出结果", "个"),
    "transmission_rate": _Words("应传输", "按时收到", "缺失或迟到", "个小时数据"),
    "effective_transmission_rate": _Words("应传输", "按时收到且有效", "缺失、迟到或无效", "个小时数据"),
    "visit_frequency_compliance": _Words("应巡查", "已巡查", "未巡查", "次"),
    "periodic_task_compliance": _Words("应做", "已做", "未做", "个对象期次"),
    "disclosure_rate": _Words("应公开", "按时公开", "未按时公开", "条"),
    "update_rate": _Words("应更新", "按时更新或核对", "未按时更新", "次"),
    "water_compliance_rate": _Words("采样", "达标", "未达标", "次"),
    "continuous_service": _Words("应服务", "不间断服务", "中断", "分钟"),
    "satisfaction": _Words("有效答卷", "达到满意分数线", "没有达到", "份"),
    "asset_utilisation": _Words("应使用", "已使用", "未使用", "个(台、日)"),
    "contract_obligations_met": _Words("到期合同义务", "折算履行", "未履行", "项"),
    "budget_execution": _Words("预算", "已支付", "未支付", "元"),
}
_PLACES = 2
_LOW_GRADES = ("中", "差")


def drafted(line: Line, actual: Actual) -> str:
    """A draft for the column of reasons, e.g. 应办结306件，已办结305件，1件未办结；原因：【…】; empty where nothing deviates.

    A line deviates when its target is missed, when it lacks points, or when far more was done than asked
    (`over_percent`); the last is drafted too, callers decide from which excess on.
    """
    if actual.status is ActualStatus.NOT_APPLICABLE:
        return "本年度没有应计的事项，不适用。"
    if actual.value is None:
        return f"没有实际完成值（{actual.status.zh}）；{ASKED}"
    if missed(line, actual):
        return f"{_facts(line, actual)}；{ASKED}"
    if line.over_percent is not None:
        return f"指标值{line.target}，实际{line.actual}，为指标值的{_plain(line.over_percent)}%；{_ASKED_OVER}"
    return ""


def missed(line: Line, actual: Actual) -> bool:
    """Whether a line is short of its target or of its points."""
    if actual.judgement is not None:
        return actual.judgement == "not_met"
    if isinstance(actual.value, str):
        return actual.value in _LOW_GRADES  # 良 earns less than all points and still reaches the target
    return line.points is not None and line.points < line.max_points


def _facts(line: Line, actual: Actual) -> str:
    words = _SHARES.get(actual.measure or "")
    done, due = actual.numerator, actual.denominator
    if words is not None and actual.unit == "%" and done is not None and due is not None and due > done >= 0:
        unit = words.unit
        return f"{words.due}{_plain(due)}{unit}，{words.done}{_plain(done)}{unit}，{_plain(due - done)}{unit}{words.missing}"
    said = f"指标值{line.target or actual.instead or '未填'}，实际{line.actual}"
    if actual.shortfall is None or isinstance(actual.value, str):
        return said
    unit = "个百分点" if actual.unit == "%" else actual.unit or ""
    return f"{said}，相差{_plain(actual.shortfall)}{unit}"


def _plain(number: Decimal) -> str:
    text = f"{round(number, _PLACES):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text

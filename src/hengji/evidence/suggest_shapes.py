"""The shape of a target value as far as it tells which measures could answer it."""

from __future__ import annotations

from collections.abc import Iterator

from hengji.model.target import Clause, TargetKind, TargetReading

SHAPES_ZH = {
    "ratio": "比率", "score": "得分", "money": "金额", "duration": "时长", "deadline": "时限", "intensity": "浓度或强度",
    "amount": "体量", "index": "指数或名次", "zero": "零发生", "count": "数量", "frequency_short": "每日、每周或每月若干次",
    "frequency_long": "每月、每季或每年若干次", "parts": "几样东西各多少", "levels": "分级别的频次", "boolean": "是或否",
    "deliverable": "一件成果", "state": "要保持的状态", "trend": "趋势", "reference": "引用合同、标准或计划",
    "qualitative": "定性", "open": "没有写明",
}  # fmt: skip
_BY_KIND = {
    TargetKind.BOOLEAN: "boolean", TargetKind.DELIVERABLE: "deliverable", TargetKind.STATE: "state",
    TargetKind.TREND: "trend", TargetKind.REFERENCE: "reference", TargetKind.QUALITATIVE: "qualitative",
    TargetKind.MALFORMED: "open", TargetKind.DEADLINE: "deadline",
}  # fmt: skip
_BY_DIM = {
    "ratio": "ratio",
    "score": "score",
    "money": "money",
    "duration": "duration",
    "index": "index",
    "rank": "index",
}
_INTENSE = ("浓度", "噪声", "负荷", "强度", "分贝", "含量")
_RATE_ENDS = ("率", "占比", "比例", "比重")
_LONG = frozenset(("month", "quarter", "half_year", "year"))
_SHORT = frozenset(("hour", "day", "week", "month"))


def shapes_of(reading: TargetReading, name: str) -> frozenset[str]:
    """The shapes of all clauses; `parts` where several things are listed, `levels` where a frequency differs by level."""
    found = {shape for clause in reading.clauses for shape in _of(clause, name)}
    counted = [c for c in reading.clauses if "count" in set(_of(c, name)) and c.per is None]
    if reading.join == "and" and len(counted) > 1:
        found.add("parts")
    if len([c for c in reading.clauses if c.per is not None]) > 1:
        found.add("levels")
    return frozenset(found or {"open"})


def _of(clause: Clause, name: str) -> Iterator[str]:
    if clause.kind is TargetKind.DEADLINE and clause.dim == "duration":
        yield "duration"
    if clause.kind in _BY_KIND:
        yield _BY_KIND[clause.kind]
        return
    if clause.number is None:
        return
    if clause.per is not None:
        if clause.per.unit in _SHORT:
            yield "frequency_short"
        if clause.per.unit in _LONG:
            yield "frequency_long"
        if clause.per.unit == "year":
            yield "count"
        return
    if clause.dim == "physical":
        # A quotient is measured at a point and held against a limit; a plain size is added up or kept.
        per = "/" in (clause.unit or "") or any(word in name for word in _INTENSE)
        yield "intensity" if per else "amount"
    elif clause.dim in _BY_DIM:
        yield _BY_DIM[clause.dim]
    elif name.endswith(_RATE_ENDS):
        yield "ratio"
    else:
        yield "zero" if clause.number == 0 else "count"

"""A reading as a plain sentence, Chinese and English: what has to be true for the promise to be kept."""

from __future__ import annotations

from hengji.model.target import Clause, Per, TargetKind, TargetReading
from hengji.targets.contract import number_text

_OPS = {
    ">=": ("不低于", "at least"), ">": ("超过", "more than"), "<=": ("不超过", "at most"), "<": ("低于", "less than"),
    "==": ("等于", "exactly"), "~": ("约", "about"),
}  # fmt: skip
_PERIODS = {
    "day": ("天", "day"), "week": ("周", "week"), "month": ("个月", "month"), "quarter": ("个季度", "quarter"),
    "half_year": ("半年", "half-year"), "year": ("年", "year"), "hour": ("小时", "hour"), "term": ("学期", "term"),
    "time": ("次", "time"),
}  # fmt: skip
_ONE = {"month": "月", "quarter": "季度"}
_BASELINES = {"previous year": "上年", "previous period": "上期", "plan": "计划"}
_DIRECTIONS = {"up": ("上升", "rise"), "down": ("下降", "fall"), "keep": ("保持", "stay level")}


def sentence(reading: TargetReading, name: str | None = None) -> tuple[str, str]:
    """What a reading asks for, in Chinese and in English; `name` stands in where the value names no measure."""
    subject = (name or "").strip(" 。；;,，") or None
    parts = [_clause(c, subject) for c in reading.clauses]
    if len(parts) == 1:
        zh, en = parts[0]
    elif reading.join == "grade":
        zh = "；".join(f"{c.term or '这一档'}：{p[0]}" for c, p in zip(reading.clauses, parts, strict=True))
        en = "; ".join(f"{c.term or 'grade'}: {p[1]}" for c, p in zip(reading.clauses, parts, strict=True))
    else:
        both, word, english = (
            ("以下任一", "或", " or ") if reading.join == "or" else ("以下各项都要做到", "；", "; and ")
        )
        zh, en = f"{both}：{word.join(p[0] for p in parts)}", english.join(p[1] for p in parts)
    if reading.leftover:
        zh, en = f"{zh}（未读懂：{reading.leftover}）", f"{en} (not understood: {reading.leftover})"
    return f"{zh}。", f"{en[:1].upper()}{en[1:]}."


def amount_text(clause: Clause) -> str:
    """Number and unit of a clause as one would write them: 90%, 3至5次, 15万个 as 150000个."""
    if clause.number is None:
        return ""
    digits = number_text(clause.number)
    if clause.number2 is not None:
        digits = f"{digits}至{number_text(clause.number2)}"
    return f"{digits}{clause.unit or clause.unit_inferred or ''}"


def _clause(c: Clause, name: str | None) -> tuple[str, str]:
    match c.kind:
        case TargetKind.MALFORMED:
            zh, _, en = (c.reason or "").partition(" / ")
            meant = f"，可能是{'或'.join(c.candidates)}" if c.candidates else ""
            return f"不能作为指标值：{zh}{meant}", f"no usable target: {en}{_maybe(c)}"
        case TargetKind.BOOLEAN:
            about = name or "指标名称所说的事"
            return (f"“{about}”{'成立' if c.value else '不成立'}，须有佐证",
                    f"“{about}” is {'so' if c.value else 'not so'}, with evidence")  # fmt: skip
        case TargetKind.DEADLINE:
            return _deadline(c, name)
        case TargetKind.DELIVERABLE:
            what = c.event or f"{c.action or '完成'}{c.object or name or ''}"
            subject = c.object if c.event and c.object else None
            told = f"{subject or ''}{what}"
            return f"{told}（一件，须有成果或文件）", f"one thing done: {told}"
        case TargetKind.STATE:
            cover = f"，{c.coverage}不中断" if c.coverage else ""
            return f"整个期间保持“{c.state or name}”{cover}", f"“{c.state or name}” holds over the whole period"
        case TargetKind.TREND:
            return _trend(c, name)
        case TargetKind.REFERENCE:
            return _reference(c, name)
        case TargetKind.QUALITATIVE:
            return (f"“{c.term or '未读懂'}”：只有定性说法，没有可核查的标准",
                    f"“{c.term or 'not understood'}”: words only, no standard to check against")  # fmt: skip
        case _:
            return _number(c, name)


def _number(c: Clause, name: str | None) -> tuple[str, str]:
    measure = c.metric or c.object or name or "数值"
    who = f"{c.scope}：" if c.scope and not c.each else ""
    each = f"每{c.scope}".replace("每每", "每") if c.each else ""
    per_zh, per_en = _per(c.per)
    inferred = "（单位由名称推定）" if c.unit_inferred and not c.unit else ""
    condition = f"（{c.condition}）" if c.condition else ""
    if c.op == "in":
        base = "（相对计划）" if c.base == "plan" else f"（以{c.base}为中心）" if c.base else ""
        zh = f"在{amount_text(c)}之间{base}"
        unit = c.unit or c.unit_inferred or ""
        low, high = (
            number_text(c.number) if c.number is not None else "",
            number_text(c.number2) if c.number2 is not None else "",
        )
        en = f"between {low}{unit} and {high}{unit}" + (" of the plan" if c.base == "plan" else "")
    else:
        word, english = _OPS[c.op or "=="]
        implied = "（未写比较符号，按等于理解）" if c.op_implicit else "（比较符号取自名称）" if c.op_from_name else ""
        zh = f"{word}{amount_text(c)}{implied}"
        en = f"{english} {amount_text(c)}" + (" (no sign written)" if c.op_implicit else "")
    return (
        f"{who}“{measure}”{each}{per_zh}{zh}{inferred}{condition}",
        f"{c.scope + ': ' if c.scope else ''}“{measure}” is {en}{per_en}",
    )


def _deadline(c: Clause, name: str | None) -> tuple[str, str]:
    what = c.action or c.object or name or "完成"
    who = c.scope or ""
    if c.mode == "within":
        after = c.trigger or "起算"
        zh = f"{who}{after}{amount_text(c)}以内{what}".replace("起算", "自起算")
        return zh, f"{who + ': ' if who else ''}{what} within {amount_text(c)} after {c.trigger or 'the start'}"
    if c.mode == "window":
        return f"{what}在{c.start}至{c.by}之间", f"{what} between {c.start} and {c.by}"
    if c.by:
        return f"{what}不晚于{c.by}", f"{what} by {c.by}"
    if c.per is not None:
        return f"{what}不晚于{c.ref}", f"{what} by {c.ref}, again in every period"
    return (
        f"{what}“{c.ref}”：期限由别处规定，须写明",
        f"{what} “{c.ref}”: the term is set elsewhere and has to be named",
    )


def _trend(c: Clause, name: str | None) -> tuple[str, str]:
    zh, en = _DIRECTIONS[c.direction or "keep"]
    base = _BASELINES.get(c.baseline or "", "基期")
    measure = c.metric or name or "数值"
    amount = f"{_OPS[c.op][0] if c.op and not c.op_implicit else ''}{amount_text(c)}" if c.number is not None else ""
    if c.op and c.number is None:
        return (f"“{measure}”{_OPS[c.op][0]}{base}，须有{base}数值",
                f"“{measure}” is {_OPS[c.op][1]} the {c.baseline or 'baseline'}")  # fmt: skip
    return (
        f"“{measure}”比{base}{c.degree or ''}{zh}{amount}，须有{base}数值",
        f"“{measure}” {en}s{' by ' + amount_text(c) if amount else ''} against the {c.baseline or 'baseline'}",
    )


def _reference(c: Clause, name: str | None) -> tuple[str, str]:
    about = c.metric or c.object or name or "该项"
    if c.op:
        return f"“{about}”不超过{c.ref}（见本表）", f"“{about}” stays within {c.ref}, a figure of the same form"
    later = "，目标值尚未确定" if c.deferred else ""
    return (f"“{about}”符合“{c.ref}”，标准在该文件里{later}",
            f"“{about}” meets “{c.ref}”; the standard is in that paper" + (", not fixed yet" if c.deferred else ""))  # fmt: skip


def _per(per: Per | None) -> tuple[str, str]:
    if per is None:
        return "", ""
    zh, en = _PERIODS[per.unit]
    if per.n == 1:
        return f"每{_ONE.get(per.unit, zh)}", f" in every {en}"
    return f"每{per.n}{zh}", f" in every {per.n} {en}s"


def _maybe(c: Clause) -> str:
    return f"; perhaps {' or '.join(c.candidates)}" if c.candidates else ""

"""Productions for a stretch with one amount: frequency, deadline within, trend by so much, range, approx, threshold, count.

Words before the amount are its measure or object, words behind it what must be so; a single stray character is neither
and stays leftover.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from hengji.model.numerals import chinese_number
from hengji.model.target import Clause, Per, Span, TargetKind
from hengji.model.units import PERIODS, Dimension, dimension_of
from hengji.targets import lexicon as words
from hengji.targets.hints import Hints
from hengji.targets.piece import Amount, Found, Piece, clause

_EVERY = re.compile(
    r"(?:平均|至少)?每\s*隔?(?P<n>\d{1,2}|[一两二三四五六])?\s*个?(?P<of>小时|工作日|天|日|周|星期|月度?|季度?|半年|年度?|学期|次)(?!报|度?计划)"
)
_EVERY_MEMBER = re.compile(
    "每\\s*(?:1|一)?\\s*个?(?P<of>家|个|人|户|所|处|台|辆|艘|村|校|镇|街道?|区|市|县|项目|企业|单位|平台|亩|平方米|公里|件|套|名|吨|床)(?P<noun>[^每\\d]{0,8}?)$"
)
_BEFORE_PERIOD = re.compile("(?:^|[^每])(?P<one>一)?(?P<of>半年|年度?|季度?|月度?|周|天|日)(?P<mean>均|人均)?$")
_POLARITY = re.compile("^(?:正向|反向|逆向|负向|定量|适度)(?:指标)?[,:;\\s]*")
_MARKS = " ,:;。、\"“”'()（）"
_TRIGGER = re.compile(
    f"^(?P<scope>[^,]{{0,16}}?{words.POPULATION})?(?P<trigger>(?:[^,]{{0,20}}?(?:发现|接到|收到|接报|发生|出现|受理|提交|签订|立案|中标|到账|验收|完成|通过)[^,]{{0,20}}|[^,]{{1,20}}后))?,?(?:在|于)?$"
)
_SCOPED_RATE = re.compile("^(?P<scope>[^,的]{2,10}?单位)(?P<metric>[^,]{3,}率)$")
_SCOPED_COUNT = re.compile("^(?P<scope>已[^,]{2,12}?(?:设备|手续|备案|许可证?|系统))的?(?P<object>[^,]{2,})$")
_WITHIN = frozenset(("以内", "之内", "内"))
_LEFT_PARTS = re.compile(r"[\u4e00-\u9fffA-Za-z0-9%()《》“”\"、,:·.\-/+&#*\[\] 　〔〕ⅠⅡⅢⅣⅤ]+")
_OPEN_DIMENSIONS = {Dimension.RATIO, Dimension.SCORE, Dimension.PHYSICAL, Dimension.INDEX, Dimension.RANK}
_INVERSE = {"以上": ">=", "以下": "<=", "以内": "<=", "之内": "<=", "内": "<=", "左右": "~", "上下": "~"}
HUNDRED = Decimal(100)


def numeric(piece: Piece) -> Found | None:
    """The clause of a stretch whose first amount carries it."""
    if not piece.amounts:
        return None
    amount = piece.amounts[0]
    before = _Text(piece, piece.start, amount.start)
    after = _Text(piece, amount.end, piece.end if len(piece.amounts) == 1 else piece.amounts[1].start)
    found = Found([], [Span(amount.start, amount.end, "amount")])
    before.take(_POLARITY, "polarity", found)
    fields = _amount_fields(amount, piece.hints, found.warnings)
    for read in (_frequency, _coverage, _within):
        done = read(piece, amount, before, after, fields, found)
        if done is not None:
            found.clauses.append(done)
            return found
    found.clauses.append(_measure(piece, amount, before, after, fields, found))
    return found


class _Text:
    """The words on one side of an amount; what a pattern takes is accounted for."""

    __slots__ = ("all", "end", "start", "words")

    def __init__(self, piece: Piece, start: int, end: int) -> None:
        text = piece.text
        while start < end and text[start] in _MARKS:
            start += 1
        while end > start and text[end - 1] in _MARKS:
            end -= 1
        self.all, self.start, self.end = text, start, end
        self.words = text[start:end]

    def take(self, pattern: re.Pattern[str], production: str, found: Found) -> re.Match[str] | None:
        """Cut a match off the front or the end."""
        if not self.words:
            return None
        match = pattern.search(self.words)
        if match is None or not match[0]:
            return None
        a, b = match.span()
        found.spans.append(Span(self.start + a, self.start + b, production))
        if a == 0:
            self.start += b
        else:
            self.end = self.start + a
        while self.start < self.end and self.all[self.start] in _MARKS:
            self.start += 1
        self.words = self.all[self.start : self.end]
        return match

    def all_as(self, production: str, found: Found) -> str | None:
        """All that is left, as the text of a field."""
        said = self.words
        if not said:
            return None
        found.spans.append(Span(self.start, self.end, production))
        self.start, self.words = self.end, ""
        return said


def lone(amount: Amount, hints: Hints, warnings: list[str]) -> Clause:
    """The clause of a value that is one amount and nothing else."""
    fields = _amount_fields(amount, hints, warnings)
    if amount.per:
        fields["per"] = Per(*amount.per)
        kind = _rated(fields)
    elif fields.get("dim") == "duration" and amount.number2 is None and _is_limit(amount, fields, hints):
        fields |= {"mode": "within", "op": "<" if fields["op"] == "<" else "<=", "op_implicit": False}
        kind = TargetKind.DEADLINE
    else:
        kind = _kind(fields)
    return clause(kind, **fields)


def _amount_fields(amount: Amount, hints: Hints, warnings: list[str]) -> dict[str, Any]:
    """Comparator, number and unit of an amount as fields of a clause."""
    op, suffix = amount.op, _INVERSE.get(amount.suffix)
    fields: dict[str, Any] = {"number": amount.number, "scale": amount.scale, "unit": amount.unit}
    if amount.unit and not amount.unit_known:
        fields["unit_known"] = False
    if op == "±":
        fields |= {"op": "in", "number": -amount.number, "number2": amount.number, "base": "plan"}
    elif amount.number2 is not None:
        fields |= {
            "op": "in",
            "number2": amount.number2,
            "base": None if amount.base is None else format(amount.base, "f"),
        }
        if amount.number2 < amount.number:
            warnings.append("区间的上限小于下限 / the upper end of the range is below the lower")
    else:
        if op in (None, "=="):
            chosen = suffix or "=="
        elif op in ("<=", "~", ">=") and suffix and suffix != op:
            # 控制在90%以上, 约50以上: the word behind the number says which way.
            chosen = suffix
        else:
            chosen = op
            if suffix and suffix[0] != op[0]:
                warnings.append(f"“{amount.suffix}”与前面的比较词方向相反 / the two comparators disagree")
        fields["op"] = chosen
        if op is None and suffix is None:
            fields["op_implicit"] = True
            if hints.op:
                fields |= {"op": hints.op, "op_implicit": False, "op_from_name": True}
        elif hints.op and chosen != hints.op:
            warnings.append("名称里的比较符号与指标值不同，以指标值为准 / the name's sign differs; the value stands")
    if amount.unit is None and hints.unit:
        fields["unit_inferred"] = "元" if amount.scale and hints.unit == "万元" else hints.unit
    dimension = dimension_of(amount.unit or fields.get("unit_inferred"))
    if amount.unit and not amount.unit_known:
        dimension = Dimension.COUNT
    if dimension is not Dimension.NONE:
        fields["dim"] = dimension.value
    if amount.scale and amount.unit is None and hints.money:
        warnings.append("“万”后没有写元，按金额理解 / 万 without 元, taken as money")
    exponent = amount.number.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -8:
        warnings.append("小数位过多，像是表格软件的舍入误差 / looks like a spreadsheet's rounding noise")
    if amount.number == 0 and amount.number.is_signed():
        warnings.append("负零 / minus zero")
    return fields


def _frequency(
    piece: Piece, amount: Amount, before: _Text, after: _Text, fields: dict[str, Any], found: Found
) -> Clause | None:
    """So many times in every period: 每季度一次, 每年巡查…180航次, 2次/月."""
    per = Per(*amount.per) if amount.per else None
    scope = lead = None
    every = _EVERY.search(before.words) if per is None and "每" in before.words else None
    if every and not before.words.startswith("按"):
        per = Per(_small(every["n"]), PERIODS[every["of"]])
        start, end = before.start + every.start(), before.start + every.end()
        found.spans.append(Span(start, end, "period"))
        head, tail = _Text(piece, before.start, start), _Text(piece, end, before.end)
        head.take(words.VERBS, "lead", found)
        scope, before = head.all_as("scope", found), tail
    if (
        per is None
        and before.words
        and (ahead := _BEFORE_PERIOD.search(before.words))
        and amount.unit in ("次", "场", "期", "回", "份")
    ):
        # 季度1次 says the same as 每季度1次.
        if (
            ahead["mean"]
            or ahead["one"]
            or (ahead["of"] in ("季度", "月度", "年度", "半年") and len(before.words) <= 4)
        ):
            per = Per(1, PERIODS[ahead["of"]])
            before.take(_BEFORE_PERIOD, "period", found)
    if per is None:
        return None
    lead = before.take(words.ACTION, "action", found)
    before.take(words.COPULA, "copula", found)
    fields["per"] = per
    if scope:
        fields["scope"] = scope
    if lead:
        fields["action"] = lead["action"]
    rest = " ".join(t for t in (_side(before, piece, found), _side(after, piece, found)) if t)
    if rest:
        fields["object"] = rest
    return clause(_rated(fields), **fields)


def _coverage(
    piece: Piece, amount: Amount, before: _Text, after: _Text, fields: dict[str, Any], found: Found
) -> Clause | None:
    """Round the clock: 24小时应急沟通渠道畅通 is a state to keep, no limit."""
    if amount.unit not in ("小时", "个小时") or amount.number != 24 or amount.suffix or amount.op:
        return None
    if not words.RUNS.search(after.words):
        return None
    state = after.all_as("state", found)
    return clause(TargetKind.STATE, state=state, coverage="24小时", object=_side(before, piece, found))


def _within(
    piece: Piece, amount: Amount, before: _Text, after: _Text, fields: dict[str, Any], found: Found
) -> Clause | None:
    """A time to react in: 发现问题24小时内完成核查, and ≤24小时 under a name that speaks of responding."""
    if fields.get("dim") != "duration" or amount.number2 is not None:
        return None
    if not _is_limit(amount, fields, piece.hints):
        return None
    trigger = _TRIGGER.match(before.words)
    if trigger:
        before.all_as("trigger", found)
        fields |= {k: v for k, v in trigger.groupdict().items() if v}
    else:
        fields["object"] = _side(before, piece, found)
    fields |= {"mode": "within", "op": "<" if fields["op"] == "<" else "<=", "op_implicit": False}
    fields["action"] = _side(after, piece, found)
    return clause(TargetKind.DEADLINE, **fields)


def _is_limit(amount: Amount, fields: dict[str, Any], hints: Hints) -> bool:
    if amount.suffix in _WITHIN:
        return True
    return (fields["op"] in ("<=", "<") or bool(fields.get("op_implicit"))) and hints.response


def _rated(fields: dict[str, Any]) -> TargetKind:
    """A number in every period: a frequency where it counts, else a level or an amount of its own kind."""
    counted = fields.get("dim") in (None, "count") and not (fields.get("unit") is None and fields.get("scale"))
    return TargetKind.FREQUENCY if counted else _kind(fields)


def _measure(piece: Piece, amount: Amount, before: _Text, after: _Text, fields: dict[str, Any], found: Found) -> Clause:
    """A level or a number of things, with the words around it as its measure, object or condition."""
    if found_condition := before.take(words.CONDITION, "condition", found):
        fields["condition"] = found_condition["condition"]
    copula = before.take(words.COPULA, "copula", found)
    if copula and fields.get("op_implicit") and re.search("达", copula[0]) and fields.get("op") == "==":
        found.warnings.append("“达”未写“以上”，按等于读取 / 达 without 以上 is read as equal")
    if copula and "控制" in copula[0] and fields.get("op_implicit"):
        fields |= {"op": "<=", "op_implicit": False}
    kind = _kind(fields)
    trend = _change(before, amount, fields)
    every = _EVERY_MEMBER.search(before.words)
    if every:
        fields |= {"each": True, "scope": every["of"] + every["noun"]}
        before.take(_EVERY_MEMBER, "scope", found)
    if words.BANDS.fullmatch(before.words):
        fields["term"] = before.all_as("grade", found)
    lead = before.take(words.VERBS, "lead", found)
    scoped = _SCOPED_RATE.match(before.words) or _SCOPED_COUNT.match(before.words)
    if scoped:
        before.all_as("scope", found)
        fields |= scoped.groupdict()
    elif words.METRIC_END.search(before.words) or (kind is TargetKind.THRESHOLD and len(before.words) > 1):
        before.take(words.ACTION, "action", found) if lead is None and before.words.startswith("开展") else None
        fields["metric"] = _side(before, piece, found)
    else:
        action = before.take(words.ACTION, "action", found)
        fields["action"] = action["action"] if action else None
        fields["object"] = _side(before, piece, found)
    behind = _side(after, piece, found)
    if behind:
        fields["object" if not fields.get("object") else "state"] = behind
    if trend:
        fields |= trend
        return clause(TargetKind.TREND, **fields)
    return clause(kind, **fields)


def _change(before: _Text, amount: Amount, fields: dict[str, Any]) -> dict[str, Any] | None:
    """A change by so much: 同比下降5%. 提高到5% is a level, 增长率5% a rate of its own."""
    if fields.get("dim") != "ratio":
        return None
    text = before.words
    baseline = next((name for pattern, name in words.BASELINE if pattern.search(text)), None)
    last = next(iter([*words.DIRECTION.finditer(text)][-1:]), None)
    if last is None or last.end() != len(text) or last.lastgroup == "keep" or baseline is None:
        return None
    first = min(m.start() for m in (last, *(p.search(text) for p, _ in words.BASELINE)) if m)
    return {"direction": last.lastgroup, "baseline": baseline, "metric": text[:first].strip(_MARKS) or None}


def _kind(fields: dict[str, Any]) -> TargetKind:
    """Threshold, count, range or approx, by comparator and by what the unit measures."""
    if fields["op"] == "in":
        return TargetKind.RANGE
    if fields["op"] == "~":
        return TargetKind.APPROX
    dimension = Dimension(fields["dim"]) if fields.get("dim") else None
    return TargetKind.THRESHOLD if dimension in _OPEN_DIMENSIONS else TargetKind.COUNT


def _side(side: _Text, piece: Piece, found: Found) -> str | None:
    """The words of one side, where they are words; one stray character that the name does not know stays leftover."""
    said = side.words
    if not said:
        return None
    stray = len(said) == 1 and said not in words.ONE_CHARACTER_THINGS and said not in piece.hints.name
    if stray or not _LEFT_PARTS.fullmatch(said) or (any(c.isdigit() for c in said) and len(said) <= 2):
        return None
    return side.all_as("words", found)


def _small(text: str | None) -> int:
    if not text:
        return 1
    return int(text) if text.isdigit() else int(chinese_number(text) or 1)

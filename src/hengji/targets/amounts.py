"""Amounts in a text: comparator, number, scale, unit, denominator, the word behind (以上, 以内, 左右).

One forward pattern finds comparator and number; the unit behind it is looked up, longest first. Every step is bounded,
so the cost is linear in the text.
"""

from __future__ import annotations

import re
from decimal import Decimal

from hengji.model.numerals import SCALES, chinese_number
from hengji.model.units import AFTER_NUMERALS, CANONICAL, PERIODS, known_unit
from hengji.targets.piece import Amount

OPERATORS = {
    ">=": (">=", "=>", "≥", "≥=", "大于等于", "大于或等于", "大于或者等于", "不少于", "不低于", "不小于", "不下于", "不得少于", "不得低于", "至少",
           "最少", "最低", "起码", "不低", "不短于", "高于或等于", "高于等于"),
    "<=": ("<=", "=<", "≤", "≤=", "小于等于", "小于或等于", "小于或者等于", "不超过", "不高于", "不大于", "不多于", "不得超过", "不得高于", "不能超过",
           "至多", "最多", "最高", "低于或等于", "低于等于", "少于等于", "不长于", "不超出", "不突破", "不超", "控制在"),
    ">": (">", "大于", "超过", "高于", "多于", "突破", "超"),
    "<": ("<", "小于", "低于", "少于", "不足", "短于"),
    "~": ("约", "大约", "大概", "约为", "大约为", "将近", "接近", "近", "约计", "≈", "~"),
    "==": ("=", "==", "等于"),
    "±": ("±", "+/-", "+-", "正负", "上下浮动"),
}  # fmt: skip
SIGN_OF = {word: op for op, words in OPERATORS.items() for word in words}
_LONGEST_SIGN = max(map(len, SIGN_OF))
# How long the comparators are that end in a character, longest first.
_SIGNS_ENDING: dict[str, list[int]] = {}
for _word in sorted(SIGN_OF, key=len, reverse=True):
    if len(_word) not in _SIGNS_ENDING.setdefault(_word[-1], []):
        _SIGNS_ENDING[_word[-1]].append(len(_word))
_SUFFIX_BEGINS = frozenset(" (及含其或以之内左上下")
# 节约, 合约, 附近: no comparator but the end of another word.
_NOT_BEFORE = {"约": frozenset("节合契预公条签违大制特"), "近": frozenset("附最邻临新"), "超": frozenset("严赶治")}
_SCALE = "|".join(sorted(SCALES, key=len, reverse=True))
_DIGITS = r"\d{1,3}(?:,\d{3})++(?!\d)(?:\.\d++)?|\d++(?:\.\d++)?"
_HAN_NUMBER = "[零〇一二两三四五六七八九十百千]{1,8}+"
_NUMBER = re.compile(
    rf"(?P<digits>{_DIGITS})|百分之\s*(?P<share>{_DIGITS}|{_HAN_NUMBER}(?:点{_HAN_NUMBER})?)|(?P<han>{_HAN_NUMBER})"
)
_UPPER = re.compile(rf"\s*(?:-{{1,2}}|~|至|到)\s*(?P<digits>{_DIGITS})|\s*(?:至|到)\s*(?P<han>{_HAN_NUMBER})")
_SCALES = re.compile(_SCALE)
_SUFFIX = re.compile(
    r"\s*(?:\((?:含|包含)\)\s*)?(?:[及或含]?(?:其)?(以上|以下|以内|之内)|([内左上](?:右|下)?(?![容部存行]))|(?:\(含\)))?(?:\((?:含|不含)[^()]{0,8}\))?"
)
_DENOMINATOR = re.compile(
    r"\s*(?:/|每)\s*每?(?P<n>\d{1,3}|[一两二三四五六十])?\s*(?P<of>[A-Za-z\u4e00-\u9fff²³]{1,6})(?P<more>(?:[·*、•×/.][A-Za-z\u4e00-\u9fff]{1,4}){0,2})"
)
# What cannot belong to a unit: the noun behind a number ends before it.
_STOP = re.compile(
    "以上|以下|以内|之内|左右|上下|及|和|与|或|并|且|的|每|用于|进行|开展|完成|达|为|均|全|稳定|合格|达标|通过|到位|以|按|由|在|后|前|内|起(?=[\u4e00-\u9fff])|"
    "[^\u4e00-\u9fff]"
)
_LATIN = re.compile("[A-Za-zμ°Ω]{1,6}[²³]?(?:/[A-Za-z]{1,4}[²³]?)?(?![A-Za-z0-9])")
# A number behind a letter or 第 is part of a name (PM2.5, 第3名), so is one before a letter and 级 or a hotline.
_NAME_BEFORE = frozenset("第〔[#")
_NEGATIVE_AFTER = frozenset(" ,;:(≥≤><=到至在为达")
_RANGE_SIGNS = frozenset("-~至到± ")
_NAME_AFTER = re.compile(
    r"[A-Za-z]级|热线|电话|专线|报警|[GD]D?(?![A-Za-z/])(?=[\u4e00-\u9fff])|号(?!楼)|[.．]\d|[大化层]?环境日|世界环境日|\+N"
)
_NOT_NUMERAL_BEFORE = frozenset("第统唯同之万专")
_PERIOD_UNIT = re.compile("个?(?:小时|工作日|天|日|周|星期|月|季度|年|学期)")
_MORE = re.compile("[余多]")
_TOLERANCE = re.compile(rf"\s*±\s*({_DIGITS})")
_PER_AFTER = re.compile(
    r"\s*(?:每|/)\s*(?P<n>\d{1,2}|[一两二三四五六])?\s*个?(?P<of>小时|工作日|天|日|周|星期|月度?|季度?|半年|年度?|学期|次)(?![\u4e00-\u9fff])"
)


def amounts_in(text: str, start: int, end: int, taken: list[tuple[int, int]]) -> list[Amount]:
    """The amounts in `text[start:end]` in order, those inside `taken` (dates, names) left out."""
    found: list[Amount] = []
    free = at = start
    while match := _NUMBER.search(text, at, end):
        at = match.end()
        if taken and any(a < at and match.start() < b for a, b in taken):
            continue
        amount = _amount(text, match, free, end)
        if amount is not None:
            found.append(amount)
            free = at = max(at, amount.end)
    return found


def amount_at(text: str, start: int, end: int) -> Amount | None:
    """The first amount, where nothing but its comparator stands before it; None elsewhere."""
    match = _NUMBER.search(text, start, min(end, start + _LONGEST_SIGN + 4))
    if match is None:
        return None
    match = _NUMBER.match(text, match.start(), end)
    amount = _amount(text, match, start, end) if match else None
    return amount if amount is not None and amount.start == start else None


def _amount(text: str, match: re.Match[str], start: int, end: int) -> Amount | None:
    """The amount around a number; `start` is where the words before it may begin at the earliest."""
    first, at = match.span()
    kind = match.lastgroup
    begin, op = _sign_before(text, start, first)
    if kind == "share":
        number = _value(match["share"])
        if number is None:
            return None
        suffix, stop = _suffix(text, at, end)
        return Amount(begin, stop, first, at, at, op, number, None, None, "%", True, None, suffix)
    if op is None and first > 0:
        before = text[first - 1]
        if before in _NAME_BEFORE or (before.isascii() and before.isalpha()):
            return None
        if before == "每" and _PERIOD_UNIT.match(text, at, end):
            return None  # 每两个月 is a period
    if kind == "han":
        return _han_amount(text, match, begin, op, end)
    if op is None and _NAME_AFTER.match(text, at, end):
        return None
    number = Decimal(match["digits"].replace(",", ""))
    if first > start and text[first - 1] == "-" and (first - 1 == start or text[first - 2] in _NEGATIVE_AFTER):
        number = number.copy_negate()
        begin, op = _sign_before(text, start, first - 1)
    number, scale, unit_start, unit_end = _scaled(text, at, end, number)
    number2: Decimal | None = None
    if unit_end < end and text[unit_end] in _RANGE_SIGNS:
        tolerance = _TOLERANCE.match(text, unit_end, end) if op is None else None
        if tolerance:
            # 20±2℃ is a range around a number of its own.
            by = Decimal(tolerance[1].replace(",", ""))
            _, _, unit_start, unit_end = _scaled(text, tolerance.end(), end, by)
            ends = number - by, number + by
            return _finished(text, begin, end, first, None, *ends, scale, unit_start, unit_end)._replace(base=number)
        upper = _UPPER.match(text, unit_end, end) if op != "±" else None
        value = _value(upper["digits"] or upper["han"]) if upper else None
        if upper and value is not None:
            bare = unit_start == unit_end and scale is None
            number2, scale, unit_start, unit_end = _scaled(text, upper.end(), end, value)
            if bare and scale:
                number = (number * SCALES[scale]).normalize()
    return _finished(text, begin, end, first, op, number, number2, scale, unit_start, unit_end)


def _value(digits: str) -> Decimal | None:
    return Decimal(digits.replace(",", "")) if digits[0].isdigit() else chinese_number(digits)


def _sign_before(text: str, start: int, first: int) -> tuple[int, str | None]:
    """Where the comparator before a number begins, and which it is; the number's own start and None without one."""
    at = first
    while at > start and text[at - 1] == " ":
        at -= 1
    for length in _SIGNS_ENDING.get(text[at - 1], ()) if at > start else ():
        op = SIGN_OF.get(text[at - length : at]) if length <= at - start else None
        if op is None:
            continue
        at -= length
        if text[at] in _NOT_BEFORE and at > start and text[at - 1] in _NOT_BEFORE[text[at]]:
            return first, None
        if length < 3 and text[at] in "≥≤><=":
            # 大于≥95%: the sign decides, the word before it is its repetition.
            at = _sign_before(text, start, at)[0]
        return at, op
    return first, None


def _han_amount(text: str, match: re.Match[str], begin: int, op: str | None, end: int) -> Amount | None:
    """Chinese numerals count only before a measure word: not in 统一, 第三方, 一体化."""
    first, at = match.span()
    if first > 0 and text[first - 1] in _NOT_NUMERAL_BEFORE:
        return None
    number = chinese_number(match["han"])
    if number is None:
        return None
    number, scale, unit_start, unit_end = _scaled(text, at, end, number)
    if text[unit_start:unit_end] not in AFTER_NUMERALS or text.startswith("性", unit_end):
        return None
    return _finished(text, begin, end, first, op, number, None, scale, unit_start, unit_end)


def _scaled(text: str, at: int, end: int, number: Decimal) -> tuple[Decimal, str | None, int, int]:
    """The number with 万 or 亿 multiplied in, the scale, and where the known unit behind it begins and ends."""
    while at < end and text[at] == " ":
        at += 1
    stop = known_unit(text, at, end)
    if stop > at:
        return number, None, at, stop
    scale = _SCALES.match(text, at, end)
    if scale is None:
        return number, None, at, at
    at = scale.end()
    scaled = number * SCALES[scale[0]]
    if scaled == scaled.to_integral_value():
        scaled = scaled.quantize(Decimal(1))
    return scaled, scale[0], at, known_unit(text, at, end)


def _finished(
    text: str, begin: int, end: int, digits: int, op: str | None, number: Decimal, number2: Decimal | None,
    scale: str | None, unit_start: int, unit_end: int,
) -> Amount:  # fmt: skip
    """The amount with its unit, known or open, its denominator and the word behind it."""
    known = unit_end > unit_start
    more = _MORE.match(text, unit_start, end) if not known else None
    if more:
        # 1200余人, 100多家: a little more than that, nobody says how much.
        unit_start = more.end()
        unit_end = known_unit(text, unit_start, end)
        known, op = unit_end > unit_start, op or "~"
    if not known:
        unit_end = _open_unit(text, unit_start, end)
    unit = text[unit_start:unit_end] or None
    per: tuple[int, str] | None = None
    denominator = _DENOMINATOR.match(text, unit_end, end) if text[unit_end : unit_end + 1] in ("/", "每", " ") else None
    if denominator:
        unit, unit_end, per = _divided(text, unit, unit_start, unit_end, denominator, end)
    if unit and scale == "万" and unit == "元":
        unit, number, scale = "万元", number / 10_000, None
    suffix, stop = _suffix(text, unit_end, end)
    if per is None and text[stop : stop + 1] in ("/", "每", " ") and (after := _PER_AFTER.match(text, stop, end)):
        per, stop = (_small(after["n"]), PERIODS[after["of"]]), after.end()
    return Amount(
        begin, stop, digits, unit_start, unit_end, op, number, number2, scale, CANONICAL.get(unit or "", unit), known, per,
        suffix,
    )  # fmt: skip


def _divided(
    text: str, unit: str | None, unit_start: int, unit_end: int, found: re.Match[str], end: int
) -> tuple[str | None, int, tuple[int, str] | None]:
    """Unit, end and period behind a stroke: 次/月 is 次 a month, 元/人·月 is one unit as written."""
    of, more = found["of"], found["more"]
    start = found.start("of")
    period = next((p for p in sorted(PERIODS, key=len, reverse=True) if of.startswith(p)), None)
    money = bool(unit) and unit is not None and unit.endswith("元")
    rest = of[len(period) :] if period else of
    if period and not more and not money and (not rest or _STOP.match(rest)) and unit not in ("人",):
        return unit, start + len(period), (_small(found["n"]), PERIODS[period])
    stop = known_unit(text, start, min(end, start + len(of)))
    if stop == start:
        limit = _STOP.search(of)
        stop = start + (limit.start() if limit else len(of))
    if more and stop == found.end("of"):
        stop = found.end("more")
    return text[unit_start:stop] or unit, stop, None


def _open_unit(text: str, at: int, end: int) -> int:
    """Where the nouns behind a number end that may be its unit; `at` where none are, or too many to be one."""
    latin = _LATIN.match(text, at, end)
    if latin:
        return latin.end()
    stop = _STOP.search(text, at, min(end, at + 7))
    last = stop.start() if stop else min(end, at + 7)
    return last if last - at <= 5 else at


def _suffix(text: str, at: int, end: int) -> tuple[str, int]:
    if at == end or text[at] not in _SUFFIX_BEGINS:
        return "", at
    match = _SUFFIX.match(text, at, end)
    if match is None or match.end() == at:
        return "", at
    word = match[1] or match[2] or ""
    if word in ("左", "上") or not match[0].strip():  # 左 and 上 alone begin another word
        return "", at
    return word, match.end()


def _small(text: str | None) -> int:
    if not text:
        return 1
    return int(text) if text.isdigit() else int(chinese_number(text) or 1)

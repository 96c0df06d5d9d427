"""Values that are no target at all: empty, masked, a unit or a sign alone, a scale with nothing chosen, damaged digits.

They become `malformed` with a reason and, where digits could be meant otherwise, candidates. A damaged number is never
given as a plain number: 290% for a satisfaction may have been ≥90%.
"""

from __future__ import annotations

import re
from decimal import Decimal

from hengji.model.target import Clause, TargetKind
from hengji.model.units import known_unit
from hengji.targets import lexicon as words
from hengji.targets.piece import Amount, Piece

_SIGN = re.compile(r"^\s*(?:[≥≤><=≈±]+|不少于|不低于|不超过|大于等于|小于等于|大于|小于|至少|约)\s*")
_LETTERS = re.compile(r"(?:^|[第≥≤><=\s])[OoQlI](?=[\u4e00-\u9fff%]|$)")
_FUSED = re.compile(r"(100|[1-9]\d)(100)")
_A_DIGIT = re.compile("[0-9]")
_YEAR_FIRST = re.compile(r"(?:19|20)\d\d\.")
_LONGEST = 24
_HUNDRED, _ABSURD = Decimal(100), Decimal(1000)
_FORMULA = re.compile(r"#(?:REF|VALUE|NAME\?|DIV/0|N/A|NUM|NULL)!?")
_TWO_POINTS = re.compile(r"(?<![\d.])\d+\.\d+\.\d+(?!\.?\d)\s*(?:%|[\u4e00-\u9fff]|$)")


def damage(piece: Piece) -> Clause | None:
    """The malformed clause of words that cannot be read as a target; None for all others."""
    text = piece.words.strip()
    if not text:
        return _malformed("没有指标值 / empty")
    if "#" in text and _FORMULA.search(text):
        return _malformed("表格公式出错 / a formula error instead of a value")
    if len(text) > _LONGEST:
        return None
    if _A_DIGIT.search(text):
        if _TWO_POINTS.fullmatch(text) and not _YEAR_FIRST.match(text):
            return _malformed("小数点有两个 / two decimal points", text)
        return None
    if words.NO_TARGET.fullmatch(text):
        return _malformed("没有填写目标，只有占位的字样 / a placeholder, no target")
    if words.MASKED.search(text):
        return _malformed("数字被遮盖 / the digits are masked")
    if words.UNCHOSEN.fullmatch(text):
        return _malformed("列出了各档，没有选定哪一档 / a scale with nothing chosen")
    if _LETTERS.search(text):
        return _malformed("数字处是字母 / a letter stands where a digit should")
    return _unit_only(text)


def _unit_only(text: str) -> Clause | None:
    sign = _SIGN.match(text)
    rest = text[sign.end() if sign else 0 :].strip()
    if sign and not rest:
        return _malformed("只有比较符号，没有数 / a sign without a number")
    at = 1 if rest[:1] in "万亿" and len(rest) > 1 else 0
    whole = known_unit(rest, at, len(rest)) == len(rest)
    # 次, 好 … : one character may be a word of its own, unless a sign stands before it.
    if whole and (sign or len(rest) > 1 or rest in "%元次人家份米亩吨台套辆户场篇"):
        return _malformed("只有单位，没有数 / a unit without a number")
    return None


def damaged_digits(amount: Amount, piece: Piece) -> Clause | None:
    """The malformed clause of an amount without a sign whose digits cannot be meant; None for all others."""
    number, hints = amount.number, piece.hints
    if amount.op is not None or amount.suffix or number <= _HUNDRED or number != number.to_integral_value():
        return None
    digits = format(number, "f")
    if amount.unit == "%" and amount.number2 is None and (number > _ABSURD or hints.capped):
        return _malformed(
            "百分比超过100，像是符号或数字识别错误 / above 100 %, perhaps a misread sign or digit", *_percents(digits)
        )
    if amount.unit is not None or amount.number2 is not None or amount.scale:
        return None
    fused = _FUSED.fullmatch(digits)
    if fused and (not hints.name or hints.rate):
        return _malformed("两栏数字粘在一起 / two columns of digits run together", fused[1], fused[2], digits)
    if number > _ABSURD and hints.capped:
        return _malformed("比率没有这么大，像是两栏粘在一起 / too large for a rate", *_halves(digits), digits)
    return None


def _percents(digits: str) -> list[str]:
    """What a damaged percentage may have been: its sign misread as a digit, or a digit too many."""
    found = []
    if 0 < int(digits[1:] or 0) <= 100:
        found.append(f"≥{int(digits[1:])}%")
    if 0 < int(digits[:-1] or 0) <= 100:
        found.append(f"{int(digits[:-1])}%")
    return found


def _halves(digits: str) -> list[str]:
    for cut in (2, 3):
        if digits[cut:] and not digits[cut:].startswith("0") and int(digits[:cut]) <= 100 and int(digits[cut:]) <= 100:
            return [digits[:cut], digits[cut:]]
    return []


def _malformed(reason: str, *candidates: str) -> Clause:
    return Clause(TargetKind.MALFORMED, reason=reason, candidates=candidates)

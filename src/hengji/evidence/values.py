"""One cell as people write it → the value of a field, or the reason why it is none.

Dates as 2024-01-05, 2024/1/5, 2024.1.5, 2024年1月5日, 20240105 or the day number of a spreadsheet; 24:00 is 00:00 of the
next day; a moment with a time zone becomes China time. What had to be changed to fit is told beside the value.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from enum import StrEnum
from typing import NamedTuple

from hengji.evidence.register import Field

PLACES = Decimal("0.000001")
LARGEST = Decimal(10) ** 14
LONGEST = 20_000
YEARS = (1900, 2200)
"""The years that a date may lie in."""
NOTHING = ("", "-", "—", "——", "–", "－", "/", "／")
"""Cells that stand for no value."""
CHINA = datetime.timezone(datetime.timedelta(hours=8))
YES = ("是", "true", "1", "yes", "y", "√", "✓", "有")
NO = ("否", "false", "0", "no", "n", "×", "✗", "无")
FORMULA_FAULT = r"^#(?:REF!|DIV/0!|VALUE!|NAME\?|N/A|NULL!|NUM!|SPILL!|CALC!|未算出)$"
"""What a spreadsheet shows in place of a value; in a register of words it would look like a word."""
UNCOMPUTED = "#未算出"
"""Stands for a formula whose result was never saved."""
ESCAPED = re.compile("^'(?=[=+@-])")
"""The sign that an export put before a cell which a spreadsheet would take for a formula."""

_FAULT = re.compile(FORMULA_FAULT)
_EPOCH = datetime.datetime(1899, 12, 30)
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?|(\d{4})(\d{2})(\d{2})")
_MONTH = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*月?|(\d{4})")
_CLOCK = re.compile(
    r"[T\s]*(\d{1,2})(?:[:时点](\d{1,2})分?)?(?::?(\d{1,2})秒?)?(\.\d+)?\s*(Z|[+-]\d{2}:?\d{2})?", re.IGNORECASE
)
_COMPACT = re.compile(r"(\d{8})(\d{2})(\d{2})(\d{2})")
_MIDNIGHT = re.compile(r"24[:：时点](?:00)?(?:分|[:：]00)?秒?$")
_SERIAL = re.compile(r"[2-7]\d{4}(?:\.\d+)?")
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")


class Note(StrEnum):
    """What was changed to make a cell fit."""

    ROUNDED = "rounded"
    ZONED = "zoned"
    DAY_ONLY = "day_only"
    SERIAL = "serial"

    @property
    def zh(self) -> str:
        """The words on screen."""
        return _NOTES[self.value][0]

    @property
    def en(self) -> str:
        """The words in English."""
        return _NOTES[self.value][1]


_NOTES = {
    "rounded": ("小数多于六位，已按四舍六入五成双取六位", "more than six decimal places; rounded half-even to six"),
    "zoned": ("带有时区，已换算为北京时间", "had a time zone; converted to China time"),
    "day_only": ("带有时刻，只保留了日期", "had a time of day; only the date was kept"),
    "serial": ("是电子表格的日期序号，已换算为日期", "were a spreadsheet's day numbers; converted to dates"),
}


class BadCell(Exception):
    """Why a cell is no value of its field."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en


Value = str | int | Decimal | bool | datetime.date | datetime.datetime


class Read(NamedTuple):
    """The value of a cell, None for an empty one, and what was changed to make it fit."""

    value: Value | None
    note: Note | None = None


def trimmed(text: str | None) -> str | None:
    """A cell without outer white space and without the sign of an export; None where it stands for no value."""
    if text is None or (plain := ESCAPED.sub("", text.strip())) in NOTHING:
        return None
    return plain


def read_value(text: str | None, field: Field) -> Read:
    """The value of a cell in a field.

    Raises:
        BadCell: it is missing though required, of another type, or outside what the field allows.
    """
    plain = trimmed(text)
    if plain is None:
        if field.required:
            raise BadCell("必填，但为空", "is required but empty")
        return Read(None)
    if len(plain) > LONGEST:
        raise BadCell(f"超过 {LONGEST} 字", f"is longer than {LONGEST} characters")
    if _FAULT.search(plain):
        raise BadCell("是公式错误或没有算出结果的公式，不是数据", "is a formula error or a formula without a result")
    read = _READERS[field.type](plain, field)
    _within(read.value, field)
    return read


def _text(text: str, field: Field) -> Read:
    if field.enum and text not in field.enum:
        folded = {_folded(e): e for e in field.enum}
        if (known := folded.get(_folded(text))) is None:
            raise BadCell(
                f"不是可填的值；可填：{'、'.join(field.enum)}",
                f"is not an allowed value; allowed: {', '.join(field.enum)}",
            )
        return Read(known)
    if field.pattern and not re.fullmatch(field.pattern.strip("^$"), text):
        month = _month(text)
        if month is None or not re.fullmatch(field.pattern.strip("^$"), month):
            raise BadCell("不是年月，应如 2024-03", "is not a month such as 2024-03")
        return Read(month)
    return Read(text)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().replace(" ", "")


def _month(text: str) -> str | None:
    found = _MONTH.fullmatch(text) or _DAY.fullmatch(text.split(" ")[0])
    if found is None:
        return None
    year, month = (found[1] or found[3] or found[4]), found[2]
    return f"{year}-{int(month):02d}" if month else year


def _number(text: str, field: Field) -> Read:
    number = _decimal(text, field)
    rounded = number.quantize(PLACES, ROUND_HALF_EVEN)
    return Read(rounded, None if rounded == number else Note.ROUNDED)


def _integer(text: str, field: Field) -> Read:
    number = _decimal(text, field)
    if number != number.to_integral_value():
        raise BadCell("应为整数", "should be a whole number")
    return Read(int(number))


def _decimal(text: str, field: Field) -> Decimal:
    plain = unicodedata.normalize("NFKC", text).replace("−", "-").replace(" ", "")
    if field.unit == "%":
        plain = plain.removesuffix("%")
    if _GROUPED.fullmatch(plain):
        plain = plain.replace(",", "")
    if not _NUMBER.fullmatch(plain):
        raise BadCell("不是数字", "is not a number")
    try:
        number = Decimal(plain)
    except InvalidOperation:
        raise BadCell("不是数字", "is not a number") from None
    if abs(number) >= LARGEST:
        raise BadCell("数字过大，整数部分最多 14 位", "is too large: at most 14 digits before the point")
    return number


def _boolean(text: str, field: Field) -> Read:
    word = _folded(text)
    if word in YES or word in NO:
        return Read(word in YES)
    raise BadCell("应为“是”或“否”", "should be 是 or 否 (yes or no)")


def _date(text: str, field: Field) -> Read:
    moment, note, _ = _moment(text)
    if _MIDNIGHT.search(text):  # the end of a day is still that day
        return Read(moment.date() - datetime.timedelta(days=1), Note.DAY_ONLY)
    if moment.time() != datetime.time():
        return Read(moment.date(), Note.DAY_ONLY)
    return Read(moment.date(), note)


def _datetime(text: str, field: Field) -> Read:
    moment, note, clock = _moment(text)
    if not clock and not field.date_only:
        raise BadCell("只有日期，缺少时刻，应如 2024-01-05 08:30", "has no time of day; give it as 2024-01-05 08:30")
    return Read(moment, note)


def _moment(text: str) -> tuple[datetime.datetime, Note | None, bool]:
    """The moment, what was changed, and whether a time of day was given."""
    plain = unicodedata.normalize("NFKC", text)
    if _SERIAL.fullmatch(plain):
        seconds = round(Decimal(plain) * 86400)
        return _EPOCH + datetime.timedelta(seconds=seconds), Note.SERIAL, True
    if compact := _COMPACT.fullmatch(plain):
        plain = f"{compact[1]} {compact[2]}:{compact[3]}:{compact[4]}"
    found = _DAY.match(plain)
    if found is None:
        if _MONTH.fullmatch(plain):
            raise BadCell("只有年月，缺少日", "names a month only; the day is missing")
        raise BadCell("不是日期，应如 2024-01-05", "is not a date such as 2024-01-05")
    year, month, day = (int(g) for g in found.groups() if g is not None)
    try:
        start = datetime.datetime(year, month, day)
    except ValueError:
        raise BadCell("没有这一天", "there is no such day") from None
    if not YEARS[0] <= year <= YEARS[1]:
        raise BadCell("年份不合理", "has an unlikely year")
    rest = plain[found.end() :].strip()
    if not rest:
        return start, None, False
    clock = _CLOCK.fullmatch(rest)
    if clock is None or (clock[2] is None and "时" not in rest and "点" not in rest):
        raise BadCell("时刻写法无法识别，应如 08:30", "has a time of day that cannot be read; give it as 08:30")
    hour, minute, second = int(clock[1]), int(clock[2] or 0), int(clock[3] or 0)
    if minute > 59 or second > 59 or hour > 24 or (hour == 24 and (minute or second)):
        raise BadCell("没有这个时刻", "there is no such time of day")
    moment = start + datetime.timedelta(hours=hour, minutes=minute, seconds=second)
    if clock[5]:
        zone = datetime.datetime.fromisoformat(f"2000-01-01T00:00:00{clock[5].upper()}").tzinfo
        local = moment.replace(tzinfo=zone).astimezone(CHINA).replace(tzinfo=None)
        return local, Note.ZONED, True
    return moment, None, True


def _within(value: Value | None, field: Field) -> None:
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        if field.minimum is not None and value < field.minimum:
            raise BadCell(
                "不能是负数" if field.minimum == 0 else f"小于 {field.minimum}",
                "must not be negative" if field.minimum == 0 else f"is below {field.minimum}",
            )
        if field.maximum is not None and value > field.maximum:
            raise BadCell(f"大于 {field.maximum}", f"is above {field.maximum}")


_READERS = {
    "string": _text, "integer": _integer, "number": _number, "boolean": _boolean, "date": _date, "datetime": _datetime,
}  # fmt: skip

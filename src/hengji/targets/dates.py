"""Dates and periods in target values: 2024年12月底前, 11月底之前, 2021年1月-12月, 2023.07-2024.01, 全年, 第三季度."""

from __future__ import annotations

import calendar
import re

from hengji.model.numerals import chinese_number
from hengji.targets.piece import Date

_YEAR = r"(?:(?P<y{0}>(?:19|20)\d{{2}})\s*(?:年度?|(?=[./-]\s*\d)))"
_MONTH = r"(?P<m{0}>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_END = r"(?:月?\s*(?:份)?\s*(?P<e{0}>[底末初]|上旬|中旬|下旬))"
_PART = r"(?P<q{0}>第?[一二三四1-4]\s*季度|上半年|下半年|年\s*(?:底|末|终|内|度内)|全年)(?:[底末])?"


def _point(k: int) -> str:
    year, month = _YEAR.format(k), _MONTH.format(k)
    return (
        rf"(?:(?:{year}\s*[./-]?\s*)?(?:{month}\s*(?:月(?!度)\s*(?:份)?|[./-]\s*(?=\d{{1,2}}(?!\d)))\s*(?:(?P<d{k}>3[01]|[12]\d|0?[1-9])\s*[日号]?"
        rf"(?!\d))?(?:{_END.format(k)})?|{_PART.format(k)})"
        rf"|(?P<yy{k}>(?:19|20)\d{{2}})\s*[./-]\s*(?P<ym{k}>1[0-2]|0?[1-9])(?![\d%个])"
        rf"|(?P<yo{k}>(?:19|20)\d{{2}})\s*年度?(?!来))"
    )


_DATE = re.compile(
    rf"(?<![\d.])(?:于|在|截至|截止到?|到)?(?:本年度?|当年|每年)?{_point(1)}"
    rf"(?:\s*(?:-{{1,2}}|~|至|到)\s*(?:本年|次年|当年)?{_point(2)})?"
    r"\s*(?P<tail>之?前|以前|内|之内|为止|止|之间|期间)?"
)
_EIGHT = re.compile(r"(?<!\d)((?:19|20)\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?!\d)")
_MONTHS = re.compile(
    r"(?<![\d.])(?P<first>1[0-2]|0?[1-9])\s*(?:-{1,2}|~|至|到)\s*(?P<last>1[0-2]|0?[1-9])\s*月(?!度)(?:份|底)?"
)
_OFTEN = re.compile("[一两二三四五六七八九\\d]{1,2}[次场期轮]")
_HINT = re.compile(r"[年月季旬./-]|\d{8}")
_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_RECURRING = re.compile(r"每(?:个)?[年月季]度?$")


def dates_in(text: str, start: int, end: int, year: int | None) -> list[Date]:
    """The dates in `text[start:end]`. `year` is the budget year, used where a date names none."""
    if not _HINT.search(text, start, end):
        return []
    found: list[Date] = []
    for match in _MONTHS.finditer(text, start, end):
        last = int(match["last"])
        span = _iso(year, int(match["first"]), 1), _iso(year, last, _days(year, last))
        found.append(Date(match.start(), match.end(), "window", *span, None))
    for match in _DATE.finditer(text, start, end):
        if any(d.start < match.end() and match.start() < d.end for d in found) or _OFTEN.match(text, match.end()):
            continue
        if _is_duration(text, match, end) or _RECURRING.search(text, max(start, match.start() - 4), match.start()):
            continue
        date = _date(match, year)
        if date:
            found.append(date)
    for match in _EIGHT.finditer(text, start, end):
        if not any(d.start < match.end() and match.start() < d.end for d in found):
            day = f"{match[1]}-{match[2]}-{match[3]}"
            found.append(Date(match.start(), match.end(), "by", None, day, None))
    return found


def _is_duration(text: str, match: re.Match[str], end: int) -> bool:
    """Numbers that only look like a date: 3.5, 1.5-2.5, 10-12 without any sign of year or month."""
    words = match[0]
    if not any(c in words for c in "年月季半"):
        return not re.search(r"(?:19|20)\d{2}\s*[./-]\s*\d{1,2}", words)
    return text.startswith(("个", "均"), match.end()) and words.endswith("月")


def _date(match: re.Match[str], year: int | None) -> Date | None:
    first = _read(match, 1, None)
    if first is None:
        return None
    own_year = first[0]
    second = _read(match, 2, own_year) if (match["m2"] or match["q2"] or match["yy2"] or match["yo2"]) else None
    tail = match["tail"] or ""
    if second is not None:
        fallback = own_year or second[0] or year
        return Date(
            match.start(), match.end(), "window", _iso(own_year or second[0] or year, first[1], first[2]),
            _iso(second[0] or fallback, *_last(second, fallback)), None,
        )  # fmt: skip
    at_year = own_year or year
    if match["q1"] == "全年":
        return Date(match.start(), match.end(), "window", _iso(at_year, 1, 1), _iso(at_year, 12, 31), None)
    month, day = _last(first, at_year)
    warning = None
    bare = match["d1"] is None and match["e1"] is None and match["q1"] is None
    if tail in ("前", "之前", "以前") and bare:
        # “9月前” may or may not include September; the stricter reading is kept.
        warning = f"“{match[0].strip()}”按不含当月（年）读取，取较严的一种 / read as excluding it, the stricter reading"
        if first[1] is None or month == 1:
            at_year, month, day = (at_year - 1 if at_year else None), 12, 31
        else:
            month -= 1
            day = _days(at_year, month)
    return Date(match.start(), match.end(), "by", None, _iso(at_year, month, day), warning)


# Year, month, last day named, part of the year.
_Point = tuple[int | None, int | None, int | None, str | None]


def _read(match: re.Match[str], k: int, inherited: int | None) -> _Point | None:
    if match[f"yo{k}"]:
        return int(match[f"yo{k}"]), None, None, None
    if match[f"yy{k}"]:
        return int(match[f"yy{k}"]), int(match[f"ym{k}"]), None, None
    year = int(match[f"y{k}"]) if match[f"y{k}"] else inherited
    if match[f"q{k}"]:
        return year, None, None, match[f"q{k}"]
    if not match[f"m{k}"]:
        return None
    month = int(match[f"m{k}"]) if match[f"m{k}"].isdigit() else int(chinese_number(match[f"m{k}"]) or 0)
    return year, month, int(match[f"d{k}"]) if match[f"d{k}"] else None, match[f"e{k}"]


def _last(point: _Point, year: int | None) -> tuple[int, int]:
    """Month and day on which a point in time ends."""
    _, month, day, part = point
    if month is None:
        if not part or ("年" in part and "半" not in part):
            return 12, 31
        if part == "上半年":
            return 6, 30
        if part == "下半年":
            return 12, 31
        month = 3 * next(_QUARTERS[c] for c in part if c in _QUARTERS)
        return month, _days(year, month)
    if day is None:
        day = {"初": 10, "上旬": 10, "中旬": 20}.get(part or "") or _days(year, month)
    return month, day


def _days(year: int | None, month: int) -> int:
    # The last day of February is the 28th while the year is unknown: the stricter reading.
    return calendar.monthrange(year or 2023, month)[1]


def _iso(year: int | None, month: int | None, day: int | None) -> str:
    return f"{f'{year:04d}' if year else '-'}-{month or 1:02d}-{day or 1:02d}"

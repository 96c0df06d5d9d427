"""What stands above a table: title, department, unit of money, budget year, kind of form."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from hengji.model.finding import Place
from hengji.model.table import TableKind
from hengji.reading.cells import Cell
from hengji.reading.plain_text import narrow

_DEPARTMENT = re.compile(
    r"(?:部门\s*[（(]\s*单位\s*[）)]|(?<!发布)(?:预算|主管|填报|编制|公开|申报)?\s*(?:部门|单位))\s*(?:名称)?\s*(?:[（(]盖章[）)])?\s*[:：]\s*"
    r"([^\s:：,，;；。|]{2,60})"
)
_UNIT = r"(亿元|万元|千元|百元|元)"
_MONEY_UNIT = re.compile(rf"(?:金额\s*)?单\s*位\s*[:：]\s*(?:人民币\s*)?{_UNIT}")
_BRACKETED_UNIT = re.compile(rf"[（(]\s*(?:单位\s*[:：]\s*)?{_UNIT}\s*[)）]")
_YEAR = re.compile(r"((?:19|20)[0-9]{2}|[一二三四五六七八九○〇零]{4})\s*年")
_YEAR_ALONE = re.compile(r"[（(]?\s*((?:19|20)[0-9]{2})\s*年度?\s*[)）]?")
_BARE_YEAR = re.compile(r"(?:19|20)[0-9]{2}年")  # alone on a line it may also be that of a beginning or an end
_TITLE_YEAR = re.compile(r"[（(]\s*((?:19|20)[0-9]{2})\s*(?:年度?)?\s*[)）]")
_YEAR_FIELD = re.compile(r"(?:预算|填报|申报|财政)?年\s*度\s*[:：]\s*((?:19|20)[0-9]{2})")
_TITLE = re.compile("绩效.{0,30}(?:表|目标|指标|情况)")
_TITLE_LINE = re.compile(r"\S{0,60}绩效\S{0,30}表(?:[（(].{0,30}[)）])?")
_DIGITS = str.maketrans("一二三四五六七八九○〇零", "123456789000")
_LONGEST = 120


@dataclass(slots=True)
class Heads:
    """What the words above a table say; None where they say nothing. `left` are the words that told nothing."""

    title: str | None = None
    department: str | None = None
    money_unit: str | None = None
    fiscal_year: int | None = None
    units: list[tuple[str, Place]] = field(default_factory=list)
    left: list[Cell] = field(default_factory=list)


def is_head(text: str) -> bool:
    """Whether a line belongs to the head of a table, not to a row that a page wrapped."""
    if len(text) > _LONGEST:
        return False
    return bool(
        _DEPARTMENT.match(text) or _MONEY_UNIT.match(text) or _YEAR_ALONE.fullmatch(text)
        or _TITLE_LINE.fullmatch(text.replace(" ", ""))
    )  # fmt: skip


def read_heads(lines: Iterable[list[Cell]], headings: Iterable[Cell] = ()) -> Heads:
    """Title, department, unit of money and year from the lines above a table and from its column headings.

    The year counts only where the title, a year field or a year standing alone names it, and only one is named.
    """
    heads = Heads()
    years: list[int] = []
    bare: list[int] = []
    for line in lines:
        cells = [c for c in line if c.text]
        # A label and its content may stand in two cells of one row: 部门名称： | 某某局.
        pairs = [f"{c.text}{cells[k + 1].text if c.text.endswith(('：', ':')) and k + 1 < len(cells) else ''}"
                 for k, c in enumerate(cells)]  # fmt: skip
        understood = [_read(pair, cell, heads, years, bare) for pair, cell in zip(pairs, cells, strict=True)]
        for k, cell in enumerate(cells):
            if not understood[k] and not (k and cells[k - 1].text.endswith(("：", ":")) and understood[k - 1]):
                heads.left.append(cell)
    for cell in headings:
        heads.units += [(m[1], cell.place(*m.span(1))) for m in _BRACKETED_UNIT.finditer(cell.text)]
    if heads.money_unit is None and len({unit for unit, _ in heads.units}) == 1:
        heads.money_unit = heads.units[0][0]
    said = set(years or bare)
    heads.fiscal_year = said.pop() if len(said) == 1 else None
    return heads


def kind_of(title: str | None) -> TableKind:
    """The kind of form that a title names; a table of targets where it names none."""
    words = title or ""
    for sign, kind in (
        ("自评", TableKind.SELF_EVALUATION),
        ("监控", TableKind.MONITORING),
        ("整体", TableKind.DEPARTMENT_TARGETS),
        ("区域绩效目标", TableKind.TRANSFER_TARGETS),
    ):
        if sign in words:
            return kind
    transfers = "转移支付" in words and "含转移支付" not in words
    return TableKind.TRANSFER_TARGETS if transfers else TableKind.TARGETS


def _read(text: str, cell: Cell, heads: Heads, years: list[int], bare: list[int]) -> bool:
    """Take what one line says; False where it says nothing that is known."""
    known = False
    for line in text.splitlines() if len(text) <= 2000 else ():
        if found := _MONEY_UNIT.search(line):
            heads.units.append((found[1], cell.place()))
            heads.money_unit, known = heads.money_unit or found[1], True
        for found in _DEPARTMENT.finditer(line):
            if not re.fullmatch(_UNIT, found[1]):
                heads.department, known = heads.department or found[1], True
        if found := _YEAR_FIELD.search(line) or _YEAR_ALONE.fullmatch(line.strip()):
            (bare if _BARE_YEAR.fullmatch(line.strip()) else years).append(int(found[1]))
            known = True
        if not known and _is_title(line):
            heads.title, known = heads.title or line.strip(), True
            years += title_years(line)
        if unit := _BRACKETED_UNIT.search(line):
            heads.units.append((unit[1], cell.place()))
            heads.money_unit, known = heads.money_unit or unit[1], True
    return known


def title_years(title: str) -> list[int]:
    """The years that a title names, in order."""
    said = [m[1] for pattern in (_YEAR, _TITLE_YEAR) for m in pattern.finditer(narrow(title))]
    return [year for digits in said if (year := int(digits.translate(_DIGITS))) > 1900]


def _is_title(text: str) -> bool:
    return len(text) <= _LONGEST and "：" not in text and ":" not in text and bool(_TITLE.search(text.replace(" ", "")))

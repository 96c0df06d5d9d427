"""One form a project: labels with their contents above, a table of indicators below, one indicator a row.

Columns are found by their headings. A merged cell means "same as above" only where the document merged it: the text of
a merged area counts for each of its rows, an empty cell that is not merged stays empty. Two halves side by side are the
whole term on the left and the year on the right; rows whose names agree are one indicator.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache

from hengji.model.finding import Place, Severity
from hengji.model.table import Funds, Indicator, Project, TableKind
from hengji.reading.cells import Cell, cell_of
from hengji.reading.faults import LABEL, left_over
from hengji.reading.grid import Column, Document, Grid, Reading
from hengji.reading.heads import kind_of, read_heads
from hengji.reading.merged_sheet import Sheet
from hengji.reading.money import NOTHING, amount, is_nothing
from hengji.reading.tie_out import check_rows, check_sources

_ROLES = (
    ("level1", re.compile("一级指标|指标类[型别]$")),
    ("level2", re.compile("二级指标")),
    ("name", re.compile("三级指标|指标名称|指标内容")),
    ("sign", re.compile("符号|比较|运算")),
    ("kind", re.compile("指标性质|指标方向")),
    ("unit", re.compile("计量单位|度量单位|指标单位|^单位$")),
    ("whole_term_target", re.compile("(?:实施周期|实施期|周期|中期|中长期|总体|长期).*(?:指标|目标)值")),
    ("actual", re.compile("实际完成|完成值|完成情况|实际值|执行情况")),
    ("annual_target", re.compile("(?:指标|目标)值|预期值|年度指标$")),
    ("max_points", re.compile("分值|权重|满分")),
    ("points", re.compile("得分|自评分")),
    ("variance_reason", re.compile("偏差|原因")),
    ("remark", re.compile("备注|说明|指标解释|评分标准|计算方法|数据来源")),
    # Of a project, where every row names it.
    ("project", re.compile("^项目名称$")),
    ("project_code", re.compile("项目(?:代码|编码|编号)")),
    ("supervising_department", re.compile("主管部门")),
    ("fund_user", re.compile("单位名称|预算单位|(?:实施|使用|申报)单位")),
    ("total", re.compile("预算数|年度预算|资金总额|项目资金|预算金额|金额")),
    ("objective", re.compile("绩效目标|年度目标")),
)
_MONEY = (
    ("total", re.compile("(?:年度)?资金总额|(?:年度)?(?:预算)?(?:总计|合计|总额)|项目资金|预算金额|年度预算")),
    ("fiscal_appropriation", re.compile("财政拨款|一般公共预算|财政资金")),
    ("special_account", re.compile("财政专户")),
    ("other_funds", re.compile("其他资金|自筹")),
    ("carry_over", re.compile("结转")),
)
_TEXTS = (
    ("name", re.compile("项目名称")), ("code", re.compile("项目(?:代码|编码|编号)")),
    ("supervising_department", re.compile("主管部门")),
    ("fund_user", re.compile("(?:资金使用|实施|项目|预算|申报)单位")),
    ("whole_term_objective", re.compile("(?:实施周期|实施期|中期|总体|长期|周期).{0,4}目标")),
    ("objective", re.compile("(?:年度|本年度?|当年)?.{0,4}(?:绩效)?目标")),
)  # fmt: skip
_NOT_DATA = re.compile("(?:小计|合计|总分|总计)$|^(?:注|说明|填报说明|备注)[:：]")
_SUM = re.compile("(小计|本页小计|本页合计)|合计|总计|总合计")
# Every table of indicators has a heading for their names; most rows are told from headings by its lack.
_NAMES = re.compile(r"三\s*级\s*指\s*标|指\s*标\s*(?:名\s*称|内\s*容)")
_LONGEST_HEADING = 80
_BRACKETED = re.compile("[（(][^（）()]*[)）]|[:：\\s]")
_LEVEL1 = re.compile("产\\s*出|效\\s*[益果]|满\\s*意|成\\s*本|投\\s*入|过\\s*程|决\\s*策|管\\s*理")
_LEVEL2 = re.compile("数\\s*量|质\\s*量|时\\s*效|成\\s*本|效\\s*[益果]|影\\s*响|满\\s*意|可\\s*持\\s*续|环\\s*境")
_LEVEL_CODE = re.compile(r"^(\d{1,2})\s*[-－—.、]\s*")


_FIELDS = frozenset(
    ("level1", "level2", "name", "whole_term_target", "annual_target", "actual", "max_points", "points")
)


@dataclass(slots=True)
class _Half:
    """The columns of one half of an indicator table, by role."""

    columns: dict[str, int] = field(default_factory=dict)
    # The places of filled fields, shared by the rows of a sheet (docs/decisions/0003).
    places: dict[tuple[str, ...], tuple[tuple[str, Place], ...]] = field(default_factory=dict)
    _fields: list[tuple[str, int]] = field(default_factory=list)

    @property
    def fields(self) -> list[tuple[str, int]]:
        """The columns whose places an indicator keeps; asked for only when all columns are known."""
        if not self._fields:
            self._fields += [(role, c) for role, c in self.columns.items() if role in _FIELDS]
        return self._fields


@dataclass(slots=True)
class _Header:
    """Where the headings of an indicator table stand, and the columns of its one or two halves."""

    row: int
    halves: list[_Half]


def read_forms(document: Document) -> Reading | None:
    """The projects of all forms in a document; None where it holds no form of this layout."""
    reading = Reading([])
    before: list[list[Cell]] = []
    for block in document.blocks:
        if not isinstance(block, Grid):
            before.append([cell_of(block)])
            continue
        sheet = Sheet(block)
        headers = _headers(sheet)
        if not headers:
            before += sheet.rows
            continue
        if block.lines and not _keeps_columns(sheet, headers):
            return None
        first = 0
        for k, header in enumerate(headers):
            stop = headers[k + 1].row if k + 1 < len(headers) else len(sheet.rows)
            _read_form(sheet, first, header, stop, before, reading)
            first = stop
            before = []
    if not reading.projects:
        return None
    return reading


def _keeps_columns(sheet: Sheet, headers: Sequence[_Header]) -> bool:
    """Whether the rows of a text table stand under their headings.

    Text loses merged cells, and with them the place of every cell behind: such a row is shorter, and its levels stand
    elsewhere. What cannot be told is not guessed.
    """
    for header, stop in zip(headers, [*(h.row for h in headers[1:]), len(sheet.rows)], strict=True):
        columns = header.halves[0].columns
        for row in sheet.rows[header.row + 1 : stop]:
            if sum(bool(c.text) for c in row) < 3 or any(_NOT_DATA.search(c.text) for c in row if c.text):
                continue
            for role, words in (("level1", _LEVEL1), ("level2", _LEVEL2)):
                if role in columns and not words.search(row[columns[role]].text):
                    return False
    return True


def _headers(sheet: Sheet) -> list[_Header]:
    found: list[_Header] = []
    for r, texts in enumerate(sheet.grid.rows):
        if not any("指" in t and len(t) <= _LONGEST_HEADING and _NAMES.search(t) for t in texts):
            continue
        halves = _halves(sheet, r, sheet.rows[r])
        if halves and not (found and r == found[-1].row + 1):
            found.append(_Header(r, halves))
    return found


def _halves(sheet: Sheet, r: int, row: Sequence[Cell]) -> list[_Half]:
    """The columns that a row of headings names; empty where it is none."""
    halves = [_Half()]
    for c, cell in enumerate(row):
        if (r, c) in sheet.covered and c and row[c - 1].text == cell.text:
            continue
        role = _role(cell.text)
        if role is None:
            continue
        if role in halves[-1].columns:
            if role in ("name", "level1", "level2") and "name" in halves[-1].columns and len(halves) == 1:
                halves.append(_Half({role: c}))
            continue
        halves[-1].columns[role] = c
    halves = [h for h in halves if "name" in h.columns and _targets(h)]
    if len(halves) == 2 and "level1" not in halves[1].columns and "level1" in halves[0].columns:
        halves[1].columns["level1"] = halves[0].columns["level1"]  # one level 1 for both halves
    return halves


@lru_cache(maxsize=4096)
def _role(heading: str) -> str | None:
    flat = _BRACKETED.sub("", heading)
    return next((name for name, pattern in _ROLES if flat and len(flat) <= 14 and pattern.search(flat)), None)


def _targets(half: _Half) -> bool:
    return "annual_target" in half.columns or "whole_term_target" in half.columns


def _read_form(
    sheet: Sheet, first: int, header: _Header, stop: int, before: list[list[Cell]], reading: Reading
) -> None:
    heads = read_heads([*before, *sheet.rows[first : header.row]])
    if not reading.projects:
        reading.title, reading.department = heads.title, heads.department
        reading.kind = kind_of(heads.title) if heads.title else TableKind.TARGETS
        reading.money_unit, reading.fiscal_year = heads.money_unit, heads.fiscal_year
    roles = {c: role for half in header.halves for role, c in half.columns.items()}
    reading.columns += [
        Column(cell.text, roles.get(c), cell.place())
        for c, cell in enumerate(sheet.rows[header.row])
        if cell.text and (c in roles or (header.row, c) not in sheet.covered)
    ]
    if "project" in header.halves[0].columns:
        _read_rows(sheet, header, stop, reading)
        return
    labelled, funds = _labels(sheet, first, header.row)
    number = len(reading.projects) + 1
    indicators = tuple(_indicators(sheet, header, stop))
    place = sheet.rows[header.row][min(header.halves[0].columns.values())].place()
    reading.projects.append(
        Project(
            name=labelled.get("name") or "", indicators=indicators, code=labelled.get("code"),
            fund_user=labelled.get("fund_user"), supervising_department=labelled.get("supervising_department"),
            funds=funds, objective=labelled.get("objective"),
            whole_term_objective=labelled.get("whole_term_objective"), place=place,
        )
    )  # fmt: skip
    if not labelled.get("name"):
        reading.findings.append(
            LABEL.at(
                place,
                f"项目{number}没有项目名称。请补上名称。",
                f"Project {number} has no name. Add it.",
                project=number,
            )
        )
    if finding := check_sources(
        funds, place, f"项目{number}“{labelled.get('name') or ''}”", f"project {number}", number
    ):
        reading.findings.append(finding)


def _read_rows(sheet: Sheet, header: _Header, stop: int, reading: Reading) -> None:
    """Projects of a table that names the project in every row, or once for a merged area of rows; sums are tied out."""
    columns = header.halves[0].columns
    named: tuple[str, str | None] | None = None
    projects: list[Project] = []
    found: list[list[Indicator]] = []  # the indicators of each project
    since = 0  # projects before the last subtotal
    half = header.halves[0]
    kept = frozenset(c for _, c in half.fields)
    for r in range(header.row + 1, stop):
        texts = sheet.plain_texts(r, kept)
        plain = texts is not None
        if texts is None:
            texts = [c.text for c in sheet.rows[r]]
        own = {role: None if texts[c] in NOTHING else texts[c] for role, c in columns.items()}
        first = next((c for c, text in enumerate(texts) if text), None)
        name = own.get("project")
        said = amount(own.get("total") or "")
        if first is None:
            continue
        if "计" in texts[first] and (sums := _SUM.fullmatch(_BRACKETED.sub("", texts[first]))):
            lead = sheet.rows[r][first]
            printed = Funds(total=said.value if said else None)
            whole = sums[1] is None
            under = [p.funds for p in (projects if whole else projects[since:])]
            reading.findings += check_rows(
                printed, under, lead.place(), "合计行" if whole else "小计", "The total row" if whole else "A subtotal"
            )
            since = len(projects)
            if whole:
                reading.printed_totals = printed
            continue
        key = (name, own.get("project_code")) if name else None
        if key and key != named:
            if _NOT_DATA.search(key[0]):
                continue
            projects.append(
                Project(
                    name=key[0], code=key[1], fund_user=own.get("fund_user"),
                    supervising_department=own.get("supervising_department"),
                    funds=Funds(total=said.value if said else None), objective=own.get("objective"),
                    place=sheet.rows[r][columns["project"]].place(),
                )
            )  # fmt: skip
            found.append([])
            named = key
        number = len(found[-1]) + 1 if found else 0
        if plain:
            one = _plain_one(sheet.grid, r, texts, half, own, number)
        else:
            one = _one(sheet, r, sheet.rows[r], half, own, number)
        if one is not None and found:
            found[-1].append(one)
        elif one is not None or not key:
            lead = sheet.rows[r][first]
            reading.findings.append(left_over(lead.text, lead.place(), "表中一行", Severity.WARNING))
    reading.projects += [replace(p, indicators=tuple(i)) for p, i in zip(projects, found, strict=True)]


def _labels(sheet: Sheet, first: int, stop: int) -> tuple[dict[str, str], Funds]:
    """Contents beside or below their labels, and the money; the last amount under a label is the year's."""
    texts: dict[str, str] = {}
    money: dict[str, Decimal] = {}
    for r in range(first, stop):
        row = sheet.rows[r]
        seen: list[tuple[int, Cell]] = []
        for c, cell in enumerate(row):
            if cell.text and not (seen and seen[-1][1] is cell):
                seen.append((c, cell))
        for k, (c, cell) in enumerate(seen):
            flat = _BRACKETED.sub("", cell.text)
            # A label merged downwards names what stands beside its first row; in the others it is only a frame.
            if len(flat) > 16 or (r > first and sheet.rows[r - 1][c] is cell):
                continue
            right = seen[k + 1][1].text if k + 1 < len(seen) else ""
            said = amount(right) if right else None
            role = next((name for name, pattern in _MONEY if pattern.search(flat)), None)
            if role and said:
                money[role] = said.value
                continue
            name = next((n for n, p in _TEXTS if p.fullmatch(flat) or (n != "objective" and p.search(flat))), None)
            if name is None or name in texts:
                continue
            below = sheet.rows[r + 1][c] if r + 1 < stop else Cell("", None)
            if name.endswith("objective"):
                # Beside a narrow label, or below a heading that stands over it.
                content = right if right and not _is_label(right) else below.text
                if content == cell.text:
                    content = ""
            else:
                content = right
            if content and not _is_label(content) and not is_nothing(content):
                texts[name] = content
    return texts, Funds(**money)


def _is_label(text: str) -> bool:
    flat = _BRACKETED.sub("", text)
    return len(flat) <= 12 and any(p.fullmatch(flat) for _, p in (*_TEXTS, *_MONEY))


def _indicators(sheet: Sheet, header: _Header, stop: int) -> list[Indicator]:
    found: list[Indicator] = []
    for r in range(header.row + 1, stop):
        row = sheet.rows[r]
        sides = [_one(sheet, r, row, half) for half in header.halves]
        given = [(k, s) for k, s in enumerate(sides) if s is not None]
        if not given:
            if any(c.text for c in row) and _NOT_DATA.search(next(c.text for c in row if c.text)):
                continue
            if found and any(c.text for c in row) and not any(_BRACKETED.sub("", c.text) for c in row):
                break
            continue
        if len(header.halves) == 2:
            left, right = sides
            if left and right and left.name == right.name:
                merged = right._replace(whole_term_target=left.annual_target or left.whole_term_target)
                found.append(merged._replace(number=len(found) + 1))
                continue
            if left:
                whole = left.annual_target or left.whole_term_target
                left = left._replace(whole_term_target=whole, annual_target=None)
            for side in (left, right):
                if side:
                    found.append(side._replace(number=len(found) + 1))
            continue
        found.append(given[0][1]._replace(number=len(found) + 1))
    return found


def _one(
    sheet: Sheet,
    r: int,
    row: Sequence[Cell],
    half: _Half,
    own: dict[str, str | None] | None = None,
    number: int = 0,
) -> Indicator | None:
    """The indicator of one half of a row, `own` its values where they are known; None for a row that is none."""
    columns = half.columns
    name = row[columns["name"]]
    if not name.text or is_nothing(name.text) or _NOT_DATA.search(name.text) or (r, columns["name"]) in sheet.covered:
        return None
    values = {role: _value(row[c].text) for role, c in columns.items()} if own is None else own
    _put_together(values)
    place = name.place()
    places = tuple(
        (
            role,
            row[c].place()
            if row[c].map is not None or row[c].office.row != place.row
            else _in_column(row[c].office.column),
        )
        for role, c in half.fields
        if row[c].text
    )
    return _indicator(number, values, name.text, place, places)


def _plain_one(
    grid: Grid, r: int, texts: list[str], half: _Half, own: dict[str, str | None], number: int
) -> Indicator | None:
    """As `_one`, for a row of an office file without markup and without merged fields: no cell is made of it."""
    c = half.columns["name"]
    name = texts[c]
    if name in NOTHING or _NOT_DATA.search(name):
        return None
    if (own.get("annual_target") or own.get("whole_term_target")) and (own.get("sign") or own.get("unit")):
        _put_together(own)
    place = Place(None, None, None, grid.sheet, grid.first_row + r, grid.first_column + c)
    filled = tuple(role for role, column in half.fields if texts[column])
    places = half.places.get(filled)
    if places is None:
        places = half.places[filled] = tuple(
            (role, _in_column(grid.first_column + half.columns[role])) for role in filled
        )
    return _indicator(number, own, name, place, places)


def _indicator(
    number: int, values: dict[str, str | None], name: str, place: Place, places: tuple[tuple[str, Place], ...]
) -> Indicator:
    level1, _ = _level(values.get("level1"))
    level2, code = _level(values.get("level2"))
    return Indicator(
        number, name, level1, level2, code, values.get("whole_term_target"), values.get("annual_target"),
        values.get("actual"), values.get("max_points"), values.get("points"), variance_reason=values.get("variance_reason"),
        remark=values.get("remark"), place=place, field_places=places,
    )  # fmt: skip


def _put_together(values: dict[str, str | None]) -> None:
    """Sign, value and unit of columns of their own become one target, without blanks; 定性 is no part of it."""
    for role in ("annual_target", "whole_term_target"):
        if values.get(role) and (values.get("sign") or values.get("unit")):
            sign = values.get("sign") or ""
            values[role] = f"{'' if '定性' in sign else sign}{values[role]}{values.get('unit') or ''}".replace(" ", "")


@lru_cache(maxsize=256)
def _in_column(column: int | None) -> Place:
    """The place of a field of which only the column differs from its indicator's; the rows of a sheet share it."""
    return Place(column=column)


def _value(text: str) -> str | None:
    return None if is_nothing(text) else text


@lru_cache(maxsize=4096)
def _level(text: str | None) -> tuple[str | None, str | None]:
    """A level's name without its code, and the code."""
    if not text:
        return None, None
    match = _LEVEL_CODE.match(text)
    return (text[match.end() :], match[1]) if match else (text, None)

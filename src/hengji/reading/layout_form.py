"""One form a project: labels with their contents above, a table of indicators below, one indicator a row.

Columns are found by their headings. A merged cell means "same as above" only where the document merged it: the text of
a merged area counts for each of its rows, an empty cell that is not merged stays empty. Two halves side by side are the
whole term on the left and the year on the right; rows whose names agree are one indicator.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from hengji.model.table import Funds, Indicator, PrintedFunds, Project, TableKind
from hengji.reading.cell_fits import misfit
from hengji.reading.cells import Cell, cell_of
from hengji.reading.faults import LABEL
from hengji.reading.form_columns import BRACKETED, NOT_DATA, Header, headers
from hengji.reading.form_indicator import one_of
from hengji.reading.form_money import SOURCES, read_money
from hengji.reading.form_rows import read_rows
from hengji.reading.grid import Column, Document, Grid, Reading
from hengji.reading.heads import kind_of, read_heads
from hengji.reading.merged_sheet import Sheet
from hengji.reading.money import amount, is_nothing
from hengji.reading.stream_labels import office
from hengji.reading.tie_out import check_sources

_TEXTS = (
    ("name", re.compile("项目名称")), ("code", re.compile("项目(?:代码|编码|编号)")),
    ("supervising_department", re.compile("主管部门")),
    ("fund_user", re.compile("(?:资金使用|实施|项目|预算|申报)单位")),
    ("objective_actual", re.compile("^(?:年度|全年)?(?:总体)?(?:绩效)?(?:目标)?(?:实际)?完成情况(?:综述)?$")),
    ("whole_term_objective", re.compile("^(?!.*(?:年度|当年)).*(?:实施周期|实施期|中期|总体|长期|周期).{0,4}目标")),
    ("objective", re.compile("(?:年度|本年度?|当年)?.{0,4}(?:绩效)?目标")),
)  # fmt: skip
_OBJECTIVES = ("objective", "whole_term_objective", "objective_actual")
_TOTAL = re.compile("(?:总分|合计|总计)$")
_LEVEL1 = re.compile("产\\s*出|效\\s*[益果]|满\\s*意|成\\s*本|投\\s*入|过\\s*程|决\\s*策|管\\s*理")
_LEVEL2 = re.compile("数\\s*量|质\\s*量|时\\s*效|成\\s*本|效\\s*[益果]|影\\s*响|满\\s*意|可\\s*持\\s*续|环\\s*境")


def read_forms(document: Document) -> Reading | None:
    """The projects of all forms in a document; None where it holds no form of this layout."""
    reading = Reading([])
    before: list[list[Cell]] = []
    tables: list[Sheet] = []  # since the last form, without indicators
    for block in document.blocks:
        if not isinstance(block, Grid):
            before.append([cell_of(block)])
            continue
        sheet = Sheet(block)
        found = headers(sheet)
        if not found:
            before += sheet.rows
            tables.append(sheet)
            continue
        if block.lines and not _keeps_columns(sheet, found):
            return None
        first = 0
        for k, header in enumerate(found):
            stop = found[k + 1].row if k + 1 < len(found) else len(sheet.rows)
            _read_form(sheet, first, header, stop, before, tables, reading)
            first = stop
            before, tables = [], []
    if not reading.projects:
        return None
    # A form names its department in a cell; several forms may belong to several.
    named = {office(p.supervising_department, p.fund_user, reading.department) for p in reading.projects}
    reading.department = named.pop() if len(named) == 1 else None
    return reading


def _keeps_columns(sheet: Sheet, found: Sequence[Header]) -> bool:
    """Whether the rows of a text table stand under their headings.

    Text loses merged cells, and with them the place of every cell behind: such a row is shorter, and its levels stand
    elsewhere. What cannot be told is not guessed.
    """
    for header, stop in zip(found, [*(h.row for h in found[1:]), len(sheet.rows)], strict=True):
        columns = header.halves[0].columns
        for row in sheet.rows[header.row + 1 : stop]:
            filled = [c.text for c in row if c.text]
            if any(NOT_DATA.search(text) for text in filled):
                continue
            if len(filled) == 2 and "level2" in columns and _is_name_and_value(*filled):
                return False
            if len(filled) < 3:
                continue
            for role, words in (("level1", _LEVEL1), ("level2", _LEVEL2)):
                if role in columns and not words.search(row[columns[role]].text):
                    return False
    return True


def _is_name_and_value(first: str, second: str) -> bool:
    """Whether a row of two cells is an indicator that lacks its levels, and not a label with its content."""
    return misfit(first, "name") < 1 and misfit(second, "annual_target") < 0.7 and not first.endswith(("：", ":"))


def _read_form(
    sheet: Sheet, first: int, header: Header, stop: int, before: list[list[Cell]], tables: list[Sheet], reading: Reading
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
        if cell.text and (c in roles or not sheet.is_covered(header.row, c))
    ]
    if "project" in header.halves[0].columns:
        read_rows(sheet, header, stop, reading)
        return
    # What stands above the indicators may be a table of its own: only its first rows repeat on each page of a document.
    parts = [(sheet, first, header.row), *((table, 0, len(table.rows)) for table in tables)]
    labelled: dict[str, str] = {}
    funds = Funds()
    printed_funds: tuple[PrintedFunds, ...] = ()
    for part in parts:
        texts, money = _labels(*part)
        labelled = texts | labelled
        told = read_money(*part)
        if told and not printed_funds:
            funds, printed_funds = told
        elif funds == Funds():
            funds = money
    number = len(reading.projects) + 1
    if "objective" not in labelled and "whole_term_objective" in labelled:
        labelled["objective"] = labelled.pop("whole_term_objective")  # the only objective of the form
    indicators = tuple(_indicators(sheet, header, stop))
    place = sheet.rows[header.row][min(header.halves[0].columns.values())].place()
    reading.projects.append(
        Project(
            name=labelled.get("name") or "", indicators=indicators, code=labelled.get("code"),
            fund_user=labelled.get("fund_user"), supervising_department=labelled.get("supervising_department"),
            funds=funds, printed_funds=printed_funds, objective=labelled.get("objective"),
            whole_term_objective=labelled.get("whole_term_objective"), objective_actual=labelled.get("objective_actual"),
            total_points=_total_points(sheet, header, stop), place=place,
        )
    )  # fmt: skip
    if not labelled.get("name"):
        reading.findings.append(
            LABEL.at(
                place,
                f"项目{number}没有项目名称。请补上名称。",
                f"Project {number} has no name. Add it.",
                on=(number, None),
            )
        )
    if finding := check_sources(
        funds, place, f"项目{number}“{labelled.get('name') or ''}”", f"project {number}", number
    ):
        reading.findings.append(finding)


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
            flat = BRACKETED.sub("", cell.text)
            # A label merged downwards names what stands beside its first row; in the others it is only a frame.
            if len(flat) > 16 or (r > first and sheet.rows[r - 1][c] is cell):
                continue
            right = seen[k + 1][1].text if k + 1 < len(seen) else ""
            said = amount(right) if right else None
            role = next((name for name, pattern in SOURCES if pattern.search(flat)), None)
            if role and said:
                money[role] = said.value
                continue
            name = next((n for n, p in _TEXTS if p.fullmatch(flat) or (n != "objective" and p.search(flat))), None)
            if name is None or name in texts:
                continue
            below = sheet.rows[r + 1][c] if r + 1 < stop else Cell("", None)
            if name in _OBJECTIVES:
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
    flat = BRACKETED.sub("", text)
    return len(flat) <= 12 and any(p.fullmatch(flat) for _, p in (*_TEXTS, *SOURCES))


def _total_points(sheet: Sheet, header: Header, stop: int) -> str | None:
    """The sum of points that is printed under the indicators."""
    column = header.halves[-1].columns.get("points")
    if column is None:
        return None
    for r in range(header.row + 1, stop):
        row = sheet.rows[r]
        lead = next((c.text for c in row if c.text), "")
        if _TOTAL.fullmatch(BRACKETED.sub("", lead)):
            text = row[column].text
            return None if is_nothing(text) else text
    return None


def _indicators(sheet: Sheet, header: Header, stop: int) -> list[Indicator]:
    found: list[Indicator] = []
    for r in range(header.row + 1, stop):
        row = sheet.rows[r]
        sides = [one_of(sheet, r, row, half) for half in header.halves]
        given = [(k, s) for k, s in enumerate(sides) if s is not None]
        if not given:
            if any(c.text for c in row) and NOT_DATA.search(next(c.text for c in row if c.text)):
                continue
            if found and any(c.text for c in row) and not any(BRACKETED.sub("", c.text) for c in row):
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

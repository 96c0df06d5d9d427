"""What a document says of itself outside its forms, for the heads that its forms leave open.

A web page names the office in its title, a report its year, a notice who signed it. A layout reads the form; here the
lines around it are asked, and only for what is still missing. What nothing says stays open.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import takewhile

from hengji.model.table import Project, TableKind
from hengji.reading.grid import Document, Grid, Reading
from hengji.reading.heads import kind_of, title_years
from hengji.reading.level_words import flat
from hengji.reading.plain_text import without_invisible
from hengji.reading.stream_labels import office

_MOST_LINES = 4000
_LONGEST = 90
_PARTS = re.compile(r"[|｜│┃\t\f]")
_TITLE = re.compile("绩效.{0,24}(?:表|报告|公开|公示|情况|结果|目标)")
_NO_TITLE = re.compile(r"[:：>。；;]|首页|索引|《|^附件|\.(?:docx?|xlsx?|pdf|wps|et)$", re.IGNORECASE)
_LABELLED_TITLE = re.compile(r"^标题[:：]")
_OFFICE = "(?:局|委员会|办公室|中心|医院|学校|学院|大学|中学|小学|幼儿园|总站|站|馆|厅|院|人民政府|街道办事处|管理处|总队|支队|大队|管委会|联合会|协会|研究所)"
_TITLE_OFFICE = re.compile(
    rf"^(?:关于|公开)?(?:20[0-9]{{2}}年度?)?([\u4e00-\u9fff（）()]{{2,24}}?{_OFFICE})"
    r"(?=[（(]?20[0-9]{2}|部门|单位|整体|本级|关于|项目支出|预算)"
)
_SIGNED = re.compile(r"20[0-9]{2}年[0-9]{1,2}月[0-9]{1,2}日")
_UNIT = "(亿元|万元|千元|元)"
_PURE_AMOUNT = re.compile(rf"(?:[0-9][0-9,]*(?:\.[0-9]+)?)?\s*{_UNIT}")
_LABELLED_AMOUNT = re.compile(
    rf"(?:预算数|执行数|资金总额|总投资|项目金额|预算申报数|预算资金|安排资金|补助)\s*[:：为]?\s*[0-9][0-9,]*(?:\.[0-9]+)?\s*{_UNIT}"
)
_BELOW = re.compile("[一三]级指标|指标名称|绩效指标分类")
_BUDGET = re.compile(rf"(?:全年预算数|年度预算数|预算金额|资金总额)\s*[:：为]?\s*([0-9][0-9,]*(?:\.[0-9]+)?)\s*{_UNIT}")
_PUBLISHED = re.compile(r"(?:发布|发文|公开|成文)(?:时间|日期)\s*[:：|]?\s*(20[0-9]{2})")
# A title without what is said of every such table: number, document number, office, year, kind of form.
_NUMBER = re.compile(r"^(?:[0-9]{1,3}[、.．])")
_DOCUMENT = re.compile(r"^.{0,12}?[0-9〔〕\[\]［］（）()]{4,16}号")
_SENT = re.compile("^(?:关于)?(?:提前)?(?:下达|拨付|批复|安排)(?:的)?")
_KIND_WORDS = re.compile(
    "(?:项目支出|支出)?(?:预算)?(?:区域)?(?:整体)?绩效(?:单位|部门)?(?:目标|自评|自我评价|监控|评价|运行).{0,14}$"
)
_YEAR = re.compile(r"^[（(]?20[0-9]{2}[)）]?年度?")
_BRACKETED_NAME = re.compile("报告[—\\-–：:]*[（(]([^（）()]{4,40})[)）]$")
_WHOLE = re.compile("部门(?:[（(]单位[)）])?整体(?:支出)?绩效目标")  # the form of a department heads its block so
_GENERAL = re.compile("(?:部门|单位|[省市县区]级)*(?:预算)?(?:整体|项目|专项资金|转移支付|专项)?(?:支出)?(?:预算)?")


def complete(document: Document, reading: Reading) -> None:
    """Fill in what the forms left open: title, kind, department, year, unit of money, name and total of the only project."""
    lines = _lines(document)
    titles = [line for line in lines if _is_title(line)]
    if reading.title is None and titles:
        reading.title = titles[0]
    if reading.kind is TableKind.TARGETS:
        kinds = [kind_of(t) for t in ([reading.title] if reading.title else []) + titles]
        reading.kind = next((k for k in kinds if k is not TableKind.TARGETS), reading.kind)
        if reading.kind is TableKind.TARGETS and any(c.role == "place" for c in reading.columns):
            reading.kind = TableKind.TRANSFER_TARGETS
    if reading.fiscal_year is None:
        reading.fiscal_year = _year(reading, titles, lines)
    if reading.department is None:
        reading.department = _department(reading, titles, lines)
    if reading.money_unit is None:
        reading.money_unit = _unit(lines)
    if len(reading.projects) == 1:
        reading.projects[0] = _completed(reading.projects[0], reading, titles, lines)


def name_in(title: str, department: str | None = None) -> str | None:
    """The project that the title of a form or report names; None where it names none."""
    words = flat(title)
    if found := _BRACKETED_NAME.search(words):
        return found[1]
    words = _DOCUMENT.sub("", _NUMBER.sub("", words))
    words = _SENT.sub("", words)
    cut = _KIND_WORDS.search(words)
    if cut is None:
        return None
    words = words[: cut.start()]
    unit = _TITLE_OFFICE.match(title)
    for lead in (department, unit[1] if unit else None):
        if lead and words.startswith(lead):
            words = words.removeprefix(lead)
            words = _YEAR.sub("", words)
    return None if len(words) < 4 or _GENERAL.fullmatch(_YEAR.sub("", words)) else words


def _lines(document: Document) -> list[str]:
    """The lines of a document that may say something of it, cells and lines apart."""
    found: list[str] = []
    if document.text is not None:
        found = [
            part for line in without_invisible(document.text).splitlines()[:_MOST_LINES] for part in _PARTS.split(line)
        ]
    else:
        for block in document.blocks:
            if len(found) > _MOST_LINES:
                break
            found += [t for row in block.rows[:60] for t in row] if isinstance(block, Grid) else block.text.splitlines()
    return [words for line in found if (words := line.strip().strip('"﻿').strip())]


def _is_title(line: str) -> bool:
    words = _LABELLED_TITLE.sub("", flat(line))
    return 6 <= len(words) <= _LONGEST and not _NO_TITLE.search(words) and bool(_TITLE.search(words))


def _year(reading: Reading, titles: Iterable[str], lines: Iterable[str]) -> int | None:
    said = {year for title in titles for year in title_years(title)}
    if len(said) != 1 and reading.title:
        said = set(title_years(reading.title))
    if not said and len(reading.projects) > 1:
        # Projects name the year of their plan; where the page was published in that year, it is the year of the table.
        named = {year for p in reading.projects for year in title_years(p.name)}
        said = named & {int(m[1]) for line in lines if (m := _PUBLISHED.search(line))} if len(named) == 1 else set()
    return said.pop() if len(said) == 1 else None


def _department(reading: Reading, titles: Iterable[str], lines: Sequence[str]) -> str | None:
    """The office in a title, else the one that stands alone above or below, by itself or with the day it signed."""
    if len({p.supervising_department for p in reading.projects} - {None}) > 1:
        return None
    named = {m[1] for t in titles if (m := _TITLE_OFFICE.match(_LABELLED_TITLE.sub("", flat(t))))}
    if len(named) == 1:
        return named.pop()
    if named:
        return None
    alone = {found for line in lines[:12] if len(line) <= 40 and (found := _alone(line))}
    if len(alone) == 1:
        return alone.pop()
    signed = {
        found
        for k, line in enumerate(lines[1:], 1)
        if _SIGNED.fullmatch(flat(line)) and (found := _alone(lines[k - 1]))
    }
    return signed.pop() if len(signed) == 1 else None


def _alone(line: str) -> str | None:
    found = office(flat(line))
    return found if found and len(found) <= 30 and re.fullmatch(rf"[\u4e00-\u9fff]+{_OFFICE}", found) else None


def _unit(lines: Iterable[str]) -> str | None:
    """The one unit that stands behind amounts of money in cells of their own, or behind a label of money."""
    above = list(takewhile(lambda line: not _BELOW.search(flat(line[:40])), lines))
    said = {m[1] for line in above if (m := _PURE_AMOUNT.fullmatch(line))}
    if not said:
        said = {m[1] for line in lines for m in _LABELLED_AMOUNT.finditer(line)}
    return said.pop() if len(said) == 1 else None


def _completed(project: Project, reading: Reading, titles: Sequence[str], lines: Iterable[str]) -> Project:
    if not project.name:
        names = [n for t in titles if (n := name_in(t, reading.department))]
        if not names and reading.kind is TableKind.DEPARTMENT_TARGETS:
            names = [line for line in lines if _WHOLE.fullmatch(line)]
        project = replace(project, name=names[0] if names else "")
    if project.funds.total is None and project.funds.original_budget is None:
        said = {m[1] for line in lines for m in _BUDGET.finditer(line)}
        if len(said) == 1:
            total = Decimal(said.pop().replace(",", ""))
            project = replace(project, funds=replace(project.funds, total=total))
    return project

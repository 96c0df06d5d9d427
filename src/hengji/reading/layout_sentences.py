"""Indicators told in sentences: 数量指标：培训人数为30人，…；  or  1.培训人数，年初目标值≥30人，实际完成值31人，自评得分5分；"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from hengji.model.finding import Place
from hengji.model.table import Funds, Indicator, Project, TableKind
from hengji.reading.cells import Cell
from hengji.reading.fused_pieces import pieces_of
from hengji.reading.grid import Document, Reading
from hengji.reading.heads import kind_of, read_heads
from hengji.reading.level_words import flat, is_level1
from hengji.reading.stream_align import lay
from hengji.reading.stream_cells import cells

_LEVEL2 = (
    "(?:数量|质量|时效|成本|经济成本|社会成本|生态环境成本)指标|(?:经济|社会|生态|生态环境|环境)效[益果](?:指标)?|可持续影响(?:指标)?"
    "|(?:社会公众或)?服务对象满意度(?:指标)?|社会公众满意度指标|满意度指标"
)
_LABELLED = re.compile(rf"({_LEVEL2})\s*[:：\-—–]{{1,2}}\s*([^；;。\n]+)")
_HEADING = re.compile(
    r"^[ \t　]*(?:[（(]?[一二三四五六七八九十0-9]{1,2}[)）]?[、.．]?)?[ \t]*((?:产出|效益|效果|满意度|成本)类?指标)[ \t]*[:：。]?[ \t　\r]*$",
    re.MULTILINE,
)
_ITEM = re.compile(r"(?:([0-9]{1,3})\s*[.、．)）]\s*)?([^；;。\n]{2,400})")
_FIELD = re.compile(
    "[，,、]?[ \\t]{0,3}(?:(年初|年度|全年|预期|计划)?(?:绩效)?(?:目标|指标|计划)(?:完成)?(?:指标)?值|((?:年度|全年)?实际(?:完成)?(?:指标)?值|(?:年度|全年)?完成(?:指标)?值|实际完成)|((?:自评)?得分)|(分值|权重))\\s*(?:为|[:：])?\\s*"
)
_AND = re.compile(
    r"[，,](?=[^，,；;。]{2,40}?(?:为|[≥≤＞＜><=＝═≧≦]|大于|小于|等于|不少于|不低于|不超过|不高于|达到|[0-9]))(?!\s*(?:其中|含|包括|且|并))"
)
_IS = re.compile("(?<=[\u4e00-\u9fff）)])为(?=.)")
_NAME = re.compile("项目名称\\s*[:：]\\s*([^。；;\n|]{3,60})|(?:实施|开展)([^，。；,\n]{3,50}?)[，,](?=项目负责人|由)")
_MONEY = re.compile("(?:投入|安排|下达|预算)(?:预算)?资金\\s*([0-9][0-9,]*(?:\\.[0-9]+)?)\\s*(亿元|万元|元)")
_AIM = re.compile("(?:总体|年度)?(?:绩效)?目标是?\\s*[:：]\\s*([^\n]{8,400}?。)")
_FEWEST = 3


class _Told(NamedTuple):
    """An indicator as a sentence tells it, with where each part stands."""

    level1: str | None
    level2: str | None
    name: tuple[str, int]
    target: tuple[str, int]
    actual: tuple[str, int] | None = None
    max_points: tuple[str, int] | None = None
    points: tuple[str, int] | None = None


def read_sentences(document: Document) -> Reading | None:
    """The one project whose indicators a report tells in sentences; None where it tells fewer than three."""
    text = document.text
    if text is None:
        return None
    told = list(_items(text)) or list(_labelled(text))
    if len(told) < _FEWEST:
        return None
    heads = read_heads([[Cell(t.text, None, t.place)] for t in cells(text)])
    name = _NAME.search(text)
    money, aim = _MONEY.search(text), _AIM.search(text)
    total = Decimal(money[1].replace(",", "")) if money else None
    indicators = tuple(_indicator(n, one) for n, one in enumerate(told, 1))
    project = Project(
        (name[1] or name[2]).strip() if name else "", indicators, funds=Funds(total=total),
        objective=aim[1].strip() if aim else None, place=indicators[0].place,
    )  # fmt: skip
    kind = kind_of(heads.title) if heads.title else TableKind.TARGETS
    if any(one.actual for one in told):
        kind = TableKind.SELF_EVALUATION
    return Reading(
        [project],
        kind,
        heads.title,
        heads.department,
        heads.fiscal_year,
        heads.money_unit or (money[2] if money else None),
    )


def _items(text: str) -> Iterator[_Told]:
    """Sentences whose parts are named: 年初目标值…, 实际完成值…, 自评得分…"""
    for item in _ITEM.finditer(text):
        fields = list(_FIELD.finditer(item[2]))
        if len(fields) < 2 or not fields[0].start():
            continue
        parts: dict[str, tuple[str, int]] = {}
        for k, found in enumerate(fields):
            stop = fields[k + 1].start() if k + 1 < len(fields) else len(item[2])
            value = item[2][found.end() : stop].rstrip()
            role = "actual" if found[2] else "points" if found[3] else "max_points" if found[4] else "target"
            parts.setdefault(
                role, (value.removesuffix("分") if "points" in role else value, item.start(2) + found.end())
            )
        if "target" in parts and "actual" in parts and parts["target"][0]:
            name = item[2][: fields[0].start()].strip()
            at = item.start(2) + item[2].index(name)
            yield _Told(None, None, (name, at), **parts)


def _labelled(text: str) -> Iterator[_Told]:
    """Names and values behind the label of their level 2."""
    headings = [(m.start(), m[1]) for m in _HEADING.finditer(text) if is_level1(flat(m[1]))]
    for found in _LABELLED.finditer(text):
        level1 = next((words for at, words in reversed(headings) if at < found.start()), None)
        start = found.start(2)
        for piece in _AND.split(found[2]):
            at = text.index(piece, start)
            start = at + len(piece)
            parts = _parts(piece)
            if parts is not None:
                (name, n), (value, v) = parts
                yield _Told(level1, found[1], (name, at + n), (value, at + v))


def _parts(piece: str) -> tuple[tuple[str, int], tuple[str, int]] | None:
    """Name and value of 培训人数为30人, 培训人数≥30人, 资料完整率符合要求, each with where it starts."""
    words = [m for m in _IS.finditer(piece) if m.start() >= 2]
    if words:
        cut = words[0]
        return (piece[: cut.start()].strip(), 0), (piece[cut.end() :].strip(), cut.end())
    rows = lay(pieces_of(piece), ["name", "annual_target"], 14).rows
    if len(rows) != 1 or len(rows[0].cells) != 2:
        return None
    name, value = rows[0].cells[0], rows[0].cells[1]
    return (piece[name.start : name.end].strip(), name.start), (piece[value.start : value.end].strip(), value.start)


def _indicator(number: int, one: _Told) -> Indicator:
    fields = {
        "name": one.name,
        "annual_target": one.target,
        "actual": one.actual,
        "max_points": one.max_points,
        "points": one.points,
    }
    places = tuple((role, Place(at, at + len(words))) for role, part in fields.items() if part for words, at in [part])
    texts = {role: (part[0] or None) if part else None for role, part in fields.items()}
    return Indicator(
        number, one.name[0], one.level1, one.level2, None, None, texts["annual_target"], texts["actual"], texts["max_points"],
        texts["points"], place=places[0][1], field_places=places,
    )  # fmt: skip

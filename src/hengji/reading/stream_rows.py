"""Rows of a stream → indicators: levels carried down, sign, value and unit put together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from hengji.model.table import Indicator
from hengji.reading.form_indicator import level_of, put_together
from hengji.reading.level_words import family_of, flat, is_level2
from hengji.reading.money import is_nothing
from hengji.reading.stream_align import Row
from hengji.reading.stream_cells import Token
from hengji.reading.stream_heads import Heading

_COMPARES = re.compile(
    "[≥≤＞＜><=＝═≧≦﹥﹤]{1,2}|(?:大于|小于)(?:等于)?|等于|不少于|不低于|不超过|不高于|不大于|不小于"
)
_DIGITS = re.compile(r"[0-9.]{3,}")
_BEYOND = re.compile("(?:小计|合计|总计|总分)$")
_TEXTS = ("whole_term_target", "annual_target", "actual", "forecast", "max_points", "points")


@dataclass(slots=True)
class Draft:
    """An indicator under construction: its cells by role."""

    cells: dict[str, Token]
    places: list[tuple[Heading, Token]] = field(default_factory=list)
    grades: list[tuple[str, str]] = field(default_factory=list)
    level1: Token | None = None
    level2: Token | None = None
    confidence: str = "high"

    def text(self, role: str) -> str | None:
        """What a cell says; None for nothing at all."""
        token = self.cells.get(role)
        return None if token is None or is_nothing(token.text) else token.text


def drafts(rows: Sequence[Row], columns: Sequence[Heading]) -> tuple[list[Draft], list[Row]]:
    """The indicators of rows and the rows that are none (no name, or no value beside it)."""
    found: list[Draft] = []
    left: list[Row] = []
    level_cells: list[tuple[Token | None, Token | None]] = []
    pending: tuple[Token | None, Token | None] = (None, None)
    for row in rows:
        draft = Draft({})
        for c, token in row.cells.items():
            role = columns[c].role
            if role == "place":
                draft.places.append((columns[c], token))
            elif role == "grade":
                draft.grades.append((columns[c].text, token.text))
            else:
                # Two columns may tell the sign (正向 | 大于等于): that which compares counts.
                old = draft.cells.get(role)
                if role == "sign" and old is not None and _COMPARES.fullmatch(flat(old.text)):
                    continue
                if role == "sign" or role not in draft.cells:
                    draft.cells[role] = token
        one, two = draft.cells.get("level1") or pending[0], draft.cells.get("level2") or pending[1]
        name = draft.cells.get("name") or draft.cells.get("left_name")
        if name is not None and _BEYOND.search(name.text):
            left.append(row)
            continue
        if name is None or not (
            draft.places or any(r in draft.cells for r in ("annual_target", "whole_term_target", "actual"))
        ):
            # A label alone belongs to the row behind it.
            if name is None and set(draft.cells) <= {"level1", "level2", "left_level2"} and draft.cells:
                pending = (one, two)
            else:
                left.append(row)
            continue
        pending = (None, None)
        level_cells.append((one, two))
        found.append(draft)
    _carry(found, level_cells)
    return found, left


def _carry(found: list[Draft], given: list[tuple[Token | None, Token | None]]) -> None:
    """Levels of the rows that do not repeat them.

    A label stands at the first row of its area, but in the middle of it where the text kept the place of the label's
    words and not that of its area: then a level 2 stands before the first level 1, and the family of the level 2 tells.
    """
    first = next((k for k, (one, _) in enumerate(given) if one is not None), None)
    centred = first is not None and any(two is not None for _, two in given[:first])
    labels = {family_of(one.text): one for one, _ in given if one is not None}
    level1: Token | None = None
    level2: Token | None = None
    for draft, (one, two) in zip(found, given, strict=True):
        if two is not None:
            level2 = two
        elif one is not None and not centred:
            level2 = None
        level1 = one or level1
        draft.level2 = level2
        draft.level1 = one or (labels.get(family_of(level2.text if level2 else None)) if centred else level1)
    if all(d.level2 is None for d in found):
        return
    if found and found[0].level2 is None:  # labels at the middle or end of their rows
        lead = next(d.level2 for d in found if d.level2)
        for draft in found:
            if draft.level2 is not None:
                break
            if draft.level1 is None or family_of(draft.level1.text) == family_of(lead.text):
                draft.level2 = lead


def indicators(found: Sequence[Draft], first: int = 1) -> list[Indicator]:
    """Indicators, numbered from `first`; one a place where a table has a column for each."""
    made: list[Indicator] = []
    for draft in found:
        if draft.places:
            for heading, token in draft.places:
                cells = {**draft.cells, "annual_target": token}
                made.append(
                    _made(
                        Draft(cells, level1=draft.level1, level2=draft.level2), first + len(made), f"{heading.text}："
                    )
                )
        else:
            made.append(_made(draft, first + len(made)))
    return made


def _made(draft: Draft, number: int, prefix: str = "") -> Indicator:
    texts = {role: draft.text(role) for role in _TEXTS}
    right, left = draft.cells.get("name"), draft.cells.get("left_name")
    name = right or left
    assert name is not None
    sign, unit = draft.text("sign"), draft.text("unit")
    if sign and not _COMPARES.fullmatch(flat(sign)):
        sign = None
    for role in ("annual_target", "whole_term_target"):
        texts[role] = put_together(texts[role], sign, unit)
    one, two = draft.level1, draft.level2
    level1, _ = level_of(flat(one.text) if one else None)
    level2, code = level_of(flat(two.text) if two else None)
    if level2 is None and level1 is not None and is_level2(flat(name.text)) and level1 != flat(name.text):
        level2 = flat(name.text)
    places = [(role, t.place) for role, t in draft.cells.items() if role in _TEXTS or role == "name"]
    places += [(role, t.place) for role, t in (("level1", one), ("level2", two)) if t is not None]
    told = [f"{grade}：{text}" for grade, text in draft.grades]
    if half := draft.text("half"):
        told.append(f"半年指标值：{half}")
    if last := draft.text("last"):
        told.append(f"上年：{last}")
    remark = draft.text("remark") or ("；".join(told) or None)
    return Indicator(
        number, prefix + name.text, level1, level2, code, texts["whole_term_target"], texts["annual_target"], texts["actual"],
        texts["max_points"], texts["points"], forecast=texts["forecast"], variance_reason=draft.text("reason"), remark=remark,
        place=name.place, confidence=draft.confidence, field_places=tuple(places),
    )  # fmt: skip

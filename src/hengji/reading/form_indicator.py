"""One row of an indicator table → one indicator, with the places of its fields."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from hengji.model.finding import Place
from hengji.model.table import Indicator
from hengji.reading.cells import Cell
from hengji.reading.form_columns import NOT_DATA, Half
from hengji.reading.merged_sheet import Sheet
from hengji.reading.money import is_nothing

_LEVEL_CODE = re.compile(r"^(\d{1,2})\s*[-－—.、]\s*")

# The fields that were filled, each with its place.
FieldPlaces = tuple[tuple[str, Place], ...]


def one_of(
    sheet: Sheet,
    r: int,
    row: Sequence[Cell],
    half: Half,
    own: dict[str, str | None] | None = None,
    number: int = 0,
) -> Indicator | None:
    """The indicator of one half of a row, `own` its values where they are known; None for a row that is none."""
    columns = half.columns
    name = row[columns["name"]]
    if not name.text or is_nothing(name.text) or NOT_DATA.search(name.text) or sheet.is_covered(r, columns["name"]):
        return None
    values = {role: _value(row[c].text) for role, c in columns.items()} if own is None else own
    for role in ("annual_target", "whole_term_target"):
        values[role] = put_together(values.get(role), values.get("sign"), values.get("unit"))
    place = name.place()
    places = tuple(
        (
            role,
            row[c].place()
            if row[c].map is not None or row[c].office.row != place.row
            else in_column(row[c].office.column),
        )
        for role, c in half.fields
        if row[c].text
    )
    return _indicator(number, values, name.text, place, places)


def _indicator(number: int, values: dict[str, str | None], name: str, place: Place, places: FieldPlaces) -> Indicator:
    level1, _ = level_of(values.get("level1"))
    level2, code = level_of(values.get("level2"))
    return Indicator(
        number, name, level1, level2, code, values.get("whole_term_target"), values.get("annual_target"),
        values.get("actual"), values.get("max_points"), values.get("points"), variance_reason=values.get("variance_reason"),
        remark=values.get("remark"), place=place, field_places=places,
    )  # fmt: skip


def put_together(value: str | None, sign: str | None, unit: str | None) -> str | None:
    """Sign, value and unit of columns of their own as one target, without blanks; 定性 is no part of it."""
    if not value or not (sign or unit):
        return value
    return f"{sign if sign and '定性' not in sign else ''}{value}{unit or ''}".replace(" ", "")


@lru_cache(maxsize=256)
def in_column(column: int | None) -> Place:
    """The place of a field of which only the column differs from its indicator's; the rows of a sheet share it."""
    return Place(column=column)


def _value(text: str) -> str | None:
    return None if is_nothing(text) else text


@lru_cache(maxsize=4096)
def level_of(text: str | None) -> tuple[str | None, str | None]:
    """A level's name without its code, and the code."""
    if not text:
        return None, None
    match = _LEVEL_CODE.match(text)
    return (text[match.end() :], match[1]) if match else (text, None)

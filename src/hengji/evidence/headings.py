"""Headings → fields: by field name, Chinese or English title; what is not known is reported, what must be there is asked for.

A heading may end with a unit in brackets and a star. A unit other than the register's is refused: amounts in 万元 that
are taken for 元 would look like amounts.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from hengji.evidence.errors import EvidenceError
from hengji.evidence.register import Field, Register
from hengji.model.units import DIMENSIONS, Dimension

LOOKED_AT = 20
"""How many rows may stand before the heading: titles, the name of the unit, the date of an export."""
TROUBLE = ("行号", "有问题的列", "原值", "原因", "reason")
"""Columns that a list of rejected rows begins with; in a file that comes back corrected they are passed over."""

_UNIT_OF_SHEET = re.compile(r"(?:金额)?单位:(\S{1,4}元|元)(?:$|[\s,;)])")
_MONEY = "元"
# Units in which the same figure says the same; all others of these kinds are another scale.
_ALIKE = (
    ("km", "公里", "千米"), ("m", "米"), ("mm", "毫米"), ("t", "吨"), ("m/s", "米/秒"), ("hpa", "百帕"), ("%", "百分比"),
    ("°c", "摄氏度", "度"), ("mg/l", "毫克/升"), ("μg/m3", "微克/立方米"), ("m3/d", "立方米/日", "立方米/天"),
    ("万m3", "万立方米", "万方"), ("元", "元整", "人民币元"), ("°", "度"),
)  # fmt: skip
_SCALED = (Dimension.MONEY, Dimension.PHYSICAL, Dimension.RATIO)


class Heading(NamedTuple):
    """The heading of a table: which row it is (from 0), the field of each column or None, and names not known."""

    row: int
    fields: tuple[str | None, ...]
    unknown: tuple[str, ...]


def heading(rows: Sequence[Sequence[str]], register: Register, source: str) -> Heading:
    """The heading among the first rows of a table.

    Raises:
        EvidenceError: no row names the columns that must be there, or two columns are the same field.
    """
    best: Heading | None = None
    for n, row in enumerate(rows[:LOOKED_AT]):
        found = _matched(n, row, register)
        if sum(f is not None for f in found.fields) > (sum(f is not None for f in best.fields) if best else 0):
            best = found
    if best is None:
        raise EvidenceError(
            f"{source} 的前 {LOOKED_AT} 行里没有“{register.title}”台账的任何列名，整个文件没有导入。"
            f"请用“hengji evidence template {register.name}”的表头。",
            f"The first {LOOKED_AT} rows of {source} name no column of {register.name}; nothing was imported. "
            f"Use the headings of `hengji evidence template {register.name}`.",
        )
    _check(best, register, source)
    _check_units(rows, best, register, source)
    return best


def _matched(n: int, row: Sequence[str], register: Register) -> Heading:
    exact = {_plain(word): f.name for f in register.fields for word in (f.title_en, f.title, f.name)}
    # A title without its unit or remark is recognised too, where only one field has it.
    loose: dict[str, str | None] = {}
    for field in register.fields:
        for word in {_parts(field.title)[0], _parts(field.title_en)[0]}:
            loose[word] = None if word in loose else field.name
    cells = ["" if c is None else str(c).strip() for c in row]

    def field_of(cell: str) -> str | None:
        plain = _plain(cell)
        bare, _ = _parts(cell)
        return exact.get(plain) or exact.get(bare) or loose.get(bare) or loose.get(_parts(bare)[0])

    fields = tuple(field_of(c) if c else None for c in cells)
    unknown = tuple(c for c, f in zip(cells, fields, strict=True) if c and f is None and c not in TROUBLE)
    return Heading(n, fields, unknown)


def _check(found: Heading, register: Register, source: str) -> None:
    named = [f for f in found.fields if f is not None]
    twice = sorted({f for f in named if named.count(f) > 1})
    missing = [f for f in register.fields if f.required and f.name not in named]
    titles = {f.name: f.title for f in register.fields}
    if twice:
        raise EvidenceError(
            f"{source} 有两列都是“{'、'.join(titles[t] for t in twice)}”，无法判断用哪一列，整个文件没有导入。请删去一列。",
            f"{source} has two columns for {', '.join(twice)}, so it is open which one counts; nothing was imported. "
            "Remove one.",
        )
    if missing:
        raise EvidenceError(
            f"{source} 缺少“{register.title}”台账必填的列：{'、'.join(f.title for f in missing)}；整个文件没有导入。请补上这些列。",
            f"{source} lacks columns that {register.name} requires: {', '.join(f.name for f in missing)}; nothing was "
            "imported. Add them.",
        )


def _check_units(rows: Sequence[Sequence[str]], found: Heading, register: Register, source: str) -> None:
    above = (_UNIT_OF_SHEET.search(_plain(str(c))) for row in rows[: found.row] for c in row if c)
    of_sheet = next((m[1] for m in above if m), None)
    for cell, name in zip(rows[found.row], found.fields, strict=True):
        field = register.field(name) if name else None
        if field is None or not field.unit:
            continue
        said = _parts(str(cell))[1] or (of_sheet if field.unit == _MONEY else None)
        if said and _other_scale(said, field):
            raise EvidenceError(
                f"{source} 的列“{field.title}”单位是“{said}”，“{register.title}”台账要求“{field.unit}”，整个文件没有导入。请换算后再导入。",
                f"The column {field.name} of {source} is in {said}, {register.name} wants {field.unit}; nothing was "
                "imported. Convert it first.",
            )


def _other_scale(said: str, field: Field) -> bool:
    wanted, given = _plain(str(field.unit)), _plain(said)
    alike = next((a for a in _ALIKE if wanted in a), (wanted,))
    scaled = {_plain(unit) for unit, dimension in DIMENSIONS.items() if dimension in _SCALED}
    scaled.update(unit for same in _ALIKE for unit in same)
    return given not in alike and given in scaled and wanted in scaled


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).replace(" ", "").replace("\n", "").casefold()


def _parts(text: str) -> tuple[str, str]:
    """A heading without star and bracket at its end, and what stood in the bracket."""
    plain = _plain(text).strip("*")
    if not plain.endswith(")"):
        return plain, ""
    depth = 0
    for n in range(len(plain) - 1, -1, -1):
        depth += (plain[n] == ")") - (plain[n] == "(")
        if depth == 0:
            return plain[:n].strip("*"), plain[n + 1 : -1]
    return plain, ""

"""Headings → fields: by field name, Chinese or English title; what is not known is reported, what must be there is asked for."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from hengji.evidence.errors import EvidenceError
from hengji.evidence.register import Register

LOOKED_AT = 20
"""How many rows may stand before the heading: titles, the name of the unit, the date of an export."""
TROUBLE = ("行号", "有问题的列", "原值", "原因", "reason")
"""Columns that a list of rejected rows begins with; in a file that comes back corrected they are passed over."""

_UNIT = re.compile(r"[(（][^()（）]*[)）]$|[*＊]")


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
    return best


def _matched(n: int, row: Sequence[str], register: Register) -> Heading:
    exact = {_plain(word): f.name for f in register.fields for word in (f.title_en, f.title, f.name)}
    # A title without its unit or remark is recognised too, where only one field has it.
    loose: dict[str, str | None] = {}
    for field in register.fields:
        for word in {_bare(field.title), _bare(field.title_en)}:
            loose[word] = None if word in loose else field.name
    cells = ["" if c is None else str(c).strip() for c in row]
    fields = tuple(exact.get(_plain(c)) or loose.get(_bare(c)) if c else None for c in cells)
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


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).replace(" ", "").replace("\n", "").casefold()


def _bare(text: str) -> str:
    return _plain(_UNIT.sub("", unicodedata.normalize("NFKC", text).strip()))

"""Packs of dated entries: TOML files read, layered and checked.

A pack is a folder of TOML files under packs/: pack.toml (title, base) and any number of files with `[[entry]]`
tables. Some endings of a key promise something about its value, and loading checks it: `weights…` and `items` (shares
that add up to 100), `cut_offs` (falling limits), `bands` (upper and lower limit, falling, not overlapping), `_pattern`
(regular expressions).
"""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any, TypeAlias

from hengji.legislation.documents import Document, documents
from hengji.legislation.errors import LawError, PackError

# Numbers are always Decimal: whole numbers of the file too, so that no caller has to ask which it was.
Value: TypeAlias = "str | bool | Decimal | tuple[Value, ...] | Mapping[str, Value]"

_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Entry:
    """One dated value. `starts` or `ends` None: no beginning, still in force."""

    key: str
    value: Value
    starts: datetime.date | None
    ends: datetime.date | None
    document: str
    topic: str
    verified: bool
    note: str
    file: str

    def in_force(self, on: datetime.date) -> bool:
        """Whether the entry holds on a date (both ends included)."""
        return (self.starts is None or self.starts <= on) and (self.ends is None or on <= self.ends)


@dataclass(frozen=True, slots=True)
class Pack:
    """A layer of entries over a base."""

    name: str
    title_zh: str
    title_en: str
    base: Pack | None
    entries: Mapping[str, tuple[Entry, ...]]

    def find(self, key: str, on: datetime.date) -> Entry | None:
        """The entry of the uppermost layer that has one in force on the date; None where no layer has."""
        for entry in self.entries.get(key, ()):
            if entry.in_force(on):
                return entry
        return self.base.find(key, on) if self.base else None

    def knows(self, key: str) -> bool:
        """Whether any layer has the key, on whatever date."""
        return key in self.entries or (self.base is not None and self.base.knows(key))

    @property
    def keys(self) -> tuple[str, ...]:
        """All keys of all layers, sorted."""
        return tuple(sorted({*self.entries, *(self.base.keys if self.base else ())}))


def packs() -> tuple[str, ...]:
    """The names of the packs that come with hengji, sorted."""
    return tuple(sorted(folder.name for folder in files(__package__).joinpath("packs").iterdir() if folder.is_dir()))


@cache
def pack_named(name: str) -> Pack:
    """A pack that comes with hengji, with its base.

    Raises:
        LawError: no such pack.
        PackError: its files contradict themselves.
    """
    if name not in packs():
        known = "、".join(packs())
        raise LawError(
            "pack", f"没有规则包 {name}，可用的有 {known}", f"no pack {name}; there are {', '.join(packs())}"
        )
    folder = files(__package__).joinpath("packs", name)
    texts = {f"{name}/{f.name}": f.read_text("utf-8") for f in folder.iterdir() if f.name.endswith(".toml")}
    head = tomllib.loads(texts.pop(f"{name}/pack.toml"))
    base = pack_named(head["base"]) if "base" in head else None
    return read_pack(name, texts, base=base, title_zh=head["title_zh"], title_en=head["title_en"])


def read_pack(
    name: str, texts: Mapping[str, str], *, base: Pack | None, title_zh: str = "", title_en: str = ""
) -> Pack:
    """A pack from the texts of its entry files (file name → TOML), checked. This is how a unit's own layer is read.

    Raises:
        PackError: unknown document, missing field, overlapping dates, weights not 100, limits out of order.
    """
    found: dict[str, list[Entry]] = {}
    for file, text in sorted(texts.items()):
        try:
            tables = tomllib.loads(text, parse_float=Decimal).get("entry", [])
        except tomllib.TOMLDecodeError as error:
            raise PackError(file, "-", f"不是有效的 TOML：{error}", f"not valid TOML: {error}") from None
        for table in tables:
            entry = _entry(file, table)
            found.setdefault(entry.key, []).append(entry)
    for versions in found.values():
        _check_dates(versions)
    return Pack(name, title_zh or name, title_en or name, base, {k: tuple(v) for k, v in found.items()})


def _entry(file: str, table: Mapping[str, Any]) -> Entry:
    key = str(table.get("key", "?"))
    for field in ("key", "value", "document", "topic", "verified"):
        if field not in table:
            raise PackError(file, key, f"缺少 {field}", f"lacks {field}")
    known: Mapping[str, Document] = documents()
    if table["document"] not in known:
        raise PackError(
            file, key, f"文件 {table['document']} 不在文件清单中", f"document {table['document']} is not in the list"
        )
    begins = known[table["document"]].in_force_from
    if begins and (table.get("from") is None or table["from"] < begins):
        raise PackError(
            file, key, f"施行日期早于所引文件（{begins}）", f"begins before the document it cites ({begins})"
        )
    value = _decimal(table["value"])
    _check_value(file, key, value)
    return Entry(
        key, value, table.get("from"), table.get("to"), table["document"], table["topic"], table["verified"],
        table.get("note", ""), file,
    )  # fmt: skip


def _decimal(value: object) -> Value:
    if isinstance(value, bool | str | Decimal):
        return value
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, list):
        return tuple(_decimal(v) for v in value)
    if isinstance(value, dict):
        return {k: _decimal(v) for k, v in value.items()}
    return str(value)


def _check_dates(versions: Iterable[Entry]) -> None:
    in_order = sorted(versions, key=lambda e: e.starts or datetime.date.min)
    for entry in in_order:
        if entry.starts and entry.ends and entry.ends < entry.starts:
            raise PackError(entry.file, entry.key, "失效日期早于施行日期", "ends before it begins")
    for earlier, later in pairwise(in_order):
        if earlier.ends is None or later.starts is None or later.starts <= earlier.ends:
            raise PackError(later.file, later.key, "两个版本的施行时间重叠", "two versions overlap in time")


def _check_value(file: str, key: str, value: Value) -> None:
    last = key.rpartition(".")[2]
    if "weights" in last or last == "items":
        shares = _shares(value)
        if sum(shares) != _HUNDRED:
            raise PackError(file, key, f"合计为{sum(shares)}，应为100", f"adds up to {sum(shares)}, not 100")
    if last.endswith("cut_offs") and isinstance(value, Mapping):
        limits = [v for v in value.values() if isinstance(v, Decimal)]
        if any(upper <= lower for upper, lower in pairwise(limits)):
            raise PackError(file, key, "界线应从高到低", "limits must fall")
    if last.endswith("_pattern") and isinstance(value, tuple):
        for expression in value:
            try:
                re.compile(f"(?:{expression})")
            except re.error as error:
                raise PackError(file, key, f"表达式 {expression} 有误：{error}", f"{expression}: {error}") from None
    if last.endswith("bands") and isinstance(value, Mapping):
        bands = [b for b in value.values() if isinstance(b, tuple)]
        flat = [limit for band in bands for limit in band if isinstance(limit, Decimal)]
        if len(flat) != 2 * len(value) or any(upper < lower for upper, lower in pairwise(flat)):
            raise PackError(
                file, key, "各档应写上限、下限，从高到低不重叠", "bands need falling upper and lower limits"
            )


def _shares(value: Value) -> list[Decimal]:
    """The shares in a table of weights, or the points in a list of items."""
    if isinstance(value, Mapping):
        return [v for v in value.values() if isinstance(v, Decimal)]
    if isinstance(value, tuple):
        return [p for v in value if isinstance(v, Mapping) and isinstance(p := v.get("points"), Decimal)]
    return []

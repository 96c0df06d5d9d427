"""Packs of dated entries: TOML files read, layered and checked.

A pack is a folder of TOML files under packs/: pack.toml (title, base) and any number of files with `[[entry]]`
tables. Some keys promise something about their value, and loading checks it (`pack_checks.py`): `weights…` and `items`
(shares that add up to 100), `cut_offs` (falling limits), `bands` (upper and lower limit, falling, not overlapping),
`_steps` (falling limits and points), `_pattern` (regular expressions), the ways of scoring that the program knows.
"""

from __future__ import annotations

import datetime
import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any, TypeAlias

from hengji.legislation.documents import Document, documents
from hengji.legislation.errors import LawError, PackError
from hengji.legislation.pack_checks import check_together, check_value

# Numbers are always Decimal: whole numbers of the file too, so that no caller has to ask which it was.
Value: TypeAlias = "str | bool | Decimal | tuple[Value, ...] | Mapping[str, Value]"


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
    """A layer of entries over a base. `own_files` has the SHA-256 of each of its files."""

    name: str
    title_zh: str
    title_en: str
    base: Pack | None
    entries: Mapping[str, tuple[Entry, ...]]
    own_files: Mapping[str, str] = field(default_factory=dict)

    @property
    def files(self) -> Mapping[str, str]:
        """The SHA-256 of every file that the pack is made of, its bases' included, by <pack>/<file>."""
        return {**(self.base.files if self.base else {}), **self.own_files}

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
    data = {f"{name}/{f.name}": f.read_bytes() for f in sorted(folder.iterdir(), key=str) if f.name.endswith(".toml")}
    digests = {file: hashlib.sha256(content).hexdigest() for file, content in data.items()}
    try:
        texts = {file: content.decode("utf-8") for file, content in data.items()}
        head = tomllib.loads(texts.pop(f"{name}/pack.toml"))
        titles = head["title_zh"], head["title_en"]
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError) as error:
        raise PackError(f"{name}/pack.toml", "-", f"读不出来：{error}", f"cannot be read: {error}").of(name) from None
    base = pack_named(head["base"]) if "base" in head else None
    return replace(read_pack(name, texts, base=base, title_zh=titles[0], title_en=titles[1]), own_files=digests)


def read_pack(
    name: str, texts: Mapping[str, str], *, base: Pack | None, title_zh: str = "", title_en: str = ""
) -> Pack:
    """A pack from the texts of its entry files (file name → TOML), checked. This is how a unit's own layer is read.

    Raises:
        PackError: unknown document, missing field, overlapping dates, weights not 100, limits out of order; it names
            the layer.
    """
    try:
        pack = Pack(name, title_zh or name, title_en or name, base, _entries(texts))
        check_together(pack)
    except PackError as error:
        raise error.of(name) from None
    return pack


def _entries(texts: Mapping[str, str]) -> dict[str, tuple[Entry, ...]]:
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
    return {k: tuple(v) for k, v in found.items()}


def _entry(file: str, table: Mapping[str, Any]) -> Entry:
    key = str(table.get("key", "?"))
    for needed in ("key", "value", "document", "topic", "verified"):
        if needed not in table:
            raise PackError(file, key, f"缺少 {needed}", f"lacks {needed}")
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
    check_value(file, key, value)
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

"""The exchange files as data: their tables and fields, the codes of calculation signs, and the ids that link rows."""

from __future__ import annotations

import hashlib
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

FORMAT = "hengji.exchange/1"
QUALITATIVE = "qualitative"
TOTAL = "年度资金总额"


class Field(NamedTuple):
    """A field of a table: its name, its name in Chinese, and what hengji puts there ("" is left empty)."""

    name: str
    zh: str
    filled: str


class Table(NamedTuple):
    """A table of the exchange files. `each` is what a row stands for: table, project, indicator, money."""

    name: str
    title: str
    each: str
    verified: bool
    fields: tuple[Field, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of its fields, in order."""
        return tuple(f.name for f in self.fields)


class Sign(NamedTuple):
    """A calculation sign: its code, what it means (`>=` … or `qualitative`), its name, whether the code was checked."""

    code: str
    sign: str
    name: str
    verified: bool


@cache
def exchange_tables() -> dict[str, Table]:
    """All tables by name, in the order in which they are written."""
    return {
        t["name"]: Table(t["name"], t["title"], t["each"], t["verified"], tuple(Field(*f) for f in t["fields"]))
        for t in _data()["table"]
    }


@cache
def signs() -> tuple[Sign, ...]:
    """All calculation signs."""
    return tuple(Sign(**entry) for entry in _data()["computesign"])


def ids(keys: list[tuple[str, ...]]) -> list[str]:
    """A stable id for each key: the same for the same key in any package; a key that comes again gets another one."""
    seen: dict[tuple[str, ...], int] = {}
    found = []
    for key in keys:
        seen[key] = times = seen.get(key, 0) + 1
        text = "\x1f".join((*key, *([str(times)] if times > 1 else [])))
        found.append(hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32])
    return found


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads((files("hengji.reading") / "exchange.toml").read_text("utf-8"))

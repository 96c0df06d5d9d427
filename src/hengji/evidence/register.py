"""Registers (台账): what each record type holds, read once from its descriptor.

A descriptor is a Data Package v2 resource with a Table Schema, one JSON file a register under `registers/`, so that any
tool that knows the format can read it too. Columns that every register has are added here and not repeated there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Final

from hengji.evidence.errors import EvidenceError

KEY: Final = ("source_system", "source_key")
"""The fields that name a record at its source."""

_COMMON: Final[tuple[dict[str, Any], ...]] = (
    {"name": "source_system", "type": "string", "title": "来源系统", "titles": {"en": "source system"},
     "description": "记录来自哪个系统或哪本台账；与来源编号一起确定一条记录。", "constraints": {"required": True},
     "example": "手工台账"},
    {"name": "source_key", "type": "string", "title": "来源编号", "titles": {"en": "source key"},
     "description": "来源系统给这条记录的编号；更正时用同一编号。", "constraints": {"required": True}, "example": "001"},
    {"name": "recorded_at", "type": "datetime", "title": "录入时间", "titles": {"en": "recorded at"},
     "description": "记录录入的时间，用来识别迟录；只有日期时按当日零时计。", "dateOnly": True,
     "example": "2024-01-06 09:00:00"},
    {"name": "recorded_by", "type": "string", "title": "录入人", "titles": {"en": "recorded by"}, "personal": True,
     "description": "录入人；只保存假名。", "example": "录入员甲"},
    {"name": "project", "type": "string", "title": "项目", "titles": {"en": "project"},
     "description": "绩效目标表中的项目名称。", "example": "示例项目"},
    {"name": "contract_no", "type": "string", "title": "合同编号", "titles": {"en": "contract number"},
     "example": "HT2024-001"},
    {"name": "attachment", "type": "string", "title": "附件摘要", "titles": {"en": "attachment"},
     "description": "附件的 SHA-256；几个附件用分号分开。"},
    {"name": "void_reason", "type": "string", "title": "作废原因", "titles": {"en": "reason for voiding"},
     "description": "填写后该记录作废，不再计入；旧版本仍保留。"},
)  # fmt: skip
COMMON: Final = tuple(f["name"] for f in _COMMON)
"""The fields that every register has."""


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a register.

    `type` is string, integer, number, boolean, date or datetime (China local time); `enum` empty means any value;
    `personal` values are only kept as pseudonyms; `future` dates may lie after the day of evaluation; `date_only`
    moments may be given as a date alone.
    """

    name: str
    type: str
    title: str = ""
    title_en: str = ""
    unit: str | None = None
    required: bool = False
    enum: tuple[str, ...] = ()
    personal: bool = False
    future: bool = False
    minimum: int | None = None
    maximum: int | None = None
    pattern: str | None = None
    date_only: bool = False
    description: str = ""
    example: Any = None


@dataclass(frozen=True, slots=True)
class Register:
    """One record type. `time` names the field that says when a record happened; None for masters.

    `kind` is event, master or plan; `retention_years` is how long personal data may be kept, None where only the
    pseudonym of who entered a record is personal. `fields` are the common ones first, then its own.
    """

    name: str
    title: str
    title_en: str
    fields: tuple[Field, ...]
    time: str | None
    kind: str
    retention_years: int | None
    description: str = ""

    def field(self, name: str) -> Field | None:
        """The field of that name, or None."""
        return next((f for f in self.fields if f.name == name), None)


@cache
def registers() -> Mapping[str, Register]:
    """All registers by name, in the order of their names."""
    return MappingProxyType({d["name"]: _register(d) for d in descriptors()})


def register(name: str) -> Register:
    """The register of that name, which may also be its Chinese title.

    Raises:
        EvidenceError: there is none.
    """
    known = registers()
    if name in known:
        return known[name]
    for one in known.values():
        if name == one.title:
            return one
    raise EvidenceError(
        f"没有名为“{name}”的台账，没有处理。可用的有：{'、'.join(f'{r.title}({r.name})' for r in known.values())}。",
        f"There is no register {name!r}; nothing was done. There are: {', '.join(known)}.",
    )


@cache
def descriptors() -> tuple[dict[str, Any], ...]:
    """The descriptors as complete Data Package resources: common columns included."""
    folder = resources.files(__package__) / "registers"
    found = sorted((f for f in folder.iterdir() if f.name.endswith(".json")), key=lambda f: f.name)
    return tuple(_complete(json.loads(f.read_text(encoding="utf-8"))) for f in found)


def data_package(paths: Mapping[str, Sequence[str]] | None = None) -> dict[str, Any]:
    """All registers as one Data Package v2 descriptor (datapackage.json).

    `paths` names the files of a register, relative to the descriptor; a register without files has no rows.
    """
    given = paths or {}
    resource = [
        {**d, **({"path": list(given[d["name"]]), "format": "parquet"} if given.get(d["name"]) else {"data": []})}
        for d in descriptors()
    ]
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "hengji-registers",
        "title": "衡绩台账",
        "resources": resource,
    }


def _complete(descriptor: dict[str, Any]) -> dict[str, Any]:
    own = descriptor["schema"]["fields"]
    named = {f["name"] for f in own}
    schema = {**descriptor["schema"], "fields": [*(f for f in _COMMON if f["name"] not in named), *own]}
    return {**descriptor, "schema": schema}


def _register(d: Mapping[str, Any]) -> Register:
    return Register(
        d["name"], d["title"], d["titles"]["en"], tuple(_field(f) for f in d["schema"]["fields"]), d["time"], d["kind"],
        d["retention_years"], d["description"],
    )  # fmt: skip


def _field(d: Mapping[str, Any]) -> Field:
    limits = d.get("constraints", {})
    return Field(
        d["name"], d["type"], d["title"], d["titles"]["en"], d.get("unit"), limits.get("required", False),
        tuple(limits.get("enum", ())), d.get("personal", False), d.get("future", False), limits.get("minimum"),
        limits.get("maximum"), limits.get("pattern"), d.get("dateOnly", False), d.get("description", ""),
        d.get("example"),
    )  # fmt: skip

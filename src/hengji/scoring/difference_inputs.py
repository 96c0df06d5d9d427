"""What two evaluations were made of, held against each other: which inputs differ, and what of them. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from hengji.model.evaluation import Evaluation


class Input(StrEnum):
    """What an evaluation is made of; a change in a figure comes from one of these."""

    STAGE = "stage"
    AS_OF = "as_of"
    TABLE = "table"
    CHANGES = "changes"
    BINDINGS = "bindings"
    BATCHES = "batches"
    PACK = "pack"
    SETTINGS = "settings"
    PREVIOUS = "previous"
    CODE = "code"

    @property
    def zh(self) -> str:
        """The word on screen."""
        return _INPUT_ZH[self]


_INPUT_ZH = {
    Input.STAGE: "阶段", Input.AS_OF: "截至日期", Input.TABLE: "目标表", Input.CHANGES: "填报和更正", Input.BINDINGS: "口径挂接",
    Input.BATCHES: "台账记录", Input.PACK: "规则包", Input.SETTINGS: "设置", Input.PREVIOUS: "上一次监控", Input.CODE: "程序版本",
}  # fmt: skip


class Entry(NamedTuple):
    """Something that people gave: its number in the log, day, who, what sort, about what, and why."""

    seq: int
    on: str
    by: str
    kind: str
    project: str | None
    indicator: int | None
    why: str

    @property
    def zh(self) -> str:
        """One line."""
        about = "".join(
            (f"“{self.project}”" if self.project else "", f"第{self.indicator}项" if self.indicator else "")
        )
        return f"第{self.seq}条 {self.on} {self.by} {self.kind}{about and ' ' + about}：{self.why}"


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: what it is called, the evaluation, the digests of its inputs, and what lies behind them.

    `entries` are all entries that counted; `bindings` by (project, indicator) a text of each, `laws` by key the value of
    each entry of the pack; None where what was bound, or the law, is not known any more.
    """

    label: str
    evaluation: Evaluation
    inputs: Mapping[str, Any]
    code_version: str
    entries: tuple[Entry, ...] = ()
    bindings: Mapping[tuple[str, int], str] | None = None
    laws: Mapping[str, str] | None = None


class Cause(NamedTuple):
    """An input that differs, and what of it."""

    input: Input
    details: tuple[str, ...]


def causes_of(a: Side, b: Side) -> Iterator[Cause]:
    """The inputs that differ, each with what of it."""
    pairs = [
        (Input.STAGE, _told(a.evaluation.stage.value, b.evaluation.stage.value)),
        (Input.AS_OF, _told(a.evaluation.as_of.isoformat(), b.evaluation.as_of.isoformat())),
        (Input.TABLE, _told(_digest(a.inputs.get("table")), _digest(b.inputs.get("table")))),
        (Input.CHANGES, _of_changes(a, b)), (Input.BINDINGS, _of_bindings(a, b)), (Input.BATCHES, _of_batches(a, b)),
        (Input.PACK, _of_pack(a, b)), (Input.SETTINGS, _told(_digest(a.inputs.get("settings")), _digest(b.inputs.get("settings")))),
        (Input.PREVIOUS, _told(_file(a), _file(b))), (Input.CODE, _told(a.code_version, b.code_version)),
    ]  # fmt: skip
    for name, details in pairs:
        if details:
            yield Cause(name, tuple(details))


def _told(a: str | None, b: str | None) -> list[str]:
    return [] if a == b else [f"{a or '没有'} → {b or '没有'}"]


def _digest(value: object) -> str | None:
    return None if value is None else f"摘要 {str(value)[:16]}"


def _file(side: Side) -> str | None:
    previous = side.inputs.get("previous")
    return str(previous.get("file")) if isinstance(previous, Mapping) else None


def _of_changes(a: Side, b: Side) -> list[str]:
    if a.inputs.get("changes") == b.inputs.get("changes"):
        return []
    return [e.zh for e in not_shared(a.entries, b.entries)] or ["填报记录的摘要不同"]


def not_shared(a: Sequence[Entry], b: Sequence[Entry]) -> list[Entry]:
    """The entries behind the last one that both have."""
    shared = next((k for k, (old, new) in enumerate(zip(a, b, strict=False)) if old != new), min(len(a), len(b)))
    return [*a[shared:], *b[shared:]]


def _of_bindings(a: Side, b: Side) -> list[str]:
    if a.inputs.get("bindings") == b.inputs.get("bindings"):
        return []
    if a.bindings is None or b.bindings is None:
        return ["口径挂接的摘要不同；其中一份已不是当时的内容，无法逐项列出"]
    keys = dict.fromkeys((*a.bindings, *b.bindings))
    return [
        f"“{project}”第{number}项：{a.bindings.get((project, number)) or '没有'} → {b.bindings.get((project, number)) or '没有'}"
        for project, number in keys
        if a.bindings.get((project, number)) != b.bindings.get((project, number))
    ] or ["文字或说明不同，口径相同"]


def _of_batches(a: Side, b: Side) -> list[str]:
    old, new = (list(map(str, s.inputs.get("batches") or ())) for s in (a, b))
    gone, come = [x for x in old if x not in set(new)], [x for x in new if x not in set(old)]
    said = [
        f"{sign} {name.rpartition('/')[0]} {name.rpartition('/')[2][:16]}"
        for sign, names in (("−", gone), ("+", come))
        for name in names
    ]
    return said or (["批次的次序不同"] if old != new else [])


def _of_pack(a: Side, b: Side) -> list[str]:
    old, new = (s.inputs.get("pack") for s in (a, b))
    said = _told(a.evaluation.pack, b.evaluation.pack)
    if a.laws is not None and b.laws is not None:
        said += [
            f"{key}：{a.laws.get(key, '没有')} → {b.laws.get(key, '没有')}"
            for key in dict.fromkeys((*a.laws, *b.laws))
            if a.laws.get(key) != b.laws.get(key)
        ]
    if not said and old != new:
        files = [s.get("files", {}) if isinstance(s, Mapping) else {} for s in (old, new)]
        said += [f"文件 {f} 不同" for f in dict.fromkeys((*files[0], *files[1])) if files[0].get(f) != files[1].get(f)]
        said = said or ["规则包的摘要不同"]
    return said

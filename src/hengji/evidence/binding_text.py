"""Bindings as the text of bindings.toml: proposals to append, and a confirmation put into a file that people edit."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from hengji.evidence.bindings import read_bindings
from hengji.evidence.errors import EvidenceError
from hengji.model.binding import Binding

_HEAD = re.compile(r"^[ \t]*\[\[[ \t]*binding[ \t]*\]\][ \t]*(?:#.*)?\r?$", re.MULTILINE)
_SUB_TABLE = re.compile(r"^[ \t]*\[{1,2}[ \t]*binding[ \t]*\.", re.MULTILINE)
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


def with_appended(text: str, bindings: Sequence[Binding]) -> str:
    """The text of a file with bindings after its last, each in a block of its own."""
    blocks = "\n".join(_block(b) for b in bindings)
    return f"{text.rstrip()}\n\n{blocks}" if text.strip() else blocks


def with_confirmed(text: str, where: str, project: str, indicator: int, by: str, on: datetime.date) -> str:
    """The text of a file in which a person stands behind one binding; every other line stays as it is.

    Raises:
        EvidenceError: no such binding, it is confirmed already, or the file is written in a way that cannot be changed
            by a line (then a person has to write it).
    """
    before = read_bindings(text, where)
    place = next((n for n, b in enumerate(before) if (b.project, b.indicator) == (project, indicator)), None)
    if place is None:
        raise EvidenceError(
            f"{where} 里没有“{project}”第{indicator}项的挂接，没有可确认的。请先用 --suggest --write 写入建议，或自己写上。",
            f"{where} has no binding for {project}#{indicator}; write one first (--suggest --write, or by hand).",
        )
    old = before[place]
    if old.confirmed:
        raise EvidenceError(
            f"“{project}”第{indicator}项已由{old.confirmed_by}确认，没有改动。要换人确认请先删去 {where} 里的 confirmed_by。",
            f"{project}#{indicator} was confirmed by {old.confirmed_by}; nothing was changed.",
        )
    heads = [m.start() for m in _HEAD.finditer(text)]
    after = ""
    if len(heads) == len(before):
        end = heads[place + 1] if place + 1 < len(heads) else len(text)
        block = _confirmed_block(text[heads[place] : end], by, on)
        after = text[: heads[place]] + block + text[end:]
    wanted = (*before[:place], replace(old, confirmed_by=by, confirmed_on=on), *before[place + 1 :])
    if not after or not _reads_as(after, where, wanted):
        raise EvidenceError(
            f"{where} 的写法不能逐行修改，没有改动。请在“{project}”第{indicator}项下自己写上 confirmed_by 和 confirmed_on。",
            f"{where} cannot be changed by a line; write confirmed_by and confirmed_on under {project}#{indicator} by hand.",
        )
    return after


def _confirmed_block(block: str, by: str, on: datetime.date) -> str:
    """The lines go after the block's own keys: before its sub-tables, blank lines and the comments of the next one."""
    sub = _SUB_TABLE.search(block)
    own = block[: sub.start()] if sub else block
    lines = own.splitlines(keepends=True)
    last = max(n for n, line in enumerate(lines) if line.strip() and not line.lstrip().startswith("#"))
    ends = "\r\n" if lines[0].endswith("\r\n") else "\n"
    if not lines[last].endswith("\n"):
        lines[last] += ends
    lines.insert(last + 1, f"confirmed_by = {_value(by)}{ends}confirmed_on = {on}{ends}")
    return "".join(lines) + (block[sub.start() :] if sub else "")


def _reads_as(text: str, where: str, wanted: Sequence[Binding]) -> bool:
    try:
        return read_bindings(text, where) == tuple(wanted)
    except EvidenceError:
        return False


def _block(binding: Binding) -> str:
    """A binding with what it has; without a confirmation it is a proposal."""
    same = f"{binding.same_as[0]}#{binding.same_as[1]}" if binding.same_as else None
    given = {
        "project": binding.project, "indicator": binding.indicator, "measure": binding.measure,
        "with": None if same else dict(binding.params), "same_as": same, "unit": binding.unit, "target": binding.target,
        "automatic": binding.automatic.value, "reading": binding.reading or None,
        "alternatives": list(binding.alternatives) or None, "confirmed_by": binding.confirmed_by,
        "confirmed_on": binding.confirmed_on,
    }  # fmt: skip
    return "[[binding]]\n" + "".join(f"{k} = {_value(v)}\n" for k, v in given.items() if v is not None)


def _value(value: Any) -> str:
    """A value on one line; the parameters of measures are texts, whole numbers, yes or no, days, lists and tables."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        # A JSON string is a TOML basic string, but for DEL, which TOML wants escaped.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, Mapping):
        inner = ", ".join(f"{k if _BARE_KEY.fullmatch(k) else _value(k)} = {_value(v)}" for k, v in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_value, value))}]"
    return str(value)

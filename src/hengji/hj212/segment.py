"""The data segment as fields: read as far as it can be, with everything that had to be forgiven.

This is the reading that counts; `quick` does the same for packets without any fault and must agree with it.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from hengji.hj212.profiles import HEAD

_PROPER = {name.lower(): name for name in HEAD}
_CP = re.compile(r"CP\s{0,8}=\s{0,8}&&", re.IGNORECASE)
_RUN_TOGETHER = re.compile(r"[,\s](?=(?:QN|ST|CN|PW|MN|Flag|PNUM|PNO)\s{0,8}=)")
_HIDE = {ord(c): chr(0xD800 + i) for i, c in enumerate(";,=&")}
_SHOW = {0xD800 + i: c for i, c in enumerate(";,=&")}


class Remark(NamedTuple):
    """A fault of the catalogue and the words it is seen in."""

    code: str
    seen: str


class Fields(NamedTuple):
    """Head, fields of CP without and with a suffix, and remarks in the order in which they were met."""

    head: dict[str, str]
    cp: dict[str, str]
    items: dict[str, dict[str, str]]
    remarks: list[Remark]
    content: str
    """What stands between the && marks."""
    lost: str
    """The last field of a packet that breaks off; it may be cut and is not among the fields."""


def read_segment(text: str, plain_comma: bool, cut: bool = False) -> Fields:
    """The fields of a data segment; `cut` says that it breaks off, `plain_comma` that 2005's commas are no fault."""
    remarks: list[Remark] = []
    opening = _CP.search(text)
    if opening is None:
        before, lost = _cut(text, cut)
        return Fields(_head(before, remarks), {}, {}, [*remarks, *([] if cut else [Remark("H14", "")])], "", lost)
    if opening[0] != "CP=&&":
        remarks.append(Remark("H17" if any(c.isspace() for c in opening[0]) else "H23", opening[0]))
    before, after = text[: opening.start()], text[opening.end() :]
    close = after.rfind("&&")
    content, behind, lost = after[:close], after[close + 2 :], ""
    if close < 0:
        content, lost = _cut(after, True)
        behind = ""
        if not cut:
            remarks.append(Remark("H15", lost))
    if before != before.rstrip():
        remarks.append(Remark("H17", before[-12:] + opening[0]))
        before = before.rstrip()
    if before and not before.endswith(";"):
        remarks.append(Remark("H16", before[-12:] + opening[0]))
    if behind and not behind.startswith(";"):
        remarks.append(Remark("H16", "&&" + behind))
    # Fields behind CP are read like those before it: small devices write Flag there.
    head = _head(before.removesuffix(";"), remarks)
    if behind.strip(";"):
        head |= _head(behind.removeprefix(";"), remarks)
    cp, items = _content(content, plain_comma, remarks)
    return Fields(head, cp, items, remarks, content, lost)


def _cut(text: str, cut: bool) -> tuple[str, str]:
    """The text up to its last separator, and the field behind it, which may not be whole."""
    if not cut:
        return text, ""
    last = max(text.rfind(";"), text.rfind(","))
    return (text[:last], text[last + 1 :]) if last >= 0 else ("", text)


def _stripped(text: str, remarks: list[Remark], seen: str) -> str:
    short = text.strip()
    if short != text:
        remarks.append(Remark("H17", seen))
    return short


def _head(text: str, remarks: list[Remark]) -> dict[str, str]:
    head: dict[str, str] = {}
    if not text:
        return head
    fields = text.split(";")
    if _RUN_TOGETHER.search(text):
        apart = [_RUN_TOGETHER.split(f) for f in fields]
        remarks += [Remark("H18", f) for f, parts in zip(fields, apart, strict=True) if len(parts) > 1]
        fields = [part for parts in apart for part in parts]
    for field in fields:
        name, equals, value = field.partition("=")
        if not equals:
            remarks.append(Remark("H20", field) if field.strip() else Remark("H19", text[-12:]))
            continue
        name, value = _stripped(name, remarks, field), _stripped(value, remarks, field)
        if name not in HEAD:
            proper = _PROPER.get(name.lower())
            remarks.append(Remark("H22" if proper is None else "H23", name))
            name = proper or name
        if name in head:
            remarks.append(Remark("H21", name))
        head[name] = value
    return head


def _content(
    content: str, plain_comma: bool, remarks: list[Remark]
) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    cp: dict[str, str] = {}
    items: dict[str, dict[str, str]] = {}
    if not content:
        return cp, items
    hidden = "//" in content
    if hidden:
        content = _hidden_texts(content)
    for group in content.split(";"):
        if not group.strip():
            remarks.append(Remark("H19", content[-12:].translate(_SHOW)))
            continue
        owners = set()
        for field in group.split(","):
            name, equals, value = field.partition("=")
            if hidden:
                field, name, value = field.translate(_SHOW), name.translate(_SHOW), value.translate(_SHOW)
            if not equals:
                remarks.append(Remark("H20", field) if field.strip() else Remark("H19", group.translate(_SHOW)))
                continue
            name, value = _stripped(name, remarks, field), _stripped(value, remarks, field)
            code, dash, suffix = name.rpartition("-")
            if code and suffix:
                owners.add(code + "-")
                target, key = items.setdefault(code, {}), suffix
            else:
                owners.add("" if plain_comma else name)
                target, key = cp, name
                if dash or not name:
                    remarks.append(Remark("H45", field))
            if key in target:
                remarks.append(Remark("H21", name))
            target[key] = value
        if len(owners) > 1:
            remarks.append(Remark("H18", group.translate(_SHOW)))
    return cp, items


def _hidden_texts(content: str) -> str:
    """Content whose log texts (//…//) hide the signs that would otherwise cut them; lone surrogates stand for them."""
    parts = content.split("//")
    for odd in range(1, len(parts) - 1, 2):
        parts[odd] = parts[odd].translate(_HIDE)
    return "//".join(parts)


def grouped_fields(text: str) -> tuple[tuple[tuple[str, str], ...], ...]:
    """The fields of CP in their order and groups, blanks around them taken away; what is no field is left out."""
    opening = _CP.search(text)
    if opening is None:
        return ()
    content = text[opening.end() :]
    content = _hidden_texts(content[: content.rfind("&&")] if "&&" in content else _cut(content, True)[0])
    groups = []
    for group in content.split(";"):
        fields = [field.partition("=") for field in group.split(",")]
        named = tuple((n.strip().translate(_SHOW), v.strip().translate(_SHOW)) for n, equals, v in fields if equals)
        if named:
            groups.append(named)
    return tuple(groups)

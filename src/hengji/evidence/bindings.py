"""bindings.toml: which measure answers which indicator, read and checked against measures, registers and the table."""

from __future__ import annotations

import datetime
import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from typing import Any

from hengji.evidence.errors import EvidenceError
from hengji.evidence.measures import ATTESTED, COMPOSITES, SHAPES, TREND
from hengji.evidence.measures.answers import check_tree, inner_params, leaves
from hengji.evidence.register import registers
from hengji.model.binding import Automatic, Binding
from hengji.model.table import TargetTable

_KEYS = frozenset(("project", "indicator", "measure", "with", "unit", "target", "automatic", "reading", "alternatives",
                   "same_as", "confirmed_by", "confirmed_on"))  # fmt: skip
_OWN_REGISTER = {
    "weighted_sum": "permit_service", "delivered_count": "deliverable", "composition_check": "procurement",
    "closed_rate": "petition", "disclosure_rate": "disclosure", "update_rate": "data_sync", "satisfaction": "survey",
    "contract_obligations_met": "obligation", "asset_utilisation": "asset", "composite_index_change": "air_quality",
    "rank_change": "city_ranking", "budget_execution": "payment", "cost_control": "payment",
    "transmission_rate": "outlet", "effective_transmission_rate": "outlet",
}  # fmt: skip
_FIELDS = ("date", "sum", "object", "by", "distinct", "from", "to", "quantity", "due", "done", "result", "overdue",
           "extension", "closed", "start", "amount", "responded", "unit", "level", "key", "planned")  # fmt: skip
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SAME = re.compile(r"(.+)#([0-9]{1,4})")
_COMPARISONS = frozenset(("ge", "gt", "le", "lt", "ne", "not_null", "contains"))


def read_bindings(text: str, where: str) -> tuple[Binding, ...]:
    """The bindings of a file's text; `where` names the file for messages.

    Raises:
        EvidenceError: no TOML, or a binding names a measure, parameter, register or field that does not exist.
    """
    try:
        found = tomllib.loads(text).get("binding", [])
    except tomllib.TOMLDecodeError as error:
        raise EvidenceError(
            f"{where} 无法解析：{error}。请按 TOML 格式改正。", f"{where} is no TOML: {error}."
        ) from None
    bindings = []
    seen: set[tuple[str, int]] = set()
    for place, given in enumerate(found, 1):
        try:
            binding = _binding(given)
            _check(binding)
            if (binding.project, binding.indicator) in seen:
                raise EvidenceError("这项指标已有一条挂接", "this indicator is bound already")
        except EvidenceError as error:
            who = f"{given.get('project')}#{given.get('indicator')}"
            raise EvidenceError(
                f"{where} 第{place}条挂接（{who}）：{error.zh}。请改正后重算。",
                f"{where}, binding {place} ({who}): {error.en}.",
            ) from None
        seen.add((binding.project, binding.indicator))
        bindings.append(binding)
    return tuple(bindings)


def write_bindings(bindings: Iterable[Binding]) -> str:
    """The text of a bindings.toml that reads back to the same bindings."""
    blocks = []
    for b in bindings:
        lines = ["[[binding]]", f"project = {toml_value(b.project)}", f"indicator = {b.indicator}"]
        if b.same_as is not None:
            lines.append(f"same_as = {toml_value(f'{b.same_as[0]}#{b.same_as[1]}')}")
        if b.measure is not None:
            lines += [f"measure = {toml_value(b.measure)}", f"with = {toml_value(b.params)}"]
        given = {"unit": b.unit, "target": b.target, "automatic": b.automatic.value, "reading": b.reading or None,
                 "alternatives": list(b.alternatives) or None, "confirmed_by": b.confirmed_by,
                 "confirmed_on": b.confirmed_on}  # fmt: skip
        lines += [f"{key} = {toml_value(value)}" for key, value in given.items() if value is not None]
        blocks.append("\n".join(lines) + "\n")
    return "\n".join(blocks)


def toml_value(value: Any) -> str:
    """A value as TOML on one line. A JSON string is a TOML basic string but for DEL."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, Mapping):
        inside = ", ".join(f"{k if _BARE.fullmatch(k) else toml_value(k)} = {toml_value(v)}" for k, v in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(toml_value, value))}]"
    return value.isoformat() if isinstance(value, datetime.date) else str(value)


def check_against(bindings: tuple[Binding, ...], table: TargetTable) -> list[Binding]:
    """The bindings whose project and indicator the table does not have."""
    there = {(p.name, i.number) for p in table.projects for i in p.indicators}
    return [b for b in bindings if (b.project, b.indicator) not in there]


def _binding(given: Mapping[str, Any]) -> Binding:
    if unknown := sorted(set(given) - _KEYS):
        raise EvidenceError(f"有不认识的项：{'、'.join(unknown)}", f"unknown keys: {', '.join(unknown)}")
    same = _SAME.fullmatch(given["same_as"]) if "same_as" in given else None
    if "same_as" in given and same is None:
        raise EvidenceError("same_as 应写成“项目名称#序号”", "same_as should read PROJECT#INDICATOR")
    on = given.get("confirmed_on")
    try:
        return Binding(
            str(given["project"]), int(given["indicator"]), given.get("measure"), given.get("with", {}), given.get("unit"),
            given.get("target"), Automatic(given.get("automatic", "fully")), given.get("reading", ""),
            tuple(given.get("alternatives", ())), (same[1], int(same[2])) if same else None, given.get("confirmed_by"),
            on if isinstance(on, datetime.date) else None,
        )  # fmt: skip
    except (KeyError, ValueError) as error:
        raise EvidenceError(f"缺少或写错了 {error}", f"missing or wrong: {error}") from None


def _check(binding: Binding) -> None:
    if binding.same_as is not None:
        if binding.measure is not None:
            raise EvidenceError("same_as 和 measure 只能写一个", "same_as and measure exclude each other")
        return
    if binding.measure is None:
        raise EvidenceError("没有写 measure（口径）", "there is no measure")
    check_measure(binding.measure, binding.params)


def check_measure(name: str, params: Mapping[str, Any]) -> None:
    """Make sure that a measure exists and can work with its parameters.

    Raises:
        EvidenceError: no such measure, parameter, register or field; a parameter is missing.
    """
    shape = SHAPES.get(name)
    if shape is None:
        raise EvidenceError(f"没有名为“{name}”的口径", f"there is no measure {name!r}")
    unknown = sorted(set(params) - shape.required - shape.optional)
    missing = sorted(shape.required - set(params))
    if unknown or missing:
        zh = [f"{name} 没有参数 {'、'.join(unknown)}"] * bool(unknown) + [f"缺少参数 {'、'.join(missing)}"] * bool(
            missing
        )
        en = [f"{name} has no {', '.join(unknown)}"] * bool(unknown) + [f"{', '.join(missing)} missing"] * bool(missing)
        raise EvidenceError("；".join(zh), "; ".join(en))
    if name in COMPOSITES:
        check_tree(params["tree"])
        for leaf in leaves(params["tree"]):
            inner = inner_params(leaf)
            check_measure(leaf["measure"], inner)
        return
    if name in ATTESTED:
        for leaf in params.get("supports", ()):
            check_measure(leaf["measure"], leaf.get("with", {}))
        return
    if name == TREND:
        of = params["of"]
        inner = inner_params(of)
        check_measure(of["measure"], inner)
        if "per" in of:
            _check_fields(of["per"], None)
        return
    _check_fields(params, _OWN_REGISTER.get(name))


def _check_fields(params: Mapping[str, Any], own: str | None) -> None:
    """The register of some parameters has the fields that they name; the same for parts with registers of their own."""
    name = params.get("register", own)
    if name is not None:
        if name not in registers():
            raise EvidenceError(f"没有名为“{name}”的台账", f"there is no register {name!r}")
        kind = registers()[name]
        named = [params[p] for p in _FIELDS if isinstance(params.get(p), str)]
        named += list(params.get("dedupe", ()))
        named += [f for p in ("filter", "minimum", "removed", "false_alarm", "cancelled") for f in params.get(p) or ()]
        for part in params.get("parts", ()):
            named += [*(part.get("filter") or ()), *([part["sum"]] if "sum" in part else [])]
        for field in named:
            if kind.field(field) is None:
                raise EvidenceError(
                    f"“{kind.title}”台账没有字段 {field}", f"the register {name} has no field {field!r}"
                )
        _check_values(params.get("filter") or {}, name)
    for part in ("units", "visits", "tasks", "exempt", "member", "objects", "approved", "nil"):
        if isinstance(params.get(part), Mapping):
            _check_fields(params[part], None)


def _check_values(wanted: Mapping[str, Any], name: str) -> None:
    kind = registers()[name]
    for field, condition in wanted.items():
        if isinstance(condition, Mapping):
            if unknown := set(condition) - _COMPARISONS:
                raise EvidenceError(
                    f"筛选条件 {field} 有不认识的比较 {unknown}", f"the filter of {field} uses {unknown}"
                )
            continue
        shape = kind.field(field)
        values = condition if isinstance(condition, list) else [condition]
        if shape is not None and shape.enum and (wrong := [v for v in values if v not in shape.enum]):
            raise EvidenceError(
                f"“{kind.title}”台账的 {field} 没有值 {wrong}；可用：{'、'.join(shape.enum)}",
                f"{name}.{field} is never {wrong}; it is one of {', '.join(shape.enum)}",
            )

"""The parameters of a proposed binding, made from what the fields of a register are good for.

What cannot be known from a table (which clauses a composite has, what units a patrol covers) is filled with the nearest
that can be computed; the person who confirms puts it right.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from hengji.evidence.measures import ATTESTED, COMPOSITES
from hengji.evidence.register import registers
from hengji.model.target import Clause, TargetReading

Params = dict[str, Any]
Kind = Mapping[str, Any]

OWN_REGISTER = {
    "satisfaction": "survey", "disclosure_rate": "disclosure", "asset_utilisation": "asset", "update_rate": "data_sync",
    "budget_execution": "payment", "cost_control": "payment", "contract_obligations_met": "obligation",
    "delivered_count": "deliverable", "transmission_rate": "outlet", "effective_transmission_rate": "outlet",
    "yes_no_attested": "attestation", "qualitative_graded": "attestation",
}  # fmt: skip
# Table 1 of the surface water standard without temperature, total nitrogen and faecal coliforms, which are for reference.
_WATER_ITEMS = ("pH", "溶解氧", "高锰酸盐指数", "化学需氧量", "五日生化需氧量", "氨氮", "总磷", "铜", "锌", "氟化物", "硒", "砷",
                "汞", "镉", "六价铬", "铅", "氰化物", "挥发酚", "石油类", "阴离子表面活性剂", "硫化物")  # fmt: skip
_NUMBERS = frozenset(
    ("count_records", "count_distinct", "weighted_sum", "delivered_count", "stock_level", "zero_events")
)
_SIGNS = {">=": "≥", ">": ">", "<=": "≤", "<": "<", "==": ""}
_WITHOUT_A_RATE = {
    "cost_control": "≤100%", "budget_execution": "≤100%", "composite_index_change": "≤0%", "met_normalised_change": "<0%",
}  # fmt: skip
_LIMIT_UNITS = {"小时": "hour", "个小时": "hour", "天": "day", "日": "day", "工作日": "workday", "个工作日": "workday"}
_PERIODS = ("month", "quarter", "half_year", "year")
_DISTRICT = re.compile(r"[\u4e00-\u9fff]{1,3}?[区县市](?!域)")
_LONGEST_THING = 12  # characters; what is longer is a sentence
_PASS_MARK = 80  # of 100, from which an answer counts as satisfied
# Words that say what is asked about a thing, not what the thing is.
_NOT_A_THING = re.compile(
    r"^(?:按期|按时|及时|开展|完成|组织|协助|确保|保证|保障|做好|推进|实施|提供|购置|购买|采购|编制|建设|创建|聘用|租赁|年度|项目|本|各类|各项)+"
    r"|(?:工作|项目|任务)?(?:完成|验收|交付|提交|编制|开展|组织|支付|到货|到位|更新|使用|办结|建设|及|的)*"
    r"(?:数量|个数|次数|场次|人数|家数|份数|面积|频次|时间|质量|情况|时限|期限|进度|及时率|及时性|合格率|达标率|通过率|完成率|准确率|有效率|完好率|在线率|满意度|率|数)$"
)


class Asked(NamedTuple):
    """What is known of an indicator: texts, its target as read, level 2, shapes of the value, who publishes the table."""

    project: str
    name: str
    target: str
    reading: TargetReading
    level: str | None
    shapes: frozenset[str]
    department: str

    @property
    def clause(self) -> Clause:
        """The first clause, which most values have alone."""
        return self.reading.clauses[0]

    @property
    def counted(self) -> str | None:
        """The unit of the first clause with a number."""
        return next((c.unit for c in self.reading.clauses if c.number is not None and c.unit), None)


def build(measure: str, register: str, kind: Kind, asked: Asked) -> Params | None:
    """The parameters of a measure over a register, or None where they cannot be made from what is known."""
    if measure in ATTESTED:
        return {}
    return _BUILDERS[measure](register, kind, asked)


def answered_in(measure: str, asked: Asked) -> str | None:
    """The unit of the answer of a measure."""
    if measure in ATTESTED:
        return "是/否" if "boolean" in asked.shapes else "档"
    if measure in COMPOSITES:
        return "是/否"
    if measure == "satisfaction" and "score" in asked.shapes:
        return "分"
    if measure in _NUMBERS:
        return asked.counted
    return {"rank_change": "位", "trend_direction": None}.get(measure, "%")


def judged_by(measure: str, asked: Asked) -> str | None:
    """What the answer is held against where the table's value is no single figure of that kind; None where it is."""
    if measure == "delivered_count" and asked.shapes == {"deliverable"}:
        return "≥1份"
    if measure == "satisfaction" or answered_in(measure, asked) != "%":
        return None
    rate = next(
        (c for c in asked.reading.clauses if c.dim == "ratio" and c.number is not None and c.op in _SIGNS), None
    )
    if rate is not None:
        return None if len(asked.reading.clauses) == 1 else f"{_SIGNS[rate.op or '==']}{rate.number:f}%"
    return _WITHOUT_A_RATE.get(measure, "100%")


def used_registers(measure: str, params: Mapping[str, Any]) -> tuple[str, ...]:
    """All registers that a binding reads, each once: the main one first."""
    return tuple(dict.fromkeys(_mentioned(measure, params)))


def _mentioned(measure: str | None, value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for inner in value:
            yield from _mentioned(None, inner)
    if not isinstance(value, Mapping):
        return
    measure = value.get("measure", measure)
    if isinstance(value.get("register"), str):
        yield value["register"]
    elif measure in OWN_REGISTER and "tree" not in value:
        yield OWN_REGISTER[measure]
    for key, inner in value.items():
        yield from _mentioned(measure if key == "with" else None, inner)


def _filter(register: str, kind: Kind, asked: Asked) -> Params:
    """Records of the project; of the kind that the words name; about the thing that the name speaks of."""
    wanted: Params = {} if kind.get("common") else {"project": asked.project}
    if field := kind.get("enum"):
        shape = registers()[register].field(field)
        named = [v for v in (shape.enum if shape else ()) if v in asked.name or v in asked.target]
        if named:
            wanted[field] = named[0] if len(named) == 1 else named
    elif (field := kind.get("about")) and (thing := _thing(kind, asked)):
        wanted[field] = {"contains": thing}
    return wanted


def _thing(kind: Kind, asked: Asked) -> str | None:
    """What is counted or judged, as the name or the target calls it, where it is a thing of this register.

    It has to hold a word of the register and say more than that word; a filter that is too narrow selects nothing.
    """
    name, before = asked.name, None
    while before != name:
        before, name = name, _NOT_A_THING.sub("", name)
    for thing in (name, *(c.object for c in asked.reading.clauses if c.object)):
        if len(thing) <= _LONGEST_THING and any(word in thing and word != thing for word in kind["words"]):
            return thing
    return None


def _base(register: str, kind: Kind, asked: Asked) -> Params:
    wanted = _filter(register, kind, asked)
    return {"register": register, **({"filter": wanted} if wanted else {})}


def _own(_: str, kind: Kind, asked: Asked) -> Params:
    """Measures that have a register of their own need to know the project alone."""
    return {} if kind.get("common") else {"filter": {"project": asked.project}}


def _count(register: str, kind: Kind, asked: Asked) -> Params:
    found = {**_base(register, kind, asked), "date": _date(register, kind)}
    units = kind.get("sum_units")
    if "sum" in kind and (units is None or asked.counted in units):
        found["sum"] = kind["sum"]
    return found


def _date(register: str, kind: Kind) -> str | None:
    return kind.get("date") or registers()[register].time


def _distinct(register: str, kind: Kind, asked: Asked) -> Params | None:
    date = _date(register, kind)
    return {**_base(register, kind, asked), "date": date, "object": kind["object"]} if date else None


def _stock(register: str, kind: Kind, asked: Asked) -> Params:
    quantity = {"quantity": kind["quantity"]} if "quantity" in kind else {}
    return {**_base(register, kind, asked), "from": kind["from"], "to": kind["to"], **quantity, "stat": "mean"}


def _delivered(register: str, kind: Kind, asked: Asked) -> Params:
    wanted = _filter(register, kind, asked)
    return {"filter": wanted, "date": "submitted_on", "states": list(kind["passing"])}


def _parts(register: str, kind: Kind, asked: Asked) -> Params | None:
    """A part for every counted clause, found by the word of its object."""
    parts = [
        {
            "name": c.object or c.unit, "required": _whole(c.number), "sum": kind.get("sum", "quantity"),
            **({"filter": {kind["about"]: {"contains": c.object}}} if c.object and "about" in kind else {}),
        }
        for c in asked.reading.clauses
        if c.number is not None
    ]  # fmt: skip
    if len(parts) < 2 or "sum" not in kind:
        return None
    # The parts tell things apart; the name of the indicator need not be the name of a thing as well.
    return {"register": register, "filter": {"project": asked.project}, "date": _date(register, kind), "parts": parts}


def _completion(register: str, kind: Kind, asked: Asked) -> Params:
    return {**_base(register, kind, asked), "due": kind["due"], "done": kind["done"]}


def _pass(register: str, kind: Kind, asked: Asked) -> Params | None:
    date = _date(register, kind)
    if date is None:
        return None
    overdue = {"overdue": kind["due"]} if kind.get("done") == date and "due" in kind else {}
    found = {**_base(register, kind, asked), "date": date, "result": kind["result"], "passing": list(kind["passing"])}
    return {**found, **overdue}


def _closed(register: str, kind: Kind, asked: Asked) -> Params:
    extension = {"extension": kind["extension"]} if "extension" in kind else {}
    # What is left out by default are outcomes that only petitions have.
    removed: Params = {} if register == "petition" else {"removed": {}}
    base = _base(register, kind, asked)
    return {**base, "due": kind["due"], **extension, "closed": kind["closed"], "cohort": "due", **removed}


def _in_time(register: str, kind: Kind, asked: Asked) -> Params | None:
    found = {**_base(register, kind, asked), "done": kind["done"]}
    start = {"start": kind["start"]} if "start" in kind else {}
    if start and (limit := _limit(asked)):
        return {**found, **start, "limit": limit}
    if "due" not in kind:
        return None
    extension = {"extension": kind["extension"]} if "extension" in kind else {}
    return {**found, **start, "due": kind["due"], **extension}


def _limit(asked: Asked) -> Params | None:
    clause = asked.clause
    unit = _LIMIT_UNITS.get(clause.unit or "")
    return {"n": _whole(clause.number), "unit": unit} if unit and clause.number is not None else None


def _response(register: str, kind: Kind, asked: Asked) -> Params:
    limit = _limit(asked)
    found = {**_base(register, kind, asked), "date": _date(register, kind), "responded": kind["responded"]}
    return {**found, "limit": limit} if limit else found


def _rounds(register: str, kind: Kind, asked: Asked) -> Params | None:
    clause = next((c for c in asked.reading.clauses if c.per is not None), None)
    if clause is None or clause.per is None or clause.number is None:
        return None
    cell = "day" if clause.per.unit in ("hour", "day") else "month"
    units, visits = _units_and_visits(register, kind, asked)
    return {"units": units, "visits": visits, "required": _whole(clause.number), "cell": cell}


def _periodic(register: str, kind: Kind, asked: Asked) -> Params | None:
    clause = next((c for c in asked.reading.clauses if c.per is not None), None)
    if clause is None or clause.per is None or clause.per.unit not in _PERIODS:
        return None
    units, tasks = _units_and_visits(register, kind, asked)
    return {"units": units, "tasks": tasks, "period": clause.per.unit}


def _units_and_visits(register: str, kind: Kind, asked: Asked) -> tuple[Params, Params]:
    behind = kind["round"]
    base = _base(register, kind, asked)
    return (
        {"register": behind["register"], "unit": behind["key"]},
        {**base, "unit": behind["unit"], "date": _date(register, kind)},
    )


def _service(register: str, kind: Kind, asked: Asked) -> Params:
    found = {**_base(register, kind, asked), "from": kind["from"], "to": kind["to"], "mode": kind["mode"]}
    if kind["mode"] == "outage" and "object" in kind:
        found["object"] = kind["object"]
    return {**found, "planned": kind["planned"]} if "planned" in kind else found


def _weighted(register: str, kind: Kind, asked: Asked) -> Params:
    return {**_base(register, kind, asked), "date": _date(register, kind), "by": "job_type"}


def _online(register: str, kind: Kind, asked: Asked) -> Params:
    return {}


def _whole_register(register: str, kind: Kind, asked: Asked) -> Params:
    return {"register": register}


def _water(register: str, kind: Kind, asked: Asked) -> Params:
    return {"register": register, "date": "sampled_on", "items": list(_WATER_ITEMS), "class": "Ⅲ", "basis": "times"}


def _rank(register: str, kind: Kind, asked: Asked) -> Params:
    found = _DISTRICT.search(f"{asked.project} {asked.department}")
    return {"register": register, "district": found[0] if found else "本地区"}


def _satisfaction(register: str, kind: Kind, asked: Asked) -> Params:
    stat = "mean" if "score" in asked.shapes else "share"
    return {"filter": {"project": asked.project}, "threshold": _PASS_MARK, "stat": stat}


def _zero(register: str, kind: Kind, asked: Asked) -> Params:
    nil = {"register": register, "filter": {"nil_return": True}}
    return {**_base(register, kind, asked), "date": _date(register, kind), "nil": nil}


def _trend(register: str, kind: Kind, asked: Asked) -> Params:
    """A rate where the words speak of one, else a number of records."""
    rate = "率" in asked.name or "率" in asked.target
    leaf = _leaf(register, kind, asked)
    of: Params = leaf if rate else {"measure": "count_records", "with": _count(register, kind, asked)}
    up = (asked.clause.direction or "up") != "down"
    return {"of": {"measure": of["measure"], **of["with"]}, "direction": "up" if up else "down"}


def _tree(register: str, kind: Kind, asked: Asked) -> Params:
    return {"tree": {"all": [_leaf(register, kind, asked)]}}


def _leaf(register: str, kind: Kind, asked: Asked) -> Params:
    """The plainest condition that a register can answer."""
    measure, op, number = "count_records", ">=", 1
    if register == "air_quality":
        measure, op, number = "composite_index_change", "<=", 0
    elif register in ("surface_water_quality", "source_water_quality"):
        measure, number = "water_compliance_rate", 100
    elif "closed" in kind:
        measure, number = "closed_rate", 100
    elif kind.get("bad"):
        op, number = "==", 0
    elif "result" in kind:
        measure, number = "pass_rate", 100
    elif "due" in kind and "done" in kind:
        measure, number = "completion_rate", 100
    params = _BUILDERS[measure](register, kind, asked)
    return {"measure": measure, "with": params, "op": op, "number": number}


def _whole(number: Decimal | None) -> int:
    return int(number or 0)


_BUILDERS: Mapping[str, Callable[[str, Kind, Asked], Params | None]] = {
    "count_records": _count, "count_distinct": _distinct, "stock_level": _stock, "delivered_count": _delivered,
    "weighted_sum": _weighted, "composition_check": _parts, "completion_rate": _completion, "pass_rate": _pass,
    "closed_rate": _closed, "ratio_within_deadline": _in_time, "response_rate": _response,
    "visit_frequency_compliance": _rounds, "periodic_task_compliance": _periodic, "transmission_rate": _online,
    "effective_transmission_rate": _online, "continuous_service": _service, "water_compliance_rate": _water,
    "composite_index_change": _whole_register, "met_normalised_change": _whole_register, "rank_change": _rank,
    "trend_direction": _trend, "budget_execution": _own, "cost_control": _own, "satisfaction": _satisfaction,
    "zero_events": _zero, "disclosure_rate": _own, "asset_utilisation": _own, "update_rate": _own,
    "contract_obligations_met": _own, "outcome_composite": _tree, "yes_no_computed": _tree,
}  # fmt: skip

"""Answers in words and answers made of others: no events, trends, yes or no, and what people attest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import ibis

from hengji.evidence.errors import EvidenceError
from hengji.evidence.measures.base import (
    Figure,
    Params,
    Scope,
    behind,
    day,
    insufficient,
    known,
    no_records,
    records,
    time_of,
)  # fmt: skip
from hengji.evidence.measures.cells import spans
from hengji.evidence.measures.counts import date_of, dated
from hengji.model.binding import ActualStatus

Measured = Callable[[Scope, str, Params], Figure]
_OPS: dict[str, Callable[[Fraction, Fraction], bool]] = {
    ">=": lambda a, b: a >= b, ">": lambda a, b: a > b, "<=": lambda a, b: a <= b, "<": lambda a, b: a < b,
    "==": lambda a, b: a == b, "!=": lambda a, b: a != b,
}  # fmt: skip


def inner_params(node: Params) -> Params:
    """The parameters of a measure inside another one: under `with`, or flat beside what the outer one reads."""
    return node.get("with") or {k: v for k, v in node.items() if k not in ("measure", "op", "number", "per", "with")}


def leaves(node: Params) -> Iterator[Params]:
    """The conditions of a tree, in order."""
    for word in ("all", "any"):
        if word in node:
            for branch in node[word]:
                yield from leaves(branch)
            return
    yield node


def zero_events(scope: Scope, params: Params) -> Figure:
    """How many events there were; every month that ended needs an event or a nil return."""
    register = params["register"]
    known(register)
    if not scope.engine.holds(register):
        return no_records(register)
    nil = params.get("nil") or {"register": register, "filter": {"nil_return": True}}
    reported = set()
    if scope.engine.holds(nil["register"]):
        returns = records(scope, nil["register"], nil.get("filter"), live=True).select("month").distinct()
        reported = {r["month"] for r in scope.engine.run(returns)}
    events = dated(scope, params, register)
    events = events.filter(~events.nil_return.fill_null(False))
    asked = events.filter(events.level.isin(params["levels"])) if params.get("levels") else events
    told = behind(register, asked, day(date_of(asked, params, register)).cast("string"))
    events = events.filter(~events.void)
    at = date_of(events, params, register)
    level = events.level if params.get("levels") else ibis.literal("")
    found = scope.engine.run(events.group_by(month=at.month(), level=level).aggregate(n=ibis._.count()))
    seen = {f"{scope.period.year:04d}-{r['month']:02d}" for r in found}
    if levels := params.get("levels"):
        found = [r for r in found if r["level"] in levels]
    size = sum(r["n"] for r in found)
    months = [f"{first:%Y-%m}" for first, _ in spans(scope.period, "month")]
    if missing := [m for m in months if m not in reported | seen]:
        listed = "、".join(missing)
        return insufficient(f"缺少月度零报告：{listed}", f"no event and no nil return in {', '.join(missing)}", size)
    return Figure(ActualStatus.OK, Fraction(size), Fraction(size), None, size, behind=told)


def trend_direction(scope: Scope, params: Params, measured: Measured) -> Figure:
    """The inner measure less what it was on the same days of the year before; both are the parts."""
    now = _inner(scope, params, measured)
    then = _inner(scope.of_last_year(), params, measured)
    if not (isinstance(now.value, Fraction) and isinstance(then.value, Fraction)):
        short = ActualStatus.INSUFFICIENT in (now.status, then.status) or now.value is not None
        zh, en = (
            (now.note_zh, now.note_en) if now.value is None else (f"上年：{then.note_zh}", f"last year: {then.note_en}")
        )
        status = ActualStatus.INSUFFICIENT if short else ActualStatus.NOT_APPLICABLE
        return Figure(status, note_zh=zh, note_en=en)
    return Figure(ActualStatus.OK, now.value - then.value, now.value, then.value, now.cases + then.cases)


def reached(params: Params, figure: Figure) -> bool | None:
    """Whether a trend goes the way that was promised; full marks in both years count as reached."""
    if not isinstance(figure.value, Fraction):
        return None
    full = params.get("saturated", True) and figure.numerator == figure.denominator == 100
    return bool(full) or (figure.value > 0 if params.get("direction", "up") == "up" else figure.value < 0)


def _inner(scope: Scope, params: Params, measured: Measured) -> Figure:
    of = params["of"]
    inner = inner_params(of)
    figure = measured(scope, of["measure"], inner)
    per = of.get("per") or params.get("per")
    if not per or figure.numerator is None:
        return figure
    size = 0
    if scope.engine.holds(per["register"]):
        events = dated(scope, per, per["register"])
        size = scope.engine.run(events.filter(~events.void).aggregate(n=ibis._.count()))[0]["n"]
    if not size:
        return Figure(ActualStatus.NOT_APPLICABLE, note_zh="没有可比的基数", note_en="nothing to compare with")
    scale = Fraction(str(per.get("scale", 100)))
    return replace(figure, value=figure.numerator / size * scale, denominator=Fraction(size))


def composite(scope: Scope, params: Params, measured: Measured) -> Figure:
    """是 or 否 from a tree of conditions, or undecidable; the parts are leaves met and leaves."""
    leaves: list[bool | None] = []
    extras: dict[str, str] = {}
    verdict = _judged(scope, params["tree"], measured, leaves, extras)
    met, size = Fraction(sum(1 for leaf in leaves if leaf)), Fraction(len(leaves))
    if verdict is None:
        zh, en = "有条件无法判断，且其余条件不足以决定", "a condition cannot be judged and the others do not decide"
        return Figure(ActualStatus.UNDECIDABLE, None, met, size, len(leaves), extras=extras, note_zh=zh, note_en=en)
    return Figure(ActualStatus.OK, "是" if verdict else "否", met, size, len(leaves), extras=extras)


def _judged(
    scope: Scope, node: Params, measured: Measured, leaves: list[bool | None], extras: dict[str, str]
) -> bool | None:
    """Kleene's and/or: one that cannot be said does not hide another that decides."""
    for word, decisive in (("all", False), ("any", True)):
        if word in node:
            branches = [_judged(scope, branch, measured, leaves, extras) for branch in node[word]]
            if decisive in branches:
                return decisive
            return None if None in branches else not decisive
    params = inner_params(node)
    figure = measured(scope, node["measure"], params)
    verdict = None
    if isinstance(figure.value, Fraction):
        verdict = _OPS[node["op"]](figure.value, Fraction(str(node["number"])))
    elif figure.value in ("是", "否"):
        verdict = figure.value == "是"
    leaves.append(verdict)
    said = figure.status.zh if figure.value is None else _shown(figure.value)
    why = f"（{figure.note_zh}）" if figure.note_zh else ""
    asked = f" {node['op']} {node['number']}" if "op" in node else ""
    # What a leaf prints beside its figure belongs to the answer too: an interval, the method, what it was checked by.
    beside = {f"leaf:{len(leaves)}:{name}": text for name, text in figure.extras.items()} if figure.extras else {}
    extras[f"leaf:{len(leaves)}"] = f"{node['measure']}{asked}: {said}{why}"
    extras.update(beside)
    return verdict


def _shown(value: Fraction | str) -> str:
    if isinstance(value, str):
        return value
    return f"{(Decimal(value.numerator) / Decimal(value.denominator)):.6f}".rstrip("0").rstrip(".")


def attested(scope: Scope, project: str, number: int) -> Figure:
    """The last statement signed by two people with an attachment; without one nothing can be said."""
    if not scope.engine.holds("attestation"):
        return no_records("attestation")
    table = records(scope, "attestation", {"project": project, "indicator": number}, time_of("attestation"))
    rows = scope.engine.run(
        table.filter(~table.void).select(
            "record_id", "signed_on", "attachment", "signer", "co_signer", "grade", "band", "statement"
        )
    )
    whole = [r for r in rows if r["attachment"] and r["co_signer"] and r["co_signer"] != r["signer"]]
    if not whole:
        zh, en = ("缺少附件或第二人签字", "an attachment or a second signer is missing") if rows else (
            "还没有人工认定", "nobody has attested it"
        )  # fmt: skip
        return insufficient(zh, en)
    last = max(whole, key=lambda r: (r["signed_on"], r["record_id"]))
    extras = {"statement": last["statement"], "attachment": last["attachment"], "signed_on": str(last["signed_on"])}
    if last["band"] is not None:
        extras["band"] = str(last["band"])
    told = behind("attestation", table, "record_id")
    return Figure(ActualStatus.ATTESTED, last["grade"], None, None, 1, extras=extras, behind=told)


def check_tree(node: Mapping[str, object]) -> None:
    """Make sure that a tree of conditions is one.

    Raises:
        EvidenceError: a node is neither all, any nor a measure with a comparison.
    """
    for word in ("all", "any"):
        if word in node:
            branches = node[word]
            if not isinstance(branches, list) or not branches:
                raise EvidenceError(f"条件“{word}”下面没有内容", f"{word!r} of a tree holds nothing")
            for branch in branches:
                check_tree(branch)
            return
    if "measure" not in node or ("op" in node and node["op"] not in _OPS):
        raise EvidenceError(f"条件写法不对：{dict(node)}", f"this is no condition: {dict(node)}")

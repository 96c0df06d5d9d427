"""Answers in words and answers made of others: no events, trends, yes or no, and what people attest."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from hengji.model.binding import ActualStatus, Period
from hengji.simulation.truth.answer import Answer, nothing
from hengji.simulation.truth.cells import spans
from hengji.simulation.truth.counts import dated_rows
from hengji.simulation.truth.records import Records, day, passes, record_id, within

Params = Mapping[str, Any]
Measured = Callable[[Records, str, Params, Period], Answer]
_OPS: dict[str, Callable[[Fraction, Fraction], bool]] = {
    ">=": lambda a, b: a >= b, ">": lambda a, b: a > b, "<=": lambda a, b: a <= b, "<": lambda a, b: a < b,
    "==": lambda a, b: a == b, "!=": lambda a, b: a != b,
}  # fmt: skip
_WORDS = {"ge": ">=", "gt": ">", "le": "<=", "lt": "<", "eq": "==", "=": "==", "ne": "!="}


def zero_events(records: Records, params: Params, period: Period) -> Answer:
    """How many events there were; every month that ended needs an event or a nil return."""
    register = params["register"]
    if not records.held(register):
        return nothing(ActualStatus.INSUFFICIENT)
    date = params.get("date") or records.time(register)
    nil = params.get("nil") or {"register": register, "filter": {"nil_return": True}}
    reported = {r.get("month") for r in records.fitting(nil["register"], nil.get("filter"))}
    events = [r for r in dated_rows(records, params, period) if r.get("nil_return") is not True]
    seen = {f"{day(r[date]):%Y-%m}" for r in events}
    if params.get("levels"):
        events = [r for r in events if passes(r, {"level": params["levels"]})]
    if any(f"{first:%Y-%m}" not in reported | seen for first, _ in spans(period, "month")):
        return nothing(ActualStatus.INSUFFICIENT, len(events))
    return Answer(ActualStatus.OK, Fraction(len(events)), Fraction(len(events)), None, len(events))


def trend_direction(records: Records, params: Params, period: Period, measured: Measured) -> Answer:
    """The inner measure less what it was on the same days of the year before; both are the parts."""
    now = _inner(records, params["of"], period, measured)
    before = period.before()
    then = _inner(records.at(before.as_of), params["of"], before, measured)
    if not (isinstance(now.value, Fraction) and isinstance(then.value, Fraction)):
        statuses = (now.status, then.status)
        short = ActualStatus.INSUFFICIENT in statuses or now.value is not None
        return nothing(ActualStatus.INSUFFICIENT if short else ActualStatus.NOT_APPLICABLE)
    return Answer(ActualStatus.OK, now.value - then.value, now.value, then.value, now.rows + then.rows)


def _inner(records: Records, of: Params, period: Period, measured: Measured) -> Answer:
    params = of.get("with") or {k: v for k, v in of.items() if k not in ("measure", "per", "with")}
    answer = measured(records, of["measure"], params, period)
    per = of.get("per") or params.get("per")
    if not per or answer.numerator is None:
        return answer
    size = len(dated_rows(records, per, period))
    if not size:
        return nothing(ActualStatus.NOT_APPLICABLE)
    scale = Fraction(str(per.get("scale", 100)))
    return Answer(answer.status, answer.numerator / size * scale, answer.numerator, Fraction(size), answer.rows)


def composite(records: Records, params: Params, period: Period, measured: Measured) -> Answer:
    """是 or 否 from a tree of conditions, or undecidable; the parts are leaves met and leaves."""
    leaves: list[bool | None] = []
    verdict = _judged(records, params["tree"], period, measured, leaves)
    met, size = Fraction(sum(1 for leaf in leaves if leaf)), Fraction(len(leaves))
    if verdict is None:
        return Answer(ActualStatus.UNDECIDABLE, None, met, size, len(leaves))
    return Answer(ActualStatus.OK, "是" if verdict else "否", met, size, len(leaves))


def _judged(
    records: Records, node: Params, period: Period, measured: Measured, leaves: list[bool | None]
) -> bool | None:
    """Kleene's and/or: one that cannot be said does not hide another that decides."""
    for word, decisive in (("all", False), ("any", True)):
        if word in node:
            branches = [_judged(records, branch, period, measured, leaves) for branch in node[word]]
            if decisive in branches:
                return decisive
            return None if None in branches else not decisive
    params = node.get("with") or {k: v for k, v in node.items() if k not in ("measure", "op", "number", "with")}
    value = measured(records, node["measure"], params, period).value
    verdict = None
    if isinstance(value, Fraction):
        op = str(node["op"])
        verdict = _OPS[_WORDS.get(op, op)](value, Fraction(str(node["number"])))
    elif value in ("是", "否"):
        verdict = value == "是"
    leaves.append(verdict)
    return verdict


def attested(records: Records, project: str, number: int, period: Period) -> Answer:
    """The last statement signed by two people with an attachment; without one nothing can be said."""
    rows = [
        r
        for r in records.of("attestation")
        if r.get("project") == project
        and r.get("indicator") == number
        and within(r.get("signed_on"), period)
        and r.get("attachment")
        and r.get("co_signer")
        and r["co_signer"] != r.get("signer")
    ]
    if not rows:
        return nothing(ActualStatus.INSUFFICIENT)
    last = max(rows, key=lambda r: (_ordered(r["signed_on"]), record_id("attestation", r)))
    return Answer(ActualStatus.ATTESTED, last.get("grade"), None, None, 1)


def _ordered(on: datetime.date) -> str:
    return on.isoformat()

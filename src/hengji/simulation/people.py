"""What people say: answers to surveys, nil returns, attestations with their attachments."""

from __future__ import annotations

import calendar
import datetime
import hashlib
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from hengji.model.binding import Automatic, Binding
from hengji.simulation.demands import Demand, wanted_share
from hengji.simulation.fit import fit
from hengji.simulation.truth.records import passes
from hengji.simulation.world import World

_NIL_REGISTERS = ("emergency_event", "safety_accident")
_ATTESTED = ("yes_no_attested", "qualitative_graded")
_FIVE, _TEN, _HUNDRED = 5, 10, 100


def make_surveys(world: World, asked: Sequence[Demand]) -> None:
    """A survey for each demand of satisfaction, with answers that just meet or miss its target."""
    mine: list[Demand] = []
    for demand in asked:
        if demand.measure == "satisfaction" and not any(demand.filter == d.filter for d in mine):
            mine.append(demand)
    for n, demand in enumerate(mine or [Demand("", 0, "satisfaction", {"threshold": 80})]):
        row = world.make("survey")
        fit(row, demand.filter, world.registers["survey"], world.draw("survey"), n)
        row["survey_no"] = f"WJ{world.year}-{n + 1:02d}"
        row.setdefault("project", demand.project or None)
        world.add("survey", row)
        _answers(world, demand, row)


def _answers(world: World, demand: Demand, survey: dict[str, Any]) -> None:
    chance, n = world.draw("survey_response"), world.settings["responses"]
    threshold = Decimal(str(demand.params.get("threshold", 80)))
    top = next(t for t in (_FIVE, _TEN, _HUNDRED) if max(threshold, Decimal(1)) <= t)
    share = wanted_share(demand, world.seed, world.settings)
    if demand.params.get("stat") == "mean":
        # A mean near the target: so many of them 95 of 100, the others 75.
        share = 1.0 if not demand.missed else 0.6
    satisfied = chance.some(n, round(n * share) if not demand.missed else int(n * share) - 1)
    for place in range(n):
        row = world.make("survey_response", on=survey["held_on"] + datetime.timedelta(days=chance.randint(0, 9)))
        low = int(threshold) if place in satisfied else max(int(threshold) - top // _FIVE, 0)
        high = top if place in satisfied else max(int(threshold) - 1, low)
        if demand.params.get("stat") == "mean" and top == _HUNDRED:
            low, high = (93, 98) if place in satisfied else (70, 79)
        row |= {"survey_no": survey["survey_no"], "score": Decimal(chance.randint(low, high))}
        world.add("survey_response", row | {"valid": chance.random() < world.settings["valid_responses"]})


def settle_levels(world: World, asked: Sequence[Demand]) -> None:
    """Emergencies of a level that deadlines speak of and that “none of this level” does not, where there is one."""
    mine = [d for d in asked if d.register == "emergency_event"]
    forbidden = {level for d in mine if d.measure == "zero_events" for level in d.params.get("levels") or ()}
    named = [level for d in mine if d.params.get("limits") for level in d.params["limits"]["values"]]
    fields = world.settings["registers"]["emergency_event"]["fields"]
    free = [level for level in named or ["一般"] if level not in forbidden]
    if free:
        fields["level"] = {"value": free[0]}
    elif not named:
        del fields["level"]


def make_nil_returns(world: World, asked: Sequence[Demand]) -> None:
    """A nil return for every month without an event that a demand counts."""
    for register in _NIL_REGISTERS:
        mine = [d for d in asked if d.measure == "zero_events" and d.register == register]
        for demand in mine or [Demand("", 0, "zero_events", {"register": register})]:
            _nil_returns(world, demand)


def _nil_returns(world: World, demand: Demand) -> None:
    register = demand.register
    nil = demand.params.get("nil") or {"register": register, "filter": {"nil_return": True}}
    shape = world.registers[nil["register"]]
    time = world.registers[register].time or ""
    levels = {"level": demand.params["levels"]} if demand.params.get("levels") else {}
    events = [
        r for r in world.rows[register] if r.get("nil_return") is not True and passes(r, {**demand.filter, **levels})
    ]
    wanted = nil.get("filter") or {}
    for number in range(1, 13):
        month = f"{world.year}-{number:02d}"
        if any(f"{r[time]:%Y-%m}" == month for r in events):
            continue
        if any(r.get("month") == month and passes(r, wanted) for r in world.rows[nil["register"]]):
            continue
        on = datetime.date(world.year, number, calendar.monthrange(world.year, number)[1])
        row = {k: v for k, v in world.make(nil["register"], on=on).items() if k in (shape.time, "kind")}
        fit(row, {k: v for k, v in demand.filter.items() if k == "kind"}, shape, world.draw(register))
        fit(row, wanted, shape, world.draw(register))
        world.add(nil["register"], row | {"nil_return": True, "month": month})


def make_attestations(world: World, bindings: Iterable[Binding]) -> dict[str, bytes]:
    """A statement of two people for everything that records alone cannot answer; its attachments by digest."""
    attachments: dict[str, bytes] = {}
    chance = world.draw("attestation")
    for binding in bindings:
        if not binding.confirmed or binding.measure is None:
            continue
        if binding.measure not in _ATTESTED and binding.automatic is not Automatic.PARTLY:
            continue
        yes = binding.measure != "qualitative_graded"
        text = (
            f"模拟数据 simulated\n{binding.project} 第{binding.indicator}项 佐证材料（模拟）\n"
            f"{'所述情况属实' if yes else '按三档评定'}。\n"
        ).encode()
        digest = hashlib.sha256(text).hexdigest()
        attachments[digest] = text
        row = world.make("attestation", on=chance.on(world.year, "workday", (12, 12)))
        signer, other = chance.sample(range(1, 13), 2)
        row |= {
            "project": binding.project, "indicator": binding.indicator, "statement": "模拟佐证说明",
            "grade": "是" if yes else chance.choice(("优", "良")), "band": Decimal(chance.randint(82, 100)),
            "signer": f"签署人{signer:02d}", "co_signer": f"签署人{other:02d}", "attachment": digest,
        }  # fmt: skip
        world.add("attestation", row)
    return attachments

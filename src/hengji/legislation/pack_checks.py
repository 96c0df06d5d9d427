"""What a pack must hold to: each value by the promise of its key, and values that have to go together.

A unit may lay its own values over a base; a slip there must be seen when the pack is loaded, in one sentence that names
the file, the key and what is wrong, and not as a strange total a year later.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any

from hengji.legislation.errors import PackError

HUNDRED, _TEN = Decimal(100), Decimal(10)
LIGHTS = ("green", "yellow", "red", "blue")
CHOICES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "self_evaluation.quantitative": {
        "reached": ("full",), "below": ("ratio", "pass_line"), "equal": ("as_at_least",),
        "lower_is_better": ("linear_to_twice", "inverse_ratio"), "late": ("zero", "ratio"),
    },
    "self_evaluation.execution": {"base": ("final_budget", "original_budget")},
    "self_evaluation.rounding": {"mode": ("half_even", "half_up")},
    "monitoring.lights_standing": {"unmet_best": LIGHTS, "one_off_undone": LIGHTS},
}  # fmt: skip
"""Ways of scoring that the program knows, by key and field; `late` may be left out."""
_OPTIONAL = {"late"}
# Names whose order is known, whatever the order in which a file writes them.
_FALLING = {
    "self_evaluation.cut_offs": ("excellent", "good", "fair"),
    "target_review.cut_offs": ("excellent", "good", "fair"),
    "monitoring.lights_cut_offs": ("blue", "green", "yellow"),
    "monitoring.lights_execution_cut_offs": ("green", "yellow"),
}


def check_value(file: str, key: str, value: Any) -> None:
    """One value against what its key promises.

    Raises:
        PackError: shares that do not add up, limits or bands out of order, negative points, an unknown way of scoring.
    """
    for zh, en in _troubles(key, value):
        raise PackError(file, key, zh, en)


def _troubles(key: str, value: Any) -> Iterator[tuple[str, str]]:
    last = key.rpartition(".")[2]
    if "weights" in last or last == "items":
        yield from _shares(value)
    if last.endswith("cut_offs"):
        yield from _cut_offs(value, _FALLING.get(key))
    if last.endswith("bands"):
        yield from _bands(value)
    if last.endswith("_steps"):
        yield from _steps(value)
    if last.endswith("_pattern"):
        yield from _patterns(value)
    if last == "lights_words":
        yield from _lights(value)
    if last == "pass_line_percent" and not (isinstance(value, Decimal) and 0 <= value < HUNDRED):
        yield (
            f"及格线应不低于0、低于100，现为{_said(value)}",
            f"the pass line should be from 0 to below 100, not {_said(value)}",
        )
    for field, allowed in CHOICES.get(key, {}).items():
        yield from _choice(value, field, allowed)
    if key == "self_evaluation.execution":
        yield from _points(value, "points")
    if key == "self_evaluation.rounding" and not _whole(value, "places", 6):
        yield "places 应为 0 到 6 的整数", "places should be a whole number from 0 to 6"


def _shares(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        shares = list(value.values())
    else:
        shares = [row.get("points") for row in value if isinstance(row, Mapping)] if isinstance(value, tuple) else []
    if not all(isinstance(share, Decimal) for share in shares):
        yield "各部分的分值应为数", "every share should be a number"
        return
    if negative := next((share for share in shares if share < 0), None):
        yield f"分值不能为负数，现有{negative}", f"points cannot be negative, there is {negative}"
    if (total := sum(shares, Decimal(0))) != HUNDRED:
        yield f"合计为{total}，应为100", f"adds up to {total}, not 100"


def _cut_offs(value: Any, names: Sequence[str] | None) -> Iterator[tuple[str, str]]:
    if not isinstance(value, Mapping) or not all(isinstance(limit, Decimal) for limit in value.values()):
        yield "各档界线应为数", "every limit should be a number"
        return
    if names and (missing := [name for name in names if name not in value]):
        yield f"缺少界线 {'、'.join(missing)}", f"lacks the limits {', '.join(missing)}"
        return
    ordered = [(name, value[name]) for name in names or value]
    for (upper, high), (lower, low) in pairwise(ordered):
        if high <= low:
            yield (
                f"界线应从高到低，{upper} {high} 不高于 {lower} {low}",
                f"limits must fall: {upper} {high} is not above {lower} {low}",
            )
    if ordered and ordered[-1][1] < 0:
        yield f"界线不能为负数：{ordered[-1][1]}", f"a limit cannot be negative: {ordered[-1][1]}"


def _bands(value: Any) -> Iterator[tuple[str, str]]:
    bands = list(value.items()) if isinstance(value, Mapping) else []
    pairs = [b for _, b in bands if isinstance(b, tuple) and len(b) == 2 and all(isinstance(n, Decimal) for n in b)]
    if not bands or len(pairs) != len(bands):
        yield "各档应写上限、下限，从高到低不重叠", "bands need falling upper and lower limits"
        return
    for name, (high, low) in bands:
        if high < low or low < 0:
            yield f"“{name}”的上限{high}、下限{low}有误", f"{name}: {high} to {low} is no band"
    for (upper, (_, low)), (lower, (high, _)) in pairwise(bands):
        if low < high:
            yield (
                f"各档应从高到低不重叠，“{upper}”的下限{low}低于“{lower}”的上限{high}",
                f"bands must fall and not overlap: {upper} ends at {low}, {lower} begins at {high}",
            )


def _steps(value: Any) -> Iterator[tuple[str, str]]:
    """Pairs of a lower limit and the points from there on, of ten."""
    rows = value if isinstance(value, tuple) else ()
    pairs = [r for r in rows if isinstance(r, tuple) and len(r) == 2 and all(isinstance(n, Decimal) for n in r)]
    if not pairs or len(pairs) != len(rows):
        yield "每一档应写下限和得分两个数", "every step needs a lower limit and points"
        return
    for least, points in pairs:
        if least < 0 or not 0 <= points <= _TEN:
            yield (
                f"下限{least}、得分{points}有误，得分应在0到10之间",
                f"step {least}, {points}: points should be from 0 to 10",
            )
    for (least, points), (below, fewer) in pairwise(pairs):
        if least <= below or points < fewer:
            yield (
                f"各档应从高到低，{least}（{points}分）之后是{below}（{fewer}分）",
                f"steps must fall: {below} ({fewer}) follows {least} ({points})",
            )


def _patterns(value: Any) -> Iterator[tuple[str, str]]:
    for expression in value if isinstance(value, tuple) else ():
        try:
            re.compile(f"(?:{expression})")
        except re.error as error:
            yield f"表达式 {expression} 有误：{error}", f"{expression}: {error}"


def _lights(value: Any) -> Iterator[tuple[str, str]]:
    for word, light in value.items() if isinstance(value, Mapping) else ():
        if light not in LIGHTS:
            yield f"“{word}”的灯 {_said(light)} 不认识，可用：{'、'.join(LIGHTS)}", f"{word}: no light {_said(light)}"


def _choice(value: Any, field: str, allowed: Sequence[str]) -> Iterator[tuple[str, str]]:
    said = value.get(field) if isinstance(value, Mapping) else None
    if said is None and field in _OPTIONAL:
        return
    if said not in allowed:
        yield (
            f"{field} 为 {_said(said)}，程序不认识；可用：{'、'.join(allowed)}",
            f"{field} is {_said(said)}; there is {', '.join(allowed)}",
        )


def _points(value: Any, field: str) -> Iterator[tuple[str, str]]:
    said = value.get(field) if isinstance(value, Mapping) else None
    if not isinstance(said, Decimal) or said < 0:
        yield (
            f"{field} 应为不小于0的数，现为 {_said(said)}",
            f"{field} should be a number not below 0, not {_said(said)}",
        )


def _whole(value: Any, field: str, most: int) -> bool:
    said = value.get(field) if isinstance(value, Mapping) else None
    return isinstance(said, Decimal) and said == said.to_integral_value() and 0 <= said <= most


def _said(value: Any) -> str:
    return "空" if value is None else f"“{value}”"


def check_together(pack: Any) -> None:
    """Values of all layers of a pack that have to go together, on every day on which one of them begins.

    Raises:
        PackError: the points of execution differ between two entries, or a way of scoring lacks what it needs; both
            layers are named.
    """
    for on in _days(pack):
        weights, execution = pack.find("self_evaluation.weights", on), pack.find("self_evaluation.execution", on)
        share = weights.value.get("execution") if weights else None
        if share is not None and execution and share != execution.value["points"]:
            raise PackError(
                weights.file, weights.key,
                f"执行率 {share} 分，而 {execution.file} 的 {execution.key} 是 {execution.value['points']} 分，两处应一致",
                f"gives execution {share} points, {execution.key} of {execution.file} {execution.value['points']}",
            )  # fmt: skip
        scoring = pack.find("self_evaluation.quantitative", on)
        if scoring and scoring.value["below"] == "pass_line" and not pack.find("self_evaluation.pass_line_percent", on):
            raise PackError(
                scoring.file, scoring.key, "按及格线赋分（below = pass_line），却没有 self_evaluation.pass_line_percent",
                "scores by a pass line, and there is no self_evaluation.pass_line_percent",
            )  # fmt: skip


def _days(pack: Any) -> list[datetime.date]:
    """The days on which something of the scoring begins, in any layer, and the first one at all."""
    days, layer = {datetime.date(2020, 2, 25)}, pack
    while layer is not None:
        for key, versions in layer.entries.items():
            if key.startswith("self_evaluation."):
                days |= {entry.starts for entry in versions if entry.starts}
        layer = layer.base
    return sorted(days)

"""Figures that run together: `628` is 62 and 8 where the row's full points are 8; what cannot be told is not told."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hengji.model.finding import Finding
from hengji.reading.faults import DAMAGED
from hengji.reading.stream_cells import Token
from hengji.reading.stream_rows import Draft

_RUN = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_RATE = re.compile("2([1-9][0-9]?(?:\\.[0-9]+)?|100)\\s*(?:%|％|百分比)")
_ASKED = re.compile("[（(]([≥≤＞＜><])\\*+[^（()）]*[)）]")  # 培训人数（≥**人）
_FIGURE = re.compile("2([1-9][0-9.]*[^0-9].*)")
_AMOUNT = re.compile(r"[^0-9]{0,8}([0-9]+(?:\.[0-9]+)?)")


def cut_runs(found: Sequence[Draft], roles: Sequence[str]) -> list[Draft]:
    """Cut the points off an actual value they run together with; the rows in which figures run together.

    Only where the row's own full points, or its target, tell where to cut. All such rows have confidence low.
    """
    run_on: list[Draft] = []
    if "points" not in roles:
        return run_on
    for draft in found:
        actual, points = draft.cells.get("actual"), draft.cells.get("points")
        if points is not None:
            if _part_points(draft, roles):
                run_on.append(draft)
            continue
        if actual is None:
            if _RUN.fullmatch(draft.text("annual_target") or "") is None and "." not in (
                draft.text("annual_target") or ""
            ):
                continue
            if "actual" in roles and "max_points" in roles and "max_points" not in draft.cells:
                draft.confidence = "low"
                run_on.append(draft)
            continue
        if not _RUN.fullmatch(actual.text):
            continue
        stop = _cut(actual.text, draft)
        draft.confidence = "low"
        run_on.append(draft)
        if stop:
            draft.cells["actual"] = Token(actual.text[:stop], actual.start, actual.start + stop)
            draft.cells["points"] = Token(actual.text[stop:], actual.start + stop, actual.end)
    return run_on


def _part_points(draft: Draft, roles: Sequence[str]) -> bool:
    """Cut the full points off the value behind them (`128次` is 12 and 8次), where the row's points are the same."""
    if "max_points" not in roles or "max_points" in draft.cells:
        return False
    behind = roles[roles.index("max_points") + 1 : roles.index("max_points") + 2]
    points = (draft.text("points") or "").removesuffix("分")
    value = draft.cells.get(behind[0]) if behind else None
    if (
        value is None
        or behind[0] == "points"
        or not value.text.startswith(points)
        or not value.text[len(points) : len(points) + 1].isdigit()
    ):
        return False
    cut = len(points)
    draft.cells["max_points"] = Token(value.text[:cut], value.start, value.start + cut)
    draft.cells[behind[0]] = Token(value.text[cut:], value.start + cut, value.end)
    draft.confidence = "low"
    return True


def _cut(run: str, draft: Draft) -> int | None:
    """Where points begin in a run of figures."""
    full = draft.text("max_points")
    if full and run.endswith(full) and len(run) > len(full):
        return len(run) - len(full)
    target = _AMOUNT.match(draft.text("annual_target") or "")
    if target and run.startswith(target[1]) and 0 < len(run) - len(target[1]) <= 4:
        return len(target[1])
    return None


def run_on(draft: Draft) -> Finding:
    """R07 for figures of several columns that run together."""
    token = draft.cells.get("actual") or draft.cells["annual_target"]
    name = _name(draft)
    return DAMAGED.at(
        token.place,
        f"指标“{name}”一行的数字连在一起，完成值、分值、得分的界线靠推断或无法判断。请对照原件。",
        f"Figures of indicator {name!r} run together; where one ends was inferred or cannot be told. Check the original.",
    )


def doubtful_signs(found: Sequence[Draft]) -> list[tuple[Draft, str]]:
    """Values in which a sign was recognised as a digit (290% for ≥90%), each with what it may have been.

    Marked, never corrected: a rate of 200 to 2100 percent, or a bare figure where the name itself asks for a sign.
    """
    doubtful: list[tuple[Draft, str]] = []
    for draft in found:
        value = draft.text("annual_target") or ""
        rate = _RATE.fullmatch(value)
        asked = _ASKED.search(_name(draft))
        if rate and float(rate[1]) <= 100:
            doubtful.append((draft, f"≥{value[1:]}"))
        elif asked and (figure := _FIGURE.fullmatch(value)):
            doubtful.append((draft, f"{asked[1]}{figure[1]}"))
        else:
            continue
        draft.confidence = "low"
    return doubtful


def sign_as_digit(draft: Draft, said: str) -> Finding:
    """R07 for a value whose first digit may have been a sign."""
    token = draft.cells["annual_target"]
    return DAMAGED.at(
        token.place,
        f"指标“{_name(draft)}”的值“{token.text}”首位数字像是符号识别错了，可能原为“{said}”，也可能就是“{token.text}”。保留原样，请对照原件。",
        f"The first digit of {token.text!r} may be a misread sign: {said!r} or as it stands. Kept; check the original.",
    )


def _name(draft: Draft) -> str:
    token = draft.cells.get("name") or draft.cells.get("left_name")
    return token.text if token else ""

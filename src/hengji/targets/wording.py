"""Productions for a stretch without amounts, in this order: reference, deadline, deliverable, state, trend, quality words.

The order matters: 按时提供监测报告 is a deadline before it is a deliverable, 控制在预算内 a reference before a state.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from hengji.model.target import Clause, Per, Span, TargetKind
from hengji.model.units import PERIODS
from hengji.targets import lexicon as words
from hengji.targets.amounts import SIGN_OF as OPERATORS_OF
from hengji.targets.piece import Found, Piece, clause

_EDGE = ' ,:、。;"“”'
_IN_TIME = re.compile(
    "^(?:在|于)(?P<ref>[^,;。]{0,30}(?:时间|时限|期限|工期|进度|节点|要求|计划|周期|预算年度))(?:之?内|以内|前|之前)?(?P<rest>.*)$"
)
_BARE_TERM = 24
_AND = re.compile("(?:并且|并|且|以及|同时)(?=.{2})")
# What must be somewhere in a text before a costly pattern is tried on it.
_COMPARED, _REACHED, _LIMITED = frozenset("上去往计"), frozenset("通取获"), frozenset("预概批计限标定")
_RUNNING, _REFERRING = frozenset("常行转好稳畅间候待值专完到休洁序覆衔7"), frozenset("按照依据根遵符满执贯落达以循参比")
_PARTED = re.compile("[,;。]")
_LEADS = re.compile("^(?:且|并|已|均|都|应|须|必须|要|能够?|可|做到|实现|确保|保证|保障|力争)+")


def wording(piece: Piece) -> Found:
    """The clauses of a stretch of words; there is always one, in the last resort prose as a quality nobody can check."""
    start, end = _stripped(piece)
    lead = _AND.match(piece.text, start, end)
    if lead and lead.end() == end:
        lead = None  # nothing but the conjunction: it is the prose itself
    if lead:
        start = lead.end()
    text = piece.text[start:end]
    for read in (
        _achieved,
        _recurring,
        _against,
        _in_time,
        _budget,
        _timely,
        _referred,
        _event,
        _deliver,
        _state,
        _trend,
        _quality,
    ):
        found = read(text, start, piece)
        if found is not None:
            break
    else:
        found = _whole(TargetKind.QUALITATIVE, "prose", text, start, term=text)
    if lead:
        found.spans.append(Span(lead.start(), start, "and"))
    return found


def unread(piece: Piece) -> Found:
    """A stretch with a figure that no production explains: no term is made of it, all of it stays leftover."""
    return Found([clause(TargetKind.QUALITATIVE)], [])


def _stripped(piece: Piece) -> tuple[int, int]:
    start, end = piece.start, piece.end
    while start < end and piece.text[start] in _EDGE:
        start += 1
    while end > start and piece.text[end - 1] in _EDGE:
        end -= 1
    return start, end


def _whole(kind: TargetKind, production: str, text: str, start: int, **fields: Any) -> Found:
    """One clause that accounts for the whole stretch."""
    return Found([clause(kind, **fields)], [Span(start, start + len(text), production)])


def _achieved(text: str, start: int, piece: Piece) -> Found | None:
    if words.ACHIEVED.fullmatch(text):
        return _whole(TargetKind.QUALITATIVE, "achieved", text, start, term=text)
    return None


def _recurring(text: str, start: int, piece: Piece) -> Found | None:
    """A day that comes again (每月10日前, 每季度末), or once in every period without a figure (按季度报送)."""
    if not text.startswith(("每", "按")):
        return None
    match = words.RECURRING_DAY.match(text)
    if match is not None:
        per = Per(1, PERIODS[match["of"]])
        rest = text[match.end() :].strip(_EDGE)
        return _whole(TargetKind.DEADLINE, "recurring day", text, start, mode="by", per=per, ref=match[0], action=rest)
    match = words.EVERY_PERIOD.match(text)
    if match is None:
        return None
    rest = text[match.end() :].strip(_EDGE)
    return _whole(
        TargetKind.FREQUENCY, "every period", text, start,
        op="==", op_implicit=True, number=Decimal(1), number_implicit=True, per=Per(1, PERIODS[match["of"]]), action=rest,
    )  # fmt: skip


def _against(text: str, start: int, piece: Piece) -> Found | None:
    """Not below last year: a trend whose comparator is written; 零投诉: none at all."""
    match = words.AGAINST.fullmatch(text) if not _COMPARED.isdisjoint(text) else None
    if match is not None:
        op = OPERATORS_OF.get(match["op"], "==")
        baseline = (
            "plan" if "计划" in match["base"] else "previous period" if "期" in match["base"] else "previous year"
        )
        direction = {">": "up", "<": "down"}.get(op, "keep")
        return _whole(
            TargetKind.TREND,
            "against a baseline",
            text,
            start,
            op=op,
            direction=direction,
            baseline=baseline,
            metric=match["metric"],
        )
    match = words.ZERO.fullmatch(text)
    if match is None:
        return None
    return _whole(
        TargetKind.COUNT, "none at all", text, start, op="==", number=Decimal(0), dim="count", object=match["object"]
    )


def _budget(text: str, start: int, piece: Piece) -> Found | None:
    """Not above the budget: the figure is in the same form."""
    match = words.WITHIN_BUDGET.search(text) if not _LIMITED.isdisjoint(text) else None
    if match is None or match.start() > 12 or len(text) - match.end() > 8:
        return None
    return _whole(
        TargetKind.REFERENCE, "within budget", text, start,
        op="<=", ref=match["ref"], ref_type="plan", metric=text[: match.start()].strip(_EDGE),
    )  # fmt: skip


def _in_time(text: str, start: int, piece: Piece) -> Found | None:
    match = _IN_TIME.match(text) if text.startswith(("在", "于")) else None
    if match is None or not (words.TIME_REFERENCE.search(match["ref"]) or "计划" in match["ref"]):
        return None
    return _whole(
        TargetKind.DEADLINE, "in time", text, start,
        mode="reference", ref=match["ref"], ref_type="schedule", action=match["rest"].strip(_EDGE),
    )  # fmt: skip


def _timely(text: str, start: int, piece: Piece) -> Found | None:
    match = words.TIMELY.search(text)
    if match is None or match.start() > 12 or (words.TREND.search(text) and len(text) > 12):
        return None
    if text[: match.start()].endswith(("、", "高效", "安全")) or text[match.end() :].startswith(("、", "性强")):
        return None  # 安全、及时、高效 is praise, no term
    rest = (text[: match.start()] + text[match.end() :]).strip(_EDGE)
    return _whole(TargetKind.DEADLINE, "timely", text, start, mode="reference", ref=match["ref"], action=rest)


def _referred(text: str, start: int, piece: Piece) -> Found | None:
    """按…合同, 符合…标准: defined in another paper. A reference to a schedule with something to finish is a deadline."""
    match = words.REFERENCE.search(text) if not _REFERRING.isdisjoint(text) else None
    if match is None or match.start() > 16:
        return None
    ref = match["ref"].strip(_EDGE)
    head, rest = text[: match.start()], text[match.end() :]
    if match["lead"].endswith(("达到", "以")) and not re.search("标准|要求|规定|《", ref):
        return None
    ref_type = next((name for name, pattern in words.REF_TYPES if pattern.search(ref)), "external")
    fields: dict[str, Any] = {"ref": ref, "ref_type": ref_type, "object": head.strip(_EDGE)}
    event = words.EVENT.match(rest.strip(_EDGE))
    if event and rest.strip(_EDGE):
        found = Found([clause(TargetKind.REFERENCE, **fields)], [Span(start, start + len(text), "reference")], "and")
        found.clauses.append(_event_clause(event))
        return found
    timed = words.TIME_REFERENCE.search(ref) and ("周期" not in ref)
    if timed and (rest.strip(_EDGE) or piece.hints.timed):
        del fields["object"]
        return _whole(
            TargetKind.DEADLINE, "scheduled", text, start, mode="reference", action=(head + rest).strip(_EDGE), **fields
        )
    fields["action"] = rest.strip(_EDGE)
    fields["deferred"] = bool(words.DEFERRED.search(text)) or None
    return _whole(TargetKind.REFERENCE, "reference", text, start, **fields)


def _event(text: str, start: int, piece: Piece) -> Found | None:
    match = words.EVENT.match(text) if not _REACHED.isdisjoint(text) else None
    if match is None or len(text) - match.end() > 6:
        return None
    return Found([_event_clause(match)], [Span(start, start + len(text), "event")])


def _event_clause(match: re.Match[str]) -> Clause:
    kind = "publication" if words.PUBLISHED.search(match["what"]) else (
        "acceptance" if match["what"] in ("验收", "评审", "审核", "审查", "论证", "鉴定", "评估", "考核") else "approval"
    )  # fmt: skip
    return clause(
        TargetKind.DELIVERABLE, event=match["event"], event_type=kind, object=match["subject"].strip(_EDGE),
        number_implicit=True,
    )  # fmt: skip


def _deliver(text: str, start: int, piece: Piece) -> Found | None:
    """提交、完成、形成 …: one thing to make. A purpose behind a comma is kept and never checked."""
    lead = _LEADS.match(text)
    at = lead.end() if lead else 0
    prefix = re.match("为[^,;。]{4,40}?(?=建立|建成|形成|编制|搭建|构建)", text[at:])
    purpose = prefix[0] if prefix else None
    at += prefix.end() if prefix else 0
    match = words.DELIVER.match(text, at)
    if match is None or re.match("了?[^,;。]{0,16}(?:有力|良好|坚实|保障$|支撑$|服务作用)", match["object"]):
        return None
    if words.DIRECTION.search(match["object"]) and words.TREND.search(match["object"]):
        return None
    rest = text[match.end() :].strip(_EDGE)
    if rest and not words.PURPOSE.match(rest) and not re.match("[^,;。]{0,12}$", rest):
        return None
    return _whole(
        TargetKind.DELIVERABLE, "deliverable", text, start,
        action=match["action"], object=match["object"].strip(_EDGE), purpose=rest or purpose, number_implicit=True,
    )  # fmt: skip


def _state(text: str, start: int, piece: Piece) -> Found | None:
    match = words.STATE.search(text) if not _RUNNING.isdisjoint(text) else None
    if (
        match is None
        or match.start() > 30
        or _PARTED.search(text, 0, match.start())
        or len(text) - match.end() > 10
        or (words.TREND.search(text) and words.DIRECTION.search(text))
    ):
        match = words.NONE_OF.fullmatch(text)
        if match is None:
            return None
    coverage = re.search("全年|全天候|长期|不间断|全覆盖", text)
    return _whole(TargetKind.STATE, "state", text, start, state=text, coverage=coverage[0] if coverage else None)


def _trend(text: str, start: int, piece: Piece) -> Found | None:
    direction = words.DIRECTION.search(text)
    baseline = next((name for pattern, name in words.BASELINE if pattern.search(text)), None)
    step = words.TREND.search(text)
    if direction is None or not (step or baseline) or len(text) > 40:
        return None
    degree = words.DEGREE.search(text)
    metric = text[: min(direction.start(), step.start() if step else len(text))].strip(_EDGE)
    return _whole(
        TargetKind.TREND, "trend", text, start,
        direction=direction.lastgroup, baseline=baseline, degree=step[0] if step else degree and degree[0],
        metric=metric if len(metric) > 2 else None,
    )  # fmt: skip


def _quality(text: str, start: int, piece: Piece) -> Found | None:
    if len(text) > _BARE_TERM or words.FRACTION.search(text):
        return None
    direction = words.DIRECTION.search(text)
    degree = words.DEGREE.search(text)
    return _whole(
        TargetKind.QUALITATIVE, "quality words", text, start,
        term=text, direction=direction.lastgroup if direction else None, degree=degree[0] if degree else None,
    )  # fmt: skip

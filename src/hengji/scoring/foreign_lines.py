"""Line by line: points against what the reported value earns (S01 S03 S08 S14), and the value itself (S05 S06 S07 S13 S21)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from hengji.model.finding import Finding, Severity
from hengji.model.table import Indicator, Project
from hengji.model.target import Clause, TargetKind, TargetReading
from hengji.model.units import Dimension, dimension_of
from hengji.scoring.fair import Fair, fair, within
from hengji.scoring.reported import Reported, last_half, other_measure, printed, reported
from hengji.scoring.rules import HUNDRED, Rules
from hengji.scoring.self_faults import FAULTS
from hengji.scoring.self_limits import Limits
from hengji.targets import read_target

_COUNTED = (TargetKind.COUNT, TargetKind.THRESHOLD, TargetKind.APPROX, TargetKind.RANGE)
_PEOPLE = "【由经办人填写】"
_HALF_PERCENT, _TENTH = Decimal("0.005"), Decimal("0.1")


class Reviewed(NamedTuple):
    """A line with what it reports, what that may earn, and its weight and points as printed."""

    indicator: Indicator
    target: TargetReading | None
    actual: Reported | None
    fair: Fair | None
    weight: Decimal | None
    points: Decimal | None

    @property
    def missed(self) -> bool:
        """Whether the target is certainly not met."""
        return self.fair is not None and self.fair.met is False


def reviewed(
    project: Project, rules: Rules, limits: Limits, tolerance: Decimal, year: int | None
) -> tuple[Reviewed, ...]:
    """The lines of a project, read."""
    found = []
    for indicator in project.indicators:
        text = indicator.annual_target or indicator.whole_term_target
        target = read_target(text, indicator.name, year) if text else None
        actual = reported(indicator, limits, year)
        may = fair(indicator, target, actual, rules, limits, tolerance=tolerance) if target and actual else None
        found.append(Reviewed(indicator, target, actual, may, printed(indicator.max_points), printed(indicator.points)))
    return tuple(found)


def line_findings(
    number: int, lines: Sequence[Reviewed], rules: Rules, limits: Limits, *, reasons_read: bool
) -> Iterator[Finding]:
    """What is wrong in the lines of one project; `number` is the project's place in the table."""
    filled = any(line.actual for line in lines)
    for line in lines:
        yield from _points(number, line, rules, limits)
        yield from _value(number, line, limits, filled=filled)
        yield from _reason(number, line, limits, reasons_read=reasons_read)
    signs = [line for line in lines if line.actual and line.actual.with_sign and _is_number(line.target)]
    if signs:
        listed = "、".join(str(line.indicator.number) for line in signs)
        yield FAULTS["S05"].at(
            signs[0].indicator.place_of("actual"),
            f"项目{number}第{listed}项的实际完成值带着“≥”等符号，是条件不是数（如“{_text(signs[0])}”），看不出实际完成多少。"
            "请填写实际数。",
            f"Project {number}, indicators {listed}: the actual value is a condition with a sign, not a number. Give "
            "the number itself.",
            severity=Severity.INFO, on=(number, signs[0].indicator.number),
        )  # fmt: skip


def _points(number: int, line: Reviewed, rules: Rules, limits: Limits) -> Iterator[Finding]:
    weight, points, may = line.weight, line.points, line.fair
    if points is None or weight is None:
        return
    where = (number, line.indicator.number)
    place = line.indicator.place_of("points")
    said, en = _said(number, line), f"Project {number}, indicator {line.indicator.number}"
    cites = rules.cites("quantitative")
    if points > weight or points < 0:
        yield FAULTS["S01"].at(
            place, f"{said}得分 {points:f} 不在 0 到分值 {weight:f} 之间。请按规则重新计分。",
            f"{en}: points {points:f} are not between 0 and {weight:f}.", cites=cites, on=where,
        )  # fmt: skip
        return
    if line.actual is not None and line.actual.word == "not_applicable":
        if points == weight > 0:
            yield FAULTS["S21"].at(
                place,
                f"{said}实际完成值为“{_text(line)}”，却计了满分 {points:f}。不适用的指标应除外，其余按比例换算到100分。",
                f"{en} does not apply and still has full points; leave it out and rescale the rest to 100.", on=where,
            )  # fmt: skip
        return
    if may is None or weight == 0:
        return
    fits = within(points, weight, may.spans, last_half(points))
    # 2.996 of 3 points is 3.00 to two decimals; a whole 3 for a missed target is worth a question.
    in_full = points == weight and not (fits and may.band is None and last_half(points) < _TENTH)
    if may.met is False and in_full:
        yield FAULTS["S03"].at(
            place,
            f"{said}指标值“{_target(line)}”，实际完成“{_text(line)}”，没有达到，却得满分 {points:f}。{_due(may, weight)}请改正得分。",
            f"{en}: target {_target(line)}, actual {_text(line)}: missed, and still full points.",
            severity=Severity.WARNING if fits and may.band is None else None, cites=cites, on=where,
        )  # fmt: skip
        if may.wrong_way is not None and not fits:
            yield _wrong_way(number, line, Severity.WARNING)
    elif may.wrong_way is not None and may.met is None and points == weight:
        yield _wrong_way(number, line, Severity.INFO)
    elif fits:
        if may.at_the_limit and points == weight:
            yield FAULTS["S03"].at(
                place,
                f"{said}指标值“{_target(line)}”，实际恰为“{_text(line)}”，严格说没有超过界限；按比例仍得满分。"
                "如本意包含界限，请在指标值中写“≥”或“≤”。",
                f"{en}: the actual value is exactly the limit of a strict sign; by ratio it still earns all points.",
                severity=Severity.INFO, on=where,
            )  # fmt: skip
    elif may.wrong_way is not None and may.met and abs(points - may.wrong_way * weight) <= last_half(points):
        yield _wrong_way(number, line, None)
    elif may.band is not None:
        low, high = may.spans[0].low * weight, may.spans[0].high * weight
        yield FAULTS["S08"].at(
            place,
            f"{said}实际完成值为“{_text(line)}”，该档得分应在 {_plain(low)} 至 {_plain(high)} 之间，填的是 {points:f}。请改正得分或完成情况。",
            f"{en}: “{_text(line)}” earns {_plain(low)} to {_plain(high)} points, {points:f} are given.",
            cites=rules.cites("qualitative_bands"), on=where,
        )  # fmt: skip
    else:
        most = max(span.high for span in may.spans) * weight
        # 86 of 96 is 89.58 %: a form that rounds it to 90 % first comes to points a little off the rule's.
        by_rate = within(points, weight, may.spans, last_half(points) + weight * _HALF_PERCENT)
        severity = Severity.INFO if by_rate else None if points > most else Severity.WARNING
        yield FAULTS["S01"].at(
            place,
            f"{said}指标值“{_target(line)}”，实际完成“{_text(line)}”，{_due(may, weight)}填的是 {points:f}"
            + ("，像是按取整后的完成率算的。请按未取整的数计分。" if by_rate else "。请按规则重新计分。"),
            f"{en}: target {_target(line)}, actual {_text(line)}: {points:f} points are not those of the rule"
            + (" (the rate seems to have been rounded first)." if by_rate else "."),
            severity=severity, cites=cites, on=where,
        )  # fmt: skip


def _wrong_way(number: int, line: Reviewed, severity: Severity | None) -> Finding:
    sure = severity is not Severity.INFO
    direction = "越少越好" if sure else "多不一定好"
    return FAULTS["S14"].at(
        line.indicator.place_of("points"),
        f"{_said(number, line)}{direction}，指标值“{_target(line)}”，实际“{_text(line)}”，得分 {line.points:f} 像是按越多越好计的。"
        + ("请按反向指标计分。" if sure else "请确认方向；是反向指标的，请在指标值中写“≤”并重新计分。"),
        f"Project {number}, indicator {line.indicator.number}: "
        + ("less is better here" if sure else "more may not be better here")
        + ", and the points look as if more were.",
        severity=severity, on=(number, line.indicator.number),
    )  # fmt: skip


def _value(number: int, line: Reviewed, limits: Limits, *, filled: bool) -> Iterator[Finding]:
    """S05 and S13: an actual value that is missing, of another kind or unit, or cannot be."""
    indicator, actual = line.indicator, line.actual
    where = (number, indicator.number)
    place = indicator.place_of("actual")
    said, en = _said(number, line), f"Project {number}, indicator {indicator.number}"
    if actual is None:
        if filled and line.points and line.target is not None:
            yield FAULTS["S05"].at(
                place, f"{said}没有实际完成值，却有得分 {line.points:f}。请补上实际完成值，没有就不计分。",
                f"{en}: points without an actual value.", on=where,
            )  # fmt: skip
        return
    if actual.copied or line.target is None:
        return
    if _is_number(line.target) and actual.word in ("reached", "partly", "missed"):
        yield FAULTS["S05"].at(
            place, f"{said}指标值“{_target(line)}”是数，实际完成值“{_text(line)}”不是数，无法核对。请填写实际数。",
            f"{en}: the target {_target(line)} is a number, the actual value {_text(line)} is none.", on=where,
        )  # fmt: skip
    elif _is_number(line.target) and actual.clause and other_measure(line.target.clauses[0], actual.clause):
        yield FAULTS["S05"].at(
            place, f"{said}指标值“{_target(line)}”与实际完成值“{_text(line)}”单位不同，无法比较。请统一计量单位。",
            f"{en}: target {_target(line)} and actual {_text(line)} have different units.", on=where,
        )  # fmt: skip
    impossible = _impossible(line, actual, limits)
    if impossible:
        yield FAULTS["S13"].at(
            place, f"{said}实际完成值“{_text(line)}”不可能：{impossible[0]}。请核对。",
            f"{en}: the actual value {_text(line)} cannot be: {impossible[1]}.", on=where,
        )  # fmt: skip


def _impossible(line: Reviewed, actual: Reported, limits: Limits) -> tuple[str, str] | None:
    clause, target = actual.clause, line.target
    wanted = target.clauses[0] if target and target.clauses else None
    if clause is not None and clause.number is not None:
        name = line.indicator.name.rstrip("）)】]")
        share = any(word in name for word in limits.words["shares"]) and "增" not in name and "提高" not in name
        percent = "%" in (clause.unit, None if clause.unit else wanted.unit if wanted else None)
        if share and percent and clause.number > HUNDRED:
            return "比率超过100%", "a share of over 100 %"
        whole = clause.unit in _WHOLE and not clause.scale and "均" not in name
        if whole and clause.number != clause.number.to_integral_value():
            return "件数不是整数", "a count that is not whole"
        if clause.number < 0 and dimension_of(clause.unit) is Dimension.COUNT:
            return "件数小于零", "a count below zero"
    if wanted is not None and wanted.start and not wanted.start.startswith("--"):
        said = actual.reading.clauses[0] if len(actual.reading.clauses) == 1 else None
        if said is not None and said.by and not said.by.startswith("--") and said.by < wanted.start:
            return "日期早于开始日期", "a day before the start"
    return None


def _reason(number: int, line: Reviewed, limits: Limits, *, reasons_read: bool) -> Iterator[Finding]:
    """S06 and S07: a deviation without a word about it; milder where no column of reasons was read at all."""
    if given(line, limits) or line.actual is None:
        return
    where = (number, line.indicator.number)
    place = line.indicator.place_of("variance_reason")
    said, en = _said(number, line), f"Project {number}, indicator {line.indicator.number}"
    unread = "" if reasons_read else "（文件中没有读到偏差原因一栏）"
    if line.missed:
        yield FAULTS["S07"].at(
            place,
            f"{said}指标值“{_target(line)}”，实际完成“{_text(line)}”，没有达到，也没有写偏差原因和改进措施{unread}。请补充。",
            f"{en}: target {_target(line)}, actual {_text(line)}: missed, and no reason is given.",
            severity=None if reasons_read else Severity.INFO, suggestion=f"原因：{_PEOPLE}；改进措施：{_PEOPLE}", on=where,
        )  # fmt: skip
        return
    over = line.fair.over if line.fair else None
    if over is None or over <= limits.numbers["over_achievement_percent"]:
        return
    far = over > limits.numbers["over_achievement_reason_percent"]
    yield FAULTS["S06"].at(
        place,
        f"{said}指标值“{_target(line)}”，实际完成“{_text(line)}”，为指标值的 {over:.1f}%，没有说明{unread}。"
        "请说明原因；指标值明显偏低的，应按偏离程度调减得分，下年度合理设定。",
        f"{en}: {over:.1f} % of the target was done and nothing explains it.",
        severity=None if far and reasons_read else Severity.INFO, cites=limits.cites("over_achievement_percent"), on=where,
    )  # fmt: skip


def given(line: Reviewed, limits: Limits) -> bool:
    """Whether a reason is given that says anything."""
    text = (line.indicator.variance_reason or "").strip("。 \n")
    return bool(text) and text not in limits.words["no_reason"]


def _is_number(target: TargetReading | None) -> bool:
    """Whether a target is one number of things or a share; a length of time is commonly answered in words."""
    if target is None or len(target.clauses) != 1 or target.leftover:
        return False
    clause: Clause = target.clauses[0]
    return clause.kind in _COUNTED and clause.number is not None and clause.dim != Dimension.DURATION


def _due(may: Fair, weight: Decimal) -> str:
    """What the line should have, in words."""
    said = "、".join(dict.fromkeys(
        _plain(s.low * weight) if s.low == s.high else f"{_plain(s.low * weight)}至{_plain(s.high * weight)}" for s in may.spans
    ))  # fmt: skip
    return f"按规则（{may.formula}）应为 {said} 分，" if may.formula and said else ""


def _said(number: int, line: Reviewed) -> str:
    return f"项目{number}第{line.indicator.number}项“{line.indicator.name}”："


def _target(line: Reviewed) -> str:
    return line.indicator.annual_target or line.indicator.whole_term_target or ""


def _text(line: Reviewed) -> str:
    return line.actual.text if line.actual else ""


def _plain(number: Decimal) -> str:
    text = f"{number:.2f}"
    return text.rstrip("0").rstrip(".")


_WHOLE = frozenset(
    [
        "个",
        "件",
        "家",
        "户",
        "人",
        "名",
        "次",
        "人次",
        "份",
        "台",
        "辆",
        "套",
        "座",
        "所",
        "起",
        "场",
        "场次",
        "期",
        "批",
        "批次",
        "艘",
        "册",
        "本",
        "项",
        "宗",
        "只",
        "头",
        "株",
        "棵",
        "处",
    ]
)

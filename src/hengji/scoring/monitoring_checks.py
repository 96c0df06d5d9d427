"""M01…M10: what does not go together in a monitoring, from the figures, from what people wrote, from the month before.

`CHECKS` is the catalogue for `hengji explain` and the manual. A check whose material was not handed in is not passed
in silence: M00 names it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from hengji.model.binding import Actual
from hengji.model.evaluation import Evaluation, ExecutionScore, Light, Likelihood, Line, ProjectEvaluation
from hengji.model.fault import Fault
from hengji.model.finding import Citation, Finding, Severity
from hengji.model.table import Project
from hengji.scoring.forecast import MoneyOutlook
from hengji.scoring.given import Given, GivenLine, GivenMoney, written
from hengji.scoring.lights import Nature, Sight
from hengji.scoring.monitoring_law import Elapsed, MonitoringLaw, decimal, exact, plain

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_BLANK = re.compile(r"\s+")
_SIGN = re.compile("[≥≤<>＜＞]|不少于|不低于|不超过|大于|至少|以上|以内|约")

CHECKS = (
    Fault("M00", "没有检查的内容", Severity.INFO, "缺少材料、因此没有做的检查，不等于没有问题。",
          "Checks that were not made for want of material; that is not the same as nothing being wrong."),
    Fault("M01", "支出与产出脱节", Severity.WARNING, "钱花得多而产出少，或产出多而钱没有花，两者应大致同步。",
          "Much is spent and little done, or the reverse; money and results should move together."),
    Fault("M02", "亮红灯却全部“确定能”", Severity.ERROR, "各项指标都填“确定能”，而其中有红灯。",
          "Every indicator is said to be certain while one of them is red."),
    Fault("M03", "有偏差没有勾选原因", Severity.WARNING, "黄灯、红灯的指标须在五类原因中至少勾选一类。",
          "A yellow or red indicator needs at least one of the five causes."),
    Fault("M04", "勾选了原因没有说明", Severity.WARNING, "勾选了原因类别，还须写明具体原因。",
          "A cause was ticked and nothing was written about it."),
    Fault("M05", "把年度指标值抄成执行情况", Severity.WARNING, "执行情况与年度指标值一字不差，又没有记录支持。",
          "The value so far repeats the target word for word, and no record supports it."),
    Fault("M06", "完全不可能却没有申请调整", Severity.WARNING, "认定不可能完成的指标，应按程序申请调整目标。",
          "A target that cannot be reached needs a request for adjustment."),
    Fault("M07", "累计数比上次少", Severity.ERROR, "累计完成数和累计支出只会增加，比上次监控少说明有一次错了。",
          "What adds up cannot be less than at the monitoring before; one of the two is wrong."),
    Fault("M08", "指标值与批复的不一致", Severity.ERROR, "监控应使用批复的目标；改动须经批准。",
          "Monitoring uses the approved targets; changes need approval."),
    Fault("M09", "预算执行落后于时间进度", Severity.WARNING, "执行率比时间进度落后较多，又没有说明原因。",
          "Spending is well behind the calendar and nobody said why."),
    Fault("M10", "全年预计支出超过预算", Severity.WARNING, "全年预计执行数不应超过预算。",
          "The spending foreseen for the year is more than the budget."),
)  # fmt: skip
_BY_CODE = {c.code: c for c in CHECKS}


class Watched(NamedTuple):
    """A line with what it was made of."""

    line: Line
    sight: Sight
    actual: Actual
    output: bool


class WatchedProject(NamedTuple):
    """A project with what it was made of; `number` counts from 1."""

    number: int
    project: Project
    evaluation: ProjectEvaluation
    lines: tuple[Watched, ...]
    money: MoneyOutlook


def checked(
    projects: Sequence[WatchedProject], given: Given | None, previous: Evaluation | None, law: MonitoringLaw,
    elapsed: Elapsed,
) -> tuple[Finding, ...]:  # fmt: skip
    """Everything found, project by project in the table's order, and at the end what could not be checked."""
    found: list[Finding] = []
    before = {p.name: p for p in previous.projects} if previous else {}
    known = given or Given()
    for one in projects:
        found += _of_project(one, known, law, elapsed)
        for watched in one.lines:
            found += _of_line(one, watched, given, law, elapsed)
        if one.project.name in before:
            found += _fallen(one, before[one.project.name])
    return (*found, *_not_checked(projects, given, previous))


def _of_project(one: WatchedProject, given: Given, law: MonitoringLaw, elapsed: Elapsed) -> Iterator[Finding]:
    money = one.evaluation.execution
    done = completion_of(one.lines)
    spent = money.execution_rate
    if done is not None and spent is not None:
        apart = (spent >= law.high and done < law.low) or (done >= law.high and spent < law.low)
        if apart:
            yield _found(
                "M01", one, None, f"已支出 {decimal(Fraction(spent))}%，产出平均完成 {done}%，两者脱节。请核对是否提前付款、漏登产出或欠付款项，并说明。",
                f"{decimal(Fraction(spent))} % is spent while outputs are {done} % done. Look for early or late payments and "
                "unrecorded outputs, and explain.", law.cites("divergence"),
            )  # fmt: skip
    chances = [w.line.likelihood for w in one.lines if w.line.likelihood is not None]
    red = [str(w.line.number) for w in one.lines if w.line.light is Light.RED]
    if red and chances and all(c is Likelihood.CERTAIN for c in chances):
        yield _found(
            "M02", one, None, f"各项指标都填“{Likelihood.CERTAIN.value}”，而第{'、'.join(red)}项亮红灯。请逐项重新判断。",
            f"Every indicator is said to be certain while {', '.join(red)} is red. Judge them one by one.",
            law.cites("likelihood"),
        )  # fmt: skip
    yield from _of_money(one, money, given.of_money(one.project.name), law, elapsed)


def _of_money(
    one: WatchedProject, money: ExecutionScore, said: GivenMoney, law: MonitoringLaw, elapsed: Elapsed
) -> Iterator[Finding]:
    if money.execution_rate is not None:
        behind = elapsed.share * 100 - Fraction(money.execution_rate)
        if behind > exact(law.lag) and not written(said.reason):
            yield _found(
                "M09", one, None,
                f"截至{elapsed.zh}执行率 {decimal(Fraction(money.execution_rate))}%，时间进度 {decimal(elapsed.share * 100)}%，"
                f"落后 {decimal(behind)} 个百分点，没有说明。请说明原因，或调整用款计划。",
                f"{decimal(Fraction(money.execution_rate))} % is spent when {decimal(elapsed.share * 100)} % of the year is gone, "
                "unexplained. Say why, or change the plan of payments.", law.cites("execution_lag_points"),
            )  # fmt: skip
    budget = money.final_budget
    foreseen = said.forecast if said.forecast is not None else money.forecast
    if (
        budget is not None
        and foreseen is not None
        and foreseen > budget
        and (said.forecast is not None or one.money.beyond)
    ):
        yield _found(
            "M10", one, None,
            f"全年预计执行数 {plain(foreseen)} 超过预算 {plain(budget)}。请核对预计数，控制支出，或先办理预算调整。",
            f"{plain(foreseen)} is foreseen for the year, more than the budget of {plain(budget)}. Check it, hold spending, "
            "or have the budget adjusted first.", law.cites("forecast"),
        )  # fmt: skip


def completion_of(lines: Sequence[Watched]) -> Decimal | None:
    """How far the countable outputs of a project are, in percent, each at most whole; None where it has none."""
    shares = [
        min(max(Fraction(w.sight.value) / Fraction(w.sight.goals[0].needed), Fraction(0)), Fraction(1))
        for w in lines
        if w.output and w.sight.nature in (Nature.CUMULATIVE, Nature.ONE_OFF) and w.sight.value is not None
        and w.sight.goals[0].way == "up" and w.sight.goals[0].needed > 0
    ]  # fmt: skip
    return decimal(sum(shares, Fraction(0)) / len(shares) * 100) if shares else None


def _of_line(
    one: WatchedProject, watched: Watched, given: Given | None, law: MonitoringLaw, elapsed: Elapsed
) -> Iterator[Finding]:
    line, name = watched.line, one.project.name
    if given is None:
        return
    said = given.line(name, line.number)
    causes = [c for c in said.causes if c in law.causes]
    if line.light in (Light.YELLOW, Light.RED) and not causes:
        other = f"（所填“{'、'.join(said.causes)}”不在五类之中）" if said.causes else ""
        yield _found(
            "M03", one, line, f"亮{line.light.zh}灯，没有勾选偏差原因{other}。请在{'、'.join(law.causes)}中勾选。",
            f"is {line.light.value} and no cause is ticked. Tick one of the five.", law.cites("deviation_causes"),
        )  # fmt: skip
    if said.causes and not written(said.reason):
        yield _found(
            "M04", one, line, f"勾选了“{'、'.join(said.causes)}”，没有写原因说明。请写明具体原因。",
            "has a cause ticked and nothing written about it. Write down what happened.", law.cites("deviation_causes"),
        )  # fmt: skip
    if _copied(watched, said):
        yield _found(
            "M05", one, line, f"执行情况填“{said.actual}”，与年度指标值一字不差，又没有记录支持。请填截至{elapsed.zh}的实际数。",
            f"repeats its target as the value so far ({said.actual}), and no record supports it. Give the value as of the day.",
            law.cites("period"),
        )  # fmt: skip
    if line.likelihood is Likelihood.IMPOSSIBLE and not said.adjustment:
        yield _found(
            "M06", one, line, f"判断为“{Likelihood.IMPOSSIBLE.value}”，没有申请调整目标。请按程序申请调整，或重新判断。",
            "is said to be out of reach and no adjustment was requested. Request one, or judge again.",
            law.cites("likelihood"),
        )  # fmt: skip
    if given.approved is not None:
        approved = given.approved.get((name, line.number))
        differs = (name, line.number) not in given.approved or _same(approved) != _same(line.target)
        if differs and (name, line.number) in given.corrected:
            yield _found(
                "M08", one, line,
                f"指标值按“更正读错的内容”由“{approved or ''}”改为“{line.target or ''}”。请对照批复原件核对；如是调整，请改登经批准的调整。",
                f"has the target {line.target!r}, corrected from {approved!r} as misread. Compare it with the approved "
                "document; a change needs approval.", law.cites("period"), severity=Severity.WARNING,
            )  # fmt: skip
        elif differs:
            yield _found(
                "M08", one, line,
                f"指标值“{line.target or ''}”与批复的“{approved or '（没有这项指标）'}”不一致。请恢复批复的指标值，或补登批准调整的文件。",
                f"has the target {line.target!r}, the approved one is {approved!r}. Restore it, or record the approved change.",
                law.cites("period"),
            )  # fmt: skip


def _copied(watched: Watched, said: GivenLine) -> bool:
    """A number so far that is the target's own text, where records do not say the same."""
    if not written(said.actual) or not watched.line.target or not watched.sight.goals:
        return False
    if _same(said.actual) != _same(watched.line.target):
        return False
    if watched.actual.measure is not None and any(g.target == watched.actual.value for g in watched.sight.goals):
        return False
    # 100% may well be 100 % so far; a sign, or a year's count before the year is over, may not.
    return bool(_SIGN.search(said.actual or "")) or watched.sight.nature is Nature.CUMULATIVE


def _fallen(one: WatchedProject, before: ProjectEvaluation) -> Iterator[Finding]:
    earlier = {line.number: line for line in before.lines}
    for watched in one.lines:
        then = earlier.get(watched.line.number)
        value = number_in(then.actual) if then else None
        grows = watched.sight.nature in (Nature.CUMULATIVE, Nature.ONE_OFF)
        if grows and value is not None and watched.sight.value is not None and watched.sight.value < value and then:
            yield _found(
                "M07", one, watched.line, f"累计数 {watched.line.actual} 比上次监控的 {then.actual} 少。请核对是否有记录被作废或改了口径。",
                f"has {watched.line.actual}, less than {then.actual} at the monitoring before. See whether records were "
                "made void or the measure was changed.",
            )  # fmt: skip
    now, then_paid = one.evaluation.execution.outturn, before.execution.outturn
    if now is not None and then_paid is not None and now < then_paid:
        yield _found(
            "M07", one, None, f"累计支出 {plain(now)} 比上次监控的 {plain(then_paid)} 少。请核对退款或漏登的支付。",
            f"{plain(now)} is paid, less than {plain(then_paid)} at the monitoring before. Look for refunds or missing payments.",
        )  # fmt: skip


def number_in(text: str | None) -> Decimal | None:
    """The number that a printed value begins with."""
    match = _NUMBER.match(text) if text else None
    return Decimal(match[0]) if match else None


def _not_checked(
    projects: Sequence[WatchedProject], given: Given | None, previous: Evaluation | None
) -> Iterator[Finding]:
    zh, en = [], []
    if given is None:
        zh.append("M03、M04、M05、M06（还没有人填报原因、可能性和执行情况）")
        en.append("M03, M04, M05, M06 (nothing was given by people)")
    if given is None or given.approved is None:
        zh.append("M08（没有批复的指标值可比）")
        en.append("M08 (no approved targets to compare with)")
    if previous is None:
        zh.append("M07（没有本年上一次的监控）")
        en.append("M07 (no earlier monitoring of this year)")
    blind = [
        str(p.number)
        for p in projects
        if completion_of(p.lines) is None or p.evaluation.execution.execution_rate is None
    ]
    if blind:
        zh.append(f"项目{'、'.join(blind)}的M01（没有可以计数的产出或没有预算）")
        en.append(f"M01 of project {', '.join(blind)} (no countable output, or no budget)")
    if zh:
        check = _BY_CODE["M00"]
        yield Finding(
            check.code, check.severity, "没有检查：" + "；".join(zh) + "。", "Not checked: " + "; ".join(en) + "."
        )


def _found(
    code: str, one: WatchedProject, line: Line | None, zh: str, en: str, cites: tuple[Citation, ...] = (), *,
    severity: Severity | None = None,
) -> Finding:  # fmt: skip
    where_zh, where_en = f"项目{one.number}“{one.project.name}”", f"Project {one.number}: "
    place = one.project.place
    if line is not None:
        where_zh += f"第{line.number}项“{line.name}”"
        where_en = f"Indicator {line.number} of project {one.number} "
        place = next((i.place for i in one.project.indicators if i.number == line.number), place)
    return Finding(code, severity or _BY_CODE[code].severity, where_zh + zh, where_en + en, place, cites=cites, project=one.number,
                   indicator=line.number if line else None)  # fmt: skip


def _same(text: str | None) -> str:
    return _BLANK.sub("", text or "")

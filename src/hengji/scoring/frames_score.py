"""An evaluation by a frame of indicators: records answer what they can, people the rest with evidence, nobody nothing.

A line that waits has no points, and while one waits there is no total and no grade.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from hengji.model.evaluation import ExecutionScore, Line, ProjectEvaluation, Working
from hengji.model.finding import Finding
from hengji.scoring.frames import Frame, FrameLine
from hengji.scoring.frames_faults import found
from hengji.scoring.frames_measures import MEASURES, Answer, Basis
from hengji.scoring.rules import HUNDRED, Rules
from hengji.scoring.self_evaluation import grade_of

_NOTHING = Decimal(0)


class GivenLine(NamedTuple):
    """What a person gave for a line: points (None: it does not apply), evidence, reason, and who.

    `line` is its number or its name as written; `grade` 优良中差 where one was given; `actual` what was found.
    """

    line: str
    points: Decimal | None
    evidence: str
    reason: str = ""
    by: str = ""
    grade: str | None = None
    actual: str | None = None


class Framed(NamedTuple):
    """A subject evaluated by a frame, and what is wrong with it."""

    one: ProjectEvaluation
    findings: tuple[Finding, ...]


def framed(
    name: str, frame: Frame, basis: Basis, given: Sequence[GivenLine], rules: Rules, *, project: int | None = None
) -> Framed:
    """A project or a whole unit scored line by line.

    Args:
        name: of the project or the unit.
        frame: its lines.
        basis: the self-evaluations that its formula lines rest on.
        given: what people gave, the last for a line counts.
        rules: cut-offs and rounding.
        project: number of the project in its table, for findings.
    """
    findings = [*_of_frame(frame, project), *_of_money(basis, frame, project)]
    by_line: dict[int, GivenLine] = {}
    for one in given:
        line = frame.line(one.line)
        if line is None:
            findings.append(_unknown(frame, one, project))
        else:
            by_line[line.number] = one
    scored = []
    for line in frame.lines:
        made, said = _line(line, frame, basis, by_line.get(line.number), rules, project)
        scored.append(made)
        findings += said
    whole = any(f.code in ("F03", "F04") for f in findings)
    total, exact, step = _total(scored, rules, broken=whole)
    weights = Working(
        "分值", f"指标体系 {frame.name}", {"合计": f"{frame.points:f}"}, f"{frame.points:f}", (frame.citation,)
    )
    return Framed(
        ProjectEvaluation(
            name, money_of(basis.projects), tuple(scored), total, exact,
            None if total is None else grade_of(total, rules), workings=(weights, step),
        ),
        tuple(findings),
    )  # fmt: skip


def money_of(projects: Sequence[ProjectEvaluation]) -> ExecutionScore:
    """The money of one project or of several together, without points of its own; None where one lacks it."""
    amounts: list[Decimal | None] = []
    for name in ("original_budget", "final_budget", "outturn"):
        each = [getattr(p.execution, name) for p in projects]
        known = [a for a in each if a is not None]
        amounts.append(sum(known, _NOTHING) if known and len(known) == len(each) else None)
    first, final, paid = amounts
    rate = None
    if final and paid is not None:
        rate = (paid / final * HUNDRED).quantize(Decimal("0.000001"))
    return ExecutionScore(first, final, paid, rate, _NOTHING, None)


def refused(line: FrameLine, given: GivenLine, rules: Rules) -> tuple[str, str, str] | None:
    """Why what a person gave for a line cannot be used: code and sentence (zh, en); None where it can."""
    if not given.evidence.strip():
        return "F06", "没有佐证", "has no evidence"
    if given.points is None:
        return None
    if not 0 <= given.points <= line.points:
        return (
            "F02",
            f"得分 {given.points:f} 应在 0 到 {line.points:f} 之间",
            f"has {given.points:f} of {line.points:f} points",
        )
    if given.grade and line.points:
        right = grade_of(given.points / line.points * HUNDRED, rules)
        if right.value != given.grade:
            return (
                "F10", f"得分 {given.points:f}／{line.points:f} 属于“{right.value}”，给出的等级是“{given.grade}”",
                f"has points of {right.name.lower()}, but another grade",
            )  # fmt: skip
    return None


def _line(
    line: FrameLine, frame: Frame, basis: Basis, given: GivenLine | None, rules: Rules, project: int | None
) -> tuple[Line, list[Finding]]:
    blank = Line(line.number, None, line.name, line.level1, line.level2, line.standard or None, None, line.points)
    answer = MEASURES[line.measure](basis) if line.measure else Answer(None, "由人评定")
    where = f"第{line.number}项“{line.name}”"
    if answer.share is not None:
        said = [] if given is None else [
            found("F07", f"{where}由记录算出，{given.by or '有人'}给出的评分没有采用。如口径不合适，请在规则包里去掉这一项的 measure。",
                  f"Line {line.number} follows from records; the points given were not used.", line=line.number, project=project)
        ]  # fmt: skip
        return _answered(blank, answer, line, frame, rules), said
    waiting = replace(blank, workings=(Working("得分", answer.formula, {}, "未计分", (frame.citation,)),))
    if given is None:
        said = [
            found("F01", f"{where}没有得分：{answer.formula}。请评分并写明佐证：hengji record 年度文件夹 frame_line "
                  f"{_asked(frame, project)} --set line={line.number} --set points=… --set evidence=… --set reason=…；补齐之前没有总分和等级。",
                  f"Line {line.number} waits for a person: points with evidence (hengji record … frame_line). There is no total before.",
                  line=line.number, project=project)
        ]  # fmt: skip
        return waiting, said
    if (wrong := refused(line, given, rules)) is not None:
        code, zh, en = wrong
        said = [found(code, f"{where}的评分不能采用：{zh}。请重新评分。", f"Line {line.number} {en}; score it again.",
                      line=line.number, project=project)]  # fmt: skip
        return waiting, said
    return _by_person(blank, given, frame, rules), []


def _asked(frame: Frame, project: int | None) -> str:
    return f"--set frame={frame.name} --set project={project}" if project else "--set frame=department"


def _answered(blank: Line, answer: Answer, line: FrameLine, frame: Frame, rules: Rules) -> Line:
    exact = (answer.share or Fraction(0)) * Fraction(line.points)
    points = rules.rounded(Decimal(exact.numerator) / Decimal(exact.denominator))
    inputs = {**answer.inputs, "结果": answer.actual or "", "分值": f"{line.points:f}", "口径": line.measure or ""}
    step = Working("得分", answer.formula, inputs, f"{points:f}", (frame.citation,))
    return replace(blank, actual=answer.actual, points=points, evidence="单位自评和台账记录", workings=(step,))


def _by_person(blank: Line, given: GivenLine, frame: Frame, rules: Rules) -> Line:
    points = None if given.points is None else rules.rounded(given.points)
    inputs: Mapping[str, str] = {
        "佐证": given.evidence,
        "评分人": given.by,
        "等级": given.grade or "",
        "理由": given.reason,
    }
    inputs = {k: v for k, v in inputs.items() if v}
    formula = "不适用，不计入总分，其余按比例换算" if points is None else "由人按佐证评定"
    step = Working("得分", formula, inputs, "—" if points is None else f"{points:f}", (frame.citation,))
    return replace(
        blank, actual=given.actual or given.grade, points=points, not_applicable=points is None, evidence=given.evidence,
        variance_reason=given.reason or None, workings=(step,),
    )  # fmt: skip


def _total(lines: Sequence[Line], rules: Rules, *, broken: bool) -> tuple[Decimal | None, Decimal | None, Working]:
    """Printed points added up; what does not apply is left out and the rest put on a scale of 100."""
    if broken:
        return None, None, Working("总分", "指标体系的分值不符合规定，不能合计", {}, "—")
    waiting = sum(li.points is None and not li.not_applicable for li in lines)
    if waiting:
        return None, None, Working("总分", "有指标等待评分，不能合计", {"等待评分": str(waiting)}, "—")
    applies = sum((li.max_points for li in lines if not li.not_applicable), _NOTHING)
    printed = sum((li.points for li in lines if li.points is not None), _NOTHING)
    if not applies:
        return None, None, Working("总分", "没有适用的指标", {}, "—")
    if applies == HUNDRED:
        return printed, printed, Working("总分", "各项得分相加", {"指标得分": f"{printed:f}"}, f"{printed:f}")
    exact = printed * HUNDRED / applies
    total = rules.rounded(exact)
    inputs = {"指标得分": f"{printed:f}", "适用分值": f"{applies:f}"}
    return total, exact, Working("总分", "不适用的除外，其余换算为 100 分", inputs, f"{total:f}")


def _of_frame(frame: Frame, project: int | None) -> list[Finding]:
    said = []
    if frame.points != HUNDRED:
        said.append(found(
            "F03", f"指标体系 {frame.name} 各项分值合计 {frame.points:f}，应为 100，不能计总分。请用 hengji record … frame_points 或规则包改正。",
            f"The points of the frame {frame.name} add up to {frame.points:f}, not 100; correct them.",
            project=project, cites=(frame.citation,),
        ))  # fmt: skip
    if frame.least is not None and frame.results < frame.least:
        said.append(found(
            "F04", f"指标体系 {frame.name} 的产出和效益合计 {frame.results:f} 分，不得低于 {frame.least:f}。请调整分值。",
            f"Outputs and benefits have {frame.results:f} points together, which is less than {frame.least:f}; change them.",
            project=project, cites=(frame.least_citation,) if frame.least_citation else (),
        ))  # fmt: skip
    return said


def _of_money(basis: Basis, frame: Frame, project: int | None) -> list[Finding]:
    """Said once, where any line of the frame asks for money."""
    if not any(li.measure in ("budget_execution", "funds_received", "execution_of_received") for li in frame.lines):
        return []
    without = [p.name for p in basis.projects if p.execution.final_budget is None]
    zero = [p.name for p in basis.projects if p.execution.final_budget is not None and p.execution.final_budget <= 0]
    if not without and not (zero and len(zero) == len(basis.projects)):
        return []
    names = "、".join(f"“{n}”" for n in (without or zero)[:5]) + ("等" if len(without or zero) > 5 else "")
    what = "没有预算记录" if without else "预算为零"
    return [found(
        "F08", f"{len(without or zero)} 个项目{what}：{names}，资金到位率、预算执行率不能计算。请把预算批复登入“budget”台账，或由人评定。",
        f"{len(without or zero)} projects have {'no budget on record' if without else 'a budget of zero'}; nothing about "
        "money can be computed. Enter the approved budget, or let a person score these lines.", project=project,
    )]  # fmt: skip


def _unknown(frame: Frame, given: GivenLine, project: int | None) -> Finding:
    return found(
        "F05", f"指标体系 {frame.name} 没有“{given.line}”这一项（或名称不唯一），评分没有采用。可用序号 1 到 {len(frame.lines)}。",
        f"The frame {frame.name} has no line {given.line!r}; the points given were not used. Lines are 1 to {len(frame.lines)}.",
        project=project,
    )  # fmt: skip

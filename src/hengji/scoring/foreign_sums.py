"""What must add up in a filled-in form: weights to 100, level 1 to its heading, points to the total, grade to points (S02 S16)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from hengji.model.finding import Finding, Severity
from hengji.model.table import Project
from hengji.scoring.foreign_lines import Reviewed
from hengji.scoring.reported import folded, last_half, printed
from hengji.scoring.rules import HUNDRED, Rules
from hengji.scoring.self_evaluation import grade_of
from hengji.scoring.self_faults import FAULTS

_HEADING = re.compile(r"\((\d+(?:\.\d+)?)分\)")
_GRADE = re.compile("[优良中差]")


def sum_findings(number: int, project: Project, lines: Sequence[Reviewed], rules: Rules) -> Iterator[Finding]:
    """Sums of one project that do not tie; nothing where a part of a sum was not read."""
    yield from _weights(number, project, lines, rules)
    yield from _headings(number, project, lines)
    yield from _total(number, project, lines)
    yield from _grade(number, project, rules)


def _weights(number: int, project: Project, lines: Sequence[Reviewed], rules: Rules) -> Iterator[Finding]:
    weights = [line.weight for line in lines if line.weight is not None]
    scored = [line for line in lines if line.points is not None]
    if not weights or any(line.weight is None for line in scored):
        return
    added = sum(weights, Decimal(0))
    money = project.funds.max_points
    wanted = (HUNDRED - money,) if money is not None else (HUNDRED - rules.execution_points, HUNDRED)
    if added in wanted:
        return
    rest = f"，加上预算执行率 {money:f}，共 {added + money:f}" if money is not None else ""
    yield FAULTS["S02"].at(
        project.place_of("total_points"),
        f"项目{number}“{project.name}”各指标分值合计 {added:f}{rest}；指标分值应合计 {wanted[0]:f}，连同预算执行率为 100。请核对各项分值。",
        f"Project {number}: the weights of the indicators add up to {added:f}, they should to {wanted[0]:f}.",
        cites=rules.cites("weights"), on=(number, None),
    )  # fmt: skip


def _headings(number: int, project: Project, lines: Sequence[Reviewed]) -> Iterator[Finding]:
    """产出指标（50分） against the weights of its lines."""
    parts: dict[str, Decimal] = {}
    for line in lines:
        if line.indicator.level1 is None or (line.weight is None and line.points is not None):
            return
        name = folded(line.indicator.level1)
        parts[name] = parts.get(name, Decimal(0)) + (line.weight or 0)
    for name, added in parts.items():
        said = _HEADING.search(name)
        if said is not None and added and Decimal(said[1]) != added:
            yield FAULTS["S02"].at(
                project.place,
                f"项目{number}“{project.name}”“{name}”下各项分值合计 {added:f}，与标明的分数不符。请核对分值。",
                f"Project {number}: the weights under {name} add up to {added:f}.",
                severity=Severity.WARNING, on=(number, None),
            )  # fmt: skip


def _total(number: int, project: Project, lines: Sequence[Reviewed]) -> Iterator[Finding]:
    total = printed(_without_grade(project.total_points))
    if total is None:
        return
    weighed = [line for line in lines if line.weight is not None]
    points = [line.points for line in weighed if line.points is not None]
    money = project.funds.points
    if not points or len(points) < len(weighed) or any(line.points for line in lines if line.weight is None):
        return
    if money is None and sum((line.weight for line in weighed if line.weight is not None), Decimal(0)) != HUNDRED:
        return
    added = min(sum(points, money or Decimal(0)), HUNDRED)
    if total > HUNDRED or abs(total - added) > last_half(total):
        yield FAULTS["S02"].at(
            project.place_of("total_points"),
            f"项目{number}“{project.name}”总分印为 {total:f}，各项得分"
            + (f"与执行率得分 {money:f} " if money is not None else "")
            + f"相加为 {added:f}，相差 {abs(total - added):f}。请重新加总。",
            f"Project {number}: the total is printed as {total:f}, the points add up to {added:f}.", on=(number, None),
        )  # fmt: skip


def _grade(number: int, project: Project, rules: Rules) -> Iterator[Finding]:
    said = _GRADE.search(project.total_points or "")
    total = printed(_without_grade(project.total_points))
    if said is None or total is None:
        return
    due = grade_of(total, rules)
    if said[0] != due.value:
        yield FAULTS["S16"].at(
            project.place_of("total_points"),
            f"项目{number}“{project.name}”总分 {total:f} 对应“{due.value}”，表上是“{said[0]}”。请改正等级。",
            f"Project {number}: a total of {total:f} is {due.value}, the form says {said[0]}.",
            cites=rules.cites("cut_offs"), on=(number, None),
        )  # fmt: skip


def _without_grade(text: str | None) -> str | None:
    return None if text is None else _GRADE.sub("", text)

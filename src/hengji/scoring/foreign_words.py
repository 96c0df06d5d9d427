"""What a filled-in form says about itself: copied values, money left, the conclusion, repeats (S04 S15 S16 S17 S19 S20)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from hengji.model.finding import Finding, Severity
from hengji.model.table import Project, TargetTable
from hengji.scoring.foreign_lines import Reviewed, given
from hengji.scoring.foreign_money import printed_rate
from hengji.scoring.reported import folded, printed
from hengji.scoring.rules import HUNDRED, Rules
from hengji.scoring.self_faults import FAULTS
from hengji.scoring.self_limits import Limits

_PREFIX = re.compile(r"^[★☆*]*(指标\d+[:.、]?)?[★☆*]*")


def word_findings(
    number: int, project: Project, lines: Sequence[Reviewed], rules: Rules, limits: Limits
) -> Iterator[Finding]:
    """What is odd in the words of one project."""
    yield from _copied(number, project, lines, limits)
    yield from _money_left(number, project, lines, limits)
    yield from _conclusion(number, project, lines, limits)
    yield from _twice(number, lines)


def table_findings(table: TargetTable, rules: Rules, limits: Limits) -> Iterator[Finding]:
    """What only several projects together show."""
    totals = [printed(re.sub("[优良中差]", "", p.total_points or "")) for p in table.projects]
    least = limits.numbers["all_excellent_at_least"]
    if len(totals) >= least and all(t is not None and t >= rules.cut_offs["excellent"] for t in totals):
        yield FAULTS["S16"].at(
            table.projects[0].place_of("total_points"),
            f"{len(totals)} 个项目总分全部为“优”，没有区分。请核对目标是否定得过低、得分是否如实。",
            f"All {len(totals)} projects are excellent. Check whether targets were too low.", on=(None, None), severity=Severity.WARNING,
        )  # fmt: skip
    yield from _same_text(table, limits)


def _copied(number: int, project: Project, lines: Sequence[Reviewed], limits: Limits) -> Iterator[Finding]:
    told = [line for line in lines if line.actual is not None and line.target is not None]
    copied = [line for line in told if line.actual and line.actual.text.strip() == _target(line)]
    if len(told) < limits.numbers["copied_at_least"]:
        return
    if len(copied) * HUNDRED <= len(told) * limits.numbers["copied_percent"]:
        return
    yield FAULTS["S04"].at(
        project.place,
        f"项目{number}“{project.name}”{len(told)} 项中有 {len(copied)} 项实际完成值与指标值一字不差，像是照抄。请按实际填写并附佐证。",
        f"Project {number}: {len(copied)} of {len(told)} actual values repeat the target word for word.",
        cites=limits.cites("copied_percent"), on=(number, None),
    )  # fmt: skip


def _money_left(number: int, project: Project, lines: Sequence[Reviewed], limits: Limits) -> Iterator[Finding]:
    rate, least = printed_rate(project), limits.numbers["execution_reason_below_percent"]
    if rate is None or rate >= least:
        return
    outputs = [line for line in lines if line.points is not None and "产出" in (line.indicator.level1 or "产出")]
    outputs = [line for line in outputs if line.weight is not None]
    done = bool(outputs) and all(line.points == line.weight for line in outputs)
    yield FAULTS["S15"].at(
        project.place_of("funds"),
        f"项目{number}“{project.name}”预算执行率 {rate:.2f}%，低于 {least:f}%"
        + ("，产出却全部满分" if done else "")
        + "，没有读到原因。请说明资金结余的原因，以及预算是否偏高、产出是否如实。",
        f"Project {number}: {rate:.2f} % of the budget was spent"
        + (" while every output has full points" if done else "")
        + "; no reason was read.",
        severity=None if done else Severity.INFO, cites=limits.cites("execution_reason_below_percent"), on=(number, None),
    )  # fmt: skip


def _conclusion(number: int, project: Project, lines: Sequence[Reviewed], limits: Limits) -> Iterator[Finding]:
    text = project.objective_actual or ""
    missed = [line for line in lines if line.missed]
    if not missed or not limits.says("all_reached", text) or limits.says("but", text):
        return
    silent = [line for line in missed if not given(line, limits)]
    listed = "、".join(str(line.indicator.number) for line in missed)
    yield FAULTS["S19"].at(
        project.place_of("objective_actual"),
        f"项目{number}“{project.name}”总体目标写“{_short(text)}”，而第{listed}项没有达到指标值"
        + ("，也没有写改进措施" if silent else "")
        + "。请使结论与表一致。",
        f"Project {number}: the conclusion says all was done, while indicators {listed} missed their targets.",
        severity=None if silent else Severity.INFO, on=(number, None),
    )  # fmt: skip


def _twice(number: int, lines: Sequence[Reviewed]) -> Iterator[Finding]:
    """The same indicator with the same values in two lines that both have points."""
    seen: dict[tuple[str, str, str], int] = {}
    for line in lines:
        if not line.points or line.actual is None:
            continue
        name = _PREFIX.sub("", folded(line.indicator.name))
        key = (name, folded(_target(line)), folded(line.actual.text))
        first = seen.setdefault(key, line.indicator.number)
        if first != line.indicator.number:
            yield FAULTS["S20"].at(
                line.indicator.place,
                f"项目{number}第{line.indicator.number}项与第{first}项名称、指标值和实际完成值都相同，同一结果计了两次分。请合并或改写。",
                f"Project {number}: indicators {first} and {line.indicator.number} are the same and both have points.",
                on=(number, line.indicator.number),
            )  # fmt: skip


def _same_text(table: TargetTable, limits: Limits) -> Iterator[Finding]:
    """A long text that several projects share."""
    of: Counter[str] = Counter()
    for project in table.projects:
        texts = {project.objective_actual, *(i.variance_reason for i in project.indicators)}
        of.update({folded(t) for t in texts if t and len(t) >= limits.same_characters})
    for text, projects in of.items():
        if projects >= limits.same_projects:
            yield FAULTS["S17"].at(
                table.projects[0].place,
                f"{projects} 个项目写着同样的话“{_short(text)}”。请按各项目的实际情况填写。",
                f"{projects} projects share the text “{_short(text)}”.", on=(None, None), cites=limits.cites("same_text"),
            )  # fmt: skip


def _target(line: Reviewed) -> str:
    return (line.indicator.annual_target or line.indicator.whole_term_target or "").strip()


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"

"""S12: the indicators of a self-evaluation against those that were approved: dropped, rewritten or weakened."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from hengji.model.binding import Actual
from hengji.model.finding import Finding, Severity
from hengji.model.table import Indicator, Project, TargetTable
from hengji.model.target import TargetReading
from hengji.scoring.reported import folded
from hengji.scoring.self_faults import FAULTS
from hengji.targets import read_target

_UP, _DOWN = (">", ">=", "=", "==", "~"), ("<", "<=")


class _At(NamedTuple):
    """Project and indicator by number, and the place of the indicator in the table."""

    project: int
    indicator: Indicator

    @property
    def on(self) -> tuple[int, int]:
        return self.project, self.indicator.number

    @property
    def zh(self) -> str:
        return f"项目{self.project}第{self.indicator.number}项“{self.indicator.name}”"

    @property
    def en(self) -> str:
        return f"Indicator {self.indicator.number} of project {self.project}"


def against_approved(table: TargetTable, approved: TargetTable, actuals: Sequence[Actual]) -> Iterator[Finding]:
    """What is not as approved: `approved` is the published table with its approved changes, `table` what was evaluated."""
    by_key = {(a.project, a.number): a for a in actuals}
    original = {p.name: p for p in approved.projects}
    for number, project in enumerate(table.projects, 1):
        before = original.get(project.name)
        if before is None:
            yield FAULTS["S12"].at(
                project.place, f"项目{number}“{project.name}”不在批复的目标表里。请恢复批复的项目名称，或附批准调整的文件。",
                f"Project {number} is not in the approved table.", on=(number, None),
            )  # fmt: skip
            continue
        yield from _dropped(number, project, before)
        was = {i.number: i for i in before.indicators}
        for indicator in project.indicators:
            at = _At(number, indicator)
            then = was.get(indicator.number)
            if then is not None:
                yield from _changed(at, then, table.fiscal_year)
            actual = by_key.get((project.name, indicator.number))
            if then is not None and actual is not None and actual.instead:
                yield from _read_weaker(at, then, actual.instead, table.fiscal_year)


def _dropped(number: int, project: Project, before: Project) -> Iterator[Finding]:
    kept = {i.number for i in project.indicators}
    for gone in before.indicators:
        if gone.number not in kept:
            yield FAULTS["S12"].at(
                project.place,
                f"项目{number}批复的第{gone.number}项“{gone.name}”没有自评。批复的指标不得删减，请补上，或附批准调整的文件。",
                f"The approved indicator {gone.number} of project {number} is not evaluated.", on=(number, gone.number),
            )  # fmt: skip


def _changed(at: _At, then: Indicator, year: int | None) -> Iterator[Finding]:
    now, was = _target(at.indicator), _target(then)
    if folded(now) != folded(was):
        lower = weaker(read_target(now, then.name, year), read_target(was, then.name, year)) if now and was else True
        how = ("降低", "weakened") if lower else ("改写", "rewritten")
        yield FAULTS["S12"].at(
            at.indicator.place,
            f"{at.zh}指标值按更正为“{now or '空'}”，批复的是“{was or '空'}”，比批复{how[0]}。如系读错，请对照批复原件确认；"
            "如系调整，须经批准，用“经批准调整指标值”登记。",
            f"{at.en}: the target {now!r} was {how[1]} against the approved {was!r} by a correction. If it was misread, "
            "compare it with the document; a change needs approval.",
            severity=None if lower else Severity.WARNING, on=at.on,
        )  # fmt: skip
    if folded(at.indicator.name) != folded(then.name):
        yield FAULTS["S12"].at(
            at.indicator.place, f"{at.zh}的名称与批复的“{then.name}”不同。如系读错，请对照批复原件确认；否则请恢复。",
            f"{at.en}: its name is not the approved one ({then.name!r}).", severity=Severity.WARNING, on=at.on,
        )  # fmt: skip


def _read_weaker(at: _At, then: Indicator, instead: str, year: int | None) -> Iterator[Finding]:
    """A reading put in place of the target that asks for less of the same thing than the target does."""
    was = _target(then)
    mine, theirs = read_target(instead, then.name, year), read_target(was, then.name, year)
    # Words and composed targets are only ever judged by a reading; “about so many” leaves room itself.
    plain = all(len(r.clauses) == 1 and r.clauses[0].number is not None for r in (mine, theirs))
    same = plain and mine.clauses[0].unit == theirs.clauses[0].unit and theirs.clauses[0].op != "~"
    if same and weaker(mine, theirs):
        yield FAULTS["S12"].at(
            at.indicator.place, f"{at.zh}批复的指标值是“{was}”，挂接时按“{instead}”判断，要求比批复低。请改正挂接，或附批准调整的文件。",
            f"{at.en} is judged by {instead!r}, which asks for less than the approved {was!r}.", on=at.on,
        )  # fmt: skip


def weaker(now: TargetReading, was: TargetReading) -> bool:
    """Whether a target plainly asks for less than another one: a lower floor, a higher ceiling, no number any more."""
    mine, theirs = now.clauses, was.clauses
    if any(c.number is not None for c in theirs) and not any(c.number is not None for c in mine):
        return True
    if len(mine) != 1 or len(theirs) != 1:
        return len(mine) < len(theirs)
    (a,), (b,) = mine, theirs
    if a.number is None or b.number is None or (a.dim and b.dim and a.dim != b.dim):
        return False
    if b.op in _UP:
        return a.number < b.number or a.op in _DOWN
    if b.op in _DOWN:
        return a.number > b.number or a.op in (">", ">=")
    return False


def _target(indicator: Indicator) -> str:
    return (indicator.annual_target or indicator.whole_term_target or "").strip()

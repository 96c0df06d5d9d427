"""Two evaluations held against each other: what changed in each project and line, and which inputs say why. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from hengji.model.evaluation import ExecutionScore, Light, Line, ProjectEvaluation
from hengji.model.finding import Finding
from hengji.scoring.difference_inputs import Cause, Entry, Input, Side, causes_of, not_shared


class Change(NamedTuple):
    """What is not the same: its name, both values as text, and by how much where they are figures (b - a)."""

    what: str
    a: str | None
    b: str | None
    by: Decimal | None = None


@dataclass(frozen=True, slots=True)
class LineDifference:
    """An indicator that changed, or is in one of the two only ("a", "b"; "both" else), and the inputs that may be why.

    `entries` are those that name it. `because` is empty where no input that bears on it differs: then something is wrong.
    """

    number: int
    name: str
    there: str
    changes: tuple[Change, ...]
    because: tuple[Input, ...] = ()
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class ProjectDifference:
    """A project that changed. `loss` is how many points its total lost (None: no total on one side); places from 1."""

    name: str
    place: int
    there: str
    changes: tuple[Change, ...]
    lines: tuple[LineDifference, ...]
    because: tuple[Input, ...] = ()
    entries: tuple[Entry, ...] = ()
    loss: Decimal | None = None
    severity: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Difference:
    """All that differs: inputs, projects (worst first), findings that are gone and that are new.

    `unexplained`: figures differ though no input does.
    """

    a: Side
    b: Side
    causes: tuple[Cause, ...]
    projects: tuple[ProjectDifference, ...]
    same: int
    gone: tuple[Finding, ...]
    new: tuple[Finding, ...]

    @property
    def unexplained(self) -> bool:
        """Whether figures differ although no input does: an altered file, or a fault of the program."""
        return bool(self.projects) and not self.causes


_MONEY: tuple[tuple[str, Callable[[ExecutionScore], object]], ...] = (
    ("年初预算数", lambda m: m.original_budget), ("全年预算数", lambda m: m.final_budget), ("执行数", lambda m: m.outturn),
    ("执行率", lambda m: m.execution_rate), ("执行率分值", lambda m: m.max_points), ("执行率得分", lambda m: m.points),
    ("执行率灯", lambda m: m.light), ("全年预计执行数", lambda m: m.forecast), ("执行说明", lambda m: m.reason),
)  # fmt: skip
_PROJECT: tuple[tuple[str, Callable[[ProjectEvaluation], object]], ...] = (
    ("项目名称", lambda p: p.name), ("总分", lambda p: p.total_points), ("等级", lambda p: p.grade), ("灯", lambda p: p.light),
    ("年度总体目标", lambda p: p.objective), ("目标完成情况", lambda p: p.objective_actual),
)  # fmt: skip
_LINE: tuple[tuple[str, Callable[[Line], object]], ...] = (
    ("名称", lambda i: i.name), ("一级指标", lambda i: i.level1), ("二级指标", lambda i: i.level2), ("指标值", lambda i: i.target),
    ("实际完成值", lambda i: i.actual), ("分值", lambda i: i.max_points), ("得分", lambda i: i.points),
    ("不适用", lambda i: i.not_applicable), ("灯", lambda i: i.light), ("全年预计", lambda i: i.forecast),
    ("可能性", lambda i: i.likelihood), ("偏差原因", lambda i: "、".join(i.deviation_causes) or None),
    ("原因说明", lambda i: i.variance_reason), ("改进措施", lambda i: i.corrective_action), ("备注", lambda i: i.remark),
    ("佐证", lambda i: i.evidence),
    ("算法", lambda i: "；".join(f"{w.formula} = {w.result}" for w in i.workings) or None),
)  # fmt: skip
_SCORES = {
    "分值",
    "得分",
    "总分",
    "等级",
    "执行率得分",
    "执行率分值",
    "算法",
    "灯",
    "执行率灯",
    "可能性",
    "全年预计",
    "全年预计执行数",
}
_GIVEN = {"原因说明", "改进措施", "备注", "偏差原因", "目标完成情况", "执行说明", "可能性", "全年预计"}
_PLANNED = {"名称", "项目名称", "一级指标", "二级指标", "指标值", "年度总体目标", "年初预算数", "分值"}
_LIGHTS = {Light.RED: 3, Light.YELLOW: 2, Light.GREEN: 1, Light.BLUE: 0}
# From where a change can come: what was planned, what was recorded, what a person wrote, how it is scored.
_FROM_PLAN = (Input.TABLE, Input.CHANGES, Input.PACK, Input.SETTINGS)
_FROM_RECORDS = (
    Input.AS_OF,
    Input.BATCHES,
    Input.BINDINGS,
    Input.CHANGES,
    Input.TABLE,
    Input.SETTINGS,
    Input.PACK,
    Input.CODE,
)
_FROM_PEOPLE = (Input.CHANGES, Input.STAGE, *_FROM_RECORDS, Input.PREVIOUS)
_FROM_SCORING = (Input.STAGE, Input.PACK, Input.CODE, Input.PREVIOUS)


def difference(a: Side, b: Side) -> Difference:
    """What differs between two evaluations, worst first.

    Projects are matched by name, one that was renamed by its place; lines by their number.
    """
    causes = tuple(causes_of(a, b))
    differing = {c.input for c in causes}
    entries = not_shared(a.entries, b.entries)
    found = [
        one
        for place, (old, new) in enumerate(_matched(a.evaluation.projects, b.evaluation.projects), 1)
        if (one := _project(place, old, new, differing, entries)) is not None
    ]
    every = max(len(a.evaluation.projects), len(b.evaluation.projects))
    worst = tuple(sorted(found, key=lambda one: (-one.severity, one.place)))
    gone, new_ = _findings(a, b), _findings(b, a)
    return Difference(a, b, causes, worst, max(0, every - len(found)), gone, new_)


def _matched(
    a: Sequence[ProjectEvaluation], b: Sequence[ProjectEvaluation]
) -> Iterator[tuple[ProjectEvaluation | None, ProjectEvaluation | None]]:
    """Pairs by name; what is left over by its place in the table; what is then left over alone."""
    named = _by_name(b)
    pairs: dict[int, int] = {}
    for k, one in enumerate(a):
        places = named.get(one.name)
        if places:
            pairs[k] = places.pop(0)
    taken = set(pairs.values())
    for k in range(min(len(a), len(b))):
        if k not in pairs and k not in taken:
            pairs[k] = k
            taken.add(k)
    for k, one in enumerate(a):
        yield one, b[pairs[k]] if k in pairs else None
    for k, one in enumerate(b):
        if k not in taken:
            yield None, one


def _by_name(projects: Sequence[ProjectEvaluation]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for k, one in enumerate(projects):
        found.setdefault(one.name, []).append(k)
    return found


def _project(
    place: int,
    a: ProjectEvaluation | None,
    b: ProjectEvaluation | None,
    differing: set[Input],
    entries: Sequence[Entry],
) -> ProjectDifference | None:
    some = b or a
    assert some is not None  # one of the two is there
    names = {one.name for one in (a, b) if one}
    own = [e for e in entries if e.project is None or e.project in names]
    if a is None or b is None:
        why = tuple(i for i in _FROM_PLAN if i in differing)
        return ProjectDifference(
            some.name, place, "b" if a is None else "a", (), (), why, tuple(own), severity=_GREATEST
        )
    changes = (*_changes(_PROJECT, a, b), *_changes(_MONEY, a.execution, b.execution))
    lines = tuple(_lines(a, b, differing, own))
    if not changes and not lines:
        return None
    loss = None if a.total_points is None or b.total_points is None else a.total_points - b.total_points
    mine = tuple(e for e in own if e.indicator is None)
    return ProjectDifference(
        b.name, place, "both", changes, lines, _because(changes, differing, lines), mine, loss, _severity(a, b, loss)
    )


_GREATEST = Decimal(100_000)


def _severity(a: ProjectEvaluation, b: ProjectEvaluation, loss: Decimal | None) -> Decimal:
    """How bad a change is: a total that is lost, then a worse light, then the points lost; gains are below nothing."""
    if (a.total_points is None) != (b.total_points is None):
        return _GREATEST / 2 if b.total_points is None else -_GREATEST / 2
    darker = Decimal(_LIGHTS[b.light] - _LIGHTS[a.light]) * 1000 if a.light and b.light else Decimal(0)
    return darker + (loss or Decimal(0))


def _lines(
    a: ProjectEvaluation, b: ProjectEvaluation, differing: set[Input], entries: Sequence[Entry]
) -> Iterator[LineDifference]:
    old, new = _numbered(a.lines), _numbered(b.lines)
    for key in dict.fromkeys((*new, *old)):
        before, after = old.get(key), new.get(key)
        some = after or before
        assert some is not None  # the key is of one of the two
        own = tuple(e for e in entries if e.indicator == some.number)
        if before is None or after is None:
            why = tuple(i for i in _FROM_PLAN if i in differing)
            yield LineDifference(some.number, some.name, "b" if before is None else "a", (), why, own)
        elif changes := tuple(_changes(_LINE, before, after)):
            yield LineDifference(some.number, some.name, "both", changes, _because(changes, differing), own)


def _numbered(lines: Iterable[Line]) -> dict[tuple[int, int], Line]:
    """Lines by number; where a number comes again, by how often it came before."""
    found: dict[tuple[int, int], Line] = {}
    for line in lines:
        again = 0
        while (line.number, again) in found:
            again += 1
        found[line.number, again] = line
    return found


def _changes(fields: Iterable[tuple[str, Callable[[Any], object]]], a: object, b: object) -> Iterator[Change]:
    for what, of in fields:
        old, new = of(a), of(b)
        if old != new:
            by = new - old if isinstance(old, Decimal) and isinstance(new, Decimal) else None
            yield Change(what, _text(old), _text(new), by)


def _text(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Light):
        return value.zh
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _because(
    changes: Sequence[Change], differing: set[Input], lines: Sequence[LineDifference] = ()
) -> tuple[Input, ...]:
    """The inputs that differ and that a change of this sort can come from."""
    names = {c.what for c in changes}
    wanted: list[Input] = [i for line in lines for i in line.because]
    if names & _PLANNED:
        wanted += _FROM_PLAN
    if names & _GIVEN:
        wanted += _FROM_PEOPLE
    if names - _PLANNED - _GIVEN - _SCORES:
        wanted += _FROM_RECORDS
    if names & _SCORES:
        # The points of the same actual value for the same target come from the law or the program alone.
        moved = bool(names - _SCORES - _GIVEN) or bool(lines)
        wanted += _FROM_SCORING if not moved else (*_FROM_SCORING, *_FROM_RECORDS)
        if not moved and not differing & set(_FROM_SCORING):
            wanted += _FROM_RECORDS
    return tuple(i for i in Input if i in differing and i in wanted)


def _findings(a: Side, b: Side) -> tuple[Finding, ...]:
    """The findings of one that the other has not."""
    there = {(f.code, f.project, f.indicator, f.zh) for f in b.evaluation.findings}
    return tuple(f for f in a.evaluation.findings if (f.code, f.project, f.indicator, f.zh) not in there)

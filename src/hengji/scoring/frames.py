"""Frames of indicators with points (评价指标体系框架) from a rule pack: their lines, and which of them records answer.

Three evaluations use one: 部门评价 and 财政评价 of a project (决策、过程、产出、效益), 部门整体支出 of a unit.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from hengji.legislation import Law, LawError, PackError, law
from hengji.model.evaluation import Stage
from hengji.model.finding import Citation
from hengji.scoring.frames_measures import MEASURES

_NEEDED = ("level1", "level2", "name", "points")
_OF_PROJECTS = {Stage.DEPARTMENTAL_EVALUATION: "departmental", Stage.FISCAL_EVALUATION: "fiscal"}


@dataclass(frozen=True, slots=True)
class FrameLine:
    """One line: levels, name, what it asks or its formula, its points, and the measure that answers it (None: people)."""

    number: int
    level1: str
    level2: str
    name: str
    standard: str
    points: Decimal
    measure: str | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """The lines of a frame in order. `least` is what 产出 and 效益 must have together, None where nothing says so."""

    name: str
    lines: tuple[FrameLine, ...]
    citation: Citation
    least: Decimal | None = None
    least_citation: Citation | None = None

    def line(self, said: str) -> FrameLine | None:
        """The line with this number, or with this name where only one has it; None where there is no such line."""
        found = [li for li in self.lines if str(li.number) == said] or [li for li in self.lines if li.name == said]
        return found[0] if len(found) == 1 else None

    @property
    def points(self) -> Decimal:
        """The points of all lines."""
        return sum((li.points for li in self.lines), Decimal(0))

    @property
    def results(self) -> Decimal:
        """The points of 产出 and 效益 together."""
        return sum((li.points for li in self.lines if li.level1 in ("产出", "效益")), Decimal(0))


def project_frame(stage: Stage, pack: str, on: datetime.date, points: Mapping[str, Decimal] | None = None) -> Frame:
    """The frame of 部门评价 or 财政评价 on a day; `points` (by number or name of a line) stand instead of the pack's.

    Raises:
        LawError: the pack has none on that day.
        PackError: a line lacks something, or names a measure that does not exist.
    """
    try:
        items = law(f"frame.{_OF_PROJECTS[stage]}.items", pack=pack, on=on)
    except LawError as error:
        if error.reason != "key" or stage is not Stage.FISCAL_EVALUATION:
            raise
        items = law("frame.departmental.items", pack=pack, on=on)
    least = law("frame.output_outcome_least", pack=pack, on=on)
    return _frame(_OF_PROJECTS[stage], items, points or {}, least)


def department_frame(
    pack: str, on: datetime.date, name: str | None = None, points: Mapping[str, Decimal] | None = None
) -> Frame:
    """The frame of a whole unit by its name, or the one that the pack uses.

    Raises:
        LawError: the pack has no such frame.
        PackError: as `project_frame`.
    """
    chosen = name or str(law("department.frame", pack=pack, on=on).value)
    return _frame(chosen, law(f"department.{chosen}.items", pack=pack, on=on), points or {}, None)


def _frame(name: str, items: Law, points: Mapping[str, Decimal], least: Law | None) -> Frame:
    lines = []
    for number, row in enumerate(items.rows, 1):
        lacking = [field for field in _NEEDED if field not in row]
        measure = row.get("measure")
        if lacking:
            raise PackError(
                items.pack, items.key, f"第{number}项缺少 {'、'.join(lacking)}", f"line {number} lacks {lacking}"
            )
        if measure is not None and measure not in MEASURES:
            raise PackError(
                items.pack, items.key, f"第{number}项的口径 {measure} 不存在；可用：{'、'.join(MEASURES)}",
                f"line {number}: no measure {measure}",
            )  # fmt: skip
        own = str(row["name"])
        given = Decimal(str(points.get(str(number), points.get(own, row["points"]))))
        if given < 0:
            raise PackError(items.pack, items.key, f"第{number}项的分值为负", f"line {number} has negative points")
        lines.append(
            FrameLine(number, str(row["level1"]), str(row["level2"]), own, str(row.get("standard", "")),
                      given, None if measure is None else str(measure))
        )  # fmt: skip
    return Frame(name, tuple(lines), items.citation, least.number if least else None, least.citation if least else None)


def named(frame: Frame, lines: Sequence[FrameLine]) -> str:
    """Lines in words: 第1项“立项依据充分性”、…"""
    return "、".join(f"第{li.number}项“{li.name}”" for li in lines)

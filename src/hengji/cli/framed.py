"""`hengji score --frame`: 部门评价, 财政评价, 部门整体自评 on screen, and which of them is asked for."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from hengji.cli.output import COLOURS, fail, screen

if TYPE_CHECKING:
    from hengji.dossier import Dossier
    from hengji.dossier.evaluated import Evaluated
    from hengji.model.evaluation import Evaluation

_UNIT = "department"


def asked_for(
    dossier: Dossier, frame: str, project: str | None, as_of: datetime.date | None, pack: str | None, engine: str
) -> Evaluated:
    """The evaluation by a frame: departmental or fiscal (of one project), department or department:NAME (of the unit).

    Raises:
        DossierError: as the evaluation.
        typer.Exit: no such frame, or a project where none is wanted or none where one is; it was said.
    """
    from hengji.dossier.department import evaluate_department
    from hengji.dossier.framed import FRAMES, evaluate_frame

    kind, _, name = frame.partition(":")
    if kind not in (*FRAMES, _UNIT) or (name and kind != _UNIT):
        fail(
            f"--frame 应为 {'、'.join(FRAMES)}、{_UNIT} 或 {_UNIT}:指标体系名，现为“{frame}”。",
            f"--frame is one of {', '.join(FRAMES)}, {_UNIT}, {_UNIT}:NAME, not {frame!r}.",
        )
    if (kind == _UNIT) == (project is not None):
        fail(
            "部门评价、财政评价要用 --project 指定一个项目，部门整体自评不指定项目。",
            "A departmental or fiscal evaluation needs --project; that of the whole unit has none.",
        )
    if project is None:
        return evaluate_department(dossier, as_of, pack=pack, frame=name or None, engine=engine)
    return evaluate_frame(dossier, FRAMES[kind], project, as_of, pack=pack, engine=engine)


def print_framed(evaluation: Evaluation) -> None:
    """The lines of an evaluation by a frame, its total and what is missing."""
    console = screen()
    if evaluation.simulated:
        console.print("[bold reverse] 模拟数据 [/] 记录是生成的，不是真实情况 / the records are simulated")
    one = evaluation.projects[0]
    listed = Table(title=escape(one.name), title_justify="left", box=None, padding=(0, 1))
    for heading in ("序号", "一级指标", "二级指标", "三级指标", "分值", "得分", "实际"):
        listed.add_column(heading, overflow="fold")
    for line in one.lines:
        earned = "不适用" if line.not_applicable else "待评" if line.points is None else f"{line.points:f}"
        cells = (line.level1, line.level2, line.name, f"{line.max_points:f}", earned, line.actual)
        listed.add_row(str(line.number), *(escape(c or "") for c in cells))
    console.print(listed)
    total = "未定" if one.total_points is None else f"{one.total_points:f}"
    console.print(f"总分 {total}，等级 {one.grade.value if one.grade else '—'}")
    for finding in evaluation.findings:
        colour = COLOURS[finding.severity]
        said = f"[{colour}]{finding.severity.zh}[/{colour}] [bold]{finding.code}[/bold] {escape(finding.zh)}"
        console.print(said, soft_wrap=True)

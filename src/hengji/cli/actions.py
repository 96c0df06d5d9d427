"""`hengji actions`: the corrective actions of a dossier, which are open, overdue or done."""

from __future__ import annotations

import datetime
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from hengji.cli.compute import day_of
from hengji.cli.dossiers import opened
from hengji.cli.options import AsJson
from hengji.cli.output import emit, fail, screen
from hengji.dossier import DossierError
from hengji.dossier.actions import actions_in
from hengji.model.action import ActionStatus
from hengji.scoring.as_json import action_json


def actions(
    folder: Annotated[str, typer.Argument(metavar="DOSSIER", help="年度文件夹 / the dossier")],
    as_of: Annotated[str | None, typer.Option(help="截至哪一天，默认今天 / the day, default today")] = None,
    json: AsJson = False,
) -> None:
    """改进措施：未办结、逾期、已办结，含上年沿用的。/ Corrective actions: open, overdue, done; those carried over too."""
    dossier = opened(folder)
    on = day_of(as_of) or datetime.date.today()
    try:
        found = actions_in(dossier.changes.read(), on)
    except DossierError as error:
        fail(error.zh, error.en)
    late = [a for a in found if a.overdue(on)]
    counts = {s.value: sum(a.status is s for a in found) for s in ActionStatus} | {"overdue": len(late)}
    if json:
        listed = [{**action_json(a), "overdue": a.overdue(on)} for a in found]
        emit({"format": "hengji.actions/1", "as_of": on.isoformat(), "counts": counts, "actions": listed})
        return
    if not found:
        screen().print(f"截至 {on} 没有登记改进措施。用 hengji record {folder} corrective_action 登记。", markup=False)
        return
    listed_ = Table(box=None, padding=(0, 1))
    for heading in ("条号", "项目", "指标", "改进措施", "责任人", "期限", "办理情况"):
        listed_.add_column(heading, overflow="fold")
    for a in sorted(found, key=lambda a: (a.status is not ActionStatus.OPEN, not a.overdue(on), a.due, a.id)):
        state = "[red]逾期未办结[/red]" if a.overdue(on) else a.status.zh
        note = f" {a.on} {escape(a.note or '')}".rstrip() if a.on else ""
        origin = f"（沿用 {a.carried_from}）" if a.carried_from else ""
        listed_.add_row(str(a.id), escape(a.project), "" if a.indicator is None else str(a.indicator),
                        escape(a.action + origin), escape(a.owner), str(a.due), state + note)  # fmt: skip
    console = screen()
    console.print(listed_)
    console.print(
        f"截至 {on} 共 {len(found)} 条：未办结 {counts['open']}（其中逾期 {len(late)}），已办结 {counts['done']}，"
        f"不再办理 {counts['dropped']}"
    )

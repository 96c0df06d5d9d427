"""`hengji bind`: which measure answers which indicator, proposals for those without, a person's confirmation."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from hengji.cli.dossiers import opened
from hengji.cli.options import AsJson
from hengji.cli.output import FINDINGS, emit, fail, say, screen
from hengji.dossier import Dossier, DossierError, scope, table_in_force
from hengji.model.binding import Binding
from hengji.model.table import TargetTable

if TYPE_CHECKING:
    from hengji.evidence.suggest import Suggestion, Suggestions

Key = tuple[str, int]


def bind(
    folder: Annotated[str, typer.Argument(metavar="DOSSIER", help="年度文件夹 / the dossier")],
    suggested: Annotated[
        bool, typer.Option("--suggest", help="为未挂接的指标提出三种口径和理由 / three proposals with reasons")
    ] = False,
    everything: Annotated[bool, typer.Option("--all", help="已挂接的也提出建议 / propose for bound ones too")] = False,
    write: Annotated[
        bool, typer.Option("--write", help="把首选建议写进 bindings.toml，待人确认 / append the first, unconfirmed")
    ] = False,
    confirm: Annotated[
        list[str] | None, typer.Option(metavar="PROJECT#INDICATOR", help="确认一条挂接，可重复 / confirm, repeatable")
    ] = None,
    by: Annotated[str | None, typer.Option(metavar="NAME", help="谁确认的 / who confirms")] = None,
    json: AsJson = False,
) -> None:
    """列出指标与口径的挂接，提出建议，由人确认；未经确认的不参与计算。/ Which measure answers which indicator."""
    # Here and not above: the libraries of records are loaded only where they are needed.
    from hengji.dossier.computed import BINDINGS, bindings_of
    from hengji.evidence.bindings import check_against
    from hengji.evidence.suggest import suggest

    if (write or everything) and not suggested:
        fail("--write 和 --all 要与 --suggest 一起用。", "--write and --all go with --suggest.")
    if bool(confirm) != bool(by and by.strip()):
        fail(
            "--confirm 要写明确认人：--confirm 项目#序号 --by 姓名。",
            "--confirm needs a person: --confirm PROJECT#INDICATOR --by NAME.",
        )
    dossier = opened(folder)
    try:
        table = table_in_force(dossier.table, dossier.changes.read(), datetime.date.today())
        bound = bindings_of(dossier.folder)
        if confirm and by:
            bound = _confirmed(dossier, table, confirm, by.strip())
    except DossierError as error:
        fail(error.zh, error.en)
    known = {(b.project, b.indicator): b for b in bound}
    proposals = {
        (s.project, s.indicator): s
        for s in (suggest(table) if suggested else ())
        if everything or (s.project, s.indicator) not in known
    }
    if write:
        try:
            known |= _written(dossier, [s for key, s in proposals.items() if key not in known and s.proposals])
        except DossierError as error:
            fail(error.zh, error.en)
    astray = check_against(bound, table)
    if json:
        emit(_facts(table, known, astray, proposals))
    else:
        _show(table, known, proposals)
    for binding in astray:
        say(
            f"{BINDINGS} 挂接了目标表里没有的指标：{binding.project}#{binding.indicator}。请改正项目名称或序号。",
            f"{BINDINGS} binds {binding.project}#{binding.indicator}, which the table does not have; correct it.",
        )
    if astray:
        raise typer.Exit(FINDINGS)


def _confirmed(dossier: Dossier, table: TargetTable, wanted: Sequence[str], by: str) -> tuple[Binding, ...]:
    """All confirmations or none."""
    from hengji.dossier.bound import confirm
    from hengji.dossier.computed import bindings_of

    keys = []
    for one in wanted:
        said, _, number = one.rpartition("#")
        project, indicator = scope(table, {"project": said, "indicator": number})
        assert project is not None  # both were named
        assert indicator is not None
        keys.append((project.name, indicator.number))
    confirm(dossier, keys, by, datetime.date.today())
    say(f"已由{by}确认 {len(wanted)} 条挂接。", f"{by} confirmed {len(wanted)} bindings.")
    return bindings_of(dossier.folder)


def _written(dossier: Dossier, found: Sequence[Suggestions]) -> dict[Key, Binding]:
    """The first proposals, appended to the file as bindings that nobody confirmed."""
    from hengji.dossier.bound import append, proposed

    made = [proposed(s) for s in found]
    append(dossier, made)
    say(
        f"已写入 {len(made)} 条建议，均待确认；确认前不参与计算。逐条核对后用 --confirm 项目#序号 --by 姓名 确认。",
        f"Wrote {len(made)} proposals, none confirmed or computed; confirm with --confirm PROJECT#INDICATOR --by NAME.",
    )
    return {(b.project, b.indicator): b for b in made}


def _state(binding: Binding | None) -> str:
    if binding is None:
        return "unbound"
    return "confirmed" if binding.confirmed else "proposed"


def _facts(
    table: TargetTable, known: Mapping[Key, Binding], astray: Sequence[Binding], proposals: Mapping[Key, Suggestions]
) -> dict[str, Any]:
    lines = []
    for project in table.projects:
        for one in project.indicators:
            key = (project.name, one.number)
            binding = known.get(key)
            line = {
                "project": project.name, "number": one.number, "name": one.name, "target": one.annual_target,
                "state": _state(binding), "binding": _plain_binding(binding) if binding else None,
            }  # fmt: skip
            if key in proposals:
                line["suggestions"] = [_plain_suggestion(s) for s in proposals[key].proposals]
            lines.append(line)
    return {
        "format": "hengji.bindings/1", "counts": _counts(table, known),
        "astray": [{"project": b.project, "number": b.indicator} for b in astray], "indicators": lines,
    }  # fmt: skip


def _plain_binding(binding: Binding) -> dict[str, Any]:
    return {
        "measure": binding.measure, "with": _plain(binding.params), "unit": binding.unit, "target": binding.target,
        "automatic": binding.automatic.value, "reading": binding.reading, "alternatives": list(binding.alternatives),
        "same_as": f"{binding.same_as[0]}#{binding.same_as[1]}" if binding.same_as else None,
        "confirmed_by": binding.confirmed_by,
        "confirmed_on": str(binding.confirmed_on) if binding.confirmed_on else None,
    }  # fmt: skip


def _plain_suggestion(one: Suggestion) -> dict[str, Any]:
    return {
        "measure": one.measure, "registers": list(one.registers), "with": _plain(one.params), "unit": one.unit,
        "target": one.target, "score": one.score, "reasons": [{"zh": r.zh, "en": r.en} for r in one.reasons],
    }  # fmt: skip


def _plain(value: Any) -> Any:
    """TOML's values as JSON's: days become text."""
    if isinstance(value, Mapping):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    return value if isinstance(value, (str, int, bool)) else str(value)


def _counts(table: TargetTable, known: Mapping[Key, Binding]) -> dict[str, int]:
    states = [_state(known.get((p.name, i.number))) for p in table.projects for i in p.indicators]
    return {state: states.count(state) for state in ("confirmed", "proposed", "unbound")}


def _show(table: TargetTable, known: Mapping[Key, Binding], proposals: Mapping[Key, Suggestions]) -> None:
    from hengji.dossier.bound import called

    console = screen()
    for project in table.projects:
        console.print(f"[bold]{escape(project.name)}[/bold]")
        for one in project.indicators:
            key = (project.name, one.number)
            console.print(
                f"  {one.number}. {escape(one.name)}  [dim]{escape(one.annual_target or '')}[/dim]  {_said(known.get(key))}"
            )
            if key in proposals:
                for place, proposal in enumerate(proposals[key].proposals, 1):
                    console.print(f"     建议{place} {escape(called(proposal))}  [dim]{proposal.score} 分[/dim]")
                    console.print(f"       [dim]{escape('；'.join(r.zh for r in proposal.reasons))}[/dim]")
                    console.print(f"       [dim]{escape('; '.join(r.en for r in proposal.reasons))}[/dim]")
                if not proposals[key].proposals:
                    console.print("     [dim]没有合适的口径，请人工挂接 / no measure fits; bind it by hand[/dim]")
    counts = _counts(table, known)
    console.print(
        f"已确认 {counts['confirmed']} 项，待确认 {counts['proposed']} 项，未挂接 {counts['unbound']} 项"
        f"  [dim]confirmed, proposed, unbound[/dim]"
    )


def _said(binding: Binding | None) -> str:
    if binding is None:
        return "[yellow]未挂接[/yellow]"
    what = f"同 {binding.same_as[0]}#{binding.same_as[1]}" if binding.same_as else binding.measure or ""
    who = f"{binding.confirmed_by} {binding.confirmed_on or ''}确认" if binding.confirmed else "待确认"
    return f"{escape(what)}  [{'green' if binding.confirmed else 'yellow'}]{escape(who)}[/]"

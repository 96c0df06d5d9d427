"""`hengji simulate-year`, `compute`: a labelled year of records, and actual values from records.

The libraries of records are loaded when a command needs them, not with every start: reading and reviewing do without.
"""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from hengji.cli.dossiers import opened
from hengji.cli.options import AsJson
from hengji.cli.output import FINDINGS, emit, fail, read_bytes, say, screen, write_files
from hengji.dossier import DossierError
from hengji.model.binding import ActualStatus
from hengji.model.finding import Severity

if TYPE_CHECKING:
    from hengji.dossier.computed import Computed
    from hengji.evidence.unfold import Part
    from hengji.model.binding import Actual

_COLOURS = {"met": "green", "not_met": "red", "undecidable": "yellow", None: "dim"}
_WORDS = {"met": "达到", "not_met": "未达到", "undecidable": "不能判定", None: "—"}


def simulate_year(
    folder: Annotated[str, typer.Argument(metavar="DOSSIER", help="年度文件夹 / the dossier")],
    seed: Annotated[int, typer.Option(help="随机种子，同一种子得到同样的记录 / the same seed gives the same records")],
    scale: Annotated[
        float, typer.Option(help="规模，1 约一百万条记录 / 1 is about a million records", min=0.001, max=20)
    ] = 1,
    json: AsJson = False,
) -> None:
    """生成带标记的模拟一年记录(模拟数据)及其真值文件，供试用和检验。/ A labelled simulated year with its truth file."""
    from hengji.dossier.simulated import simulate_into

    try:
        made = simulate_into(opened(folder), seed=seed, scale=scale)
    except DossierError as error:
        fail(error.zh, error.en)
    if json:
        emit({"format": "hengji.simulation/1", "simulated": True, "seed": seed, "year": made.year, "records": made.records,
              "registers": made.registers, "planted": made.planted, "truth": str(made.truth)})  # fmt: skip
        return
    screen().print(
        f"[bold]模拟数据[/bold]：{made.year} 年，种子 {seed}，{made.registers} 种台账 {made.records:,} 条记录，"
        f"埋设 {made.planted} 处问题；真值 {escape(str(made.truth))}\n[dim]simulated: not real records[/dim]"
    )


def compute(
    folder: Annotated[str, typer.Argument(metavar="DOSSIER", help="年度文件夹 / the dossier")],
    as_of: Annotated[
        str | None, typer.Option(help="截止日期，如 2024-06-30 / the day, default the last of the year")
    ] = None,
    engine: Annotated[str, typer.Option(help="duckdb 或 spark[://主机:端口] / the engine")] = "duckdb",
    rows: Annotated[
        str | None, typer.Option(metavar="PROJECT#INDICATOR", help="列出这项指标的记录 / list the rows of one figure")
    ] = None,
    next_table: Annotated[
        str | None,
        typer.Option(
            "--next",
            metavar="FILE",
            help="下一年的目标表：按本年记录预判哪些达不到、偏低或无法衡量 / next year's table",
        ),
    ] = None,
    out: Annotated[
        str | None, typer.Option(help="写出 actuals.json 和 overview.html 的文件夹 / where to write")
    ] = None,
    json: AsJson = False,
) -> None:
    """由台账记录算出各项指标的实际完成值。/ Actual values of all indicators from the records."""
    from hengji.dossier.computed import computed

    dossier = opened(folder)
    try:
        found = computed(dossier, day_of(as_of), engine=engine, only=figure_named(rows) if rows else None)
    except DossierError as error:
        fail(error.zh, error.en)
    if rows:
        show_figure(found, json=json, limit=None)
        return
    if next_table:
        _show_outlook(found, next_table, json=json)
        return
    written = write_files(Path(out), _files(found)) if out else []
    if json:
        emit(_actuals(found))
    else:
        _print(found)
        for path in written:
            screen().print(f"  {path}", markup=False)
    if any(f.severity is Severity.ERROR for f in found.findings):
        raise typer.Exit(FINDINGS)


def _show_outlook(found: Computed, file: str, *, json: bool) -> None:
    """What this year's records say of next year's targets."""
    from hengji.dossier.computed import margins_of
    from hengji.dossier.opening import read_document
    from hengji.evidence.outlook import Prospect, as_json, outlook
    from hengji.model.table import Status

    table = read_document(read_bytes(file), Path(file).name)
    if table.status is Status.REFUSED:
        fail(table.findings[0].zh, table.findings[0].en)
    seen = outlook(found.actuals, table, tolerance=found.work.settings.tolerance, margins=margins_of(found))
    if json:
        emit({**as_json(seen), "as_of": str(found.period.as_of), "simulated": found.simulated})
        return
    counts = {p: sum(o.prospect is p for o in seen) for p in Prospect}
    console = screen()
    if found.simulated:
        console.print("[bold reverse] 模拟数据 [/] simulated")
    for prospect in (Prospect.OUT_OF_REACH, Prospect.TOO_SOFT, Prospect.UNMEASURABLE):
        console.print(f"[bold]{prospect.zh} {counts[prospect]} 项[/bold]")
        for one in seen:
            if one.prospect is prospect:
                said = f"  {one.project}#{one.number} {one.name} {one.target or ''}：{one.zh}"
                console.print(escape(said), soft_wrap=True)
    console.print("、".join(f"{p.zh} {n}" for p, n in counts.items()))


def figure_named(figure: str) -> tuple[str, str]:
    """The project and the number in PROJECT#INDICATOR."""
    project, mark, number = figure.rpartition("#")
    if not mark or not project:
        fail(f"“{figure}”不是一项指标，请写“项目名称#序号”。", f"{figure!r} is no figure; write PROJECT#INDICATOR.")
    return project, number


def day_of(text: str | None) -> datetime.date | None:
    """The day that an option names; None where none was given."""
    try:
        return datetime.date.fromisoformat(text) if text else None
    except ValueError:
        fail(f"日期“{text}”写法不对，应如 2024-06-30。", f"{text!r} is no date; write it as 2024-06-30.")


def _actuals(found: Computed) -> dict[str, Any]:
    from hengji.evidence import execution
    from hengji.evidence.compute import as_json
    from hengji.reading import finding_json

    made = as_json(found.actuals, found.period, found.engine)
    return {**made, "simulated": found.simulated, "execution": execution.as_json(found.execution),
            "findings": [finding_json(f) for f in found.findings]}  # fmt: skip


def _files(found: Computed) -> dict[str, bytes]:
    import json

    from hengji.dossier.overview import overview_page

    text = json.dumps(_actuals(found), ensure_ascii=False, indent=1) + "\n"
    return {"actuals.json": text.encode(), "overview.html": overview_page(found)}


def _print(found: Computed) -> None:
    from hengji.dossier.computed import counts_of

    console = screen()
    if found.simulated:
        console.print("[bold reverse] 模拟数据 [/] 记录是生成的，不是真实情况 / the records are simulated")
    project = None
    for actual in found.actuals:
        if actual.project != project:
            project = actual.project
            console.print(f"[bold]{escape(project)}[/bold]")
        listed = Table.grid(padding=(0, 1))
        for width in (3, 34, 16, 9, None):
            listed.add_column(width=width, overflow="fold")
        said = _WORDS[actual.judgement]
        listed.add_row(
            str(actual.number), escape(actual.name), escape(value_text(actual)), f"[{_COLOURS[actual.judgement]}]{said}[/]",
            escape(parts_text(actual)),
        )  # fmt: skip
        console.print(listed)
    for finding in found.findings:
        console.print(
            f"[red]{finding.severity.zh}[/red] [bold]{finding.code}[/bold] {escape(finding.zh)}", soft_wrap=True
        )
    counted = counts_of(found.actuals)
    words = "、".join(f"{ActualStatus(s).zh} {n}" for s, n in counted.items())
    judged = {w: sum(a.judgement == j for a in found.actuals) for j, w in _WORDS.items() if j}
    console.print(
        f"截至 {found.period.as_of}：{len(found.actuals)} 项指标，{words}；"
        + "、".join(f"{w} {n}" for w, n in judged.items())
        + f"（{found.engine}）"
    )


def value_text(actual: Actual) -> str:
    """The value with its unit, or the word for why there is none."""
    if actual.value is None:
        return actual.status.zh
    value = format(actual.value, "f") if not isinstance(actual.value, str) else actual.value
    if actual.unit == "%" and "." in value:
        value = f"{actual.value:.2f}"
    return f"{value}{actual.unit or ''}" if not isinstance(actual.value, str) else value


def parts_text(actual: Actual) -> str:
    """Numerator and denominator, or why there is no value."""
    if actual.value is None or actual.numerator is None:
        return actual.note.split(" / ")[0]
    if actual.denominator is None:
        return f"{actual.rows} 条"
    return f"{actual.numerator:f} ÷ {actual.denominator:f}"


def show_figure(found: Computed, *, json: bool, limit: int | None, export: str | None = None) -> None:
    """Print the one figure that was computed unfolded: formula, parts, rows, what was left out; write its rows."""
    from hengji.evidence.compute import answering
    from hengji.evidence.errors import EvidenceError
    from hengji.evidence.unfold import part_json, rows_csv, unfold

    actual = found.actuals[0]
    bound = {(b.project, b.indicator): b for b in found.bindings}
    own = bound.get((actual.project, actual.number))
    source = answering(bound, own) if own else None
    parts: tuple[Part, ...] = ()
    if source is not None and source.confirmed:
        try:
            parts = unfold(found.work, source, None if export else limit)
        except EvidenceError as error:
            fail(error.zh, error.en)
    if export:
        path = Path(export)
        write_files(path.parent, {path.name: rows_csv(parts)})
    if json:
        one = _actuals(found)["indicators"][0]
        emit({"format": "hengji.figure/1", "as_of": str(found.period.as_of), "simulated": found.simulated, "actual": one,
              "parts": [part_json(p) for p in parts]})  # fmt: skip
        return
    _print_figure(found, actual, parts, limit)
    if export:
        say(f"已写出这项指标的全部记录：{export}", f"All rows of the figure are in {export}")


def _print_figure(found: Computed, actual: Actual, parts: tuple[Part, ...], limit: int | None) -> None:
    from hengji.evidence.catalogue import catalogue
    from hengji.evidence.compute import reason_zh
    from hengji.evidence.unfold import title

    console = screen()
    if found.simulated:
        console.print("[bold reverse] 模拟数据 [/] simulated")
    console.print(
        f"[bold]实际完成值：{escape(value_text(actual))}[/bold]  {actual.status.zh}，{_WORDS[actual.judgement]}"
    )
    console.print(f"口径：{escape(actual.reading)}", soft_wrap=True)
    if actual.note:
        console.print(f"说明：{escape(actual.note)}", soft_wrap=True)
    if actual.interval:
        console.print(f"样本少于 30，95% 置信区间 {actual.interval.low}%–{actual.interval.high}%")
    entries = catalogue()
    for part in parts:
        entry = entries[part.measure]
        console.print(f"[bold]{escape(part.label)}[/bold] {part.measure} {escape(entry.title_zh)}：{escape(entry.formula_zh)}",
                      soft_wrap=True)  # fmt: skip
        num, den = part.figure.numerator, part.figure.denominator
        console.print(
            f"  分子 {_number(num)}，分母 {_number(den)}，计入 {part.figure.cases} 条"
            + "".join(f"，不计{reason_zh(r)} {n} 条" for r, n in part.figure.excluded.items())
        )
        for row in part.rows:
            where = f"{title(row.register)} {row.source} 第{row.line}行" if row.register else ""
            digest = f" sha256 {row.source_sha256[:12]}…" if row.source_sha256 else ""
            digest += f" 数据包 {packet}" if (packet := row.record.get("packet")) else ""
            counted = f"不计：{reason_zh(row.excluded)}" if row.excluded else _share(row.numerator, row.denominator)
            late = " 迟录" if row.record.get("late") else ""
            console.print(f"  [dim]{escape(row.case)}[/dim] {escape(counted)}{late}  {escape(where)}[dim]{digest}[/dim]",
                          soft_wrap=True)  # fmt: skip
        if part.total > sum(row.numerator is not None for row in part.rows):
            console.print(f"  … 共 {part.total} 项，--export 文件 可全部导出 / {part.total} in all, see --export")


def _number(value: Any) -> str:
    from hengji.evidence.compute import number

    return "—" if value is None else format(number(value), "f")


def _share(num: str | None, den: str | None) -> str:
    if num is None:
        return ""  # a record behind a cell counts only through it
    return num if den is None else f"{num}/{den}"

"""`hengji evidence`: workbooks to fill in, records into the registers (台账), what is there."""

from __future__ import annotations

import datetime
import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from hengji.cli.compute import day_of
from hengji.cli.dossiers import opened
from hengji.cli.options import AsJson
from hengji.cli.output import COLOURS, FINDINGS, emit, fail, screen, write_files
from hengji.model.finding import Severity

if TYPE_CHECKING:
    from hengji.evidence.store import Imported

SHOWN = 20
"""How many rejected rows are printed; all are in the quarantine file."""
ALL = "all"

Folder = Annotated[str, typer.Argument(metavar="DOSSIER", help="年度文件夹 / the dossier")]
Name = Annotated[
    str, typer.Argument(metavar="REGISTER", help="台账的名称，中文或英文，如 信访投诉 / the register's name or title")
]

evidence_app = typer.Typer(
    help="台账：下载填报模板，导入记录，查看已有记录。/ Registers: templates, records in, what is there.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@evidence_app.command()
def template(
    name: Annotated[
        str, typer.Argument(metavar="REGISTER", help="台账的名称，all 为全部 / the register's name or title, or all")
    ],
    out: Annotated[str, typer.Argument(metavar="OUT", help="写到哪个 .xlsx 或文件夹 / the file or the folder")],
    json: AsJson = False,
) -> None:
    """写出台账的填报模板(xlsx)：下拉选项、批注和一行示例。/ A workbook to fill in."""
    from hengji.evidence.errors import EvidenceError
    from hengji.evidence.register import register, registers
    from hengji.evidence.template import template_workbook

    try:
        wanted = list(registers().values()) if name == ALL else [register(name)]
    except EvidenceError as error:
        fail(error.zh, error.en)
    place = Path(out)
    if place.suffix.lower() == ".xlsx" and not place.is_dir():
        if name == ALL:
            fail(
                f"全部台账各写一个文件，{out} 应为文件夹。没有写出。",
                f"Each register has its own file, so {out} should be a folder; nothing was written.",
            )
        written = write_files(place.parent, {place.name: template_workbook(wanted[0])})
    else:
        written = write_files(place, {f"{r.name}.xlsx": template_workbook(r) for r in wanted})
    if json:
        emit({"format": "hengji.files/1", "files": [str(p) for p in written]})
        return
    for path in written:
        screen().print(f"已写出填报模板 {path}", markup=False)


@evidence_app.command()
def add(
    folder: Folder,
    name: Name,
    file: Annotated[
        str | None, typer.Argument(metavar="[FILE]", help="csv、xlsx 或 parquet 文件 / a CSV, XLSX or Parquet file")
    ] = None,
    sql: Annotated[
        tuple[str, str] | None,
        typer.Option("--sql", metavar="URL QUERY", help="数据库地址和查询语句 / a query instead"),
    ] = None,
    json: AsJson = False,
) -> None:
    """把记录导入台账：有问题的行逐一指出并隔离，其余入账；重复导入不变。/ Records into a register."""
    from hengji.dossier.computed import store_of
    from hengji.evidence.errors import EvidenceError
    from hengji.evidence.imported import import_json

    if (file is None) == (sql is None):
        fail(
            "请给出一个文件，或用 --sql 给出数据库地址和查询语句，二者取一。",
            "Give either a file, or a database and a query with --sql.",
        )
    dossier = opened(folder)
    at = datetime.datetime.now().astimezone()
    try:
        store = store_of(dossier)
        if sql is not None:
            imported = store.add_query(name, *sql, at=at, year=dossier.year)
        else:
            imported = store.add_file(name, Path(str(file)), at=at, year=dossier.year)
    except EvidenceError as error:
        fail(error.zh, error.en)
    if json:
        emit(import_json(imported))
    else:
        _print_import(imported)
    if imported.rejected_count:
        raise typer.Exit(FINDINGS)


@evidence_app.command("list")
def list_(folder: Folder, json: AsJson = False) -> None:
    """列出已有的台账和批次。/ The registers and batches that are there."""
    from hengji.dossier.computed import store_of
    from hengji.evidence.errors import EvidenceError
    from hengji.evidence.register import registers

    dossier = opened(folder)
    try:
        store = store_of(dossier)
        batches, broken = store.batches(), store.check_files()
    except EvidenceError as error:
        fail(error.zh, error.en)
    damaged = {b.path for b in broken}
    there = {
        name: {
            "register": name, "title": registers()[name].title,
            **{word: sum(b.counts[word] for b in batches if b.register == name) for word in ("new", "versions", "voids", "late")},
            "batches": [
                {"sha256": b.sha256, "source": b.source, "source_sha256": b.source_sha256, "at": b.at,
                 "simulated": b.simulated, "intact": b.path not in damaged, "counts": dict(b.counts)}
                for b in batches if b.register == name
            ],
        }
        for name in sorted({b.register for b in batches})
    }  # fmt: skip
    if json:
        emit({"format": "hengji.evidence_list/1", "folder": str(store.folder), "simulated": any(b.simulated for b in batches),
              "registers": list(there.values())})  # fmt: skip
    else:
        _print_list(list(there.values()))
    if broken:
        raise typer.Exit(FINDINGS)


@evidence_app.command()
def erase(
    folder: Folder,
    name: Name,
    before: Annotated[
        str, typer.Option(help="删到这一天之前，整年计，如 2022-01-01 / whole years before this day are erased")
    ],
    yes: Annotated[
        bool, typer.Option("--yes", help="确认删除；不写则只列出将删什么 / do it; without it, only tell")
    ] = False,
    by: Annotated[str | None, typer.Option(help="谁决定删除，默认为登录名 / who decided")] = None,
    why: Annotated[str, typer.Option(help="理由 / the reason")] = "保存期满",
    json: AsJson = False,
) -> None:
    """删除到期的个人信息：销毁假名的密钥，记录和摘要不变，不能恢复。/ Personal data beyond recovery; digests stay whole."""
    from hengji.dossier.computed import store_of
    from hengji.evidence.errors import EvidenceError
    from hengji.evidence.register import register

    on = day_of(before)
    if on is None:
        fail("请用 --before 写明日期，如 2022-01-01。", "Give a date with --before, such as 2022-01-01.")
    now = datetime.datetime.now().astimezone()
    try:
        kind, store = register(name), store_of(opened(folder))
        years = {y for y in store.years_with_personal_data(kind.name) if datetime.date(y, 12, 31) < on}
        if yes and years:
            store.erase(kind.name, years, at=now, by=by or getpass.getuser(), why=why)
    except EvidenceError as error:
        fail(error.zh, error.en)
    if json:
        emit({"format": "hengji.erasure/1", "register": kind.name, "before": str(on), "years": sorted(years),
              "retention_years": kind.retention_years, "erased": yes and bool(years)})  # fmt: skip
        return
    listed = "、".join(map(str, sorted(years)))
    if not years:
        said = f"{kind.title}：{on} 之前没有可删的个人信息 / nothing to erase"
    elif yes:
        said = f"{kind.title}：已删除 {listed} 年的个人信息，记录和摘要不变 / erased, digests stay whole"
    else:
        said = f"{kind.title}：将删除 {listed} 年的个人信息，不能恢复。确认请加 --yes / add --yes to do it"
    term = f"保存期 {kind.retention_years} 年" if kind.retention_years is not None else "没有规定保存期"
    screen().print(f"{said}（{term}）", markup=False, soft_wrap=True)


def _print_import(imported: Imported) -> None:
    from hengji.evidence.register import register

    console = screen()
    kind, done = register(imported.register), imported.decided

    def tell(text: str) -> None:
        console.print(text, markup=False, soft_wrap=True)

    tell(
        f"{kind.title}：{imported.source} 共 {imported.rows} 行，新增 {done.new}，更正 {done.versions}(其中作废 {done.voids})，"
        f"未变 {done.unchanged}，文件内重复 {done.duplicates}，没有收录 {imported.rejected_count}"
    )
    if done.late:
        tell(f"  其中迟录 {done.late} 行，已标记 / entered late")
    if imported.outside:
        tell(f"  其中 {imported.outside} 行的时间不在本年度，已收录，计算时按时间取舍 / outside the year")
    if imported.unknown:
        tell(f"  不认识的列没有读：{'、'.join(imported.unknown)} / unknown columns")
    for name, note, count in imported.notes:
        field = kind.field(name)
        tell(f"  “{field.title if field else name}”有 {count} 格{note.zh} / {note.en}")
    for zh, en in imported.remarks:
        tell(f"  {zh} / {en}")
    for row in imported.rejected[:SHOWN]:
        for trouble in row.trouble:
            where = f"“{trouble.field.title}”" if trouble.field else "整行"
            value = f"“{trouble.value}”" if trouble.value else ""
            tell(f"  第 {row.line} 行 {where}{value}{trouble.zh} / {trouble.en}")
    if imported.rejected_count > SHOWN:
        tell(f"  … 共 {imported.rejected_count} 行没有收录 / rows in all")
    if imported.quarantine:
        tell(
            f"没有收录的行都在 {imported.quarantine}，改正后可直接再导入。/ Rejected rows are in that file; "
            "correct it and add it again."
        )


def _print_list(there: list[dict[str, Any]]) -> None:
    console = screen()
    if not there:
        console.print("还没有任何记录。用“hengji evidence add”导入。/ No records yet.", markup=False)
    for one in there:
        console.print(
            f"{one['title']}({one['register']})：记录 {one['new']}，更正 {one['versions']}，作废 {one['voids']}，迟录 {one['late']}",
            markup=False, soft_wrap=True,
        )  # fmt: skip
        for batch in one["batches"]:
            label = "模拟数据 " if batch["simulated"] else ""
            harm = "" if batch["intact"] else "  文件不见了或被改动过，请从备份恢复 / gone or altered"
            console.print(
                f"  {label}{batch['source']}  {batch['at']}  {batch['sha256'][:12]}…{harm}",
                markup=False,
                soft_wrap=True,
            )


@evidence_app.command()
def check(
    folder: Folder,
    as_of: Annotated[
        str | None, typer.Option(help="截止日期，默认年末 / the day, default the last of the year")
    ] = None,
    json: AsJson = False,
) -> None:
    """检查记录中的异常：超期办结、漏巡查、重复、一份成果两处申报等。/ What is odd in the records."""
    from hengji.dossier import DossierError
    from hengji.dossier.computed import odds_of
    from hengji.evidence.checks import as_json

    try:
        odds, skipped = odds_of(opened(folder), day_of(as_of))
    except DossierError as error:
        fail(error.zh, error.en)
    if json:
        emit(as_json(odds, skipped))
    else:
        console = screen()
        for odd in odds:
            found = odd.finding
            said = f"[{COLOURS[found.severity]}]{found.severity.zh}[/] [bold]{found.code}[/bold] {escape(found.zh)}"
            console.print(said, soft_wrap=True)
        for one in skipped:
            console.print(f"未检查 {one.code}：{escape(one.needs)}", soft_wrap=True)
        console.print(f"记录中的异常 {len(odds)} 处 / {len(odds)} odd things in the records")
    if any(odd.finding.severity is Severity.ERROR for odd in odds):
        raise typer.Exit(FINDINGS)

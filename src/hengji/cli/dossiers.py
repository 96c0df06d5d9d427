"""`hengji init`, `forms`: a unit's year as a folder, and what is printed from it."""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from hengji.cli.options import AsJson, Year
from hengji.cli.output import emit, fail, read_bytes, say, screen, write_files
from hengji.cli.pdf import office, pdfs
from hengji.dossier import (
    Dossier,
    DossierError,
    FormKind,
    create,
    open_dossier,
    printed,
    review_dossier,
)
from hengji.dossier.stored import newest
from hengji.model.evaluation import Stage
from hengji.model.review import Method

_COMMANDS = {
    Stage.MONITORING: ("绩效运行监控", "hengji monitor {} --as-of YYYY-MM-DD"),
    Stage.SELF_EVALUATION: ("单位自评", "hengji score {}"),
}


def opened(folder: str | Path) -> Dossier:
    """The dossier in a folder; where it cannot be opened, the reason is said and the command ends with 2."""
    try:
        return open_dossier(Path(folder))
    except DossierError as error:
        fail(error.zh, error.en)


def init(
    file: Annotated[str, typer.Argument(help="公布的绩效目标表 / the published table")],
    folder: Annotated[str, typer.Argument(metavar="DIR", help="新的年度文件夹 / the new dossier")],
    origin: Annotated[
        str | None, typer.Option("--from", help="沿用上年文件夹的设置、挂接和目标表 / last year's dossier")
    ] = None,
    year: Year = None,
    pack: Annotated[str | None, typer.Option(help="规则包 / rule pack")] = None,
    json: AsJson = False,
) -> None:
    """用公布的绩效目标表建立年度文件夹。/ Make a dossier from a published table."""
    data = read_bytes(file)
    try:
        before = opened(origin) if origin else None
        made = create(data, Path(file).name, Path(folder), year=year, pack=pack, origin=before)
        carried = _carried(made, before) if before else {}
    except DossierError as error:
        fail(error.zh, error.en)
    if made.year is None:
        say(
            f"文中没有写明年度。请在 {folder}/hengji.toml 里写上 year = 年份，与年度有关的核查才能进行。",
            f"The document names no year. Write year = … into {folder}/hengji.toml, so that rules about years can run.",
        )
    facts = {
        "format": "hengji.dossier/1", "folder": str(folder), "unit": made.unit, "year": made.year, "pack": made.pack,
        "projects": len(made.table.projects), "indicators": made.table.indicator_count, **carried,
    }  # fmt: skip
    if json:
        emit(facts)
    else:
        screen().print(
            f"已建立 {folder}：{facts['projects']} 个项目、{facts['indicators']} 项指标，年度 {made.year or '未定'}"
        )
        if before:
            screen().print(
                f"沿用上年：口径挂接 {carried['bindings']} 条（其中 {carried['confirmed']} 条名称和指标值未变，确认仍有效），"
                f"主数据 {carried['masters']} 条，未办结的改进措施 {carried['actions']} 条；业务记录不沿用"
            )


def _carried(made: Dossier, before: Dossier) -> dict[str, int]:
    """What was taken over from last year; where that fails, the new folder is taken away again."""
    if not any((before.folder / name).exists() for name in ("bindings.toml", "evidence", "changes.jsonl")):
        return {"bindings": 0, "confirmed": 0, "masters": 0, "actions": 0}
    from hengji.dossier.carried import carry_actions, carry_over

    now = datetime.datetime.now()
    try:
        found = (*carry_over(made, before, now), carry_actions(made, before, now.astimezone()))
    except DossierError:
        shutil.rmtree(made.folder)
        raise
    return dict(zip(("bindings", "confirmed", "masters", "actions"), found, strict=True))


def forms(
    folder: Annotated[str, typer.Argument(metavar="DOSSIER", help="年度文件夹 / the dossier")],
    out: Annotated[str, typer.Option(help="写到哪个文件夹 / where to write")],
    kind: Annotated[FormKind | None, typer.Option(help="只要一种 / only one kind")] = None,
    method: Annotated[Method, typer.Option(help="general 一般性项目 · key 重点项目")] = Method.GENERAL,
    pdf: Annotated[bool, typer.Option("--pdf", help="另用 LibreOffice 转成 pdf / also as pdf, by LibreOffice")] = False,
    json: AsJson = False,
) -> None:
    """打印官方表式；评价类取最近一次冻结的评价。/ Print the official forms.

    审核意见、申报表、公开表、核查报告；监控表、自评表、自评报告、佐证材料目录、部门整体自评表、评价表。文件名里的序号 0 为全表。/ Those of an
    evaluation are printed from the one frozen last; 0 is the whole table.
    """
    program = office() if pdf else None
    dossier = opened(folder)
    wanted = [kind] if kind else list(FormKind)
    try:
        files = _of_review(dossier, [k for k in wanted if k.stage is None], method)
        for stage in Stage:
            mine = [k for k in wanted if k.stage is stage]
            if stage is Stage.SELF_EVALUATION and FormKind.REPORT in wanted:
                mine.append(FormKind.REPORT)  # its docx; the html needs no evaluation
            files |= _of_evaluation(dossier, stage, mine, needed=kind not in (None, FormKind.REPORT))
    except DossierError as error:
        fail(error.zh, error.en)
    if program:
        files |= pdfs(files, program)
    written = write_files(Path(out), files)
    if json:
        emit({"format": "hengji.files/1", "files": [str(p) for p in written]})
    else:
        screen().print(f"已写出 {len(written)} 个文件到 {out}：", markup=False)
        for path in written:
            screen().print(f"  {path}", markup=False)


def _of_review(dossier: Dossier, kinds: Sequence[FormKind], method: Method) -> dict[str, bytes]:
    """The forms of the table and its review."""
    if not kinds:
        return {}
    reviewed = review_dossier(dossier, today=datetime.date.today(), method=method)
    return {name: content for k in kinds for name, content in printed(reviewed, k).items()}


def _of_frame(dossier: Dossier, kinds: Sequence[FormKind], *, needed: bool) -> dict[str, bytes]:
    """The forms of the whole unit and of departmental and fiscal evaluations; what is not frozen is said, or fails."""
    from hengji.dossier.framed_forms import framed_forms

    made: dict[str, bytes] = {}
    for kind in kinds:
        files, older = framed_forms(dossier, kind, datetime.datetime.now())
        for file in older:
            say(
                f"{file} 冻结之后又有填报或记录，表中仍是冻结时的数；要计入请用 hengji score --frame 重新评价后再打印。",
                f"Entries or records came after {file} was frozen; the form shows the frozen figures. Score again.",
            )
        if not files and (needed or kind is FormKind.DEPARTMENT_SELF_EVALUATION):
            frame = "department" if kind is FormKind.DEPARTMENT_SELF_EVALUATION else "departmental --project 序号"
            tell = fail if needed else say
            tell(
                f"没有冻结的评价，{kind} 没有打印。请先运行 hengji score {dossier.folder} --frame {frame}。",
                f"No evaluation is frozen, so {kind} was not printed. Run hengji score {dossier.folder} --frame … first.",
            )
        made |= files
    return made


def _of_evaluation(dossier: Dossier, stage: Stage, kinds: Sequence[FormKind], *, needed: bool) -> dict[str, bytes]:
    """The forms of the evaluation frozen last; where there is none it is said, and a kind asked for by name fails."""
    if kinds and stage not in _COMMANDS:
        return _of_frame(dossier, kinds, needed=needed)
    stored = newest(dossier, stage) if kinds else None
    if stored is None:
        if kinds:
            name, command = _COMMANDS[stage]
            tell = fail if needed else say
            said = ["0-report.docx（自评报告）" if k is FormKind.REPORT else k for k in kinds]
            tell(
                f"没有冻结的{name}，{'、'.join(said)} 没有打印。请先运行 {command.format(dossier.folder)}。",
                f"No {stage.value} is frozen, so {', '.join(said)} was not printed. Run {command.format(dossier.folder)}.",
            )
        return {}
    from hengji.dossier.evaluation_forms import prepared, printed_evaluation

    material, changed = prepared(dossier, stored)
    if changed:
        say(
            f"{stored.file} 冻结之后有变动：{'、'.join(zh for zh, _ in changed)}。表中是冻结时的数，冻结时没有存而现在又变了的内容留空；"
            "要按现在的资料填，请重新计分后再打印。",
            f"Changed since {stored.file} was frozen: {', '.join(en for _, en in changed)}. The forms show the frozen "
            "figures; score again to print the present ones.",
        )
    return {name: content for k in kinds for name, content in printed_evaluation(material, k).items()}

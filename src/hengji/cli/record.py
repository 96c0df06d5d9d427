"""`hengji record`: what only people can give, kept in changes.jsonl."""

from __future__ import annotations

import datetime
import getpass
import json as jsonlib
from pathlib import Path
from typing import Annotated, Any

import typer

from hengji.cli.dossiers import opened
from hengji.cli.options import AsJson
from hengji.cli.output import emit, fail, read_bytes, screen
from hengji.dossier import KINDS, Dossier, DossierError, GivenKind, entry, keep, table_in_force
from hengji.dossier.actions import check_update
from hengji.dossier.judging import check_grade
from hengji.dossier.locks import changing

_KINDS_ZH = " · ".join(f"{kind.value} {spec.title}" for kind, spec in KINDS.items())


def record(
    folder: Annotated[str, typer.Argument(metavar="DOSSIER", help="年度文件夹 / the dossier")],
    kind: Annotated[GivenKind, typer.Argument(help=_KINDS_ZH)],
    file: Annotated[
        str | None, typer.Argument(metavar="[FILE]", help="多条：每行一个 JSON 对象 / many: a JSON object a line")
    ] = None,
    set_: Annotated[
        list[str] | None, typer.Option("--set", metavar="FIELD=VALUE", help="一条的字段，理由写 why=… / fields of one")
    ] = None,
    by: Annotated[str | None, typer.Option(help="谁作出的决定，默认为登录名 / who decided")] = None,
    json: AsJson = False,
) -> None:
    """记下只有人能给出的东西；只增不改，前后相连。/ Record what only people can give; append-only, chained."""
    dossier = opened(folder)
    given = [*(_of_file(file) if file else []), *([_of_options(set_)] if set_ else [])]
    if not given:
        fail(
            "没有要记的内容。请用 --set 字段=值，或给出一个文件。",
            "Nothing to record. Use --set FIELD=VALUE or give a file.",
        )
    now = datetime.datetime.now().astimezone()
    try:
        table = table_in_force(dossier.table, dossier.changes.read(), now.date())
        entries = []
        for fields in given:
            why = (fields.pop("why", "") or fields.get("reason", "")).strip()
            if not why:
                fail(
                    "缺少理由：--set why=理由。没有理由的决定不能留痕。",
                    "A reason is needed: --set why=REASON. A decision without one cannot be kept.",
                )
            entries.append((why, entry(table, kind, fields, now.date())))
            if kind is GivenKind.CORRECTIVE_ACTION_UPDATE:
                check_update(dossier.changes.read(), entries[-1][1][2])
            if kind is GivenKind.REVIEW_GRADE:
                check_grade(dossier, entries[-1][1][2], now.date())
        if kind is GivenKind.FRAME_LINE:
            _fits_frame(dossier, [new for _, (_, _, new) in entries], now.date())
        with changing(dossier.folder, kind.value):
            pass  # asked before a file is kept; the log will ask again
        for _, (_, _, new) in entries:
            if "file" in new:
                new["attachment"] = keep(dossier.folder, read_bytes(new["file"]), new["file"])
                new["file"] = Path(new["file"]).name
        made = [
            change
            for why, given_entry in entries
            for change in dossier.changes.append([given_entry], by=by or getpass.getuser(), why=why, at=now)
        ]
        if kind is GivenKind.ATTESTATION:
            _into_register(dossier, now)
    except DossierError as error:
        fail(error.zh, error.en)
    for change in made:
        if json:
            facts = {"seq": change.seq, "kind": change.kind, "by": change.by, "why": change.why}
            emit({"format": "hengji.change/1", **facts, "old": change.old, "new": change.new})
        else:
            said = "，".join(f"{k}={v}" for k, v in change.new.items() if v is not None)
            screen().print(
                f"已记录第 {change.seq} 条：{KINDS[kind].title} {said} — {change.why}（{change.by}）", markup=False
            )


def _fits_frame(dossier: Dossier, lines: list[dict[str, Any]], on: datetime.date) -> None:
    from hengji.dossier.framed import check_line

    day = datetime.date(dossier.year, 12, 31) if dossier.year else on
    for new in lines:
        check_line(dossier, new, day)


def _into_register(dossier: Dossier, now: datetime.datetime) -> None:
    # Here and not above: the libraries of records are loaded only where they are needed.
    from hengji.dossier.attested import register_attestations

    register_attestations(dossier, now.replace(tzinfo=None))


def _of_options(pairs: list[str]) -> dict[str, str]:
    fields = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals:
            fail(f"“{pair}”写法不对，应为 --set 字段=值。", f"{pair!r} is not understood; write --set FIELD=VALUE.")
        fields[key] = value
    return fields


def _of_file(file: str) -> list[dict[str, str]]:
    found = []
    for number, line in enumerate(read_bytes(file).splitlines(), 1):
        if not line.strip():
            continue
        try:
            value = jsonlib.loads(line)
        except ValueError:
            value = None
        if not isinstance(value, dict) or not all(isinstance(v, (str, int)) for v in value.values()):
            fail(
                f"{file} 第{number}行不是字段和值的 JSON 对象，整个文件没有记录。",
                f"{file} line {number} is not a JSON object of fields and values; nothing was recorded.",
            )
        found.append({k: str(v) for k, v in value.items()})
    return found

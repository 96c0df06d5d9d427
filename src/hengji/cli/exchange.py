"""`hengji exchange`: a dossier as files with the national field names."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hengji.cli.dossiers import opened
from hengji.cli.options import AsJson
from hengji.cli.output import emit, fail, screen, write_files
from hengji.dossier import DossierError


def exchange(
    folder: Annotated[str, typer.Argument(metavar="DOSSIER", help="年度文件夹 / the dossier")],
    out: Annotated[str, typer.Option(help="写到哪个文件夹 / where to write")],
    json: AsJson = False,
) -> None:
    """按国家一体化字段名导出交换文件(JSON 和 CSV)：目标、监控、自评；不知道的字段留空，见 fields.csv。/ Exchange files with the national field names; hengji read and init take the package back."""
    from hengji.dossier.exchange import exchange_files, exchanged

    try:
        made = exchanged(opened(folder))
        files = exchange_files(made)
    except DossierError as error:
        fail(error.zh, error.en)
    written = write_files(Path(out), files)
    counts = {name: len(rows) for name, rows in made["tables"].items()}
    if json:
        emit({"format": "hengji.files/1", "files": [str(p) for p in written], "rows": counts})
        return
    console = screen()
    console.print(f"已写出 {len(written)} 个文件到 {out}：", markup=False)
    for name, count in counts.items():
        console.print(f"  {name}  {count} 行", markup=False)
    console.print(
        "  字段含义和未填的字段见 fields.csv；computesign 除 6(定性)外的代码未核对，发送前请与接收方确认。",
        markup=False,
    )

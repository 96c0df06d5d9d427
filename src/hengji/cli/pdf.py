"""Forms as PDF on the command line: what cannot be made is said, and the command ends."""

from __future__ import annotations

from collections.abc import Mapping

from hengji.cli.output import fail, say
from hengji.dossier import DossierError
from hengji.dossier import office as libreoffice


def office() -> str:
    """The program that makes the PDF; where there is none it is said, and the command ends with 2."""
    found = libreoffice.office()
    if found is None:
        fail(
            "--pdf 要用 LibreOffice(soffice)转换，这台机器上没有找到，没有写出任何文件。请安装 LibreOffice，或不加 --pdf 而从浏览器打印 html。",
            "--pdf needs LibreOffice (soffice), which was not found; nothing was written. Install it, or print the html.",
        )
    return found


def pdfs(files: Mapping[str, bytes], program: str) -> dict[str, bytes]:
    """File name → content of the PDF of each form that has an office file; those that have none are named.

    Raises:
        typer.Exit: LibreOffice gave up on a file; which one was said.
    """
    without = sorted({name.rpartition(".")[0] for name in files} - libreoffice.convertible(files).keys())
    if without:
        say(
            f"{'、'.join(without)} 只有 html，没有转成 pdf；请在浏览器里打印。",
            f"{', '.join(without)} is html only and was not made a pdf; print it in a browser.",
        )
    try:
        return libreoffice.pdfs(files, program)
    except DossierError as error:
        fail(error.zh, error.en)

"""Forms as PDF through LibreOffice, where it is installed: what it prints is what the office file prints."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from hengji.cli.output import fail, say

_ENDINGS = ("xlsx", "docx")  # of several renderings of a form, the first there is
_SECONDS = 120  # for LibreOffice to begin
_SECONDS_A_FILE = 20


def office() -> str:
    """The program that makes the PDF; where there is none it is said, and the command ends with 2."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    if found is None:
        fail(
            "--pdf 要用 LibreOffice(soffice)转换，这台机器上没有找到，没有写出任何文件。请安装 LibreOffice，或不加 --pdf 而从浏览器打印 html。",
            "--pdf needs LibreOffice (soffice), which was not found; nothing was written. Install it, or print the html.",
        )
    return found


def pdfs(files: Mapping[str, bytes], program: str) -> dict[str, bytes]:
    """File name → content of the PDF of each form that has an office file; one run of LibreOffice for all.

    Raises:
        typer.Exit: LibreOffice gave up on a file; which one was said.
    """
    first: dict[str, str] = {}
    for ending in _ENDINGS:
        for name in files:
            if name.endswith(ending):
                first.setdefault(name.rpartition(".")[0], name)
    without = sorted({name.rpartition(".")[0] for name in files} - first.keys())
    if without:
        say(
            f"{'、'.join(without)} 只有 html，没有转成 pdf；请在浏览器里打印。",
            f"{', '.join(without)} is html only and was not made a pdf; print it in a browser.",
        )
    if not first:
        return {}
    with tempfile.TemporaryDirectory(prefix="hengji-pdf-") as place:
        folder = Path(place)
        for name in first.values():
            (folder / name).write_bytes(files[name])
        command = [program, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", "pdf",
                   "--outdir", place, *(str(folder / name) for name in first.values())]  # fmt: skip
        with suppress(OSError, subprocess.TimeoutExpired):  # the files that are missing say it
            subprocess.run(command, check=False, capture_output=True, timeout=_SECONDS + _SECONDS_A_FILE * len(first))
        made = {f"{stem}.pdf": folder / f"{stem}.pdf" for stem in first}
        missing = [first[name.removesuffix(".pdf")] for name, path in made.items() if not path.exists()]
        if missing:
            fail(
                f"LibreOffice 没有转出 {'、'.join(missing[:3])}{'等' if len(missing) > 3 else ''}，没有写出任何文件。请去掉 --pdf 再试。",
                f"LibreOffice did not convert {', '.join(missing[:3])}; nothing was written. Try without --pdf.",
            )
        return {name: path.read_bytes() for name, path in made.items()}

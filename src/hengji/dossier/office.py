"""Forms as PDF through LibreOffice, where it is installed: what it prints is what the office file prints."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from hengji.dossier.errors import DossierError

_ENDINGS = ("xlsx", "docx")  # of several renderings of a form, the first there is
_SECONDS = 120  # for LibreOffice to begin
_SECONDS_A_FILE = 20


def office() -> str | None:
    """The program that makes the PDF; None where there is none."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def convertible(names: Iterable[str]) -> dict[str, str]:
    """Name of a form without its ending → the office file that its PDF is made from; none for one that has only html."""
    names = list(names)
    first: dict[str, str] = {}
    for ending in _ENDINGS:
        for name in names:
            if name.endswith(f".{ending}"):
                first.setdefault(name.rpartition(".")[0], name)
    return first


def pdfs(files: Mapping[str, bytes], program: str) -> dict[str, bytes]:
    """File name → content of the PDF of each form that has an office file; one run of LibreOffice for all.

    Raises:
        DossierError: LibreOffice gave up on a file.
    """
    first = convertible(files)
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
            raise DossierError(
                f"LibreOffice 没有转出 {'、'.join(missing[:3])}{'等' if len(missing) > 3 else ''}，没有写出任何文件。请改用 xlsx、docx 或 html。",
                f"LibreOffice did not convert {', '.join(missing[:3])}; nothing was written. Take the xlsx, docx or html.",
            )
        return {name: path.read_bytes() for name, path in made.items()}

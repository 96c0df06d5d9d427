"""Documents read with what this machine has installed: LibreOffice for old documents."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

from hengji.dossier.office import office
from hengji.model.table import TargetTable
from hengji.reading import Explained, explained

_SECONDS = 60  # less than a document may take in a run over many


def read_document(data: bytes, file: str) -> TargetTable:
    """As `hengji.reading.read`, old documents (.doc, .rtf) too where LibreOffice is installed."""
    return explained_document(data, file).table


def explained_document(data: bytes, file: str) -> Explained:
    """As `hengji.reading.explained`, old documents (.doc, .rtf) too where LibreOffice is installed."""
    return explained(data, file, as_docx if office() else None)


def as_docx(data: bytes, ending: str) -> bytes | None:
    """The DOCX that LibreOffice makes of an old document, in a profile of its own and within a time; None if it fails.

    Macros are never run: a profile that nobody has set up runs none.
    """
    program = office()
    if program is None:
        return None
    with tempfile.TemporaryDirectory(prefix="hengji-doc-", ignore_cleanup_errors=True) as place:
        folder = Path(place)
        (folder / f"old.{ending}").write_bytes(data)
        command = [program, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to",
                   "docx:MS Word 2007 XML", "--outdir", place, str(folder / f"old.{ending}")]  # fmt: skip
        with suppress(OSError, subprocess.SubprocessError):
            _run(command)
        made = folder / "old.docx"
        return made.read_bytes() if made.exists() else None


def _run(command: list[str]) -> None:
    """A run that ends, with all that it started, when its time is over."""
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, process_group=0
    ) as running:  # fmt: skip
        try:
            running.wait(_SECONDS)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(running.pid, signal.SIGKILL)
            raise

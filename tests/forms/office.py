"""Forms as LibreOffice prints them: the text of each page."""

from __future__ import annotations

import re
import shutil
import subprocess
import unicodedata
from collections.abc import Mapping
from pathlib import Path

import pytest

MARKS = [
    pytest.mark.office,
    pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice (soffice) is not installed"),
    pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext (poppler-utils) is not installed"),
]


def pages_of(folder: Path, forms: Mapping[str, bytes]) -> dict[str, list[str]]:
    """Form name → text of each of its pages, white space taken out; one LibreOffice for all forms."""
    for name, content in forms.items():
        (folder / name).write_bytes(content)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder)]
    subprocess.run([*command, *(str(folder / name) for name in forms)], check=True, capture_output=True, timeout=300)
    return {name: _pages(folder / name) for name in forms}


def _pages(form: Path) -> list[str]:
    said = subprocess.run(
        ["pdftotext", "-layout", str(form.with_suffix(".pdf")), "-"], check=True, capture_output=True, timeout=60
    )
    # A font that stands in may name a radical where the character of the same shape was meant.
    text = unicodedata.normalize("NFKC", said.stdout.decode("utf-8")).replace("⻚", "页")
    return [re.sub(r"\s", "", page) for page in text.split("\f")[:-1]]

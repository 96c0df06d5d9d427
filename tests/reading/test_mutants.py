"""A damaged copy of any document is read or refused within limits of time and memory.

`HENGJI_MUTATIONS` copies of each document (default 5), of those in `HENGJI_DOCUMENTS` (a folder) too.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests" / "data"
COUNT = os.environ.get("HENGJI_MUTATIONS", "5")
ENDINGS = (".txt", ".tsv", ".docx", ".xlsx", ".xls", ".pdf", ".csv", ".html", ".png")


def documents() -> list[Path]:
    folders = [DATA, DATA / "documents", DATA / "pdf"]
    if more := os.environ.get("HENGJI_DOCUMENTS"):
        folders.append(Path(more))
    found = [f for folder in folders if folder.is_dir() for f in sorted(folder.iterdir()) if f.suffix in ENDINGS]
    return [f for f in found if f.suffix != ".png" or "HENGJI_MUTATIONS" in os.environ]  # each costs a second


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is limited by what Linux tells of it")
def test_damaged_copies_are_read_or_refused() -> None:
    command = [sys.executable, "-m", "tests.reading.mutants", COUNT, "0", *map(str, documents())]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("done\n", 0), done.stderr[-2000:]

"""The environment of the peers: locked packages that only benchmarks need, kept apart from the project's own."""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).parent
FOLDER = HERE.parent / ".venv-bench"
PYTHON = FOLDER / "bin" / "python"
LOCK = HERE / "requirements.txt"


def python() -> Path | None:
    """The interpreter that has the peers, set up where needed; None where they cannot be installed."""
    mark = FOLDER / ".locked"
    if mark.exists() and mark.read_bytes() == LOCK.read_bytes():
        return PYTHON
    venv.create(FOLDER, with_pip=True, clear=True)
    words = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r", str(LOCK)]
    done = subprocess.run([str(PYTHON), *words], check=False, capture_output=True, text=True)
    if done.returncode:
        print("peers cannot be installed, only our own figures follow:", done.stderr.strip()[-200:], file=sys.stderr)
        return None
    mark.write_bytes(LOCK.read_bytes())
    return PYTHON

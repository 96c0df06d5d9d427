"""A real site for tests: web server and worker in a process group of their own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import NamedTuple

import pytest


def trail_is_whole(data: Path) -> int:
    """Prove the trail of acts as `hengji verify DATA` does, for a site that is down; how many acts there are."""
    command = [sys.executable, "-c", "from hengji.cli import main; main()", "verify", str(data), "--json"]
    ran = subprocess.run(command, env=_own(), capture_output=True, text=True, timeout=300)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return int(json.loads(ran.stdout)["checked"])


def _own() -> dict[str, str]:
    # As on a machine of its own: nothing of the settings that the other tests run under.
    return {k: v for k, v in os.environ.items() if not k.startswith(("HENGJI_", "DJANGO_"))}


class Site(NamedTuple):
    """A running site: its processes, its address, the passwords of its demo accounts."""

    process: subprocess.Popen[bytes]
    address: str
    passwords: dict[str, str]

    def kill(self) -> None:
        """End web and worker at once, as a power cut would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def served(data: Path, origin: Path) -> Site:
    """A site over a data folder, answering; `origin` is the dossier of its demo."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "hengji.web", "--data", str(data), "--demo", str(origin), "--port", str(port)]
    server = subprocess.Popen(
        command, env=_own(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    address = f"http://127.0.0.1:{port}"
    for _ in range(900):
        try:
            urllib.request.urlopen(address + "/health", timeout=5).close()
            break
        except OSError:
            time.sleep(0.2)
    else:
        os.killpg(server.pid, signal.SIGKILL)
        pytest.fail("the site does not answer")
    lines = (data / "demo-accounts.txt").read_text("utf-8").splitlines()
    return Site(server, address, dict(line.split("\t")[:2] for line in lines))  # type: ignore[arg-type]

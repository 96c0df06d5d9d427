"""A province's outlets on one gateway: at their true rate, then twenty times as fast. Simulated data (模拟数据).

HENGJI_OUTLETS (2600) and HENGJI_LOAD_SECONDS (30 for each phase) say how many and how long; the figures wanted of ten
minutes need 600. Gateway and outlets share this machine, so that what is told of the gateway is rather too bad.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

OUTLETS = int(os.environ.get("HENGJI_OUTLETS", "2600"))
SECONDS = float(os.environ.get("HENGJI_LOAD_SECONDS", "30"))
COMMAND = [sys.executable, "-m", "hengji.gateway"]
TICKS = os.sysconf("SC_CLK_TCK")


def main() -> None:
    with tempfile.TemporaryDirectory() as base:
        folder = Path(base) / "g"
        outlets = [*COMMAND, "simulate", str(folder), "--outlets", str(OUTLETS), "--tampered", "0", "--json"]
        subprocess.run([*outlets, "--prepare"], check=True, stdout=subprocess.DEVNULL)
        with (Path(base) / "events").open("wb") as events:
            gateway = subprocess.Popen([*COMMAND, "gateway", str(folder), "--port", "0"], stderr=events)
        while not (folder / "gateway.port").exists():
            time.sleep(0.1)
        try:
            for speed in (1, 20):
                phase(outlets, speed, gateway.pid)
        finally:
            gateway.terminate()
            gateway.wait()
        size = sum(path.stat().st_size for path in folder.rglob("*.inbox"))
        print(f"inbox {size / 1e6:.0f} MB")
        subprocess.run([*COMMAND, "gateway", "verify", str(folder)], check=True)


def phase(outlets: list[str], speed: int, pid: int) -> None:
    """One run of the outlets, with the gateway's memory and processor time meanwhile."""
    words = ["--speed", str(speed), "--hours", str(SECONDS * speed / 3600), "--begin", "2024-03-05T07:30"]
    memory: list[float] = []
    ended = threading.Event()

    def look() -> None:
        while not ended.wait(5):
            memory.append(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096 / 1e6)

    looking = threading.Thread(target=look)
    looking.start()
    began, busy = time.monotonic(), used(pid)
    ran = subprocess.run([*outlets, *words], check=False, capture_output=True)
    taken, busy = time.monotonic() - began, used(pid) - busy
    ended.set()
    looking.join()
    said = json.loads(ran.stdout)
    thirds = [memory[n * (len(memory) - 1) // 3] for n in range(4)] if memory else []
    print(
        f"{OUTLETS} outlets, {speed} times their rate, {taken:.0f} s: {said['answered']} answered "
        f"({said['answered'] / taken:.0f}/s), {said['unanswered']} unanswered, {said['again']} again; answer in s "
        f"{said['answer_seconds']}; gateway {100 * busy / taken:.0f} % of a core, memory over time in MB "
        f"{[round(m) for m in thirds]}",
        flush=True,
    )


def used(pid: int) -> float:
    """Processor seconds of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


if __name__ == "__main__":
    main()

"""kill -9 at any moment under load: every packet that was acknowledged is in the inbox exactly once.

Counted against what the simulated outlets wrote down. `HENGJI_KILLS` says how many moments are tried.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import threading
from collections import Counter

from tests.gateway.serving import HENGJI, in_folder, serving

from hengji.gateway.verify import verify

KILLS = int(os.environ.get("HENGJI_KILLS", "4"))
EACH = 2.0
"""Seconds between two kills on average."""


def test_every_acknowledged_packet_survives_kills_and_is_there_exactly_once(tmp_path):
    folder, moments = tmp_path / "g", random.Random(20240305)
    words = ["simulate", str(folder), "--outlets", "60", "--speed", "600", "--begin", "2024-03-05T00"]
    words += ["--hours", "9999", "--timeout", "2", "--drain", "60", "--json"]
    subprocess.run([*HENGJI, *words, "--prepare"], check=True, stdout=subprocess.DEVNULL)
    with serving(folder) as gateway:
        port = gateway.port
        outlets = subprocess.Popen([*HENGJI, *words, "--port", str(port)], stdout=subprocess.PIPE)
        gateway.process.terminate()
        gateway.process.wait()
    for _ in range(KILLS):
        with serving(folder, port=port) as gateway:
            ended = threading.Event()
            ended.wait(moments.uniform(0.2, 2 * EACH - 0.2))
            gateway.kill()
    with serving(folder, port=port) as gateway:
        assert outlets.poll() is None  # they were sending all the time
        outlets.terminate()
        out, _ = outlets.communicate()
        assert outlets.returncode == 0
        assert gateway.stop() == 0
    log = [json.loads(line) for line in (folder / "simulated" / "sent.jsonl").read_text("utf-8").splitlines()]
    acknowledged = Counter(line["sha256"] for line in log if line["answered"] is not None)
    there = Counter(r.digest for r in in_folder(folder) if not r.entry.why and "duplicate" not in r.entry.notes)
    assert len(acknowledged) > 100 * KILLS
    lost = [digest for digest in acknowledged if not there[digest]]
    twice = [digest for digest in acknowledged if there[digest] > 1]
    assert (lost, twice) == ([], [])
    found = verify(folder / "inbox")
    assert not found.differences
    print(
        f"{KILLS} kills: {len(acknowledged)} acknowledged, {found.checked} records; {json.loads(out)['answer_seconds']}"
    )

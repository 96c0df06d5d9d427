"""A roll-up that is killed at any moment is gone on with and comes to the same as one that was left alone."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time

from tests.reception.store.journals import ONE, TWO, gateway, live, receive, table

from hengji.reception.store.rolled import roll

ROLL = (
    "import sys; from pathlib import Path; from hengji.reception.store import rolled, decoded, journal; "
    "rolled.AT_ONCE = 40; print('ready', flush=True); rolled.roll(Path(sys.argv[1]))"
)


def test_kills_at_random_moments_lose_and_double_nothing(tmp_path):
    folder, chance = gateway(tmp_path / "g"), random.Random(4)
    receive(folder, [s.entry() for pair in zip(live(ONE, 300), live(TWO, 300), strict=True) for s in pair], 6000)
    killed = 0
    for _ in range(12):
        process = subprocess.Popen(
            [sys.executable, "-c", ROLL, str(folder)],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(chance.uniform(0, 0.5))
        process.send_signal(signal.SIGKILL)
        killed += process.wait() == -signal.SIGKILL
        process.stdout.close()
    assert killed
    roll(folder)
    gone_on = table(folder, "hours"), table(folder, "days")
    left = sorted(p.relative_to(folder) for p in (folder / "store").rglob("*.parquet"))
    shutil.rmtree(folder / "store")
    roll(folder)
    assert (table(folder, "hours"), table(folder, "days")) == gone_on
    assert len(left) == len(list((folder / "store").rglob("*.parquet")))
    assert sum(row["received"] for row in gone_on[0]) == 600

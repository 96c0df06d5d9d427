"""kill -9 at any moment of an import: nothing acknowledged is lost, no half batch counts, the next run completes.

`HENGJI_KILLS` says how many moments are tried.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq

from hengji.evidence.store import MANIFEST, Store

KILLS = int(os.environ.get("HENGJI_KILLS", "6"))
FILES, ROWS = 4, 4000
# Imports the files one after another, from the last acknowledged one on, which must change nothing; tells each when it is
# acknowledged, then erases the keys of 2023.
WORK = """
import datetime, sys
from pathlib import Path
from hengji.evidence.store import Store
given, store = Path(sys.argv[1]), Store(Path(sys.argv[2]))
at = datetime.datetime(2024, 12, 31, 9)
print("ready", flush=True)
done = [b.source for b in store.batches()]
for file in sorted(given.iterdir())[max(len(done) - 1, 0):]:
    store.add_file("system_patrol", file, at=at)
    print(file.name, flush=True)
store.erase("system_patrol", {2023}, at=at, by="x", why="y")
print("erased", flush=True)
"""
HEAD = "来源系统,来源编号,排放口编号,巡查时间,巡查人员,巡查结果\n"


def given_files(folder: Path) -> Path:
    folder.mkdir()
    for n in range(FILES):
        # Each file corrects a tenth of the one before it and has a few bad rows.
        keys = range(n * ROWS - (ROWS // 10 if n else 0), (n + 1) * ROWS)
        lines = [
            f"巡查,{k},DW{k % 50:03},{2023 if k % 7 == 0 and n == 0 else 2024}-01-{k % 31:02} 08:30,人{k % 9},{'异常' if n % 2 else '正常'}\n"
            for k in keys
        ]
        (folder / f"{n}.csv").write_text(HEAD + "".join(lines), "utf-8")
    return folder


class Run:
    """The work in a process of its own."""

    def __init__(self, given: Path, folder: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", WORK, str(given), str(folder)], stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout is not None
        self._out = self._process.stdout
        assert self._out.readline() == "ready\n"

    def killed_after(self, seconds: float) -> list[str]:
        """What it had acknowledged when it was killed."""
        time.sleep(seconds)
        self._process.kill()
        return self._end()

    def finished(self) -> list[str]:
        """What it acknowledged until it ended by itself."""
        said = self._end()
        assert self._process.returncode == 0
        return said

    def _end(self) -> list[str]:
        said = self._out.read().split()
        self._process.wait()
        self._out.close()
        return said


def versions(store: Store) -> list[tuple[object, ...]]:
    """All stored rows without the pseudonyms, which differ from store to store."""
    columns = ["source_key", "version", "outlet_no", "patrolled_at", "result", "batch", "line"]
    rows = [r for b in store.batches() for r in pq.read_table(b.path, columns=columns).to_pylist()]
    return [tuple(r.values()) for r in rows]


def test_a_kill_at_any_moment_loses_nothing_acknowledged_and_the_next_run_completes(tmp_path):
    given = given_files(tmp_path / "given")
    began = time.monotonic()
    whole = Store(tmp_path / "whole")
    assert Run(given, whole.folder).finished() == [*(f"{n}.csv" for n in range(FILES)), "erased"]
    length = time.monotonic() - began
    wanted = versions(whole)
    counts = [b.counts for b in whole.batches()]
    assert all(c["rejected"] for c in counts)

    chance = random.Random(20240105)
    reached = set()
    for n in range((KILLS + 1) // 2):
        folder = tmp_path / f"killed-{n}"
        store = Store(folder)
        acknowledged: list[str] = []
        for _ in range(2):  # killed twice, the second time in the middle of what the first left
            said = Run(given, folder).killed_after(chance.uniform(0, length * 0.6))
            acknowledged += said
            reached.add(len(said))
            if (folder / MANIFEST).exists():
                kept = {b.source for b in store.batches()}
                assert {s for s in acknowledged if s.endswith(".csv")} <= kept
                assert store.check_files() == []
                stored = versions(store)
                assert stored == wanted[: len(stored)]
                if "erased" in acknowledged:
                    assert store.years_with_personal_data("system_patrol") == {2024}
            else:
                assert not acknowledged
        Run(given, folder).finished()
        assert versions(store) == wanted
        assert store.check_files() == []
        assert store.years_with_personal_data("system_patrol") == {2024}
        assert not list((folder / "keys").glob("*-2023"))
        assert not [p for p in folder.iterdir() if p.name.startswith(".import-")]
    assert len(reached) > 1 or KILLS < 5, "every kill met the same moment"

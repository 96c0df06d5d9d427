"""kill -9 at any moment of a computation: no file is half written, no record is touched, the next run completes.

`HENGJI_KILLS` says how many moments are tried.
"""

from __future__ import annotations

import datetime
import json
import os
import random
import signal
import subprocess
import sys
import time

from tests.cli.test_compute_command import BINDINGS, PROJECT, RECORDS, TABLE

from hengji.evidence.store import Store

KILLS = int(os.environ.get("HENGJI_KILLS", "6"))


def test_a_killed_computation_leaves_whole_files_and_all_records(run, tmp_path):
    (tmp_path / "t.txt").write_text(TABLE, "utf-8")
    assert run("init", "t.txt", "year", "--year", 2024).code == 0
    year, out = tmp_path / "year", tmp_path / "out"
    (year / "bindings.toml").write_text(BINDINGS, "utf-8")
    Store(year / "evidence").add_file("petition", RECORDS.encode(), at=datetime.datetime(2024, 12, 31), file="p.csv")
    before = {p: p.read_bytes() for p in sorted((year / "evidence").rglob("*")) if p.is_file()}
    command = [sys.executable, "-c", "from hengji.cli import main; main()", "compute", str(year), "--out", str(out)]
    began = time.monotonic()
    subprocess.run(command, check=True, capture_output=True)
    whole = time.monotonic() - began
    wanted = (out / "actuals.json").read_bytes()
    moments = random.Random(20241231)
    for _ in range(KILLS):
        for file in out.glob("*"):
            if file.is_file():
                file.unlink()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(moments.uniform(0.3, 1) * whole)
        process.send_signal(signal.SIGKILL)
        process.wait()
        for file in (out / "actuals.json", out / "overview.html"):
            if file.exists() and file.suffix == ".json":
                assert file.read_bytes() == wanted
        assert {p: p.read_bytes() for p in before} == before
    subprocess.run(command, check=True, capture_output=True)
    assert (out / "actuals.json").read_bytes() == wanted
    assert json.loads(wanted)["indicators"][0]["project"] == PROJECT

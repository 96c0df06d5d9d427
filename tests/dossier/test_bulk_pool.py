"""One document that hangs, eats memory or kills its process costs itself and no other; the folder is listed whole."""

from __future__ import annotations

import datetime
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.dossier import bulk_workers

from hengji.dossier.bulk.ledger import Ledger
from hengji.dossier.bulk.listing import Listed, listing
from hengji.dossier.bulk.pool import worked
from hengji.dossier.bulk.terms import Limits, Terms
from hengji.dossier.errors import DossierError
from hengji.model.review import Method

TERMS = Terms("0", "national-2020", Method.GENERAL, datetime.date(2024, 1, 1))
LIMITS = Limits(seconds=2, megabytes=256)
TABLE = Path(__file__).parents[1] / "data" / "panyu-2024.txt"


@pytest.mark.parametrize(
    ("name", "code"), [("hangs", "B01"), ("spins", "B01"), ("eats", "B02"), ("dies", "B03"), ("fails", "B03")]
)
def test_a_document_that_goes_wrong_is_named_and_the_others_are_read(name, code):
    tasks = [Listed(n, str(TABLE), 1) for n in ("good1", f"{name}1", "good2", f"{name}2", "good3")]
    done = {t.document: json.loads(e) for t, e in worked(tasks, TERMS, LIMITS, 2, bulk_workers.work)}
    assert done.keys() == {t.document for t in tasks}
    for document, entry in done.items():
        (row,) = entry["documents"]
        if document.startswith("good"):
            assert (row[4], row[11]) == ("read", 139)
        else:
            assert row[4] == "refused"
            assert row[-3] == code
            assert [f[6] for f in entry["findings"]] == [code]


def test_a_pool_whose_workers_do_not_start_says_so_and_ends():
    with pytest.raises(DossierError, match="does not start"):
        list(worked([Listed("a", str(TABLE), 1)], TERMS, LIMITS, 2, bulk_workers.absent))


def test_workers_end_with_the_run_that_was_killed(tmp_path):
    (tmp_path / "pile").mkdir()
    for n in range(200):
        (tmp_path / "pile" / f"{n}.txt").write_bytes(TABLE.read_bytes())
    command = [sys.executable, "-c", "from hengji.cli import main; main()", "bulk", "pile", "--out", "out"]
    going = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    children = Path(f"/proc/{going.pid}/task/{going.pid}/children")
    while not (tmp_path / "out" / "ledger.jsonl").exists() or (tmp_path / "out" / "ledger.jsonl").stat().st_size < 9999:
        assert going.poll() is None
        time.sleep(0.05)
    pids = [int(pid) for pid in children.read_text().split()]
    assert len(pids) >= 2
    going.send_signal(signal.SIGKILL)
    going.wait()
    until = time.monotonic() + 60
    while any(Path(f"/proc/{pid}").exists() and _alive(pid) for pid in pids):
        assert time.monotonic() < until, "a worker outlives its run"
        time.sleep(0.1)


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_folder_is_listed_in_one_order_with_a_reason_for_what_is_no_document(tmp_path):
    for name in ("b/2.txt", "a.txt", "B.txt", "~$a.docx", "out/old.parquet"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    (tmp_path / "dangling").symlink_to("nowhere")
    (tmp_path / "loop").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / os.fsdecode(b"\xb1\xed.txt")).write_text("x")
    found = listing(tmp_path, tmp_path / "out")
    assert [one.document for one in found] == [
        "B.txt", "\\xb1\\xed.txt", "a.txt", "b/2.txt", "dangling", "loop", "pipe", "~$a.docx",
    ]  # fmt: skip
    assert [one.document for one in found if one.left_out is None] == ["B.txt", "\\xb1\\xed.txt", "a.txt", "b/2.txt"]
    assert Path(found[1].file).read_text() == "x"


def test_two_runs_do_not_share_a_folder_of_results(tmp_path):
    first = Ledger(tmp_path / "ledger.jsonl")
    with pytest.raises(DossierError, match="Another run"):
        Ledger(tmp_path / "ledger.jsonl")
    first.close()
    Ledger(tmp_path / "ledger.jsonl").close()


def test_a_document_that_failed_by_a_limit_is_tried_again_under_another(tmp_path):
    ledger = Ledger(tmp_path / "ledger.jsonl")
    ledger.begin(TERMS)
    ledger.add("a", "12", LIMITS, b'{"documents":[["a","B01"]]}')
    ledger.add("b", "34", LIMITS, b'{"documents":[["b",null]]}')
    wider = Limits(seconds=9, megabytes=256)
    assert ledger.holds("a", "12", LIMITS)
    assert not ledger.holds("a", "12", wider)
    assert ledger.holds("b", "34", wider)
    assert not ledger.holds("b", "35", wider)


@pytest.mark.parametrize("cut", range(1, 60, 7))
def test_a_ledger_cut_anywhere_keeps_its_whole_lines(tmp_path, cut):
    file = tmp_path / "ledger.jsonl"
    ledger = Ledger(file)
    ledger.begin(TERMS)
    for name in ("a", "b"):
        ledger.add(name, "12", LIMITS, b'{"documents":[["%s",1]]}' % name.encode())
    ledger.close()
    whole = file.read_bytes()
    file.write_bytes(whole[:-cut])
    again = Ledger(file)
    again.begin(TERMS)
    held = [name for name in ("a", "b") if again.holds(name, "12", LIMITS)]
    assert held == ["a", "b"][: whole[:-cut].count(b"\n") - 1]
    again.add("c", "56", LIMITS, b'{"documents":[["c",1]]}')
    assert again.entry("c") == {"documents": [["c", 1]]}
    assert all(again.entry(name)["documents"][0][0] == name for name in held)
    again.close()

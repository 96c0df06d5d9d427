"""The log of what people gave: chained, append-only, safe against a crash."""

import datetime
import json
import os
import signal
import subprocess
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hengji.dossier import ChangeLog, DossierError

AT = datetime.datetime(2024, 3, 1, 9, 30, tzinfo=datetime.timezone(datetime.timedelta(hours=8)))


def entry(code: str) -> tuple[str, None, dict[str, object]]:
    return ("waiver", None, {"code": code, "project": None, "indicator": None})


def test_what_was_appended_is_read_back_with_its_number_and_words(tmp_path):
    log = ChangeLog(tmp_path / "changes.jsonl")
    log.append([entry("T03")], by="张三", why="数量由主管部门下达", at=AT)
    log.append([entry("T09"), entry("T10")], by="李四", why="沿用上年", at=AT)
    changes = log.read()
    assert [(c.seq, c.by, c.new["code"]) for c in changes] == [
        (1, "张三", "T03"),
        (2, "李四", "T09"),
        (3, "李四", "T10"),
    ]
    assert changes[0].at == AT
    assert changes[0].why == "数量由主管部门下达"


def test_a_log_that_is_not_there_is_empty(tmp_path):
    assert ChangeLog(tmp_path / "changes.jsonl").read() == []


@pytest.mark.parametrize("harm", ["edit", "remove", "swap", "insert", "noise"])
def test_a_changed_removed_swapped_or_inserted_line_is_named(tmp_path, harm):
    path = tmp_path / "changes.jsonl"
    for code in ("T01", "T02", "T03", "T04"):
        ChangeLog(path).append([entry(code)], by="张三", why="理由", at=AT)
    lines = path.read_bytes().splitlines(keepends=True)
    if harm == "edit":
        lines[1] = lines[1].replace(b"T02", b"T20")
    elif harm == "remove":
        del lines[1]
    elif harm == "swap":
        lines[1], lines[2] = lines[2], lines[1]
    elif harm == "insert":
        lines.insert(1, lines[0])
    else:
        lines[1] = b"\xff{]\n"
    path.write_bytes(b"".join(lines))
    with pytest.raises(DossierError) as caught:
        ChangeLog(path).read()
    # An edit shows at the line after it, whose digest no longer fits.
    assert f"第{3 if harm == 'edit' else 2}行" in caught.value.zh
    before = path.read_bytes()
    with pytest.raises(DossierError):
        ChangeLog(path).append([entry("T05")], by="张三", why="理由", at=AT)
    assert path.read_bytes() == before


@given(cut=st.integers(min_value=1, max_value=80))
def test_a_last_line_cut_short_by_a_crash_was_never_acknowledged_and_is_replaced(tmp_path_factory, cut):
    path = tmp_path_factory.mktemp("log") / "changes.jsonl"
    log = ChangeLog(path)
    log.append([entry("T01")], by="张三", why="理由", at=AT)
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:cut])
    assert [c.new["code"] for c in log.read()] == ["T01"]
    log.append([entry("T02")], by="张三", why="理由", at=AT)
    assert [c.new["code"] for c in log.read()] == ["T01", "T02"]


WRITER = """
import datetime, sys
from pathlib import Path
from hengji.dossier import ChangeLog
log = ChangeLog(Path(sys.argv[1]))
for n in range(10**6):
    change = log.append([("waiver", None, {"code": f"T{n}"})], by="写入者", why="理由", at=datetime.datetime.now().astimezone())[0]
    print(change.seq, flush=True)
"""


@pytest.mark.parametrize("moment", [0.0, 0.05, 0.15, 0.3, 0.5])
def test_kill_9_at_any_moment_loses_nothing_that_was_acknowledged(tmp_path, moment):
    path = tmp_path / "changes.jsonl"
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE)
    assert writer.stdout is not None
    writer.stdout.readline()
    time.sleep(moment)
    os.kill(writer.pid, signal.SIGKILL)
    said = writer.stdout.read().decode().split("\n")
    writer.wait()
    acknowledged = int(said[-2]) if len(said) > 1 else 1
    there = ChangeLog(path).read()
    # One line may be on disk whose acknowledgement the kill swallowed; none may be missing.
    assert len(there) in (acknowledged, acknowledged + 1)
    assert [c.seq for c in there] == list(range(1, len(there) + 1))


def test_two_writers_at_once_make_one_chain(tmp_path):
    path = tmp_path / "changes.jsonl"
    script = WRITER.replace("10**6", "20")
    writers = [subprocess.Popen([sys.executable, "-c", script, str(path)], stdout=subprocess.DEVNULL) for _ in range(2)]
    assert [w.wait() for w in writers] == [0, 0]
    assert len(ChangeLog(path).read()) == 40


def test_a_line_is_plain_json_that_a_person_can_read(tmp_path):
    path = tmp_path / "changes.jsonl"
    ChangeLog(path).append([entry("T03")], by="张三", why="数量由主管部门下达", at=AT)
    line = json.loads(path.read_text(encoding="utf-8"))
    assert line["why"] == "数量由主管部门下达"
    assert "数量由主管部门下达" in path.read_text(encoding="utf-8")

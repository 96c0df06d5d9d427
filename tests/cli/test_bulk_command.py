"""`hengji bulk`: many documents; what is broken is listed, what was done is kept, the same input gives the same bytes."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest

KILLS = int(os.environ.get("HENGJI_KILLS", "4"))
COMMAND = [sys.executable, "-c", "from hengji.cli import main; main()", "bulk"]
RESULTS = ("bulk.sqlite", "documents.parquet", "findings.parquet", "indicators.parquet", "overview.html",
           "projects.parquet")  # fmt: skip
HEAD = "部门名称：{unit}\n{year}年项目支出绩效目标表\n单位：万元\n项目名称（资金使用单位）\t总计\t财政拨款\t财政专户拨款\t其他资金\t绩效目标\t绩效指标\n"
SELF_EVALUATION = """项目支出绩效自评表
（2023年度）
项目名称\t苗圃管护
主管部门\t青禾市林业局\t实施单位\t青禾市苗圃
项目资金（万元）\t\t年初预算数\t全年预算数\t全年执行数\t分值\t执行率\t得分
\t年度资金总额\t50\t50\t40\t10\t80%\t10
一级指标\t二级指标\t三级指标\t年度指标值\t实际完成值\t分值\t得分\t偏差原因分析及改进措施
产出指标\t数量指标\t管护苗木数量\t≥900株\t800株\t50\t50\t
效益指标\t社会效益指标\t开放天数\t≥300天\t310天\t30\t30\t
满意度指标\t服务对象满意度指标\t游客满意度\t≥90%\t95%\t10\t10\t
总分\t\t\t\t\t100\t100\t
"""


def listing(unit: str, year: int, targets: dict[str, str]) -> str:
    packed = "".join(
        f"{n}、1-产出指标；11-数量指标；{name}；实施周期指标值:{value}；年度指标值:{value}。"
        for n, (name, value) in enumerate(targets.items(), 1)
    )
    return (
        f"{HEAD.format(unit=unit, year=year)}合计\t36.00\t36.00\n路灯养护经费\t36.00\t36.00\t\t\t保障照明。\t{packed}\n"
    )


@pytest.fixture
def pile(tmp_path):
    """Documents of three units and two years, with broken files, links and noise between them."""
    folder = tmp_path / "pile"
    (folder / "b").mkdir(parents=True)
    lamps = {"养护路灯盏数": "≥900盏", "巡查路段次数": "≥12次", "更换灯具数量": "≥40套"}
    for name, unit, year, targets in (
        ("a.txt", "青禾市市政局", 2023, lamps),
        ("b/a.txt", "青禾市市政局", 2024, lamps),
        ("b/c.txt", "白水县市政局", 2024, {**lamps, "养护路灯盏数": "≥300盏"}),
    ):
        (folder / name).write_text(listing(unit, year, targets), "utf-8")
    (folder / "b" / "same.txt").write_bytes((folder / "a.txt").read_bytes())
    (folder / "z.txt").write_text(SELF_EVALUATION, "utf-8")
    (folder / "broken.docx").write_bytes(b"PK\x03\x04" + b"\x00\xff" * 50)
    (folder / ".hidden").write_text("x")
    (folder / "link.txt").symlink_to("a.txt")
    return folder


def contents(out: Path) -> dict[str, bytes]:
    return {name: (out / name).read_bytes() for name in RESULTS}


def asked(out: Path, question: str) -> list[tuple[object, ...]]:
    base = sqlite3.connect(out / "bulk.sqlite")
    try:
        return base.execute(question).fetchall()
    finally:
        base.close()


def test_a_broken_file_stops_nothing_and_is_listed_with_its_reason(run, pile, tmp_path):
    ran = run("bulk", pile, "--out", "out", "--json", "--workers", 2)
    assert ran.code == 1
    said = ran.one
    assert said["format"] == "hengji.bulk/1"
    assert said["documents"] == {"read": 5, "partly": 0, "refused": 1, "skipped": 2}
    listed = asked(tmp_path / "out", "SELECT document, status, code, reason_zh FROM documents")
    assert [row[0] for row in listed] == [
        ".hidden", "a.txt", "b/a.txt", "b/c.txt", "b/same.txt", "broken.docx", "link.txt", "z.txt",
    ]  # fmt: skip
    refused = {row[0]: row[1:] for row in listed if row[2]}
    assert refused.keys() == {".hidden", "broken.docx", "link.txt"}
    assert refused["broken.docx"][:2] == ("refused", "R10")
    page = (tmp_path / "out" / "overview.html").read_text("utf-8")
    assert refused["broken.docx"][2] in page
    assert "链接" in page


def test_what_is_found_in_bulk_is_what_review_finds(run, pile, tmp_path):
    run("bulk", pile, "--out", "out")
    for document in ("b/c.txt", "z.txt"):
        alone = run("review", pile / document, "--json").one["findings"]
        mine = asked(
            tmp_path / "out", f"SELECT code, zh FROM findings WHERE document = '{document}' AND stage = 'review'"
        )
        assert mine == [(f["code"], f["zh"]) for f in alone]


def test_a_self_evaluation_in_the_pile_is_recomputed(run, pile, tmp_path):
    run("bulk", pile, "--out", "out")
    codes = {code for (code,) in asked(tmp_path / "out", "SELECT code FROM findings WHERE document = 'z.txt'")}
    assert {"S02", "S03"} <= codes


def test_copies_and_different_targets_are_shown_across_units_and_years(run, pile, tmp_path):
    run("bulk", pile, "--out", "out")
    out = tmp_path / "out"
    assert asked(out, "SELECT copies, documents FROM same_documents") == [(2, "a.txt；b/same.txt")]
    assert asked(out, "SELECT copies, units, years, documents FROM copied_projects") == [
        (2, 1, "2023；2024", "a.txt；b/a.txt")
    ]
    copied = {
        (name, target): (units, years)
        for name, target, units, years in asked(out, "SELECT name, target, units, years FROM copied_indicators")
    }
    assert copied["巡查路段次数", "≥12次"] == (2, 2)
    assert ("养护路灯盏数", "≥300盏") not in copied
    (lamps,) = asked(out, "SELECT lowest, lowest_unit, highest, highest_unit, figures FROM different_targets "
                          "WHERE key LIKE '%路灯盏数'")  # fmt: skip
    assert lamps == ("300", "白水县市政局", "900", "青禾市市政局", 2)
    (typical,) = asked(out, "SELECT uses, units, target, middle, measured_in FROM library WHERE key LIKE '%路灯盏数'")
    assert typical == (3, 2, "≥900盏", "900", "盏")


def test_parquet_and_sqlite_hold_the_same_rows(run, pile, tmp_path):
    run("bulk", pile, "--out", "out")
    for table in ("documents", "projects", "indicators", "findings"):
        rows = [tuple(r.values()) for r in pq.read_table(tmp_path / "out" / f"{table}.parquet").to_pylist()]
        assert rows
        assert rows == asked(tmp_path / "out", f"SELECT * FROM {table}")


def test_the_number_of_workers_changes_no_byte(run, pile, tmp_path):
    run("bulk", pile, "--out", "one", "--workers", 1)
    run("bulk", pile, "--out", "three", "--workers", 3)
    assert contents(tmp_path / "one") == contents(tmp_path / "three")


def test_a_second_run_reads_only_what_is_new_or_changed(run, pile, tmp_path):
    run("bulk", pile, "--out", "out")
    (pile / "a.txt").write_text(listing("青禾市市政局", 2023, {"养护路灯盏数": "≥950盏"}), "utf-8")
    (pile / "z.txt").unlink()
    said = run("bulk", pile, "--out", "out", "--json").one
    assert (said["read_now"], said["kept"]) == (1, 4)
    run("bulk", pile, "--out", "fresh")
    assert contents(tmp_path / "out") == contents(tmp_path / "fresh")


def test_results_under_other_terms_are_not_used_again_and_it_says_so(run, pile):
    run("bulk", pile, "--out", "out", "--on", "2024-01-01")
    assert run("bulk", pile, "--out", "out", "--json").one["kept"] == 6
    ran = run("bulk", pile, "--out", "out", "--json", "--on", "2025-01-01")
    assert ran.one["kept"] == 0
    assert "没有沿用" in ran.err


def test_a_killed_run_goes_on_and_ends_with_the_same_files(pile, tmp_path):
    for k in range(30):
        (pile / f"more{k:02}.txt").write_text(listing(f"第{k}单位", 2024, {"巡查路段次数": f"≥{k + 1}次"}), "utf-8")
    whole, out = tmp_path / "whole", tmp_path / "out"
    began = time.monotonic()
    assert subprocess.run([*COMMAND, pile, "--out", whole], capture_output=True).returncode == 1
    took = time.monotonic() - began
    moments = random.Random(20241231)
    for k in range(KILLS):
        going = subprocess.Popen([*COMMAND, pile, "--out", out], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(took * (0.3 + 0.6 * moments.random()))
        going.send_signal(signal.SIGKILL)
        going.wait()
        if (
            k % 2 and (out / "ledger.jsonl").exists()
        ):  # as a machine would leave it that lost its power in the middle of a line
            with (out / "ledger.jsonl").open("r+b") as ledger:
                size = ledger.seek(0, 2)
                ledger.truncate(max(size - moments.randrange(1, 400), 0))
    assert subprocess.run([*COMMAND, pile, "--out", out], capture_output=True).returncode == 1
    assert contents(out) == contents(whole)


def test_results_inside_the_folder_are_not_read_as_documents(run, pile):
    run("bulk", pile, "--out", pile / "out")
    said = run("bulk", pile, "--out", pile / "out", "--json").one
    assert sum(said["documents"].values()) == 8


def test_what_cannot_be_done_is_said_and_writes_no_results(run, pile, tmp_path):
    for words, said in (
        ((pile, "--out", "out", "--engine", "spark"), "引擎"),
        ((tmp_path / "nowhere", "--out", "out"), "没有这个文件夹"),
        ((pile, "--out", pile), "所读的文件夹本身"),
        ((pile, "--out", "out", "--on", "someday"), "--on"),
        ((pile, "--out", "out", "--pack", "nonsense"), "没有规则包 nonsense"),
    ):
        ran = run("bulk", *words)
        assert ran.code == 2
        assert said in ran.err
    assert not (tmp_path / "out").exists()


def test_a_ledger_that_is_not_ours_is_left_alone(run, pile, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "ledger.jsonl").write_text("my own accounts\n")
    ran = run("bulk", pile, "--out", "out")
    assert ran.code == 2
    assert (tmp_path / "out" / "ledger.jsonl").read_text() == "my own accounts\n"


def test_a_folder_of_which_nothing_could_be_read_ends_with_two(run, tmp_path):
    (tmp_path / "pile").mkdir()
    shutil.copy(__file__, tmp_path / "pile" / "code.txt")
    assert run("bulk", "pile", "--out", "out").code == 2
    assert (tmp_path / "out" / "overview.html").exists()

"""What was frozen verifies anywhere on any day; one changed byte is named by what it is in; another code version is said."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.test_score_command import PROJECT, attest, year  # noqa: F401 - a fixture

import hengji

SOURCE = Path(hengji.__file__).parents[1]
# Run in the copy: whatever of the program asks for the day is told one twelve years on; libraries keep the real types.
ELSEWHERE = """
import datetime as real, importlib, pkgutil, sys, types
import hengji
AWAY = real.timedelta(days=12 * 366)
class Like(type):
    def __instancecheck__(cls, thing):
        return isinstance(thing, cls.__mro__[1])
class date(real.date, metaclass=Like):
    @classmethod
    def today(cls):
        return real.date.today() + AWAY
class datetime(real.datetime, metaclass=Like):
    @classmethod
    def now(cls, tz=None):
        return real.datetime.now(tz) + AWAY
clock = types.ModuleType("datetime")
clock.__dict__.update({**real.__dict__, "date": date, "datetime": datetime})
for room in ("cli", "dossier", "evidence", "scoring", "forms", "review", "legislation", "targets", "reading", "model"):
    package = importlib.import_module(f"hengji.{room}")
    for one in pkgutil.walk_packages(package.__path__, f"hengji.{room}."):
        module = importlib.import_module(one.name)
        if getattr(module, "datetime", None) is real:
            module.datetime = clock
assert hengji.__file__.startswith(sys.argv.pop(1)), hengji.__file__
assert hengji.cli.record.__globals__["datetime"].date.today().year >= real.date.today().year + 12
hengji.cli.main()
"""


@pytest.fixture
def frozen(run, year, tmp_path) -> Path:  # noqa: F811
    """A dossier with a monitoring of June and one of July that builds on it, and a self-evaluation."""
    attest(run, year, tmp_path)
    words = ("--set", f"project={PROJECT}", "--set", "indicator=1", "--set", "text=人手不足", "--set", "why=自评")
    assert run("record", year, "variance_reason", *words).code == 0
    for day in ("2024-06-30", "2024-07-31"):
        assert run("monitor", year, "--as-of", day).code in (0, 1)
    assert run("score", year).code == 0
    return year


def differences(run, folder: Path) -> list[dict[str, str | None]]:
    ran = run("verify", folder, "--json")
    assert ran.code == 1, ran.err
    assert ran.one["ok"] is False
    return ran.one["differences"]


def whats(run, folder: Path) -> str:
    return "\n".join(f"{d['what']} {d['recomputed']}" for d in differences(run, folder))


def flip(path: Path, old: bytes, new: bytes) -> None:
    data = path.read_bytes()
    assert len(old) == len(new)
    assert old in data
    path.write_bytes(data.replace(old, new, 1))


def test_all_of_a_year_verifies(run, frozen):
    ran = run("verify", frozen, "--json")
    assert (ran.code, ran.one["checked"], ran.one["differences"], ran.one["remarks"]) == (0, 3, [], [])


def test_the_monitoring_before_is_one_of_the_inputs_and_stays_the_same_one(run, frozen):
    july = next((frozen / "evaluations").glob("monitoring-2024-07-31-*.json"))
    previous = json.loads(july.read_bytes())["inputs"]["previous"]
    assert previous["file"].startswith("monitoring-2024-06-30-")
    assert run("monitor", frozen, "--as-of", "2024-07-15").code in (0, 1)
    ran = run("verify", frozen, "--json")
    assert (ran.code, ran.one["checked"]) == (0, 4)


def test_a_changed_byte_of_a_batch_names_the_batch(run, frozen):
    batch = next((frozen / "evidence" / "petition").glob("*.parquet"))
    batch.write_bytes(batch.read_bytes()[:-1] + b"?")
    said = whats(run, frozen)
    assert batch.name in said
    assert "被改动过" in said


def test_a_batch_that_was_replaced_by_another_names_the_batch(run, frozen):
    """Evidence replaced: another file under the old name, digest and all in the manifest rewritten."""
    manifest = frozen / "evidence" / "manifest.jsonl"
    lines = manifest.read_bytes().splitlines(keepends=True)
    manifest.write_bytes(b"".join(lines[:-1]))  # the last batch is gone: the attestation
    said = whats(run, frozen)
    assert "inputs batches（台账记录）第4批" in said


def test_a_changed_byte_of_a_result_names_the_file_and_the_line(run, frozen):
    result = next((frozen / "evaluations").glob("self_evaluation-*.json"))
    flip(result, b'"total_points":"86.40"', b'"total_points":"96.40"')
    found = differences(run, frozen)
    assert found[0]["what"] == f"evaluations/{result.name}"
    assert "文件被改动过" in str(found[0]["recomputed"])
    line = next(d for d in found if d["what"].endswith("total_points"))
    assert (line["stored"], line["recomputed"]) == ("96.40", "86.40")


def test_a_changed_byte_of_the_chain_names_the_line_of_the_chain(run, frozen):
    flip(frozen / "evaluations" / "chain.jsonl", b'"seq":2', b'"seq":9')
    ran = run("verify", frozen, "--json")
    assert ran.code == 2
    (found,) = ran.one["differences"]
    assert found["what"] == "evaluations/chain.jsonl"
    assert "第2行" in found["stored"]


def test_a_changed_byte_of_the_change_log_names_its_line(run, frozen):
    log = frozen / "changes.jsonl"
    whole = log.read_bytes()
    flip(log, "明显改善".encode(), "明显变差".encode())  # of the first entry; the second one carries its digest
    said = whats(run, frozen)
    assert "changes.jsonl 第2行与前一行接不上" in said
    log.write_bytes(whole)
    flip(log, "人手不足".encode(), "人手太足".encode())  # of the last entry, which no other follows
    assert "inputs changes（填报和更正 changes.jsonl）" in whats(run, frozen)


def test_a_cut_tail_of_the_change_log_is_seen_by_what_was_frozen_with_it(run, frozen):
    log = frozen / "changes.jsonl"
    log.write_bytes(b"".join(log.read_bytes().splitlines(keepends=True)[:-1]))
    assert "inputs changes（填报和更正 changes.jsonl）" in whats(run, frozen)


def test_a_cut_tail_of_the_chain_is_seen_by_the_file_that_is_no_longer_on_it(run, frozen):
    chain = frozen / "evaluations" / "chain.jsonl"
    chain.write_bytes(b"".join(chain.read_bytes().splitlines(keepends=True)[:-1]))
    (found,) = differences(run, frozen)
    assert found["what"].startswith("evaluations/self_evaluation-2024-12-31-")
    assert found["recomputed"] == "不在链上"
    # Scoring again puts it back on the chain.
    assert run("score", frozen).code == 0
    assert run("verify", frozen).code == 0


def test_changed_bindings_settings_and_table_are_each_named(run, frozen, tmp_path):
    for name, old, new, key in (
        ("bindings.toml", "张三", "李四", "inputs bindings（口径挂接 bindings.toml）"),
        ("hengji.toml", "year = 2024", "year =  2024", "inputs settings（设置 hengji.toml）"),
        ("table.txt", "投诉办结率", "投诉办理率", "inputs table（目标表 table.*）"),
    ):
        copy = tmp_path / name.partition(".")[0]
        shutil.copytree(frozen, copy)
        text = (copy / name).read_text("utf-8")
        assert old in text
        (copy / name).write_text(text.replace(old, new), "utf-8")
        assert key in whats(run, copy)


def test_an_input_that_differs_is_named_once_and_not_again_by_the_digest_of_all(run, frozen):
    (frozen / "bindings.toml").write_text((frozen / "bindings.toml").read_text("utf-8") + "# 注\n", "utf-8")
    found = differences(run, frozen)
    assert len(found) == 3  # one for each evaluation
    assert all("bindings.toml" in d["what"] for d in found)


def elsewhere(tmp_path: Path, dossier: Path) -> tuple[Path, Path]:
    """A fresh copy of the program and of the dossier, in a place of their own."""
    program, copy = tmp_path / "clone" / "src", tmp_path / "clone" / "dossier"
    shutil.copytree(SOURCE / "hengji", program / "hengji", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(dossier, copy)
    return program, copy


def verified_there(program: Path, dossier: Path) -> tuple[int, dict[str, object]]:
    environment = {**os.environ, "PYTHONPATH": str(program), "PYTHONDONTWRITEBYTECODE": "1"}
    ran = subprocess.run(
        [sys.executable, "-c", ELSEWHERE, str(program), "verify", str(dossier), "--json"], env=environment, cwd=program.parent,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.stdout, ran.stderr
    return ran.returncode, json.loads(ran.stdout)


def test_a_fresh_copy_elsewhere_on_another_day_verifies_and_a_byte_of_a_pack_is_named(frozen, tmp_path):
    program, dossier = elsewhere(tmp_path, frozen)
    code, found = verified_there(program, dossier)
    assert (code, found["ok"], found["checked"]) == (0, True, 3), found
    pack = program / "hengji" / "legislation" / "packs" / "national-2020" / "self_evaluation.toml"
    text = pack.read_text("utf-8")
    pack.write_text(text + "#", "utf-8")  # one byte, in a remark
    code, found = verified_there(program, dossier)
    assert code == 1
    assert {d["what"].rpartition(" ")[2] for d in found["differences"]} == {"national-2020/self_evaluation.toml"}
    assert all("inputs pack（规则包文件）" in d["what"] for d in found["differences"])
    pack.write_text(text.replace("output = 50, outcome = 30", "output = 51, outcome = 30"), "utf-8")
    code, found = verified_there(program, dossier)
    assert code != 0
    for one in found["differences"]:
        assert "national-2020/self_evaluation.toml：self_evaluation.weights：合计为101，应为100" in one["recomputed"]


def test_another_code_version_is_said_and_not_failed(run, frozen, monkeypatch):
    monkeypatch.setattr("hengji.dossier.frozen.version", lambda name: "99.0")
    ran = run("verify", frozen, "--json")
    assert (ran.code, ran.one["differences"]) == (0, [])
    assert all("现为 99.0 版" in remark for remark in ran.one["remarks"])
    assert len(ran.one["remarks"]) == 3


def test_a_pack_that_a_new_code_version_brings_is_said_where_no_figure_changes(run, frozen, monkeypatch):
    from hengji.legislation.packs import Pack

    files = Pack.files.fget
    monkeypatch.setattr("hengji.dossier.frozen.version", lambda name: "99.0")
    monkeypatch.setattr(Pack, "files", property(lambda self: {**files(self), "national-2020/new.toml": "0" * 64}))
    ran = run("verify", frozen, "--json")
    assert (ran.code, ran.one["differences"]) == (0, [])
    assert any("national-2020/new.toml 随程序版本更新，各项数字不变" in remark for remark in ran.one["remarks"])
